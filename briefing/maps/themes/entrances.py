"""The entrances of an area 出入口: each with its number, and in the table its mode, its hours, and whether somebody is there."""

from __future__ import annotations

from typing import Any

import geopandas as gpd

from briefing.maps.content import PointTable
from briefing.maps.themes import terms
from briefing.maps.themes.command import split
from briefing.maps.themes.facts import Facts
from briefing.maps.themes.pieces import Told, numbered
from briefing.maps.themes.places import bounds
from words import Translate

LAYERS = ("areas", "compounds", "venues", "entrances")


def tell(facts: Facts) -> Told:
    """Return the numbered table of the entrances and their sum by mode; without any, a note that says so."""
    _ = facts.translate
    gates = ordered(facts, facts.layer("entrances"))
    if gates.empty:
        return Told(notes=(_("No entrance is recorded here at this moment."),))
    numbers = numbered(("entrances", gates))
    rows = tuple(row(_, numbers, "entrances", gate) for gate in gates.to_dict("records"))
    table = PointTable(_("Entrances"), (_("No."), _("Name"), _("Mode"), _("Open at"), _("On duty")), rows)
    unstaffed = int(gates["unstaffed"].astype(bool).sum())
    figures = [
        *status(facts),
        split(facts, _("Entrances"), "mode", gates),
        (_("Open now"), terms.number(int(gates["open_now"].astype(bool).sum()))),
    ]
    figures.append((_("Open, nobody there"), terms.number(unstaffed)))
    if overdue := int(gates["overdue"].astype(bool).sum()):
        figures.append((_("Seal overdue"), terms.number(overdue)))
    extent = None if facts.window is not None else bounds(gates, facts.layer("compounds"), facts.layer("buildings"))
    return Told(numbers, table, tuple(figures), extent=extent)


def status(facts: Facts) -> list[tuple[str, str]]:
    """Return whether the area itself is controlled or sealed off: a fill over the whole sheet would say no more."""
    _ = facts.translate
    held = None if facts.area is None else facts.area["status"]
    return [(_("Status"), terms.term(_, "status", held))] if held in ("controlled", "sealed") else []


def ordered(facts: Facts, gates: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return entrances as a reader looks for them: by compound, the compounds from north to south, then by name."""
    compounds = facts.whole.layer("compounds").set_index("id")
    place = {i: n for n, i in enumerate(compounds.assign(y=-compounds.geometry.bounds["maxy"]).sort_values("y").index)}
    group = gates["compound_id"].map(place).fillna(len(place))
    return gates.assign(group=group).sort_values(["group", "area_id", "id"], kind="stable", ignore_index=True)


def row(translate: Translate, numbers: Any, layer: str, feature: dict[str, Any]) -> tuple[str, ...]:
    """Return an entrance as a row of the table; names of staff stay out of it."""
    _ = translate
    mode = terms.term(_, "mode", feature["mode"]) if isinstance(feature["mode"], str) else _("undecided")
    number = numbers.get((layer, str(feature["id"])), terms.NOTHING)
    name = str(feature["name"]) or str(feature["id"])
    overdue = _(" (overdue)") if feature["overdue"] else ""
    return str(number), name, mode + overdue, terms.hours(_, feature["mode"], feature["timetable"]), on_duty(_, feature)


def on_duty(translate: Translate, gate: dict[str, Any]) -> str:
    """Return whether somebody is at an entrance, a dash where nobody needs to be."""
    _ = translate
    if gate["staffed"]:
        return _("yes")
    if gate["open_now"]:
        return _("nobody")
    return terms.NOTHING if gate["mode"] != "open_hours" else _("closed now")
