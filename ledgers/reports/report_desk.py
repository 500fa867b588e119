"""Confirming a daily report, and correcting one: what a unit said is kept, whatever it says later."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import pandas as pd

from errors import InputError, NotFound
from ledgers.reports.daily_report import Daily, daily, is_zero, numbers, standing_of
from ledgers.reports.report_chain import ADDED, BEFORE, TAKEN_BACK
from ledgers.reports.report_figures import FIELDS, FIGURES, STATES
from queries.store import Store, Viewer
from queries.view import View


def submit(store: Store, viewer: Viewer, unit: str, day: date | str, *, confirm_zero: bool = False) -> list[str]:
    """Confirm the report of a unit as it stands, and keep the figures; return the event ids.

    Raises
    ------
    InputError
        When the unit has reported already, when it is too early, or when a zero report is not confirmed as one (or another one is).
    NotFound
        When there is no such unit in view.
    """
    with store.writing():
        found, row = _of(store, viewer, unit, day)
        if not pd.isna(row["submitted_at"]):
            raise InputError(
                "{unit} has reported for {date} already, at {time}; correct that report instead.",
                unit=row["name"],
                date=found.period.date,
                time=f"{row['submitted_at']:%m-%d %H:%M}",
            )
        if store.now() < found.opens:
            raise InputError(
                "It is too early to report for {date}: reports open at {time}.", date=found.period.date, time=f"{found.opens:%m-%d %H:%M}"
            )
        if row["zero"] and not confirm_zero:
            raise InputError(
                "{unit} has nobody new, under observation or in hospital on {date}: confirm that it is a zero report.",
                unit=row["name"],
                date=found.period.date,
            )
        if confirm_zero and not row["zero"]:
            raise InputError(
                "{unit} has {n} people under observation or in hospital, or new ones, on {date}: it is no zero report.",
                unit=row["name"],
                n=row["observing"] + row["hospital"],
                date=found.period.date,
            )
        event = {
            "area_id": unit,
            "report_date": found.period.date,
            "cutoff_at": found.period.cutoff,
            "figures": json.dumps(numbers(row)),
            "zero": is_zero(row),
        }
        return store.append(viewer, {"report_submission": pd.DataFrame([event])})


def correct(store: Store, viewer: Viewer, unit: str, day: date | str, values: Mapping[str, int], *, reason: str) -> list[str]:
    """Correct what a unit has reported, each value beside the one submitted; return the event ids.

    Raises
    ------
    InputError
        When nothing was submitted, nothing changes, no reason is given, a value is no count, or the corrected figures do not add up.
    NotFound
        When there is no such unit in view.
    """
    with store.writing():
        found, row = _of(store, viewer, unit, day)
        if pd.isna(row["submitted_at"]):
            raise InputError("{unit} has not reported for {date}: there is nothing to correct.", unit=row["name"], date=found.period.date)
        if not reason.strip():
            raise InputError("Say why the report is corrected.")
        before = standing(found, unit)
        changed = {name: _counted(name, value) for name, value in values.items() if value != before.get(name)}
        if not changed:
            raise InputError("These are the figures that {unit} has reported: nothing changes.", unit=row["name"])
        _check_sum({**before, **changed})
        rows = [
            {
                "area_id": unit,
                "report_date": found.period.date,
                "field": name,
                "submitted": row["submitted"].get(name),
                "corrected": value,
                "reason": reason.strip(),
            }
            for name, value in changed.items()
        ]
        return store.append(viewer, {"report_correction": pd.DataFrame(rows)})


def standing(found: Daily, unit: str) -> dict[str, int]:
    """Return the figures of a unit as it confirmed and corrected them; none while it has not reported."""
    submitted: Any = found.units["submitted"].to_dict()[unit]
    if not isinstance(submitted, dict):
        return {}
    return standing_of(submitted, found.corrections[found.corrections["unit_id"] == unit])


def standing_total(found: Daily) -> dict[str, int]:
    """Return the total as it stands, which forms say: units that have reported count with their ``standing``, others as in the ledger."""
    said = {str(unit): standing(found, str(unit)) for unit in found.units.index}
    counted = found.units.to_dict("index")
    return {
        name: value + sum(stands[name] - int(counted[unit][name]) for unit, stands in said.items() if name in stands)
        for name, value in found.total.items()
    }


def standing_chain(store: Store, viewer: Viewer, found: Daily) -> dict[str, int]:
    """Return what leads from the total that stood the day before to the one that stands, which forms say: ``report_chain.CHAIN``.

    What a unit had put right in its report of the day before is not added, or taken back, once more.
    """
    stands, told = standing_total(found), dict(found.chain.total)
    try:
        previous = daily(View(store, viewer, known_at=found.known_at, area=found.area), found.period.date - timedelta(days=1))
    except NotFound:
        return told
    told[BEFORE] = standing_total(previous)["cumulative"]
    gap = stands["cumulative"] - told[BEFORE] - stands["new"] - told[ADDED] + told[TAKEN_BACK]
    grows, shrinks = (ADDED, TAKEN_BACK) if gap > 0 else (TAKEN_BACK, ADDED)
    settled = min(abs(gap), told[shrinks])
    return {**told, shrinks: told[shrinks] - settled, grows: told[grows] + abs(gap) - settled}


def _of(store: Store, viewer: Viewer, unit: str, day: date | str) -> tuple[Daily, dict[str, Any]]:
    found = daily(View(store, viewer), day, unit=unit)
    return found, {str(name): value for name, value in found.units.iloc[0].items()}


def _counted(name: str, value: int) -> int:
    if name not in FIELDS:
        raise InputError("{field} is not a figure of the daily report; there are: {names}.", field=repr(name), names=", ".join(FIELDS))
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise InputError("{value} is not a number of people: write a whole number from 0 on.", value=repr(value))
    return value


def _check_sum(figures: Mapping[str, int]) -> None:
    total = sum(figures[name] for name in STATES)
    if figures["cumulative"] != total:
        raise InputError(
            "The corrected figures do not add up: {cumulative} in all, but {sum} in hospital, under observation, released, transferred and "
            "refuted together.",
            cumulative=figures["cumulative"],
            sum=total,
        )
    if figures["new"] > figures["cumulative"]:
        raise InputError(
            "The corrected figures do not add up: {new} new, but only {cumulative} in all; correct the new ones too.",
            new=figures["new"],
            cumulative=figures["cumulative"],
        )


def differing(found: Daily, unit: str | None = None) -> dict[str, tuple[int, int]]:
    """Return where what a unit (None: all) stands by differs from what was known at the cut-off: field -> (theirs, at the cut-off)."""
    known = found.total if unit is None else numbers(found.units.loc[unit].to_dict())
    stands = standing_total(found) if unit is None else standing(found, unit)
    return {name: (said, known[name]) for name, said in stands.items() if name in FIGURES and said != known[name]}
