"""Part four 下步建议: what was computed, and nothing else: the sick, posts to add, shifts to fill, and what each problem asks for."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from briefing import facts, road_facts
from briefing.indicators import figure
from briefing.model import Number, Paragraph, Run
from briefing.page import COMMA, Page, Part, filled, number_id
from briefing.sections import problems, roads
from briefing.sections.lists import HOMES, TIMES, by_grid, scarce
from errors import N_
from ledgers.evidence import all_clear

Step = Callable[[Page], list[Paragraph]]
HOURS_OF = {"checkpoints": "gaps.hours_of", "entrances": "gaps.entrance_hours_of"}
# The text names so many posts and shifts; the tables list all.
NAMED = 10


def paragraphs(page: Page) -> list[Paragraph]:
    """Return the paragraphs of the part."""
    told = [paragraph for of in STEPS for paragraph in of(page)]
    if told:
        return told
    if all_clear(figure(page.view, query) for query in problems.QUERIES):
        return [Paragraph("advice_none", (page._(N_("Nothing that was computed asks for action.")),))]
    return [
        Paragraph("advice_unknown", (page._(N_("What is known asks for no action; what part three calls unknown is to be asked first.")),))
    ]


def _act(*topics: Callable[[Page], Iterable[problems.Topic]]) -> Step:
    """Return what to do about problems, as each says itself."""

    def step(page: Page) -> list[Paragraph]:
        found = [topic for of in topics for topic in of(page) if topic.number.value]
        return [Paragraph(f"advice_on_{topic.id}", filled(topic.action, {"n": topic.number, **topic.parts})) for topic in found]

    return step


def _posts(page: Page) -> list[Paragraph]:
    """Return the posts to add: where each stands, what it closes, why fewer cannot do, and how many it takes on foot."""
    _ = page._
    asked, plan, exposed = road_facts.asked(page.view), road_facts.plan(page.view), road_facts.exposed(page.view)
    what = _(N_("Posts to add"))
    if asked is not None and not asked.proves:
        return [Paragraph("advice_posts", (_(N_("Posts: nothing is proved. {why}")).format(why=_(asked.nothing_because or "")),))]
    if asked is None or exposed is None:
        return [Paragraph("advice_posts", page.short(what, page.number("plan.posts")))]
    if plan is None:
        why = asked.obstacle().text(page.view.translate)
        impossible = _(N_("Against vehicles posts alone cannot close every way in. {why}")).format(why=why)
        return [Paragraph("advice_posts", (impossible,)), roads.both_modes(page, "advice_modes")]
    if plan.empty:
        return [roads.both_modes(page, "advice_modes")] if road_facts.covers_all(page.view) and page.view.on_foot.proposed.size else []
    numbers = page.numbers(posts="plan.posts", sealing="roads.sealing")
    template = _(N_("Posts: {posts} further posts, of {sealing} that close every way in by vehicle as drawn, concern the area."))
    told = [page.sentence("advice_posts", what, template, **numbers)]
    each = page.numbers(settlements="plan.each_settlements", people="plan.each_people")
    # Of posts that guard others alone nothing is said here together: each would be needed for somebody else.
    alike = len(plan) > 1 and bool(each["settlements"].value) and (each["people"].value is not None or plan["people"].isna().all())
    alike = alike and not (plan["uncounted"].any() and plan["people"].notna().any())
    for row in plan.head(NAMED).itertuples():
        told.append(_post(page, row, alike=alike))
    if alike:
        told.append(_each(page, what, each, more=len(plan) > NAMED, others=len(plan) < len(asked.proposed)))
    template = _(
        N_("Fewer cannot do: {disjoint} ways in have been found that share no place where a post could stand; each needs its own.")
    )
    if not asked.proved:
        template = _(
            N_(
                "As far as the file shows, fewer cannot do: {disjoint} ways in share no place where a post could stand. Of the region "
                "it is not proved."
            )
        )
    proof = page.sentence("advice_proof", what, template, disjoint=page.number("roads.disjoint"))
    return [*told, proof, roads.both_modes(page, "advice_modes")]


def _post(page: Page, row: Any, *, alike: bool) -> Paragraph:
    """Return where a post stands, and what lies open without it unless that is said of all of them together."""
    _ = page._
    name = _(N_("post {n}")).format(n=row.number)
    place = [text for text in (row.place, row.road) if isinstance(text, str) and text]
    where = _(N_("{place} (lon {lon}, lat {lat})")).format(
        place=_(COMMA).join(place) or _(N_("on a road without a name")), lon=f"{row.geometry.x:.5f}", lat=f"{row.geometry.y:.5f}"
    )
    if alike:
        paragraph = f"advice_{number_id('post.settlements', row.id)}"
        return page.item(paragraph, name, _(N_("{name}: {where}.")), name=name, where=where)
    settlements, people = (page.number(query, row.id, name=name) for query in ("post.settlements", "post.people"))
    template = _(N_("{name}: {where}. Without it {settlements} settlements with {people} people lie open."))
    if people.value is None:
        template = _(N_("{name}: {where}. Without it {settlements} settlements lie open, population: {people}."))
    elif row.uncounted:
        template = _(N_("{name}: {where}. Without it {settlements} settlements lie open; {people} people are known to live there."))
    if not settlements.value:
        template = _(N_("{name}: {where}. What it closes lies in other areas ({settlements} settlements here)."))
    parts: dict[str, Part] = {"name": name, "where": where, "settlements": settlements, "people": people}
    return page.item(f"advice_{settlements.id}", name, template, **parts)


def _each(page: Page, what: str, each: dict[str, Number], *, more: bool, others: bool) -> Paragraph:
    """Return that each post is needed: of those listed, or of all that concern the area; beside the others of the plan where there are."""
    _ = page._
    parts: dict[str, Part] = {
        "which": _(N_("Each of these posts is needed, those that are not listed too")) if more else _(N_("All of them are needed")),
        "beside": _(N_(", with the other posts of the plan in place")) if others else "",
        **each,
    }
    template = _(N_("{which}{beside}: without any one {settlements} settlements with {people} people lie open."))
    if each["people"].value is None:
        template = _(N_("{which}{beside}: without any one {settlements} settlements lie open, population: {people}."))
    return page.sentence("advice_each", what, template, **parts)


def _shifts(page: Page) -> list[Paragraph]:
    """Return the hours to fill, place by place."""
    _ = page._
    found = facts.gaps(page.view)
    if found is None or found.empty:
        return []
    told = [
        page.sentence(
            "advice_shifts", _(N_("Shifts to fill")), _(N_("Shifts: put people on duty for {n} hours.")), n=page.number("gaps.hours")
        )
    ]
    for (layer, subject), spans in list(found.groupby(["layer", "subject_id"], sort=False))[:NAMED]:
        name = str(spans["name"].iloc[0] or subject)
        hours = [
            _(N_("{start} to {end}")).format(start=page.clock(start), end=page.clock(end))
            for start, end in zip(spans["starts_at"], spans["ends_at"], strict=True)
        ]
        number = page.number(HOURS_OF[str(layer)], str(subject), name=name)
        parts: dict[str, Part] = {"name": name, "hours": page.listed(hours), "n": number}
        told.append(page.item(f"advice_{number.id}", name, _(N_("{name}: {hours}, {n} hours.")), **parts))
    return told


def _doors(page: Page) -> list[Paragraph]:
    _ = page._
    return _to_do(
        page,
        "advice_doors",
        "doors.due",
        by_grid(page, "doors.due_in", "doors", _(HOMES)),
        _(N_("Households: visit {n} doors: {where}.")),
    )


def _readings(page: Page) -> list[Paragraph]:
    _ = page._
    where = by_grid(page, "readings.due_in", "due", _(TIMES))
    return _to_do(page, "advice_readings", "readings.due", where, _(N_("Readings: take {n} that are still due: {where}.")))


def _units(page: Page) -> list[Paragraph]:
    found = facts.report(page.view)
    if found is None:
        return []
    names = page.listed(found.units.loc[found.units["missing"], "name"])
    return _to_do(page, "advice_units", "reports.missing", [names], page._(N_("Reports: chase {n} units: {where}.")))


def _supplies(page: Page) -> list[Paragraph]:
    return _to_do(page, "advice_supplies", "supplies.scarce", page.joined(scarce(page)), page._(N_("Supplies: order {n} stocks: {where}.")))


def _checks(page: Page) -> list[Paragraph]:
    _ = page._
    numbers = page.numbers(n="units.checks_due", again="units.rechecks_due")
    if not numbers["n"].value:
        return []
    template = _(N_("Social units: {n} are to be checked, {again} of them again after a failed check."))
    return [page.sentence("advice_checks", _(N_("social units to check")), template, **numbers)]


def _releases(page: Page) -> list[Paragraph]:
    _ = page._
    numbers = page.numbers(n="isolation.release_due", over="isolation.release_over")
    if not any(number.value for number in numbers.values()):
        return []
    template = _(N_("Releases: {n} people reach the end of their isolation in the next 24 hours, {over} have reached it already."))
    return [page.sentence("advice_releases", _(N_("Releases")), template, **numbers)]


def _to_do(page: Page, paragraph: str, query: str, where: list[Run], template: str) -> list[Paragraph]:
    """Return one line, or none where there is nothing to do; what nobody knows stands in part three."""
    number = page.number(query)
    return [Paragraph(paragraph, filled(template, {"n": number, "where": where}))] if number.value else []


# The most urgent first.
STEPS: tuple[Step, ...] = (
    _act(problems.alarms),
    _posts,
    _act(problems.crossings, problems.unattached),
    roads.to_settle,
    _shifts,
    _act(problems.seals),
    _doors,
    _readings,
    _act(problems.missed),
    _releases,
    _units,
    _act(problems.late),
    _supplies,
    _act(problems.miscounted),
    _act(problems.rounds),
    _checks,
    _act(problems.findings),
)
