"""What a reader of the ledgers takes: who looks, at which moment, as known when, at which area. A fact of a view is asked for once.

A view is frozen: its moment is settled when it is made. ``fact`` marks a function of a view whose answer is kept until the workspace
changes; pages, briefings and long work share what is kept.
"""

from __future__ import annotations

import threading
from collections import OrderedDict, defaultdict
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
        """Run the statement ``name`` for this view; ``more`` are the parameters that a view does not hold (``Store.run``)."""
        return self.store.run(name, self.viewer, at=self.at, known_at=self.known_at, area=self.area, **more)

    def recorded(self, name: str) -> gpd.GeoDataFrame:
        """Return a layer as it is recorded (``Store.layer``); ``ledgers.state.layer`` adds what follows from it at the hour."""
        return self.store.layer(name, self.viewer, at=self.at, known_at=self.known_at, area=self.area)

    @property
    def scope(self) -> list[str] | None:
        """Return the ids of the areas in view; None is everything. Raises NotFound for an area that is not there or not in view."""
        return self.store.scope(self.viewer, self.area, at=self.at, known_at=self.known_at)

    @property
    def is_whole(self) -> bool:
        """Tell whether what lies in no area belongs to the view: it is of everything, or of the only area that lies in no other."""
        if self.area is None or self.viewer.areas is not None:
            return self.area is None and self.viewer.areas is None
        return self.area == self.store.only_root(at=self.at, known_at=self.known_at)

    @property
    def identity(self) -> Hashable:
        """Return what the facts of a view depend on, besides the workspace and its revision."""
        return self.viewer.areas, self.at, self.known_at, self.area


V = TypeVar("V", bound=View)


def _known(store: Store, moment: datetime | str | None) -> datetime | None:
    return store.moment(moment) if moment else None


# Facts


def fact(*, kept: int = 32) -> Callable[[Callable[Concatenate[V, P], T]], Callable[Concatenate[V, P], T]]:
    """Keep what a function of a view answers, until the workspace changes.

    A frame is handed out as a copy on write. What lies inside other answers is shared: do not write to it. A call with an argument that
    cannot be hashed is not kept.

    Parameters
    ----------
    kept
        How many answers of an open workspace are kept; the one asked for longest ago goes first.
    """

    def decorate(ask: Callable[Concatenate[V, P], T]) -> Callable[Concatenate[V, P], T]:
        @wraps(ask)
        def asked(view: V, /, *args: P.args, **kwargs: P.kwargs) -> T:
            key = (view.identity, args, tuple(sorted(kwargs.items())))
            try:
                hash(key)
            except TypeError:
                return ask(view, *args, **kwargs)
            content = view.store.content
            found = _facts_of(view.store).of(ask, content).once((content, key), lambda: ask(view, *args, **kwargs), kept)
            return found.copy(deep=False) if isinstance(found, pd.DataFrame) else found

        return asked

    return decorate


@dataclass
class _Answers:
    """The answers of one function. Threads share them: who asks for what is being asked waits for that answer."""

    kept: OrderedDict[Hashable, Future[Any]] = field(default_factory=OrderedDict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def once(self, key: Hashable, ask: Callable[[], T], most: int) -> T:
        with self.lock:
            known: Future[T] | None = self.kept.get(key)
            future: Future[T] = known or Future()
            self.kept[key] = future
            self.kept.move_to_end(key)
            if len(self.kept) > most:
                self.kept.popitem(last=False)
        if known is None:
            try:
                future.set_result(ask())
            except BaseException as error:
                with self.lock:
                    self.kept.pop(key, None)
                future.set_exception(error)
                raise
        return future.result()


@dataclass
class _Facts:
    """What is kept of one open workspace, of its latest content alone."""

    content: tuple[int, int] = (-1, 0)
    answers: defaultdict[Callable[..., Any], _Answers] = field(default_factory=lambda: defaultdict(_Answers))
    lock: threading.Lock = field(default_factory=threading.Lock)

    def of(self, ask: Callable[..., Any], content: tuple[int, int]) -> _Answers:
        with self.lock:
            if content > self.content:
                self.answers.clear()
                self.content = content
            return self.answers[ask]


_lock = threading.Lock()
_facts: WeakKeyDictionary[Store, _Facts] = WeakKeyDictionary()


def _facts_of(store: Store) -> _Facts:
    with _lock:
        return _facts.setdefault(store, _Facts())
