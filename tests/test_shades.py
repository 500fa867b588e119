"""Shades of grids: the figures against a count by hand in pandas, their classes, and the route that serves them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely.geometry import box
from starlette.applications import Starlette
from test_routes import get
from township import NOW, township
from township import at as moment

from errors import NotFound
from ledgers.risk import cases, shades
from queries.events import LOCAL, Viewer
from queries.layers import feature_events
from queries.store import Store
from queries.view import View
from ui.http.door import Door
from ui.http.routes import routes
from ui.legend.styles import STYLES

GRIDS = ("a1", "a2", "b")
REACHED = ("registered", "phone_only", "landlord_reached", "vacant")
OUTCOMES = (*REACHED, "not_in", "letter_left", "refused")


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A township whose village a has two grids and whose village b has none, with 900 households and 60 episodes drawn at random."""
    with township(tmp_path_factory.mktemp("shades") / "workspace") as opened:
        grids = gpd.GeoDataFrame(
            {"id": ["a1", "a2"], "name": ["一网格", "二网格"], "level": "grid", "parent_id": "a", "households": [None, 5000]},
            geometry=[box(114, 35, 114.05, 35.1), box(114.05, 35, 114.1, 35.1)],
            crs="EPSG:4326",
        )
        opened.append(LOCAL, {"feature_event": feature_events("areas", grids), **drawn(np.random.default_rng(7))})
        undone = opened.append(LOCAL, {"visit": pd.DataFrame([visit("h0", "registered", 3)])})
        opened.undo(LOCAL, undone)
        yield opened


def visit(household: str, outcome: str, day: int, **more: object) -> dict[str, object]:
    return {"household_id": household, "outcome": outcome, "purpose": "screening", "effective_at": moment(day, 10), **more}


def drawn(random: np.random.Generator) -> dict[str, pd.DataFrame]:
    n = 900
    households = pd.DataFrame(
        {
            "household_id": [f"h{i}" for i in range(n)],
            "area_id": random.choice([*GRIDS, "a"], n, p=[0.5, 0.3, 0.15, 0.05]),
            "head_count": random.choice([0, 1, 3, None], n),
            "withdrawn": random.random(n) < 0.05,
            "effective_at": moment(1),
        }
    )
    doors = [f"h{i}" for i in random.integers(1, n, 700)]
    # The last two days are still to come.
    visits = [visit(door, str(random.choice(OUTCOMES)), int(random.integers(2, 15))) for door in doors]
    visits += [visit(f"h{i}", "registered", 3, purpose="delivery") for i in range(0, n, 7)]
    episodes = pd.DataFrame(
        {
            "episode_id": [f"e{i}" for i in range(60)],
            "person_id": [f"p{i}" for i in range(60)],
            "area_id": random.choice(GRIDS, 60),
            "state": random.choice(["observing", "hospital", "released"], 60, p=[0.7, 0.1, 0.2]),
            "started_at": moment(5),
            "days": 14,
            "effective_at": moment(5),
        }
    )
    taken = [NOW - timedelta(hours=float(h)) for h in random.uniform(0, 40, 90)]
    readings = pd.DataFrame({"episode_id": [f"e{i}" for i in random.integers(0, 60, 90)], "temperature": 36.5, "effective_at": taken})
    return {
        "household_event": households,
        "visit": pd.DataFrame(visits),
        "isolation_event": episodes,
        "reading": readings.assign(area_id="a1"),
    }


def by_hand(events: dict[str, pd.DataFrame], area: str) -> tuple[int, int, int, int]:
    """Count the households, the unreached, the isolating and the missed readings of an area, by going through the rows."""
    homes = events["household_event"].query("area_id == @area and not withdrawn")
    seen = events["visit"].query("purpose == 'screening' and outcome in @REACHED")
    reached = set(seen.loc[seen["effective_at"] <= NOW, "household_id"])
    unreached = [h for h, people in zip(homes["household_id"], homes["head_count"], strict=True) if h not in reached and people != 0]
    stays = events["isolation_event"].query("area_id == @area and state in ('observing', 'hospital')")
    missed = 0
    # In the 24 hours up to 18:00 the slots that closed are the afternoon of the 11th and the morning of the 12th.
    for opens, closes in ((moment(11, 12), moment(12)), (moment(12), moment(12, 12))):
        taken = events["reading"]["effective_at"]
        times = events["reading"][(taken >= opens) & (taken < closes)]
        missed += len(set(stays.loc[stays["state"] == "observing", "episode_id"]) - set(times["episode_id"]))
    return len(homes), len(unreached), len(stays), missed


def test_the_figures_are_those_counted_by_hand(store: Store) -> None:
    events, found = drawn(np.random.default_rng(7)), shades.shades(View(store, LOCAL)).set_index("area_id")
    assert found.index.tolist() == ["a", "a1", "a2", "b"]
    assert found["divided"].tolist() == [True, False, False, False]
    for area in found.index:
        homes, unreached, isolating, missed = by_hand(events, area)
        row = found.loc[area]
        known = max(homes, 5000 if area == "a2" else 0)
        assert row[["households", "unreached", "isolating", "readings_missed"]].tolist() == [known, unreached, isolating, missed], area
        assert row["isolating_per_household"] == pytest.approx(isolating / known)
        assert unreached > 0


def test_a_viewer_sees_their_own_grids(store: Store) -> None:
    assert shades.shades(View(store, Viewer("b", areas=frozenset({"b"}))))["area_id"].tolist() == ["b"]
    assert shades.shades(View(store, LOCAL, area="a"))["area_id"].tolist() == ["a", "a1", "a2"]


def test_a_replay_knows_nothing_of_later(store: Store) -> None:
    before = shades.shades(View(store, LOCAL, at=moment(1, 12))).set_index("area_id")
    assert before[["isolating", "readings_missed"]].to_numpy().sum() == 0
    assert before.loc["b", "unreached"] > shades.shades(View(store, LOCAL)).set_index("area_id").loc["b", "unreached"]
    assert shades.shades(View(store, LOCAL, at=moment(1) - timedelta(hours=1)))["households"].tolist() == [0, 5000, 0]


@pytest.mark.parametrize("name", shades.SHADES)
def test_every_class_has_its_symbol_and_its_limits(name: str) -> None:
    ends = shades.SHADES[name].ends
    assert set(STYLES[name].symbols) == {"", *map(str, range(len(ends) + 2))}
    edges = pd.Series([0.0, ends[0] / 2, *[v for end in ends for v in (end * 0.999, end)]])
    assert shades.classes(name, edges).tolist() == [0, 1, 1, 2, 2, 3, 3, 4]


def test_the_map_gets_values_and_classes(store: Store) -> None:
    app = Starlette(routes=routes(Door(lambda: store, lambda _: LOCAL)))
    reply = get(app, "/shades/unreached.geojson", accept_encoding="gzip")
    assert (reply.status, reply.headers["content-encoding"]) == (200, "gzip")
    features = {f["properties"]["id"]: f for f in reply.json["features"]}
    assert set(features) == {"a1", "a2", "b"}  # of village a its grids are drawn
    found = shades.shades(View(store, LOCAL)).set_index("area_id")
    for area, feature in features.items():
        told = feature["properties"]
        assert set(told) == {"id", "name", *STYLES["unreached"].columns}
        assert (told["unreached"], feature["geometry"]["type"]) == (found.loc[area, "unreached"], "Polygon")
    assert get(app, "/shades/unreached.geojson", if_none_match=reply.headers["etag"]).status == 304
    assert [f["properties"]["id"] for f in get(app, "/shades/missed.geojson?area=b").json["features"]] == ["b"]
    assert get(app, "/shades/purple.geojson").status == 404
    assert get(app, "/shades/missed.geojson?area=z").status == 404
    with pytest.raises(NotFound, match="no shade 'purple'"):
        shades.layer(View(store, LOCAL), "purple")


def test_the_map_gets_levels_of_risk(store: Store) -> None:
    entered = cases.enter(store, LOCAL, "a1", confirmed_at=moment(5))
    app = Starlette(routes=routes(Door(lambda: store, lambda _: LOCAL)))
    told = {f["properties"]["id"]: f["properties"] for f in get(app, "/shades/risk.geojson").json["features"]}
    assert {area: (p["risk"], p["tier"], p["changes_on"]) for area, p in told.items()} == {
        "t": ("medium", "township", "2020-02-19"),
        "a": ("medium", "unit", "2020-02-19"),
        "b": ("low", "unit", None),
    }
    earlier = get(app, "/shades/risk.geojson?at=2020-02-04T18:00").json["features"]
    assert {f["properties"]["risk"] for f in earlier} == {"low"}
    store.undo(LOCAL, entered)
