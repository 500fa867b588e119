"""The map of checkpoints and blind spots 卡口与盲区: where roads lead in unseen, the posts that would close them, and the proof."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import geopandas as gpd

from briefing.maps.content import PointTable
from briefing.maps.themes import terms
from briefing.maps.themes.command import beyond, crossings, no_roster, split, unstaffed
from briefing.maps.themes.facts import Facts
from briefing.maps.themes.pieces import Told
from briefing.maps.themes.places import bounds

LAYERS = ("areas", "routes", "settlements", "leading", "exposed", "crossings", "checkpoints", "proposed", "marks")
# So many of the leading junctions that no proposed post stands at are listed below the posts.
LISTED_JUNCTIONS = 8
_IN_VIEW = ("crossings", "settlements", "checkpoints")


def tell(facts: Facts) -> Told:
    """Return the table of proposed posts and leading junctions, what they close, and what is proved, or why nothing is."""
    _ = facts.translate
    if facts.study is None:
        return Told(notes=tuple(_notes(facts)))
    plan = facts.plan.sort_values("number")
    junctions = _others(facts, plan)
    numbers = {("proposed", str(i)): int(n) for i, n in zip(plan["id"], plan["number"], strict=True)}
    first = int(facts.study.proposed["number"].max()) + 1 if len(facts.study.proposed) else 1
    numbers |= {("leading", str(i)): n for n, i in enumerate(junctions["id"], first)}
    rows = [_post(facts, row) for row in plan.astype(object).where(plan.notna(), None).to_dict("records")]
    rows += [_junction(facts, numbers["leading", str(row["id"])], row) for row in junctions.to_dict("records")]
    columns = (_("No."), _("What"), _("Road and place"), _("What it does"))
    table = PointTable(_("Where posts are missing"), columns, tuple(rows)) if rows else None
    around = facts.areas[facts.areas["id"] == facts.view.area] if facts.view.area is not None else facts.areas
    extent = facts.extent if facts.window is not None or plan.empty else bounds(around, plan, *(facts.layer(name) for name in _IN_VIEW))
    return Told(numbers, table, tuple(_figures(facts)), tuple(_notes(facts)), extent=extent)


def _post(facts: Facts, row: dict[str, Any]) -> tuple[str, ...]:
    """Return a proposed post as a row of the table."""
    _ = facts.translate
    if row["people"] is None:
        does = _("without it {settlements} settlements lie open: how many people, is not known").format(settlements=row["settlements"])
    else:
        people = terms.number(row["people"])
        does = _("without it {settlements} settlements lie open: {people} people").format(settlements=row["settlements"], people=people)
    return str(row["number"]), _("Proposed post"), _place(facts, row["road"], row["highway"], row["place"]), does


def _junction(facts: Facts, number: int, row: dict[str, Any]) -> tuple[str, ...]:
    """Return an unmonitored junction as a row of the table."""
    _ = facts.translate
    # An unknown population counts as one person in the ranking, which is nothing to print.
    counted = facts.study is not None and facts.study.settlements["population_known"].any() and row["alone"]
    does = _("protects {people} people alone").format(people=terms.number(row["alone"])) if counted else terms.NOTHING
    return str(number), _("Junction, rank {rank}").format(rank=row["rank"]), _place(facts, row["name"], row["highway"], None), does


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
    text = terms.number(int(known["people"].sum()) if len(known) else 0)
    missing = len(exposed) - len(known)
    return text + _(" ({n} settlements not known)").format(n=missing) if missing else text


def _notes(facts: Facts) -> Iterator[str]:
    """Yield what is proved, or why nothing is, and what the sheet leaves out."""
    _ = facts.translate
    study = facts.study
    if study is None:
        assert facts.unstudied is not None
        yield _("Nothing is proved: {why}").format(why=facts.unstudied.text(_))
        return
    sealing = study.coverage.sealing
    if sealing.posts is None:
        yield _("Nothing is proved: {why}").format(why=study.obstacle().text(_))
    elif not len(sealing.posts):
        yield _("Proved: no road on the map leads from outside to any settlement past nobody.")
    else:
        yield _(
            "Proved: with these {n} posts no road on the map leads in unseen, and fewer cannot do: {routes} routes lead in that share no "
            "place where a post could stand."
        ).format(n=len(sealing.posts), routes=len(sealing.routes))
        if len(facts.plan) < len(sealing.posts):
            yield _("Of {n} proposed posts in all, those that concern this area are drawn.").format(n=len(sealing.posts))
    if lower := int((~facts.junctions["leading"]).sum()):
        yield _("{n} unmonitored junctions of lower rank are not drawn.").format(n=f"{lower:,}")
    yield from no_roster(facts)
    yield from beyond(facts)
    unattached = int((facts.settlements["status"] == "unattached").sum())
    if unattached:
        yield _("{n} settlements lie too far from any road: whether they are exposed is not known.").format(n=unattached)
