"""What can be done to checkpoints: the buttons, and the dialog behind each."""

from __future__ import annotations

from collections.abc import Callable

import geopandas as gpd
import streamlit as st

from errors import N_
from ledgers.posts import orders
from ledgers.terms import TERMS
from queries.columns import CHECKPOINT_KINDS
from ui.map.workbench import selection_line
from ui.posts.place_forms import add_fields, move_form, place_buttons, placing_line, rename_form, withdraw_form
from ui.shell import acts, cache
from ui.shell.acts import act_button, barrier_fields, dialog, field, order_fields, perform, several, sign_in_field
from ui.shell.frame import Frame
from ui.shell.layer_columns import asked
from ui.shell.listing import each_row
from ui.shell.words import _, number, plain, term

LAYER = "checkpoints"


def checkpoint_acts(view: Frame, posts: gpd.GeoDataFrame) -> None:
    """Draw what can be done to the checkpoints picked, and the dialog of what is being done."""
    n = number(len(posts))
    titles = {
        "change": several(len(posts), N_("Change {n} checkpoint"), N_("Change {n} checkpoints")) if len(posts) else _("Change"),
        "stand_down": several(len(posts), N_("Stand down {n} checkpoint"), N_("Stand down {n} checkpoints"))
        if len(posts)
        else _("Stand down"),
        "add": _("Establish a checkpoint"),
        "move": _("Move"),
        "rename": _("Rename"),
        "withdraw": _("Withdraw {n}").format(n=n),
    }
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        selection_line(LAYER, posts)
    with st.container(horizontal=True, gap="xsmall"):
        act_button(titles["change"], "change", icon=":material/swap_horiz:", disabled=posts.empty, primary=not posts.empty)
        act_button(titles["stand_down"], "stand_down", icon=":material/do_not_disturb_on:", disabled=posts.empty)
        place_buttons(LAYER, posts, add=titles["add"])
    placing_line(_("Click on the map where the checkpoint is."))
    forms: dict[str, Callable[[], None]] = {
        "change": lambda: _change(view, posts),
        "stand_down": lambda: _stand_down(view, posts),
        "add": lambda: _add(view),
        "move": lambda: move_form(view, LAYER, posts),
        "rename": lambda: rename_form(view, LAYER, posts),
        "withdraw": lambda: withdraw_form(view, LAYER, posts),
    }
    act = acts.running()
    if act in forms and (act == "add" or len(posts)):
        dialog(titles[act], forms[act])


def _kind_field(act: str, default: str) -> str:
    chosen = st.segmented_control(
        _("Kind"), CHECKPOINT_KINDS, format_func=lambda kind: term("kind", kind), default=default, required=True, key=field(act, "kind")
    )
    return chosen or default


def _change(view: Frame, posts: gpd.GeoDataFrame) -> None:
    kind = _kind_field("change", str(posts["kind"].iloc[0]))
    barrier = barrier_fields("change", posts) if kind == "block" else {}
    order = order_fields("change")
    kept = sign_in_field("change")
    label = _("Change to {kind}: {n}").format(n=number(len(posts)), kind=term("kind", kind))
    if st.button(label, key=field("change", "go"), type="primary", disabled=not order.complete):
        perform(
            _("Changed to {kind}: {n}").format(n=number(len(posts)), kind=term("kind", kind)),
            lambda: orders.establish(view.store, view.viewer, list(posts["id"]), kind=kind, sign_in_kept=kept, **barrier, **order.said()),
        )


def _stand_down(view: Frame, posts: gpd.GeoDataFrame) -> None:
    order = order_fields("stand_down")
    if st.button(
        several(len(posts), N_("Stand down {n} checkpoint"), N_("Stand down {n} checkpoints")),
        key=field("stand_down", "go"),
        type="primary",
        disabled=not order.complete,
    ):
        perform(
            several(len(posts), N_("Stood down {n} checkpoint"), N_("Stood down {n} checkpoints")),
            lambda: orders.stand_down(view.store, view.viewer, list(posts["id"]), **order.said()),
        )


def _add(view: Frame) -> None:
    name, lon, lat = add_fields("add")
    kind = _kind_field("add", "inspect")
    barrier = barrier_fields("add") if kind == "block" else {}
    with st.container(horizontal=True):
        post_class = st.selectbox(
            _("Class"),
            list(TERMS["post_class"]),
            format_func=lambda code: term("post_class", code),
            index=5,
            key=field("add", "post_class"),
        )
        staff = int(st.number_input(_("Staff required"), 0, 500, 2, key=field("add", "staff")))
    described = asked("add", LAYER)
    kept = st.toggle(_("Sign in at shift start"), key=field("add", "sign_in"))
    order = order_fields("add")
    if st.button(_("Establish a checkpoint"), key=field("add", "go"), type="primary", disabled=not (name.strip() and order.complete)):
        perform(
            _("Established: {name}").format(name=plain(name.strip())),
            lambda: (
                orders.add_checkpoint(
                    view.store,
                    view.viewer,
                    name=name,
                    lon=lon,
                    lat=lat,
                    kind=kind,
                    post_class=post_class,
                    staff_required=staff,
                    sign_in_kept=kept,
                    described=described,
                    **barrier,
                    **order.said(),
                ).event_ids
            ),
        )


def stood_down_list(view: Frame) -> None:
    """Draw the checkpoints that stand no more, each with the button that establishes it again."""
    rows = cache.stood_down()
    if rows.empty:
        st.caption(_("No checkpoint has been stood down."))
    for row in each_row(rows):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(f"**{plain(row.name or row.id)}**", width="stretch")
            st.button(
                _("Establish again"), key=field("again", row.id), icon=":material/replay:", on_click=acts.start, args=(f"again:{row.id}",)
            )
    act = acts.running() or ""
    names = dict(zip(rows["id"], rows["name"], strict=True))
    if act.startswith("again:") and (post := act.removeprefix("again:")) in names:
        dialog(_("Establish again"), lambda: _again(view, post, names[post] or post))


def _again(view: Frame, post: str, name: str) -> None:
    kind = _kind_field("again", "inspect")
    barrier = barrier_fields("again") if kind == "block" else {}
    order = order_fields("again")
    if st.button(
        _("Establish {name} again").format(name=plain(name)), key=field("again", "go"), type="primary", disabled=not order.complete
    ):
        perform(
            _("Established: {name}").format(name=plain(name)),
            lambda: orders.establish(view.store, view.viewer, [post], kind=kind, **barrier, **order.said()),
        )
