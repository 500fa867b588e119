"""How an office's columns are read, remembered: a correction made once holds for its next file with the same headings."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

from queries.store import Store

MAPPINGS = "import_mappings"


def remembered(store: Store, layer: str, headings: Iterable[str], office: str = "") -> Mapping[str, str | None] | None:
    """Return the corrections kept for these headings: those of the office, else what anybody has corrected; None where there are none."""
    headings = list(headings)
    kept: Mapping[str, Mapping[str, str | None]] = store.setting(MAPPINGS, {})
    return kept.get(_key(layer, headings, office)) or kept.get(_key(layer, headings, ""))


def remembering(store: Store, layer: str, headings: Iterable[str], corrected: Mapping[str, str | None], office: str = "") -> dict[str, Any]:
    """Return the setting that keeps the corrections of an office."""
    return {MAPPINGS: {**store.setting(MAPPINGS, {}), _key(layer, list(headings), office): dict(corrected)}}


def _key(layer: str, headings: list[str], office: str) -> str:
    told = hashlib.sha256(chr(31).join(sorted(headings)).encode()).hexdigest()[:16]
    return f"{layer}:{told}:{office.strip()}" if office.strip() else f"{layer}:{told}"
