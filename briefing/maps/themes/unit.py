"""The operations map 作战图 of one community or village: its border, gates, posts, ways in, key places and people, on one sheet."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from briefing.maps.content import PointTable
from briefing.maps.themes import entrances, terms
from briefing.maps.themes.command import no_roster, reach, split
from briefing.maps.themes.facts import Facts
from briefing.maps.themes.pieces import Told, numbered

LAYERS = ("areas", "compounds", "routes", "settlements", "venues", "exposed", "crossings", "entrances", "checkpoints", "proposed")


def tell(facts: Facts) -> Told:
    """Return the numbered table of posts and gates, the figures of the households and people, and notes on what is missing."""
    _ = facts.translate
    posts = facts.layer("checkpoints").sort_values("id")
    gates = entrances.ordered(facts, facts.layer("entrances"))
    numbers = numbered(("checkpoints", posts), ("entrances", gates))
    rows = [_post(facts, numbers, post) for post in posts.to_dict("records")]
    rows += [entrances.row(facts, numbers, gate) for gate in gates.to_dict("records")]
    columns = (_("No."), _("Name"), _("Kind or mode"), _("Open at"), _("On duty"))
    table = PointTable(_("Checkpoints and entrances"), columns, tuple(rows)) if rows else None
    # The proposed posts of the whole are numbered there; here their star alone says where one is missing.
    return Told(numbers, table, tuple(_figures(facts)), tuple(_notes(facts, posts.empty, gates.empty)))


def _post(facts: Facts, numbers: Any, post: dict[str, Any]) -> tuple[str, ...]:
    _ = facts.translate
    number = numbers.get(("checkpoints", str(post["id"])), terms.NOTHING)
    return (
        str(number),
        str(post["name"]) or str(post["id"]),
        terms.term(_, "kind", post["kind"]),
        terms.NOTHING,
        terms.NOTHING if post["holds"] and not post["staffed"] else entrances.there(facts, staffed=bool(post["staffed"])),
    )


def _figures(facts: Facts) -> Iterator[tuple[str, str]]:
    """Yield what the unit must know of its people; households and residents are those of the area's description, else of the ledger."""
    _ = facts.translate
    yield from entrances.status(facts)
    grids = facts.whole.shades
    grids = grids if facts.ids is None else grids[grids["area_id"].isin(facts.ids)]
    described = facts.area if facts.area is not None else pd.Series({"households": None, "population": None})
    households = described["households"]
    if pd.isna(households):
        households = int(grids["households"].sum()) or None
    yield _("Households"), _("not known") if households is None else terms.number(households)
    residents = described["population"]
    yield _("Residents"), _("not known") if pd.isna(residents) else terms.number(residents)
    isolating, missed = int(grids["isolating"].sum()), int(grids["readings_missed"].sum())
    known = isolating or missed or facts.isolation_kept
    yield _("Isolating"), terms.number(isolating) if known else _("not known")
    yield _("Missed readings"), terms.number(missed) if known else _("not known")
    screened = facts.kept >= {"households", "visits"}
    homes = facts.screening["households"].sum() if screened else 0
    yield _("Not reached"), terms.number(int(grids["unreached"].sum())) if homes else _("not known")
    yield split(facts, "entrances")
    yield split(facts, "checkpoints")
    yield _("Exposed settlements"), _("not known") if facts.study is None else terms.number(len(facts.exposed))


def _notes(facts: Facts, no_posts: bool, no_gates: bool) -> Iterator[str]:
    _ = facts.translate
    if no_posts:
        yield _("No checkpoint is recorded here at this moment.")
    if no_gates:
        yield _("No entrance is recorded here at this moment.")
    yield from no_roster(facts)
    yield from reach(facts)
    if facts.unstudied is not None:
        yield _("Which settlements are exposed is not known: {why}").format(why=facts.unstudied.text(_))
    elif len(facts.exposed):
        yield _("Settlements to which a road leads from outside past nobody: {names}.").format(
            names=_(", ").join(str(name or i) for name, i in zip(facts.exposed["name"], facts.exposed["id"], strict=True))
        )
