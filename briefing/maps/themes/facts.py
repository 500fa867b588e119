"""What a sheet is made of: an area cut out of the facts of all that the viewer sees, so that forty sheets ask for each fact once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from briefing.facts import isolation_kept, kept_anywhere
from briefing.maps.content import Bounds, Paper
from briefing.maps.themes import whole
from briefing.maps.themes.places import DEGREE_M, bounds, touching
from briefing.view import View
from errors import EpiGridError, InputError, NotFound
from geo.network import Bools
from ledgers.roads.coverage import Study
from queries.store import SYSTEM
from settings import CRS
from words import Translate

UNITS = ("village", "community")
A4 = Paper()
# About how many millimetres of map a sheet has across.
_ACROSS_MM = {"A4": 190.0, "A3": 275.0, "wide": 200.0}


@dataclass(frozen=True)
class Facts:
    """The facts of one sheet.

    Attributes
    ----------
    view
        The area and the moment.
    window
        What is on the screen, when that is printed: nothing outside it is drawn, counted or listed.
    """

    view: View
    paper: Paper = A4
    window: Bounds | None = None

    # The area

    @property
    def whole(self) -> View:
        """Return the view of all that the viewer sees; what was asked of it once serves all sheets made from the same view."""
        return self.view.whole

    @property
    def translate(self) -> Translate:
        """Return the translator into the language of the sheet."""
        return self.view.translate

    @property
    def areas(self) -> gpd.GeoDataFrame:
        """Return all areas that the viewer sees, with ``tier``: how many areas lie above each."""
        return whole.areas(self.whole)

    @cached_property
    def ids(self) -> frozenset[str] | None:
        """Return the area and all that lies in it; None is everything."""
        if self.view.area is None:
            return None
        beneath = whole.beneath(self.whole)
        found, waiting = set(), [self.view.area]
        while waiting:
            area = waiting.pop()
            if area not in found:
                found.add(area)
                waiting += beneath.get(area, [])
        return frozenset(found)

    @property
    def top(self) -> int:
        """Return the tier of the area; 0 for everything."""
        return 0 if self.area is None else int(self.area["tier"])

    @cached_property
    def area(self) -> pd.Series | None:
        """Return the row of the area; None when the sheet is of everything, or nothing was known of the area by then.

        Raises
        ------
        NotFound
            When there is no such area, whenever one looks.
        """
        if self.view.area is None:
            return None
        found = self.areas[self.areas["id"] == self.view.area]
        later = found if len(found) else self._known_later
        return None if later is not found else pd.Series(found.iloc[0])

    @cached_property
    def _known_later(self) -> gpd.GeoDataFrame:
        """Return the area as it is known now, for a moment at which nothing was."""
        now = self.view.store.layer("areas", self.view.viewer)
        found = now[now["id"] == self.view.area]
        if found.empty:
            raise NotFound("There is no area {area} here; see the areas layer for the ids.", area=repr(self.view.area))
        return found

    @cached_property
    def name(self) -> str:
        """Return what the area is called; of everything, the only area above all others, else the title of the workspace."""
        if self.view.area is not None:
            row = self.area if self.area is not None else self._known_later.iloc[0]
            return str(row["name"] or self.view.area)
        tops = self.areas[self.areas["tier"] == 0] if len(self.areas) else self.view.store.layer("areas", self.view.viewer)
        tops = tops if len(self.areas) else tops[tops["parent_id"].isna()]
        if len(tops) == 1 and tops["name"].iloc[0]:
            return str(tops["name"].iloc[0])
        return str(self.view.store.setting("title") or self.view.store.path.name)

    @property
    def is_unit(self) -> bool:
        """Tell whether the area is a village, a community or a grid."""
        return self.area is not None and self.area["level"] in (*UNITS, "grid")

    @cached_property
    def within(self) -> gpd.GeoDataFrame:
        """Return the areas of the sheet: the area itself and all in it."""
        return self.inside(self.areas, by="id")

    def around(self, extent: Bounds) -> gpd.GeoDataFrame:
        """Return the areas beside it: of its tier, in view, not itself."""
        if self.area is None:
            return self.areas.iloc[:0]
        beside = self.areas[((self.areas["tier"] == self.top) & (self.areas["id"] != self.view.area)).to_numpy()]
        return beside[touching(beside, extent)]

    # What lies in it

    def inside(self, frame: gpd.GeoDataFrame, *, by: str = "area_id") -> gpd.GeoDataFrame:
        """Return the features of the area that are in the window."""
        found = frame if self.ids is None else frame[self.of_area(frame[by])]
        return found if self.window is None else found[touching(found, self.window)]

    def of_area(self, ids: pd.Series) -> pd.Series:
        """Tell which features are of the area, by the areas that they lie in."""
        mine: pd.Series = ids.isin(self.ids or ()) | (ids.isna() & self.view.is_whole)
        return mine

    def layer(self, name: str) -> gpd.GeoDataFrame:
        """Return the features of a layer in the area, and in the window, with their state."""
        if name not in self._layers:
            self._layers[name] = self.inside(self.whole.layer(name))
        return self._layers[name]

    @cached_property
    def _layers(self) -> dict[str, gpd.GeoDataFrame]:
        return {}

    @cached_property
    def screening(self) -> pd.DataFrame:
        """Return how far screening has come by grid and building, in the area; in a window, in the areas that it shows."""
        places = self.whole.screening.places
        return places if self.ids is None and self.window is None else places[places["area_id"].isin(self.within["id"])]

    @property
    def kept(self) -> frozenset[str]:
        """Return the ledgers that the workspace keeps (``briefing.facts.kept_anywhere``): a zero in any other is not known."""
        return kept_anywhere(self.whole)

    def unstaffed(self, name: str) -> Bools:
        """Tell which features of ``checkpoints`` or ``entrances`` nobody is at though somebody should be; none where no roster is kept."""
        found: Bools = self.layer(name)["unstaffed"].fillna(False).to_numpy(dtype=bool) & ("rosters" in self.kept)
        return found

    @property
    def isolation_kept(self) -> bool:
        """Tell whether a count of nobody isolating is one."""
        return isolation_kept(self.view)

    # What the roads leave open

    @cached_property
    def study(self) -> Study | None:
        """Return what the roads leave open to vehicles, None where that cannot be said (``unstudied`` says why)."""
        return None if self.unstudied else self.whole.study

    @cached_property
    def asked(self) -> Study | None:
        """Return the study, be there anything to prove or not; None where there is none."""
        try:
            return self.whole.study
        except EpiGridError:
            return None

    @cached_property
    def plan(self) -> gpd.GeoDataFrame:
        """Return the proposed posts that stand in the area, or without which one of its settlements lies open again.

        ``id, number`` (on every map), ``road, highway, place`` (the area where it stands); ``settlements, people``: of this area, how
        many lie open again when this post alone is missing; ``people`` is missing where nobody knows, ``uncounted`` of how many not.
        """
        if self.study is None:
            return gpd.GeoDataFrame({"id": [], "number": []}, geometry=[], crs=CRS)
        posts, lost = whole.plan(self.whole)
        settlements = self.study.settlements
        mine = np.ones(len(settlements), dtype=bool) if self.ids is None else self.of_area(settlements["area_id"]).to_numpy(dtype=bool)
        known = mine & settlements["population_known"].to_numpy(dtype=bool)
        people = settlements["population"].to_numpy(dtype=np.int64)
        frame = posts.assign(
            settlements=[int((mine & each).sum()) for each in lost],
            people=pd.array([int(people[known & each].sum()) if (known & each).any() else None for each in lost], dtype="Int64"),
            uncounted=[int((mine & ~known & each).sum()) for each in lost],
        )
        stands = np.ones(len(frame), dtype=bool) if self.ids is None else self.of_area(frame["area_id"]).to_numpy(dtype=bool)
        found = frame[stands | (frame["settlements"] > 0).to_numpy(dtype=bool)]
        return found if self.window is None else found[touching(found, self.window)]

    @property
    def plan_in_view(self) -> gpd.GeoDataFrame:
        """Return the proposed posts of the whole plan that stand in view."""
        everywhere = self.plan if self.view.area is None else replace(self, view=self.whole).plan
        return everywhere[touching(everywhere, self.extent)]

    @cached_property
    def unstudied(self) -> EpiGridError | None:
        """Return what stands in the way of an analysis."""
        try:
            study = self.whole.study
        except EpiGridError as error:
            return error
        return None if study.nothing_because is None else InputError(study.nothing_because)

    @cached_property
    def settlements(self) -> gpd.GeoDataFrame:
        """Return the settlements studied as points, as they are drawn: in a window count those whose point is in it."""
        assert self.study is not None
        found = self.study.settlements
        points = gpd.GeoSeries(shapely.point_on_surface(found.geometry.to_numpy()), index=found.index, crs=found.crs)
        return self.inside(found.set_geometry(points))

    @cached_property
    def exposed(self) -> gpd.GeoDataFrame:
        """Return the exposed settlements of the area as points: ``id, name, people, area_id``, most people first; None studied is empty."""
        if self.study is None:
            return gpd.GeoDataFrame({"id": [], "name": [], "people": [], "area_id": []}, geometry=[], crs=CRS)
        hit = self.settlements[self.settlements["status"] == "exposed"].rename(columns={"population": "people"})
        return hit.sort_values(["people", "id"], ascending=[False, True])

    @cached_property
    def junctions(self) -> gpd.GeoDataFrame:
        """Return the unmonitored junctions of the area by rank, with ``alone, first_posts, size, leading``; empty without a study."""
        if self.study is None:
            return gpd.GeoDataFrame({"id": [], "leading": []}, geometry=[], crs=CRS)
        found = whole.junctions(self.whole)
        return found[found["id"].isin(self.layer("junctions")["id"])]

    @cached_property
    def marks(self) -> gpd.GeoDataFrame:
        """Return the marks of planners in the area: ``id, status, note`` and the point."""
        return self.inside(whole.marks(self.whole))

    # The sheet

    @cached_property
    def extent(self) -> Bounds:
        """Return what is in view unless a theme says otherwise: the window, or the area.

        Raises
        ------
        InputError
            When there is nothing at all that could be drawn.
        """
        if self.window is not None:
            return self.window
        for found in self._grounds():
            if found is not None:
                return found
        raise InputError("There is nothing to draw here yet: load the demo, or import roads and areas.")

    def _grounds(self) -> Iterator[Bounds | None]:
        """Yield what may tell where the area lies, the surest first: its outline with all that belongs to it."""
        own = self.areas[self.areas["id"] == self.view.area] if self.view.area is not None else self.areas
        yield bounds(own, *(self.layer(name) for name in ("crossings", "settlements", "compounds", "entrances", "checkpoints", "venues")))
        now = self.view.store.layer("areas", self.view.viewer)
        yield bounds(now[now["id"] == self.view.area] if self.view.area is not None else now)
        yield bounds(self.view.store.layer("roads", SYSTEM))

    def metres_per_mm(self, extent: Bounds) -> float:
        """Return the scale of a sheet: how many metres on the ground a millimetre of the paper shows, about."""
        west, south, east, north = extent
        wide, high = (east - west) * DEGREE_M * np.cos(np.radians((south + north) / 2)), (north - south) * DEGREE_M
        return float(max(wide, high, 1.0)) / _ACROSS_MM[self.paper.size]
