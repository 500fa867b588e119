"""Indicators of entrances, checkpoints, the hours that nobody covers, and passes."""

from __future__ import annotations

from collections.abc import Callable

from briefing import facts
from briefing.indicators.base import Indicator, Value, amount
from briefing.view import View
from errors import N_
from ledgers.overview import Figures
from queries.columns import CHECKPOINT_KINDS

Ask = Callable[[View, str | None], Value]

ENTRANCES, POSTS, HOURS, PEOPLE = N_("entrances"), N_("posts"), N_("hours"), N_("people")


def _entrances(count: Callable[[Figures], int], *, rosters: bool = False, orders: bool = True) -> Ask:
    """Return how to count entrances, from the figures that the home page and ``status`` show.

    Where none is listed, nobody knows how many there are; where none has an order, nobody knows which are open.
    """

    def ask(view: View, of: str | None) -> Value:
        total = view.figures.layers["entrances"]
        if not total or (orders and view.figures.entrances_undecided == total):
            return None
        return None if rosters and "rosters" not in facts.kept_anywhere(view) else count(view.figures)

    return ask


def _mode(mode: str) -> Callable[[Figures], int]:
    return lambda found: found.entrances[mode]


def _compounds(mode: str | None) -> Ask:
    """Return how to count the entrances of compounds: all, or those of a mode."""

    def ask(view: View, of: str | None) -> Value:
        found = view.layer("entrances")
        modes = found.loc[found["compound_id"].notna(), "mode"]
        if modes.empty or (mode is not None and modes.isna().all()):
            return None
        return len(modes) if mode is None else int((modes == mode).sum())

    return ask


def _checkpoints(count: Callable[[Figures], int], *, rosters: bool = False) -> Ask:
    def ask(view: View, of: str | None) -> Value:
        kept = facts.kept_anywhere(view)
        return None if "checkpoints" not in kept or (rosters and "rosters" not in kept) else count(view.figures)

    return ask


def _kind(kind: str) -> Callable[[Figures], int]:
    return lambda found: found.checkpoints[kind]


def _staff(column: str, *, rosters: bool = False) -> Ask:
    """Return how to sum a column of the staff at checkpoints; the need is not known where it is known of no post."""

    def ask(view: View, of: str | None) -> Value:
        kept = facts.kept_anywhere(view)
        if "checkpoints" not in kept or (rosters and "rosters" not in kept):
            return None
        found = facts.staff(view)
        unknown = column == "required" and len(found) and (found["uncounted"] == found["posts"]).all()
        return None if unknown else int(found[column].sum())

    return ask


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


_ENTRANCES, _CHECKPOINTS, _PASSES = ("count_entrances",), ("count_checkpoints",), ("count_passes",)
_COMPOUNDS, _STAFF = ("select_entrances",), ("count_staff",)
_UNCOVERED = ("select_entrance_periods", "select_checkpoint_periods", "select_shifts", "duty.uncovered_hours")

INDICATORS = (
    Indicator("entrances.total", N_("entrances listed"), ENTRANCES, _ENTRANCES, _entrances(lambda f: f.layers["entrances"], orders=False)),
    Indicator("entrances.sealed", N_("entrances sealed"), ENTRANCES, _ENTRANCES, _entrances(_mode("sealed"))),
    Indicator("entrances.open_24h", N_("entrances open around the clock"), ENTRANCES, _ENTRANCES, _entrances(_mode("open_24h"))),
    Indicator("entrances.open_hours", N_("entrances open by hours"), ENTRANCES, _ENTRANCES, _entrances(_mode("open_hours"))),
    Indicator(
        "entrances.undecided",
        N_("entrances without an order"),
        ENTRANCES,
        _ENTRANCES,
        _entrances(lambda f: f.entrances_undecided, orders=False),
    ),
    Indicator("compounds.entrances", N_("entrances of compounds"), ENTRANCES, _ENTRANCES, _compounds(None)),
    Indicator("compounds.sealed", N_("entrances of compounds sealed"), ENTRANCES, _ENTRANCES, _compounds("sealed")),
    Indicator(
        "compounds.open_24h",
        N_("entrances of compounds open around the clock"),
        ENTRANCES,
        _ENTRANCES,
        _compounds("open_24h"),
    ),
    Indicator(
        "compounds.open_hours",
        N_("entrances of compounds open by hours"),
        ENTRANCES,
        _ENTRANCES,
        _compounds("open_hours"),
    ),
    Indicator("entrances.open_now", N_("entrances open at the cut-off"), ENTRANCES, _ENTRANCES, _entrances(lambda f: f.entrances_open_now)),
    Indicator(
        "entrances.staffed",
        N_("entrances open at the cut-off with somebody on duty"),
        ENTRANCES,
        _ENTRANCES,
        _entrances(lambda f: f.entrances_open_now - f.entrances_unstaffed_now, rosters=True),
    ),
    Indicator(
        "entrances.unstaffed",
        N_("entrances open at the cut-off with nobody on duty"),
        ENTRANCES,
        _ENTRANCES,
        _entrances(lambda f: f.entrances_unstaffed_now, rosters=True),
    ),
    Indicator(
        "entrances.overdue",
        N_("entrances sealed past the date of their order"),
        ENTRANCES,
        _ENTRANCES,
        _entrances(lambda f: f.seals_overdue),
    ),
    # Checkpoints
    Indicator("checkpoints.total", N_("checkpoints in force"), POSTS, _CHECKPOINTS, _checkpoints(lambda f: f.layers["checkpoints"])),
    Indicator(
        "checkpoints.beyond",
        N_("checkpoints beyond the drawn border"),
        POSTS,
        ("count_checkpoints",),
        _checkpoints(lambda f: f.checkpoints_beyond),
    ),
    *(
        Indicator(f"checkpoints.{kind}", label, POSTS, _CHECKPOINTS, _checkpoints(_kind(kind)))
        for kind, label in zip(
            CHECKPOINT_KINDS,
            (
                N_("checkpoints that inspect"),
                N_("checkpoints that turn people back"),
                N_("checkpoints that block the road"),
                N_("checkpoints that screen"),
            ),
            strict=True,
        )
    ),
    Indicator(
        "checkpoints.staffed",
        N_("checkpoints with somebody on duty at the cut-off"),
        POSTS,
        _CHECKPOINTS,
        _checkpoints(lambda f: f.layers["checkpoints"] - f.checkpoints_unstaffed_now - f.checkpoints_held_now, rosters=True),
    ),
    Indicator(
        "checkpoints.unstaffed",
        N_("checkpoints with nobody on duty at the cut-off, but for blocks that need nobody"),
        POSTS,
        _CHECKPOINTS,
        _checkpoints(lambda f: f.checkpoints_unstaffed_now, rosters=True),
    ),
    Indicator(
        "checkpoints.held",
        N_("blocks with nobody on duty at the cut-off that need nobody"),
        POSTS,
        _CHECKPOINTS,
        _checkpoints(lambda f: f.checkpoints_held_now, rosters=True),
    ),
    Indicator(
        "staff.on_duty",
        N_("people on duty at checkpoints at the cut-off"),
        PEOPLE,
        _STAFF,
        _staff("on_duty", rosters=True),
    ),
    Indicator("staff.required", N_("people that the checkpoints need at once, as far as known"), PEOPLE, _STAFF, _staff("required")),
    Indicator(
        "staff.uncounted",
        N_("checkpoints of which nobody knows how many people they need"),
        POSTS,
        _STAFF,
        _staff("uncounted"),
    ),
    Indicator("staff.short", N_("checkpoints with fewer people than they need"), POSTS, _STAFF, _staff("short", rosters=True)),
    # Hours
    Indicator("gaps.entrances", N_("entrances that nobody covers at some hour of the next 24"), ENTRANCES, _UNCOVERED, _gaps("entrances")),
    Indicator(
        "gaps.checkpoints", N_("checkpoints that nobody covers at some hour of the next 24"), POSTS, _UNCOVERED, _gaps("checkpoints")
    ),
    Indicator(
        "gaps.hours",
        N_("hours of the next 24 that nobody covers, all places together"),
        HOURS,
        _UNCOVERED,
        _gap_hours(None),
        form="amount",
    ),
    Indicator(
        "gaps.hours_of",
        N_("hours of the next 24 that nobody covers"),
        HOURS,
        _UNCOVERED,
        _gap_hours("checkpoints"),
        of="feature",
        form="amount",
    ),
    Indicator(
        "gaps.entrance_hours_of",
        N_("hours of the next 24 that nobody covers an entrance"),
        HOURS,
        _UNCOVERED,
        _gap_hours("entrances"),
        of="feature",
        form="amount",
    ),
    # Passes
    Indicator("passes.issued", N_("passes handed out"), N_("passes"), _PASSES, _passes("issued")),
    Indicator("passes.in_hand", N_("passes in people's hands"), N_("passes"), _PASSES, _passes("in_hand")),
    Indicator("passes.remaining", N_("passes left to hand out"), N_("passes"), _PASSES, _passes("remaining")),
)
