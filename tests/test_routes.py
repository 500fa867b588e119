"""The routes of the map: what they answer, to whom, and what they refuse."""

from __future__ import annotations

import asyncio
import gzip
import json
import re
from collections.abc import Coroutine, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

import channel
import errors
from ledgers import state
from queries.layers import LAYERS
from queries.store import LOCAL, Store, Viewer, open_store
from queries.view import View
from tests.mapdata import EAST, HOSTILE, NORTH, NOW, SOUTH, WEST, fill
from ui.http.door import Address, Door
from ui.http.geojson import feature_collection
from ui.http.guards import LoopbackOnly
from ui.http.routes import ADDRESSES, routes
from ui.map.bundle import version


class Reply:
    def __init__(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.status, self.headers, self.body = status, headers, body

    @property
    def json(self) -> dict:
        return json.loads(gzip.decompress(self.body) if self.headers.get("content-encoding") == "gzip" else self.body)


def run(answering: Coroutine[None, None, None]) -> None:
    """Run it in a thread of its own: a browser's test before this one leaves its event loop in the main thread."""
    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, answering).result()


def get(app: object, url: str, **headers: str) -> Reply:
    """Ask an ASGI app for one address."""
    return ask(app, "GET", url, (b"",), headers)


def post(app: object, url: str, *body: bytes, **headers: str) -> Reply:
    """Send an ASGI app a body, in the parts that are given."""
    return ask(app, "POST", url, body, headers)


def ask(app: object, method: str, url: str, body: Sequence[bytes], headers: Mapping[str, str]) -> Reply:
    parts = urlsplit(url)
    sent: list[dict] = []
    scope = {
        "type": "http",
        "method": method,
        "path": parts.path,
        "raw_path": parts.path.encode(),
        "root_path": "",
        "query_string": parts.query.encode(),
        "headers": [(b"host", b"localhost"), *((k.replace("_", "-").lower().encode(), v.encode()) for k, v in headers.items())],
        "server": ("localhost", 80),
        "scheme": "http",
        "http_version": "1.1",
    }

    asked = iter([{"type": "http.request", "body": part, "more_body": n + 1 < len(body)} for n, part in enumerate(body)])

    async def receive() -> dict:
        return next(asked, None) or await asyncio.Event().wait()

    async def send(message: dict) -> None:
        sent.append(message)

    run(app(scope, receive, send))
    names = {k.decode().lower(): v.decode() for k, v in sent[0]["headers"]}
    return Reply(sent[0]["status"], names, b"".join(m.get("body", b"") for m in sent[1:]))


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with open_store(tmp_path_factory.mktemp("routes") / "workspace") as opened:
        fill(opened)
        yield opened


@pytest.fixture(scope="module")
def app(store: Store) -> Starlette:
    return Starlette(routes=routes(Door(lambda: store, lambda _: LOCAL)))


def test_healthz(app: Starlette) -> None:
    assert get(app, "/healthz").json["ok"] is True


@pytest.mark.parametrize("name", LAYERS)
def test_every_layer_is_served_whole(app: Starlette, store: Store, name: str) -> None:
    reply = get(app, f"/layers/{name}.geojson", accept_encoding="gzip")
    assert reply.status == 200
    assert reply.headers["content-type"] == "application/geo+json"
    assert reply.headers["x-content-type-options"] == "nosniff"
    assert reply.headers["content-encoding"] == "gzip"
    assert "private" in reply.headers["cache-control"]
    collection, frame = reply.json, state.layer(View(store, LOCAL), name)
    assert [f["properties"]["id"] for f in collection["features"]] == frame["id"].tolist()
    served = [shapely.geometry.shape(f["geometry"]) if f["geometry"] else None for f in collection["features"]]
    assert shapely.equals_exact(served, frame.geometry.to_numpy(), tolerance=1e-7).all()
    if len(frame):
        assert collection["sources"] == ["osm"]


def test_the_moment_asked_for_is_the_moment_shown(app: Starlette) -> None:
    def open_ids(at: str) -> set[str]:
        features = get(app, f"/layers/entrances.geojson?at={at}").json["features"]
        return {f["properties"]["id"] for f in features if f["properties"]["open_now"]}

    always, by_hours = {"entrances-4", "entrances-5", "entrances-6"}, {"entrances-7"}
    assert open_ids("2020-02-12T18:00") == always | by_hours
    assert open_ids("2020-02-12T23:00") == always
    assert open_ids("2020-02-12T10:00%2B08:00") == always | by_hours | {"entrances-8"}
    assert open_ids("2020-02-12T10:00+08:00") == open_ids("2020-02-12T02:00Z")
    assert open_ids("2020-02-11T10:00") == set()
    assert open_ids("") == open_ids("2020-02-12T18:00")  # the workspace's clock


def test_an_area_narrows_the_answer(app: Starlette) -> None:
    assert len(get(app, "/layers/areas.geojson?area=areas-0").json["features"]) == 1


@pytest.mark.parametrize(
    ("url", "status"),
    [
        ("/layers/nothing.geojson", 404),
        ("/layers/..%2F..%2Fetc.geojson", 404),
        ("/layers/entrances.geojson?at=yesterday", 400),
        ("/layers/entrances.geojson?known_at=25:00", 400),
        ("/layers/entrances.geojson?at=99999-01-01", 400),
        ("/layers/entrances.geojson?area=nowhere", 404),
        ("/basemap/x/16/0/0.json", 404),
        ("/basemap/x/3/8/0.json", 404),
        ("/basemap/x/99999999/1/1.json", 404),
    ],
)
def test_what_cannot_be_answered_is_refused_in_one_sentence(app: Starlette, url: str, status: int) -> None:
    reply = get(app, url)
    assert reply.status == status
    if reply.headers["content-type"] == "application/json":
        assert set(reply.json) == {"error"}
        assert reply.json["error"].endswith(".")
        assert get(app, url, accept_language="zh-CN,en;q=0.8").json["error"].endswith("。")


@pytest.mark.parametrize(
    "url",
    [
        "/layers/entrances.geojson?area=nowhere",
        "/shades/risk.geojson?area=nowhere",
        "/briefing/files/docx?area=nowhere",
        "/briefing/maps/command.svg?area=nowhere",
        "/briefing/pack.zip?area=nowhere",
        "/field/tasks.json?area=nowhere",
    ],
)
def test_an_unknown_area_is_answered_alike_everywhere(app: Starlette, url: str) -> None:
    reply = get(app, url)
    assert (reply.status, set(reply.json)) == (404, {"error"})
    assert "'nowhere'" in reply.json["error"]


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (errors.InputError("No."), 400),
        (errors.AccessDenied("No."), 403),
        (errors.NotFound("No."), 404),
        (errors.Changed("No."), 409),
        (errors.StoreBusy("No."), 503),
        (errors.EpiGridError("No."), 400),
    ],
    ids=lambda value: str(value) if isinstance(value, int) else type(value).__name__,
)
def test_one_table_says_what_an_error_answers(error: errors.EpiGridError, status: int) -> None:
    def fail() -> Store:
        raise error

    reply = get(Starlette(routes=routes(Door(fail, lambda _: LOCAL))), "/layers/areas.geojson")
    assert (reply.status, reply.json, reply.headers["cache-control"]) == (status, {"error": "No."}, "no-store")


@pytest.mark.parametrize("address", [a for a in ADDRESSES if not a.public], ids=lambda a: a.path)
def test_who_may_not_be_here_is_turned_away_at_every_address_before_anything_is_asked(address: Address) -> None:
    def nobody(request: Request) -> Viewer:
        raise errors.AccessDenied("Not you.")

    def closed() -> Store:
        pytest.fail("the workspace was asked")

    route = Door(closed, nobody).route(replace(address, guard=lambda call: None))
    path = re.sub(r"{(\w+)(:int)?}", lambda part: "1" if part[2] else "x", address.path)
    app = Starlette(routes=[route])
    reply = post(app, path, b"{}") if address.method == "POST" else get(app, path)
    assert (reply.status, reply.json) == (403, {"error": "Not you."})


def test_commands_are_taken_from_whoever_shows_the_secret_alone(store: Store) -> None:
    app = Starlette(routes=routes(Door(lambda: store, lambda _: LOCAL, get_token=lambda: "secret")))
    untold = Starlette(routes=routes(Door(lambda: store, lambda _: LOCAL)))
    command = b'{"command": "no such"}'
    for asked, token in ((app, ""), (app, "guess"), (untold, "")):
        refused = post(asked, channel.PATH, command, **{channel.TOKEN_HEADER: token})
        assert (refused.status, set(refused.json)) == (403, {"error"})
    refused = post(app, channel.PATH, command, **{channel.TOKEN_HEADER: "secret"})
    assert (refused.status, set(refused.json)) == (400, {"error"})


def test_an_answer_known_already_is_not_sent_again(tmp_path: Path) -> None:
    with open_store(tmp_path / "workspace") as store:
        fill(store)
        answers_once(Starlette(routes=routes(Door(lambda: store, lambda _: LOCAL))), store)


def answers_once(app: Starlette, store: Store) -> None:
    first = get(app, "/layers/entrances.geojson")
    again = get(app, "/layers/entrances.geojson", if_none_match=f'W/{first.headers["etag"]}, "other"')
    assert (again.status, again.body) == (304, b"")
    store.append(LOCAL, {"entrance_event": pd.DataFrame({"entrance_id": ["entrances-4"], "mode": ["sealed"], "effective_at": [NOW]})})
    after = get(app, "/layers/entrances.geojson", if_none_match=first.headers["etag"])
    assert after.status == 200
    assert after.json != first.json


def test_a_viewer_sees_their_areas_alone(store: Store) -> None:
    viewer = {"who": LOCAL}
    app = Starlette(routes=routes(Door(lambda: store, lambda _: viewer["who"])))
    assert len(get(app, "/layers/areas.geojson").json["features"]) == 2
    viewer["who"] = Viewer("grid", "grid", frozenset({"areas-1"}))
    assert [f["properties"]["id"] for f in get(app, "/layers/areas.geojson").json["features"]] == ["areas-1"]
    assert get(app, "/layers/areas.geojson?area=areas-0").status == 404


def test_open_ends(app: Starlette) -> None:
    features = get(app, "/network/open_ends.geojson").json["features"]
    assert [f["geometry"]["type"] for f in features] == ["Point"]


def test_the_basemap_says_what_it_is_and_serves_tiles_for_good(app: Starlette, store: Store) -> None:
    about = get(app, "/basemap.json").json
    west, south, east, north = about["bounds"]
    assert (west, south, east, north) == pytest.approx((WEST, SOUTH, EAST, NORTH))
    assert about["sources"] == ["osm"]
    x, y = (114.92 + 180) / 360 * 2**12, (0.5 - np.arcsinh(np.tan(np.radians(30.115))) / (2 * np.pi)) * 2**12
    tile = get(app, f"/basemap/{about['revision']}/12/{int(x)}/{int(y)}.json", accept_encoding="gzip")
    assert tile.json["roads"]["street"]
    assert "immutable" in tile.headers["cache-control"]
    assert get(app, f"/basemap/older/12/{int(x)}/{int(y)}.json").headers["cache-control"] == "no-store"


def test_an_empty_workspace_answers(tmp_path: Path) -> None:
    with open_store(tmp_path / "empty") as empty:
        app = Starlette(routes=routes(Door(lambda: empty, lambda _: LOCAL)))
        for name in LAYERS:
            assert get(app, f"/layers/{name}.geojson").json["features"] == []
        assert get(app, "/network/open_ends.geojson").json["features"] == []
        assert get(app, "/basemap.json").json["bounds"] is None


def test_leaflet_and_our_assets_come_from_here(app: Starlette) -> None:
    assert b"Leaflet 1.9.3" in get(app, "/assets/leaflet/leaflet.js").body[:200]
    assert get(app, "/assets/epigrid/map.css").status == 200
    script = get(app, f"/assets/map/{version()}.js")
    assert "immutable" in script.headers["cache-control"]
    assert script.headers["content-type"].startswith("text/javascript")
    assert b"Leaflet 1.9.3" in script.body
    assert b"epigrid.update" in script.body
    assert get(app, "/assets/map/older.js").headers["cache-control"] == "no-store"
    assert get(app, "/assets/epigrid/../routes.py").status == 404


@pytest.mark.parametrize(
    ("host", "passes"),
    [
        ("localhost:8501", True),
        ("127.0.0.1", True),
        ("127.8.9.1:80", True),
        ("[::1]:8501", True),
        ("post.example:8501", True),
        ("evil.example", False),
        ("localhost.evil.example", False),
        ("192.168.1.2", False),
        ("", False),
        ("127.0.0.1.evil.example", False),
    ],
)
def test_only_this_machine_and_named_hosts_are_answered(host: str, passes: bool) -> None:
    inner = Starlette(routes=[Route("/", lambda _: PlainTextResponse("hello"))])
    guard = LoopbackOnly(inner, allowed=["Post.example"])
    sent: list[dict] = []

    async def send(message: dict) -> None:
        sent.append(message)

    async def receive() -> dict:
        return {"type": "websocket.connect"}

    scope = {"type": "http", "method": "GET", "path": "/", "query_string": b"", "headers": [(b"host", host.encode())]}
    run(guard(scope, receive, send))
    assert (sent[0]["status"] == 200) is passes
    sent.clear()
    if not passes:
        run(guard({**scope, "type": "websocket"}, receive, send))
        assert sent == [{"type": "websocket.close", "code": 1008}]


def test_geojson_is_valid_whatever_the_values() -> None:
    frame = gpd.GeoDataFrame(
        {
            "id": ["a", "b\n\u2028"],
            "name": [HOSTILE, None],
            "number": [np.nan, np.inf],
            "flag": pd.array([True, None], dtype="boolean"),
            "since": pd.to_datetime(["2020-02-12T18:00+08:00", None]),
            "secret": ["not asked for", ""],
        },
        geometry=[shapely.Point(114.123456789, 30, 7), None],
        crs=4326,
    )
    first, second = json.loads(feature_collection(frame, ("number", "flag", "since", "absent")), parse_constant=pytest.fail)["features"]
    assert first == {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [114.1234568, 30.0]},
        "properties": {"id": "a", "name": HOSTILE, "number": None, "flag": True, "since": "2020-02-12T10:00:00.000Z"},
    }
    assert second["geometry"] is None
    assert second["properties"]["id"] == "b\n\u2028"
    assert second["properties"]["flag"] is None
