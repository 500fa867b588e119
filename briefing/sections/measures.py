"""Part two 采取措施: entrances, checkpoints and staff, screening, disinfection, supplies, outreach, measures, passes, social units."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from briefing import facts
from briefing.indicators.upkeep import item_key
from briefing.model import Paragraph, Run
from briefing.page import SEMICOLON, SHOWN, Page, Part, filled
from errors import N_


def paragraphs(page: Page) -> list[Paragraph]:
    """Return the paragraphs of the part."""
    _ = page._
    return [
        page.heading("measures_posts", _(N_("Entrances and checkpoints"))),
        *_entrances(page),
        *_checkpoints(page),
        _passes(page),
        page.heading("measures_screening_heading", _(N_("Screening"))),
        _screening(page),
        *_communities(page),
        page.heading("measures_upkeep", _(N_("Disinfection, supplies and outreach"))),
        _disinfection(page),
        *_supplies(page),
        _outreach(page),
        page.heading("measures_rules", _(N_("Measures and social units"))),
        *_measures(page),
        _units(page),
    ]


def _entrances(page: Page) -> list[Paragraph]:
    _ = page._
    what = _(N_("Entrances"))
    modes = page.numbers(total="entrances.total", sealed="entrances.sealed", always="entrances.open_24h", hours="entrances.open_hours")
    undecided = page.number("entrances.undecided")
    template = _(N_("{total} entrances: {sealed} sealed, {always} open around the clock, {hours} open by hours."))
    if undecided.value:
        template = _(
            N_("{total} entrances: {sealed} sealed, {always} open around the clock, {hours} open by hours, {undecided} without an order.")
        )
        modes["undecided"] = undecided
    told = [page.sentence("measures_entrances", what, template, **modes)]
    if modes["total"].value is None:
        return told
    compounds = page.numbers(
        total="compounds.entrances", sealed="compounds.sealed", always="compounds.open_24h", hours="compounds.open_hours"
    )
    if compounds["total"].value and compounds["total"].value != modes["total"].value:
        template = _(
            N_("Of these {total} are entrances of compounds: {sealed} sealed, {always} open around the clock, {hours} open by hours.")
        )
        told.append(page.sentence("measures_compounds", what, template, **compounds))
    staffed = page.numbers(open="entrances.open_now", staffed="entrances.staffed", unstaffed="entrances.unstaffed")
    template = _(N_("As of {moment} {open} entrances stand open: {staffed} with somebody on duty, {unstaffed} with nobody."))
    return [*told, page.sentence("measures_entrances_staffed", what, template, moment=page.clock(page.view.at), **staffed)]


def _checkpoints(page: Page) -> list[Paragraph]:
    _ = page._
    kinds = page.numbers(
        total="checkpoints.total",
        inspect="checkpoints.inspect",
        dissuade="checkpoints.dissuade",
        block="checkpoints.block",
        screen="checkpoints.screen",
    )
    template = _(N_("{total} checkpoints: {inspect} inspect, {dissuade} turn people back, {block} block the road, {screen} screen."))
    told = [page.sentence("measures_checkpoints", _(N_("Checkpoints")), template, **kinds)]
    if not kinds["total"].value:
        return told
    beyond = page.number("checkpoints.beyond")
    if beyond.value:
        template = _(N_("Of these {beyond} stand beyond the drawn border."))
        told.append(page.sentence("measures_beyond", _(N_("Beyond the border")), template, beyond=beyond))
    staff = page.numbers(
        staffed="checkpoints.staffed",
        unstaffed="checkpoints.unstaffed",
        on_duty="staff.on_duty",
        required="staff.required",
        short="staff.short",
    )
    template = _(
        N_(
            "As of {moment} {staffed} have somebody on duty and {unstaffed} nobody; {on_duty} people are there, {required} are needed; "
            "{short} are short of people."
        )
    )
    uncounted = page.number("staff.uncounted")
    if uncounted.value and staff["required"].value is not None:
        template = _(
            N_(
                "As of {moment} {staffed} have somebody on duty and {unstaffed} nobody; {on_duty} people are there, {required} are needed, "
                "not counting {uncounted} of which the need is not known; {short} are short of people."
            )
        )
        staff["uncounted"] = uncounted
    told.append(page.sentence("measures_staff", _(N_("Staff at checkpoints")), template, moment=page.clock(page.view.at), **staff))
    held = page.number("checkpoints.held")
    if held.value:
        template = _(N_("{held} blocks with nobody there shut the road by themselves and are counted neither as staffed nor as a gap."))
        told.append(page.sentence("measures_blocks", _(N_("Blocks")), template, held=held))
    return told


def _passes(page: Page) -> Paragraph:
    _ = page._
    numbers = page.numbers(issued="passes.issued", in_hand="passes.in_hand", remaining="passes.remaining")
    template = _(N_("{issued} passes have been handed out, {in_hand} are in people's hands, {remaining} are left."))
    return page.sentence("measures_passes", _(N_("Passes")), template, **numbers)


def _screening(page: Page) -> Paragraph:
    _ = page._
    numbers = page.numbers(
        households="screening.households",
        visited="screening.visited",
        seen="screening.seen",
        phone="screening.by_phone",
        landlord="screening.by_landlord",
        vacant="screening.vacant",
        settled="screening.settled",
        screened="screening.screened",
        found="screening.key_persons",
    )
    template = _(
        N_(
            "{households} households are listed and {visited} visited: {seen} were seen in person, {phone} reached by phone only, "
            "{landlord} through the landlord, {vacant} are vacant, {settled} done in all; {screened} people screened, {found} key persons "
            "found."
        )
    )
    listed = page.number("screening.listed")
    if listed.value is not None:
        template = _(
            N_(
                "{households} households are listed, {listed} of those registered, and {visited} visited: {seen} were seen in person, "
                "{phone} reached by phone only, {landlord} through the landlord, {vacant} are vacant, {settled} of the listed done in all; "
                "{screened} people screened, {found} key persons found."
            )
        )
        numbers["listed"] = listed
    return page.sentence("measures_screening", _(N_("Screening")), template, **numbers)


def _communities(page: Page) -> list[Paragraph]:
    """Return the communities, where screening goes from door to door; villages list theirs by groups."""
    _ = page._
    areas, places = facts.areas(page.view), facts.screened(page.view)
    inside = areas[(areas["level"] == "community") & (areas.index != page.view.area)].sort_index()
    if places is None or inside.empty:
        return []
    rows: list[Sequence[Run]] = []
    for area, name in inside["name"].items():
        if len(rows) == SHOWN:
            rows.append((_(N_("others in the tables")),))
            break
        homes = page.number("screening.households_in", str(area), name=name)
        if homes.value:
            visited = page.number("screening.visited_in", str(area), name=name)
            rows.append(filled(_(N_("{area} {homes} households, {visited} visited")), {"area": name, "homes": homes, "visited": visited}))
    if not rows:
        return []
    template = _(N_("By community: {communities}."))
    return [page.sentence("measures_screening_communities", _(N_("Screening")), template, communities=page.joined(rows))]


def _disinfection(page: Page) -> Paragraph:
    _ = page._
    numbers = page.numbers(places="disinfection.places", done="disinfection.done")
    template = _(N_("{done} of {places} places were disinfected in the last 24 hours."))
    return page.sentence("measures_disinfection", _(N_("Disinfection")), template, **numbers)


def _supplies(page: Page) -> list[Paragraph]:
    """Return the stocks that are used up soonest, and those whose use is not known."""
    _ = page._
    found = facts.stock(page.view)
    what = _(N_("Supplies"))
    if found is None:
        return [Paragraph("measures_supplies", page.short(what, page.number("supplies.scarce")))]
    rows = []
    for item, unit, _stock, days in found[["item", "measure_unit", "stock", "days_left"]].head(SHOWN).itertuples(index=False):
        key = item_key(item, unit)
        parts: dict[str, Part] = {
            "item": str(item),
            "unit": "" if pd.isna(unit) else str(unit),
            "stock": page.number("supplies.stock", key, name=str(item)),
        }
        if pd.isna(days):
            rows.append(filled(_(N_("{item} {stock} {unit}")), parts))
        else:
            left = page.number("supplies.days", key, name=str(item))
            rows.append(filled(_(N_("{item} {stock} {unit}, enough for {left} days")), {**parts, "left": left}))
    return [page.sentence("measures_supplies", what, _(N_("In stock: {items}.")), items=page.joined(rows))]


def _outreach(page: Page) -> Paragraph:
    _ = page._
    numbers = page.numbers(leaflets="outreach.leaflets", banners="outreach.banners", broadcasts="outreach.broadcasts")
    template = _(N_("{leaflets} leaflets have been handed out, {banners} banners hung up and {broadcasts} broadcasts made."))
    return page.sentence("measures_outreach", _(N_("Outreach")), template, **numbers)


def _measures(page: Page) -> list[Paragraph]:
    _ = page._
    found, active = facts.measures(page.view), page.number("measures.active")
    what = _(N_("Measures in force"))
    if found is None or found.empty:
        return [Paragraph("measures_active", page.short(what, active))]
    rows = [
        _(N_("{title} (since {day})")).format(title=title, day=page.day(start))
        for title, start in zip(found["title"], found["started_at"], strict=True)
    ]
    latest = _(SEMICOLON).join(rows[:SHOWN])
    template = _(N_("{active} measures are in force: {titles}."))
    if len(rows) > SHOWN:
        template = _(N_("{active} measures are in force, the latest of them: {titles}."))
    return [page.sentence("measures_active", what, template, active=active, titles=latest)]


def _units(page: Page) -> Paragraph:
    _ = page._
    numbers = page.numbers(total="units.total", resumed="units.resumed", checked="units.checked")
    template = _(N_("{total} social units are registered, {resumed} have resumed work; {checked} were checked in the last 24 hours."))
    return page.sentence("measures_units", _(N_("Social units")), template, **numbers)
