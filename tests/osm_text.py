"""Small OpenStreetMap files, written out as text."""

from __future__ import annotations

from pathlib import Path


def osm_file(folder: Path, body: str, name: str = "small.osm") -> Path:
    path = folder / name
    path.write_text(xml(body), encoding="utf-8")
    return path


def xml(body: str) -> str:
    return f'<?xml version="1.0"?><osm version="0.6">{body}</osm>'


def bounds(west: float, south: float, east: float, north: float) -> str:
    """Return a box in metres from 114E 30N."""
    (west, south), (east, north) = place(west, south), place(east, north)
    return f'<bounds minlon="{west:.7f}" minlat="{south:.7f}" maxlon="{east:.7f}" maxlat="{north:.7f}"/>'


def place(x: float, y: float) -> tuple[float, float]:
    """Return degrees at metres east and north of 114E 30N."""
    return 114 + x / 96486, 30 + y / 110852


def node(number: int, x: float, y: float, **tags: str) -> str:
    """Return a node ``x`` and ``y`` metres from 114E 30N."""
    inner = "".join(f'<tag k="{key}" v="{value}"/>' for key, value in tags.items())
    return f'<node id="{number}" lon="{114 + x / 96486:.7f}" lat="{30 + y / 110852:.7f}">{inner}</node>'


def way(number: int, refs: list[int], **tags: str) -> str:
    inner = "".join(f'<nd ref="{ref}"/>' for ref in refs) + "".join(f'<tag k="{key}" v="{value}"/>' for key, value in tags.items())
    return f'<way id="{number}">{inner}</way>'


def relation(number: int, members: list[tuple[int, str]], **tags: str) -> str:
    inner = "".join(f'<member type="way" ref="{ref}" role="{role}"/>' for ref, role in members)
    inner += "".join(f'<tag k="{key}" v="{value}"/>' for key, value in tags.items())
    return f'<relation id="{number}">{inner}</relation>'


def square(first: int, x: float, y: float, side: float) -> str:
    """Return four nodes, numbered from ``first``, counter-clockwise from the south-west."""
    corners = [(x, y), (x + side, y), (x + side, y + side), (x, y + side)]
    return "".join(node(first + n, *corner) for n, corner in enumerate(corners))
