"""Undo: events are voided by new ones, unless what would be left breaks a rule that holds for whatever is entered.

To void a void is to redo, and is judged the same way.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from errors import InputError
from ledgers.people.isolation_rules import check_alone, check_end, check_steps
from ledgers.people.spans import spans
from ledgers.risk.case_rules import check_one_case
from queries.events import SYSTEM, Viewer
from queries.store import Store

Events = list[Mapping[Any, Any]]


def undo(store: Store, viewer: Viewer, event_ids: Sequence[str], *, reason: str = "") -> list[str]:
    """Void events, or redo what voids undid; return the ids of the events that do so.

    Raises
    ------
    NotFound
        When one of them is of an area that the viewer does not see.
    InputError
        When what would be left breaks a rule (``check``); nothing is undone then.
    """
    with store.writing():
        check(store, event_ids)
        return store.undo(viewer, event_ids, reason=reason)


def check(store: Store, event_ids: Sequence[str]) -> None:
    """Raise InputError when voiding events would leave what nobody could have entered, wherever that is.

    A person in two isolations at once, or a case twice; an isolation that goes on after its end, or has readings after it; people,
    households or units in an area that is no more. Call it inside ``store.writing()``.
    """
    voided = list(event_ids)
    found = store.run("select_courses", SYSTEM, voided=voided)
    isolations, cases = found[found["kind"] == "isolation"], found[found["kind"] == "case"]
    before, after = _events(isolations, "stands"), _events(isolations, "would_stand")
    check_steps(before, after)
    check_alone(before, after)
    ended = {span.subject: span.end for span in set(spans(after)) - set(spans(before)) if span.end is not None}
    if ended:
        taken = store.run("select_last_readings", SYSTEM, episodes=list(ended), voided=voided)
        for episode, moment in zip(taken["episode_id"], taken["taken_at"], strict=True):
            check_end(ended[episode], moment)
    check_one_case(_events(cases, "stands"), _events(cases, "would_stand"))
    _check_nobody_stranded(store, voided)


def _events(found: Any, kept: str) -> Events:
    told: Events = found[found[kept]].to_dict("records")
    return told


def _check_nobody_stranded(store: Store, voided: list[str]) -> None:
    for area in store.run("count_stranded", SYSTEM, voided=voided).itertuples(index=False):
        raise InputError(
            "{area} would be no more, with {households} households, {persons} persons, {units} units and {episodes} open isolations in it; "
            "move them to another area first.",
            area=area.name,
            households=area.households,
            persons=area.persons,
            units=area.units,
            episodes=area.episodes,
        )
