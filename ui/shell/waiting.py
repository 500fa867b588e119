"""Waiting for long work: its result when it is there, else what is being done and how far it is."""

from __future__ import annotations

from typing import TypeVar

import streamlit as st

from ui.background.jobs import Job
from ui.shell.words import _

T = TypeVar("T")

# What takes no longer is simply there.
PATIENCE_S = 0.7
LOOK_EVERY_S = 0.5


def waited(job: Job[T], *, patience_s: float = PATIENCE_S, told: str = "") -> T | None:
    """Return a job's result; while there is none draw how far it is, and the page again once it is done.

    ``told`` is said before what is being done. What the job raised is raised here.
    """
    if job.wait(patience_s):
        return job.result()

    def tell() -> None:
        job.touch()
        if job.done:
            st.rerun()
        doing = _(job.message) if job.message else _("Waiting for its turn")
        # The seconds show that it lives where a step takes long.
        st.progress(min(job.share, 0.99), text=f"{told}{doing} … {min(job.share, 0.99):.0%} · {job.seconds:.0f} s")

    st.fragment(tell, run_every=LOOK_EVERY_S)()
    return None
