"""With only so many posts: which ones, and whom they protect.

Each person whom the outside still reaches is priced at λ. Settlements become arcs of capacity λ · population to the sink, and for each
price the minimum cut is the best exchange of posts for people: the *corners* are the points of the lower convex hull of (posts, people
reached). Between two known corners lies another exactly when the minimum cut at the slope between them costs less than they do; asking
again on both sides finds every one (Eisner and Severance 1976). As people cost more, the side that the outside reaches only shrinks
(Gallo, Grigoriadis and Tarjan 1989), so each question is asked of the part between the two corners alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, pairwise

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse import csgraph

from geo.cuts import UNCUTTABLE, Arcs, Cut, Roads, min_cut

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

# Between two corners at most so many plans are drawn up.
LEVELS = 200


@dataclass(frozen=True)
class Plan:
    """Posts at some nodes, what they cost, and how many people the outside reaches all the same.

    No plan of this cost leaves fewer than ``bound``.
    """

    posts: Ints
    cost: int
    reached: int
    bound: int
    corner: bool = False


@dataclass(frozen=True)
class _Corner:
    cost: int
    reached: int
    source_side: Bools


def corners(roads: Roads, population: Ints) -> tuple[list[Plan], list[Bools]]:
    """Return every corner of the best exchange between posts and people, from no post on; and the source's side of the cut of each.

    Parameters
    ----------
    roads
        The graph; a goal that no set of posts can protect must not be among its goals' ``access``.
    population
        People at each goal, shape ``(goals,)``, 0 or more; people at goals without access are not counted.
    """
    arcs = roads.arcs
    price = np.where(arcs.goal >= 0, population[arcs.goal], 0)
    there = np.zeros(roads.goals, dtype=bool)
    there[roads.goal] = True
    price = np.where((arcs.goal >= 0) & there[arcs.goal], price, 0)

    everything = np.ones(arcs.count, dtype=bool)
    everything[arcs.sink] = False
    nothing = _Corner(0, int(price.sum()), everything)
    if not nothing.reached:
        return [Plan(np.zeros(0, dtype=np.int64), 0, 0, 0, corner=True)], [everything]
    all_safe = min_cut(arcs, arcs.cost, _unlimited(arcs) | (price > 0), bound=int(roads.cost.sum()) + 1)
    last = _corner(arcs, price, all_safe, np.arange(arcs.count))
    found = [nothing, *_between(arcs, price, nothing, last), last]
    plans = [Plan(roads.posts(c.source_side), c.cost, c.reached, c.reached, corner=True) for c in found]
    return plans, [c.source_side for c in found]


def _unlimited(arcs: Arcs) -> Bools:
    return np.asarray((arcs.cost == UNCUTTABLE) & (arcs.goal < 0))


def _corner(arcs: Arcs, price: Ints, cut: Cut | None, number: Ints) -> _Corner:
    """Return what a cut of the graph, whose nodes it knows by ``number``, comes to: of several the one that protects most."""
    if cut is None:
        raise ValueError("a goal that no posts can protect has an access node")
    side = cut.near_source[number]
    through = side[arcs.tail] & ~side[arcs.head]
    return _Corner(int(arcs.cost[through].sum()), int(price[through].sum()), side)


def _between(arcs: Arcs, price: Ints, less: _Corner, more: _Corner) -> Iterator[_Corner]:
    """Yield the corners strictly between two, by rising cost."""
    people, posts = less.reached - more.reached, more.cost - less.cost
    if people <= 1 or posts <= 1:
        return
    middle = _ask(arcs, price, less, more, posts_worth=people, people_worth=posts)
    if people * middle.cost + posts * middle.reached < people * less.cost + posts * less.reached:
        yield from _between(arcs, price, less, middle)
        yield middle
        yield from _between(arcs, price, middle, more)


def _ask(arcs: Arcs, price: Ints, less: _Corner, more: _Corner, *, posts_worth: int, people_worth: int) -> _Corner:
    """Return the best exchange at a price between those of two corners."""
    merged, number, arc = arcs.merge(more.source_side, ~less.source_side)
    capacity = merged.cost * posts_worth + price[arc] * people_worth
    bound = less.cost * posts_worth + less.reached * people_worth + 1
    return _corner(arcs, price, min_cut(merged, capacity, _unlimited(merged), bound=bound), number)


@dataclass(frozen=True)
class Option:
    """Posts that together protect some goals."""

    posts: frozenset[int]
    goals: frozenset[int]


def fill(roads: Roads, population: Ints, plans: list[Plan], sides: list[Bools], options: list[Option]) -> list[Plan]:
    """Return a plan for every cost from 0 to the last corner's: the corners, and good ones between them.

    Between two corners nothing can leave fewer people reached than the straight line between them does. Where the costs between two
    corners are more than ``LEVELS``, so many of them are tried. ``options`` are known ways to protect something; those that the dearer
    corner and the settlements' own access nodes give are added.
    """
    base = [*options, *_at_home(roads)]
    used = [*(plan.posts.tolist() for plan in plans), *(option.posts for option in base)]
    sites = np.array(sorted(set(chain.from_iterable(used))), dtype=np.int64)
    cost, goal = roads.cost[sites], np.arange(roads.goals)
    people = np.where(np.isin(goal, roads.goal), population, 0)
    filled = [plans[0]]
    for (less, less_side), (more, more_side) in pairwise(zip(plans, sides, strict=True)):
        steps = more.cost - less.cost
        extras = np.unique(np.linspace(1, steps - 1, min(steps - 1, LEVELS)).astype(np.int64)).tolist()
        if extras:
            known = [*base, *_stretches(roads, more_side)]
            posts, goals = _matrix([option.posts for option in known], sites), _matrix([option.goals for option in known], goal)
            to_pay = np.where(np.isin(sites, less.posts), 0, cost)
            reached = np.where(np.isin(goal, list(_protected(roads, less_side))), 0, people)
            starts = [_Growth(posts, goals, less.cost, to_pay, reached), _Growth(posts, goals, 0, cost, people)]
        for extra in extras:
            line = less.reached * (steps - extra) + more.reached * extra
            state = min((start.within(less.cost + extra) for start in starts), key=lambda found: int(found.reached.sum()))
            filled.append(Plan(sites[state.to_pay == 0], less.cost + extra, int(state.reached.sum()), -(-line // steps)))
        filled.append(more)
    return filled


def _matrix(sets: list[frozenset[int]], columns: Ints) -> sparse.csr_array:
    """Return which of some numbers (ascending) are in each set: a row a set, a column a number."""
    sizes = [len(one) for one in sets]
    members = np.searchsorted(columns, np.array(list(chain.from_iterable(sets)), dtype=np.int64))
    starts = np.concatenate([[0], np.cumsum(sizes)])
    return sparse.csr_array((np.ones(len(members), dtype=np.int64), members, starts), shape=(len(sets), len(columns)))


def _protected(roads: Roads, side: Bools) -> frozenset[int]:
    """Return the goals that have access and that a plan keeps from being reached."""
    goal = np.unique(roads.goal)
    return frozenset(goal[~side[2 * roads.count + goal]].tolist())


def _at_home(roads: Roads) -> list[Option]:
    """Return for each goal the posts on all its access nodes, where posts may stand on them."""
    nodes: dict[int, set[int]] = defaultdict(set)
    for node, goal in zip(roads.access.tolist(), roads.goal.tolist(), strict=True):
        nodes[goal].add(node)
    return [Option(frozenset(at), frozenset({goal})) for goal, at in nodes.items() if (roads.cost[list(at)] != UNCUTTABLE).all()]


def _stretches(roads: Roads, side: Bools) -> list[Option]:
    """Return whom a plan protects by which of its posts: those around the stretches of road that it closes off."""
    way_in, way_out = side[0 : 2 * roads.count : 2], side[1 : 2 * roads.count : 2]
    post, closed = way_in & ~way_out, ~way_in
    k = closed[roads.a] & closed[roads.b]
    links = sparse.coo_array((np.ones(int(k.sum()), dtype=np.int8), (roads.a[k], roads.b[k])), shape=(roads.count, roads.count))
    stretch = csgraph.connected_components(links.tocsr(), directed=False)[1]

    around: dict[int, set[int]] = defaultdict(set)
    for here, there in ((roads.a, roads.b), (roads.b, roads.a)):
        k = post[here] & closed[there]
        for guard, inside in zip(here[k].tolist(), stretch[there[k]].tolist(), strict=True):
            around[inside].add(guard)
    needed: dict[int, set[int]] = defaultdict(set)
    for node, goal in zip(roads.access.tolist(), roads.goal.tolist(), strict=True):
        needed[goal] |= {node} if post[node] else around[int(stretch[node])]
    goals: dict[frozenset[int], set[int]] = defaultdict(set)
    for goal in _protected(roads, side):
        goals[frozenset(needed[goal])].add(goal)
    return [Option(posts, frozenset(who)) for posts, who in goals.items()]


@dataclass(frozen=True)
class _State:
    """Some posts stand: what they cost, what each site still costs (0: a post stands there), and who at each goal is still reached."""

    cost: int
    to_pay: Ints
    reached: Ints


class _Growth:
    """Posts added to some that stand, each time those that protect most people for each unit of cost.

    Row ``i`` of ``posts`` and ``goals`` marks the sites that together protect some goals, and these goals.
    """

    def __init__(self, posts: sparse.csr_array, goals: sparse.csr_array, cost: int, to_pay: Ints, reached: Ints) -> None:
        self._posts, self._goals, self._goals_of = posts, goals, goals.T.tocsr()
        self._grown = [self._state(cost, to_pay, reached)]

    def within(self, most: int) -> _State:
        """Return posts that cost at most ``most`` together."""
        while self._grown[-1].cost < most and (better := self._better(self._grown[-1], most=None)):
            self._grown.append(better)
        state = next(step for step in reversed(self._grown) if step.cost <= most)
        while better := self._better(state, most=most):
            state = better
        return state

    def _state(self, cost: int, to_pay: Ints, reached: Ints) -> _State:
        paid = self._posts @ to_pay == 0
        return _State(cost, to_pay, np.where(self._goals_of @ paid > 0, 0, reached))

    def _better(self, state: _State, *, most: int | None) -> _State | None:
        price, people = self._posts @ state.to_pay, self._goals @ state.reached
        possible = people > 0 if most is None else (people > 0) & (price <= most - state.cost)
        if not possible.any():
            return None
        best = int(np.argmax(np.where(possible, people / np.maximum(price, 1), 0)))
        to_pay = state.to_pay.copy()
        to_pay[self._posts.indices[self._posts.indptr[best] : self._posts.indptr[best + 1]]] = 0
        return self._state(state.cost + int(price[best]), to_pay, state.reached)
