"""Orders: what is done to entrances and checkpoints, each an event that can be undone.

Every act checks all it was given before it writes anything, and writes in one transaction. It returns the event ids, for
``Store.undo``. A viewer acts only on what they may see.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

import geopandas as gpd
import pandas as pd
import shapely

from errors import InputError, NotFound
from ledgers.places import areas_of, outside
from ledgers.posts.timetable import normalise
from queries.columns import BARRIERS, CHECKPOINT_KINDS, EGRESS
from queries.events import Viewer, new_id
from queries.layers import feature_events
from queries.store import Store
from queries.view import View
from settings import CRS

Columns: TypeAlias = dict[str, Any]
_NAMED = 5  # so many names of wrong features a sentence lists
PATROL_MINUTES = range(1, 24 * 60 + 1)


@dataclass(frozen=True)
class Placed:
    """A feature that was added: its id, and the events that did it."""

    id: str
    event_ids: list[str]


# Entrances ----------------------------------------------------------------------------------------------------------------


def seal(
    store: Store,
    viewer: Viewer,
    entrances: Sequence[str],
    *,
    reason: str,
    ordered_by: str,
    effective_at: datetime | str | None = None,
    expires_at: datetime | str | None = None,
    egress: str = "releasable",
    key_holder: str = "",
    barrier: str = "hard",
    patrol_minutes: int | None = None,
) -> list[str]:
    """Seal entrances, one or thousands, by one order.

    ``egress`` says how people get out in an emergency: ``releasable`` from inside, ``guarded``, or ``none``. Past ``expires_at``
    the seal stands and is listed as overdue. ``barrier`` is ``hard``, or ``soft`` for tape and the like: no wall, passed by a patrol every
    ``patrol_minutes`` or by none. Raises InputError or NotFound; nothing is written then.
    """
    if egress not in EGRESS:
        raise InputError("{egress} is not a kind of egress; choose one of: {choices}.", egress=repr(egress), choices=", ".join(EGRESS))
    moment = store.moment(effective_at)
    expiry = store.moment(expires_at) if expires_at else None
    if expiry is not None and expiry <= moment:
        raise InputError("The seal would expire ({expiry}) before it begins ({start}).", expiry=_clock(expiry), start=_clock(moment))
    columns: Columns = {"mode": "sealed", "egress": egress, "key_holder": key_holder.strip() or None, "expires_at": expiry}
    columns |= _barrier(barrier, patrol_minutes)
    return _order_entrances(store, viewer, entrances, columns, reason=reason, ordered_by=ordered_by, moment=moment)


def open_24h(
    store: Store,
    viewer: Viewer,
    entrances: Sequence[str],
    *,
    reason: str,
    ordered_by: str,
    effective_at: datetime | str | None = None,
    sign_in_kept: bool | None = None,
) -> list[str]:
    """Open entrances round the clock. ``sign_in_kept`` None leaves it as it is at each."""
    columns: Columns = {"mode": "open_24h", "sign_in_kept": sign_in_kept}
    return _order_entrances(store, viewer, entrances, columns, reason=reason, ordered_by=ordered_by, moment=store.moment(effective_at))


def open_hours(
    store: Store,
    viewer: Viewer,
    entrances: Sequence[str],
    *,
    timetable: str,
    reason: str,
    ordered_by: str,
    effective_at: datetime | str | None = None,
    sign_in_kept: bool | None = None,
) -> list[str]:
    """Open entrances by a timetable, in any form that ``ledgers.posts.timetable`` reads."""
    columns: Columns = {"mode": "open_hours", "timetable": normalise(timetable), "sign_in_kept": sign_in_kept}
    return _order_entrances(store, viewer, entrances, columns, reason=reason, ordered_by=ordered_by, moment=store.moment(effective_at))


def _order_entrances(
    store: Store, viewer: Viewer, entrances: Sequence[str], columns: Columns, *, reason: str, ordered_by: str, moment: datetime
) -> list[str]:
    why = _signed(reason, ordered_by)
    ids = _known(store, viewer, "entrances", entrances, moment)
    if columns.get("sign_in_kept") is None:
        columns = {**columns, "sign_in_kept": _sign_in_kept(store, viewer, "entrances", ids, moment)}
    rows = pd.DataFrame({"entrance_id": ids}).assign(**columns, **why, effective_at=moment)
    return store.append(viewer, {"entrance_event": rows})


# Checkpoints --------------------------------------------------------------------------------------------------------------


def establish(
    store: Store,
    viewer: Viewer,
    checkpoints: Sequence[str],
    *,
    kind: str,
    reason: str,
    ordered_by: str,
    sign_in_kept: bool | None = None,
    barrier: str = "hard",
    patrol_minutes: int | None = None,
    effective_at: datetime | str | None = None,
) -> list[str]:
    """Establish checkpoints, or change the kind of those that stand. ``sign_in_kept`` None leaves it as it is at each.

    ``barrier`` and ``patrol_minutes`` are those of a block (see :func:`seal`).
    """
    columns: Columns = {"kind": kind, "active": True, **_block(kind, barrier, patrol_minutes), **_signed(reason, ordered_by)}
    return _order_checkpoints(store, viewer, checkpoints, columns, sign_in_kept=sign_in_kept, moment=store.moment(effective_at))


def stand_down(
    store: Store, viewer: Viewer, checkpoints: Sequence[str], *, reason: str, ordered_by: str, effective_at: datetime | str | None = None
) -> list[str]:
    """Stand checkpoints down; they keep their place and their history, and can be established again."""
    columns: Columns = {"kind": None, "active": False, **_signed(reason, ordered_by)}
    return _order_checkpoints(store, viewer, checkpoints, columns, sign_in_kept=None, moment=store.moment(effective_at))


def _order_checkpoints(
    store: Store,
    viewer: Viewer,
    checkpoints: Sequence[str],
    columns: Columns,
    *,
    sign_in_kept: bool | None,
    moment: datetime,
) -> list[str]:
    ids = _known(store, viewer, "checkpoints", checkpoints, moment)
    if not columns["active"]:
        standing = set(store.layer("checkpoints", viewer, at=moment)["id"])
        _refuse([i for i in ids if i not in standing], InputError("These checkpoints do not stand: {names}."))
    rows = pd.DataFrame({"checkpoint_id": ids}).assign(
        **columns,
        sign_in_kept=_sign_in_kept(store, viewer, "checkpoints", ids, moment) if sign_in_kept is None else sign_in_kept,
        effective_at=moment,
    )
    return store.append(viewer, {"checkpoint_event": rows})


# Features of either layer -------------------------------------------------------------------------------------------------


def add_entrance(
    store: Store,
    viewer: Viewer,
    *,
    name: str,
    lon: float,
    lat: float,
    kind: str = "gate",
    compound_id: str | None = None,
    described: Mapping[str, Any] | None = None,
) -> Placed:
    """Add an entrance at a place; it has no mode until it is sealed or opened. ``described`` has what else is said of it."""
    own = {**(described or {}), "kind": kind, "compound_id": compound_id, "provenance": "entered"}
    return _add(store, viewer, "entrances", name, lon, lat, own, {})


def add_checkpoint(
    store: Store,
    viewer: Viewer,
    *,
    name: str,
    lon: float,
    lat: float,
    kind: str,
    reason: str,
    ordered_by: str,
    post_class: str = "other",
    staff_required: int = 1,
    sign_in_kept: bool = False,
    barrier: str = "hard",
    patrol_minutes: int | None = None,
    effective_at: datetime | str | None = None,
    described: Mapping[str, Any] | None = None,
) -> Placed:
    """Add a checkpoint at a place and establish it, in one transaction. ``described`` has what else is said of it."""
    bars = _block(kind, barrier, patrol_minutes)
    order = {"kind": kind, "active": True, "sign_in_kept": sign_in_kept, **bars, **_signed(reason, ordered_by)}
    orders = pd.DataFrame([order]).assign(effective_at=store.moment(effective_at))
    own = {**(described or {}), "post_class": post_class, "staff_required": staff_required}
    return _add(store, viewer, "checkpoints", name, lon, lat, own, {"checkpoint_event": orders})


def _add(
    store: Store,
    viewer: Viewer,
    layer: str,
    name: str,
    lon: float,
    lat: float,
    described: dict[str, object],
    orders: dict[str, pd.DataFrame],
) -> Placed:
    area_id = _area_of(store, viewer, lon, lat)
    with store.writing():
        _check_name(store, viewer, layer, name, area_id)
        feature_id = new_id()
        row = {"id": feature_id, "name": name.strip(), "area_id": area_id, "source": "hand", **described}
        frame = gpd.GeoDataFrame([row], geometry=[shapely.Point(lon, lat)], crs=CRS)
        events = {"feature_event": feature_events(layer, frame)}
        events |= {table: rows.assign(checkpoint_id=feature_id) for table, rows in orders.items()}
        return Placed(feature_id, store.append(viewer, events))


def move(store: Store, viewer: Viewer, layer: str, feature_id: str, *, lon: float, lat: float) -> list[str]:
    """Correct where a feature stands; its area follows. A correction holds for all time that the feature has existed."""
    standing = _descriptions(store, viewer, layer, [feature_id])
    area_id = _area_of(store, viewer, lon, lat)
    attributes = [json.dumps({**json.loads(a), "area_id": area_id}, ensure_ascii=False) for a in standing["attributes"]]
    place = shapely.to_wkb(shapely.Point(lon, lat))
    return _describe(store, viewer, layer, standing.assign(attributes=attributes, geometry=[place] * len(standing)))


def rename(store: Store, viewer: Viewer, layer: str, feature_id: str, *, name: str) -> list[str]:
    """Correct the name of a feature, for all time that it has existed."""
    with store.writing():
        standing = _descriptions(store, viewer, layer, [feature_id])
        area_id = json.loads(standing["attributes"].iloc[-1]).get("area_id")
        _check_name(store, viewer, layer, name, area_id, but=feature_id)
        return _describe(store, viewer, layer, standing.assign(name=name.strip()))


def withdraw(store: Store, viewer: Viewer, layer: str, features: Sequence[str], *, effective_at: datetime | str | None = None) -> list[str]:
    """Withdraw features that are there no more: from ``effective_at`` on they are on no map and in no count; their past stays."""
    moment = store.moment(effective_at)
    ids = _known(store, viewer, layer, features, moment)
    return _describe(store, viewer, layer, _last(_descriptions(store, viewer, layer, ids)).assign(withdrawn=True, effective_at=moment))


def restore(store: Store, viewer: Viewer, layer: str, features: Sequence[str], *, effective_at: datetime | str | None = None) -> list[str]:
    """Bring withdrawn features back from a moment on, as they were last described."""
    latest = withdrawn(View(store, viewer), layer)
    ids = list(dict.fromkeys(features))
    _refuse(sorted(set(ids) - set(latest["id"])), NotFound("These were not withdrawn: {names}."))
    moment = store.moment(effective_at)
    rows = latest[latest["id"].isin(ids)].assign(withdrawn=False, effective_at=moment)
    return _describe(store, viewer, layer, rows)


def withdrawn(view: View, layer: str) -> pd.DataFrame:
    """Return the features of a layer that have been withdrawn: id, name, geometry (WKB), attributes, effective_at."""
    latest = _last(view.run("select_descriptions", layer=layer))
    return latest[latest["withdrawn"]]


def _last(descriptions: pd.DataFrame) -> pd.DataFrame:
    return descriptions.drop_duplicates("id", keep="last")


def _descriptions(store: Store, viewer: Viewer, layer: str, ids: Sequence[str]) -> pd.DataFrame:
    rows = store.run("select_descriptions", viewer, layer=layer)
    rows = rows[rows["id"].isin(ids) & ~rows["withdrawn"]]
    _refuse(sorted(set(ids) - set(rows["id"])), NotFound("There is no such feature here: {names}."))
    return rows


def _describe(store: Store, viewer: Viewer, layer: str, rows: pd.DataFrame) -> list[str]:
    events = rows.rename(columns={"id": "feature_id"}).assign(layer=layer)
    columns = ["layer", "feature_id", "name", "geometry", "attributes", "withdrawn", "effective_at"]
    return store.append(viewer, {"feature_event": events[columns]})


# Checks -------------------------------------------------------------------------------------------------------------------


def _known(store: Store, viewer: Viewer, layer: str, ids: Sequence[str], moment: datetime) -> list[str]:
    """Return the ids once each. Raises InputError for none, NotFound for those that are not there at the moment."""
    wanted = list(dict.fromkeys(ids))
    if not wanted:
        raise InputError("Choose at least one; nothing was selected.")
    there = set(store.run("select_sign_in_kept", viewer, layer=layer, at=moment)["id"])
    _refuse([i for i in wanted if i not in there], NotFound("There is no such feature here: {names}."))
    return wanted


def _refuse(wrong: Sequence[str], error: InputError | NotFound) -> None:
    if wrong:
        error.params["names"] = ", ".join(wrong[:_NAMED]) + (" …" if len(wrong) > _NAMED else "")
        raise error


def _barrier(barrier: str, patrol_minutes: int | None) -> Columns:
    """Return what bars the way, as columns of an order."""
    if barrier not in BARRIERS:
        choices = ", ".join(BARRIERS)
        raise InputError("{barrier} is not a kind of barrier; choose one of: {choices}.", barrier=repr(barrier), choices=choices)
    if patrol_minutes is not None:
        check_patrol(barrier, patrol_minutes)
    return {"barrier": barrier, "patrol_minutes": patrol_minutes}


def check_patrol(barrier: str | None, minutes: int) -> None:
    """Raise InputError for a patrol that a barrier cannot have."""
    if barrier != "soft":
        raise InputError("Only a soft barrier, like tape, has a patrol interval.")
    if minutes not in PATROL_MINUTES:
        raise InputError("A patrol comes every 1 to 1440 minutes, not every {minutes}.", minutes=minutes)


def _block(kind: str, barrier: str, patrol_minutes: int | None) -> Columns:
    """Return what bars the way at a checkpoint of a kind: something at a block alone."""
    _check_kind(kind)
    if kind == "block":
        return _barrier(barrier, patrol_minutes)
    if barrier != "hard" or patrol_minutes is not None:
        raise InputError("Only a block has a barrier; at other checkpoints people stand.")
    return {}


def _check_kind(kind: str) -> None:
    if kind not in CHECKPOINT_KINDS:
        choices = ", ".join(CHECKPOINT_KINDS)
        raise InputError("{kind} is not a kind of checkpoint; choose one of: {choices}.", kind=repr(kind), choices=choices)


def _signed(reason: str, ordered_by: str) -> dict[str, str]:
    if not reason.strip():
        raise InputError("Write the reason: whoever reads this order later must know why.")
    if not ordered_by.strip():
        raise InputError("Write who gave the order.")
    return {"reason": reason.strip(), "ordered_by": ordered_by.strip()}


def _sign_in_kept(store: Store, viewer: Viewer, layer: str, ids: Sequence[str], moment: datetime) -> list[bool]:
    kept = store.run("select_sign_in_kept", viewer, layer=layer, at=moment).set_index("id")["sign_in_kept"]
    return [bool(v) for v in kept.reindex(list(ids), fill_value=False)]


def _area_of(store: Store, viewer: Viewer, lon: float, lat: float) -> str | None:
    """Return the smallest area that holds the point; None where no area has an outline."""
    area_id: str | None = areas_of(store, viewer, [lon], [lat])[0]
    if area_id is None and store.layer("areas", viewer).geometry.notna().any():
        raise outside(lon, lat)
    return area_id


def _check_name(store: Store, viewer: Viewer, layer: str, name: str, area_id: str | None, *, but: str | None = None) -> None:
    if not name.strip():
        raise InputError("Give it a name.")
    there = store.layer(layer, viewer)
    same = there[(there["name"] == name.strip()) & (there["id"] != but)]
    same = same[same["area_id"].isna()] if area_id is None else same[same["area_id"] == area_id]
    if len(same):
        raise InputError("There is already one called {name} in this area; give it another name.", name=name.strip())


def _clock(moment: datetime) -> str:
    return moment.isoformat(sep=" ", timespec="minutes")
