"""The map in Chromium: it draws, stays on this machine, does not rerun the page when moved, and runs no one's text."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Dialog, ElementHandle, Frame, Page, Route, expect

from tests.mapdata import HOSTILE, workspace
from tests.server import ROOT, free_port, wait_for
from tests.visit import HERE

pytestmark = pytest.mark.browser
READY = "() => window.epigrid && epigrid.stats && epigrid.stats() && epigrid.stats().complete"


class Visit:
    """A page, and what went wrong on it; what it asked of other machines is noted."""

    def __init__(self, browser: Browser, url: str, **context: object) -> None:
        self.outside: list[str] = []
        self.dialogs: list[str] = []
        self.errors: list[str] = []
        self.messages = 0
        shape = {"viewport": {"width": 1200, "height": 800}, **context}
        self.context = browser.new_context(locale="en-GB", reduced_motion="reduce", **shape)
        self.context.on("request", lambda request: HERE.match(request.url) or self.outside.append(request.url))
        self.page: Page = self.context.new_page()
        self.page.on("dialog", self._dialog)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("websocket", lambda socket: socket.on("framereceived", self._count))
        self.page.goto(url)

    def _dialog(self, dialog: Dialog) -> None:
        self.dialogs.append(dialog.message)
        dialog.dismiss()

    def _count(self, _: object) -> None:
        self.messages += 1

    def frame_element(self) -> ElementHandle:
        return self.page.wait_for_selector("iframe[title*=folium]", timeout=60_000)

    def map(self) -> Frame:
        frame = self.frame_element().content_frame()
        frame.wait_for_function(READY, timeout=60_000)
        return frame

    def point(self, layer: str, feature: str) -> tuple[float, float]:
        """Return where a feature is on the page."""
        where = self.map().evaluate("([layer, id]) => epigrid.whereIs(layer, id)", [layer, feature])
        box = self.frame_element().bounding_box()
        return box["x"] + where["x"], box["y"] + where["y"]

    def seen(self) -> dict:
        """Return what the test page tells."""
        return json.loads(self.page.locator("code").inner_text())

    def close(self) -> None:
        self.context.close()


@contextmanager
def served_map(folder: Path) -> Iterator[str]:
    """Serve the test page of the map on a workspace."""
    port, log = free_port(), folder.parent / "map-server.log"
    command = [sys.executable, "-m", "streamlit", "run", str(ROOT / "tests/map_app/app.py"), "--server.port", str(port)]
    with log.open("wb") as stream:
        process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, "EPIGRID_WORKSPACE": str(folder)}, stdout=stream, stderr=stream)
        try:
            wait_for(f"http://127.0.0.1:{port}/healthz", process, log)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(20)


@pytest.fixture(scope="module")
def hostile_map(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with served_map(workspace(tmp_path_factory.mktemp("map") / "workspace", text=HOSTILE)) as url:
        yield url


@pytest.fixture
def visit(chromium: Browser, hostile_map: str) -> Iterator[Visit]:
    opened = Visit(chromium, hostile_map)
    yield opened
    opened.close()
    assert opened.outside == []
    assert opened.dialogs == []
    assert opened.errors == []


def test_every_layer_is_drawn_and_the_legend_counts_it(visit: Visit) -> None:
    shown = visit.map()
    shown.wait_for_function("() => epigrid.stats().tiles > 0")
    layers = shown.evaluate("() => epigrid.stats().layers")
    assert {name: layers[name]["drawn"] for name in ("areas", "compounds", "settlements", "entrances", "checkpoints", "open_ends")} == {
        "areas": 2,
        "compounds": 1,
        "settlements": 1,
        "entrances": 9,
        "checkpoints": 1,
        "open_ends": 1,
    }
    assert layers["crossings"]["drawn"] > 10
    legend = shown.locator(".epi-legend")
    assert legend.evaluate("box => box.open"), "on a map this wide the legend is open"
    rows = dict(zip(legend.locator("td:nth-child(2)").all_inner_texts(), legend.locator("td:nth-child(3)").all_inner_texts(), strict=True))
    assert rows.get("封闭") == "4", rows
    expect(shown.locator(".epi-foot")).to_contain_text("OpenStreetMap")
    expect(shown.locator(".epi-demo")).to_be_visible()
    painted = shown.evaluate("""() => {
        const c = document.querySelector(".epi-canvas"), d = c.getContext("2d").getImageData(0, 0, c.width, c.height).data;
        const near = (r, g, b) => { let n = 0; for (let i = 0; i < d.length; i += 4)
            if (Math.abs(d[i] - r) + Math.abs(d[i + 1] - g) + Math.abs(d[i + 2] - b) < 12 && d[i + 3] > 200) n += 1; return n; };
        return { sealed: near(0xd5, 0x5e, 0x00), open: near(0x00, 0x9e, 0x73), post: near(0x00, 0x72, 0xb2) };
    }""")
    assert min(painted.values()) > 30, painted


def test_fifty_pans_and_zooms_cause_no_rerun(visit: Visit) -> None:
    shown = visit.map()
    before, messages, zoom = visit.seen(), visit.messages, shown.evaluate("() => epigrid.stats().zoom")
    fetches, paints = shown.evaluate("() => [epigrid.stats().fetches, epigrid.stats().paints]")
    visit.page.evaluate("""() => { window.told = 0; window.addEventListener("message", ({ data }) => {
        if (data.type === "streamlit:setComponentValue") window.told += 1; }); }""")
    box = visit.frame_element().bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    for step in range(25):
        visit.page.mouse.move(x, y)
        visit.page.mouse.down()
        visit.page.mouse.move(x + 30 * (-1) ** step, y + 20, steps=2)
        visit.page.mouse.up()
        shown.evaluate(f"() => window.map.setZoom({zoom + step % 2}, {{ animate: false }})")
    # streamlit-folium tells of a move a quarter of a second late; timers fire in order, so after this one it has told all it had to.
    shown.evaluate("() => new Promise((done) => setTimeout(done, 400))")
    assert visit.page.evaluate("() => window.told") == 0
    assert visit.messages == messages
    shown.evaluate(
        "() => window.map.fire('click', { latlng: L.latLng(30.2, 115), layerPoint: L.point(0, 0), containerPoint: L.point(0, 0) })"
    )
    visit.page.wait_for_function("() => JSON.parse(document.querySelector('code').innerText).click !== null")
    assert visit.page.evaluate("() => window.told") == 1
    assert visit.seen()["runs"] == before["runs"] + 1
    now_fetches, now_paints = shown.evaluate("() => [epigrid.stats().fetches, epigrid.stats().paints]")
    assert now_fetches == fetches
    assert now_paints >= paints + 50


def test_a_hostile_name_is_shown_and_nothing_runs(visit: Visit) -> None:
    shown = visit.map()
    for layer, feature in (
        ("entrances", "entrances-4"),
        ("checkpoints", "checkpoints-0"),
        ("venues", "venues-0"),
        ("settlements", "settlements-0"),
    ):
        shown.evaluate(
            """([layer, id]) => { const p = epigrid.whereIs(layer, id);
            window.map.setView(window.map.containerPointToLatLng(L.point(p.x, p.y)), 17, { animate: false }); }""",
            [layer, feature],
        )
        visit.page.mouse.move(*visit.point(layer, feature))
        tip = shown.locator(".epi-tip")
        expect(tip).to_be_visible()
        expect(tip.locator("b")).to_have_text(HOSTILE)
        assert shown.evaluate("() => document.querySelectorAll('img').length") == 0, layer
        visit.page.mouse.click(*visit.point(layer, feature))
        visit.page.wait_for_function(f"() => JSON.parse(document.querySelector('code').innerText).click?.id === '{feature}'")
        assert visit.seen()["click"]["layer"] == layer
        assert shown.evaluate("() => document.querySelectorAll('img').length") == 0, layer


def test_a_click_on_nothing_tells_the_spot_alone(visit: Visit) -> None:
    visit.map()
    box = visit.frame_element().bounding_box()
    visit.page.mouse.click(box["x"] + box["width"] - 150, box["y"] + 40)
    visit.page.wait_for_function("() => JSON.parse(document.querySelector('code').innerText).click")
    assert visit.seen()["click"]["id"] is None
    assert visit.seen()["click"]["lon"] > 114.9


def test_placing_tells_the_spot_even_on_a_feature(visit: Visit) -> None:
    visit.map()
    visit.page.get_by_text("placing", exact=True).click()
    visit.map().wait_for_function("() => document.querySelector('.epi').classList.contains('epi-placing')")
    visit.page.mouse.click(*visit.point("entrances", "entrances-4"))
    visit.page.wait_for_function("() => JSON.parse(document.querySelector('code').innerText).click")
    assert visit.seen()["click"]["id"] is None
    assert abs(visit.seen()["click"]["lon"] - 114.92) < 0.001


def test_a_filter_changes_what_is_drawn_without_a_reload(visit: Visit) -> None:
    shown = visit.map()
    shown.evaluate("() => { window.stayed = true; }")
    fetches = shown.evaluate("() => epigrid.stats().fetches")
    visit.page.get_by_text("sealed only").click()
    shown.wait_for_function("() => epigrid.stats().layers.entrances.drawn === 4")
    assert shown.evaluate("() => window.stayed") is True
    assert shown.evaluate("() => epigrid.stats().fetches") == fetches


def test_the_keyboard_moves_the_map_and_picks_what_is_in_its_middle(visit: Visit) -> None:
    shown = visit.map()
    shown.evaluate("""() => { const p = epigrid.whereIs("checkpoints", "checkpoints-0");
        window.map.setView(window.map.containerPointToLatLng(L.point(p.x, p.y)), 16, { animate: false }); }""")
    shown.locator(".epi").focus()
    visit.page.keyboard.press("Enter")
    visit.page.wait_for_function("() => JSON.parse(document.querySelector('code').innerText).click?.id === 'checkpoints-0'")
    shown.locator(".epi").focus()
    before = shown.evaluate("() => window.map.getCenter().lng")
    visit.page.keyboard.press("ArrowRight")
    shown.wait_for_function(f"() => window.map.getCenter().lng > {before}")


def test_on_a_phone_buttons_are_big_enough_and_nothing_scrolls_sideways(chromium: Browser, hostile_map: str) -> None:
    size = {"width": 390, "height": 800}
    phone = Visit(chromium, hostile_map, viewport=size, has_touch=True, is_mobile=True, device_scale_factor=2)
    try:
        shown = phone.map()
        boxes = [button.bounding_box() for button in shown.locator("button:visible, summary:visible").all()]
        assert boxes
        for box in boxes:
            assert min(box["width"], box["height"]) >= 44
        assert phone.page.evaluate("() => document.documentElement.scrollWidth") <= 390
        assert phone.outside == []
    finally:
        phone.close()


def test_a_lost_server_is_said_and_made_good(chromium: Browser, hostile_map: str) -> None:
    visit = Visit(chromium, "about:blank")
    try:
        down = True

        def entrances(route: Route) -> None:
            route.abort() if down else route.continue_()

        visit.context.route("**/layers/entrances.geojson*", entrances)
        visit.page.goto(hostile_map)
        shown = visit.frame_element().content_frame()
        shown.wait_for_function("() => window.epigrid?.stats?.()?.failures > 0", timeout=60_000)
        expect(shown.locator(".epi-note")).to_be_visible()
        down = False
        shown.wait_for_function("() => epigrid.stats().layers.entrances.drawn === 9", timeout=60_000)
        expect(shown.locator(".epi-note")).to_be_hidden()
    finally:
        visit.close()
