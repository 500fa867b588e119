"""What goes out through the door: documents, kept answers with their tag, files to take away, and refusals."""

from __future__ import annotations

import gzip
import hashlib
import json
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from words import Translate, language, translator

FOR_GOOD = "private, max-age=31536000, immutable"
UNTIL_CHANGED = "private, no-cache"
NEVER = "no-store"
_PLAIN = {"X-Content-Type-Options": "nosniff", "Cache-Control": NEVER}
_OURS_ALONE = {"X-Content-Type-Options": "nosniff", "Cross-Origin-Resource-Policy": "same-origin"}


@dataclass(frozen=True)
class Packed:
    """A body ready to send: gzipped, with the tag that names its content."""

    packed: bytes
    tag: str

    @classmethod
    def of(cls, body: bytes) -> Packed:
        """Pack a body."""
        return cls(gzip.compress(body, 5, mtime=0), f'"{hashlib.blake2b(body, digest_size=12).hexdigest()}"')


class Kept:
    """The last few answers, by what they answer. Safe to share between threads; what fails is not kept."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._answers: OrderedDict[Hashable, Packed] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable, make: Callable[[], bytes]) -> Packed:
        """Return the kept answer, or make, pack and keep it."""
        with self._lock:
            if key in self._answers:
                self._answers.move_to_end(key)
                return self._answers[key]
        answer = Packed.of(make())
        with self._lock:
            self._answers[key] = answer
            while len(self._answers) > self._size:
                self._answers.popitem(last=False)
        return answer


def send(request: Request, answer: Packed, media_type: str, caching: str = UNTIL_CHANGED) -> Response:
    """Send a kept answer, gzipped where that is taken; 304 to whoever has it already."""
    headers = {"ETag": answer.tag, "Cache-Control": caching, "Vary": "Accept-Encoding", **_OURS_ALONE}
    known = {tag.strip().removeprefix("W/") for tag in request.headers.get("if-none-match", "").split(",")}
    if answer.tag in known:
        return Response(status_code=304, headers=headers)
    if "gzip" in request.headers.get("accept-encoding", ""):
        return Response(answer.packed, media_type=media_type, headers={**headers, "Content-Encoding": "gzip"})
    return Response(gzip.decompress(answer.packed), media_type=media_type, headers=headers)


def document(content: object) -> Response:
    """Send a JSON document that nobody keeps."""
    return Response(json.dumps(content, ensure_ascii=False, allow_nan=False).encode(), media_type="application/json", headers=_PLAIN)


def attachment(body: bytes, media_type: str, name: str) -> Response:
    """Send a file to take away, which nobody keeps."""
    headers = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}",
        "Cache-Control": NEVER,
        **_OURS_ALONE,
        # An HTML briefing is saved, not shown; were it shown, it could do nothing here.
        "Content-Security-Policy": "sandbox",
    }
    return Response(body, media_type=media_type, headers=headers)


def translate(request: Request) -> Translate:
    """Return what puts a message into the reader's language: the address's, else the browser's first."""
    return translator(language(request.query_params.get("lang") or request.headers.get("accept-language", "").partition(",")[0]))


def refusal(status: int, sentence: str) -> Response:
    """Refuse in one sentence: ``{"error": …}``."""
    return JSONResponse({"error": sentence}, status_code=status, headers=_PLAIN)


def files_revision(files: list[Path], *more: str) -> str:
    """Return a short name for the content of files, as told by where, when and how large they were written, and of what stands for more."""
    stamps = [(str(f), f.stat().st_mtime_ns, f.stat().st_size) if f.exists() else (str(f), 0, 0) for f in files]
    return hashlib.blake2b(repr((stamps, more)).encode(), digest_size=8).hexdigest()
