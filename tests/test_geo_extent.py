"""How far the data reach: what leaves the known region inside the region is an edge of data."""

from __future__ import annotations

import bz2
import gzip
import json
from collections import Counter
from contextlib import suppress
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from errors import InputError
from geo.network import DRIVABLE, RANK, RoadNetwork
from geo.osm import Extract, read_osm
from geo.region import box_region, county_region, read_extent
from tests.osm_text import bounds, node, osm_file, place, way
from tests.small_roads import BOX, REGION, network_of, points, stretch, ways

EXTENT_BOX = (0.0, 0.0, 2.5, 4.0)
EXTENT = shapely.box(*EXTENT_BOX)


def meets_known(a: tuple[int, int], b: tuple[int, int]) -> bool:
    """Return whether a line meets the box where region and extent overlap."""
    return bool(shapely.LineString([a, b]).intersects(shapely.box(BOX[0], BOX[1], EXTENT_BOX[2], BOX[3])))


@settings(deadline=None, max_examples=300)
@given(nodes=st.dictionaries(st.integers(1, 10), points), chains=ways)
def test_edges_of_data_are_what_plain_sets_say(nodes: dict[int, tuple[int, int]], chains: list[tuple[str, list[int]]]) -> None:
    inside = {node for node, (x, y) in nodes.items() if 1 <= x <= 3 and 1 <= y <= 3}
    known = {node for node in inside if nodes[node][0] <= 2.5}
    pairs: dict[frozenset[int], bool] = {}
    for highway, refs in chains:
        for a, b in pairwise(refs):
            if highway in RANK and a in nodes and b in nodes and a != b and ({a, b} & inside or stretch(nodes[a], nodes[b])):
                pair = frozenset((a, b))
                pairs[pair] = pairs.get(pair, False) or highway in DRIVABLE

    def edges(chosen: list[frozenset[int]]) -> set[int]:
        return {
            end for pair in chosen for end in pair if end in inside - known and (pair & known or meets_known(*(nodes[n] for n in pair)))
        }

    net = network_of(chains, nodes, extent=EXTENT)
    driven = [pair for pair, drivable in pairs.items() if drivable]
    assert set(net.node_id[net.edge_node].tolist()) == edges(driven)
    assert set(net.node_id[net.edge_on_foot].tolist()) == edges(list(pairs))
    assert net.edge_count == sum(len(pair & known) == 1 and pair <= inside for pair in driven)
    assert np.array_equal(net.of_mode("walk").edge_node, net.edge_on_foot)
    whole = network_of(chains, nodes, extent=shapely.box(-1, -1, 5, 5))
    unknown = network_of(chains, nodes)
    for other in (whole, unknown):
        assert len(other.edge_node) == len(other.edge_on_foot) == other.edge_count == 0
        assert Counter(other.seg_role.tolist()) == Counter(net.seg_role.tolist())


@pytest.mark.parametrize(("short_m", "cut_off"), [(0.0, True), (0.9, True), (1.2, False), (50.0, False)])
def test_a_road_that_ends_at_the_border_of_the_extent_was_cut_off(short_m: float, cut_off: bool) -> None:
    region, extent = shapely.box(114, 35, 114.2, 35.1), shapely.box(114, 35, 114.1, 35.1)
    end = 114.1 - short_m / 91_290  # metres of a degree of longitude there
    nodes = {1: (114.05, 35.05), 2: (end, 35.05), 3: (114.05, 35.06), 4: (end, 35.06), 5: (end, 35.0600001)}
    net = network_of([("primary", [1, 2]), ("footway", [3, 4, 5])], nodes, region, extent)
    assert net.node_id[net.edge_node].tolist() == ([2] if cut_off else [])
    assert net.node_id[net.edge_on_foot].tolist() == ([2, 5] if cut_off else [])
    assert net.edge_count == 0


def test_bare_edges_are_whole() -> None:
    network = RoadNetwork.from_edges([(114, 35), (114.1, 35.1)], [(0, 1)], [1.0])
    assert network.extent is not None and network.extent.equals(network.region)
    assert len(network.edge_node) == len(network.edge_on_foot) == 0
    assert REGION.area == 4


def box(west: float, south: float, east: float, north: float) -> shapely.Polygon:
    return shapely.box(*place(west, south), *place(east, north))


# A highway from west to east through a village, which lies on a lane of its own.
HIGHWAY = [(-500, 0), (500, 0), (1000, 0), (1500, 0), (2200, 0)]
BODY = "".join(node(n, *at) for n, at in enumerate(HIGHWAY, start=1)) + node(6, 1000, 300)
BODY += way(100, [1, 2, 3, 4, 5], highway="primary", ref="S212") + way(101, [3, 6], highway="residential")
BODY += node(10, 1010, 330, place="village", name="河口村")
EXTRACT = (0.0, -1000.0, 2000.0, 1000.0)
TOWNSHIP = box(0, -1000, 6000, 1000)


def edges(found: Extract) -> list[int]:
    return sorted(found.network.node_id[found.network.edge_node].tolist())


def test_a_highway_that_leaves_the_data_inside_the_township_is_an_edge_of_data(tmp_path: Path) -> None:
    found = read_osm(osm_file(tmp_path, bounds(*EXTRACT) + BODY), TOWNSHIP)
    assert (found.extent_origin, found.region_origin, edges(found)) == ("bounds", "given", [5])
    counts = found.counts()
    assert (counts["edge_of_data"], counts["passing"], counts["crossings"], counts["road_segments"]) == (1, 0, 1, 5)
    assert found.network.extent is not None and found.network.extent.bounds == pytest.approx(box(*EXTRACT).bounds)


def test_an_extent_given_goes_before_the_one_of_the_file(tmp_path: Path) -> None:
    short = read_osm(osm_file(tmp_path, bounds(*EXTRACT) + BODY), TOWNSHIP, extent=box(0, -1000, 1200, 1000))
    assert (short.extent_origin, edges(short), short.counts()["edge_of_data"]) == ("given", [4], 1)
    whole = read_osm(osm_file(tmp_path, bounds(*EXTRACT) + BODY), TOWNSHIP, extent=box(-9000, -9000, 9000, 9000))
    assert (whole.extent_origin, edges(whole), whole.counts()["edge_of_data"]) == ("given", [], 0)


def test_without_any_extent_nobody_knows(tmp_path: Path) -> None:
    found = read_osm(osm_file(tmp_path, BODY), TOWNSHIP)
    assert (found.extent_origin, found.network.extent, edges(found)) == (None, None, [])
    assert found.about("town.osm") == {
        "newest": None,
        "file": "town.osm",
        "region_origin": "given",
        "extent_origin": None,
        "ferries": [],
        "proposed": [],
        "passing": 0,
        "edge_of_data": 0,
    }


def test_the_region_is_all_the_boxes_of_the_file(tmp_path: Path) -> None:
    pieces = bounds(-600, -400, 800, 400) + bounds(800, -400, 2300, 400)
    found = read_osm(osm_file(tmp_path, pieces + BODY))
    assert (found.region_origin, found.counts()["settlements"], len(found.network.crossings)) == ("header", 1, 0)
    assert found.region.bounds == pytest.approx(box(-600, -400, 2300, 400).bounds)
    only_given = read_osm(osm_file(tmp_path, BODY), extent=box(0, -400, 2300, 400))
    assert only_given.region.bounds == pytest.approx(box(0, -400, 2300, 400).bounds)


@pytest.mark.parametrize("broken", ['<bounds minlat="x"/>', '<bounds minlat="31" minlon="1" maxlat="30" maxlon="2"/>', "<bounds/>"])
def test_a_box_that_is_none_is_no_extent(tmp_path: Path, broken: str) -> None:
    # pyosmium refuses the file, or there is no extent.
    with suppress(InputError):
        assert read_osm(osm_file(tmp_path, broken + BODY)).extent_origin is None


def test_an_editor_s_file_holds_what_was_deleted_and_several_boxes(tmp_path: Path) -> None:
    south, north = bounds(0, 0, 2000, 1000), bounds(0, 1000, 2000, 2000)
    body = node(1, -500, 1500) + node(2, 500, 1500) + node(3, 1000, 1500) + node(-101, 1000, 1300) + node(10, 1010, 1350, place="village")
    gone = node(4, 2500, 500) + node(5, 1000, 500) + node(11, 1000, 520, place="hamlet", name="已搬迁自然村")
    gone += way(102, [4, 5], highway="unclassified")
    marked = gone.replace("<node ", "<node action='delete' ").replace("<way ", "<way action='delete' ")
    body += way(100, [1, 2, 3], highway="tertiary") + way(-201, [3, -101], highway="residential")
    found = read_osm(osm_file(tmp_path, south + north + body + marked))
    assert set(found.network.ways["osm_id"]) == {100, -201}
    assert found.settlements["id"].tolist() == ["n10"]
    assert found.counts()["crossings"] == 1


VERSIONS = {
    "higher number": ('version="1" timestamp="2023-01-01T00:00:00Z"', 'version="2" timestamp="2014-01-01T00:00:00Z"'),
    "later time": ('version="1" timestamp="2014-01-01T00:00:00Z"', 'version="1" timestamp="2023-01-01T00:00:00Z"'),
}


@pytest.mark.parametrize("newer_first", [False, True])
@pytest.mark.parametrize("how", VERSIONS)
def test_of_two_versions_the_newer_counts_as_a_whole(tmp_path: Path, how: str, newer_first: bool) -> None:
    old, new = VERSIONS[how]

    def both(before: str, after: str) -> str:
        tag = before.split(" ", 1)[0]
        two = [before.replace(tag, f"{tag} {old}", 1), after.replace(tag, f"{tag} {new}", 1)]
        return "".join(reversed(two) if newer_first else two)

    body = node(1, -500, 0) + node(3, 1000, 0) + node(5, 2300, 0) + both(node(6, 1000, 300), node(6, 1000, 600))
    body += both(node(10, 1010, 330, place="hamlet", name="旧名村"), node(10, 1010, 630, place="village", name="新名村"))
    body += both(node(11, 500, 500, place="hamlet"), node(11, 500, 500))  # no place any more
    body += both(way(100, [1, 3], highway="track"), way(100, [1, 3, 5], highway="primary", name="新国道"))
    body += both(way(101, [3, 6], highway="residential"), way(101, [3, 6]))  # no road any more
    found = read_osm(osm_file(tmp_path, bounds(0, -1000, 2000, 1000) + body))
    assert found.network.ways[["osm_id", "highway", "name"]].to_numpy().tolist() == [[100, "primary", "新国道"]]
    assert found.network.node_id.tolist() == [1, 3, 5]
    assert found.counts()["crossings"] == 2
    village = found.settlements.iloc[0]
    assert (found.settlements["id"].tolist(), village["name"], village["place"]) == (["n10"], "新名村", "village")
    assert village.geometry.y == pytest.approx(place(0, 630)[1])
    assert found.newest == datetime(2014 if how == "higher number" else 2023, 1, 1, tzinfo=UTC)


def test_what_a_later_version_deletes_is_gone(tmp_path: Path) -> None:
    gone = '<node id="10" version="2" visible="false"/>'
    first = node(10, 1010, 330, place="village").replace("<node", '<node version="1"')
    for body in (BODY.replace(node(10, 1010, 330, place="village", name="河口村"), both) for both in (first + gone, gone + first)):
        assert read_osm(osm_file(tmp_path, bounds(*EXTRACT) + body)).settlements.empty


@pytest.mark.parametrize("name", ["town.osm.gz", "town.osm.bz2", "town.osm.xml", "map", "town.osm.pbf"])
def test_the_content_decides_what_a_file_is(tmp_path: Path, name: str) -> None:
    text = osm_file(tmp_path, bounds(*EXTRACT) + BODY).read_bytes()
    packed = {"gz": gzip.compress, "bz2": bz2.compress}.get(name.rsplit(".", 1)[-1], bytes)(text)
    (tmp_path / name).write_bytes(packed)
    found = read_osm(tmp_path / name, TOWNSHIP)
    assert (found.extent_origin, edges(found)) == ("bounds", [5])


def test_an_extent_is_a_box_or_a_file(tmp_path: Path) -> None:
    assert read_extent("114.970,35.498,115.092,35.563").bounds == (114.97, 35.498, 115.092, 35.563)
    file = tmp_path / "a,b,c,d.geojson"
    file.write_text(json.dumps(shapely.geometry.mapping(box(*EXTRACT))), encoding="utf-8")
    assert read_extent(str(file)).bounds == pytest.approx(box(*EXTRACT).bounds)
    with pytest.raises(InputError, match="is not W,S,E,N"):
        read_extent("114,35,115,north")


def test_the_outline_of_a_county_around_a_small_extract(test_data: Path) -> None:
    file, whole = test_data / "osm" / "puyang_qingzu_rural_2023.osm.pbf", "114.970,35.498,115.092,35.563"
    found = read_osm(file, county_region("410928"), extent=box_region(whole))
    own = read_osm(file, box_region(whole))
    counts = found.counts()
    assert (counts["road_segments"], counts["junctions"], counts["crossings"]) == (2683, 450, 4)
    # What crosses the extract's own box is what leaves the data inside the county.
    assert counts["edge_of_data"] == len(own.network.crossings) == 54
    assert len(found.network.edge_node) == 53
