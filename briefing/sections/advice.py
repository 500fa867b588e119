"""Part four 下步建议: what was computed, and nothing else: posts to add, shifts to fill, doors, readings, units, supplies, releases."""

from __future__ import annotations

from briefing import facts, road_facts
from briefing.model import Paragraph, Run
from briefing.page import COMMA, Page, Part, filled
from briefing.sections.problems import HOMES, TIMES, by_grid, scarce
from errors import mark

# The text names so many posts and shifts; the tables list all.
NAMED = 10


def paragraphs(page: Page) -> list[Paragraph]:
    """Return the paragraphs of the part."""
    told = [paragraph for of in (_posts, _shifts, _doors, _readings, _units, _supplies, _releases) for paragraph in of(page)]
    return told or [Paragraph("advice_none", (page._(mark("Nothing that was computed asks for action.")),))]


def _posts(page: Page) -> list[Paragraph]:
    """Return the posts to add: where each stands, what it closes, and why fewer cannot do."""
    _ = page._
    study, plan, exposed = road_facts.study(page.view), road_facts.plan(page.view), road_facts.exposed(page.view)
    what = _(mark("Posts to add"))
    if study is None or exposed is None:
        return [Paragraph("advice_posts", page.short(what, page.number("plan.posts")))]
    if plan is None:
        why = study.obstacle().text(page.view.translate)
        return [Paragraph("advice_posts", (_(mark("Posts alone cannot close every way in. {why}")).format(why=why),))]
    if plan.empty:
        return []
    template = _(mark("Posts: {posts} further posts, of {sealing} that close every way in of the whole map, concern the area."))
    told = [page.sentence("advice_posts", what, template, **page.numbers(posts="plan.posts", sealing="roads.sealing"))]
    for row in plan.head(NAMED).itertuples():
        name = _(mark("post {n}")).format(n=row.number)
        place = [text for text in (row.place, row.road) if isinstance(text, str) and text]
        where = _(mark("{place} (lon {lon}, lat {lat})")).format(
            place=_(COMMA).join(place) or _(mark("on a road without a name")), lon=f"{row.geometry.x:.5f}", lat=f"{row.geometry.y:.5f}"
        )
        settlements, people = (page.number(query, row.id, name=name) for query in ("post.settlements", "post.people"))
        template = _(mark("{name}: {where}. Without it {settlements} settlements with {people} people lie open."))
        if people.value is None:
            template = _(mark("{name}: {where}. Without it {settlements} settlements lie open, population: {people}."))
        parts: dict[str, Part] = {"name": name, "where": where, "settlements": settlements, "people": people}
        told.append(page.item(f"advice_{settlements.id}", name, template, **parts))
    template = _(
        mark("Fewer cannot do: {disjoint} ways in have been found that share no place where a post could stand; each needs its own.")
    )
    return [*told, page.sentence("advice_proof", what, template, disjoint=page.number("roads.disjoint"))]


def _shifts(page: Page) -> list[Paragraph]:
    """Return the hours to fill, place by place."""
    _ = page._
    found = facts.gaps(page.view)
    if found is None or found.empty:
        return []
    told = [
        page.sentence(
            "advice_shifts", _(mark("Shifts to fill")), _(mark("Shifts: put people on duty for {n} hours.")), n=page.number("gaps.hours")
        )
    ]
    for subject, spans in list(found.groupby("subject_id", sort=False))[:NAMED]:
        name = str(spans["name"].iloc[0] or subject)
        hours = [
            _(mark("{start} to {end}")).format(start=page.clock(start), end=page.clock(end))
            for start, end in zip(spans["starts_at"], spans["ends_at"], strict=True)
        ]
        number = page.number("gaps.hours_of", str(subject), name=name)
        parts: dict[str, Part] = {"name": name, "hours": page.listed(hours), "n": number}
        told.append(page.item(f"advice_{number.id}", name, _(mark("{name}: {hours}, {n} hours.")), **parts))
    return told


def _doors(page: Page) -> list[Paragraph]:
    _ = page._
    return _to_do(
        page,
        "advice_doors",
        "doors.due",
        by_grid(page, "doors.due_in", "doors", _(HOMES)),
        _(mark("Households: visit {n} doors: {where}.")),
    )


def _readings(page: Page) -> list[Paragraph]:
    _ = page._
    where = by_grid(page, "readings.due_in", "due", _(TIMES))
    return _to_do(page, "advice_readings", "readings.due", where, _(mark("Readings: take {n} that are still due: {where}.")))


def _units(page: Page) -> list[Paragraph]:
    found = facts.report(page.view)
    if found is None:
        return []
    names = page.listed(found.units.loc[found.units["missing"], "name"])
    return _to_do(page, "advice_units", "reports.missing", [names], page._(mark("Reports: chase {n} units: {where}.")))


def _supplies(page: Page) -> list[Paragraph]:
    if "supplies" not in facts.kept(page.view) or not page.view.stock["scarce"].any():
        return []
    return _to_do(
        page, "advice_supplies", "supplies.scarce", page.joined(scarce(page)), page._(mark("Supplies: order {n} stocks: {where}."))
    )


def _releases(page: Page) -> list[Paragraph]:
    _ = page._
    numbers = page.numbers(n="isolation.release_due", over="isolation.release_over")
    if not any(number.value for number in numbers.values()):
        return []
    template = _(mark("Releases: {n} people reach the end of their isolation in the next 24 hours, {over} have reached it already."))
    return [page.sentence("advice_releases", _(mark("Releases")), template, **numbers)]


def _to_do(page: Page, paragraph: str, query: str, where: list[Run], template: str) -> list[Paragraph]:
    """Return one line, or none where there is nothing to do; what nobody knows stands in part three."""
    number = page.number(query)
    return [Paragraph(paragraph, filled(template, {"n": number, "where": where}))] if number.value else []
