"""Taking in a list: choose the file, see what it would change, decide, and undo it later if need be."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st
from streamlit.elements.lib.mutable_status_container import StatusContainer

from errors import mark
from ledgers.intake import imports
from ledgers.intake.columns import ALL_FIELDS, FIELDS
from ledgers.intake.plans import Plan, objection, result_json
from ledgers.record_exports import template
from ui.shell import acts, cache, keys
from ui.shell.frame import Frame, told
from ui.shell.listing import Column, listing
from ui.shell.uploads import kept_file
from ui.shell.words import _, lang, locale, number, plain, term

CRS = {
    "wgs84": mark("WGS-84 (GPS, OpenStreetMap)"),
    "cgcs2000": mark("CGCS2000 (national surveys)"),
    "gcj02": mark("GCJ-02 (Amap, Tencent)"),
    "bd09": mark("BD-09 (Baidu)"),
    "epsg": mark("another one, by its EPSG number"),
}
LISTS = ("xlsx", "csv", "geojson", "json", "gpkg", "zip", "kml")
REJECTED = (
    Column("row", mark("Row"), "number"),
    Column("sheet", mark("Sheet")),
    Column("column", mark("Column")),
    Column("value", mark("Value")),
    Column("reason", mark("What is wrong")),
)
CHANGES = (
    Column("row", mark("Row"), "number"),
    Column("name", mark("Name")),
    Column("field", mark("Column")),
    Column("old", mark("Before")),
    Column("new", mark("After")),
)
BATCHES = (
    Column("recorded_at", mark("When"), "moment"),
    Column("file_name", mark("File")),
    Column("layer", mark("Layer"), "term:layer"),
    Column("read", mark("Read"), "number"),
    Column("added", mark("Added"), "number"),
    Column("changed", mark("Changed"), "number"),
    Column("unchanged", mark("Unchanged"), "number"),
    Column("rejected", mark("Rejected"), "number"),
    Column("recorded_by", mark("By")),
    Column("stands", mark("Stands"), "yes"),
)


@dataclass(frozen=True)
class Checked:
    """A plan and how it is told in one language; kept, since a large file has thousands of rejections to put into words."""

    plan: Plan
    lang: str
    result: dict[str, Any]
    rejected: pd.DataFrame

    @classmethod
    def of(cls, plan: Plan) -> Checked:
        """Put a plan into words."""
        result = result_json(plan, translate=_)
        return cls(plan, lang(), result, pd.DataFrame(result["rejected"], columns=[c.name for c in REJECTED]))


# Lists


def import_list(page: Frame) -> None:
    """Draw the steps of an import: file, check, decision."""
    upload = st.file_uploader(_("Workbook or layer file"), LISTS, key=keys.DATA_FILE, on_change=_forget)
    first, second, third = st.columns(3)
    layer = first.selectbox(
        _("It lists"),
        list(ALL_FIELDS),
        index=list(ALL_FIELDS).index("entrances"),
        format_func=lambda name: term("layer", name),
        key=keys.DATA_LAYER,
        on_change=_forget,
    )
    with second:
        options = {"crs": _crs()} if layer in FIELDS else {"office": _office()}
    sheet = third.text_input(_("Sheet (empty: the first that fits)"), key=keys.DATA_SHEET, on_change=_forget) or None
    if layer not in FIELDS:
        _template(layer)
    if upload is None:
        return
    if st.button(_("Check {file}").format(file=plain(upload.name)), key=keys.DATA_CHECK, type="primary", icon=":material/fact_check:"):
        _plan(page, kept_file(upload), layer, sheet=sheet, **options)
    checked: Checked | None = st.session_state.get(keys.DATA_PLAN)
    if checked:
        if checked.lang != lang():
            checked = st.session_state[keys.DATA_PLAN] = Checked.of(checked.plan)
        _review(page, checked)


def _crs() -> str | None:
    """Draw the choice of the coordinate system; return its name as an import takes it."""
    chosen = st.selectbox(
        _("Its coordinates are in"),
        list(CRS),
        index=None,
        format_func=lambda code: _(CRS[code]),
        placeholder=_("none, or choose: this is never guessed"),
        key=keys.DATA_CRS,
        on_change=_forget,
    )
    if chosen != "epsg":
        return chosen
    code = st.text_input(_("EPSG number"), placeholder="4549", key=keys.DATA_EPSG, on_change=_forget).strip()
    return f"EPSG:{code.upper().removeprefix('EPSG:')}"


def _office() -> str:
    """Draw whose file it is: how its columns are read is remembered for each office."""
    return st.text_input(
        _("Office it comes from"), placeholder=_("its columns are remembered"), key=keys.DATA_OFFICE, on_change=_forget
    ).strip()


def _template(layer: str) -> None:
    """Draw the download of an empty workbook that an import reads without questions."""
    name = f"{layer}.xlsx"
    st.download_button(
        _("Empty workbook for {layer}").format(layer=term("layer", layer)),
        data=template(layer),
        file_name=name,
        key=keys.DATA_TEMPLATE,
        icon=":material/draft:",
        type="tertiary",
        on_click="ignore",
    )


def _plan(page: Frame, path: Path, layer: str, **options: Any) -> None:
    reading = _("Reading {file} ...").format(file=plain(path.name))
    with told(), st.status(reading) as status:
        plan = imports.plan_import(page.store, page.viewer, path, layer, translate=_, progress=_progress(status), **options)
        st.session_state[keys.DATA_PLAN] = Checked.of(plan)


def _progress(status: StatusContainer) -> Callable[..., None]:
    """Return what says in the line of a status how far the work is."""
    return lambda message, **params: status.update(label=plain(_(message).format(**params)))


def _forget() -> None:
    st.session_state.pop(keys.DATA_PLAN, None)


def _review(page: Frame, checked: Checked) -> None:
    plan, result = checked.plan, checked.result
    figures = (
        (_("Read"), plan.read),
        (_("Added"), result["added"]),
        (_("Changed"), result["changed"]),
        (_("Known already") if "duplicate" in result else _("Unchanged"), result["unchanged"]),
        (_("Rejected"), len(checked.rejected.drop_duplicates(["sheet", "row"]))),
    )
    with st.container(horizontal=True):
        for label, value in figures:
            st.metric(label, number(value), border=True, width=130)
    if result["crs_check"]:
        _crs_check(result["crs_check"])
    if result["rejected"]:
        _rejected(plan, checked.rejected)
    if len(plan.changes):
        with st.expander(_("What changes in features known already"), icon=":material/difference:"):
            listing(plan.changes.astype({"old": "str", "new": "str"}), CHANGES, key=keys.DATA_CHANGES, file="changes")
    _mapping(page, plan)
    _decide(page, plan)


def _crs_check(check: dict[str, Any]) -> None:
    distances = check["median_road_distance_m"]
    parts = [f"{_(CRS.get(crs, crs))}: {number(metres)} m" for crs, metres in distances.items()]
    st.caption(_("Median distance from the roads, by coordinate system: {parts}").format(parts=" · ".join(parts)))


def _rejected(plan: Plan, rejected: pd.DataFrame) -> None:
    st.warning(_("{n} cells cannot be taken").format(n=number(len(rejected))), icon=":material/report:")
    listing(rejected, REJECTED, key=keys.DATA_REJECTED, file="rejected")
    if plan.marked_file:
        st.download_button(
            _("Your file with those cells marked"),
            data=plan.marked_file.read_bytes,
            file_name=plan.marked_file.name,
            key=keys.DATA_MARKED,
            icon=":material/download:",
            on_click="ignore",
        )


def _mapping(page: Frame, plan: Plan) -> None:
    labels = {name: (f.label if locale().is_chinese else name) for name, f in ALL_FIELDS[plan.layer].items()}
    names = {label: name for name, label in labels.items()}
    with st.expander(_("How its columns are read"), icon=":material/view_column:"):
        table = pd.DataFrame({"heading": list(plan.mapping), "field": [labels.get(f) if f else None for f in plan.mapping.values()]})
        edited = st.data_editor(
            table,
            key=keys.DATA_MAPPING,
            hide_index=True,
            disabled=["heading"],
            column_config={
                "heading": st.column_config.TextColumn(_("Column of the file")),
                "field": st.column_config.SelectboxColumn(_("Read as"), options=list(names)),
            },
        )
        if st.button(_("Check again with these columns"), key=keys.DATA_REMAP):
            chosen = {h: names.get(f) for h, f in zip(edited["heading"], edited["field"], strict=True)}
            _plan(page, plan.path, plan.layer, crs=plan.crs, sheet=plan.sheet, mapping=chosen, office=plan.office)
            st.rerun()


def _decide(page: Frame, plan: Plan) -> None:
    accept: dict[str, bool] = {}
    if plan.crs_objection:
        st.error(plain(plan.crs_objection.text(_)), icon=":material/wrong_location:")
        accept["accept_crs"] = st.checkbox(_("The declared coordinate system is right all the same"), key=keys.DATA_ACCEPT_CRS)
    if plan.rejected:
        accept["accept_valid"] = st.checkbox(_("Take the valid rows and leave the rejected ones out"), key=keys.DATA_ACCEPT_VALID)
    count = len(plan.added) + len(plan.changed)
    if not count:
        st.success(_("Everything in this file is known already: nothing to import."), icon=":material/check_circle:")
        return

    def carry_out() -> None:
        with st.status(label) as status:
            imports.apply_import(page.store, page.viewer, plan, progress=_progress(status), **accept)
        _forget()

    stands_against = objection(plan, **accept) is not None
    layered = plan.layer in FIELDS
    label = (_("Import {n} features") if layered else _("Import {n} rows")).format(n=number(count))
    done = _("{n} features imported from {file}") if layered else _("{n} rows imported from {file}")
    if st.button(label, key=keys.DATA_IMPORT, type="primary", icon=":material/upload:", disabled=stands_against):
        acts.perform(done.format(n=number(count), file=plain(plan.path.name)), carry_out)


# Past imports


def past_imports(page: Frame) -> None:
    """Draw the imports, latest first; one can be undone as a whole."""
    batches = cache.batches()
    if batches.empty:
        st.info(_("Nothing has been imported yet."), icon=":material/inbox:")
        return
    picked: list[int] = st.session_state.get(keys.DATA_BATCH_PICKED, [])

    def pick(rows: list[int]) -> None:
        st.session_state[keys.DATA_BATCH_PICKED] = rows

    listing(batches, BATCHES, key=keys.DATA_BATCHES, file="imports", on_pick=pick)
    if not picked or picked[0] >= len(batches):
        st.caption(_("Choose an import to undo it."))
        return
    batch = batches.iloc[picked[0]]
    if batch["stands"] and batch["kind"] == "ledger":
        label = _("Undo the import of {file}").format(file=plain(batch["file_name"]))
        reason = st.text_input(_("Reason"), key=keys.DATA_UNDO_REASON)
        if st.button(label, key=keys.DATA_UNDO, icon=":material/undo:", disabled=not reason.strip()):
            acts.perform(label, lambda: _undo(page, batch["batch_id"], reason))


def _undo(page: Frame, batch_id: str, reason: str) -> None:
    imports.undo_batch(page.store, page.viewer, batch_id, reason=reason.strip())
