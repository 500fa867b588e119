"""The server of ``command_map.py``: one page with one of the maps, the map's routes, and a tally of what they take."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from queries.store import LOCAL
from ui.http.door import Door
from ui.http.routes import routes
from ui.shell import state

tally = {"bytes": 0, "cpu": 0.0}


class Tally:
    """Add up the bytes of what the map fetches."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith(("/layers", "/basemap", "/network")):
            await self.app(scope, receive, send)
            return

        async def counted(message: Message) -> None:
            tally["bytes"] += len(message.get("body", b""))
            await send(message)

        await self.app(scope, receive, counted)


def take_tally(_: Request) -> JSONResponse:
    """Return the bytes fetched and the processor time of the whole server since last asked."""
    now = time.process_time()
    taken = {"bytes": tally["bytes"], "cpu_ms": (now - tally["cpu"]) * 1000}
    tally.update(bytes=0, cpu=now)
    return JSONResponse(taken)


door = Door(state.store, lambda _: LOCAL)


@asynccontextmanager
async def lifespan(_: st.App) -> AsyncIterator[dict[str, object]]:
    """Prepare the basemap before the first visitor."""
    door.basemap.tiles(state.store())
    yield {}
    state.close_store()


app = st.App(
    Path(__file__).with_name("page.py"),
    lifespan=lifespan,
    routes=[Route("/tally", take_tally), *routes(door)],
    middleware=[Middleware(Tally)],
)
