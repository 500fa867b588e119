"""What a briefing and a map look at: one area at one moment, as known at another. Each fact is asked for once, when first needed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

import geopandas as gpd
import pandas as pd

import queries.view
from geo.network import Mode
from ledgers import overview, state
from ledgers.beginning import before_records
from ledgers.people import due, screening_rounds
from ledgers.people import figures as of_people
from ledgers.reports import daily_report
from ledgers.risk import levels, shades
from ledgers.roads import coverage
from ledgers.upkeep import supplies
from queries.store import Store, Viewer
from words import Translate, translator

DEFAULT_LANG = "zh_CN"  # reports and maps go out in Chinese unless another language is asked for


@dataclass(frozen=True, init=False)
class View(queries.view.View):
    """A view with the language in which it is told, and its facts, each asked for once."""

    lang: str

    def __init__(
        self,
        store: Store,
        viewer: Viewer,
        *,
        at: datetime | str | None = None,
        known_at: datetime | str | None = None,
        area: str | None = None,
        lang: str = DEFAULT_LANG,
    ) -> None:
        super().__init__(store, viewer, at=at, known_at=known_at, area=area)
        object.__setattr__(self, "lang", lang)

    @property
    def when(self) -> dict[str, Any]:
        """Return the moment, what was known, and the area, as every query takes them."""
        return {"at": self.at, "known_at": self.known_at, "area": self.area}

    @cached_property
    def translate(self) -> Translate:
        """Return the translator into the language of the view."""
        return translator(self.lang)

    @cached_property
    def whole(self) -> View:
        """Return the view of all that the viewer sees; views of many areas may be given the same one (``of``)."""
        return self if self.area is None else replace(self, area=None)

    @cached_property
    def is_whole(self) -> bool:
        """Tell whether what lies in no area belongs to the view: it is of everything, or of the only area that lies in no other."""
        if self.area is None or self.viewer.areas is not None:
            return self.area is None and self.viewer.areas is None
        return self.area == self.store.only_root(at=self.at, known_at=self.known_at)

    def of(self, area: str) -> View:
        """Return the view of an area, with this one as its whole: what is asked of the whole is asked once for all areas."""
        found = replace(self.whole, area=area)
        found.__dict__["whole"] = self.whole
        return found

    def layer(self, name: str) -> gpd.GeoDataFrame:
        """Return a layer with its state; each is read once. EPSG:4326."""
        layers: dict[str, gpd.GeoDataFrame] = self.__dict__.setdefault("_layers", {})
        if name not in layers:
            layers[name] = state.layer(self, name)
        return layers[name]

    @cached_property
    def figures(self) -> overview.Figures:
        """Return the headline figures."""
        return overview.figures(self)

    @cached_property
    def people(self) -> of_people.People:
        """Return who is isolating, whose readings were missed, which units have not reported."""
        return of_people.people(self)

    @cached_property
    def daily(self) -> daily_report.Daily:
        """Return the daily report that ends at the moment of the view."""
        local = self.at.astimezone(self.store.time_zone)
        return daily_report.daily(self, local.date(), cutoff=f"{local:%H:%M}")

    @cached_property
    def due(self) -> due.Due:
        """Return what is due."""
        return due.due(self)

    @cached_property
    def study(self) -> coverage.Study:
        """Return what the roads leave open to vehicles, of the whole workspace: a road does not end at an area's border."""
        return coverage.study(self) if self.area is None else self.whole.study

    @cached_property
    def on_foot(self) -> coverage.Study:
        """Return the same of people on foot."""
        return coverage.study(self, mode="walk") if self.area is None else self.whole.on_foot

    def study_of(self, mode: Mode) -> coverage.Study:
        """Return the study of a way to travel; each is worked out once."""
        return self.study if mode == "drive" else self.on_foot

    @cached_property
    def screening(self) -> screening_rounds.Progress:
        """Return how far screening has come, all visits taken together."""
        return screening_rounds.progress(self)

    @cached_property
    def shades(self) -> pd.DataFrame:
        """Return the figures of each grid."""
        return shades.shades(self)

    @cached_property
    def risk(self) -> pd.DataFrame:
        """Return the level of each area."""
        return levels.levels(self)

    @cached_property
    def before_records(self) -> datetime | None:
        """Return when the records of all that the viewer sees begin, where the moment of the view lies before that."""
        return before_records(self) if self.area is None else self.whole.before_records

    @cached_property
    def stock(self) -> pd.DataFrame:
        """Return the supplies."""
        return supplies.stock(self)

    def shifted(self, by: timedelta) -> View:
        """Return the same view earlier or later, as known then."""
        moment = self.at + by
        return View(self.store, self.viewer, at=moment, known_at=moment, area=self.area, lang=self.lang)
