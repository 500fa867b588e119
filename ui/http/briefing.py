"""The routes that hand out briefings, maps and the map pack: made for whoever asks, within what they may see, and kept nowhere public.

A page of another origin cannot set the machine to work by asking for one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from urllib.parse import quote, urlencode

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from briefing import archive, publish
from briefing.model import Briefing
from briefing.writers import FORMATS, Sheet
from errors import AccessDenied, EpiGridError, InputError, NotFound
from queries.store import Store, Viewer
from ui.work import briefing_job, snapshot_job
from ui.work.briefing_job import MAPS, PARTS, Chosen, Pack, Question
from ui.work.snapshot_job import Snapshot
from words import LANGUAGES, language, translator

GetStore = Callable[[], Store]
GetViewer = Callable[[Request], Viewer]

MIMES = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "html": "text/html; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "zip": "application/zip",
    **snapshot_job.FORMS,
}
_STATUS: tuple[tuple[type[EpiGridError], int], ...] = ((AccessDenied, 403), (NotFound, 404), (EpiGridError, 400))


def briefing_routes(get_store: GetStore, get_viewer: GetViewer) -> list[BaseRoute]:
    """Return the routes.

    ``GET /briefing/files/FORM?area=&cutoff=&at=&lang=&parts=&maps=`` is a briefing with what people wrote into it,
    ``GET /briefing/issued/EVENT/FORM`` one as it went out, ``GET /briefing/maps/NAME.FORM?…`` a map (``ui.work.snapshot_job.Snapshot``),
    ``GET /briefing/pack.zip?area=&at=&lang=`` the map of every unit.
    """

    def file(request: Request) -> Response:
        store, viewer, form = get_store(), get_viewer(request), request.path_params["form"]
        question, chosen = asked(store, request.query_params)
        return _written(store, form, *briefing_job.latest(store, viewer, question, chosen))

    def sheet(request: Request) -> Response:
        store, name, form = get_store(), request.path_params["name"], request.path_params["form"]
        wanted = Snapshot.of(store, name, form, request.query_params)
        return _attachment(snapshot_job.ask(store, get_viewer(request), wanted).result(), form, wanted.file_name)

    def packed(request: Request) -> Response:
        store, given = get_store(), request.query_params
        wanted = Pack(given.get("area") or None, store.moment(given.get("at") or None), _lang(given))
        body = briefing_job.ask_pack(store, get_viewer(request), wanted).result().file
        return _attachment(body, "zip", f"maps-{wanted.at:%Y%m%d-%H%M}.zip")

    def issued(request: Request) -> Response:
        store, viewer, form = get_store(), get_viewer(request), request.path_params["form"]
        whole = archive.read(store, viewer, request.path_params["event"])
        sheets = briefing_job.ask_sheets(store, viewer, whole, publish.MAPS).result()
        return _written(store, form, whole, sheets)

    return [
        Route("/briefing/files/{form}", _guarded(file), methods=["GET"]),
        Route("/briefing/maps/{name}.{form}", _guarded(sheet), methods=["GET"]),
        Route("/briefing/issued/{event}/{form}", _guarded(issued), methods=["GET"]),
        Route("/briefing/pack.zip", _guarded(packed), methods=["GET"]),
    ]


def address(form: str, question: Question, chosen: Chosen) -> str:
    """Return where a file of a briefing is fetched; ``asked`` reads it."""
    given = {
        "area": question.area,
        "cutoff": question.cutoff.isoformat(),
        "at": question.at.isoformat() if question.at else "",
        "lang": question.lang,
        "parts": ",".join(chosen.parts),
        "maps": ",".join(chosen.maps),
    }
    return f"/briefing/files/{form}?{urlencode({name: value for name, value in given.items() if value})}"


def past_address(form: str, event: str) -> str:
    """Return where a file of a briefing that went out is fetched."""
    return f"/briefing/issued/{quote(event, safe='')}/{form}"


def pack_address(wanted: Pack) -> str:
    """Return where a map pack is fetched."""
    given = {"area": wanted.area or "", "at": wanted.at.isoformat(), "lang": wanted.lang}
    return f"/briefing/pack.zip?{urlencode(given)}"


def asked(store: Store, given: Mapping[str, str]) -> tuple[Question, Chosen]:
    """Return what the parameters of an address ask for. Raises InputError for a language there is not, or without an area."""
    lang, area, at = _lang(given), given.get("area") or "", given.get("at") or None
    if not area:
        raise InputError("A briefing is of one area: name it.")
    moment = store.moment(at) if at else None
    cutoff = store.moment(given["cutoff"]) if given.get("cutoff") else briefing_job.cutoff_at(store, moment)
    parts, maps = (set(re.split(",", given.get(name, ""))) for name in ("parts", "maps"))
    chosen = Chosen(tuple(part for part in PARTS if part in parts) or PARTS, tuple(name for name in MAPS if name in maps))
    return Question(area, cutoff, moment, lang), chosen


def _lang(given: Mapping[str, str]) -> str:
    lang = given.get("lang", "zh_CN")
    if lang not in LANGUAGES:
        raise InputError("{given} is not among the choices here: {choices}.", given=repr(lang), choices=", ".join(LANGUAGES))
    return lang


def _written(store: Store, form: str, whole: Briefing, sheets: tuple[Sheet, ...]) -> Response:
    if form not in FORMATS:
        raise NotFound("There is no format {form}; there is: {known}.", form=repr(form), known=", ".join(FORMATS))
    body = briefing_job.ask_file(store, form, whole, sheets).result()
    return _attachment(body, form, f"{publish.file_stem(whole)}.{form}")


def _attachment(body: bytes, form: str, name: str) -> Response:
    headers = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}",
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
        "Cross-Origin-Resource-Policy": "same-origin",
        # An HTML briefing is saved, not shown; were it shown, it could do nothing here.
        "Content-Security-Policy": "sandbox",
    }
    return Response(body, media_type=MIMES[form], headers=headers)


def _guarded(handler: Callable[[Request], Response]) -> Callable[[Request], Response]:
    """Answer a known failure with its sentence; others surface. Handlers are plain functions: Starlette runs them in threads."""

    def guarded(request: Request) -> Response:
        say = translator(language(request.query_params.get("lang")))
        try:
            if request.headers.get("sec-fetch-site", "none") not in ("none", "same-origin"):
                raise AccessDenied("Files are handed out to this dashboard's own pages alone.")
            return handler(request)
        except EpiGridError as error:
            status = next(status for kind, status in _STATUS if isinstance(error, kind))
            headers = {"X-Content-Type-Options": "nosniff", "Cache-Control": "no-store"}
            return PlainTextResponse(error.text(say), status_code=status, headers=headers)

    return guarded
