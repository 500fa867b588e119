"""Three weeks of ledgers in 青禾镇: households, persons, screening, isolation and readings, and all that goes on beside them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from data.demo.model import FIRST_DAY, ZONE, day
from data.demo.people import People, event_ids, invent
from data.demo.town import COMMUNITY_NAME, VILLAGE_ID
from data.demo.town_environment import disinfection, inspections, measures, outreach, supplies
from data.demo.town_homes import FOUR_FROM, homes, household_events, person_events
from data.demo.town_lists import entries
from data.demo.town_readings import alarm_actions, readings, requests
from data.demo.town_screening import ROUNDS, visits
from data.demo.town_stays import DIRECT_CASE, FOLLOWED, IN_HOSPITAL, ORDERED_BY, isolation_events, person_id
from data.demo.town_units import checks, tips, units

Tables = dict[str, pd.DataFrame]
MOMENTS = ("effective_at", "recorded_at", "started_at", "retry_at", "until", "cutoff_at")


def town_ledgers(layers: Mapping[str, gpd.GeoDataFrame], rng: np.random.Generator) -> Tables:
    """Return the event tables of the ledgers of three weeks in the township."""
    frame = homes(layers["areas"], layers["buildings"], rng)
    household = dict(zip(frame["plan"], frame["household_id"], strict=True))
    area = dict(zip(frame["household_id"], frame["area_id"], strict=True))
    persons = person_events(household, frame, _others(int(frame["phone"].notna().sum()), rng), rng)
    known = persons.drop_duplicates("person_id").groupby("household_id")["effective_at"].agg(list)
    isolation, void = isolation_events(household, area, rng)
    registered = units(layers["areas"], rng)
    tables = {
        "household_event": household_events(frame),
        "person_event": persons,
        "visit": visits(frame, {str(home): moments for home, moments in known.items()}, rng),
        "isolation_event": isolation,
        "reading": readings(isolation[isolation["episode_id"] != "qh-i00"], rng),
        "care_request": requests(household, area, rng),
        "case_event": _cases(household, area),
        "risk_order": _ordered(),
        "unit_event": registered,
        "business_check": checks(registered),
        "tip": tips(rng),
        "list_entry": entries(persons.drop_duplicates("person_id").sort_values("person_id"), rng),
        "disinfection": disinfection(layers["buildings"], layers["venues"], registered, rng),
        "supply_event": supplies(layers["buildings"], layers["buildings"].set_index("id")["households"]),
        "outreach": outreach(layers["areas"]),
        "measure": measures(),
        "inspection": inspections(),
        "void": void,
    }
    tables["alarm_action"] = alarm_actions(tables["reading"])
    return {name: _told(rows, rng) for name, rows in tables.items()}


def ledger_settings() -> dict[str, Any]:
    """Return the settings that the ledgers of the township follow: what has to be screened by when, and who is followed, from when on."""
    names = {
        "returnee": "重点地区返回人员",
        "contact": "密切接触者",
        "fever": "发热人员",
        "confirmed": "确诊患者",
        "suspected": "疑似患者",
    }

    def listed(*codes: str) -> list[dict[str, str]]:
        return [{"code": code, "name": names[code]} for code in codes]

    return {
        "screening_rounds": ROUNDS,
        "person_categories": [
            {
                "from": f"{FIRST_DAY:%Y-%m-%d}",
                "source": "镇指挥部第 2 号通知：三类人员",
                "categories": listed("returnee", "contact", "fever"),
            },
            {
                "from": f"{day(FOUR_FROM):%Y-%m-%d}",
                "source": "镇指挥部第 9 号通知：四类人员",
                "categories": listed("confirmed", "suspected", "fever", "contact"),
            },
        ],
    }


def _others(taken: int, rng: np.random.Generator) -> People:
    """Return people whose telephone numbers no household has."""
    return invent(taken + len(FOLLOWED), rng)[taken:]


def _cases(household: Mapping[str, str], area: Mapping[str, str]) -> pd.DataFrame:
    """Return the two confirmed cases."""
    rows = []
    for n, (row, at, note) in enumerate(
        ((IN_HOSPITAL, "02-04 14:00", "居家隔离期间发病，县人民医院收治"), (DIRECT_CASE, "02-09 19:00", "发热门诊就诊后确诊")), 1
    ):
        home = area[household[FOLLOWED[row].household]]
        case = {"case_id": f"qh-k{n}", "person_id": person_id(row), "area_id": home, "status": "confirmed", "cluster": False, "note": note}
        rows.append({**case, "effective_at": day(at), "recorded_at": day(at) + pd.Timedelta(minutes=25)})
    return pd.DataFrame(rows).assign(recorded_by="防疫隔离组")


def _ordered() -> pd.DataFrame:
    """Return the one level that was ordered by hand: contacts of a case lived there."""
    at = day("02-05 09:00")
    order = {"area_id": VILLAGE_ID["朝阳村"], "level": "medium", "until": day("02-19 00:00"), "ordered_by": ORDERED_BY}
    reason = "两名密切接触者在村内隔离，暂按中风险管理"
    return pd.DataFrame([{**order, "reason": reason, "effective_at": at, "recorded_at": at + timedelta(minutes=10)}])


def _told(rows: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Return events as they are appended: moments in the zone, who wrote them, an id."""
    zone = pd.DatetimeTZDtype("us", ZONE)
    frame = rows.astype({column: zone for column in MOMENTS if column in rows})
    filled = {"recorded_by": COMMUNITY_NAME} if "recorded_by" not in frame else {}
    frame = frame.assign(**filled, source="demo")
    return frame if "event_id" in frame else frame.assign(event_id=event_ids(frame["recorded_at"], rng))
