"""A briefing as it goes out: drafted, with what people wrote into it, its maps drawn, written in every form, and recorded."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from briefing import archive, editing, files
from briefing.draft import draft, view_at
from briefing.maps import themes
from briefing.maps.content import Paper
from briefing.model import Briefing, document
from briefing.progress import Progress, silent
from briefing.view import DEFAULT_LANG, View
from briefing.writers import FORMATS, Sheet, write
from errors import N_, AccessDenied, InputError
from queries.store import Store, Viewer
from words import translator

# The maps that a briefing carries, and what they are drawn on: readable when printed, small enough to be sent on.
MAPS = ("command", "blind-spots", "changes")
PAPER = Paper("A4", landscape=True, dpi=170, resized=True)
# A workspace's own layout of the DOCX.
TEMPLATE = Path("forms") / "briefing.docx"


def publish(
    store: Store,
    viewer: Viewer,
    area: str,
    out: Path,
    *,
    at: datetime | str | None = None,
    formats: Sequence[str] = FORMATS,
    lang: str = DEFAULT_LANG,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Write the briefing of an area at the last cut-off before a moment into a folder, all files or none, and record it.

    Returns
    -------
    dict
        ``area, at, cutoff, edition, files`` (names within ``out``) and ``numbers``: ``text`` is what is printed; where somebody wrote
        another number over it, ``by_hand`` is true, and ``value`` stays what the query answers.

    Raises
    ------
    InputError
        When a form is none, or the folder cannot be made or written.
    NotFound
        When there is no such area.
    """
    wanted = _formats(formats)
    tell = progress or silent
    moment = store.moment(at)
    store.scope(viewer, area, at=moment)
    with files.whole(out) as folder:
        view = view_at(store, viewer, area, at=moment, lang=lang)
        briefing = drafted(store, viewer, area, at=moment, lang=lang, view=view, progress=lambda part, what: tell(0.4 * part, what))
        sheets = []
        for n, name in enumerate(MAPS):
            tell(0.4 + 0.1 * n, N_("Drawing the maps"))
            sheets.append(sheet(store, viewer, briefing, name, view=view))
        stem = file_stem(briefing)
        for n, form in enumerate(wanted):
            tell(0.7 + 0.3 * n / len(wanted), N_("Writing the files"))
            (folder / f"{stem}.{form}").write_bytes(write(form, briefing, sheets, template=template(store)))
    told = document(briefing, [f"{stem}.{form}" for form in wanted])
    record(store, viewer, briefing, told["files"])
    return told


def _formats(formats: Iterable[str]) -> list[str]:
    wanted = list(dict.fromkeys(formats))
    strange = [form for form in wanted if form not in FORMATS]
    if strange or not wanted:
        raise InputError(
            "A briefing is written as {kinds}, not {given}.", kinds=", ".join(FORMATS), given=", ".join(map(repr, strange)) or repr("")
        )
    return wanted


def drafted(
    store: Store,
    viewer: Viewer,
    area: str,
    *,
    at: datetime | str | None = None,
    lang: str = DEFAULT_LANG,
    view: View | None = None,
    progress: Progress = silent,
) -> Briefing:
    """Return the briefing as it would go out: the draft with what people wrote into it; parameters as for ``draft``."""
    found = draft(store, viewer, area, at=at, lang=lang, view=view, progress=progress)
    return editing.apply(found, archive.edits(store, viewer, area, found.cutoff, lang))


def map_view(store: Store, viewer: Viewer, briefing: Briefing) -> View:
    """Return what the maps of a briefing look at: what stood at its cut-off, as known then; one view for all asks for each fact once."""
    return View(store, viewer, at=briefing.cutoff, known_at=briefing.cutoff, area=briefing.area, lang=briefing.lang)


def sheet(store: Store, viewer: Viewer, briefing: Briefing, name: str, *, view: View | None = None) -> Sheet:
    """Return one of a briefing's maps; ``view`` is that of :func:`map_view`, where several are drawn."""
    from briefing.maps import draw  # matplotlib takes a second to load; only who draws waits for it

    content = themes.content(view or map_view(store, viewer, briefing), name, paper=PAPER, cutoff=briefing.cutoff)
    return Sheet(name, content.title, draw.render(content, PAPER, "png"))


def template(store: Store) -> Path | None:
    """Return the workspace's own layout of the DOCX, if it has one."""
    own = store.path / TEMPLATE
    return own if own.is_file() else None


def file_stem(briefing: Briefing) -> str:
    """Return what the files of a briefing are called: 青禾镇-简报-20200212-1800."""
    name = files.safe_name(briefing.area_name, otherwise=files.safe_name(briefing.area))
    return f"{name}-{translator(briefing.lang)(N_('briefing'))}-{briefing.cutoff:%Y%m%d-%H%M}"


def record(store: Store, viewer: Viewer, briefing: Briefing, written: list[str]) -> str | None:
    """Record that a briefing went out; a viewer who may not write leaves no record."""
    try:
        return archive.record(store, viewer, briefing, written)
    except AccessDenied:
        return None
