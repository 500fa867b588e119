"""What a reader of the ledgers takes: who looks, at which moment, as known when, at which area. A fact of a view is asked for once.

A view is frozen: the moment is settled when it is made. ``fact`` marks a function of a view whose answer is kept for the workspace's
revision, by scope, moment, cut-off of knowledge, area and arguments; pages, briefings and jobs share what is kept.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import wraps
from typing import Any, Concatenate, ParamSpec, Self, TypeVar
from weakref import WeakKeyDictionary

import geopandas as gpd
import pandas as pd

from queries.store import Store, Viewer

# Answers kept for one open workspace; the one asked for longest ago goes first.
FACTS_KEPT = 512

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True, init=False)
class View:
    """One area at one moment, as known at another, as far as a viewer may see.

    Attributes
    ----------
    at
        Aware, in the workspace's zone.
    known_at
        None: everything known so far.
    area
        None: all that the viewer sees.
    """

    store: Store
    viewer: Viewer
    at: datetime
    known_at: datetime | None
    area: str | None

    def __init__(
        self,
        store: Store,
        viewer: Viewer,
        *,
        at: datetime | str | None = None,
        known_at: datetime | str | None = None,
        area: str | None = None,
    ) -> None:
        """Settle the moment: None is the workspace's now. Raises InputError for a text that is no time."""
        settled = {"store": store, "viewer": viewer, "at": store.moment(at), "known_at": _known(store, known_at), "area": area}
        for name, value in settled.items():
            object.__setattr__(self, name, value)

    # Other views

    @property
    def whole(self) -> Self:
        """Return the view of all that the viewer sees."""
        return self if self.area is None else replace(self, area=None)

    def narrowed(self, area: str | None) -> Self:
        """Return the view of another area."""
        return replace(self, area=area)

    def moved(self, at: datetime | str | None, *, known_at: datetime | str | None = None) -> Self:
        """Return the view of another moment, as known at ``known_at`` (None: everything known so far)."""
        return replace(self, at=self.store.moment(at), known_at=_known(self.store, known_at))

    # Reading

    def run(self, name: str, **more: Any) -> pd.DataFrame:
        """Run ``queries/NAME.sql`` for this view; ``more`` are the parameters that a view does not hold (``Store.run``)."""
        return self.store.run(name, self.viewer, at=self.at, known_at=self.known_at, area=self.area, **more)

    def layer(self, name: str) -> gpd.GeoDataFrame:
        """Return a layer as it is recorded (``Store.layer``); ``ledgers.state.layer`` adds what follows from it at the hour."""
        return self.store.layer(name, self.viewer, at=self.at, known_at=self.known_at, area=self.area)

    @property
    def scope(self) -> list[str] | None:
        """Return the ids of the areas in view; None is everything. Raises NotFound for an area that is not there or not in view."""
        return self.store.scope(self.viewer, self.area, at=self.at, known_at=self.known_at)


def _known(store: Store, moment: datetime | str | None) -> datetime | None:
    return store.moment(moment) if moment else None


# Facts


def fact(ask: Callable[Concatenate[View, P], T]) -> Callable[Concatenate[View, P], T]:
    """Keep what a function of a view answers, until the workspace changes.

    Frames are handed out as copies on write; what lies inside other answers is shared, so do not write to it. A call with an argument
    that cannot be hashed is not kept.
    """

    @wraps(ask)
    def asked(view: View, /, *args: P.args, **kwargs: P.kwargs) -> T:
        key = (ask, view.viewer.areas, view.at, view.known_at, view.area, args, tuple(sorted(kwargs.items())))
        try:
            hash(key)
        except TypeError:
            return ask(view, *args, **kwargs)
        found = _facts_of(view.store).once(view.store.revision, key, lambda: ask(view, *args, **kwargs))
        return found.copy(deep=False) if isinstance(found, pd.DataFrame) else found

    return asked


@dataclass
class _Facts:
    """What is kept for one open workspace. Safe to share between threads: who asks for what is being asked waits for that answer."""

    revision: int = -1
    kept: OrderedDict[Hashable, Future[Any]] = field(default_factory=OrderedDict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def once(self, revision: int, key: Hashable, ask: Callable[[], T]) -> T:
        with self.lock:
            if revision > self.revision:
                self.kept.clear()
                self.revision = revision
            known = self.kept.get((revision, key))
            if known is None:
                mine: Future[T] = Future()
                self.kept[revision, key] = mine
                if len(self.kept) > FACTS_KEPT:
                    self.kept.popitem(last=False)
            else:
                self.kept.move_to_end((revision, key))
        if known is not None:
            answer: T = known.result()
            return answer
        try:
            mine.set_result(ask())
        except BaseException as error:
            with self.lock:
                self.kept.pop((revision, key), None)
            mine.set_exception(error)
            raise
        return mine.result()


_lock = threading.Lock()
_facts: WeakKeyDictionary[Store, _Facts] = WeakKeyDictionary()


def _facts_of(store: Store) -> _Facts:
    with _lock:
        return _facts.setdefault(store, _Facts())
