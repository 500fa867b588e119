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


def spoil_requirements(folder: Path) -> None:
    (folder / "requirements.txt").write_text("something==1\n")


def spoil_dev_requirements(folder: Path) -> None:
    (folder / "requirements-dev.txt").write_text("something==1\n")


def break_off(folder: Path) -> None:
    (folder / ".venv" / "requirements.sha256").unlink()


def lose_python(folder: Path) -> None:
    (folder / ".venv" / "bin" / "python").unlink()


@pytest.mark.skipif(os.name == "nt", reason="the layout of .venv on Windows is another")
@pytest.mark.parametrize("spoil", [spoil_requirements, spoil_dev_requirements, break_off, lose_python])
def test_the_environment_is_made_anew_when_its_requirements_change_or_it_is_not_whole(copy: Path, spoil: Callable[[Path], None]) -> None:
    assert asked(copy, "manage.up_to_date()") is False
    (copy / ".venv" / "bin").mkdir(parents=True)
    (copy / ".venv" / "bin" / "python").touch()
    assert asked(copy, "manage.up_to_date()") is False
    (copy / ".venv" / "requirements.sha256").write_text(f"{asked(copy, 'manage.wanted()')}\n")
    assert asked(copy, "manage.up_to_date()") is True
    spoil(copy)
    assert asked(copy, "manage.up_to_date()") is False


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
