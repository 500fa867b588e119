"""The official list of risk areas of one hour of 2022, taken as orders: every row that means an area here, and no other."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest

from errors import InputError
from ledgers.risk import levels
from ledgers.risk import orders as risk_orders
from queries.events import LOCAL
from queries.layers import feature_events
from queries.store import open_store
from queries.view import View

ORDER = {"ordered_by": "国务院客户端", "reason": "2022-10-30 11时", "effective_at": "2022-10-30T11:00"}
RANK = ["low", "medium", "high"]


def the_list(test_data: Path) -> pd.DataFrame:
    listed = pd.read_csv(test_data / "tables" / "risk_areas_2022-10-30.csv", encoding="utf-8-sig")
    county = listed["省"] + "/" + listed["市"] + "/" + listed["区县"]
    return pd.DataFrame({"level": listed["风险等级"], "county": county, "area": county + "/" + listed["区域"], "name": listed["区县"]})


def described(frame: pd.DataFrame) -> dict[str, pd.DataFrame]:
    return {"feature_event": feature_events("areas", gpd.GeoDataFrame(frame, geometry=[None] * len(frame), crs="EPSG:4326"))}


def test_the_whole_list_becomes_orders(tmp_path: Path, test_data: Path) -> None:
    listed = the_list(test_data)
    counties = pd.DataFrame({"id": listed["county"].unique(), "level": "district", "name": ""})
    places = pd.DataFrame({"id": listed["area"], "level": "community", "parent_id": listed["county"], "name": ""})
    with open_store(tmp_path / "workspace") as store:
        store.set_settings(LOCAL, {"clock": "2022-10-30T12:00"})
        store.append(LOCAL, described(pd.concat([counties, places], ignore_index=True)))
        event_ids, unknown = risk_orders.order_listed(store, LOCAL, listed, **ORDER)
        found = levels.levels(View(store, LOCAL))
        before = levels.levels(View(store, LOCAL, at="2022-10-30T10:59"))
    assert (len(event_ids), len(unknown)) == (len(listed), 0)
    ordered = found[found["ordered"]]
    assert ordered["level"].value_counts().to_dict() == {"high": 2583, "medium": 1845, "low": 318}
    assert (found.loc[~found["ordered"], "area_level"] == "district").all()
    assert set(before["level"]) == {"low"}


def test_rows_are_matched_with_what_is_here_and_the_others_named(tmp_path: Path, test_data: Path) -> None:
    """Gaoyou's divisions alone are known: its five rows are found by the county's name, the other 4,741 mean nothing here."""
    listed = the_list(test_data)
    villages, streets = (
        pd.read_csv(test_data / "admin" / f"{kind}_xianning_gaoyou_puyang_haidian.csv", dtype=str).query("areaCode == '321084'")
        for kind in ("villages", "streets")
    )
    areas = pd.concat(
        [
            pd.DataFrame([{"id": "321084", "code": "321084", "name": "高邮市", "level": "district"}]),
            streets.assign(id=streets["code"], parent_id=streets["areaCode"], level="township"),
            villages.assign(id=villages["code"], parent_id=villages["streetCode"], level="village"),
        ],
        ignore_index=True,
    )
    with open_store(tmp_path / "workspace") as store:
        store.set_settings(LOCAL, {"clock": "2022-10-30T12:00"})
        store.append(LOCAL, described(areas[["id", "name", "code", "parent_id", "level"]]))
        event_ids, unknown = risk_orders.order_listed(store, LOCAL, listed.assign(area=listed["name"]), **ORDER)
        found = levels.levels(View(store, LOCAL)).set_index("id")
        assert (len(event_ids), len(unknown), len(listed)) == (1, 4741, 4746)
        assert found.loc["321084", "level"] == "medium"  # the highest of its rows
        assert found["level"].value_counts().to_dict() == {"low": len(areas) - 1, "medium": 1}
        # By code: one of its communities, and a county that is not here.
        by_code = pd.DataFrame({"area": ["321084001003", "110101"], "level": ["高风险", "高风险"]})
        _, left = risk_orders.order_listed(store, LOCAL, by_code, **ORDER)
        assert left["area"].tolist() == ["110101"]
        assert levels.levels(View(store, LOCAL)).set_index("id").loc["321084001003", "level"] == "high"
        with pytest.raises(InputError, match="'红码' is no risk level"):
            risk_orders.order_listed(store, LOCAL, pd.DataFrame({"area": ["321084"], "level": ["红码"]}), **ORDER)
