"""Disinfection, supplies, leaflets and banners, measures and inspections in 青禾镇."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from data.demo.model import CLOCK, FIRST_DAY, day
from data.demo.town import COMMUNITY, TOWN, VILLAGE_ID

UNITS = (COMMUNITY, *VILLAGE_ID.values())
# Houses of seven floors have lifts.
LIFT_FLOORS = 7
# Places in the order of their register at which the last rounds were not done.
LEFT_OUT = {"02-12": (17, 29, 41), "02-11": (29,)}
CROWDED = ("market", "supermarket", "park", "hospital", "clinic", "bus_station")


def disinfection(buildings: gpd.GeoDataFrame, venues: gpd.GeoDataFrame, units: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Return a round a day from 5 February on, part by part: at every house of the community, crowded place, and unit that is open."""
    crowded = venues[venues["kind"].isin(CROWDED)]
    places: list[tuple[str, str, str, tuple[str, ...]]] = [
        ("buildings", i, a, ("单元门", "电梯", "垃圾桶") if f >= LIFT_FLOORS else ("单元门", "垃圾桶")) for i, a, f in _rows(buildings)
    ]
    places += [("venues", i, a, ("出入口", "公共座椅")) for i, a in zip(crowded["id"], crowded["area_id"], strict=True)]
    working = units.drop_duplicates("unit_id", keep="last").query("resumed")
    places += [("units", i, a, ("经营场所",)) for i, a in zip(working["unit_id"], working["area_id"], strict=True)]
    rows: list[dict[str, Any]] = []
    for n, (layer, place, area, parts) in enumerate(places):
        for d in range(8):
            at = day("02-05 08:30") + timedelta(days=d, minutes=6 * n + int(rng.integers(0, 6)))
            if n in LEFT_OUT.get(f"{at:%m-%d}", ()):
                continue
            for k, part in enumerate(parts):
                row = {"place_layer": layer, "place_id": place, "area_id": area, "part": part, "agent": "含氯消毒液 500 mg/L"}
                moment = at + timedelta(minutes=2 * k)
                rows.append(
                    {
                        **row,
                        "done_by": "本单位" if layer == "units" else f"保洁{'一二三'[n % 3]}班",
                        "effective_at": moment,
                        "recorded_at": _soon(moment, 30),
                    }
                )
    return pd.DataFrame(rows).assign(note=None, recorded_by="环境消杀组")


def _rows(buildings: gpd.GeoDataFrame) -> Sequence[tuple[str, str, int]]:
    return list(zip(buildings["id"], buildings["area_id"], buildings["floors"], strict=True))


def _soon(at: datetime, minutes: int) -> datetime:
    return min(at + timedelta(minutes=minutes), CLOCK)


# Supplies

MASKS, A_DAY, LEFT = "口罩", 1_200, 2_400


def supplies(buildings: gpd.GeoDataFrame, households: pd.Series) -> pd.DataFrame:
    """Return what came in, went out and was counted.

    At the clock the township has masks for two days; the community handed one to each household, house by house.
    ``households`` gives the households of each house.
    """
    rows: list[dict[str, Any]] = []

    def move(area: str, item: str, unit: str, action: str, quantity: float, at: datetime, note: str | None = None) -> None:
        row = {"area_id": area, "item": item, "action": action, "quantity": float(quantity), "measure_unit": unit, "note": note}
        rows.append({**row, "effective_at": at, "recorded_at": _soon(at, 12)})

    given = int(households.sum())
    for when, quantity in (("02-01 08:00", 6_000), ("02-05 10:00", 6_000), ("02-09 15:30", 12 * A_DAY + given + LEFT - 12_000)):
        move(TOWN, MASKS, "只", "receive", quantity, day(when), "县物资保障组调拨")
    move(TOWN, MASKS, "只", "use", given, day("02-03 07:30"), "拨付青禾社区")
    move(COMMUNITY, MASKS, "只", "receive", given, day("02-03 07:40"), "镇里拨付")
    for n, (building, name) in enumerate(zip(buildings["id"], buildings["name"], strict=True)):
        at = day("02-03 10:00") + timedelta(days=n // 22, minutes=25 * (n % 22))
        move(COMMUNITY, MASKS, "只", "use", households[building], at, f"{name}，每户一只")
    for d in range(12):
        end = day("02-01 17:30") + timedelta(days=d)
        move(TOWN, MASKS, "只", "use", A_DAY, end, "各卡口、各组当日领用")
        move(TOWN, "消毒液", "升", "use", 40, end)
        move(TOWN, "防护服", "套", "use", 20, end)
        for n, unit in enumerate(UNITS):
            move(unit, "消毒液", "升", "use", 8 + n % 3, end)
    move(TOWN, "消毒液", "升", "receive", 800, day("02-01 08:20"))
    move(TOWN, "防护服", "套", "receive", 330, day("02-01 08:20"))
    move(TOWN, "额温枪", "支", "receive", 60, day("02-01 08:30"))
    move(TOWN, "额温枪", "支", "count", 57, day("02-10 18:10"), "盘点：三支送修")
    move(TOWN, MASKS, "只", "count", 2 * A_DAY + LEFT, day("02-10 18:10"), "盘点相符")
    for n, unit in enumerate(UNITS):
        # In one village there is little left.
        more = 15 if unit == VILLAGE_ID["朝阳村"] else 60 + 5 * n
        move(unit, "消毒液", "升", "receive", 12 * (8 + n % 3) + more, day("02-01 09:00"))
        move(unit, "额温枪", "支", "receive", 2 + n % 3, day("02-01 09:00"))
    return pd.DataFrame(rows).assign(recorded_by="物资保障组")


# Outreach

LEAFLETS, BANNERS = 12_000, 312


def outreach(areas: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return the leaflets and banners of each unit, by its people, and the broadcasts of the villages."""
    people = areas.set_index("id")["population"].reindex(UNITS)
    rows: list[dict[str, Any]] = []
    for kind, total, days in (("leaflet", LEAFLETS, ("01-26 10:00", "02-03 09:00")), ("banner", BANNERS, ("01-28 15:00",))):
        shares = np.diff(np.round(np.cumsum(people) / people.sum() * total), prepend=0).astype(int)
        for unit, share in zip(UNITS, shares.tolist(), strict=True):
            for k, at in enumerate(days):
                part = share // len(days) + (share % len(days) if k == 0 else 0)
                rows.append({"area_id": unit, "kind": kind, "quantity": part, "effective_at": day(at)})
    rows += [{"area_id": unit, "kind": "broadcast", "quantity": 17, "effective_at": day("02-11 18:30")} for unit in VILLAGE_ID.values()]
    frame = pd.DataFrame(rows)
    return frame.assign(note=None, recorded_at=frame["effective_at"] + pd.Timedelta(minutes=40), recorded_by="宣传组")


# Measures: when, title, what it says, when it ended.
MEASURES = (
    ("01-20 15:00", "开展返乡人员登记", "各村、社区登记重点地区返乡人员，每日报数", ""),
    ("01-22 09:00", "停办集会和庙会", "春节期间庙会、灯会、文艺演出一律停办", ""),
    ("01-23 10:00", "成立镇指挥部", "设摸排、出入口、重点人员、数据统计四个组，早晚各会商一次", ""),
    ("01-24 18:00", "高速出口查验", "高速出口和国道两端设点查验登记", ""),
    ("01-26 08:00", "一级响应", "各村、社区实行封控管理，人员车辆进出登记", ""),
    ("01-27 09:00", "关闭棋牌室、网吧、浴室", "非生活必需的公共场所停业", ""),
    ("01-29 15:00", "封堵机耕路", "镇界机耕路堆土封闭，留消防、救护通道", ""),
    ("01-31 08:00", "农贸市场限流", "市场单进单出，入口测温，活禽摊停业", ""),
    ("02-01 08:00", "入户排查", "十一个摸排组逐户排查，不漏一户、不漏一人", "02-12 12:00"),
    ("02-03 08:00", "四十三栋楼两日摸排", "青禾社区逐楼逐户摸排，未遇住户张贴告知书", "02-05 08:00"),
    ("02-05 18:00", "一区一口", "各小区减少出入口，凭证出入，夜间关闭部分出入口", ""),
    ("02-07 09:00", "酒席一律停办", "红事停办、白事简办，举报线索当日核实", ""),
    ("02-10 08:00", "企业复工备案", "复工企业签责任书，员工来源逐人登记", ""),
    ("02-12 09:00", "居家隔离联合入户", "民警、医生、网格员同时入户，一次办完，少打扰", ""),
)


def measures() -> pd.DataFrame:
    """Return the measures of the township; those before the first day were entered on it."""
    rows: list[dict[str, Any]] = []
    for n, (at, title, content, ended) in enumerate(MEASURES):
        row = {"measure_id": f"qh-s{n + 1:02d}", "area_id": TOWN, "title": title, "content": content, "ordered_by": "青禾镇疫情防控指挥部"}
        for status, moment in (("active", at), *((("ended", ended),) if ended else ())):
            told = max(_soon(day(moment), 20), FIRST_DAY + timedelta(hours=11))
            rows.append({**row, "status": status, "effective_at": day(moment), "recorded_at": told})
    return pd.DataFrame(rows).assign(recorded_by="综合协调组")


# Unit, what was inspected, what was found, when, when it was put right.
FINDINGS = (
    ("清溪村", "卡口值守", "夜间卡口无人值守约一小时", "02-08 23:20", "02-09 09:00"),
    ("石桥村", "村口封闭", "警戒线松脱，可以绕行", "02-09 16:10", "02-09 18:30"),
    ("青禾社区", "出入证", "北门保安未逐人查验出入证", "02-10 08:40", "02-10 12:00"),
    ("官塘村", "隔离管理", "隔离户门口未张贴提示", "02-10 15:20", "02-11 10:00"),
    ("青禾社区", "消毒记录", "两栋楼消毒记录补写，无现场签字", "02-11 09:50", ""),
    ("东湖村", "隔离台账", "体温登记早晚时间填写雷同", "02-11 16:30", ""),
    ("朝阳村", "日报告", "连续两日临近截止才上报", "02-11 18:40", ""),
    ("马家湾村", "卡口值守", "换班空档无人，口头交接", "02-12 15:30", ""),
)


def inspections() -> pd.DataFrame:
    """Return what inspectors found in the units, and what has been put right."""
    rows: list[dict[str, Any]] = []
    for n, (unit, subject, finding, at, mended) in enumerate(FINDINGS):
        area = COMMUNITY if unit == "青禾社区" else VILLAGE_ID[unit]
        row = {"finding_id": f"qh-f{n + 1}", "area_id": area, "subject": subject, "finding": finding, "inspector": "镇督查组"}
        for status, moment in (("open", at), *((("resolved", mended),) if mended else ())):
            rows.append({**row, "status": status, "effective_at": day(moment), "recorded_at": _soon(day(moment), 25)})
    return pd.DataFrame(rows).assign(recorded_by="督查组")
