"""OpenStreetMap into a workspace: counts, ids that keep their events, what vanished, and areas that come in later."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from shapely.geometry import Point, box

from errors import InputError
from geo.crs import from_wgs84
from geo.network import about, load
from ledgers.areas import assign_area
from ledgers.intake.imports import apply_import, objection, plan_import, result_json, undo_batch
from ledgers.intake.osm_import import import_osm
from ledgers.posts import orders
from queries.store import LOCAL, Store, open_store
from tests.osm_text import bounds, node, osm_file, way

HALF = "116.344,40.003,116.360,40.009"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path / "workspace") as opened:
        yield opened


@pytest.fixture
def beijing(test_data: Path) -> Path:
    return test_data / "osm" / "beijing_xueyuan_cau_2026.osm.pbf"


def test_an_extract_comes_in_whole_and_again_unchanged(store: Store, beijing: Path) -> None:
    told: list[str] = []
    first = import_osm(store, LOCAL, beijing, progress=told.append)
    assert len(told) == 3
    layers = {name: store.layer(name, LOCAL) for name in ("junctions", "crossings", "settlements", "compounds")}
    assert {name: len(frame) for name, frame in layers.items()} == {name: first[name] for name in layers}
    gates = store.layer("entrances", LOCAL)
    assert gates["provenance"].value_counts().to_dict() == first["entrances"]
    assert len(load(store.path / "network").counted) == first["road_segments"]
    assert shapely.from_wkt(store.setting("region")).covers(gates.geometry.union_all())
    assert import_osm(store, LOCAL, beijing) == first
    assert store.layer("entrances", LOCAL).equals(gates)
    assert set(first["vanished"].values()) == {0}


def test_a_later_import_keeps_events_names_and_what_they_need(store: Store, beijing: Path) -> None:
    import_osm(store, LOCAL, beijing)
    gates = store.layer("entrances", LOCAL)
    outside = gates[gates.geometry.y < 40.003]
    sealed = outside.loc[outside["compound_id"].notna(), "id"].iloc[0]
    inside = gates.loc[gates.geometry.y > 40.003, "id"].iloc[0]
    orders.seal(store, LOCAL, [sealed], reason="一级响应", ordered_by="指挥部")
    orders.rename(store, LOCAL, "entrances", inside, name="改名")
    result = import_osm(store, LOCAL, beijing, bbox=HALF)
    left = store.layer("entrances", LOCAL).set_index("id")
    assert result["vanished"]["entrances"] == int((~gates["id"].isin(left.index)).sum()) + 1
    assert left.loc[sealed, "mode"] == "sealed"
    assert left.loc[inside, "name"] == "改名"
    assert left.loc[sealed, "compound_id"] in set(store.layer("compounds", LOCAL)["id"])
    import_osm(store, LOCAL, beijing)
    again = store.layer("entrances", LOCAL).set_index("id")
    assert set(again.index) == set(gates["id"])
    assert again.loc[inside, "name"] == "改名"


def test_real_data_does_not_mix_with_a_demo(store: Store, beijing: Path) -> None:
    store.set_settings(LOCAL, {"demo": True})
    with pytest.raises(InputError):
        import_osm(store, LOCAL, beijing)
    assert store.layer("roads", LOCAL).empty


def test_gates_in_another_crs_are_objected_to(store: Store, beijing: Path, tmp_path: Path) -> None:
    import_osm(store, LOCAL, beijing)
    gates = store.layer("entrances", LOCAL).query("provenance == 'mapped'")
    names = [f"门{number}" for number in range(len(gates))]
    true = (gates.geometry.x.to_numpy(), gates.geometry.y.to_numpy())
    for name, (lon, lat) in {"wgs84": true, "gcj02": from_wgs84(*true, "gcj02")}.items():
        pd.DataFrame({"名称": names, "经度": lon, "纬度": lat}).to_csv(tmp_path / f"{name}.csv", index=False)
    for name in ("wgs84", "gcj02"):
        right = plan_import(store, LOCAL, tmp_path / f"{name}.csv", "entrances", crs=name)
        assert objection(right) is None
        assert right.crs_check is not None
        assert right.crs_check["best"] == name
    wrong = plan_import(store, LOCAL, tmp_path / "gcj02.csv", "entrances", crs="wgs84")
    assert isinstance(objection(wrong), InputError)
    assert result_json(wrong)["crs_check"]["best"] == "gcj02"


def test_areas_that_come_in_later_take_what_lies_in_them(store: Store, beijing: Path, tmp_path: Path) -> None:
    import_osm(store, LOCAL, beijing)
    assert store.layer("entrances", LOCAL)["area_id"].isna().all()
    outlines = [box(116.3, 39.9, 116.4, 40.1), box(116.3, 40.003, 116.4, 40.1)]
    rows = {"id": ["t", "v"], "name": ["学院路街道", "北村"], "level": ["township", "village"], "parent_id": [None, "t"]}
    frame = gpd.GeoDataFrame(rows, geometry=outlines, crs=4326)
    batches = []
    for number in (1, 2):
        frame.iloc[:number].to_file(tmp_path / "areas.geojson", engine="pyogrio")
        batches.append(apply_import(store, LOCAL, plan_import(store, LOCAL, tmp_path / "areas.geojson", "areas", crs="wgs84")))
        for layer in ("entrances", "venues", "junctions", "roads"):
            found = store.layer(layer, LOCAL)
            north = shapely.get_y(shapely.point_on_surface(found.geometry.to_numpy())) >= 40.003
            expected = ["v" if number == 2 and is_north else "t" for is_north in north]
            assert found["area_id"].tolist() == expected, layer
    assert len(store.layer("entrances", LOCAL, area="t")) == len(store.layer("entrances", LOCAL))
    assert batches[1] is not None
    undo_batch(store, LOCAL, batches[1].batch_id)
    assert set(store.layer("entrances", LOCAL)["area_id"]) == {"t"}


def test_the_smallest_area_that_holds_a_feature_is_its_own() -> None:
    areas = gpd.GeoDataFrame(
        {"id": ["grid", "town", "village", "none"], "level": ["grid", "township", "village", "village"]},
        geometry=[box(0, 0, 1, 1), box(0, 0, 4, 4), box(0, 0, 2, 2), None],
        crs=4326,
    )
    features = gpd.GeoDataFrame(geometry=[Point(0.5, 0.5), Point(1.5, 1.5), box(2.5, 2.5, 3, 3), Point(9, 9), None], crs=4326)
    assert assign_area(features, areas).tolist() == ["grid", "village", "town", None, None]


TOWN = (
    bounds(0, -1000, 2000, 1000)
    + "".join(node(n, x, 0) for n, x in enumerate((-500, 1000, 2200), start=1))
    + way(100, [1, 2, 3], highway="primary").replace("<way", '<way version="3" timestamp="2023-05-01T00:00:00Z"')
    + node(10, 1000, 20, place="locality", name="太和庄")
    + node(11, 1200, 20, place="village", name="河口村")
    + node(12, 1400, 20, amenity="ferry_terminal", name="老码头")
)


def test_what_an_import_has_to_say_lands_with_the_network(store: Store, tmp_path: Path) -> None:
    told = import_osm(store, LOCAL, osm_file(tmp_path, TOWN), extent="114.0,29.9,114.018,30.1", bbox="114.0,29.99,114.03,30.01")
    assert (told["extent_origin"], told["edge_of_data"], told["passing"]) == ("given", 1, 0)
    kept = about(store.path / "network")
    assert {name: kept[name] for name in ("newest", "region_origin", "extent_origin", "file", "passing", "edge_of_data")} == {
        "newest": "2023-05-01T00:00:00+00:00",
        "region_origin": "given",
        "extent_origin": "given",
        "file": "small.osm",
        "passing": 0,
        "edge_of_data": 1,
    }
    assert kept["ferries"] == told["ferries"] and kept["proposed"] == told["proposed"]
    assert [p["name"] for p in told["proposed"]] == ["太和庄"]
    network = load(store.path / "network")
    assert network.extent is not None and network.extent.bounds == (114.0, 29.9, 114.018, 30.1)
    assert network.node_id[network.edge_node].tolist() == [3]
    assert store.setting("extent_origin") == "given"
    assert about(tmp_path) == {}


def test_proposed_villages_stay_once_they_are_taken_in(store: Store, tmp_path: Path) -> None:
    file = osm_file(tmp_path, TOWN)
    assert [p["id"] for p in import_osm(store, LOCAL, file)["proposed"]] == ["n10"]
    assert store.layer("settlements", LOCAL)["name"].tolist() == ["河口村"]
    assert import_osm(store, LOCAL, file, accept_proposed=True)["proposed"] == []
    again = import_osm(store, LOCAL, file)
    assert again["proposed"] == [] and again["vanished"]["settlements"] == 0
    settlements = store.layer("settlements", LOCAL).set_index("name")
    assert settlements["place"].to_dict() == {"太和庄": "locality", "河口村": "village"}
    orders.withdraw(store, LOCAL, "settlements", ["n10"])
    assert [p["id"] for p in import_osm(store, LOCAL, file)["proposed"]] == ["n10"]
