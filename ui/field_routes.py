"""The routes of the field page: what there is to do, and the entries of a phone.

An entry changes the ledger, so a page of another origin must not be able to send one: a header of ours, which a browser sends to
another origin only after asking, and the origin itself.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from errors import AccessDenied, EpiGridError, InputError
from ledgers.people import field
from queries.store import Store, Viewer
from queries.view import View
from words import Translate, language, translator

HEADER = "x-epigrid-field"
MAX_BYTES = 1_000_000


def field_routes(get_store: Callable[[], Store], get_viewer: Callable[[Request], Viewer]) -> list[BaseRoute]:
    """Return the routes ``GET /field/tasks.json?area=&at=&lang=`` and ``POST /field/events?lang=`` (see ``ledgers.people.field``)."""

    def tasks(request: Request) -> Response:
        asked = request.query_params
        try:
            area = asked.get("area") or ""
            found = field.tasks(View(get_store(), get_viewer(request), at=asked.get("at"), area=area))
        except EpiGridError as error:
            return _refused(400, error, _translate(request))
        return _json(found.document())

    async def events(request: Request) -> Response:
        say = _translate(request)
        try:
            _check_origin(request)
            sent = _object(await _body(request))
            answers = await run_in_threadpool(field.receive, get_store(), get_viewer(request), sent["events"], say, sent_at=sent.get("now"))
        except EpiGridError as error:
            return _refused(403 if isinstance(error, AccessDenied) else 400, error, say)
        return _json({"events": answers})

    return [Route("/field/tasks.json", tasks, methods=["GET"]), Route("/field/events", events, methods=["POST"])]


def _translate(request: Request) -> Translate:
    return translator(language(request.query_params.get("lang")))


def _check_origin(request: Request) -> None:
    headers = request.headers
    origin = headers.get("origin")
    ours = origin is None or urlsplit(origin).netloc.lower() == headers.get("host", "").lower()
    if not ours or headers.get("sec-fetch-site", "same-origin") != "same-origin" or HEADER not in headers:
        raise AccessDenied("Entries are taken from this dashboard's own page alone.")
    if headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise InputError("Entries are sent as JSON.")


async def _body(request: Request) -> bytes:
    """Return the body; one that is too large is not read to its end."""
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > MAX_BYTES:
            raise InputError("That is too much at once; send fewer entries.")
    return bytes(body)


def _object(body: bytes) -> dict[str, Any]:
    try:
        sent = json.loads(body)
    except (ValueError, RecursionError):
        sent = None
    if not isinstance(sent, dict) or not isinstance(sent.get("events"), list):
        raise InputError("Entries are sent as JSON.")
    return sent


def _json(content: object) -> Response:
    body = json.dumps(content, ensure_ascii=False, allow_nan=False).encode()
    return Response(body, media_type="application/json", headers={"X-Content-Type-Options": "nosniff", "Cache-Control": "no-store"})


def _refused(status: int, error: EpiGridError, say: Translate) -> Response:
    return JSONResponse(
        {"error": error.text(say)}, status_code=status, headers={"X-Content-Type-Options": "nosniff", "Cache-Control": "no-store"}
    )
