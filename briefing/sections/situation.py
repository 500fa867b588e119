"""Part one 防疫情况: who lives here, who is isolated, cases and risk, readings, key persons."""

from __future__ import annotations

from typing import Any

import pandas as pd

from briefing import facts
from briefing.indicators import ask
from briefing.model import Paragraph
from briefing.page import COMMA, SEMICOLON, SHOWN, Page, filled
from errors import N_
from ledgers.people import persons

CHANGES = {
    "change.isolation.observing": N_("under observation {n}"),
    "change.readings.alarms": N_("with a fever or a symptom {n}"),
    "change.checkpoints.unstaffed": N_("checkpoints with nobody on duty {n}"),
    "change.reports.missing": N_("units without a report {n}"),
    "change.entrances.overdue": N_("overdue seals {n}"),
    "change.roads.exposed": N_("exposed settlements {n}"),
}
# In English; elsewhere a category is told as the settings call it.
CATEGORIES = {
    "confirmed": N_("confirmed cases"),
    "suspected": N_("suspected cases"),
    "fever": N_("people with a fever"),
    "contact": N_("close contacts"),
    "returnee": N_("people back from an affected area"),
}


def paragraphs(page: Page) -> list[Paragraph]:
    """Return the paragraphs of the part."""
    _ = page._
    return [
        *_before(page),
        page.heading("situation_area", _(N_("The area"))),
        _area(page),
        page.heading("situation_isolation_heading", _(N_("Isolation and cases"))),
        _isolation(page),
        *_chain(page),
        *_differences(page),
        _cases(page),
        *_risk(page),
        page.heading("situation_monitoring", _(N_("Monitoring and key persons"))),
        _readings(page),
        *_alarms(page),
        _persons(page),
    ]


def _before(page: Page) -> list[Paragraph]:
    """Return that the cut-off lies before everything that is recorded, where it does: then no figure says anything of it."""
    first = page.view.before_records
    if first is None:
        return []
    template = page._(N_("This cut-off lies before the first record, of {moment}: no figure of it is known."))
    return [Paragraph("situation_before", (template.format(moment=page.clock(first)),))]


def changes(page: Page) -> list[Paragraph]:
    """Return one line of the numbers that are not what they were at the briefing before; none where all are."""
    _ = page._
    told = [filled(_(text), {"n": page.number(query)}) for query, text in CHANGES.items() if ask(page.view, query)]
    if not told:
        return []
    template = _(N_("Since the last briefing: {changes}."))
    return [Paragraph("situation_changes", filled(template, {"changes": page.joined(told, between=COMMA)}))]


def _area(page: Page) -> Paragraph:
    _ = page._
    counts = (
        (page.number("areas.villages"), _(N_("villages {n}"))),
        (page.number("areas.communities"), _(N_("communities {n}"))),
        (page.number("areas.grids"), _(N_("grids {n}"))),
    )
    within = [filled(text, {"n": number}) for number, text in counts if number.value]
    people = page.numbers(population="areas.population", households="areas.households")
    what = _(N_("Population and households"))
    if not within:
        return page.sentence("situation_population", what, _(N_("Population {population}, households {households}.")), **people)
    template = _(N_("In the area: {areas}; population {population}, households {households}."))
    return page.sentence("situation_population", what, template, areas=page.joined(within, between=COMMA), **people)


def _isolation(page: Page) -> Paragraph:
    _ = page._
    return page.sentence(
        "situation_isolation",
        _(N_("Isolation")),
        _(
            N_(
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
        N_(
            "The day before {before} had been reported; with {new} new, {added} added since and {back} taken back since, "
            "these are {cumulative}."
        )
    )
    return [page.sentence("situation_chain", _(N_("Isolation since the day before")), template, **numbers)]


def _differences(page: Page) -> list[Paragraph]:
    """Return what does not add up, by name; that all adds up is one line."""
    _ = page._
    numbers = page.numbers(difference="isolation.difference", outside="isolation.outside")
    if numbers["difference"].value is None:
        return []
    if not any(number.value for number in numbers.values()):
        template = _(N_("The states sum to the cumulative figure (difference {difference}); whoever is isolated again counts again."))
        del numbers["outside"]
    else:
        template = _(N_("The figures do not add up: {difference} isolations are in no state, {outside} lie outside the units that report."))
    return [page.sentence("situation_reconciles", _(N_("Reconciliation")), template, **numbers)]


def _cases(page: Page) -> Paragraph:
    _ = page._
    numbers = page.numbers(confirmed="cases.confirmed", new="cases.new")
    template = _(N_("{confirmed} cases are confirmed, {new} of them new in the last 24 hours."))
    return page.sentence("situation_cases", _(N_("Confirmed cases")), template, **numbers)


def _risk(page: Page) -> list[Paragraph]:
    """Return the level of the area itself, its villages and communities by level, and which are not low, with their days."""
    _ = page._
    found, what = facts.risk(page.view), _(N_("Risk levels"))
    if found is None:
        return [Paragraph("situation_risk", page.short(what, page.number("risk.high")))]
    told = []
    if page.view.area in found.index:
        own = _level(page, found.loc[str(page.view.area)].to_dict())
        told.append(Paragraph("situation_risk", (_(N_("The area as a whole is of {level}.")).format(level=own),)))
    units = found[found["area_level"].isin(("village", "community")) & (found.index != page.view.area)]
    if len(units):
        template = _(N_("Of the villages and communities {high} are of high risk, {medium} of medium risk and {low} of low risk."))
        told.append(
            page.sentence("situation_risk_levels", what, template, **page.numbers(high="risk.high", medium="risk.medium", low="risk.low"))
        )
    marked = units[units["level"] != "low"].sort_values(["level", "since"])
    if len(marked):
        rows = [_(N_("{area}: {level}")).format(area=row["name"], level=_level(page, row.to_dict())) for _i, row in marked.iterrows()]
        more = _(N_(" and others")) if len(rows) > SHOWN else ""
        told.append(
            Paragraph("situation_risk_areas", (_(N_("Not of low risk: {areas}.")).format(areas=_(SEMICOLON).join(rows[:SHOWN]) + more),))
        )
    return told


def _level(page: Page, row: dict[Any, Any]) -> str:
    """Return a level with the day from which it holds and the day on which it changes if nothing new happens; an order is told as one."""
    _ = page._
    names = {"high": _(N_("high risk")), "medium": _(N_("medium risk")), "low": _(N_("low risk"))}
    level = names[row["level"]]
    since, until = (None if pd.isna(row[name]) else page.day(row[name]) for name in ("since", "until"))
    if row["ordered"]:
        # Not by cases: neither how many there were nor that none is new says why the level is what it is, nor when it ends.
        rule, ends = names[row["computed"]], row["ordered_until"]
        if pd.isna(ends):
            return _(N_("{level} (by order, until another order; {rule} by the rule)")).format(level=level, rule=rule)
        template = _(N_("{level} (by order until {until}; {rule} by the rule)"))
        return template.format(level=level, until=page.day(ends), rule=rule)
    if since and until:
        return _(N_("{level} (since {since}, changes on {until} if nothing new happens)")).format(level=level, since=since, until=until)
    return _(N_("{level} (since {since})")).format(level=level, since=since) if since else level


def _readings(page: Page) -> Paragraph:
    _ = page._
    template = _(N_("In the last 24 hours {taken} temperature readings were taken and {missed} missed; {due} are still to take."))
    numbers = page.numbers(taken="readings.taken", missed="readings.missed", due="readings.due")
    return page.sentence("situation_readings", _(N_("Temperature readings")), template, **numbers)


def _alarms(page: Page) -> list[Paragraph]:
    _ = page._
    numbers = page.numbers(abnormal="readings.abnormal", unmeasured="readings.unmeasured", alarms="readings.alarms")
    if numbers["unmeasured"].value is None:
        return []
    template = _(
        N_(
            "People with a fever or a symptom in the last 24 hours: {abnormal}; under observation but not measured: {unmeasured}; with a "
            "fever or a symptom, of whatever day, on which nobody has acted: {alarms}."
        )
    )
    return [page.sentence("situation_alarms", _(N_("Alarms")), template, **numbers)]


def _persons(page: Page) -> Paragraph:
    _ = page._
    numbers = page.numbers(screened="screening.screened", found="screening.key_persons", followed="persons.followed")
    what, categories = _(N_("Key persons")), facts.followed(page.view)
    if categories is None or categories.empty:
        template = _(N_("{screened} people have been screened and {found} key persons found; {followed} are followed."))
        return page.sentence("situation_persons", what, template, **numbers)
    names = persons.category_names(page.view.store)
    by = []
    for code in categories.value_counts().sort_index().sort_values(ascending=False, kind="stable").index:
        name = names.get(str(code), str(code))
        if page.view.lang == "en":
            name = _(CATEGORIES[str(code)]) if str(code) in CATEGORIES else name
        by.append(filled(_(N_("{name} {n}")), {"name": name, "n": page.number("persons.category", str(code), name=name)}))
    template = _(N_("{screened} people have been screened and {found} key persons found; {followed} are followed: {categories}."))
    return page.sentence("situation_persons", what, template, categories=page.joined(by, between=COMMA), **numbers)
