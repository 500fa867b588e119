"""What stands behind the numbers of a daily report: the episodes that each counts, and the reports of the days before."""

from __future__ import annotations

from datetime import date, timedelta

import pandas as pd

from ledgers.people.privacy import masked
from ledgers.reports.daily_report import Daily
from ledgers.reports.report_figures import FIGURES, period, reporting_area
from queries.view import View, fact


def counted_episodes(view: View, found: Daily) -> pd.DataFrame:
    """Return the episodes that a report counts and those that were learned of later, names masked.

    Returns
    -------
    DataFrame
        ``episode_id, person_id, name, area_id, area_name, unit_id, unit_name, state, place, first_started, since, learned_at, new``
        as known at the cut-off, of one learned of later as known now; and ``counted`` (it is in the figures), ``state_now, unit_now`` as
        known now, ``changed`` (something of it was learned later).
    """
    span = found.period
    then, now = (
        view.whole.moved(span.at, known_at=known).run("select_report_episodes", start=span.start).assign(counted=True)
        for known in (min(span.cutoff, found.known_at), found.known_at)
    )
    fresh = now[~now["episode_id"].isin(then["episode_id"])].assign(counted=False)
    rows = pd.concat([frame for frame in (then, fresh) if len(frame)] or [then], ignore_index=True)
    known = now[["episode_id", "state", "unit_id", "new"]].rename(columns={"state": "state_now", "unit_id": "unit_now", "new": "new_now"})
    both = rows.merge(known, on="episode_id", how="left")
    same = (both["state"].fillna("") == both["state_now"].fillna("")) & (both["unit_id"].fillna("") == both["unit_now"].fillna(""))
    changed = ~both["counted"] | ~same | (both["new"] != both["new_now"])
    return masked(view.store, "person_event", both.drop(columns="new_now").assign(changed=changed))


def of_figure(episodes: pd.DataFrame, figure: str, *, units: list[str] | None) -> pd.DataFrame:
    """Return the episodes that one figure counts; ``units`` None is the total, with what lies outside every unit.

    ``figure`` is one of ``FIGURES``, or ``later`` for those of which something was learned later.
    """
    within = pd.Series(True, index=episodes.index) if units is None else episodes["unit_id"].isin(units)
    if figure == "later":
        moved = within if units is None else within | episodes["unit_now"].isin(units)
        return episodes[moved & episodes["changed"]].reset_index(drop=True)
    of = {"cumulative": within, "new": within & episodes["new"]}
    chosen = of.get(figure, within & (episodes["state"] == figure))
    return episodes[chosen & episodes["counted"]].reset_index(drop=True)


@fact(kept=128)
def history(view: View, last: date, *, days: int = 14) -> pd.DataFrame:
    """Return the totals of the days up to a date, each as known at its cut-off: ``date`` and ``FIGURES``.

    As in the report, a grid's are those of the unit in which it lies.
    """
    now = View(view.store, view.viewer, area=view.area)
    where = reporting_area(now)
    areas = now.narrowed(where).scope if where else None
    rows = []
    for back in range(days - 1, -1, -1):
        span = period(view.store, last - timedelta(days=back))
        counted = now.whole.moved(span.at, known_at=span.cutoff).run("count_episodes", start=span.start)
        chosen = counted[counted["whole"]] if areas is None else counted[~counted["whole"] & counted["area_id"].isin(areas)]
        rows.append({"date": span.date, **chosen[list(FIGURES)].sum().to_dict()})
    return pd.DataFrame(rows, columns=["date", *FIGURES])
