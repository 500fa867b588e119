"""Files of OpenStreetMap data: what kind one is, how far it says that it reaches, and what an editor has deleted in it."""

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

# By ending, longest first, and as pyosmium calls them. What the file begins with goes before its ending.
ENDINGS = {".osm.xml": "osm", ".osm.gz": "osm.gz", ".osm.bz2": "osm.bz2", ".osm.pbf": "pbf", ".pbf": "pbf", ".osm": "osm"}
HEAD_BYTES = 4096
ROOT = re.compile(rb"<osm[\s>/]")
OBJECTS = ("node", "way", "relation")
CHUNK = 1 << 20
FAULTS = (ParseError, ValueError, OSError, EOFError, zlib.error)


def format_of(path: Path) -> str:
    """Return what a file is, as pyosmium calls it: ``pbf``, ``osm``, ``osm.gz`` or ``osm.bz2``; the content decides, then the ending.

    Raises
    ------
    InputError
        When there is no such file, it is empty, or it is nothing that we read.
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
    """Return the union of all ``<bounds>`` before the first object of an XML file; none where there is none.

    An editor writes one for each piece that was downloaded.
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
        # The reader of the whole file tells what is wrong with it.
        return None
    return shapely.union_all(boxes) if boxes else None


def deleted(path: Path, kind: str) -> set[tuple[str, int]]:
    """Return ``(kind of object, id)`` of all that an editor has marked as deleted (``action="delete"``) and keeps in its file."""
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
        # The reader of the whole file tells what is wrong with it.
        return gone
    return gone


def _opened(path: Path, kind: str) -> BinaryIO:
    if kind == "osm":
        return path.open("rb")
    return cast(BinaryIO, gzip.open(path) if kind == "osm.gz" else bz2.open(path))


def _elements(file: BinaryIO) -> Iterator[Element]:
    """Yield the elements under the root as they begin; the tree does not grow."""
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
