"""One map on paper: what is so at a moment, drawn without a browser."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from briefing import files
from briefing.maps import themes
from briefing.maps.content import Bounds, Paper
from briefing.moments import issue_at
from briefing.view import DEFAULT_LANG, View
from errors import InputError
from queries.store import Store, Viewer

if TYPE_CHECKING:
    from briefing.maps import draw

FORMS: tuple[draw.Form, ...] = ("png", "pdf", "svg")
DPI = range(50, 601)


def snapshot(
    store: Store,
    viewer: Viewer,
    name: str,
    out: Path | None = None,
    *,
    area: str | None = None,
    at: datetime | str | None = None,
    paper: Paper | None = None,
    form: str | None = None,
    lang: str = DEFAULT_LANG,
    extent: Bounds | None = None,
    layers: Collection[str] | None = None,
) -> bytes:
    """Draw a map of an area at a moment, and write it where a file is given, whole or not at all.

    Parameters
    ----------
    name
        One of ``themes.MAPS``.
    out
        The file; its ending says the form unless ``form`` does.
    area
        The area and everything under it; None is all that the viewer sees.
    extent, layers
        What is on a screen: its bounds (EPSG:4326) and its layers; None is the whole area, and all layers of the map.

    Raises
    ------
    InputError
        When the form, the map or the resolution is none, or the file cannot be written.
    NotFound
        When there is no such area.
    """
    asked = form or (out.suffix.lower().lstrip(".") if out else "")
    wanted = next((known for known in FORMS if known == asked), None)
    if wanted is None:
        raise InputError("A map is written as {kinds}; end the name of {file} in one of them.", kinds=", ".join(FORMS), file=out or asked)
    if name not in themes.MAPS:
        raise InputError("There is no map {name}; there are: {names}.", name=repr(name), names=", ".join(themes.MAPS))
    sheet = paper or Paper()
    if sheet.dpi not in DPI:
        raise InputError("A map has {low} to {high} dots an inch, not {given}.", low=DPI[0], high=DPI[-1], given=sheet.dpi)
    if out is None:
        return _drawn(store, viewer, name, area, at, sheet, wanted, lang, extent, layers)
    with files.one(out) as target:
        drawn = _drawn(store, viewer, name, area, at, sheet, wanted, lang, extent, layers)
        target.write_bytes(drawn)
    return drawn


def _drawn(
    store: Store,
    viewer: Viewer,
    name: str,
    area: str | None,
    at: datetime | str | None,
    paper: Paper,
    form: draw.Form,
    lang: str,
    extent: Bounds | None,
    layers: Collection[str] | None,
) -> bytes:
    from briefing.maps import draw  # matplotlib takes a second to load; only who draws waits for it

    moment = store.moment(at)
    store.scope(viewer, area, at=moment)  # an area that is none is told before anything is drawn
    view = View(store, viewer, at=moment, area=area, lang=lang)
    content = themes.content(view, name, extent=extent, layers=layers, paper=paper, cutoff=issue_at(store, moment).cutoff)
    return draw.render(content, paper, form)
