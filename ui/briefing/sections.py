"""What stands below a briefing: its numbers, what changed, what was learned later, past briefings, the map pack, and the template."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from briefing import archive, publish
from briefing.model import Table
from briefing.writers import template
from briefing.writers.appendix import rows
from errors import N_
from ui.background import briefing_job
from ui.briefing.preview import FORMS, pages
from ui.briefing.view import EDITIONS, PART_NAMES, Made, by_hand_in, written
from ui.http.briefing import MIMES, pack_address, past_address
from ui.shell import acts, keys, state
from ui.shell.frame import Frame, showing_errors
from ui.shell.listing import Column, listing
from ui.shell.uploads import kept_file
from ui.shell.waiting import waited
from ui.shell.words import _, number, plain, when

NUMBERS = (
    Column("label", N_("What it counts"), "wide"),
    Column("text", N_("As printed")),
    Column("written", N_("Written by hand")),
    Column("section", N_("Part"), "message"),
    Column("query", N_("Query")),
    Column("of", N_("Of which")),
)
LATER = (Column("label", N_("What it counts"), "wide"), Column("before", N_("At the cut-off")), Column("after", N_("As known now")))
PAST = (
    Column("cutoff", N_("Cut-off"), "moment"),
    Column("edition", N_("Edition"), "message"),
    Column("area_name", N_("Unit")),
    Column("numbers", N_("Numbers"), "number"),
    Column("issued_at", N_("Issued"), "moment"),
    Column("issued_by", N_("Issued by")),
    Column("lang", N_("Language")),
)
COMPARED = (
    Column("label", N_("What it counts"), "wide"),
    Column("before", N_("The one before")),
    Column("after", N_("This one")),
    Column("change", N_("Change"), "decimal"),
)


def numbers_table(found: Made) -> None:
    """Draw all numbers of the briefing, those written by hand first."""
    listed = [
        {
            "label": row.figure.label,
            "text": row.figure.text,
            "written": row.by_hand or "",
            "section": PART_NAMES.get(row.figure.section, row.figure.section),
            "query": row.figure.query,
            "of": row.figure.of or "",
        }
        for row in rows(found.whole)
    ]
    added = [n.text for n in by_hand_in(found.whole) if n.instead_of is None]
    if added:
        st.warning(_("Entered by hand, without any query behind them: {numbers}").format(numbers=plain(_(", ").join(added))))
    frame = pd.DataFrame(listed, columns=[c.name for c in NUMBERS]).sort_values("written", key=lambda c: c == "", kind="stable")
    listing(frame.reset_index(drop=True), NUMBERS, key=f"{keys.LISTING}_briefing_numbers", file="briefing-numbers")


def later_table(found: Made) -> None:
    """Draw what was learned after the cut-off: the text keeps what was known then."""
    st.caption(_("The text keeps what was known at {moment}; these would be other numbers now.").format(moment=when(found.whole.cutoff)))
    listed = [{"label": one.number.label, "before": one.number.text, "after": one.text} for one in found.whole.later]
    listing(pd.DataFrame(listed, columns=[c.name for c in LATER]), LATER, key=f"{keys.LISTING}_briefing_later", file="briefing-later")


# Changes


def changes(view: Frame, found: Made) -> None:
    """Draw what changed since the briefing before: the map of differences, and a table each."""
    whole = found.whole
    st.caption(_("Since {moment}, as known at each cut-off.").format(moment=when(whole.previous, year=True)))
    sheets = waited(briefing_job.ask_sheets(view.store, view.viewer, found.drafted, ("changes",)))
    map_side, table_side = st.columns([1.15, 1], gap="small")
    if sheets:
        map_side.image(sheets[0].png, width="stretch", alt=sheets[0].title)
    with table_side:
        for table in whole.changes:
            _table(table)


def _table(table: Table) -> None:
    st.markdown(f"**{plain(table.title)}**")
    if not table.rows:
        st.caption(_("nothing"))
        return
    st.dataframe(pd.DataFrame(table.rows, columns=list(table.columns)), hide_index=True, placeholder="–")


# Past briefings


def past(view: Frame) -> None:
    """Draw the briefings that went out; the one picked is opened as it went out, and set against the one before."""
    issued = archive.past(view.store, view.viewer, view.area)
    if issued.empty:
        st.info(_("None has been issued yet: press “Issue this briefing” above."), icon=":material/inbox:")
        return
    shown = issued.assign(numbers=issued["numbers"].map(len), edition=issued["edition"].map(EDITIONS))
    ids = [str(event) for event in issued["event_id"]]
    opened = state.param("issued")
    listing(
        shown,
        PAST,
        key=f"{keys.BRIEFING_PAST}_{view.store.revision}",
        file="briefings",
        max_height=260,
        on_pick=lambda rows: state.put(issued=ids[rows[0]] if rows else None),
        marked=[ids.index(opened)] if opened in ids else [],
    )
    if opened in ids:
        _opened(view, issued, ids.index(opened))


def _opened(view: Frame, issued: pd.DataFrame, row: int) -> None:
    """Draw one as it went out; the one before is the next further down of the same unit and language with another cut-off."""
    this = issued.iloc[row]
    whole = archive.read(view.store, view.viewer, str(this["event_id"]))
    st.markdown(f"### {plain(whole.title)} · {plain(when(whole.cutoff, year=True))}")
    with st.container(horizontal=True, gap="xsmall", key=keys.BRIEFING_ISSUED):
        for form, (label, icon) in FORMS.items():
            st.link_button(_(label), past_address(form, str(this["event_id"])), icon=icon)
    page_side, number_side = st.columns([1.15, 1], gap="small")
    with page_side:
        pages(view, whole, publish.MAPS, name="past")
    with number_side:
        _compared(issued, row)


def _compared(issued: pd.DataFrame, row: int) -> None:
    this, below = issued.iloc[row], issued.iloc[row + 1 :]
    same = (below["area_id"] == this["area_id"]) & (below["lang"] == this["lang"]) & (below["cutoff"] < this["cutoff"])
    if not same.any():
        st.caption(_("No briefing of this unit went out before it."))
    before = below[same].iloc[0]["numbers"] if same.any() else ()
    if same.any():
        st.caption(_("Beside the one of {moment}").format(moment=when(below[same].iloc[0]["cutoff"], year=True)))
    frame = archive.compare(before, this["numbers"])
    listing(frame, COMPARED, key=f"{keys.LISTING}_briefing_{this['event_id']}", file="briefing-compared", max_height=760)


# The map pack


def map_pack(view: Frame) -> None:
    """Draw the button that has the map of every unit made, how far that is, and the link to it; what failed is named."""
    what = _("The maps of the whole and an operations map of each unit at {moment}, in one zip file with an index.")
    st.caption(what.format(moment=when(view.at, year=True)))
    asked: briefing_job.Pack | None = st.session_state.get(keys.BRIEFING_PACKED)
    label = _("Make the map pack")
    st.button(label, key=keys.BRIEFING_PACK, icon=":material/folder_zip:", on_click=_ask_pack, args=(view,))
    if asked is None:
        return
    with showing_errors():
        packed = waited(briefing_job.ask_pack(view.store, view.viewer, asked))
        if packed is None:
            return
        told_of = packed.told
        done = _("{n} sheets of {units} units, as of {moment}").format(
            n=number(told_of["sheets"]), units=number(told_of["units"]), moment=when(asked.at, year=True)
        )
        st.markdown(f":green[:material/check_circle:] {done}")
        label = _("Download {file} ({size} MB)").format(file="maps.zip", size=f"{len(packed.file) / 1e6:.1f}")
        st.link_button(label, pack_address(asked), icon=":material/download:", type="primary")
        for failed in told_of["failed"]:
            st.warning(_("{unit}, {map}: {why}").format(unit=plain(failed["name"]), map=plain(failed["map"]), why=plain(failed["why"])))


def _ask_pack(view: Frame) -> None:
    st.session_state[keys.BRIEFING_PACKED] = briefing_job.Pack(view.area, view.at, written())


# The template


def own_template(view: Frame) -> None:
    """Draw the template of the Word document: ours to start from, one's own to take its place."""
    mine = publish.template(view.store)
    st.markdown(
        _("The Word document is written with your own template.") if mine else _("The Word document is written with the built-in template.")
    )
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.download_button(
            _("Download the built-in template"),
            data=template.default,
            file_name="briefing.docx",
            mime=MIMES["docx"],
            key=f"{keys.BRIEFING_TEMPLATE}_default",
            icon=":material/download:",
            on_click="ignore",
        )
        if mine:
            st.download_button(
                _("Download your template"),
                data=mine.read_bytes,
                file_name="briefing.docx",
                mime=MIMES["docx"],
                key=f"{keys.BRIEFING_TEMPLATE}_own",
                icon=":material/download:",
                on_click="ignore",
            )
            if st.button(_("Remove your template"), key=f"{keys.BRIEFING_TEMPLATE}_remove", icon=":material/delete:"):
                removed = _("The built-in template is used again")
                acts.perform(removed, lambda: template.remove(view.store, view.viewer, mine.name))
    st.caption(_("It needs these placeholders: {names}").format(names=" ".join(f"`{{{{{name}}}}}`" for name in template.KNOWN)))
    upload = st.file_uploader(_("Your template (.docx)"), ["docx"], key=f"{keys.BRIEFING_TEMPLATE}_file")
    if upload is not None:
        label = _("Use {file}").format(file=plain(upload.name))
        if st.button(label, key=f"{keys.BRIEFING_TEMPLATE}_use", type="primary", icon=":material/note_add:"):
            acts.perform(_("{file} is used from now on").format(file=plain(upload.name)), lambda: _use(view, upload))


def _use(view: Frame, upload: Any) -> None:
    file = kept_file(upload)
    template.add(view.store, view.viewer, file.replace(file.with_name(publish.TEMPLATE.name)))
