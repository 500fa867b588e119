"""Posts on the road just beyond the drawn border are listed and counted the same everywhere."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import geopandas as gpd
import pandas as pd
import pytest
from shapely.geometry import Point, box

import commands
from briefing.indicators import ask
from briefing.maps.themes import command
from briefing.maps.themes.facts import Facts
from briefing.view import View
from data.demo.town import TOWN
from ledgers import state
from ledgers.attention import attention
from ledgers.overview import figures
from ledgers.posts import duty
from queries.events import LOCAL, Viewer
from queries.layers import feature_events
from queries.store import Store, open_store
from tests.demo_town import copied
from tests.township import NOW, START, township


def add_posts(store: Store, places: dict[str, Point]) -> None:
    frame = gpd.GeoDataFrame(
        {"id": list(places), "name": list(places), "area_id": None, "source": "hand", "post_class": "rural_road", "staff_required": 1},
        geometry=list(places.values()),
        crs="EPSG:4326",
    )
    orders = pd.DataFrame({"checkpoint_id": list(places), "kind": "inspect", "active": True, "effective_at": START})
    store.append(LOCAL, {"feature_event": feature_events("checkpoints", frame), "checkpoint_event": orders})


@pytest.fixture
def town(demo_town: Path, tmp_path: Path) -> Iterator[Store]:
    """Open the demo with two more posts, some 100 m outside its outline."""
    with open_store(copied(demo_town, tmp_path / "ws")) as store:
        areas = store.layer("areas", LOCAL).set_index("id")
        outline = areas.geometry[TOWN]
        west, south, east, north = outline.bounds
        add_posts(store, {"界外一号": Point(west - 0.001, (south + north) / 2), "界外二号": Point(east + 0.001, (south + north) / 2)})
        yield store


def counts(store: Store, area: str | None) -> dict[str, int]:
    """Return how many checkpoints each way of asking finds, and beyond the border."""
    when = {"at": store.now(), "area": area}
    view = View(store, LOCAL, at=store.now(), area=area)
    found = figures(View(store, LOCAL, **when))
    told: dict[str, object] = {}
    console = SimpleNamespace(result=lambda document, **_: told.update(document))
    commands.status(store, LOCAL, SimpleNamespace(at=None, known_at=None, area=area, json=True), console)  # type: ignore[arg-type]
    sheet = Facts(view)
    _label, on_paper = command.split(sheet, "checkpoints")
    assert told["layers"]["checkpoints"] == found.layers["checkpoints"]  # type: ignore[index]
    assert told["checkpoints_beyond_border"] == found.checkpoints_beyond
    assert ask(view, "checkpoints.beyond") == found.checkpoints_beyond
    assert bool(list(command.beyond(sheet))) == bool(found.checkpoints_beyond)
    return {
        "figures": sum(found.checkpoints.values()),
        "layers": found.layers["checkpoints"],
        "listed": len(state.layer(View(store, LOCAL, **when), "checkpoints")),
        "staff": int(duty.staffing(View(store, LOCAL, **when))["posts"].sum()),
        "briefing": ask(view, "checkpoints.total"),
        "sheet": len(sheet.layer("checkpoints")),
        "on paper": int(on_paper),
        "beyond": found.checkpoints_beyond,
    }


def test_the_demo_has_25_posts_however_one_asks(town: Store) -> None:
    everywhere = dict.fromkeys(("figures", "layers", "listed", "staff", "briefing", "sheet", "on paper"), 25) | {"beyond": 2}
    assert counts(town, None) == everywhere
    assert counts(town, TOWN) == everywhere
    # Both of nobody's posts are missed, wherever one looks from, and no village has them.
    for area in (None, TOWN):
        told = attention(View(town, LOCAL, at=town.now(), area=area))
        assert {"界外一号", "界外二号"} <= set(told.loc[told["sort"] == "unstaffed", "id"])
    villages = town.layer("areas", LOCAL).query("parent_id == @TOWN")["id"]
    assert sum(figures(View(town, LOCAL, area=village)).layers["checkpoints"] for village in villages) == 23


def test_of_two_roots_neither_has_what_lies_in_no_area(tmp_path: Path) -> None:
    with township(tmp_path / "w") as store:
        add_posts(store, {"界外": Point(114.25, 35.05)})
        both = {"t": 3, None: 3, "a": 1, "b": 1}
        assert {area: figures(View(store, LOCAL, area=area)).layers["checkpoints"] for area in both} == both
        assert (
            figures(View(store, LOCAL, area="t")).checkpoints_beyond == 1 and figures(View(store, LOCAL, area="a")).checkpoints_beyond == 0
        )
        # Whoever sees only some areas sees nothing beyond them.
        assert len(state.layer(View(store, Viewer("镇", areas=frozenset({"t"})), area="t"), "checkpoints")) == 2
        other = gpd.GeoDataFrame({"id": ["u"], "name": ["邻镇"], "level": ["township"]}, geometry=[box(114.3, 35, 114.5, 35.1)], crs=4326)
        store.append(LOCAL, {"feature_event": feature_events("areas", other)})
        split = {"t": 2, "u": 0, None: 3}
        assert {area: figures(View(store, LOCAL, area=area)).layers["checkpoints"] for area in split} == split
        assert {area: len(Facts(View(store, LOCAL, at=NOW, area=area)).layer("checkpoints")) for area in split} == split
        assert figures(View(store, LOCAL)).checkpoints_beyond == 1
