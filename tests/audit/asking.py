"""The product asked as anybody asks it: by its command line."""

from __future__ import annotations

import io
import json
from contextlib import redirect_stderr, redirect_stdout
from typing import Any

import commands


def ask(*arguments: object) -> dict[str, Any]:
    """Return what a command answers with ``--json``."""
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = commands.main([*map(str, arguments), "--json"])
    assert code == 0, err.getvalue()
    found: dict[str, Any] = json.loads(out.getvalue())
    return found
