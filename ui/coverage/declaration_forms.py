"""Entrances of a settlement declared complete: first the roads are shown that none of them accounts for, then somebody answers for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import geopandas as gpd
import pandas as pd
import streamlit as st

from ledgers.roads import declarations
from queries.view import View
from ui.background.coverage_job import Answer
from ui.coverage.tables import ENTRIES
from ui.shell import acts, cache, keys
from ui.shell.acts import act_button, dialog, field, perform
from ui.shell.frame import Frame
from ui.shell.listing import listing
from ui.shell.words import _, number, plain, term, when

_SHOWN = 200


def settlement_acts(view: Frame, answer: Answer, settlement: pd.Series[Any]) -> None:
    """Say what is known of a settlement's ways in, and draw the button that declares its entrances complete, or no longer so."""
    roads = _roads(answer, str(settlement["key"]))
    name = plain(str(settlement["name"] or settlement["id"]))
    st.markdown(
        _("**{name}**: {status}. {entrances} listed entrances; {roads} roads lead in that none of them accounts for.").format(
            name=name,
            status=term("exposure", settlement["status"]),
            entrances=number(settlement["entrances"]),
            roads=number(len(roads)),
        )
    )
    told = declarations.declared(View(view.store, view.viewer, at=answer.study.at))
    last = told[told["key"] == settlement["key"]].tail(1)
    for row in last[last["complete"].astype(bool)].itertuples():
        st.caption(
            _("Declared complete by {who}, {moment}. {note}").format(
                who=plain(row.recorded_by), moment=when(row.since), note=plain(row.note)
            )
        )
    if len(roads):
        st.caption(_("Roads without a listed entrance, numbered as on the map:"))
        _road_table(roads, "shown")
    if settlement["declared"]:
        act_button(_("No longer complete"), "undeclare", icon=":material/lock_open:")
    elif settlement["entrances"]:
        act_button(_("Declare its entrances complete"), "declare", icon=":material/fact_check:")
    for act, complete in (("declare", True), ("undeclare", False)):
        if acts.running() == act:
            title = _("Declare its entrances complete") if complete else _("No longer complete")
            dialog(title, _declaring(view, settlement, roads, act, complete=complete), width="medium")


def _roads(answer: Answer, key: str) -> gpd.GeoDataFrame:
    frame = cache.named_frame(answer, "entries")
    return frame[frame["settlement"] == key]


def _road_table(roads: gpd.GeoDataFrame, where: str) -> None:
    listing(
        pd.DataFrame(roads.drop(columns="geometry")),
        ENTRIES,
        key=f"{keys.LISTING}_entries_{where}",
        file=f"roads_in_{where}",
        max_height=_SHOWN,
    )


def _declaring(view: Frame, settlement: pd.Series[Any], roads: gpd.GeoDataFrame, act: str, *, complete: bool) -> Callable[[], None]:
    name = str(settlement["name"] or settlement["id"])

    def body() -> None:
        if complete and len(roads):
            st.warning(
                _(
                    "{n} roads lead into {name} that no listed entrance accounts for. Once declared, nobody is taken to come in over them."
                ).format(n=number(len(roads)), name=plain(name)),
                icon=":material/warning:",
            )
            _road_table(roads, "asked")
        elif complete:
            st.markdown(_("Every known road into {name} has a listed entrance.").format(name=plain(name)))
        else:
            st.markdown(_("From now on every road into {name} without a listed entrance counts as open again.").format(name=plain(name)))
        note = st.text_input(_("Note"), key=field(act, "note"), placeholder=_("For example: walked around with the village head on 10 Feb"))
        go = _("There are no other ways in: declare") if complete else _("Declare no longer complete")
        done = _("Entrances declared complete: {name}") if complete else _("Entrances no longer complete: {name}")
        if st.button(go, key=field(act, "go"), type="primary"):
            perform(
                done.format(name=plain(name)),
                lambda: declarations.declare(
                    view.store,
                    view.viewer,
                    layer=str(settlement["layer"]),
                    subject_id=str(settlement["id"]),
                    complete=complete,
                    note=note,
                ),
            )

    return body
