"""The one door to everything that is not a page: here it is settled who asks, whether they may, and what a failure answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from errors import AccessDenied, Changed, EpiGridError, InputError, NotFound, StoreBusy
from queries.store import Store, Viewer
from ui.http.answers import Kept, refusal, translate
from ui.http.basemap import Basemap
from words import Translate

GetStore = Callable[[], Store]
GetViewer = Callable[[Request], Viewer]

# What a known failure answers: the first that fits. Whatever is no EpiGridError surfaces as 500.
STATUS: tuple[tuple[type[EpiGridError], int], ...] = (
    (InputError, 400),
    (AccessDenied, 403),
    (NotFound, 404),
    (Changed, 409),
    (StoreBusy, 503),
    (EpiGridError, 400),
)
MAX_BYTES = 1_000_000


@dataclass(frozen=True)
class Door:
    """What every request is answered from.

    Attributes
    ----------
    get_store
        Returns the open workspace; called on every request.
    get_viewer
        Returns who asks. The scope of what they may see is applied by the store.
    get_token
        Returns the secret of the command channel; an empty one lets nobody in.
    basemap, answers, tiles
        What is kept between requests.
    """

    get_store: GetStore
    get_viewer: GetViewer
    get_token: Callable[[], str] = lambda: ""
    basemap: Basemap = field(default_factory=Basemap)
    answers: Kept = field(default_factory=lambda: Kept(96))
    tiles: Kept = field(default_factory=lambda: Kept(600))

    def route(self, address: Address) -> Route:
        """Return the route of an address."""

        async def answered(request: Request) -> Response:
            call = Call(self, request)
            try:
                address.guard(call)
                call.body = await _body(request) if address.method == "POST" else b""
                # Handlers are plain functions and may take long: each runs in a thread.
                return await run_in_threadpool(_enter, address, call)
            except EpiGridError as error:
                return await run_in_threadpool(_refused, error, request)

        return Route(address.path, answered, methods=[address.method])


@dataclass
class Call:
    """One request: what is asked, of which workspace, by whom."""

    door: Door
    request: Request
    body: bytes = b""

    @cached_property
    def store(self) -> Store:
        """The open workspace."""
        return self.door.get_store()

    @cached_property
    def viewer(self) -> Viewer:
        """Who asks."""
        return self.door.get_viewer(self.request)

    @property
    def asked(self) -> QueryParams:
        """The parameters of the address."""
        return self.request.query_params

    @property
    def translate(self) -> Translate:
        """What puts a message into the reader's language."""
        return translate(self.request)

    @cached_property
    def moment(self) -> datetime:
        """The moment asked about: ``at``, else the workspace's clock."""
        return self.store.moment(self.time("at"))

    @property
    def area(self) -> str | None:
        """The area asked about, or None for all that the viewer sees."""
        return self.asked.get("area") or None

    def part(self, name: str) -> str:
        """Return a part of the path."""
        return str(self.request.path_params[name])

    def time(self, name: str) -> str | None:
        """Return a time parameter; a ``+`` that was not percent-encoded arrives as a blank before the offset, and is put back."""
        text = self.asked.get(name) or None
        return text.replace(" ", "+") if text and "T" in text else text


@dataclass(frozen=True)
class Address:
    """An address and what answers it.

    Attributes
    ----------
    path, method
        As Starlette writes them.
    answer
        Returns the response; raises an ``EpiGridError`` to refuse.
    guard
        Which requests may pass at all, whoever asks; raises AccessDenied.
    public
        Nobody is asked who they are: nothing of the records is told.
    """

    path: str
    answer: Callable[[Call], Response]
    method: str = "GET"
    guard: Callable[[Call], None] = lambda call: None
    public: bool = False


def _enter(address: Address, call: Call) -> Response:
    """Answer a call. Whoever may not be here is turned away by asking who they are, before anything is done for them."""
    if not address.public:
        _ = call.viewer
    return address.answer(call)


def _refused(error: EpiGridError, request: Request) -> Response:
    return refusal(next(status for kind, status in STATUS if isinstance(error, kind)), error.text(translate(request)))


async def _body(request: Request) -> bytes:
    """Return the body; one that is too large is not read to its end."""
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > MAX_BYTES:
            raise InputError("That is too much at once; send fewer entries.")
    return bytes(body)
