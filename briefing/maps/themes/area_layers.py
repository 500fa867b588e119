"""How areas are drawn on paper: their borders and names, what is controlled or sealed off, their risk, and what fills them by a figure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from briefing.maps.content import Drawn
from briefing.maps.themes import terms
from briefing.maps.themes.facts import UNITS, Facts, located
from briefing.maps.themes.pieces import Maker, Piece, Sheet, names
from errors import mark
from ledgers.risk.shades import SHADES, TIERS, classes
from settings import CRS

# An outline smaller than this on paper, in millimetres, is not drawn: it would be in the way of what stands in it.
_SMALLEST_AREA_MM = 12.0

# Areas ----------------------------------------------------------------------------------------------------------------


def areas(sheet: Sheet) -> Iterator[Piece]:
    """Yield what is sealed off or controlled, the borders that the sheet has room for with their names, and its own border."""
    facts = sheet.facts
    shown, named = _tiers(sheet)
    if sheet.held and not sheet.filled:
        yield from _held(shown if facts.area is None else shown[shown["id"] != facts.area["id"]])
    own = facts.area is not None or len(facts.areas[facts.areas["tier"] == 0]) == 1
    top = facts.area["tier"] if facts.area is not None else 0
    inner = shown[shown["tier"] > top] if own else shown
    labels = None if sheet.filled else _free_names(sheet, inner, named)
    yield from outlined("areas", inner, "area_border", mark("Area border"), labels=labels, rank=20, counted=False)
    yield from outlined("areas", facts.around, "area_border", mark("Area border"), labels=names(facts.around), rank=5, counted=False)
    if own:
        focus = facts.areas[facts.areas["tier"] == 0] if facts.area is None else facts.areas[facts.areas["id"] == facts.area["id"]]
        yield from outlined("areas", focus, "area_focus", mark("Border of the area shown"), counted=False)


def _held(shown: gpd.GeoDataFrame) -> Iterator[Piece]:
    """Yield what is sealed off or controlled."""
    for status, style, text in (
        ("controlled", "area_controlled", mark("Area controlled")),
        ("sealed", "area_sealed", mark("Area sealed off")),
    ):
        # Where a village is controlled as its township is, the township's own fill would lie on every one of them.
        found = shown[(shown["status"] == status) & ~_divided(shown, status)]
        yield from outlined("areas", found, style, text)


def _tiers(sheet: Sheet) -> tuple[gpd.GeoDataFrame, int]:
    """Return the areas that the sheet has room for, and the tier whose names it writes: the finest of villages and above."""
    facts = sheet.facts
    within = located(facts.within)
    top = int(facts.area["tier"]) if facts.area is not None else 0
    kept, named = [top], top
    for tier, rows in within.groupby("tier"):
        size = np.sqrt(np.median(_square_metres(rows))) / sheet.scale
        fits = size >= _SMALLEST_AREA_MM and (sheet.grids or facts.is_unit or not (rows["level"] == "grid").all())
        if int(str(tier)) > top and fits:
            kept.append(int(str(tier)))
            named = int(str(tier))
    return within[within["tier"].isin(kept)], named


def _divided(shown: gpd.GeoDataFrame, status: str) -> pd.Series:
    """Tell which areas have others of the same or a stricter status in them on the sheet."""
    stricter = shown[shown["status"].isin(["controlled", "sealed"] if status == "controlled" else ["sealed"])]
    return pd.Series(shown["id"].isin(stricter["parent_id"].dropna()))


def _square_metres(frame: gpd.GeoDataFrame) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    geometry = frame.geometry.to_numpy()
    latitude = shapely.get_y(shapely.centroid(geometry))
    return np.asarray(shapely.area(geometry) * 111_320.0**2 * np.cos(np.radians(latitude)), dtype=np.float64)


def _free_names(sheet: Sheet, frame: gpd.GeoDataFrame, tier: int) -> list[str | None]:
    """Return the names of one tier; where a settlement in view bears the same, it stands there once."""
    taken = set(sheet.facts.layer("settlements")["name"]) if "settlements" in sheet.layers else set()
    of_tier = (frame["tier"] == tier).tolist()
    return [name if mine and name not in taken else None for name, mine in zip(names(frame), of_tier, strict=True)]


def outlined(
    layer: str,
    frame: gpd.GeoDataFrame,
    style: str,
    text: str,
    *,
    labels: list[str | None] | None = None,
    rank: int = 0,
    must: bool = False,
    counted: bool = True,
) -> Iterator[Piece]:
    there = frame.geometry.notna() & ~frame.geometry.is_empty
    if there.any():
        kept = None if labels is None else [label for label, here in zip(labels, there, strict=True) if here]
        geometry = gpd.GeoSeries(frame.geometry[there].reset_index(drop=True), crs=CRS)
        yield Piece(layer, Drawn(f"{layer}-{style}", geometry, style, labels=kept, rank=rank, must=must), text, counted)


# Shades ---------------------------------------------------------------------------------------------------------------

RISK_STYLES = {
    None: ("risk_unknown", mark("Not known")),
    "low": ("risk_low", mark("Low risk")),
    "medium": ("risk_medium", mark("Medium risk")),
    "high": ("risk_high", mark("High risk")),
}


def rated(facts: Facts) -> gpd.GeoDataFrame:
    """Return the areas of the finest tier that has a risk of its own, in the sheet, with ``level, until, ordered`` and the like."""
    levels = facts.inside(facts.areas, by="id")[["id", "parent_id", "geometry"]].merge(facts.whole.risk, on="id")
    tier = levels["area_level"].replace(dict.fromkeys(UNITS, "unit"))
    finest = next((name for name in TIERS if (tier == name).any()), "")
    return gpd.GeoDataFrame(levels[tier == finest].reset_index(drop=True), crs=CRS)


def risk(sheet: Sheet) -> Iterator[Piece]:
    """Yield the areas by their level, each with its name, its level and the day on which that changes if nothing new happens."""
    _ = sheet.facts.translate
    found = rated(sheet.facts)
    for level, (style, text) in RISK_STYLES.items():
        rows = found[found["level"].isna() if level is None else found["level"] == level]
        yield from outlined(
            "risk", rows, style, text, labels=[_risk_label(sheet, row) for row in rows.to_dict("records")], rank=30, must=level != "low"
        )


def _risk_label(sheet: Sheet, row: dict[str, Any]) -> str:
    """Return an area's name; with its level, and the day this changes, where it is not low, or ordered (*)."""
    facts = sheet.facts
    if row["level"] == "low" and not row["ordered"] and pd.isna(row["until"]):
        return str(row["name"])
    _ = facts.translate
    level = terms.term(_, "risk", row["level"]) + ("*" if row["ordered"] else "")
    if pd.isna(row["until"]):
        return f"{row['name']} {level}"
    return f"{row['name']} {level} " + _("until {day}").format(day=terms.day(facts.view, row["until"]))


def _steps(*labels: str) -> tuple[tuple[str, str], ...]:
    return tuple((f"step_{n}", label) for n, label in enumerate(labels))


# The classes of the web map's shades, as its legend calls them.
_SHADE_STEPS = {
    "isolating": _steps(
        mark("None"),
        mark("under 0.5 per 100 households"),
        mark("0.5 to 1 per 100"),
        mark("1 to 2 per 100"),
        mark("2 and more per 100"),
    ),
    "missed": _steps(mark("None"), mark("1"), mark("2 to 3"), mark("4 to 7"), mark("8 and more")),
    "unreached": _steps(mark("None"), mark("1 to 9"), mark("10 to 29"), mark("30 to 99"), mark("100 and more")),
}


def shade(name: str) -> Maker:
    """Return what fills the grids by one of the figures of ``ledgers.risk.shades``."""

    def make(sheet: Sheet) -> Iterator[Piece]:
        facts = sheet.facts
        whole = facts.whole.shades[~facts.whole.shades["divided"]]
        found = facts.inside(facts.areas, by="id")[["id", "name", "geometry"]].merge(
            whole.drop(columns="name"), left_on="id", right_on="area_id"
        )
        frame = gpd.GeoDataFrame(found, crs=CRS)
        yield from stepped(name, frame, classes(name, frame[SHADES[name].column]), _SHADE_STEPS[name], names(frame))

    return make


def stepped(
    layer: str, frame: gpd.GeoDataFrame, step: pd.Series, steps: tuple[tuple[str, str], ...], labels: list[str | None]
) -> Iterator[Piece]:
    """Yield areas by their class, the unknown ones last."""
    told = pd.Series(labels, index=frame.index, dtype="object")
    for n, (style, text) in enumerate(steps):
        rows = (step == n).fillna(False).astype(bool)
        yield from outlined(layer, frame[rows], style, text, labels=told[rows].tolist(), rank=25)
    unknown = step.isna()
    yield from outlined(layer, frame[unknown], "step_unknown", mark("Not known"), labels=told[unknown].tolist(), rank=25)
