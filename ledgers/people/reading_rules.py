"""What a reading must be before it is written: rules as data, the same for one reading and for a workbook of them."""

from __future__ import annotations

from datetime import datetime

import pandas as pd

from errors import InputError
from ledgers.posts.passes import PLAUSIBLE
from ledgers.rules import Rule, faults

SYMPTOMS = ("fever", "cough", "fatigue", "sore_throat", "short_of_breath", "diarrhoea", "other")
CHANNELS = ("visit", "phone", "video")
OPEN = ("observing", "hospital")


# Of the columns of ``_facts``.
RULES: tuple[Rule, ...] = (
    Rule(
        "temperature", lambda f: f["temperature"].isna(), lambda row: InputError("The temperature is missing; no reading is without one.")
    ),
    Rule(
        "temperature",
        lambda f: ~f["temperature"].between(*PLAUSIBLE),
        lambda row: InputError("{temperature} °C is not a body temperature; measure again.", temperature=row.temperature),
    ),
    Rule(
        "symptoms",
        lambda f: f["symptom"].notna(),
        lambda row: InputError(
            "{symptom} is not a symptom; choose from: {choices}.", symptom=repr(row.symptom), choices=", ".join(SYMPTOMS)
        ),
    ),
    Rule(
        "channel",
        lambda f: f["channel"].notna() & ~f["channel"].isin(CHANNELS),
        lambda row: InputError(
            "{channel} is not a way to take a reading; choose one of: {choices}.", channel=repr(row.channel), choices=", ".join(CHANNELS)
        ),
    ),
    Rule(
        "episode_id",
        lambda f: f["begun"].isna(),
        lambda row: InputError("There is no isolation episode {episode} here.", episode=repr(row.episode_id)),
    ),
    Rule("effective_at", lambda f: f["effective_at"].isna(), lambda row: InputError("The time of the reading is missing.")),
    Rule(
        "effective_at",
        lambda f: f["effective_at"] > f["now"],
        lambda row: InputError("The reading of {moment} lies in the future; check its time.", moment=clock(row.effective_at)),
    ),
    Rule(
        "effective_at",
        lambda f: f["effective_at"] < f["begun"],
        lambda row: InputError(
            "The reading of {moment} is from before the isolation began ({start}); check its time.",
            moment=clock(row.effective_at),
            start=clock(row.begun),
        ),
    ),
    Rule(
        "effective_at",
        lambda f: ~f["state"].isin(OPEN),
        lambda row: InputError(
            "The isolation had ended ({end}) before the reading of {moment}; check which episode it belongs to.",
            end=clock(row.since),
            moment=clock(row.effective_at),
        ),
    ),
)


def check_readings(readings: pd.DataFrame, periods: pd.DataFrame, *, now: datetime) -> dict[int, InputError]:
    """Return what is wrong with readings: position -> the first fault of that row; empty where all may be written.

    Parameters
    ----------
    readings
        ``episode_id, temperature`` (°C), ``effective_at`` (aware), and where there, ``symptoms`` (codes joined by ``,``) and ``channel``.
    periods
        The episodes, as ``ledgers.people.readings.periods`` returns them.
    now
        The workspace clock: no reading is from later.
    """
    return {position: fault.error for position, fault in faults(_facts(readings, periods, now), RULES).items()}


def _facts(readings: pd.DataFrame, periods: pd.DataFrame, now: datetime) -> pd.DataFrame:
    """Return the rows, numbered, with the first unknown symptom, and when their episode began, its state then and since when."""
    rows = readings.reindex(columns=["episode_id", "temperature", "effective_at", "symptoms", "channel"]).reset_index(drop=True)
    texts = rows["symptoms"].astype("object")
    unknown = {text: _unknown_symptom(text) for text in texts.dropna().unique()}
    # Dates may have been corrected: what is from after the earliest start that was ever said is not from before the start.
    begun = periods[["started_at", "since"]].min(axis=1).groupby(periods["episode_id"]).min()
    moments = pd.to_datetime(rows["effective_at"], utc=True)
    return rows.assign(
        temperature=pd.to_numeric(rows["temperature"]),
        symptom=texts.map(unknown).astype("object"),
        effective_at=moments.dt.tz_convert(now.tzinfo),
        now=now,
        begun=rows["episode_id"].map(begun),
        **_standing(rows["episode_id"], moments, periods),
    )


def _unknown_symptom(codes: str) -> str | None:
    return next((code for code in codes.split(",") if code and code not in SYMPTOMS), None)


def _standing(episodes: pd.Series, moments: pd.Series, periods: pd.DataFrame) -> dict[str, pd.Series]:
    """Return state and since when of each episode at a moment of its own; before its first event those of the first."""
    known = periods[["episode_id", "state", "since"]].assign(at=pd.to_datetime(periods["since"], utc=True).astype("datetime64[us, UTC]"))
    asked = pd.DataFrame({"episode_id": episodes, "at": moments.astype("datetime64[us, UTC]")}).dropna()
    # Of two events at one moment the later one in the ledger counts: a stable order keeps it behind.
    order = known.sort_values("at", kind="stable")
    found = pd.merge_asof(asked.reset_index().sort_values("at", kind="stable"), order, on="at", by="episode_id").set_index("index")
    first = known.drop_duplicates("episode_id").set_index("episode_id")
    return {name: found[name].reindex(episodes.index).fillna(episodes.map(first[name])) for name in ("state", "since")}


def clock(moment: datetime) -> str:
    """Return a moment for a sentence, to the minute."""
    return f"{moment:%Y-%m-%d %H:%M}"
