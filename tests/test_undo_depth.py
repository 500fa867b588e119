"""Undo of undo to any depth: what stands is what a search through the voids says."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from township import at, township

from errors import NotFound
from ledgers import undoing
from queries.events import LOCAL, Viewer, new_id
from queries.store import Store


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with township(tmp_path_factory.mktemp("undo")) as opened:
        yield opened


def passed(store: Store, area: str = "a") -> str:
    """Record something that is counted by itself: a pass handed out."""
    event = new_id()
    row = {"event_id": event, "area_id": area, "action": "issue", "pass_no": event, "holder": "王**", "effective_at": at(5)}
    store.append(LOCAL, {"pass_event": pd.DataFrame([row])})
    return event


def standing(store: Store, event: str) -> bool:
    return event in set(store.run("select_pass_holdings", LOCAL)["pass_no"])


def undone(event: str, voids: dict[str, list[str]]) -> bool:
    """Tell whether a void that is not itself undone targets an event: the definition, by search."""
    return any(not undone(void, voids) for void in voids.get(event, []))


# Each void targets the event (0) or one of the voids before it.
CHAINS = st.lists(st.integers(0, 30), min_size=1, max_size=9).map(lambda targets: [min(t, n) for n, t in enumerate(targets)])


@settings(max_examples=60)
@given(CHAINS, st.integers(0, 9))
def test_what_stands_is_what_a_search_finds(store: Store, targets: list[int], more: int) -> None:
    chain = [passed(store)]
    for target in targets:
        chain += store.undo(LOCAL, [chain[target]])
    voids: dict[str, list[str]] = {}
    for void, target in zip(chain[1:], targets, strict=True):
        voids.setdefault(chain[target], []).append(void)
    assert standing(store, chain[0]) is not undone(chain[0], voids)
    one = chain[min(more, len(targets))]
    voids[one] = [*voids.get(one, []), "one more"]
    store.undo(LOCAL, [one])
    assert standing(store, chain[0]) is not undone(chain[0], voids)


def test_the_spans_of_voids_are_what_the_voids_say_at_each_moment(store: Store) -> None:
    """``void_span`` is worked out once; ``standing_void`` searches anew."""
    chain = [passed(store)]
    for target in (0, 1, 1, 2, 3, 4, 0, 5, 6):
        chain += store.undo(LOCAL, [chain[target]])
    cursor = store._cursor()
    moments = [row[0] for row in cursor.execute("select distinct epoch_us(recorded_at) from ledger.void").fetchall()]
    for moment in [*moments, min(moments) - 1, max(moments) + 1]:
        told = [
            cursor.execute(f"select target_id, epoch_us(recorded_at), reason from {voids} order by all").fetchall()
            for known in [f"to_timestamp(0) + to_microseconds({moment})"]
            for voids in (f"undone_at({known})", f"standing_void({known}, null)")
        ]
        assert told[0] == told[1]


@pytest.mark.parametrize("depth", range(7))
def test_every_second_void_brings_it_back(store: Store, depth: int) -> None:
    event = passed(store)
    last = event
    for _ in range(depth):
        (last,) = store.undo(LOCAL, [last])
    assert standing(store, event) is (depth % 2 == 0)


def isolated(store: Store, episode: str, person: str, start: object) -> str:
    row = {"episode_id": episode, "person_id": person, "area_id": "a", "state": "observing", "started_at": start, "days": 14}
    return store.append(LOCAL, {"isolation_event": pd.DataFrame([{**row, "effective_at": start}])})[0]


def test_a_redo_deep_down_is_judged_by_the_rules(store: Store) -> None:
    """To void the void of the void of a start is to start again: not while another isolation of the person goes on."""
    begun = isolated(store, "deep-1", "deep", at(3))
    (first,) = store.undo(LOCAL, [begun])
    (second,) = store.undo(LOCAL, [first])
    (third,) = store.undo(LOCAL, [second])
    isolated(store, "deep-2", "deep", at(4))
    with pytest.raises(Exception, match="isolation"):
        undoing.undo(store, LOCAL, [third])


def test_a_void_lies_where_what_it_undoes_lies(store: Store) -> None:
    event = passed(store, "b")
    (first,) = store.undo(LOCAL, [event])
    (second,) = store.undo(LOCAL, [first])
    (third,) = store.undo(Viewer("b", areas=frozenset({"b"})), [second])
    with pytest.raises(NotFound):
        store.undo(Viewer("a", areas=frozenset({"a"})), [third])


def test_a_layer_is_written_anew_however_deep_the_undo(store: Store) -> None:
    """A description that is voided, redone and voided again is no more in the layer."""
    (described,) = store.append(
        LOCAL,
        {
            "feature_event": pd.DataFrame(
                [
                    {
                        "layer": "checkpoints",
                        "feature_id": "px",
                        "name": "新卡口",
                        "attributes": "{}",
                        "withdrawn": False,
                        "effective_at": at(1),
                    }
                ]
            )
        },
    )
    seen, last = [], described
    for _ in range(5):
        stamps = store.run("feature_stamps", LOCAL).set_index("layer")["stamp"]["checkpoints"]
        seen.append(stamps)
        (last,) = store.undo(LOCAL, [last])
    assert len(set(seen)) == len(seen)
