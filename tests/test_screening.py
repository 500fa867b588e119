"""Screening: what a visit may say, how far a round has come, which doors wait; all of it beside a count in plain Python."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from errors import InputError, NotFound
from ledgers.people import screening, screening_rounds
from ledgers.people.screening import REACHED, RETRY_HOURS
from ledgers.people.screening_rounds import Round
from queries.events import new_id
from queries.store import LOCAL, Store, Viewer
from queries.view import View
from tests.township import NOW, at, township

HOUSEHOLDS = {"h1": ("a", 3), "h2": ("a", 2), "h3": ("b", None), "h4": ("b", 0)}


def enter(store: Store) -> None:
    rows = [{"household_id": h, "area_id": a, "head_count": n, "door": h, "effective_at": at(1)} for h, (a, n) in HOUSEHOLDS.items()]
    store.append(LOCAL, {"household_event": pd.DataFrame(rows)})


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with township(tmp_path / "w") as opened:
        enter(opened)
        yield opened


def counts(done: screening_rounds.Progress) -> tuple[int, ...]:
    return done.households, done.visited, done.seen, done.open, done.screened, done.key_persons


def test_a_round_is_counted_from_its_visits(store: Store) -> None:
    screening.record_visit(store, LOCAL, "h1", outcome="not_in", team="一组", effective_at=at(10, 9))
    screening.record_visit(store, LOCAL, "h1", outcome="registered", team="二组", screened=3, key_persons=1, effective_at=at(11, 9))
    screening.record_visit(store, LOCAL, "h1", outcome="registered", team="一组", screened=2, effective_at=at(12, 9))
    screening.record_visit(store, LOCAL, "h2", outcome="refused", team="一组", effective_at=at(12, 10))
    screening.record_visit(store, LOCAL, "h3", outcome="registered", purpose="delivery", screened=9, effective_at=at(12, 10))
    done = screening_rounds.progress(View(store, LOCAL))
    assert counts(done) == (4, 2, 1, 2, 3, 1)
    assert done.settled == 2  # h1 reached, h4 empty
    assert counts(screening_rounds.progress(View(store, LOCAL, area="b"))) == (2, 0, 0, 1, 0, 0)
    assert counts(screening_rounds.progress(View(store, LOCAL, at=at(10, 12))))[1:3] == (1, 0)
    # The people of h1 are the second team's, which reached it first: so the teams add up to the whole.
    teams = screening_rounds.by_team(done.work).set_index("team")
    assert teams.loc["二组", ["visits", "reached", "screened", "key_persons"]].tolist() == [1, 1, 3, 1]
    assert teams.loc["一组", ["visits", "reached", "screened"]].tolist() == [3, 0, 0]
    assert teams["screened"].sum() == done.screened
    assert screening_rounds.by_day(done.work)["visits"].sum() == 4
    grids = screening_rounds.by_grid(done.places).set_index("area_id")
    assert grids.loc["a", ["households", "open", "share"]].tolist() == [2, 1, 50]


def test_a_call_a_landlord_and_a_vacant_flat_are_nobody_seen(store: Store) -> None:
    for home, outcome in {"h1": "phone_only", "h2": "vacant", "h3": "landlord_reached"}.items():
        screening.record_visit(store, LOCAL, home, outcome=outcome, effective_at=at(11, 9))
    done = screening_rounds.progress(View(store, LOCAL))
    # h4 has nobody by its description; who was called was not seen.
    assert (done.seen, done.by_phone, done.by_landlord, done.vacant, done.open) == (0, 1, 1, 2, 0)
    screening.record_visit(store, LOCAL, "h1", outcome="registered", screened=3, effective_at=at(12, 9))
    screening.record_visit(store, LOCAL, "h1", outcome="phone_only", effective_at=at(12, 10))
    done = screening_rounds.progress(View(store, LOCAL))
    assert (done.seen, done.by_phone, done.screened_homes) == (1, 0, 1)  # seen once is seen


def test_a_share_is_never_whole_while_something_is_missing() -> None:
    places = {"area_id": "a", "area_name": "a", "people": 1, "households": 2500, "open": 1}
    counts = dict.fromkeys(("visited", *screening_rounds.REACHED, "screened_homes", "screened", "key_persons"), 0)
    assert screening_rounds.by_grid(pd.DataFrame([places | counts]))["share"].tolist() == [99.9]


def test_progress_against_the_clock(store: Store) -> None:
    store.set_settings(LOCAL, {"screening_rounds": [{"name": "两天清底", "area_id": "t", "starts_at": "2020-02-12T06:00", "hours": 48}]})
    screening.record_visit(store, LOCAL, "h2", outcome="registered", screened=2, effective_at=at(11, 9))  # before the round
    screening.record_visit(store, LOCAL, "h1", outcome="registered", screened=3, effective_at=at(12, 9))
    first, everything = screening_rounds.rounds(View(store, LOCAL))
    assert (first.name, first.due_at) == ("两天清底", at(14, 6))
    assert everything == Round("")
    done = screening_rounds.progress(View(store, LOCAL), round=first)
    assert (done.seen, done.open, done.expected) == (1, 2, 1)  # 12 of 48 h have passed: 4 * 12 / 48
    assert done.per_hour == pytest.approx(1 / 9)  # one since the first visit at nine
    assert done.done_at == NOW + timedelta(hours=18)
    assert screening_rounds.rounds(View(store, LOCAL, at=at(12, 5))) == [everything]
    assert screening_rounds.progress(View(store, LOCAL, area="a"), round=first).households == 2
    with pytest.raises(NotFound):
        screening_rounds.progress(View(store, LOCAL, area="b"), round=Round("", area_id="a"))


def test_the_same_visit_sent_twice_is_written_once(store: Store) -> None:
    own = new_id()
    for _ in range(2):
        assert screening.record_visit(store, LOCAL, "h1", outcome="registered", screened=3, event_id=own) == [own]
    assert list(store.run("select_event_ids", LOCAL, ids=[own])["event_table"]) == ["visit"]
    store.undo(LOCAL, [own])
    assert screening.record_visit(store, LOCAL, "h1", outcome="registered", screened=3, event_id=own) == [own]
    assert screening_rounds.progress(View(store, LOCAL)).visited == 0


@pytest.mark.parametrize(
    "wrong",
    [
        {"outcome": "gone"},
        {"outcome": ""},
        {"outcome": "registered", "purpose": "chat"},
        {"outcome": "registered", "effective_at": NOW + timedelta(minutes=1)},
        {"outcome": "registered", "screened": 101},
        {"outcome": "registered", "screened": -1},
        {"outcome": "registered", "screened": 2, "key_persons": 3},
        {"outcome": "vacant", "screened": 1},
        {"outcome": "not_in", "screened": 2},
        {"outcome": "not_in", "effective_at": at(12, 9), "retry_at": at(12, 9)},
        {"outcome": "registered", "event_id": "1"},
    ],
)
def test_a_visit_that_cannot_be_is_refused(store: Store, wrong: dict[str, object]) -> None:
    with pytest.raises(InputError):
        screening.record_visit(store, LOCAL, "h1", **wrong)
    assert screening_rounds.progress(View(store, LOCAL)).visited == 0


def test_one_visit_is_recorded_at_several_doors_or_at_none(store: Store) -> None:
    with pytest.raises(NotFound):
        screening.record_visits(store, LOCAL, ["h1", "h9"], outcome="not_in")
    events = screening.record_visits(store, LOCAL, ["h1", "h2", "h1"], outcome="not_in", team="一组")
    assert len(events) == 2
    assert screening_rounds.progress(View(store, LOCAL)).visited == 2


def test_the_curve_ends_where_the_round_stands_and_the_funnel_narrows(store: Store) -> None:
    screening.record_visit(store, LOCAL, "h1", outcome="registered", screened=3, key_persons=1, effective_at=at(12, 9))
    done = screening_rounds.progress(View(store, LOCAL), round=Round("x", "t", at(12, 6), 48))
    curve = screening_rounds.curve(done)
    settled = curve[curve["kind"] == "settled"]
    assert settled["settled"].iloc[-1] == done.settled == 2
    assert settled["settled"].is_monotonic_increasing
    assert settled["moment"].is_monotonic_increasing
    assert curve.loc[curve["kind"] == "even", "moment"].tolist() == [at(12, 6), at(14, 6)]
    assert screening_rounds.funnel(done)["n"].tolist() == [4, 1, 1, 5, 3, 1]
    assert screening_rounds.funnel(done)["share"].between(0, 1).all()


def test_a_household_out_of_view_is_not_visited(store: Store) -> None:
    with pytest.raises(NotFound):
        screening.record_visit(store, Viewer("clerk", areas=frozenset({"b"})), "h1", outcome="registered")


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with township(tmp_path_factory.mktemp("screening") / "w") as opened:
        yield opened


TOLD: dict[str, int] = {}  # what the examples before have left in the store that they share
VISITS = st.lists(
    st.tuples(st.integers(0, 3), st.sampled_from(screening.OUTCOMES), st.integers(0, 72), st.booleans(), st.booleans()), max_size=12
)


@settings(max_examples=50)
@given(made=VISITS)
def test_doors_agree_with_a_plain_count(shared: Store, made: list[tuple[int, str, int, bool, bool]]) -> None:
    # The store is shared: each example has households of its own.
    homes = {new_id(): n for n in (3, 2, None, 0)}
    ids = list(homes)
    rows = [{"household_id": h, "area_id": "a", "head_count": n, "effective_at": at(1)} for h, n in homes.items()]
    last: dict[str, tuple[datetime, str, datetime | None]] = {}
    reached: set[str] = set()
    visits, undone = [], []
    for which, outcome, hours_ago, own_retry, void in made:
        moment = NOW - timedelta(hours=hours_ago)
        retry = moment + timedelta(hours=30) if own_retry else None
        visit = {"event_id": new_id(), "household_id": ids[which], "area_id": "a", "purpose": "screening", "outcome": outcome}
        visits.append({**visit, "effective_at": moment, "retry_at": retry})
        if void:
            undone.append({"target_id": visit["event_id"]})
            continue
        if outcome in REACHED:
            reached.add(ids[which])
        if ids[which] not in last or moment >= last[ids[which]][0]:
            last[ids[which]] = (moment, outcome, retry)
    shared.append(LOCAL, {"household_event": pd.DataFrame(rows), "visit": pd.DataFrame(visits), "void": pd.DataFrame(undone)})
    due = {h for h, n in homes.items() if h not in last and n != 0}
    for household, (moment, outcome, retry) in last.items():
        if outcome in RETRY_HOURS and (retry or moment + timedelta(hours=RETRY_HOURS[outcome])) <= NOW:
            due.add(household)
    assert set(screening.waiting_doors(View(shared, LOCAL))["household_id"]) & set(ids) == due
    how = {ids[which]: {o for w, o, _, _, void in made if w == which and not void} for which in range(len(ids))}
    counted = [
        "seen" if "registered" in o else "by_phone" if "phone_only" in o else "by_landlord" if "landlord_reached" in o else "rest"
        for o in how.values()
    ]
    mine = shared.run("count_screening", LOCAL).iloc[0]
    for name in ("seen", "by_phone", "by_landlord"):
        TOLD[name] = TOLD.get(name, 0) + counted.count(name)
        assert mine[name] == TOLD[name]
    assert mine[[*screening_rounds.REACHED, "open"]].sum() == mine["households"]
    left = {h for h, n in homes.items() if n != 0} - reached
    assert set(screening_rounds.unreached(View(shared, LOCAL))["household_id"]) & set(ids) == left
