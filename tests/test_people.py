"""Households and persons: what may be entered, moves that keep the history, and one file of everything known of a person."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pandas as pd
import pytest

from errors import InputError, NotFound
from ledgers.people import households, persons, privacy, screening
from ledgers.people.id_numbers import check_character
from queries.store import LOCAL, Store, Viewer
from queries.view import View
from tests.township import HOSTILE, NOW, at, township


def id_number(born: str = "19620304", sequence: str = "123") -> str:
    return (first := f"999999{born}{sequence}") + check_character(first)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with township(tmp_path / "w") as opened:
        yield opened


def home(store: Store, area: str = "a", door: str = "101", **known: object) -> str:
    return households.enter(store, LOCAL, area_id=area, door=door, effective_at=at(1), **known)[0]


# Households


def test_a_household_is_entered_changed_withdrawn_and_brought_back(store: Store) -> None:
    own, _ = households.enter(store, LOCAL, area_id="a", door=" 101 ", contact=HOSTILE, head_count=3, effective_at=at(3))
    households.edit(store, LOCAL, own, head_count=4, effective_at=at(5))
    assert households.households(View(store, LOCAL, at=at(4)))["head_count"].tolist() == [3]
    (row,) = households.households(View(store, LOCAL)).to_dict("records")
    assert (row["door"], row["head_count"], row["contact"], row["area_name"]) == ("101", 4, HOSTILE, "朝阳村")
    events = households.withdraw(store, LOCAL, [own])
    assert households.households(View(store, LOCAL)).empty
    assert len(households.households(View(store, LOCAL, at=at(4)))) == 1
    store.undo(LOCAL, events)
    assert len(households.households(View(store, LOCAL))) == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"area_id": None},
        {"area_id": "t"},  # the township has villages under it
        {"door": " "},
        {"head_count": -1},
        {"head_count": 1.5},
        {"status": "gone"},
        {"status": "vacant", "head_count": 2},
        {"effective_at": NOW + timedelta(days=1)},
    ],
)
def test_a_household_that_cannot_be_is_refused(store: Store, wrong: dict[str, object]) -> None:
    with pytest.raises(InputError):
        households.enter(store, LOCAL, **{"area_id": "a", "door": "1", **wrong})
    assert households.households(View(store, LOCAL)).empty


def test_one_household_a_door_and_each_in_its_own_area(store: Store) -> None:
    own = home(store)
    with pytest.raises(InputError):
        home(store)
    home(store, "b")
    households.edit(store, LOCAL, own, phone="19900001234")
    with pytest.raises(NotFound):
        households.edit(store, Viewer("clerk", areas=frozenset({"b"})), own, phone="1")
    with pytest.raises(NotFound):
        home(store, "nowhere")


def test_the_ledger_is_checked_against_its_areas(store: Store) -> None:
    home(store, head_count=3)
    home(store, door="102")
    store.append(LOCAL, {"household_event": pd.DataFrame([{"household_id": "x", "area_id": "t", "head_count": 5, "effective_at": at(1)}])})
    found = households.check(View(store, LOCAL)).set_index("area_id")
    assert found.loc["a", ["is_grid", "households", "people", "uncounted"]].tolist() == [True, 2, 3, 1]
    assert found.loc["t", ["is_grid", "households"]].tolist() == [False, 1]
    assert found["more_people"].isna().all()  # the township states no figures


# Persons


def test_birthday_and_sex_come_from_the_id_number(store: Store) -> None:
    own, _ = persons.enter(store, LOCAL, name="张三", area_id="a", id_number=id_number().lower(), category="contact")
    (row,) = persons.persons(View(store, LOCAL)).to_dict("records")
    assert (row["person_id"], row["sex"], row["birth_date"].date() if hasattr(row["birth_date"], "date") else row["birth_date"]) == (
        own,
        "male",
        date(1962, 3, 4),
    )
    assert row["id_number"] == id_number()


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": " "},
        {"area_id": "t"},
        {"area_id": None},
        {"birth_date": date(2020, 2, 13)},
        {"birth_date": date(1899, 12, 31)},
        {"id_number": id_number()[:-1] + "0"},
        {"id_number": id_number("20200213")},
        {"id_number": id_number(), "birth_date": date(1962, 3, 5)},
        {"id_number": id_number(), "sex": "female"},
        {"sex": "x"},
        {"category": "friend"},
        {"arrived_on": date(2020, 2, 13)},
        {"effective_at": NOW + timedelta(days=1)},
    ],
)
def test_a_person_that_cannot_be_is_refused(store: Store, wrong: dict[str, object]) -> None:
    with pytest.raises(InputError):
        persons.enter(store, LOCAL, **{"name": "张三", "area_id": "a", **wrong})
    assert persons.persons(View(store, LOCAL)).empty


def test_an_id_number_belongs_to_one_person(store: Store) -> None:
    own, _ = persons.enter(store, LOCAL, name="张三", area_id="a", id_number=id_number())
    persons.edit(store, LOCAL, own, phone="19900001234")
    with pytest.raises(InputError):
        persons.enter(store, LOCAL, name="张三", area_id="b", id_number=id_number())


def test_categories_are_those_of_the_day(store: Store) -> None:
    store.set_settings(
        LOCAL,
        {
            "person_categories": [
                {"from": "2020-02-05", "source": "乙", "categories": [{"code": "four", "name": "四类人员"}]},
                {"from": "2020-01-20", "source": "甲", "categories": [{"code": "three", "name": "三类人员"}]},
            ]
        },
    )
    assert persons.categories_at(store, date(2020, 2, 4)) == {"three": "三类人员"}
    assert persons.categories_at(store, date(2020, 2, 5)) == {"four": "四类人员"}
    assert persons.categories_at(store, date(2020, 1, 1)) == {"three": "三类人员"}
    persons.enter(store, LOCAL, name="张三", area_id="a", category="three", effective_at=at(4))
    with pytest.raises(InputError):
        persons.enter(store, LOCAL, name="李四", area_id="a", category="three", effective_at=at(6))


def isolate(store: Store, person: str, area: str) -> None:
    row = {"episode_id": "e1", "person_id": person, "area_id": area, "state": "observing", "place": "home", "days": 14, "started_at": at(3)}
    store.append(LOCAL, {"isolation_event": pd.DataFrame([{**row, "effective_at": at(3)}])})


def test_a_move_takes_the_isolation_along_and_keeps_the_history(store: Store) -> None:
    first, second = home(store), home(store, "b")
    own, _ = persons.enter(store, LOCAL, name="张三", household_id=first, effective_at=at(2))
    isolate(store, own, "a")
    events = persons.move(store, LOCAL, own, household_id=second, reason="投亲", effective_at=at(6))

    def unit(moment) -> tuple[str, str]:
        (person,) = persons.persons(View(store, LOCAL, at=moment))["area_id"]
        (open_one,) = store.run("select_open_episodes", LOCAL, at=moment, person_ids=[own])["area_id"]
        return person, open_one

    assert unit(at(5)) == ("a", "a")
    assert unit(at(7)) == ("b", "b")
    moved = store.run("select_open_episodes", LOCAL, person_ids=[own]).iloc[0]
    assert (moved["state"], moved["days"], moved["started_at"], moved["household_id"], moved["reason"]) == (
        "observing",
        14,
        at(3),
        second,
        "投亲",
    )
    with pytest.raises(InputError):
        persons.move(store, LOCAL, own, household_id=second)
    with pytest.raises(InputError):  # the later move would hide it
        persons.move(store, LOCAL, own, household_id=first, effective_at=at(5))
    with pytest.raises(InputError):
        households.withdraw(store, LOCAL, [second])
    with pytest.raises(InputError):
        persons.withdraw(store, LOCAL, own)
    store.undo(LOCAL, events)
    assert unit(at(7)) == ("a", "a")


def test_the_file_has_every_event_that_names_the_person_and_no_other(store: Store) -> None:
    first, second = home(store, contact="房东"), home(store, "b")
    own, _ = persons.enter(store, LOCAL, name="张三", household_id=first, effective_at=at(2))
    other, _ = persons.enter(store, LOCAL, name="李四", household_id=first, effective_at=at(2))
    isolate(store, own, "a")
    reading = {"area_id": "a", "temperature": 36.6, "effective_at": at(4)}
    row = {"episode_id": ["e1", "e2"], "person_id": [own, other]}
    store.append(
        LOCAL,
        {
            "reading": pd.DataFrame([{"episode_id": "e1", **reading}, {"episode_id": "other", **reading}]),
            "case_event": pd.DataFrame(
                {"case_id": row["episode_id"], "person_id": row["person_id"], "area_id": "a", "status": "confirmed", "effective_at": at(5)}
            ),
            "list_entry": pd.DataFrame({"entry_id": ["l1", "l2"], "list_name": "教育局", "area_id": "a", "effective_at": at(5)}),
            "match_decision": pd.DataFrame(
                [{"left_id": "l1", "right_id": own, "same": True}, {"left_id": "l2", "right_id": own, "same": False}]
            ),
        },
    )
    for household, day in ((first, 1), (first, 5), (second, 5), (first, 8), (second, 8)):
        screening.record_visit(store, LOCAL, household, outcome="registered", effective_at=at(day, 12))
    persons.move(store, LOCAL, own, household_id=second, effective_at=at(6))
    privacy.disclose(store, LOCAL, "person_event", [own], purpose="追踪")
    found = persons.file(View(store, LOCAL), own)
    told = [(e.event_table, e.subject_id, e.effective_at.day) for e in found.events.itertuples()]
    assert sorted(told) == sorted(
        [
            ("person_event", own, 2),
            ("person_event", own, 6),
            ("household_event", first, 1),
            ("household_event", second, 1),
            ("visit", first, 5),
            ("visit", second, 8),
            ("isolation_event", "e1", 3),
            ("isolation_event", "e1", 6),
            ("reading", "e1", 4),
            ("case_event", "e1", 5),
            ("list_entry", "l1", 5),
            ("disclosure", own, 12),
        ]
    )
    assert found.person["area_id"] == "b"
    assert found.readings["temperature"].tolist() == [36.6]
    assert found.household.empty
    before = persons.file(View(store, LOCAL, at=at(5, 23)), own)
    assert before.household["person_id"].tolist() == [other]
    assert before.person["area_id"] == "a"


def test_a_file_shows_what_was_undone_and_stays_within_view(store: Store) -> None:
    own, events = persons.enter(store, LOCAL, name="张三", area_id="a", effective_at=at(2))
    changed = persons.edit(store, LOCAL, own, name="张四")
    store.undo(LOCAL, changed, reason="写错")
    found = persons.file(View(store, LOCAL), own)
    assert found.person["name"] == "张三"
    assert found.events.set_index("event_id").loc[changed[0], ["voided", "void_reason"]].tolist() == [True, "写错"]
    assert not found.events.set_index("event_id").loc[events[0], "voided"]
    with pytest.raises(NotFound):
        persons.file(View(store, Viewer("clerk", areas=frozenset({"b"}))), own)
    with pytest.raises(NotFound):
        persons.file(View(store, LOCAL, at=at(1)), own)
