"""What the study claims, above its figures: how far the data reach, what was found, the other way to travel, what it takes for granted."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from errors import N_, EpiGridError
from ledgers.roads import claim
from ledgers.roads.coverage import Study
from ui.background import coverage_job
from ui.background.coverage_job import Answer, Question
from ui.background.jobs import Job
from ui.shell import keys, state
from ui.shell.frame import Frame, page_link
from ui.shell.waiting import LOOK_EVERY_S
from ui.shell.words import _, number, plain

OTHER = {"drive": "walk", "walk": "drive"}
_OTHER_MODE = {
    "drive": (
        N_("By vehicle: {exposed} of {total} exposed, {posts} posts close every way in."),
        N_("By vehicle: {exposed} of {total} exposed, and no posts close every way in."),
        N_("By vehicle: not worked out yet."),
        N_("By vehicle: nothing can be proved."),
    ),
    "walk": (
        N_("On foot: {exposed} of {total} exposed, {posts} posts close every way in."),
        N_("On foot: {exposed} of {total} exposed, and no posts close every way in."),
        N_("On foot: not worked out yet."),
        N_("On foot: nothing can be proved."),
    ),
}


def claimed(answer: Answer) -> None:
    """Draw the claim of a study; a warning where it does not speak of the whole region."""
    study = answer.study
    reach, found = plain(claim.reach(study).text(_)), [plain(said.text(_)) for said in claim.finding(study)]
    with st.container(gap="xsmall", key=keys.COVERAGE_CLAIM):
        if whole(study):
            st.markdown(f":material/public: {reach}")
        else:
            st.warning(reach, icon=":material/warning:")
        if study.nothing_because:
            st.warning(" ".join(found), icon=":material/warning:")
            page_link("pages/data.py", _("Go to Data"), ":material/database:")
        else:
            st.markdown("**" + " ".join(found[:2]) + "** " + " ".join(found[2:]))


def whole(study: Study) -> bool:
    """Tell whether the data reach over the whole region, so that what is said of the study holds of all of it."""
    area = claim.unknown_area(study)
    return area["km2"] is not None and area["km2"] < claim.LEAST_KM2 and not area["settlements"]


def all_clear(study: Study) -> bool:
    """Tell whether calm words may be said of a study without more: it proves something, of every settlement, whatever joints are."""
    return study.proved and whole(study) and bool(study.situation.provable.all()) and not study.doubts.differs


def assumed(answer: Answer) -> None:
    """Draw what the claim takes for granted."""
    with st.expander(_("What this assumes"), icon=":material/rule:"):
        st.markdown("\n".join(f"- {plain(said.text(_))}" for said in claim.assumptions(answer.study)))


def other_mode(view: Frame, answer: Answer, asked: Question) -> None:
    """Draw what is found for the other way to travel, once that is worked out; until then the page does not wait for it."""
    if answer.question != asked:  # an older answer stands in: what was asked comes first
        return
    question = replace(answer.question, mode=OTHER[answer.question.mode])  # type: ignore[arg-type]
    job = coverage_job.ask(view.store, view.viewer, question)
    if job.done:
        _other(question, job)
        return

    def tell() -> None:
        job.touch()
        if job.done:
            st.rerun()
        _other(question, job)

    st.fragment(tell, run_every=LOOK_EVERY_S)()


def _other(question: Question, job: Job[Answer]) -> None:
    st.button(
        _said(question, job),
        key=keys.COVERAGE_OTHER,
        icon=":material/swap_horiz:",
        type="tertiary",
        help=_("Show this"),
        on_click=state.put,
        kwargs={"mode": question.mode, "posts": None},
    )


def _said(question: Question, job: Job[Answer]) -> str:
    closed, impossible, waiting, nothing = (_(text) for text in _OTHER_MODE[question.mode])
    if not job.done or job.abandoned:
        return waiting
    try:
        study = job.result().study
    except EpiGridError:
        return nothing
    if study.nothing_because:
        return nothing
    posts = study.coverage.sealing_posts
    values = {"exposed": number(study.coverage.exposed.sum()), "total": number(len(study.settlements))}
    return impossible.format(**values) if posts is None else closed.format(**values, posts=number(len(posts)))
