"""Areas: which one holds a feature, what a reference to one means, and what a statistical division code says."""

from __future__ import annotations

import re
from collections.abc import Mapping

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from errors import EpiGridError, InputError
from queries.columns import AREA_LEVELS


def assign_area(frame: gpd.GeoDataFrame, areas: gpd.GeoDataFrame) -> pd.Series:
    """Return the id of the smallest area that contains each feature, None where none does.

    A feature belongs where its point, or a point inside its outline, lies. Areas nested as city, district … grid have shrinking
    outlines; of equal ones the lower level wins.

    Parameters
    ----------
    frame, areas
        Both EPSG:4326; geometries may be null. ``areas`` has ``id`` and ``level``.
    """
    found = np.full(len(frame), None, dtype=object)
    outlines = areas[areas.geometry.notna() & ~areas.geometry.is_empty]
    if len(outlines) and len(frame):
        points = shapely.point_on_surface(frame.geometry.to_numpy())
        tree = shapely.STRtree(points)
        rank = {level: n for n, level in enumerate(AREA_LEVELS)}
        order = np.lexsort((outlines["level"].map(rank).fillna(-1), -shapely.area(outlines.geometry.to_numpy())))
        for area_id, outline in zip(outlines["id"].to_numpy()[order], outlines.geometry.to_numpy()[order], strict=True):
            found[tree.query(outline, predicate="covers")] = area_id
    return pd.Series(found, index=frame.index, dtype="object")


class References:
    """Finds a feature by what a file calls it: its id, its division code, or its name where only one has it."""

    def __init__(self, known: pd.DataFrame) -> None:
        self.ids = {str(i): str(i) for i in known["id"]}
        self.codes = _unique(known, "code") if "code" in known else {}
        self.names = _unique(known, "name")

    def __bool__(self) -> bool:
        return bool(self.ids)

    def find(self, text: str) -> str | None:
        """Return the id that a text means, None when nothing here is called so.

        Raises
        ------
        InputError
            When several features have that name.
        """
        found: str | None = self.ids.get(text) or self.codes.get(text) or self.names.get(text)
        if found == "":
            raise InputError("Several here are called {name}; write the id instead.", name=text)
        return found


def _unique(known: pd.DataFrame, column: str) -> dict[str, str]:
    """Return text -> id; an empty id where several share the text."""
    there = known[known[column].notna() & (known[column] != "")]
    several = there[column].duplicated(keep=False)
    return dict(zip(there[column].astype(str), there["id"].astype(str).where(~several, ""), strict=True))


def resolve(cells: pd.Series, known: References) -> tuple[pd.Series, dict[int, EpiGridError]]:
    """Return the ids that texts mean, and position -> reason for those that mean nothing.

    Where nothing of the kind is known yet, the text itself stands: there is nothing to check it against.
    """
    answers: dict[str, str | None] = {}
    wrong: dict[str, EpiGridError] = {}
    for text in cells.dropna().unique():
        try:
            answers[text] = known.find(text) if known else text
        except InputError as error:
            wrong[text] = error
        else:
            if answers[text] is None:
                wrong[text] = InputError("There is no {name} here; import it first, or correct the name.", name=text)
    positions = np.flatnonzero(cells.isin(list(wrong))) if wrong else ()
    ids = cells.map(answers.get, na_action="ignore").astype("object")
    return ids.where(ids.notna(), None), {int(i): wrong[cells.iloc[i]] for i in positions}


def level_of(code: str | None, name: str | None) -> str | None:
    """Return the level that a statistical division code (GB/T 10114, NBS rules of 2009) and a name tell; None for no code.

    >>> [level_of(*x) for x in [("421200", "咸宁市"), ("421202", "咸安区"), ("421202001", "温泉街道"), ("421202001001", "白茶社区居委会")]]
    ['city', 'district', 'township', 'community']
    """
    if code is None:
        return None
    if len(code) in (4, 6):
        return "city" if len(code) == 4 or code.endswith("00") else "district"
    if len(code) == 9:
        return "township"
    if len(code) != 12:
        return None
    if re.search(r"(居委会|居民委员会|社区|生活区)$", name or ""):
        return "community"
    if re.search(r"(村委会|村民委员会|村)$", name or ""):
        return "village"
    # The last three digits number residents' committees up to 199 and villagers' from 200.
    return "community" if code[9:] < "200" else "village"


def parents(cells: Mapping[str, pd.Series], known: References) -> pd.Series:
    """Return the first parent among several columns that exists here; None where none does.

    Lists of division codes name units above those that a workspace holds; that is not a mistake.
    """
    found: pd.Series | None = None
    for column in cells.values():
        ids = column.map({**known.ids, **{code: i for code, i in known.codes.items() if i}}, na_action="ignore").astype("object")
        found = ids if found is None else found.where(found.notna(), ids)
    assert found is not None
    return found.where(found.notna(), None)
