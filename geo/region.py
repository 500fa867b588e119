"""The region of an import: from a boundary file, a box, or the division code of a county."""

from __future__ import annotations

import warnings
import zipfile
from pathlib import Path
from xml.etree.ElementTree import ParseError

import geopandas as gpd
import numpy as np
import pyogrio
import shapely
from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse
from pyogrio.errors import DataLayerError, DataSourceError
from shapely.geometry.base import BaseGeometry

from errors import InputError
from geo.outlines import known_outlines

# What a file of each trusted kind starts with. GDAL chooses its driver by content: nothing else may reach it under these names.
SIGNATURES = {".geojson": b"{", ".json": b"{", ".gpkg": b"SQLite format 3\0", ".zip": b"PK\x03\x04", ".kml": b"<"}
MAX_BYTES = 512 * 2**20


def read_region(*, boundary: Path | None = None, bbox: str | None = None, county: str | None = None) -> BaseGeometry | None:
    """Return the region as a valid polygon or multipolygon, WGS-84; none when nothing is given.

    ``boundary`` is a GeoJSON, GeoPackage, zipped shapefile or KML with polygons, ``bbox`` is ``W,S,E,N`` in degrees, ``county`` a six-digit
    division code of a county, district, city or province.
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
    """Return the box that ``W,S,E,N`` names.

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


def county_region(code: str) -> BaseGeometry:
    """Return the outline of a division."""
    outlines = known_outlines([code])
    if code not in outlines.index:
        raise InputError("No outline is known for division code {code}: give six digits such as 410928, or a boundary file.", code=code)
    return outlines[code]


def boundary_region(path: Path) -> BaseGeometry:
    """Return the polygons of a file as one."""
    frame = _read(path)
    if frame.crs is None:
        raise InputError("{file} does not tell its coordinate system: add it (.prj), or give GeoJSON in WGS-84.", file=path.name)
    shapes = shapely.force_2d(frame.geometry.to_crs(4326).to_numpy())
    parts = shapely.get_parts(shapely.get_parts(shapely.make_valid(shapes[~shapely.is_missing(shapes)])))
    region = shapely.union_all(parts[shapely.get_type_id(parts) == shapely.GeometryType.POLYGON])
    west, south, east, north = region.bounds
    if region.is_empty:
        raise InputError("{file} holds no polygon: draw the outline of the region as one.", file=path.name)
    if not (np.isfinite(region.bounds).all() and west >= -180 and east <= 180 and south >= -90 and north <= 90):
        raise InputError("The outline in {file} leaves the globe: its coordinates are not degrees east and north.", file=path.name)
    return region


def _read(path: Path) -> gpd.GeoDataFrame:
    """Return the features of a file whose content is what its name says."""
    suffix = path.suffix.lower()
    if suffix not in SIGNATURES:
        raise InputError("{file} is no boundary: give a .geojson, .gpkg, .kml or zipped shapefile.", file=path.name)
    if not path.is_file():
        raise InputError("There is no file {file}.", file=path)
    with path.open("rb") as file:
        start = file.read(1024).removeprefix(b"\xef\xbb\xbf").lstrip()
    sound = start.startswith(SIGNATURES[suffix]) and path.stat().st_size <= MAX_BYTES
    source = str(path.resolve())
    if sound and suffix == ".kml":
        sound = _is_kml(path)
    if sound and suffix == ".zip":
        inner = _shapefile_in(path)
        sound, source = inner is not None, f"/vsizip/{{{source}}}/{inner}"
    if not sound:
        raise InputError("{file} is damaged, or is not what its name says.", file=path.name)
    try:
        if "json" in suffix:
            # Always WGS-84 (RFC 7946). GDAL knows a dozen other things that start with a brace, one of which runs commands.
            return gpd.GeoDataFrame(geometry=[shapely.from_geojson(path.read_text("utf-8-sig"))], crs=4326)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # GDAL's remarks on what it repairs
            frame = pyogrio.read_dataframe(source, columns=[])
    except (DataSourceError, DataLayerError, shapely.GEOSException, ValueError) as error:
        raise InputError("{file} is damaged, or is not what its name says.", file=path.name) from error
    if not isinstance(frame, gpd.GeoDataFrame):
        raise InputError("{file} holds no polygon: draw the outline of the region as one.", file=path.name)
    return frame


def _is_kml(path: Path) -> bool:
    """Tell whether a file is XML without a DTD whose root is ``kml``, well-formed to its end."""
    root = None
    try:
        for _, element in iterparse(path, events=("start", "end"), forbid_dtd=True):
            root = root if root is not None else element.tag
            if element.tag != root:
                element.clear()
    except (ParseError, DefusedXmlException, ValueError):
        return False
    return str(root).rpartition("}")[2] == "kml"


def _shapefile_in(path: Path) -> str | None:
    """Return the name of the one shapefile in an archive; none when it has none or several, or would unpack to more than we read."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            shapes = [m.filename for m in members if m.filename.lower().endswith(".shp") and not m.filename.startswith("__MACOSX")]
            if len(shapes) != 1 or ".." in shapes[0] or sum(m.file_size for m in members) > MAX_BYTES:
                return None
            with archive.open(shapes[0]) as shape:
                return shapes[0] if shape.read(4) == b"\0\0\x27\x0a" else None
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError):
        return None
