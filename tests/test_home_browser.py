"""The command map in a browser: what is chosen is chosen everywhere, an undo is asked for, a phone has room for it all."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from queries.store import open_store
from tests.demo_town import copied
from tests.server import served

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Route

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PATIENCE_MS = 60_000


@pytest.fixture(scope="module")
def site(demo_town: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with served(copied(demo_town, tmp_path_factory.mktemp("browser") / "town")) as url:
        yield url


@pytest.fixture
def opened(site: str, chromium: Browser) -> Iterator[Page]:
    page = chromium.new_page(viewport={"width": 1440, "height": 900}, locale="zh-CN", reduced_motion="reduce")
    page.set_default_timeout(PATIENCE_MS)
    page.goto(site)
    page.wait_for_selector(".st-key-map_box iframe")
    page.wait_for_selector(".st-key-attention button")
    yield page
    page.close()


def test_the_essentials_are_seen_without_scrolling_and_the_wall_shows_no_controls(opened: Page) -> None:
    window = opened.viewport_size
    assert window is not None
    tiles = opened.locator(".st-key-figures [data-testid=stMetric]")
    assert tiles.count() == 7
    map_box = opened.locator(".st-key-map_box iframe").bounding_box()
    attention = opened.locator(".st-key-attention button").first.bounding_box()
    story = opened.locator(".st-key-story").bounding_box()
    assert map_box and attention and story
    assert map_box["height"] >= 0.6 * window["height"]
    assert attention["y"] + attention["height"] <= window["height"]
    assert story["x"] > map_box["x"] + map_box["width"]
    opened.locator(".st-key-wall_toggle button").first.click()
    opened.wait_for_url("**wall=1*")
    opened.locator("[data-testid=stSidebar]").wait_for(state="hidden")
    assert opened.locator(".st-key-timebar").count() == 0
    assert opened.locator(".st-key-figures [data-testid=stMetric]").count() == 7


def test_a_choice_in_the_attention_line_is_one_everywhere_and_time_leaves_the_map_alone(opened: Page) -> None:
    opened.evaluate("document.querySelector('.st-key-map_box iframe').dataset.mine = 'yes'")
    button = opened.locator("[class*=st-key-attention_unstaffed] button").first
    name = button.inner_text().split("\n")[-1].split("：")[0]
    button.click()
    opened.wait_for_url("**sel=*")
    opened.locator(".st-key-story", has_text=name).wait_for()
    opened.locator(".st-key-time_back button").first.click()
    opened.wait_for_url("**at=2020-02-12T17*")
    opened.locator(".st-key-title_row", has_text="17:00").wait_for()
    assert opened.evaluate("document.querySelector('.st-key-map_box iframe').dataset.mine") == "yes"
    opened.go_back()
    opened.locator(".st-key-title_row", has_text="18:00").wait_for()


def test_undo_wants_a_reason_and_is_told_in_the_story(opened: Page, site: str) -> None:
    opened.locator(".st-key-search_menu button").first.click()
    opened.locator(".st-key-search_text input").fill("青禾花园南门")
    opened.keyboard.press("Enter")
    opened.locator("[class*=st-key-found_entrances] button").first.click()
    opened.wait_for_url("**sel=entrances*")
    opened.goto(opened.url)
    opened.locator("[class*=st-key-undo_0] button").first.click()
    dialog = opened.locator("[role=dialog]")
    dialog.locator(".stFormSubmitButton button").click()
    dialog.locator("[data-testid=stAlert]", has_text="事由").wait_for()
    dialog.locator("input").fill("登记有误")
    dialog.locator(".stFormSubmitButton button").click()
    opened.locator(".st-key-story", has_text="登记有误").wait_for()
    opened.locator(".st-key-figures", has_text="未定 1").wait_for()


def test_a_phone_has_no_sideways_scroll_and_room_for_thumbs(site: str, chromium: Browser) -> None:
    page = chromium.new_page(
        viewport={"width": 390, "height": 844}, locale="zh-CN", reduced_motion="reduce", has_touch=True, is_mobile=True
    )
    page.set_default_timeout(PATIENCE_MS)
    page.goto(site)
    page.wait_for_selector(".st-key-attention button")
    page.wait_for_selector(".st-key-map_box iframe")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth") <= 390
    tiles = [tile.bounding_box() for tile in page.locator(".st-key-figures [data-testid=stMetric]").all()]
    assert len({round(tile["x"]) // 20 for tile in tiles if tile}) == 2
    rows = page.locator(".st-key-timebar button:visible, .st-key-figures button:visible, .st-key-attention button:visible").all()
    heights = {row.evaluate("e => e.innerText"): box["height"] for row in rows if (box := row.bounding_box())}
    assert {text: height for text, height in heights.items() if height < 44} == {}
    page.close()


# What goes wrong while the map comes up

MAP = ".st-key-map_box iframe"


@pytest.fixture
def blank(chromium: Browser) -> Iterator[Page]:
    page = chromium.new_page(viewport={"width": 1440, "height": 900}, locale="zh-CN", reduced_motion="reduce")
    page.set_default_timeout(PATIENCE_MS)
    yield page
    page.close()


def map_tells(page: Page, condition: str) -> None:
    """Wait until the map's own figures say so."""
    handle = page.wait_for_selector(MAP, state="attached")
    frame = handle.content_frame() if handle else None
    assert frame is not None
    frame.wait_for_function(f"(() => {{ const s = window.epigrid?.stats?.(); return s && ({condition}); }})()")


def test_a_moment_chosen_while_the_map_loads_is_the_one_it_shows(blank: Page, site: str) -> None:
    held: list[Route] = []
    asked: list[str] = []
    blank.on("request", lambda request: asked.append(request.url))
    blank.route("**/assets/map/*.js", lambda route: held.append(route))
    blank.goto(site)
    blank.wait_for_selector(".st-key-attention button")
    blank.locator(".st-key-time_cutoff button").first.click()
    blank.wait_for_url("**at=*")
    blank.wait_for_selector('[data-testid="stApp"][data-test-script-state="notRunning"]')
    assert held
    held[0].continue_()
    map_tells(blank, "s.updates && s.settled")
    deadline = time.monotonic() + 20
    while not any("/layers/" in url and "at=" in url for url in asked) and time.monotonic() < deadline:
        blank.wait_for_timeout(100)
    assert any("/layers/" in url and "at=" in url for url in asked)


def test_what_is_never_answered_or_refused_once_is_asked_for_again(blank: Page, site: str) -> None:
    layer: list[str] = []
    basemap: list[str] = []

    def once_silent(route: Route) -> None:
        layer.append(route.request.url)
        if len(layer) > 1:
            route.continue_()

    def once_busy(route: Route) -> None:
        basemap.append(route.request.url)
        if len(basemap) > 1:
            route.continue_()
        else:
            route.fulfill(status=503, json={"error": "busy"})

    blank.add_init_script("window.epigrid = { patience: 3000 };")
    blank.route("**/layers/entrances.geojson*", once_silent)
    blank.route("**/basemap.json", once_busy)
    blank.goto(site)
    map_tells(blank, "s.settled && s.layers.entrances?.drawn > 0")
    map_tells(blank, "s.tiles > 0")
    assert len(layer) > 1
    assert len(basemap) > 1


def test_a_bad_link_is_told_in_one_sentence(blank: Page, site: str) -> None:
    blank.goto(f"{site}/?at=yesterday")
    alert = blank.locator("[data-testid=stAlert]")
    alert.wait_for()
    assert "yesterday" in alert.inner_text()
    assert blank.locator("[data-testid=stException]").count() == 0
    assert "Traceback" not in blank.content()
    blank.locator(".stMain button", has_text="回到当前").click()
    blank.locator(".st-key-figures").wait_for()


def test_an_empty_workspace_says_what_to_do_first(tmp_path: Path, chromium: Browser) -> None:
    with open_store(tmp_path / "empty"):
        pass
    with served(tmp_path / "empty") as url:
        page = chromium.new_page(locale="zh-CN", reduced_motion="reduce")
        page.set_default_timeout(PATIENCE_MS)
        page.goto(url)
        page.locator("h1", has_text="工作区还是空的").wait_for()
        page.close()
