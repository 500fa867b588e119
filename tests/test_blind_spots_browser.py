"""The page of the blind spots in a browser: a mark outlives a restart, a click on the budget shows its posts, a phone has room."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Frame, Page, expect

from tests.demo_town import copied
from tests.server import Site, served
from tests.visit import PATIENCE_MS, Visit, settled

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PAGE = "/blind_spots"


@pytest.fixture(scope="module")
def town(demo_town: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    running = Site(copied(demo_town, tmp_path_factory.mktemp("blind") / "town"))
    running.start()
    yield running
    running.stop()


@pytest.fixture
def site(town: Site) -> str:
    return town.url


def opened(browser: Browser, url: str, **options: object) -> Visit:
    visit = Visit(browser, **{"viewport": {"width": 1440, "height": 900}, **options})
    visit.page.goto(url)
    settled(visit.page)
    return visit


def drawn(visit: Visit, layer: str) -> Frame:
    """Return the map's frame once a layer is on it."""
    frame = visit.map()
    frame.wait_for_function(f"() => epigrid.stats().settled && epigrid.stats().layers['{layer}']?.drawn > 0", timeout=PATIENCE_MS)
    return frame


def click_on(page: Page, frame: Frame, layer: str, feature: str) -> None:
    where = frame.evaluate("([layer, id]) => epigrid.whereIs(layer, id)", [layer, feature])
    box = frame.frame_element().bounding_box()
    assert where and box
    page.mouse.click(box["x"] + where["x"], box["y"] + where["y"])


def test_a_junction_marked_on_the_map_is_marked_after_a_restart(town: Site, chromium: Browser) -> None:
    visit = opened(chromium, town.url + PAGE)
    frame = drawn(visit, "leading")
    # Of the leading junctions one that lies under no other symbol.
    feature = frame.evaluate(
        """async () => {
            const features = async (path) => (await (await fetch(`${path}?at=2020-02-12T18:00`)).json()).features;
            const placed = [];
            for (const layer of ["leading", "proposed", "exposed", "joints", "checkpoints", "crossings"]) {
                const path = `/${["checkpoints", "crossings"].includes(layer) ? "layers" : "coverage"}/${layer}.geojson`;
                for (const { properties: { id } } of await features(path)) placed.push({ layer, id, at: epigrid.whereIs(layer, id) });
            }
            const apart = (one, other) => (one === other ? Infinity : Math.hypot(one.at.x - other.at.x, one.at.y - other.at.y));
            const free = (one) => Math.min(...placed.map((other) => apart(one, other)));
            return placed.filter((one) => one.layer === "leading").sort((a, b) => free(b) - free(a))[0].id;
        }"""
    )
    click_on(visit.page, frame, "leading", feature)
    settled(visit.page)
    visit.page.locator("[class*=st-key-act_mark] button", has_text="标记 1 个路口").click()
    dialog = visit.page.locator("[role=dialog]")
    dialog.get_by_label("备注").fill("请设点")
    dialog.locator("button", has_text="标记为已请示设卡：1 个").click()
    expect(visit.page.locator(".st-key-act_notice")).to_contain_text("已标记为已请示设卡：1 个", timeout=PATIENCE_MS)
    frame.wait_for_function("() => epigrid.stats().layers.marks?.drawn === 1", timeout=PATIENCE_MS)
    visit.context.close()
    town.restart()
    for page in (PAGE, "/"):
        again = opened(chromium, town.url + page)
        frame = drawn(again, "marks")
        assert frame.evaluate("(id) => epigrid.whereIs('marks', id)", f"junctions:{feature}")
        assert again.outside == [] and again.dialogs == []
        again.context.close()


def test_a_point_of_the_budget_shows_its_posts(site: str, chromium: Browser) -> None:
    visit = opened(chromium, site + PAGE)
    page = visit.page
    before = drawn(visit, "proposed").evaluate("() => epigrid.stats().layers.proposed.features")
    marks = page.locator("[class*=st-key-budget_] path[aria-roledescription='point']")
    expect(marks.first).to_be_attached(timeout=PATIENCE_MS)
    marks.nth(1).click(force=True)
    page.wait_for_url("**posts=1**")
    frame = visit.map()
    fewer = "(n) => epigrid.stats().settled && epigrid.stats().layers.proposed.features < n"
    frame.wait_for_function(fewer, arg=before, timeout=PATIENCE_MS)
    visit.context.close()


def test_a_phone_has_no_sideways_scroll_and_room_for_thumbs(site: str, chromium: Browser) -> None:
    visit = opened(chromium, site + PAGE, viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    page = visit.page
    drawn(visit, "leading")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth") <= 390
    buttons = page.locator(".stMain button:visible:not([data-testid=stTooltipHoverTarget] *)").all()
    small = {b.inner_text(): box["height"] for b in buttons if (box := b.bounding_box()) and b.inner_text().strip() and box["height"] < 44}
    assert small == {}
    visit.context.close()


def test_a_city_comes_with_its_progress_told(demo_city: Path, tmp_path: Path, chromium: Browser) -> None:
    with served(copied(demo_city, tmp_path / "city")) as url:
        visit = Visit(chromium, viewport={"width": 1440, "height": 900})
        visit.page.goto(url + PAGE)
        expect(visit.page.locator(".st-key-coverage_status [data-testid=stProgress]")).to_be_visible(timeout=PATIENCE_MS)
        expect(visit.page.locator(".st-key-figures [data-testid=stMetric]")).to_have_count(4, timeout=PATIENCE_MS)
        drawn(visit, "leading")
        visit.context.close()
