"""The briefing in a browser: a number leads to its query, a number changed by hand is marked, files and maps come by their routes."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, Download, Locator, Page, expect
from township import at, fill

from queries.store import open_store
from tests.server import served
from tests.visit import PATIENCE_MS, Visit, settled

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    workspace = tmp_path_factory.mktemp("briefing") / "workspace"
    with open_store(workspace) as store:
        fill(store, recorded_at=at(1))
    with served(workspace) as address:
        yield address


def fetched(page: Page, link: Locator) -> Download:
    expect(link).to_be_visible(timeout=2 * PATIENCE_MS)
    with page.expect_download(timeout=PATIENCE_MS) as coming:
        link.click()
    return coming.value


def test_a_number_leads_to_its_query_is_rewritten_and_marked_in_the_file(chromium: Browser, url: str) -> None:
    visit = Visit(chromium, viewport={"width": 1440, "height": 900}, accept_downloads=True)
    page = visit.page
    page.goto(f"{url}/briefing?maps=none")
    settled(page)
    line = page.locator(".briefing .line", has_text="出入口3个").first
    expect(line).to_be_visible(timeout=2 * PATIENCE_MS)  # the first draft of a server waits for all its parts to be loaded
    line.locator(".number").first.click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("entrances.total", timeout=PATIENCE_MS)
    dialog.get_by_text("queries/posts/count_entrances.sql").click()
    expect(dialog.locator("code", has_text="feature_at('entrances'")).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)

    line.get_by_role("button", name="修改本段").click()
    text = dialog.locator("textarea")
    expect(text).to_be_visible(timeout=PATIENCE_MS)
    text.fill(text.input_value().replace("出入口3个", "出入口5个") + "已核。")
    text.press("Control+Enter")
    dialog.get_by_role("button", name="保存本段").click()
    expect(page.locator(".briefing .number.hand")).to_have_text("5", timeout=PATIENCE_MS)
    expect(page.locator(".briefing .edited details")).to_have_count(1)

    file = fetched(page, page.get_by_role("link", name="Word"))
    assert file.suggested_filename.endswith(".docx")
    assert "/briefing/files/docx" in file.url
    assert "已核。" in zipfile.ZipFile(io.BytesIO(Path(file.path()).read_bytes())).read("word/document.xml").decode()
    assert visit.outside == [] and visit.dialogs == []
    visit.context.close()


def test_the_command_map_is_printed_as_it_is_on_the_screen(chromium: Browser, url: str) -> None:
    visit = Visit(chromium, viewport={"width": 1280, "height": 900}, accept_downloads=True)
    page = visit.page
    page.goto(f"{url}/?modes=sealed&at=2020-02-12T12:00")
    settled(page)
    frame = visit.map()
    frame.get_by_role("button", name="放大").click()
    frame.wait_for_function("window.epigrid.stats().settled")
    frame.get_by_role("button", name="打印本图").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.locator("img")).to_be_visible(timeout=2 * PATIENCE_MS)  # the sheet in small
    dialog.get_by_role("button", name="生成 PDF").click()
    file = fetched(page, dialog.get_by_role("link"))
    asked = parse_qs(urlsplit(file.url).query)
    west, south, east, north = (float(side) for side in asked["extent"][0].split(","))
    whole = 114.0, 35.0, 114.2, 35.1
    assert west < 114.1 < east and south < 35.05 < north
    assert (east - west) * (north - south) < 4 * (whole[2] - whole[0]) * (whole[3] - whole[1])
    assert asked["filters"] == ['[["entrances","mode",["sealed"]]]']
    assert asked["at"] == ["2020-02-12T12:00:00+08:00"]
    assert Path(file.path()).read_bytes().startswith(b"%PDF")
    assert visit.outside == []
    visit.context.close()
