"""How areas are drawn on paper: their borders and names, what is controlled or sealed off, their risk, and what fills them by a figure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from briefing.facts import risk as facts_risk
from briefing.maps.themes import terms
from briefing.maps.themes.facts import UNITS, Facts
from briefing.maps.themes.pieces import Features, Maker, Piece, Sheet, outlined
from briefing.maps.themes.places import DEGREE_M, located
from errors import N_
from ledgers.risk.shades import SHADES, TIERS, classes
from settings import CRS

# An outline smaller than this on paper, in millimetres, is not drawn: it would be in the way of what stands in it.
_SMALLEST_AREA_MM = 12.0

# Areas ----------------------------------------------------------------------------------------------------------------


def areas(sheet: Sheet) -> Iterator[Piece]:
    """Yield what is sealed off or controlled, the borders that the sheet has room for with their names, and its own border."""
    facts = sheet.facts
    shown, named = _tiers(sheet)
    own = facts.area is not None or int((facts.areas["tier"] == 0).sum()) == 1
    inner = shown[shown["tier"] > facts.top] if own else shown
    if sheet.held and not sheet.filled:
        yield from _held(shown if facts.area is None else inner)
    border = Features.of(inner, _free_names(sheet, inner, named))
    yield from outlined("areas", border, "area_border", N_("Area border"), named=not sheet.filled, rank=20, counted=False)
    around = Features.of(facts.around(sheet.extent))
    yield from outlined("areas", around, "area_border", N_("Area border"), named=True, rank=5, counted=False)
    if own:
        focus = located(facts.areas[facts.areas["tier"] == 0] if facts.area is None else facts.areas[facts.areas["id"] == facts.view.area])
        yield from outlined("areas", Features.of(focus), "area_focus", N_("Border of the area shown"), counted=False)


def _held(shown: gpd.GeoDataFrame) -> Iterator[Piece]:
    """Yield what is sealed off or controlled; of areas in one another that are the same, the inner ones alone, or fills would add up."""
    found, status = Features.of(shown), shown["status"].to_numpy(dtype=object)
    for code, style, text, as_strict in (
        ("controlled", "area_controlled", N_("Area controlled"), ("controlled", "sealed")),
        ("sealed", "area_sealed", N_("Area sealed off"), ("sealed",)),
    ):
        around = set(shown.loc[[each in as_strict for each in status], "parent_id"].dropna())
        divided = np.array([i in around for i in found.ids], dtype=bool)
        yield from outlined("areas", found[(status == code) & ~divided], style, text)


def _tiers(sheet: Sheet) -> tuple[gpd.GeoDataFrame, int]:
    """Return the areas that the sheet has room for, and the tier whose names it writes: the finest of these."""
    facts = sheet.facts
    within = located(facts.within)
    tier, size = within["tier"].to_numpy(), np.sqrt(_square_metres(within)) / sheet.scale
    grid = (within["level"] == "grid").to_numpy()
    kept = [
        int(n)
        for n in np.unique(tier[tier > facts.top])
        if np.median(size[tier == n]) >= _SMALLEST_AREA_MM and (sheet.grids or facts.is_unit or not grid[tier == n].all())
    ]
    return within[np.isin(tier, [facts.top, *kept])], max(kept, default=facts.top)


def _square_metres(frame: gpd.GeoDataFrame) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    geometry = frame.geometry.to_numpy()
    latitude = shapely.get_y(shapely.centroid(geometry))
    return np.asarray(shapely.area(geometry) * DEGREE_M**2 * np.cos(np.radians(latitude)), dtype=np.float64)


def _free_names(sheet: Sheet, frame: gpd.GeoDataFrame, tier: int) -> list[str | None]:
    """Return the names of one tier; where a settlement in view bears the same, it stands there once."""
    taken = set(sheet.facts.layer("settlements")["name"]) if "settlements" in sheet.layers else set()
    of_tier = (frame["tier"] == tier).tolist()
    return [name if mine and name not in taken else None for name, mine in zip(frame["name"], of_tier, strict=True)]


# Shades ---------------------------------------------------------------------------------------------------------------

RISK_STYLES = {
    None: ("risk_unknown", N_("Not known")),
    "low": ("risk_low", N_("Low risk")),
    "medium": ("risk_medium", N_("Medium risk")),
    "high": ("risk_high", N_("High risk")),
}


def risk_known(facts: Facts) -> bool:
    """Tell whether the levels rest on anything: a case that was ever recorded, or an order."""
    return facts_risk(facts.whole) is not None


def rated(facts: Facts) -> gpd.GeoDataFrame:
    """Return the areas of the finest tier that has a risk of its own, in the sheet, with ``level, until, ordered`` and the like."""
    known = facts.whole.risk if risk_known(facts) else facts.whole.risk.assign(level=None, until=None)
    levels = facts.within[["id", "parent_id", "geometry"]].merge(known, on="id")
    tier = levels["area_level"].replace(dict.fromkeys(UNITS, "unit"))
    finest = next((name for name in TIERS if (tier == name).any()), "")
    return gpd.GeoDataFrame(levels[tier == finest].reset_index(drop=True), crs=CRS)


def risk(sheet: Sheet) -> Iterator[Piece]:
    """Yield the areas by their level, each with its name, its level and the day on which that changes if nothing new happens."""
    rows = located(rated(sheet.facts))
    found, levels = Features.of(rows, [_risk_label(sheet, row) for row in rows.to_dict("records")]), rows["level"].to_numpy(dtype=object)
    for level, (style, text) in RISK_STYLES.items():
        mine = pd.isna(levels) if level is None else levels == level
        yield from outlined("risk", found[mine], style, text, named=True, rank=30, must=level != "low")


def _risk_label(sheet: Sheet, row: dict[str, Any]) -> str:
    """Return an area's name; with its level, and the day this changes, where it is not low, or ordered (*)."""
    facts = sheet.facts
    if row["level"] == "low" and not row["ordered"] and pd.isna(row["until"]):
        return str(row["name"])
    _ = facts.translate
    if pd.isna(row["level"]):
        return str(row["name"])
    level = terms.term(_, "risk", row["level"]) + ("*" if row["ordered"] else "")
    if pd.isna(row["until"]):
        return f"{row['name']} {level}"
    return f"{row['name']} {level} " + _("until {day}").format(day=terms.day(facts.view, row["until"]))


def _steps(*labels: str) -> tuple[tuple[str, str], ...]:
    return tuple((f"step_{n}", label) for n, label in enumerate(labels))


# The classes of the web map's shades, as its legend calls them.
_SHADE_STEPS = {
    "isolating": _steps(
        N_("None"),
        N_("under 0.5 per 100 households"),
        N_("0.5 to 1 per 100"),
        N_("1 to 2 per 100"),
        N_("2 and more per 100"),
    ),
    "missed": _steps(N_("None"), N_("1"), N_("2 to 3"), N_("4 to 7"), N_("8 and more")),
    "unreached": _steps(N_("None"), N_("1 to 9"), N_("10 to 29"), N_("30 to 99"), N_("100 and more")),
}


def shade(name: str) -> Maker:
    """Return what fills the grids by one of the figures of ``ledgers.risk.shades``."""

    def make(sheet: Sheet) -> Iterator[Piece]:
        figures = sheet.facts.whole.shades
        whole = figures.loc[~figures["divided"], ["area_id", SHADES[name].column]]
        found = sheet.facts.within[["id", "name", "geometry"]].merge(whole, left_on="id", right_on="area_id")
        frame = located(gpd.GeoDataFrame(found, crs=CRS))
        yield from stepped(name, Features.of(frame), classes(name, frame[SHADES[name].column]), _SHADE_STEPS[name])

    return make


def stepped(layer: str, found: Features, step: pd.Series, steps: tuple[tuple[str, str], ...]) -> Iterator[Piece]:
    """Yield areas with their labels by their class, the unknown ones last."""
    classed = step.fillna(-1).to_numpy(dtype=np.int64)
    for n, (style, text) in enumerate(steps):
        yield from outlined(layer, found[classed == n], style, text, named=True, rank=25)
    yield from outlined(layer, found[classed < 0], "step_unknown", N_("Not known"), named=True, rank=25)
