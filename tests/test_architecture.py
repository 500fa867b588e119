"""The arrows of docs/architecture.md, held: who may import whom."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.syntax import parsed

ROOT = Path(__file__).resolve().parents[1]
OURS = {
    "geo",
    "queries",
    "ledgers",
    "briefing",
    "ui",
    "data",
    "pages",
    "home",
    "dashboard",
    "arguments",
    "commands",
    "channel",
    "settings",
    "errors",
    "words",
    "manage",
    "tests",
}
BASE = {"errors", "settings"}
ALLOWED = {
    "errors": set(),
    "settings": set(),
    "arguments": set(),
    "channel": set(),
    "words": {"settings"},
    "geo": {"errors"},
    "queries": BASE,
    "ledgers": {"geo", "queries", "words"} | BASE,
    "briefing": {"geo", "queries", "ledgers", "words"} | BASE,
    "data": {"geo", "queries", "ledgers"} | BASE,
    "commands": {"arguments", "channel", "data", "geo", "queries", "ledgers", "briefing", "words", "tests"} | BASE,
    "ui": {"channel", "commands", "data", "geo", "queries", "ledgers", "briefing", "words"} | BASE,
    "pages": {"ui", "data", "queries", "ledgers"} | BASE,
    "home": {"ui", "queries", "ledgers"} | BASE,
    "dashboard": {"ui", "channel", "ledgers", "queries"} | BASE,
    "manage": {"commands", "geo"},  # of geo the verifier of certificates alone, which needs nothing but Python
}
MAY_IMPORT_STREAMLIT = {"ui", "dashboard", "home", "pages"}


def modules() -> list[Path]:
    found = [p for p in ROOT.glob("*.py") if p.stem in ALLOWED]
    for package in ALLOWED:
        found += sorted((ROOT / package).rglob("*.py"))
    return found


def imported(path: Path) -> set[str]:
    names = set()
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            names.add(node.module.split(".")[0])
    return names


@pytest.mark.parametrize("path", modules(), ids=lambda p: str(p.relative_to(ROOT)))
def test_imports_run_one_way(path: Path) -> None:
    room = path.relative_to(ROOT).parts[0].removesuffix(".py")
    names = imported(path)
    assert (names & OURS) - {room} <= ALLOWED[room]
    if room not in MAY_IMPORT_STREAMLIT:
        assert not names & {"streamlit", "streamlit_folium"}


def test_the_top_level_is_as_described() -> None:
    for name in ("dashboard.py", "home.py", "pages", "geo", "data", "queries", "requirements.txt", "tests", "docs", "locale"):
        assert (ROOT / name).exists(), name


def test_every_requirement_is_pinned() -> None:
    for file in ("requirements.txt", "requirements-dev.txt"):
        lines = [line.split("#")[0].strip() for line in (ROOT / file).read_text("utf-8").splitlines()]
        assert all("==" in line for line in lines if line), file
