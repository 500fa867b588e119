"""The region of an import: from a boundary file, a box, or the division code of a county."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import shapely
from pyproj import Geod
from shapely.geometry.base import BaseGeometry

from errors import InputError
from geo.crs import geometries_to_wgs84
from geo.geofiles import READERS, read_features
from geo.outlines import known_outlines


def read_region(*, boundary: Path | None = None, bbox: str | None = None, county: str | None = None) -> BaseGeometry | None:
    """Read the region of an import. Give at most one argument.

    Parameters
    ----------
    boundary : Path, optional
        GeoJSON, GeoPackage, zipped shapefile or KML with polygons.
    bbox : str, optional
        ``W,S,E,N`` in degrees, WGS-84.
    county : str, optional
        Six-digit division code of a county, district, city or province.

    Returns
    -------
    shapely geometry or None
        A valid polygon or multipolygon, WGS-84; None when nothing is given.

    Raises
    ------
    InputError
        When more than one argument is given, or the one given names no region.
    """
    given = [value for value in (boundary, bbox, county) if value is not None]
    if len(given) > 1:
        raise InputError("Give one region only: a boundary file, a box or a county code.")
    if boundary is not None:
        return boundary_region(Path(boundary))
    if bbox is not None:
        return box_region(bbox)
    return county_region(county) if county is not None else None


def box_region(text: str) -> BaseGeometry:
    """Return the box ``W,S,E,N`` in degrees. Raise InputError for any other text.

    >>> box_region("114.970,35.498,115.092,35.563").bounds
    (114.97, 35.498, 115.092, 35.563)
    """
    try:
        west, south, east, north = (float(part) for part in text.split(","))
        sound = -180 <= west < east <= 180 and -90 <= south < north <= 90
    except ValueError:
        sound = False
    if not sound:
        raise InputError("The box {text} is not W,S,E,N in degrees, such as 114.97,35.49,115.09,35.56.", text=text)
    return shapely.box(west, south, east, north)


def read_extent(text: str) -> BaseGeometry:
    """Return how far data reach, from ``W,S,E,N`` or a file of polygons. Raise InputError when it is neither."""
    return box_region(text) if is_box(text) else boundary_region(Path(text))


def is_box(text: str) -> bool:
    """Return whether a text is meant as ``W,S,E,N`` and not as a file name.

    >>> is_box("114.97,35.49,115.09,35.56"), is_box("extent 1,2.geojson")
    (True, False)
    """
    return text.count(",") == 3 and not Path(text).suffix[1:2].isalpha()


def county_region(code: str) -> BaseGeometry:
    """Return the outline of a division, WGS-84. Raise InputError when none is known."""
    outlines = known_outlines([code])
    if code not in outlines.index:
        raise InputError("No outline is known for division code {code}: give six digits such as 410928, or a boundary file.", code=code)
    return outlines[code]


def boundary_region(path: Path) -> BaseGeometry:
    """Return the union of the polygons in a file.

    Parameters
    ----------
    path : Path
        A geographic file; see :data:`geo.geofiles.READERS`. All but GeoJSON must name their coordinate system.

    Returns
    -------
    shapely geometry
        A valid polygon or multipolygon, WGS-84.

    Raises
    ------
    InputError
        When the file cannot be read, names no coordinate system, holds no polygon, or its coordinates leave the globe.
    """
    if path.suffix.lower() not in READERS:
        raise InputError("{file} is no boundary: give a .geojson, .gpkg, .kml or zipped shapefile.", file=path.name)
    found = read_features(path)
    # GeoJSON is always in WGS-84 (RFC 7946).
    crs = "EPSG:4326" if "json" in path.suffix.lower() else found.crs
    if crs is None:
        raise InputError("{file} does not tell its coordinate system: add it (.prj), or give GeoJSON in WGS-84.", file=path.name)
    shapes = geometries_to_wgs84(shapely.force_2d(found.geometry[~shapely.is_missing(found.geometry)]), crs)
    finite = shapes[np.isfinite(shapely.bounds(shapes)).all(axis=1) | shapely.is_empty(shapes)]
    parts = shapely.get_parts(shapely.get_parts(shapely.make_valid(finite)))
    region = shapely.union_all(parts[shapely.get_type_id(parts) == shapely.GeometryType.POLYGON])
    west, south, east, north = region.bounds
    if region.is_empty:
        raise InputError("{file} holds no polygon: draw the outline of the region as one.", file=path.name)
    if len(finite) < len(shapes) or not (west >= -180 and east <= 180 and south >= -90 and north <= 90):
        raise InputError("The outline in {file} leaves the globe: its coordinates are not degrees east and north.", file=path.name)
    return region


def area_km2(shape: BaseGeometry) -> float:
    """Return the geodesic area of a WGS-84 geometry on the ellipsoid, in square kilometres."""
    polygons = [shapely.orient_polygons(part) for part in shapely.get_parts(shape) if shapely.get_dimensions(part) == 2]
    return sum(abs(Geod(ellps="WGS84").geometry_area_perimeter(part)[0]) for part in polygons) / 1e6
