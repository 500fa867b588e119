"""How far the screening has come 摸排进度: grids shaded by the share of households that need no further try."""

from __future__ import annotations

from collections.abc import Iterator

import geopandas as gpd
import numpy as np
import pandas as pd

from briefing.maps.content import PointTable
from briefing.maps.themes import terms
from briefing.maps.themes.area_layers import stepped
from briefing.maps.themes.facts import UNITS, Facts
from briefing.maps.themes.pieces import Features, Told
from briefing.maps.themes.places import DEGREE_M, located
from errors import N_
from ledgers.people import screening_rounds
from ledgers.shares import percent, share
from words import Translate

LAYERS = ("areas",)
# Grids are told apart up to so many; above, their villages and communities are.
MOST_GRIDS = 80
_LETTER_MM = 2.4
COUNTS = ("households", "visited", "seen", "open")
HOW = {
    "seen": N_("Seen in person"),
    "by_phone": N_("By phone only"),
    "by_landlord": N_("Through the landlord"),
    "vacant": N_("Vacant"),
}
# A share of 99.6 % is not done: only what is whole is drawn as whole.
ENDS = (50.0, 80.0, 95.0, 100.0)
STEPS = tuple(
    (f"step_{n}", text)
    for n, text in enumerate((N_("under 50 % settled"), N_("50 to 79 %"), N_("80 to 94 %"), N_("95 to 99 %"), N_("all settled")))
)


def tell(facts: Facts) -> Told:
    """Return the areas by their share, the table, the figures of all together, and the rounds with their deadlines."""
    _ = facts.translate
    found = progress(facts)
    step = pd.Series(ENDS, dtype=float).searchsorted(found["share"].fillna(0), side="right")
    classes = pd.Series(step, index=found.index).astype("Int64").mask(found["share"].isna())
    drawn = located(found)
    pieces = tuple(stepped("screening", Features.of(drawn, _labels(facts, drawn)), classes[drawn.index], STEPS))
    known = found[found["households"] > 0].sort_values(["open", "share", "id"], ascending=[False, True, True], kind="stable")
    rows = tuple(
        (str(row["name"]), *(terms.number(row[column]) for column in COUNTS), told(_, row["share"])) for row in known.to_dict("records")
    )
    columns = (_("Area"), _("Households"), _("Visited"), _("Seen in person"), _("Still to reach"), _("Settled"))
    table = PointTable(_("Screening by area"), columns, rows) if rows else None
    return Told(table=table, figures=tuple(_figures(facts)), notes=tuple(_notes(facts, found)), fills=pieces)


def progress(facts: Facts) -> gpd.GeoDataFrame:
    """Return the areas of the sheet that are not divided further on it: ``id, name``, the counts, ``share`` settled (0 to 100).

    The share is missing where the ledger has no household.
    """
    areas = facts.within
    grids = areas[(areas["level"] == "grid") | (areas["level"].isin(UNITS) & ~areas["id"].isin(areas["parent_id"]))]
    if len(grids) > MOST_GRIDS:
        grids = areas[areas["level"].isin(UNITS)]
    # What is known of a village and of none of its grids stands with the village, which is then not drawn: it is told in a note.
    to = {i: i for i in grids["id"]}
    parents = dict(zip(facts.areas["id"], facts.areas["parent_id"], strict=True))
    places = facts.screening
    holder = places["area_id"].map(lambda area: to.get(area) or to.get(parents.get(area)))
    counted = places.groupby(holder)[list(COUNTS)].sum().reindex(grids["id"]).fillna(0).astype("int64")
    frame = gpd.GeoDataFrame(grids[["id", "name", "geometry"]].reset_index(drop=True), crs=facts.areas.crs).join(
        counted.reset_index(drop=True)
    )
    counts = zip(frame["households"], frame["open"], strict=True)
    shares = [share(homes - left, homes) if homes and "visits" in facts.kept else np.nan for homes, left in counts]
    return frame.assign(share=pd.Series(shares, index=frame.index, dtype=float))


def _labels(facts: Facts, found: gpd.GeoDataFrame) -> list[str | None]:
    """Return the share of each area, with its name where the area has room for both on paper."""
    _ = facts.translate
    shares = [told(_, value) for value in found["share"]]
    wide = (found.bounds["maxx"] - found.bounds["minx"]) * DEGREE_M * 0.87 / facts.metres_per_mm(facts.extent)
    return [
        f"{name} {settled}" if mm > _LETTER_MM * (len(str(name)) + 2) else settled
        for name, settled, mm in zip(found["name"], shares, wide, strict=True)
    ]


def told(translate: Translate, value: float) -> str:
    """Return a share as printed, and where nothing is known, that."""
    return translate(N_("not known")) if pd.isna(value) else percent(value)


def _figures(facts: Facts) -> Iterator[tuple[str, str]]:
    _ = facts.translate
    places = facts.screening
    total = {name: int(places[name].sum()) for name in (*COUNTS, *HOW)}
    if not total["households"] or "visits" not in facts.kept:
        return
    yield _("Households"), terms.number(total["households"])
    yield _("Visited"), terms.number(total["visited"])
    for name, text in HOW.items():
        yield _(text), terms.number(total[name])
    yield _("Still to reach"), terms.number(total["open"])
    yield _("Settled"), percent(share(total["households"] - total["open"], total["households"]))


def _notes(facts: Facts, found: gpd.GeoDataFrame) -> Iterator[str]:
    _ = facts.translate
    view = facts.view
    if not int(found["households"].sum()):
        yield _("No household is recorded here at this moment.")
        return
    if "visits" not in facts.kept:
        yield _("No visit is recorded by this moment: how far the screening has come is not known.")
        return
    yield _("Settled are the households seen, reached by phone or through the landlord, and homes where nobody lives; of all visits.")
    for each in screening_rounds.rounds(view):
        if each.due_at is not None and screening_rounds.overlaps(view, each):
            yield _("Round {name}: to be done by {moment}.").format(name=each.name, moment=terms.moment(view, each.due_at))
    if left := int(facts.screening["households"].sum()) - int(found["households"].sum()):
        yield _("{n} households are known to a village alone, not to one of its grids: they are in the figures, not on the map.").format(
            n=left
        )
    if int(found["share"].isna().sum()):
        yield _("Areas without a household in the ledger are drawn as not known.")
