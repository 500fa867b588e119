"""Shaded areas in a browser: their classes in the legend, and a click anywhere inside one selects it."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect
from township import at as moment
from township import township

from ledgers.risk import cases
from queries.events import LOCAL
from tests.server import served
from tests.visit import PATIENCE_MS, Visit, settled


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    workspace = tmp_path_factory.mktemp("shades") / "workspace"
    with township(workspace) as store:
        cases.enter(store, LOCAL, "a", confirmed_at=moment(5))
    with served(workspace) as address:
        yield address


def test_a_click_inside_a_shaded_area_selects_it(chromium: Browser, url: str) -> None:
    visit = Visit(chromium, viewport={"width": 1280, "height": 900})
    visit.page.goto(f"{url}/risk")
    settled(visit.page)
    frame = visit.map()
    legend = frame.locator(".epi-legend")
    expect(legend).to_contain_text("风险等级")
    expect(legend).to_contain_text("中风险")
    expect(legend).to_contain_text("低风险")
    frame.wait_for_function("window.epigrid.stats().layers.risk?.drawn === 2")  # the villages; their township is not laid over them
    # Well off the middle, where the area's name stands and would be hit instead.
    west, east = (frame.evaluate(f"window.epigrid.whereIs('risk', '{area}')") for area in "ab")
    spot = {"x": west["x"] - (east["x"] - west["x"]) * 0.3, "y": west["y"] + (east["x"] - west["x"]) * 0.2}
    frame.locator(".epi").click(position=spot)
    expect(visit.page).to_have_url(re.compile(r"sel=areas(%3A|:)a"), timeout=PATIENCE_MS)
    visit.page.locator(".st-key-shade_choice button", has_text="未联系上的住户").click()
    expect(visit.page).to_have_url(re.compile("shade=unreached"), timeout=PATIENCE_MS)
    frame.wait_for_function("window.epigrid.stats().layers.unreached?.drawn === 2 && !window.epigrid.stats().layers.risk")
    expect(legend).not_to_contain_text("中风险")
    assert visit.outside == []
    visit.context.close()
