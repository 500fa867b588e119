"""Read geographic files. The reader of each format reads nothing else. GDAL, which guesses formats, sees only shapefiles."""

from __future__ import annotations

import json
import math
import re
import shutil
import sqlite3
import struct
import tempfile
import warnings
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any
from xml.etree.ElementTree import Element, ParseError

import numpy as np
import pandas as pd
import pyogrio
import shapely
from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import parse as parse_xml
from pyproj import CRS
from pyproj.exceptions import CRSError

from errors import InputError
from geo.archives import checked_file, checked_zip


@dataclass(frozen=True)
class Features:
    """The features of a file.

    Attributes
    ----------
    cells
        The attributes, one row for each feature; cells of GeoJSON, GeoPackage and KML are objects as read.
    geometry
        The geometry of each feature, shape ``(features,)``; None where it has none.
    crs
        The coordinate system that the file names, as ``EPSG:n``; None when it names none that has a code.
    """

    cells: pd.DataFrame
    geometry: np.ndarray[Any, np.dtype[np.object_]]
    crs: str | None


def read_geojson(path: Path) -> Features:
    """Read a GeoJSON feature collection, feature or geometry (RFC 7946).

    Raises
    ------
    InputError
        When the file is not GeoJSON, or a geometry cannot be read.
    """
    try:
        document = json.loads(path.read_bytes().decode("utf-8-sig"), parse_constant=lambda _: math.nan)
    except (UnicodeDecodeError, ValueError, RecursionError):
        raise InputError("The file {file} is not GeoJSON.", file=path.name) from None
    if not isinstance(document, dict):
        raise InputError("The file {file} is not GeoJSON.", file=path.name)
    features = document.get("features") if document.get("type") == "FeatureCollection" else [document]
    if not isinstance(features, list) or not all(isinstance(f, dict) and f.get("type") for f in features):
        raise InputError("The file {file} is not GeoJSON.", file=path.name)
    records, geometry = [], []
    for number, feature in enumerate(features, start=1):
        bare = feature.get("type") != "Feature"
        properties = feature.get("properties")
        told = {**({"id": feature["id"]} if "id" in feature else {}), **(properties if isinstance(properties, dict) else {})}
        records.append({_plain(name): _plain(value) for name, value in told.items()})
        geometry.append(_json_geometry(feature if bare else feature.get("geometry"), number, path))
    properties = document["crs"].get("properties") if isinstance(document.get("crs"), dict) else None
    name = properties.get("name") if isinstance(properties, dict) else None
    return Features(pd.DataFrame(records, index=range(len(records)), dtype="object"), _objects(geometry), _crs(name))


def _plain(value: Any) -> Any:
    """Return a property as a cell: nested values as JSON text, lone surrogates replaced."""
    if isinstance(value, dict | list):
        value = json.dumps(value, ensure_ascii=False)
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else value


def _json_geometry(value: Any, number: int, path: Path) -> Any:
    if value is None:
        return None
    try:
        return shapely.from_geojson(json.dumps(value))
    except (shapely.GEOSException, TypeError, ValueError, RecursionError):
        raise InputError("Feature {number} of {file} has a geometry that cannot be read.", number=number, file=path.name) from None


def read_geopackage(path: Path) -> Features:
    """Read the only feature table of a GeoPackage (OGC 12-128r19), using nothing but SQLite.

    Raises
    ------
    InputError
        When the file is not a GeoPackage, is damaged, or holds no or several feature tables.
    """
    with path.open("rb") as file:
        if file.read(16) != b"SQLite format 3\0":
            raise InputError("The file {file} is not a GeoPackage.", file=path.name)
    try:
        connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)
        try:
            connection.execute("pragma trusted_schema = off")
            return _feature_table(connection, path)
        finally:
            connection.close()
    except (sqlite3.Error, shapely.GEOSException, struct.error, UnicodeError):
        raise InputError("The file {file} is not a GeoPackage, or it is damaged.", file=path.name) from None


def _feature_table(connection: sqlite3.Connection, path: Path) -> Features:
    # Only a plain table: a view or a virtual table would run code from outside.
    tables = connection.execute(
        "select g.table_name, g.column_name, g.srs_id from gpkg_geometry_columns g join sqlite_master m on m.name = g.table_name"
        " where m.type = 'table' and m.sql not like 'create virtual%' order by 1"
    ).fetchall()
    if len(tables) != 1:
        raise InputError("The GeoPackage {file} must hold one table of features; it has {count}.", file=path.name, count=len(tables))
    table, column, srs = tables[0]
    quoted = '"' + str(table).replace('"', '""') + '"'
    cursor = connection.execute(f"select * from {quoted}")  # noqa: S608 (the table's own name, quoted)
    names = [part[0] for part in cursor.description]
    if column not in names:
        raise struct.error("no such geometry column")
    frame = pd.DataFrame(cursor.fetchall(), columns=names, dtype="object")
    key = [name for (name,) in connection.execute("select name from pragma_table_info(?) where pk", (str(table),))]
    geometry = [None if blob is None else shapely.from_wkb(_gpkg_wkb(blob)) for blob in frame[column]]
    hidden = [column, *(name for name in key if name == "fid")]
    authority = connection.execute(
        "select organization || ':' || organization_coordsys_id from gpkg_spatial_ref_sys where srs_id = ?", (srs,)
    ).fetchone()
    return Features(frame.drop(columns=hidden), _objects(geometry), _crs(authority[0] if authority else None))


def _gpkg_wkb(blob: object) -> bytes:
    """Return the WKB after a GeoPackage geometry header (clause 2.1.3)."""
    if not isinstance(blob, bytes) or blob[:2] != b"GP" or len(blob) < 8:
        raise struct.error("no GeoPackage header")
    envelope = {0: 0, 1: 32, 2: 48, 3: 48, 4: 64}.get((blob[3] >> 1) & 7)
    if envelope is None:
        raise struct.error("no such envelope")
    return blob[8 + envelope :]


def read_zipped_shapefile(path: Path) -> Features:
    """Read the only shapefile of an archive. Its parts are unpacked under names of our own.

    Raises
    ------
    InputError
        When the archive is unsafe or damaged, or does not hold exactly one complete shapefile.
    """
    members = {PurePosixPath(m.filename.replace("\\", "/")): m for m in checked_zip(path)}
    shapes = [name for name in members if name.suffix.lower() == ".shp" and "__MACOSX" not in name.parts]
    if len(shapes) != 1:
        raise InputError("The archive {file} must hold one shapefile; it has {count}.", file=path.name, count=len(shapes))
    with tempfile.TemporaryDirectory() as folder, zipfile.ZipFile(path) as archive:
        unpacked = Path(folder)
        for name, member in members.items():
            if name.with_suffix("") == shapes[0].with_suffix("") and name.suffix.lower() in (".shp", ".shx", ".dbf", ".prj", ".cpg"):
                try:
                    with archive.open(member) as source, (unpacked / f"data{name.suffix.lower()}").open("wb") as target:
                        shutil.copyfileobj(source, target)
                except (zipfile.BadZipFile, zlib.error, struct.error, EOFError, RuntimeError, ValueError, OSError):
                    raise InputError("The archive {file} is damaged.", file=path.name) from None
        return _read_shapefile(unpacked, path)


def _read_shapefile(folder: Path, path: Path) -> Features:
    if (folder / "data.shp").read_bytes()[:4] != b"\0\0\x27\x0a" or not (folder / "data.dbf").exists():
        raise InputError("The archive {file} does not hold a whole shapefile (.shp, .shx, .dbf).", file=path.name)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # GDAL's warnings about repaired rings and missing indexes
            frame = pyogrio.read_dataframe(folder / "data.shp", encoding=_dbf_encoding(folder), datetime_as_string=True)
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, shapely.GEOSException, LookupError, ValueError):
        raise InputError("The shapefile in {file} is damaged.", file=path.name) from None
    if "geometry" not in frame:
        raise InputError("The archive {file} does not hold a whole shapefile (.shp, .shx, .dbf).", file=path.name)
    crs = frame.crs.to_string() if frame.crs is not None else None
    return Features(pd.DataFrame(frame.drop(columns="geometry")), frame.geometry.to_numpy(), _crs(crs))


def _dbf_encoding(folder: Path) -> str:
    """Return the encoding of the attribute table: the declared one, otherwise UTF-8 if its bytes are valid, otherwise GB18030."""
    declared = folder / "data.cpg"
    if declared.exists():
        text = declared.read_text("ascii", errors="ignore").strip()
        name = f"cp{text}" if text.isdigit() else text
        try:
            "".encode(name)
            return name
        except LookupError:
            pass
    try:
        (folder / "data.dbf").read_bytes()[32:].decode("utf-8")
        return "UTF-8"
    except UnicodeDecodeError:
        return "GB18030"


def read_kml(path: Path) -> Features:
    """Read the placemarks of a KML document (OGC 12-007r2): name, description, extended data, geometry.

    Raises
    ------
    InputError
        When the file is not KML, is not safe to read, or a geometry cannot be read.
    """
    try:
        root: Element = parse_xml(path, forbid_dtd=True).getroot()
    except (ParseError, DefusedXmlException, LookupError, ValueError):
        raise InputError("The file {file} is not KML, or it is not safe to read.", file=path.name) from None
    if _tag(root) != "kml":
        raise InputError("The file {file} is not KML.", file=path.name)
    records, geometry = [], []
    for number, mark in enumerate(_all(root, "Placemark"), start=1):
        record = {"name": _child_text(mark, "name")}
        record.update({str(data.get("name")): _child_text(data, "value") for data in _all(mark, "Data")})
        record.update({str(data.get("name")): data.text for data in _all(mark, "SimpleData")})
        records.append(record)
        try:
            shapes = [_kml_shape(element) for element in mark.iter() if _tag(element) in ("Point", "LineString", "Polygon")]
        except (ValueError, shapely.GEOSException):
            raise InputError("Feature {number} of {file} has a geometry that cannot be read.", number=number, file=path.name) from None
        geometry.append(_gathered(shapes))
    return Features(pd.DataFrame(records, index=range(len(records)), dtype="object"), _objects(geometry), "EPSG:4326")


def _kml_shape(element: Element) -> Any:
    if _tag(element) == "Point":
        return shapely.Point(_coordinates(element)[0])
    if _tag(element) == "LineString":
        return shapely.LineString(_coordinates(element))
    rings = {tag: [_coordinates(e) for e in _all(element, tag)] for tag in ("outerBoundaryIs", "innerBoundaryIs")}
    if len(rings["outerBoundaryIs"]) != 1:
        raise ValueError("not one outer ring")
    return shapely.Polygon(rings["outerBoundaryIs"][0], rings["innerBoundaryIs"])


def _gathered(shapes: list[Any]) -> Any:
    """Return one geometry for a placemark: None for no shape, a multi-geometry for several of one type, a collection for a mixture."""
    if len(shapes) < 2:
        return shapes[0] if shapes else None
    kinds = {shape.geom_type for shape in shapes}
    many = {"Point": shapely.MultiPoint, "LineString": shapely.MultiLineString, "Polygon": shapely.MultiPolygon}
    return many[kinds.pop()](shapes) if len(kinds) == 1 else shapely.GeometryCollection(shapes)


def _coordinates(element: Element) -> list[tuple[float, float]]:
    text = next((e.text or "" for e in _all(element, "coordinates")), "")
    pairs = [tuple(float(part) for part in token.split(",")[:2]) for token in re.split(r"\s+", text.strip()) if token]
    if not pairs or any(len(pair) != 2 for pair in pairs):
        raise ValueError("no coordinates")
    return [(pair[0], pair[1]) for pair in pairs]


def _tag(element: Element) -> str:
    return str(element.tag).rsplit("}", 1)[-1]


def _all(element: Element, tag: str) -> Iterator[Element]:
    return (e for e in element.iter() if _tag(e) == tag)


def _child_text(element: Element, tag: str) -> str | None:
    return next((child.text for child in element if _tag(child) == tag), None)


def _objects(values: list[Any]) -> np.ndarray[Any, np.dtype[np.object_]]:
    array = np.empty(len(values), dtype=object)
    array[:] = values
    return array


def _crs(name: Any) -> str | None:
    """Return ``EPSG:n`` for a name that has such a code, otherwise None: the user must then name the system."""
    if not isinstance(name, str):
        return None
    if name.upper().endswith("CRS84"):
        return "EPSG:4326"
    try:
        code = CRS.from_user_input(name).to_epsg()
    except CRSError:
        return None
    return f"EPSG:{code}" if code else None


READERS: dict[str, Callable[[Path], Features]] = {
    ".geojson": read_geojson,
    ".json": read_geojson,
    ".gpkg": read_geopackage,
    ".zip": read_zipped_shapefile,
    ".kml": read_kml,
}


def read_features(path: Path) -> Features:
    """Read a geographic file by its extension.

    Parameters
    ----------
    path : Path
        Its extension must be one of ``READERS``, and its content must match.

    Returns
    -------
    Features

    Raises
    ------
    InputError
        When the content does not match, or the file is missing, empty, damaged, too large or not safe.
    KeyError
        When the extension is not one of ``READERS``.
    """
    return READERS[checked_file(path).suffix.lower()](path)
