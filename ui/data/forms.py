"""Forms of other departments: add one with placeholders, have it filled from the ledgers, take it away again."""

from __future__ import annotations

import streamlit as st

from ledgers import forms as kept
from ui.shell import acts, keys
from ui.shell.frame import Frame, showing_errors
from ui.shell.uploads import kept_file
from ui.shell.words import _, plain

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def forms(page: Frame) -> None:
    """Draw the forms of this workspace: fill one for the area in view, add one, remove one."""
    names = kept.forms(page.store)
    if names:
        _fill(page, names)
        st.divider()
    else:
        st.info(_("No form has been added yet: add the workbook that a department wants, with placeholders."), icon=":material/inbox:")
    _add(page)


def _fill(page: Frame, names: list[str]) -> None:
    first, second, third = st.columns([2, 1, 2])
    name = first.selectbox(_("Form"), names, key=keys.FORM_NAME, on_change=_forget)
    day = second.date_input(_("Date of the report"), page.at.date(), key=keys.FORM_DATE, on_change=_forget)
    purpose = third.text_input(_("What it is for"), key=keys.FORM_PURPOSE, help=_("Kept with your name where the form names people."))
    st.caption(_("It is filled for the area chosen at the left, as the ledgers stood at the cut-off of that date."))
    st.caption(_("Figures of the daily report are what units confirmed and corrected; with them, a grid's form is filled for its unit."))
    with st.container(horizontal=True, vertical_alignment="center"):
        label = _("Fill {file}").format(file=plain(name))
        if st.button(label, key=keys.FORM_FILL, type="primary", icon=":material/edit_document:"):
            with showing_errors(), st.spinner(label):
                st.session_state[keys.FORM_FILLED] = kept.fill_form(page.store, page.viewer, name, day, area=page.area, purpose=purpose)
        if keys.FORM_FILLED in st.session_state:
            _download(page, f"{name.removesuffix('.xlsx')}-{day:%Y%m%d}.xlsx")
        with st.popover(_("Remove this form"), icon=":material/delete:", type="tertiary"):
            st.caption(_("It goes for everybody; what was filled with it stays with whoever has it."))
            if st.button(_("Remove {file}").format(file=plain(name)), key=keys.FORM_REMOVE, icon=":material/delete:"):
                acts.perform(_("{file} removed").format(file=plain(name)), lambda: kept.remove_form(page.store, page.viewer, name))


def _download(page: Frame, name: str) -> None:
    st.download_button(
        _("Download {file}").format(file=plain(name)),
        data=st.session_state[keys.FORM_FILLED],
        file_name=name,
        mime=XLSX,
        key=keys.FORM_GET,
        icon=":material/download:",
        on_click="ignore",
    )


def _add(page: Frame) -> None:
    upload = st.file_uploader(_("Workbook with placeholders (.xlsx)"), ["xlsx"], key=keys.FORM_FILE)
    if upload is not None:
        label = _("Add {file}").format(file=plain(upload.name))
        if st.button(label, key=keys.FORM_ADD, icon=":material/note_add:"):
            added = _("{file} added").format(file=plain(upload.name))
            acts.perform(added, lambda: kept.add_form(page.store, page.viewer, kept_file(upload)) and None)
    with st.expander(_("What can be filled in"), icon=":material/data_object:"):
        st.caption(_("A row that names a list comes once for each of its records."))
        groups = [kept.SINGLE, *([f"{group}.{name}" for name in found.fields] for group, found in kept.LISTS.items())]
        for group in groups:
            st.code("  ".join(f"{{{{{name}}}}}" for name in group), language=None, wrap_lines=True)


def _forget() -> None:
    st.session_state.pop(keys.FORM_FILLED, None)
