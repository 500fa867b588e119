"""What the roads leave open: every answer against brute force on small graphs, and the proofs against their verifier."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations, pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from errors import InputError
from geo.certificate import verify
from geo.coverage import Coverage, analyse
from geo.network import RoadNetwork


@dataclass(frozen=True)
class Case:
    """A small town: everything that an analysis takes."""

    nodes: int
    edges: list[tuple[int, int]]
    sources: list[int]
    settlements: list[list[int]]
    population: list[int]
    blocked_nodes: list[int]
    blocked_edges: list[int]
    candidates: list[int] | None
    costs: list[int] | None

    def analyse(self) -> Coverage:
        xy = np.column_stack([np.arange(self.nodes) * 0.001 + 115, np.full(self.nodes, 35.0)])
        network = RoadNetwork.from_edges(xy, np.array(self.edges, dtype=int).reshape(-1, 2), np.full(len(self.edges), 100.0))
        return analyse(
            network,
            sources=np.array(self.sources, dtype=int),
            settlements=self.settlements,
            population=self.population,
            blocked_nodes=np.array(self.blocked_nodes, dtype=int),
            blocked_edges=np.array(self.blocked_edges, dtype=int),
            candidates=None if self.candidates is None else np.array(self.candidates, dtype=int),
            costs=self.costs,
        )

    @cached_property
    def near(self) -> list[int]:
        """Return the neighbours of each node over open roads, as bits."""
        found = [0] * self.nodes
        for row, (a, b) in enumerate(self.edges):
            if row not in self.blocked_edges and not {a, b} & set(self.blocked_nodes):
                found[a] |= 1 << b
                found[b] |= 1 << a
        return found

    def cost(self, posts: Iterable[int]) -> int:
        return sum(1 if self.costs is None else self.costs[node] for node in posts)

    @cached_property
    def sites(self) -> list[int]:
        allowed = range(self.nodes) if self.candidates is None else self.candidates
        return sorted(set(allowed) - set(self.sources) - set(self.blocked_nodes))

    @cached_property
    def ends(self) -> list[int]:
        """Return the access nodes of each settlement, as bits."""
        return [bits(access) for access in self.settlements]

    def reached(self, posts: Iterable[int] = ()) -> list[bool]:
        shut = bits(posts) | bits(self.blocked_nodes)
        seen = waiting = bits(self.sources) & ~shut
        while waiting:
            lowest = waiting & -waiting
            new = self.near[lowest.bit_length() - 1] & ~seen & ~shut
            seen |= new
            waiting = waiting ^ lowest | new
        return [bool(seen & access) for access in self.ends]

    def protected(self, reached: list[bool]) -> int:
        return sum(people for people, open_ in zip(self.population, reached, strict=True) if not open_)

    @cached_property
    def plans(self) -> dict[tuple[int, ...], list[bool]]:
        """Return every set of posts that may stand, and which settlements are reached past it."""
        sets = (posts for k in range(len(self.sites) + 1) for posts in combinations(self.sites, k))
        return {posts: self.reached(posts) for posts in sets}


def bits(nodes: Iterable[int]) -> int:
    found = 0
    for node in nodes:
        found |= 1 << node
    return found


class Choices:
    """Choices read off bytes: one draw makes a whole town, and a town of smaller bytes is a simpler one."""

    def __init__(self, drawn: bytes) -> None:
        self._drawn = iter(drawn)

    def up_to(self, most: int) -> int:
        """Return a whole number from 0 to ``most``."""
        return next(self._drawn) % (most + 1)

    def some(self, most: int, below: int) -> list[int]:
        """Return at most so many numbers below another, some perhaps the same."""
        return [self.up_to(below - 1) for _ in range(self.up_to(most))]


# More than the largest town takes.
BYTES = 128


def edges_of(choices: Choices, nodes: int) -> list[tuple[int, int]]:
    """Choose a tree, a grid, a ring of shape points, or anything, with parallel edges and loops now and then."""
    shape = ("tree", "grid", "ring", "any")[choices.up_to(3)]
    edges = []
    if shape == "tree":
        edges = [(choices.up_to(k - 1), k) for k in range(1, nodes)]
    elif shape == "grid":
        edges = [(k, k + step) for k in range(nodes) for step in (1, 3) if k + step < nodes and (step == 3 or k % 3 < 2)]
    elif shape == "ring":
        edges = [(k, (k + 1) % nodes) for k in range(nodes)]
    return edges + [(choices.up_to(nodes - 1), choices.up_to(nodes - 1)) for _ in range(choices.up_to(3 if edges else 14))]


def town(drawn: bytes, *, priced: bool = False) -> Case:
    choices = Choices(drawn)
    nodes = 1 + choices.up_to(7)
    edges = edges_of(choices, nodes)
    settlements = [choices.some(3, nodes) for _ in range(choices.up_to(4))]
    return Case(
        nodes=nodes,
        edges=edges,
        sources=choices.some(3, nodes),
        settlements=settlements,
        population=[choices.up_to(9) for _ in settlements],
        blocked_nodes=choices.some(2, nodes),
        blocked_edges=choices.some(2, len(edges)) if edges else [],
        candidates=choices.some(nodes, nodes) if choices.up_to(1) else None,
        costs=[1 + choices.up_to(3) for _ in range(nodes)] if priced else None,
    )


def cases(*, priced: bool = False) -> st.SearchStrategy[Case]:
    return st.binary(min_size=BYTES, max_size=BYTES).map(lambda drawn: town(drawn, priced=priced))


def simple_routes(case: Case) -> Iterator[list[int]]:
    ends = {node for access in case.settlements for node in access}

    def onward(route: list[int]) -> Iterator[list[int]]:
        if route[-1] in ends:
            yield route
        for node in range(case.nodes):
            if case.near[route[-1]] >> node & 1 and node not in route:
                yield from onward([*route, node])

    for source in set(case.sources) - set(case.blocked_nodes):
        yield from onward([source])


@settings(max_examples=5000, deadline=None)
@given(cases())
def test_exposed_junctions_sealing_certificate_and_budget_are_what_brute_force_says(case: Case) -> None:
    found = case.analyse()
    assert found.exposed.tolist() == case.reached()

    degree: dict[int, int] = defaultdict(int)
    for a, b in case.edges:
        degree[a] += 1
        degree[b] += 1
    on_routes = {node for route in simple_routes(case) for node in route}
    assert found.unmonitored_junctions.tolist() == sorted(n for n in on_routes - set(case.sources) if degree[n] >= 3)

    check_budget(case, found)
    if check_sealing(case, found):
        assert not any(case.reached(found.sealing.inner_posts.tolist()))
        assert set(found.sealing.inner_posts) <= set(case.sites)
        assert len(found.sealing_posts) == len(found.sealing.inner_posts)


@settings(max_examples=2500, deadline=None)
@given(cases(priced=True))
def test_with_costs_sealing_certificate_and_budget_are_what_brute_force_says(case: Case) -> None:
    found = case.analyse()
    check_sealing(case, found)
    check_budget(case, found)


def check_sealing(case: Case, found: Coverage) -> bool:
    """Check the posts after which nothing is exposed, and their proof; tell whether there are any."""
    least = min((case.cost(posts) for posts, reached in case.plans.items() if not any(reached)), default=None)
    if least is None:
        assert found.sealing_posts is None
        assert found.why_not
        assert found.sealing.open_settlements.tolist() == [s for s in range(len(case.settlements)) if case.reached(case.sites)[s]]
        return False
    assert found.sealing_posts is not None
    assert found.why_not is None
    assert case.cost(found.sealing_posts.tolist()) == least == found.sealing.cost
    assert set(found.sealing_posts) <= set(case.sites)
    assert not any(case.reached(found.sealing_posts.tolist()))
    ids = [f"s{k}" for k in range(len(case.settlements))]
    assert verify(found.certificate(at="2020-02-12T18:00", mode="drive" if case.costs is None else "walk", ids=ids)) is None
    return True


def check_budget(case: Case, found: Coverage) -> None:
    """Check that no corner of the budget is missing and exact is exact."""
    best: dict[int, int] = {}
    for posts, reached in case.plans.items():
        cost = case.cost(posts)
        best[cost] = max(best.get(cost, 0), case.protected(reached))
    levels = sorted(best)
    at_most = {cost: max(best[c] for c in levels if c <= cost) for cost in range(levels[-1] + 1)}

    entries = found.budget
    costs = [cost for cost, *_ in entries]
    assert costs == sorted(set(costs)) and costs[0] == 0
    for plan, (cost, protected, exact) in zip(found.plans, entries, strict=True):
        assert case.protected(case.reached(plan.posts.tolist())) >= protected
        assert case.cost(plan.posts.tolist()) <= cost
        assert protected <= at_most[cost] <= plan.bound
        if exact:
            assert protected == at_most[cost]
    for corner in hull(at_most):
        assert (*corner, True) in entries


def hull(best: dict[int, int]) -> list[tuple[int, int]]:
    """Return the corners of the upper hull of the best people protected by cost, as far as it rises."""
    points = sorted(best.items())
    top = max(best.values())
    points = [p for p in points if p[0] <= min(c for c, v in points if v == top)]
    corners: list[tuple[int, int]] = []
    for x, y in points:
        while len(corners) > 1 and (corners[-1][1] - corners[-2][1]) * (x - corners[-2][0]) <= (y - corners[-2][1]) * (
            corners[-1][0] - corners[-2][0]
        ):
            corners.pop()
        corners.append((x, y))
    return corners


@settings(max_examples=500, deadline=None)
@given(cases())
def test_routes_lead_from_a_source_to_each_exposed_settlement(case: Case) -> None:
    found = case.analyse()
    for settlement in np.flatnonzero(found.exposed):
        route = found.route(int(settlement))
        nodes = route.nodes.tolist()
        assert nodes[0] in set(case.sources) - set(case.blocked_nodes)
        assert nodes[-1] in case.settlements[settlement]
        assert all(case.near[a] >> b & 1 for a, b in pairwise(nodes))
        lengths = [len(r) - 1 for r in simple_routes(case) if r[-1] in case.settlements[settlement]]
        assert round(route.length_m) == 100 * (len(nodes) - 1) == 100 * min(lengths)
    for settlement in np.flatnonzero(~found.exposed):
        with pytest.raises(InputError):
            found.route(int(settlement))


@settings(max_examples=500, deadline=None)
@given(cases())
def test_people_whom_one_post_protects(case: Case) -> None:
    found = case.analyse()
    before = case.protected(case.reached())
    alone = found.protected_alone
    kept = set(found.links.node.tolist())
    for node in set(case.sites if case.candidates is None else range(case.nodes)) - set(case.sources) - set(case.blocked_nodes):
        assert alone[node] == (case.protected(case.reached([node])) - before if node in kept else 0)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"sources": [9]}, "sources: there is no row 9"),
        ({"sources": [-1]}, "sources: there is no row -1"),
        ({"sources": [0.5]}, "sources must be whole numbers"),
        ({"settlements": [[3], [7]]}, "settlements: there is no row 7"),
        ({"blocked_edges": [3]}, "blocked_edges: there is no row 3"),
        ({"population": [1, 2]}, "population must have 1 values"),
        ({"population": [float("nan")]}, "population must be whole numbers"),
        ({"population": [-1]}, "population must be whole numbers from 0"),
        ({"costs": [0, 1, 1, 1]}, "costs must be whole numbers from 1"),
    ],
)
def test_wrong_input_is_named(wrong: dict[str, object], message: str) -> None:
    network = RoadNetwork.from_edges([[115, 35], [115.1, 35], [115.2, 35], [115.3, 35]], [[0, 1], [1, 2], [2, 3]], [1, 1, 1])
    with pytest.raises(InputError, match=message):
        analyse(network, **{"sources": [0], "settlements": [3], **wrong})


def test_no_roads_no_sources_no_settlements() -> None:
    nothing = analyse(RoadNetwork.from_edges(np.zeros((0, 2)), np.zeros((0, 2), dtype=int), []), sources=[], settlements=[])
    assert nothing.exposed.tolist() == [] and nothing.sealing_posts.tolist() == [] and nothing.budget == [(0, 0, True)]
    street = RoadNetwork.from_edges([[115, 35], [115.1, 35]], [[0, 1]], [9000])
    unreached = analyse(street, sources=[], settlements=[1], population=[7])
    assert unreached.exposed.tolist() == [False] and unreached.budget == [(0, 7, True)]
    at_border = analyse(street, sources=[0], settlements=[0, 1], population=[3, 4])
    assert at_border.sealing_posts is None and "node 0 is a source" in at_border.why_not
    assert at_border.budget == [(0, 0, True), (1, 4, True)]
