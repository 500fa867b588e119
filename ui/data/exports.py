"""Giving out: a layer with its state at the moment in view, and the whole workspace as one file and back."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

import streamlit as st

from ledgers.backup import restore_backup, write_backup
from ledgers.exports import TABLES, WRITERS, export_layer
from ledgers.intake.record_columns import RECORD_FIELDS
from queries.layers import LAYERS
from ui.shell import acts, keys
from ui.shell.frame import Frame, told
from ui.shell.uploads import kept_file
from ui.shell.words import _, lang, plain, term, when


def made(name: str, write: Callable[[Path], None]) -> bytes:
    """Return the content of a file that ``write`` makes."""
    with tempfile.TemporaryDirectory(prefix="epigrid-") as folder:
        path = Path(folder) / name
        write(path)
        return path.read_bytes()


def exports(page: Frame) -> None:
    """Draw the download of a layer as it stands at the moment in view."""
    st.caption(_("As of {moment}; choose another moment on the command map.").format(moment=when(page.at, year=True)))
    first, second = st.columns(2)
    layer = first.selectbox(
        _("Layer"),
        [*LAYERS, *RECORD_FIELDS],
        index=list(LAYERS).index("entrances"),
        format_func=lambda name: term("layer", name),
        key=keys.EXPORT_LAYER,
    )
    kinds = TABLES if layer in RECORD_FIELDS else tuple(WRITERS)
    kind = second.segmented_control(_("Format"), [suffix[1:] for suffix in kinds], default="xlsx", required=True, key=keys.EXPORT_KIND)
    if layer in RECORD_FIELDS:
        st.caption(_("Names, numbers and addresses are written in full; that they were is recorded with your name."))
    name = f"{layer}-{page.at:%Y%m%d-%H%M}.{kind}"
    st.download_button(
        _("Download {file}").format(file=name),
        data=lambda: made(name, lambda path: export_layer(page.store, page.viewer, layer, path, at=page.at, language=lang())),
        file_name=name,
        key=keys.EXPORT_GET,
        type="primary",
        icon=":material/download:",
        on_click="ignore",
    )


def backups(page: Frame) -> None:
    """Draw the backup of the workspace, and its return."""
    name = f"epigrid-{page.store.path.name}-{page.store.now():%Y%m%d-%H%M}.zip"
    st.download_button(
        _("Download a backup of the whole workspace"),
        data=lambda: made(name, lambda path: write_backup(page.store, page.viewer, path)),
        file_name=name,
        key=keys.BACKUP_GET,
        type="primary",
        icon=":material/download:",
        on_click="ignore",
    )
    st.divider()
    upload = st.file_uploader(_("Backup to restore"), ["zip"], key=keys.BACKUP_FILE)
    if upload is None:
        return
    sure = st.checkbox(_("Replace everything in this workspace; what it holds now is saved under exports/ first"), key=keys.BACKUP_SURE)
    label = _("Restore {file}").format(file=plain(upload.name))
    if st.button(label, key=keys.BACKUP_RESTORE, disabled=not sure, icon=":material/settings_backup_restore:"):
        _restore(page, kept_file(upload))


def _restore(page: Frame, file: Path) -> None:
    with told(), st.spinner(_("Restoring {file} ...").format(file=plain(file.name)), show_time=True):
        kept = restore_backup(page.store, page.viewer, file)
        said = _("Restored from {file}").format(file=plain(file.name))
        before = _("What the workspace held before is in {file}").format(file=plain(str(kept)))
        acts.done(f"{said}. {before}" if kept else said)
