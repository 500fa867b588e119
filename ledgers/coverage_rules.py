"""What a proof of coverage takes for granted: rules with defaults, each of which a workspace may set."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from errors import N_, InputError
from geo.joints import JOINT_M
from geo.network import RANK
from geo.watch import PARALLEL_M
from ledgers.setting import Setting, numbers
from queries.store import Store
from settings import POST_TO_ROAD_M

# Beyond these a rule is a slip of the pen.
MOST = {
    "attach_m": 20_000.0,
    "post_m": 500.0,
    "parallel_m": 200.0,
    "patrol_minutes": 1440.0,
    "entrance_m": 200.0,
    "joint_m": 50.0,
    "label_people": 1e8,
}


@dataclass(frozen=True)
class Rules:
    """The rules in force; a workspace keeps its own in the dated setting ``coverage_rules``, and they are listed under honesty.

    ``attach_m``: a settlement farther from any road is unattached. ``post_m``: a post farther from any road is off the road.
    ``parallel_m``: how far a post watches across a divided road. ``patrol_minutes``: a soft barrier counts when patrolled at least so
    often; 0: never. ``entrance_m``: a listed entrance accounts for every road into its settlement at most so far away. ``joint_m``: roads
    drawn apart by no more than this may meet. ``label_people``: of a settlement with more people nothing is proved without an outline.
    """

    attach_m: float = 1000.0
    post_m: float = POST_TO_ROAD_M
    parallel_m: float = PARALLEL_M
    patrol_minutes: int = 0
    entrance_m: float = 30.0
    joint_m: float = JOINT_M
    label_people: int = 3000

    @classmethod
    def of(cls, store: Store, at: datetime) -> Rules:
        """Return the rules of a workspace at a moment. Raises InputError for one that is no number, or out of all proportion."""
        return cls.given(COVERAGE_RULES.on(store, at))

    @classmethod
    def given(cls, given: Mapping[str, Any]) -> Rules:
        """Return rules of which some are given; the others are the defaults. Raises InputError as :meth:`of`."""
        if not isinstance(given, Mapping):
            raise InputError("The coverage rules must be given by name: {names}.", names=", ".join(MOST))
        known = {name: given[name] for name in cls.__dataclass_fields__ if name in given}
        for name, value in known.items():
            if isinstance(value, bool) or not isinstance(value, int | float) or not (math.isfinite(value) and 0 <= value <= MOST[name]):
                raise InputError("The coverage rule {name} must be a number from 0 to {most}.", name=name, most=f"{MOST[name]:g}")
        return cls(**known)


def _check(given: Any) -> None:
    Rules.given(given)
    if unknown := sorted(given.keys() - MOST.keys()):
        raise InputError("There is no coverage rule {name}; there are: {names}.", name=repr(unknown[0]), names=", ".join(MOST))


COVERAGE_RULES = Setting(
    "coverage_rules", N_("what a proof of coverage takes for granted"), asdict(Rules()), dated=True, partial=True, check=_check
)
COVERAGE_COSTS = Setting(
    "coverage_costs",
    N_("what a post costs, by class of road; what is not named costs 1"),
    {},
    check=numbers("coverage_costs", tuple(RANK), most=1000),
)
