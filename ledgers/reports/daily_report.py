"""The daily report 日报告、零报告: every village and community at the cut-off, as known then, and who has not reported.

The figures of a past cut-off never change: they are counted from the events that were recorded by then. What was recorded later with an
earlier effect stands beside them, in ``later``: figures and ``later`` together are what is known now.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import pandas as pd

from errors import N_, NotFound
from ledgers.reports.report_chain import ADDED, BEFORE, CHAIN, TAKEN_BACK, Chain, chain
from ledgers.reports.report_figures import (
    FIELDS,
    FIGURES,
    GRACE_MINUTES,
    OF_PEOPLE,
    OPENS_MINUTES,
    STATES,
    Counted,
    Period,
    count,
    period,
    reporting_area,
)
from queries.store import SYSTEM, Store, Viewer
from queries.view import View, fact
from settings import EVERYTHING_KNOWN

# Minutes before the cut-off from which a unit may confirm, and after it until which it is in time.
# A message names so many units.
SHOWN = 20
NOT_ZERO = ("new", "observing", "hospital")
WHY = {
    "states": N_("cumulative is not the sum of hospital, observing, released, transferred and refuted"),
    "standing": N_("what the unit stands by does not add up; correct it again"),
    "outside": N_("what is recorded in areas outside every reporting unit is in the total alone"),
    "chain": N_("the report of the day before, with what is new and added and without what was taken back, is another number"),
    "said": N_("the unit reported another figure than the ledger held at the cut-off, or holds now"),
    "more_new": N_("the unit stands by more new ones than all together; correct it again"),
}


@dataclass(frozen=True)
class Difference:
    """Where figures do not reconcile: of a unit, or of the total (None). ``why`` is a key of ``WHY``, ``areas`` lie outside every unit."""

    unit: str | None
    field: str
    expected: int
    found: int
    why: str
    areas: tuple[str, ...] = ()


@dataclass(frozen=True)
class Daily:
    """The report of a date.

    Attributes
    ----------
    area
        Whose units these are: the area asked for, of a grid the unit in which it lies (see ``reporting_area``); None is everything.
    units
        By unit id, sorted: ``name, responsible, phone``; ``FIELDS`` as known at the cut-off; ``zero`` (see ``is_zero``);
        ``submitted_at, submitted_by`` and ``submitted``, the figures that the unit confirmed (none while it has not); ``missing``,
        ``late``.
    later
        By unit id, ``FIELDS``: what was learned later, the difference of what is known now and what was known at the cut-off.
    total, total_later
        The same for all units together, by field.
    chain
        What leads from the report of the day before to this one (see ``report_chain``).
    first_record
        When anything was first recorded here; None while nothing was. A report whose cut-off lies before it tells of nothing.
    corrections
        ``unit_id, field, submitted, corrected, by, at, why``, in the order in which they were made.
    differences
        Where an identity does not hold, or the units do not sum to the total.
    """

    period: Period
    area: str | None
    known_at: datetime
    opens: datetime
    late_after: datetime
    units: pd.DataFrame
    later: pd.DataFrame
    total: dict[str, int]
    total_later: dict[str, int]
    chain: Chain
    first_record: datetime | None
    corrections: pd.DataFrame
    differences: tuple[Difference, ...]

    @property
    def missing(self) -> list[str]:
        """Return the ids of the units that have not reported."""
        return [str(i) for i in self.units.index[self.units["missing"]]]

    @property
    def late(self) -> list[str]:
        """Return the ids of the units that reported late."""
        return [str(i) for i in self.units.index[self.units["late"]]]

    @property
    def reconciles(self) -> bool:
        """Tell whether all that was counted apart agrees: states, units and total, the day before, and what the units reported."""
        return not self.differences

    @property
    def compared(self) -> int:
        """Return how many units have reported, and could be held against the ledger."""
        return int(self.units["submitted_at"].notna().sum())

    @property
    def before_records(self) -> bool:
        """Tell whether the cut-off lies before anything was recorded: then nobody counted, and a nought says nothing."""
        return not self.compared and (self.first_record is None or self.first_record > self.period.cutoff)


@fact()
def daily(view: View, day: date | str, *, cutoff: str | None = None, unit: str | None = None) -> Daily:
    """Return the report of a date, whatever the moment of the view.

    What was learned later, submissions and corrections count as far as the view knows of them; what it knows before the cut-off holds for
    the figures too. Of a view of an area it holds the units within it alone; a grid does not report: its unit stands for it.

    Parameters
    ----------
    cutoff
        Another time of day than the workspace's cut-off.
    unit
        One unit alone; the total is its own then.

    Raises
    ------
    InputError
        When the date or the cut-off is none, or the date lies ahead.
    NotFound
        When there is no such unit or area in view, or nothing in view reports.
    """
    span = period(view.store, day, cutoff=cutoff)
    known = view.known_at or EVERYTHING_KNOWN
    where = reporting_area(view.moved(span.at, known_at=known))
    then, now = count(view.store, view.viewer, span, first=min(span.cutoff, known), then=known)
    every = then.units.index.union(now.units.index)
    chosen = _chosen(view.store, view.viewer, every, span, known, unit=unit, area=where)

    figures, figures_now = (counted.units[list(FIELDS)].reindex(chosen, fill_value=0) for counted in (then, now))
    described = ["name", "responsible", "phone"]
    units = now.units[described].reindex(chosen).fillna(then.units[described].reindex(chosen)).join(figures)
    opens, grace = (timedelta(minutes=setting.on(view.store, span.date)) for setting in (OPENS_MINUTES, GRACE_MINUTES))
    told = _submissions(view.store, view.viewer, span, known).reindex(chosen)
    units = units.join(told.drop(columns="cutoff_at")).assign(
        zero=(units[list(NOT_ZERO)] == 0).all(axis=1),
        # who was a unit at the cut-off, as known then: no later merger makes its report unneeded, nor asks one of a unit made since
        missing=told["submitted_at"].isna() & chosen.isin(then.units.index),
        # in time is who was so by the cut-off of their submission, whichever is asked about
        late=told["submitted_at"] > told["cutoff_at"] + grace,
    )
    whole = unit is None and where is None
    total, total_now = (then.total, now.total) if whole else (figures.sum(), figures_now.sum())
    corrections = _corrections(view.store, view.viewer, span, known)
    corrections = corrections[corrections["unit_id"].isin(chosen)].reset_index(drop=True)
    moments = {"start": span.start, "at": span.at, "known": min(span.cutoff, known)}
    linked = chain(view.store, view.viewer, **moments, lies=then.lies, units=list(chosen), whole=whole)
    later = figures_now - figures
    return Daily(
        period=span,
        area=where,
        known_at=known,
        opens=span.cutoff - opens,
        late_after=span.cutoff + grace,
        units=units,
        later=later,
        total=numbers(total.to_dict()),
        total_later=numbers((total_now - total).to_dict()),
        chain=linked,
        first_record=_first_record(view.store, known),
        corrections=corrections,
        differences=(
            *_broken(figures, "states"),
            *_unsound(units, corrections),
            *_said_otherwise(units, later, corrections),
            *_unchained(pd.concat([figures, linked.units], axis=1), {**numbers(total.to_dict()), **linked.total}),
            *(_outside(then, figures) if whole else ()),
        ),
    )


def _first_record(store: Store, known: datetime) -> datetime | None:
    found = store.run("find_first_record", SYSTEM, known_at=known)["recorded_at"]
    return None if found.isna().all() else found.iloc[0].to_pydatetime()


def _chosen(
    store: Store, viewer: Viewer, every: pd.Index, span: Period, known: datetime, *, unit: str | None, area: str | None
) -> pd.Index:
    """Return the ids of the units asked for, sorted."""
    within = every if area is None else every.intersection(store.scope(viewer, area, at=span.at, known_at=known) or [])
    if within.empty and (area, viewer.areas) != (None, None):
        raise NotFound("Nothing reports here: villages and communities do, a grid with the one in which it lies.")
    if unit is not None and unit not in every:
        ids = ", ".join(every.sort_values()[:SHOWN]) + (", …" if len(every) > SHOWN else "")
        raise NotFound("There is no reporting unit {unit} here; give the id of a village or community: {ids}", unit=repr(unit), ids=ids)
    return within.sort_values() if unit is None else pd.Index([unit])


def _broken(figures: pd.DataFrame, why: str) -> list[Difference]:
    """Return the units whose states do not add up."""
    sums = figures[list(STATES)].sum(axis=1)
    wrong = figures["cumulative"] != sums
    return [
        Difference(str(unit), "cumulative", int(figures.loc[unit, "cumulative"]), int(sums[unit]), why) for unit in figures.index[wrong]
    ]


def _unsound(units: pd.DataFrame, corrections: pd.DataFrame) -> list[Difference]:
    """Return the units whose corrected figures do not add up, as when a correction was undone that a later one rests on."""
    corrected = corrections["unit_id"].unique()
    stand = {unit: standing_of(units.loc[unit, "submitted"], corrections[corrections["unit_id"] == unit]) for unit in corrected}
    figures = pd.DataFrame.from_dict(stand, orient="index", columns=list(FIGURES))
    above = figures[figures["new"] > figures["cumulative"]]
    more = [Difference(str(unit), "new", int(row["cumulative"]), int(row["new"]), "more_new") for unit, row in above.iterrows()]
    return [*_broken(figures, "standing"), *more]


def _said_otherwise(units: pd.DataFrame, later: pd.DataFrame, corrections: pd.DataFrame) -> list[Difference]:
    """Return where units reported, or corrected, other figures than the ledger held at the cut-off.

    Who reported what is known now has said what was learned since; that is no difference.
    """
    found, learned = [], later.to_dict("index")
    for unit, row in units.to_dict("index").items():
        if not isinstance(row["submitted"], dict):
            continue
        said = standing_of(row["submitted"], corrections[corrections["unit_id"] == unit])
        now = {name: row[name] + learned[unit][name] for name in FIGURES}
        gaps = {name: (int(row[name]), said[name]) for name in FIGURES if name in said and said[name] != row[name]}
        if any(said.get(name, value) != value for name, value in now.items()):
            found += [Difference(str(unit), name, held, told, "said") for name, (held, told) in gaps.items()]
    return found


def _unchained(units: pd.DataFrame, total: Mapping[str, int]) -> list[Difference]:
    """Return the units, and the total (None), whose figure does not follow from that of the day before."""
    rows: list[tuple[str | None, Mapping[Any, Any]]] = [*((str(i), row) for i, row in units.to_dict("index").items()), (None, total)]
    led = [(unit, int(row[BEFORE] + row["new"] + row[ADDED] - row[TAKEN_BACK]), int(row["cumulative"])) for unit, row in rows]
    return [Difference(unit, "cumulative", expected, found, "chain") for unit, expected, found in led if expected != found]


def _outside(then: Counted, figures: pd.DataFrame) -> list[Difference]:
    """Return the fields in which the units do not sum to the total."""
    found = figures.sum()
    return [
        Difference(None, name, int(then.total[name]), int(found[name]), "outside", _holding(then.outside, name))
        for name in OF_PEOPLE
        if then.total[name] != found[name]
    ]


def _holding(outside: pd.DataFrame, name: str) -> tuple[str, ...]:
    return tuple(str(area) for area in outside.index[outside[name] != 0])


# What the units said


def _submissions(store: Store, viewer: Viewer, span: Period, known: datetime) -> pd.DataFrame:
    """Return by unit id ``submitted_at, submitted_by, cutoff_at, submitted``."""
    rows = store.run("select_submissions", viewer, at=known, known_at=known, report_date=span.date).set_index("unit_id")
    figures = rows["figures"].map(json.loads, na_action="ignore").astype("object")
    return rows[["submitted_at", "submitted_by", "cutoff_at"]].assign(submitted=figures)


def _corrections(store: Store, viewer: Viewer, span: Period, known: datetime) -> pd.DataFrame:
    """Return the corrections of what the units confirmed; those of a submission that was undone went with it."""
    when: dict[str, Any] = {"at": known, "known_at": known, "report_date": span.date}
    rows = store.run("select_corrections", viewer, **when)
    told = store.run("select_submissions", viewer, **when)[["unit_id", "recorded_at", "event_id"]]
    both = rows.merge(told, on="unit_id", suffixes=("", "_told"))
    after = (both["recorded_at"] > both["recorded_at_told"]) | (
        (both["recorded_at"] == both["recorded_at_told"]) & (both["event_id"] > both["event_id_told"])
    )
    kept = both[after].rename(columns={"corrected_at": "at", "reason": "why"})
    return kept[["unit_id", "field", "submitted", "corrected", "by", "at", "why"]].reset_index(drop=True)


def standing_of(submitted: Mapping[str, int], corrections: pd.DataFrame) -> dict[str, int]:
    """Return what was submitted with its corrections in their order."""
    return {**submitted, **{str(name): int(value) for name, value in zip(corrections["field"], corrections["corrected"], strict=True)}}


# The document


def document(found: Daily) -> dict[str, Any]:
    """Return the report as the JSON document of ``report daily``.

    ``learned_later`` names every field, so that nothing learned reads as 0 and not as nothing known. The ``submitted_at`` of the total is
    that of the last unit, once all have reported.
    """
    units, later, chained = found.units.to_dict("index"), found.later.to_dict("index"), found.chain.units.to_dict("index")
    told = found.units["submitted_at"]
    last = told.max() if len(told) and not found.missing else None
    corrected = _corrected(found)
    return {
        "date": found.period.date.isoformat(),
        "cutoff": f"{found.period.cutoff:%H:%M}",
        "units": [
            {"id": unit, "name": row["name"]}
            | _row(row["submitted_at"], row["zero"], row, chained[unit], later[unit])
            | {"corrected": corrected.get(str(unit), [])}
            for unit, row in units.items()
        ],
        "missing": found.missing,
        "late": found.late,
        "total": _row(last, is_zero(found.total), found.total, found.chain.total, found.total_later)
        | {"corrected": [{"unit": unit, **correction} for unit in units for correction in corrected.get(str(unit), [])]},
        "before_records": found.before_records,
        "reconciles": found.reconciles,
        "compared": {"units": found.compared, "of": len(found.units)},
        "differences": [
            {"unit": d.unit, "field": d.field, "expected": d.expected, "found": d.found, "why": WHY[d.why], "areas": list(d.areas)}
            for d in found.differences
        ],
    }


def _row(submitted_at: Any, zero: Any, figures: Mapping[Any, Any], chained: Mapping[Any, int], later: Mapping[Any, Any]) -> dict[str, Any]:
    return {
        "submitted_at": None if pd.isna(submitted_at) else submitted_at.isoformat(),
        "zero": bool(zero),
        **numbers(figures),
        **{name: int(chained[name]) for name in CHAIN},
        "learned_later": numbers(later),
    }


def _corrected(found: Daily) -> dict[str, list[dict[str, Any]]]:
    """Return the corrections of each unit that made some, as plain values."""
    rows: dict[str, list[dict[str, Any]]] = {}
    for row in found.corrections.to_dict("records"):
        told = {str(name): value for name, value in row.items() if name != "unit_id"}
        rows.setdefault(str(row["unit_id"]), []).append({**told, "at": row["at"].isoformat()})
    return rows


def numbers(figures: Mapping[Any, Any]) -> dict[str, int]:
    """Return figures as whole numbers by field."""
    return {name: int(figures[name]) for name in FIELDS}


def is_zero(figures: Mapping[Any, Any]) -> bool:
    """Tell whether a report is a zero report 零报告: nobody new, nobody under observation, nobody in hospital."""
    return not any(figures[name] for name in NOT_ZERO)
