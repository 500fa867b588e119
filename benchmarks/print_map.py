"""Measure the command map of a city on A3 at 300 dpi against a headless browser's picture of it, in one run.

    python -m benchmarks.print_map [WORKSPACE] [--runs 3]

Without a workspace the city demo is made first. Ours: from the open ledger to the bytes of the PNG, the facts, the drawing and the
encoding told apart, a PDF and an SVG beside it; the best of three, and the first, when nothing is warm. Processor time is what it takes
on an idle machine. The browser: the dashboard is up and has shown the page once; from starting Chromium to the PNG of the command map,
all layers drawn, with as many pixels (1654 by 1169 CSS pixels, three device pixels each). The browser's picture has neither title,
legend, scale bar nor table.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import sync_playwright

from benchmarks.command_map import DRAWN, PATIENCE_MS, make_city
from briefing.maps import themes
from briefing.maps.content import Paper
from briefing.maps.draw import Form, render
from briefing.view import View
from queries.store import LOCAL, open_store
from tests.browser import HOW, find_browser
from tests.server import served

A3 = Paper("A3", landscape=True)
RUNS = 3
CSS_PIXELS, RATIO = {"width": 1654, "height": 1169}, 3


def main() -> None:
    """Read the options, measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.print_map")
    parser.add_argument("workspace", nargs="?", type=Path)
    parser.add_argument("--runs", type=int, default=RUNS, metavar="N")
    given = parser.parse_args()
    browser = find_browser() or sys.exit(HOW)
    with tempfile.TemporaryDirectory() as made:
        folder = given.workspace or make_city(Path(made) / "city")
        ours = printed(folder, given.runs)
        theirs = photographed(folder, browser, given.runs)
    print(f"headless browser, the page shown before: {theirs:.1f} s; ours takes {ours / theirs:.2f} of that")


def printed(folder: Path, runs: int) -> float:
    """Print the map a few times; return the seconds of the best whole run to a PNG."""
    wholes = []
    with open_store(folder) as store:
        for run in range(runs):
            began, before = time.perf_counter(), time.process_time()
            view = View(store, LOCAL, at=store.moment(None))
            content = themes.content(view, "command", paper=A3)
            told, between = time.perf_counter(), time.process_time()
            picture = render(content, A3, "png")
            done, after = time.perf_counter(), time.process_time()
            wholes.append(done - began)
            print(
                f"{'first' if run == 0 else 'again'}: facts {told - began:.1f} s ({between - before:.1f} s of processor time),"
                f" drawing and encoding A3 at 300 dpi {done - told:.1f} s ({after - between:.1f}),"
                f" {len(picture) / 1e6:.1f} MB; {sum(len(layer.geometry) for layer in content.layers):,} features"
            )
        forms: tuple[Form, ...] = ("pdf", "svg")
        for form in forms:
            began = time.perf_counter()
            size = len(render(content, A3, form)) / 1e6
            print(f"{form}: {time.perf_counter() - began:.1f} s, {size:.1f} MB")
    return min(wholes)


def photographed(folder: Path, browser: str, runs: int) -> float:
    """Photograph the map on the command page; return the seconds of the best of a few runs."""
    with served(folder) as url, sync_playwright() as playwright:

        def photograph() -> float:
            began = time.perf_counter()
            chromium = playwright.chromium.launch(executable_path=browser, args=["--no-sandbox", "--disable-gpu"])
            page = chromium.new_page(viewport=CSS_PIXELS, device_scale_factor=RATIO, locale="zh-CN")
            page.set_default_timeout(PATIENCE_MS)
            page.goto(url)
            frame = page.wait_for_selector(".st-key-map_box iframe", state="attached").content_frame()
            frame.wait_for_function(DRAWN["epigrid"], timeout=PATIENCE_MS, polling=20)
            frame.wait_for_function("() => epigrid.stats().settled", timeout=PATIENCE_MS)
            page.screenshot(timeout=PATIENCE_MS)
            took = time.perf_counter() - began
            chromium.close()
            return took

        photograph()  # what the server works out once is not counted
        return min(photograph() for _ in range(runs))


if __name__ == "__main__":
    main()
