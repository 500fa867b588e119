"""The command line as a script outside the project sees it: one JSON document, exit codes, one line on stderr."""

from __future__ import annotations

import contextlib
import io
import json
import os
import socket
import stat
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path
from unittest import mock

import pytest

import channel
import commands
from arguments import parser
from commands import ON_WORKSPACE
from queries.store import open_store
from tests.demo_town import copied
from tests.osm_text import bounds, node, osm_file
from tests.server import served

ROOT = Path(__file__).resolve().parents[1]
COMMUNITY = "qh-c01"


def manage_process(*arguments: object, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command as a script does."""
    return subprocess.run(
        [sys.executable, "manage.py", *map(str, arguments)],
        cwd=ROOT,
        env={**os.environ, "LC_ALL": "C", "TZ": "America/New_York", **environment},
        capture_output=True,
        text=True,
    )


def manage(*arguments: object, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command in this process, which spares two seconds of loading libraries, and return what a script would get of it."""
    told, errors, words = io.StringIO(), io.StringIO(), [str(argument) for argument in arguments]
    with mock.patch.dict(os.environ, {"LC_ALL": "C", **environment}), redirect_stdout(told), redirect_stderr(errors):
        try:
            code = commands.main(words)
        except SystemExit as stopped:
            code = int(str(stopped.code))
    return subprocess.CompletedProcess(words, code, told.getvalue(), errors.getvalue())


def document(done: subprocess.CompletedProcess[str]) -> dict:
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("\n") == 1
    return json.loads(done.stdout)


def one_line(done: subprocess.CompletedProcess[str]) -> str:
    assert done.returncode == 2, done.stdout + done.stderr
    assert done.stderr.count("\n") == 1, done.stderr
    return done.stderr


@pytest.fixture(scope="module")
def town(demo_town: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copied(demo_town, tmp_path_factory.mktemp("town") / "workspace")


def test_the_demo_is_loaded_by_command(tmp_path: Path) -> None:
    counts = document(manage_process("demo", "--workspace", tmp_path / "w", "--size", "town", "--seed", 7, "--json"))
    assert counts["entrances"] > 25
    line = one_line(manage("demo", "--workspace", tmp_path / "w"))
    assert "demo" in line


def test_status_of_the_community_through_its_last_day(town: Path) -> None:
    noon = document(manage_process("status", "--workspace", town, "--area", COMMUNITY, "--at", "2020-02-12T12:00", "--json"))
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
    run = manage_process if arguments[-1] in ("nowhere", "--frobnicate") else manage
    one_line(run(*arguments, *extra))


def test_messages_come_in_the_users_language(town: Path) -> None:
    assert "青禾" not in one_line(manage("status", "--workspace", town, "--at", "x"))
    for run in (manage, manage_process):
        line = one_line(run("status", "--workspace", town, "--at", "x", LC_ALL="zh_CN.UTF-8"))
        assert any("\u4e00" <= c <= "\u9fff" for c in line)


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


class Closed(io.StringIO):
    """A pipe that nobody reads any more."""

    def write(self, _: str) -> int:
        raise BrokenPipeError


def test_commands_work_while_the_dashboard_has_the_workspace_open(town: Path) -> None:
    with served(town):
        channel_file = town / ".dashboard.json"
        assert stat.S_IMODE(channel_file.stat().st_mode) == 0o600
        found = document(manage_process("status", "--workspace", town, "--json"))
        assert found["at"] == "2020-02-12T18:00:00+08:00"
        one_line(manage("status", "--workspace", town, "--at", "yesterday"))
        assert "/nowhere/" in one_line(manage("export", "--workspace", town, "--layer", "areas", "--out", "/nowhere/areas.csv"))
        # A reader who has seen enough is no fault.
        gone = Closed()
        with pytest.raises(BrokenPipeError):
            channel.delegate(town, {**vars(parser().parse_args(["status"])), "lang": "en"}, out=gone, err=sys.stderr)
        # Nothing answers any more at the address left behind: the holder is named, and nobody waits.
        announced = json.loads(channel_file.read_text())
        channel_file.write_text(json.dumps({**announced, "port": 1}))
        assert "held by another program" in one_line(manage("status", "--workspace", town))
        channel_file.write_text(json.dumps({**announced, "token": "guessed"}))
        assert "held by another program" in one_line(manage("status", "--workspace", town))
    assert document(manage("status", "--workspace", town, "--json")) == found


# The channel


@contextmanager
def answering(body: bytes, status: bytes = b"200 OK") -> Iterator[int]:
    """Serve one answer to whatever asks on a port, as some other program would; yield the port."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            with contextlib.suppress(OSError):
                while True:
                    peer, _ = listener.accept()
                    with peer:
                        peer.recv(65536)
                        peer.sendall(body if not status else b"HTTP/1.1 %s\r\nContent-Length: %d\r\n\r\n%s" % (status, len(body), body))

        threading.Thread(target=serve, daemon=True).start()
        yield listener.getsockname()[1]
        listener.shutdown(socket.SHUT_RDWR)


@pytest.mark.parametrize(("body", "status"), [(b"ok", b"200 OK"), (b"{}", b"404 Not Found"), (b"SSH-2.0-x\r\n", b""), (b"", b"")])
def test_another_program_at_the_port_left_behind_is_not_the_dashboard(tmp_path: Path, body: bytes, status: bytes) -> None:
    with answering(body, status) as port:
        channel.announce(tmp_path, port)
        assert channel.address(tmp_path) is None
        assert channel.delegate(tmp_path, {"command": "status"}, out=sys.stdout, err=sys.stderr) is None


@pytest.mark.parametrize(
    "left",
    ["{}", "[]", "1", "null", "x", "", '{"port": "8501", "token": "x"}', '{"port": 99999, "token": "x"}'],
)
def test_an_announcement_that_makes_no_sense_is_none(tmp_path: Path, left: str) -> None:
    (tmp_path / ".dashboard.json").write_text(left)
    assert channel.address(tmp_path) is None


def ask(url: str, body: bytes, **headers: str) -> int:
    try:
        with urllib.request.urlopen(urllib.request.Request(url + channel.PATH, data=body, headers=headers)) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


def test_the_dashboard_proves_itself_and_serves_only_the_secret(town: Path, tmp_path: Path) -> None:
    with served(town) as url:
        assert channel.address(town) == url
        # A copied workspace holds the file of the original, whose dashboard does not have the copy open.
        (tmp_path / ".dashboard.json").write_bytes((town / ".dashboard.json").read_bytes())
        assert channel.address(tmp_path) is None
        token = {channel.TOKEN_HEADER: json.loads((town / ".dashboard.json").read_text())["token"]}
        for body in (b"[]", b"1", b"null", b"not json", b"{}", b'{"command": ["status"]}', b'{"command": "run"}'):
            assert ask(url, body, **token) == 400, body
        assert ask(url, b'{"command": "status"}') == 403
    assert channel.address(town) is None
    assert not (town / ".dashboard.json").exists()


def test_a_dashboard_kept_waiting_at_its_start_is_reachable_once_a_page_has_opened_the_workspace(town: Path) -> None:
    with contextlib.ExitStack() as stack:
        with open_store(town):
            url = stack.enter_context(served(town))
            assert channel.address(town) is None
        assert urllib.request.urlopen(f"{url}/layers/areas.geojson").status == 200
        assert channel.address(town) == url
        assert document(manage("status", "--workspace", town, "--json"))["at"] == "2020-02-12T18:00:00+08:00"


def test_run_says_that_its_port_is_taken(tmp_path: Path) -> None:
    with answering(b"ok") as port:
        assert str(port) in one_line(manage_process("run", "--workspace", tmp_path / "w", "--port", port))
    assert not (tmp_path / "w").exists()


# Imports


def test_an_import_with_rejected_rows_prints_its_document_and_one_line(tmp_path: Path) -> None:
    file = tmp_path / "出入口.csv"
    file.write_text("编号,出入口名称,状态,经度,纬度\ng1,东门,封闭,114.5,30.5\ng2,西门,半开,114.5,30.6\n", "utf-8")
    arguments = ["import", file, "--layer", "entrances", "--crs", "wgs84", "--workspace", tmp_path / "w", "--json"]
    done = manage_process(*arguments)
    one_line(done)
    assert done.stdout.count("\n") == 1
    told = json.loads(done.stdout)
    assert (told["read"], [r["row"] for r in told["rejected"]]) == (2, [3])
    assert document(manage("status", "--workspace", tmp_path / "w", "--json"))["layers"].get("entrances", 0) == 0
    assert document(manage(*arguments, "--accept-valid"))["added"] == 1
    assert document(manage("status", "--workspace", tmp_path / "w", "--json"))["layers"]["entrances"] == 1


def test_import_osm_prints_what_it_found(tmp_path: Path, test_data: Path) -> None:
    file = test_data / "osm" / "puyang_qingzu_rural_2023.osm.pbf"
    told = document(manage("import-osm", file, "--workspace", tmp_path / "w", "--json"))
    keys = ("road_segments", "junctions", "crossings", "open_ends", "settlements", "compounds", "entrances", "skipped", "vanished")
    assert set(keys) <= set(told)
    assert told["settlements"] == 60
    assert told["entrances"] == {"mapped": 0, "inferred": told["entrances"]["inferred"]}
    assert document(manage("status", "--workspace", tmp_path / "w", "--json"))["layers"]["settlements"] == 60


def test_import_osm_says_where_the_data_end(tmp_path: Path, test_data: Path) -> None:
    file = test_data / "osm" / "puyang_qingzu_rural_2023.osm.pbf"
    box = "114.970,35.498,115.092,35.563"
    given = manage("import-osm", file, "--workspace", tmp_path / "w", "--county", "410928", "--extent", box, "--json")
    told = document(given)
    assert (told["extent_origin"], told["edge_of_data"], told["passing"], told["crossings"]) == ("given", 54, 0, 4)
    assert given.stderr == ""
    unknown = manage("import-osm", file, "--workspace", tmp_path / "w2", "--bbox", box, "--json")
    told = document(unknown)
    assert (told["extent_origin"], told["edge_of_data"], told["road_segments"], told["crossings"]) == (None, 0, 2223, 54)
    assert "nothing will be called proved" in unknown.stderr and "--extent" in unknown.stderr
    one_line(manage("import-osm", file, "--workspace", tmp_path / "w3", "--extent", "1,2,3"))


def test_import_osm_takes_in_proposed_villages(tmp_path: Path) -> None:
    file = osm_file(tmp_path, bounds(0, 0, 900, 900) + node(1, 100, 100) + node(10, 200, 200, place="locality", name="太和庄"))
    first = manage("import-osm", file, "--workspace", tmp_path / "w", "--json")
    assert [p["name"] for p in document(first)["proposed"]] == ["太和庄"] and "--accept-proposed" in first.stderr
    second = document(manage("import-osm", file, "--workspace", tmp_path / "w", "--accept-proposed", "--json"))
    assert (second["proposed"], second["settlements"]) == ([], 1)


def test_a_failed_import_leaves_no_workspace_behind(tmp_path: Path) -> None:
    (tmp_path / "list.osm").write_text("no extract")
    one_line(manage("import-osm", tmp_path / "list.osm", "--workspace", tmp_path / "new"))
    assert not (tmp_path / "new").exists()


def test_a_region_that_misses_the_file_is_refused(tmp_path: Path, test_data: Path) -> None:
    extract = test_data / "osm" / "puyang_qingzu_rural_2023.osm.pbf"
    assert "nothing in this region" in one_line(manage("import-osm", extract, "--workspace", tmp_path / "new", "--bbox", "10,10,11,11"))
