"""Personal data in lists: masked, until somebody opens a row and says what for; that is kept as an event."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from ledgers import privacy
from ui import acts, keys
from ui.acts import act_button, field
from ui.frame import Frame, told
from ui.words import _, number

OPEN = "open_personal"


def shown(view: Frame, table: str, frame: pd.DataFrame, id_column: str) -> pd.DataFrame:
    """Return a frame as a list shows it: personal columns masked, but for the rows that this visitor has opened."""
    seen = frame[id_column].isin(opened(table))
    masked = privacy.masked(view.store, table, frame)
    return pd.concat([masked[~seen], frame[seen].astype(masked.dtypes.to_dict(), errors="ignore")]).reindex(frame.index)


def opened(table: str) -> frozenset[str]:
    """Return the subjects of a table that have been opened in this visit."""
    kept: frozenset[tuple[str, str]] = st.session_state.get(keys.OPENED, frozenset())
    return frozenset(subject for name, subject in kept if name == table)


def open_button(table: str, subjects: list[str]) -> None:
    """Draw the button that opens subjects of a table; ``open_form`` draws its dialog."""
    closed = [subject for subject in subjects if subject not in opened(table)]
    act_button(_("Show personal data"), f"{OPEN}_{table}", icon=":material/visibility:", disabled=not closed)


def open_form(view: Frame, table: str, subjects: list[str]) -> None:
    """Draw the dialog of ``open_button`` while it is open: what it is for, and the button."""
    if acts.running() == f"{OPEN}_{table}":
        acts.dialog(_("Show personal data"), lambda: _form(view, table, subjects))


def _form(view: Frame, table: str, subjects: list[str]) -> None:
    st.markdown(_("Who opens personal data, when and what for is kept in the ledger."))
    purpose = st.text_input(_("What for"), key=field(OPEN, "purpose"))
    label = _("Show {n}").format(n=number(len(subjects)))
    if st.button(label, key=field(OPEN, "go"), type="primary", disabled=not (purpose.strip() and subjects)):
        with told():
            privacy.disclose(view.store, view.viewer, table, subjects, purpose=purpose)
            kept: frozenset[tuple[str, str]] = st.session_state.get(keys.OPENED, frozenset())
            st.session_state[keys.OPENED] = kept | {(table, subject) for subject in subjects}
            acts.stop()
            st.rerun()
