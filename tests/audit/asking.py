"""The product asked for its answers: by its command line, and for the draft of a briefing, whose maps would take a minute to draw."""

from __future__ import annotations

import io
import json
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

import commands
from briefing.draft import draft
from queries.store import LOCAL, open_store
from ui.background.jobs import jobs
from ui.shell import state


def ask(*arguments: object) -> dict[str, Any]:
    """Return what a command answers with ``--json``."""
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = commands.main([*map(str, arguments), "--json"])
    assert code == 0, err.getvalue()
    found: dict[str, Any] = json.loads(out.getvalue())
    return found


def briefing_numbers(workspace: Path, area: str, at: str | None = None) -> tuple[str, list[Any]]:
    """Return the cut-off of a briefing and its printed numbers, as ``brief --json`` has them, without drawing its maps."""
    with open_store(workspace) as store:
        found = draft(store, LOCAL, area, at=at)
    runs = [run for section in found.sections for paragraph in section.paragraphs for run in paragraph.runs]
    return found.cutoff.isoformat(), [run for run in runs if hasattr(run, "query")]


def emptied(workspace: Path) -> None:
    """Make a workspace that holds nothing."""
    open_store(workspace).close()


def left() -> None:
    """Leave the workspace that pages have opened."""
    jobs.finish()
    state.close_store()
