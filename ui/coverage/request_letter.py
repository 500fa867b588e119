"""The request (请示) for posts: drafted from the study, corrected by its writer, taken away as text."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from geo.network import Mode
from ledgers.roads import request_letter
from ledgers.roads.coverage import Study
from ledgers.terms import TERMS
from ui.background import coverage_job
from ui.background.coverage_job import Answer
from ui.coverage.study_map import chosen_posts
from ui.shell import acts, cache, keys
from ui.shell.acts import act_button, dialog
from ui.shell.frame import Frame
from ui.shell.words import _, lang, when
from words import LOCALES, WRITTEN, translator, written_in


def letter_button(view: Frame, answer: Answer) -> None:
    """Draw the button that drafts the request, and its dialog."""
    posts = cache.coverage_frame(answer, "proposed", posts=chosen_posts())
    act_button(_("Draft the request"), "letter", icon=":material/description:", disabled=posts.empty)
    if acts.running() == "letter" and len(posts):
        dialog(_("Request for posts"), lambda: _letter(view, answer), width="large")


def _letter(view: Frame, answer: Answer) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        addressee = st.text_input(_("To"), value=_("the county headquarters"), key=f"{keys.LETTER}_to")
        sender = st.text_input(_("Sender"), value=view.store.setting("title") or view.store.path.name, key=f"{keys.LETTER}_from")
        written = st.segmented_control(
            _("Language"),
            WRITTEN,
            format_func=lambda code: LOCALES[code].name,
            default=written_in(lang()),
            required=True,
            key=f"{keys.LETTER}_language",
        )
    written = written or WRITTEN[0]
    posts = cache.coverage_frame(answer, "proposed", posts=chosen_posts())
    translate = translator(written)
    dated = LOCALES[written].dated(answer.study.at, "full")
    text = request_letter.draft(
        answer.study,
        posts,
        translate,
        sender=sender,
        addressee=addressee,
        when=f"{dated} {answer.study.at:%H:%M}",
        dated=dated,
        other=_other(view, answer),
        road_class=[translate(name) for name in (_class_message(code) for code in posts["highway"])],
    )
    # Another language or addressee is another draft: what was typed into the last one stays with it.
    changed = st.text_area(_("Text"), text, height=420, key=f"{keys.LETTER}_text_{written}_{hash((text,))}", label_visibility="collapsed")
    st.download_button(
        _("Download the text"),
        data=("\ufeff" + changed).encode(),
        file_name=request_letter.file_name(answer.study.at),
        mime="text/plain; charset=utf-8",
        key=f"{keys.LETTER}_get",
        icon=":material/download:",
        type="primary",
        on_click="ignore",
    )
    st.caption(_("Nothing is sent: copy it or take it away as a file. The study is of {moment}.").format(moment=when(answer.study.at)))


def _other(view: Frame, answer: Answer) -> Study:
    """Return the same study for the other way to travel: a request says what it takes on foot and by vehicle."""
    mode: Mode = "walk" if answer.question.mode == "drive" else "drive"
    with st.spinner(_("Following every way in")):
        return coverage_job.ask(view.store, view.viewer, replace(answer.question, mode=mode)).result().study


def _class_message(code: object) -> str:
    return TERMS["highway"].get(str(code), str(code))
