"""A view settles its moment, and each of its facts is asked for once until the workspace changes."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import FrozenInstanceError
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from errors import InputError, NotFound
from queries.store import LOCAL, Store, Viewer, open_store
from queries.view import View, fact

ASKED: list[Any] = []


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    ASKED.clear()
    with open_store(tmp_path / "w") as opened:
        yield opened


@fact(kept=2)
def told(view: View, word: object = "", *, fails: bool = False) -> pd.DataFrame:
    ASKED.append((view.area, word))
    if fails:
        raise NotFound("There is nothing here.")
    return pd.DataFrame({"n": [1, 2]})


def test_a_view_settles_its_moments(store: Store) -> None:
    view = View(store, LOCAL, at="2020-02-12T18:00", known_at="2020-02-12T19:00", area="a")
    assert view.at == store.moment("2020-02-12T18:00") and view.known_at == store.moment("2020-02-12T19:00")
    assert View(store, LOCAL).at.tzinfo is not None and View(store, LOCAL).known_at is None
    with pytest.raises(FrozenInstanceError):
        view.area = None  # type: ignore[misc]
    with pytest.raises(InputError):
        View(store, LOCAL, at="soon")


def test_other_views_of_it_keep_the_rest(store: Store) -> None:
    view = View(store, LOCAL, at="2020-02-12T18:00", known_at="2020-02-12T19:00", area="a")
    assert view.whole == View(store, LOCAL, at=view.at, known_at=view.known_at) and view.whole.whole is not view
    assert view.narrowed("b").area == "b" and view.narrowed("b").known_at == view.known_at
    moved = view.moved("2020-02-13")
    assert (moved.at, moved.known_at, moved.area) == (store.moment("2020-02-13"), None, "a")


def test_a_fact_is_asked_for_once_until_the_workspace_changes(store: Store) -> None:
    view = View(store, LOCAL, at="2020-02-12")
    told(view), told(View(store, LOCAL, at="2020-02-12")), told(view, "x"), told(view.narrowed("a"))
    assert ASKED == [(None, ""), (None, "x"), ("a", "")]
    store.set_settings(LOCAL, {"title": "Another"})
    told(view)
    assert len(ASKED) == 4


def test_scopes_share_no_facts(store: Store) -> None:
    told(View(store, LOCAL, at="2020-02-12"))
    told(View(store, Viewer("a", areas=frozenset({"a"})), at="2020-02-12"))
    told(View(store, Viewer("b", areas=frozenset({"a"})), at="2020-02-12"))
    assert len(ASKED) == 2


def test_what_is_handed_out_can_be_written_to(store: Store) -> None:
    view = View(store, LOCAL, at="2020-02-12")
    mine, other = told(view), told(view)
    mine["n"] = 0
    other.loc[0, "n"] = 7
    assert told(view)["n"].tolist() == [1, 2] and len(ASKED) == 1


def test_few_answers_are_kept_and_no_failure(store: Store) -> None:
    view = View(store, LOCAL, at="2020-02-12")
    told(view, 1), told(view, 2), told(view, 1), told(view, 3), told(view, 1)
    assert [word for _, word in ASKED] == [1, 2, 3]
    for _ in range(2):
        with pytest.raises(NotFound):
            told(view, fails=True)
    told(view, ["a list"]), told(view, ["a list"])
    assert len(ASKED) == 7


def test_who_asks_meanwhile_waits_for_the_answer(store: Store) -> None:
    asked, begun, go = [], threading.Event(), threading.Event()

    @fact()
    def slow(view: View) -> int:
        asked.append(view)
        begun.set()
        assert go.wait(10)
        return len(asked)

    view = View(store, LOCAL, at="2020-02-12")
    with ThreadPoolExecutor(4) as threads:
        first = threads.submit(slow, view)
        assert begun.wait(10)
        others = [threads.submit(slow, view) for _ in range(3)]
        go.set()
        assert [one.result(10) for one in (first, *others)] == [1, 1, 1, 1]
