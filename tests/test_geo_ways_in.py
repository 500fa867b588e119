"""Where roads lead into a place: small cases drawn in metres, and random towns against plain loops."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.network import FERRY, RoadNetwork
from geo.ways_in import ways_in
from tests.test_geo_joints import Place, degrees, roads


def outline(x: float, y: float, half: float) -> shapely.Polygon:
    return shapely.box(*degrees(x - half, y - half), *degrees(x + half, y + half))


def found(network: RoadNetwork, place: shapely.Geometry, within_m: float = 1000) -> list[Place]:
    """Return the ways into one place, in whole metres."""
    ways = ways_in(network, np.array([place], dtype=object), within_m=within_m)
    xy = zip((ways.network.lon[ways.node] - 114) * 96486, (ways.network.lat[ways.node] - 30) * 110852, strict=True)
    return sorted((round(float(x)), round(float(y))) for x, y in xy)


VILLAGE = outline(100, 0, 50)


def test_a_road_through_comes_in_on_both_sides_whatever_it_is_made_of() -> None:
    nodes = {1: (0, 0), 2: (200, 0), 3: (50, 0), 4: (150, 0), 5: (100, 0)}
    assert found(roads(nodes, [1, 2]), VILLAGE) == [(50, 0), (150, 0)]
    # Two ways that meet exactly at the outline, and inside it.
    assert found(roads(nodes, [1, 3], [3, 5], [5, 4], [4, 2]), VILLAGE) == [(50, 0), (150, 0)]
    assert found(roads(nodes, [1, 5], [5, 2]), VILLAGE) == [(50, 0), (150, 0)]


def test_two_ways_that_meet_at_the_outline_are_one_way_in() -> None:
    assert found(roads({1: (0, 0), 2: (50, 0), 3: (90, 10)}, [1, 2], [2, 3]), VILLAGE) == [(50, 0)]
    # One coming from outside and one along the outline, and a street that merely touches its corner.
    assert (50, 0) in found(roads({1: (0, 0), 2: (50, 0), 3: (50, 40)}, [1, 2], [2, 3]), VILLAGE)


def test_streets_on_several_sides_are_all_ways_in() -> None:
    # A street 10 m off on one side, one 20 m off on another, and a third too far off to bound the compound.
    nodes = {1: (0, -60), 2: (210, -60), 3: (170, -300), 4: (170, 300), 5: (0, 90), 6: (210, 90)}
    network = roads(nodes, [1, 2], [3, 4], [5, 6])
    sides = {(x > 160, y < -55) for x, y in found(network, VILLAGE)}
    assert {(True, False), (False, True)} <= sides and not any(y > 80 for _, y in found(network, VILLAGE))


def test_a_ferry_comes_in_where_it_lands_and_not_over_the_water() -> None:
    nodes = {1: (-300, 0), 2: (0, 0), 3: (100, 0), 4: (100, 20)}
    drawn = roads(nodes, [1, 2], [2, 3], [3, 4])
    role = drawn.seg_role.copy()
    role[1] = FERRY
    assert found(replace(drawn, seg_role=role), VILLAGE) == [(100, 0)]


def test_a_road_without_a_node_inside_comes_in() -> None:
    assert found(roads({1: (-500, 10), 2: (700, 10)}, [1, 2]), VILLAGE) == [(50, 10), (150, 10)]


@pytest.mark.parametrize(("south", "expected"), [(-52.0, True), (-58.0, False)])
def test_a_street_along_the_outline_is_a_way_in_and_one_across_the_verge_is_not(south: float, expected: bool) -> None:
    # A compound with a lane of its own, bounded by a street.
    nodes = {1: (0, south), 2: (200, south), 3: (0, 0), 4: (100, 0)}
    entries = found(roads(nodes, [1, 2], [3, 4]), VILLAGE)
    assert (50, 0) in entries and (len(entries) > 1) == expected


def test_a_compound_that_only_streets_bound_is_reached_from_both_sides_of_a_node() -> None:
    nodes = {1: (0, -60), 2: (110, -60), 3: (200, -60), 4: (200, 300)}
    assert found(roads(nodes, [1, 2, 3, 4]), VILLAGE) == [(78, -60), (132, -60)]


def test_a_road_that_stops_just_short_is_a_way_in() -> None:
    assert found(roads({1: (0, 0), 2: (48, 0)}, [1, 2]), VILLAGE) == [(48, 0)]


def test_a_bridge_over_a_place_leads_in_only_where_it_comes_down() -> None:
    nodes = {1: (0, 0), 2: (200, 0), 3: (0, 20), 4: (100, 20), 5: (100, 30), 6: (120, 20)}
    over = roads(nodes, [1, 2], [3, 4, 5], bridge=[True, False])
    assert found(over, VILLAGE) == [(50, 20)]
    # The same bridge with its end inside: there one comes down.
    assert found(roads({1: (0, 0), 2: (110, 0), 3: (110, 20)}, [1, 2], [2, 3], bridge=[True, False]), VILLAGE) == [(110, 0)]
    # And one with no road drawn beyond its end, beside a lane into the same village.
    lane = {1: (0, 0), 2: (110, 0), 3: (0, 20), 4: (100, 20)}
    assert found(roads(lane, [1, 2], [3, 4], bridge=[True, False]), VILLAGE) == [(50, 20), (110, 0)]


def test_a_label_is_reached_from_the_road_that_passes_nearer_than_any_node() -> None:
    nodes = {1: (-900, 10), 2: (900, 10), 3: (0, 300), 4: (0, 90)}
    network = roads(nodes, [1, 2], [3, 4])
    assert found(network, shapely.Point(degrees(0, 0))) == [(0, 10), (0, 90)]
    assert found(network, shapely.Point(degrees(0, 0)), within_m=50) == [(0, 10)]
    assert found(network, shapely.Point(degrees(0, 0)), within_m=5) == []


def test_a_straight_road_past_a_label_comes_in_between_its_nodes() -> None:
    # Somebody at the nearest node sees nobody who comes from the other end of the road and stops at the village.
    network = roads({1: (-900, 10), 2: (90, 10), 3: (900, 10)}, [1, 2, 3])
    assert found(network, shapely.Point(degrees(0, 0))) == [(0, 10)]
    assert found(network, shapely.Point(degrees(80, 0))) == [(90, 10)]


def test_no_place_and_no_road_have_no_way_in() -> None:
    network = roads({1: (0, 0), 2: (200, 0)}, [1, 2])
    assert found(network, shapely.Point()) == [] and not len(ways_in(network, np.array([None], dtype=object), within_m=9).node)


places = st.tuples(st.integers(0, 60), st.integers(0, 60))


@settings(max_examples=150, deadline=None)
@given(nodes=st.lists(places, min_size=2, max_size=10, unique=True), data=st.data())
def test_ways_in_are_where_plain_loops_find_roads_at_the_outline(nodes: list[Place], data: st.DataObject) -> None:
    numbers = st.integers(1, len(nodes))
    ways = data.draw(st.lists(st.lists(numbers, min_size=2, max_size=3), min_size=1, max_size=5))
    network = roads(dict(enumerate(nodes, 1)), *ways)
    if not len(network.seg_u):
        return
    half, (x, y) = data.draw(st.sampled_from((4.5, 10.5, 20.5))), data.draw(places)
    ring = shapely.box(x - half, y - half, x + half, y + half).exterior
    metre = [nodes[int(number) - 1] for number in network.node_id]
    lines = [shapely.LineString([metre[a], metre[b]]) for a, b in zip(network.seg_u, network.seg_v, strict=True)]
    crossing = [point for line in lines for point in shapely.get_parts(line.intersection(ring)) if point.geom_type == "Point"]
    beside = [line for line in lines if not line.intersects(ring) and line.distance(ring) < 2.9]
    given_places = np.array([outline(x, y, half)], dtype=object)
    entered = ways_in(network, given_places, within_m=1000)
    at = [
        shapely.Point((entered.network.lon[node] - 114) * 96486, (entered.network.lat[node] - 30) * 110852)
        for node in entered.node.tolist()
    ]
    # A way in less than half a metre from a node is that node.
    for point in crossing:
        assert min(point.distance(other) for other in at) < 0.6, point
    for line in beside:
        assert min(line.distance(other) for other in at) < 0.6, line
    if crossing or beside:
        assert all(ring.distance(other) < 3.6 for other in at)
    else:
        nearest = min(line.distance(shapely.Polygon(ring)) for line in lines)
        assert min(shapely.Polygon(ring).distance(other) for other in at) < nearest + 15.1
    assert entered.network.length_m.sum() == pytest.approx(network.length_m.sum(), abs=0.01)
    assert np.array_equal(entered.network.node_id[: len(metre)], network.node_id)


def test_a_street_along_a_frontage_comes_in_on_both_sides_of_its_node() -> None:
    network = roads({1: (-300, -70), 2: (100, -70), 3: (300, -70)}, [1, 2, 3])
    assert [(round(x, -1), y) for x, y in found(network, VILLAGE)] in ([(70, -70), (130, -70)], [(80, -70), (120, -70)])
