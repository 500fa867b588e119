"""What changed between two briefings: posts, entrances, blind spots, cases and risk, as tables and as a map of differences."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from briefing import facts, road_facts
from briefing.indicators import INDICATORS, Value, ask
from briefing.model import UNKNOWN, Number, Table
from briefing.tables import KIND_NAMES, LEVEL_NAMES, MODE_NAMES
from briefing.view import View
from errors import N_
from settings import CRS

COLUMNS = ["kind", "layer", "id", "name", "before", "after", "geometry"]
KINDS = {"added": N_("added"), "removed": N_("removed"), "changed": N_("changed")}
STATUS = {
    "exposed": N_("exposed"),
    "protected": N_("protected"),
    "closed": N_("closed"),
    "unattached": N_("no road known"),
    "beyond_data": N_("beyond the road data"),
    "island": N_("its roads touch no others in the data"),
    "needs_outline": N_("a label of a town without an outline"),
    "unproved": N_("not known"),
}


def features(before: View, now: View) -> gpd.GeoDataFrame:
    """Return what changed between two views of an area, one row a feature.

    Returns
    -------
    GeoDataFrame
        EPSG:4326 points (none where a feature has no place): ``kind`` (added, removed, changed), ``layer`` (checkpoints, entrances,
        settlements, areas), ``id, name`` and, in the language of the view, what it was ``before`` and is ``after`` (None: nothing).
    """
    parts = [_differences(layer, before, now, tell) for layer, tell in STATES.items()]
    return gpd.GeoDataFrame(pd.concat(parts, ignore_index=True), geometry="geometry", crs=CRS)


def tables(before: View, now: View, numbers: Iterable[Number]) -> tuple[Table, ...]:
    """Return what changed as tables: the numbers first, then a table each of posts, entrances, blind spots, cases and risk."""
    _ = now.translate
    found = features(before, now)
    columns = tuple(_(text) for text in (N_("Name"), N_("Change"), N_("Last briefing"), N_("This briefing")))
    told = [_numbers(before, now, numbers)]
    for layer, title in TITLES.items():
        mine = found[found["layer"] == layer]
        rows = tuple((row.name_, _(KINDS[row.kind]), row.before, row.after) for row in mine.rename(columns={"name": "name_"}).itertuples())
        told.append(Table(layer, _(title), columns, rows))
    return tuple(told)


TITLES = {
    "checkpoints": N_("Changed checkpoints"),
    "entrances": N_("Changed entrances"),
    "settlements": N_("Changed blind spots"),
    "areas": N_("Changed cases and risk levels"),
}


def _numbers(before: View, now: View, numbers: Iterable[Number]) -> Table:
    """Return the numbers that are not what they were at the briefing before: those of problems first, those of single places last."""
    _ = now.translate
    rows = []
    told = list(numbers)
    pressing = {number.query for number in told if number.section == "problems"}
    first = sorted({(n.query, n.of): n for n in told}.values(), key=lambda n: (n.of is not None, n.query not in pressing))
    for number in first:
        was = ask(before, number.query, number.of)
        if was != number.value:
            rows.append((number.label, INDICATORS[number.query].text(was, _), number.text, _change(was, number.value)))
    columns = tuple(_(text) for text in (N_("What it counts"), N_("Last briefing"), N_("This briefing"), N_("Difference")))
    return Table("numbers", _(N_("Changed numbers")), columns, tuple(rows))


def _change(was: Value, value: Value) -> str:
    return "" if was is None or value is None else f"{value - was:+,.10g}"


# What a feature is, in words: where that differs, it changed.


def _checkpoints(view: View, kept: frozenset[str]) -> gpd.GeoDataFrame:
    """Return the checkpoints with their kind, and who is there where both briefings can know it."""
    _ = view.translate
    found = view.layer("checkpoints")
    says = {"staffed": N_("staffed"), "held": N_("needs nobody"), "nobody": N_("nobody there")}
    states = np.select([found["staffed"].astype(bool), found["holds"].astype(bool)], ["staffed", "held"], default="nobody")
    there = [_(says[state]) for state in states]
    kinds = [_(KIND_NAMES[kind]) if kind in KIND_NAMES else str(kind) for kind in found["kind"]]
    if "rosters" not in kept:
        return found.assign(state=kinds)
    return found.assign(state=[f"{kind}{_(N_(', '))}{who}" for kind, who in zip(kinds, there, strict=True)])


def _entrances(view: View, kept: frozenset[str]) -> gpd.GeoDataFrame:
    _ = view.translate
    found = view.layer("entrances")
    modes = [_(MODE_NAMES["" if pd.isna(mode) else str(mode)]) for mode in found["mode"]]
    hours = found["timetable"].where(found["mode"] == "open_hours")
    return found.assign(state=[mode if pd.isna(text) else f"{mode} {text}" for mode, text in zip(modes, hours, strict=True)])


def _settlements(view: View, kept: frozenset[str]) -> gpd.GeoDataFrame | None:
    found = road_facts.settlements(view)
    return (
        None
        if found is None
        else found.assign(id=found["key"], state=found["status"].map({k: view.translate(v) for k, v in STATUS.items()}))
    )


def _areas(view: View, kept: frozenset[str]) -> gpd.GeoDataFrame:
    """Return the villages and communities with their level of risk and their cases; what nothing backs is told as not known."""
    _ = view.translate
    levels = view.risk.set_index("id")
    areas = view.layer("areas")
    areas = areas[areas["level"].isin(("village", "community"))]
    found = levels.reindex(areas["id"])
    text = _(N_("{level}, {cases} cases"))
    state = [text.format(level=_(LEVEL_NAMES[level]), cases=cases) for level, cases in zip(found["level"], found["cases"], strict=True)]
    return areas.assign(state=state, told=state if facts.risk(view) is not None else _(UNKNOWN))


Tell = Callable[[View, frozenset[str]], gpd.GeoDataFrame | None]
# Of a view, and of the ledgers that both briefings rest on.
STATES: dict[str, Tell] = {
    "checkpoints": _checkpoints,
    "entrances": _entrances,
    "settlements": _settlements,
    "areas": _areas,
}


def _differences(layer: str, before: View, now: View, tell: Tell) -> pd.DataFrame:
    kept = facts.kept_anywhere(before) & facts.kept_anywhere(now)
    was, is_ = (_told(tell(view, kept)) for view in (before, now))
    if was is None or is_ is None:  # what nothing backed then or backs now cannot be compared
        return pd.DataFrame(columns=COLUMNS)
    both = was.add_suffix("_was").join(is_.add_suffix("_is"), how="outer").sort_index()
    differ = both["state_was"].fillna("") != both["state_is"].fillna("")
    rows: list[dict[str, Any]] = []
    for key, row in both[differ].iterrows():
        then, today = (None if pd.isna(row[f"told_{side}"]) else str(row[f"told_{side}"]) for side in ("was", "is"))
        kind = "added" if then is None else "removed" if today is None else "changed"
        side = "was" if today is None else "is"
        rows.append(
            {
                "kind": kind,
                "layer": layer,
                "id": key,
                "name": row[f"name_{side}"],
                "before": then,
                "after": today,
                "geometry": row[f"at_{side}"],
            }
        )
    return pd.DataFrame(rows, columns=COLUMNS)


def _told(frame: gpd.GeoDataFrame | None) -> pd.DataFrame | None:
    if frame is None:
        return None
    places = frame.geometry.where(frame.geometry.notna() & ~frame.geometry.is_empty, None)
    at = pd.Series(shapely.point_on_surface(places.to_numpy()), index=frame["id"].astype("str"), dtype="object")
    state = frame["state"].to_numpy()
    told = frame["told"].to_numpy() if "told" in frame else state
    return pd.DataFrame({"name": frame["name"].to_numpy(), "state": state, "told": told, "at": at}, index=at.index)
