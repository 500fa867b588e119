"""What the field page fetches and sends: what there is to do, and the entries of a phone (see ``ledgers.people.field``)."""

from __future__ import annotations

import json
from typing import Any

from starlette.responses import Response

from errors import InputError
from ledgers.people import field
from queries.view import View
from ui.http.answers import document
from ui.http.door import Call


def tasks(call: Call) -> Response:
    """Answer the lists of a grid."""
    if call.area is None:
        raise InputError("The lists are those of one area: name it.")
    return document(field.tasks(View(call.store, call.viewer, at=call.time("at"), area=call.area)).document())


def events(call: Call) -> Response:
    """Take entries in, and answer what became of each."""
    sent = _entries(call.body)
    return document({"events": field.receive(call.store, call.viewer, sent["events"], call.translate, sent_at=sent.get("now"))})


def _entries(body: bytes) -> dict[str, Any]:
    try:
        sent = json.loads(body)
    except (ValueError, RecursionError):
        sent = None
    if not isinstance(sent, dict) or not isinstance(sent.get("events"), list):
        raise InputError("Entries are sent as JSON.")
    return sent
