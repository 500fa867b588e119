"""Personal data in lists: masked, until somebody opens a row and says what for; that is kept as an event."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd
import streamlit as st

from ledgers.people import privacy
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
    """Return the subjects of a table that have been opened in this visit."""
    kept: frozenset[tuple[str, str]] = st.session_state.get(keys.OPENED, frozenset())
    return frozenset(subject for name, subject in kept if name == table)


def open_button(name: str, subjects: Mapping[str, Sequence[str]]) -> None:
    """Draw the button that opens subjects, given by table; ``open_form`` draws its dialog under the same name."""
    closed = any(subject not in opened(table) for table, ids in subjects.items() for subject in ids)
    act_button(_("Show personal data"), f"{OPEN}_{name}", icon=":material/visibility:", disabled=not closed)


def open_form(view: Frame, name: str, subjects: Mapping[str, Sequence[str]]) -> None:
    """Draw the dialog of ``open_button`` while it is open: what it is for, and the button."""
    if acts.running() == f"{OPEN}_{name}":
        acts.dialog(_("Show personal data"), lambda: _form(view, subjects))


def _form(view: Frame, subjects: Mapping[str, Sequence[str]]) -> None:
    st.markdown(_("Who opens personal data, when and what for is kept in the ledger."))
    purpose = st.text_input(_("What for"), key=field(OPEN, "purpose"))
    wanted = {(table, subject) for table, ids in subjects.items() for subject in ids}
    label = _("Show {n}").format(n=number(len(wanted)))
    if st.button(label, key=field(OPEN, "go"), type="primary", disabled=not (purpose.strip() and wanted)):
        with told():
            for table, ids in subjects.items():
                privacy.disclose(view.store, view.viewer, table, ids, purpose=purpose)
            kept: frozenset[tuple[str, str]] = st.session_state.get(keys.OPENED, frozenset())
            st.session_state[keys.OPENED] = kept | wanted
            acts.stop()
            st.rerun()
