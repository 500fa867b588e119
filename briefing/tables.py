"""The tables behind the text of a briefing: units, entrances, posts, blind spots, screening, supplies, risk."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import pandas as pd

from briefing import facts, road_facts
from briefing.model import Table
from briefing.page import COMMA, Page
from briefing.view import View
from errors import N_
from ledgers.people import screening_rounds
from ledgers.reports.report_chain import ADDED, TAKEN_BACK
from ledgers.roads import claim
from ledgers.upkeep.supplies import DOUBTS
from queries.columns import CHECKPOINT_KINDS, MODES

Cell = str | int | float | None
Rows = list[tuple[Cell, ...]]

MODE_NAMES = {
    "sealed": N_("sealed"),
    "open_24h": N_("open around the clock"),
    "open_hours": N_("open by hours"),
    "": N_("no order"),
}
KIND_NAMES = {"inspect": N_("inspect"), "dissuade": N_("turn back"), "block": N_("block"), "screen": N_("screen")}
LEVEL_NAMES = {"high": N_("high risk"), "medium": N_("medium risk"), "low": N_("low risk")}
FIGURE_NAMES = {
    "cumulative": N_("Cumulative"),
    "new": N_("New"),
    ADDED: N_("Added since"),
    TAKEN_BACK: N_("Taken back"),
    "hospital": N_("In hospital"),
    "observing": N_("Observing"),
    "released": N_("Released"),
    "transferred": N_("Transferred"),
    "refuted": N_("Ruled out"),
}


def tables(view: View) -> tuple[Table, ...]:
    """Return the tables of a view; those that nothing backs, or that would be empty, are left out."""
    page = Page(view, "situation")
    found = []
    for name, title, columns, rows in TABLES:
        told = rows(page)
        if told:
            found.append(Table(name, _title(page, name, title), tuple(view.translate(column) for column in columns), tuple(told)))
    return tuple(found)


def _title(page: Page, name: str, title: str) -> str:
    """Return a title; daily reports of another cut-off than the briefing's say of which."""
    report = facts.report(page.view) if name == "units" else None
    if report is None or report.period.cutoff == page.view.at:
        return page._(title)
    return page._(N_("{title} (as of {moment})")).format(title=page._(title), moment=page.clock(report.period.cutoff))


def cell(value: Any) -> Cell:
    """Return a plain value: missing is None, a number a number, anything else its text."""
    if value is None or pd.isna(value):
        return None
    if isinstance(value, str):
        return value
    number = float(value)
    return int(number) if number.is_integer() else round(number, 2)


def _rows(frame: pd.DataFrame, columns: Sequence[str]) -> Rows:
    return [tuple(cell(value) for value in row) for row in frame[list(columns)].itertuples(index=False, name=None)]


def _units(page: Page) -> Rows:
    """Return the daily report of each unit, and its total."""
    found = facts.report(page.view)
    if found is None or not facts.isolation_kept(page.view):
        return []
    _ = page._
    said: Iterable[Any] = zip(found.units["submitted_at"], found.units["missing"], strict=True)
    told = [_(N_("not reported")) if missing else "" if pd.isna(at) else page.clock(at) for at, missing in said]
    rows = _rows(found.units.join(found.chain.units).assign(told=told), ["name", *FIGURE_NAMES, "told"])
    total = {**found.total, **found.chain.total}
    return [*rows, (_(N_("Total")), *(total[name] for name in FIGURE_NAMES), "")] if len(rows) > 1 else rows


def _entrances(page: Page) -> Rows:
    """Return the entrances by mode, of compounds and of other places: without orders no mode is known, without rosters who is there."""
    _ = page._
    found = page.view.layer("entrances")
    rosters = "rosters" in facts.kept_anywhere(page.view)
    rows: Rows = []
    for text, which in ((_(N_("compounds")), found["compound_id"].notna()), (_(N_("other places")), found["compound_id"].isna())):
        modes = found.loc[which, "mode"].fillna("")
        if len(modes):
            by_mode = [int((modes == mode).sum()) if modes.any() else None for mode in MODES]
            nobody = int(found.loc[which, "unstaffed"].sum()) if rosters and modes.any() else None
            rows.append((text, len(modes), *by_mode, int((modes == "").sum()), nobody))
    return rows


def _checkpoints(page: Page) -> Rows:
    """Return the checkpoints with the people there and the people needed."""
    _ = page._
    found = page.view.layer("checkpoints").sort_values("id")
    kinds = [_(KIND_NAMES[kind]) if kind in CHECKPOINT_KINDS else str(kind) for kind in found["kind"]]
    rosters = "rosters" in facts.kept_anywhere(page.view)
    return _rows(found.assign(kind=kinds, on_duty=found["on_duty"] if rosters else None), ["name", "kind", "staff_required", "on_duty"])


def _gaps(page: Page) -> Rows:
    found = facts.gaps(page.view)
    if found is None:
        return []
    told: Iterable[Any] = found[["subject_id", "name", "starts_at", "ends_at", "hours", "why"]].itertuples(index=False, name=None)
    return [
        (str(name or subject), page.clock(start), page.clock(end), cell(hours), page._(why))
        for subject, name, start, end, hours, why in told
    ]


def _exposed(page: Page) -> Rows:
    found = road_facts.exposed(page.view)
    if found is None or found.empty:
        return []
    routes = road_facts.study(page.view).routes.set_index("id")["length_m"]  # type: ignore[union-attr]
    people = found["population"].where(found["population_known"])
    frame = found.assign(people=people, length=found["id"].map(routes.round(-1))).sort_values(["population", "id"], ascending=[False, True])
    return _rows(frame, ["name", "people", "length"])


def _plan(page: Page) -> Rows:
    found = road_facts.plan(page.view)
    if found is None:
        return []
    rows: Iterable[Any] = found.itertuples()
    return [
        (
            int(row.number),
            cell(row.place),
            cell(row.road),
            f"{row.geometry.x:.6f}",
            f"{row.geometry.y:.6f}",
            cell(row.settlements),
            cell(row.people),
        )
        for row in rows
    ]


def _budget(page: Page) -> Rows:
    """Return what fewer posts would do; of the whole map alone, since a plan knows no borders."""
    found, mine = road_facts.study(page.view), road_facts.here(page.view)
    if found is None or mine is None or not mine.all():
        return []
    people = found.budget["protected_population"] if road_facts.counted(page.view) else None
    return _rows(found.budget.assign(people=people), ["posts", "protected_settlements", "people"])


def _assumed(page: Page) -> Rows:
    """Return what the statements about roads take for granted, and of which way to travel."""
    if road_facts.study(page.view) is None:
        return []
    modes: dict[str, list[str]] = {}
    for study in (page.view.study, page.view.on_foot):
        for said in claim.assumptions(study) if study.proves else ():
            modes.setdefault(said.text(page._), []).append(page._(claim.MODES[study.mode]))
    return [(text, page._(COMMA).join(of)) for text, of in modes.items()]


def _screening(page: Page) -> Rows:
    found = facts.screened(page.view)
    if found is None:
        return []
    columns = ["area_name", "households", "visited", *screening_rounds.REACHED, "open", "share", "screened", "key_persons"]
    return _rows(screening_rounds.by_grid(found).sort_values("area_name", kind="stable"), columns)


def _supplies(page: Page) -> Rows:
    if "supplies" not in facts.kept(page.view):
        return []
    found = page.view.stock
    few = page._(N_("too little"))
    told = [
        few if scarce else page._(DOUBTS[doubt]) if doubt else "" for scarce, doubt in zip(found["scarce"], found["doubt"], strict=True)
    ]
    return _rows(found.assign(told=told), ["area_name", "item", "measure_unit", "stock", "use_a_day", "days_left", "told"])


def _risk(page: Page) -> Rows:
    found = facts.risk(page.view)
    rows: Iterable[Any] = () if found is None else found.itertuples(index=False)

    def day(moment: Any) -> Cell:
        return None if pd.isna(moment) else page.day(moment)

    def level(row: Any) -> str:
        told = page._(LEVEL_NAMES[row.level])
        return told + page._(N_(" (ordered)")) if row.ordered else told

    return [(str(row.name), level(row), day(row.since), day(row.until), int(row.cases), int(row.new_in_window)) for row in rows]


def _measures(page: Page) -> Rows:
    found = facts.measures(page.view)
    rows: Iterable[Any] = () if found is None else found.itertuples(index=False)
    # Not who ordered it: that may be a person.
    return [(page.day(row.started_at), str(row.title), cell(row.content)) for row in rows]


TABLES: tuple[tuple[str, str, tuple[str, ...], Callable[[Page], Rows]], ...] = (
    ("units", N_("Daily report by unit"), (N_("Unit"), *FIGURE_NAMES.values(), N_("Reported at")), _units),
    (
        "risk",
        N_("Risk levels"),
        (
            N_("Area"),
            N_("Risk level"),
            N_("In force since"),
            N_("Changes on"),
            N_("Cases"),
            N_("Cases within the days of the rule"),
        ),
        _risk,
    ),
    (
        "entrances",
        N_("Entrances by mode"),
        (
            N_("Where"),
            N_("Entrances"),
            N_("Sealed"),
            N_("Open 24 h"),
            N_("Open by hours"),
            N_("No order"),
            N_("Open, nobody there"),
        ),
        _entrances,
    ),
    ("checkpoints", N_("Checkpoints"), (N_("Checkpoint"), N_("Kind"), N_("People needed"), N_("People there")), _checkpoints),
    (
        "gaps",
        N_("Hours that nobody covers"),
        (N_("Place"), N_("Nobody from"), N_("Nobody until"), N_("Hours"), N_("Why")),
        _gaps,
    ),
    ("exposed", N_("Exposed settlements"), (N_("Settlement"), N_("People"), N_("Shortest way in (m)")), _exposed),
    (
        "plan",
        N_("Posts to add"),
        (
            N_("No."),
            N_("Place"),
            N_("Road"),
            N_("Longitude"),
            N_("Latitude"),
            N_("Settlements open without it"),
            N_("People"),
        ),
        _plan,
    ),
    ("budget", N_("What fewer posts would do"), (N_("Posts"), N_("Settlements protected"), N_("People protected")), _budget),
    ("assumed", N_("What the statements about roads take for granted"), (N_("Taken for granted"), N_("Travelling")), _assumed),
    (
        "screening",
        N_("Screening by grid"),
        (
            N_("Grid"),
            N_("Households"),
            N_("Visited"),
            N_("Seen in person"),
            N_("By phone only"),
            N_("Through the landlord"),
            N_("Vacant"),
            N_("Still to reach"),
            N_("Done (%)"),
            N_("Screened"),
            N_("Key persons"),
        ),
        _screening,
    ),
    (
        "supplies",
        N_("Supplies"),
        (N_("Area"), N_("Item"), N_("Measure"), N_("Stock"), N_("Use a day"), N_("Days left"), N_("Remark")),
        _supplies,
    ),
    ("measures", N_("Measures in force"), (N_("In force since"), N_("What is done"), N_("Content")), _measures),
)
