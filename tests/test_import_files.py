"""Files of every kind come in alike, and hostile ones do not come in at all."""

from __future__ import annotations

import io
import json
import sqlite3
import stat
import zipfile
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import numpy as np
import openpyxl
import pandas as pd
import pytest
from openpyxl.utils import get_column_letter
from shapely.geometry import Point, box

from errors import EpiGridError, InputError
from geo import archives
from ledgers.intake.columns import field_of
from ledgers.intake.readers import READABLE, Table, read_table, text_of

NAMES = ["南门", "北门", "=SUM(A1)"]
FRAME = gpd.GeoDataFrame(
    {"名称": NAMES, "状态": ["封闭", "全天", None]}, geometry=[Point(114.3 + i / 10, 29.8) for i in range(3)], crs="EPSG:4326"
)
PLAIN = pd.DataFrame({"名称": FRAME["名称"], "状态": FRAME["状态"], "经度": FRAME.geometry.x, "纬度": FRAME.geometry.y})


def known(heading: str) -> bool:
    return field_of("entrances", heading) is not None


def read(path: Path, sheet: str | None = None) -> Table:
    return read_table(path, recognised=known, sheet=sheet)


def zip_shapefile(path: Path, frame: gpd.GeoDataFrame, *, encoding: str, cpg: bool) -> None:
    folder = path.parent / f"{path.stem}-parts"
    folder.mkdir()
    frame.to_file(folder / "门.shp", engine="pyogrio", encoding=encoding)
    with zipfile.ZipFile(path, "w") as archive:
        for part in folder.iterdir():
            if cpg or part.suffix != ".cpg":
                archive.write(part, f"数据/{part.name}")


def kml(path: Path) -> None:
    marks = ""
    for name, mode, point in zip(NAMES, FRAME["状态"], FRAME.geometry, strict=True):
        data = f"<Data name='状态'><value>{mode if isinstance(mode, str) else ''}</value></Data>"
        place = f"<Point><coordinates>{point.x},{point.y},0</coordinates></Point>"
        marks += f"<Placemark><name>{name}</name><ExtendedData>{data}</ExtendedData>{place}</Placemark>"
    path.write_text(f"<kml xmlns='http://www.opengis.net/kml/2.2'><Document>{marks}</Document></kml>", "utf-8")


WRITERS: dict[str, Callable[[Path], object]] = {
    "utf8.csv": lambda p: PLAIN.to_csv(p, index=False, encoding="utf-8"),
    "bom.csv": lambda p: PLAIN.to_csv(p, index=False, encoding="utf-8-sig"),
    "gb.csv": lambda p: PLAIN.to_csv(p, index=False, encoding="gb18030"),
    "utf16.csv": lambda p: PLAIN.to_csv(p, index=False, encoding="utf-16", sep="\t"),
    "semicolon.csv": lambda p: PLAIN.to_csv(p, index=False, sep=";"),
    "book.xlsx": lambda p: workbook(p, [[], ["标题"], list(PLAIN), *PLAIN.to_numpy().tolist()]),
    "a.geojson": lambda p: FRAME.to_file(p, driver="GeoJSON", engine="pyogrio"),
    "a.gpkg": lambda p: FRAME.to_file(p, driver="GPKG", engine="pyogrio"),
    "utf8.zip": lambda p: zip_shapefile(p, FRAME, encoding="UTF-8", cpg=True),
    "gb.zip": lambda p: zip_shapefile(p, FRAME, encoding="GB18030", cpg=False),
    "a.kml": kml,
}


def workbook(path: Path, rows: list[list[object]]) -> None:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append([None if isinstance(v, float) and np.isnan(v) else v for v in row])
    for row in book.active.iter_rows():
        for cell in row:
            if cell.data_type == "f":
                cell.data_type = "s"
    book.save(path)


@pytest.mark.parametrize("name", WRITERS)
def test_every_kind_of_file_says_the_same(name: str, tmp_path: Path) -> None:
    WRITERS[name](tmp_path / name)
    table = read(tmp_path / name)
    names = "name" if name == "a.kml" else "名称"
    assert [text_of(v) for v in table.cells[names]] == NAMES
    assert [text_of(v) for v in table.cells["状态"]] == ["封闭", "全天", None]
    first = 4 if name == "book.xlsx" else 2
    assert table.rows.tolist() == [first, first + 1, first + 2]
    if table.geometry is None:
        xy = [(float(x), float(y)) for x, y in zip(table.cells["经度"], table.cells["纬度"], strict=True)]
    else:
        xy = [(point.x, point.y) for point in table.geometry]
        assert table.crs == (None if name.endswith("geojson") else "EPSG:4326") or name.endswith("geojson")
    assert np.allclose(xy, [(p.x, p.y) for p in FRAME.geometry], atol=1e-12)


def test_a_cell_merged_downwards_holds_for_each_row(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in (["台账"], ["小区", "名称"], ["祥和", "南门"], [None, "北门"], ["幸福", "东门"]):
        book.active.append(row)
    book.active.merge_cells("A1:B1")
    book.active.merge_cells("A3:A4")
    book.save(tmp_path / "a.xlsx")
    assert read(tmp_path / "a.xlsx").cells["小区"].tolist() == ["祥和", "祥和", "幸福"]


def test_the_sheet_with_the_ledger_is_found_or_named(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["说明"])
    book.active.append(["请填写第二页"])
    book.create_sheet("台账").append(["名称", "状态"])
    book["台账"].append(["南门", "封闭"])
    book.create_sheet("空")
    book.save(tmp_path / "a.xlsx")
    assert read(tmp_path / "a.xlsx").sheet == "台账"
    assert read(tmp_path / "a.xlsx", "Sheet").cells.shape == (1, 1)
    with pytest.raises(InputError):
        read(tmp_path / "a.xlsx", "没有")
    with pytest.raises(InputError):
        read(tmp_path / "a.xlsx", "空")


def test_a_formula_is_read_as_its_value(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["名称", "状态"])
    book.active.append(["=1+1", "封闭"])
    book.save(tmp_path / "a.xlsx")  # without a value, as no program has computed it
    assert text_of(read(tmp_path / "a.xlsx").cells["名称"].iloc[0]) is None


# Hostile files ----------------------------------------------------------------------------------------------------------------


def archive(path: Path, members: dict[str, bytes]) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in members.items():
            file.writestr(name, content)


def bomb(path: Path) -> None:
    archive(path, {"a.shp": b"\0" * (archives.RATIO_FROM_BYTES + 1)})


def symlink(path: Path) -> None:
    entry = zipfile.ZipInfo("a.shp")
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(path, "w") as file:
        file.writestr(entry, "/etc/passwd")


def xml_bomb(path: Path) -> None:
    entities = "".join(f'<!ENTITY e{i} "{f"&e{i - 1};" * 10 if i else "ha"}">' for i in range(12))
    path.write_text(f"<!DOCTYPE kml [{entities}]><kml><Placemark><name>&e11;</name></Placemark></kml>")


def workbook_with_entities(path: Path) -> None:
    workbook(path, [["名称"], ["南门"]])
    with zipfile.ZipFile(path) as file:
        parts = {name: file.read(name) for name in file.namelist()}
    sheet = parts["xl/worksheets/sheet1.xml"]
    head = b'<!DOCTYPE worksheet [<!ENTITY a "b">]>'
    parts["xl/worksheets/sheet1.xml"] = (
        sheet.replace(b"<worksheet", head + b"<worksheet", 1) if not sheet.startswith(b"<?") else (sheet.replace(b"?>", b"?>" + head, 1))
    )
    archive(path, parts)


def wide_row(path: Path) -> None:
    workbook(path, [["名称"], []])
    book = openpyxl.load_workbook(path)
    book.active[f"{get_column_letter(16384)}1048576"] = "far away"
    book.save(path)


def view_of_files(path: Path) -> None:
    FRAME.to_file(path, driver="GPKG", engine="pyogrio")
    with sqlite3.connect(path) as connection:
        connection.execute("delete from gpkg_geometry_columns")
    connection.close()


def package(path: Path, statement: str) -> None:
    """Write a good GeoPackage and spoil it."""
    FRAME.to_file(path, driver="GPKG", engine="pyogrio")
    with sqlite3.connect(path) as connection:
        for (trigger,) in connection.execute("select name from sqlite_master where type = 'trigger'").fetchall():
            connection.execute(f'drop trigger "{trigger}"')
        connection.execute(statement)
    connection.close()


PLACEMARK = "<kml xmlns='http://www.opengis.net/kml/2.2'><Placemark><name>a</name>{}</Placemark></kml>"
RING = "<LinearRing><coordinates>1,1 1,2 2,2 1,1</coordinates></LinearRing>"
VRT = b'<OGRVRTDataSource><OGRVRTLayer name="passwd"><SrcDataSource>/etc/passwd</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>'
HOSTILE: dict[str, Callable[[Path], object]] = {
    "not-a-zip.xlsx": lambda p: p.write_bytes(b"hello"),
    "not-a-zip.zip": lambda p: p.write_bytes(b"hello"),
    "cut.xlsx": lambda p: (workbook(p, [["名称"], ["南门"]]), p.write_bytes(p.read_bytes()[:-200])),
    "no-workbook.xlsx": lambda p: archive(p, {"hello.txt": b"hello"}),
    "bomb.zip": bomb,
    "bomb.xlsx": bomb,
    "traversal.zip": lambda p: archive(p, {"../../evil.shp": b"x"}),
    "traversal.xlsx": lambda p: archive(p, {"[Content_Types].xml": b"x", "..\\evil.xml": b"x"}),
    "absolute.zip": lambda p: archive(p, {"/etc/evil.shp": b"x"}),
    "drive.zip": lambda p: archive(p, {"C:/evil.shp": b"x"}),
    "symlink.zip": symlink,
    "no-shape.zip": lambda p: archive(p, {"a.txt": b"x"}),
    "fake-shape.zip": lambda p: archive(p, {"a.shp": VRT, "a.shx": b"", "a.dbf": b"x"}),
    "vrt.geojson": lambda p: p.write_bytes(VRT),
    "vrt.gpkg": lambda p: p.write_bytes(VRT),
    "vrt.kml": lambda p: p.write_bytes(VRT),
    "vrt-in-json.geojson": lambda p: p.write_text(json.dumps({"type": "gdal_streamed_alg", "command_line": "gdal vector pipeline"})),
    "list.geojson": lambda p: p.write_text("[1, 2]"),
    "deep.geojson": lambda p: p.write_text("[" * 100_000),
    "empty-collection.geojson": lambda p: p.write_text('{"type": "FeatureCollection", "features": []}'),
    "bad-geometry.geojson": lambda p: p.write_text(
        '{"type": "Feature", "properties": {}, "geometry": {"type": "Point", "coordinates": "x"}}'
    ),
    "open-ring.kml": lambda p: p.write_text(PLACEMARK.format("<Polygon/>")),
    "hole-alone.kml": lambda p: p.write_text(PLACEMARK.format(f"<Polygon><innerBoundaryIs>{RING}</innerBoundaryIs></Polygon>")),
    "encoding.kml": lambda p: p.write_text('<?xml version="1.0" encoding="martian"?>' + PLACEMARK.format("")),
    "short-blob.gpkg": lambda p: package(p, "update \"short-blob\" set geom = x'47'"),
    "header-alone.gpkg": lambda p: package(p, "update \"header-alone\" set geom = x'4750'"),
    "text-blob.gpkg": lambda p: package(p, "update \"text-blob\" set geom = 'POINT (1 2)'"),
    "number-blob.gpkg": lambda p: package(p, 'update "number-blob" set geom = 17'),
    "no-column.gpkg": lambda p: package(p, "update gpkg_geometry_columns set column_name = 'elsewhere'"),
    "no-tables.gpkg": lambda p: sqlite3.connect(p).execute("create table a (b)").connection.close(),
    "no-features.gpkg": view_of_files,
    "entities.kml": xml_bomb,
    "entities.xlsx": workbook_with_entities,
    "empty.csv": lambda p: p.write_bytes(b""),
    "blank.csv": lambda p: p.write_bytes(b"\n\n,,\n"),
    "heading-only.csv": lambda p: p.write_text("名称,状态\n", "utf-8"),
    "binary.csv": lambda p: p.write_bytes(bytes(range(256)) * 10),
    "workbook.csv": lambda p: (workbook(p.with_suffix(".xlsx"), [["名称"], ["南门"]]), p.write_bytes(p.with_suffix(".xlsx").read_bytes())),
    "empty-sheet.xlsx": lambda p: workbook(p, []),
    "heading-only.xlsx": lambda p: workbook(p, [["名称", "状态"]]),
    "old.xls": lambda p: p.write_bytes(b"\xd0\xcf\x11\xe0"),
    "folder.csv": lambda p: p.mkdir(),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_in_one_sentence(name: str, tmp_path: Path) -> None:
    HOSTILE[name](tmp_path / name)
    with pytest.raises(InputError) as error:
        read(tmp_path / name)
    assert "\n" not in str(error.value)
    assert "passwd" not in str(error.value)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError):
        read(tmp_path / "none.csv")


def test_a_cell_far_away_does_not_fill_the_memory(tmp_path: Path) -> None:
    wide_row(tmp_path / "a.xlsx")
    with pytest.raises(InputError):
        read(tmp_path / "a.xlsx")


def test_a_table_in_an_encrypted_archive_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    archive(path, {"a.shp": b"x"})
    data = bytearray(path.read_bytes())
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + offset] |= 1
    path.write_bytes(bytes(data))
    with pytest.raises(InputError, match="password"):
        read(path)


def test_polygons_come_in_whole(tmp_path: Path) -> None:
    shapes = gpd.GeoDataFrame({"名称": ["甲"]}, geometry=[box(114, 29, 115, 30).difference(box(114.4, 29.4, 114.6, 29.6))], crs="EPSG:4326")
    for name in ("a.geojson", "a.gpkg"):
        shapes.to_file(tmp_path / name, engine="pyogrio")
    zip_shapefile(tmp_path / "a.zip", shapes, encoding="UTF-8", cpg=True)
    for name in ("a.geojson", "a.gpkg", "a.zip"):
        found = read(tmp_path / name).geometry
        assert found is not None
        assert found[0].equals(shapes.geometry[0]), name


def test_every_readable_kind_is_tested() -> None:
    tested = {Path(name).suffix for name in WRITERS}
    assert set(READABLE) - {".txt", ".tsv", ".json"} <= tested


def test_nothing_reads_a_file_as_another_kind_than_its_name_says(tmp_path: Path) -> None:
    """Each good file under each other name is refused, or at least read by that name's reader alone."""
    for name, writer in WRITERS.items():
        source = tmp_path / f"source-{name}"
        writer(source)
        for suffix in (".geojson", ".gpkg", ".zip", ".kml", ".xlsx"):
            if suffix != source.suffix:
                target = source.with_suffix(f".as{suffix}")
                target.write_bytes(source.read_bytes())
                with pytest.raises(InputError):
                    read(target)


def test_bytes_of_any_kind_never_crash_the_text_reader(tmp_path: Path) -> None:
    rng = np.random.default_rng(5)
    for number in range(60):
        path = tmp_path / f"{number}.csv"
        path.write_bytes(io.BytesIO(rng.integers(1, 256, 200, dtype=np.uint8).tobytes()).getvalue())
        try:
            read(path)
        except InputError as error:
            assert str(error)


@pytest.mark.parametrize("name", WRITERS)
def test_a_damaged_file_gives_a_table_or_one_sentence(name: str, tmp_path: Path) -> None:
    good = tmp_path / name
    WRITERS[name](good)
    data = good.read_bytes()
    rng = np.random.default_rng(7)
    damaged = tmp_path / f"damaged{good.suffix}"
    for number in range(80):
        changed = bytearray(data[: rng.integers(1, len(data))] if number % 4 == 0 else data)
        for position in rng.integers(0, len(changed), 0 if number % 4 == 0 else 1 + number % 9):
            changed[position] = rng.integers(0, 256)
        damaged.write_bytes(bytes(changed))
        try:
            table = read(damaged)
        except EpiGridError as error:
            assert "\n" not in str(error)
        else:
            assert len(table.cells) == len(table.rows)


def test_nested_properties_and_half_characters_become_text(tmp_path: Path) -> None:
    properties = {"名称": {"zh": "南门"}, "状态": ["封闭"], "x": "\ud800"}
    (tmp_path / "a.geojson").write_text(json.dumps({"type": "Feature", "properties": properties, "geometry": None}))
    cells = read(tmp_path / "a.geojson").cells.iloc[0]
    assert cells.tolist() == ['{"zh": "南门"}', '["封闭"]', "?"]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.tsv", "名称\t状态\t备注\n南门\t封闭\ta,b;c,d;e,f;g\n"),
        ("a.txt", "备注：1,2,3,4,5,6\n名称\t状态\n南门\t封闭\n"),
        ("a.csv", "注;;;;;;;;\n名称,状态\n南门,封闭\n"),
        ("b.csv", "名称;状态\n南门;封闭\n北门;1,2,3,4,5\n"),
        ("one.tsv", "名称\n南门\n"),
    ],
)
def test_the_delimiter_is_the_one_that_gives_headings(name: str, text: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(text, "utf-8")
    table = read(tmp_path / name)
    assert table.cells["名称"].iloc[0] == "南门"
    assert name == "one.tsv" or table.cells["状态"].iloc[0] == "封闭"
