"""``manage.py`` itself: it starts with the standard library alone and knows when its environment is out of date."""

from __future__ import annotations

import ast
import json
import os
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.server import ROOT, free_port, wait_for

FILES = ("manage.py", "requirements.txt", "requirements-dev.txt")
INNER = "commands"  # imported last, inside .venv


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    for name in FILES:
        shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


def asked(folder: Path, expression: str) -> object:
    """Return an expression about ``manage.py`` as the plainest Python sees it: no site packages, no environment."""
    code = f"import sys, json; sys.path.insert(0, sys.argv[1]); import manage; print(json.dumps({expression}))"
    done = subprocess.run([sys.executable, "-I", "-S", "-c", code, str(folder)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_it_imports_the_standard_library_alone() -> None:
    def imported(file: str) -> set[str]:
        tree = ast.parse((ROOT / file).read_text("utf-8"))
        names = {a.name for n in ast.walk(tree) if isinstance(n, ast.Import) for a in n.names}
        return names | {str(n.module) for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)}

    def foreign(file: str) -> set[str]:
        return {name for name in imported(file) if name.partition(".")[0] not in sys.stdlib_module_names}

    assert foreign("manage.py") == {INNER, "geo.certificate"}
    assert foreign("geo/certificate.py") == set() and (ROOT / "geo/__init__.py").read_text() == ""


def test_it_prints_its_help() -> None:
    done = subprocess.run([sys.executable, "manage.py", "--help"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0
    assert all(command in done.stdout for command in ("run", "test", "demo", "import-osm"))


def installed(folder: Path, *files: str) -> None:
    """Make what an installation of some requirement files leaves."""
    (folder / ".venv" / "bin").mkdir(parents=True, exist_ok=True)
    (folder / ".venv" / "bin" / "python").touch()
    for file in files:
        name = f"manage.stamp(manage.ROOT / {file!r}).name"
        (folder / ".venv" / str(asked(folder, name))).write_text(f"{asked(folder, f'manage.wanted(manage.ROOT / {file!r})')}\n")


def up_to_date(folder: Path, command: str) -> object:
    return asked(folder, f"manage.up_to_date(manage.needed([{command!r}]))")


def spoil_requirements(folder: Path) -> None:
    (folder / "requirements.txt").write_text("something==1\n")


def spoil_dev_requirements(folder: Path) -> None:
    (folder / "requirements-dev.txt").write_text("something==1\n")


def break_off(folder: Path) -> None:
    (folder / ".venv" / "requirements.sha256").unlink()


def lose_python(folder: Path) -> None:
    (folder / ".venv" / "bin" / "python").unlink()


def of_one_stamp(folder: Path) -> None:
    """Leave what an earlier version left, which knew one set of requirements."""
    (folder / ".venv" / "requirements-dev.sha256").unlink()
    (folder / ".venv" / "requirements.sha256").write_text("0" * 64 + "\n")


@pytest.mark.skipif(os.name == "nt", reason="the layout of .venv on Windows is another")
@pytest.mark.parametrize("spoil", [spoil_requirements, spoil_dev_requirements, break_off, lose_python, of_one_stamp])
def test_the_environment_is_made_anew_when_its_requirements_change_or_it_is_not_whole(copy: Path, spoil: Callable[[Path], None]) -> None:
    assert up_to_date(copy, "test") is False
    installed(copy)
    assert up_to_date(copy, "test") is False
    installed(copy, "requirements.txt", "requirements-dev.txt")
    assert up_to_date(copy, "test") is True
    spoil(copy)
    assert up_to_date(copy, "test") is False


@pytest.mark.skipif(os.name == "nt", reason="the layout of .venv on Windows is another")
def test_only_the_tests_need_what_they_need(copy: Path) -> None:
    installed(copy, "requirements.txt")
    assert [up_to_date(copy, command) for command in ("run", "status", "test")] == [True, True, False]
    installed(copy, "requirements-dev.txt")
    spoil_dev_requirements(copy)
    assert [up_to_date(copy, command) for command in ("run", "test")] == [True, False]


@pytest.mark.skipif(os.name == "nt", reason="the layout of .venv on Windows is another")
@pytest.mark.parametrize(("command", "files"), [("run", ["requirements.txt"]), ("test", ["requirements.txt", "requirements-dev.txt"])])
def test_an_environment_is_brought_up_to_date_where_it_stands(copy: Path, command: str, files: list[str]) -> None:
    """The environment's own Python is asked to install, and the stamps tell what it installed."""
    installed(copy)
    (copy / ".venv" / "bin" / "python").write_text('#!/bin/sh\necho "$@" >> "$(dirname "$0")/asked"\n')
    (copy / ".venv" / "bin" / "python").chmod(0o755)
    asked(copy, f"manage.make_venv(manage.needed([{command!r}]))")
    _, install = (copy / ".venv" / "bin" / "asked").read_text().splitlines()
    assert [Path(word).name for word in install.split() if word.endswith(".txt")] == files
    assert up_to_date(copy, command) is True
    assert up_to_date(copy, "test") is (command == "test")


@pytest.mark.slow
def test_a_second_start_answers(tmp_path: Path) -> None:
    workspace, log = tmp_path / "workspace", tmp_path / "run.log"
    for _ in range(2):
        port, started = free_port(), time.monotonic()
        command = [sys.executable, "manage.py", "run", "--workspace", str(workspace), "--port", str(port)]
        with log.open("wb") as stream:
            process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, "DISPLAY": ""}, stdout=stream, stderr=stream)
            try:
                wait_for(f"http://127.0.0.1:{port}/healthz", process, log)
                print(f"answered after {time.monotonic() - started:.1f} s")
                assert urllib.request.urlopen(f"http://127.0.0.1:{port}/layers/entrances.geojson").status == 200
            finally:
                process.terminate()
                process.wait(20)
        assert log.read_text("utf-8").count(f"http://127.0.0.1:{port}") >= 1
