"""The briefing as it will be printed, page by page, and its files to take away."""

from __future__ import annotations

import streamlit as st

from briefing import archive, publish
from briefing.model import Briefing
from briefing.writers import FORMATS
from errors import N_
from ui.background import briefing_job
from ui.briefing.view import Made
from ui.http.briefing import address
from ui.shell import acts, keys
from ui.shell.acts import act_button
from ui.shell.frame import Frame, showing_errors
from ui.shell.waiting import waited
from ui.shell.words import _, number, plain, when

ACT = "briefing_issue"
HEIGHT = 860
FORMS = {
    "docx": (N_("Word"), ":material/description:"),
    "pdf": ("PDF", ":material/picture_as_pdf:"),
    "pptx": (N_("Slides"), ":material/slideshow:"),
    "html": (N_("Web page"), ":material/html:"),
    "xlsx": (N_("Tables"), ":material/table:"),
}


def downloads(view: Frame, found: Made) -> None:
    """Draw the links to the files, each written when it is fetched, and the button that issues the briefing."""
    with st.container(horizontal=True, gap="xsmall", vertical_alignment="center", key=keys.BRIEFING_FILES):
        for form in FORMATS:
            label, icon = FORMS[form]
            file = f"{publish.file_stem(found.whole)}.{form}"
            st.link_button(_(label), address(form, found.question, found.chosen), icon=icon, help=file)
        act_button(_("Issue this briefing"), ACT, icon=":material/verified:", primary=True)
    if acts.running() == ACT:
        acts.dialog(_("Issue this briefing"), lambda: _issue(view, found))


def _issue(view: Frame, found: Made) -> None:
    whole = found.whole
    said = _("{title}, cut-off {cutoff}: its {n} numbers and every word of it are kept as they stand, among the past briefings.")
    st.markdown(said.format(title=plain(whole.title), cutoff=plain(when(whole.cutoff, year=True)), n=number(len(whole.numbers))))
    if found.chosen.parts != briefing_job.PARTS:
        st.warning(_("Some parts are left out of it."), icon=":material/checklist:")
    if st.button(_("Issue it"), key=acts.field(ACT, "go"), type="primary", icon=":material/verified:"):
        names = [f"{publish.file_stem(whole)}.{form}" for form in FORMATS]
        with showing_errors():
            event = briefing_job.written(view.store, lambda: archive.record(view.store, view.viewer, whole, names))
            acts.done(_("Issued: {title}").format(title=plain(whole.title)), [event])


def pages(view: Frame, whole: Briefing, maps: tuple[str, ...], *, name: str) -> None:
    """Draw the printed pages of a briefing with its maps; while they are being made, how far that is."""
    with st.container(height=HEIGHT, border=True, key=f"{keys.BRIEFING_PAGES}_{name}"), showing_errors():
        sheets = waited(briefing_job.ask_sheets(view.store, view.viewer, whole, maps))
        printed = waited(briefing_job.ask_printed(view.store, whole, sheets)) if sheets is not None else None
        if printed is not None:
            st.image(list(printed), width="stretch", alt=[_("Page {n}").format(n=n + 1) for n in range(len(printed))])
