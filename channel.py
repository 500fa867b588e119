"""How a command reaches the dashboard that has the workspace open.

DuckDB gives the file to one process. The dashboard therefore leaves its port and a secret in the workspace (readable by its owner
alone); a command sends itself there over loopback and prints what comes back: lines of JSON, ``{"out": …}``, ``{"err": …}``,
``{}`` as a sign of life, and ``{"exit": n}`` last.

Who answers at that port proves first that it knows the secret and has this very workspace: a dashboard that was killed leaves its file
behind, a copied workspace holds the file of the original, and by now another program may listen there.
"""

from __future__ import annotations

import hashlib
import hmac
import http.client
import json
import os
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

PATH = "/control"
TOKEN_HEADER = "X-EpiGrid-Token"  # noqa: S105 - the name of a header
CHALLENGE_HEADER = "X-EpiGrid-Challenge"
SIGN_OF_LIFE_S = 5
SILENCE_S = 30
_NO_ANSWER = (OSError, ValueError, http.client.HTTPException)


@dataclass(frozen=True)
class _Announcement:
    port: int
    token: str


def _file(workspace: Path) -> Path:
    return workspace / ".dashboard.json"


def announce(workspace: Path, port: int) -> str:
    """Leave the dashboard's port in the workspace and return the secret that commands must show."""
    token = secrets.token_urlsafe(32)
    file = _file(workspace)
    file.unlink(missing_ok=True)
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        json.dump({"port": port, "token": token}, stream)
    return token


def withdraw(workspace: Path) -> None:
    """Take the announcement away again."""
    _file(workspace).unlink(missing_ok=True)


def proof(workspace: Path, token: str, challenge: str) -> str:
    """Return what only a dashboard with this secret and this workspace can answer to a challenge."""
    return hmac.new(token.encode(), f"{challenge}\n{workspace}".encode(), hashlib.sha256).hexdigest()


def _announced(workspace: Path) -> _Announcement | None:
    try:
        found = json.loads(_file(workspace).read_text("utf-8"))
    except (OSError, ValueError):
        return None
    match found:
        case {"port": int(port), "token": str(token)} if 0 < port < 65536 and token.isascii() and token.isprintable():
            return _Announcement(port, token)
    return None


def _proven(workspace: Path) -> _Announcement | None:
    """Return the announcement of the workspace if its dashboard answers at that port; the secret itself is not sent."""
    found = _announced(workspace)
    if found is None:
        return None
    challenge = secrets.token_urlsafe(32)
    connection = http.client.HTTPConnection("127.0.0.1", found.port, timeout=SILENCE_S)  # it may be busy drawing
    try:
        connection.request("GET", PATH, headers={CHALLENGE_HEADER: challenge})
        answer = connection.getresponse().read(200)
    except _NO_ANSWER:
        return None
    finally:
        connection.close()
    return found if hmac.compare_digest(answer, proof(workspace, found.token, challenge).encode()) else None


def address(workspace: Path) -> str | None:
    """Return the URL of the dashboard that has the workspace open, if it answers."""
    found = _proven(workspace)
    return f"http://127.0.0.1:{found.port}" if found else None


def delegate(workspace: Path, command: Mapping[str, Any], *, out: TextIO, err: TextIO) -> int | None:
    """Have the dashboard carry out a command; return its exit code, or None when nothing answers.

    A dashboard that says nothing for half a minute (it gives a sign of life every five seconds) counts as not answering.
    """
    found = _proven(workspace)
    try:
        # Writing lies outside what is caught below: a reader who has gone is no dashboard that does not answer.
        for message in _answers(found, command) if found else ():
            out.write(message.get("out", ""))
            err.write(message.get("err", ""))
            if "exit" in message:
                return int(message["exit"])
    finally:
        out.flush()
    return None


def _answers(found: _Announcement, command: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the messages of a command that the dashboard carries out, until it falls silent."""
    connection = http.client.HTTPConnection("127.0.0.1", found.port, timeout=SILENCE_S)
    try:
        connection.request("POST", PATH, json.dumps(command), {TOKEN_HEADER: found.token, "Content-Type": "application/json"})
        response = connection.getresponse()
        while response.status == 200 and (line := response.readline()):
            yield json.loads(line)
    except _NO_ANSWER:
        return
    finally:
        connection.close()
