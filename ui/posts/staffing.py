"""Staff by class of post and by shift, seals past their expiry, and the crossings with and without a post."""

from __future__ import annotations

import streamlit as st

from briefing import facts
from errors import mark
from ledgers.posts import duty
from ui.legend.terms import TERMS
from ui.map.workbench import pick
from ui.shell import cache, keys, state
from ui.shell.figures import all_clear, printed
from ui.shell.frame import Frame
from ui.shell.listing import Column, listing
from ui.shell.sections import span
from ui.shell.words import _, number

_CLASSES = (
    Column("post_class", mark("Class"), "term:post_class"),
    Column("posts", mark("Posts"), "number"),
    Column("required", mark("Staff required"), "number"),
    Column("on_duty", mark("People on duty"), "number"),
    Column("rostered", mark("Rostered"), "number"),
    Column("signed_in", mark("Signed in"), "number"),
    Column("short", mark("Posts short of staff"), "number"),
)
_SHIFTS = (
    Column("post_class", mark("Class"), "term:post_class"),
    Column("starts_at", mark("From"), "moment"),
    Column("ends_at", mark("Until"), "moment"),
    Column("posts", mark("Posts"), "number"),
    Column("required", mark("Staff required"), "number"),
    Column("people", mark("Rostered"), "number"),
    *(Column(force, TERMS["force"][force], "number") for force in duty.FORCES),
    Column("signed_in", mark("Signed in"), "number"),
)
_CROSSINGS = (
    Column("name", mark("Name")),
    Column("highway", mark("Road class"), "term:highway"),
    Column("ref", mark("Road number")),
    Column("with_post", mark("With a post"), "yes"),
    Column("id", mark("Number")),
)
_OVERDUE = (
    Column("name", mark("Name")),
    Column("expires_at", mark("Valid until"), "moment"),
    Column("since", mark("Since"), "moment"),
    Column("ordered_by", mark("Ordered by")),
    Column("reason", mark("Reason")),
    Column("egress", mark("Way out"), "term:egress"),
    Column("key_holder", mark("Key holder")),
)


def staff_totals(view: Frame) -> None:
    """Draw the staff of the moment by class of post, and of a window by shift and force."""
    totals = facts.staff(cache.view())
    with st.container(horizontal=True):
        for label, query in (
            (_("Posts"), "checkpoints.total"),
            (_("Staff required"), "staff.required"),
            (_("People on duty"), "staff.on_duty"),
            (_("Posts short of staff"), "staff.short"),
        ):
            st.metric(label, printed(query))
    listing(totals, _CLASSES, key=f"{keys.LISTING}_classes", file="staff_by_class")
    st.markdown(f"**{_('By shift and force')}**")
    start, end = span(view, "staff")
    shifts = duty.shift_staffing(view, start=start, end=end)
    if shifts.empty:
        st.caption(_("No shifts in this time."))
    else:
        listing(shifts, _SHIFTS, key=f"{keys.LISTING}_shift_staff", file="staff_by_shift")


def beyond_border() -> None:
    """Say how many of the checkpoints in view stand in no area: just beyond the border as it is drawn."""
    if beyond := cache.figures(state.moment()).checkpoints_beyond:
        st.caption(_("{n} of the checkpoints stand beyond the drawn border.").format(n=number(beyond)))


def crossing_list() -> None:
    """Draw the roads over the border, those without a post first."""
    crossings = cache.layer("crossings").sort_values("with_post", kind="stable", ignore_index=True)
    if crossings.empty:
        st.caption(_("No crossings: import the roads of the region on the Data page."))
        return
    watched = int(crossings["with_post"].sum())
    said = _("{without} of {total} roads over the border have no post.")
    st.markdown(said.format(without=f"**{number(len(crossings) - watched)}**", total=number(len(crossings))))
    listing(
        crossings,
        _CROSSINGS,
        key=f"{keys.LISTING}_crossings",
        file="crossings",
        on_pick=lambda rows: state.select("crossings", str(crossings["id"].iloc[rows[0]])) if rows else None,
    )


def overdue_seals() -> None:
    """Draw the seals past their expiry; choosing rows picks them."""
    gates = cache.layer("entrances")
    overdue = gates[gates["overdue"]].sort_values("expires_at", ignore_index=True)
    if overdue.empty:
        all_clear("entrances.overdue", _("No seal is past its expiry."), _("overdue seals"))
        return
    st.markdown(_("The order of **{n}** seals has expired; they stand until someone decides.").format(n=number(len(overdue))))
    listing(
        overdue,
        _OVERDUE,
        key=f"{keys.LISTING}_overdue",
        file="overdue_seals",
        on_pick=lambda rows: pick("entrances", [str(i) for i in overdue["id"].iloc[rows]]),
        several=True,
    )
