"""The map pack: the sheets of a whole area and a 作战图 of each of its units, in one zip file with an index page.

What the sheets show is asked of the ledger here, all as of one moment; other processes draw them meanwhile.
"""

from __future__ import annotations

import io
import logging
import math
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from datetime import datetime
from pathlib import Path
from typing import Any

from PIL import Image

from briefing import files, pack_index
from briefing.maps import themes
from briefing.maps.binding import bound
from briefing.maps.content import Bounds, Content, Paper
from briefing.maps.themes.facts import Facts
from briefing.maps.workers import Workers
from briefing.moments import issue_at
from briefing.pack_index import Failed, Planned, Printed
from briefing.progress import Progress, silent
from briefing.view import DEFAULT_LANG, View
from errors import EpiGridError, InputError, mark
from queries.store import Store, Viewer

_log = logging.getLogger(__name__)

# The sheets of the whole area, in the order of the index, on large paper; the units' own come behind them.
WHOLE = ("command", "blind-spots", "risk", "screening", "entrances")
DPI = 150
THUMBNAIL_PX = 320


def pack(
    store: Store,
    viewer: Viewer,
    out: Path,
    *,
    at: datetime | str | None = None,
    area: str | None = None,
    lang: str = DEFAULT_LANG,
    progress: Progress | None = None,
    units: Sequence[str] | None = None,
    workers: Workers | None = None,
) -> dict[str, Any]:
    """Print the maps of an area (None: of all that the viewer sees) and of each of its units into a zip file, whole or not at all.

    Each sheet is a PDF (vectors) and a PNG; one more PDF holds all of them; ``index.html`` shows them in small. The same ledger and
    moment give the same bytes. A sheet that fails is named in the index and in the result; the others arrive.

    Parameters
    ----------
    units
        The ids of those to draw; None is every community and village.
    workers
        Who draws; None starts processes for this pack alone.

    Returns
    -------
    dict
        ``at``, ``cutoff``; ``units``, how many there are; ``sheets``, how many were drawn; ``files``, the names in the zip file;
        ``failed``, a list of ``id`` (of the area), ``name``, ``map`` and ``why``.

    Raises
    ------
    InputError
        When the file cannot be written, or nothing could be drawn.
    NotFound
        When there is no such area.
    """
    if out.suffix.lower() != ".zip":
        raise InputError("The maps are packed into a zip file; end the name {file} in .zip.", file=out.name)
    moment = store.moment(at)
    store.scope(viewer, area, at=moment)
    view = View(store, viewer, area, moment, None, lang)
    cutoff = issue_at(store, moment).cutoff
    with files.one(out) as target, tempfile.TemporaryDirectory(prefix="epigrid-pack-") as scratch, workers or Workers() as drawing:
        known = reporting_units(view)
        names = [(unit, known.get(unit) or unit) for unit in (known if units is None else units)]
        printed, failed = _printed(view, cutoff, names, drawing, Path(scratch), progress or silent)
        if not printed:
            raise InputError("None of the maps could be drawn: {why}.", why=failed[0].why)
        written = _zipped(target, view, cutoff, printed, failed, Path(scratch))
    return {
        "at": moment.isoformat(),
        "cutoff": cutoff.isoformat(),
        "units": len(names),
        "sheets": len(printed),
        "files": written,
        "failed": [{"id": f.planned.area, "name": f.planned.name, "map": f.planned.map, "why": f.why} for f in failed],
    }


def reporting_units(view: View) -> dict[str, str]:
    """Return the units under the area of a view, id to name: the communities and villages that report."""
    rows = view.store.run("select_reporting_units", view.viewer, **view.when).drop_duplicates("unit_id")
    return dict(zip(rows["unit_id"].astype(str), rows["unit_name"].fillna("").astype(str), strict=True))


def _printed(
    view: View, cutoff: datetime, names: Sequence[tuple[str, str]], drawing: Workers, folder: Path, tell: Progress
) -> tuple[list[Printed], list[Failed]]:
    """Draw every sheet into ``folder``; what is asked of the ledger and what is drawn go on side by side."""
    total = len(WHOLE) + len(names)
    asked: list[tuple[Planned, str, Future[list[bytes]] | Failed]] = []
    for planned, content in _contents(view, cutoff, names):
        tell(0.3 * len(asked) / total, mark("Collecting what the maps show"))
        drawn = content if isinstance(content, Failed) else _submitted(drawing, planned, content)
        asked.append((planned, "" if isinstance(content, Failed) else content.title, drawn))
    digits = len(str(total))
    stems = files.unique_names([f"{n:0{digits}}-{planned.name}-{title}" for n, (planned, title, _) in enumerate(asked, 1)])
    printed: list[Printed] = []
    failed: list[Failed] = []
    for n, ((planned, title, drawn), stem) in enumerate(zip(asked, stems, strict=True)):
        tell(0.3 + 0.65 * n / total, mark("Drawing the maps"))
        if isinstance(drawn, Failed):
            failed.append(drawn)
            continue
        try:
            pdf, png = drawn.result()
        except EpiGridError as error:
            failed.append(Failed(planned, error.text(view.translate)))
            continue
        (folder / f"{stem}.pdf").write_bytes(pdf)
        (folder / f"{stem}.png").write_bytes(png)
        printed.append(Printed(planned, title, stem, _thumbnail(png)))
    return printed, failed


def _submitted(drawing: Workers, planned: Planned, content: Content) -> Future[list[bytes]]:
    paper = paper_for(planned, content.extent)
    return drawing.submit(content, ("pdf", paper), ("png", paper))


def paper_for(planned: Planned, extent: Bounds) -> Paper:
    """Return what a sheet is drawn on: A3 for the whole area, A4 for a unit, the way up that shows it larger."""
    west, south, east, north = extent
    wide = (east - west) * math.cos(math.radians((south + north) / 2)) >= north - south
    return Paper("A4" if planned.of_unit else "A3", landscape=wide, dpi=DPI)


def _contents(view: View, cutoff: datetime, names: Sequence[tuple[str, str]]) -> Iterator[tuple[Planned, Content | Failed]]:
    whole = Facts(view).name
    for name in WHOLE:
        yield _content(view, Planned(name, view.area, whole), cutoff)
    for unit, name in names:
        yield _content(view, Planned(pack_index.UNIT, unit, name), cutoff)


def _content(view: View, planned: Planned, cutoff: datetime) -> tuple[Planned, Content | Failed]:
    """Return what a sheet shows; what goes wrong with one is its own."""
    try:
        if planned.of_unit:
            assert planned.area
            return planned, next(iter(themes.contents(view, pack_index.UNIT, [planned.area], cutoff=cutoff)))
        return planned, themes.content(view, planned.map, cutoff=cutoff)
    except EpiGridError as error:
        return planned, Failed(planned, error.text(view.translate))
    except Exception:
        _log.exception("the map %s of %s failed", planned.map, planned.area)
        return planned, Failed(planned, view.translate(mark("an unexpected failure; the log tells more")))


def _thumbnail(png: bytes) -> bytes:
    with Image.open(io.BytesIO(png)) as picture:
        small = picture.convert("RGB")
    small.thumbnail((THUMBNAIL_PX, THUMBNAIL_PX), reducing_gap=3.0)
    stream = io.BytesIO()
    small.save(stream, "JPEG", quality=80, optimize=True)
    return stream.getvalue()


def _zipped(target: Path, view: View, cutoff: datetime, printed: list[Printed], failed: list[Failed], folder: Path) -> list[str]:
    """Write the zip file and return the names in it: the index, one PDF of all sheets, and the sheets."""
    heading = pack_index.heading(view, Facts(view).name)
    everything = files.safe_name(heading)
    sheets = [(f"{sheet.planned.name} {sheet.title}", folder / f"{sheet.stem}.pdf") for sheet in printed]
    made = {"index.html": pack_index.page(view, heading, cutoff, printed, failed, everything).encode()}
    made[f"{everything}.pdf"] = bound(heading, sheets, folder)
    rest = [(f"{form}/{sheet.stem}.{form}", folder / f"{sheet.stem}.{form}") for form in ("pdf", "png") for sheet in printed]
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in made.items():
            files.add(archive, name, content)
        for name, file in rest:
            files.add(archive, name, file.read_bytes())
    return [*made, *(name for name, _ in rest)]
