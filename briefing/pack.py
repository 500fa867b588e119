"""The map pack: the sheets of a whole area and a 作战图 of each of its units, in one zip file with an index page.

What the sheets show is asked of the ledger here, all as of one moment; other processes draw them meanwhile.
"""

from __future__ import annotations

import io
import logging
import math
import tempfile
import zipfile
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from contextlib import nullcontext
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, Literal, TypeVar

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
from errors import N_, EpiGridError, InputError
from queries.store import Store, Viewer

T = TypeVar("T")
_log = logging.getLogger(__name__)

# The sheets of the whole area, in the order of the index, on large paper; the units' own come behind them.
WHOLE = ("command", "blind-spots", "risk", "screening", "entrances")
FORMS = ("pdf", "png")
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
    view = View(store, viewer, at=moment, area=area, lang=lang)
    cutoff = issue_at(store, moment).cutoff
    drawing = nullcontext(workers) if workers else Workers()
    with files.one(out) as target, tempfile.TemporaryDirectory(prefix="epigrid-pack-") as scratch, drawing as drawn_by:
        known = reporting_units(view)
        names = [(unit, known.get(unit) or unit) for unit in (known if units is None else units)]
        printed, failed = _printed(view, cutoff, names, drawn_by, Path(scratch), progress or silent)
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
    rows = view.run("select_reporting_units").drop_duplicates("unit_id")
    return dict(zip(rows["unit_id"].astype(str), rows["unit_name"].fillna("").astype(str), strict=True))


def _printed(
    view: View, cutoff: datetime, names: Sequence[tuple[str, str]], drawing: Workers, folder: Path, tell: Progress
) -> tuple[list[Printed], list[Failed]]:
    """Draw every sheet into ``folder``; what is asked of the ledger and what is drawn go on side by side."""
    whole = Facts(view).name
    plan = [*(Planned(name, view.area, whole) for name in WHOLE), *(Planned(pack_index.UNIT, unit, name) for unit, name in names)]
    asked: list[tuple[Content, Future[list[bytes]]] | Failed] = []
    for n, planned in enumerate(plan):
        tell(0.3 * n / len(plan), N_("Collecting what the maps show"))
        content = _attempt(view, planned, partial(_content, view, planned, cutoff))
        asked.append(content if isinstance(content, Failed) else (content, _submitted(drawing, planned, content)))
    printed: list[Printed] = []
    failed: list[Failed] = []
    for n, (planned, found) in enumerate(zip(plan, asked, strict=True)):
        tell(0.3 + 0.65 * n / len(plan), N_("Drawing the maps"))
        if isinstance(found, Failed):
            failed.append(found)
            continue
        title, drawn = found[0].title, _attempt(view, planned, found[1].result)
        if isinstance(drawn, Failed):
            failed.append(drawn)
            continue
        # The number makes the name the only one of its kind.
        stem = files.safe_name(f"{n + 1:0{len(str(len(plan)))}}-{planned.name}-{title}")
        for form, file in zip(FORMS, drawn, strict=True):
            (folder / f"{stem}.{form}").write_bytes(file)
        printed.append(Printed(planned, title, stem, _thumbnail(drawn[FORMS.index("png")])))
    return printed, failed


def _attempt(view: View, planned: Planned, work: Callable[[], T]) -> T | Failed:
    """Do a part of the work for a sheet; what goes wrong with it is its own."""
    try:
        return work()
    except EpiGridError as error:
        return Failed(planned, error.text(view.translate))
    except Exception:
        _log.exception("the map %s of %s failed", planned.map, planned.area)
        return Failed(planned, view.translate(N_("an unexpected failure; the log tells more")))


def _content(view: View, planned: Planned, cutoff: datetime) -> Content:
    paper = Paper(size_of(planned))
    if planned.area and planned.of_unit:
        return next(iter(themes.contents(view, planned.map, [planned.area], paper=paper, cutoff=cutoff)))
    return themes.content(view, planned.map, paper=paper, cutoff=cutoff)


def _submitted(drawing: Workers, planned: Planned, content: Content) -> Future[list[bytes]]:
    paper = Paper(size_of(planned), landscape=is_wide(content.extent), dpi=DPI)
    return drawing.submit(content, *((form, paper) for form in FORMS))


def size_of(planned: Planned) -> Literal["A3", "A4"]:
    """Return what a sheet is drawn on: large paper for the whole area."""
    return "A4" if planned.of_unit else "A3"


def is_wide(extent: Bounds) -> bool:
    """Tell which way up the paper shows an extent larger."""
    west, south, east, north = extent
    return (east - west) * math.cos(math.radians((south + north) / 2)) >= north - south


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
    rest = [(f"{form}/{sheet.stem}.{form}", folder / f"{sheet.stem}.{form}") for form in FORMS for sheet in printed]
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in made.items():
            files.add(archive, name, content)
        for name, file in rest:
            files.add(archive, name, file.read_bytes())
    return [*made, *(name for name, _ in rest)]
