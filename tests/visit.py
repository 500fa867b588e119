"""A visit to the dashboard in a browser of its own, which can reach this machine alone."""

from __future__ import annotations

import contextlib
import re
import time

from playwright.sync_api import Browser, Error, Frame, Page, Request, expect

PATIENCE_MS = 60_000
READY = "window.epigrid?.stats?.()?.settled && Object.values(window.epigrid.stats().layers).some(l => l.drawn > 0)"
STATE = """() => JSON.stringify({
    now: Date.now(), ready: document.readyState, leaflet: typeof window.L, epigrid: typeof window.epigrid, stats: window.epigrid?.stats?.(),
    scripts: [...document.scripts].map(s => s.src).filter(Boolean),
    fetched: performance.getEntriesByType("resource").map(r => [r.name.slice(-80), r.responseStatus, Math.round(r.duration)]),
})"""


# What a page may ask for; everything else the browser finds at no address (see the fixture ``chromium``).
HERE = re.compile(r"(https?|wss?)://(127\.0\.0\.1|localhost)[:/]|data:|blob:|about:")


class Visit:
    """A page of a fresh browser profile that can reach this machine alone; what else it asks for is noted.

    Nothing stands between the page and the server, and nothing moves for show: a page is drawn in half the time.
    """

    def __init__(self, browser: Browser, **options: object) -> None:
        self.context = browser.new_context(**{"locale": "zh-CN", "reduced_motion": "reduce", **options})
        self.page: Page = self.context.new_page()
        self.page.set_default_timeout(PATIENCE_MS)
        self.outside: list[str] = []
        self.dialogs: list[str] = []
        self.told: list[str] = []
        self.errors: list[str] = []
        self.pending: dict[Request, None] = {}
        self.context.on("request", lambda request: self._note(request.url))
        self.page.on("websocket", lambda socket: self._note(socket.url))
        self.page.on("console", lambda message: self.told.append(message.text))
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("request", lambda request: self.pending.setdefault(request))
        for over in ("requestfinished", "requestfailed"):
            self.page.on(over, lambda request: self.pending.pop(request, None))
        self.page.on("dialog", lambda dialog: (self.dialogs.append(dialog.message), dialog.dismiss()))

    def _note(self, url: str) -> None:
        if not HERE.match(url):
            self.outside.append(url)

    def map(self) -> Frame:
        """Return the frame of the map once it has drawn features.

        Asked anew each time, from here: a wait inside the frame polls by its animation frames, and was seen to sleep for half a minute
        while the map had been ready for as long.
        """
        deadline = time.monotonic() + PATIENCE_MS / 1000
        while time.monotonic() < deadline:
            handle = self.page.wait_for_selector("iframe[title^='streamlit_folium']", state="attached")
            frame = handle.content_frame()
            with contextlib.suppress(Error):  # the frame may just be loading
                if frame is not None and frame.evaluate(READY):
                    return frame
            self.page.wait_for_timeout(100)
        raise AssertionError(f"the map of {self.page.url} did not become ready in {PATIENCE_MS // 1000} s: {self._state(frame)}")

    def _state(self, frame: Frame | None) -> str:
        """Return what a map that did not become ready looks like: the next one to look for the fault starts here."""
        try:
            state = frame.evaluate(STATE) if frame else "no frame"
        except Error as error:
            state = str(error)
        pending = [request.url for request in self.pending]
        return f"{state}\n  console {self.told + self.errors}\n  pending {pending}"


def settled(page: Page) -> None:
    """Wait until the page has been drawn: its title is there, nothing runs."""
    expect(page.locator(".stMain h1").first).to_be_visible(timeout=PATIENCE_MS)
    expect(page.locator('[data-testid="stApp"][data-test-script-state="running"]')).to_have_count(0, timeout=PATIENCE_MS)
