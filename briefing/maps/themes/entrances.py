"""The entrances of an area 出入口: each with its number, and in the table its mode, its hours, and whether somebody is there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import geopandas as gpd
import pandas as pd

from briefing.maps.content import Bounds, PointTable
from briefing.maps.themes import terms
from briefing.maps.themes.command import no_roster, split, unstaffed
from briefing.maps.themes.facts import Facts
from briefing.maps.themes.pieces import Told, numbered
from briefing.maps.themes.places import bounds
from briefing.maps.themes.whole import unit_names
from ledgers.terms import TERMS

LAYERS = ("areas", "compounds", "venues", "entrances")
# More than this is not told apart on one sheet, nor looked up in one table.
MOST_NUMBERED = 500
CORNER = 0.4  # where the gates take less of an area, the sheet shows them alone


def tell(facts: Facts) -> Told:
    """Return the numbered table of the entrances and their sum by mode; without any, a note that says so."""
    _ = facts.translate
    gates = facts.layer("entrances")
    if gates.empty:
        return Told(notes=(_("No entrance is recorded here at this moment."),))
    many = len(gates) > MOST_NUMBERED
    listed = gates if many else ordered(facts, gates)
    numbers = {} if many else numbered(("entrances", listed))
    table = _by_unit(facts, gates) if many else _by_gate(facts, listed, numbers)
    notes = [_("These are too many entrances to be numbered on one sheet: print the map of each community.")] if many else []
    figures = [
        *status(facts),
        split(facts, "entrances"),
        (_("Open now"), terms.number(int(gates["open_now"].astype(bool).sum()))),
    ]
    figures.append((_("Open, nobody there"), unstaffed(facts, "entrances")))
    if overdue := int(gates["overdue"].astype(bool).sum()):
        figures.append((_("Seal overdue"), terms.number(overdue)))
    return Told(numbers, table, tuple(figures), (*notes, *no_roster(facts)), extent=_extent(facts, gates))


def _by_gate(facts: Facts, gates: gpd.GeoDataFrame, numbers: Mapping[tuple[str, str], int]) -> PointTable:
    _ = facts.translate
    rows = tuple(row(facts, numbers, gate) for gate in gates.to_dict("records"))
    return PointTable(_("Entrances"), (_("No."), _("Name"), _("Mode"), _("Open at"), _("On duty")), rows)


def _by_unit(facts: Facts, gates: gpd.GeoDataFrame) -> PointTable:
    """Return how many entrances of each mode the villages and communities have, those first where nobody is."""
    _ = facts.translate
    modes = tuple(TERMS["mode"])
    counted = pd.DataFrame({"unit": gates["area_id"].map(unit_names(facts.whole)).fillna(terms.NOTHING)}).assign(
        total=1, **{mode: (gates["mode"] == mode).astype(int) for mode in modes}, alone=facts.unstaffed("entrances").astype(int)
    )
    sums = counted.groupby("unit").sum().sort_values(["alone", "total", "unit"], ascending=[False, False, True])
    rows = tuple((str(unit), *(terms.number(count) for count in counts)) for unit, *counts in sums.itertuples())
    columns = (_("Area"), _("Entrances"), *(terms.term(_, "mode", mode) for mode in modes), _("Open, nobody there"))
    return PointTable(_("Entrances by community"), columns, rows)


def _extent(facts: Facts, gates: gpd.GeoDataFrame) -> Bounds | None:
    """Return where the gates are, if that is a corner of the area; else None, for all of it."""
    found = None if facts.window is not None else bounds(gates, facts.layer("compounds"), facts.layer("buildings"))
    if found is None:
        return None
    (west, south, east, north), (left, low, right, high) = found, facts.extent
    corner = (east - west) * (north - south) < CORNER * (right - left) * (high - low)
    return found if corner else None


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


def row(facts: Facts, numbers: Mapping[tuple[str, str], int], gate: dict[str, Any]) -> tuple[str, ...]:
    """Return an entrance as a row of the table; names of staff stay out of it."""
    _ = facts.translate
    mode = terms.term(_, "mode", gate["mode"]) if isinstance(gate["mode"], str) else _("undecided")
    number = numbers.get(("entrances", str(gate["id"])), terms.NOTHING)
    overdue = _(" (overdue)") if gate["overdue"] else ""
    name = str(gate["name"]) or str(gate["id"])
    return str(number), name, mode + overdue, terms.hours(_, gate["mode"], gate["timetable"]), _on_duty(facts, gate)


def _on_duty(facts: Facts, gate: dict[str, Any]) -> str:
    """Return whether somebody is at an entrance, a dash where nobody needs to be."""
    _ = facts.translate
    if gate["staffed"]:
        return _("yes")
    if gate["open_now"]:
        return there(facts, staffed=False)
    return _("closed now") if gate["mode"] == "open_hours" else terms.NOTHING


def there(facts: Facts, *, staffed: bool) -> str:
    """Return whether somebody is on duty; not known where no roster is kept."""
    _ = facts.translate
    return _("yes") if staffed else _("nobody") if "rosters" in facts.kept else _("not known")
