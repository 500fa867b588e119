"""Part three 存在问题: what was found uncovered: roads, hours, households, readings, units, supplies. What is in order takes one line."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import pandas as pd

from briefing import facts, road_facts
from briefing.indicators.upkeep import item_key
from briefing.model import Number, Paragraph, Run
from briefing.page import COMMA, SHOWN, Page, Part, filled
from errors import mark

# So many junctions are told by name; the map and the tables show all.
LEADING = 3
HOMES, TIMES = mark("{area}: households {n}"), mark("{area}: times {n}")


@dataclass(frozen=True)
class Topic:
    """Something that may lie open: the number that says whether it does, and the sentence that says so (None: the number alone)."""

    id: str
    what: str
    number: Number
    template: str
    parts: dict[str, Part]


def paragraphs(page: Page) -> list[Paragraph]:
    """Return the paragraphs of the part: a problem each, then what is in order, then what nobody knows."""
    _ = page._
    found = [topic for of in TOPICS for topic in of(page)]
    told = [
        Paragraph(f"problems_{topic.id}", filled(topic.template, {"n": topic.number, **topic.parts}))
        for topic in found
        if topic.number.value
    ]
    calm = [topic for topic in found if topic.number.value == 0]
    unknown = [topic for topic in found if topic.number.value is None]
    if calm:
        told.append(Paragraph("problems_none", filled(_(mark("In order: {items}.")), {"items": _counts(page, calm)})))
    if unknown:
        template = _(mark("No record says anything of these: {items}."))
        told.append(Paragraph("problems_unknown", filled(template, {"items": _counts(page, unknown)})))
    return told


def _counts(page: Page, topics: Sequence[Topic]) -> list[Run]:
    return page.joined(filled(page._(mark("{what} {n}")), {"what": topic.what, "n": topic.number}) for topic in topics)


def _plain(page: Page, name: str, what: str, query: str, template: str) -> Topic:
    return Topic(name, what, page.number(query), template, {})


# Roads


def _roads(page: Page) -> Iterable[Topic]:
    _ = page._
    exposed = page.number("roads.exposed")
    found = road_facts.exposed(page.view)
    parts: dict[str, Part] = {}
    template = ""
    if found is not None and len(found):
        names = found.sort_values(["population", "id"], ascending=[False, True])["name"]
        parts = {**page.numbers(settlements="roads.settlements", people="roads.exposed_people"), "names": page.listed(names)}
        template = _(
            mark("Roads: {n} of {settlements} settlements, with {people} people, can be reached from outside past no post: {names}.")
        )
        uncounted = page.number("roads.exposed_uncounted")
        if uncounted.value == exposed.value:
            template = _(
                mark("Roads: {n} of {settlements} settlements can be reached from outside past no post: {names}; population: {people}.")
            )
        elif uncounted.value:
            parts["uncounted"] = uncounted
            template = _(
                mark(
                    "Roads: {n} of {settlements} settlements can be reached from outside past no post: {names}; {people} people are known "
                    "to live there, of {uncounted} settlements the number is not known."
                )
            )
    yield Topic("roads", _(mark("exposed settlements")), exposed, template, parts)
    yield from _crossings(page)
    yield from _junctions(page)
    if (unattached := page.number("roads.unattached")).value:
        yield Topic(
            "unattached",
            _(mark("settlements without a road")),
            unattached,
            _(mark("No road is known to lead to {n} settlements; of them nothing is proved.")),
            {},
        )


def _crossings(page: Page) -> Iterable[Topic]:
    _ = page._
    found, number = road_facts.crossings(page.view), page.number("roads.crossings_open")
    parts: dict[str, Part] = {}
    if number.value and found is not None:
        without = found[~found["with_post"]]
        names = dict.fromkeys(
            str(name) for name in without["name"].where(without["name"] != "", without["ref"]) if name and not pd.isna(name)
        )
        parts = {"total": page.number("roads.crossings"), "names": page.listed(names) or _(mark("roads without a name"))}
    template = _(mark("Border: {n} of {total} roads across the border have no checkpoint: {names}."))
    yield Topic("crossings", _(mark("crossings without a checkpoint")), number, template, parts)


def _junctions(page: Page) -> Iterable[Topic]:
    _ = page._
    found, number = road_facts.junctions(page.view), page.number("roads.junctions")
    leading: list[Sequence[Run]] = []
    if number.value and found is not None:
        for row in found.head(LEADING).itertuples():
            name = str(row.name) if row.name else str(row.id)
            parts: dict[str, Part] = {"name": name, "rank": str(row.rank)}
            template = _(mark("{name} (no. {rank})"))
            if row.alone and road_facts.counted(page.view):
                template = _(mark("{name} (no. {rank}; a post there protects {alone} people by itself)"))
                parts["alone"] = page.number("junction.alone", str(row.id), name=name)
            leading.append(filled(template, parts))
    template = _(mark("Junctions: on the ways in {n} junctions are watched by nobody; the leading ones are {names}."))
    yield Topic("junctions", _(mark("unmonitored junctions")), number, template, {"names": page.joined(leading, between=COMMA)})


# Hours


def _hours(page: Page) -> Iterable[Topic]:
    _ = page._
    number, found = page.number("gaps.hours"), facts.gaps(page.view)
    parts: dict[str, Part] = {}
    if number.value and found is not None:
        parts = {
            **page.numbers(entrances="gaps.entrances", posts="gaps.checkpoints"),
            "names": page.listed(found["name"].drop_duplicates()),
        }
    template = _(
        mark("Hours: in the next 24 hours nobody covers {entrances} entrances and {posts} checkpoints for {n} hours in all: {names}.")
    )
    yield Topic("hours", _(mark("uncovered hours")), number, template, parts)
    overdue = page.number("entrances.overdue")
    entrances = page.view.layer("entrances")
    names = page.listed(entrances.loc[entrances["overdue"].astype(bool), "name"])
    template = _(mark("Seals: {n} entrances are sealed past the date of their order: {names}."))
    yield Topic("seals", _(mark("overdue seals")), overdue, template, {"names": names})


# People


def by_grid(page: Page, query: str, what: str, template: str) -> list[Run]:
    """Return the areas with the most of something to do (``facts.by_area``), each with its number."""
    found = facts.by_area(page.view).get(what, pd.Series(dtype="int64"))
    names = facts.areas(page.view)["name"]
    rows = []
    for area in found[found > 0].index[:SHOWN]:
        name = str(names.get(area, area))
        rows.append(filled(template, {"area": name, "n": page.number(query, str(area), name=name)}))
    return [*page.joined(rows, between=COMMA), *([page._(mark(" and others"))] if (found > 0).sum() > SHOWN else [])]


def _people(page: Page) -> Iterable[Topic]:
    _ = page._
    unreached, missed = page.number("screening.unreached"), page.number("readings.missed")
    template = _(mark("Households: {n} have not been reached: {grids}."))
    grids = by_grid(page, "screening.unreached_in", "unreached", _(HOMES)) if unreached.value else []
    yield Topic("households", _(mark("households not reached")), unreached, template, {"grids": grids})
    template = _(mark("Readings: {n} were missed in the last 24 hours: {grids}."))
    grids = by_grid(page, "readings.missed_in", "missed", _(TIMES)) if missed.value else []
    yield Topic("readings", _(mark("missed readings")), missed, template, {"grids": grids})
    template = _(mark("Releases: {n} people are still under observation though their days are over."))
    yield _plain(page, "releases", _(mark("overdue releases")), "isolation.release_over", template)


def _reports(page: Page) -> Iterable[Topic]:
    _ = page._
    found, missing, late = facts.report(page.view), page.number("reports.missing"), page.number("reports.late")
    names: dict[str, Part] = {}
    told: dict[str, Part] = {}
    if found is not None:
        day, units = page.day(found.period.cutoff), found.units["name"]
        names = {"day": day, "units": page.number("reports.units"), "names": page.listed(units[found.units["missing"]])}
        told = {"day": day, "names": page.listed(units[found.units["late"]])}
    template = _(mark("Reports: {n} of {units} units have not reported for {day}: {names}."))
    yield Topic("reports", _(mark("units without a report")), missing, template, names)
    template = _(mark("Late: {n} units reported late for {day}: {names}."))
    yield Topic("late", _(mark("late reports")), late, template, told)


# Upkeep


def _supplies(page: Page) -> Iterable[Topic]:
    _ = page._
    number = page.number("supplies.scarce")
    template = _(mark("Supplies: {n} stocks last less than two days: {items}."))
    yield Topic("supplies", _(mark("scarce supplies")), number, template, {"items": page.joined(scarce(page)) if number.value else []})


def scarce(page: Page) -> list[tuple[Run, ...]]:
    """Return the stocks that run out soonest: whose, of what, and for how many days."""
    found = page.view.stock
    rows = []
    for area, name, item, unit in (
        found.loc[found["scarce"], ["area_id", "area_name", "item", "measure_unit"]].head(SHOWN).itertuples(index=False)
    ):
        left = page.number("supplies.left", f"{area}/{item_key(item, unit)}", name=f"{name} {item}")
        rows.append(filled(page._(mark("{area}: {item} for {left} days")), {"area": str(name), "item": str(item), "left": left}))
    return rows


def _rounds(page: Page) -> Iterable[Topic]:
    _ = page._
    found, number = facts.rounds(page.view), page.number("disinfection.overdue")
    names = "" if found is None else page.listed(found.loc[found["state"] == "overdue", "name"])
    template = _(mark("Disinfection: {n} places are overdue: {names}."))
    yield Topic("disinfection", _(mark("overdue disinfection")), number, template, {"names": names})


def _checks(page: Page) -> Iterable[Topic]:
    _ = page._
    template = _(mark("Social units: {n} are to be checked, {again} of them again after a failed check."))
    again: dict[str, Part] = {"again": page.number("units.rechecks_due")}
    yield Topic("checks", _(mark("social units to check")), page.number("units.checks_due"), template, again)
    found, number = facts.findings(page.view), page.number("findings.open")
    listed = []
    if found is not None:
        still = found[found["status"] == "open"]
        listed = [
            _(mark("{area} {subject}")).format(area=area, subject=subject)
            for area, subject in zip(still["area_name"], still["subject"], strict=True)
        ]
    template = _(mark("Inspections: {n} findings have not been mended: {findings}."))
    yield Topic("findings", _(mark("open findings")), number, template, {"findings": page.listed(listed)})


TOPICS = (_roads, _hours, _people, _reports, _supplies, _rounds, _checks)
