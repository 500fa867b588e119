"""The briefing as one HTML file: it asks for nothing, runs nothing, and every number leads to its source and back."""

from __future__ import annotations

import base64
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from briefing.editing import apply
from briefing.writers import html
from tests.briefings import HOSTILE, sample, sheets

if TYPE_CHECKING:
    from playwright.sync_api import Browser


class Read(HTMLParser):
    """What a browser makes of the file: its elements with their attributes, and its text."""

    def __init__(self, page: bytes) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self.feed(page.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text.append(data)

    def values(self, attribute: str) -> list[str]:
        return [found[attribute] or "" for _, found in self.elements if attribute in found]


@pytest.fixture(scope="module")
def page() -> bytes:
    return html.write(sample(), sheets())


def test_the_same_briefing_gives_the_same_bytes(page: bytes) -> None:
    assert html.write(sample(), sheets()) == page


def test_every_link_leads_somewhere_in_the_file_and_every_id_is_one(page: bytes) -> None:
    read = Read(page)
    ids = read.values("id")
    assert len(set(ids)) == len(ids)
    assert {target.removeprefix("#") for target in read.values("href")} <= set(ids)
    assert all(target.startswith("#") for target in read.values("href"))


def test_every_number_leads_to_its_row_and_the_row_back(page: bytes) -> None:
    anchors = [found for tag, found in Read(page).elements if tag == "a"]
    links = [(found.get("id"), found["href"]) for found in anchors if found.get("class") in ("number", "number hand")]
    assert [name for name, _ in links] == [number.id for number in sample().numbers]
    for name, target in links:
        row = page.decode().split(f'id="{target[1:]}"')[1].split("</tr>")[0]
        assert f'href="#{name}"' in row


def test_nothing_comes_from_elsewhere_and_no_text_of_the_data_is_markup(page: bytes) -> None:
    read = Read(page)
    assert not {tag for tag, _ in read.elements} & {"script", "link", "iframe", "object", "base", "form", "svg"}
    assert not [name for _, found in read.elements for name in found if name.startswith("on")]
    assert not re.search(rb"https?:|//|@import|url\(", re.sub(rb"base64,[^\"]*", b"", page))
    assert "default-src 'none'" in next(f["content"] or "" for _, f in read.elements if f.get("http-equiv"))
    assert HOSTILE in read.text
    assert f"建议增设卡口5个：在{HOSTILE}。" in "".join(read.text)


def test_the_maps_are_in_the_file_and_their_pictures_are_whole(page: bytes) -> None:
    sources = [found["src"] or "" for tag, found in Read(page).elements if tag == "img"]
    assert [base64.b64decode(source.removeprefix("data:image/png;base64,")) for source in sources] == [sheet.png for sheet in sheets()]


def test_what_a_person_wrote_is_marked_and_an_emptied_paragraph_is_left_out(page: bytes) -> None:
    text = "".join(Read(page).text)
    assert "入户960（人工修改，系统值956）次，发放口罩1,000（人工填写）只。" in text
    emptied = html.write(apply(sample(), {"problems_posts": ""}), sheets())
    assert re.search(r'id="visits"[^>]*>960<', page.decode())  # what is printed, not what the system says
    assert page.count(b"<p") - emptied.count(b"<p") == 1


def test_in_english_it_says_so() -> None:
    read = Read(html.write(sample(lang="en"), ()))
    assert read.elements[0] == ("html", {"lang": "en"})
    assert "Internal use" in read.text and "内部使用" not in read.text


@pytest.mark.browser
def test_it_opens_offline_on_a_screen_and_on_a_phone(chromium: Browser, tmp_path: Path, page: bytes) -> None:
    file = tmp_path / "briefing.html"
    file.write_bytes(page)
    opened = chromium.new_page(viewport={"width": 1440, "height": 900})
    asked: list[str] = []
    said: list[str] = []
    opened.on("request", lambda request: asked.append(request.url))
    opened.on("console", lambda message: said.append(message.text))
    opened.on("pageerror", lambda error: said.append(str(error)))
    try:
        opened.goto(file.as_uri())
        assert [url for url in asked if not url.startswith("data:")] == [file.as_uri()]
        assert opened.evaluate("[...document.images].every(i => i.complete && i.naturalWidth > 0)")
        opened.click("#entrances_sealed")
        assert opened.evaluate("document.querySelector(':target').textContent") == "2"
        opened.click(":target a")
        assert opened.evaluate("document.querySelector(':target').id") == "entrances_sealed"
        opened.set_viewport_size({"width": 390, "height": 844})
        assert opened.evaluate("document.documentElement.scrollWidth") == 390
        assert opened.evaluate("Math.min(...[...document.querySelectorAll('nav a')].map(a => a.getBoundingClientRect().height))") >= 44
        assert not said
    finally:
        opened.close()
