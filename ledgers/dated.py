"""Settings that figures rest on: what held at a moment stays what it was, however the setting is changed later."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from queries.store import Store


def setting_on(store: Store, key: str, when: date | datetime, default: Any) -> Any:
    """Return what a setting was as a day began, or at a moment; ``default`` where the workspace has none.

    It is kept as a plain value, which holds for all time, or as ``{"dated": [{"from": "2020-02-13", "value": …}, …]}`` in the order of
    the days or moments (ISO 8601, in the workspace's time zone unless they name one); the first has no ``from``.
    """
    kept = store.setting(key, default)
    if not _is_dated(kept):
        return kept
    moment = _moment(store, when)
    return [order["value"] for order in kept["dated"] if "from" not in order or _moment(store, order["from"]) <= moment][-1]


def changes_on(store: Store, key: str, *, start: datetime, end: datetime) -> list[datetime]:
    """Return the moments strictly within a window at which another value of a setting begins to hold, in order."""
    kept = store.setting(key, None)
    begins = [_moment(store, order["from"]) for order in kept["dated"] if "from" in order] if _is_dated(kept) else []
    return sorted({moment for moment in begins if start < moment < end})


def changed(store: Store, key: str, value: Any, default: Any, *, at_once: bool = False) -> Any:
    """Return a setting as it is to be stored so that ``value`` holds from tomorrow on (or at once), and up to then what held before.

    The reports of today and of the days before, or those made so far, rest on what they rested on.
    """
    kept = store.setting(key, default)
    orders = list(kept["dated"]) if _is_dated(kept) else [{"value": kept}]
    now = store.now().astimezone(store.time_zone)
    # To the minute, as views of the running clock are.
    start = now.isoformat(timespec="minutes") if at_once else (now.date() + timedelta(days=1)).isoformat()
    before = [order for order in orders if "from" not in order or _moment(store, order["from"]) < _moment(store, start)]
    return {"dated": before if before[-1]["value"] == value else [*before, {"from": start, "value": value}]}


def _moment(store: Store, when: date | datetime | str) -> datetime:
    found = datetime.fromisoformat(when) if isinstance(when, str) else when
    if not isinstance(found, datetime):
        found = datetime.combine(found, time())
    return found if found.tzinfo else found.replace(tzinfo=store.time_zone)


def _is_dated(kept: Any) -> bool:
    return isinstance(kept, dict) and kept.keys() == {"dated"}
