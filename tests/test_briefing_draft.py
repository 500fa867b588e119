"""The draft of a briefing: what it says of the demo township, of what its numbers depend, and what it does not assert."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import geopandas as gpd
import pandas as pd
import pytest
from shapely.geometry import box

from briefing.changes import features
from briefing.draft import draft
from briefing.indicators import INDICATORS, answer, ask
from briefing.model import ID, SECTIONS, Briefing, Number, Paragraph
from briefing.page import Page, filled, number_id
from briefing.sections import advice, measures, problems, situation
from briefing.view import View
from data.demo.town import COMMUNITY, TOWN
from errors import InputError, NotFound
from ledgers.intake.osm_import import import_osm
from ledgers.posts import duty
from queries.layers import feature_events
from queries.store import LOCAL, Store, Viewer, open_store
from tests.demo_town import copied
from tests.township import NOW, fill

ZONE = ZoneInfo("Asia/Shanghai")
CUTOFF = datetime(2020, 2, 12, 18, tzinfo=ZONE)
BEFORE = CUTOFF - timedelta(minutes=10)
ORDER = {"ordered_by": "指挥部", "reason": "测试"}
PARTS = {"situation": situation, "measures": measures, "problems": problems, "advice": advice}


@pytest.fixture(scope="module")
def store(demo_town: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with open_store(copied(demo_town, tmp_path_factory.mktemp("town"))) as opened:
        yield opened


@pytest.fixture(scope="module")
def town(store: Store) -> Briefing:
    return draft(store, LOCAL, TOWN)


def text_of(briefing: Briefing) -> str:
    return "\n".join(paragraph.text for section in briefing.sections for paragraph in section.paragraphs)


def runs_of(briefing: Briefing) -> list[Number]:
    """Return every number as often as it is printed."""
    return [r for s in briefing.sections for p in s.paragraphs for r in p.runs if isinstance(r, Number)]


def values(briefing: Briefing) -> dict[str, Any]:
    return {number.id: number.value for number in briefing.numbers}


def paragraphs(store: Store, area: str, *, lang: str = "zh_CN") -> list[Paragraph]:
    """Return the four parts at the cut-off: a draft without its tables and changes."""
    view, taken = View(store, LOCAL, at=CUTOFF, known_at=CUTOFF, area=area, lang=lang), set[str]()
    return [paragraph for name in SECTIONS for paragraph in PARTS[name].paragraphs(Page(view, name, taken))]


def said(store: Store, area: str) -> dict[str, Number]:
    """Return the numbers of the four parts at the cut-off."""
    return {run.id: run for paragraph in paragraphs(store, area) for run in paragraph.runs if isinstance(run, Number)}


@pytest.fixture(scope="module")
def village(store: Store) -> dict[str, Number]:
    return said(store, "qh-v02")


@contextmanager
def entered(store: Store, **events: pd.DataFrame) -> Iterator[None]:
    """Enter events that were known before the cut-off, and undo them as if they had never been."""
    ids = store.append(LOCAL, {table: rows.assign(recorded_at=BEFORE) for table, rows in events.items()})
    try:
        yield
    finally:
        store.append(LOCAL, {"void": pd.DataFrame({"target_id": ids, "reason": "", "recorded_at": BEFORE})})


def changed(before: dict[str, Number], after: dict[str, Number]) -> dict[str, tuple[Any, Any]]:
    """Return the numbers that differ, by id; those of one draft alone with None."""
    keys = before.keys() | after.keys()
    pairs = {key: tuple(side[key].value if key in side else None for side in (before, after)) for key in keys}
    return {key: pair for key, pair in pairs.items() if pair[0] != pair[1]}  # type: ignore[misc]


# What it says


def test_the_township_is_told_in_four_parts_as_the_issue_says(town: Briefing) -> None:
    text = text_of(town)
    assert town.title == "青禾镇疫情防控工作情况报告（晚报）"
    assert [s.title for s in town.sections] == ["一、防疫情况", "二、采取措施", "三、存在问题", "四、下步建议"]
    assert "累计隔离19人，近24小时新增1人；其中隔离观察10人，住院1人，解除8人，转出0人，排除0人。" in text
    assert "小区出入口25个，封闭13个，全天开放8个，分时段开放4个" in text
    assert "青禾社区956户，已上门956户" in text and "35,360人" in text
    assert "15个单位中1个未报2月12日日报：朝阳村。" in text
    assert "经证明不能再少：已找出3条没有共同设卡点的进入路线" in text
    assert (town.edition, town.cutoff, town.previous) == ("evening", CUTOFF, CUTOFF.replace(hour=8))
    assert town.demo and town.unit == "青禾镇" and not town.later


def test_what_is_most_urgent_stands_first_and_each_problem_asks_for_something(town: Briefing) -> None:
    parts = {section.id: {paragraph.id: paragraph.text for paragraph in section.paragraphs} for section in town.sections}
    assert "双河村第一网格1人" in next(iter(parts["problems"].values()))
    assert next(iter(parts["advice"].values())) == "发热症状方面，双河村第一网格1人发热或有症状，立即送诊（共1人）。"
    assert parts["situation"]["situation_changes"].startswith("今日要情：较上期隔离观察+1人、发热或有症状+1人、无人值守卡口+1处")
    asked = "".join(parts["advice"].values())
    for what in ("文化新村东一门", "粮站家属院4号楼", "朝阳村日报告", "青云高速（4处）", "朝阳村第一网格1次", "应检查8家"):
        assert what in asked
    assert "应检查" not in "".join(parts["problems"].values()) and "problems_none" not in parts["problems"]
    # Without a post on two of the county roads most of the open settlements stay open, without the third two.
    assert asked.count("缺少此处，24个居民点、9,971人仍然暴露") == 2 and asked.count("缺少此处，2个居民点、637人仍然暴露") == 1
    assert "列入摸排台账10,568户，占登记户数100%，已上门10,566户" in parts["measures"]["measures_screening"]
    assert not re.search("劝返|截止时|跨界", text_of(town))


def test_stocks_of_two_days_and_those_used_up_are_too_little(store: Store, town: Briefing) -> None:
    stock = View(store, LOCAL, at=CUTOFF, known_at=CUTOFF, area=TOWN).stock
    few = {(row.area_name, row.item) for row in stock.itertuples() if row.stock == 0 or row.days_left <= 2}
    table = next(table for table in town.tables if table.id == "supplies")
    assert {(row[0], row[1]) for row in table.rows if row[-1]} == few == {("青禾镇", "口罩"), ("朝阳村", "消毒液"), ("青禾社区", "口罩")}
    assert values(town)["supplies_scarce"] == len(few)


def test_changes_tell_problems_first_with_the_difference(store: Store, town: Briefing) -> None:
    numbers = next(table for table in town.changes if table.id == "numbers")
    assert numbers.rows[0][3].startswith(("+", "-"))  # type: ignore[union-attr]
    labels = [row[0] for row in numbers.rows]
    assert labels.index("未报日报的单位") < labels.index("在管重点人员") < labels.index("该处库存可用天数（朝阳村 消毒液）")
    view = View(store, LOCAL, at=CUTOFF, known_at=CUTOFF, area=TOWN)
    for number in town.numbers:
        if number.query.startswith("change."):
            query = number.query.removeprefix("change.")
            was = answer(store, LOCAL, query, area=TOWN, at=town.previous)
            assert number.value == ask(view, query) - was != 0  # type: ignore[operator]


def test_a_roster_written_between_two_briefings_changes_no_post(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        fill(store, recorded_at=NOW - timedelta(days=10))
        row = {"subject_layer": "checkpoints", "subject_id": "p2", "person": "甲", "phone": "19900000001", "force": "cadre"}
        span = {"starts_at": NOW - timedelta(hours=2), "ends_at": NOW + timedelta(hours=6), "effective_at": NOW - timedelta(hours=2)}
        store.append(LOCAL, {"duty_shift": pd.DataFrame([{**row, **span, "recorded_at": NOW - timedelta(hours=2)}])})
        then, now = (View(store, LOCAL, at=moment, known_at=moment, area="t") for moment in (NOW - timedelta(hours=10), NOW))
        found = features(then, now)
        assert found[found["layer"] == "checkpoints"].empty


def test_the_morning_tells_of_which_evening_the_daily_reports_are(store: Store) -> None:
    morning = draft(store, LOCAL, "qh-v02", at=CUTOFF.replace(hour=9))
    titles = {table.id: table.title for table in morning.tables}
    assert titles["units"] == "各单位日报情况（截至2月11日18:00）"


def test_every_digit_of_the_text_is_a_number_a_date_or_a_label(town: Briefing) -> None:
    for section in town.sections:
        for paragraph in section.paragraphs:
            rest = "".join(run for run in paragraph.runs if isinstance(run, str))
            rest = re.sub(r"\d+月\d+日|\d\d:\d\d|24小时|\d+号|[东北][经纬][\d.]+|\d+号楼", "", rest)
            assert not re.search(r"\d", rest), (paragraph.id, rest)


def test_every_number_equals_its_indicator_asked_again(store: Store, town: Briefing) -> None:
    view = View(store, LOCAL, at=CUTOFF, known_at=CUTOFF, area=TOWN)
    for number in town.numbers:
        assert ask(view, number.query, number.of) == number.value, number.id
        assert INDICATORS[number.query].text(number.value, view.translate) == number.text
    for name in ("isolation.observing", "compounds.entrances", "roads.exposed_people", "supplies.days"):
        number = next(n for n in town.numbers if n.query == name)
        assert answer(store, LOCAL, name, area=TOWN, at=CUTOFF, of=number.of) == number.value


def test_the_ids_of_numbers_and_paragraphs_are_unique(store: Store, town: Briefing) -> None:
    assert len({number.id for number in runs_of(town)}) == len(runs_of(town)) > 120
    ids = [p.id for s in town.sections for p in s.paragraphs]
    assert len(set(ids)) == len(ids)
    told = paragraphs(store, "qh-v02-g1")
    numbers = [run.id for p in told for run in p.runs if isinstance(run, Number)]
    assert len(set(numbers)) == len(numbers) and len({p.id for p in told}) == len(told), "a grid"


def test_ids_of_everything_in_the_demo_can_be_bookmarks_and_never_meet(store: Store) -> None:
    names = [str(i) for layer in ("areas", "entrances", "checkpoints", "junctions") for i in store.layer(layer, LOCAL)["id"]]
    names += [
        "口罩/只",
        "消毒液/升",
        "消毒液",
        "qh/口罩/只",
        "qh-v08/口罩/只",
        "qh_v08",
        "QH-V08",
        "长" * 60,
        "a" * 60,
        "contact",
        "-a",
        "a-",
    ]
    found = [number_id(name) for name, i in INDICATORS.items() if not i.of]
    found += [number_id(name, of) for name, i in INDICATORS.items() if i.of for of in names]
    assert len(set(found)) == len(found)
    assert all(ID.fullmatch(i) for i in found)


def test_in_english_it_says_the_same_numbers(store: Store, town: Briefing) -> None:
    told = paragraphs(store, TOWN, lang="en")
    assert {run.id: run.value for p in told for run in p.runs if isinstance(run, Number)} == {
        at: value for at, value in values(town).items() if not at.startswith("change_")
    }
    assert any("19 people have been isolated in all" in p.text for p in told)


def test_a_template_is_filled_with_what_is_given_and_nothing_in_it_is_a_template() -> None:
    assert filled("{a}、{b}。", {"a": "{b}{0}%s", "b": ["${x}", "<b>"]}) == ("{b}{0}%s、${x}<b>。",)


# Against counts that share nothing with it


def test_numbers_against_plain_counts_of_the_events(store: Store, town: Briefing) -> None:
    found = values(town)
    entrances = store.layer("entrances", LOCAL, at=CUTOFF, known_at=CUTOFF)
    of_compounds = entrances[entrances["compound_id"].notna()]["mode"].value_counts()
    assert [found[f"compounds_{m}"] for m in ("sealed", "open_24h", "open_hours")] == [
        of_compounds[m] for m in ("sealed", "open_24h", "open_hours")
    ]
    assert found["compounds_entrances"] == of_compounds.sum() == 25
    assert found["entrances_total"] == len(entrances)

    posts = store.layer("checkpoints", LOCAL, at=CUTOFF, known_at=CUTOFF)
    assert found["checkpoints_total"] == len(posts) == sum(found[f"checkpoints_{k}"] for k in ("inspect", "dissuade", "block", "screen"))
    assert (found["staff_on_duty"], found["staff_required"]) == (posts["on_duty"].sum(), posts["staff_required"].sum())

    def counted(statement: str) -> int:
        row = store._cursor().execute(statement, {"at": CUTOFF}).fetchone()
        assert row is not None
        return int(row[0])

    assert found["disinfection_done"] == counted(
        "select count(distinct (place_layer, place_id)) from ledger.disinfection where effective_at <= $at and recorded_at <= $at"
        " and effective_at > $at - interval 24 hours"
    )
    leaflets = counted("select sum(quantity) from ledger.outreach where kind = 'leaflet' and recorded_at <= $at")
    assert found["outreach_leaflets"] == leaflets == 12_000
    assert found["readings_taken"] == counted(
        "select count(*) from ledger.reading where effective_at > $at - interval 24 hours and effective_at <= $at and recorded_at <= $at"
        " and event_id not in (select target_id from ledger.void)"
    )
    cases = counted("select count(distinct case_id) from ledger.case_event where recorded_at <= $at")
    assert found["cases_confirmed"] == cases == 2


def test_hours_nobody_covers_against_a_minute_by_minute_count(store: Store) -> None:
    shifts = store.run("select_shifts", LOCAL, layer="checkpoints", start=CUTOFF, until=CUTOFF + timedelta(days=1), known_at=CUTOFF)
    posts = store.layer("checkpoints", LOCAL, at=CUTOFF, known_at=CUTOFF)
    quarter = timedelta(minutes=15)
    for post in ("qh-v02-p1", "qh-p4", "qh-m1", "qh-v07-p1"):
        mine = shifts[shifts["subject_id"] == post]
        moments = [CUTOFF + n * quarter for n in range(96)]
        empty = sum(not ((mine["starts_at"] <= at) & (at < mine["ends_at"])).any() for at in moments)
        assert post in set(posts["id"])
        # A firm block needs nobody.
        needed = posts.set_index("id").loc[post, "kind"] != "block"
        assert answer(store, LOCAL, "gaps.hours_of", area=TOWN, at=CUTOFF, of=post) == (empty / 4 if needed else 0)


# One event more


def test_one_more_isolation_changes_the_numbers_of_isolation_alone(store: Store, village: dict[str, Number]) -> None:
    started = {"state": "observing", "place": "home", "days": 14, "started_at": CUTOFF - timedelta(hours=1), **ORDER}
    row = {"episode_id": "x-1", "person_id": "x-p", "area_id": "qh-v02-g1", "effective_at": CUTOFF - timedelta(hours=1), **started}
    with entered(store, isolation_event=pd.DataFrame([row])):
        after = said(store, "qh-v02")
    assert changed(village, after) == {
        "isolation_cumulative": (0, 1),
        "isolation_new": (0, 1),
        "isolation_observing": (0, 1),
        # nobody has measured the one person who is observed now: of nobody there is a word of fever
        "readings_abnormal": (0, None),
        "readings_alarms": (0, None),
        "readings_alarms_problems": (0, None),
        "readings_unmeasured": (0, 1),
        "readings_due": (0, 1),
        "readings_due_advice": (None, 1),
        "readings_due_in__qh_v02_g1": (None, 1),
    }


def test_one_gate_sealed_changes_the_numbers_of_entrances_alone(store: Store) -> None:
    before = said(store, COMMUNITY)
    entrances = store.layer("entrances", LOCAL, at=CUTOFF, known_at=CUTOFF, area=COMMUNITY)
    uncovered = set(
        duty.uncovered_hours(View(store, LOCAL, at=CUTOFF), layer="entrances", start=CUTOFF, end=CUTOFF + timedelta(days=1))["subject_id"]
    )
    gate = entrances[(entrances["mode"] == "open_24h") & ~entrances["id"].isin(uncovered)]["id"].iloc[0]
    row = {"entrance_id": gate, "mode": "sealed", "egress": "guarded", "effective_at": CUTOFF - timedelta(hours=1), **ORDER}
    with entered(store, entrance_event=pd.DataFrame([row])):
        after = said(store, COMMUNITY)
    assert changed(before, after) == {
        "entrances_sealed": (13, 14),
        "entrances_open_24h": (8, 7),
        "entrances_open_now": (12, 11),
        "entrances_staffed": (12, 11),
        "roads_junctions": (57, 56),  # a sealed gate shuts the road that it stands on
    }


def test_one_post_staffed_changes_its_hours_and_what_the_roads_leave_open(store: Store, village: dict[str, Number]) -> None:
    row = {"subject_layer": "checkpoints", "subject_id": "qh-v02-p1", "person": "甲", "phone": "19900000001", "force": "cadre"}
    span = {"starts_at": CUTOFF - timedelta(hours=2), "ends_at": CUTOFF + timedelta(hours=6), "effective_at": CUTOFF - timedelta(hours=2)}
    with entered(store, duty_shift=pd.DataFrame([{**row, **span}])):
        found = changed(village, said(store, "qh-v02"))
    hours = {name: found.pop(name) for name in list(found) if name.startswith(("gaps_", "checkpoints_", "staff_"))}
    assert hours == {
        "checkpoints_staffed": (0, 1),
        "checkpoints_unstaffed": (1, 0),
        "staff_on_duty": (0, 1),
        "gaps_checkpoints": (1, 0),
        "gaps_hours": (14.0, 8.0),
        "gaps_hours_advice": (14.0, 8.0),
        "gaps_hours_of__qh_v02_p1": (6.0, None),
    }
    roads = ("roads_", "claim_", "junction_", "plan_", "post_")
    assert all(name.startswith(roads) for name in found), "nothing but hours and roads depends on who stands there"


# The cut-off


def test_made_again_it_is_the_same_and_what_was_learned_later_stands_apart(demo_town: Path, tmp_path: Path) -> None:
    with open_store(copied(demo_town, tmp_path)) as store:
        first = draft(store, LOCAL, "qh-v02")
        started = {"state": "observing", "place": "home", "days": 14, "started_at": CUTOFF - timedelta(hours=3), **ORDER}
        row = {"episode_id": "x-1", "person_id": "x-p", "area_id": "qh-v02-g1", "effective_at": CUTOFF - timedelta(hours=3), **started}
        store.append(LOCAL, {"isolation_event": pd.DataFrame([row])})
        again = draft(store, LOCAL, "qh-v02", at=CUTOFF + timedelta(hours=5))
        assert (again.sections, again.tables, again.changes) == (first.sections, first.tables, first.changes)
        later = {found.number.id: (found.number.value, found.value) for found in again.later}
        assert not first.later and later == {
            "isolation_cumulative": (0, 1),
            "isolation_new": (0, 1),
            "isolation_observing": (0, 1),
            "readings_abnormal": (0, None),
            "readings_alarms": (0, None),
            "readings_alarms_problems": (0, None),
            "readings_unmeasured": (0, 1),
            "readings_due": (0, 1),
        }
        known = answer(store, LOCAL, "isolation.cumulative", area="qh-v02", at=CUTOFF, known_at=CUTOFF + timedelta(hours=5))
        assert known == 1 and answer(store, LOCAL, "isolation.cumulative", area="qh-v02", at=CUTOFF) == 0


def test_what_changed_since_the_briefing_before(store: Store, town: Briefing) -> None:
    tables = {table.id: table for table in town.changes}
    assert list(tables) == ["numbers", "checkpoints", "entrances", "settlements", "areas"]
    assert ("累计隔离人次（同一人再次隔离另计）", "18", "19", "+1") in tables["numbers"].rows
    then, now = (View(store, LOCAL, at=moment, known_at=moment, area=TOWN) for moment in (town.previous, CUTOFF))
    found = features(then, now)
    assert list(found.columns) == ["kind", "layer", "id", "name", "before", "after", "geometry"] and found.crs == "EPSG:4326"
    posts = found[found["layer"] == "checkpoints"]
    assert set(posts["id"]) == {"qh-p4", "qh-v02-p1"} and set(posts["kind"]) == {"changed"}
    week = features(View(store, LOCAL, at=CUTOFF - timedelta(days=12), known_at=CUTOFF - timedelta(days=12), area=TOWN), now)
    assert not week.duplicated(["layer", "id", "kind"]).any()
    areas = week[week["layer"] == "areas"].set_index("id")
    assert areas["after"].to_dict() == {"qh-c01": "中风险，1例", "qh-v07": "中风险，1例", "qh-v08": "中风险，0例"}
    assert set(areas["before"]) == {"不详"} and areas.geometry.notna().all(), "no case had ever been recorded then"
    assert set(week.loc[week["layer"] == "entrances", "kind"]) <= {"added", "removed", "changed"} and len(week) > len(found)


# What it does not assert


def test_a_small_township_without_people_or_roads_says_so(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        fill(store, recorded_at=NOW - timedelta(days=10))
        found = draft(store, LOCAL, "t")
        text = text_of(found)
        numbers = {number.query: number for number in found.numbers}
        for name in ("isolation.cumulative", "cases.confirmed", "risk.high", "readings.taken", "screening.screened", "roads.exposed"):
            assert (numbers[name].value, numbers[name].text) == (None, "不详"), name
        assert "隔离：不详。" in text and "摸排：不详。" in text and "物资：不详。" in text
        assert numbers["entrances.total"].value == 3 and numbers["checkpoints.total"].value == 2
        assert numbers["entrances.staffed"].value is None, "no roster is kept, so nobody knows who is there"
        assert numbers["entrances.overdue"].value == 1
        assert numbers["reports.missing"].value is None, "no unit has ever reported, so nobody says that reports are due"
        assert not found.later


def test_units_that_confirm_zero_reports_back_a_zero(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        fill(store, recorded_at=NOW - timedelta(days=10))
        row = {"report_date": NOW.date(), "cutoff_at": NOW, "figures": "{}", "zero": True, "effective_at": BEFORE, "recorded_at": BEFORE}
        store.append(LOCAL, {"report_submission": pd.DataFrame([{"area_id": "a", **row}])})
        assert answer(store, LOCAL, "isolation.cumulative", area="a", at=NOW) == 0
        assert answer(store, LOCAL, "isolation.cumulative", area="b", at=NOW) is None
        assert answer(store, LOCAL, "isolation.cumulative", area="t", at=NOW) is None, "one unit has never reported"
        assert answer(store, LOCAL, "reports.missing", area="t", at=NOW) == 1


def test_an_area_without_entrances_and_with_a_long_name(tmp_path: Path) -> None:
    name = "长" * 56 + "{a}$"
    with open_store(tmp_path) as store:
        fill(store, recorded_at=NOW - timedelta(days=10))
        areas = gpd.GeoDataFrame(
            {"id": ["c"], "name": [name], "level": ["village"], "parent_id": ["t"]}, geometry=[box(114.0, 35.0, 114.1, 35.1)], crs=4326
        )
        store.append(LOCAL, {"feature_event": feature_events("areas", areas).assign(recorded_at=NOW - timedelta(days=9))})
        found = draft(store, LOCAL, "c")
        assert found.title.startswith(name) and "出入口：不详。" in text_of(found)
        assert next(n for n in found.numbers if n.query == "checkpoints.total").value == 0, "the workspace has posts, none of them here"


def test_a_moment_before_any_data_is_told_in_one_sentence(store: Store) -> None:
    with pytest.raises(InputError, match="2020-01-01 08:00"):
        draft(store, LOCAL, TOWN, at="2020-01-01T09:00")
    with pytest.raises(NotFound):
        draft(store, LOCAL, "nowhere")
    with pytest.raises(NotFound, match=r"no\.such"):
        answer(store, LOCAL, "no.such", area=TOWN, at=CUTOFF)


def test_who_sees_one_village_gets_its_briefing_and_nothing_of_the_roads(store: Store) -> None:
    own = Viewer("村", areas=frozenset({"qh-v08"}))
    found = draft(store, own, "qh-v08")
    numbers = {number.query: number.value for number in found.numbers}
    assert numbers["isolation.observing"] == 2 and numbers["roads.exposed"] is None and numbers["plan.posts"] is None
    assert "朝阳村" in text_of(found) and "清溪" not in text_of(found)
    with pytest.raises(NotFound):
        draft(store, own, "qh-v02")
    with pytest.raises(NotFound):
        answer(store, own, "isolation.observing", area="qh-v02", at=CUTOFF)


def test_a_real_extract_without_ledgers(test_data: Path, tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        area = gpd.GeoDataFrame(
            {"id": ["py"], "name": ["庆祖镇"], "level": ["township"], "parent_id": [None]},
            geometry=[box(114.9, 35.4, 115.2, 35.7)],
            crs=4326,
        )
        store.append(LOCAL, {"feature_event": feature_events("areas", area)})
        import_osm(store, LOCAL, test_data / "osm" / "puyang_qingzu_rural_2023.osm.pbf", bbox="114.970,35.498,115.092,35.563")
        with pytest.raises(InputError, match="庆祖镇"):
            draft(store, LOCAL, "py")
        found = draft(store, LOCAL, "py", at=store.now() + timedelta(days=1))
    numbers = {number.query: number for number in found.numbers}
    people = ("isolation.", "cases.", "readings.", "screening.", "persons.", "reports.", "risk.")
    assert all(n.value is None and n.text == "不详" for q, n in numbers.items() if q.startswith(people))
    assert numbers["roads.exposed"].value and numbers["roads.sealing"].value == numbers["roads.disjoint"].value
    assert numbers["roads.exposed_people"].value is None, "nobody knows how many live there"
    assert not any(n.value == 0 for n in numbers.values()), "of nothing it is said that there is none"
