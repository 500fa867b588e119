"""Indicators of people: areas and who lives there, isolation, cases, readings, key persons, screening, the daily report."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from briefing import facts
from briefing.indicators.base import Indicator, Value, whole
from briefing.view import View
from errors import N_
from ledgers.reports import report_chain
from ledgers.shares import share

Ask = Callable[[View, str | None], Value]

PEOPLE, HOUSEHOLDS, AREAS, UNITS, TIMES = N_("people"), N_("households"), N_("areas"), N_("units"), N_("times")
EPISODES = N_("episodes")  # whoever is isolated again counts again


def _areas_of(*levels: str) -> Ask:
    def ask(view: View, of: str | None) -> Value:
        found = facts.areas(view).drop(index=view.area or "", errors="ignore")["level"]
        return int(found.isin(levels).sum()) or None

    return ask


def _described(column: str) -> Ask:
    def ask(view: View, of: str | None) -> Value:
        found = facts.areas(view)
        return whole(found[column].get(view.area or ""))

    return ask


def _episodes(column: str) -> Ask:
    def ask(view: View, of: str | None) -> Value:
        found = facts.episodes(view)
        return None if found is None else int(found[column])

    return ask


def _chain(column: str) -> Ask:
    def ask(view: View, of: str | None) -> Value:
        found = facts.chain(view)
        return None if found is None else found[column]

    return ask


def _unexplained(view: View, of: str | None) -> Value:
    found = facts.episodes(view)
    states = ["observing", "hospital", "released", "transferred", "refuted"]
    return None if found is None else int(found["cumulative"] - found[states].sum())


def _readings(column: str) -> Ask:
    def ask(view: View, of: str | None) -> Value:
        found = facts.readings(view)
        return None if found is None else int(found[column].sum())

    return ask


def _measured(count: Callable[[pd.Series], int]) -> Ask:
    def ask(view: View, of: str | None) -> Value:
        found = facts.measured(view)
        # of people nobody has measured nobody knows how they are
        return None if found is None else int(count(found))

    return ask


def _alarms(view: View, of: str | None) -> Value:
    return None if facts.readings(view) is None else len(view.due.alarms)


def _releases(view: View, of: str | None) -> Value:
    found = facts.stays(view)
    if found is None:
        return None
    due = found.loc[found["state"] == "observing", "release_due"]
    return int(((due > view.at) & (due <= view.at + facts.DAY)).sum())


def _releases_over(view: View, of: str | None) -> Value:
    return len(view.due.releases) if facts.isolation_kept(view) else None


def _cases(*, new: bool) -> Ask:
    def ask(view: View, of: str | None) -> Value:
        found = facts.cases(view)
        if found is None:
            return None
        return int(facts.since(found["confirmed_at"], view.at - facts.DAY).sum()) if new else len(found)

    return ask


def _at_level(level: str) -> Ask:
    return lambda view, of: facts.at_level(view, level)


def _followed(view: View, of: str | None) -> Value:
    found = facts.followed(view)
    if found is None:
        return None
    return len(found) if of is None else int((found == of).sum())


def _screened(column: str) -> Ask:
    def ask(view: View, of: str | None) -> Value:
        found = facts.screened(view)
        if found is None:
            return None
        if of is not None:
            inside = view.store.scope(view.viewer, of, at=view.at, known_at=view.known_at) or ()
            found = found[found["area_id"].isin(inside)]
        return int(found[column].sum()) if len(found) else None

    return ask


def _listed(view: View, of: str | None) -> Value:
    """Return the share of the registered households that are listed; no more can be listed than there are."""
    listed, there = _screened("households")(view, of), _described("households")(view, of)
    return None if not listed or not there or listed > there else share(int(listed), int(there))


def _settled(view: View, of: str | None) -> Value:
    homes, left = _screened("households")(view, of), _screened("open")(view, of)
    return None if not homes or left is None else share(int(homes - left), int(homes))


def _doors(view: View, of: str | None) -> Value:
    found = facts.doors(view)
    return None if found is None else len(found)


def _in(what: str) -> Ask:
    """Return how to count what is to do in one area (``facts.by_area``)."""

    def ask(view: View, of: str | None) -> Value:
        found = facts.by_area(view).get(what)
        return None if found is None else int(found.get(of, 0))

    return ask


def _reports(column: str | None) -> Ask:
    def ask(view: View, of: str | None) -> Value:
        found = facts.report(view)
        if found is None or (column and "reports" not in facts.kept_anywhere(view)):
            return None
        return len(found.units) if column is None else int(found.units[column].sum())

    return ask


def _reported(view: View, of: str | None) -> Value:
    found, missing = facts.report(view), _reports("missing")(view, of)
    return None if found is None or missing is None else len(found.units) - int(missing)


_EPISODES, _READINGS, _SCREENING, _RISK = (
    ("count_episodes",),
    ("count_readings",),
    ("count_screening",),
    ("select_area_cases", "select_risk_orders"),
)
_CHAIN = ("count_episodes", "select_counted_episodes")
_DAILY = ("select_reporting_units", "select_submissions")

INDICATORS = (
    Indicator("areas.villages", N_("villages in the area"), AREAS, ("select_areas",), _areas_of("village")),
    Indicator("areas.communities", N_("communities in the area"), AREAS, ("select_areas",), _areas_of("community")),
    Indicator("areas.grids", N_("grids in the area"), AREAS, ("select_areas",), _areas_of("grid")),
    Indicator(
        "areas.population", N_("people who live in the area, by its description"), PEOPLE, ("select_areas",), _described("population")
    ),
    Indicator(
        "areas.households", N_("households of the area, by its description"), HOUSEHOLDS, ("select_areas",), _described("households")
    ),
    # Isolation
    Indicator("isolation.cumulative", N_("isolations ever begun"), EPISODES, _EPISODES, _episodes("cumulative")),
    Indicator("isolation.new", N_("isolations begun in the 24 hours before the cut-off"), EPISODES, _EPISODES, _episodes("new")),
    Indicator(
        "isolation.before",
        N_("isolations ever begun 24 hours before the cut-off, as known then"),
        EPISODES,
        _CHAIN,
        _chain(report_chain.BEFORE),
    ),
    Indicator(
        "isolation.added_late",
        N_("isolations that are no new ones, counted now and not 24 hours before: learned late, or moved here"),
        EPISODES,
        _CHAIN,
        _chain(report_chain.ADDED),
    ),
    Indicator(
        "isolation.taken_back",
        N_("isolations counted 24 hours before and not now, or anew: undone, corrected, or moved away"),
        EPISODES,
        _CHAIN,
        _chain(report_chain.TAKEN_BACK),
    ),
    Indicator("isolation.observing", N_("people under observation"), EPISODES, _EPISODES, _episodes("observing")),
    Indicator("isolation.hospital", N_("isolated people now in hospital"), EPISODES, _EPISODES, _episodes("hospital")),
    Indicator("isolation.released", N_("people released from isolation"), EPISODES, _EPISODES, _episodes("released")),
    Indicator("isolation.transferred", N_("isolated people transferred elsewhere"), EPISODES, _EPISODES, _episodes("transferred")),
    Indicator("isolation.refuted", N_("isolated people in whom the disease was ruled out"), EPISODES, _EPISODES, _episodes("refuted")),
    Indicator("isolation.difference", N_("isolations in no state"), PEOPLE, _EPISODES, _unexplained),
    Indicator(
        "isolation.outside",
        N_("isolations in areas outside every reporting unit"),
        PEOPLE,
        ("count_episodes", "select_reporting_units"),
        lambda view, of: facts.outside_units(view),
    ),
    Indicator(
        "isolation.release_due",
        N_("people under observation whose isolation ends in the 24 hours after the cut-off"),
        PEOPLE,
        ("select_episodes",),
        _releases,
    ),
    Indicator(
        "isolation.release_over",
        N_("people under observation whose days were over at the cut-off"),
        PEOPLE,
        ("select_episodes",),
        _releases_over,
    ),
    # Cases and risk
    Indicator("cases.confirmed", N_("confirmed cases"), PEOPLE, ("select_cases",), _cases(new=False)),
    Indicator("cases.new", N_("cases confirmed in the 24 hours before the cut-off"), PEOPLE, ("select_cases",), _cases(new=True)),
    Indicator("risk.high", N_("villages and communities of high risk"), AREAS, _RISK, _at_level("high")),
    Indicator("risk.medium", N_("villages and communities of medium risk"), AREAS, _RISK, _at_level("medium")),
    Indicator("risk.low", N_("villages and communities of low risk"), AREAS, _RISK, _at_level("low")),
    # Readings
    Indicator("readings.taken", N_("temperature readings taken in the 24 hours before the cut-off"), TIMES, _READINGS, _readings("taken")),
    Indicator(
        "readings.missed", N_("temperature readings missed in the 24 hours before the cut-off"), TIMES, _READINGS, _readings("missed")
    ),
    Indicator(
        "readings.missed_in",
        N_("temperature readings missed in the 24 hours before the cut-off, by grid"),
        TIMES,
        _READINGS,
        _in("missed"),
        of="area",
    ),
    Indicator(
        "readings.due", N_("temperature readings still to take in the part of the day of the cut-off"), TIMES, _READINGS, _readings("due")
    ),
    Indicator("readings.due_in", N_("temperature readings still to take, by grid"), TIMES, _READINGS, _in("due"), of="area"),
    Indicator(
        "readings.alarms", N_("people observed with a fever or a symptom on which nobody has acted"), PEOPLE, ("select_alarms",), _alarms
    ),
    Indicator(
        "readings.abnormal",
        N_("people observed in whom a fever or a symptom was found in the 24 hours before the cut-off"),
        PEOPLE,
        ("count_measured",),
        _measured(lambda found: found["abnormal"]),
    ),
    Indicator(
        "readings.unmeasured",
        N_("people observed who were not measured in the 24 hours before the cut-off"),
        PEOPLE,
        ("count_measured",),
        _measured(lambda found: found["observing"] - found["measured"]),
    ),
    Indicator(
        "readings.alarms_in",
        N_("people observed with a fever or a symptom on which nobody has acted, by grid"),
        PEOPLE,
        ("select_alarms",),
        _in("alarms"),
        of="area",
    ),
    # Key persons and screening
    Indicator("persons.followed", N_("key persons who are followed"), PEOPLE, ("select_persons",), _followed),
    Indicator("persons.category", N_("key persons by category"), PEOPLE, ("select_persons",), _followed, of="category"),
    Indicator("screening.households", N_("households listed for screening"), HOUSEHOLDS, _SCREENING, _screened("households")),
    Indicator(
        "screening.listed",
        N_("share of the registered households that are listed for screening"),
        HOUSEHOLDS,
        ("count_screening", "select_areas"),
        _listed,
        form="share",
    ),
    Indicator("screening.visited", N_("households visited for screening"), HOUSEHOLDS, _SCREENING, _screened("visited")),
    Indicator("screening.seen", N_("households seen in person"), HOUSEHOLDS, _SCREENING, _screened("seen")),
    Indicator("screening.by_phone", N_("households reached by phone only"), HOUSEHOLDS, _SCREENING, _screened("by_phone")),
    Indicator("screening.by_landlord", N_("households told of by their landlord only"), HOUSEHOLDS, _SCREENING, _screened("by_landlord")),
    Indicator("screening.vacant", N_("homes where nobody lives"), HOUSEHOLDS, _SCREENING, _screened("vacant")),
    Indicator(
        "screening.settled",
        N_("share of the listed households seen, reached by phone or through the landlord, or vacant"),
        HOUSEHOLDS,
        _SCREENING,
        _settled,
        form="share",
    ),
    Indicator("screening.screened", N_("people screened"), PEOPLE, _SCREENING, _screened("screened")),
    Indicator("screening.key_persons", N_("key persons found by screening"), PEOPLE, _SCREENING, _screened("key_persons")),
    Indicator("screening.unreached", N_("households that no screening has reached"), HOUSEHOLDS, _SCREENING, _screened("open")),
    Indicator(
        "screening.unreached_in",
        N_("households that no screening has reached, by grid"),
        HOUSEHOLDS,
        _SCREENING,
        _in("unreached"),
        of="area",
    ),
    Indicator(
        "screening.households_in",
        N_("households listed for screening, by community"),
        HOUSEHOLDS,
        _SCREENING,
        _screened("households"),
        of="area",
    ),
    Indicator(
        "screening.visited_in",
        N_("households visited for screening, by community"),
        HOUSEHOLDS,
        _SCREENING,
        _screened("visited"),
        of="area",
    ),
    Indicator("doors.due", N_("doors to visit now"), HOUSEHOLDS, ("select_visits_due",), _doors),
    Indicator("doors.due_in", N_("doors to visit now, by grid"), HOUSEHOLDS, ("select_visits_due",), _in("doors"), of="area"),
    # The daily report
    Indicator("reports.units", N_("units that report daily"), UNITS, ("select_reporting_units",), _reports(None)),
    Indicator("reports.reported", N_("units that have reported"), UNITS, _DAILY, _reported),
    Indicator("reports.missing", N_("units that have not reported"), UNITS, _DAILY, _reports("missing")),
    Indicator("reports.late", N_("units that reported late"), UNITS, _DAILY, _reports("late")),
)
