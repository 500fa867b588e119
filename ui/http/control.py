"""The command channel: the dashboard carries out commands given on the command line while it has the workspace open."""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
from collections.abc import AsyncIterator, Callable
from typing import Any

from starlette.responses import PlainTextResponse, Response, StreamingResponse

import channel
from commands import ON_WORKSPACE, Console, perform
from errors import InputError
from queries.store import LOCAL, Store, Viewer
from settings import workspace_path
from ui.http.door import Call

_log = logging.getLogger(__name__)


class _Line:
    """A text stream whose every write becomes a message of the answer."""

    def __init__(self, name: str, send: Callable[[dict[str, Any]], None]) -> None:
        self.name, self.send = name, send

    def write(self, text: str) -> int:
        self.send({self.name: text})
        return len(text)

    def isatty(self) -> bool:
        """Tell that no person watches: problems alone are passed on."""
        return False

    def flush(self) -> None:
        """Nothing is held back."""


def prove(call: Call) -> Response:
    """Answer a challenge: the dashboard proves itself, and gives the secret away to nobody."""
    challenge = call.request.headers.get(channel.CHALLENGE_HEADER, "")
    return PlainTextResponse(channel.proof(workspace_path(), call.door.get_token(), challenge) if challenge else "no challenge")


def control(call: Call) -> Response:
    """Carry out a command, and answer line by line what it says."""
    command = _object(call.body)
    if str(command.get("command")) not in ON_WORKSPACE:
        raise InputError("The dashboard carries out no such command.")
    # Who has the workspace's secret sits at this machine, and is not whoever is logged in at the page.
    return StreamingResponse(_answer(call.store, LOCAL, command), media_type="application/x-ndjson")


def _object(body: bytes) -> dict[str, Any]:
    """Return a JSON object; anything else is none."""
    try:
        found = json.loads(body)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


async def _answer(store: Store, viewer: Viewer, command: dict[str, Any]) -> AsyncIterator[bytes]:
    loop = asyncio.get_running_loop()
    messages: asyncio.Queue[dict[str, Any]] = asyncio.Queue()

    def send(message: dict[str, Any]) -> None:
        loop.call_soon_threadsafe(messages.put_nowait, message)

    def work() -> None:
        console = Console(_Line("out", send), _Line("err", send), command.get("lang", "en"))  # type: ignore[arg-type]
        exit_code = 1
        try:
            exit_code = perform(store, viewer, argparse.Namespace(**command), console)
        except Exception:
            _log.exception("the command %s failed", command.get("command"))
            send({"err": "The command failed in the dashboard; its log has the details.\n"})
        send({"exit": exit_code})

    task = asyncio.create_task(asyncio.to_thread(work))
    message: dict[str, Any] = {}
    while "exit" not in message:
        try:
            message = await asyncio.wait_for(messages.get(), channel.SIGN_OF_LIFE_S)
        except TimeoutError:
            message = {}
        yield json.dumps(message).encode() + b"\n"
    await task
