"""The command line as a script outside the project sees it: one JSON document, exit codes, one line on stderr."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from commands import ON_WORKSPACE, parser
from data.demo.load import load_demo
from queries.store import LOCAL, open_store
from tests.server import served

ROOT = Path(__file__).resolve().parents[1]
COMMUNITY = "qh-c01"


def manage(*arguments: object, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", *map(str, arguments)],
        cwd=ROOT,
        env={**os.environ, "LC_ALL": "C", "TZ": "America/New_York", **environment},
        capture_output=True,
        text=True,
    )


def document(done: subprocess.CompletedProcess[str]) -> dict:
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("\n") == 1
    return json.loads(done.stdout)


def one_line(done: subprocess.CompletedProcess[str]) -> str:
    assert done.returncode == 2, done.stdout + done.stderr
    assert done.stderr.count("\n") == 1, done.stderr
    return done.stderr


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    workspace = tmp_path_factory.mktemp("town") / "workspace"
    with open_store(workspace) as store:
        load_demo(store, LOCAL)
    return workspace


def test_the_demo_is_loaded_by_command(tmp_path: Path) -> None:
    counts = document(manage("demo", "--workspace", tmp_path / "w", "--size", "town", "--seed", 7, "--json"))
    assert counts["entrances"] > 25
    line = one_line(manage("demo", "--workspace", tmp_path / "w"))
    assert "demo" in line


def test_status_of_the_community_through_its_last_day(town: Path) -> None:
    noon = document(manage("status", "--workspace", town, "--area", COMMUNITY, "--at", "2020-02-12T12:00", "--json"))
    assert noon["at"] == "2020-02-12T12:00:00+08:00"
    assert noon["entrances"] == {"sealed": 13, "open_24h": 8, "open_hours": 4}
    assert noon["entrances_open_now"] == 12
    night = document(manage("status", "--workspace", town, "--area", COMMUNITY, "--at", "2020-02-12T02:00:00+08:00", "--json"))
    assert night["entrances_open_now"] == 8
    for hour in (0, 6, 18, 23):
        at = f"2020-02-12T{hour:02}:30"
        now = document(manage("status", "--workspace", town, "--area", COMMUNITY, "--at", at, "--json"))
        assert now["entrances"] == {"sealed": 13, "open_24h": 8, "open_hours": 4}
    clock = document(manage("status", "--workspace", town, "--json"))
    assert clock["at"] == "2020-02-12T18:00:00+08:00"
    assert set(clock["checkpoints"]) == {"inspect", "dissuade", "block", "screen"}
    assert clock["crossings"]["total"] > clock["crossings"]["with_post"] > 0


def test_known_at_shows_what_was_known(town: Path) -> None:
    at = "2020-02-12T18:00"
    early = document(manage("status", "--workspace", town, "--at", at, "--known-at", "2020-01-25T00:00", "--json"))
    now = document(manage("status", "--workspace", town, "--at", at, "--json"))
    assert early["entrances"]["sealed"] < now["entrances"]["sealed"]


@pytest.mark.parametrize(
    "arguments",
    [
        ["status", "--at", "yesterday"],
        ["status", "--area", "nowhere"],
        ["status", "--known-at", "25:00"],
        ["export", "--layer", "nothing", "--out", "x.csv"],
        ["restore", "no-such-file.zip"],
        ["frobnicate"],
        ["status", "--frobnicate"],
    ],
)
def test_bad_input_is_one_line_and_exit_code_2(town: Path, arguments: list[str]) -> None:
    extra = ["--workspace", town] if arguments[0] in ON_WORKSPACE else []
    one_line(manage(*arguments, *extra))


def test_messages_come_in_the_users_language(town: Path) -> None:
    assert "青禾" not in one_line(manage("status", "--workspace", town, "--at", "x"))
    assert any("\u4e00" <= c <= "\u9fff" for c in one_line(manage("status", "--workspace", town, "--at", "x", LC_ALL="zh_CN.UTF-8")))


def test_a_workspace_that_is_not_there_is_not_made_by_looking(tmp_path: Path) -> None:
    one_line(manage("status", "--workspace", tmp_path / "none"))
    assert not (tmp_path / "none").exists()


def test_every_command_has_help_and_a_line_in_the_readme() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    for name in (*ON_WORKSPACE, "run", "test"):
        assert f"manage.py {name}" in readme, name
    assert "COMMAND" in parser().format_help()


def test_backup_and_restore_by_command(town: Path, tmp_path: Path) -> None:
    assert manage("backup", "--workspace", town, tmp_path / "b.zip").returncode == 0
    assert manage("restore", "--workspace", tmp_path / "copy", tmp_path / "b.zip").returncode == 0
    original, copy = (document(manage("status", "--workspace", w, "--json")) for w in (town, tmp_path / "copy"))
    assert original == copy


def test_commands_work_while_the_dashboard_has_the_workspace_open(town: Path) -> None:
    with served(town):
        channel_file = town / ".dashboard.json"
        assert stat.S_IMODE(channel_file.stat().st_mode) == 0o600
        found = document(manage("status", "--workspace", town, "--json"))
        assert found["at"] == "2020-02-12T18:00:00+08:00"
        one_line(manage("status", "--workspace", town, "--at", "yesterday"))
        # Nothing answers any more at the address left behind: the holder is named, and nobody waits.
        announced = json.loads(channel_file.read_text())
        channel_file.write_text(json.dumps({**announced, "port": 1}))
        assert "held by another program" in one_line(manage("status", "--workspace", town))
        channel_file.write_text(json.dumps({**announced, "token": "guessed"}))
        assert "held by another program" in one_line(manage("status", "--workspace", town))
    assert document(manage("status", "--workspace", town, "--json")) == found
