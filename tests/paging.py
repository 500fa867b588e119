"""Opening a page of the program on the small township, and finding what it says."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import pytest
from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest
from township import fill

from queries.store import Store
from settings import ROOT
from tests.filled import copy_filled
from ui.background.jobs import jobs
from ui.shell import keys, state

# A page drawn without a server looks through all that is installed for components, which does not change while the tests run.
manifest_scanner.scan_component_manifests = cache(manifest_scanner.scan_component_manifests)


@contextmanager
def served(folder: Path, fill: Callable[[Store], None] = fill) -> Iterator[Store]:
    """Open the township, or what else fills it, as the workspace of this process; wait for its work before closing it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EPIGRID_WORKSPACE", str(copy_filled(fill, folder)))
        yield state.store()
        jobs.finish()
        state.close_store()


def open_page(page: str, *, picked: tuple[str, ...] = (), **params: str) -> AppTest:
    """Open a page at a URL, in English, with features picked."""
    at = AppTest.from_file(str(ROOT / "home.py"), default_timeout=60)
    at.switch_page(page)
    at.query_params.update({"lang": "en", **params})
    if picked:
        at.session_state[f"{keys.PICKED}_{Path(page).stem}"] = picked
    at.run()
    assert not at.exception, at.exception
    return at


def said(at: AppTest) -> str:
    """Return everything the page says in text."""
    return "\n".join(str(e.value).replace("\\", "") for kind in (at.markdown, at.caption, at.error, at.warning, at.info) for e in kind)


def press(at: AppTest, key: str) -> AppTest:
    """Press a button and return the page drawn then."""
    at.button(key=key).click().run()
    assert not at.exception, at.exception
    return at
