"""What a study claims, in sentences: how far it reaches, what holds, what that rests on. Page, sheet, letter, briefing and certificate
say the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import shapely

from errors import N_, InputError
from geo.joints import open_country
from geo.network import FERRY, Bools
from geo.region import area_km2
from ledgers.roads.coverage import Study
from ledgers.roads.ground import DATA_ENDS
from ledgers.roads.situation import UNPROVED

MODES = {"drive": N_("by vehicle"), "walk": N_("on foot")}
# Less than this is how outlines are drawn, not an area that nobody knows.
LEAST_KM2 = 0.01
# A sentence names at most so many settlements.
NAMED = 5

REACHES_ALL = N_("The road data reach over the whole region, {total} km².")
REACHES_PART = N_(
    "Of the region's {total} km² the road data do not reach {km2} km², with {settlements} settlements and {people} known people on or "
    "beyond the border of what is known: nothing is proved there."
)
REACH_UNKNOWN = N_(
    "How far the road data reach is not recorded: what follows holds of the roads in the file, and nothing of the region is proved."
)

NOTHING_OPEN = N_("At {at}, {mode}: no road as drawn leads from outside to any of {total} settlements past nobody who watches.")
SOME_OPEN = N_("At {at}, {mode}: {exposed} of {total} settlements can be reached from outside past nobody who watches.")
POSTS = N_("{posts} more posts close every way in as drawn, and fewer cannot.")
POSTS_CHOSEN = N_(
    "{posts} more posts close every way in as drawn, at the places and costs that were chosen; "
    "elsewhere, or at the same cost, fewer may do."
)
POSTS_UNPROVED = N_("{posts} more posts close every way in as far as the file shows; that fewer cannot is not proved of the region.")
IF_JOINED = N_(
    "This holds as drawn. If roads drawn apart within {metres} m of each other meet, {names} lie open: see the doubtful joints {numbers}."
)
MORE_IF_JOINED = N_(
    "This holds as drawn. If roads drawn apart within {metres} m of each other meet, these posts leave {names} open, "
    "and {count} posts are needed: see the doubtful joints {numbers}."
)
NONE_IF_JOINED = N_(
    "This holds as drawn. If roads drawn apart within {metres} m of each other meet, these posts leave {names} open, "
    "and posts alone cannot close every way in: see the doubtful joints {numbers}."
)
BOTH = N_("Posts that close every way in as drawn: {mode} {posts}, {other} {others}.")
BOTH_WHERE = N_("Posts that close every way in as drawn: {mode} {posts}, {other} {others} (on {roads}).")
IMPOSSIBLE, NONE_PROVED = N_("none can"), N_("nothing to prove")
ISLANDS = N_("The roads of {names} touch no others in the data: whether they are protected is not known.")
LABELS = N_("{names} are labels of towns without an outline: whether they are protected is not known.")
# What is opened by doubtful joints, what the posts leave open then, and of what nothing is known.
LIMITS = {"opened": IF_JOINED, "leaking": MORE_IF_JOINED, "island": ISLANDS, "needs_outline": LABELS}


@dataclass(frozen=True)
class Said:
    """A sentence: an English template and what it is filled with."""

    message: str
    params: dict[str, Any] = field(default_factory=dict)

    def text(self, translate: Callable[[str], str] = N_) -> str:
        """Return the sentence in the language of ``translate``; numbers are grouped, lists joined."""
        return translate(self.message).format(**{name: _plain(value, translate) for name, value in self.params.items()})


def _plain(value: Any, translate: Callable[[str], str]) -> str:
    if isinstance(value, Said):
        return value.text(translate)
    if isinstance(value, list):
        return translate(N_(", ")).join(_plain(item, translate) for item in value)
    if isinstance(value, float):
        return f"{value:,.2f}".rstrip("0").rstrip(".")
    return f"{value:,}" if isinstance(value, int) else str(value)


def unknown_area(study: Study) -> dict[str, Any]:
    """Return what of the region the data do not reach: ``km2, settlements, people`` (as far as known); None each where nobody knows.

    ``total_km2`` is the whole region's area.
    """
    network = study.coverage.network
    region, extent = network.region, network.extent
    if region.is_empty:
        return {"km2": None, "settlements": None, "people": None, "total_km2": 0.0}

    def km2(shape: Any) -> float:
        return round(area_km2(shape), 2)

    if extent is None:
        return {"km2": None, "settlements": None, "people": None, "total_km2": km2(region)}
    beyond = study.settlements[study.settlements["doubt"] == "beyond_data"]
    return {
        "km2": km2(shapely.difference(region, extent)),
        "settlements": len(beyond),
        "people": int(beyond.loc[beyond["population_known"], "population"].sum()),
        "total_km2": km2(region),
    }


def reach(study: Study) -> Said:
    """Return the first sentence of every answer: how far the data reach."""
    area = unknown_area(study)
    if area["km2"] is None:
        return Said(REACH_UNKNOWN)
    total = area["total_km2"]
    if area["km2"] < LEAST_KM2 and not area["settlements"]:
        return Said(REACHES_ALL, {"total": total})
    return Said(REACHES_PART, {**area, "total": total})


def finding(study: Study) -> list[Said]:
    """Return what was found: who lies open, and how many posts would close it; why nothing is proved, where that is so; the limits."""
    return [*holds(study), *(limits(study) if study.proves else ())]


def holds(study: Study) -> list[Said]:
    """Return the finding without its limits: sentences that belong together, since the first says when and for whom the others hold."""
    if (why := study.nothing_because) is not None:
        return [Said(why)]
    exposed = int(study.coverage.exposed.sum())
    values = {
        "at": study.at.strftime("%Y-%m-%d %H:%M"),
        "mode": Said(MODES[study.mode]),
        "exposed": exposed,
        # Of the others nothing is said: not that they are closed either.
        "total": int((study.situation.provable | study.coverage.exposed).sum()),
    }
    found = [Said(SOME_OPEN if exposed else NOTHING_OPEN, values)]
    posts = study.coverage.sealing_posts
    if posts is None:
        obstacle = study.obstacle()
        found.append(Said(obstacle.message, dict(obstacle.params)))
    elif exposed:
        message = POSTS_UNPROVED if not study.proved else POSTS if study.fewest else POSTS_CHOSEN
        found.append(Said(message, {"posts": len(posts)}))
    return found


def limits(study: Study) -> Iterator[Said]:
    """Yield what a headline must not keep to itself: what hangs on doubtful joints, islands, and towns that are mere labels."""
    doubts = study.doubts
    if doubts.differs:
        what = "opened" if doubts.opened.any() else "leaking"
        joints = doubts.joints
        values = {
            "metres": study.situation.ground.rules.joint_m,
            "names": names(study, concerned(study, what)),
            "numbers": joints.loc[joints["matters"], "number"].tolist()[:NAMED],
            "count": doubts.count,
        }
        yield Said(NONE_IF_JOINED if what == "leaking" and doubts.count is None else LIMITS[what], values)
    for what in ("island", "needs_outline"):
        if (which := concerned(study, what)).any():
            yield Said(LIMITS[what], {"names": names(study, which)})


def concerned(study: Study, what: str) -> Bools:
    """Return of which settlements a limit speaks; ``what`` is a key of :data:`LIMITS`."""
    if what in ("opened", "leaking"):
        found: Bools = getattr(study.doubts, what)
        return found
    return np.asarray((study.settlements["status"] == what).to_numpy(dtype=bool))


def both_modes(study: Study, other: Study) -> Said:
    """Return how many posts close every way in for each of two ways to travel, and on which roads the second asks for more."""
    values = {"mode": Said(MODES[study.mode]), "other": Said(MODES[other.mode]), "posts": posts(study), "others": posts(other)}
    roads = more_roads(study, other)
    return Said(BOTH_WHERE, {**values, "roads": roads}) if roads else Said(BOTH, values)


def posts(study: Study) -> int | Said:
    """Return how many posts close every way in, or why there is no such number."""
    if not study.proves:
        return Said(NONE_PROVED)
    found = study.coverage.sealing_posts
    return Said(IMPOSSIBLE) if found is None else len(found)


def more_roads(study: Study, other: Study) -> list[str]:
    """Return the named roads on which the plan of another study has posts and that of this one has none, at most ``NAMED``."""
    if not (study.proves and other.proves):
        return []
    # A junction is called by all its roads.
    mine, theirs = ([road for called in found.proposed["road"] for road in str(called).split(" / ")] for found in (study, other))
    return [road for road in dict.fromkeys(theirs) if road and road not in mine][:NAMED]


def names(study: Study, which: Any) -> list[Any]:
    """Return the names of some settlements, at most ``NAMED`` of them and how many more there are."""
    chosen = study.settlements[which]
    called = [str(name or place) for name, place in zip(chosen["name"], chosen["id"], strict=True)]
    more = len(called) - NAMED
    return [*called[:NAMED], *([Said(N_("{n} more"), {"n": more})] if more > 0 else [])]


def sentences(study: Study) -> list[Said]:
    """Return the claim: how far the data reach, then what was found."""
    return [reach(study), *finding(study)]


def paragraph(said: Iterable[Said], translate: Callable[[str], str] = N_) -> str:
    """Return sentences in a row; between Chinese ones stands no space."""
    text = ""
    for sentence in (one.text(translate) for one in said):
        text += sentence if not text or text.endswith("。") else f" {sentence}"
    return text


# Assumptions ---------------------------------------------------------------------------------------------------------------


def assumptions(study: Study) -> list[Said]:
    """Return what a proof takes for granted, each only where it bears on this study."""
    return [said for ask in ASSUMED for said in ask(study)]


def assumes(study: Study) -> list[str]:
    """Return the assumptions in English, as the certificate and ``coverage --json`` hold them."""
    return [said.text() for said in assumptions(study)]


def certificate(study: Study) -> dict[str, Any]:
    """Return the certificate of the sealing set. Raises InputError when there is none, or there is nothing to prove."""
    if (why := study.nothing_because) is not None:
        raise InputError(why)
    ids = study.settlements["id"].tolist()
    return study.coverage.certificate(at=study.at.isoformat(), mode=study.mode, ids=ids, assumes=assumes(study))


def _of_data(study: Study) -> Iterator[Said]:
    yield Said(N_("Every road on the ground is in the road data, or was added by hand."))
    if not study.extent_known:
        yield Said(N_("How far the road data reach is not recorded: a road that ends in the file is taken to end there."))
    elif study.coverage.network.extent is not None and _edges(study):
        yield Said(N_("Where the road data stop inside the region, anybody may come in; of what lies beyond nothing is said."))


def _edges(study: Study) -> bool:
    return bool(study.situation.ground.sources["kind"].isin(DATA_ENDS).any())


def _of_mode(study: Study) -> Iterator[Said]:
    by_mode = {
        "drive": N_("People come in vehicles, on roads that can be driven; on foot more may lie open."),
        "walk": N_("People keep to roads and paths; nobody crosses open country."),
    }
    yield Said(by_mode[study.mode])


def _of_joints(study: Study) -> Iterator[Said]:
    network, ground = study.coverage.network, study.situation.ground
    source = np.zeros(len(network.node_id), dtype=bool)
    source[ground.sources["node"].to_numpy(dtype=np.int64)] = True
    doubtful, metres = ground.joints.doubtful, ground.rules.joint_m
    ends, passes = open_country(network, within_m=metres)
    if n := int((~source[ends]).sum()):
        yield Said(
            N_("{n} roads end inside the region more than {metres} m from any other road on their level, and end there on the ground too."),
            {"n": n, "metres": metres},
        )
    if len(passes):
        yield Said(
            N_("At {n} places a road passes within {metres} m of another that it neither ends at nor crosses; they do not meet there."),
            {"n": len(passes), "metres": metres},
        )
    if len(doubtful):
        yield Said(N_("{n} doubtful joints are as drawn: the two roads do not meet there."), {"n": len(doubtful)})
    # A decision on a joint that is there no more decides nothing.
    if decided := int(ground.joints.decided["found"].sum()):
        yield Said(N_("{n} doubtful joints are as somebody decided who was there."), {"n": decided})


def _of_entrances(study: Study) -> Iterator[Said]:
    settlements, gates, rules = study.settlements, study.situation.gates, study.situation.ground.rules
    if (settlements["entrances"] > 0).any():
        yield Said(N_("A listed entrance stands for every road into its settlement within {metres} m of it."), {"metres": rules.entrance_m})
    # Where the entrances are complete no road is sought; that none at all are closes nothing.
    complete = settlements["declared"] & (settlements["entrances"] > 0)
    if declared := int(complete.sum()):
        yield Said(N_("The entrances of {n} settlements are complete, as somebody declared."), {"n": declared})
    if gates["shut"].any():
        yield Said(N_("Nobody passes a closed entrance; {n} are taken to be closed."), {"n": int(gates["shut"].sum())})
    labels = int((~settlements["outlined"] & ~complete & settlements["status"].isin(["protected", "exposed", "closed"])).sum())
    if labels:
        yield Said(N_("{n} settlements are points without an outline: the road nearest to the point is the way in."), {"n": labels})


def _of_posts(study: Study) -> Iterator[Said]:
    watching = int(study.situation.posts["watching"].sum())
    if watching:
        yield Said(N_("Nobody passes a post that watches unseen; {n} watch at this hour."), {"n": watching})


def _of_choices(study: Study) -> Iterator[Said]:
    if not study.fewest:
        yield Said(N_("Posts stand at the places that were chosen for them and cost what was set; no other places or costs were tried."))


def _of_ferries(study: Study) -> Iterator[Said]:
    if (study.coverage.network.seg_role == FERRY).any():
        yield Said(N_("Ferries between two landings of the region carry nobody from elsewhere."))


def _of_edits(study: Study) -> Iterator[Said]:
    edits = study.situation.ground.edits
    if n := len(edits.struck_segments):
        yield Said(N_("{n} pieces of road that were struck by hand are not there."), {"n": n})


def _left_out(study: Study) -> Iterator[Said]:
    counts = study.settlements["status"].value_counts()
    if n := int(counts.reindex(list(UNPROVED)).fillna(0).sum()):
        yield Said(
            N_(
                "Nothing is claimed of {n} settlements: beyond the data, without a road, on roads that touch no others, or "
                "mere labels of towns."
            ),
            {"n": n},
        )


ASSUMED: tuple[Callable[[Study], Iterator[Said]], ...] = (
    _of_data,
    _of_mode,
    _of_joints,
    _of_entrances,
    _of_posts,
    _of_choices,
    _of_ferries,
    _of_edits,
    _left_out,
)
