"""Which requests may pass, whoever asks: those to this host, from this dashboard's own pages, from its own command line."""

from __future__ import annotations

import ipaddress
import secrets
from collections.abc import Collection
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

import channel
from errors import N_, AccessDenied, InputError
from ui.http.answers import refusal, translate
from ui.http.door import Call

FIELD_HEADER = "x-epigrid-field"


def own_pages(call: Call) -> None:
    """Let this dashboard's own pages pass: no other page can set the machine to work."""
    if call.request.headers.get("sec-fetch-site", "none") not in ("none", "same-origin"):
        raise AccessDenied("Files are handed out to this dashboard's own pages alone.")


def own_entries(call: Call) -> None:
    """Let entries of this dashboard's own page pass.

    An entry changes the ledger, so a page of another origin must not be able to send one: a header of ours, which a browser sends to
    another origin only after asking, and the origin itself.
    """
    headers = call.request.headers
    origin = headers.get("origin")
    ours = origin is None or urlsplit(origin).netloc.lower() == headers.get("host", "").lower()
    if not ours or headers.get("sec-fetch-site", "same-origin") != "same-origin" or FIELD_HEADER not in headers:
        raise AccessDenied("Entries are taken from this dashboard's own page alone.")
    if headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise InputError("Entries are sent as JSON.")


def own_commands(call: Call) -> None:
    """Let commands pass that show the workspace's secret."""
    token = call.door.get_token()
    if not token or not secrets.compare_digest(call.request.headers.get(channel.TOKEN_HEADER, "").encode(), token.encode()):
        raise AccessDenied("Commands are taken from this workspace's own command line alone.")


class LoopbackOnly:
    """Turn away requests that do not name this machine as their host: a web page elsewhere cannot then reach in by DNS rebinding.

    Parameters
    ----------
    app
        The application within.
    allowed
        Other host names to answer to, without port.
    """

    def __init__(self, app: ASGIApp, *, allowed: Collection[str] = ()) -> None:
        self._app = app
        self._allowed = frozenset(name.lower() for name in allowed)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on a request whose Host is this machine or allowed; refuse any other."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        host = _host_name(dict(scope["headers"]).get(b"host", b"").decode("latin-1"))
        if host in self._allowed or _is_loopback(host):
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 1008})
        else:
            told = N_("This host name is not one of this server's; open it by the address it printed at start.")
            await refusal(421, translate(Request(scope))(told))(scope, receive, send)


def _host_name(header: str) -> str:
    """Return the name in a Host header, without port and brackets."""
    name = header[1:].partition("]")[0] if header.startswith("[") else header.partition(":")[0]
    return name.lower()


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
