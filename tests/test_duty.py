"""Duty: rosters, sign-ins, and the hours nobody covers against a reading minute by minute."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from township import NOW, ZONE, at, township

from errors import InputError, NotFound
from ledgers.posts import duty, orders
from ledgers.posts.duty import NOBODY_ROSTERED, NOT_SIGNED_IN, Guard
from ledgers.posts.timetable import is_open
from queries.events import LOCAL, Viewer
from queries.store import Store
from queries.view import View

WANG, LI, ZHAO = Guard("王建国", "13800000001", "cadre"), Guard("李秀英", "13800000002", "party_member"), Guard("赵敏", "", "volunteer")
WHY = {"reason": "轮换", "ordered_by": "指挥部"}


@pytest.fixture
def store(tmp_path: Path) -> Store:
    with township(tmp_path) as opened:
        yield opened


def roster(store: Store, layer: str, subject: str, *shifts: tuple[Guard, datetime, datetime]) -> list[str]:
    rows = [(subject, g.person, g.phone, g.force, start, end) for g, start, end in shifts]
    columns = ["subject_id", "person", "phone", "force", "starts_at", "ends_at"]
    return duty.add_shifts(store, LOCAL, layer, pd.DataFrame(rows, columns=columns))


def gaps(store: Store, layer: str, start: datetime, end: datetime, **options: object) -> list[tuple]:
    frame = duty.uncovered_hours(View(store, LOCAL, **options), layer=layer, start=start, end=end)
    assert list(frame.columns) == ["subject_id", "name", "starts_at", "ends_at", "why"]
    return [(r.subject_id, r.starts_at, r.ends_at, r.why) for r in frame.itertuples()]


def test_crews_take_turns_round_the_clock() -> None:
    turns = duty.slots([(at(1), at(4))], hours=8, crews=[[WANG, LI], [ZHAO]])
    assert len(turns) == 9 // 2 * 3 + 2
    assert list(turns["person"])[:3] == ["王建国", "李秀英", "赵敏"]
    assert turns["ends_at"].max() == at(4)
    assert ((turns["ends_at"] - turns["starts_at"]) == timedelta(hours=8)).all()


def test_shifts_only_while_open_are_cut_at_closing(store: Store) -> None:
    spans = duty.open_hours(store, LOCAL, "entrances", ["e2"], start=at(13), end=at(15))["e2"]
    assert spans == [(at(13, 6), at(13, 22)), (at(14, 6), at(14, 22))]
    turns = duty.slots(spans, hours=6, crews=[[WANG], [LI]])
    assert [(t.starts_at.hour, t.ends_at.hour) for t in turns.itertuples()] == [(6, 12), (12, 18), (18, 22)] * 2
    duty.add_shifts(store, LOCAL, "entrances", turns.assign(subject_id="e2"))
    assert not [g for g in gaps(store, "entrances", at(13), at(15)) if g[0] == "e2"]


@pytest.mark.parametrize("hours", [0, -1, 25])
def test_a_shift_has_a_length(hours: float) -> None:
    with pytest.raises(InputError):
        duty.slots([(at(1), at(2))], hours=hours, crews=[[WANG]])
    with pytest.raises(InputError):
        duty.slots([(at(1), at(2))], hours=8, crews=[[WANG], []])


@pytest.mark.parametrize(
    ("guard", "start", "end"),
    [
        (Guard(" "), at(12, 8), at(12, 16)),
        (WANG, at(12, 16), at(12, 8)),
        (WANG, at(12), at(14)),
        (Guard("孙", "1", "army"), at(12, 8), at(12, 16)),
    ],
    ids=["nobody", "backwards", "two days", "unknown force"],
)
def test_a_bad_shift_adds_nothing(store: Store, guard: Guard, start: datetime, end: datetime) -> None:
    with pytest.raises(InputError):
        roster(store, "checkpoints", "p2", (LI, at(12, 8), at(12, 16)), (guard, start, end))
    assert duty.shifts_between(View(store, LOCAL), layer="checkpoints", start=at(1), end=at(28)).empty


def test_nobody_stands_in_two_places(store: Store) -> None:
    roster(store, "checkpoints", "p2", (WANG, at(12, 8), at(12, 16)), (ZHAO, at(12, 8), at(12, 16)))
    with pytest.raises(InputError, match="王建国"):
        roster(store, "entrances", "e1", (WANG, at(12, 15), at(12, 20)))
    roster(store, "entrances", "e1", (WANG, at(12, 16), at(12, 20)), (ZHAO, at(12, 8), at(12, 16)))
    with pytest.raises(NotFound):
        roster(store, "entrances", "p1", (LI, at(12, 15), at(12, 20)))


def test_a_cancelled_shift_is_off_the_roster_but_not_forgotten(store: Store) -> None:
    (shift,) = roster(store, "checkpoints", "p2", (WANG, at(12, 8), at(13, 8)))
    assert list(duty.on_duty(View(store, LOCAL), layer="checkpoints")["person"]) == ["王建国"]
    with pytest.raises(InputError):
        duty.cancel_shifts(store, LOCAL, "checkpoints", [shift], reason="")
    undone = duty.cancel_shifts(store, LOCAL, "checkpoints", [shift], reason="生病")
    assert duty.on_duty(View(store, LOCAL), layer="checkpoints").empty
    with pytest.raises(NotFound):
        duty.cancel_shifts(store, LOCAL, "checkpoints", [shift], reason="生病")
    store.undo(LOCAL, undone)


def test_signing_in_makes_a_post_staffed_from_then_on(store: Store) -> None:
    (shift,) = roster(store, "checkpoints", "p1", (WANG, at(12, 16), at(13)))
    assert not store.layer("checkpoints", LOCAL).set_index("id").loc["p1", "staffed"]
    missed = duty.missed_sign_ins(View(store, LOCAL), layer="checkpoints", start=at(12), end=at(13))
    assert list(missed["shift_id"]) == [shift]
    with pytest.raises(InputError):
        duty.sign_in(store, LOCAL, "checkpoints", shift, at=at(12, 14, 59))
    with pytest.raises(InputError):
        duty.sign_in(store, LOCAL, "checkpoints", shift, at=at(13))
    duty.sign_in(store, LOCAL, "checkpoints", shift, at=at(12, 17, 30))
    assert store.layer("checkpoints", LOCAL).set_index("id").loc["p1", "staffed"]
    assert duty.missed_sign_ins(View(store, LOCAL), layer="checkpoints", start=at(12), end=at(13)).empty
    with pytest.raises(InputError, match="already"):
        duty.sign_in(store, LOCAL, "checkpoints", shift)
    assert gaps(store, "checkpoints", at(12, 16), at(12, 20), area="a") == [("p1", at(12, 16), at(12, 17, 30), NOT_SIGNED_IN)]
    # Seen from 16:30, before he came, the shift that had begun covered nothing.
    assert gaps(store, "checkpoints", at(12, 16), at(12, 20), area="a", at=at(12, 16, 30)) == [
        ("p1", at(12, 16), at(12, 20), NOT_SIGNED_IN)
    ]


def test_what_nobody_covers_says_why(store: Store) -> None:
    roster(store, "entrances", "e2", (WANG, at(12, 8), at(12, 16)), (LI, at(12, 15), at(12, 21)))
    roster(store, "checkpoints", "p1", (ZHAO, at(12, 8), at(12, 16)), (ZHAO, at(12, 20), at(13)))
    assert gaps(store, "entrances", at(12), at(13)) == [
        ("e1", at(12), at(13), NOBODY_ROSTERED),
        ("e2", at(12, 6), at(12, 8), NOBODY_ROSTERED),
        ("e2", at(12, 21), at(12, 22), NOBODY_ROSTERED),
    ]
    assert gaps(store, "checkpoints", at(12), at(13), area="a") == [
        ("p1", at(12), at(12, 8), NOBODY_ROSTERED),
        ("p1", at(12, 8), at(12, 16), NOT_SIGNED_IN),
        ("p1", at(12, 16), at(12, 20), NOBODY_ROSTERED),
    ]


def test_orders_within_the_window_count_from_their_moment(store: Store) -> None:
    orders.seal(store, LOCAL, ["e1"], **WHY, effective_at=at(12, 20))
    orders.withdraw(store, LOCAL, "entrances", ["e2"], effective_at=at(12, 10))
    orders.stand_down(store, LOCAL, ["p2"], **WHY, effective_at=at(12, 19))
    assert gaps(store, "entrances", at(12), at(13)) == [
        ("e1", at(12), at(12, 20), NOBODY_ROSTERED),
        ("e2", at(12, 6), at(12, 10), NOBODY_ROSTERED),
    ]
    assert gaps(store, "checkpoints", at(12), at(13), area="b") == [("p2", at(12), at(12, 19), NOBODY_ROSTERED)]


def test_a_viewer_sees_the_gaps_of_their_own_area(store: Store) -> None:
    frame = duty.uncovered_hours(View(store, Viewer("b", areas=frozenset({"b"}))), layer="checkpoints", start=at(12), end=at(13))
    assert set(frame["subject_id"]) == {"p2"}


def test_a_random_ledger_agrees_with_a_reading_minute_by_minute(store: Store) -> None:
    """Every minute of two days: read the state as the pages do, and compare."""
    random = np.random.default_rng(7)
    orders.open_24h(store, LOCAL, ["e1"], **WHY, sign_in_kept=True, effective_at=at(11, 3, 7))
    orders.open_hours(store, LOCAL, ["e1"], timetable="22:00-06:30; 2020-02-12 09:00-11:00", **WHY, effective_at=at(12, 2, 13))
    orders.open_hours(store, LOCAL, ["e3"], timetable="20:00-05:00", **WHY, sign_in_kept=True, effective_at=at(11, 12))
    orders.seal(store, LOCAL, ["e2"], **WHY, effective_at=at(12, 13))
    shifts = []
    for subject in ("e1", "e2", "e3"):
        for _ in range(9):
            start = at(11) + timedelta(minutes=int(random.integers(0, 2700)))
            shifts.append((subject, start, start + timedelta(minutes=int(random.integers(20, 400)))))
    frame = pd.DataFrame(shifts, columns=["subject_id", "starts_at", "ends_at"]).assign(person="甲", phone="", force="guard")
    ids = duty.add_shifts(store, LOCAL, "entrances", frame)
    signed = {}
    for shift, (_, start, end) in list(zip(ids, shifts, strict=True))[::2]:
        moment = start + (end - start) * float(random.uniform(-0.05, 0.9))
        moment = max(moment, start - timedelta(minutes=50)).replace(second=0, microsecond=0)
        duty.sign_in(store, LOCAL, "entrances", shift, at=moment)
        signed[shift] = moment
    found = gaps(store, "entrances", at(11), at(13))
    history = {
        "e1": [
            (at(1), "all", None, False),
            (at(11, 3, 7), "all", None, True),
            (at(12, 2, 13), "22:00-06:30; 2020-02-12 09:00-11:00", None, True),
        ],
        "e2": [(at(1), "06:00-22:00", None, False), (at(12, 13), None, None, False)],
        "e3": [(at(1), None, None, False), (at(11, 12), "20:00-05:00", None, True)],
    }
    for subject, record in history.items():
        for minute in range(2880):
            t = at(11) + timedelta(minutes=minute)
            _, table, _, kept = [r for r in record if r[0] <= t][-1]
            is_it_open = table == "all" or (table is not None and is_open(table, t))
            rostered, present = False, False
            for shift, (who, start, end) in zip(ids, shifts, strict=True):
                if who == subject and start <= t < end:
                    rostered = True
                    present |= start > NOW
                if who == subject and t < end and shift in signed and start <= NOW and signed[shift] <= NOW and signed[shift] <= t:
                    present = True
            expected = None
            if is_it_open and not rostered and not (kept and present):
                expected = NOBODY_ROSTERED
            elif is_it_open and kept and not present:
                expected = NOT_SIGNED_IN
            actual = [why for s, begins, ends, why in found if s == subject and begins <= t < ends]
            assert actual == ([expected] if expected else []), (subject, t)


intervals = st.lists(
    st.tuples(st.integers(0, 2), st.integers(0, 60), st.integers(1, 20)).map(lambda v: (f"s{v[0]}", v[1], v[1] + v[2])), max_size=12
)


@settings(deadline=None, max_examples=200)
@given(needed=intervals, kept=intervals, rostered=intervals, present=intervals)
def test_the_sweep_agrees_with_counting(needed: list, kept: list, rostered: list, present: list) -> None:
    base = datetime(2020, 2, 1, tzinfo=ZONE)

    def frame(rows: list, **columns: object) -> pd.DataFrame:
        moments = [(s, base + timedelta(minutes=a), base + timedelta(minutes=b)) for s, a, b in rows]
        built = pd.DataFrame(moments, columns=["subject_id", "starts_at", "ends_at"]).assign(name="n", **columns)
        return built.astype({"starts_at": "datetime64[us, Asia/Shanghai]", "ends_at": "datetime64[us, Asia/Shanghai]"})

    everything = pd.concat([frame(needed, sign_in_kept=False), frame(kept, sign_in_kept=True)], ignore_index=True)
    result = duty.uncovered(everything, frame(rostered), frame(present))
    minutes: dict[tuple[str, int], str] = {}
    for r in result.itertuples():
        first, last = (int((t - base).total_seconds() // 60) for t in (r.starts_at, r.ends_at))
        assert first < last
        for minute in range(first, last):
            assert (r.subject_id, minute) not in minutes
            minutes[r.subject_id, minute] = r.why
    expected = {}
    for subject in ("s0", "s1", "s2"):
        for minute in range(81):
            covers = [any(s == subject and a <= minute < b for s, a, b in rows) for rows in (needed, kept, rostered, present)]
            if (covers[0] and not covers[2]) or (covers[1] and not covers[3]):
                expected[subject, minute] = NOT_SIGNED_IN if covers[2] else NOBODY_ROSTERED
    assert minutes == expected


def test_staff_by_class_and_shift(store: Store) -> None:
    roster(store, "checkpoints", "p1", (WANG, at(12, 16), at(13)), (ZHAO, at(12, 16), at(13)))
    roster(store, "checkpoints", "p2", (LI, at(12, 8), at(12, 16)))
    totals = duty.staffing(View(store, LOCAL)).set_index("post_class")
    assert totals.loc["national_road", ["posts", "required", "rostered", "signed_in", "on_duty", "short"]].tolist() == [1, 2, 2, 0, 0, 1]
    assert totals.loc["village", ["posts", "required", "rostered", "short"]].tolist() == [1, 1, 0, 1]
    assert pd.isna(totals.loc["village", "signed_in"])
    shifts = duty.shift_staffing(View(store, LOCAL), start=at(12), end=at(13))
    assert (shifts[list(duty.FORCES)].sum(axis=1) == shifts["people"]).all()
    rows = [(r.post_class, r.starts_at.hour, r.posts, r.required, r.people, r.cadre, r.party_member) for r in shifts.itertuples()]
    assert rows == [("village", 8, 1, 1, 1, 0, 1), ("national_road", 16, 1, 2, 2, 1, 0)]
    assert shifts["signed_in"].isna().tolist() == [True, False]
