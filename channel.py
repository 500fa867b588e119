"""How a command reaches the dashboard that has the workspace open.

DuckDB gives the file to one process. The dashboard therefore leaves its address and a secret in the workspace (readable by its owner
alone); a command sends itself there over loopback and prints what comes back: lines of JSON, ``{"out": …}``, ``{"err": …}``,
``{}`` as a sign of life, and ``{"exit": n}`` last.
"""

from __future__ import annotations

import http.client
import json
import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TextIO

PATH = "/control"
TOKEN_HEADER = "X-EpiGrid-Token"  # noqa: S105 - the name of a header
SIGN_OF_LIFE_S = 5
SILENCE_S = 30


def _file(workspace: Path) -> Path:
    return workspace / ".dashboard.json"


def announce(workspace: Path, port: int) -> str:
    """Leave the dashboard's address in the workspace and return the secret that commands must show."""
    token = secrets.token_urlsafe(32)
    file = _file(workspace)
    file.unlink(missing_ok=True)
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        json.dump({"port": port, "token": token, "pid": os.getpid()}, stream)
    return token


def withdraw(workspace: Path) -> None:
    """Take the address away again."""
    _file(workspace).unlink(missing_ok=True)


def _announced(workspace: Path) -> dict[str, Any] | None:
    try:
        found: dict[str, Any] = json.loads(_file(workspace).read_text("utf-8"))
        return found
    except (OSError, ValueError):
        return None


def address(workspace: Path) -> str | None:
    """Return the URL of the dashboard that has the workspace open, if one answers."""
    found = _announced(workspace)
    if found is None:
        return None
    connection = http.client.HTTPConnection("127.0.0.1", found["port"], timeout=3)
    try:
        connection.request("GET", "/healthz")
        return f"http://127.0.0.1:{found['port']}" if connection.getresponse().status == 200 else None
    except OSError:
        return None
    finally:
        connection.close()


def delegate(workspace: Path, command: Mapping[str, Any], *, out: TextIO, err: TextIO) -> int | None:
    """Have the dashboard carry out a command; return its exit code, or None when nothing answers.

    A dashboard that says nothing for half a minute (it gives a sign of life every five seconds) counts as not answering.
    """
    found = _announced(workspace)
    if found is None:
        return None
    connection = http.client.HTTPConnection("127.0.0.1", found["port"], timeout=SILENCE_S)
    try:
        connection.request("POST", PATH, json.dumps(command), {TOKEN_HEADER: found["token"], "Content-Type": "application/json"})
        response = connection.getresponse()
        if response.status != 200:
            return None
        while line := response.readline():
            message = json.loads(line)
            out.write(message.get("out", ""))
            err.write(message.get("err", ""))
            if "exit" in message:
                return int(message["exit"])
    except (OSError, ValueError, http.client.HTTPException):
        return None
    finally:
        connection.close()
        out.flush()
    return None
