"""The text of a briefing beside its pages: every number is pressed to see where it comes from, every paragraph can be rewritten."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import streamlit as st

from briefing import archive, editing
from briefing.model import Briefing, HandNumber, Number, Paragraph, Run
from errors import N_
from ui.background import briefing_job
from ui.briefing.preview import HEIGHT
from ui.briefing.view import Made
from ui.shell import acts, keys, state
from ui.shell.frame import Frame
from ui.shell.words import _, plain

ASSETS = Path(__file__).with_name("assets")
ACT = "briefing_change"
_TOLD = {False: N_("{label}: where this number comes from"), True: N_("{label}: written by hand; the system says {value}")}


def _read(name: str) -> str:
    return (ASSETS / name).read_text("utf-8")


_component = st.components.v2.component("epigrid_briefing", css=_read("text.css"), js=_read("text.js"))


def text(view: Frame, found: Made) -> None:
    """Draw the text by paragraphs, and the dialog of the one that is being rewritten."""
    words = {"change": _("Rewrite this paragraph"), "edited": _("Rewritten; the draft says")}
    with st.container(height=HEIGHT, border=True, key=keys.BRIEFING_BOX):
        _component(
            key=keys.BRIEFING_TEXT,
            data={"sections": _sections(found), "words": words},
            on_number_change=_show_number,
            on_change_change=_open_paragraph,
        )
    paragraph = paragraphs(found.drafted).get(state.param("paragraph") or "")
    if acts.running() == ACT and paragraph:
        acts.dialog(_("Rewrite this paragraph"), lambda: _form(view, found, paragraph), width="medium")


def paragraphs(whole: Briefing) -> dict[str, Paragraph]:
    """Return the paragraphs of a briefing by their ids."""
    return {p.id: p for section in whole.sections for p in section.paragraphs}


def _show_number() -> None:
    state.put(number=st.session_state[keys.BRIEFING_TEXT].number)


def _open_paragraph() -> None:
    state.put(paragraph=st.session_state[keys.BRIEFING_TEXT].change, number=None)  # one dialog at a time
    st.session_state.pop(keys.BRIEFING_SEEN, None)
    acts.start(ACT)


# What the component is told --------------------------------------------------------------------------------------------------


def _sections(found: Made) -> list[dict[str, Any]]:
    drafted = paragraphs(found.drafted)
    return [
        {
            "title": section.title,
            "paragraphs": [
                {
                    "id": p.id,
                    "kind": p.kind,
                    "draft": drafted[p.id].text if p.edited else None,
                    "pieces": [_piece(run) for run in p.runs],
                }
                for p in section.paragraphs
            ],
        }
        for section in found.whole.sections
    ]


def _piece(run: Run) -> dict[str, Any]:
    if isinstance(run, str):
        return {"text": run}
    number = run.instead_of if isinstance(run, HandNumber) else run
    by_hand = isinstance(run, HandNumber)
    if number is None:
        return {"text": run.text, "by_hand": True, "told": _("Written by hand")}
    return {"text": run.text, "number": number.id, "by_hand": by_hand, "told": _told(number, by_hand=by_hand)}


def _told(number: Number, *, by_hand: bool) -> str:
    return _(_TOLD[by_hand]).format(label=number.label, value=number.text)


# Rewriting -------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Seen:
    """What the writer of a paragraph has seen of it: when they began, and last of all."""

    opened: str
    last: str


def _form(view: Frame, found: Made, draft: Paragraph) -> None:
    """Draw the paragraph to be rewritten. What others write meanwhile is shown, never written over unseen."""
    now = _standing(view, found, draft)
    seen: Seen = st.session_state.setdefault(keys.BRIEFING_SEEN, Seen(now, now))
    if now != seen.opened:
        told = _("Somebody else has rewritten this paragraph meanwhile; yours is still here. It says now: {text}")
        st.warning(told.format(text=plain(now)), icon=":material/group:")
    with st.form(acts.field(ACT, "form"), border=False, enter_to_submit=False):  # what is typed goes with the press of the button
        hint = _("Plain text; left empty, the paragraph is not printed.")
        field = acts.field(ACT, f"{draft.id}_{found.drafted.cutoff:%Y%m%d%H%M}")
        body = st.text_area(_("Text"), seen.opened, height=200, key=field, help=hint)
        st.caption(_("The draft says: {text}").format(text=plain(draft.text)))
        with st.container(horizontal=True):
            label = _("Save over it") if now != seen.opened else _("Save the paragraph")
            save = st.form_submit_button(label, key=acts.field(ACT, "go"), type="primary")
            back = st.form_submit_button(
                _("Back to the draft"), key=acts.field(ACT, "back"), icon=":material/undo:", disabled=now == draft.text
            )
    if save or back:
        _save(view, found, draft, body.strip() if save else None, seen)
    st.session_state[keys.BRIEFING_SEEN] = replace(seen, last=now)


def _standing(view: Frame, found: Made, draft: Paragraph) -> str:
    """Return what the paragraph says at this moment, whoever has written it."""
    of = found.drafted
    return archive.edits(view.store, view.viewer, of.area, of.cutoff, of.lang).get(draft.id, draft.text)


def _save(view: Frame, found: Made, draft: Paragraph, body: str | None, seen: Seen) -> None:
    shown = editing.apply(found.drafted, {} if seen.last == draft.text else {draft.id: seen.last})
    text = None if body == draft.text else body
    acts.perform(
        _("Paragraph saved") if text is not None else _("The paragraph is the draft's again"),
        lambda: briefing_job.written(view.store, lambda: archive.save_edit(view.store, view.viewer, shown, draft.id, text)),
    )
