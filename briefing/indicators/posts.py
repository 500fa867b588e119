"""Indicators of entrances, checkpoints, the hours that nobody covers, and passes."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from briefing import facts
from briefing.indicators.base import Indicator, Value, amount
from briefing.view import View
from errors import mark
from queries.layers import CHECKPOINT_KINDS

Ask = Callable[[View, str | None], Value]

ENTRANCES, POSTS, HOURS, PEOPLE = mark("entrances"), mark("posts"), mark("hours"), mark("people")


def _entrances(count: Callable[[pd.DataFrame], pd.Series], *, compounds: bool = False, rosters: bool = False, orders: bool = True) -> Ask:
    """Return how to count entrances, all or those of compounds.

    Where none is listed, nobody knows how many there are; where none has an order, nobody knows which are open.
    """

    def ask(view: View, of: str | None) -> Value:
        found = view.layer("entrances")
        found = found[found["compound_id"].notna()] if compounds else found
        if found.empty or (orders and found["mode"].isna().all()) or (rosters and "rosters" not in facts.kept_anywhere(view)):
            return None
        return int(count(found).sum())

    return ask


def _mode(mode: str) -> Callable[[pd.DataFrame], pd.Series]:
    return lambda found: found["mode"] == mode


def _all(found: pd.DataFrame) -> pd.Series:
    return pd.Series(True, index=found.index)


def _checkpoints(count: Callable[[pd.DataFrame], pd.Series], *, rosters: bool = False) -> Ask:
    def ask(view: View, of: str | None) -> Value:
        kept = facts.kept_anywhere(view)
        if "checkpoints" not in kept or (rosters and "rosters" not in kept):
            return None
        return int(count(view.layer("checkpoints")).sum())

    return ask


def _beyond(view: View, of: str | None) -> Value:
    return view.figures.checkpoints_beyond if "checkpoints" in facts.kept_anywhere(view) else None


def _kind(kind: str) -> Callable[[pd.DataFrame], pd.Series]:
    return lambda found: found["kind"] == kind


def _required(view: View, of: str | None) -> Value:
    """Return the people needed at the posts of which that is known; of none when it is known of none."""
    if "checkpoints" not in facts.kept_anywhere(view):
        return None
    found = view.layer("checkpoints")["staff_required"]
    return None if len(found) and found.isna().all() else int(found.sum())


def _uncounted(found: pd.DataFrame) -> pd.Series:
    return found["staff_required"].isna()


def _short(found: pd.DataFrame) -> pd.Series:
    """Tell which posts have fewer people than they need: one at least, unless it is a block that needs nobody."""
    return (found["on_duty"] < found["staff_required"].fillna(1).clip(lower=1)) & ~found["holds"]


def _gaps(layer: str) -> Ask:
    def ask(view: View, of: str | None) -> Value:
        found = facts.gaps(view)
        return None if found is None else int(found.loc[found["layer"] == layer, "subject_id"].nunique())

    return ask


def _gap_hours(layer: str | None) -> Ask:
    """Return how to count the hours of one place of a layer, or of all places together (None)."""

    def ask(view: View, of: str | None) -> Value:
        found = facts.gaps(view)
        if found is None:
            return None
        mine = found if layer is None else found[(found["layer"] == layer) & (found["subject_id"] == of)]
        return amount(mine["hours"].sum())

    return ask


def _passes(column: str) -> Ask:
    def ask(view: View, of: str | None) -> Value:
        found = facts.passes(view)
        return None if found is None else int(found[column])

    return ask


_ENTRANCES, _CHECKPOINTS, _PASSES = ("select_entrances",), ("select_checkpoints",), ("count_passes",)
_UNCOVERED = ("select_entrance_periods", "select_checkpoint_periods", "select_shifts", "duty.uncovered_hours")

INDICATORS = (
    Indicator("entrances.total", mark("entrances listed"), ENTRANCES, _ENTRANCES, _entrances(_all, orders=False)),
    Indicator("entrances.sealed", mark("entrances sealed"), ENTRANCES, _ENTRANCES, _entrances(_mode("sealed"))),
    Indicator("entrances.open_24h", mark("entrances open around the clock"), ENTRANCES, _ENTRANCES, _entrances(_mode("open_24h"))),
    Indicator("entrances.open_hours", mark("entrances open by hours"), ENTRANCES, _ENTRANCES, _entrances(_mode("open_hours"))),
    Indicator(
        "entrances.undecided",
        mark("entrances without an order"),
        ENTRANCES,
        _ENTRANCES,
        _entrances(lambda found: found["mode"].isna(), orders=False),
    ),
    Indicator("compounds.entrances", mark("entrances of compounds"), ENTRANCES, _ENTRANCES, _entrances(_all, compounds=True, orders=False)),
    Indicator(
        "compounds.sealed", mark("entrances of compounds sealed"), ENTRANCES, _ENTRANCES, _entrances(_mode("sealed"), compounds=True)
    ),
    Indicator(
        "compounds.open_24h",
        mark("entrances of compounds open around the clock"),
        ENTRANCES,
        _ENTRANCES,
        _entrances(_mode("open_24h"), compounds=True),
    ),
    Indicator(
        "compounds.open_hours",
        mark("entrances of compounds open by hours"),
        ENTRANCES,
        _ENTRANCES,
        _entrances(_mode("open_hours"), compounds=True),
    ),
    Indicator(
        "entrances.open_now", mark("entrances open at the cut-off"), ENTRANCES, _ENTRANCES, _entrances(lambda found: found["open_now"])
    ),
    Indicator(
        "entrances.staffed",
        mark("entrances open at the cut-off with somebody on duty"),
        ENTRANCES,
        _ENTRANCES,
        _entrances(lambda found: found["open_now"] & found["staffed"], rosters=True),
    ),
    Indicator(
        "entrances.unstaffed",
        mark("entrances open at the cut-off with nobody on duty"),
        ENTRANCES,
        _ENTRANCES,
        _entrances(lambda found: found["unstaffed"], rosters=True),
    ),
    Indicator(
        "entrances.overdue",
        mark("entrances sealed past the date of their order"),
        ENTRANCES,
        _ENTRANCES,
        _entrances(lambda found: found["overdue"]),
    ),
    # Checkpoints
    Indicator("checkpoints.total", mark("checkpoints in force"), POSTS, _CHECKPOINTS, _checkpoints(_all)),
    Indicator("checkpoints.beyond", mark("checkpoints beyond the drawn border"), POSTS, ("count_checkpoints",), _beyond),
    *(
        Indicator(f"checkpoints.{kind}", label, POSTS, _CHECKPOINTS, _checkpoints(_kind(kind)))
        for kind, label in zip(
            CHECKPOINT_KINDS,
            (
                mark("checkpoints that inspect"),
                mark("checkpoints that turn people back"),
                mark("checkpoints that block the road"),
                mark("checkpoints that screen"),
            ),
            strict=True,
        )
    ),
    Indicator(
        "checkpoints.staffed",
        mark("checkpoints with somebody on duty at the cut-off"),
        POSTS,
        _CHECKPOINTS,
        _checkpoints(lambda found: found["staffed"], rosters=True),
    ),
    Indicator(
        "checkpoints.unstaffed",
        mark("checkpoints with nobody on duty at the cut-off, but for blocks that need nobody"),
        POSTS,
        _CHECKPOINTS,
        _checkpoints(lambda found: found["unstaffed"], rosters=True),
    ),
    Indicator(
        "checkpoints.held",
        mark("blocks with nobody on duty at the cut-off that need nobody"),
        POSTS,
        _CHECKPOINTS,
        _checkpoints(lambda found: found["holds"] & ~found["staffed"], rosters=True),
    ),
    Indicator(
        "staff.on_duty",
        mark("people on duty at checkpoints at the cut-off"),
        PEOPLE,
        _CHECKPOINTS,
        _checkpoints(lambda found: found["on_duty"], rosters=True),
    ),
    Indicator("staff.required", mark("people that the checkpoints need at once, as far as known"), PEOPLE, _CHECKPOINTS, _required),
    Indicator(
        "staff.uncounted",
        mark("checkpoints of which nobody knows how many people they need"),
        POSTS,
        _CHECKPOINTS,
        _checkpoints(_uncounted),
    ),
    Indicator("staff.short", mark("checkpoints with fewer people than they need"), POSTS, _CHECKPOINTS, _checkpoints(_short, rosters=True)),
    # Hours
    Indicator(
        "gaps.entrances", mark("entrances that nobody covers at some hour of the next 24"), ENTRANCES, _UNCOVERED, _gaps("entrances")
    ),
    Indicator(
        "gaps.checkpoints", mark("checkpoints that nobody covers at some hour of the next 24"), POSTS, _UNCOVERED, _gaps("checkpoints")
    ),
    Indicator(
        "gaps.hours",
        mark("hours of the next 24 that nobody covers, all places together"),
        HOURS,
        _UNCOVERED,
        _gap_hours(None),
        form="amount",
    ),
    Indicator(
        "gaps.hours_of",
        mark("hours of the next 24 that nobody covers"),
        HOURS,
        _UNCOVERED,
        _gap_hours("checkpoints"),
        of="feature",
        form="amount",
    ),
    Indicator(
        "gaps.entrance_hours_of",
        mark("hours of the next 24 that nobody covers an entrance"),
        HOURS,
        _UNCOVERED,
        _gap_hours("entrances"),
        of="feature",
        form="amount",
    ),
    # Passes
    Indicator("passes.issued", mark("passes handed out"), mark("passes"), _PASSES, _passes("issued")),
    Indicator("passes.in_hand", mark("passes in people's hands"), mark("passes"), _PASSES, _passes("in_hand")),
    Indicator("passes.remaining", mark("passes left to hand out"), mark("passes"), _PASSES, _passes("remaining")),
)
