"""What the tests ask of a sheet before it is drawn."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import chain

import shapely

from briefing.maps.content import Content, Drawn


def texts(content: Content) -> Iterator[str]:
    """Yield every text that stands on a sheet."""
    yield from (content.title, content.unit, content.moment, *content.marks, *content.credits, *content.notes)
    yield from chain.from_iterable(content.figures)
    yield from (entry.text for entry in content.legend)
    if content.table:
        yield from (content.table.title, *content.table.columns, *chain.from_iterable(content.table.rows))
    for drawn in content.layers:
        yield from (label for label in drawn.labels or () if label)


def numbers(content: Content) -> dict[int, tuple[str, shapely.Point]]:
    """Return number -> style and place of what bears it on the map."""
    found = {
        number: (drawn.style, point)
        for drawn in content.layers
        for number, point in zip(drawn.numbers or (), drawn.geometry, strict=bool(drawn.numbers))
        if number is not None
    }
    assert len(found) == sum(number is not None for drawn in content.layers for number in drawn.numbers or ()), "a number stands twice"
    return found


def listed(content: Content) -> dict[int, tuple[str, ...]]:
    """Return number -> row of the table; rows of what has no place bear none."""
    rows = content.table.rows if content.table else ()
    found = {int(row[0]): row for row in rows if row[0].isdecimal()}
    assert len(found) == sum(row[0].isdecimal() for row in rows), "a number is listed twice"
    return found


def in_view(content: Content) -> Counter[str]:
    """Return how many features of each style lie in the extent."""
    view = shapely.box(*content.extent)
    found: Counter[str] = Counter()
    for drawn in content.layers:
        found[drawn.style] += sum(geometry.intersects(view) for geometry in drawn.geometry)
    return +found


def legend(content: Content) -> dict[str, int]:
    """Return style -> count, of what is counted."""
    found: Counter[str] = Counter()
    for entry in content.legend:
        if entry.count is not None:
            found[entry.style] += entry.count
    return dict(found)


def of_style(content: Content, prefix: str) -> list[Drawn]:
    """Return the layers whose style begins so."""
    return [drawn for drawn in content.layers if drawn.style.startswith(prefix)]


def figure(content: Content, label: str) -> str:
    """Return the headline figure whose label begins so."""
    return next(text for name, text in content.figures if name.startswith(label))
