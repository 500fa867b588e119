"""The settings of a workspace: every one that people may set, read and set by name."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import settings as defaults
from errors import N_, InputError
from ledgers.beginning import first_record
from ledgers.coverage_rules import COVERAGE_COSTS, COVERAGE_RULES
from ledgers.people.disturbance import BUDGET
from ledgers.people.isolation_rules import ISOLATION_DAYS
from ledgers.people.persons import CATEGORIES
from ledgers.people.retention import RETENTION
from ledgers.people.screening import RETRIES
from ledgers.people.screening_rounds import ROUNDS
from ledgers.people.slots import READING_SLOTS
from ledgers.reports.report_figures import BRIEFING_MORNING, CUTOFF, GRACE_MINUTES, OPENS_MINUTES
from ledgers.risk.rules import RISK_RULES
from ledgers.setting import Setting
from ledgers.upkeep.environment import DISINFECTION
from ledgers.upkeep.units import TRADE_RULES
from queries.store import Store, Viewer, check_time_zone
from queries.view import View


def _text(value: Any) -> None:
    if value is not None and not isinstance(value, str):
        raise InputError("{value} is no text.", value=repr(value))


def _clock(value: Any) -> None:
    try:
        _ = value is None or datetime.fromisoformat(value)
    except (TypeError, ValueError):
        raise InputError("{text} is not a time; write it like 2020-02-12T18:00.", text=repr(value)) from None


def _basemap(value: Any) -> None:
    if value is not None and not (isinstance(value, Mapping) and isinstance(value.get("tiles"), list)):
        raise InputError("The setting basemap is null, or an online map with kind, tiles (a list of addresses) and credit.")


def _by_area(value: Any) -> None:
    if not isinstance(value, Mapping) or not all(isinstance(name, str) for name in value.values()):
        raise InputError("The setting briefing_units gives for each area the name of the office that issues its briefing.")


SETTINGS = {
    setting.key: setting
    for setting in (
        Setting("title", N_("what the workspace is called"), None, check=_text),
        Setting("time_zone", N_("the zone of a time without offset"), defaults.DEFAULT_TIME_ZONE, check=check_time_zone),
        Setting("clock", N_("a moment at which the clock stands; null: it runs"), None, check=_clock),
        Setting("basemap", N_("an online basemap; null: the workspace's own roads"), None, check=_basemap),
        Setting("briefing_units", N_("the offices that issue briefings, by area"), {}, check=_by_area),
        CUTOFF,
        OPENS_MINUTES,
        GRACE_MINUTES,
        BRIEFING_MORNING,
        READING_SLOTS,
        ISOLATION_DAYS,
        RETRIES,
        ROUNDS,
        BUDGET,
        CATEGORIES,
        RETENTION,
        RISK_RULES,
        TRADE_RULES,
        DISINFECTION,
        COVERAGE_RULES,
        COVERAGE_COSTS,
    )
}


def in_force(store: Store) -> dict[str, Any]:
    """Return the value of every setting now."""
    return {key: setting.on(store) for key, setting in SETTINGS.items()}


def put(store: Store, viewer: Viewer, given: Mapping[str, Any]) -> None:
    """Set settings by their keys, all or none.

    A plain value of a dated setting holds from now on: what was reported before rests on what held before. In a workspace without records
    it holds for all time, as does ``{"dated": [{"value": …}]}`` anywhere.

    Raises
    ------
    InputError
        When there is no such setting, or a value cannot be used.
    AccessDenied
        When the viewer may not change anything.
    """
    if unknown := [key for key in given if key not in SETTINGS]:
        raise InputError("There is no setting {key}; there are: {keys}.", key=repr(unknown[0]), keys=", ".join(SETTINGS))
    fresh = first_record(View(store, viewer)) is None
    stored = {key: _stored(store, SETTINGS[key], value, fresh=fresh) for key, value in given.items()}
    store.set_settings(viewer, stored)


def _stored(store: Store, setting: Setting, value: Any, *, fresh: bool) -> Any:
    checked = setting.checked(value)
    dated = isinstance(checked, dict) and checked.keys() == {"dated"}
    return checked if not setting.dated or dated or fresh else setting.changed(store, checked, at_once=True)
