"""The chain of the reports: yesterday's cumulative + new + 核增 - 核减 = today's, each as known at its own cut-off.

Told episode by episode, from what each of the two reports counts, and not as the difference of their figures: so that it can be held
against them.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pandas as pd

from errors import NotFound
from queries.store import SYSTEM, Store, Viewer

# 核增 and 核减; of these, who only moved from one unit to another.
ADDED, TAKEN_BACK, MOVED_IN, MOVED_OUT = "added_late", "taken_back", "moved_in", "moved_out"
BEFORE = "cumulative_before"
CHAIN = (BEFORE, ADDED, TAKEN_BACK, MOVED_IN, MOVED_OUT)
# Where an episode lies that lies in no unit, or out of view; and one in view.
NOWHERE, HERE = "", "here"


@dataclass(frozen=True)
class Chain:
    """What leads from the report before to this one: ``CHAIN`` by unit id, and of all that is in view.

    ``cumulative_before`` is the frozen figure of the report before, counted by the statement that it was counted by. What is both in the
    report before and new in this one, since its start was corrected, was taken back and entered anew. In the total those who moved between
    its units are neither added nor taken back.
    """

    units: pd.DataFrame
    total: dict[str, int]


def flows(store: Store, *, start: datetime, at: datetime, known: datetime, lay: Mapping[str, str], lies: Mapping[str, str]) -> pd.DataFrame:
    """Return each episode that either of two reports counts, whoever asks; ``lay`` and ``lies`` have the unit of each area in either.

    Returns
    -------
    DataFrame
        By episode id: ``was, counted`` (in the report that ended at ``start``, in that of ``at``), ``new``, and ``area_before, unit_before,
        area, unit`` where it lay then and lies now, "" for nowhere.
    """
    then, now = (
        store.run("select_counted_episodes", SYSTEM, at=end, known_at=end_known, start=start).set_index("episode_id")
        for end, end_known in ((start, min(start, known)), (at, known))
    )
    before = pd.DataFrame({"area_before": then["area_id"], "was": True}, index=then.index)
    after = pd.DataFrame({"area": now["area_id"], "counted": True, "new": now["new"]}, index=now.index)
    both = before.join(after, how="outer")
    flags = {name: both[name].eq(True) for name in ("was", "counted", "new")}
    return both.assign(
        **flags,
        unit_before=_filled(both["area_before"].map(lay)),
        unit=_filled(both["area"].map(lies)),
        area_before=_filled(both["area_before"]),
        area=_filled(both["area"]),
    )


def chain(
    store: Store,
    viewer: Viewer,
    *,
    start: datetime,
    at: datetime,
    known: datetime,
    lies: Mapping[str, str],
    units: Collection[str],
    whole: bool,
) -> Chain:
    """Return what leads from the report that ended at ``start`` to that of ``at``.

    Parameters
    ----------
    known
        Until when what was recorded counts.
    lies
        The reporting unit of each area at ``at``, as known then.
    units
        Whose figures these are.
    whole
        The total is of all that the viewer sees, with what lies outside every unit; else of these units.
    """
    earlier: dict[str, Any] = {"at": start, "known_at": min(start, known)}
    reporting = store.run("select_reporting_units", viewer, **earlier)
    lay = dict(zip(reporting["area_id"], reporting["unit_id"], strict=True))
    found = flows(store, start=start, at=at, known=known, lay=lay, lies=lies)
    counted = store.run("count_episodes", viewer, start=start, **earlier)
    of_areas = counted[~counted["whole"]]
    frozen = of_areas.groupby(of_areas["area_id"].map(lay))["cumulative"].sum()
    table = _flow(found, found["unit_before"], found["unit"]).reindex(list(units)).assign(**{BEFORE: frozen})
    if whole:
        before = int(counted.loc[counted["whole"], "cumulative"].sum())
        scopes = store.scope(viewer, None, **earlier), store.scope(viewer, None, at=at, known_at=known)
        total = _together(found, *(_within(found[name], scope) for name, scope in zip(("area_before", "area"), scopes, strict=True)))
    else:
        before = int(frozen.reindex(list(units)).sum())
        total = _together(found, found["unit_before"].isin(units), found["unit"].isin(units))
    return Chain(units=table[list(CHAIN)].fillna(0).astype("int64"), total={BEFORE: before, **total})


def between(store: Store, viewer: Viewer, *, area: str | None, start: datetime, at: datetime, known: datetime) -> dict[str, int]:
    """Return what leads from the frozen count of an area (None: all in view) at one moment to that at another: ``CHAIN``."""
    earlier: dict[str, Any] = {"at": start, "known_at": min(start, known)}
    found = flows(store, start=start, at=at, known=known, lay={}, lies={})
    scope = store.scope(viewer, area, at=at, known_at=known)
    try:
        scope_before = store.scope(viewer, area, **earlier)
        counted = store.run("count_episodes", viewer, area=area, start=start, **earlier)
    except NotFound:  # nobody had described the area by then
        scope_before, counted = [], None
    before = 0 if counted is None else int(counted.loc[counted["whole"], "cumulative"].sum())
    return {BEFORE: before, **_together(found, _within(found["area_before"], scope_before), _within(found["area"], scope))}


def _together(found: pd.DataFrame, here_before: pd.Series, here: pd.Series) -> dict[str, int]:
    """Return what came into and went out of one place, of which is said which episodes lay and lie in it."""
    places = {True: HERE, False: NOWHERE}
    summed = _flow(found, here_before.map(places), here.map(places)).reindex([HERE]).fillna(0).iloc[0]
    return {name: int(summed[name]) for name in CHAIN[1:]}


def _filled(names: pd.Series) -> pd.Series:
    return names.astype("object").where(names.notna(), NOWHERE)


def _within(areas: pd.Series, scope: list[str] | None) -> pd.Series:
    return pd.Series(scope is None, index=areas.index) | areas.isin(scope or [])


def _flow(found: pd.DataFrame, before: pd.Series, now: pd.Series) -> pd.DataFrame:
    """Return by place what came into it and what went out of it; ``before`` and ``now`` say where each episode lay and lies."""
    stayed = found["was"] & found["counted"] & ~found["new"] & (before == now)
    came, went = found["counted"] & ~found["new"] & ~stayed, found["was"] & ~stayed
    moved_on = found["counted"] & ~found["new"]
    counts = {
        ADDED: now[came].value_counts(),
        TAKEN_BACK: before[went].value_counts(),
        MOVED_IN: now[came & found["was"]].value_counts(),
        MOVED_OUT: before[went & moved_on].value_counts(),
    }
    return pd.DataFrame(counts)
