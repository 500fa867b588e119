"""The route by which the dashboard carries out commands given on the command line while it has the workspace open."""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import secrets
from collections.abc import AsyncIterator, Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

import channel
from commands import ON_WORKSPACE, Console, perform
from queries.store import Store
from settings import workspace_path

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


def control_routes(get_store: Callable[[], Store], get_token: Callable[[], str]) -> list[Route]:
    """Return the routes of the command channel: the dashboard proves itself, and serves only who shows the workspace's secret."""

    async def prove(request: Request) -> Response:
        challenge = request.headers.get(channel.CHALLENGE_HEADER, "")
        return PlainTextResponse(channel.proof(workspace_path(), get_token(), challenge) if challenge else "no challenge")

    async def control(request: Request) -> Response:
        token = get_token()
        if not token or not secrets.compare_digest(request.headers.get(channel.TOKEN_HEADER, "").encode(), token.encode()):
            return PlainTextResponse("not allowed", 403)
        command = _object(await request.body())
        if str(command.get("command")) not in ON_WORKSPACE:
            return PlainTextResponse("no such command", 400)
        return StreamingResponse(_answer(get_store(), command), media_type="application/x-ndjson")

    return [Route(channel.PATH, prove, methods=["GET"]), Route(channel.PATH, control, methods=["POST"])]


def _object(body: bytes) -> dict[str, Any]:
    """Return a JSON object; anything else is none."""
    try:
        found = json.loads(body)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


async def _answer(store: Store, command: dict[str, Any]) -> AsyncIterator[bytes]:
    loop = asyncio.get_running_loop()
    messages: asyncio.Queue[dict[str, Any]] = asyncio.Queue()

    def send(message: dict[str, Any]) -> None:
        loop.call_soon_threadsafe(messages.put_nowait, message)

    def work() -> None:
        console = Console(_Line("out", send), _Line("err", send), command.get("lang", "en"))  # type: ignore[arg-type]
        exit_code = 1
        try:
            exit_code = perform(store, argparse.Namespace(**command), console)
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
