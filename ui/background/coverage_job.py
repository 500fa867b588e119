"""The study behind the page: what is asked, worked out once off the page's thread, and kept while it holds."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, get_args

import geopandas as gpd
import pandas as pd

from errors import N_, InputError
from geo.coverage import Coverage
from geo.network import Mode
from ledgers.coverage_rules import COVERAGE_COSTS
from ledgers.roads import assumptions, hours
from ledgers.roads import marks as planning
from ledgers.roads.coverage import SITES, Sites, Study, analyse_situation
from ledgers.roads.ground import find_ground
from ledgers.roads.situation import Situation, assess, place_entrances, place_posts, read_ledgers
from queries.store import Store, Viewer
from queries.view import View
from ui.background.jobs import Job, Report, jobs

# Of one workspace the analyses of the last few situations: what does not touch roads and posts (a mark, a note) needs no new one.
_KEPT = 8
_analyses: OrderedDict[Hashable, Coverage] = OrderedDict()


@dataclass(frozen=True)
class Question:
    """What a study answers: a moment, how people travel, where posts may stand. Costs and rules are the workspace's own."""

    at: datetime
    mode: Mode = "drive"
    sites: Sites = "anywhere"

    @classmethod
    def of(cls, at: datetime, mode: str | None, sites: str | None) -> Question:
        """Return the question that texts ask. Raises InputError for a mode or sites there are not."""
        if mode not in (None, "", *get_args(Mode)):
            raise InputError("{mode} is not a way to travel; choose drive or walk.", mode=repr(mode))
        if sites not in (None, "", *SITES):
            raise InputError(
                "{sites} is no choice of places for posts; choose one of: {choices}.", sites=repr(sites), choices=", ".join(SITES)
            )
        return cls(at.replace(second=0, microsecond=0), mode or "drive", sites or "anywhere")  # type: ignore[arg-type]

    def key(self, store: Store, viewer: Viewer) -> tuple[Hashable, ...]:
        """Return what its answer depends on. Roads come with an import, which is a commit: the revision stands for them as well."""
        return (str(store.path), store.revision, viewer, self)


@dataclass(frozen=True)
class Answer:
    """A study, and the question and revision that it answers."""

    question: Question
    revision: int
    study: Study

    def key(self) -> tuple[Hashable, ...]:
        """Return what tells this answer from others of the same workspace."""
        return (self.revision, self.question)


def ask(store: Store, viewer: Viewer, question: Question) -> Job[Answer]:
    """Return the job of a study."""
    revision = store.revision
    return jobs.ask(
        ("study", *question.key(store, viewer)), lambda report: Answer(question, revision, _study(store, viewer, question, report))
    )


def _study(store: Store, viewer: Viewer, question: Question, report: Report) -> Study:
    # Within the minute asked about it is the present that counts: what was just entered is part of it.
    now, costs = store.now(), COVERAGE_COSTS.on(store) or None
    at = now if now.replace(second=0, microsecond=0) == question.at else question.at
    report(0.02, N_("Reading the roads"))
    ground = find_ground(View(store, viewer, at=at), mode=question.mode)
    report(0.2, N_("Reading entrances and posts"))
    entrances, checkpoints = read_ledgers(View(store, viewer, at=at))
    report(0.3, N_("Finding what each post watches"))
    situation = assess(ground, place_entrances(ground, entrances), place_posts(ground, checkpoints))
    marks = planning.marks(View(store, viewer, at=at))
    study = Study(at, situation, _analysis(store, situation, question.sites, costs, marks), marks, question.sites, costs)
    coverage = study.coverage
    # Each is worked out where it is first asked for; asking here keeps it off the page's thread.
    report(0.38, N_("Following every way in"))
    _ = coverage.exposed, study.settlements
    report(0.45, N_("Finding the junctions on ways in"))
    _ = coverage.unmonitored_junctions
    report(0.55, N_("Seeking the fewest posts, and the proof"))
    _ = coverage.sealing, study.proof
    report(0.65, N_("Weighing posts against people"))
    _ = coverage.plans, study.budget
    report(0.75, N_("Drawing the routes"))
    _ = study.routes
    report(0.82, N_("Ranking the junctions"))
    _ = study.junctions
    report(0.9, N_("Numbering the posts"))
    _ = study.proposed
    report(0.93, N_("Trying out the doubtful joints"))
    _ = study.doubts.joints, study.doubts.differs, study.doubts.count
    return study


def _analysis(store: Store, situation: Situation, sites: Sites, costs: dict[str, int] | None, marks: gpd.GeoDataFrame) -> Coverage:
    """Return the analysis of a situation, the last one where nothing that it depends on has changed."""
    ground = situation.ground
    wanted = marks[["layer", "status"]].assign(place=marks.geometry.to_wkt()).to_json() if sites == "marked" else ""
    people = situation.settlements["population"].to_numpy()
    # The network itself is part of the key: a copy of it at the same address would else pass for it.
    key = (
        str(store.path),
        ground.mode,
        tuple(ground.sources["node"]),
        people.tobytes(),
        situation.key(),
        sites,
        tuple(sorted((costs or {}).items())),
        wanted,
    )
    known = _analyses.get(key)
    if known is None or known.network is not ground.network:
        known = _analyses[key] = analyse_situation(situation, sites=sites, costs=costs, marks=marks)
        while len(_analyses) > _KEPT:
            _analyses.popitem(last=False)
    return known


# What follows from a study --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Foundations:
    """What a study rests on: counts and ids (``ledgers.roads.honesty``), and the places to verify in person first."""

    facts: dict[str, Any]
    verify: gpd.GeoDataFrame


def ask_foundations(store: Store, viewer: Viewer, answer: Answer) -> Job[Foundations]:
    """Return the job that tells what a study rests on."""

    def work(report: Report) -> Foundations:
        report(0.1, N_("Listing what the proof rests on"))
        facts = assumptions.honesty(store, viewer, answer.study)
        report(0.4, N_("Trying out what is not certain"))
        return Foundations(facts, assumptions.verify_first(answer.study))

    return jobs.ask(("foundations", *answer.question.key(store, viewer)[:1], *answer.key()), work)


def ask_drill(store: Store, viewer: Viewer, answer: Answer) -> Job[pd.DataFrame]:
    """Return the job of the drill: what opens when a post is lost, for each."""

    def work(report: Report) -> pd.DataFrame:
        return hours.drill(answer.study, progress=lambda share: report(share, N_("Taking away one post after another")))

    return jobs.ask(("drill", str(store.path), *answer.key()), work)


def ask_clock(store: Store, viewer: Viewer, question: Question, ahead: timedelta) -> Job[pd.DataFrame]:
    """Return the job of the clock: what lies open in each interval from the question's moment on."""

    def work(report: Report) -> pd.DataFrame:
        report(0.0, N_("Going through the hours ahead"))
        return hours.clock(
            View(store, viewer, at=question.at),
            mode=question.mode,
            ahead=ahead,
            progress=lambda share: report(share, N_("Going through the hours ahead")),
        )

    return jobs.ask(("clock", *question.key(store, viewer), ahead), work)
