"""Ten workbooks as villages send them: titles, headings in two rows, dates and numbers in every form, sums and signatures at the end.

Each knows the truth about itself: which rows are sound, which repeat another, and which cell of a row is wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import openpyxl

from ledgers.people.id_numbers import check_character

VILLAGES = ("朝阳村", "柳林村")
HOSTILE = ('=HYPERLINK("http://x","y")', "${jndi:ldap://x}", "<img src=x onerror=alert(1)>", "+cmd|' /C calc'!A0", "'; drop table x")
EPOCH = datetime(1899, 12, 30)


@dataclass
class Messy:
    """A workbook: its rows as written, and what of them is right."""

    layer: str
    headings: list[str]
    added: int = 0
    duplicate: int = 0
    wrong: set[tuple[int, str]] = field(default_factory=set)
    rows: list[list[Any]] = field(default_factory=list)
    heads: list[list[Any]] = field(default_factory=list)
    merged: list[str] = field(default_factory=list)

    @property
    def first(self) -> int:
        return len(self.heads) + 1

    @property
    def read(self) -> int:
        return len(self.rows)

    def sound(self, row: list[Any]) -> None:
        self.rows.append(row)
        self.added += 1

    def again(self, row: list[Any]) -> None:
        self.rows.append(list(row))
        self.duplicate += 1

    def bad(self, row: list[Any], heading: str, value: Any) -> None:
        changed = list(row)
        changed[self.headings.index(heading)] = value
        self.wrong.add((self.first + len(self.rows), heading))
        self.rows.append(changed)

    def write(self, path: Path, random: Random) -> Path:
        book = openpyxl.Workbook()
        sheet = book.active
        for row in (*self.heads, *self.rows, *self._closing(random)):
            sheet.append(row)
        for span in self.merged:
            sheet.merge_cells(span)
        for cell in (cell for row in sheet.iter_rows() for cell in row if cell.value in HOSTILE):
            cell.data_type = "s"  # text, whatever it begins with
        book.save(path)
        return path

    def _closing(self, random: Random) -> list[list[Any]]:
        closing = [["合计", *[None] * (len(self.headings) - 2), f"=SUM(C3:C{3 + len(self.rows)})"], ["填表人：王某", None, "审核人："]]
        return [[], *closing, ["注：以上数据由各网格上报，当日18:00前报送。"]][: random.randint(2, 4)]


@dataclass
class World:
    """What earlier workbooks have brought in and later ones refer to."""

    random: Random
    doors: list[tuple[str, str]] = field(default_factory=list)
    people: list[tuple[str, str]] = field(default_factory=list)
    isolated: list[tuple[str, datetime]] = field(default_factory=list)

    def day(self, moment: datetime) -> Any:
        """Return a day in one of the forms in which villages write it."""
        serial = (moment - EPOCH).days
        forms = (f"{moment.month}月{moment.day}日", f"{moment:%Y.%m.%d}", f"2020/{moment.month}/{moment.day}", moment, serial)
        return self.random.choice((*forms, f"{moment:%Y%m%d}", f"２０２０年{moment.month}月{moment.day}日", f"{moment:%Y-%m-%d}"))

    def phone(self, number: int) -> Any:
        digits = f"1990000{number:04d}"
        forms = (digits, f"{digits[:3]}-{digits[3:7]}-{digits[7:]}", f"+86 {digits[:3]} {digits[3:7]} {digits[7:]}", float(digits))
        return self.random.choice((*forms, int(digits), f"{float(digits):.10e}", _wide(digits)))


def _wide(text: str) -> str:
    return "".join(chr(ord(c) + 0xFEE0) if c.isdigit() else c for c in text)


def id_number(n: int, *, born: str = "19800101") -> str:
    digits = f"999999{born}{n:03d}"
    return digits + check_character(digits)


def _titled(layer: str, title: str, headings: list[str]) -> Messy:
    found = Messy(layer, headings)
    found.heads = [[title], [*headings]]
    found.merged = [f"A1:{openpyxl.utils.get_column_letter(len(headings))}1"]
    return found


def _mix(found: Messy, world: World, make: Callable[[int], list[Any]], faults: list[tuple[str, Any]], *, rows: int) -> list[list[Any]]:
    """Write sound rows with faulty ones and repetitions in between; return the sound ones."""
    sound: list[list[Any]] = []
    pending = list(faults)
    world.random.shuffle(pending)
    for n in range(rows):
        row = make(n)
        found.sound(row)
        sound.append(row)
        if (pending and world.random.random() < 0.5) or n >= rows - len(pending):
            heading, value = pending.pop()
            found.bad(make(rows + len(pending)), heading, value)
        elif world.random.random() < 0.2:
            found.again(world.random.choice(sound))
    assert not pending
    return sound


def _households(world: World) -> Messy:
    found = _titled(
        "households", "住户登记表（一村一台账）", ["序号", "所属村", "门牌号", "户主", "联系电话", "家庭人口", "居住状态", "备注"]
    )

    def make(n: int) -> list[Any]:
        heads = world.random.choice((n % 5 + 1, _wide(str(n % 5 + 1)), f"{n % 5 + 1}人"))
        vacant = n % 6 == 5
        lived_in = [None, "空置"] if vacant else [heads, ("在住", None)[n % 2]]
        return [n + 1, VILLAGES[n % 2], f"{n + 1}号" if n % 2 else n + 1, f"户主{n}", world.phone(n), *lived_in, "每日消毒"]

    wrong = [("联系电话", "199"), ("家庭人口", "三四个"), ("所属村", "无名村"), ("门牌号", datetime(2020, 3, 2)), ("家庭人口", "=1+2")]
    lived_in = make(41)
    assert lived_in[6] == "空置"
    found.bad(lived_in, "家庭人口", 4)
    for row in _mix(found, world, make, wrong, rows=24):
        world.doors.append((row[1], str(row[2]).removesuffix("号")))
    return found


def _persons(world: World) -> Messy:
    found = _titled(
        "persons", "重点人员登记表", ["姓名", "性别", "身份证号码", "手机号", "所属村", "门牌号", "来源地", "返回日期", "出生日期"]
    )

    def make(n: int) -> list[Any]:
        village, door = world.doors[n % len(world.doors)]
        number = id_number(n)
        sex = ("男" if int(number[16]) % 2 else "女") if n % 3 else None
        came = world.day(datetime(2020, 1, 20) + timedelta(days=n % 10))
        shown = number.lower() if n % 2 else f" {number[:6]} {number[6:14]} {number[14:]}"
        return [
            f"人员{n}",
            sex,
            shown,
            world.phone(1000 + n),
            village,
            door,
            HOSTILE[n % len(HOSTILE)],
            came,
            "1980.1.1" if n % 4 == 0 else None,
        ]

    wrong: list[tuple[str, Any]] = [
        ("身份证号码", 4.20999198001011e17),
        ("身份证号码", "4.20999E+17"),
        ("身份证号码", "99999919800101000"),
        ("身份证号码", id_number(77)[:17] + ("0" if id_number(77)[17] != "0" else "1")),
        ("出生日期", "2031-05-01"),
        ("身份证号码", id_number(78, born="20300101")),
        ("出生日期", "1979-12-31"),
        ("返回日期", "2020-02-30"),
        ("门牌号", "9999"),
    ]
    for row in _mix(found, world, make, wrong, rows=20):
        world.people.append((row[0], row[4]))
    return found


def _more_persons(world: World) -> Messy:
    found = _titled("persons", "返乡人员", ["姓名", "性别", "电话", "村", "户号", "出生年月日"])

    def make(n: int) -> list[Any]:
        village, door = world.doors[n % len(world.doors)]
        return [
            f"返乡{n}",
            ("男", "女")[n % 2],
            world.phone(2000 + n),
            village,
            door,
            world.day(datetime(2000, 2, 3)) if n % 2 else "1999-02-03",
        ]

    wrong = [("性别", "不详"), ("电话", "12345"), ("出生年月日", "2020年13月1日"), ("姓名", None), ("户号", "=1+8")]
    world.people += [(row[0], row[3]) for row in _mix(found, world, make, wrong, rows=12)]
    return found


def _units(world: World) -> Messy:
    found = _titled("units", "企业复工登记", ["单位名称", "所属村", "行业", "负责人", "联系电话", "员工数", "疫区员工数", "是否复工"])

    def make(n: int) -> list[Any]:
        return [f"商户{n}", VILLAGES[n % 2], "超市", f"老板{n}", world.phone(3000 + n), n + 3, n % 3, ("是", "否", "√")[n % 3]]

    _mix(found, world, make, [("是否复工", "快了"), ("员工数", -1), ("所属村", None), ("疫区员工数", 5000), ("负责人", "=1+1")], rows=10)
    return found


def _isolation(world: World) -> Messy:
    found = _titled("isolation", "居家隔离人员花名册", ["姓名", "所属村", "隔离方式", "开始日期", "隔离天数", "状态", "原因"])

    def make(n: int) -> list[Any]:
        name, village = world.people[n % len(world.people)]
        start = datetime(2020, 2, 1) + timedelta(days=n % 4)
        return [
            name,
            village,
            ("居家", "集中隔离", "居家医学观察")[n % 3],
            world.day(start),
            (14, None, "１４")[n % 3],
            ("隔离中", "观察中", None)[n % 3],
            "返乡",
        ]

    wrong = [("姓名", "查无此人"), ("开始日期", "2020-02-30"), ("开始日期", "2月20日"), ("隔离天数", 99), ("状态", "不清楚")]
    _mix(found, world, make, wrong, rows=15)
    # Somebody who is isolated begins another isolation before the first is over.
    found.bad(make(0), "开始日期", "2020-02-11")
    world.isolated = [(world.people[n][0], datetime(2020, 2, 1) + timedelta(days=n % 4)) for n in range(15)]
    return found


def _readings_in_two_columns(world: World) -> Messy:
    found = Messy("readings", ["姓名", "日期", "体温（℃）上午", "体温（℃）下午", "症状"])
    found.heads = [["体温监测记录表"], ["姓名", "日期", "体温（℃）", None, "症状"], [None, None, "上午", "下午", None]]
    found.merged = ["A1:E1", "C2:D2", "A2:A3", "B2:B3", "E2:E3"]
    used = iter([(name, day) for day in range(6, 12) for name, _ in world.isolated])

    def make(n: int) -> list[Any]:
        name, day = next(used)
        return [
            name,
            world.day(datetime(2020, 2, day)),
            36.5 + n % 5 / 10,
            f"{36.2 + n % 7 / 10:.1f}℃",
            ("无", "正常", "咳嗽、乏力")[n % 3],
        ]

    _mix(
        found,
        world,
        make,
        [("体温（℃）上午", 45), ("体温（℃）下午", "=1+36"), ("日期", "1月20日"), ("体温（℃）上午", "高"), ("姓名", "查无此人")],
        rows=25,
    )
    return found


def _readings_in_rows(world: World) -> Messy:
    found = _titled("readings", "每日两次测温", ["姓名", "测量日期", "时段", "体温", "方式", "是否外出", "参与人员"])
    used = iter([(name, day) for day in (4, 5) for name, start in world.isolated if start.day <= 4])

    def make(n: int) -> list[Any]:
        name, day = next(used)
        moment = world.day(datetime(2020, 2, day))
        return [
            name,
            moment,
            ("上午", "08:30", "下午")[n % 3],
            (36.6, "36。7", "３６．８")[n % 3],
            ("上门", "视频", "电话")[n % 3],
            "否",
            "张医生、李民警、王网格员",
        ]

    _mix(found, world, make, [("体温", 33), ("时段", "25:00"), ("测量日期", "二月三日"), ("方式", "鸽子"), ("体温", None)], rows=20)
    return found


def _visits(world: World) -> Messy:
    found = _titled("visits", "入户摸排记录", ["所属村", "户号", "走访时间", "小组", "摸排结果", "摸排人数", "重点人员数"])

    def make(n: int) -> list[Any]:
        village, door = world.doors[n % len(world.doors)]
        outcome = ("已登记", "不在家", "留置告知书", "联系房东")[n % 4]
        return [village, door, f"2月{5 + n % 6}日 {9 + n // 24}:{n % 60:02d}", f"第{n % 3}组", outcome, 3 if n % 4 == 0 else None, 0]

    _mix(
        found,
        world,
        make,
        [("户号", "8888"), ("摸排结果", "再说"), ("走访时间", "2月30日"), ("走访时间", "2020-03-01"), ("摸排人数", "=1+1")],
        rows=20,
    )
    # Faults of a row as a whole: more people than a door has, people where nobody was met, more to follow than were asked.
    for outcome, heading, value in (
        ("已登记", "摸排人数", 5000),
        ("不在家", "摸排人数", 5),
        ("不在家", "重点人员数", 9),
        ("已登记", "摸排人数", -1),
    ):
        row = make(40)
        row[4], row[5] = outcome, None
        found.bad(row, heading, value)
    return found


def _cases(world: World) -> Messy:
    found = _titled("cases", "确诊病例", ["病例编号", "所属村", "确诊日期", "是否聚集性"])

    def make(n: int) -> list[Any]:
        return [f"B{n}", VILLAGES[n % 2], world.day(datetime(2020, 2, 1) + timedelta(days=n)), ("是", "否")[n % 2]]

    _mix(found, world, make, [("确诊日期", "2020-02-31"), ("确诊日期", "2020-02-20"), ("是否聚集性", "可能"), ("所属村", "别处")], rows=8)
    return found


def _supplies(world: World) -> Messy:
    found = _titled("supplies", "物资收发", ["所属村", "物资名称", "收支", "数量", "计量单位", "日期"])

    def make(n: int) -> list[Any]:
        return [
            VILLAGES[n % 2],
            f"口罩{n}",
            ("入库", "盘点")[n % 2],
            (200, "１００", "1,000")[n % 3],
            "只",
            world.day(datetime(2020, 2, 2)),
        ]

    _mix(found, world, make, [("数量", "若干"), ("数量", -3), ("收支", "借"), ("日期", "2020-02-30"), ("数量", "=1+9")], rows=12)
    found.bad(make(0), "计量单位", "箱")
    return found


def workbooks(folder: Path, *, seed: int) -> Iterator[tuple[Messy, Path]]:
    """Write the ten workbooks, each of which may refer to what those before it have brought in."""
    random = Random(seed)
    world = World(random)
    makers = (_households, _persons, _more_persons, _units, _isolation, _readings_in_two_columns, _readings_in_rows)
    for number, make in enumerate((*makers, _visits, _cases, _supplies), start=1):
        found = make(world)
        yield found, found.write(folder / f"{number:02d}-{found.layer}.xlsx", random)
