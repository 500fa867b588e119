"""The command map 指挥一张图: posts, entrances, areas and ways in as they stand, and what is open with nobody there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import geopandas as gpd
import numpy as np
import shapely

from briefing.maps.content import PointTable
from briefing.maps.themes import terms
from briefing.maps.themes.facts import Facts
from briefing.maps.themes.pieces import Told, numbered
from briefing.maps.themes.places import located
from briefing.model import UNKNOWN
from errors import N_
from geo.crs import in_metres
from ledgers.roads import claim
from ledgers.terms import TERMS

LAYERS = ("areas", "settlements", "exposed", "crossings", "entrances", "checkpoints")
# A list longer than this is not read in a meeting; the pages have the rest.
MOST_LISTED = 30
_SYMBOL_MM = 2.4


def tell(facts: Facts) -> Told:
    """Return the headline figures and the table of what nobody watches now."""
    _ = facts.translate
    lapses = _lapses(facts)
    total = sum(len(frame) for _layer, frame, _why in lapses)
    listed, room = [], MOST_LISTED
    for layer, frame, why in lapses:
        listed.append((layer, frame.head(room), why))
        room -= len(listed[-1][1])
    numbers = numbered(*((layer, frame) for layer, frame, _why in listed))
    rows = [
        (str(numbers.get((layer, str(row["id"])), terms.NOTHING)), _called(facts, layer, row), why)
        for layer, frame, why in listed
        for row in frame.to_dict("records")
    ]
    table = PointTable(_("Nobody there now, or open"), (_("No."), _("Name"), _("What is missing")), tuple(rows)) if rows else None
    return Told(numbers, table, tuple(_figures(facts)), tuple(_notes(facts, total)))


def _called(facts: Facts, layer: str, row: dict[str, Any]) -> str:
    _ = facts.translate
    return terms.road(_, row["name"], row["highway"]) if layer == "crossings" else str(row["name"]) or _("unnamed")


def _lapses(facts: Facts) -> list[tuple[str, gpd.GeoDataFrame, str]]:
    """Return what is not as it should be now, by layer, with what is missing there; the most urgent first."""
    _ = facts.translate
    posts, gates, crossings = (facts.layer(name) for name in ("checkpoints", "entrances", "crossings"))
    return [
        ("checkpoints", posts[facts.unstaffed("checkpoints")], _("Checkpoint, nobody there now")),
        ("entrances", gates[facts.unstaffed("entrances")], _("Entrance open, nobody there now")),
        ("entrances", gates[gates["overdue"].astype(bool)], _("Seal overdue")),
        ("crossings", crossings[~crossings["with_post"].astype(bool)], _("Crossing without a post")),
    ]


def _figures(facts: Facts) -> Iterator[tuple[str, str]]:
    """Yield the headline figures; a window has those of what can be seen in it alone."""
    _ = facts.translate
    yield split(facts, "entrances")
    yield split(facts, "checkpoints")
    yield _("Checkpoints unstaffed"), unstaffed(facts, "checkpoints")
    yield _("Open, nobody there"), unstaffed(facts, "entrances")
    yield from crossings(facts)
    yield _("Exposed settlements"), _("not known") if facts.study is None else terms.number(len(facts.exposed))
    if facts.window is None:
        people = facts.view.people
        known = people.observing or people.missed or facts.isolation_kept
        yield _("Isolating"), terms.number(people.observing) if known else _("not known")
        yield _("Missed readings"), terms.number(people.missed) if known else _("not known")
        units = people.unreported.units
        yield _("Not reported"), terms.of(len(people.unreported.names), units) if units else _("not known")


def crossings(facts: Facts) -> Iterator[tuple[str, str]]:
    """Yield how many of the crossings have no post, where there are any."""
    found = facts.layer("crossings")
    if len(found):
        without = int((~found["with_post"].astype(bool)).sum())
        yield facts.translate(N_("Crossings without a post")), terms.of(without, len(found))


_CODES = {"entrances": (N_("Entrances"), "mode"), "checkpoints": (N_("Checkpoints"), "kind")}


def split(facts: Facts, name: str) -> tuple[str, str]:
    """Return how many features of a layer there are, under a label that says of which modes or kinds these are the sum."""
    _ = facts.translate
    frame, (text, column) = facts.layer(name), _CODES[name]
    # Nobody lists that there is no gate; where posts are listed, an area without one has none.
    if frame.empty and (name == "entrances" or name not in facts.kept):
        return _(text), _("not known")
    counts = frame[column].value_counts()
    parts = [f"{terms.term(_, column, code)} {counts[code]:,}" for code in TERMS[column] if code in counts]
    undecided = int(frame[column].isna().sum())
    parts += [_("undecided") + f" {undecided:,}"] if undecided else []
    return (f"{_(text)} = " + " + ".join(parts) if parts else _(text)), terms.number(len(frame))


def unstaffed(facts: Facts, name: str) -> str:
    """Return at how many features of a layer nobody is though somebody should be."""
    known = "rosters" in facts.kept and not facts.layer(name).empty
    return terms.number(int(facts.unstaffed(name).sum())) if known else facts.translate(UNKNOWN)


def _notes(facts: Facts, lapses: int) -> Iterator[str]:
    _ = facts.translate
    if lapses > MOST_LISTED:
        yield _("{n} more are not listed here; the page has all of them.").format(n=f"{lapses - MOST_LISTED:,}")
    yield from no_roster(facts)
    yield from beyond(facts)
    if _crowded(facts):
        yield _("Where entrances stand close together, the map of entrances of the community tells them apart.")
    yield from reach(facts)
    if facts.unstudied is not None:
        yield _("Which settlements are exposed is not known: {why}").format(why=facts.unstudied.text(_))


def reach(facts: Facts) -> Iterator[str]:
    """Yield how far the road data reach, where that is not the whole region: no count of exposed settlements speaks of more."""
    if facts.asked is not None and (said := claim.reach(facts.asked)).message != claim.REACHES_ALL:
        yield said.text(facts.translate)


def beyond(facts: Facts) -> Iterator[str]:
    """Yield how many checkpoints stand in no area, where a border is drawn: they are of the whole."""
    posts = facts.layer("checkpoints")
    outside = posts["area_id"].isna() & posts.geometry.notna()
    if outside.any() and facts.areas.geometry.notna().any():
        yield facts.translate(N_("{n} of the checkpoints stand beyond the drawn border.")).format(n=terms.number(int(outside.sum())))


def no_roster(facts: Facts) -> Iterator[str]:
    """Yield that nobody knows who is where, where no roster is kept."""
    if "rosters" not in facts.kept and len(facts.layer("checkpoints")) + len(facts.layer("entrances")):
        yield facts.translate(N_("No roster is kept: where somebody is on duty is not known, and nobody there counts as watching."))


def _crowded(facts: Facts) -> bool:
    """Tell whether many entrances lie on one another on paper: more than one in three, nearer than a symbol is wide."""
    found = located(facts.layer("entrances"))
    if len(found) < 2:
        return False
    metres = in_metres(found.geometry.to_numpy(), centre=(float(found.geometry.x.mean()), float(found.geometry.y.mean())))
    near = shapely.STRtree(metres).query(metres, predicate="dwithin", distance=_SYMBOL_MM * facts.metres_per_mm(facts.extent))
    return len(np.unique(near[0][near[0] != near[1]])) * 3 > len(found)
