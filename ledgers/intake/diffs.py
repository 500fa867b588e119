"""What rows would change: descriptions and states against those that stand, and the events that would say so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from errors import InputError
from ledgers.intake import current_state
from ledgers.intake.columns import FIELDS
from ledgers.intake.current_state import in_utc
from ledgers.intake.rows import Rows, blank
from ledgers.posts.orders import check_patrol
from queries.columns import Column
from queries.layers import LAYERS, feature_events
from queries.store import Store, Viewer
from settings import ALWAYS

# A place given again after a conversion differs by rounding: a hundredth of a metre is no move.
SAME_PLACE_DEG = 1e-7
DEFAULTS = {"entrances": {"provenance": "entered"}}


@dataclass(frozen=True)
class State:
    """The state that the rows want at their moments, and what stands there; ``given`` tells which rows say anything of it."""

    wanted: pd.DataFrame
    stands: pd.DataFrame
    given: pd.Series


@dataclass(frozen=True)
class Differences:
    """Rows by what they do, each changed field, and the events."""

    added: pd.DataFrame
    changed: pd.DataFrame
    unchanged: pd.DataFrame
    changes: pd.DataFrame
    events: dict[str, pd.DataFrame]


def state_wanted(
    store: Store, viewer: Viewer, rows: Rows, frame: gpd.GeoDataFrame, moments: pd.Series, known: gpd.GeoDataFrame
) -> State | None:
    """Return the state that rows ask for, None for a layer or file without any; what cannot be is noted as a problem of its cell.

    A row that gives the same fact (mode, kind, status) as stands there corrects the fields that it fills in; a different fact is a new
    order, of which only what the row says is known.
    """
    if rows.layer not in current_state.ORDERS:
        return None
    orders = current_state.ORDERS[rows.layer]
    given = pd.DataFrame(frame).reindex(columns=list(orders.columns)).astype("object")
    given = given.where(given.notna(), None)
    if rows.layer == "entrances":
        given = _entrance_facts(rows, given)
    said = given.notna().any(axis=1)
    stands = current_state.state_at(store, viewer, rows.layer, frame["id"], moments)
    if rows.layer == "checkpoints":
        new = ~frame["id"].isin(known.loc[~known["withdrawn"], "id"])
        if not rows.has("kind") and new.any():
            raise InputError("The file has no column for kind (卡口类型): what do these posts do: inspect, dissuade, block or screen?")
        kindless = new & given["kind"].isna()
        rows.reject(
            "kind",
            {
                int(i): InputError("Write what the post does: {choices}.", choices=", ".join(FIELDS["checkpoints"]["kind"].values))
                for i in np.flatnonzero(kindless)
            },
        )
        given["active"] = given["kind"].notna().map({True: True, False: None}).astype("object")
    if rows.layer == "entrances":
        modeless = said & given["mode"].isna() & stands["mode"].isna()
        rows.reject(
            "mode", {int(i): InputError("Write the mode as well: sealed, open_24h or open_hours.") for i in np.flatnonzero(modeless)}
        )
    same_fact = given[orders.fact].isna() | (given[orders.fact] == stands[orders.fact])
    keep = pd.DataFrame({name: same_fact | column.carried for name, column in orders.columns.items()})
    wanted = given.where(given.notna(), stands.where(keep, None))
    if "barrier" in orders.columns:
        wanted = _barriers(rows, given, wanted, orders.fact)
    if rows.layer == "entrances":
        untimed = said & (wanted["mode"] == "open_hours") & wanted["timetable"].isna()
        rows.reject("timetable", {int(i): InputError("Write the hours; they are what open_hours means.") for i in np.flatnonzero(untimed)})
    return State(wanted, stands, said)


def _entrance_facts(rows: Rows, given: pd.DataFrame) -> pd.DataFrame:
    """Return the fields of an entrance's state without those that its mode leaves no room for."""
    hours, mode = given["timetable"], given["mode"]
    told = hours.map(lambda text: "open_24h" if text == "00:00-24:00" else "open_hours", na_action="ignore")
    mode = mode.where(mode.notna(), told)
    sealed = mode == "sealed"
    return given.assign(
        mode=mode,
        timetable=hours.where((mode == "open_hours") | mode.isna(), None),
        egress=given["egress"].where(sealed | mode.isna(), None),
    )


def _barriers(rows: Rows, given: pd.DataFrame, wanted: pd.DataFrame, fact: str) -> pd.DataFrame:
    """Return the state with soft barriers alone, where a way is barred at all; a patrol that cannot be is noted."""
    bars = wanted[fact].isin(("sealed", "block"))
    barrier = wanted["barrier"].where(bars & (wanted["barrier"] == "soft"), None)
    for position in np.flatnonzero(bars & given["patrol_minutes"].notna()):
        try:
            check_patrol(barrier.iloc[position], given["patrol_minutes"].iloc[position])
        except InputError as error:
            rows.reject("patrol_minutes", {int(position): error})
    return wanted.assign(barrier=barrier, patrol_minutes=wanted["patrol_minutes"].where(barrier == "soft", None))


def compare(
    layer: str,
    rows: gpd.GeoDataFrame,
    state: State | None,
    moments: pd.Series,
    known: gpd.GeoDataFrame,
    numbers: NDArray[np.int64],
) -> Differences:
    """Compare sound rows with the features there are.

    ``rows`` has ``id``, ``name``, geometry and the fields that the file gives, None where blank: a blank says nothing and changes nothing.
    ``numbers`` are the row numbers in the file, by position.
    """
    live = known[~known["withdrawn"]]
    new = ~rows["id"].isin(live["id"])
    before = live.reindex(rows["id"])
    before.index = rows.index
    after, moved = _merged(layer, rows, before, new)
    fields = ["name", *LAYERS[layer].described]
    different = {name: _differs(after[name], before[name]) & ~new for name in fields if name != "source"}
    different["geometry"] = moved & ~new
    described = new | pd.DataFrame(different).any(axis=1)
    changes = [_changes(name, rows, mask, before[name], after[name], numbers) for name, mask in different.items()]

    events: dict[str, pd.DataFrame] = {}
    ordered = pd.Series(False, index=rows.index)
    if state is not None:
        orders = current_state.ORDERS[layer]
        wanted, stands = state.wanted.loc[rows.index], state.stands.loc[rows.index]
        differs = {name: _differs(wanted[name], stands[name]) & state.given.loc[rows.index] for name in orders.columns}
        ordered = pd.DataFrame(differs).any(axis=1)
        changes += [_changes(n, rows, mask & ~new, stands[n], wanted[n], numbers) for n, mask in differs.items()]
        told = wanted[ordered].assign(**{orders.subject: rows.loc[ordered, "id"], "effective_at": moments[ordered.index[ordered]]})
        if len(told):
            events[orders.table] = _typed(told, orders.columns)
    if described.any():
        events = {"feature_event": descriptions(layer, after[described], known, moments), **events}
    changed = ~new & (described | ordered)
    columns = ["id", "name"]
    return Differences(
        added=after.loc[new, columns],
        changed=after.loc[changed, columns],
        unchanged=after.loc[~new & ~changed, columns],
        changes=pd.concat(changes, ignore_index=True),
        events=events,
    )


def _merged(layer: str, rows: gpd.GeoDataFrame, before: gpd.GeoDataFrame, new: pd.Series) -> tuple[gpd.GeoDataFrame, pd.Series]:
    """Return the descriptions as they would be, and which places move."""
    after: dict[str, pd.Series] = {"id": rows["id"]}
    defaults = {**DEFAULTS.get(layer, {}), "source": "file"}
    for name in ("name", *LAYERS[layer].described):
        given = rows[name] if name in rows else blank(rows.index)
        fallback = before[name].astype("object").where(~new, defaults.get(name))
        after[name] = given.astype("object").where(given.notna() & ((name != "source") | new), fallback)
    was, now = before.geometry.to_numpy(), rows.geometry.to_numpy()
    place = np.where(pd.isna(now), was, now)
    same = shapely.equals_exact(was, place, tolerance=SAME_PLACE_DEG) | (pd.isna(was) & pd.isna(place))
    moved = pd.Series(~same, index=rows.index)
    if LAYERS[layer].in_area:
        # Where the file names no area, the place does; a feature that has not moved stays in the one it has.
        unnamed = (rows["area_id"].isna() if "area_id" in rows else True) & (new | moved)
        after["area_id"] = after["area_id"].where(~unnamed, rows["found_area"])
    place = np.where(same & ~new.to_numpy(), was, place)
    return gpd.GeoDataFrame(after, geometry=place, crs=rows.crs), moved


def _differs(left: pd.Series, right: pd.Series) -> pd.Series:
    left, right = left.astype("object"), right.astype("object")
    both_missing = left.isna() & right.isna()
    return (left != right) & ~both_missing


def _changes(name: str, rows: pd.DataFrame, mask: pd.Series, old: pd.Series, new: pd.Series, numbers: NDArray[np.int64]) -> pd.DataFrame:
    at = np.flatnonzero(mask.to_numpy(dtype=bool))
    return pd.DataFrame(
        {
            "row": numbers[rows.index.to_numpy()[at]],
            "id": rows["id"].to_numpy(dtype=object)[at],
            "name": rows["name"].to_numpy(dtype=object)[at],
            "field": name,
            "old": [_shown(v) for v in old.to_numpy(dtype=object)[at]],
            "new": [_shown(v) for v in new.to_numpy(dtype=object)[at]],
        }
    )


def _shown(value: Any) -> str:
    if isinstance(value, shapely.Geometry):
        return str(shapely.to_wkt(shapely.centroid(value), rounding_precision=5))
    return "" if value is None or value is pd.NaT or value != value else str(value)


def descriptions(layer: str, after: gpd.GeoDataFrame, known: gpd.GeoDataFrame, moments: pd.Series) -> pd.DataFrame:
    """Return the description events: for all time, unless what stands holds from a moment only (a feature moved, or withdrawn before)."""
    events = feature_events(layer, after)
    last = in_utc(known["effective_at"]).reindex(after["id"])
    withdrawn = known["withdrawn"].reindex(after["id"]).eq(True).to_numpy()
    since = last.set_axis(after.index).fillna(pd.Timestamp(ALWAYS))
    back = in_utc(moments.loc[after.index])
    return events.assign(effective_at=since.where(~withdrawn, back.where(back > since, since + pd.Timedelta(microseconds=1))))


def _typed(events: pd.DataFrame, columns: Mapping[str, Column]) -> pd.DataFrame:
    """Return state events with the types of their columns, which objects alone do not carry into the ledger."""
    dated = ["effective_at", *(name for name, column in columns.items() if column.form == "moment")]
    moments = {name: in_utc(events[name]) for name in dated if name in events}
    types = {name: _TYPES[column.dtype] for name, column in columns.items()}
    return events.astype({str(name): types.get(str(name), "str") for name in events if name not in moments}).assign(**moments)


_TYPES: Mapping[str, Any] = {"text": "str", "bool": "boolean", "int": "Int64", "float": "Float64"}
