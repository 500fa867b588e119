"""Duty: who stands where and when, who came, and the hours nobody covers.

A shift is one person at one entrance or checkpoint from one moment to another. A subject that keeps sign-ins is covered only
while someone whose shift has begun has signed in for it; a shift still to come counts as rostered.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import TypeAlias

import numpy as np
import pandas as pd

from errors import N_, InputError, NotFound
from ledgers.coverage_rules import COVERAGE_RULES, Rules
from ledgers.posts.barriers import holds_alone
from ledgers.posts.timetable import open_spans
from queries.events import Viewer
from queries.store import Store
from queries.view import View, fact
from settings import EVERYTHING_KNOWN

FORCES = ("police", "medical", "cadre", "party_member", "volunteer", "guard")
SUBJECTS = ("entrances", "checkpoints")
NOBODY_ROSTERED = N_("nobody rostered")
NOT_SIGNED_IN = N_("not signed in")
MAX_SHIFT = timedelta(hours=24)
EARLY_SIGN_IN = timedelta(hours=1)

Interval: TypeAlias = tuple[datetime, datetime]
_Ints: TypeAlias = np.ndarray[tuple[int, ...], np.dtype[np.int64]]


@dataclass(frozen=True)
class Guard:
    """A person who can be put on a roster."""

    person: str
    phone: str = ""
    force: str = "volunteer"


# Rosters ------------------------------------------------------------------------------------------------------------------


def slots(spans: Iterable[Interval], *, hours: float, crews: Sequence[Sequence[Guard]]) -> pd.DataFrame:
    """Cut spans into shifts and give them to crews in turn.

    Parameters
    ----------
    spans
        What is to be covered: whole days for a post round the clock, or the open hours of an entrance.
    hours
        Length of a shift; the last of a span is shorter where it does not come out even.
    crews
        The crews that take turns; each is the people who stand together.

    Returns
    -------
    DataFrame
        ``person, phone, force, starts_at, ends_at``, a row for each person and shift.

    >>> from datetime import UTC
    >>> day = [(datetime(2020, 2, 1, 6, tzinfo=UTC), datetime(2020, 2, 1, 22, tzinfo=UTC))]
    >>> turns = slots(day, hours=8, crews=[[Guard("王建国")], [Guard("李秀英")]])
    >>> [(t.person, t.starts_at.hour, t.ends_at.hour) for t in turns.itertuples()]
    [('王建国', 6, 14), ('李秀英', 14, 22)]
    """
    if not 0 < hours <= MAX_SHIFT.total_seconds() / 3600:
        raise InputError("A shift lasts more than 0 and at most 24 hours, not {hours}.", hours=hours)
    if not crews or not all(crews):
        raise InputError("Name at least one person for each crew.")
    length = timedelta(hours=hours)
    rows = []
    turn = 0
    for start, end in spans:
        while start < end:
            # Hours on the wall differ from hours that pass when clocks change; a shift lasts the latter.
            until = min((start.astimezone(UTC) + length).astimezone(start.tzinfo), end)
            rows += [(g.person, g.phone, g.force, start, until) for g in crews[turn % len(crews)]]
            start, turn = until, turn + 1
    return pd.DataFrame(rows, columns=["person", "phone", "force", "starts_at", "ends_at"])


def open_hours(
    store: Store, viewer: Viewer, layer: str, subject_ids: Iterable[str], *, start: datetime, end: datetime
) -> dict[str, list[Interval]]:
    """Return when subjects are open within a window, as ordered so far: for each its spans in order."""
    found: dict[str, list[Interval]] = {subject: [] for subject in subject_ids}
    rows = _open_spans(View(store, viewer), layer, start, end)
    for subject, first, last in rows[["subject_id", "starts_at", "ends_at"]].itertuples(index=False, name=None):
        if subject in found:
            found[subject].append((first, last))
    return found


def add_shifts(store: Store, viewer: Viewer, layer: str, shifts: pd.DataFrame) -> list[str]:
    """Put shifts on the roster.

    ``shifts`` has ``subject_id, person, phone, force, starts_at, ends_at``. Raises InputError for a shift without person or
    length, for one beyond 24 hours, for an unknown force, and for a person (same name and phone) who would stand in two places
    at once; NotFound for a subject that is not there. Nothing is written then.
    """
    if layer not in SUBJECTS:
        raise InputError("Only entrances and checkpoints have rosters, not {layer}.", layer=layer)
    if shifts.empty:
        raise InputError("There are no shifts to add.")
    rows = shifts.assign(
        subject_layer=layer,
        person=shifts["person"].fillna("").str.strip(),
        phone=shifts["phone"].fillna("").str.strip(),
        effective_at=shifts["starts_at"],
    )
    _check_shifts(rows)
    there = set(store.run("select_sign_in_kept", viewer, layer=layer, at=rows["starts_at"].max())["id"])
    absent = sorted(set(rows["subject_id"]) - there)
    if absent:
        raise NotFound("There is no {subject} here to put on the roster.", subject=absent[0])
    start, until = rows["starts_at"].min(), rows["ends_at"].max()
    with store.writing():
        known = [shifts_between(View(store, viewer), layer=name, start=start, end=until) for name in SUBJECTS]
        _check_double(pd.concat([rows, *(k for k in known if len(k))], ignore_index=True))
        return store.append(viewer, {"duty_shift": rows[["subject_layer", *_SHIFT_COLUMNS, "effective_at"]]})


_SHIFT_COLUMNS = ["subject_id", "person", "phone", "force", "starts_at", "ends_at"]


def _check_shifts(rows: pd.DataFrame) -> None:
    if (rows["person"] == "").any():
        raise InputError("Every shift needs the name of the person on duty.")
    wrong = sorted(set(rows["force"]) - set(FORCES))
    if wrong:
        raise InputError("{force} is not a force; choose one of: {choices}.", force=repr(wrong[0]), choices=", ".join(FORCES))
    length = rows["ends_at"] - rows["starts_at"]
    bad = rows[(length <= pd.Timedelta(0)) | (length > MAX_SHIFT)]
    if len(bad):
        who = bad.iloc[0]
        start = _text(who["starts_at"])
        raise InputError("The shift of {person} from {start} must end later, within 24 hours.", person=who["person"], start=start)


def _check_double(rows: pd.DataFrame) -> None:
    """Refuse a person in two places at once. Without a phone two people of one name cannot be told apart, so those pass."""
    rows = rows[rows["phone"].fillna("") != ""].sort_values(["person", "phone", "starts_at"])
    same = rows["person"].eq(rows["person"].shift()) & rows["phone"].eq(rows["phone"].shift())
    until = rows.groupby(["person", "phone"])["ends_at"].cummax().shift()
    clash = rows[same & (rows["starts_at"] < until)]
    if len(clash):
        person, start = clash.iloc[0][["person", "starts_at"]]
        raise InputError("{person} already has a shift at {start}; nobody stands in two places.", person=person, start=_text(start))


def cancel_shifts(store: Store, viewer: Viewer, layer: str, shift_ids: Sequence[str], *, reason: str) -> list[str]:
    """Cancel shifts: void them, with a reason. Raises NotFound for one that is not on the roster in view."""
    _shifts(store, viewer, layer, shift_ids)
    if not reason.strip():
        raise InputError("Write the reason: whoever reads this order later must know why.")
    return store.undo(viewer, list(shift_ids), reason=reason.strip())


def sign_in(
    store: Store, viewer: Viewer, layer: str, shift_id: str, *, at: datetime | str | None = None, person: str = "", note: str = ""
) -> list[str]:
    """Record that the person on a shift has come; ``person`` where another stands in.

    Raises InputError more than an hour before the shift, after its end, and when someone has signed in already.
    """
    with store.writing():
        shift = _shifts(store, viewer, layer, [shift_id]).iloc[0]
        moment = store.moment(at)
        if not shift["starts_at"] - EARLY_SIGN_IN <= moment < shift["ends_at"]:
            raise InputError(
                "{moment} is not in the shift ({start} to {end}); sign in from an hour before it.",
                moment=_text(moment),
                start=_text(shift["starts_at"]),
                end=_text(shift["ends_at"]),
            )
        if not pd.isna(shift["signed_in_at"]):
            raise InputError("{person} has already signed in at {moment}.", person=shift["person"], moment=_text(shift["signed_in_at"]))
        row = {"shift_id": shift_id, "person": person.strip() or shift["person"], "note": note.strip() or None, "effective_at": moment}
        return store.append(viewer, {"sign_in": pd.DataFrame([row])})


def _shifts(store: Store, viewer: Viewer, layer: str, shift_ids: Sequence[str]) -> pd.DataFrame:
    ids = list(shift_ids)
    rows = store.run("select_shifts_by_id", viewer, layer=layer, shift_ids=ids, at=EVERYTHING_KNOWN)
    if not ids or set(ids) - set(rows["shift_id"]):
        raise NotFound("That shift is not on the roster; it may have been cancelled.")
    return rows


# Reading ------------------------------------------------------------------------------------------------------------------


@fact()
def shifts_between(view: View, *, layer: str, start: datetime, end: datetime) -> pd.DataFrame:
    """Return the shifts that overlap a window, with sign-ins up to ``at``.

    Columns ``shift_id, subject_id, name, person, phone, force, starts_at, ends_at, signed_in_at``.
    """
    return view.run("select_shifts", layer=layer, start=start, until=end)


def on_duty(view: View, *, layer: str) -> pd.DataFrame:
    """Return who is rostered at a moment, a row a person, columns as ``shifts_between``."""
    rows = shifts_between(view, layer=layer, start=view.at, end=view.at + timedelta(microseconds=1))
    return rows[(rows["starts_at"] <= view.at) & (view.at < rows["ends_at"])].reset_index(drop=True)


def missed_sign_ins(view: View, *, layer: str, start: datetime, end: datetime) -> pd.DataFrame:
    """Return the shifts of a window that have begun by ``at`` without a sign-in, where sign-ins are kept."""
    rows = shifts_between(view, layer=layer, start=start, end=end)
    kept = view.run("select_sign_in_kept", layer=layer)
    keeping = set(kept.loc[kept["sign_in_kept"], "id"])
    missed = rows["signed_in_at"].isna() & (rows["starts_at"] <= view.at) & rows["subject_id"].isin(keeping)
    return rows[missed].reset_index(drop=True)


@fact()
def uncovered_hours(view: View, *, layer: str, start: datetime, end: datetime) -> pd.DataFrame:
    """Return the open hours of a window that nobody covers.

    Parameters
    ----------
    layer
        ``entrances``: whenever one is ordered open, by its timetable; ``checkpoints``: as long as one stands and is no block that holds
        with nobody there (``ledgers.posts.barriers``).
    start, end
        The window, aware.
    at
        The moment from which one looks (None: now): a shift begun by then counts at subjects that keep sign-ins only from its sign-in on.
    known_at
        What orders, rosters and sign-ins were known (None: all).

    Returns
    -------
    DataFrame
        ``subject_id, name, starts_at, ends_at, why``, by subject and time; ``why`` is NOBODY_ROSTERED or NOT_SIGNED_IN.
    """
    needed = _open_spans(view, layer, start, end, unless_held=True)
    rostered = shifts_between(view, layer=layer, start=start, end=end)
    come = rostered["starts_at"].where(rostered["starts_at"] > view.at, rostered["signed_in_at"])
    present = rostered.assign(starts_at=come)[come.notna() & (come < rostered["ends_at"])]
    return uncovered(needed, rostered, present).assign(
        starts_at=lambda f: f["starts_at"].dt.tz_convert(view.store.time_zone),
        ends_at=lambda f: f["ends_at"].dt.tz_convert(view.store.time_zone),
    )


_PERIODS = {"entrances": "select_entrance_periods", "checkpoints": "select_checkpoint_periods"}


def _open_spans(view: View, layer: str, start: datetime, end: datetime, *, unless_held: bool = False) -> pd.DataFrame:
    """Return when each subject is open: ``subject_id, name, sign_in_kept, starts_at, ends_at``; timetables mean the workspace's zone.

    ``unless_held`` leaves out the time in which a checkpoint is a block that needs nobody.
    """
    if layer not in SUBJECTS:
        raise InputError("Only entrances and checkpoints have rosters, not {layer}.", layer=layer)
    # The areas in view are those of the moment from which one looks, as known then.
    periods = view.run(_PERIODS[layer], start=start, until=end)
    if unless_held and layer == "checkpoints":
        periods = _not_held(view.store, periods, start, end)
    rows = []
    read: dict[tuple[str, datetime, datetime], list[Interval]] = {}
    columns = ["subject_id", "name", "sign_in_kept", "mode", "timetable", "starts_at", "ends_at"]
    for subject, name, kept, mode, timetable, first, last in periods[columns].itertuples(index=False, name=None):
        period = (first.to_pydatetime().astimezone(view.store.time_zone), last.to_pydatetime().astimezone(view.store.time_zone))
        if mode == "open_hours" and (timetable, *period) not in read:
            read[timetable, *period] = open_spans(timetable, *period)
        spans = [period] if mode == "open_24h" else read[timetable, *period]
        rows += [(subject, name, kept, begins, ends) for begins, ends in spans]
    return pd.DataFrame(rows, columns=["subject_id", "name", "sign_in_kept", "starts_at", "ends_at"])


def _not_held(store: Store, periods: pd.DataFrame, start: datetime, end: datetime) -> pd.DataFrame:
    """Return the periods of checkpoints without those of blocks that hold with nobody there, each by the rule that is in force then."""
    moments = [start, *COVERAGE_RULES.changes(store, start=start, end=end), end]
    pieces = []
    for first, last in pairwise(moments):
        starts, ends = periods["starts_at"], periods["ends_at"]
        piece = periods.assign(starts_at=starts.where(starts > first, first), ends_at=ends.where(ends < last, last))
        held = holds_alone(piece, patrol_minutes=Rules.of(store, first).patrol_minutes)
        pieces.append(piece[~held & (piece["starts_at"] < piece["ends_at"])])
    return pd.concat(pieces, ignore_index=True)


def uncovered(needed: pd.DataFrame, rostered: pd.DataFrame, present: pd.DataFrame) -> pd.DataFrame:
    """Return what is needed less what is covered, in one sweep over the ends of all intervals.

    Parameters
    ----------
    needed
        ``subject_id, name, sign_in_kept, starts_at, ends_at``.
    rostered, present
        ``subject_id, starts_at, ends_at``: who should be there, who counts as being there. The second counts where sign-ins are kept.

    Returns
    -------
    DataFrame
        ``subject_id, name, starts_at, ends_at`` (UTC) and ``why``; pieces that touch and have one cause are one row.
    """
    names = needed.drop_duplicates("subject_id").set_index("subject_id")["name"].sort_index()
    kept = needed["sign_in_kept"].astype(bool)
    # One row for each end of each interval; +1 where it begins, -1 where it ends, in the column of its sort.
    ends = [_ends(frame, names.index, column) for column, frame in enumerate((needed[~kept], needed[kept], rostered, present))]
    subject, moment, change = (np.concatenate(parts) for parts in zip(*ends, strict=True))
    order = np.lexsort((moment, subject))
    subject, moment = subject[order], moment[order]
    open_plain, open_kept, on_roster, there = np.cumsum(change[order], axis=0).T
    missing = ((open_plain > 0) & (on_roster == 0)) | ((open_kept > 0) & (there == 0))
    # Every subject's sums are back at zero after its last end, so no piece reaches into the next subject.
    piece = np.flatnonzero(missing[:-1] & (moment[1:] > moment[:-1]))
    cause = on_roster[piece] == 0
    begins, finishes, whose = moment[piece], moment[piece + 1], subject[piece]
    fresh = np.ones(len(piece), dtype=bool)
    fresh[1:] = (whose[1:] != whose[:-1]) | (cause[1:] != cause[:-1]) | (begins[1:] != finishes[:-1])
    first = np.flatnonzero(fresh)
    last = np.append(first[1:], len(piece)) - 1 if len(first) else first
    return pd.DataFrame(
        {
            "subject_id": names.index.to_numpy()[whose[first]],
            "name": names.to_numpy()[whose[first]],
            "starts_at": pd.to_datetime(begins[first], unit="us", utc=True),
            "ends_at": pd.to_datetime(finishes[last], unit="us", utc=True),
            "why": np.where(cause[first], NOBODY_ROSTERED, NOT_SIGNED_IN),
        }
    )


def _ends(frame: pd.DataFrame, subjects: pd.Index, column: int) -> tuple[_Ints, _Ints, _Ints]:
    """Return subject number, moment (microseconds) and change (n, 4) of both ends of every interval of a known subject."""
    code = subjects.get_indexer(pd.Index(frame["subject_id"]))
    inside = code >= 0
    moments = [_micros(frame[side])[inside] for side in ("starts_at", "ends_at")]
    change = np.zeros((2 * int(inside.sum()), 4), dtype=np.int64)
    change[:, column] = np.repeat([1, -1], int(inside.sum()))
    return np.tile(code[inside], 2), np.concatenate(moments), change


def _micros(moments: pd.Series) -> _Ints:
    return np.asarray(pd.to_datetime(moments, utc=True).astype("datetime64[us, UTC]").astype("int64"), dtype=np.int64)


def _text(moment: datetime) -> str:
    return moment.isoformat(sep=" ", timespec="minutes")


# Staffing totals ----------------------------------------------------------------------------------------------------------


@fact()
def staffing(view: View) -> pd.DataFrame:
    """Return the staff of the checkpoints in force by class of post.

    Columns ``post_class, posts, required`` (of those of which it is known), ``uncounted`` (of which it is not), ``on_duty`` (there: signed
    in, where sign-ins are kept), ``rostered, signed_in, short`` (with fewer there than they need: one at least; a block that holds with
    nobody there has never too few).
    """
    rows = view.run("count_staff")
    held = holds_alone(rows, patrol_minutes=Rules.of(view.store, view.at).patrol_minutes)
    by_class = rows.assign(short=rows["short"].where(~held, 0)).groupby("post_class")
    summed = ["posts", "required", "uncounted", "on_duty", "rostered", "short"]
    counts = by_class[summed].sum().assign(signed_in=by_class["signed_in"].sum(min_count=1))
    ordered = counts.reset_index().sort_values(["required", "post_class"], ascending=[False, True], ignore_index=True)
    return ordered[["post_class", "posts", "required", "uncounted", "on_duty", "rostered", "signed_in", "short"]]


def shift_staffing(view: View, *, start: datetime, end: datetime) -> pd.DataFrame:
    """Return the shifts of a window by class of post and hours.

    Columns ``post_class, starts_at, ends_at, posts, required`` (what all posts of the class need), ``people``, one column for each of
    FORCES, and ``signed_in``, missing where no post of the class keeps sign-ins.
    """
    return view.run("count_shift_staff", start=start, until=end)
