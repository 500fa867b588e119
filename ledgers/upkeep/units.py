"""Social units 社会单位: shops, firms, schools; the rule of their trade, what they declared, and when they were checked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import numpy as np
import pandas as pd

from errors import N_, InputError, NotFound
from ledgers.entry_checks import happened, past_day, text, whole
from ledgers.setting import Setting
from queries.events import Viewer, new_id
from queries.store import Store
from queries.view import View, fact

# What is declared of a unit; the enterprise form asks for the last ones.
DECLARED = (
    *("area_id", "name", "trade", "address", "responsible", "phone", "staff", "staff_affected", "clients_affected", "resumed"),
    *("signed_by", "signed_on", "note"),
)
_TEXTS = ("area_id", "name", "trade", "address", "responsible", "phone", "signed_by", "note")
HEADS = range(1_000_000)
ANY_TRADE = "*"


@dataclass(frozen=True)
class TradeRule:
    """What a trade must do: a check every so many days, disinfection every so many hours; ``trade`` ``*`` is any other trade."""

    trade: str
    rule: str
    check_days: int
    disinfection_hours: int


# What holds until a workspace has its own: all rules in force.
DEFAULT_RULES = {
    "source": "默认规则，可按本地文件在设置中修改",
    "rules": [
        {"trade": "餐饮", "rule": "停止堂食，员工每日测温登记，每日消毒", "check_days": 3, "disinfection_hours": 24},
        {"trade": "超市", "rule": "限制人流，进门测温戴口罩，每日消毒", "check_days": 3, "disinfection_hours": 24},
        {"trade": "药店", "rule": "购买退烧、止咳药实名登记并上报，每日消毒", "check_days": 3, "disinfection_hours": 24},
        {"trade": ANY_TRADE, "rule": "员工每日测温登记，每日消毒", "check_days": 7, "disinfection_hours": 24},
    ],
}


def trade_rules(store: Store, day: date) -> dict[str, TradeRule]:
    """Return the rules in force on a day by trade: those of the last order by then, of the first one where none was.

    Raises
    ------
    InputError
        When the workspace's own rules lack something, or an interval is not above zero.
    """
    return _by_trade(TRADE_RULES.on(store, day))


def _by_trade(given: Any) -> dict[str, TradeRule]:
    try:
        rules = [TradeRule(**rule) for rule in given["rules"]]
        if any(rule.check_days <= 0 or rule.disinfection_hours <= 0 for rule in rules):
            raise ValueError
    except (KeyError, TypeError, ValueError):
        raise InputError("The setting trade_rules has no rules (each with trade, rule, check_days and disinfection_hours).") from None
    return {rule.trade: rule for rule in rules}


TRADE_RULES = Setting("trade_rules", N_("what each trade must do"), DEFAULT_RULES, dated=True, check=_by_trade)


def rule_of(rules: Mapping[str, TradeRule], trade: object) -> TradeRule:
    """Return the rule of a trade: its own, else that of any trade, else a check a week and daily disinfection."""
    return rules.get(str(trade)) or rules.get(ANY_TRADE) or TradeRule(ANY_TRADE, "", 7, 24)


# Describing units


def enter(store: Store, viewer: Viewer, *, effective_at: datetime | str | None = None, **declared: Any) -> tuple[str, list[str]]:
    """Enter a unit; return its id and the event ids.

    ``declared`` are of :data:`DECLARED`; ``name`` and ``area_id`` are needed.

    Raises
    ------
    InputError
        Without a name; when more staff come from the affected area than there are; for a signature without a name or on a day to come.
    NotFound
        When there is no such area in view.
    """
    unit_id = new_id()
    return unit_id, _describe(store, viewer, unit_id, declared, effective_at)


def edit(store: Store, viewer: Viewer, unit_id: str, *, effective_at: datetime | str | None = None, **changes: Any) -> list[str]:
    """Change what is declared of a unit from a moment on; the rest stays. Raises as ``enter`` does, and NotFound for an unknown unit."""
    with store.writing():
        standing = _unit(store, viewer, unit_id)
        return _describe(store, viewer, unit_id, {**{name: standing[name] for name in DECLARED}, **changes}, effective_at)


def withdraw(store: Store, viewer: Viewer, unit_id: str, *, effective_at: datetime | str | None = None) -> list[str]:
    """Close a unit's record; its past stays."""
    with store.writing():
        standing = _unit(store, viewer, unit_id)
        row = {**{name: standing[name] for name in DECLARED}, "unit_id": unit_id, "withdrawn": True}
        return store.append(viewer, {"unit_event": pd.DataFrame([{**row, "effective_at": happened(store, effective_at)}])})


def _describe(store: Store, viewer: Viewer, unit_id: str, declared: Mapping[str, Any], effective_at: datetime | str | None) -> list[str]:
    if unknown := declared.keys() - set(DECLARED):
        raise TypeError(f"no column {', '.join(sorted(unknown))}")
    row: dict[str, Any] = {name: text(declared.get(name)) for name in _TEXTS}
    if row["name"] is None:
        raise InputError("Write the name of the unit.")
    if row["area_id"] is None:
        raise InputError("Choose the area that the unit lies in.")
    store.scope(viewer, row["area_id"])
    row |= {name: whole(declared.get(name), HEADS, name) for name in ("staff", "staff_affected")}
    if row["staff"] is not None and (row["staff_affected"] or 0) > row["staff"]:
        raise InputError(
            "{affected} staff from the affected area are more than the {staff} there are.",
            affected=row["staff_affected"],
            staff=row["staff"],
        )
    row["clients_affected"] = whole(declared.get("clients_affected"), HEADS, "clients_affected")
    row["resumed"] = None if pd.isna(declared.get("resumed")) else bool(declared.get("resumed"))
    row["signed_on"] = past_day(store, _day(declared.get("signed_on")))
    if row["signed_on"] and row["signed_by"] is None:
        raise InputError("Write who has signed.")
    if row["signed_by"] and row["signed_on"] is None:
        row["signed_on"] = store.now().date()
    row |= {"unit_id": unit_id, "withdrawn": False, "effective_at": happened(store, effective_at)}
    return store.append(viewer, {"unit_event": pd.DataFrame([row])})


def _day(value: Any) -> date | None:
    return None if value is None or pd.isna(value) else pd.Timestamp(value).date()


@fact(kept=16)
def units(view: View) -> pd.DataFrame:
    """Return the units as they stand, with the rule of their trade, their last check and the next one.

    Returns
    -------
    DataFrame
        ``unit_id``, what is declared, ``area_name, rule``; ``checked_at, passed, finding, recheck_on, inspector`` of the last check;
        ``check_on`` (the day of the next one) and ``check_why``: ``recheck``, ``routine``, ``never`` (not yet checked), or missing
        where none is due ever: a unit that has not resumed is not checked by routine.
    """
    found = view.run("select_units")
    rules = trade_rules(view.store, view.at.date())
    own = [rule_of(rules, trade) for trade in found["trade"]]
    checked = pd.to_datetime(found["checked_at"]).dt.tz_localize(None).dt.normalize()
    again = pd.to_datetime(found["recheck_on"])
    works = ~found["resumed"].eq(False)
    routine = checked + pd.to_timedelta([rule.check_days for rule in own], unit="D")
    never = pd.to_datetime(found["first_at"]).dt.tz_localize(None).dt.normalize()
    why = np.select([again.notna(), works & checked.notna(), works], ["recheck", "routine", "never"], "")
    day = again.where(again.notna(), routine.where(checked.notna(), never)).where(why != "")
    return found.assign(rule=[rule.rule for rule in own], check_on=day, check_why=pd.Series(why, dtype="object").replace("", None))


@fact(kept=16)
def checks_due(view: View) -> pd.DataFrame:
    """Return the units to check on the day of a moment or before, as ``units`` does, the longest overdue first, with ``days_over``."""
    found = units(view)
    today = pd.Timestamp(view.at.date())
    due = found[found["check_on"] <= today]
    return due.assign(days_over=(today - due["check_on"]).dt.days).sort_values(["check_on", "name"]).reset_index(drop=True)


# Checking them


def check(
    store: Store,
    viewer: Viewer,
    unit_id: str,
    *,
    passed: bool,
    inspector: str,
    finding: str = "",
    recheck_on: date | None = None,
    effective_at: datetime | str | None = None,
) -> list[str]:
    """Record a check of a unit; the inspector named is responsible for it.

    Raises
    ------
    InputError
        Without an inspector; when a unit that did not pass lacks the finding or the day of the recheck; when that day is not after
        the check.
    NotFound
        When there is no such unit in view.
    """
    moment = happened(store, effective_at)
    if text(inspector) is None:
        raise InputError("Write who checked; the inspector is responsible.")
    again = _day(recheck_on)
    if not passed and (text(finding) is None or again is None):
        raise InputError("Write what was found and when it is checked again.")
    if again is not None and again <= moment.date():
        raise InputError("The recheck on {day} must come after the check.", day=again.isoformat())
    with store.writing():
        area = _unit(store, viewer, unit_id)["area_id"]
        row = {"unit_id": unit_id, "area_id": area, "passed": passed, "finding": text(finding), "recheck_on": again}
        row |= {"inspector": text(inspector), "effective_at": moment}
        return store.append(viewer, {"business_check": pd.DataFrame([row])})


def checks(view: View, *, unit_id: str | None = None) -> pd.DataFrame:
    """Return the checks of one unit or of all, latest first: ``unit_id, name, checked_at, passed, finding, recheck_on, inspector``."""
    return view.run("select_unit_checks", unit_id=unit_id)


def _unit(store: Store, viewer: Viewer, unit_id: str) -> dict[str, Any]:
    found = store.run("select_units", viewer)
    row = found[found["unit_id"] == unit_id]
    if row.empty:
        raise NotFound("There is no unit {unit} here.", unit=repr(unit_id))
    return {str(name): value for name, value in row.iloc[0].items()}


def counted(found: pd.DataFrame, due: pd.DataFrame) -> dict[str, int]:
    """Return the figures of units: how many, resumed, not signed, staff and clients from the affected area, checks due, rechecks due."""
    resumed = found["resumed"].eq(True)
    return {
        "units": len(found),
        "resumed": int(resumed.sum()),
        "unsigned": int((resumed & found["signed_by"].isna()).sum()),
        "staff_affected": int(found["staff_affected"].sum()),
        "clients_affected": int(found["clients_affected"].sum()),
        "checks_due": len(due),
        "rechecks_due": int(due["check_why"].eq("recheck").sum()),
    }


def trades(found: pd.DataFrame) -> Sequence[str]:
    """Return the trades that units are of, by name."""
    return sorted(found["trade"].dropna().unique())
