"""Staff by class of post and by shift, seals past their expiry, and the crossings with and without a post."""

from __future__ import annotations

import streamlit as st

from briefing import facts
from errors import N_
from ledgers.posts import duty
from ledgers.terms import TERMS
from ui.map.workbench import pick
from ui.shell import cache, keys, state
from ui.shell.figures import all_clear, printed
from ui.shell.frame import Frame
from ui.shell.listing import Column, listing
from ui.shell.sections import span
from ui.shell.words import _, number

_CLASSES = (
    Column("post_class", N_("Class"), "term:post_class"),
    Column("posts", N_("Posts"), "number"),
    Column("required", N_("Staff required"), "number"),
    Column("on_duty", N_("People on duty"), "number"),
    Column("rostered", N_("Rostered"), "number"),
    Column("signed_in", N_("Signed in"), "number"),
    Column("short", N_("Posts short of staff"), "number"),
)
_SHIFTS = (
    Column("post_class", N_("Class"), "term:post_class"),
    Column("starts_at", N_("From"), "moment"),
    Column("ends_at", N_("Until"), "moment"),
    Column("posts", N_("Posts"), "number"),
    Column("required", N_("Staff required"), "number"),
    Column("people", N_("Rostered"), "number"),
    *(Column(force, TERMS["force"][force], "number") for force in duty.FORCES),
    Column("signed_in", N_("Signed in"), "number"),
)
_CROSSINGS = (
    Column("name", N_("Name")),
    Column("highway", N_("Road class"), "term:highway"),
    Column("ref", N_("Road number")),
    Column("with_post", N_("With a post"), "yes"),
    Column("id", N_("Number")),
)
_OVERDUE = (
    Column("name", N_("Name")),
    Column("expires_at", N_("Valid until"), "moment"),
    Column("since", N_("Since"), "moment"),
    Column("ordered_by", N_("Ordered by")),
    Column("reason", N_("Reason")),
    Column("egress", N_("Way out"), "term:egress"),
    Column("key_holder", N_("Key holder")),
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
