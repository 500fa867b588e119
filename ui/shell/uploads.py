"""Files that a reader uploads, as files that the ledgers can read."""

from __future__ import annotations

import shutil
import tempfile
import weakref
from pathlib import Path
from typing import Any

import streamlit as st

from ui.shell import keys


class UploadFolder:
    """A folder for the uploads of one session; it goes when the session does."""

    def __init__(self) -> None:
        self.path = Path(tempfile.mkdtemp(prefix="epigrid-"))
        weakref.finalize(self, shutil.rmtree, self.path, ignore_errors=True)


def kept_file(upload: Any) -> Path:
    """Write an uploaded file into a folder of this session's and return its path; its own name is kept, whatever folders it names."""
    folder: UploadFolder = st.session_state.setdefault(keys.DATA_FOLDER, UploadFolder())
    path = folder.path / (Path(upload.name.replace("\\", "/")).name.strip(".") or "upload")
    path.write_bytes(upload.getbuffer())
    return path
