"""Settings that figures rest on: what held on a day stays what it was, however the setting is changed later."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from queries.store import Store


def setting_on(store: Store, key: str, day: date, default: Any) -> Any:
    """Return what a setting was as a day began, ``default`` where the workspace has none.

    It is kept as a plain value, which holds for all time, or as ``{"dated": [{"from": "2020-02-13", "value": …}, …]}`` in the order of the
    days; the first has no ``from``.
    """
    kept = store.setting(key, default)
    if not _is_dated(kept):
        return kept
    return [order["value"] for order in kept["dated"] if date.fromisoformat(order.get("from", date.min.isoformat())) <= day][-1]


def changed(store: Store, key: str, value: Any, default: Any) -> Any:
    """Return a setting as it is to be stored so that ``value`` holds from tomorrow on, and up to then what held before.

    The reports of today and of the days before rest on what they rested on.
    """
    kept = store.setting(key, default)
    orders = list(kept["dated"]) if _is_dated(kept) else [{"value": kept}]
    start = (store.now().astimezone(store.time_zone).date() + timedelta(days=1)).isoformat()
    before = [order for order in orders if order.get("from", "") < start]
    return {"dated": before if before[-1]["value"] == value else [*before, {"from": start, "value": value}]}


def _is_dated(kept: Any) -> bool:
    return isinstance(kept, dict) and kept.keys() == {"dated"}
