"""What a briefing and a map look at: one area at one moment, as known at another. Each fact is asked for once (``queries.view.fact``)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

import geopandas as gpd
import pandas as pd

import queries.view
from geo.network import Mode
from ledgers import overview, state
from ledgers.beginning import before_records
from ledgers.people import due, screening_rounds
from ledgers.reports import daily_report
from ledgers.reports import headlines as of_people
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

    @cached_property
    def translate(self) -> Translate:
        """Return the translator into the language of the view."""
        return translator(self.lang)

    def layer(self, name: str) -> gpd.GeoDataFrame:
        """Return a layer with its state. EPSG:4326."""
        return state.layer(self, name)

    @property
    def figures(self) -> overview.Figures:
        """Return the headline figures."""
        return overview.figures(self)

    @property
    def people(self) -> of_people.People:
        """Return who is isolating, whose readings were missed, which units have not reported."""
        return of_people.people(self)

    @property
    def daily(self) -> daily_report.Daily:
        """Return the daily report that ends at the moment of the view."""
        local = self.at.astimezone(self.store.time_zone)
        return daily_report.daily(self, local.date(), cutoff=f"{local:%H:%M}")

    @property
    def due(self) -> due.Due:
        """Return what is due."""
        return due.due(self)

    @property
    def study(self) -> coverage.Study:
        """Return what the roads leave open to vehicles, of the whole workspace: a road does not end at an area's border."""
        return self.study_of("drive")

    @property
    def on_foot(self) -> coverage.Study:
        """Return the same of people on foot."""
        return self.study_of("walk")

    def study_of(self, mode: Mode) -> coverage.Study:
        """Return the study of a way to travel."""
        return coverage.study(self.whole, mode=mode)

    @property
    def screening(self) -> screening_rounds.Progress:
        """Return how far screening has come, all visits taken together."""
        return screening_rounds.progress(self)

    @property
    def shades(self) -> pd.DataFrame:
        """Return the figures of each grid."""
        return shades.shades(self)

    @property
    def risk(self) -> pd.DataFrame:
        """Return the level of each area."""
        return levels.levels(self)

    @property
    def before_records(self) -> datetime | None:
        """Return when the records of all that the viewer sees begin, where the moment of the view lies before that."""
        return before_records(self.whole)

    @property
    def stock(self) -> pd.DataFrame:
        """Return the supplies."""
        return supplies.stock(self)

    def shifted(self, by: timedelta) -> View:
        """Return the same view earlier or later, as known then."""
        return self.moved(self.at + by, known_at=self.at + by)
