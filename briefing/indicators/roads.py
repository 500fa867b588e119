"""Indicators of the roads: what they leave open, and the posts that would close it."""

from __future__ import annotations

from collections.abc import Callable

from briefing import road_facts
from briefing.indicators.base import Indicator, Value, whole
from briefing.view import View
from errors import mark

Ask = Callable[[View, str | None], Value]

POSTS, PLACES, PEOPLE = mark("posts"), mark("places"), mark("people")
# The study of the whole workspace: found by graph algorithms, and checked by a certificate of its own (docs/coverage.md).
PROOF = "coverage proof"


def _settlements(view: View, of: str | None) -> Value:
    found = road_facts.settlements(view)
    return None if found is None else len(found)


def _exposed(view: View, of: str | None) -> Value:
    found = road_facts.exposed(view)
    return None if found is None else len(found)


def _exposed_people(view: View, of: str | None) -> Value:
    """Return the people of the exposed settlements whose number is known; of no settlement they are none, of unknown ones unknown."""
    found = road_facts.exposed(view)
    if found is None or (len(found) and not found["population_known"].any()):
        return None
    return int(found.loc[found["population_known"], "population"].sum())


def _exposed_uncounted(view: View, of: str | None) -> Value:
    found = road_facts.exposed(view)
    return None if found is None else int((~found["population_known"]).sum())


def _unattached(view: View, of: str | None) -> Value:
    found = road_facts.settlements(view)
    return None if found is None else int((found["status"] == "unattached").sum())


def _crossings(*, without_post: bool) -> Ask:
    def ask(view: View, of: str | None) -> Value:
        found = road_facts.crossings(view)
        if found is None:
            return None
        return int((~found["with_post"]).sum()) if without_post else len(found)

    return ask


def _crossings_on(view: View, of: str | None) -> Value:
    found = road_facts.open_crossings(view)
    return None if found is None else int(found.get(of, 0))


def _junctions(view: View, of: str | None) -> Value:
    found = road_facts.junctions(view)
    return None if found is None else len(found)


def _alone(view: View, of: str | None) -> Value:
    found = road_facts.junctions(view)
    if found is None or not road_facts.counted(view):
        return None
    return next(iter(found.loc[found["id"] == of, "alone"].astype(int).tolist()), None)


def _sealing(view: View, of: str | None) -> Value:
    found = road_facts.study(view)
    return None if found is None or found.coverage.sealing_posts is None else len(found.coverage.sealing_posts)


def _disjoint(view: View, of: str | None) -> Value:
    found = road_facts.study(view)
    return None if found is None or found.coverage.sealing_posts is None else int(sum(found.coverage.sealing.flows))


def _plan(view: View, of: str | None) -> Value:
    found = road_facts.plan(view)
    return None if found is None else len(found)


def _of_post(column: str) -> Ask:
    def ask(view: View, of: str | None) -> Value:
        found = road_facts.plan(view)
        return None if found is None else whole(next(iter(found.loc[found["id"] == of, column]), None))

    return ask


def _of_each_post(column: str) -> Ask:
    """Return how to tell what every post of the plan has in common: None where they differ."""

    def ask(view: View, of: str | None) -> Value:
        found = road_facts.plan(view)
        return whole(found[column].iloc[0]) if found is not None and len(found) and found[column].nunique(dropna=False) == 1 else None

    return ask


INDICATORS = (
    Indicator("roads.settlements", mark("settlements studied"), PLACES, (PROOF,), _settlements),
    Indicator("roads.exposed", mark("settlements that can be reached from outside past nobody who watches"), PLACES, (PROOF,), _exposed),
    Indicator("roads.exposed_people", mark("people who live in exposed settlements, as far as known"), PEOPLE, (PROOF,), _exposed_people),
    Indicator("roads.exposed_uncounted", mark("exposed settlements whose population is not known"), PLACES, (PROOF,), _exposed_uncounted),
    Indicator("roads.unattached", mark("settlements that no road is known to lead to"), PLACES, (PROOF,), _unattached),
    Indicator("roads.crossings", mark("roads that cross the border"), PLACES, ("crossings",), _crossings(without_post=False)),
    Indicator(
        "roads.crossings_open",
        mark("roads that cross the border without a checkpoint"),
        PLACES,
        ("crossings", "select_checkpoints"),
        _crossings(without_post=True),
    ),
    Indicator(
        "roads.crossings_open_on",
        mark("places without a checkpoint where a road crosses the border"),
        PLACES,
        ("crossings", "select_checkpoints"),
        _crossings_on,
        of="road",
    ),
    Indicator("roads.junctions", mark("unmonitored junctions on ways in"), PLACES, (PROOF,), _junctions),
    Indicator("junction.alone", mark("people whom a post at this junction protects by itself"), PEOPLE, (PROOF,), _alone, of="feature"),
    Indicator("roads.sealing", mark("fewest further posts that close every way in, of the whole map"), POSTS, (PROOF,), _sealing),
    Indicator(
        "roads.disjoint", mark("ways in that share no place where a post could stand, of the whole map"), PLACES, (PROOF,), _disjoint
    ),
    Indicator("plan.posts", mark("proposed posts that concern the area"), POSTS, (PROOF,), _plan),
    Indicator(
        "plan.each_settlements",
        mark("settlements that lie open without any one post of the plan"),
        PLACES,
        (PROOF,),
        _of_each_post("settlements"),
    ),
    Indicator(
        "plan.each_people",
        mark("people who lie open without any one post of the plan, as far as known"),
        PEOPLE,
        (PROOF,),
        _of_each_post("people"),
    ),
    Indicator(
        "post.settlements",
        mark("settlements that lie open without this post of the plan"),
        PLACES,
        (PROOF,),
        _of_post("settlements"),
        of="feature",
    ),
    Indicator(
        "post.people",
        mark("people who lie open without this post of the plan, as far as known"),
        PEOPLE,
        (PROOF,),
        _of_post("people"),
        of="feature",
    ),
)
