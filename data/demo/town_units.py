"""The social units 社会单位 of 青禾镇: shops, firms, sites and schools, what inspectors found there, and what people reported."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from data.demo.model import day
from data.demo.people import invent
from data.demo.town import COMMUNITY, TOWN, VILLAGE_ID

# Trade, staff from and to, the date from which it may open again (none: it never had to close), and its units in the community.
TRADES = (
    ("超市", 6, 22, "", ("惠民超市", "家家福超市", "供销社购物中心")),
    ("药店", 3, 7, "", ("同心大药房", "康民药店", "青禾医药连锁一店")),
    ("餐饮", 4, 14, "02-20", ("老街面馆", "清溪鱼庄", "富民酒楼", "阿婆早餐店")),
    ("农贸市场", 30, 46, "", ("青禾农贸市场",)),
    ("理发美容", 2, 5, "02-20", ("靓丝理发店", "新时尚美发")),
    ("宾馆", 5, 12, "02-24", ("青禾宾馆", "车站旅社")),
    ("快递物流", 4, 11, "02-10", ("青禾快递服务点", "云通物流站")),
    ("加油站", 6, 9, "", ("青禾加油站",)),
    ("工业企业", 28, 120, "02-10", ("清溪粮油加工厂", "青禾建材公司", "富民服装厂")),
    ("学校培训", 12, 90, "", ("青禾镇中心小学", "青禾中学", "启航培训中心")),
)
# In the villages: name and trade; one shop of each village besides.
VILLAGE_UNITS = (("石桥村", "石桥砂石厂", "工业企业"), ("茶园村", "茶园茶叶合作社", "农业合作社"))
# Units that nobody has checked yet, by their place in the register.
UNCHECKED = (5, 30, 36)
SHUT_TRADES = ("学校培训", "餐饮", "理发美容", "宾馆")
INSPECTORS = ("市场监管所", "镇安监站", "社区网格员")
# Unit by its place in the register, when, whether it passed, what was found, and the day of the recheck.
CHECKS = (
    (0, "02-04 09:20", True, "", None),
    (1, "02-04 10:10", False, "未设体温检测点，顾客扎堆", "02-06"),
    (1, "02-06 10:00", True, "已设检测点，划一米线", None),
    (3, "02-05 15:00", True, "", None),
    (6, "02-06 11:30", False, "堂食未停，已当场劝离", "02-07"),
    (6, "02-07 11:20", True, "已停堂食，改外卖", None),
    (8, "02-07 12:00", False, "后厨人员未戴口罩", "02-10"),
    (10, "02-08 07:30", False, "摊位间距不足，活禽摊未封", "02-11"),
    (13, "02-08 16:00", True, "", None),
    (16, "02-09 09:30", True, "", None),
    (17, "02-10 10:20", False, "分拣区无消毒记录", "02-13"),
    (19, "02-10 14:30", True, "员工健康台账齐全", None),
    (20, "02-11 09:10", False, "宿舍一间住六人，超过要求", "02-12"),
    (21, "02-11 15:40", False, "返岗人员未全部登记来源地", "02-14"),
    (0, "02-11 17:10", True, "", None),
)


def units(areas: gpd.GeoDataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Return the ``unit_event`` rows: every unit as registered, and again when it resumed."""
    listed = [(name, trade) for trade, *_, names in TRADES for name in names]
    grids = sorted(areas.loc[(areas["parent_id"] == COMMUNITY), "id"])
    places = [(name, trade, grids[n % len(grids)], "青禾社区") for n, (name, trade) in enumerate(listed)]
    places += [(name, trade, f"{VILLAGE_ID[village]}-g1", village) for village, name, trade in VILLAGE_UNITS]
    places += [(f"{village.removesuffix('村')}便民店", "超市", f"{unit}-g1", village) for village, unit in VILLAGE_ID.items()]
    people = invent(len(places), rng)
    size = {trade: (low, high, opens) for trade, low, high, opens, _ in TRADES}
    rows: list[dict[str, Any]] = []
    for n, (name, trade, area, where) in enumerate(places):
        low, high, opens = size.get(trade, (8, 30, "02-10"))
        low, high = (2, 4) if name.endswith("便民店") else (low, high)
        affected = int(rng.integers(1, 4)) if trade == "工业企业" else int(rng.random() < 0.12)
        row: dict[str, Any] = {
            "unit_id": f"qh-u{n + 1:02d}",
            "area_id": area,
            "name": name,
            "trade": trade,
            "address": f"{where}{'街道旁' if where == '青禾社区' else '村部旁'}",
            "responsible": people.name[n],
            "phone": people.phone[n],
            "staff": int(rng.integers(low, high + 1)),
            "staff_affected": affected,
            "clients_affected": int(rng.random() < 0.1),
            "resumed": not opens and trade not in SHUT_TRADES,
            "signed_by": people.name[n] if rng.random() < 0.85 else None,
            "note": None,
        }
        at = day("01-31 09:00") + timedelta(minutes=35 * n)
        signed = at.date() if row["signed_by"] else None
        rows.append({**row, "signed_on": signed, "effective_at": at})
        if opens == "02-10" and n % 3:
            again = day("02-10 08:30") + timedelta(minutes=25 * n)
            resumed = {"resumed": True, "signed_by": people.name[n], "signed_on": again.date(), "note": "复工备案，已签责任书"}
            rows.append({**row, **resumed, "effective_at": again})
    frame = pd.DataFrame(rows).assign(withdrawn=False, recorded_by="社会单位组")
    return frame.assign(recorded_at=frame["effective_at"] + pd.to_timedelta(rng.integers(2, 40, len(frame)), unit="m"))


def checks(registered: pd.DataFrame) -> pd.DataFrame:
    """Return the ``business_check`` rows: the plan's, and a routine round on the last days by which those that were open passed.

    Some rechecks, and the routine check of three, are due or overdue at the clock.
    """
    listed = registered.drop_duplicates("unit_id", keep="last").sort_values("unit_id")
    planned = {n for n, *_ in CHECKS}
    routine = [n for n, works in enumerate(listed["resumed"]) if works and n not in planned and n not in UNCHECKED]
    rounds = [(n, f"02-{10 + k % 3} {9 + k % 7:02d}:{12 * (k % 4):02d}", True, "", None) for k, n in enumerate(routine)]
    rows = [
        {
            "unit_id": listed["unit_id"].iloc[n],
            "area_id": listed["area_id"].iloc[n],
            "passed": passed,
            "finding": finding or None,
            "recheck_on": _date(again) if again else None,
            "inspector": INSPECTORS[k % len(INSPECTORS)],
            "effective_at": day(at),
            "recorded_at": day(at) + timedelta(minutes=15),
        }
        for k, (n, at, passed, finding, again) in enumerate([*CHECKS, *rounds])
    ]
    return pd.DataFrame(rows).assign(recorded_by="社会单位组")


def _date(month_day: str) -> date:
    return day(f"{month_day} 00:00").date()


# Area, kind, what was reported, then what became of it: moment, status, outcome.
TIPS = (
    (
        f"{VILLAGE_ID['新丰村']}-g1",
        "聚餐",
        "有人家准备 2 月 8 日办酒席，约八桌",
        (
            ("02-07 19:10", "received", ""),
            ("02-07 20:40", "verified", "情况属实：已与户主见面，酒席取消，食材由村里帮助处理"),
            ("02-08 12:30", "closed", "当日现场复核，无人聚集"),
        ),
    ),
    (
        f"{COMMUNITY}-g2",
        "隐瞒行程",
        "楼上住户从省城回来没有登记",
        (("02-06 09:30", "received", ""), ("02-06 11:00", "unfounded", "经查该户 1 月 10 日已返回，社区已有登记")),
    ),
    (
        f"{COMMUNITY}-g1",
        "聚集",
        "棋牌室拉着窗帘打牌",
        (("02-09 20:05", "received", ""), ("02-09 21:00", "verified", "情况属实：四人打牌，已劝离，棋牌室关闭并签承诺书")),
    ),
    (TOWN, "哄抬物价", "口罩卖到十五元一只", (("02-12 15:20", "received", ""),)),
    (f"{VILLAGE_ID['红光村']}-g1", "外来车辆", "夜里有外地牌照面包车停在村口", (("02-12 07:40", "received", ""),)),
)


def tips(rng: np.random.Generator) -> pd.DataFrame:
    """Return the ``tip`` rows: each step of each."""
    people = invent(len(TIPS), rng)
    rows: list[Mapping[str, Any]] = []
    for n, (area, kind, content, steps) in enumerate(TIPS):
        tip = {"tip_id": f"qh-t{n + 1}", "area_id": area, "kind": kind, "content": content}
        tip |= {"reporter": people.name[n], "phone": people.phone[n]}
        for at, status, outcome in steps:
            handled = {"outcome": outcome or None, "handled_by": None if status == "received" else "镇综合执法队"}
            rows.append({**tip, "status": status, **handled, "effective_at": day(at), "recorded_at": day(at) + timedelta(minutes=5)})
    return pd.DataFrame(rows).assign(recorded_by="值班室")
