"""What the browser fetches beside the pages: layers, the basemap's tiles, assets, and a sign of life.

Every answer is made in a worker thread, kept for the moment it holds, and sent with an ETag, so that a map that comes back costs nothing.
"""

from __future__ import annotations

import gzip
import hashlib
import ipaddress
import json
import re
import threading
from collections import OrderedDict
from collections.abc import Callable, Collection, Hashable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import geopandas as gpd
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Receive, Scope, Send

from errors import AccessDenied, EpiGridError, StoreBusy
from geo import network, road_layers
from geo.tiles import MAX_ZOOM, RoadTiles, extent
from ledgers import state
from ledgers.risk import shades
from ledgers.roads import coverage_frames, marks, road_edits
from ledgers.roads.coverage import Study
from queries.layers import LAYERS
from queries.store import LOCAL, Store, Viewer
from queries.view import View
from ui import bundle, coverage_job
from ui.geojson import feature_collection
from ui.styles import STYLES

GetStore = Callable[[], Store]
GetViewer = Callable[[Request], Viewer]

VERSION = "0.1.0"

# The files whose change makes another basemap.
_BASEMAP_LAYERS = ("roads", "areas", "compounds", "buildings", "venues")
_FOR_GOOD = "private, max-age=31536000, immutable"
_KEPT_ANSWERS = 96
_KEPT_TILES = 600
_STATUS: tuple[tuple[type[EpiGridError], int], ...] = ((AccessDenied, 403), (StoreBusy, 503), (EpiGridError, 400))


def _junctions(part: str) -> Callable[[Study, int | None], gpd.GeoDataFrame]:
    def of(study: Study, posts: int | None) -> gpd.GeoDataFrame:
        frame = coverage_frames.junctions(study)
        return frame if part == "all" else frame[frame["leading"] == (part == "leading")]

    return of


# The layers of a study, by what makes each of it and of the number of posts chosen.
_COVERAGE: dict[str, Callable[[Study, int | None], gpd.GeoDataFrame]] = {
    "exposed": lambda study, posts: coverage_frames.exposed(study),
    "routes": lambda study, posts: coverage_frames.routes_in(study),
    "junctions": _junctions("all"),
    "leading": _junctions("leading"),
    "others": _junctions("others"),
    "proposed": lambda study, posts: coverage_frames.proposed(study, posts=posts),
    "proof": lambda study, posts: coverage_frames.proof(study),
    "marks": lambda study, posts: coverage_frames.marks(study.marks, study.junctions),
    "sources": lambda study, posts: coverage_frames.sources(study),
    "joints": lambda study, posts: coverage_frames.joints(study),
    "entries": lambda study, posts: coverage_frames.entries(study),
    "unknown": lambda study, posts: coverage_frames.unknown(study),
}
_JUNCTION_COLUMNS = (*STYLES["leading"].columns, "leading")


def _marks(store: Store, viewer: Viewer, at: datetime, known_at: str | None) -> gpd.GeoDataFrame:
    return coverage_frames.marks(marks.marks(store, viewer, at=at, known_at=known_at), store.layer("junctions", viewer))


def _edits(store: Store, viewer: Viewer, at: datetime, known_at: str | None) -> gpd.GeoDataFrame:
    edits = road_edits.edits(store, viewer, at=at, known_at=known_at)
    return edits.assign(id=edits["edit_id"], name="")


# What planners put on the map, which needs no study.
_PLANNING: dict[str, Callable[[Store, Viewer, datetime, str | None], gpd.GeoDataFrame]] = {"marks": _marks, "edits": _edits}


@dataclass(frozen=True)
class Answer:
    """A body ready to send: gzipped, with the tag that names its content."""

    packed: bytes
    tag: str

    @classmethod
    def of(cls, body: bytes) -> Answer:
        """Pack a body."""
        return cls(gzip.compress(body, 5, mtime=0), f'"{hashlib.blake2b(body, digest_size=12).hexdigest()}"')


class Kept:
    """The last few answers, by what they answer. Safe to share between threads; what fails is not kept."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._answers: OrderedDict[Hashable, Answer] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable, make: Callable[[], bytes]) -> Answer:
        """Return the kept answer, or make, pack and keep it."""
        with self._lock:
            if key in self._answers:
                self._answers.move_to_end(key)
                return self._answers[key]
        answer = Answer.of(make())
        with self._lock:
            self._answers[key] = answer
            while len(self._answers) > self._size:
                self._answers.popitem(last=False)
        return answer


class Basemap:
    """The workspace's own roads and ground: where they lie, and their tiles, cut anew when their files change.

    Preparing the tiles of a city takes about a second: whoever starts the server may call ``tiles`` ahead of the first visitor.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._revision = ""
        self._tiles: RoadTiles | None = None

    def revision(self, store: Store) -> str:
        """Return what names the present basemap."""
        return _files_revision([store.path / "layers" / f"{name}.parquet" for name in _BASEMAP_LAYERS])

    def about(self, store: Store) -> dict[str, Any]:
        """Return the basemap's revision, its bounds (west, south, east, north; or none), where its roads come from, and its depth."""
        areas, roads = store.layer("areas", LOCAL), store.layer("roads", LOCAL)
        sources = sorted(set(roads["source"].dropna().astype("str")))
        return {"revision": self.revision(store), "bounds": extent([areas, roads]), "sources": sources, "maxZoom": MAX_ZOOM}

    def tiles(self, store: Store) -> tuple[str, RoadTiles]:
        """Return the basemap's revision and its tiles."""
        revision = self.revision(store)
        with self._lock:
            if self._tiles is None or revision != self._revision:
                # The ground everyone stands on is not confined to a viewer's areas: it carries no names but those of roads.
                layers = {name: store.layer(name, LOCAL) for name in _BASEMAP_LAYERS}
                green = layers["venues"][layers["venues"]["kind"] == "park"]
                self._tiles = RoadTiles(
                    layers["roads"], layers["areas"], compounds=layers["compounds"], buildings=layers["buildings"], green=green
                )
                self._revision = revision
            return revision, self._tiles


def layer_routes(get_store: GetStore, get_viewer: GetViewer, *, basemap: Basemap | None = None) -> list[BaseRoute]:
    """Return the routes that the map needs.

    Parameters
    ----------
    get_store
        The open workspace; called on every request.
    get_viewer
        Who asks. The scope of what they may see is applied by the store.
    basemap
        One that the caller prepares ahead.
    """
    answers, tiles, ground = Kept(_KEPT_ANSWERS), Kept(_KEPT_TILES), basemap or Basemap()

    def layer(request: Request) -> Response:
        name = request.path_params["name"]
        if name not in LAYERS:
            return _refuse(404, f"There is no layer {name!r}; there are: {', '.join(LAYERS)}.")
        store, viewer = get_store(), get_viewer(request)
        at, known_at, area = _moment(request, "at"), _moment(request, "known_at"), request.query_params.get("area") or None
        moment = store.moment(at)
        columns = STYLES[name].columns if name in STYLES else tuple(LAYERS[name].columns)
        key = (
            name,
            # Without a moment the answer is that of now, and now lasts a minute, or until the next commit.
            moment if at else moment.replace(second=0, microsecond=0),
            known_at,
            area,
            viewer,
            store.path,
            store.revision,
            _files_revision([store.path / "layers" / f"{name}.parquet"]),
        )

        def make() -> bytes:
            return feature_collection(state.layer(store, viewer, name, at=moment, known_at=known_at, area=area), columns)

        return _send(request, answers.get(key, make), "application/geo+json", "private, no-cache")

    def shade(request: Request) -> Response:
        name = request.path_params["name"]
        if name not in shades.NAMES:
            return _refuse(404, f"Areas have no shade {name!r}; there are: {', '.join(shades.NAMES)}.")
        store, viewer = get_store(), get_viewer(request)
        at, known_at, area = _moment(request, "at"), _moment(request, "known_at"), request.query_params.get("area") or None
        moment = store.moment(at)
        key = ("shade", name, moment if at else moment.replace(second=0, microsecond=0), known_at, area, viewer, store.path, store.revision)

        def make() -> bytes:
            return feature_collection(
                shades.layer(View(store, viewer, at=moment, known_at=known_at, area=area), name), STYLES[name].columns
            )

        return _send(request, answers.get(key, make), "application/geo+json", "private, no-cache")

    def open_ends(request: Request) -> Response:
        store, viewer = get_store(), get_viewer(request)
        folder = store.path / "network"

        def make() -> bytes:
            if viewer.areas is not None or not (folder / "ways.parquet").exists():
                return b'{"type":"FeatureCollection","sources":[],"features":[]}'
            return feature_collection(road_layers.open_ends(network.load(folder)), ())

        key = ("open_ends", viewer, _files_revision([folder / "ways.parquet", folder / "open_node.npy"]))
        return _send(request, answers.get(key, make), "application/geo+json", "private, no-cache")

    def coverage(request: Request) -> Response:
        name = request.path_params["name"]
        if name not in _COVERAGE:
            return _refuse(404, f"A study has no layer {name!r}; it has: {', '.join(_COVERAGE)}.")
        store, viewer = get_store(), get_viewer(request)
        asked = request.query_params
        posts = int(asked["posts"]) if re.fullmatch(r"[0-9]{1,6}", asked.get("posts", "")) else None
        question = coverage_job.Question.of(store.moment(_moment(request, "at")), asked.get("mode"), asked.get("sites"))

        def make() -> bytes:
            study = coverage_job.ask(store, viewer, question).result().study
            return feature_collection(_COVERAGE[name](study, posts), STYLES[name].columns if name in STYLES else _JUNCTION_COLUMNS)

        key = ("coverage", name, posts, question.key(store, viewer))
        return _send(request, answers.get(key, make), "application/geo+json", "private, no-cache")

    def planning(request: Request) -> Response:
        name = request.path_params["name"]
        if name not in _PLANNING:
            return _refuse(404, f"Planning has no layer {name!r}; it has: {', '.join(_PLANNING)}.")
        store, viewer = get_store(), get_viewer(request)
        at, known_at = _moment(request, "at"), _moment(request, "known_at")
        moment = store.moment(at)
        key = ("planning", name, moment if at else moment.replace(second=0, microsecond=0), known_at, viewer, store.path, store.revision)

        def make() -> bytes:
            return feature_collection(_PLANNING[name](store, viewer, moment, known_at), STYLES[name].columns)

        return _send(request, answers.get(key, make), "application/geo+json", "private, no-cache")

    def about_basemap(request: Request) -> Response:
        store = get_store()
        answer = answers.get(("basemap", ground.revision(store)), lambda: json.dumps(ground.about(store)).encode())
        return _send(request, answer, "application/json", "private, no-cache")

    def tile(request: Request) -> Response:
        z, x, y = (request.path_params[c] for c in "zxy")
        if not (z <= MAX_ZOOM and x < 2**z and y < 2**z):
            return _refuse(404, f"There is no tile {z}/{x}/{y}; tiles go to zoom {MAX_ZOOM}.")
        revision, cut = ground.tiles(get_store())
        answer = tiles.get((revision, z, x, y), lambda: json.dumps(cut.tile(z, x, y), ensure_ascii=False, separators=(",", ":")).encode())
        # A revision in the address names the content; a page that still asks for an older one gets today's, and must ask again.
        lasting = request.path_params["revision"] == revision
        return _send(request, answer, "application/json", _FOR_GOOD if lasting else "no-store")

    def script(request: Request) -> Response:
        answer = answers.get(("script", bundle.version()), bundle.script)
        lasting = request.path_params["version"] == bundle.version()
        return _send(request, answer, "text/javascript", _FOR_GOOD if lasting else "no-store")

    return [
        Route("/healthz", lambda _: JSONResponse({"ok": True, "version": VERSION}), methods=["GET"]),
        Route("/layers/{name}.geojson", _guarded(layer), methods=["GET"]),
        Route("/shades/{name}.geojson", _guarded(shade), methods=["GET"]),
        Route("/network/open_ends.geojson", _guarded(open_ends), methods=["GET"]),
        Route("/coverage/{name}.geojson", _guarded(coverage), methods=["GET"]),
        Route("/planning/{name}.geojson", _guarded(planning), methods=["GET"]),
        Route("/basemap.json", _guarded(about_basemap), methods=["GET"]),
        Route("/basemap/{revision}/{z:int}/{x:int}/{y:int}.json", _guarded(tile), methods=["GET"]),
        Route("/assets/map/{version}.js", script, methods=["GET"]),
        Mount("/assets/leaflet", StaticFiles(directory=bundle.LEAFLET)),
        Mount("/assets/epigrid", StaticFiles(directory=bundle.ASSETS)),
    ]


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
            await _refuse(421, "This host name is not one of this server's; open it by the address it printed at start.")(
                scope, receive, send
            )


def _host_name(header: str) -> str:
    """Return the name in a Host header, without port and brackets."""
    name = header[1:].partition("]")[0] if header.startswith("[") else header.partition(":")[0]
    return name.lower()


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _moment(request: Request, name: str) -> str | None:
    """Return a time parameter; a ``+`` that was not percent-encoded arrives as a blank before the offset, and is put back."""
    text = request.query_params.get(name) or None
    return text.replace(" ", "+") if text and "T" in text else text


def _guarded(handler: Callable[[Request], Response]) -> Callable[[Request], Response]:
    """Answer a known failure with its sentence as JSON; others surface. Handlers are plain functions: Starlette runs them in threads."""

    def guarded(request: Request) -> Response:
        try:
            return handler(request)
        except EpiGridError as error:
            return _refuse(next(status for kind, status in _STATUS if isinstance(error, kind)), str(error))

    return guarded


def _refuse(status: int, message: str) -> JSONResponse:
    return JSONResponse({"error": message}, status_code=status, headers={"X-Content-Type-Options": "nosniff", "Cache-Control": "no-store"})


def _send(request: Request, answer: Answer, media_type: str, caching: str) -> Response:
    headers = {
        "ETag": answer.tag,
        "Cache-Control": caching,
        "Vary": "Accept-Encoding",
        "X-Content-Type-Options": "nosniff",
        "Cross-Origin-Resource-Policy": "same-origin",
    }
    known = {tag.strip().removeprefix("W/") for tag in request.headers.get("if-none-match", "").split(",")}
    if answer.tag in known:
        return Response(status_code=304, headers=headers)
    if "gzip" in request.headers.get("accept-encoding", ""):
        return Response(answer.packed, media_type=media_type, headers={**headers, "Content-Encoding": "gzip"})
    return Response(gzip.decompress(answer.packed), media_type=media_type, headers=headers)


def _files_revision(files: list[Path]) -> str:
    """Return a short name for the content of files, as told by where, when and how large they were written."""
    stamps = [(str(f), f.stat().st_mtime_ns, f.stat().st_size) if f.exists() else (str(f), 0, 0) for f in files]
    return hashlib.blake2b(repr(stamps).encode(), digest_size=8).hexdigest()
