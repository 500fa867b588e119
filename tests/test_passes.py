"""Passes: never more handed out than there are, never one twice; the gate log in its order."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from township import at, township

from errors import InputError, NotFound
from ledgers.posts import passes
from queries.events import LOCAL, Viewer
from queries.store import Store, open_store
from queries.view import View


@pytest.fixture
def store(tmp_path: Path) -> Store:
    with township(tmp_path) as opened:
        yield opened


def counted(store: Store, area: str = "a") -> dict[str, int]:
    row = passes.totals(View(store, LOCAL)).set_index("area_id").loc[area]
    return {c: int(row[c]) for c in ("stock", "issued", "returned", "revoked", "in_hand", "remaining")}


def test_a_pass_goes_out_and_comes_back(store: Store) -> None:
    passes.receive(store, LOCAL, "a", quantity=3)
    passes.issue(store, LOCAL, "a", holders={"001": "王建国", "002": "李秀英"})
    assert counted(store) == {"stock": 3, "issued": 2, "returned": 0, "revoked": 0, "in_hand": 2, "remaining": 1}
    with pytest.raises(InputError, match="1 passes left, not 2"):
        passes.issue(store, LOCAL, "a", holders={"003": "赵", "004": "钱"})
    with pytest.raises(InputError, match="王建国"):
        passes.issue(store, LOCAL, "a", holders={"001": "赵"})
    passes.take_back(store, LOCAL, "a", ["001"])
    lost = passes.revoke(store, LOCAL, "a", ["002"])
    assert counted(store) == {"stock": 3, "issued": 2, "returned": 1, "revoked": 1, "in_hand": 0, "remaining": 2}
    with pytest.raises(InputError, match="revoked"):
        passes.issue(store, LOCAL, "a", holders={"002": "赵"})
    with pytest.raises(InputError, match="nobody"):
        passes.take_back(store, LOCAL, "a", ["002"])
    passes.issue(store, LOCAL, "a", holders={"001": "赵"})
    store.undo(LOCAL, lost)
    assert counted(store)["in_hand"] == 2


def test_a_thousand_at_the_gate(store: Store) -> None:
    passes.receive(store, LOCAL, "t", quantity=1200)
    passes.issue_unnumbered(store, LOCAL, "t", quantity=1000)
    assert counted(store, "t")["remaining"] == 200
    with pytest.raises(InputError):
        passes.issue_unnumbered(store, LOCAL, "t", quantity=201)
    with pytest.raises(InputError):
        passes.receive(store, LOCAL, "t", quantity=0)


@pytest.mark.parametrize("holders", [{}, {"": "王"}, {"1": " "}, {"1": "王", " 1": "李"}])
def test_each_pass_has_a_number_and_a_holder(store: Store, holders: dict[str, str]) -> None:
    passes.receive(store, LOCAL, "a", quantity=9)
    with pytest.raises(InputError):
        passes.issue(store, LOCAL, "a", holders=holders)
    assert counted(store)["issued"] == 0


def test_passes_stay_within_the_viewers_area(store: Store) -> None:
    with pytest.raises(NotFound):
        passes.receive(store, Viewer("b", areas=frozenset({"b"})), "a", quantity=1)
    with pytest.raises(NotFound):
        passes.receive(store, LOCAL, "nowhere", quantity=1)


@settings(deadline=None, max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=st.lists(st.tuples(st.sampled_from(["receive", "issue", "take_back", "revoke"]), st.integers(0, 3)), max_size=12))
def test_the_totals_always_reconcile(tmp_path_factory: pytest.TempPathFactory, acts: list[tuple[str, int]]) -> None:
    with township(tmp_path_factory.mktemp("w")) as store:
        blank, held, revoked = 0, set(), set()
        for act, n in acts:
            number = str(n)
            try:
                if act == "receive":
                    passes.receive(store, LOCAL, "a", quantity=n)
                    blank += n
                elif act == "issue":
                    passes.issue(store, LOCAL, "a", holders={number: "甲"})
                    assert blank > 0 and number not in held | revoked
                    blank, held = blank - 1, held | {number}
                elif act == "take_back":
                    passes.take_back(store, LOCAL, "a", [number])
                    assert number in held
                    blank, held = blank + 1, held - {number}
                else:
                    passes.revoke(store, LOCAL, "a", [number])
                    assert number in held
                    held, revoked = held - {number}, revoked | {number}
            except InputError:
                refused = {
                    "receive": n == 0,
                    "issue": blank == 0 or number in held | revoked,
                    "take_back": number not in held,
                    "revoke": number not in held,
                }
                assert refused[act]
        totals = passes.totals(View(store, LOCAL))
        assert int(totals["remaining"].sum()) == blank
        assert int(totals["in_hand"].sum()) == len(held)


def test_the_gate_log_follows_pass_then_temperature(store: Store) -> None:
    passes.receive(store, LOCAL, "a", quantity=1, effective_at=at(12, 8))
    passes.issue(store, LOCAL, "a", holders={"001": "王建国"}, effective_at=at(12, 9))
    log = {"person": "王建国", "pass_no": "001"}
    assert passes.log_gate(store, LOCAL, "e1", **log, temperature=36.5)[0] == "admit"
    assert passes.log_gate(store, LOCAL, "e1", **log, temperature=37.3)[0] == "refer"
    assert passes.log_gate(store, LOCAL, "e1", **log, temperature=36.5, decision="refuse")[0] == "refuse"
    assert passes.log_gate(store, LOCAL, "e1", person="赵", temperature=36.5)[0] == "refuse"
    assert passes.log_gate(store, LOCAL, "e1", **log, temperature=36.5, effective_at=at(12, 8, 30))[0] == "refuse"
    assert passes.log_gate(store, LOCAL, "e1", person="赵", temperature=36.5, decision="admit", note="救护")[0] == "admit"
    assert passes.log_gate(store, LOCAL, "e1", **log, temperature=None, direction="out")[0] == "admit"
    entries = passes.gate_log(View(store, LOCAL), start=at(12), end=at(13))
    assert entries["decision"].value_counts().to_dict() == {"admit": 3, "refuse": 3, "refer": 1}


@pytest.mark.parametrize(
    "wrong",
    [
        {"temperature": None},
        {"temperature": 25.0},
        {"temperature": 37.5, "decision": "admit"},
        {"decision": "admit"},
        {"person": " "},
    ],
)
def test_the_gate_log_refuses(store: Store, wrong: dict[str, object]) -> None:
    with pytest.raises(InputError):
        passes.log_gate(store, LOCAL, "e1", **{"person": "赵", "temperature": 36.5, **wrong})
    assert passes.gate_log(View(store, LOCAL), start=at(1), end=at(28)).empty


def test_there_is_no_gate_without_an_entrance(tmp_path: Path) -> None:
    with open_store(tmp_path) as store, pytest.raises(NotFound):
        passes.log_gate(store, LOCAL, "e9", person="赵", temperature=36.5)
