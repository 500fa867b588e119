"""The command map 指挥一张图: posts, entrances, areas and ways in as they stand, and what is open with nobody there."""

from __future__ import annotations

from collections.abc import Iterator

import geopandas as gpd

from briefing.maps.content import PointTable
from briefing.maps.themes import terms
from briefing.maps.themes.facts import Facts
from briefing.maps.themes.pieces import Told, numbered

LAYERS = ("areas", "settlements", "exposed", "crossings", "entrances", "checkpoints")
# A list longer than this is not read in a meeting; the pages have the rest.
MOST_LISTED = 30


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
        (str(numbers.get((layer, str(row["id"])), terms.NOTHING)), str(row["name"]) or _("unnamed"), why)
        for layer, frame, why in listed
        for row in frame.to_dict("records")
    ]
    table = PointTable(_("Nobody there now, or open"), (_("No."), _("Name"), _("What is missing")), tuple(rows)) if rows else None
    return Told(numbers, table, tuple(_figures(facts)), tuple(_notes(facts, total)))


def _lapses(facts: Facts) -> list[tuple[str, gpd.GeoDataFrame, str]]:
    """Return what is not as it should be now, by layer, with what is missing there; the most urgent first."""
    _ = facts.translate
    posts, gates, crossings = (facts.layer(name) for name in ("checkpoints", "entrances", "crossings"))
    return [
        ("checkpoints", posts[~posts["staffed"].astype(bool)], _("Checkpoint, nobody there now")),
        ("entrances", gates[gates["unstaffed"].astype(bool)], _("Entrance open, nobody there now")),
        ("entrances", gates[gates["overdue"].astype(bool)], _("Seal overdue")),
        ("crossings", crossings[~crossings["with_post"].astype(bool)], _("Crossing without a post")),
    ]


def _figures(facts: Facts) -> Iterator[tuple[str, str]]:
    """Yield the headline figures; a window has those of what can be seen in it alone."""
    _ = facts.translate
    gates, posts, crossings = (facts.layer(name) for name in ("entrances", "checkpoints", "crossings"))
    yield _("Entrances"), split(facts, "mode", gates)
    yield _("Checkpoints"), split(facts, "kind", posts)
    unstaffed = int((~posts["staffed"].astype(bool)).sum()), int(gates["unstaffed"].astype(bool).sum())
    yield _("Nobody there now"), _("checkpoints {posts}, entrances {gates}").format(posts=unstaffed[0], gates=unstaffed[1])
    if len(crossings):
        without = int((~crossings["with_post"].astype(bool)).sum())
        yield _("Crossings without a post"), _("{n} of {total}").format(n=without, total=len(crossings))
    told = _("not known") if facts.study is None else terms.number(len(facts.exposed))
    yield _("Exposed settlements"), told
    if facts.window is None:
        people = facts.view.people
        yield _("Isolating"), terms.number(people.observing)
        yield _("Missed readings"), terms.number(people.missed)
        yield _("Not reported"), _("{n} of {total}").format(n=len(people.unreported.names), total=people.unreported.units)


def split(facts: Facts, column: str, frame: gpd.GeoDataFrame) -> str:
    """Return how many features there are and, as a sum, how many of each mode or kind."""
    _ = facts.translate
    counts = frame[column].value_counts()
    parts = [f"{terms.term(_, column, code)} {counts[code]:,}" for code in terms.TERMS[column] if code in counts]
    undecided = int(frame[column].isna().sum())
    parts += [_("undecided") + f" {undecided:,}"] if undecided else []
    return f"{len(frame):,} = " + " + ".join(parts) if len(parts) > 1 else terms.number(len(frame)) if not parts else parts[0]


def _notes(facts: Facts, lapses: int) -> Iterator[str]:
    _ = facts.translate
    if lapses > MOST_LISTED:
        yield _("{n} more are not listed here; the page has all of them.").format(n=f"{lapses - MOST_LISTED:,}")
    if facts.unstudied is not None:
        yield _("Which settlements are exposed is not known: {why}").format(why=facts.unstudied.text(_))
