"""How often people are disturbed at their door 上门打扰: each call counts once, and a budget warns before one too many."""

from __future__ import annotations

from datetime import timedelta

import pandas as pd

from errors import N_, InputError
from ledgers.setting import Setting, numbers
from queries.store import Store
from queries.view import View, fact

BUDGET = Setting(
    "disturbance_budget",
    N_("how many calls a household is asked to bear in a day and in a week"),
    {"day": 2, "week": 8},
    partial=True,
    check=numbers("disturbance_budget", ("day", "week"), most=1000),
)
DAY, WEEK = timedelta(days=1), timedelta(days=7)
# Officer, doctor and grid worker at one door, or three members of a family read in turn: what follows within these minutes is one call.
TOGETHER_MINUTES = 30


@fact(kept=16)
def disturbances(view: View, *, household: str | None = None) -> pd.DataFrame:
    """Return how often somebody stood at the door of each household, the most disturbed first.

    Visits of any purpose count, and readings taken at the door; what was done by phone or video does not. What follows within 30 minutes of
    what was before belongs to the same call.

    Returns
    -------
    DataFrame
        ``household_id, area_id, area_name, day, week`` (calls in the last 24 hours, in the last 7 days), ``last_at``, and
        ``over`` (more than the budget allows). Households nobody called at in a week have no row.
    """
    found = view.run(
        "count_disturbances", household=household, day_start=view.at - DAY, week_start=view.at - WEEK, together_minutes=TOGETHER_MINUTES
    )
    limit = budget(view.store)
    return found.assign(over=(found["day"] > limit["day"]) | (found["week"] > limit["week"]))


def budget(store: Store) -> dict[str, int]:
    """Return how many calls a household is asked to bear in a day and in a week ."""
    return dict(BUDGET.on(store))


def would_exceed(view: View, household_id: str) -> InputError | None:
    """Return the warning, to be shown and not raised, that one more call at a moment would exceed the budget; None where it would not."""
    found = disturbances(view, household=household_id)
    if found.empty or view.at - found["last_at"].iloc[0] <= timedelta(minutes=TOGETHER_MINUTES):
        return None  # who is at the door already disturbs nobody anew
    limit, day, week = budget(view.store), int(found["day"].iloc[0]), int(found["week"].iloc[0])
    if day >= limit["day"]:
        return InputError(
            "This household was called at {n} times in the last 24 hours; {limit} is the budget. Can it be done by phone?",
            n=day,
            limit=limit["day"],
        )
    if week >= limit["week"]:
        return InputError(
            "This household was called at {n} times in the last 7 days; {limit} is the budget. Can it be done by phone?",
            n=week,
            limit=limit["week"],
        )
    return None
