"""The map of checkpoints and blind spots 卡口与盲区: where roads lead in unseen, the posts that would close them, and the proof."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from briefing.maps.content import Drawn, PointTable
from briefing.maps.themes import terms
from briefing.maps.themes.command import beyond, crossings, no_roster, split, unstaffed
from briefing.maps.themes.facts import Facts
from briefing.maps.themes.pieces import Piece, Told
from briefing.maps.themes.places import bounds, touching
from errors import N_
from ledgers.roads import claim
from settings import CRS

LAYERS = ("areas", "routes", "settlements", "leading", "exposed", "crossings", "checkpoints", "proposed", "marks")
# So many of the leading junctions that no proposed post stands at are listed below the posts.
LISTED_JUNCTIONS = 8
# So many assumptions have room on a sheet of a size; on any other all.
ROOM = {"A4": 4, "wide": 3}
_IN_VIEW = ("crossings", "settlements", "checkpoints")


def tell(facts: Facts) -> Told:
    """Return the table of proposed posts and leading junctions, what they close, and what is proved, or why nothing is."""
    _ = facts.translate
    below = tuple(_unknown_area(facts))
    if facts.study is None:
        return Told(notes=tuple(_notes(facts)), below=below)
    plan = facts.plan.sort_values("number")
    around = facts.areas[facts.areas["id"] == facts.view.area] if facts.view.area is not None else facts.areas
    joints = _joints(facts)
    near = joints if facts.view.area is None else joints.iloc[:0]
    alone = facts.window is not None or (plan.empty and near.empty)
    extent = facts.extent if alone else bounds(around, plan, near, *(facts.layer(name) for name in _IN_VIEW))
    joints = joints[touching(joints, extent or facts.extent)]
    junctions = _others(facts, plan)
    first = int(facts.study.proposed["number"].max()) + 1 if len(facts.study.proposed) else 1
    numbers = {("proposed", str(i)): int(n) for i, n in zip(plan["id"], plan["number"], strict=True)}
    numbers |= {("leading", str(i)): n for n, i in enumerate(junctions["id"], first)}
    numbers |= {("doubtful", str(i)): n for n, i in enumerate(joints["number"], first + len(junctions))}
    rows = [_post(facts, row) for row in plan.astype(object).where(plan.notna(), None).to_dict("records")]
    protect = facts.study.alone(junctions["node"].to_numpy(dtype=np.int64)) if len(junctions) else pd.DataFrame()
    told = zip(junctions.to_dict("records"), protect.astype(object).where(protect.notna(), None).to_dict("records"), strict=True)
    rows += [_junction(facts, numbers["leading", str(row["id"])], row, alone) for row, alone in told]
    rows += [_joint(facts, numbers["doubtful", str(row["number"])], row) for row in joints.to_dict("records")]
    columns = (_("No."), _("What"), _("Road and place"), _("What it does"))
    table = PointTable(_("Where posts are missing"), columns, tuple(rows)) if rows else None
    drawn = tuple(_drawn(joints, numbers))
    return Told(numbers, table, tuple(_figures(facts)), tuple(_notes(facts)), extent=extent, below=below, above=drawn)


def _post(facts: Facts, row: dict[str, Any]) -> tuple[str, ...]:
    """Return a proposed post as a row of the table."""
    _ = facts.translate
    if row["people"] is None:
        does = _("without it {settlements} settlements lie open: how many people, is not known").format(settlements=row["settlements"])
    else:
        people = _counted(facts, row["people"], row["uncounted"])
        does = _("without it {settlements} settlements lie open: {people} people").format(settlements=row["settlements"], people=people)
    return str(row["number"]), _("Proposed post"), _place(facts, row["road"], row["highway"], row["place"]), does


def _junction(facts: Facts, number: int, row: Mapping[Any, Any], alone: Mapping[Any, Any]) -> tuple[str, ...]:
    """Return an unmonitored junction as a row of the table; ``alone`` is whom a post there protects by itself."""
    _ = facts.translate
    settlements = terms.number(alone["settlements"])
    if not alone["settlements"]:
        does = terms.NOTHING
    elif alone["known"] is None:
        does = _("protects {settlements} settlements alone: how many people, is not known").format(settlements=settlements)
    else:
        people = _counted(facts, alone["known"], alone["uncounted"])
        does = _("protects {settlements} settlements alone: {people} people").format(settlements=settlements, people=people)
    return str(number), _("Junction, rank {rank}").format(rank=row["rank"]), _place(facts, row["name"], row["highway"], None), does


def _joint(facts: Facts, number: int, row: dict[str, Any]) -> tuple[str, ...]:
    """Return a doubtful joint as a row of the table: what lies open if the two roads meet there after all."""
    _ = facts.translate
    does = _("with others leads in, if the roads meet")
    if row["settlements"]:
        does = _("if the roads meet, {settlements} settlements lie open: {names}").format(
            settlements=row["settlements"], names=row["names"]
        )
        if row["people"]:
            does += _(", {people} known people").format(people=terms.number(row["people"]))
    roads = row["roads"] or _("unnamed road")
    kind = _("crossing without a joint") if row["kind"] == "crossing" else _("{metres} m apart").format(metres=f"{row['gap_m']:.1f}")
    return str(number), _("Doubtful joint {n}").format(n=row["number"]), f"{roads} · {kind}", does


def _counted(facts: Facts, people: int, uncounted: int) -> str:
    """Return people as far as known, and of how many settlements they are not."""
    return terms.number(people) + (facts.translate(N_(" ({n} settlements not known)")).format(n=uncounted) if uncounted else "")


def _joints(facts: Facts) -> gpd.GeoDataFrame:
    """Return the doubtful joints that an answer hangs on, as the claim numbers them."""
    assert facts.study is not None
    found = facts.study.doubts.joints
    return found[found["matters"].astype(bool)]


def _drawn(joints: gpd.GeoDataFrame, numbers: dict[tuple[str, str], int]) -> Iterator[Piece]:
    if len(joints):
        of = [numbers["doubtful", str(i)] for i in joints["number"]]
        geometry = joints.geometry.reset_index(drop=True)
        yield Piece("doubtful", Drawn("joint_doubtful", geometry, "joint_doubtful", numbers=of), N_("Doubtful joint of roads"))


def _unknown_area(facts: Facts) -> Iterator[Piece]:
    """Yield what of the region the road data do not reach."""
    if facts.asked is None:
        return
    network = facts.asked.coverage.network
    if (claim.unknown_area(facts.asked)["km2"] or 0) >= claim.LEAST_KM2:
        geometry = gpd.GeoSeries([shapely.difference(network.region, network.extent)], crs=CRS)
        drawn = Drawn("unknown_area", geometry, "unknown_area")
        yield Piece("unknown", drawn, N_("No road data: nothing is proved here"), counted=False, always=True)


def _others(facts: Facts, plan: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the leading junctions of the area where no proposed post stands."""
    found = facts.junctions
    return found[~found["id"].isin(plan["id"]) & found["leading"]].head(LISTED_JUNCTIONS) if len(found) else found


def _place(facts: Facts, road: object, highway: object, place: object) -> str:
    """Return a road, what kind it is, and the area."""
    text = terms.road(facts.translate, road, highway)
    return f"{text} · {place}" if isinstance(place, str) and place else text


def _figures(facts: Facts) -> Iterator[tuple[str, str]]:
    _ = facts.translate
    assert facts.study is not None
    exposed = facts.exposed
    yield split(facts, "checkpoints")
    yield _("Checkpoints unstaffed"), unstaffed(facts, "checkpoints")
    yield from crossings(facts)
    yield _("Exposed settlements"), terms.of(len(exposed), len(facts.settlements))
    yield _("People exposed"), _people(facts, exposed)
    yield _("Unmonitored junctions"), terms.number(len(facts.junctions))
    yield _("Proposed posts"), _("impossible") if facts.study.coverage.sealing.posts is None else terms.number(len(facts.plan))


def _people(facts: Facts, exposed: gpd.GeoDataFrame) -> str:
    """Return how many people live in the exposed settlements whose population is known."""
    _ = facts.translate
    known = exposed[exposed["population_known"].astype(bool)] if len(exposed) else exposed
    if len(exposed) and known.empty:
        return _("not known")
    return _counted(facts, int(known["people"].sum()) if len(known) else 0, len(exposed) - len(known))


def _notes(facts: Facts) -> Iterator[str]:
    """Yield how far the data reach, what is claimed, or why nothing is, what it rests on, and what the sheet leaves out."""
    _ = facts.translate
    if facts.asked is None:
        assert facts.unstudied is not None
        yield _("Nothing is proved: {why}").format(why=facts.unstudied.text(_))
        return
    yield claim.reach(facts.asked).text(_)
    if facts.study is None:
        assert facts.unstudied is not None
        yield _("Nothing is proved: {why}").format(why=facts.unstudied.text(_))
        return
    study = facts.study
    posts = study.coverage.sealing_posts
    yield claim.paragraph(claim.holds(study), _)
    yield from (said.text(_) for said in claim.limits(study))
    yield claim.both_modes(study, facts.whole.on_foot).text(_)
    if posts is not None and len(facts.plan) < len(posts):
        yield _("Of {n} proposed posts in all, those that concern this area are drawn.").format(n=len(posts))
    if lower := int((~facts.junctions["leading"]).sum()):
        yield _("{n} unmonitored junctions of lower rank are not drawn.").format(n=f"{lower:,}")
    yield from no_roster(facts)
    yield from beyond(facts)
    unattached = int((facts.settlements["status"] == "unattached").sum())
    if unattached:
        yield _("{n} settlements lie too far from any road: whether they are exposed is not known.").format(n=unattached)
    yield _assumed(facts)


def _assumed(facts: Facts) -> str:
    """Return what the claim takes for granted, as much of it as a sheet has room for."""
    _ = facts.translate
    assert facts.study is not None
    found = claim.assumptions(facts.study)
    shown = ROOM.get(facts.paper.size, len(found))
    text = _("Taken for granted: {what}").format(what=claim.paragraph(found[:shown], _))
    more = len(found) - shown
    return f"{text} {_('{n} more assumptions stand in the annex of the briefing.').format(n=more)}" if more > 0 else text
