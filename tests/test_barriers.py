"""A block without people is one thing: what the proof takes to hold is no uncovered hour and no gap in any list."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from briefing.maps.themes.facts import Facts
from briefing.view import View
from ledgers import state
from ledgers.attention import attention
from ledgers.coverage_rules import COVERAGE_RULES
from ledgers.overview import figures
from ledgers.posts import duty
from ledgers.posts.barriers import firm, holds_alone
from ledgers.roads.coverage import study
from queries.store import LOCAL, Store, open_store
from tests.filled import copy_filled
from tests.test_coverage_ledgers import NOW, START, fill, post, put
from tests.test_coverage_ledgers import point as at_metres

# Each on the road, far enough from the others that none watches for another; the first two at the crossings of the border.
PLACES = {"w": (50, 500), "e": (950, 500), "m": (400, 500), "v": (500, 650), "s": (600, 500)}
KINDS = ("inspect", "dissuade", "block", "screen")
STEP = timedelta(minutes=10)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(copy_filled(fill, tmp_path / "w")) as opened:
        yield opened


@st.composite
def orders(draw: st.DrawFn) -> dict[str, Any]:
    kind = draw(st.sampled_from(KINDS))
    barrier = draw(st.sampled_from([None, "hard", "soft"])) if kind == "block" else None
    patrol = draw(st.sampled_from([None, 1, 30, 60, 61, 1440])) if barrier == "soft" else None
    signed = draw(st.booleans())
    return {"kind": kind, "barrier": barrier, "patrol_minutes": patrol, "sign_in_kept": signed, "shift": draw(st.booleans())}


def ordered(store: Store, told: list[dict[str, Any]], moment: Any) -> None:
    """Give each post an order, and a shift where it has one, from a moment on."""
    rows = pd.DataFrame([{**row, "checkpoint_id": place} for row, place in zip(told, PLACES, strict=True)])
    common = {"active": True, "effective_at": moment, "reason": "x", "ordered_by": "x"}
    shifts = rows.loc[rows["shift"], ["checkpoint_id"]].rename(columns={"checkpoint_id": "subject_id"})
    shifts = shifts.assign(subject_layer="checkpoints", person="王", phone="", force="police", starts_at=moment, ends_at=moment + STEP)
    events = {"checkpoint_event": rows.drop(columns="shift").astype({"patrol_minutes": "Int64"}).assign(**common)}
    store.append(LOCAL, events | ({"duty_shift": shifts.assign(effective_at=moment)} if len(shifts) else {}))


def test_proof_hours_and_lists_say_the_same_of_random_posts(store: Store) -> None:
    put(store, "checkpoints", {name: at_metres(*place) for name, place in PLACES.items()}, post_class="other", staff_required=1)
    turn = count()

    @settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(st.lists(orders(), min_size=len(PLACES), max_size=len(PLACES)), st.sampled_from([0, 30, 60, 1440]))
    def check(told: list[dict[str, Any]], rule: int) -> None:
        moment = START + STEP * next(turn)
        store.set_settings(LOCAL, {"coverage_rules": {"patrol_minutes": rule}})
        ordered(store, told, moment)
        # By hand: whoever is there watches, and a wall holds, and tape that is patrolled often enough.
        there = {place: row["shift"] and not row["sign_in_kept"] for row, place in zip(told, PLACES, strict=True)}
        holds = {
            place: row["kind"] == "block" and (row["barrier"] != "soft" or (row["patrol_minutes"] or 9999) <= rule)
            for row, place in zip(told, PLACES, strict=True)
        }
        gaps = {place for place in PLACES if not there[place] and not holds[place]}

        posts = study(View(store, LOCAL, at=moment)).situation.posts
        assert set(posts.loc[~posts["watching"], "id"]) == gaps
        listed = state.layer(View(store, LOCAL, at=moment), "checkpoints")
        assert set(listed.loc[listed["unstaffed"], "id"]) == gaps
        assert set(listed.loc[listed["holds"], "id"]) == {place for place in PLACES if holds[place]}
        hours = duty.uncovered_hours(View(store, LOCAL, at=moment), layer="checkpoints", start=moment, end=moment + STEP)
        assert set(hours["subject_id"]) == gaps
        assert (hours["ends_at"] - hours["starts_at"] == STEP).all()
        told_of = attention(View(store, LOCAL, at=moment))
        now = told_of[(told_of["layer"] == "checkpoints") & (told_of["sort"] == "unstaffed")]
        assert set(now["id"]) == gaps
        found = figures(View(store, LOCAL, at=moment))
        assert found.checkpoints_unstaffed_now == len(gaps)
        assert found.checkpoints_held_now == sum(holds[place] and not there[place] for place in PLACES)
        short = duty.staffing(View(store, LOCAL, at=moment))["short"].sum()
        assert short == len(gaps)
        sheet = Facts(View(store, LOCAL, at=moment))
        assert set(sheet.layer("checkpoints")["id"][sheet.unstaffed("checkpoints")]) == (gaps if "rosters" in sheet.kept else set())
        crossings = state.layer(View(store, LOCAL, at=moment), "crossings").sort_values("node_outside")["with_post"].to_numpy()
        taped = {place for row, place in zip(told, PLACES, strict=True) if row["kind"] == "block"} & gaps
        assert list(crossings) == ["w" not in taped, "e" not in taped]

    check()


def test_tape_without_a_patrol_is_no_post_at_a_crossing_and_a_wall_is(store: Store) -> None:
    def with_post() -> list[bool]:
        return sorted(state.layer(View(store, LOCAL), "crossings")["with_post"])

    post(store, "w", 50, 500, kind="block", barrier="soft", shift=None)
    assert with_post() == [False, False]
    assert figures(View(store, LOCAL)).crossings == {"total": 2, "with_post": 0}
    post(store, "e", 950, 500, kind="block", barrier="hard", shift=None)
    assert with_post() == [False, True]
    store.set_settings(LOCAL, {"coverage_rules": {"patrol_minutes": 60}})
    post(store, "w", 50, 500, kind="block", barrier="soft", patrol_minutes=60, shift=None, effective_at=NOW)
    assert with_post() == [True, True]


def test_the_hours_go_by_the_rule_that_is_in_force_then(store: Store) -> None:
    post(store, "w", 50, 500, kind="block", barrier="soft", patrol_minutes=60, shift=None)
    store.set_settings(LOCAL, {"coverage_rules": COVERAGE_RULES.changed(store, {"patrol_minutes": 60}, at_once=True)})
    day = {"layer": "checkpoints", "start": NOW - timedelta(hours=6), "end": NOW + timedelta(hours=6)}
    (gap,) = duty.uncovered_hours(View(store, LOCAL), **day).to_dict("records")
    assert (gap["starts_at"], gap["ends_at"]) == (NOW - timedelta(hours=6), NOW)
    assert duty.open_hours(store, LOCAL, "checkpoints", ["w"], start=NOW, end=NOW + STEP)["w"], "people may still be put there"


def test_an_order_that_makes_tape_of_a_wall_opens_a_gap_from_then_on(store: Store) -> None:
    post(store, "w", 50, 500, kind="block", shift=None)
    later = NOW + timedelta(hours=1)
    row = {
        "checkpoint_id": "w",
        "kind": "block",
        "barrier": "soft",
        "active": True,
        "effective_at": later,
        "reason": "x",
        "ordered_by": "x",
    }
    store.append(LOCAL, {"checkpoint_event": pd.DataFrame([row])})
    (gap,) = duty.uncovered_hours(View(store, LOCAL), layer="checkpoints", start=NOW, end=NOW + timedelta(hours=3)).to_dict("records")
    assert gap["starts_at"] == later
    told = attention(View(store, LOCAL, at=NOW))
    assert list(told.loc[told["layer"] == "checkpoints", "sort"]) == ["soon"]


def test_the_rule_itself() -> None:
    posts = pd.DataFrame(
        [("block", None, None), ("block", "hard", None), ("block", "soft", 30), ("block", "soft", None), ("inspect", None, None)],
        columns=["kind", "barrier", "patrol_minutes"],
    ).astype({"patrol_minutes": "Int64"})
    assert holds_alone(posts, patrol_minutes=30).tolist() == [True, True, True, False, False]
    assert holds_alone(posts, patrol_minutes=0).tolist() == [True, True, False, False, False]
    assert firm(posts, patrol_minutes=29).tolist() == [True, True, False, False, True]
    assert np.array_equal(holds_alone(posts.iloc[:0], patrol_minutes=30), np.zeros(0, dtype=bool))
