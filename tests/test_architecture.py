"""The arrows of docs/architecture.md, held: who may import whom."""

from __future__ import annotations

import ast
from graphlib import TopologicalSorter
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
# Within a package: which of its folders may import which. What lies beside the folders is shared; the tests below keep it from going round.
_PAGE = {"legend", "shell", "map"}
ROOMS: dict[str, dict[str, set[str]]] = {
    "ui": {
        "legend": set(),
        "background": {"legend"},
        "http": {"legend", "background", "map"},
        "shell": {"legend", "background"},
        "map": {"legend", "background", "shell"},
        "command": _PAGE,
        "posts": _PAGE,
        "coverage": _PAGE | {"background", "posts"},
        "people": _PAGE,
        "lists": _PAGE | {"background"},
        "risk": _PAGE,
        "reports": _PAGE,
        "upkeep": _PAGE,
        "briefing": _PAGE | {"background", "http"},
        "data": _PAGE,
        "field": _PAGE,
    },
    "ledgers": {
        "posts": set(),
        "roads": {"posts"},
        "people": {"posts"},
        "risk": {"people"},
        "reports": {"people", "posts"},
        "upkeep": set(),
        "intake": {"people", "posts", "risk", "upkeep"},
        "lists": {"people", "intake"},
    },
    "briefing": {"indicators": set(), "maps": set(), "sections": {"indicators"}, "writers": {"indicators", "maps"}},
}
WITHOUT_STREAMLIT = {"legend", "background", "http"}  # of ui: words and looks, long work, routes


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


def inner_imports(package: str) -> dict[str, set[str]]:
    """Return which modules of a package each of its modules imports, wherever in it the import stands."""
    files = {".".join(p.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): p for p in (ROOT / package).rglob("*.py")}
    found = {}
    for name, path in files.items():
        nodes = [node for node in ast.walk(parsed(path)) if isinstance(node, ast.ImportFrom) and node.module]
        named = [(node.module, f"{node.module}.{alias.name}") for node in nodes for alias in node.names]
        found[name] = {one if one in files else module for module, one in named if module in files or one in files} - {name}
    return found


def folder_of(module: str) -> str:
    """Return the folder of a module within its package; of one that lies beside the folders its own name."""
    return [*module.split("."), ""][1]


@pytest.mark.parametrize("package", ROOMS)
def test_rooms_import_as_declared(package: str) -> None:
    rooms = ROOMS[package]
    assert set(rooms) == {p.parent.name for p in (ROOT / package).glob("*/*.py")}
    for module, others in inner_imports(package).items():
        room = module.split(".")[1] if "." in module else ""
        if room in rooms:
            assert {name.split(".")[1] for name in others if "." in name} & set(rooms) <= rooms[room] | {room}, module


@pytest.mark.parametrize("package", ["geo", "queries", "ledgers", "briefing", "ui", "data"])
def test_no_imports_go_round(package: str) -> None:
    modules = inner_imports(package)
    assert list(TopologicalSorter(modules).static_order())
    folders: dict[str, set[str]] = {}
    for module, others in modules.items():
        folders.setdefault(folder_of(module), set()).update(map(folder_of, others))
    assert list(TopologicalSorter({room: others - {room} for room, others in folders.items()}).static_order())


@pytest.mark.parametrize("room", sorted(WITHOUT_STREAMLIT))
def test_rooms_that_serve_no_page_know_no_streamlit(room: str) -> None:
    for path in (ROOT / "ui" / room).glob("*.py"):
        assert not imported(path) & {"streamlit", "streamlit_folium"}, path.name


def test_the_top_level_is_as_described() -> None:
    for name in ("dashboard.py", "home.py", "pages", "geo", "data", "queries", "requirements.txt", "tests", "docs", "locale"):
        assert (ROOT / name).exists(), name


def test_every_requirement_is_pinned() -> None:
    for file in ("requirements.txt", "requirements-dev.txt"):
        lines = [line.split("#")[0].strip() for line in (ROOT / file).read_text("utf-8").splitlines()]
        assert all("==" in line for line in lines if line), file
