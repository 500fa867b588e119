"""The commands that print: one line and nothing half written on bad input, the same while the dashboard has the workspace open."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import docx
import pypdfium2
import pytest
from PIL import Image

import commands
from arguments import MAPS
from briefing import archive, publish
from briefing.draft import draft
from briefing.maps import themes
from briefing.model import Number
from briefing.writers import FORMATS
from queries.store import LOCAL, open_store
from tests.server import served
from tests.test_command_line import document, manage, one_line
from tests.township import START, fill

AT = "2020-02-12T18:00:00+08:00"


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("commands") / "workspace"
    with open_store(folder) as store:
        fill(store, recorded_at=START)
    return folder


class Console:
    """What a command printed and returned."""

    def __init__(self, capsys: pytest.CaptureFixture[str], workspace: Path) -> None:
        self.capsys, self.workspace = capsys, workspace

    def __call__(self, *arguments: object) -> tuple[int, str, str]:
        try:
            code = commands.main([*map(str, arguments), "--workspace", str(self.workspace)])
        except SystemExit as stopped:
            code = int(str(stopped.code))
        told = self.capsys.readouterr()
        return code, told.out, told.err

    def document(self, *arguments: object) -> dict[str, Any]:
        code, out, err = self(*arguments, "--json")
        assert code == 0, err
        assert out.count("\n") == 1
        return json.loads(out)


@pytest.fixture
def one_map(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(publish, "MAPS", ("command",))


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], workspace: Path, monkeypatch: pytest.MonkeyPatch) -> Console:
    monkeypatch.setenv("EPIGRID_LANG", "en")
    return Console(capsys, workspace)


def test_the_maps_that_can_be_asked_for_are_those_there_are() -> None:
    assert set(MAPS) == set(themes.MAPS)


class Terminal(io.StringIO):
    """What a person watches."""

    def isatty(self) -> bool:
        return True


def test_how_far_it_is_is_told_to_a_person_at_a_terminal_alone() -> None:
    watched, piped = Terminal(), io.StringIO()
    for err in (watched, piped):
        commands.Console(io.StringIO(), err, "zh_CN").share(0.256, "Drawing the maps")
    assert watched.getvalue() == "26 % 正在绘图……\n"
    assert piped.getvalue() == ""


# snapshot


@pytest.mark.parametrize("name", ["m.pdf", "m.PNG", "m.svg"])
def test_a_map_is_printed(run: Console, tmp_path: Path, name: str) -> None:
    out = tmp_path / name
    code, told, err = run(
        "snapshot", "--map", "command", "--out", out, "--landscape", "--dpi", 60, "--at", "2020-02-11T20:00", "--area", "a"
    )
    assert (code, told, err) == (0, "", f"Written: {out}\n")
    assert [p.name for p in tmp_path.iterdir()] == [name]
    match out.suffix.lower():
        case ".pdf":
            page = pypdfium2.PdfDocument(out)[0]
            assert page.get_size() == pytest.approx((297 / 25.4 * 72, 210 / 25.4 * 72), abs=0.6)
            text = page.get_textpage().get_text_range()
            assert "朝阳村" in text and "2020" in text
        case ".png":
            with Image.open(out) as picture:
                assert picture.size == pytest.approx((297 / 25.4 * 60, 210 / 25.4 * 60), abs=2)
        case ".svg":
            assert out.read_text("utf-8").lstrip().startswith("<?xml")


@pytest.mark.parametrize(
    "arguments",
    [
        ["--map", "command", "--out", "m.gif"],
        ["--map", "command", "--out", "m"],
        ["--map", "weather", "--out", "m.pdf"],
        ["--map", "command", "--out", "none/m.pdf"],
        ["--map", "command", "--out", "file/m.pdf"],
        ["--map", "command", "--out", "folder.pdf"],
        ["--map", "command", "--out", "/proc/m.pdf"],
        ["--map", "command", "--out", "m.png", "--dpi", "49"],
        ["--map", "command", "--out", "m.png", "--dpi", "601"],
        ["--map", "command", "--out", "m.png", "--dpi", "many"],
        ["--map", "command", "--out", "m.png", "--paper", "A0"],
        ["--map", "command", "--out", "m.png", "--area", "nowhere"],
        ["--map", "command", "--out", "m.png", "--at", "yesterday"],
        ["--map", "unit", "--out", "m.png"],
    ],
    ids=" ".join,
)
def test_a_bad_snapshot_is_one_line_and_leaves_nothing(
    run: Console, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("file").touch()
    Path("folder.pdf").mkdir()
    code, out, err = run("snapshot", *arguments)
    assert (code, out) == (2, "")
    assert err.count("\n") == 1, err
    assert sorted(p.name for p in tmp_path.rglob("*")) == ["file", "folder.pdf"]


def test_a_moment_before_any_data_is_a_page_that_says_so(run: Console, tmp_path: Path) -> None:
    code, _, err = run("snapshot", "--map", "risk", "--out", tmp_path / "m.pdf", "--at", "1999-01-01T00:00")
    assert code == 0, err
    assert "1999" in pypdfium2.PdfDocument(tmp_path / "m.pdf")[0].get_textpage().get_text_range()


# brief


def test_a_briefing_is_written_told_and_recorded(run: Console, workspace: Path, tmp_path: Path) -> None:
    out = tmp_path / "new" / "folder"
    told = run.document("brief", "--area", "t", "--out", out, "--at", "2020-02-12T20:00")
    assert (told["area"], told["at"], told["cutoff"], told["edition"]) == ("t", "2020-02-12T20:00:00+08:00", AT, "evening")
    assert told["files"] == [f"青禾镇-简报-20200212-1800.{form}" for form in FORMATS]
    assert sorted(p.name for p in out.iterdir()) == sorted(told["files"])
    assert len({n["id"] for n in told["numbers"]}) == len(told["numbers"]) > 10
    assert all({"id", "label", "value", "text", "query", "section"} <= n.keys() for n in told["numbers"])
    assert all((n["value"] is None) == (n["text"] == "不详") for n in told["numbers"])
    with open_store(workspace, create=False) as store:
        past = archive.past(store, LOCAL, "t")
    assert past["files"].iloc[0] == tuple(told["files"])
    assert {n.id: n.text for n in past["numbers"].iloc[0]} == {n["id"]: n["text"] for n in told["numbers"]}
    # Made again, with whatever was entered since, it has the same numbers, and the files are replaced.
    again = run.document("brief", "--area", "t", "--out", out, "--at", "2020-02-12T21:00", "--formats", "docx, xlsx")
    assert again["numbers"] == told["numbers"]
    assert again["files"] == [f"青禾镇-简报-20200212-1800.{form}" for form in ("docx", "xlsx")]
    assert len(list(out.iterdir())) == len(FORMATS)


@pytest.mark.usefixtures("one_map")
def test_edits_apply_and_what_is_by_hand_is_told(run: Console, workspace: Path, tmp_path: Path) -> None:
    with open_store(workspace, create=False) as store:
        drafted = draft(store, LOCAL, "a", at=AT)
        paragraph, number = next(
            (p, run)
            for section in drafted.sections
            for p in section.paragraphs
            for run in p.runs
            if isinstance(run, Number) and run.value is not None
        )
        before = "".join(run if isinstance(run, str) else run.text for run in paragraph.runs[: paragraph.runs.index(number)])
        body = before + "777" + paragraph.text[len(before) + len(number.text) :]
        archive.save_edit(store, LOCAL, drafted, paragraph.id, body)
    told = run.document("brief", "--area", "a", "--out", tmp_path, "--at", AT, "--formats", "docx")
    found = next(n for n in told["numbers"] if n["id"] == number.id)
    assert (found["text"], found["value"], found["by_hand"]) == ("777", number.value, True)
    assert all("by_hand" not in n for n in told["numbers"] if n["id"] != number.id)
    printed = "\n".join(p.text for p in docx.Document(str(tmp_path / told["files"][0])).paragraphs)
    assert "777" in printed


@pytest.mark.usefixtures("one_map")
def test_a_layout_of_the_workspaces_own_is_used(run: Console, workspace: Path, tmp_path: Path) -> None:
    own = docx.Document()
    own.add_paragraph("青禾镇红头文件")
    own.add_paragraph("{{body}}")
    (workspace / publish.TEMPLATE).parent.mkdir(exist_ok=True)
    own.save(str(workspace / publish.TEMPLATE))
    try:
        told = run.document("brief", "--area", "b", "--out", tmp_path, "--formats", "docx")
    finally:
        (workspace / publish.TEMPLATE).unlink()
    assert docx.Document(str(tmp_path / told["files"][0])).paragraphs[0].text == "青禾镇红头文件"


@pytest.mark.parametrize(
    "arguments",
    [
        ["--area", "nowhere", "--out", "new/out"],
        ["--out", "new/out"],
        ["--area", "t", "--out", "file/out"],
        ["--area", "t", "--out", "/proc/out"],
        ["--area", "t", "--out", "new/out", "--formats", "docx,doc"],
        ["--area", "t", "--out", "new/out", "--formats", ""],
        ["--area", "t", "--out", "new/out", "--at", "2020-13-01"],
        ["--area", "t", "--out", "new/out", "--lang", "fr"],
        ["--area", "t", "--out", "taken", "--formats", "html"],
    ],
    ids=" ".join,
)
@pytest.mark.usefixtures("one_map")
def test_a_bad_brief_is_one_line_and_leaves_nothing(
    run: Console, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("file").touch()
    Path("taken/青禾镇-简报-20200212-1800.html").mkdir(parents=True)
    before = sorted(tmp_path.rglob("*"))
    code, out, err = run("brief", *arguments)
    assert (code, out) == (2, "")
    assert err.count("\n") == 1, err
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.usefixtures("one_map")
def test_a_writer_that_fails_leaves_the_old_files_alone(run: Console, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told = run.document("brief", "--area", "b", "--out", tmp_path, "--formats", "html")
    old = (tmp_path / told["files"][0]).read_bytes()
    original = publish.write

    def full(form: str, *arguments: Any, **options: Any) -> bytes:
        if form == "xlsx":
            raise OSError(28, "No space left on device")
        return original(form, *arguments, **options)

    monkeypatch.setattr(publish, "write", full)
    code, _, err = run("brief", "--area", "b", "--out", tmp_path, "--formats", "html,xlsx", "--lang", "en")
    assert code == 2 and "No space left" in err and err.count("\n") == 1
    assert [p.name for p in tmp_path.iterdir()] == told["files"]
    assert (tmp_path / told["files"][0]).read_bytes() == old


# By a scheduler, while the dashboard runs


def test_a_scheduler_gets_its_files_while_the_dashboard_runs(workspace: Path, tmp_path: Path) -> None:
    brief = ["brief", "--workspace", workspace, "--area", "t", "--out", tmp_path / "b", "--json"]
    with served(workspace):
        done = manage("snapshot", "--workspace", workspace, "--map", "entrances", "--out", tmp_path / "m.svg")
        assert (done.returncode, done.stdout, done.stderr) == (0, "", f"Written: {tmp_path / 'm.svg'}\n")
        told = document(manage(*brief, "--formats", "docx,html"))
        # Printed in Chinese, whatever language the console speaks.
        assert told["files"] == [f"青禾镇-简报-20200212-1800.{form}" for form in ("docx", "html")]
        assert sorted(p.name for p in (tmp_path / "b").iterdir()) == sorted(told["files"])
        packed = document(manage("pack", "--workspace", workspace, "--out", tmp_path / "p.zip", "--json"))
        assert packed["units"] == 2 and packed["failed"] == []
        with zipfile.ZipFile(tmp_path / "p.zip") as file:
            assert file.namelist() == packed["files"]
        assert "/proc" in one_line(manage("brief", "--workspace", workspace, "--area", "t", "--out", "/proc/b"))
    assert document(manage(*brief, "--formats", "html"))["numbers"] == told["numbers"]
