"""Three weeks in 青禾镇: gates are closed one after another, posts set up and staffed, passes given out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from data.demo.model import CLOCK, FIRST_DAY, ZONE, day
from data.demo.people import event_ids, invent
from data.demo.rosters import DAY_SHIFTS, GATE_SHIFTS, Roster, shifts
from data.demo.town import COMMUNITY, COMMUNITY_NAME, VILLAGE_ID
from data.demo.town_gates import HAMLETS
from data.demo.town_seat import COMPOUNDS

COMMAND = "青禾镇疫情防控指挥部"
HOURS = "06:00-22:00"
KEEPER = "qh-p2"
BLOCK = "qh-p4"
# The posts of the border, on main roads and on farm tracks. They draw from a generator of their own: what else is drawn stays as it is.
ON_MAIN_ROAD, ON_TRACK = "qh-b", "qh-m"
OUTLYING = VILLAGE_ID["高岭村"]
# The days on which the community closed gates, by the place of the gate in its plan; the last are those for the big push.
SEALED_ON = ("01-29 20:00", "02-02 12:00", "02-05 18:00")
# The one entrance closed with tape and patrolled: no wall.
TAPED = "石桥桥头湾路口"
# The one whose closure has run out.
EXPIRED = f"{VILLAGE_ID['红光村']}-e2"
# Villages whose open gate nobody stands at by night.
BY_DAY = {f"{VILLAGE_ID[village]}-e1" for village in ("清溪村", "石桥村", "东湖村", "马家湾村")}
# Passes that came back or were called in.
GIVEN_BACK = (17, 58, 96)
EXPOSED = (("朝阳村", "02-04 21:00"), ("东湖村", "02-06 20:00"), ("官塘村", "02-09 19:30"))

Tables = dict[str, pd.DataFrame]
NOTHING = np.array(None, dtype=object)


def town_events(layers: Mapping[str, gpd.GeoDataFrame], rng: np.random.Generator) -> Tables:
    """Return the event tables of three weeks in the township."""
    own, declaring, villages = rng.spawn(3)
    at_border = layers["checkpoints"]["id"].str.startswith((ON_MAIN_ROAD, ON_TRACK))
    posts, border = layers["checkpoints"][~at_border], layers["checkpoints"][at_border]
    gates, mouths = (layers["entrances"][layers["entrances"]["compound_id"].isna() == outside] for outside in (False, True))
    entrance, void = _gate_events(gates, rng)
    closed = _mouth_events(mouths, villages)
    posted = _checkpoint_events(posts, rng)
    shift = _shifts(posts, gates, posted, entrance, rng)
    mouth = _way_out(mouths, posts)
    tables = {
        "entrance_event": pd.concat([entrance, closed, _reopened(mouth, own)], ignore_index=True),
        "checkpoint_event": pd.concat([posted, _border_events(border, own)], ignore_index=True),
        "area_event": _area_events(layers["areas"], rng),
        "duty_shift": pd.concat([shift, _mouth_shifts(mouths, closed, villages), _border_shifts(border, mouth, own)], ignore_index=True),
        "sign_in": _sign_ins(shift, rng),
        "pass_event": _passes(layers["buildings"], rng),
        "gate_log": _gate_log(gates, rng),
        "mark": _marks(layers["junctions"], layers["crossings"]),
        "entrance_declaration": _declarations(layers, declaring),
        "void": void,
    }
    return {name: rows.assign(source="demo") for name, rows in tables.items()}


def recorded(rows: list[dict[str, Any]], rng: np.random.Generator, *, by: str, late: float = 0.03) -> pd.DataFrame:
    """Return rows with the moment they were recorded: minutes to hours after, a few only the next day, none after the clock."""
    frame = pd.DataFrame(rows)
    lag = np.clip(rng.lognormal(3.4, 0.9, len(frame)), 3, 300)
    lag = np.where(rng.random(len(frame)) < late, lag + 20 * 60, lag)
    told = frame["effective_at"] + pd.to_timedelta(np.round(lag), unit="m")
    frame["recorded_at"] = told.where(told <= CLOCK, CLOCK)
    frame["recorded_by"] = by
    return frame.assign(event_id=event_ids(frame["recorded_at"], rng))


def _order(entrance: str, at: datetime, mode: str, reason: str, **more: object) -> dict[str, Any]:
    return {"entrance_id": entrance, "effective_at": at, "mode": mode, "reason": reason, "ordered_by": COMMAND, **more}


def _listed(entrances: gpd.GeoDataFrame) -> list[dict[str, Any]]:
    """Return the first entry of each entrance: it was found, and stood open."""
    return [{**_order(entrance, FIRST_DAY, "open_24h", "摸底登记，正常通行"), "ordered_by": None} for entrance in entrances["id"]]


def _told(rows: list[dict[str, Any]], rng: np.random.Generator) -> pd.DataFrame:
    columns: dict[str, Any] = {"expires_at": pd.DatetimeTZDtype("us", ZONE), "patrol_minutes": "Int64"}
    frame = recorded(rows, rng, by=COMMUNITY_NAME)
    return frame.reindex(columns=[*frame.columns, *(name for name in columns if name not in frame)]).astype(columns)


def _gate_events(gates: gpd.GeoDataFrame, rng: np.random.Generator) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the orders for the gates of the community, and the voids of those given by mistake."""
    keepers = invent(len(gates), rng).name
    rows = _listed(gates)
    specs = [gate for compound in COMPOUNDS for gate in compound.gates]
    sealed = 0
    for k, (entrance, gate) in enumerate(zip(gates["id"], specs, strict=True)):
        if gate.mode == "open_hours":
            rows.append(_order(entrance, day("02-02 06:00"), "open_hours", "夜间关闭，白天凭证通行", timetable=HOURS))
        if gate.mode == "sealed":
            at = day(SEALED_ON[sealed * len(SEALED_ON) // 13]) + timedelta(minutes=int(rng.integers(0, 150)))
            egress = "none" if gate.kind == "wicket_gate" else ("guarded" if sealed % 3 else "releasable")
            expires = day("02-11 18:00") if sealed == 6 else (day("02-20 23:00") if sealed % 2 else None)
            rows.append(_order(entrance, at, "sealed", _why(gate.kind), egress=egress, key_holder=keepers[k], expires_at=expires))
            sealed += 1

    ids = dict(zip(gates["name"], gates["id"], strict=True))
    by_plan = {"egress": "guarded", "key_holder": "待定"}
    rows += [
        _order(ids["民主小区南门"], day("02-03 10:20"), "sealed", "按封闭方案关闭", **by_plan),
        _order(ids["文化新村西门"], day("02-06 19:00"), "sealed", "按封闭方案关闭", **by_plan),
        _order(ids["文化新村西门"], day("02-06 21:30"), "open_24h", "居民就医需走此门，恢复通行"),
        _order(ids["粮站家属院东门"], day("02-08 09:00"), "open_24h", "生活物资集中配送，临时开启"),
        _order(ids["粮站家属院东门"], day("02-08 17:00"), "sealed", "配送结束，恢复封闭", egress="guarded", key_holder=keepers[18]),
    ]
    frame = _told(rows, rng)
    wrong = frame[(frame["entrance_id"] == ids["民主小区南门"]) & (frame["mode"] == "sealed")]
    void = recorded(
        [{"target_id": i, "reason": "登记错门", "effective_at": day("02-03 11:40")} for i in wrong["event_id"]], rng, by=COMMUNITY_NAME
    )
    # What is undone has been recorded.
    frame.loc[wrong.index, "recorded_at"] = day("02-03 10:30")
    return frame.sort_values("recorded_at", kind="stable", ignore_index=True), void


def _mouth_events(mouths: gpd.GeoDataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Return the orders for the gates of the villages: each keeps one open, and those towards its hamlets; all other roads, lanes,
    tracks and paths are closed.
    """
    keepers = invent(len(mouths), rng).name
    rows = _listed(mouths)
    for k, (entrance, name) in enumerate(zip(mouths["id"], mouths["name"], strict=True)):
        if _kept_open(entrance, name):
            continue
        at = day("01-26 09:00") + timedelta(hours=float(rng.uniform(0, 120)))
        at = at.replace(hour=8 + at.hour % 12, minute=at.minute // 5 * 5, second=0, microsecond=0)
        expires = day("02-12 12:00") if entrance == EXPIRED else None
        egress = "none" if k % 3 == 0 else "releasable"
        taped = name == TAPED
        reason = "桥头湾村民出入，不便堆土，拉警戒线封闭，每小时巡查一次" if taped else _how(name)
        bars = {"barrier": "soft", "patrol_minutes": 60} if taped else {"barrier": "hard"}
        rows.append(_order(entrance, at, "sealed", reason, egress=egress, key_holder=keepers[k], expires_at=expires, **bars))
    return _told(rows, rng)


def _kept_open(mouth: str, name: str) -> bool:
    return mouth.endswith("-e1") or (name != TAPED and any(f"{hamlet}路" in name for hamlet in HAMLETS))


def _how(name: str) -> str:
    hows = {"机耕路": "机耕路堆土封闭", "小路": "小路围挡封闭", "巷": "巷口围挡封闭"}
    return next((how for road, how in hows.items() if road in name), "村口土堆、横杆封闭，留一个出入口")


def _declarations(layers: Mapping[str, gpd.GeoDataFrame], rng: np.random.Generator) -> pd.DataFrame:
    """Return the declarations that the listed entrances of each compound and village are all there are, made when they were listed."""
    entrances, settlements = layers["entrances"], layers["settlements"]
    listed = settlements[settlements["place"] == "village"]
    compounds = layers["compounds"][layers["compounds"]["id"].isin(entrances["compound_id"])]
    made = {"complete": True, "effective_at": FIRST_DAY, "note": "摸底登记，出入口已全部列出"}
    rows = [
        {"subject_layer": layer, "subject_id": place, "area_id": area, **made}
        for layer, frame in (("compounds", compounds), ("settlements", listed))
        for place, area in zip(frame["id"], frame["area_id"], strict=True)
    ]
    return recorded(rows, rng, by=COMMAND)


def _way_out(mouths: gpd.GeoDataFrame, posts: gpd.GeoDataFrame) -> str:
    """Return the mouth of 高岭村 on the side of its post at the border."""
    mouths = mouths[mouths["id"].str.startswith(f"{OUTLYING}-e")]
    post = posts.set_index("id").geometry[f"{OUTLYING}-p1"]
    return str(mouths["id"].iloc[int(np.argmin(shapely.distance(mouths.geometry.to_numpy(), post)))])


def _reopened(mouth: str, rng: np.random.Generator) -> pd.DataFrame:
    """Return the order that opens the mouth towards the border again: from then on all rests on the post there."""
    order = {"entrance_id": mouth, "effective_at": day("02-08 09:00"), "mode": "open_24h", "ordered_by": COMMAND}
    return recorded([{**order, "reason": "运送农资需走此口，恢复通行，由镇界卡口查验"}], rng, by=COMMUNITY_NAME)


def _why(kind: str) -> str:
    return {
        "wicket_gate": "小门无人值守，封闭管理",
        "entrance": "院墙缺口，围挡封闭",
    }.get(kind, "一区一口，减少出入口")


def _checkpoint_events(checkpoints: gpd.GeoDataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Return the orders for the posts: those of the villages within three days, those on the main roads first."""
    special = {
        "qh-p1": ("inspect", "01-24 20:00", "高速出口查验登记"),
        KEEPER: ("inspect", "01-25 12:00", "县道路口监测登记"),
        "qh-p3": ("inspect", "01-26 06:00", "市场入口登记测温"),
        BLOCK: ("block", "01-28 16:00", "边界村道硬隔离"),
    }
    orders = [(post, *order, False) for post, order in special.items()]
    for n, post in enumerate(checkpoints.loc[~checkpoints["id"].isin(special), "id"]):
        orders.append((post, "dissuade", f"01-{25 + n * 5 % 14 // 5} {8 + n % 5 * 2:02d}:00", "劝离外来人员和车辆", False))
    orders.append(("qh-p1", "screen", "01-27 08:00", "增设测温筛查", False))
    orders.append((KEEPER, "inspect", "02-01 08:00", "实行到岗签到", True))
    return _posted(orders, rng)


def _posted(orders: Sequence[tuple[str, str, str, str, bool]], rng: np.random.Generator) -> pd.DataFrame:
    """Return the orders for posts: post, kind, moment (``MM-DD HH:MM``), reason, and whether those who come on duty sign in."""
    rows = [
        {
            "checkpoint_id": post,
            "effective_at": day(at),
            "kind": kind,
            "active": True,
            "sign_in_kept": signs,
            "ordered_by": COMMAND,
            "reason": reason,
        }
        for post, kind, at, reason, signs in orders
    ]
    return recorded(rows, rng, by=COMMAND)


def _border_events(border: gpd.GeoDataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Return the orders for the posts of the border: those on the national road in the first night, the mounds last."""
    orders = []
    for post, post_class in zip(border["id"], border["post_class"], strict=True):
        if post.startswith(ON_TRACK):
            orders.append((post, "block", "01-29 15:00", "堆土封闭机耕路", False))
        else:
            orders.append((post, "inspect", "01-24 22:00" if post_class == "national_road" else "01-25 18:00", "镇界查验登记", False))
    return _posted(orders, rng)


def _area_events(areas: gpd.GeoDataFrame, rng: np.random.Generator) -> pd.DataFrame:
    people = invent(len(areas), rng)
    heads = dict(zip(areas["id"], zip(people.name, people.phone, strict=True), strict=True))
    rows: list[dict[str, Any]] = []

    def order(area: str, at: datetime, status: str, reason: str) -> None:
        responsible, phone = heads[area]
        rows.append(
            {
                "area_id": area,
                "effective_at": at,
                "status": status,
                "responsible": responsible,
                "phone": phone,
                "ordered_by": COMMAND,
                "reason": reason,
            }
        )

    for area in areas["id"]:
        order(area, FIRST_DAY, "normal", "落实责任人")
    for area in areas.loc[areas["level"] != "grid", "id"]:
        order(area, day("01-26 08:00"), "controlled", "重大突发公共卫生事件一级响应")
    for village, at in EXPOSED:
        order(VILLAGE_ID[village], day(at), "sealed", "发现密切接触者，全村封闭管理")
    return recorded(rows, rng, by=COMMAND, late=0.0)


# Shifts nobody was found for: date and hour at which they begin.
POST_GAPS = {"qh-v02-p1": {("02-12", 16)}, "qh-v03-p1": {("02-11", 0), ("02-13", 0)}, "qh-v08-p1": {("02-13", 0)}}
GATE_GAPS = {"青禾花园东门": {("02-12", 22), ("02-13", 22)}, "滨塘雅苑北门": {("02-11", 14)}}


def _shifts(
    posts: gpd.GeoDataFrame, gates: gpd.GeoDataFrame, posted: pd.DataFrame, orders: pd.DataFrame, rng: np.random.Generator
) -> pd.DataFrame:
    """Return the rosters of the posts from their first day on, and of the community's gates that stay open for as long as they are open."""
    rosters = []
    since = posted.groupby("checkpoint_id")["effective_at"].min()
    for post, staff in zip(posts["id"], posts["staff_required"], strict=True):
        start = since[post].to_pydatetime()
        people = invent(max(8, 4 * staff), rng)
        if post == BLOCK:
            rosters.append(Roster("checkpoints", post, people, ("volunteer",), start, ((8, 18),), 1))
            continue
        forces = ("police", "medical", "cadre") if post in ("qh-p1", KEEPER) else ("cadre", "party_member", "party_member", "volunteer")
        rosters.append(Roster("checkpoints", post, people, forces, start, together=staff, gaps=frozenset(POST_GAPS.get(post, ()))))
    last = orders.sort_values("effective_at", kind="stable").drop_duplicates("entrance_id", keep="last").set_index("entrance_id")["mode"]
    for gate, name in zip(gates["id"], gates["name"], strict=True):
        # The order given by mistake is the last of its gate.
        mode = "open_24h" if name == "民主小区南门" else last[gate]
        if mode == "sealed":
            continue
        hours, gaps = DAY_SHIFTS if mode == "open_hours" else GATE_SHIFTS, frozenset(GATE_GAPS.get(name, ()))
        people, forces = invent(8, rng), ("guard", "volunteer", "party_member")
        rosters.append(Roster("entrances", gate, people, forces, day("02-02 06:00"), hours, 1, gaps))
    return shifts(rosters, rng, recorded_by=COMMAND)


def _mouth_shifts(mouths: gpd.GeoDataFrame, orders: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Return the rosters of the gates that villages keep open; some find nobody for the night."""
    sealed = set(orders.loc[orders["mode"] == "sealed", "entrance_id"])
    rosters = []
    for mouth in mouths.loc[~mouths["id"].isin(sealed), "id"]:
        hours = DAY_SHIFTS if mouth in BY_DAY else GATE_SHIFTS
        rosters.append(Roster("entrances", mouth, invent(8, rng), ("volunteer", "party_member"), day("02-02 06:00"), hours, 1))
    return shifts(rosters, rng, recorded_by=COMMAND)


def _border_shifts(border: gpd.GeoDataFrame, mouth: str, rng: np.random.Generator) -> pd.DataFrame:
    """Return the rosters of the posts of the border, round the clock on main roads, and of the mouth that was opened again.

    A volunteer looks after a mound by day.
    """
    rosters = [Roster("entrances", mouth, invent(8, rng), ("volunteer", "party_member"), day("02-08 09:00"), GATE_SHIFTS, 1)]
    for post, staff in zip(border["id"], border["staff_required"], strict=True):
        people = invent(max(8, 4 * staff), rng)
        if post.startswith(ON_TRACK):
            rosters.append(Roster("checkpoints", post, people, ("volunteer",), day("01-29 15:00"), DAY_SHIFTS, staff))
        else:
            rosters.append(Roster("checkpoints", post, people, ("police", "medical", "cadre"), day("01-26 00:00"), together=staff))
    return shifts(rosters, rng, recorded_by=COMMAND)


def _sign_ins(shift: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Return the sign-ins at the post that keeps them: everyone for every shift that has begun, but for last night's."""
    mine = shift[(shift["subject_id"] == KEEPER) & (shift["starts_at"] >= day("02-01 08:00")) & (shift["starts_at"] <= CLOCK)]
    mine = mine[mine["starts_at"] != day("02-12 00:00")]
    arrived = mine["starts_at"] + pd.to_timedelta(rng.integers(-12, 9, len(mine)), unit="m")
    rows = pd.DataFrame({"shift_id": mine["event_id"], "person": mine["person"], "note": None, "effective_at": arrived})
    return rows.assign(recorded_at=arrived, recorded_by=KEEPER).reset_index(drop=True)


def _passes(buildings: gpd.GeoDataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Return the community's passes: a stock of 1,000, given out building by building and one by one."""
    rows: list[dict[str, Any]] = [{"area_id": COMMUNITY, "effective_at": day("02-03 09:00"), "action": "stock", "quantity": 1000}]
    for n, name in enumerate(buildings["name"]):
        at = day("02-03 10:00") + timedelta(days=n // 14, minutes=34 * (n % 14) + int(rng.integers(0, 25)))
        quantity = 12 + n % 7
        rows.append({"area_id": COMMUNITY, "effective_at": at, "action": "issue", "holder": name, "quantity": quantity})
    holders = invent(180, rng).name
    for n, holder in enumerate(holders, 1):
        at = day("02-05 08:30") + timedelta(days=n // 26, minutes=20 * (n % 26))
        rows.append({"area_id": COMMUNITY, "effective_at": at, "action": "issue", "pass_no": f"QH{n:04d}", "holder": holder, "quantity": 1})
    for n in GIVEN_BACK:
        at = day("02-11 10:00") + timedelta(minutes=n)
        action = "revoke" if n == 58 else "return"
        rows.append(
            {"area_id": COMMUNITY, "effective_at": at, "action": action, "pass_no": f"QH{n:04d}", "holder": holders[n - 1], "quantity": 1}
        )
    frame = recorded([row for row in rows if row["effective_at"] <= CLOCK], rng, by=COMMUNITY_NAME)
    return frame.assign(quantity=frame["quantity"].astype("Int64"))


def _gate_log(gates: gpd.GeoDataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Return four days at the community's open gates: show the pass, take the temperature, register, admit."""
    specs = [gate for compound in COMPOUNDS for gate in compound.gates]
    attended = [i for i, gate in zip(gates["id"], specs, strict=True) if gate.mode != "sealed"]
    count = 1400
    minutes = np.clip(rng.normal(9.5, 1.8, count) * 60, 361, 1319)
    evening = rng.random(count) < 0.45
    minutes = np.where(evening, np.clip(rng.normal(16.8, 1.7, count) * 60, 361, 1319), minutes)
    at = pd.Timestamp(day("02-09 00:00")) + pd.to_timedelta(rng.integers(0, 4, count) * 1440 + np.round(minutes), unit="m")
    temperature = np.round(rng.normal(36.45, 0.22, count), 1)
    feverish = rng.random(count) < 0.006
    temperature = np.where(feverish, np.round(rng.uniform(37.4, 38.3, count), 1), np.minimum(temperature, 37.1))
    number = rng.choice(np.setdiff1d(np.arange(1, 97), GIVEN_BACK), count)
    lacking = ~feverish & (rng.random(count) < 0.02)
    plate = np.where(rng.random(count) < 0.08, np.array([f"鄂Z{n:05d}" for n in rng.integers(0, 99999, count)], dtype=object), NOTHING)
    frame = pd.DataFrame(
        {
            "entrance_id": rng.choice(attended, count),
            "person": invent(count, rng).name,
            "pass_no": np.where(lacking, NOTHING, np.array([f"QH{n:04d}" for n in number], dtype=object)),
            "temperature": temperature,
            "direction": np.where(evening, "in", rng.choice(["in", "out"], count, p=[0.35, 0.65])),
            "decision": np.select([feverish, lacking], ["refer", "refuse"], "admit"),
            "plate": plate,
            "note": np.select([feverish, lacking], ["体温异常，转卫生院发热门诊", "无出入证，劝离"], ""),
            "effective_at": at,
        }
    )
    frame = frame[frame["effective_at"] <= CLOCK].sort_values("effective_at", kind="stable", ignore_index=True)
    return frame.assign(recorded_at=frame["effective_at"], recorded_by=COMMUNITY_NAME, event_id=event_ids(frame["effective_at"], rng))


def _marks(junctions: gpd.GeoDataFrame, crossings: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return the one junction for which a post has been asked: the first on 官柳线 behind the border."""
    on_road = junctions[junctions["name"].str.contains("官柳线")]
    border = crossings.loc[crossings["name"] == "官柳线", "geometry"].iloc[0]
    chosen = on_road.iloc[int(np.argmin(shapely.distance(on_road.geometry.to_numpy(), border)))]
    return pd.DataFrame(
        [
            {
                "layer": "junctions",
                "feature_id": chosen["id"],
                "lon": chosen.geometry.x,
                "lat": chosen.geometry.y,
                "area_id": chosen["area_id"],
                "status": "requested",
                "note": "官柳线路口无监测点，已请县指挥部增设",
                "effective_at": day("02-11 17:20"),
                "recorded_at": day("02-11 17:26"),
                "recorded_by": COMMAND,
            }
        ]
    )
