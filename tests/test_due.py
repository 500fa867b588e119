"""What is due: every kind on both sides of its moment, and all of it beside the same worked out in pandas."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from township import NOW, at, township

from ledgers.people.due import document, due, due_list, visits_due
from ledgers.people.isolation import episodes
from ledgers.people.screening import RETRY_HOURS
from queries.events import LOCAL, Viewer
from queries.store import Store
from queries.view import View


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with township(tmp_path) as opened:
        yield opened


def household(store: Store, household_id: str, **given: Any) -> None:
    row = {"household_id": household_id, "area_id": "a", "head_count": 3, "address": "一号楼", "effective_at": at(1), **given}
    store.append(LOCAL, {"household_event": pd.DataFrame([row])})


def visit(store: Store, household_id: str, outcome: str, moment: datetime, **given: Any) -> list[str]:
    row = {"household_id": household_id, "area_id": "a", "purpose": "screening", "outcome": outcome, "effective_at": moment, **given}
    return store.append(LOCAL, {"visit": pd.DataFrame([row])})


def episode(store: Store, number: str, started_at: datetime, *, state: str = "observing", area: str = "a", days: int = 14) -> None:
    row = {"episode_id": number, "person_id": f"p{number}", "area_id": area, "state": state, "started_at": started_at, "days": days}
    store.append(LOCAL, {"isolation_event": pd.DataFrame([{**row, "effective_at": started_at}])})


def reading(store: Store, number: str, temperature: float, moment: datetime, symptoms: str | None = None) -> list[str]:
    row = {"episode_id": number, "area_id": "a", "temperature": temperature, "symptoms": symptoms, "effective_at": moment}
    return store.append(LOCAL, {"reading": pd.DataFrame([row])})


def doors(store: Store, **when: Any) -> set[str]:
    return set(visits_due(View(store, LOCAL, **when))["household_id"])


@pytest.mark.parametrize("outcome", list(RETRY_HOURS))
def test_a_retry_is_due_after_its_hours(store: Store, outcome: str) -> None:
    household(store, "h")
    due_at = at(8) + timedelta(hours=RETRY_HOURS[outcome])
    visit(store, "h", outcome, at(8))
    assert doors(store, at=due_at - timedelta(minutes=1)) == set()
    assert doors(store, at=due_at) == {"h"}


@pytest.mark.parametrize("outcome", ["registered", "landlord_reached", "vacant"])
def test_what_is_settled_needs_no_retry(store: Store, outcome: str) -> None:
    household(store, "h")
    assert doors(store) == {"h"}  # no visit yet
    visit(store, "h", "not_in", at(8))
    settled = visit(store, "h", outcome, at(9))
    assert doors(store) == set()
    store.undo(LOCAL, settled)
    assert doors(store) == {"h"}


def test_doors_that_are_due_and_others(store: Store) -> None:
    household(store, "nobody lives there", head_count=0)
    household(store, "unknown", head_count=None)
    household(store, "named", area_id="b")
    visit(store, "named", "not_in", at(11), retry_at=at(12, 20))
    household(store, "delivered")
    visit(store, "delivered", "registered", at(11), purpose="delivery")  # no screening
    household(store, "withdrawn", withdrawn=True)
    assert doors(store) == {"unknown", "delivered"}
    assert doors(store, at=at(12, 20)) == {"unknown", "delivered", "named"}
    assert doors(store, at=at(12, 20), area="b") == {"named"}
    assert set(visits_due(View(store, LOCAL))["address"]) == {"•••"}
    store.set_settings(LOCAL, {"retry_hours": {"registered": 24}})
    visit(store, "unknown", "registered", at(11))
    assert "unknown" in doors(store)


def test_an_alarm_until_somebody_has_acted(store: Store) -> None:
    store.append(LOCAL, {"person_event": pd.DataFrame([{"person_id": "px", "area_id": "a", "name": "王建国", "effective_at": at(1)}])})
    episode(store, "x", at(5))
    reading(store, "x", 37.3, at(12, 9))
    (alarm,) = document(due(View(store, LOCAL)))["alarms"]
    assert alarm == {
        "episode_id": "x",
        "person_id": "px",
        "area_id": "a",
        "name": "王**",
        "temperature": 37.3,
        "symptoms": [],
        "taken_at": "2020-02-12T09:00:00+08:00",
        "reading_id": alarm["reading_id"],
        "since": "2020-02-12T09:00:00+08:00",
        "readings": 1,
        "highest": 37.3,
        "later": None,
    }
    assert len(due(View(store, LOCAL, at=at(12, 8, 59))).alarms) == 0
    assert len(due(View(store, LOCAL, at=at(18))).alarms) == 1, "an alarm has no age"
    calm = reading(store, "x", 37.2, at(12, 15))
    (still,) = document(due(View(store, LOCAL)))["alarms"]
    assert (still["temperature"], still["later"]["temperature"]) == (37.3, 37.2), "a calmer reading stands beside it"
    store.undo(LOCAL, calm)
    assert document(due(View(store, LOCAL)))["alarms"] == [alarm]
    reading(store, "x", 36.5, at(12, 16), "cough,fatigue")
    (both,) = document(due(View(store, LOCAL)))["alarms"]
    assert (both["temperature"], both["highest"], both["readings"], both["since"]) == (36.5, 37.3, 2, alarm["since"])
    assert document(due(View(store, LOCAL)))["alarms"][0]["symptoms"] == ["cough", "fatigue"]
    assert document(due(View(store, LOCAL, area="b")))["alarms"] == []
    with_state = {"episode_id": "x", "person_id": "px", "area_id": "a", "state": "hospital", "started_at": at(5), "days": 14}
    store.append(LOCAL, {"isolation_event": pd.DataFrame([{**with_state, "effective_at": at(12, 17)}])})
    assert len(due(View(store, LOCAL)).alarms) == 0


def test_a_release_is_due_when_the_days_are_over(store: Store) -> None:
    episode(store, "x", at(1, 9), days=10)
    episode(store, "y", at(1, 9), days=10, state="hospital")  # the hospital releases
    assert len(due(View(store, LOCAL, at=at(11, 8, 59))).releases) == 0
    assert due(View(store, LOCAL, at=at(11, 9))).releases["episode_id"].tolist() == ["x"]


def test_the_document_of_an_empty_workspace(store: Store) -> None:
    assert document(due(View(store, LOCAL))) == {
        "at": "2020-02-12T18:00:00+08:00",
        "readings_due": 0,
        "readings_missed": 0,
        "observing": 0,
        "unmeasured": 0,
        "alarms": [],
        "visits_due": 0,
        "releases_due": 0,
    }
    assert due_list(due(View(store, LOCAL)), episodes(View(store, LOCAL))).empty


def test_everything_beside_pandas(store: Store) -> None:
    rng = np.random.default_rng(34)
    count = 120
    begun = [at(1) + timedelta(minutes=int(m)) for m in rng.integers(0, 11 * 1440, count)]
    stays = pd.DataFrame(
        {
            "episode_id": [f"e{n}" for n in range(count)],
            "person_id": [f"p{n}" for n in range(count)],
            "area_id": rng.choice(["a", "b"], count),
            "state": "observing",
            "started_at": begun,
            "days": rng.integers(3, 15, count),
            "effective_at": begun,
        }
    )
    later = stays.sample(60, random_state=1).assign(state=rng.choice(["hospital", "released", "observing"], 60), effective_at=NOW)
    later["effective_at"] -= pd.to_timedelta(rng.integers(1, 2880, 60), unit="min")
    later = later[later["effective_at"] > later["started_at"]]
    which = rng.integers(0, count, 400)
    taken = pd.DataFrame(
        {
            "episode_id": stays["episode_id"].to_numpy()[which],
            "area_id": stays["area_id"].to_numpy()[which],
            "temperature": np.round(rng.uniform(36, 37.6, 400), 1),
            "symptoms": rng.choice(["cough", ""], 400, p=[0.1, 0.9]),
            "effective_at": [NOW - timedelta(minutes=int(m)) for m in rng.integers(0, 3 * 1440, 400)],
        }
    )
    events = pd.concat([stays, later], ignore_index=True).sort_values("effective_at", kind="stable", ignore_index=True)
    taken = taken.sort_values("effective_at", kind="stable", ignore_index=True)
    store.append(LOCAL, {"isolation_event": events, "reading": taken})

    def standing(moment: datetime) -> pd.DataFrame:
        return events[events["effective_at"] <= moment].drop_duplicates("episode_id", keep="last")

    for area in (None, "b"):
        wanted: dict[str, set[Any]] = {"due": set(), "missed": set()}
        here = standing(NOW).set_index("episode_id")
        here = here if area is None else here[here["area_id"] == area]
        for opens, closes in [(at(11, 12), at(12)), (at(12), at(12, 12)), (at(12, 12), at(13))]:
            then = standing(min(closes, NOW))
            then = then[(then["state"] == "observing") & (then["started_at"] <= closes - timedelta(hours=2))]
            there = set(taken[(taken["effective_at"] >= opens) & (taken["effective_at"] < closes)]["episode_id"])
            owed = (set(then["episode_id"]) - there) & set(here.index)
            wanted["due" if closes > NOW else "missed"] |= {(e, closes) for e in owed}
        observed = here[here["state"] == "observing"]
        unwell = taken[(taken["temperature"] >= 37.3) | (taken["symptoms"] != "")]
        back = events[events["episode_id"].isin(events.loc[events["state"] == "hospital", "episode_id"])].groupby("episode_id")
        assert not set(back.groups) & set(observed.index), "nobody comes back from hospital here"
        alarming = set(unwell["episode_id"]) & set(observed.index)
        over = {e for e, row in observed.iterrows() if row["started_at"] + timedelta(days=row["days"]) <= NOW}
        found = due(View(store, LOCAL, area=area))
        assert set(zip(found.readings["episode_id"], found.readings["closes"], strict=True)) == wanted["due"]
        assert set(zip(found.missed["episode_id"], found.missed["closes"], strict=True)) == wanted["missed"]
        assert set(found.alarms["episode_id"]) == alarming
        assert set(found.releases["episode_id"]) == over
        assert len(wanted["missed"]) > 10
        assert alarming
        assert over
        listed = due_list(found, episodes(View(store, LOCAL, area=area))).set_index("episode_id")
        still = here[here["state"].isin(["observing", "hospital"])].index
        named = {e for e, _ in wanted["due"] | wanted["missed"]} | alarming | over
        assert set(listed.index) == named & set(still)
        assert listed["alarm"].sum() == len(alarming)
        assert listed["alarm"].is_monotonic_decreasing
    scoped = due(View(store, Viewer("b", areas=frozenset({"b"}))))
    assert len(scoped.missed) == len(due(View(store, LOCAL, area="b")).missed)
