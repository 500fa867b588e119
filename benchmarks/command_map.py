"""Measure the command map of a city against the same map as plain folium objects, in one run.

    python -m benchmarks.command_map [WORKSPACE] [--maps epigrid whole geojson markers] [--visits 5]

Without a workspace the city demo is made first. The city's entrances and checkpoints are shown in Chromium by streamlit-folium: by our
map, by one ``folium.GeoJson`` a layer, and by one ``folium.Marker`` a feature; and our whole command map, with areas, compounds,
settlements and crossings (the basemap is in both of ours). Printed for each: script time, processor time of the server with its routes,
what is sent, time to first paint, and the others as multiples of ours. Reading is exact on an idle machine alone.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from data.demo.load import load_demo
from geo.tiles import RoadTiles
from queries.store import LOCAL, open_store
from tests.browser import HOW, find_browser
from tests.server import free_port, wait_for
from ui.http.answers import Packed
from ui.http.geojson import feature_collection

ROOT = Path(__file__).resolve().parents[1]
# The maps, and how often each is visited and rerun at most. With markers one of each takes a minute, and is enough.
KINDS = {"epigrid": 5, "whole": 5, "geojson": 3, "markers": 1}
HEADS = {"epigrid": "epigrid", "whole": "whole map", "geojson": "GeoJson", "markers": "Marker"}
PATIENCE_MS = 300_000
PAINTED = "() => window.epigrid?.stats?.()?.firstPaint"
DRAWN = {
    "epigrid": PAINTED,
    "whole": PAINTED,
    "geojson": "() => document.querySelector('canvas.leaflet-zoom-animated') && performance.timeOrigin + performance.now()",
    "markers": "() => document.querySelectorAll('.leaflet-marker-icon').length > 9000 && performance.timeOrigin + performance.now()",
}


def main() -> None:
    """Read the options, measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.command_map")
    parser.add_argument("workspace", nargs="?", type=Path)
    parser.add_argument("--maps", nargs="+", choices=KINDS, default=list(KINDS))
    parser.add_argument("--visits", type=int, default=max(KINDS.values()), metavar="N")
    given = parser.parse_args()
    browser = find_browser() or sys.exit(HOW)
    with tempfile.TemporaryDirectory() as made:
        folder = given.workspace or make_city(Path(made) / "city")
        vectors(folder)
        with served(folder) as url, sync_playwright() as playwright:
            chromium = playwright.chromium.launch(executable_path=browser, args=["--no-sandbox", "--disable-gpu"])
            bare = statistics.median(visit(chromium, url, "none") for _ in range(given.visits))
            figures = {kind: measure(chromium, url, kind, min(most, given.visits)) for kind, most in KINDS.items() if kind in given.maps}
            chromium.close()
    report(figures)
    print(f"a page of Streamlit without any map is there after {bare:.0f} ms")


def make_city(folder: Path) -> Path:
    """Make the city demo."""
    began = time.perf_counter()
    with open_store(folder) as store:
        load_demo(store, LOCAL, size="city")
    print(f"city demo made in {time.perf_counter() - began:.0f} s")
    return folder


def vectors(folder: Path) -> None:
    """Compare the basemap's tiles with the whole road network as one file."""
    with open_store(folder) as store:
        roads, areas = store.layer("roads", LOCAL), store.layer("areas", LOCAL)
    began = time.perf_counter()
    tiles = RoadTiles(roads, areas)
    built = time.perf_counter() - began
    whole = Packed.of(feature_collection(roads, ("highway", "ref")))
    west, south, east, north = roads.total_bounds
    print(f"{len(roads):,} roads: tiles ready in {built:.1f} s; the whole as one file is {len(whole.packed) / 1e3:,.0f} kB gzipped")
    for z in (9, 11, 13, 15):
        n = 2**z
        began = time.perf_counter()
        x, y = int(((west + east) / 2 + 180) / 360 * n), int(mercator_y((south + north) / 2) * n)
        packed = Packed.of(json.dumps(tiles.tile(z, x, y), ensure_ascii=False, separators=(",", ":")).encode()).packed
        print(f"  tile {z}/{x}/{y}: {(time.perf_counter() - began) * 1000:5.0f} ms, {len(packed) / 1e3:6.1f} kB")


def mercator_y(lat: float) -> float:
    """Return the vertical place of a latitude on the web map, 0 at the north."""
    return 0.5 - math.asinh(math.tan(math.radians(lat))) / (2 * math.pi)


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve the benchmark's page."""
    port, log = free_port(), Path(tempfile.gettempdir()) / f"command-map-{os.getpid()}.log"
    command = [sys.executable, "-m", "streamlit", "run", str(ROOT / "benchmarks/map_app/app.py"), "--server.port", str(port)]
    with log.open("wb") as stream:
        process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, "EPIGRID_WORKSPACE": str(folder)}, stdout=stream, stderr=stream)
        try:
            wait_for(f"http://127.0.0.1:{port}/healthz", process, log)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(20)
    log.unlink()


class Wire:
    """Count what comes over the page's WebSocket."""

    def __init__(self, page: Page) -> None:
        self.bytes = 0
        page.on("websocket", lambda socket: socket.on("framereceived", self.add))

    def add(self, frame: Any) -> None:
        self.bytes += len(frame if isinstance(frame, bytes) else frame.encode())


def measure(chromium: Browser, url: str, kind: str, visits: int) -> dict[str, float]:
    """Visit one map: cold, warm, then rerun it, then change the moment."""
    take_tally(url)
    cold = visit(chromium, url, kind)
    first = take_tally(url)
    patient = KINDS[kind] > 1
    warm = statistics.median(visit(chromium, url, kind) for _ in range(visits)) if patient else math.nan
    page = chromium.new_page(viewport={"width": 1440, "height": 900})
    page.set_default_timeout(PATIENCE_MS)
    wire = Wire(page)
    page.goto(f"{url}/?map={kind}")
    settle(page, kind)
    take_tally(url)
    scripts, sent = zip(*[rerun(page, wire, "button") for _ in range(visits)], strict=True)
    again = take_tally(url)
    later, sent_later = {"cpu_ms": math.nan, "bytes": math.nan}, math.nan
    if patient:
        _, sent_later = rerun(page, wire, "toggle")
        settle(page, kind)
        later = take_tally(url)
    page.close()
    return {
        "script ms, a rerun": statistics.median(scripts),
        "server CPU ms, first view": first["cpu_ms"],
        "server CPU ms, a rerun": again["cpu_ms"] / visits,
        "server CPU ms, another moment": later["cpu_ms"],
        "page sent kB, a rerun": statistics.median(sent),
        "page sent kB, another moment": sent_later,
        "fetched kB, first view": first["bytes"] / 1e3,
        "fetched kB, another moment": later["bytes"] / 1e3,
        "first paint ms, nothing kept yet": cold,
        "first paint ms": warm,
    }


def visit(chromium: Browser, url: str, kind: str) -> float:
    """Open the page in a new context; return how many ms later its features are on screen."""
    context = chromium.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    page.goto(f"{url}/?map={kind}", wait_until="commit")
    if kind == "none":
        told(page)
        painted = page.evaluate("() => performance.timeOrigin + performance.now()")
    else:
        painted = settle(page, kind)
    began = page.evaluate("() => performance.timeOrigin")
    context.close()
    return painted - began


def settle(page: Page, kind: str) -> float:
    """Wait until the map's features are drawn; return when they were, in ms of the epoch."""
    frame = page.wait_for_selector("iframe[title*=folium]", timeout=PATIENCE_MS, state="attached").content_frame()
    painted = frame.wait_for_function(DRAWN[kind], timeout=PATIENCE_MS, polling=20).json_value()
    if DRAWN[kind] == PAINTED:
        frame.wait_for_function("() => epigrid.stats().settled", timeout=PATIENCE_MS)
    return float(painted)


def rerun(page: Page, wire: Wire, widget: str) -> tuple[float, float]:
    """Make the script run again; return its time in ms and the kB it sent."""
    runs, before = told(page)["runs"], wire.bytes
    # Sent straight to the element: with thousands of markers the page is too busy to be clicked.
    (page.get_by_role("button", name="again") if widget == "button" else page.get_by_label("later")).dispatch_event("click")
    page.wait_for_function(f"() => JSON.parse(document.querySelector('code').innerText).runs === {runs + 1}", timeout=PATIENCE_MS)
    return told(page)["script_ms"], (wire.bytes - before) / 1e3


def told(page: Page) -> dict[str, float]:
    """Return what the page tells of its last run."""
    page.wait_for_selector("code", timeout=PATIENCE_MS)
    return json.loads(page.locator("code").inner_text())


def take_tally(url: str) -> dict[str, float]:
    """Return what the routes cost since last asked."""
    with urllib.request.urlopen(f"{url}/tally") as answer:
        return json.load(answer)


def report(figures: dict[str, dict[str, float]]) -> None:
    """Print the figures, and those of the others as multiples of ours."""
    print(f"{'':34}" + "".join(f"{HEADS[kind]:>20}" for kind in figures))
    for what in next(iter(figures.values())):
        ours = figures.get("epigrid", {}).get(what)
        cells = [
            (found[what], f"×{found[what] / ours:.1f}" if ours and found[what] > 0 and kind in ("geojson", "markers") else "")
            for kind, found in figures.items()
        ]
        print(f"{what:34}" + "".join(f"{value:12.1f}{ratio:>8}" for value, ratio in cells))


if __name__ == "__main__":
    main()
