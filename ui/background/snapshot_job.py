"""A map on paper, drawn off the page's thread: what is asked, and the job that draws it."""

from __future__ import annotations

import json
import re
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal

import geopandas as gpd

from briefing.maps import themes
from briefing.maps.content import Bounds, Content, Paper
from briefing.moments import issue_at
from briefing.snapshot import DPI
from briefing.view import View
from errors import N_, InputError, NotFound
from ledgers.roads.coverage import Study
from ledgers.terms import TERMS
from queries.store import Store, Viewer
from ui.background import coverage_job
from ui.background.coverage_job import Question
from ui.background.jobs import Job, Report, jobs
from ui.legend.styles import MAP_WORDS
from words import LOCALES

FORMS = {"pdf": "application/pdf", "png": "image/png", "svg": "image/svg+xml"}
SIZES = ("A4", "A3", "wide")
_PAPER = Paper("A4", landscape=True)
_NUMBER = r"-?[0-9]{1,3}(\.[0-9]{1,12})?"
_EXTENT = re.compile(f"{_NUMBER}(,{_NUMBER}){{3}}")

# By layer and column, the values that are shown.
Filters = tuple[tuple[str, str, tuple[Any, ...]], ...]


@dataclass(frozen=True)
class Snapshot:
    """A map to be printed.

    Attributes
    ----------
    name
        Which: one of ``briefing.maps.themes.MAPS``.
    extent, layers, filters
        What is on the screen: its bounds, the web map's layers, and of them the values shown. Without an extent it is the area's;
        without layers, those that the map has.
    study
        How people travel and where posts may stand, where the map is of a study other than the usual one.
    """

    name: str
    at: datetime
    area: str | None = None
    extent: Bounds | None = None
    layers: tuple[str, ...] | None = None
    filters: Filters = ()
    study: tuple[str, str] | None = None
    paper: Paper = _PAPER
    form: Literal["pdf", "png", "svg"] = "pdf"
    lang: str = "zh_CN"

    @classmethod
    def of(cls, store: Store, name: str, form: str, asked: Mapping[str, str]) -> Snapshot:
        """Return what an address asks for. Raises NotFound or InputError, saying what there is to choose from."""
        size, lang, dpi = asked.get("paper", "A4"), asked.get("lang", "zh_CN"), asked.get("dpi", "300")
        for given, choices, refuse in (
            (name, themes.MAPS, NotFound),
            (form, FORMS, NotFound),
            (size, SIZES, InputError),
            (lang, LOCALES, InputError),
        ):
            if given not in choices:
                raise refuse("{given} is not among the choices here: {choices}.", given=repr(given), choices=", ".join(choices))
        if not re.fullmatch("[0-9]{1,4}", dpi) or int(dpi) not in DPI:
            raise InputError("A map has {low} to {high} dots an inch, not {given}.", low=DPI[0], high=DPI[-1], given=repr(dpi))
        return cls(
            name=name,
            at=store.moment(asked.get("at") or None),
            area=asked.get("area") or None,
            extent=_extent(asked.get("extent")),
            layers=tuple(asked["layers"].split(",")) if "layers" in asked else None,
            filters=_filters(asked.get("filters")),
            study=(asked.get("mode", ""), asked.get("sites", "")) if "mode" in asked else None,
            paper=Paper(size, landscape=asked.get("landscape") == "1", dpi=int(dpi)),  # type: ignore[arg-type]
            form=form,  # type: ignore[arg-type]
            lang=lang,
        )

    def query(self) -> dict[str, str]:
        """Return it as the parameters of an address; ``of`` reads them."""
        mode, sites = self.study or (None, None)
        asked = {
            "at": self.at.isoformat(),
            "area": self.area,
            "extent": ",".join(f"{side:.6f}" for side in self.extent) if self.extent else None,
            "layers": ",".join(self.layers) if self.layers is not None else None,
            "filters": json.dumps(self.filters, separators=(",", ":")) if self.filters else None,
            "mode": mode,
            "sites": sites,
            "paper": self.paper.size,
            "landscape": "1" if self.paper.landscape else None,
            "dpi": str(self.paper.dpi),
            "lang": self.lang,
        }
        return {name: value for name, value in asked.items() if value is not None}

    @property
    def file_name(self) -> str:
        """Return what its file is called."""
        return f"{self.name}-{self.at:%Y%m%d-%H%M}-{self.paper.size}.{self.form}"


def _extent(text: str | None) -> Bounds | None:
    if not text:
        return None
    if not _EXTENT.fullmatch(text):
        raise InputError("{extent} is no part of the earth; write west, south, east, north in degrees.", extent=repr(text))
    west, south, east, north = (float(side) for side in text.split(","))
    return west, south, east, north


def _filters(text: str | None) -> Filters:
    if not text:
        return ()
    try:
        found = tuple((layer, column, tuple(values)) for layer, column, values in json.loads(text))
        if all(layer in TERMS["layer"] and isinstance(column, str) and all(map(_is_plain, values)) for layer, column, values in found):
            return found
    except (ValueError, TypeError, RecursionError):
        pass
    raise InputError("{given} says no filters; take the address from the page.", given=repr(text[:80]))


def _is_plain(value: object) -> bool:
    return value is None or isinstance(value, str | bool | int | float)


# Drawing ---------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Screen(View):
    """The view that is on a screen: of each layer what the filters leave, and the study that the page shows."""

    filters: Filters = ()
    shown_study: Study | None = None
    asked: Hashable = None  # what that study was asked for

    @property
    def identity(self) -> Hashable:
        """Return what the facts of this screen depend on."""
        return super().identity, self.filters, self.asked

    def layer(self, name: str) -> gpd.GeoDataFrame:
        """Return a layer with its state, filtered. EPSG:4326."""
        frame = super().layer(name)
        for layer, column, values in self.filters:
            if layer == name and column in frame:
                frame = frame[frame[column].isin(values)].reset_index(drop=True)
        return frame

    @property
    def study(self) -> Study:
        """Return the study that the page shows, or the usual one."""
        return self.shown_study or super().study


def ask(store: Store, viewer: Viewer, wanted: Snapshot) -> Job[bytes]:
    """Return the job that draws a map."""
    # A worker that waited for another's study would hold it up: whoever asks waits.
    study = coverage_job.ask(store, viewer, Question.of(wanted.at, *wanted.study)).result().study if wanted.study else None

    def work(report: Report) -> bytes:
        from briefing.maps import draw  # matplotlib takes a second to load; only who draws waits for it

        report(0.1, N_("Collecting what the maps show"))
        store.scope(viewer, wanted.area, at=wanted.at)  # an area that is none is told before anything is drawn
        view = Screen(store, viewer, wanted.at, None, wanted.area, wanted.lang, wanted.filters, study, wanted.study)
        cutoff = issue_at(store, wanted.at).cutoff
        content = themes.content(view, wanted.name, extent=wanted.extent, layers=wanted.layers, paper=wanted.paper, cutoff=cutoff)
        report(0.6, N_("Drawing the maps"))
        return draw.render(_with_filters(content, view), wanted.paper, wanted.form)

    return jobs.ask(("snapshot", str(store.path), store.revision, viewer, wanted), work)


def _with_filters(content: Content, view: Screen) -> Content:
    """Return a sheet that says what it leaves out: it must not pass for the whole."""
    notes = [_said(view, *one) for one in view.filters]
    return replace(content, notes=(*content.notes, *notes))


def _said(view: Screen, layer: str, column: str, values: tuple[Any, ...]) -> str:
    say = view.translate
    told = {True: say(N_("yes")), False: say(N_("no"))}
    names = say(N_(", ")).join(told.get(v) or say(TERMS.get(column, {}).get(str(v), str(v))) for v in values)
    column_name = say(MAP_WORDS.get(f"column.{column}", column))
    return say(N_("{layer}: only those with {column}: {values}")).format(layer=say(TERMS["layer"][layer]), column=column_name, values=names)
