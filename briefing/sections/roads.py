"""What is claimed of the roads, in the same sentences as on the sheet and in the letter, each of their numbers an indicator."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from briefing import road_facts
from briefing.model import Paragraph, Run
from briefing.page import COMMA, Page, Part, filled
from errors import N_
from ledgers.roads import claim
from ledgers.roads.claim import Said
from ledgers.roads.coverage import Study

# The indicators behind the numbers of each sentence; those that begin with "claim" are asked for the way to travel.
QUERIES: dict[str, dict[str, str]] = {
    claim.REACHES_ALL: {"total": "roads.region_km2"},
    claim.REACHES_PART: {
        "total": "roads.region_km2",
        "km2": "roads.unknown_km2",
        "settlements": "roads.unknown_settlements",
        "people": "roads.unknown_people",
    },
    claim.NOTHING_OPEN: {"total": "claim.settlements"},
    claim.SOME_OPEN: {"total": "claim.settlements", "exposed": "claim.exposed"},
    claim.POSTS: {"posts": "claim.posts"},
    claim.POSTS_CHOSEN: {"posts": "claim.posts"},
    claim.POSTS_UNPROVED: {"posts": "claim.posts"},
    claim.IF_JOINED: {"metres": "claim.joint_m"},
    claim.NONE_IF_JOINED: {"metres": "claim.joint_m"},
    claim.MORE_IF_JOINED: {"metres": "claim.joint_m", "count": "claim.if_joined"},
}
_WHAT = {message: what for what, message in claim.LIMITS.items()} | {claim.NONE_IF_JOINED: "leaking"}


def claimed(page: Page) -> list[Paragraph]:
    """Return what is claimed: how far the data reach, then what holds for vehicles, its limits, and what holds on foot."""
    study = road_facts.asked(page.view)
    if study is None:
        return []
    told = [
        Paragraph("roads_reach", _row(page, study, [claim.reach(study)])),
        Paragraph("roads_claim", _row(page, study, claim.holds(study))),
    ]
    if not study.proves:
        return told
    if limits := list(claim.limits(study)):
        told.append(Paragraph("roads_limits", _row(page, study, limits)))
    return [*told, Paragraph("roads_on_foot", _row(page, page.view.on_foot, claim.holds(page.view.on_foot)))]


def to_settle(page: Page) -> list[Paragraph]:
    """Return what is to be settled of the road data, for the answer to be one: doubtful joints, islands, towns that are mere labels."""
    asked = {
        "roads.joints": N_("Road data: look on the ground at {n} doubtful joints of roads on which the answer hangs."),
        "roads.islands": N_("Road data: enter the roads that join {n} settlements to the others."),
        "roads.labels": N_("Road data: draw the outlines of {n} towns that are mere labels."),
    }
    numbers = {query: page.number(query) for query in asked}
    return [
        Paragraph(f"advice_{number.id}", filled(page._(asked[query]), {"n": number})) for query, number in numbers.items() if number.value
    ]


def both_modes(page: Page, paragraph: str) -> Paragraph:
    """Return how many posts close every way in for vehicles, and how many on foot."""
    study, other = page.view.study, page.view.on_foot
    said = claim.both_modes(study, other)
    parts = {name: _part(page, study, said, name) for name in said.params}
    for name, of in (("posts", study), ("others", other)):
        if isinstance(said.params[name], int):
            parts[name] = page.number("claim.posts", of.mode, name=page._(claim.MODES[of.mode]))
    return Paragraph(paragraph, filled(page._(said.message), parts))


def _row(page: Page, study: Study, said: Iterable[Said]) -> tuple[Run, ...]:
    """Return sentences in a row."""
    runs: list[Run] = []
    for one in said:
        if runs and page.view.lang == "en":
            runs.append(" ")
        runs += filled(page._(one.message), {name: _part(page, study, one, name) for name in one.params})
    return filled("{all}", {"all": runs})


def _part(page: Page, study: Study, said: Said, name: str) -> Part:
    """Return what a sentence is filled with: a number with its indicator, the moment as the reader writes it, else text."""
    value, query = said.params[name], QUERIES.get(said.message, {}).get(name)
    if query is not None and not isinstance(value, Said):
        mode = page._(claim.MODES[study.mode])
        return page.number(query, study.mode, name=mode) if query.startswith("claim.") else page.number(query)
    if name == "at":
        return page.clock(study.at)
    return page.joined([_item(page, study, said, item) for item in value], between=COMMA) if isinstance(value, list) else _text(page, value)


def _item(page: Page, study: Study, said: Said, item: Any) -> tuple[Run, ...]:
    if isinstance(item, Said) and "n" in item.params:
        of = f"{study.mode}-{_WHAT[said.message]}"
        return filled(page._(item.message), {"n": page.number("claim.unnamed", of, name=page._(claim.MODES[study.mode]))})
    return (_text(page, item),)


def _text(page: Page, value: Any) -> str:
    return value.text(page._) if isinstance(value, Said) else str(value)
