"""What the map fetches: layers with their state, shades of areas, a study, plans, and the open ends of the roads.

Every answer is kept for the moment it holds, and sent with an ETag, so that a map that comes back costs nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Hashable, Sequence
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
from starlette.responses import Response

from errors import N_, NotFound
from geo import network, road_layers
from ledgers import state
from ledgers.risk import shades
from ledgers.roads import coverage_frames, marks, road_edits
from ledgers.roads.coverage import Study
from queries.layers import LAYERS
from queries.view import View
from ui.background import coverage_job
from ui.http.answers import files_revision, send
from ui.http.door import Call
from ui.http.geojson import feature_collection
from ui.legend.styles import STYLES


def _until_now_changes(call: Call) -> Hashable:
    """Return what most layers depend on. Without a moment the answer is that of now, which lasts a minute, or until the next commit."""
    lasting = call.moment if call.time("at") else call.moment.replace(second=0, microsecond=0)
    return (lasting, call.time("known_at"), call.area, call.store.path, call.store.revision)


@dataclass(frozen=True)
class Family:
    """Layers that are made in one way.

    Attributes
    ----------
    names
        Those there are.
    frame
        Returns one of them, EPSG:4326.
    columns
        Returns the properties of one besides ``id`` and ``name``.
    holds
        Returns what an answer depends on, besides the name and the viewer.
    unknown
        What is said of a name that is not among them.
    """

    names: Collection[str]
    frame: Callable[[Call, str], gpd.GeoDataFrame]
    columns: Callable[[str], Sequence[str]]
    holds: Callable[[Call, str], Hashable] = lambda call, name: _until_now_changes(call)
    unknown: str = N_("There is no layer {name}; there are: {names}.")

    def __call__(self, call: Call) -> Response:
        """Answer one of the layers as GeoJSON."""
        name = call.part("name")
        if name not in self.names:
            raise NotFound(self.unknown, name=repr(name), names=", ".join(self.names))
        key = (self, name, call.viewer, self.holds(call, name))
        answer = call.door.answers.get(key, lambda: feature_collection(self.frame(call, name), self.columns(name)))
        return send(call.request, answer, "application/geo+json")


def _styled(name: str) -> tuple[str, ...]:
    return STYLES[name].columns


# The layers of the ledger -----------------------------------------------------------------------------------------------


def _layer(call: Call, name: str) -> gpd.GeoDataFrame:
    return state.layer(View(call.store, call.viewer, at=call.moment, known_at=call.time("known_at"), area=call.area), name)


LAYER = Family(
    tuple(LAYERS),
    _layer,
    lambda name: STYLES[name].columns if name in STYLES else tuple(LAYERS[name].own),
    lambda call, name: (_until_now_changes(call), files_revision([call.store.path / "layers" / f"{name}.parquet"])),
)


def _shade(call: Call, name: str) -> gpd.GeoDataFrame:
    return shades.layer(View(call.store, call.viewer, at=call.moment, known_at=call.time("known_at"), area=call.area), name)


SHADE = Family(tuple(shades.NAMES), _shade, _styled, unknown=N_("Areas have no shade {name}; there are: {names}."))


# A study ----------------------------------------------------------------------------------------------------------------


def _junctions(part: str) -> Callable[[Study, int | None], gpd.GeoDataFrame]:
    def of(study: Study, posts: int | None) -> gpd.GeoDataFrame:
        frame = coverage_frames.junctions(study)
        return frame if part == "all" else frame[frame["leading"] == (part == "leading")]

    return of


# By what makes each of it and of the number of posts chosen.
_OF_STUDY: dict[str, Callable[[Study, int | None], gpd.GeoDataFrame]] = {
    "exposed": lambda study, posts: coverage_frames.exposed(study),
    "routes": lambda study, posts: coverage_frames.routes_in(study),
    "junctions": _junctions("all"),
    "leading": _junctions("leading"),
    "others": _junctions("others"),
    "proposed": lambda study, posts: coverage_frames.proposed(study, posts=posts),
    "proof": lambda study, posts: coverage_frames.proof(study),
    "marks": lambda study, posts: coverage_frames.marks(study.marks, study.junctions),
    "sources": lambda study, posts: coverage_frames.sources(study),
    "joints": lambda study, posts: coverage_frames.joints(study),
    "entries": lambda study, posts: coverage_frames.entries(study),
    "unknown": lambda study, posts: coverage_frames.unknown(study),
}


def _question(call: Call) -> coverage_job.Question:
    return coverage_job.Question.of(call.moment, call.asked.get("mode"), call.asked.get("sites"))


def _posts(call: Call) -> int | None:
    posts = call.asked.get("posts", "")
    return int(posts) if re.fullmatch(r"[0-9]{1,6}", posts) else None


def _study(call: Call, name: str) -> gpd.GeoDataFrame:
    return _OF_STUDY[name](coverage_job.ask(call.store, call.viewer, _question(call)).result().study, _posts(call))


COVERAGE = Family(
    tuple(_OF_STUDY),
    _study,
    lambda name: STYLES[name].columns if name in STYLES else (*STYLES["leading"].columns, "leading"),
    lambda call, name: (_posts(call), _question(call).key(call.store, call.viewer)),
)


# What planners put on the map, which needs no study ---------------------------------------------------------------------


def _marks(call: Call) -> gpd.GeoDataFrame:
    found = marks.marks(View(call.store, call.viewer, at=call.moment, known_at=call.time("known_at")))
    return coverage_frames.marks(found, call.store.layer("junctions", call.viewer))


def _edits(call: Call) -> gpd.GeoDataFrame:
    edits = road_edits.edits(View(call.store, call.viewer, at=call.moment, known_at=call.time("known_at")))
    return edits.assign(id=edits["edit_id"], name="")


_PLANNED: dict[str, Callable[[Call], gpd.GeoDataFrame]] = {"marks": _marks, "edits": _edits}
PLANNING = Family(tuple(_PLANNED), lambda call, name: _PLANNED[name](call), _styled)


# The road network -------------------------------------------------------------------------------------------------------


def _network(call: Call) -> Path:
    return call.store.path / "network"


def _open_ends(call: Call, name: str) -> gpd.GeoDataFrame:
    if call.viewer.areas is not None or not (_network(call) / "ways.parquet").exists():
        return gpd.GeoDataFrame({"id": [], "name": []}, geometry=[], crs=4326)
    return road_layers.open_ends(network.load(_network(call)))


NETWORK = Family(
    ("open_ends",),
    _open_ends,
    lambda name: (),
    lambda call, name: files_revision([_network(call) / "ways.parquet", _network(call) / "open_node.npy"]),
)
