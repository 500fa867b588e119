"""What a sheet shows, before anything is drawn: layers, numbered points, a legend, a table. Plain data that another process can draw."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import geopandas as gpd

Bounds = tuple[float, float, float, float]  # west, south, east, north in degrees


@dataclass(frozen=True)
class Drawn:
    """One layer, drawn in one style.

    Attributes
    ----------
    name
        What it is called in the SVG.
    geometry
        EPSG:4326.
    style
        A key of ``styles.STYLES``.
    labels
        The text beside each feature, or None for all; labels of a higher ``rank`` find their place first, and stay when there
        is no room for all. ``must`` labels are moved away on a leader line rather than left out.
    numbers
        The number of each point in the table beside the map, or None for all; drawn beside the symbol like a ``must`` label.
    """

    name: str
    geometry: gpd.GeoSeries
    style: str
    labels: Sequence[str | None] | None = None
    numbers: Sequence[int | None] | None = None
    rank: int = 0
    must: bool = False


@dataclass(frozen=True)
class Entry:
    """A line of the legend: a style, what it is called, and how many there are (None: not counted)."""

    style: str
    text: str
    count: int | None = None


@dataclass(frozen=True)
class PointTable:
    """The table beside the map: rows of equal length; the first column holds the numbers on the map."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Content:
    """A sheet before it is drawn.

    Attributes
    ----------
    name
        Which map it is: ``command``, ``entrances``, ``blind-spots``, ``risk``, ``screening``, ``unit``, ``changes``.
    title, unit, moment
        What stands above the map: what it shows, of whom, and as of when and known when (with the cut-off), all as printed.
    extent
        What must be in view.
    layers
        From the ground up; the basemap (water, green, roads) comes first, as ``Drawn`` like all others.
    locator
        Outlines for the inset, and of them the one that lies in this sheet; None leaves the inset out.
    figures
        A few headline figures under the title: (label, text).
    marks
        What stands in the corner: 内部使用, 演示数据.
    credits
        Whose data these are, as the source line prints them.
    notes
        Lines below the legend: what is not drawn, and why.
    """

    name: str
    title: str
    unit: str
    moment: str
    extent: Bounds
    layers: tuple[Drawn, ...]
    legend: tuple[Entry, ...]
    figures: tuple[tuple[str, str], ...] = ()
    table: PointTable | None = None
    locator: tuple[gpd.GeoSeries, gpd.GeoSeries] | None = None
    marks: tuple[str, ...] = ()
    credits: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    lang: str = "zh"


@dataclass(frozen=True)
class Paper:
    """What it is drawn on; ``wide`` is a slide of 16:9 (13.333 by 7.5 inches). Shown in another size (``resized``), it tells no 1:n."""

    size: Literal["A4", "A3", "wide"] = "A4"
    landscape: bool = False
    dpi: int = 300
    resized: bool = False
