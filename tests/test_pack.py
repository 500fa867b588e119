"""The map pack: every unit's sheet in one zip file that opens offline; what fails is named, the rest arrive."""

from __future__ import annotations

import hashlib
import io
import itertools
import json
import re
import threading
import zipfile
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from urllib.parse import unquote

import geopandas as gpd
import pypdfium2
import pytest
from PIL import Image
from shapely.geometry import box

from briefing import pack as packing
from briefing.maps import themes
from briefing.maps.workers import Workers
from briefing.pack import pack
from errors import InputError, NotFound
from queries.layers import feature_events
from queries.store import LOCAL, Store, open_store
from tests.township import HOSTILE, fill

LONG = "长" * 60
SHEETS = len(packing.WHOLE) + 2


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with open_store(tmp_path_factory.mktemp("pack") / "workspace") as opened:
        fill(opened)
        yield opened


@pytest.fixture(scope="module")
def drawing() -> Iterator[Workers]:
    """Draw for all tests with the same two processes: to start one takes seconds."""
    with Workers(2) as workers:
        yield workers


@pytest.fixture(scope="module")
def packed(store: Store, drawing: Workers, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict, list[float]]:
    shares: list[float] = []
    out = tmp_path_factory.mktemp("out") / "图册.zip"
    told = pack(store, LOCAL, out, progress=lambda share, _: shares.append(share), workers=drawing)
    return out, told, shares


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> int:
    """Let the whole area have one sheet; return how many there are then."""
    monkeypatch.setattr(packing, "WHOLE", ("command",))
    return 3


def index(file: Path) -> str:
    with zipfile.ZipFile(file) as archive:
        return archive.read("index.html").decode()


def test_the_pack_holds_every_sheet_and_an_index_that_leads_to_it(packed: tuple[Path, dict, list[float]]) -> None:
    out, told, shares = packed
    assert (told["units"], told["sheets"], told["failed"]) == (2, SHEETS, [])
    assert told["at"] == told["cutoff"] == "2020-02-12T18:00:00+08:00"
    assert shares == sorted(shares) and min(shares) >= 0 and max(shares) <= 1
    with zipfile.ZipFile(out) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == told["files"]
        assert len(told["files"]) == 2 + 2 * SHEETS
        page = index(out)
        links = {unquote(unescape(link)) for link in re.findall(r'href="([^"]+)"', page)}
        assert links == set(told["files"]) - {"index.html"}
        assert "//" not in re.sub(r'src="data:[^"]+"', "", page) and "<script" not in page
        assert page.count('src="data:image/jpeg;base64,') == SHEETS
        assert "朝阳村" in page and "柳林村" in page
        bound = pypdfium2.PdfDocument(archive.read(told["files"][1]))
        pages = {name: pypdfium2.PdfDocument(archive.read(name)) for name in told["files"] if name.startswith("pdf/")}
        assert len(pages) == SHEETS
        assert [page.get_size() for page in bound] == [pytest.approx(page.get_size(), abs=0.6) for pdf in pages.values() for page in pdf]
        firsts = [0, *itertools.accumulate(len(pdf) for pdf in pages.values())]
        assert [entry.get_dest().get_index() for entry in bound.get_toc()] == firsts[:-1]
        for name in told["files"]:
            if name.startswith("png/"):
                with Image.open(io.BytesIO(archive.read(name))) as picture:
                    long_side = 297 if "作战图" in name else 420
                    assert max(picture.size) == pytest.approx(long_side / 25.4 * packing.DPI, abs=2), name


def test_the_same_ledger_and_moment_give_the_same_bytes(store: Store, drawing: Workers, few: int, tmp_path: Path) -> None:
    told = pack(store, LOCAL, tmp_path / "p.zip", workers=drawing)
    again: dict[str, object] = {}
    # From a thread, as the dashboard carries it out.
    thread = threading.Thread(target=lambda: again.update(pack(store, LOCAL, tmp_path / "again.zip", workers=drawing)))
    thread.start()
    thread.join()
    assert again == told
    with zipfile.ZipFile(tmp_path / "p.zip") as one, zipfile.ZipFile(tmp_path / "again.zip") as other:
        digests = [{n: hashlib.sha256(z.read(n)).hexdigest() for n in z.namelist()} for z in (one, other)]
    assert digests[0] == digests[1]
    assert (tmp_path / "p.zip").read_bytes() == (tmp_path / "again.zip").read_bytes()


def test_a_unit_that_fails_is_named_and_the_rest_arrive(
    store: Store, drawing: Workers, few: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = themes.contents

    def broken(view: object, name: str, areas: list[str], **options: object) -> Iterator[object]:
        if areas == ["a"]:
            raise ZeroDivisionError("a bug")
        return original(view, name, areas, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(themes, "contents", broken)
    told = pack(store, LOCAL, tmp_path / "p.zip", workers=drawing)
    assert told["sheets"] == few - 1
    assert [(f["id"], f["name"], f["map"]) for f in told["failed"]] == [("a", "朝阳村", "unit")]
    assert "a bug" not in told["failed"][0]["why"]
    assert f"<li>朝阳村: {told['failed'][0]['why']}</li>" in index(tmp_path / "p.zip")
    assert not any("朝阳村" in name for name in told["files"])


def test_a_sheet_whose_process_dies_is_named_and_the_rest_arrive(store: Store, few: int, tmp_path: Path) -> None:
    dies = """
import os
from briefing.maps import draw, worker
original = draw.render
draw.render = lambda content, paper, form: os._exit(9) if content.unit == "朝阳村" else original(content, paper, form)
worker.main()
"""
    with Workers(1, program=("-c", dies)) as workers:
        told = pack(store, LOCAL, tmp_path / "p.zip", workers=workers, area="t", units=["a", "b"])
    assert [f["id"] for f in told["failed"]] == ["a"]
    assert told["sheets"] == few - 1


def test_nothing_at_all_is_one_clear_message(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object, **__: object) -> Iterator[object]:
        raise InputError("no {what}", what="map")

    monkeypatch.setattr(themes, "contents", refused)
    monkeypatch.setattr(themes, "content", refused)
    with pytest.raises(InputError, match="no map"):
        pack(store, LOCAL, tmp_path / "p.zip")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(("name", "area"), [("p.rar", None), ("no/p.zip", None), ("p.zip", "nowhere")])
def test_bad_input_is_told_before_anything_is_drawn(store: Store, tmp_path: Path, name: str, area: str | None) -> None:
    with pytest.raises((InputError, NotFound)):
        pack(store, LOCAL, tmp_path / name, area=area)
    assert not list(tmp_path.iterdir())


def test_names_from_data_are_safe_names_of_files_and_text_in_the_index(tmp_path: Path, drawing: Workers, few: int) -> None:
    names = {"t": "../../镇", "a": LONG, "b": LONG, "c": HOSTILE, "d": "/etc/passwd"}
    with open_store(tmp_path / "w") as store:
        store.set_settings(LOCAL, {"clock": "2020-02-12T18:00:00+08:00"})
        areas = gpd.GeoDataFrame(
            {
                "id": list(names),
                "name": list(names.values()),
                "level": ["township"] + ["village"] * 4,
                "parent_id": [None, "t", "t", "t", "t"],
            },
            geometry=[box(114, 35, 114.4, 35.1), *(box(114 + n / 10, 35, 114.1 + n / 10, 35.1) for n in range(4))],
            crs="EPSG:4326",
        )
        store.append(LOCAL, {"feature_event": feature_events("areas", areas)})
        told = pack(store, LOCAL, tmp_path / "p.zip", workers=drawing)
    assert told["failed"] == [] and told["units"] == 4
    with zipfile.ZipFile(tmp_path / "p.zip") as archive:
        assert len(set(archive.namelist())) == len(archive.namelist())
        archive.extractall(tmp_path / "out")
    found = {str(p.relative_to(tmp_path / "out")) for p in (tmp_path / "out").rglob("*") if p.is_file()}
    assert found == set(told["files"])
    assert all(re.fullmatch(r"(index\.html|[^/]+\.pdf|(pdf|png)/[^/]+\.(pdf|png))", name) for name in found)
    page = index(tmp_path / "p.zip")
    assert "<img src=x" not in page and "../../镇" in page
    assert sum(LONG in name for name in found) == 4
    assert json.loads(json.dumps(told)) == told
