"""Long work, off the page's thread: asked for by key, done once, its progress told, its result kept for the next who asks.

A job knows nothing of Streamlit. Whoever wants its result asks again now and then; one that nobody asks for any more gives way.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import wait as wait_for
from typing import Any, Generic, TypeVar

T = TypeVar("T")
# Told the share of the work that is done, 0 to 1, and what is being done now (an untranslated message).
Report = Callable[[float, str], None]

# Two, so that what takes minutes does not hold up what takes a second.
WORKERS = 2
KEPT = 12
# A job that has not been asked for in so long is given up: its page has gone on to something else.
FORGOTTEN_S = 20.0


class Abandoned(Exception):
    """Nobody waits for this work any more."""


class Job(Generic[T]):
    """One piece of work: how far it is, and what came of it."""

    def __init__(self) -> None:
        self.share = 0.0
        self.message = ""
        self._begun = time.monotonic()
        self._asked = time.monotonic()
        self._held = 0

    def start(self, pool: ThreadPoolExecutor, work: Callable[[Report], T]) -> None:
        """Have the work done as soon as a worker is free."""
        self._future = pool.submit(self._run, work)

    def _run(self, work: Callable[[Report], T]) -> T:
        self._report(0.0, "")
        result = work(self._report)
        self.share = 1.0
        return result

    def _report(self, share: float, message: str) -> None:
        if not self._held and time.monotonic() - self._asked > FORGOTTEN_S:
            raise Abandoned
        self.share, self.message = share, message

    def touch(self) -> None:
        """Say that the result is still wanted."""
        self._asked = time.monotonic()

    @property
    def seconds(self) -> float:
        """Return how long ago it was asked for first."""
        return time.monotonic() - self._begun

    @property
    def done(self) -> bool:
        """Tell whether there is a result, or an error."""
        return self._future.done()

    @property
    def abandoned(self) -> bool:
        """Tell whether it was given up."""
        return self.done and isinstance(self._future.exception(), Abandoned)

    def wait(self, seconds: float) -> bool:
        """Wait at most so long; return whether it is done."""
        return not wait_for([self._future], timeout=seconds).not_done

    def result(self) -> T:
        """Return the result, waiting for it; raise what the work raised."""
        self._held += 1
        try:
            return self._future.result()
        finally:
            self.touch()
            self._held -= 1


class Jobs:
    """The jobs of a process, by key. Safe to share between threads."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(WORKERS, thread_name_prefix="job")
        self._jobs: OrderedDict[Hashable, Job[Any]] = OrderedDict()
        self._lock = threading.Lock()

    def ask(self, key: Hashable, work: Callable[[Report], T]) -> Job[T]:
        """Return the job of a key, begun now where there is none yet or the last one was given up."""
        with self._lock:
            job = self._jobs.get(key)
            if job is None or job.abandoned:
                job = self._jobs[key] = Job()
                job.start(self._pool, work)
            job.touch()
            self._jobs.move_to_end(key)
            for old in [k for k, j in self._jobs.items() if j.done][: max(0, len(self._jobs) - KEPT)]:
                del self._jobs[old]
            return job

    def finish(self) -> None:
        """Wait until nothing is under way."""
        with self._lock:
            pending = [job._future for job in self._jobs.values()]
        wait_for(pending)


jobs = Jobs()
