"""The gate before the files of a workspace: readers pass together, an exchange of files passes alone."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Gate:
    """A readers-writer gate. Re-entrant in both modes; upgrading a shared hold deadlocks."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._readers: dict[int, int] = {}
        self._alone: int | None = None

    @contextmanager
    def shared(self) -> Iterator[None]:
        """Read: whoever wants to be alone waits until all readers have left."""
        me = threading.get_ident()
        with self._changed:
            self._changed.wait_for(lambda: me in self._readers or self._alone in (None, me))
            self._readers[me] = self._readers.get(me, 0) + 1
        try:
            yield
        finally:
            with self._changed:
                self._readers[me] -= 1
                if not self._readers[me]:
                    del self._readers[me]
                self._changed.notify_all()

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Exchange files: new readers wait from now on, so that those inside can finish."""
        me = threading.get_ident()
        with self._changed:
            self._changed.wait_for(lambda: self._alone is None)
            self._alone = me
            self._changed.wait_for(lambda: not self._readers)
        try:
            yield
        finally:
            with self._changed:
                self._alone = None
                self._changed.notify_all()
