"""A process that draws maps for another: it is handed sheets ready to be drawn, opens no store, and hands back the files.

``python -m briefing.maps.worker`` reads requests from its input and writes answers to its output, each a length of eight bytes
and a pickle; it ends with its input. Nobody but the process that started it can reach either.
"""

from __future__ import annotations

import os
import pickle
import signal
import struct
import sys
from typing import IO, Any

LENGTH = struct.Struct(">Q")


def send(stream: IO[bytes], message: Any) -> None:
    """Write one message."""
    body = pickle.dumps(message, protocol=pickle.HIGHEST_PROTOCOL)
    stream.write(LENGTH.pack(len(body)))
    stream.write(body)
    stream.flush()


def receive(stream: IO[bytes]) -> Any:
    """Read one message; raises EOFError when the other side has gone."""
    return pickle.loads(_read(stream, LENGTH.unpack(_read(stream, LENGTH.size))[0]))  # noqa: S301 - from our own process alone


def _read(stream: IO[bytes], size: int) -> bytes:
    body = stream.read(size)
    if len(body) < size:
        raise EOFError
    return body


def answer(request: Any) -> Any:
    """Return the files of a request ``(content, ((form, paper), …))`` in its order, or the failure as text."""
    from briefing.maps import draw

    content, wanted = request
    try:
        return [draw.render(content, paper, form) for form, paper in wanted]
    except Exception as error:
        return f"{type(error).__name__}: {error}"


def main() -> None:
    """Answer requests until there are no more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C reaches all processes of a terminal; the one that asked decides
    requests, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints must not get among the answers
    while True:
        try:
            request = receive(requests)
        except EOFError:
            return
        send(answers, answer(request))


if __name__ == "__main__":
    main()
