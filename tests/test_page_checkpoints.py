"""The checkpoints page: posts, rosters, sign-ins, staff, and what its buttons write."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from paging import open_page, press, said, served
from township import at as moment

from ledgers.posts import duty, orders
from queries.events import LOCAL
from queries.store import Store
from queries.view import View
from ui.shell import keys
from ui.shell.acts import field

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")
PAGE = "pages/checkpoints.py"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with served(tmp_path) as opened:
        rows = [
            ("p1", "王建国", "13800000001", "police", moment(12, 16), moment(13)),
            ("p1", "李秀英", "13800000002", "cadre", moment(12, 16), moment(13)),
            ("p2", "赵敏", "13800000003", "party_member", moment(12, 20), moment(13, 8)),
        ]
        columns = ["subject_id", "person", "phone", "force", "starts_at", "ends_at"]
        duty.add_shifts(opened, LOCAL, "checkpoints", pd.DataFrame(rows, columns=columns))
        yield opened


def test_it_shows_the_posts_and_who_is_there(store: Store) -> None:
    page = open_page(PAGE)
    posts = page.dataframe[0].value
    assert list(posts["name"]) == ["国道卡口", "村口"]
    assert list(posts["kind"]) == ["Inspect", "Dissuade"]
    # Nobody has signed in at the first, which keeps sign-ins.
    assert list(posts["on_duty"]) == [0, 0]
    assert "On duty at 12 Feb 18:00: **2**" in said(page)


def test_one_tap_calls_and_signs_in(store: Store) -> None:
    page = open_page(PAGE, picked=("p1",))
    links = [link for link in page.get("link_button") if link.proto.url.startswith("tel:")]
    assert [link.proto.url for link in links] == ["tel:13800000002", "tel:13800000001"]
    shift = duty.on_duty(View(store, LOCAL), layer="checkpoints")["shift_id"].iloc[0]
    press(page, f"{keys.SIGN_IN}_{shift}")
    assert "signed in 12 Feb 18:00" in said(page)
    assert store.layer("checkpoints", LOCAL).set_index("id").loc["p1", "on_duty"] == 1
    press(page, keys.DONE_UNDO)
    assert store.layer("checkpoints", LOCAL).set_index("id").loc["p1", "on_duty"] == 0


def test_hours_nobody_covers_say_why(store: Store) -> None:
    page = open_page(PAGE, tab="uncovered")
    gaps = page.dataframe[1].value
    assert list(zip(gaps["name"], gaps["hours"], gaps["why"], strict=True)) == [
        ("国道卡口", 6.0, "not signed in"),
        ("国道卡口", 18.0, "nobody rostered"),
        ("村口", 2.0, "nobody rostered"),
        ("村口", 10.0, "nobody rostered"),
    ]
    assert "**36.0** open hours at **2** places" in said(page)


def test_staff_totals_by_class_and_shift(store: Store) -> None:
    page = open_page(PAGE, tab="staff")
    assert {m.label: m.value for m in page.metric} == {
        "Posts": "2",
        "Staff required": "3",
        "People on duty": "0",  # two are rostered, where sign-ins are kept and nobody has signed in
        "Posts short of staff": "2",
    }
    classes = page.dataframe[1].value.set_index("post_class")
    assert classes.loc["National road", ["required", "rostered", "on_duty", "short"]].tolist() == [2, 2, 0, 1]
    assert classes.loc["Village", ["required", "rostered", "short"]].tolist() == [1, 0, 1]
    shifts = page.dataframe[2].value.set_index("post_class")
    assert shifts.loc["National road", ["people", "police", "cadre"]].tolist() == [2, 1, 1]


def test_a_post_changes_kind_and_stands_down_and_comes_back(store: Store) -> None:
    page = press(open_page(PAGE, picked=("p2",)), f"{keys.ACT}_change")
    page.segmented_control(key=field("change", "kind")).set_value("block").run()
    page.segmented_control(key=field("change", "barrier")).set_value("soft").run()
    page.text_input(key=field("change", "reason")).input("升级")
    page.text_input(key=field("change", "ordered_by")).input("指挥部").run()
    press(page, field("change", "go"))
    post = store.layer("checkpoints", LOCAL).set_index("id").loc["p2"]
    assert (post["kind"], post["barrier"]) == ("block", "soft") and pd.isna(post["patrol_minutes"])
    assert "soft barrier, no patrol" in said(open_page("home.py", sel="checkpoints:p2"))
    press(page, f"{keys.ACT}_stand_down")
    # Whoever gave the last order is proposed for the next.
    assert page.text_input(key=field("stand_down", "ordered_by")).value == "指挥部"
    page.text_input(key=field("stand_down", "reason")).input("解除").run()
    press(page, field("stand_down", "go"))
    assert list(store.layer("checkpoints", LOCAL)["id"]) == ["p1"]
    page = press(open_page(PAGE, tab="stood_down"), field("again", "p2"))
    page.text_input(key=field("again", "reason")).input("反弹")
    page.text_input(key=field("again", "ordered_by")).input("指挥部").run()
    press(page, field("again", "go"))
    assert list(store.layer("checkpoints", LOCAL)["id"]) == ["p1", "p2"]


def test_a_post_is_established_with_its_class_and_staff(store: Store) -> None:
    page = press(press(open_page(PAGE), f"{keys.ACT}_add"), field("add", "typed"))
    page.text_input(key=field("add", "name")).input("桥头")
    page.number_input(key=field("add", "staff")).set_value(4)
    page.selectbox(key=field("add", "post_class")).set_value("county_road")
    page.text_input(key=field("add", "reason")).input("盲区")
    page.text_input(key=field("add", "ordered_by")).input("指挥部").run()
    press(page, field("add", "go"))
    posts = store.layer("checkpoints", LOCAL)
    bridge = posts[posts["name"] == "桥头"].iloc[0]
    assert (bridge["post_class"], bridge["staff_required"], bridge["kind"]) == ("county_road", 4, "inspect")


def test_shifts_are_cancelled_with_a_reason_and_for_good(store: Store) -> None:
    page = press(open_page(PAGE, picked=("p2",)), f"{keys.ACT}_cancel")
    shift = duty.shifts_between(View(store, LOCAL, area="b"), layer="checkpoints", start=moment(12, 20), end=moment(13))["shift_id"].iloc[0]
    page.multiselect(key=field("cancel", "shifts")).set_value([shift])
    page.text_input(key=field("cancel", "reason")).input("生病").run()
    press(page, field("cancel", "go"))
    assert duty.shifts_between(View(store, LOCAL, area="b"), layer="checkpoints", start=moment(12), end=moment(14)).empty
    assert keys.DONE_UNDO not in {b.key for b in page.button}


def test_what_was_ordered_later_shows_only_then(store: Store) -> None:
    orders.stand_down(store, LOCAL, ["p1"], reason="解除", ordered_by="指挥部", effective_at=moment(12, 12))
    assert list(open_page(PAGE, at="2020-02-12T11:00").dataframe[0].value["name"]) == ["国道卡口", "村口"]
    assert list(open_page(PAGE, at="2020-02-12T13:00").dataframe[0].value["name"]) == ["村口"]
