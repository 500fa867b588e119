"""Tables: figures on the right, the first column frozen, downloadable as a workbook or CSV."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from errors import mark
from ledgers import sheets
from ui.shell import keys
from ui.shell.words import _, lang, term
from words import Translate, translator

ROW_PX = 35
# A choosable table travels whole with each new view; this many rows are a few tens of kilobytes.
MOST_TO_CHOOSE_FROM = 200
HEADER_PX = 38


@dataclass(frozen=True)
class Column:
    """One column: its name in the frame, its heading (a message), and what it holds.

    ``kind`` is ``text``, ``wide`` (longer text), ``number``, ``decimal``, ``moment``, ``day``, ``yes`` (a boolean), ``phone``,
    ``message`` (untranslated), or ``term:TABLE`` for a code of that table.
    """

    name: str
    label: str
    kind: str = "text"


def listing(
    frame: pd.DataFrame,
    columns: Sequence[Column],
    *,
    key: str,
    file: str,
    max_height: int = 420,
    on_pick: Callable[[list[int]], None] | None = None,
    several: bool = False,
    marked: Sequence[int] = (),
) -> None:
    """Draw a table and its downloads.

    ``on_pick`` is told the positions of the rows chosen; ``marked`` are those chosen when it is first drawn under this ``key``.
    """
    drawn = frame.head(MOST_TO_CHOOSE_FROM) if on_pick else frame
    rows = pd.DataFrame({c.name: _shown(drawn[c.name], c.kind) for c in columns})
    choosing: dict[str, Any] = {}
    if on_pick:
        choosing = {
            "on_select": lambda: on_pick(st.session_state[key]["selection"]["rows"]),
            "selection_mode": "multi-row" if several else "single-row",
            "selection_default": {"selection": {"rows": list(marked)}},
        }
    st.dataframe(
        rows,
        key=key,
        hide_index=True,
        height=min(HEADER_PX + ROW_PX * max(len(rows), 1), max_height),
        column_config={c.name: _config(c, first=n == 0) for n, c in enumerate(columns)},
        placeholder="–",
        lazy=None if on_pick else True,  # a long table comes as it is scrolled; one to choose from must come whole, and is cut
        **choosing,
    )
    if len(drawn) < len(frame):
        st.caption(_("The first {n} are listed; filter or search for the others. The download has all.").format(n=f"{len(drawn):,}"))
    _downloads(frame, columns, file)


def _downloads(frame: pd.DataFrame, columns: Sequence[Column], file: str) -> None:
    labels = {c.name: _(c.label) for c in columns}
    say = translator(lang())  # the file is written when nobody's page is being drawn

    def written(write: Callable[[pd.DataFrame, dict[str, str]], bytes]) -> bytes:
        return write(told(frame, columns, say), labels)

    with st.container(horizontal=True, gap="xsmall", horizontal_alignment="right", vertical_alignment="center"):
        st.caption(_("{n} rows").format(n=f"{len(frame):,}"), width="content")
        for kind, write in (("xlsx", sheets.xlsx_bytes), ("csv", sheets.csv_bytes)):
            st.download_button(
                kind.upper(),
                data=partial(written, write),
                file_name=f"{file}.{kind}",
                key=f"{keys.DOWNLOAD}_{file}_{kind}",
                icon=":material/download:",
                help=_("Download this table"),
                type="tertiary",
                on_click="ignore",
            )


def each_row(frame: pd.DataFrame) -> Iterator[Any]:
    """Yield the rows of a table; a row has its columns as attributes."""
    yield from frame.itertuples()


def told(frame: pd.DataFrame, columns: Sequence[Column], say: Translate) -> pd.DataFrame:
    """Return a table for a file: its codes in words, its times as on the wall, under the columns' own names."""
    return pd.DataFrame({c.name: frame[c.name] if c.kind == "phone" else _shown(frame[c.name], c.kind, say) for c in columns})


def _shown(values: pd.Series, kind: str, say: Translate | None = None) -> pd.Series:
    say = say or _
    if kind.startswith("term:"):
        table = kind.removeprefix("term:")
        words = {code: term(table, code, say) for code in values.dropna().unique()}
        return values.map(words)
    if kind == "yes":
        return values.map({True: say(mark("yes")), False: say(mark("no"))})
    if kind == "moment":
        # Wall time of the workspace, as everything on the page is.
        return pd.to_datetime(values).dt.tz_localize(None)
    if kind == "day":
        return pd.to_datetime(values).dt.date
    if kind == "phone":
        return values.where(values.isna() | (values == ""), "tel:" + values.astype("str"))
    if kind == "message":
        return values.map(say)
    if kind in ("text", "wide"):
        return values.astype("str")
    return values


def _config(column: Column, *, first: bool) -> Any:
    label = _(column.label)
    match column.kind:
        case "number":
            return st.column_config.NumberColumn(label, format="localized", pinned=first)
        case "decimal":
            return st.column_config.NumberColumn(label, format="%.1f", pinned=first)
        case "moment":
            return st.column_config.DatetimeColumn(label, format="D MMM HH:mm" if lang() == "en" else "M月D日 HH:mm", pinned=first)
        case "day":
            return st.column_config.DateColumn(label, format="D MMM" if lang() == "en" else "M月D日", pinned=first)
        case "phone":
            return st.column_config.LinkColumn(label, width=120, display_text=r"tel:(.*)", pinned=first)
        case "wide":
            return st.column_config.TextColumn(label, width=180, pinned=first)
        case _:
            return st.column_config.TextColumn(label, pinned=first)
