"""A setting of a workspace: its default, and the moments from which each of its values holds.

Figures rest on settings, so what held at a moment stays what it was, however a setting is changed later. A setting is stored as a plain
value, which holds for all time, or as ``{"dated": [{"value": …}, {"from": "2020-02-13", "value": …}, …]}``, in the order of the days or
moments (ISO 8601, in the workspace's zone unless they name another); the first needs no ``from``. Workspaces of version 0.1.0 keep three
settings as lists, ``[{"from": …, …the value's fields…}, …]``; these are read as well.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from errors import InputError
from queries.store import Store


def _any(_: Any) -> None:
    """Accept every value."""


@dataclass(frozen=True)
class Setting:
    """A setting: what it is about, what holds without one, whether its values are dated, and what a value must be.

    Of a ``partial`` one, a mapping, what a value does not name is as in the default. ``check`` is given a value of one moment and raises
    InputError for one that the program cannot use.
    """

    key: str
    about: str
    default: Any
    dated: bool = False
    partial: bool = False
    check: Callable[[Any], Any] = _any

    def kept(self, store: Store) -> Any:
        """Return the setting as it is stored, or its default."""
        return store.setting(self.key, self.default)

    def orders(self, store: Store) -> list[dict[str, Any]]:
        """Return the values, each with the day or moment ``from`` which it holds where it has one, in that order.

        Raises InputError for a date that is none.
        """
        found = _orders(self.kept(store))
        for order in found:
            if "from" in order:
                _iso(self.key, order["from"])
        return found

    def on(self, store: Store, when: date | datetime | None = None) -> Any:
        """Return the value as a day began, or at a moment (none: the workspace clock); before the first one that one."""
        orders, moment = self.orders(store), _moment(store, when or store.now())
        begun = [order for order in orders if "from" not in order or _moment(store, order["from"]) <= moment]
        value = (begun or orders)[-1 if begun else 0]["value"]
        return {**self.default, **value} if self.partial and isinstance(value, Mapping) else value

    def changes(self, store: Store, *, start: datetime, end: datetime) -> list[datetime]:
        """Return the moments strictly within a window at which another value begins to hold, in order."""
        begins = [_moment(store, order["from"]) for order in self.orders(store) if "from" in order]
        return sorted({moment for moment in begins if start < moment < end})

    def changed(self, store: Store, value: Any, *, at_once: bool = False) -> Any:
        """Return the setting as it is to be stored so that ``value`` holds from tomorrow on (or at once), and up to then what held before.

        The reports of today and of the days before, or those made so far, rest on what they rested on.
        """
        now = store.now().astimezone(store.time_zone)
        # To the minute, as views of the running clock are.
        start = now.isoformat(timespec="minutes") if at_once else (now.date() + timedelta(days=1)).isoformat()
        before = [order for order in self.orders(store) if "from" not in order or _moment(store, order["from"]) < _moment(store, start)]
        before = before or self.orders(store)[:1]
        return {"dated": before if before[-1]["value"] == value else [*before, {"from": start, "value": value}]}

    def checked(self, given: Any) -> Any:
        """Return a setting in the form in which it is stored.

        Raises
        ------
        InputError
            When a value cannot be used, when the dates are not in order, or when values are dated that cannot be.
        """
        orders = _orders(given)
        if not self.dated:
            self.check(given)
            return given
        if not orders or any(not {"value"} <= order.keys() <= {"value", "from"} for order in orders):
            raise InputError('The setting {key} is dated like {{"dated": [{{"from": "2020-02-13", "value": …}}]}}.', key=self.key)
        begins = [_iso(self.key, order["from"]) for order in orders if "from" in order]
        if begins != sorted(set(begins)) or any("from" not in order for order in orders[1:]):
            raise InputError("The values of the setting {key} must be in the order of their dates, each with one of its own.", key=self.key)
        for order in orders:
            self.check(order["value"])
        return given if len(orders) == 1 and "from" not in orders[0] else {"dated": orders}


def _orders(kept: Any) -> list[dict[str, Any]]:
    if isinstance(kept, dict) and kept.keys() == {"dated"} and isinstance(kept["dated"], list):
        return [order for order in kept["dated"] if isinstance(order, dict)]
    if isinstance(kept, list) and kept and all(isinstance(order, dict) and "from" in order for order in kept):
        listed = sorted(kept, key=lambda order: str(order["from"]))
        return [{"from": str(order["from"]), "value": {k: v for k, v in order.items() if k != "from"}} for order in listed]
    return [{"value": kept}]


def _moment(store: Store, when: date | datetime | str) -> datetime:
    found = datetime.fromisoformat(when) if isinstance(when, str) else when
    if not isinstance(found, datetime):
        found = datetime.combine(found, time())
    return found if found.tzinfo else found.replace(tzinfo=store.time_zone)


def _iso(key: str, text: Any) -> str:
    try:
        return datetime.fromisoformat(text).isoformat()
    except (TypeError, ValueError):
        raise InputError("{text} is no date of the setting {key}; write it like 2020-02-13.", text=repr(text), key=key) from None


# Checks that several settings share ----------------------------------------------------------------------------------------


def minutes(value: Any) -> None:
    """Raise InputError for what is no number of minutes of a day."""
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= 1440:
        raise InputError("{value} is no whole number of minutes from 0 to 1440.", value=repr(value))


def numbers(key: str, names: Sequence[str], *, most: float) -> Callable[[Any], None]:
    """Return a check of numbers above zero, each by one of some names."""

    def check(value: Any) -> None:
        given = value if isinstance(value, Mapping) else {repr(value): None}
        for name, number in given.items():
            if name not in names or isinstance(number, bool) or not isinstance(number, int | float) or not 0 < number <= most:
                raise InputError(
                    "The setting {key} has {name}: {number}; give a number above 0, at most {most}, for each of: {names}.",
                    key=key,
                    name=name,
                    number=number,
                    most=f"{most:g}",
                    names=", ".join(names),
                )

    return check
