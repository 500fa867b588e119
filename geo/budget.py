"""Plans for a limited number of posts: which posts, and whom they protect.

Each person whom the outside still reaches is priced at λ. A settlement becomes an arc of capacity λ · population to the sink. For each
price the minimum cut is the best trade of posts for people. The *corners* are the points of the lower convex hull of (cost of posts,
people reached). Another corner lies between two known ones exactly when the minimum cut at the slope between them costs less than they
do. Repeating the question on both sides finds every corner [1]_. As people cost more, the side that the outside reaches only shrinks
[2]_, so each question needs only the part of the graph between the two corners.

References
----------
.. [1] M. J. Eisner and D. G. Severance, "Mathematical techniques for efficient record segmentation in large shared databases",
   Journal of the ACM 23(4), 619–635, 1976. doi:10.1145/321978.321982
.. [2] G. Gallo, M. D. Grigoriadis and R. E. Tarjan, "A fast parametric maximum flow algorithm and applications", SIAM Journal on
   Computing 18(1), 30–55, 1989. doi:10.1137/0218003
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

# At most this many plans are drawn up between two corners.
LEVELS = 200


@dataclass(frozen=True)
class Plan:
    """A set of posts, and what it achieves.

    Attributes
    ----------
    posts
        Nodes of the :class:`geo.cuts.Roads`.
    cost
        The budget of the plan. Its posts cost at most this much.
    reached
        The people whom the outside still reaches.
    bound
        No plan of this cost leaves fewer people reached.
    corner
        Whether the plan is a corner; then ``reached == bound``.
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
    """Find every corner of the trade between posts and people, from no post to full protection.

    Parameters
    ----------
    roads : Roads
        The graph. A goal that no set of posts can protect must have no ``access``.
    population : ndarray of int64, shape (goals,)
        People at each goal, 0 or more. People at goals without access are not counted.

    Returns
    -------
    plans : list of Plan
        The corners by rising cost. The first has no posts.
    sides : list of ndarray of bool, shape (roads.arcs.count,)
        For each corner, the source's side of its cut of ``roads.arcs``.

    Raises
    ------
    ValueError
        When a goal with access cannot be protected.

    Notes
    -----
    Eisner and Severance (1976), with the nested cuts of Gallo, Grigoriadis and Tarjan (1989). Finding a corner takes one minimum cut, and
    showing that none lies between two neighbours at most one more.
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
    """Return the cost of a cut and the people it leaves reached, renumbered by ``number``; of equal cuts the one that protects most."""
    if cut is None:
        raise ValueError("a goal that no posts can protect has an access node")
    side = cut.near_source[number]
    through = side[arcs.tail] & ~side[arcs.head]
    return _Corner(int(arcs.cost[through].sum()), int(price[through].sum()), side)


def _between(arcs: Arcs, price: Ints, less: _Corner, more: _Corner) -> Iterator[_Corner]:
    """Yield the corners strictly between two others, by rising cost."""
    people, posts = less.reached - more.reached, more.cost - less.cost
    if people <= 1 or posts <= 1:
        return
    middle = _ask(arcs, price, less, more, posts_worth=people, people_worth=posts)
    if people * middle.cost + posts * middle.reached < people * less.cost + posts * less.reached:
        yield from _between(arcs, price, less, middle)
        yield middle
        yield from _between(arcs, price, middle, more)


def _ask(arcs: Arcs, price: Ints, less: _Corner, more: _Corner, *, posts_worth: int, people_worth: int) -> _Corner:
    """Return the best trade at a price between those of two corners."""
    merged, number, arc = arcs.merge(more.source_side, ~less.source_side)
    capacity = merged.cost * posts_worth + price[arc] * people_worth
    bound = less.cost * posts_worth + less.reached * people_worth + 1
    return _corner(arcs, price, min_cut(merged, capacity, _unlimited(merged), bound=bound), number)


@dataclass(frozen=True)
class Option:
    """A set of posts that together protect some goals."""

    posts: frozenset[int]
    goals: frozenset[int]


def fill(roads: Roads, population: Ints, plans: list[Plan], sides: list[Bools], options: list[Option]) -> list[Plan]:
    """Return good plans for all costs up to that of the last corner: the corners, and plans between them.

    Parameters
    ----------
    roads : Roads
        The graph.
    population : ndarray of int64, shape (goals,)
        People at each goal.
    plans, sides
        The corners and their cuts, from :func:`corners`.
    options : list of Option
        Known ways to protect goals. Those that follow from the dearer corner and from the settlements' own access nodes are added.

    Returns
    -------
    list of Plan
        By rising cost, all corners included. There is one for every cost; between corners more than ``LEVELS`` apart, ``LEVELS`` evenly
        spaced costs.

    Notes
    -----
    No plan between two corners leaves fewer people reached than the straight line between them; that is its ``bound``. The plans between
    are grown greedily, by people protected for each unit of cost, from the cheaper corner and from no post. The better of the two counts.
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
    """Return membership as a sparse matrix: one row for each set, one column for each of the ascending numbers."""
    sizes = [len(one) for one in sets]
    members = np.searchsorted(columns, np.array(list(chain.from_iterable(sets)), dtype=np.int64))
    starts = np.concatenate([[0], np.cumsum(sizes)])
    return sparse.csr_array((np.ones(len(members), dtype=np.int64), members, starts), shape=(len(sets), len(columns)))


def _protected(roads: Roads, side: Bools) -> frozenset[int]:
    """Return the goals with access that a plan protects."""
    goal = np.unique(roads.goal)
    return frozenset(goal[~side[2 * roads.count + goal]].tolist())


def _at_home(roads: Roads) -> list[Option]:
    """Return, for each goal, posts on all its access nodes, where posts may stand on all of them."""
    nodes: dict[int, set[int]] = defaultdict(set)
    for node, goal in zip(roads.access.tolist(), roads.goal.tolist(), strict=True):
        nodes[goal].add(node)
    return [Option(frozenset(at), frozenset({goal})) for goal, at in nodes.items() if (roads.cost[list(at)] != UNCUTTABLE).all()]


def _stretches(roads: Roads, side: Bools) -> list[Option]:
    """Return which posts of a plan protect which goals: the posts around each stretch of road that the plan closes off."""
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
    """Some posts: their cost, the cost still to pay at each site (0 where a post stands), and the people still reached at each goal."""

    cost: int
    to_pay: Ints
    reached: Ints


class _Growth:
    """Add posts greedily, at each step those that protect most people for each unit of cost.

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
