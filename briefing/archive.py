"""Briefings that went out, and what people wrote into their drafts: events like all others, beside the draft and never in it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

import pandas as pd

from briefing.model import Briefing, Number
from briefing.serial import from_json, to_json
from errors import Changed, InputError, NotFound
from ledgers.sheets import CONTROL
from queries.store import Store, Viewer

LONGEST = 5_000  # characters of a paragraph


def edits(store: Store, viewer: Viewer, area: str, cutoff: datetime, lang: str) -> dict[str, str]:
    """Return the paragraphs that people rewrote for the briefing of an area at a cut-off: their id and the text as it stands.

    Raises
    ------
    NotFound
        When the viewer sees no such area.
    """
    rows = store.run("select_briefing_edits", viewer, at=cutoff, area=area, area_id=area, cutoff=cutoff, lang=lang)
    kept = rows.dropna(subset=["body"])
    return dict(zip(kept["paragraph_id"].astype(str), kept["body"].astype(str), strict=True))


def save_edit(store: Store, viewer: Viewer, briefing: Briefing, paragraph_id: str, body: str | None) -> list[str]:
    """Keep a paragraph as somebody rewrote it; return the event ids, for ``Store.undo``.

    Parameters
    ----------
    briefing
        What its writer saw: the draft with the edits of that moment applied.
    body
        Plain text; None for the draft's own again.

    Returns
    -------
    list of str
        Empty when it stands there so already.

    Raises
    ------
    InputError
        When there is no such paragraph, or the text is longer than 5,000 characters.
    Changed
        When somebody else has rewritten the paragraph since.
    NotFound
        When the viewer sees no such area.
    """
    paragraph = next((p for section in briefing.sections for p in section.paragraphs if p.id == paragraph_id), None)
    if paragraph is None:
        raise InputError("The briefing has no paragraph {name}; open it again and choose one.", name=repr(paragraph_id))
    text = None if body is None else CONTROL.sub("", body).replace("\r\n", "\n").replace("\r", "\n")
    if text is not None and len(text) > LONGEST:
        raise InputError("A paragraph has at most {most} characters, this one {n}; divide it.", most=f"{LONGEST:,}", n=f"{len(text):,}")
    with store.writing():
        stands = edits(store, viewer, briefing.area, briefing.cutoff, briefing.lang).get(paragraph_id)
        seen = paragraph.text if paragraph.edited else None
        if text == stands or (stands is seen is None and text == paragraph.text):
            return []
        if stands != seen:
            raise Changed("Somebody else has changed this paragraph meanwhile; look at it again and repeat.")
        row = {**_which(briefing), "paragraph_id": paragraph_id, "body": text}
        return store.append(viewer, {"briefing_edit": pd.DataFrame([row])})


def record(store: Store, viewer: Viewer, briefing: Briefing, files: Sequence[str]) -> str:
    """Keep a briefing as it went out, with the names of its files; return its event id.

    What is the same as the last issue of the same briefing, whenever it was asked for, is not kept twice.

    Raises
    ------
    NotFound
        When the viewer sees no such area.
    """
    with store.writing():
        issued = past(store, viewer, briefing.area, at=max(store.now(), briefing.cutoff))
        mine = issued[(issued["area_id"] == briefing.area) & (issued["cutoff"] == briefing.cutoff) & (issued["lang"] == briefing.lang)]
        for event_id, names in zip(mine["event_id"][:1], mine["files"][:1], strict=True):
            document = _document(store, viewer, event_id, at=max(store.now(), briefing.cutoff))
            if document and names == tuple(files) and from_json(document) == replace(briefing, at=from_json(document).at):
                return str(event_id)
        row = {
            **_which(briefing),
            "numbers": json.dumps([asdict(number) for number in briefing.numbers], ensure_ascii=False, default=lambda value: value.item()),
            "document": to_json(briefing),
            "files": json.dumps(list(files), ensure_ascii=False),
        }
        return store.append(viewer, {"briefing_event": pd.DataFrame([row])})[0]


def _which(briefing: Briefing) -> dict[str, Any]:
    return {"area_id": briefing.area, "edition": briefing.edition, "lang": briefing.lang, "effective_at": briefing.cutoff}


def past(store: Store, viewer: Viewer, area: str | None = None, *, at: datetime | str | None = None) -> pd.DataFrame:
    """Return the briefings that went out, of an area and what lies in it or of all that the viewer sees, latest first.

    Returns
    -------
    DataFrame
        ``cutoff, edition, area_id, area_name, lang, issued_at, issued_by``, ``files`` (names), ``numbers`` (each a tuple of ``Number``)
        and ``event_id``, for :func:`read`.

    Raises
    ------
    NotFound
        When the viewer sees no such area.
    """
    rows = store.run("select_briefings", viewer, area=area, at=at)
    return rows.assign(
        files=pd.Series([tuple(json.loads(names)) for names in rows["files"]], index=rows.index, dtype="object"),
        numbers=pd.Series([tuple(Number(**n) for n in json.loads(told)) for told in rows["numbers"]], index=rows.index, dtype="object"),
    )


def read(store: Store, viewer: Viewer, event_id: str) -> Briefing:
    """Return a briefing as it went out.

    Raises
    ------
    NotFound
        When the viewer sees no such briefing, or its text has been blanked since (retention).
    """
    document = _document(store, viewer, event_id, at=None)
    if document is None:
        raise NotFound("There is no text of this briefing any more, or you may not see it; its numbers stand in the list.")
    return from_json(document)


def _document(store: Store, viewer: Viewer, event_id: str, *, at: datetime | None) -> str | None:
    found = store.run("find_briefing", viewer, event_id=event_id, at=at)["document"].dropna()
    return None if found.empty else str(found.iloc[0])


def compare(old: Sequence[Number], new: Sequence[Number]) -> pd.DataFrame:
    """Return how the numbers of one briefing differ from those of another, in the order of the newer one, those that are gone last.

    Returns
    -------
    DataFrame
        ``id, label, section, before, after`` (as printed; empty where it has none) and ``change`` (missing unless both are known).
    """
    earlier, later = {n.id: n for n in old}, {n.id: n for n in new}
    rows = [_difference(earlier.get(name), number) for name, number in later.items()]
    rows += [_difference(number, None) for name, number in earlier.items() if name not in later]
    columns = ["id", "label", "section", "before", "after", "change"]
    return pd.DataFrame(rows, columns=columns).astype({"change": "float64"})


def _difference(was: Number | None, now: Number | None) -> tuple[object, ...]:
    told = now or was
    assert told is not None
    change = now.value - was.value if was and now and was.value is not None and now.value is not None else None
    return told.id, told.label, told.section, was.text if was else "", now.text if now else "", change
