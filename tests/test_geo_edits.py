"""Road pieces struck and added by hand: on a small net by hand, and on a real one through a second import."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import shapely
from pyproj import Geod

from geo.edits import Edited, edited
from geo.network import Nodes, RoadNetwork, build_network, make_ways
from geo.osm import read_osm
from geo.road_layers import frames

STEP = 0.001  # about 91 m east, 111 m north
END = ["lon_a", "lat_a", "lon_b", "lat_b"]


def grid(*, footway: bool = False) -> RoadNetwork:
    """Return a net of 3 x 3 nodes around 114.9, 35.5: rows are roads, columns roads or footways; all in the region."""
    xy = {10 * i + j: (114.9 + i * STEP, 35.5 + j * STEP) for i in range(3) for j in range(3)}
    chains = [[j, 10 + j, 20 + j] for j in range(3)] + [[10 * i, 10 * i + 1, 10 * i + 2] for i in range(3)]
    highway = ["residential"] * 3 + ["footway" if footway else "residential"] * 3
    ways = make_ways(np.arange(0, 19, 3), np.array(chains).ravel(), highway, name=[f"路{n}" for n in range(6)])
    lon, lat = np.array(list(xy.values())).T
    return build_network(ways, Nodes(np.array(list(xy)), lon, lat), shapely.box(114, 35, 115, 36))


def rows(*edits: tuple[object, ...]) -> pd.DataFrame:
    """Return edits ``(id, a, b, mode)``; ends are numbers of nodes of the grid, moved by some metres, or places."""
    found = []
    for edit_id, a, b, mode in edits:
        found.append((edit_id, *a, *b, mode, "新修便道"))
    return pd.DataFrame(found, columns=["edit_id", *END, "mode", "note"])


def at(i: float, j: float) -> tuple[float, float]:
    return 114.9 + i * STEP, 35.5 + j * STEP


NONE = rows()


def pairs(network: RoadNetwork) -> set[tuple[int, int]]:
    ids = network.node_id
    return {tuple(sorted((int(ids[u]), int(ids[v])))) for u, v in zip(network.seg_u, network.seg_v, strict=True)}


def sound(result: Edited, before: RoadNetwork) -> None:
    """Check what must hold after any edit: the nodes stay, every way has a segment, the layers can be made."""
    after = result.network
    assert np.array_equal(after.node_id, before.node_id)
    assert set(after.seg_way) == set(range(len(after.ways)))
    assert list(after.ways) == list(before.ways) and (after.ways.dtypes == before.ways.dtypes).all()
    assert len(after.seg_u) == len(before.seg_u) - len(result.struck_segments) + len(result.added_segments)
    assert len(after.length_m) == len(after.seg_drive) == len(after.seg_u)
    assert np.isin(after.open_node, after.vertices).all()
    layers = frames(after)
    assert layers["roads"]["id"].is_unique and len(layers["roads"]) == len(after.ways)


def test_nothing_to_edit_leaves_the_network_as_it_is() -> None:
    network = grid()
    assert edited(network, NONE, NONE).network is network


def test_a_strike_takes_the_piece_between_its_ends_away() -> None:
    network = grid()
    result = edited(network, rows(("s", at(0.03, 0), at(1.03, 0.02), "drive"), ("t", at(2, 2), at(2, 1), "walk")), NONE)
    sound(result, network)
    assert pairs(network) - pairs(result.network) == {(0, 10), (21, 22)}
    assert [tuple(sorted(network.node_id[[network.seg_u[s], network.seg_v[s]]])) for s in result.struck_segments] == [(0, 10), (21, 22)]
    assert result.unmatched == []


def test_a_strike_that_fits_nothing_is_named() -> None:
    network = grid()
    strikes = rows(("far", at(0.5, 0), at(1, 0), "drive"), ("none", at(0, 0), at(1, 1), "walk"), ("away", at(50, 0), at(51, 0), "walk"))
    result = edited(network, strikes, NONE)
    assert result.unmatched == ["far", "none", "away"]
    assert pairs(result.network) == pairs(network)


def test_a_road_is_not_struck_for_a_footpath_beside_it() -> None:
    network = grid(footway=True)
    assert edited(network, rows(("s", at(0, 0), at(0, 1), "drive")), NONE).unmatched == ["s"]
    struck = edited(network, rows(("s", at(0, 0), at(0, 1), "walk")), NONE)
    sound(struck, network)
    assert pairs(network) - pairs(struck.network) == {(0, 1)}


def test_a_way_that_loses_all_its_pieces_is_gone() -> None:
    network = grid()
    result = edited(network, rows(("s", at(0, 0), at(1, 0), "drive"), ("t", at(1, 0), at(2, 0), "drive")), NONE)
    sound(result, network)
    assert set(network.ways["name"]) - set(result.network.ways["name"]) == {"路0"}


def test_an_open_end_that_loses_its_roads_is_none() -> None:
    network = replace(grid(), open_node=np.array([0, 8]))
    result = edited(network, rows(("a", at(0, 0), at(1, 0), "drive"), ("b", at(0, 0), at(0, 1), "drive")), NONE)
    sound(result, network)
    assert result.network.open_node.tolist() == [8]


def test_an_added_piece_joins_the_nodes_nearest_to_its_ends() -> None:
    network = grid()
    result = edited(network, NONE, rows(("a", at(0, 0.2), at(1.3, 1), "drive"), ("b", at(2, 0), at(1, 1), "walk")))
    sound(result, network)
    assert pairs(result.network) - pairs(network) == {(0, 11), (11, 20)}
    one, two = result.added_segments
    after = result.network
    assert after.seg_drive[one] and not after.seg_drive[two]
    way = after.ways.iloc[after.seg_way[[one, two]]]
    assert way["highway"].tolist() == ["road", "path"] and way["name"].tolist() == ["新修便道"] * 2
    assert (way["osm_id"] <= 0).all() and (way["layer"] == 0).all()
    metres = Geod(ellps="WGS84").inv(*at(0, 0), *at(1, 1))[2]
    assert after.length_m[one] == pytest.approx(metres)


def test_an_added_piece_that_fits_nothing_is_named_and_one_that_is_there_is_needless() -> None:
    network = grid(footway=True)
    adds = rows(
        ("loop", at(0, 0), at(0.1, 0.1), "drive"),
        ("far", at(0.5, 0.5), at(1, 1), "drive"),
        ("there", at(0, 0), at(1, 0), "drive"),
        ("walkable", at(0, 0), at(0, 1), "walk"),
        ("drivable now", at(0, 0), at(0, 1), "drive"),
    )
    result = edited(network, NONE, adds)
    sound(result, network)
    assert result.unmatched == ["loop", "far"] and result.needless == ["there", "walkable"]
    assert len(result.added_segments) == 1 and result.network.seg_drive[result.added_segments[0]]


def test_a_road_is_added_to_roads_not_to_a_footpath_that_is_nearer() -> None:
    xy = {1: at(0, 0), 2: at(1, 0), 3: at(0, 1), 4: at(1, 1), 5: at(0.1, 0.9), 6: at(-1, 0.9)}
    lon, lat = np.array(list(xy.values())).T
    ways = make_ways(np.array([0, 2, 4, 6]), np.array([1, 2, 3, 4, 5, 6]), ["residential", "residential", "footway"])
    network = build_network(ways, Nodes(np.array(list(xy)), lon, lat), shapely.box(114, 35, 115, 36))
    place = at(0.08, 0.92)
    assert pairs(edited(network, NONE, rows(("a", at(0, 0), place, "drive"))).network) - pairs(network) == {(1, 3)}
    assert pairs(edited(network, NONE, rows(("a", at(0, 0), place, "walk"))).network) - pairs(network) == {(1, 5)}


def test_a_struck_piece_can_be_added_again() -> None:
    network = grid()
    result = edited(network, rows(("s", at(0, 0), at(1, 0), "drive")), rows(("a", at(0, 0), at(1, 0), "walk")))
    sound(result, network)
    assert pairs(result.network) == pairs(network)
    assert result.needless == [] and not result.network.seg_drive[result.added_segments[0]]


# The net of a real town, and the same town imported again: other ids, another order, the roads some metres off.


@pytest.fixture(scope="module")
def puyang(test_data: Path) -> RoadNetwork:
    return read_osm(test_data / "osm" / "puyang_qingzu_rural_2023.osm.pbf").network


def imported_again(network: RoadNetwork, rng: np.random.Generator, *, off_m: float) -> tuple[RoadNetwork, np.ndarray]:
    """Return the network renumbered, reversed in part and moved by up to ``off_m``; and the new number of each segment."""
    nodes, segments, ways = (rng.permutation(n) for n in (len(network.node_id), len(network.seg_u), len(network.ways)))
    new_node, new_way, new_segment = np.argsort(nodes), np.argsort(ways), np.argsort(segments)
    angle, away = rng.uniform(0, 2 * np.pi, len(nodes)), rng.uniform(0, off_m, len(nodes))
    lon, lat, _ = Geod(ellps="WGS84").fwd(network.lon, network.lat, np.degrees(angle), away)
    turned = rng.random(len(segments)) < 0.5
    u, v = np.where(turned, network.seg_v, network.seg_u), np.where(turned, network.seg_u, network.seg_v)
    again = replace(
        network,
        node_id=10**9 + np.arange(len(nodes)),
        lon=lon[nodes],
        lat=lat[nodes],
        inside=network.inside[nodes],
        seg_u=new_node[u[segments]],
        seg_v=new_node[v[segments]],
        seg_way=new_way[network.seg_way[segments]],
        seg_drive=network.seg_drive[segments],
        seg_role=network.seg_role[segments],
        length_m=network.length_m[segments],
        open_node=np.sort(new_node[network.open_node]),
        ways=network.ways.iloc[ways].reset_index(drop=True),
    )
    return again, new_segment


def test_edits_hold_for_the_next_import_of_a_real_town(puyang: RoadNetwork) -> None:
    rng = np.random.default_rng(11)
    again, new_segment = imported_again(puyang, rng, off_m=0.0)
    moved, _ = imported_again(puyang, rng, off_m=3.0)
    redrawn, _ = imported_again(puyang, rng, off_m=8.0)
    chosen = rng.choice(len(puyang.seg_u), 200, replace=False)
    u, v = puyang.seg_u[chosen], puyang.seg_v[chosen]
    strikes = pd.DataFrame(np.column_stack([puyang.lon[u], puyang.lat[u], puyang.lon[v], puyang.lat[v]]), columns=END)
    strikes = strikes.assign(edit_id=[f"s{s}" for s in chosen], note="", mode=np.where(puyang.seg_drive[chosen], "drive", "walk"))
    far = rng.permutation(puyang.vertices)[:80].reshape(-1, 2)
    adds = pd.DataFrame(
        np.column_stack([puyang.lon[far[:, 0]], puyang.lat[far[:, 0]], puyang.lon[far[:, 1]], puyang.lat[far[:, 1]]]), columns=END
    ).assign(edit_id=[f"a{n}" for n in range(40)], note="便道", mode="drive")

    here, there = edited(puyang, strikes, adds), edited(again, strikes, adds)
    assert np.array_equal(here.struck_segments, np.sort(chosen))
    assert np.array_equal(there.struck_segments, np.sort(new_segment[chosen]))
    for result, network in ((here, puyang), (there, again)):
        assert result.unmatched == [] and result.needless == []
        joined = [result.network.seg_u[result.added_segments], result.network.seg_v[result.added_segments]]
        place = np.column_stack([getattr(result.network, name)[end] for end in joined for name in ("lon", "lat")])
        assert np.abs(place - adds[END].to_numpy()).max() < 1e-9
        assert len(result.network.seg_u) == len(network.seg_u) - 200 + 40
        assert set(result.network.seg_way) == set(range(len(result.network.ways)))
    # Roads that a later survey has moved by a little are found as well.
    later = edited(moved, strikes, adds)
    assert later.unmatched == []
    assert len(later.struck_segments) > 190
    # Those it has moved by the width of a carriageway are named, not guessed at.
    much_later = edited(redrawn, strikes, adds)
    assert len(much_later.unmatched) + len(much_later.struck_segments) >= 190 and len(much_later.unmatched) > 50
