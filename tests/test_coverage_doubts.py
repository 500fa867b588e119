"""Doubtful joints, islands, labels and the edges of data in a workspace's proofs, and the same by the command line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import commands
from geo.certificate import digest, verify
from ledgers.roads import coverage_json, declarations, road_edits
from ledgers.roads.claim import certificate
from ledgers.roads.coverage import study
from queries.store import LOCAL, Store, open_store
from queries.view import View
from tests import test_coverage_ledgers as town
from tests.filled import copy_filled
from tests.osm_text import bounds, node, osm_file, way

# A road from the west, where a block stands, to the village; another from the east that ends 0.6 m short of the village street.
BOX = bounds(0, 0, 2000, 2000)
WEST = node(1, -500, 1000) + node(2, 500, 1000) + node(3, 1000, 1000) + node(6, 1000, 1330)
VILLAGE = node(10, 1000, 1350, place="village", name="河口村")
ROADS = way(100, [1, 2, 3], highway="tertiary") + way(101, [3, 6], highway="residential")
POSTS = "卡口名称,经度,纬度,卡口类型\n西口,{},{},封堵\n"


def run(*arguments: str) -> int:
    return commands.main(list(arguments))


def imported(folder: Path, body: str, *arguments: str, post: tuple[float, float] | None = (500, 1000)) -> Path:
    workspace = folder / "w"
    assert run("import-osm", str(osm_file(folder, body)), "--workspace", str(workspace), *arguments) == 0
    if post:
        lon, lat = town.degrees(*post)
        (folder / "posts.csv").write_text(POSTS.format(lon, lat), encoding="utf-8")
        assert run("import", str(folder / "posts.csv"), "--layer", "checkpoints", "--crs", "wgs84", "--workspace", str(workspace)) == 0
    return workspace


def coverage(workspace: Path, capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    capsys.readouterr()
    assert run("coverage", "--workspace", str(workspace), "--json", *arguments) == 0
    return dict(json.loads(capsys.readouterr().out))


def test_a_road_that_ends_short_is_told_and_a_decision_outlives_the_next_import(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lane = way(102, [7, 8], highway="unclassified")
    body = BOX + WEST + VILLAGE + node(7, 2500, 1200) + node(8, 1000.6, 1200) + ROADS + lane
    workspace = imported(tmp_path, body)
    file = tmp_path / "c.json"
    told = coverage(workspace, capsys, "--certificate", str(file))
    assert told["settlements"]["exposed"] == 0 and told["if_joined"] == {"exposed": 1, "count": 1}
    (joint,) = told["doubtful"]
    assert joint["kind"] == "gap" and joint["gap_m"] == pytest.approx(0.6, abs=0.05) and joint["matters"] and joint["settlements"] == 1
    assert any("河口村" in sentence and "doubtful joint" in sentence for sentence in told["claim"])
    assert any("1 doubtful joints are as drawn" in text for text in json.loads(file.read_text("utf-8"))["assumes"])
    assert run("verify-certificate", str(file)) == 0

    where = town.degrees(1000.6, 1200)
    with open_store(workspace) as store:
        edit = road_edits.decide_joint(store, LOCAL, a=where, b=town.degrees(1000, 1200), mode="drive", decision="join")
    told = coverage(workspace, capsys)
    assert told["settlements"]["exposed"] == 1 and told["doubtful"] == []
    again = BOX + WEST + VILLAGE + node(71, 2500, 1200) + node(81, 1000.7, 1200) + ROADS + way(102, [71, 81], highway="unclassified")
    assert run("import-osm", str(osm_file(tmp_path, again)), "--workspace", str(workspace)) == 0
    assert coverage(workspace, capsys)["settlements"]["exposed"] == 1
    with open_store(workspace) as store:
        road_edits.restore(store, LOCAL, edit.id)
    assert len(coverage(workspace, capsys)["doubtful"]) == 1
    with open_store(workspace) as store:
        road_edits.decide_joint(store, LOCAL, a=where, b=where, mode="drive", decision="part")
    told = coverage(workspace, capsys)
    assert told["doubtful"] == [] and told["settlements"]["exposed"] == 0 and told["if_joined"]["exposed"] == 0
    assert any("as somebody decided" in text for text in told["sealing"]["assumes"])


def test_a_decision_is_about_one_joint_not_all_that_are_near(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lanes = node(7, 2500, 1200) + node(8, 1000.6, 1200) + node(17, 2500, 1208) + node(18, 1000.6, 1208)
    ways = way(102, [7, 8], highway="unclassified") + way(103, [17, 18], highway="unclassified")
    workspace = imported(tmp_path, BOX + WEST + VILLAGE + lanes + ROADS + ways)
    with open_store(workspace) as store:
        road_edits.decide_joint(store, LOCAL, a=town.degrees(1000.6, 1200), b=town.degrees(1000, 1200), mode="drive", decision="part")
    told = coverage(workspace, capsys)
    assert len(told["doubtful"]) == 1 and told["if_joined"]["exposed"] == 1


def test_a_crossing_at_one_level_is_doubtful_and_a_bridge_is_none(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    crossing = node(7, 2500, 1200) + node(8, 500, 1200)
    for tags, exposed in (({}, 1), ({"bridge": "yes", "layer": "1"}, 0)):
        folder = tmp_path / str(exposed)
        folder.mkdir()
        workspace = imported(folder, BOX + WEST + VILLAGE + crossing + ROADS + way(102, [7, 8], highway="unclassified", **tags))
        told = coverage(workspace, capsys)
        assert told["settlements"]["exposed"] == 0 and told["if_joined"]["exposed"] == exposed
        assert [joint["kind"] for joint in told["doubtful"]] == ["crossing"] * exposed


def test_an_island_is_named_and_never_protected(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    island = node(20, 300, 300) + node(21, 300, 500) + node(22, 310, 400, place="village", name="孤岛村")
    workspace = imported(tmp_path, BOX + WEST + VILLAGE + island + ROADS + way(105, [20, 21], highway="residential"))
    told = coverage(workspace, capsys)
    assert told["settlements"]["island"] == 1 and told["settlements"]["exposed"] == 0
    assert any("孤岛村" in sentence for sentence in told["claim"])
    assert any("any of 1 settlements" in sentence for sentence in told["claim"])


def test_data_that_end_before_the_region_are_a_way_in(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    body = BOX + node(1, -500, 1000) + node(2, 500, 1000) + node(3, 1000, 1000) + node(4, 1500, 1000) + node(5, 2300, 1000)
    body += (
        node(6, 1000, 1330) + VILLAGE + way(100, [1, 2, 3, 4, 5], highway="primary", ref="S212") + way(101, [3, 6], highway="residential")
    )
    (west, south), (east, north) = town.degrees(0, 0), town.degrees(6000, 2000)
    workspace = imported(tmp_path, body, "--bbox", f"{west},{south},{east},{north}")
    told = coverage(workspace, capsys)
    assert [place["name"] for place in told["exposed"]] == ["河口村"] and told["sources"] == 2
    assert told["unknown_area"]["km2"] == pytest.approx(8.0, rel=0.02) and told["claim"][0].startswith("Of the region's")


def test_a_road_through_without_a_node_inside_is_a_way_in(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    body = bounds(-3000, -3000, 5000, 5000) + node(1, -300, 330) + node(2, 1300, 330) + node(3, 500, 1300) + node(4, 500, 600)
    body += node(5, 500, 490) + node(10, 500, 375, place="village", name="河口村")
    body += way(100, [1, 2], highway="secondary", ref="X023") + way(101, [3, 4, 5], highway="unclassified")
    (west, south), (east, north) = town.degrees(0, 0), town.degrees(1000, 660)
    workspace = imported(tmp_path, body, "--bbox", f"{west},{south},{east},{north}", post=(500, 600))
    assert coverage(workspace, capsys)["settlements"]["exposed"] == 1


def test_a_ferry_from_elsewhere_is_a_way_in(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ferry = node(11, 1100, 1900, amenity="ferry_terminal", name="河口渡口") + node(12, 1200, 2700)
    ways = way(100, [1, 2, 3], highway="tertiary") + way(101, [3, 6, 11], highway="residential")
    workspace = imported(tmp_path, BOX + WEST + VILLAGE + ferry + ways + way(103, [11, 12], route="ferry", motor_vehicle="yes"))
    told = coverage(workspace, capsys)
    assert told["sources"] == 2 and told["settlements"]["exposed"] == 1


def test_localities_and_missing_boxes_give_their_true_reasons(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    through = node(1, -500, 1000) + node(2, 1000, 1000) + node(3, 2500, 1000) + way(100, [1, 2, 3], highway="primary")
    file = osm_file(tmp_path, BOX + through + node(10, 1000, 1050, place="locality", name="下十号村"))
    assert run("import-osm", str(file), "--workspace", str(tmp_path / "w"), "--json") == 0
    assert [place["name"] for place in json.loads(capsys.readouterr().out)["proposed"]] == ["下十号村"]
    assert "No settlement is known" in coverage(tmp_path / "w", capsys)["sealing"]["why_not"]
    bare = osm_file(tmp_path, WEST + VILLAGE + ROADS)
    assert run("import-osm", str(bare), "--workspace", str(tmp_path / "bare")) == 0
    assert "No road leads in" in coverage(tmp_path / "bare", capsys)["sealing"]["why_not"]
    (west, south), (east, north) = town.degrees(0, 0), town.degrees(2000, 2000)
    assert run("import-osm", str(bare), "--workspace", str(tmp_path / "box"), "--bbox", f"{west},{south},{east},{north}") == 0
    told = coverage(tmp_path / "box", capsys)
    assert told["settlements"]["exposed"] == 1 and not told["sealing"]["proved_minimal"] and "not recorded" in told["sealing"]["why_not"]


def test_what_an_editor_deleted_and_older_versions_are_not_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    body = bounds(0, 0, 2000, 1000) + bounds(0, 1000, 2000, 2000) + node(1, -500, 1500) + node(3, 1000, 1500) + node(-101, 1000, 1300)
    body += (
        node(10, 1010, 1350, place="village", name="河口村")
        + way(100, [1, 3], highway="tertiary")
        + way(-201, [3, -101], highway="residential")
    )
    body += node(5, 1100, 500).replace("<node", "<node action='delete'") + node(4, 2500, 500)
    body += way(102, [4, 5], highway="unclassified").replace("<way", "<way action='delete'")
    old = way(100, [1, 3], highway="track").replace("<way", "<way version='1'")
    for name, text in (("josm", body), ("merged", body.replace('<way id="100"', '<way version="2" id="100"') + old)):
        capsys.readouterr()
        assert run("import-osm", str(osm_file(tmp_path, text)), "--workspace", str(tmp_path / name), "--json") == 0
        told = json.loads(capsys.readouterr().out)
        assert (told["crossings"], told["road_segments"], told["settlements"]) == (1, 2, 1)


# The small town of the ledgers ------------------------------------------------------------------------------------------


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(copy_filled(town.fill, tmp_path / "w")) as opened:
        yield opened


def sealed(store: Store, name: str, x: float, y: float) -> None:
    town.put(store, "entrances", {name: town.point(x, y)}, compound_id="V", kind="gate", provenance="entered")
    town.order(store, entrance_id=name, mode="sealed")


def state(store: Store, key: str) -> tuple[str, list[str]]:
    found = study(View(store, LOCAL))
    return town.status(found)[key], found.routes.loc[found.routes["id"] == key, "via"].tolist()


def test_one_sealed_gate_does_not_answer_for_three_roads(store: Store) -> None:
    town.put(store, "compounds", {"V": town.square(500, 500, 60)}, population=90)
    sealed(store, "one", 440, 500)
    assert state(store, "V") == ("exposed", ["road"])
    undone = declarations.declare(store, LOCAL, layer="compounds", subject_id="V")
    assert state(store, "V") == ("closed", [])
    store.undo(LOCAL, undone)
    sealed(store, "two", 560, 500)
    sealed(store, "three", 500, 560)
    assert state(store, "V") == ("closed", [])


def test_entrances_declared_complete_close_nothing_once_all_are_withdrawn(store: Store) -> None:
    town.put(store, "compounds", {"V": town.square(500, 500, 60)}, population=90)
    sealed(store, "one", 440, 500)
    declarations.declare(store, LOCAL, layer="compounds", subject_id="V")
    assert state(store, "V") == ("closed", [])
    gone = {"layer": "entrances", "feature_id": "one", "withdrawn": True, "effective_at": town.NOW, "attributes": '{"compound_id": "V"}'}
    store.append(LOCAL, {"feature_event": pd.DataFrame([gone])})
    assert state(store, "V") == ("exposed", ["road"])
    assumed = coverage_json.document(store, LOCAL, study(View(store, LOCAL)))["sealing"]["assumes"]
    assert not any("as somebody declared" in text for text in assumed)


def test_entrances_declared_complete_close_nothing_while_one_stands_open_off_the_road(store: Store) -> None:
    town.put(store, "compounds", {"V": town.square(500, 500, 60)}, population=90)
    sealed(store, "one", 440, 500)
    declarations.declare(store, LOCAL, layer="compounds", subject_id="V")
    town.put(store, "entrances", {"two": None}, compound_id="V", kind="gate", provenance="entered")
    town.order(store, entrance_id="two", mode="open_24h")
    assert state(store, "V") == ("exposed", ["road"])
    town.order(store, entrance_id="two", mode="sealed", effective_at=town.NOW)
    assert state(store, "V") == ("closed", [])


def test_a_place_that_lies_nobody_knows_where_is_not_closed_by_one_gate(store: Store) -> None:
    town.put(store, "compounds", {"V": None}, population=90)
    sealed(store, "one", 440, 500)
    assert state(store, "V") == ("unattached", [])
    declarations.declare(store, LOCAL, layer="compounds", subject_id="V")
    assert state(store, "V") == ("closed", [])


def test_a_town_that_is_a_mere_label_is_never_protected(store: Store) -> None:
    town.put(store, "settlements", {"T": town.point(300, 510)}, place="town", population=20)
    town.put(store, "settlements", {"P": town.point(300, 490)}, place="village", population=9000)
    town.post(store, "w", 100, 500)
    town.post(store, "e", 900, 500)
    found = study(View(store, LOCAL))
    assert {key: town.status(found)[key] for key in "TP"} == {"T": "needs_outline", "P": "needs_outline"}
    assert any("labels of towns" in said for said in coverage_json.document(store, LOCAL, found)["claim"])


def test_the_compound_around_its_label_is_no_outline_of_a_town(store: Store) -> None:
    # A compound with one sealed gate, in which the labels of a town and of a hamlet lie.
    town.put(store, "compounds", {"V": town.square(300, 500, 40)}, population=90)
    sealed(store, "one", 260, 500)
    sealed(store, "two", 340, 500)
    town.put(store, "settlements", {"T": town.point(300, 510)}, place="town", population=20)
    town.put(store, "settlements", {"h": town.point(300, 490)}, place="hamlet", population=20)
    for name, x in (("w", 100), ("e", 900)):
        town.post(store, name, x, 500)
    assert {key: town.status(study(View(store, LOCAL)))[key] for key in "Th"} == {"T": "needs_outline", "h": "protected"}


def test_where_the_data_reach_none_of_the_region_nothing_is_protected(store: Store) -> None:
    town.lay_roads(store, extent=town.square(5000, 5000, 100))
    for name, x in (("w", 100), ("e", 900)):
        town.post(store, name, x, 500, kind="block")
    found = study(View(store, LOCAL))
    assert set(town.status(found).values()) == {"beyond_data"}
    assert found.nothing_because is not None


def test_a_label_that_a_sealed_gate_closes_rests_on_being_a_label(store: Store) -> None:
    town.put(store, "entrances", {"l": town.point(500, 700)}, area_id=None, kind="gate", provenance="entered")
    found = study(View(store, LOCAL))
    assert any("points without an outline" in text for text in coverage_json.document(store, LOCAL, found)["sealing"]["assumes"])


def test_a_place_beyond_the_data_is_never_protected(store: Store) -> None:
    town.lay_roads(store, region=town.square(500, 500, 500), extent=town.square(300, 500, 350))
    town.put(store, "settlements", {"far": town.point(900, 510)}, place="village", population=7)
    for name, x in (("w", 100), ("m", 500)):
        town.post(store, name, x, 500, kind="block")
    found = study(View(store, LOCAL))
    assert found.situation.settlements.set_index("id").loc["far", "status"] == "beyond_data"


def test_that_fewer_cannot_is_not_said_of_places_or_costs_that_were_chosen(store: Store) -> None:
    def told(**options: Any) -> tuple[bool, bool]:
        found = study(View(store, LOCAL), **options)
        claimed, assumed = (" ".join(coverage_json.document(store, LOCAL, found)["claim"]), " ".join(certificate(found)["assumes"]))
        return "fewer cannot" in claimed, "places that were chosen" in assumed

    town.order(store, mode="open_24h")
    assert told() == (True, False)
    assert told(sites="junctions") == (False, True)
    assert told(costs={"residential": 3}) == (False, True)


def test_a_certificate_says_what_it_assumes_and_cannot_be_talked_out_of_it(store: Store) -> None:
    town.order(store, mode="open_24h")
    made = certificate(study(View(store, LOCAL)))
    assert made["version"] == 2 and "Every road on the ground" in made["assumes"][0] and verify(made) is None
    assert "changed" in str(verify(made | {"assumes": []}))
    old = {key: value for key, value in made.items() if key not in ("assumes", "sha256")} | {"version": 1}
    assert verify(old) is None and verify(old | {"sha256": digest(old)}) is None
