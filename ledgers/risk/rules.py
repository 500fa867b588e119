"""The rules by which an area's risk follows from its cases: dated, with their source, and changed by a setting rather than in code."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

from errors import N_, InputError
from ledgers.setting import Setting
from queries.store import Store

LEVELS = ("low", "medium", "high")


@dataclass(frozen=True)
class RiskRule:
    """One rule and the day from which it holds.

    A case is new on its day and the days after it, ``window_days`` in all; so is a cluster. An area is low while none is new; high while a
    cluster is new and more than ``threshold`` cases have been confirmed in all; otherwise medium.
    """

    since: date
    window_days: int
    threshold: int
    source: str


# What holds until a workspace has rules of its own.
DEFAULT = {
    "window_days": 14,
    "threshold": 50,
    "source": N_(
        "State Council's joint prevention and control mechanism, guidance of 17 February 2020 "
        "on scientific, targeted prevention and control by area and level"
    ),
}


def rules(store: Store) -> tuple[RiskRule, ...]:
    """Return the rules of a workspace, the earliest first; raises InputError when its setting ``risk_rules`` is none."""
    return parse([{"from": order.get("from"), **_fields(order["value"])} for order in RISK_RULES.orders(store)])


def parse(given: Sequence[dict[str, Any]]) -> tuple[RiskRule, ...]:
    """Return rules from their JSON form: ``[{"from", "window_days", "threshold", "source"}]``.

    Raises
    ------
    InputError
        When there is none, one is not of that form, or two begin on one day.

    >>> parse([{"from": "2020-02-17", "window_days": 14, "threshold": 50, "source": "guidance"}])[0].since
    datetime.date(2020, 2, 17)
    """
    if not isinstance(given, list | tuple) or not given:
        raise InputError("The setting risk_rules is empty; give at least one rule, or remove the setting.")
    found = sorted((_rule(n, one) for n, one in enumerate(given, start=1)), key=lambda rule: rule.since)
    for earlier, later in pairwise(found):
        if earlier.since == later.since:
            raise InputError("The setting risk_rules has two rules from {day}; keep one of them.", day=later.since.isoformat())
    return tuple(found)


def _rule(n: int, given: Any) -> RiskRule:
    try:
        days, threshold = given["window_days"], given["threshold"]
        whole = all(isinstance(number, int) and not isinstance(number, bool) for number in (days, threshold))
        if not whole or not 1 <= days <= 365 or threshold < 0:
            raise ValueError(given)
        return RiskRule(date.fromisoformat(given["from"]), days, threshold, str(given["source"]))
    except (KeyError, TypeError, ValueError):
        raise InputError(
            "Rule {n} of the setting risk_rules needs from (a date), window_days (1 to 365), threshold (0 or more) and source.",
            n=n,
        ) from None


def _check(value: Any) -> None:
    _rule(1, {"from": "2020-02-17", **_fields(value)})


def _fields(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


RISK_RULES = Setting(
    "risk_rules",
    N_("the rule of risk levels: window_days, threshold, source"),
    {"dated": [{"from": "2020-02-17", "value": DEFAULT}]},
    dated=True,
    check=_check,
)


def rule_on(dated: Sequence[RiskRule], day: date) -> tuple[RiskRule, bool]:
    """Return the rule that is applied on a day, and whether the day lies before it: then the first rule is applied ahead of its time."""
    begun = [rule for rule in dated if rule.since <= day]
    return (begun[-1], False) if begun else (dated[0], True)
