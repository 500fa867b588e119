"""Exports: every layer in every format, nothing comes out as a formula, and what went out comes in again unchanged."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import geopandas as gpd
import openpyxl
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl.cell import Cell
from shapely.geometry import Point, Polygon, box

from errors import InputError, NotFound
from ledgers.exports import WRITERS, export_layer
from ledgers.intake.columns import FIELDS
from ledgers.intake.imports import apply_import, plan_import, result_json
from ledgers.intake.readers import ESCAPED, read_table
from ledgers.posts import orders
from ledgers.sheets import safe_text
from queries.layers import LAYERS, feature_events
from queries.store import LOCAL, Store, open_store
from tests.filled import copy_filled

ZONE = ZoneInfo("Asia/Shanghai")
HOSTILE = ["${alert(1)}<img src=x onerror=alert(1)>", "=1+1", "+86 10", "-5", "@SUM(A1)", "'=x", "''", "\t=x", "一\n二", 'a"b,c;d']
START = datetime(2020, 2, 3, 8, 30, tzinfo=ZONE)


VISIBLE = st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zs", "Zl", "Zp", "Cn", "Co"))


def clocked(store: Store) -> None:
    store.set_settings(LOCAL, {"clock": datetime(2020, 2, 12, 18, tzinfo=ZONE).isoformat()})


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(copy_filled(clocked, tmp_path / "workspace")) as opened:
        yield opened


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Return a workspace without anything, for tests that only read."""
    with open_store(copy_filled(clocked, tmp_path_factory.mktemp("empty") / "workspace")) as opened:
        yield opened


@pytest.fixture
def hostile(tmp_path: Path) -> Iterator[Store]:
    with open_store(copy_filled(fill, tmp_path / "workspace")) as opened:
        yield opened


def fill(store: Store) -> None:
    """Write a township whose every text is hostile: points, outlines with many vertices, state."""
    clocked(store)
    n = len(HOSTILE)
    ids = [f"={i}" for i in range(n)]
    wide = Point(114.3, 29.8).buffer(0.1, quad_segs=1500)
    outlines = [wide, *(box(114 + i / 100, 29, 114.005 + i / 100, 29.01) for i in range(1, n))]
    points = [Point(114.1 + i / 7, 29.9) for i in range(n)]
    frames = {
        "areas": gpd.GeoDataFrame({"id": ids, "name": HOSTILE, "level": "village", "population": 7}, geometry=outlines, crs=4326),
        "compounds": gpd.GeoDataFrame({"id": ids, "name": HOSTILE, "unmanaged": True}, geometry=[points[0], *outlines[1:]], crs=4326),
        "entrances": gpd.GeoDataFrame({"id": ids, "name": HOSTILE, "compound_id": ids, "area_id": ids[0]}, geometry=points, crs=4326),
        "checkpoints": gpd.GeoDataFrame({"id": ids, "name": HOSTILE, "post_class": "village"}, geometry=points, crs=4326),
        "venues": gpd.GeoDataFrame({"id": ids, "name": HOSTILE, "kind": "park"}, geometry=[None, *points[1:]], crs=4326),
    }
    described = pd.concat([feature_events(layer, frame) for layer, frame in frames.items()], ignore_index=True)
    text = {"ordered_by": HOSTILE, "reason": HOSTILE, "effective_at": START}
    entrances = pd.DataFrame({"entrance_id": ids, "mode": "open_hours", "timetable": "22:00-06:00", "key_holder": HOSTILE, **text})
    posts = pd.DataFrame({"checkpoint_id": ids, "kind": "inspect", "active": True, **text})
    areas = pd.DataFrame({"area_id": ids, "status": "controlled", "responsible": HOSTILE, "phone": HOSTILE, **text})
    store.append(LOCAL, {"feature_event": described, "entrance_event": entrances, "checkpoint_event": posts, "area_event": areas})


ROUND_TRIPS = [
    (layer, kind) for layer in ("areas", "compounds", "entrances", "checkpoints", "venues") for kind in WRITERS if kind != ".parquet"
]


@pytest.mark.parametrize(("layer", "kind"), ROUND_TRIPS)
def test_what_went_out_comes_in_unchanged(hostile: Store, tmp_path: Path, layer: str, kind: str) -> None:
    out = tmp_path / f"{layer}{kind}"
    export_layer(hostile, LOCAL, layer, out)
    result = result_json(plan_import(hostile, LOCAL, out, layer, crs="wgs84"))
    assert (result["read"], result["unchanged"], result["rejected"]) == (len(HOSTILE), len(HOSTILE), [])
    if kind == ".xlsx":
        export_layer(hostile, LOCAL, layer, out, language="zh_CN")
        assert openpyxl.load_workbook(out).active["A1"].value == "编号"
        assert result_json(plan_import(hostile, LOCAL, out, layer, crs="wgs84"))["unchanged"] == len(HOSTILE)


@pytest.mark.parametrize("kind", [kind for kind in WRITERS if kind != ".parquet"])
def test_a_soft_barrier_goes_out_and_comes_in(hostile: Store, tmp_path: Path, kind: str) -> None:
    why = {"reason": "旧小区", "ordered_by": "社区"}
    orders.seal(hostile, LOCAL, ["=0"], barrier="soft", patrol_minutes=30, **why)
    orders.seal(hostile, LOCAL, ["=1"], barrier="soft", **why)
    orders.seal(hostile, LOCAL, ["=2"], **why)
    out = tmp_path / f"gates{kind}"
    export_layer(hostile, LOCAL, "entrances", out)
    assert kind != ".csv" or ",soft,30," in out.read_text("utf-8-sig")
    assert result_json(plan_import(hostile, LOCAL, out, "entrances", crs="wgs84"))["unchanged"] == len(HOSTILE)
    with open_store(copy_filled(clocked, tmp_path / "other")) as other:
        apply_import(other, LOCAL, plan_import(other, LOCAL, out, "entrances", crs="wgs84"))
        gates = other.layer("entrances", LOCAL).set_index("id").loc[["=0", "=1", "=2"], ["barrier", "patrol_minutes"]]
    assert gates["barrier"].tolist() == ["soft", "soft", "hard"]
    assert gates["patrol_minutes"].fillna(0).tolist() == [30, 0, 0]


@pytest.mark.parametrize("kind", [".xlsx", ".csv", ".gpkg", ".geojson"])
def test_another_workspace_gets_the_original_texts(hostile: Store, tmp_path: Path, kind: str) -> None:
    with open_store(copy_filled(clocked, tmp_path / "other")) as other:
        for layer in ("areas", "compounds", "entrances"):
            export_layer(hostile, LOCAL, layer, tmp_path / f"{layer}{kind}")
            plan = plan_import(other, LOCAL, tmp_path / f"{layer}{kind}", layer, crs="wgs84")
            apply_import(other, LOCAL, plan)
        left, right = hostile.layer("entrances", LOCAL), other.layer("entrances", LOCAL)
    columns = ["id", "name", "compound_id", "area_id", "mode", "timetable", "key_holder", "ordered_by", "reason", "since"]
    pd.testing.assert_frame_equal(pd.DataFrame(left[columns]), pd.DataFrame(right[columns]))
    # A workbook keeps sixteen digits of a number.
    assert left.geometry.geom_equals_exact(right.geometry, tolerance=1e-12 if kind == ".xlsx" else 0).all()


@pytest.mark.parametrize("layer", FIELDS)
def test_no_text_comes_out_as_a_formula_and_numbers_stay_numbers(hostile: Store, tmp_path: Path, layer: str) -> None:
    gate = gpd.GeoDataFrame({"id": ["west"], "name": ["西"]}, geometry=[Point(-5.5, -3.25)], crs=4326)
    hostile.append(LOCAL, {"feature_event": feature_events("settlements", gate)})
    export_layer(hostile, LOCAL, layer, tmp_path / "a.xlsx")
    export_layer(hostile, LOCAL, layer, tmp_path / "a.csv")
    cells: list[Cell] = [cell for row in openpyxl.load_workbook(tmp_path / "a.xlsx").active.iter_rows(min_row=2) for cell in row]
    assert all(cell.data_type != "f" for cell in cells)
    for cell in cells:
        if isinstance(cell.value, str) and cell.value[:1] in "=+-@\t":
            assert cell.data_type == "s"
            assert cell.quotePrefix
    with (tmp_path / "a.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    numeric = {"lon", "lat"}
    assert not [v for row in rows for k, v in row.items() if k not in numeric and v[:1] in ("=", "+", "-", "@", "\t", "\r")]
    if layer == "settlements":
        assert [float(rows[0][k]) for k in ("lon", "lat")] == [-5.5, -3.25]
        assert [c.value for c in cells if isinstance(c.value, float)] == [-5.5, -3.25]


@settings(max_examples=300)
@given(st.text(st.sampled_from("=+-@'\t\r a经")))
def test_the_apostrophe_comes_off_again(text: str) -> None:
    written = safe_text(text)
    assert written[:1] not in ("=", "+", "-", "@", "\t", "\r")
    assert (written[1:] if ESCAPED.match(written) else written) == text


@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zs", "Zl", "Zp", "Cn", "Co")), min_size=1), min_size=1)
)
def test_any_name_survives(tmp_path_factory: pytest.TempPathFactory, names: list[str]) -> None:
    folder = tmp_path_factory.mktemp("names")
    with open_store(folder / "workspace") as store:
        frame = gpd.GeoDataFrame({"id": [str(i) for i in range(len(names))], "name": names}, geometry=[Point(1, 2)] * len(names), crs=4326)
        store.append(LOCAL, {"feature_event": feature_events("venues", frame)})
        for kind in (".xlsx", ".csv", ".geojson", ".gpkg"):
            export_layer(store, LOCAL, "venues", folder / f"a{kind}")
            plan = plan_import(store, LOCAL, folder / f"a{kind}", "venues", crs="wgs84")
            assert len(plan.unchanged) == len(names), (kind, plan.changes, plan.rejected)


@pytest.mark.parametrize("kind", WRITERS)
@pytest.mark.parametrize("layer", LAYERS)
def test_an_empty_layer_has_its_headings(empty: Store, tmp_path: Path, layer: str, kind: str) -> None:
    out = tmp_path / f"empty{kind}"
    export_layer(empty, LOCAL, layer, out)
    if kind == ".parquet":
        assert {"id", "name"} <= set(gpd.read_parquet(out).columns)
    elif kind == ".csv":
        assert out.read_text("utf-8-sig").startswith("id,name,")
        with pytest.raises(InputError):
            read_table(out, recognised=lambda heading: heading == "id")
    elif kind == ".geojson":
        assert json.loads(out.read_text("utf-8"))["features"] == []
    assert [p.name for p in tmp_path.iterdir() if p.name.startswith(".")] == []


def test_the_state_is_that_of_the_moment(hostile: Store, tmp_path: Path) -> None:
    export_layer(hostile, LOCAL, "entrances", tmp_path / "before.csv", at="2020-02-01")
    export_layer(hostile, LOCAL, "entrances", tmp_path / "after.csv", at="2020-02-04 23:00")
    before, after = (pd.read_csv(tmp_path / f"{name}.csv") for name in ("before", "after"))
    assert before["mode"].isna().all()
    assert set(after["mode"]) == {"open_hours"}
    assert after["open_now"].all()


def test_an_export_that_cannot_be_is_refused(store: Store, tmp_path: Path) -> None:
    with pytest.raises(InputError):
        export_layer(store, LOCAL, "areas", tmp_path / "a.pdf")
    with pytest.raises(InputError):
        export_layer(store, LOCAL, "areas", tmp_path / "nowhere" / "a.csv")
    (tmp_path / "folder.csv").mkdir()
    with pytest.raises(InputError):
        export_layer(store, LOCAL, "areas", tmp_path / "folder.csv")
    with pytest.raises(NotFound):
        export_layer(store, LOCAL, "nothing", tmp_path / "a.csv")


def test_a_long_outline_goes_on_in_further_columns(hostile: Store, tmp_path: Path) -> None:
    export_layer(hostile, LOCAL, "areas", tmp_path / "a.xlsx")
    headings = [cell.value for cell in next(openpyxl.load_workbook(tmp_path / "a.xlsx").active.iter_rows(max_row=1))]
    assert [h for h in headings if str(h).startswith("geometry")][:3] == ["geometry", "geometry_2", "geometry_3"]
    assert isinstance(hostile.layer("areas", LOCAL).geometry.iloc[0], Polygon)
