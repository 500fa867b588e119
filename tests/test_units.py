"""Units: what they declare, the rule of their trade, when they are checked."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from township import at, township

from errors import InputError, NotFound
from ledgers.upkeep import units
from queries.events import LOCAL, Viewer
from queries.store import Store
from queries.view import View

ONLY_B = Viewer("b", areas=frozenset({"b"}))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with township(tmp_path) as opened:
        yield opened


def shop(store: Store, **declared: object) -> str:
    return units.enter(store, LOCAL, **{"name": "惠民超市", "area_id": "a", "trade": "超市", "effective_at": at(1), **declared})[0]


def row(store: Store, unit: str, **when: object) -> pd.Series:
    return units.units(View(store, LOCAL, **when)).set_index("unit_id").loc[unit]


def test_what_is_changed_changes_and_the_rest_stays(store: Store) -> None:
    unit = shop(store, staff=12, staff_affected=2, resumed=False, signed_by="王建国", signed_on=date(2020, 2, 3))
    events = units.edit(store, LOCAL, unit, resumed=True, effective_at=at(10, 8))
    now, before = row(store, unit), row(store, unit, at=at(9))
    assert (bool(now["resumed"]), bool(before["resumed"])) == (True, False)
    assert (now["staff"], now["staff_affected"], now["signed_by"], now["area_name"]) == (12, 2, "王建国", "朝阳村")
    assert now["signed_on"] == date(2020, 2, 3)
    store.undo(LOCAL, events)
    assert not row(store, unit)["resumed"]
    units.withdraw(store, LOCAL, unit, effective_at=at(11))
    assert units.units(View(store, LOCAL)).empty and len(units.units(View(store, LOCAL, at=at(10)))) == 1


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"name": " "}, "name of the unit"),
        ({"area_id": None}, "area"),
        ({"staff": 3, "staff_affected": 4}, "4 staff .* than the 3"),
        ({"staff": -1}, "staff must be a whole number"),
        ({"staff": 1.5}, "staff must be a whole number"),
        ({"signed_on": date(2020, 2, 13), "signed_by": "王"}, "future"),
        ({"signed_on": date(2020, 2, 3)}, "who has signed"),
        ({"effective_at": at(13)}, "still to come"),
    ],
)
def test_a_unit_is_refused_in_one_sentence(store: Store, wrong: dict[str, object], why: str) -> None:
    with pytest.raises(InputError, match=why):
        shop(store, **wrong)
    assert units.units(View(store, LOCAL)).empty


def test_units_stay_within_the_viewers_areas(store: Store) -> None:
    unit = shop(store)
    with pytest.raises(NotFound):
        units.enter(store, ONLY_B, name="店", area_id="a")
    with pytest.raises(NotFound):
        units.edit(store, ONLY_B, unit, resumed=True)
    with pytest.raises(NotFound):
        units.check(store, ONLY_B, unit, passed=True, inspector="李")
    assert units.units(View(store, ONLY_B)).empty


def due(store: Store, day: int) -> list[tuple[str, str, int]]:
    found = units.checks_due(View(store, LOCAL, at=at(day, 9)))
    return list(zip(found["name"], found["check_why"], found["days_over"], strict=True))


def test_checks_fall_due_by_trade_and_by_recheck(store: Store) -> None:
    market, barber = shop(store, resumed=True), shop(store, name="理发店", trade="理发", resumed=True)
    closed = shop(store, name="网吧", trade="网吧", resumed=False)
    assert due(store, 1) == [("惠民超市", "never", 0), ("理发店", "never", 0)]
    units.check(store, LOCAL, market, passed=True, inspector="李秀英", effective_at=at(2, 22))
    units.check(store, LOCAL, barber, passed=True, inspector="李秀英", effective_at=at(2, 8))
    # Supermarkets every three days, any other trade every seven.
    assert due(store, 4) == []
    assert due(store, 5) == [("惠民超市", "routine", 0)]
    assert due(store, 9) == [("惠民超市", "routine", 4), ("理发店", "routine", 0)]
    failed = units.check(
        store, LOCAL, market, passed=False, inspector="李秀英", finding="未测温", recheck_on=date(2020, 2, 6), effective_at=at(5, 9)
    )
    assert due(store, 5) == []
    assert due(store, 7) == [("惠民超市", "recheck", 1)]
    units.check(store, LOCAL, market, passed=True, inspector="赵敏", effective_at=at(6, 9))
    assert due(store, 8) == []
    assert list(units.checks(View(store, LOCAL), unit_id=market)["passed"]) == [True, False, True]
    store.undo(LOCAL, failed)
    assert len(units.checks(View(store, LOCAL), unit_id=market)) == 2
    # One that is closed is not checked by routine, but a recheck that was promised is.
    units.check(
        store, LOCAL, closed, passed=False, inspector="赵敏", finding="私自营业", recheck_on=date(2020, 2, 11), effective_at=at(9, 8)
    )
    assert ("网吧", "recheck", 1) in due(store, 12)


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"inspector": " "}, "who checked"),
        ({"passed": False}, "what was found"),
        ({"passed": False, "finding": "未测温"}, "when it is checked again"),
        ({"recheck_on": date(2020, 2, 12)}, "2020-02-12 must come after"),
        ({"effective_at": at(12, 19)}, "still to come"),
    ],
)
def test_a_check_is_refused_in_one_sentence(store: Store, wrong: dict[str, object], why: str) -> None:
    unit = shop(store)
    with pytest.raises(InputError, match=why):
        units.check(store, LOCAL, unit, **{"passed": True, "inspector": "李", "effective_at": at(12, 9), **wrong})
    assert units.checks(View(store, LOCAL)).empty


def test_the_rules_of_trades_are_dated_settings(store: Store) -> None:
    unit = shop(store, resumed=True)
    units.check(store, LOCAL, unit, passed=True, inspector="李", effective_at=at(9, 9))
    strict = {"trade": "超市", "rule": "每日检查", "check_days": 1, "disinfection_hours": 12}
    store.set_settings(
        LOCAL, {"trade_rules": {"dated": [{"value": units.DEFAULT_RULES}, {"from": "2020-02-11", "value": {"rules": [strict]}}]}}
    )
    assert units.trade_rules(store, date(2020, 2, 10))["超市"].check_days == 3
    assert units.trade_rules(store, date(2020, 2, 11)) == {"超市": units.TradeRule(**strict)}
    assert due(store, 10) == []
    assert due(store, 11) == [("惠民超市", "routine", 1)]
    assert row(store, unit)["rule"] == "每日检查"
    for wrong in ([{"rules": []}], [{"from": "2020-02-11", "rules": [{**strict, "check_days": 0}]}], "每天", [{"from": "x", "rules": []}]):
        store.set_settings(LOCAL, {"trade_rules": wrong})
        with pytest.raises(InputError, match="trade_rules"):
            units.units(View(store, LOCAL))


def test_the_figures_of_units(store: Store) -> None:
    shop(store, resumed=True, staff=9, staff_affected=2, clients_affected=5)
    shop(store, name="药店", trade="药店", resumed=True, signed_by="赵敏", staff=3, staff_affected=1)
    shop(store, name="网吧", trade="网吧")
    counted = units.counted(units.units(View(store, LOCAL)), units.checks_due(View(store, LOCAL)))
    expected = {"units": 3, "resumed": 2, "unsigned": 1, "staff_affected": 3, "clients_affected": 5, "checks_due": 3, "rechecks_due": 0}
    assert counted == expected


def test_a_corrected_telephone_number_starts_no_clock_anew(store: Store) -> None:
    """A unit that nobody has checked has been due since it was first entered, whatever is corrected later."""
    unit, _ = units.enter(store, LOCAL, name="便民超市", area_id="a", effective_at=at(3))
    before = units.checks_due(View(store, LOCAL)).set_index("unit_id").loc[unit]
    assert (before["check_why"], before["days_over"]) == ("never", 9)
    units.edit(store, LOCAL, unit, phone="13800000000", effective_at=at(12))
    after = units.checks_due(View(store, LOCAL)).set_index("unit_id").loc[unit]
    assert (after["check_why"], after["days_over"], after["phone"]) == ("never", 9, "13800000000")


def test_the_clock_of_a_unit_begins_when_it_resumes_work(store: Store) -> None:
    unit, _ = units.enter(store, LOCAL, name="便民超市", area_id="a", resumed=False, effective_at=at(3))
    assert unit not in set(units.checks_due(View(store, LOCAL))["unit_id"])
    units.edit(store, LOCAL, unit, resumed=True, effective_at=at(10))
    units.edit(store, LOCAL, unit, phone="13800000000", effective_at=at(12))
    assert units.checks_due(View(store, LOCAL)).set_index("unit_id").loc[unit, "days_over"] == 2
