"""Forms from a description of their fields: one line a field, whatever ledger it is that is written."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
import streamlit as st

from errors import mark
from ui.shell import cache, state
from ui.shell.acts import field, moment_field, perform
from ui.shell.words import _, term, when

MOST = 1_000_000
MOMENT = "effective_at"


@dataclass(frozen=True)
class Ask:
    """One field: its name in the ledger, its label (a message), how it is asked for.

    ``kind`` is ``text``, ``long`` (several lines), ``area``, ``whole``, ``decimal``, ``day``, ``yes``, ``pick`` (one of ``options``, or
    something new), ``moment`` (now, unless one is picked), or ``term:TABLE`` for one of the codes in ``options``.
    """

    name: str
    label: str
    kind: str = "text"
    needed: bool = False
    options: tuple[str, ...] = ()


AREA = Ask("area_id", mark("Area"), "area", needed=True)
WHEN = Ask(MOMENT, mark("When it was"), "moment")


def record_form(
    act: str,
    asks: Sequence[Ask],
    *,
    go: str,
    save: Callable[[dict[str, Any]], Sequence[str]],
    said: Callable[[dict[str, Any]], str],
    start: Mapping[Any, Any] | None = None,
) -> None:
    """Draw the fields and the button of an act's dialog.

    Parameters
    ----------
    go
        What the button says; it can be pressed once all that is needed is there.
    save
        Writes the values and returns the events that undoing voids; a known error is told under the button.
    said
        What is said once it is done, of the values.
    start
        The values that the fields begin with.
    """
    values = fields(act, asks, start)
    missing = any(ask.needed and (values[ask.name] is None or str(values[ask.name]).strip() == "") for ask in asks)
    if st.button(go, key=field(act, "go"), type="primary", disabled=missing):
        perform(said(values), lambda: save(values))


def fields(act: str, asks: Sequence[Ask], start: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Draw the fields of an act's dialog; return their values by name."""
    return {ask.name: _drawn(act, ask, (start or {}).get(ask.name)) for ask in asks}


def _drawn(act: str, ask: Ask, start: Any) -> Any:
    label, key = _(ask.label) + (" *" if ask.needed else ""), field(act, ask.name)
    known = None if start is None or pd.isna(start) else start
    match ask.kind:
        case "area":
            return _area(label, key, known)
        case "long":
            return st.text_area(label, known or "", key=key, height=96)
        case "whole":
            return st.number_input(label, 0, MOST, None if known is None else int(known), key=key, placeholder="–")
        case "decimal":
            return st.number_input(label, 0.0, None, None if known is None else float(known), key=key, placeholder="–")
        case "day":
            return st.date_input(label, None if known is None else pd.Timestamp(known).date(), key=key, format="YYYY-MM-DD")
        case "yes":
            return st.checkbox(label, bool(known), key=key)
        case "moment":
            now = _("now, {moment}").format(moment=when(state.store().now()))
            return moment_field(act, ask.name, label, none=now)
        case "pick":
            options = list(dict.fromkeys([*([known] if known else []), *ask.options]))
            return st.selectbox(
                label, options, index=0 if known else None, key=key, accept_new_options=True, placeholder=_("Choose or type")
            )
        case "text":
            return st.text_input(label, known or "", key=key)
    table = ask.kind.removeprefix("term:")
    chosen = known if known in ask.options else ask.options[0]
    return st.segmented_control(
        label, list(ask.options), format_func=lambda code: term(table, code), default=chosen, required=True, key=key
    )


def _area(label: str, key: str, known: str | None) -> str | None:
    tree = cache.area_tree()
    labels = dict(zip(tree["id"], tree["label"], strict=True))
    first = known or state.area()
    at = list(labels).index(first) if first in labels else 0
    chosen: str | None = st.selectbox(label, list(labels), index=at, format_func=labels.__getitem__, key=key)
    return chosen
