"""Sheets drawn by several processes at once; one that breaks costs its sheet alone.

The processes are started as programs of their own (``worker``), not by ``multiprocessing``: what the main program is (the dashboard under
Streamlit, a command, a test) does not matter to them, and one that is killed does not take the others' work with it.
"""

from __future__ import annotations

import os
import queue
import subprocess
import sys
import threading
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, suppress
from types import TracebackType
from typing import Any

from briefing.maps import worker
from briefing.maps.content import Content, Paper
from errors import N_, EpiGridError
from settings import ROOT

# A sheet takes a second or a few; what takes longer than this will not end.
LIMIT_S = 180.0
# Each holds the fonts and libraries, about 300 MB.
MOST = 8


class DrawingFailed(EpiGridError):
    """A sheet could not be drawn."""


class Workers(AbstractContextManager["Workers"]):
    """A few processes that draw; each is started when first needed, and again after it broke."""

    def __init__(self, count: int | None = None, *, limit_s: float = LIMIT_S, program: Sequence[str] = ("-m", worker.__name__)) -> None:
        self.count = count or processors()
        self._limit_s, self._program = limit_s, program
        self._threads = ThreadPoolExecutor(self.count, thread_name_prefix="draw")
        self._idle: queue.SimpleQueue[subprocess.Popen[bytes]] = queue.SimpleQueue()

    def submit(self, content: Content, *wanted: tuple[str, Paper]) -> Future[list[bytes]]:
        """Have a sheet drawn in each wanted form on its paper; the future gives the files in that order, or raises DrawingFailed."""
        return self._threads.submit(self._drawn, content, wanted)

    def _drawn(self, content: Content, wanted: Sequence[tuple[str, Paper]]) -> list[bytes]:
        process = self._take()
        late = threading.Event()

        def stop() -> None:
            late.set()
            process.kill()

        timer = threading.Timer(self._limit_s, stop)
        timer.daemon = True
        timer.start()
        try:
            found = _asked(process, (content, wanted))
        except BaseException as error:
            _end(process)
            if not isinstance(error, OSError | EOFError):
                raise
            if late.is_set():
                raise DrawingFailed(N_("the drawing took longer than {n} s"), n=f"{self._limit_s:g}") from None
            raise DrawingFailed(N_("the process that drew it broke off")) from None
        finally:
            timer.cancel()
        self._idle.put(process)
        if isinstance(found, str):
            raise DrawingFailed(N_("it could not be drawn ({why})"), why=found)
        return list(found)

    def _take(self) -> subprocess.Popen[bytes]:
        try:
            return self._idle.get_nowait()
        except queue.Empty:
            return _started(self._program)

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Wait for what is being drawn, drop what is not, and end the processes."""
        self._threads.shutdown(cancel_futures=True)
        while not self._idle.empty():
            _end(self._idle.get_nowait())


def processors() -> int:
    """Return how many may draw at once: one for each processor that this program may use."""
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(usable, MOST))


def _started(program: Sequence[str]) -> subprocess.Popen[bytes]:
    # One thread each for the libraries that would take all processors to themselves.
    path = os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
    environment = {**os.environ, "PYTHONPATH": path, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    command = [sys.executable, *program]
    return subprocess.Popen(command, cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=-1)


def _asked(process: subprocess.Popen[bytes], request: Any) -> Any:
    assert process.stdin and process.stdout
    worker.send(process.stdin, request)
    return worker.receive(process.stdout)


def _end(process: subprocess.Popen[bytes]) -> None:
    assert process.stdin and process.stdout
    with suppress(OSError):  # it broke with a request in its pipe
        process.stdin.close()
    process.stdout.close()
    process.wait()
