"""Briefings, maps and the map pack handed out: made for whoever asks, within what they may see, and kept nowhere public."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import quote, urlencode

from starlette.responses import Response

from briefing import archive, publish
from briefing.model import Briefing
from briefing.writers import FORMATS, Sheet
from errors import InputError, NotFound
from queries.store import Store
from ui.background import briefing_job, snapshot_job
from ui.background.briefing_job import MAPS, PARTS, Chosen, Pack, Question
from ui.background.snapshot_job import Snapshot
from ui.http.answers import attachment
from ui.http.door import Call
from words import LOCALES

MIMES = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "html": "text/html; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "zip": "application/zip",
    **snapshot_job.FORMS,
}


def file(call: Call) -> Response:
    """Answer a briefing with what people wrote into it."""
    question, chosen = asked(call.store, call.asked)
    return _written(call, *briefing_job.latest(call.store, call.viewer, question, chosen))


def issued(call: Call) -> Response:
    """Answer a briefing as it went out."""
    whole = archive.read(call.store, call.viewer, call.part("event"))
    return _written(call, whole, briefing_job.ask_sheets(call.store, call.viewer, whole, publish.MAPS).result())


def sheet(call: Call) -> Response:
    """Answer a map."""
    wanted = Snapshot.of(call.store, call.part("name"), call.part("form"), call.asked)
    return attachment(snapshot_job.ask(call.store, call.viewer, wanted).result(), MIMES[wanted.form], wanted.file_name)


def pack(call: Call) -> Response:
    """Answer the map of every unit."""
    wanted = Pack(call.area, call.moment, _lang(call.asked))
    body = briefing_job.ask_pack(call.store, call.viewer, wanted).result().file
    return attachment(body, MIMES["zip"], f"maps-{wanted.at:%Y%m%d-%H%M}.zip")


def _written(call: Call, whole: Briefing, sheets: tuple[Sheet, ...]) -> Response:
    form = call.part("form")
    if form not in FORMATS:
        raise NotFound("There is no format {form}; there is: {known}.", form=repr(form), known=", ".join(FORMATS))
    body = briefing_job.ask_file(call.store, form, whole, sheets).result()
    return attachment(body, MIMES[form], f"{publish.file_stem(whole)}.{form}")


# Addresses --------------------------------------------------------------------------------------------------------------


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
    if lang not in LOCALES:
        raise InputError("{given} is not among the choices here: {choices}.", given=repr(lang), choices=", ".join(LOCALES))
    return lang
