"""Personal data in lists: masked, until somebody opens a row and says what for; that is kept as an event.

What is open is masked again after ten minutes, and as soon as something else is opened or another file is read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from time import monotonic

import pandas as pd
import streamlit as st

from ledgers.people import privacy
from ui.shell import acts, keys
from ui.shell.acts import act_button, field
from ui.shell.frame import Frame, showing_errors
from ui.shell.words import _, number

OPEN = "open_personal"
OPEN_FOR_S = 600


@dataclass(frozen=True)
class Opening:
    """What one purpose has opened: tables and subjects, and until when by ``monotonic``."""

    subjects: frozenset[tuple[str, str]]
    until: float


def shown(view: Frame, table: str, frame: pd.DataFrame, id_column: str) -> pd.DataFrame:
    """Return a frame as a list shows it: personal columns masked, but for the rows that this visitor has opened."""
    seen = frame[id_column].isin(opened(table))
    masked = privacy.masked(view.store, table, frame)
    return pd.concat([masked[~seen], frame[seen].astype(masked.dtypes.to_dict(), errors="ignore")]).reindex(frame.index)


def search(label: str, key: str) -> str:
    """Draw a search among people or doors and return its text.

    It stays in the visit: a name or a number in the address would stand in the browser's history, in links and in logs.
    """
    kept: dict[str, str] = st.session_state.setdefault(keys.SOUGHT, {})
    st.session_state[key] = kept.get(key, "")
    st.text_input(
        label,
        key=key,
        placeholder=label,
        label_visibility="collapsed",
        icon=":material/search:",
        width=420,
        on_change=lambda: kept.update({key: st.session_state[key].strip()}),
    )
    return kept.get(key, "")


def opened(table: str) -> frozenset[str]:
    """Return the subjects of a table that are open in this visit."""
    standing = _standing()
    return frozenset(subject for name, subject in standing.subjects if name == table) if standing else frozenset()


def close_others(table: str, subject: str) -> None:
    """Mask what is open, unless it is this subject, whose file is being read."""
    if subject not in opened(table):
        st.session_state.pop(keys.OPENED, None)


def _standing() -> Opening | None:
    kept: Opening | None = st.session_state.get(keys.OPENED)
    return kept if kept and monotonic() < kept.until else None


def _close_in_time() -> None:
    """Draw the page again when the time is over, also where nobody touches it."""
    if standing := _standing():
        st.fragment(_look, run_every=standing.until - monotonic() + 1)()


def _look() -> None:
    if keys.OPENED in st.session_state and _standing() is None:
        del st.session_state[keys.OPENED]
        st.rerun()


def open_button(name: str, subjects: Mapping[str, Sequence[str]]) -> None:
    """Draw the button that opens subjects, given by table; ``open_form`` draws its dialog under the same name."""
    closed = any(subject not in opened(table) for table, ids in subjects.items() for subject in ids)
    act_button(_("Show personal data"), f"{OPEN}_{name}", icon=":material/visibility:", disabled=not closed)
    _close_in_time()


def open_form(view: Frame, name: str, subjects: Mapping[str, Sequence[str]]) -> None:
    """Draw the dialog of ``open_button`` while it is open: what it is for, and the button."""
    if acts.running() == f"{OPEN}_{name}":
        acts.dialog(_("Show personal data"), lambda: _form(view, subjects))


def _form(view: Frame, subjects: Mapping[str, Sequence[str]]) -> None:
    st.markdown(_("Who opens personal data, when and what for is kept in the ledger. It is masked again after ten minutes."))
    purpose = st.text_input(_("What for"), key=field(OPEN, "purpose"))
    wanted = {(table, subject) for table, ids in subjects.items() for subject in ids}
    label = _("Show {n}").format(n=number(len(wanted)))
    if st.button(label, key=field(OPEN, "go"), type="primary", disabled=not (purpose.strip() and wanted)):
        with showing_errors():
            for table, ids in subjects.items():
                privacy.disclose(view.store, view.viewer, table, ids, purpose=purpose)
            st.session_state[keys.OPENED] = Opening(frozenset(wanted), monotonic() + OPEN_FOR_S)
            acts.stop()
            st.rerun()
