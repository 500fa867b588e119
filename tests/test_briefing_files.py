"""Files that go out: names that are safe anywhere, places written whole or not at all, sheets drawn by processes that may break."""

from __future__ import annotations

import os
import threading
import zipfile
from concurrent.futures import Future
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefing import files
from briefing.maps.content import Content, Paper
from briefing.maps.workers import DrawingFailed, Workers
from errors import InputError

HOSTILE = ["", ".", "..", "../x", "/etc", "C:\\x", "con", "NUL.txt", "村" * 90, "a/b", "a\x00b", "\ud800", " "]
TEXTS = st.text(max_size=120) | st.sampled_from(HOSTILE)


@given(TEXTS)
def test_a_safe_name_is_one_name_on_any_system(text: str) -> None:
    name = files.safe_name(text)
    assert name not in ("", ".", "..")
    assert len(name.encode()) <= files.LONGEST_BYTES + 1
    assert not set(name) & set('/\\:*?"<>|') and min(map(ord, name)) >= 32
    assert name == name.strip(" .") and name.split(".")[0].lower() not in ("con", "nul", "prn", "aux")
    assert Path(name).name == name
    assert files.safe_name(name) == name


def test_a_name_of_sixty_characters_stays_whole() -> None:
    name = "青禾镇" * 20
    assert files.safe_name(name) == name


# Whole or not at all


def there(folder: Path) -> dict[str, str]:
    return {str(p.relative_to(folder)): p.read_text() for p in sorted(folder.rglob("*")) if p.is_file()}


def test_all_files_arrive_or_none(tmp_path: Path) -> None:
    out = tmp_path / "a" / "b"
    with pytest.raises(ZeroDivisionError), files.whole(out) as folder:
        (folder / "x").write_text("half")
        raise ZeroDivisionError
    assert not (tmp_path / "a").exists()
    with files.whole(out) as folder:
        (folder / "x").write_text("1")
        (folder / "y").write_text("2")
        assert not (out / "x").exists()
    assert there(out) == {"x": "1", "y": "2"}
    (out / "z").mkdir()
    with pytest.raises(InputError, match="is a folder"), files.whole(out) as folder:
        (folder / "x").write_text("new")
        (folder / "z").write_text("new")
    assert there(out) == {"x": "1", "y": "2"}
    assert sorted(p.name for p in out.iterdir()) == ["x", "y", "z"]


@pytest.mark.parametrize("place", ["file/out", "/proc/epigrid/out"])
def test_a_place_that_cannot_be_written_is_told(tmp_path: Path, place: str) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(InputError, match="cannot be written"), files.whole(tmp_path / place):
        raise AssertionError("nothing can be written here")
    with pytest.raises(InputError), files.one(tmp_path / place / "map.png"):
        raise AssertionError("nothing can be written here")


def test_what_goes_wrong_elsewhere_is_not_laid_to_the_place(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError), files.whole(tmp_path / "out"):
        (tmp_path / "no template").read_bytes()
    with pytest.raises(InputError, match="cannot be written"), files.whole(tmp_path / "out") as folder:
        (folder / "no" / "such").write_text("x")
    assert not (tmp_path / "out").exists()


def test_one_file_takes_the_place_of_the_old_one_at_the_end(tmp_path: Path) -> None:
    out = tmp_path / "map.png"
    out.write_text("old")
    with pytest.raises(KeyError), files.one(out) as target:
        target.write_text("half")
        raise KeyError
    assert there(tmp_path) == {"map.png": "old"}
    with files.one(out) as target:
        target.write_text("new")
    assert there(tmp_path) == {"map.png": "new"}


def test_the_same_files_make_the_same_zip(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def made(name: str) -> bytes:
        with zipfile.ZipFile(tmp_path / name, "w") as archive:
            files.add(archive, "图/一.pdf", b"%PDF" * 100)
            files.add(archive, "图/一.png", b"\x89PNG" * 100)
        return (tmp_path / name).read_bytes()

    first = made("a.zip")
    monkeypatch.setattr("time.time", lambda: 0.0)
    assert made("b.zip") == first
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        assert archive.testzip() is None
        assert archive.namelist() == ["图/一.pdf", "图/一.png"]


# Processes that draw

STAND_IN = """
import os, time
from briefing.maps import worker
def answer(request):
    content, wanted = request
    print("a library talks")
    os.write(1, b"so does C")
    if content.title == "dies": os._exit(9)
    if content.title == "hangs": time.sleep(600)
    if content.title == "fails": return "ValueError: no"
    return [f"{content.title} {form} {paper.size} {os.getpid()}".encode() for form, paper in wanted]
worker.answer = answer
worker.main()
"""
PROGRAM = ("-c", STAND_IN)


def content(title: str) -> Content:
    return Content(name="unit", title=title, unit="", moment="", extent=(114, 35, 115, 36), layers=(), legend=())


def answers(workers: Workers, *titles: str) -> list[str]:
    def told(future: Future[list[bytes]]) -> str:
        try:
            return " ".join(future.result()[0].decode().split()[:2])
        except DrawingFailed as error:
            return str(error)

    return [told(future) for future in [workers.submit(content(title), ("pdf", Paper()), ("png", Paper())) for title in titles]]


def test_a_process_that_breaks_costs_its_sheet_alone(capfd: pytest.CaptureFixture[str]) -> None:
    with Workers(2, program=PROGRAM) as workers:
        found = answers(workers, "a", "dies", "b", "fails", "c", "d")
    died, failed = "the process that drew it broke off", "it could not be drawn (ValueError: no)"
    assert found == ["a pdf", died, "b pdf", failed, "c pdf", "d pdf"]
    assert "a library talks" not in capfd.readouterr().out


def test_a_drawing_that_does_not_end_is_given_up() -> None:
    with Workers(1, program=PROGRAM, limit_s=0.5) as workers:
        assert answers(workers, "hangs") == ["the drawing took longer than 0.5 s"]


def test_sheets_are_drawn_side_by_side_by_as_many_processes_as_asked_for() -> None:
    with Workers(2, program=PROGRAM) as workers:
        futures = [workers.submit(content(str(n)), ("svg", Paper("A3"))) for n in range(8)]
        drawn = [future.result()[0].decode().split() for future in futures]
    assert [words[:3] for words in drawn] == [[str(n), "svg", "A3"] for n in range(8)]
    assert 1 <= len({words[3] for words in drawn} - {str(os.getpid())}) <= 2
    with pytest.raises(ProcessLookupError):
        os.kill(int(drawn[0][3]), 0)


def test_a_thread_may_ask_and_a_sheet_that_cannot_be_sent_is_told() -> None:
    found: list[str] = []
    with Workers(1, program=PROGRAM) as workers:
        thread = threading.Thread(target=lambda: found.extend(answers(workers, "a")))
        thread.start()
        thread.join()
        broken = workers.submit(threading.Lock(), ("pdf", Paper()))  # type: ignore[arg-type]
        with pytest.raises(TypeError):
            broken.result()
        assert found + answers(workers, "b") == ["a pdf", "b pdf"]
