"""A dashboard of its own for a test: started on a free port, stopped at the end."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PATIENCE_S = 60


def free_port() -> int:
    """Return a port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    """Wait until a URL answers 200; fail with the server's log if it ends or takes too long."""
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=2) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, OSError):
            time.sleep(0.05)
    raise AssertionError(f"{url} does not answer\n{log.read_text()}")


@contextmanager
def served(workspace: Path) -> Iterator[str]:
    """Serve a workspace with the dashboard and yield its URL."""
    port = free_port()
    log = workspace.parent / f"{workspace.name}-server.log"
    environment = {**os.environ, "EPIGRID_WORKSPACE": str(workspace)}
    command = [sys.executable, "-m", "streamlit", "run", "dashboard.py", "--server.port", str(port), "--server.headless", "true"]
    with log.open("wb") as stream:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=stream, stderr=stream)
        try:
            wait_for(f"http://127.0.0.1:{port}/healthz", process, log)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(20)


class Site:
    """A workspace with the dashboard that serves it: ``url`` is its address, another one after each ``restart``."""

    def __init__(self, workspace: Path) -> None:
        self.workspace = workspace
        self.url = ""
        self._running = ExitStack()

    def start(self) -> None:
        """Start the dashboard unless it runs."""
        self.url = self.url or self._running.enter_context(served(self.workspace))

    def stop(self) -> None:
        self.url = ""
        self._running.close()

    def restart(self) -> None:
        self.stop()
        self.start()
