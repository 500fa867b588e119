"""The map of differences 变化图: posts, entrances, blind spots and cases that came, went or changed between two moments."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd

from briefing.changes import features
from briefing.maps.content import PointTable
from briefing.maps.themes import terms
from briefing.maps.themes.facts import Facts
from briefing.maps.themes.pieces import Features, Piece, Sheet, Told, numbered, points
from briefing.maps.themes.places import located
from briefing.view import View
from errors import N_, NotFound

LAYERS = ("areas", "settlements")
_OF = {
    "checkpoints": N_("Checkpoint"),
    "entrances": N_("Entrance"),
    "settlements": N_("Blind spot"),
    "areas": N_("Cases and risk"),
}
KINDS = {"added": N_("Added"), "removed": N_("Gone"), "changed": N_("Changed")}


def tell(facts: Facts, before: View) -> Told:
    """Return what changed between a view and that of the facts: numbered points, the table, and how much of each kind."""
    _ = facts.translate
    try:
        found = changed(facts, before)
    except NotFound:  # the area was not there yet
        nothing = _("Nothing had been recorded of {name} by {moment}: there is nothing to compare.")
        return Told(notes=(nothing.format(name=facts.name, moment=terms.moment(facts.view, before.at)),))
    compared = _("since {moment}").format(moment=terms.moment(facts.view, before.at))
    if found.empty:
        return Told(compared=compared, notes=(_("Nothing changed since {moment}.").format(moment=terms.moment(facts.view, before.at)),))
    numbers = numbered(("changes", found))
    rows = tuple(
        (
            str(numbers.get(("changes", str(row["id"])), terms.NOTHING)),
            _(KINDS[str(row["kind"])]),
            _(_OF[str(row["layer"])]),
            str(row["name"]),
            *(terms.NOTHING if pd.isna(row[side]) else str(row[side]) for side in ("before", "after")),
        )
        for row in found.to_dict("records")
    )
    table = PointTable(_("What changed"), (_("No."), _("Kind of change"), _("What"), _("Name"), _("Before"), _("Now")), rows)
    sheet = Sheet(facts, facts.extent, LAYERS, numbers)
    rows = located(found)
    drawn, kinds = Features.of(rows), rows["kind"].to_numpy(dtype=object)
    pieces: list[Piece] = []
    for kind, text in KINDS.items():
        pieces += points(sheet, "changes", drawn[kinds == kind], f"changed_{kind}", text)
    figures = tuple((_(text), terms.number(int((found["kind"] == kind).sum()))) for kind, text in KINDS.items())
    unplaced = len(found) - len(numbers)
    notes = (_("{n} changes have no place on the map and no number.").format(n=unplaced),) if unplaced else ()
    return Told(numbers, table, figures, notes, above=tuple(pieces), compared=compared)


def changed(facts: Facts, before: View) -> gpd.GeoDataFrame:
    """Return the differences, each with an id of its own: a feature may have changed in more than one way."""
    found = features(before, facts.view)
    found = found.assign(id=found["layer"].astype("str") + ":" + found["id"].astype("str") + ":" + found["kind"].astype("str"))
    order = found["kind"].map({kind: n for n, kind in enumerate(KINDS)})
    return found.assign(order=order).sort_values(["layer", "order", "id"], kind="stable", ignore_index=True)
