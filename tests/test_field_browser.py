"""The field page on a phone: entries outlive a network that drops, a reload and a second tab, and arrive once each."""

from __future__ import annotations

import json
import re
import tempfile
import zipfile
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import pytest
from playwright.sync_api import Locator, Page, expect

import channel
from queries.statements import Query
from queries.store import open_store
from tests.fieldwork import GRID, fill_grid
from tests.server import Site
from tests.township import HOSTILE
from tests.visit import PATIENCE_MS, Visit, settled

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PAGE = f"/field?area={GRID}"
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
SENDING = "**/field/events*"
ALL_SENT = "全部已发送"


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Serve a grid that the tests share: what one brings into it, the others look away from (``Ledger``)."""
    workspace = tmp_path_factory.mktemp("site") / "grid"
    with open_store(workspace) as store:
        fill_grid(store)
    running = Site(workspace)
    yield running
    running.stop()


@pytest.fixture
def grid(shared: Site) -> Site:
    shared.start()
    return shared


@pytest.fixture
def site(grid: Site) -> str:
    return grid.url


class Ledger:
    """What phones have brought into a table since a test began."""

    def __init__(self, grid: Site, folder: Path, table: str) -> None:
        self.grid, self.folder, self.table = grid, folder, table
        self.known = set(self._rows()["event_id"])

    def brought(self) -> pd.DataFrame:
        rows = self._rows()
        return rows[~rows["event_id"].isin(self.known)]

    def _rows(self) -> pd.DataFrame:
        """Return all rows that a backup holds which the running dashboard writes."""
        file = self.folder / "backup.zip"
        told = StringIO()
        command = {"command": "backup", "file": str(file), "workspace": str(self.grid.workspace), "json": False, "lang": "en"}
        assert channel.delegate(self.grid.workspace, command, out=told, err=told) == 0, told.getvalue()
        place = tempfile.mkdtemp(dir=self.folder)
        with zipfile.ZipFile(file) as archive:
            archive.extractall(place)
        with open_store(Path(place)) as store:
            return store._fetch(Query(f"select * from ledger.{self.table} order by event_id", (), "a test"), {})


def opened(browser: Browser, url: str, **options: object) -> Visit:
    visit = Visit(browser, **{**PHONE, **options})
    visit.page.goto(url)
    settled(visit.page)
    expect(visit.page.locator(".field .row").first).to_be_visible(timeout=PATIENCE_MS)
    return visit


def row(page: Page, subject: str) -> Locator:
    return page.locator(f".row[data-id='{subject}']")


def state(page: Page) -> Locator:
    return page.locator(".network")


def look_at_entries(page: Page) -> None:
    """Press how the network stands, as a finger does: a mouse loses its click when the page is drawn anew before it is let go."""
    state(page).tap()


def measure(page: Page, episode: str, *, steps: int) -> None:
    row(page, episode).click()
    for _ in range(steps):
        page.locator(".stepper .step").nth(1).click()
    page.locator(".save").click()


def test_two_readings_with_the_network_cut_between_them_arrive_once_each(grid: Site, tmp_path: Path, chromium: Browser) -> None:
    ledger = Ledger(grid, tmp_path, "reading")
    visit = opened(chromium, grid.url + PAGE)
    page = visit.page
    measure(page, "i1", steps=2)
    expect(state(page)).to_have_text(ALL_SENT, timeout=PATIENCE_MS)
    expect(row(page, "i1")).to_contain_text("36.7 °C")
    (stored,) = page.evaluate("() => Object.entries(localStorage).filter(([key]) => key.includes('.entry.')).map(([, entry]) => entry)")
    assert json.loads(stored).keys() == {"id", "kind", "subject", "label", "taken_at", "state", "tries", "sent_at"}
    visit.context.set_offline(True)
    row(page, "i2").click()
    page.locator(".stepper input").fill("36.９")
    page.locator(".save").click()
    expect(state(page)).to_have_text("无网络 · 1 条待发送")
    expect(row(page, "i2")).to_contain_text("待发送")
    visit.context.set_offline(False)
    expect(state(page)).to_have_text(ALL_SENT, timeout=PATIENCE_MS)
    expect(row(page, "i2")).to_contain_text("36.9 °C", timeout=PATIENCE_MS)
    expect(row(page, "i2")).to_have_class(re.compile("alarm"))  # a calmer reading does not take back the one that alarmed
    expect(row(page, "i2")).to_contain_text("37.6 °C")
    expect(page.locator(".row.alarm")).to_have_count(1)
    visit.context.close()
    found = ledger.brought()
    assert sorted(zip(found["episode_id"], found["temperature"], strict=True)) == [("i1", 36.7), ("i2", 36.9)]


def test_an_entry_that_waits_outlives_a_reload_and_two_tabs_send_it_once(grid: Site, tmp_path: Path, chromium: Browser) -> None:
    ledger = Ledger(grid, tmp_path, "reading")
    visit = opened(chromium, grid.url + PAGE)
    page = visit.page
    visit.context.route(SENDING, lambda route: route.abort())
    page.route(SENDING, lambda route: route.abort())
    measure(page, "i1", steps=3)
    expect(state(page)).to_contain_text("1 条待发送")
    page.reload()
    expect(state(page)).to_contain_text("1 条待发送", timeout=PATIENCE_MS)
    page.locator("[data-tab=entries]").click()
    expect(page.locator(".entry.waiting")).to_contain_text("36.8 °C")
    other = visit.context.new_page()
    other.goto(grid.url + PAGE)
    expect(state(other)).to_contain_text("1 条待发送", timeout=PATIENCE_MS)
    visit.context.unroute(SENDING)
    page.unroute(SENDING)
    for tab in (page, other):
        tab.evaluate("() => { window.dispatchEvent(new Event('online')); }")
    for tab in (page, other):
        expect(state(tab)).to_have_text(ALL_SENT, timeout=PATIENCE_MS)
    expect(page.locator(".entry.sent")).to_have_count(1)
    visit.context.close()
    assert ledger.brought()["temperature"].tolist() == [36.8]


def test_what_is_being_written_outlives_a_reload(site: str, chromium: Browser) -> None:
    visit = opened(chromium, site + PAGE)
    page = visit.page
    row(page, "i1").click()
    page.locator(".stepper .step").first.click()
    page.locator(".chip[data-code=cough]").click()
    page.locator(".question").nth(2).locator(".chip").nth(1).click()
    page.locator(".sheet > input").fill(HOSTILE)
    page.reload()
    expect(page.locator(".save")).to_have_text("记录 36.4 °C", timeout=PATIENCE_MS)
    expect(page.locator(".chip[data-code=cough]")).to_have_attribute("aria-pressed", "true")
    expect(page.locator(".sheet > input")).to_have_value(HOSTILE)
    page.locator(".back").click()
    expect(row(page, "i1")).to_be_visible()
    visit.context.close()


def test_a_refused_entry_says_why_and_can_be_mended(grid: Site, tmp_path: Path, chromium: Browser) -> None:
    ledger = Ledger(grid, tmp_path, "visit")
    visit = opened(chromium, grid.url + PAGE)
    page = visit.page
    page.locator("[data-tab=doors]").click()
    row(page, "h4").click()
    page.locator(".chip[data-code=registered]").click()
    page.locator(".count input").first.fill("500")
    page.locator(".save").click()
    expect(state(page)).to_have_text("1 条被退回", timeout=PATIENCE_MS)
    page.reload()
    look_at_entries(page)
    entry = page.locator(".entry.refused")
    expect(entry.locator(".why")).to_contain_text("500", timeout=PATIENCE_MS)
    entry.locator(".mend").click()
    expect(page.locator(".count input").first).to_have_value("500")
    page.locator(".count input").first.fill("4")
    page.locator(".save").click()
    expect(state(page)).to_have_text(ALL_SENT, timeout=PATIENCE_MS)
    expect(page.locator(".entry")).to_have_count(1)
    page.locator("[data-tab=doors]").click()
    expect(row(page, "h4")).to_have_count(0, timeout=PATIENCE_MS)
    visit.context.close()
    assert ledger.brought()[["household_id", "screened"]].to_numpy().tolist() == [["h4", 4]]


def test_one_entry_that_the_server_trips_over_holds_up_no_other(site: str, chromium: Browser) -> None:
    visit = opened(chromium, site + PAGE)
    page = visit.page
    page.route(SENDING, lambda route: route.abort())
    measure(page, "i1", steps=1)
    measure(page, "i2", steps=1)
    expect(state(page)).to_contain_text("2 条待发送")
    page.unroute(SENDING)
    trips = lambda route: route.fulfill(status=500, body="no") if '"i1"' in (route.request.post_data or "") else route.continue_()  # noqa: E731
    page.route(SENDING, trips)
    page.evaluate("() => { window.dispatchEvent(new Event('online')); }")
    expect(state(page)).to_have_text("1 条被退回", timeout=PATIENCE_MS)
    look_at_entries(page)
    expect(page.locator(".entry.refused")).to_contain_text("36.6 °C")
    expect(page.locator(".entry.sent")).to_have_count(1)
    visit.context.close()


def test_a_press_of_the_mouse_that_news_arrive_under_is_a_click(site: str, chromium: Browser) -> None:
    visit = opened(chromium, site + PAGE)
    page = visit.page
    entries = page.locator("[data-tab=entries]")
    expect(entries).to_have_attribute("aria-pressed", "false")
    entries.hover()
    page.mouse.down()
    page.evaluate("() => { window.dispatchEvent(new Event('offline')); }")
    page.mouse.up()
    expect(entries).to_have_attribute("aria-pressed", "true")
    visit.context.close()


def test_my_grid_is_chosen_once(site: str, chromium: Browser) -> None:
    visit = opened(chromium, site + "/field")
    page = visit.page
    page.locator(".row", has_text="柳林村").click()
    page.wait_for_url("**area=b**")
    expect(page.locator(".field .grid")).to_contain_text("柳林村", timeout=PATIENCE_MS)
    page.locator("[data-tab=entrances]").click()
    expect(row(page, "e3")).to_contain_text(HOSTILE)
    page.goto(site + "/field")
    page.wait_for_url("**area=b**")
    page.locator(".field .grid").click()
    expect(page.locator(".row", has_text="朝阳村")).to_be_visible(timeout=PATIENCE_MS)
    assert visit.dialogs == [] and visit.outside == []
    visit.context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_phone_has_room_for_thumbs_and_no_sideways_scroll(site: str, chromium: Browser, scheme: str) -> None:
    visit = opened(chromium, site + PAGE, color_scheme=scheme)
    page = visit.page

    def has_room() -> None:
        assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth") <= 390
        targets = page.locator(":is(.field button, .field input, .field textarea):visible").all()
        boxes = [(t.inner_text(), t.bounding_box()) for t in targets]
        assert boxes
        assert [
            (name, box) for name, box in boxes if not box or min(box["height"], box["width"]) < 44 or box["x"] + box["width"] > 390
        ] == []

    has_room()
    row(page, "i1").click()
    has_room()
    page.locator(".back").click()
    page.locator("[data-tab=doors]").click()
    has_room()
    row(page, "h3").click()
    page.locator(".chip[data-code=registered]").click()
    has_room()
    background = page.evaluate("getComputedStyle(document.querySelector('[data-testid=stApp]')).backgroundColor")
    assert (sum(map(int, re.findall(r"\d+", background)[:3])) > 380) is (scheme == "light")
    visit.context.close()


def test_typing_goes_on_when_the_server_is_gone(grid: Site, chromium: Browser) -> None:
    visit = opened(chromium, grid.url + PAGE)
    page = visit.page
    page.evaluate(
        """() => {
            window.notices = 0;
            const count = (changes) => { for (const { addedNodes } of changes) for (const node of addedNodes)
                if (node.dataset?.testid === "stDialog") window.notices += 1; };
            new MutationObserver(count).observe(document.body, { childList: true });
        }"""
    )
    page.locator("[data-tab=entrances]").click()
    row(page, "e1").click()
    note = page.locator("textarea")
    note.fill("铁链断开")
    note.focus()
    grid.stop()
    page.wait_for_function("() => window.notices > 0 && !document.querySelector('[data-testid=stDialog]')", timeout=PATIENCE_MS)
    page.keyboard.type("，无人看守")
    expect(note).to_have_value("铁链断开，无人看守")
    page.locator(".save").click()
    expect(state(page)).to_contain_text("1 条待发送")
    visit.context.close()
