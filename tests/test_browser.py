"""The whole product in Chromium, as people use it: every page, no request to anywhere else, hostile text, two at once."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from playwright.sync_api import Browser, Locator, TimeoutError, expect

from queries.layers import LAYERS, event_sourced_layers, feature_events
from queries.store import LOCAL, Batch, open_store
from settings import ROOT
from tests.demo_town import copied
from tests.server import served
from tests.visit import Visit, settled

pytestmark = pytest.mark.browser
PAGES = ("", "entrances", "checkpoints", "data")
WITH_MAP = ("", "entrances", "checkpoints")
HOSTILE = "${alert(1)}<img src=x onerror=alert(1)>"


@pytest.fixture(scope="module")
def town(demo_town: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copied(demo_town, tmp_path_factory.mktemp("town") / "workspace")


@pytest.fixture(scope="module")
def url(town: Path) -> Iterator[str]:
    with served(town) as address:
        yield address


@pytest.fixture
def visit(chromium: Browser) -> Iterator[Visit]:
    opened = Visit(chromium, viewport={"width": 1440, "height": 900})
    yield opened
    opened.context.close()


@pytest.fixture
def phone(chromium: Browser) -> Iterator[Visit]:
    opened = Visit(chromium, viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    yield opened
    opened.context.close()


def test_the_browser_finds_no_other_machine_and_the_attempt_is_noted(visit: Visit, url: str) -> None:
    visit.page.goto(f"{url}/healthz")
    for address in ("http://203.0.113.7/", "https://example.com/", "wss://example.com/"):
        ask = "(a) => new Promise((done) => { const s = new WebSocket(a); s.onerror = () => done('none'); s.onopen = () => done('one'); })"
        ask = ask if address.startswith("wss") else "(a) => fetch(a, { mode: 'no-cors' }).then(() => 'one', () => 'none')"
        failed: list[str | None] = []
        visit.page.once("requestfailed", lambda request, failed=failed: failed.append(request.failure))
        assert visit.page.evaluate(ask, address) == "none"
        assert visit.outside.pop() == address
        assert address.startswith("wss") or failed == ["net::ERR_NAME_NOT_RESOLVED"]


@pytest.mark.parametrize("path", PAGES)
def test_a_page_draws_and_asks_nothing_of_the_world(visit: Visit, url: str, path: str) -> None:
    visit.page.goto(f"{url}/{path}")
    settled(visit.page)
    if path in WITH_MAP:
        layer = "checkpoints" if path == "checkpoints" else "entrances"
        assert visit.map().evaluate(f"window.epigrid.stats().layers.{layer}.drawn") >= {"checkpoints": 18, "entrances": 60}[layer]
    expect(visit.page.locator('[data-testid="stException"]')).to_have_count(0)
    assert visit.outside == []
    assert visit.dialogs == []
    assert visit.errors == []


@pytest.mark.parametrize("path", PAGES)
def test_a_page_fits_a_phone(phone: Visit, url: str, path: str) -> None:
    phone.page.goto(f"{url}/{path}")
    settled(phone.page)
    if path in WITH_MAP:
        phone.map()
    phone.page.wait_for_function(
        "Math.max(document.documentElement.scrollWidth, document.querySelector('.stMain').scrollWidth) <= innerWidth"
    )
    low = """[...document.querySelectorAll('.stMain button')]
        .filter(b => b.offsetParent && b.getBoundingClientRect().height < 43.5 && !b.closest('[data-testid="stDataFrame"]'))
        .map(b => `${b.innerText} ${b.getBoundingClientRect().height}`)"""
    with contextlib.suppress(TimeoutError):  # the page may still be taking shape; what stays low is told below
        phone.page.wait_for_function(f"{low}.length === 0", timeout=20_000)
    assert phone.page.evaluate(low) == []
    assert phone.outside == []


def test_the_open_page_shows_what_a_command_changed(visit: Visit, url: str, town: Path, tmp_path: Path) -> None:
    visit.page.goto(url)
    settled(visit.page)
    frame = visit.map()
    before = frame.evaluate("window.epigrid.stats().layers.entrances.drawn")
    with_new = tmp_path / "new.csv"
    place = gpd.read_parquet(town / "layers" / "entrances.parquet").geometry.iloc[0]
    with_new.write_text(f"编号,出入口名称,状态,经度,纬度\nnew-1,新开的门,封闭,{place.x + 0.0005},{place.y}\n", "utf-8")
    program = "import commands, sys; sys.exit(commands.main(sys.argv[1:]))"
    command = ["-c", program, "import", with_new, "--layer", "entrances", "--crs", "wgs84", "--workspace", town, "--json"]
    done = subprocess.run([sys.executable, *map(str, command)], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["added"] == 1
    frame.wait_for_function(f"window.epigrid.stats().layers.entrances.drawn === {before + 1}")


# Hostile text, everywhere


def hostile_layer(name: str) -> gpd.GeoDataFrame:
    """Return one feature with the hostile name in every text field, and a plain second one."""
    layer = LAYERS[name]
    shape = {"point": shapely.Point(114.5, 30.5), "line": shapely.LineString([(114.49, 30.5), (114.51, 30.5)])}
    geometry = shape.get(layer.geometry, shapely.box(114.49, 30.49, 114.51, 30.51))
    texts = {c: HOSTILE for c, column in layer.own.items() if column.dtype == "text" and c not in ("parent_id", "level")}
    row = {"id": HOSTILE, "name": HOSTILE, "source": "file", **texts}
    return gpd.GeoDataFrame([row], geometry=[geometry], crs=4326)


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    workspace = tmp_path_factory.mktemp("hostile") / "workspace"
    with open_store(workspace) as store:
        events = pd.concat([feature_events(layer.name, hostile_layer(layer.name)) for layer in event_sourced_layers()])
        entrance = {"entrance_id": HOSTILE, "mode": "open_24h", "egress": HOSTILE, "key_holder": HOSTILE, "ordered_by": HOSTILE}
        checkpoint = {"checkpoint_id": HOSTILE, "kind": "inspect", "ordered_by": HOSTILE, "reason": HOSTILE}
        area = {"area_id": HOSTILE, "status": HOSTILE, "responsible": HOSTILE, "phone": HOSTILE, "reason": HOSTILE}
        now = pd.Timestamp(store.now())
        shift = {"subject_layer": "entrances", "subject_id": HOSTILE, "person": HOSTILE, "phone": HOSTILE, "force": HOSTILE}
        shift |= {"starts_at": now, "ends_at": now + pd.Timedelta(hours=8)}
        batch = Batch("ledger", HOSTILE, layer="entrances")
        tables = {
            "entrance_event": {**entrance, "reason": HOSTILE},
            "checkpoint_event": checkpoint,
            "area_event": area,
            "duty_shift": shift,
        }
        store.append(LOCAL, {"feature_event": events} | {t: pd.DataFrame([row]) for t, row in tables.items()}, batch=batch)
        store.set_settings(LOCAL, {"title": HOSTILE, "osm_file": HOSTILE})
    return workspace


@pytest.fixture(scope="module")
def hostile_url(hostile: Path) -> Iterator[str]:
    with served(hostile) as address:
        yield address


def pointed_at_centre(visit: Visit, tooltip: Locator) -> tuple[float, float]:
    """Move the mouse to the centre of the map until a tooltip shows, and return where that is: what the page draws last moves the map."""
    for step in range(30):
        box = visit.page.locator("iframe[title^='streamlit_folium']").bounding_box()
        assert box is not None
        centre = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        visit.page.mouse.move(centre[0] + 3 + step % 2, centre[1] + 3)
        visit.page.mouse.move(*centre)
        visit.page.wait_for_timeout(200)
        if tooltip.is_visible():
            return centre
    raise AssertionError("no tooltip at the centre of the map")


@pytest.mark.parametrize("path", PAGES)
def test_hostile_text_is_shown_as_text_on_every_page(visit: Visit, hostile_url: str, path: str) -> None:
    visit.page.goto(f"{hostile_url}/{path}")
    settled(visit.page)
    if path in WITH_MAP:
        frame = visit.map()
        visit.page.mouse.click(*pointed_at_centre(visit, frame.get_by_text("onerror=alert(1)").first))
        expect(visit.page.get_by_text("onerror=alert(1)").first).to_be_visible()
        assert frame.locator("img[src='x']").count() == 0
    settled(visit.page)
    assert visit.page.locator("img[src='x']").count() == 0
    assert visit.page.evaluate("document.querySelectorAll('[onerror]').length") == 0
    assert visit.dialogs == []
    assert visit.outside == []
    assert visit.errors == []
