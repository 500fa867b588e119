"""Ledger files into the workspace: plan what a file would change, carry it out, undo it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from errors import N_, Changed, InputError, NotFound
from geo.crs import to_wgs84
from ledgers import areas, undoing
from ledgers.intake import area_assignment, current_state, diffs, identity, misfit, places
from ledgers.intake.annotated_workbook import write_marked
from ledgers.intake.columns import ALL_FIELDS, FIELDS, field_of, folded, recognise
from ledgers.intake.mappings import remembered, remembering
from ledgers.intake.plans import Plan, Translate, objection, result_json
from ledgers.intake.readers import read_table
from ledgers.intake.records import plan_records
from ledgers.intake.rows import Rows, blank, read_rows, texts
from ledgers.intake.values import Clock
from queries.store import Batch, Store, Viewer, file_sha256
from settings import CRS

__all__ = ["Plan", "apply_import", "objection", "plan_import", "result_json", "undo_batch"]

# Features of these layers are nothing without a place.
NEED_A_PLACE = frozenset({"entrances", "checkpoints", "venues"})
# Columns of division code lists: the units above, which a workspace need not hold.
CODES_ABOVE = frozenset({"streetcode", "areacode", "citycode", "provincecode"})


def plan_import(
    store: Store,
    viewer: Viewer,
    path: Path,
    layer: str,
    *,
    crs: str | None = None,
    sheet: str | None = None,
    mapping: Mapping[str, str | None] | None = None,
    office: str = "",
    translate: Translate = N_,
    progress: Callable[..., None] | None = None,
) -> Plan:
    """Read a file and return what importing it would do; the ledger is left as it is.

    Parameters
    ----------
    crs
        ``wgs84``, ``cgcs2000``, ``gcj02``, ``bd09`` or ``EPSG:n``; required where the file has coordinates. The ledgers of people have
        none, and take no notice of it.
    mapping
        Corrections: heading -> field, or None for a column to leave out. By default those remembered for these headings.
    office
        Whose file it is: corrections are remembered for each office, and those of one hold for all that have made none.
    translate
        The language of the comments in the marked workbook.
    progress
        Is told, in English, what is being done: a sentence and what to fill in.

    Raises
    ------
    InputError
        When the file as a whole cannot be used: unreadable, columns or CRS missing. What is wrong with single cells is in the plan.
    """
    if layer not in ALL_FIELDS:
        raise NotFound("Files cannot be imported into {layer}; choose one of: {names}.", layer=repr(layer), names=", ".join(ALL_FIELDS))
    tell = progress or _silent
    if layer not in FIELDS:
        return plan_records(store, viewer, path, layer, sheet=sheet, mapping=mapping, office=office, translate=translate, tell=tell)
    crs = crs and (crs.lower() if crs.lower() in places.DEGREES else crs.upper())
    tell(N_("Reading {file} ..."), file=path.name)
    table = read_table(path, recognised=lambda heading: field_of(layer, heading) is not None, sheet=sheet)
    corrected = mapping if mapping is not None else remembered(store, layer, table.columns, office)
    found = recognise(layer, table.columns, corrected)
    rows = read_rows(layer, table, found, Clock(store.now()))
    frame, check, crs_problem = _placed(store, viewer, rows, crs)
    tell(N_("Comparing it with the workspace ..."))
    known = current_state.features(store, viewer, layer)
    frame = _described(store, viewer, rows, frame, known)
    frame, repeated = _identified(rows, frame, known)
    moments = rows.column("effective_at")
    moments = moments.where(moments.notna(), store.now())
    state = diffs.state_wanted(store, viewer, rows, frame, moments, known)

    sound = rows.sound
    taken = frame[sound & ~repeated]
    result = diffs.compare(layer, taken, state, moments, known, table.rows)
    rejected = rows.rejections()
    return Plan(
        path=path,
        layer=layer,
        crs=crs,
        sheet=table.sheet,
        mapping=found,
        corrected=mapping,
        office=office,
        sha256=file_sha256(path),
        revision=store.revision,
        read=len(rows),
        added=result.added,
        changed=result.changed,
        unchanged=pd.concat([result.unchanged, frame.loc[repeated & sound, ["id", "name"]]]),
        changes=result.changes,
        events=result.events,
        rejected=rejected,
        crs_check=check,
        crs_objection=crs_problem,
        marked_file=write_marked(path, table, rejected, store.path / "exports", translate=translate) if rejected else None,
    )


def apply_import(
    store: Store,
    viewer: Viewer,
    plan: Plan,
    *,
    accept_valid: bool = False,
    accept_crs: bool = False,
    progress: Callable[..., None] | None = None,
) -> Batch | None:
    """Carry out a plan in one transaction and return its batch; None when it changes nothing.

    A plan made before the workspace changed is made anew.

    Raises
    ------
    InputError
        When something stands against it (``objection``); nothing is written then.
    """
    if plan.revision != store.revision:
        said: dict[str, Any] = {"crs": plan.crs, "sheet": plan.sheet, "mapping": plan.corrected, "office": plan.office}
        plan = plan_import(store, viewer, plan.path, plan.layer, progress=progress, **said)
    problem = objection(plan, accept_valid=accept_valid, accept_crs=accept_crs)
    if problem is not None:
        raise problem
    kept = {}
    if plan.corrected is not None:
        kept = remembering(store, plan.layer, plan.mapping, plan.corrected, plan.office)
    if not plan.events:
        if kept:
            store.set_settings(viewer, kept)
        return None
    batch = Batch(
        kind="ledger",
        file_name=plan.path.name,
        sha256=plan.sha256,
        layer=plan.layer,
        crs=plan.crs,
        mapping=plan.mapping,
        read=plan.read,
        added=len(plan.added),
        changed=len(plan.changed),
        unchanged=len(plan.unchanged),
        rejected=len({r.row for r in plan.rejected}),
    )
    events, files = dict(plan.events), dict[str, Path]()
    if plan.layer == "areas" and "feature_event" in events:
        after = area_assignment.areas_after(store, viewer, events["feature_event"])
        events["feature_event"] = pd.concat(
            [events["feature_event"], *area_assignment.feature_moves(store, viewer, after)], ignore_index=True
        )
        files = area_assignment.network_moves(store, viewer, after, batch)
    (progress or _silent)(N_("Writing the workspace ..."))
    try:
        store.append(viewer, events, batch=batch, files=files, settings=kept, expected_revision=plan.revision)
    except Changed:
        return apply_import(store, viewer, plan, accept_valid=accept_valid, accept_crs=accept_crs, progress=progress)
    return batch


def _silent(_: str, **params: object) -> None:
    """Tell nobody."""


def undo_batch(store: Store, viewer: Viewer, batch_id: str, *, reason: str = "") -> list[str]:
    """Void every event of an import, and later descriptions of what it added; return the ids of the events that do so.

    What lay in areas that it added lies from then on in those that are left.

    Raises
    ------
    NotFound
        When there is no such import.
    InputError
        When it has been undone already, or what would be left breaks a rule (``undoing.check``).
    """
    if not bool(store.run("batch_exists", viewer, batch_id=batch_id)["committed"].iloc[0]):
        raise NotFound("There is no import {batch_id} here.", batch_id=repr(batch_id))
    with store.writing():
        voided = store.run("select_batch_events", viewer, batch_id=batch_id)["event_id"].tolist()
        if not voided:
            raise InputError("The import {batch_id} has been undone already.", batch_id=batch_id)
        undoing.check(store, voided)
        before = current_state.features(store, viewer, "areas")
        after = current_state.features(store, viewer, "areas", without=voided)
        live = after[~after["withdrawn"]]
        if set(before.loc[~before["withdrawn"], "id"]) == set(live["id"]):
            return store.undo(viewer, voided, reason=reason)
        undone = Batch(kind="undo", file_name="")
        events = {"void": pd.DataFrame({"target_id": voided, "reason": reason})}
        moves = area_assignment.feature_moves(store, viewer, live, without=voided)
        if moves:
            events["feature_event"] = pd.concat(moves, ignore_index=True)
        return store.append(viewer, events, batch=undone, files=area_assignment.network_moves(store, viewer, live, undone))


def _placed(store: Store, viewer: Viewer, rows: Rows, crs: str | None) -> tuple[gpd.GeoDataFrame, dict[str, Any] | None, InputError | None]:
    """Return the rows with their geometry in WGS-84, the CRS check and what it objects to."""
    column = "lon" if rows.has("lon") else "geometry"
    if rows.geometry is None:
        nothing = np.full(len(rows), None, dtype=object)
        return gpd.GeoDataFrame(rows.values, geometry=nothing, crs=CRS), None, None
    if crs is None:
        raise InputError(
            "The file has coordinates: say which with --crs wgs84, cgcs2000, gcj02, bd09 or EPSG:n. Web maps of China use gcj02 or bd09."
        )
    to_wgs84([], [], crs)  # refuses a name that it does not know
    own = rows.table.crs
    if own is not None and not places.is_degrees(own) and places.is_degrees(crs):
        raise InputError("The file says that its coordinates are metres in {own}; give --crs {own}.", own=own)
    geometry, problems = places.of_kind(rows.geometry, rows.layer)
    rows.reject(column, problems)
    converted, problems = places.to_wgs84(geometry, crs)
    rows.reject(column, problems)
    check, problem = misfit.check(store, viewer, rows.layer, geometry, converted, crs, codes=rows.column("code"))
    rows.reject(column, places.outside(converted, places.region_of(store.setting("region"))))
    return gpd.GeoDataFrame(rows.values, geometry=converted, crs=CRS), check, problem


def _described(store: Store, viewer: Viewer, rows: Rows, frame: gpd.GeoDataFrame, known: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the rows with their references as ids, and for areas the level and parent that codes tell."""
    frame = frame.assign(id=rows.column("id"), name=rows.column("name"))
    if rows.layer == "areas":
        frame = _areas(rows, frame, known)
    else:
        known_areas = store.layer("areas", viewer)
        given, problems = areas.resolve(rows.column("area_id"), areas.References(known_areas))
        rows.reject("area_id", problems)
        frame = frame.assign(area_id=given, found_area=areas.assign_area(frame, known_areas))
    if rows.has("compound_id"):
        given, problems = areas.resolve(rows.column("compound_id"), areas.References(store.layer("compounds", viewer)))
        rows.reject("compound_id", problems)
        frame = frame.assign(compound_id=given)
    return frame


def _areas(rows: Rows, frame: gpd.GeoDataFrame, known: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    code, name = rows.column("code"), rows.column("name")
    frame = frame.assign(id=frame["id"].where(frame["id"].notna(), code), found_area=None)
    told = pd.Series([areas.level_of(c, n) for c, n in zip(code, name, strict=True)], index=frame.index, dtype="object")
    level = rows.column("level")
    frame = frame.assign(level=level.where(level.notna(), told), code=code)
    parent = blank(frame.index)
    headings = rows.columns.get("parent_id", [])
    present = pd.concat([known.loc[~known["withdrawn"], ["id", "name", "code"]], frame[["id", "name", "code"]]]).dropna(subset="id")
    references = areas.References(present.drop_duplicates("id", keep="last"))
    above = [h for h in headings if folded(h) in CODES_ABOVE]
    if above:
        parent = areas.parents(texts(rows, above), references)
    named = [h for h in headings if h not in above]
    for cells in texts(rows, named).values():
        ids, problems = areas.resolve(cells, references)
        rows.reject("parent_id", problems)
        parent = ids.where(ids.notna(), parent)
    return frame.assign(parent_id=parent.where(parent != frame["id"], None))


def _identified(rows: Rows, frame: gpd.GeoDataFrame, known: gpd.GeoDataFrame) -> tuple[gpd.GeoDataFrame, pd.Series]:
    """Return the rows with the ids of their features, and which rows only repeat another one."""
    column = "id" if rows.has("id") else "code" if rows.layer == "areas" and rows.has("code") else "name"
    nameless = frame["id"].isna() & frame["name"].isna()
    rows.reject("name", {int(i): InputError("Write the name, or the id.") for i in np.flatnonzero(nameless)})
    standing_now = known[~known["withdrawn"]]
    key = identity.keys(frame, rows.layer)
    frame = frame.assign(id=identity.ids(frame, key, standing_now, rows.layer))
    again = frame["id"].duplicated() & ~nameless
    frame, repeated = _merged(rows, frame, again)
    first = frame.reset_index().drop_duplicates("id").set_index("id")["index"]
    wrong = {int(i): int(rows.table.rows[first[frame["id"].iloc[i]]]) for i in np.flatnonzero(again & ~repeated)}
    rows.reject(column, {i: InputError("It is the same as in row {row}; each may come once.", row=row) for i, row in wrong.items()})
    new = ~frame["id"].isin(standing_now["id"])
    unnamed = new & frame["name"].isna() & ~nameless
    rows.reject("name", {int(i): InputError("Write the name; no feature with that id is here yet.") for i in np.flatnonzero(unnamed)})
    if rows.layer in NEED_A_PLACE:
        placeless = new & frame.geometry.isna()
        if rows.geometry is None and not rows.has("lon") and placeless.all():
            raise InputError("The file has no columns for coordinates (经度, 纬度); {layer} need a place.", layer=rows.layer)
        rows.reject("lon", {int(i): InputError("Write the coordinates; it needs a place.") for i in np.flatnonzero(placeless & rows.sound)})
    return frame, repeated


def _merged(rows: Rows, frame: gpd.GeoDataFrame, again: pd.Series) -> tuple[gpd.GeoDataFrame, pd.Series]:
    """Return the rows with what the repetitions of each add to it, and which rows are such repetitions.

    The same feature listed twice, without a number of its own, is no mistake as long as the rows do not contradict each other.
    """
    repeated = again & rows.column("id").isna() & rows.column("code").isna()
    if not repeated.any():
        return frame, repeated
    several = frame[frame["id"].isin(frame.loc[repeated, "id"])]
    plain = pd.DataFrame(several.drop(columns="geometry")).assign(geometry=several.geometry.to_wkb()).astype("object")
    groups = plain.groupby("id", sort=False)
    contradict = groups.nunique().gt(1).any(axis=1)
    agreeing = several[~several["id"].map(contradict)]
    whole = groups.first().reindex(agreeing["id"]).set_axis(agreeing.index)
    columns = [column for column in whole if column != "geometry"]
    frame = frame.copy()
    frame.loc[agreeing.index, columns] = whole[columns]
    return frame, repeated & frame.index.isin(agreeing.index)
