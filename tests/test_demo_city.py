"""The demo city: the inventory that the issue names, each figure found by its columns."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import shapely

from data.demo.load import generate
from data.demo.model import CLOCK, Demo
from geo.watch import crossings_with_post
from ledgers.overview import figures
from queries.events import Viewer
from queries.layers import LAYERS
from queries.store import open_store
from queries.view import View
from settings import POST_TO_ROAD_M
from tests.demo_town import copied
from tests.demo_town import counts as told

LOCAL = Viewer("local")
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def city() -> Demo:
    return generate("city", 2020)


def test_crossings_by_class(city: Demo) -> None:
    crossings = city.layers["crossings"]
    count, refs = crossings["highway"].value_counts(), crossings.groupby("highway")["ref"].nunique()
    assert refs["motorway"] == 6 and refs["trunk"] == 5 and refs["primary"] == 20
    assert count["unclassified"] == 49
    assert set(count.index) == {"motorway", "trunk", "primary", "unclassified"}


def test_posts_by_class(city: Demo) -> None:
    posts = city.layers["checkpoints"]
    count = posts["post_class"].value_counts()
    assert len(posts) == 853 and posts["id"].is_unique
    assert count["expressway"] == 30 and count["province_border"] == 9 and count["rural_road"] == 49
    assert (city.layers["venues"]["kind"] == "toll_booth").sum() == 30
    assert set(city.events["checkpoint_event"]["kind"]) == {"inspect", "dissuade", "block", "screen"}
    assert 4200 < 3 * posts["staff_required"].sum() < 4400, "over three shifts"


def test_nearly_every_post_has_the_people_it_needs(city: Demo) -> None:
    shifts = city.events["duty_shift"]
    noon = pd.Timestamp("2020-02-12 12:00", tz="Asia/Shanghai")
    there = shifts[(shifts["subject_layer"] == "checkpoints") & (shifts["starts_at"] <= noon) & (noon < shifts["ends_at"])]
    needed = city.layers["checkpoints"].set_index("id")["staff_required"]
    short = there["subject_id"].value_counts().reindex(needed.index, fill_value=0) < needed
    assert 0 < short.sum() < 0.1 * len(needed)


def test_every_road_in_has_its_post(city: Demo) -> None:
    posts, net = city.layers["checkpoints"], city.network
    watched = crossings_with_post(net, posts.geometry.x.to_numpy(), posts.geometry.y.to_numpy(), within_m=POST_TO_ROAD_M)
    highway = city.layers["crossings"]["highway"].to_numpy()
    assert watched[np.isin(highway, ["trunk", "primary", "unclassified"])].all()
    nodes = {(round(x, 7), round(y, 7)) for x, y in zip(net.lon, net.lat, strict=True)}
    assert all((round(p.x, 7), round(p.y, 7)) in nodes for p in posts.geometry), "every post stands on the network"


def test_compounds_and_gates(city: Demo) -> None:
    compounds, entrances = city.layers["compounds"].set_index("id"), city.layers["entrances"]
    assert len(compounds) == 676 and compounds["name"].is_unique and compounds["unmanaged"].sum() == 226
    assert compounds.geometry.is_valid.all() and set(entrances["compound_id"]) == set(compounds.index)
    last = city.events["entrance_event"].sort_values("effective_at", kind="stable").drop_duplicates("entrance_id", keep="last")
    mode = entrances["id"].map(last.set_index("entrance_id")["mode"])
    assert (mode == "sealed").sum() == 7_761
    still_open = (mode != "sealed").groupby(entrances["compound_id"]).sum()
    assert set(still_open) == {1, 2}
    off = shapely.distance(entrances.geometry.to_numpy(), shapely.boundary(compounds.geometry[entrances["compound_id"]].to_numpy()))
    assert off.max() < 1e-6
    assert (entrances["area_id"].to_numpy() == compounds["area_id"][entrances["compound_id"]].to_numpy()).all()


def test_most_gates_are_sealed_within_48_hours(city: Demo) -> None:
    orders = city.events["entrance_event"]
    sealed_at = orders.loc[orders["mode"] == "sealed", "effective_at"]
    start = np.sort(sealed_at.to_numpy())[-int(0.7 * len(sealed_at))]
    assert (sealed_at.max() - start).total_seconds() <= 48 * 3600 and sealed_at.max() <= CLOCK


def test_areas_tile(city: Demo) -> None:
    areas = city.layers["areas"]
    assert areas["id"].is_unique and areas["code"].is_unique and (areas.geometry.geom_type == "Polygon").all()
    for child, count in (("district", 6), ("township", 34), ("village", None)):
        parts = areas[areas["level"].isin(["village", "community"] if child == "village" else [child])]
        assert count is None or len(parts) == count
        assert shapely.coverage_is_valid(parts.geometry.to_numpy())
        assert shapely.area(parts.geometry.to_numpy()).sum() == pytest.approx(areas.geometry.iloc[0].area, rel=1e-9)
        assert parts["population"].sum() == areas["population"].iloc[0]
    assert set(areas["parent_id"].dropna()) <= set(areas["id"])


def test_the_network_has_about_100_000_nodes(city: Demo) -> None:
    assert 90_000 < len(city.network.node_id) < 110_000
    for name, frame in city.layers.items():
        assert set(frame) == {"id", "name", "geometry", *LAYERS[name].described}, name
        if name != "areas":
            assert frame["area_id"].notna().all(), name


def test_rosters_stay_small_and_cover_tonight(city: Demo) -> None:
    shifts = city.events["duty_shift"]
    assert 20_000 < len(shifts) < 100_000
    assert shifts["starts_at"].max() > CLOCK and shifts["recorded_at"].max() <= CLOCK
    assert set(shifts["subject_id"]) <= set(city.layers["checkpoints"]["id"]) | set(city.layers["entrances"]["id"])


def test_loaded_the_city_counts_as_generated(demo_city: Path, tmp_path: Path) -> None:
    counts = told(demo_city)
    with open_store(copied(demo_city, tmp_path / "ws")) as store:
        found = figures(View(store, LOCAL, at=store.now()))
    assert counts["checkpoints"] == 853 and found.entrances["sealed"] == 7_761
    assert sum(found.entrances.values()) == counts["entrances"] and sum(found.checkpoints.values()) == 853
    assert 0 < found.checkpoints_unstaffed_now < 40
