"""Ferries: an edge where both landings are known, else a way in; terminals that nothing explains; and villages tagged as localities."""

from __future__ import annotations

from pathlib import Path

import pytest

from geo.network import FERRY, RANK
from geo.osm import Everything, Extract, read_osm
from geo.osm_features import proposed_kind
from geo.road_layers import frames
from tests.osm_text import bounds, node, osm_file, relation, way

BOX = bounds(0, -1000, 2000, 1000)
# A road along the south bank that comes in from the west, and one on the north bank that touches nothing else.
BANKS = node(1, -500, -500) + node(2, 500, -500) + node(3, 1000, -500) + node(4, 1000, 500) + node(5, 1500, 500)
BANKS += way(100, [1, 2, 3], highway="tertiary") + way(101, [4, 5], highway="residential")


def read(folder: Path, body: str) -> Extract:
    return read_osm(osm_file(folder, BOX + BANKS + body))


def sources(found: Extract, mode: str = "drive") -> list[int]:
    network = found.network.of_mode(mode)  # type: ignore[arg-type]
    return network.node_id[network.ferry_node].tolist()


def crossings_by_water(found: Extract) -> list[tuple[int, int, bool]]:
    network = found.network
    rows = network.seg_role == FERRY
    ends = [
        sorted((int(network.node_id[u]), int(network.node_id[v]))) for u, v in zip(network.seg_u[rows], network.seg_v[rows], strict=True)
    ]
    return [(a, b, bool(drive)) for (a, b), drive in zip(ends, network.seg_drive[rows], strict=True)]


def test_a_ferry_from_elsewhere_is_a_way_in_at_its_landing(tmp_path: Path) -> None:
    body = node(11, 1500, 900, amenity="ferry_terminal", name="河口渡口") + node(12, 1500, 1800) + way(102, [5, 11], highway="residential")
    found = read(tmp_path, body + way(103, [11, 12], route="ferry", name="河口汽渡"))
    assert sources(found) == sources(found, "walk") == [11]
    assert [(f["name"], f["kind"]) for f in found.counts()["ferries"]] == [("河口渡口", "source")]
    assert crossings_by_water(found) == []
    assert found.counts()["crossings"] == 1 and found.counts()["road_segments"] == 4


def test_a_ferry_within_the_region_joins_both_banks(tmp_path: Path) -> None:
    before = read(tmp_path, "")
    found = read(tmp_path, node(21, 1000, 0) + way(103, [3, 21], route="ferry", name="河渡") + way(104, [21, 4], route="ferry"))
    assert crossings_by_water(found) == [(3, 4, True)]
    assert sources(found) == []
    assert [f["kind"] for f in found.ferries] == ["edge", "edge"]
    for name in ("road_segments", "road_vertices", "junctions", "crossings"):
        assert found.counts()[name] == before.counts()[name], name
    assert found.network.length_m[found.network.seg_role == FERRY][0] == pytest.approx(1000, rel=0.01)
    layers = frames(found.network)
    assert set(layers["roads"]["id"]) == {"w100", "w101"} and "ferry" not in set(layers["roads"]["highway"])
    assert found.network.ways["highway"].map(RANK).notna().all()


def test_a_landing_leads_to_the_nearest_road_within_a_hundred_metres(tmp_path: Path) -> None:
    near = read(tmp_path, node(21, 1000, -420) + node(22, 1000, 440) + way(103, [21, 22], route="ferry"))
    assert crossings_by_water(near) == [(3, 4, True)]
    far = read(tmp_path, node(21, 1000, -380) + node(22, 1000, 1500) + way(103, [21, 22], route="ferry", name="远渡"))
    assert crossings_by_water(far) == [] and sources(far) == []
    assert [(f["name"], f["kind"]) for f in far.ferries] == [("远渡", "off_road")]


@pytest.mark.parametrize("tags", [{"motor_vehicle": "no"}, {"motorcar": "no"}, {"foot": "only"}])
def test_a_ferry_for_those_on_foot_takes_no_vehicles(tmp_path: Path, tags: dict[str, str]) -> None:
    within = read(tmp_path, way(103, [3, 4], route="ferry", **tags))
    assert crossings_by_water(within) == [(3, 4, False)]
    out = read(tmp_path, node(22, 1000, 1500) + way(103, [4, 22], route="ferry", **tags))
    assert (sources(out), sources(out, "walk")) == ([], [4])


def test_ways_of_ferries_that_meet_at_a_landing_land_there(tmp_path: Path) -> None:
    # 21 lies 80 m from the south bank's road, 22 on the water; the third landing has no road.
    body = (
        node(21, 1000, -420)
        + node(22, 1200, 0)
        + node(23, 1900, 200)
        + way(103, [21, 22], route="ferry")
        + way(104, [22, 4], route="ferry")
    )
    body += way(105, [22, 23], route="ferry") + node(24, 300, -420) + way(106, [24, 21], route="ferry")
    found = read(tmp_path, body)
    assert crossings_by_water(found) == [(3, 4, True)]
    assert sorted(f["kind"] for f in found.ferries) == ["edge", "edge", "off_road", "off_road"]
    # One more way, from the landing where others meet to the other side of the border.
    out = read(tmp_path, body + node(25, 1000, -1800) + way(107, [21, 25], route="ferry"))
    assert sources(out) == [3, 4] and crossings_by_water(out) == []


def test_a_ferry_that_goes_round_brings_nobody(tmp_path: Path) -> None:
    found = read(tmp_path, node(21, 1000, 0) + node(22, 1200, 0) + way(103, [3, 21, 22, 3], route="ferry", name="游船"))
    assert sources(found) == [] and crossings_by_water(found) == []


def test_a_landing_off_the_road_leads_to_the_road_of_its_terminal(tmp_path: Path) -> None:
    pier = node(21, 1000, -370) + node(22, 1000, -2000) + way(103, [21, 22], route="ferry", name="河渡")
    assert [f["kind"] for f in read(tmp_path, pier).ferries] == ["off_road"]
    found = read(tmp_path, pier + node(30, 1000, -420, amenity="ferry_terminal", name="老码头"))
    assert sources(found) == sources(found, "walk") == [3]
    assert [(f["name"], f["kind"]) for f in found.ferries] == [("老码头", "source")]


def test_a_ferry_whose_far_landing_is_not_in_the_file_comes_from_elsewhere(tmp_path: Path) -> None:
    found = read(tmp_path, way(103, [4, 99], route="ferry"))
    assert sources(found) == [4]


def test_a_route_of_ferries_is_a_ferry(tmp_path: Path) -> None:
    body = way(103, [3, 4]) + relation(1, [(103, ""), (100, "")], type="route", route="ferry", name="一号渡")
    found = read(tmp_path, body)
    assert crossings_by_water(found) == [(3, 4, True)]
    assert {f["name"] for f in found.ferries} == {"一号渡"}


def test_a_ferry_that_never_lands_here_is_nothing(tmp_path: Path) -> None:
    found = read(tmp_path, node(21, -900, 0) + node(22, 500, 0) + node(23, 2900, 0) + way(103, [21, 22, 23], route="ferry"))
    assert found.ferries == [] and crossings_by_water(found) == [] and sources(found) == []


def test_a_terminal_that_no_ferry_reaches_is_a_way_in(tmp_path: Path) -> None:
    found = read(tmp_path, node(30, 1000, -350, amenity="ferry_terminal", name="老码头") + node(31, 200, 900, amenity="ferry_terminal"))
    assert sources(found) == sources(found, "walk") == [3]
    assert [(f["name"], f["kind"]) for f in found.ferries] == [("老码头", "source"), ("", "off_road")]
    explained = read(tmp_path, node(30, 1000, -350, amenity="ferry_terminal", name="老码头") + way(103, [3, 4], route="ferry", name="河渡"))
    assert sources(explained) == []
    assert [(f["name"], f["kind"]) for f in explained.ferries] == [("老码头", "edge"), ("河渡", "edge")]


@pytest.mark.parametrize("name", ["下十号村", "太和庄", "石太庄 ", "张家屯", "李家湾", "柳林集", "王府營"])
def test_a_locality_with_a_village_s_name_is_proposed(name: str) -> None:
    assert proposed_kind({"place": "locality", "name": name}) == "locality"
    assert proposed_kind({"place": "village", "name": name}) is None


@pytest.mark.parametrize("name", ["白云山", "三岔口", "", "村口"])
def test_other_localities_are_not(name: str) -> None:
    assert proposed_kind({"place": "locality", "name": name}) is None


def test_proposed_villages_are_told_and_taken_in_when_one_says_so(tmp_path: Path) -> None:
    body = node(40, 900, -490, place="locality", name="下十号村") + node(41, 950, -510, place="locality", name="太和庄")
    body += node(42, 980, -510, place="locality", name="白云山") + node(43, 9000, 0, place="locality", name="外村")
    found = read(tmp_path, body)
    assert found.settlements.empty
    assert [(p["id"], p["name"]) for p in found.counts()["proposed"]] == [("n40", "下十号村"), ("n41", "太和庄")]
    path = osm_file(tmp_path, BOX + BANKS + body)
    some, every = read_osm(path, accepted={"n41"}), read_osm(path, accepted=Everything())
    assert (some.settlements["id"].tolist(), [p["id"] for p in some.proposed]) == (["n41"], ["n40"])
    assert (every.settlements["place"].tolist(), every.proposed) == (["locality"] * 2, [])
