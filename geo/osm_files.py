"""Files of OpenStreetMap data: their format, how far they say that they reach, and what an editor has deleted in them."""

from __future__ import annotations

import bz2
import gzip
import re
import zlib
from collections.abc import Iterator
from math import isfinite
from pathlib import Path
from typing import BinaryIO, cast
from xml.etree.ElementTree import Element, ParseError

import shapely
from defusedxml.ElementTree import iterparse
from shapely.geometry.base import BaseGeometry

from errors import InputError

# Formats by extension, longest first, under pyosmium's names. How the file begins overrides its extension.
ENDINGS = {".osm.xml": "osm", ".osm.gz": "osm.gz", ".osm.bz2": "osm.bz2", ".osm.pbf": "pbf", ".pbf": "pbf", ".osm": "osm"}
HEAD_BYTES = 4096
ROOT = re.compile(rb"<osm[\s>/]")
OBJECTS = ("node", "way", "relation")
CHUNK = 1 << 20
FAULTS = (ParseError, ValueError, OSError, EOFError, zlib.error)


def format_of(path: Path) -> str:
    """Return the format of a file as pyosmium calls it: ``pbf``, ``osm``, ``osm.gz`` or ``osm.bz2``.

    The content decides; where it is not conclusive, the extension does.

    Raises
    ------
    InputError
        When there is no such file, or it is empty or in no format that we read.
    """
    by_ending = next((kind for ending, kind in ENDINGS.items() if path.name.lower().endswith(ending)), None)
    if not path.is_file():
        raise InputError("There is no file {file}.", file=path)
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    if not head:
        raise InputError("{file} is empty: export the extract again.", file=path.name)
    if head[4:15] == b"\n\tOSMHeader":
        return "pbf"
    if ROOT.search(head):
        return "osm"
    for magic, kind in ((b"\x1f\x8b", "osm.gz"), (b"BZh", "osm.bz2")):
        if head.startswith(magic):
            return kind
    if head.startswith(b"PK\x03\x04"):
        raise InputError("{file} is packed: unpack it and give the file inside.", file=path.name)
    if by_ending is None:
        raise InputError("{file} is not an OpenStreetMap extract: give a .osm, .osm.gz, .osm.bz2 or .osm.pbf file.", file=path.name)
    return by_ending


def bounds(path: Path, kind: str) -> BaseGeometry | None:
    """Return the union of all ``<bounds>`` before the first object of an XML file. An editor writes one for each piece that it downloaded.

    Parameters
    ----------
    path : Path
        The file.
    kind : str
        Its format, from :func:`format_of`, except ``pbf``.

    Returns
    -------
    shapely geometry or None
        Polygons, WGS-84. None when there is no valid one, or the file cannot be parsed.
    """
    boxes = []
    try:
        with _opened(path, kind) as file:
            for element in _elements(file):
                if element.tag in OBJECTS:
                    break
                if element.tag == "bounds" and (box := _box(element)) is not None:
                    boxes.append(box)
    except FAULTS:
        # The reader of the whole file reports what is wrong with it.
        return None
    return shapely.union_all(boxes) if boxes else None


def deleted(path: Path, kind: str) -> set[tuple[str, int]]:
    """Return the objects that an editor has marked as deleted (``action="delete"``) and kept in its file.

    Parameters
    ----------
    path : Path
        The file.
    kind : str
        Its format, from :func:`format_of`, except ``pbf``.

    Returns
    -------
    set of (str, int)
        The type (``node``, ``way`` or ``relation``) and id of each; up to the first error in a file that cannot be parsed.
    """
    gone: set[tuple[str, int]] = set()
    try:
        with _opened(path, kind) as file:
            if not _mentions(file, b"delete"):
                return gone
        with _opened(path, kind) as file:
            for element in _elements(file):
                if element.tag in OBJECTS and element.get("action") == "delete":
                    gone.add((element.tag, int(element.get("id", "0"))))
                element.clear()
    except FAULTS:
        # The reader of the whole file reports what is wrong with it.
        return gone
    return gone


def _opened(path: Path, kind: str) -> BinaryIO:
    if kind == "osm":
        return path.open("rb")
    return cast(BinaryIO, gzip.open(path) if kind == "osm.gz" else bz2.open(path))


def _elements(file: BinaryIO) -> Iterator[Element]:
    """Yield the elements under the root as they begin, without letting the tree grow."""
    root: Element | None = None
    for event, element in iterparse(file, events=("start", "end"), forbid_dtd=True):
        if root is None:
            root = element
        elif event == "start":
            yield element
        elif element.tag in OBJECTS:
            root.clear()


def _box(element: Element) -> BaseGeometry | None:
    try:
        south, west, north, east = (float(element.get(name, "nan")) for name in ("minlat", "minlon", "maxlat", "maxlon"))
    except ValueError:
        return None
    sound = all(map(isfinite, (south, west, north, east))) and -180 <= west < east <= 180 and -90 <= south < north <= 90
    return shapely.box(west, south, east, north) if sound else None


def _mentions(file: BinaryIO, word: bytes) -> bool:
    rest = b""
    while chunk := file.read(CHUNK):
        if word in rest + chunk:
            return True
        rest = chunk[-len(word) :]
    return False
