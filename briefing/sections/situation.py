"""Part one 防疫情况: who lives here, who is isolated, cases and risk, readings, key persons."""

from __future__ import annotations

from typing import Any

import pandas as pd

from briefing import facts
from briefing.indicators import ask
from briefing.model import Paragraph
from briefing.page import COMMA, SEMICOLON, SHOWN, Page, filled
from errors import mark
from ledgers.people import persons

CHANGES = {
    "change.isolation.observing": mark("under observation {n}"),
    "change.readings.alarms": mark("with a fever or a symptom {n}"),
    "change.checkpoints.unstaffed": mark("checkpoints with nobody on duty {n}"),
    "change.reports.missing": mark("units without a report {n}"),
    "change.entrances.overdue": mark("overdue seals {n}"),
    "change.roads.exposed": mark("exposed settlements {n}"),
}
# In English; elsewhere a category is told as the settings call it.
CATEGORIES = {
    "confirmed": mark("confirmed cases"),
    "suspected": mark("suspected cases"),
    "fever": mark("people with a fever"),
    "contact": mark("close contacts"),
    "returnee": mark("people back from an affected area"),
}


def paragraphs(page: Page) -> list[Paragraph]:
    """Return the paragraphs of the part."""
    _ = page._
    return [
        *_before(page),
        page.heading("situation_area", _(mark("The area"))),
        _area(page),
        page.heading("situation_isolation_heading", _(mark("Isolation and cases"))),
        _isolation(page),
        *_chain(page),
        *_differences(page),
        _cases(page),
        *_risk(page),
        page.heading("situation_monitoring", _(mark("Monitoring and key persons"))),
        _readings(page),
        *_alarms(page),
        _persons(page),
    ]


def _before(page: Page) -> list[Paragraph]:
    """Return that the cut-off lies before everything that is recorded, where it does: then no figure says anything of it."""
    first = page.view.before_records
    if first is None:
        return []
    template = page._(mark("This cut-off lies before the first record, of {moment}: no figure of it is known."))
    return [Paragraph("situation_before", (template.format(moment=page.clock(first)),))]


def changes(page: Page) -> list[Paragraph]:
    """Return one line of the numbers that are not what they were at the briefing before; none where all are."""
    _ = page._
    told = [filled(_(text), {"n": page.number(query)}) for query, text in CHANGES.items() if ask(page.view, query)]
    if not told:
        return []
    template = _(mark("Since the last briefing: {changes}."))
    return [Paragraph("situation_changes", filled(template, {"changes": page.joined(told, between=COMMA)}))]


def _area(page: Page) -> Paragraph:
    _ = page._
    counts = (
        (page.number("areas.villages"), _(mark("villages {n}"))),
        (page.number("areas.communities"), _(mark("communities {n}"))),
        (page.number("areas.grids"), _(mark("grids {n}"))),
    )
    within = [filled(text, {"n": number}) for number, text in counts if number.value]
    people = page.numbers(population="areas.population", households="areas.households")
    what = _(mark("Population and households"))
    if not within:
        return page.sentence("situation_population", what, _(mark("Population {population}, households {households}.")), **people)
    template = _(mark("In the area: {areas}; population {population}, households {households}."))
    return page.sentence("situation_population", what, template, areas=page.joined(within, between=COMMA), **people)


def _isolation(page: Page) -> Paragraph:
    _ = page._
    return page.sentence(
        "situation_isolation",
        _(mark("Isolation")),
        _(
            mark(
                "{cumulative} people have been isolated in all, {new} of them new in the last 24 hours: {observing} are under observation, "
                "{hospital} in hospital, {released} released, {transferred} transferred, and in {refuted} the disease was ruled out."
            )
        ),
        **page.numbers(
            cumulative="isolation.cumulative",
            new="isolation.new",
            observing="isolation.observing",
            hospital="isolation.hospital",
            released="isolation.released",
            transferred="isolation.transferred",
            refuted="isolation.refuted",
        ),
    )


def _chain(page: Page) -> list[Paragraph]:
    """Return what leads from the figure of the day before to this one, where new ones alone do not."""
    _ = page._
    numbers = page.numbers(
        before="isolation.before",
        new="isolation.new",
        added="isolation.added_late",
        back="isolation.taken_back",
        cumulative="isolation.cumulative",
    )
    if not (numbers["added"].value or numbers["back"].value):
        return []
    template = _(
        mark(
            "The day before {before} had been reported; with {new} new, {added} added since and {back} taken back since, "
            "these are {cumulative}."
        )
    )
    return [page.sentence("situation_chain", _(mark("Isolation since the day before")), template, **numbers)]


def _differences(page: Page) -> list[Paragraph]:
    """Return what does not add up, by name; that all adds up is one line."""
    _ = page._
    numbers = page.numbers(difference="isolation.difference", outside="isolation.outside")
    if numbers["difference"].value is None:
        return []
    if not any(number.value for number in numbers.values()):
        template = _(mark("The states sum to the cumulative figure (difference {difference}); whoever is isolated again counts again."))
        del numbers["outside"]
    else:
        template = _(
            mark("The figures do not add up: {difference} isolations are in no state, {outside} lie outside the units that report.")
        )
    return [page.sentence("situation_reconciles", _(mark("Reconciliation")), template, **numbers)]


def _cases(page: Page) -> Paragraph:
    _ = page._
    numbers = page.numbers(confirmed="cases.confirmed", new="cases.new")
    template = _(mark("{confirmed} cases are confirmed, {new} of them new in the last 24 hours."))
    return page.sentence("situation_cases", _(mark("Confirmed cases")), template, **numbers)


def _risk(page: Page) -> list[Paragraph]:
    """Return the level of the area itself, its villages and communities by level, and which are not low, with their days."""
    _ = page._
    found, what = facts.risk(page.view), _(mark("Risk levels"))
    if found is None:
        return [Paragraph("situation_risk", page.short(what, page.number("risk.high")))]
    told = []
    if page.view.area in found.index:
        own = _level(page, found.loc[str(page.view.area)].to_dict())
        told.append(Paragraph("situation_risk", (_(mark("The area as a whole is of {level}.")).format(level=own),)))
    units = found[found["area_level"].isin(("village", "community")) & (found.index != page.view.area)]
    if len(units):
        template = _(mark("Of the villages and communities {high} are of high risk, {medium} of medium risk and {low} of low risk."))
        told.append(
            page.sentence("situation_risk_levels", what, template, **page.numbers(high="risk.high", medium="risk.medium", low="risk.low"))
        )
    marked = units[units["level"] != "low"].sort_values(["level", "since"])
    if len(marked):
        rows = [_(mark("{area}: {level}")).format(area=row["name"], level=_level(page, row.to_dict())) for _i, row in marked.iterrows()]
        more = _(mark(" and others")) if len(rows) > SHOWN else ""
        told.append(
            Paragraph("situation_risk_areas", (_(mark("Not of low risk: {areas}.")).format(areas=_(SEMICOLON).join(rows[:SHOWN]) + more),))
        )
    return told


def _level(page: Page, row: dict[Any, Any]) -> str:
    """Return a level with the day from which it holds and the day on which it changes if nothing new happens; an order is told as one."""
    _ = page._
    names = {"high": _(mark("high risk")), "medium": _(mark("medium risk")), "low": _(mark("low risk"))}
    level = names[row["level"]]
    since, until = (None if pd.isna(row[name]) else page.day(row[name]) for name in ("since", "until"))
    if row["ordered"]:
        # Not by cases: neither how many there were nor that none is new says why the level is what it is, nor when it ends.
        rule, ends = names[row["computed"]], row["ordered_until"]
        if pd.isna(ends):
            return _(mark("{level} (by order, until another order; {rule} by the rule)")).format(level=level, rule=rule)
        template = _(mark("{level} (by order until {until}; {rule} by the rule)"))
        return template.format(level=level, until=page.day(ends), rule=rule)
    if since and until:
        return _(mark("{level} (since {since}, changes on {until} if nothing new happens)")).format(level=level, since=since, until=until)
    return _(mark("{level} (since {since})")).format(level=level, since=since) if since else level


def _readings(page: Page) -> Paragraph:
    _ = page._
    template = _(mark("In the last 24 hours {taken} temperature readings were taken and {missed} missed; {due} are still to take."))
    numbers = page.numbers(taken="readings.taken", missed="readings.missed", due="readings.due")
    return page.sentence("situation_readings", _(mark("Temperature readings")), template, **numbers)


def _alarms(page: Page) -> list[Paragraph]:
    _ = page._
    numbers = page.numbers(abnormal="readings.abnormal", unmeasured="readings.unmeasured", alarms="readings.alarms")
    if numbers["unmeasured"].value is None:
        return []
    template = _(
        mark(
            "People with a fever or a symptom in the last 24 hours: {abnormal}; under observation but not measured: {unmeasured}; with a "
            "fever or a symptom, of whatever day, on which nobody has acted: {alarms}."
        )
    )
    return [page.sentence("situation_alarms", _(mark("Alarms")), template, **numbers)]


def _persons(page: Page) -> Paragraph:
    _ = page._
    numbers = page.numbers(screened="screening.screened", found="screening.key_persons", followed="persons.followed")
    what, categories = _(mark("Key persons")), facts.followed(page.view)
    if categories is None or categories.empty:
        template = _(mark("{screened} people have been screened and {found} key persons found; {followed} are followed."))
        return page.sentence("situation_persons", what, template, **numbers)
    names = persons.category_names(page.view.store)
    by = []
    for code in categories.value_counts().sort_index().sort_values(ascending=False, kind="stable").index:
        name = names.get(str(code), str(code))
        if page.view.lang == "en":
            name = _(CATEGORIES[str(code)]) if str(code) in CATEGORIES else name
        by.append(filled(_(mark("{name} {n}")), {"name": name, "n": page.number("persons.category", str(code), name=name)}))
    template = _(mark("{screened} people have been screened and {found} key persons found; {followed} are followed: {categories}."))
    return page.sentence("situation_persons", what, template, categories=page.joined(by, between=COMMA), **numbers)
