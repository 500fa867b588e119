"""Part three 存在问题: what was found uncovered: roads, hours, households, readings, units, supplies. What is in order takes one line."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from briefing import facts, road_facts
from briefing.model import Number, Paragraph, Run
from briefing.page import COMMA, SHOWN, Page, Part, filled
from briefing.sections import roads
from briefing.sections.lists import HOMES, PEOPLE, TIMES, by_grid, scarce
from errors import N_
from ledgers.roads.junction_names import called

# So many junctions are told by name; the map and the tables show all.
LEADING = 3


@dataclass(frozen=True)
class Topic:
    """Something that may lie open: the number that says whether it does, the sentence that says so, and the one that says what to do.

    What to do is said of the same parts; it is empty where part four computes it.
    """

    id: str
    what: str
    number: Number
    template: str
    parts: dict[str, Part]
    action: str = ""


def paragraphs(page: Page) -> list[Paragraph]:
    """Return the paragraphs of the part: a problem each, then what is in order, what is known in part, and what nobody knows.

    In order is what is calm: nothing was found, and the question was asked of all (``ledgers.evidence``).
    """
    _ = page._
    found = [topic for of in TOPICS for topic in of(page)]
    told = [
        Paragraph(f"problems_{topic.id}", filled(topic.template, {"n": topic.number, **topic.parts}))
        for topic in found
        if topic.number.value
    ]
    # How far the road data reach is said before anything that rests on them; people with a fever come before any road.
    at = int(bool(told) and told[0].id == "problems_alarms")
    told[at:at] = roads.claimed(page)
    calm = [topic for topic in found if topic.number.figure.calm]
    partial = [topic for topic in found if topic.number.figure.partial]
    unknown = [topic for topic in found if topic.number.value is None]
    if len(calm) > 1:
        told.append(Paragraph("problems_none", filled(_(N_("In order: {items}.")), {"items": _counts(page, calm)})))
    if partial:
        template = _(N_("Known in part only: {items}."))
        told.append(Paragraph("problems_partial", filled(template, {"items": page.joined(_in_part(page, topic) for topic in partial)})))
    if unknown:
        template = _(N_("No record says anything of these: {items}."))
        told.append(Paragraph("problems_unknown", filled(template, {"items": _counts(page, unknown)})))
    return told


def _in_part(page: Page, topic: Topic) -> tuple[Run, ...]:
    """Return of how many the question was not asked, behind the figure itself where it is told nowhere else."""
    unasked = page.number(f"unasked.{topic.number.query}")
    parts: dict[str, Part] = {"what": topic.what, "n": topic.number, "unasked_what": unasked.label, "unasked": unasked}
    if topic.number.value:
        return filled(page._(N_("{unasked_what} {unasked}")), parts)
    return filled(page._(N_("{what} {n}, but {unasked_what} {unasked}")), parts)


def _counts(page: Page, topics: Sequence[Topic]) -> list[Run]:
    return page.joined(filled(page._(N_("{what} {n}")), {"what": topic.what, "n": topic.number}) for topic in topics)


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
        template = _(N_("Roads: {n} of {settlements} settlements, with {people} people, can be reached by vehicle past no post: {names}."))
        uncounted = page.number("roads.exposed_uncounted")
        if uncounted.value == exposed.value:
            template = _(
                N_("Roads: {n} of {settlements} settlements can be reached by vehicle past no post: {names}; population: {people}.")
            )
        elif uncounted.value:
            parts["uncounted"] = uncounted
            template = _(
                N_(
                    "Roads: {n} of {settlements} settlements can be reached by vehicle past no post: {names}; {people} people are known "
                    "to live there, of {uncounted} settlements the number is not known."
                )
            )
    yield Topic("roads", _(N_("exposed settlements")), exposed, template, parts)


def crossings(page: Page) -> Iterable[Topic]:
    """Yield the crossings without a post, by road."""
    _ = page._
    found, number = road_facts.open_crossings(page.view), page.number("roads.crossings_open")
    parts: dict[str, Part] = {}
    if number.value and found is not None:
        nameless = _(N_("roads without a name"))
        names = {road: nameless if road == road_facts.NAMELESS else str(road) for road in found.index[:SHOWN]}
        rows = [
            filled(_(N_("{road}: {n}")), {"road": name, "n": page.number("roads.crossings_open_on", str(road), name=name)})
            for road, name in names.items()
        ]
        more = [_(N_(" and others"))] if len(found) > SHOWN else []
        parts = {"total": page.number("roads.crossings"), "names": [*page.joined(rows, between=COMMA), *more]}
    template = _(N_("Border: of {total} places where a road crosses it {n} have no checkpoint: {names}."))
    action = _(N_("Border: decide on a checkpoint or a block at {n} of {total} crossings: {names}."))
    yield Topic("crossings", _(N_("crossings without a checkpoint")), number, template, parts, action)


def unattached(page: Page) -> Iterable[Topic]:
    """Yield the settlements that no road leads to, where there are any."""
    _ = page._
    if (number := page.number("roads.unattached")).value:
        template = _(N_("No road is known to lead to {n} settlements; of them nothing is proved."))
        action = _(N_("Road data: enter the roads of {n} settlements that none leads to."))
        yield Topic("unattached", _(N_("settlements without a road")), number, template, {}, action)


def _junctions(page: Page) -> Iterable[Topic]:
    _ = page._
    found, number = road_facts.junctions(page.view), page.number("roads.junctions")
    leading: list[Sequence[Run]] = []
    if number.value and found is not None:
        top = found.head(LEADING)
        for row, name in zip(top.itertuples(), called(top, page.view.study.settlements, _), strict=True):
            parts: dict[str, Part] = {"name": name, "rank": str(row.rank)}
            template = _(N_("{name} (no. {rank})"))
            if row.alone:
                queries = {"settlements": "junction.alone_settlements", "people": "junction.alone"}
                alone = {part: page.number(query, str(row.id), name=name) for part, query in queries.items()}
                template = _(N_("{name} (no. {rank}; a post there alone protects {settlements} settlements, {people} people)"))
                if alone["people"].value is None:
                    template = _(N_("{name} (no. {rank}; a post there alone protects {settlements} settlements, population: {people})"))
                parts |= alone
            leading.append(filled(template, parts))
    template = _(N_("Junctions: of the junctions on the ways in that nobody watches the leading ones are {names}; there are {n} in all."))
    yield Topic("junctions", _(N_("unmonitored junctions")), number, template, {"names": page.joined(leading, between=COMMA)})


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
        N_("Hours: in the next 24 hours nobody covers {entrances} entrances and {posts} checkpoints for {n} hours in all: {names}.")
    )
    yield Topic("hours", _(N_("uncovered hours")), number, template, parts)


def seals(page: Page) -> Iterable[Topic]:
    """Yield the entrances sealed past the date of their order."""
    _ = page._
    overdue = page.number("entrances.overdue")
    entrances = page.view.layer("entrances")
    names = page.listed(entrances.loc[entrances["overdue"].astype(bool), "name"])
    template = _(N_("Seals: {n} entrances are sealed past the date of their order: {names}."))
    action = _(N_("Seals: decide on {n} entrances whose order has run out: {names}."))
    yield Topic("seals", _(N_("overdue seals")), overdue, template, {"names": names}, action)


# People


def alarms(page: Page) -> Iterable[Topic]:
    """Yield the grids in which somebody under observation has a fever or a symptom."""
    _ = page._
    number = page.number("readings.alarms")
    grids = by_grid(page, "readings.alarms_in", "alarms", _(PEOPLE)) if number.value else []
    template = _(N_("Fever: {n} people under observation have a fever or a symptom on which nobody has acted: {grids}."))
    action = _(N_("Fever: {grids} with a fever or a symptom ({n} in all), take them to a doctor at once."))
    yield Topic("alarms", _(N_("people with a fever or a symptom")), number, template, {"grids": grids}, action)


def _households(page: Page) -> Iterable[Topic]:
    _ = page._
    unreached = page.number("screening.unreached")
    template = _(N_("Households: {n} have not been reached: {grids}."))
    grids = by_grid(page, "screening.unreached_in", "unreached", _(HOMES)) if unreached.value else []
    yield Topic("households", _(N_("households not reached")), unreached, template, {"grids": grids})


def missed(page: Page) -> Iterable[Topic]:
    """Yield the readings that were missed."""
    _ = page._
    missed = page.number("readings.missed")
    template = _(N_("Readings: {n} were missed in the last 24 hours: {grids}."))
    grids = by_grid(page, "readings.missed_in", "missed", _(TIMES)) if missed.value else []
    action = _(N_("Readings: find out why {n} were missed, and make up for them: {grids}."))
    yield Topic("readings", _(N_("missed readings")), missed, template, {"grids": grids}, action)


def _releases(page: Page) -> Iterable[Topic]:
    _ = page._
    template = _(N_("Releases: {n} people are still under observation though their days are over."))
    yield _plain(page, "releases", _(N_("overdue releases")), "isolation.release_over", template)


def _reports(page: Page) -> Iterable[Topic]:
    _ = page._
    found, missing = facts.report(page.view), page.number("reports.missing")
    names: dict[str, Part] = {}
    if found is not None:
        day, units = page.day(found.period.cutoff), found.units["name"]
        names = {"day": day, "units": page.number("reports.units"), "names": page.listed(units[found.units["missing"]])}
    template = _(N_("Reports: {n} of {units} units have not reported for {day}: {names}."))
    yield Topic("reports", _(N_("units without a report")), missing, template, names)


def late(page: Page) -> Iterable[Topic]:
    """Yield the units that reported late."""
    _ = page._
    found, number = facts.report(page.view), page.number("reports.late")
    told: dict[str, Part] = {}
    if found is not None:
        told = {"day": page.day(found.period.cutoff), "names": page.listed(found.units.loc[found.units["late"], "name"])}
    template = _(N_("Late: {n} units reported late for {day}: {names}."))
    action = _(N_("Reports: have {n} units report in time: {names}."))
    yield Topic("late", _(N_("late reports")), number, template, told, action)


# Upkeep


def _supplies(page: Page) -> Iterable[Topic]:
    _ = page._
    number = page.number("supplies.scarce")
    template = _(N_("Supplies: {n} stocks last no more than two days: {items}."))
    yield Topic("supplies", _(N_("scarce supplies")), number, template, {"items": page.joined(scarce(page)) if number.value else []})


def miscounted(page: Page) -> Iterable[Topic]:
    """Yield the stocks of which more was used than was entered, where there are any: it is a flag, and nothing to be in order."""
    _ = page._
    found, number = facts.miscounted(page.view), page.number("supplies.miscounted")
    rows: Iterable[tuple[str, str]] = [] if found is None else found[["area_name", "item"]].itertuples(index=False, name=None)
    names = page.listed(_(N_("{area} {subject}")).format(area=area, subject=item) for area, item in rows)
    template = _(N_("Supplies: of {n} stocks more was used than was entered, so that nobody knows what is there: {names}."))
    action = _(N_("Supplies: count {n} stocks anew: {names}."))
    if number.value:
        yield Topic("miscounted", _(N_("stocks used beyond what was entered")), number, template, {"names": names}, action)


def rounds(page: Page) -> Iterable[Topic]:
    """Yield the places whose disinfection is overdue."""
    _ = page._
    found, number = facts.rounds(page.view), page.number("disinfection.overdue")
    parts: dict[str, Part] = {"names": ""}
    template = _(N_("Disinfection: {n} places are overdue: {names}."))
    if found is not None:
        late = found[found["state"].isin(("overdue", "never"))]
        parts["names"] = page.listed(late["name"])
        if (late["state"] == "never").any():
            parts["never"] = page.number("disinfection.never")
            template = _(N_("Disinfection: {n} places are overdue, {never} of them without any round on record: {names}."))
    action = _(N_("Disinfection: disinfect {n} overdue places at once: {names}."))
    yield Topic("disinfection", _(N_("overdue disinfection")), number, template, parts, action)


def _checks(page: Page) -> Iterable[Topic]:
    _ = page._
    found, number = facts.checks_due(page.view), page.number("units.checks_overdue")
    names = "" if found is None else page.listed(found.loc[found["overdue"], "name"])
    template = _(N_("Social units: the check of {n} is overdue: {names}."))
    yield Topic("checks", _(N_("overdue checks of social units")), number, template, {"names": names})


def findings(page: Page) -> Iterable[Topic]:
    """Yield the findings of inspections that are not mended."""
    _ = page._
    found, number = facts.findings(page.view), page.number("findings.open")
    listed = []
    if found is not None:
        still = found[found["status"] == "open"]
        listed = [
            _(N_("{area} {subject}")).format(area=area, subject=subject)
            for area, subject in zip(still["area_name"], still["subject"], strict=True)
        ]
    template = _(N_("Inspections: {n} findings have not been mended: {findings}."))
    action = _(N_("Inspections: have {n} findings mended by a date: {findings}."))
    yield Topic("findings", _(N_("open findings")), number, template, {"findings": page.listed(listed)}, action)


# What the topics ask, each with a coverage of its own.
QUERIES = (
    *("readings.alarms", "roads.exposed", "roads.crossings_open", "roads.junctions", "roads.unattached", "gaps.hours", "entrances.overdue"),
    *("screening.unreached", "readings.missed", "isolation.release_over", "reports.missing", "reports.late", "supplies.scarce"),
    *("disinfection.overdue", "units.checks_overdue", "findings.open"),
)
# The most urgent first.
TOPICS = (
    alarms,
    _roads,
    crossings,
    _junctions,
    unattached,
    _hours,
    seals,
    _households,
    missed,
    _releases,
    _reports,
    late,
    _supplies,
    miscounted,
    rounds,
    _checks,
    findings,
)
