"""The page of units and environment: its figures, each section, and what its forms write."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from paging import open_page, press, said, served
from township import at as moment

from ledgers.people import privacy
from ledgers.upkeep import environment, supplies, units
from queries.events import LOCAL
from queries.store import Store
from queries.view import View
from ui.shell import keys
from ui.shell.acts import field

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")
PAGE = "pages/units.py"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with served(tmp_path) as opened:
        shop = {"name": "惠民超市", "trade": "超市", "area_id": "a", "responsible": "王建国", "phone": "19900001234"}
        shop_id, _ = units.enter(opened, LOCAL, **shop, resumed=True, staff=9, effective_at=moment(1))
        units.enter(opened, LOCAL, name="网吧", trade="网吧", area_id="b", resumed=False, effective_at=moment(1))
        told = {"passed": False, "finding": "未测温", "inspector": "李秀英", "recheck_on": date(2020, 2, 11)}
        units.check(opened, LOCAL, shop_id, **told, effective_at=moment(9, 9))
        environment.take_tip(opened, LOCAL, "a", kind="聚餐", content="三组办酒席", reporter="赵敏", effective_at=moment(12, 9))
        supplies.move(opened, LOCAL, "a", "口罩", action="receive", quantity=350, measure_unit="只", effective_at=moment(8))
        for day in (9, 10, 11):
            supplies.move(opened, LOCAL, "a", "口罩", action="use", quantity=100, effective_at=moment(day))
        environment.hand_out(opened, LOCAL, "a", kind="leaflet", quantity=300, effective_at=moment(11))
        environment.order_measure(opened, LOCAL, "t", title="关闭活禽市场", ordered_by="指挥部", effective_at=moment(5))
        environment.report_finding(opened, LOCAL, "a", subject="东门", finding="登记不全", inspector="督查组", effective_at=moment(11))
        yield opened


def figures(page) -> dict[str, str]:
    return {metric.label: metric.value for metric in page.metric}


def test_it_counts_what_there_is_to_do(store: Store) -> None:
    page = open_page(PAGE)
    assert figures(page) == {
        "Units resumed": "1",
        "Checks due": "1",
        "Disinfection overdue": "not known",  # no round was ever recorded: the ledger is not kept
        "Tips not closed": "1",
        "Short of supplies": "1",
        "Findings to mend": "1",
        "Measures in force": "1",
    }
    assert "of 2 · 1 not signed" in said(page)
    assert "of 2 · 2 without any round" in said(page)
    assert "least: 口罩, 朝阳村: 0.5 days" in said(page)
    assert figures(open_page(PAGE, area="b"))["Units resumed"] == "0"
    assert figures(open_page(PAGE, at="2020-02-04T12:00"))["Measures in force"] == "not known"  # none was ordered yet


def test_a_click_on_a_figure_opens_its_section(store: Store) -> None:
    page = press(open_page(PAGE), f"{keys.FIGURE_SHOW}_checks")
    assert list(page.dataframe[0].value["check_why"]) == ["Recheck"]
    assert page.dataframe[0].value["days_over"].to_list() == [1]


def test_personal_data_is_masked_until_it_is_opened_for_a_purpose(store: Store) -> None:
    shop = units.units(View(store, LOCAL)).set_index("name").loc["惠民超市", "unit_id"]
    page = open_page(PAGE, sel=f"units:{shop}")
    assert page.dataframe[0].value.set_index("name").loc["惠民超市", ["responsible", "phone"]].tolist() == ["王**", "199****1234"]
    # A change by somebody who has not opened it does not show it either.
    press(page, f"{keys.ACT}_edit_unit")
    assert not [field_ for field_ in page.text_input if field_.value == "王建国"]
    page = press(open_page(PAGE, sel=f"units:{shop}"), f"{keys.ACT}_open_personal_unit_event")
    page.text_input(key=field("open_personal", "purpose")).input("核实复工").run()
    press(page, field("open_personal", "go"))
    assert page.dataframe[0].value.set_index("name").loc["惠民超市", ["responsible", "phone"]].tolist() == ["王建国", "19900001234"]
    assert privacy.disclosures(View(store, LOCAL))["purpose"].to_list() == ["核实复工"]


def test_a_unit_is_entered_and_undone(store: Store) -> None:
    page = press(open_page(PAGE), f"{keys.ACT}_enter_unit")
    page.text_input(key=field("enter_unit", "name")).input("药店").run()
    page.number_input(key=field("enter_unit", "staff")).set_value(3).run()
    press(page, field("enter_unit", "go"))
    assert "Entered: 药店" in said(page)
    assert "药店" in set(units.units(View(store, LOCAL))["name"])
    press(page, keys.DONE_UNDO)
    assert "药店" not in set(units.units(View(store, LOCAL))["name"])


def test_a_mistake_is_told_in_the_dialog(store: Store) -> None:
    page = press(open_page(PAGE), f"{keys.ACT}_enter_unit")
    page.text_input(key=field("enter_unit", "name")).input("药店").run()
    page.number_input(key=field("enter_unit", "staff")).set_value(3).run()
    page.number_input(key=field("enter_unit", "staff_affected")).set_value(4).run()
    press(page, field("enter_unit", "go"))
    assert "4 staff from the affected area are more than the 3 there are." in said(page)
    assert len(units.units(View(store, LOCAL))) == 2


def test_a_check_is_recorded(store: Store) -> None:
    shop = units.units(View(store, LOCAL)).set_index("name").loc["惠民超市", "unit_id"]
    page = press(open_page(PAGE, tab="checks", sel=f"units:{shop}"), f"{keys.ACT}_check_unit")
    page.text_input(key=field(f"check_unit_{shop}", "inspector")).input("赵敏").run()
    press(page, field(f"check_unit_{shop}", "go"))
    assert units.checks_due(View(store, LOCAL)).empty
    assert "No check is due." in said(page)


def test_a_tip_is_followed_up(store: Store) -> None:
    tip = environment.tips(View(store, LOCAL))["tip_id"].iloc[0]
    page = open_page(PAGE, tab="tips", sel=f"tips:{tip}")
    assert page.dataframe[0].value["content"].to_list() == [privacy.HIDDEN]
    press(page, f"{keys.ACT}_settle_tip")
    page.text_input(key=field(f"settle_tip_{tip}_received", "handled_by")).input("李").run()
    press(page, field(f"settle_tip_{tip}_received", "go"))
    assert "The tip is now: Verified" in said(page)
    press(page, f"{keys.ACT}_settle_tip")
    # Closing asks for the outcome.
    assert page.button(key=field(f"settle_tip_{tip}_verified", "go")).disabled
    page.text_area(key=field(f"settle_tip_{tip}_verified", "outcome")).input("劝散").run()
    press(page, field(f"settle_tip_{tip}_verified", "go"))
    assert environment.tips(View(store, LOCAL))["status"].to_list() == ["closed"]


def test_supplies_are_counted(store: Store) -> None:
    page = open_page(PAGE, tab="supplies")
    assert page.dataframe[0].value[["stock", "use_a_day", "days_left"]].to_numpy().tolist() == [[50, 100, 0.5]]
    press(page, f"{keys.ACT}_supply_count")
    page.selectbox(key=field("supply_count", "item")).set_value("口罩").run()
    page.selectbox(key=field("supply_count", "area_id")).set_value("a").run()
    page.number_input(key=field("supply_count", "quantity")).set_value(400.0).run()
    press(page, field("supply_count", "go"))
    assert supplies.stock(View(store, LOCAL))["days_left"].to_list() == [4]
    assert figures(page)["Short of supplies"] == "0"


@pytest.mark.parametrize("tab", ["units", "checks", "disinfection", "tips", "supplies", "outreach", "measures", "findings"])
def test_each_section_draws_its_table(store: Store, tab: str) -> None:
    page = open_page(PAGE, tab=tab)
    assert len(page.dataframe[0].value) > 0


def test_places_are_disinfected_together(store: Store) -> None:
    shop, bar = (f"units/{i}" for i in units.units(View(store, LOCAL))["unit_id"])
    page = press(open_page_picked((shop, bar)), f"{keys.ACT}_disinfect")
    page.text_input(key=field("disinfect", "done_by")).input("环卫队").run()
    press(page, field("disinfect", "go"))
    assert "Disinfected: 2 places" in said(page)
    assert environment.rounds(View(store, LOCAL))["state"].to_list() == ["fresh", "fresh"]
    press(page, keys.DONE_UNDO)
    assert environment.rounds(View(store, LOCAL))["state"].to_list() == ["never", "never"]


def open_page_picked(places: tuple[str, ...]):
    page = open_page(PAGE, tab="disinfection")
    page.session_state[f"{keys.PICKED}_rounds"] = places
    return page.run()
