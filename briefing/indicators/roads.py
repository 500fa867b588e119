"""Indicators of the roads: what they leave open, and the posts that would close it."""

from __future__ import annotations

from collections.abc import Callable

from briefing import road_facts
from briefing.indicators.base import Indicator, Value, whole
from briefing.view import View
from errors import N_
from ledgers.roads import claim
from ledgers.roads.coverage import Study

Ask = Callable[[View, str | None], Value]

POSTS, PLACES, PEOPLE, AREA = N_("posts"), N_("places"), N_("people"), N_("square kilometres")
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


def _alone(column: str) -> Ask:
    def ask(view: View, of: str | None) -> Value:
        found = road_facts.alone(view, of)
        return None if found is None else whole(found[column])

    return ask


def _area(name: str) -> Ask:
    """Return how to tell what of the region the data do not reach."""

    def ask(view: View, of: str | None) -> Value:
        found = road_facts.asked(view)
        value: Value = None if found is None else claim.unknown_area(found)[name]
        return value

    return ask


def _claim(count: Callable[[Study], Value]) -> Ask:
    """Return how to tell a number of the claim of one way to travel, of the whole map; ``of`` names the way."""

    def ask(view: View, of: str | None) -> Value:
        found = road_facts.of_mode(view, "walk" if of == "walk" else "drive")
        return None if found is None or not found.proves else count(found)

    return ask


def _unnamed(view: View, of: str | None) -> Value:
    """Return how many settlements a sentence of the claim has no room to name; ``of`` is the way to travel and what is said of them."""
    mode, _, what = (of or "").partition("-")
    found = road_facts.of_mode(view, "walk" if mode == "walk" else "drive")
    return None if found is None else max(int(claim.concerned(found, what).sum()) - claim.NAMED, 0)


def _status(status: str) -> Ask:
    def ask(view: View, of: str | None) -> Value:
        found = road_facts.settlements(view)
        return None if found is None else int((found["status"] == status).sum())

    return ask


def _joints(view: View, of: str | None) -> Value:
    found = road_facts.study(view)
    return None if found is None else int(found.doubts.joints["matters"].sum())


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
    Indicator("roads.settlements", N_("settlements studied"), PLACES, (PROOF,), _settlements),
    Indicator(
        "roads.exposed", N_("settlements that can be reached from outside by vehicle past nobody who watches"), PLACES, (PROOF,), _exposed
    ),
    Indicator("roads.exposed_people", N_("people who live in exposed settlements, as far as known"), PEOPLE, (PROOF,), _exposed_people),
    Indicator("roads.exposed_uncounted", N_("exposed settlements whose population is not known"), PLACES, (PROOF,), _exposed_uncounted),
    Indicator("roads.unattached", N_("settlements that no road is known to lead to"), PLACES, (PROOF,), _unattached),
    Indicator("roads.crossings", N_("roads that cross the border"), PLACES, ("crossings",), _crossings(without_post=False)),
    Indicator(
        "roads.crossings_open",
        N_("roads that cross the border without a checkpoint"),
        PLACES,
        ("crossings", "select_checkpoints"),
        _crossings(without_post=True),
    ),
    Indicator(
        "roads.crossings_open_on",
        N_("places without a checkpoint where a road crosses the border"),
        PLACES,
        ("crossings", "select_checkpoints"),
        _crossings_on,
        of="road",
    ),
    Indicator("roads.junctions", N_("unmonitored junctions on ways in"), PLACES, (PROOF,), _junctions),
    Indicator(
        "junction.alone",
        N_("people whom a post at this junction protects by itself, as far as known"),
        PEOPLE,
        (PROOF,),
        _alone("known"),
        of="feature",
    ),
    Indicator(
        "junction.alone_settlements",
        N_("settlements that a post at this junction protects by itself"),
        PLACES,
        (PROOF,),
        _alone("settlements"),
        of="feature",
    ),
    Indicator("roads.region_km2", N_("area of the region in square kilometres"), AREA, (PROOF,), _area("total_km2"), form="measure"),
    Indicator(
        "roads.unknown_km2",
        N_("area of the region in square kilometres that the road data do not reach"),
        AREA,
        (PROOF,),
        _area("km2"),
        form="measure",
    ),
    Indicator(
        "roads.unknown_settlements", N_("settlements on or beyond the border of the road data"), PLACES, (PROOF,), _area("settlements")
    ),
    Indicator(
        "roads.unknown_people", N_("people on or beyond the border of the road data, as far as known"), PEOPLE, (PROOF,), _area("people")
    ),
    Indicator("roads.islands", N_("settlements whose roads touch no others in the data"), PLACES, (PROOF,), _status("island")),
    Indicator("roads.labels", N_("towns that are labels without an outline"), PLACES, (PROOF,), _status("needs_outline")),
    Indicator("roads.joints", N_("doubtful joints of roads on which the answer hangs, of the whole map"), PLACES, (PROOF,), _joints),
    Indicator(
        "claim.settlements",
        N_("settlements studied, of the whole map"),
        PLACES,
        (PROOF,),
        _claim(lambda study: len(study.settlements)),
        of="mode",
    ),
    Indicator(
        "claim.exposed",
        N_("settlements that can be reached from outside past nobody who watches, of the whole map"),
        PLACES,
        (PROOF,),
        _claim(lambda study: int(study.coverage.exposed.sum())),
        of="mode",
    ),
    Indicator(
        "claim.posts",
        N_("fewest further posts that close every way in as drawn, of the whole map"),
        POSTS,
        (PROOF,),
        _claim(lambda study: None if study.coverage.sealing_posts is None else len(study.coverage.sealing_posts)),
        of="mode",
    ),
    Indicator(
        "claim.if_joined",
        N_("fewest further posts that close every way in if all doubtful joints are made"),
        POSTS,
        (PROOF,),
        _claim(lambda study: study.doubts.count),
        of="mode",
    ),
    Indicator(
        "claim.joint_m",
        N_("distance in metres within which roads drawn apart are doubtful joints"),
        N_("metres"),
        (PROOF,),
        _claim(lambda study: float(study.situation.ground.rules.joint_m)),
        of="mode",
        form="measure",
    ),
    Indicator("claim.unnamed", N_("settlements of which the same is said, and that are not named"), PLACES, (PROOF,), _unnamed, of="mode"),
    Indicator("roads.sealing", N_("fewest further posts that close every way in by vehicle, of the whole map"), POSTS, (PROOF,), _sealing),
    Indicator("roads.disjoint", N_("ways in that share no place where a post could stand, of the whole map"), PLACES, (PROOF,), _disjoint),
    Indicator("plan.posts", N_("proposed posts that concern the area"), POSTS, (PROOF,), _plan),
    Indicator(
        "plan.each_settlements",
        N_("settlements that lie open without any one post of the plan"),
        PLACES,
        (PROOF,),
        _of_each_post("settlements"),
    ),
    Indicator(
        "plan.each_people",
        N_("people who lie open without any one post of the plan, as far as known"),
        PEOPLE,
        (PROOF,),
        _of_each_post("people"),
    ),
    Indicator(
        "post.settlements",
        N_("settlements that lie open without this post of the plan"),
        PLACES,
        (PROOF,),
        _of_post("settlements"),
        of="feature",
    ),
    Indicator(
        "post.people",
        N_("people who lie open without this post of the plan, as far as known"),
        PEOPLE,
        (PROOF,),
        _of_post("people"),
        of="feature",
    ),
)
