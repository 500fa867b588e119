"""What the roads leave open: every answer against brute force on small graphs, and the proofs against their verifier."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
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

    def neighbours(self) -> dict[int, set[int]]:
        found: dict[int, set[int]] = defaultdict(set)
        for row, (a, b) in enumerate(self.edges):
            if row not in self.blocked_edges and not {a, b} & set(self.blocked_nodes):
                found[a].add(b)
                found[b].add(a)
        return found

    def price(self, node: int) -> int:
        return 1 if self.costs is None else self.costs[node]

    def sites(self) -> list[int]:
        allowed = range(self.nodes) if self.candidates is None else self.candidates
        return sorted(set(allowed) - set(self.sources) - set(self.blocked_nodes))

    def reached(self, posts: tuple[int, ...] = ()) -> list[bool]:
        near, shut = self.neighbours(), {*posts, *self.blocked_nodes}
        seen = set(self.sources) - shut
        waiting = list(seen)
        while waiting:
            new = near[waiting.pop()] - seen - shut
            seen |= new
            waiting += new
        return [bool(seen & set(access)) for access in self.settlements]

    def protected(self, posts: tuple[int, ...]) -> int:
        return sum(people for people, open_ in zip(self.population, self.reached(posts), strict=True) if not open_)


@st.composite
def edges_of(draw: st.DrawFn, nodes: int) -> list[tuple[int, int]]:
    """Draw a tree, a grid, a ring of shape points, or anything, with parallel edges and loops now and then."""
    node = st.integers(0, nodes - 1)
    shape = draw(st.sampled_from(("tree", "grid", "ring", "any")))
    if shape == "tree":
        edges = [(draw(st.integers(0, k - 1)), k) for k in range(1, nodes)]
    elif shape == "grid":
        edges = [(k, k + step) for k in range(nodes) for step in (1, 3) if k + step < nodes and (step == 3 or k % 3 < 2)]
    elif shape == "ring":
        edges = [(k, (k + 1) % nodes) for k in range(nodes)]
    else:
        edges = []
    return edges + draw(st.lists(st.tuples(node, node), max_size=3 if edges else 14))


@st.composite
def cases(draw: st.DrawFn, *, priced: bool = False) -> Case:
    nodes = draw(st.integers(1, 8))
    node = st.integers(0, nodes - 1)
    edges = draw(edges_of(nodes))
    settlements = draw(st.lists(st.lists(node, max_size=3), max_size=4))
    return Case(
        nodes=nodes,
        edges=edges,
        sources=draw(st.lists(node, max_size=3)),
        settlements=settlements,
        population=[draw(st.integers(0, 9)) for _ in settlements],
        blocked_nodes=draw(st.lists(node, max_size=2)),
        blocked_edges=draw(st.lists(st.integers(0, len(edges) - 1), max_size=2)) if edges else [],
        candidates=draw(st.none() | st.lists(node, max_size=nodes)),
        costs=[draw(st.integers(1, 4)) for _ in range(nodes)] if priced else None,
    )


def simple_routes(case: Case) -> Iterator[list[int]]:
    near, ends = case.neighbours(), {node for access in case.settlements for node in access}

    def onward(route: list[int]) -> Iterator[list[int]]:
        if route[-1] in ends:
            yield route
        for node in near[route[-1]] - set(route):
            yield from onward([*route, node])

    for source in set(case.sources) - set(case.blocked_nodes):
        yield from onward([source])


@settings(max_examples=5000, deadline=None)
@given(cases())
def test_exposed_junctions_and_certificate_are_what_brute_force_says(case: Case) -> None:
    found = case.analyse()
    assert found.exposed.tolist() == case.reached()

    degree: dict[int, int] = defaultdict(int)
    for a, b in case.edges:
        degree[a] += 1
        degree[b] += 1
    on_routes = {node for route in simple_routes(case) for node in route}
    assert found.unmonitored_junctions.tolist() == sorted(n for n in on_routes - set(case.sources) if degree[n] >= 3)

    sizes = (k for k in range(len(case.sites()) + 1) for posts in combinations(case.sites(), k) if not any(case.reached(posts)))
    fewest = next(sizes, None)
    if fewest is None:
        assert found.sealing_posts is None
        assert found.why_not
        assert found.sealing.open_settlements.tolist() == [s for s in range(len(case.settlements)) if case.reached(tuple(case.sites()))[s]]
        return
    assert found.sealing_posts is not None
    assert found.why_not is None
    assert len(found.sealing_posts) == fewest == len(found.sealing.inner_posts)
    assert set(found.sealing_posts) | set(found.sealing.inner_posts) <= set(case.sites())
    assert not any(case.reached(tuple(found.sealing_posts))) and not any(case.reached(tuple(found.sealing.inner_posts)))
    assert verify(found.certificate(at="2020-02-12T18:00", mode="drive", ids=[f"s{k}" for k in range(len(case.settlements))])) is None


@settings(max_examples=1000, deadline=None)
@given(cases(priced=True))
def test_the_cheapest_posts_are_what_brute_force_says(case: Case) -> None:
    found = case.analyse()
    sets = [posts for k in range(len(case.sites()) + 1) for posts in combinations(case.sites(), k) if not any(case.reached(posts))]
    if not sets:
        assert found.sealing_posts is None
        return
    assert found.sealing.cost == min(sum(map(case.price, posts)) for posts in sets)
    assert sum(map(case.price, found.sealing_posts.tolist())) == found.sealing.cost
    assert verify(found.certificate(at="2020-02-12T18:00", mode="walk", ids=["s"] * len(case.settlements))) is None


@settings(max_examples=5000, deadline=None)
@given(st.booleans().flatmap(lambda priced: cases(priced=priced)))
def test_no_corner_of_the_budget_is_missing_and_exact_is_exact(case: Case) -> None:
    found = case.analyse()
    best: dict[int, int] = {}
    for k in range(len(case.sites()) + 1):
        for posts in combinations(case.sites(), k):
            cost = sum(map(case.price, posts))
            best[cost] = max(best.get(cost, 0), case.protected(posts))
    levels = sorted(best)
    at_most = {cost: max(best[c] for c in levels if c <= cost) for cost in range(levels[-1] + 1)}

    entries = found.budget
    costs = [cost for cost, *_ in entries]
    assert costs == sorted(set(costs)) and costs[0] == 0
    for plan, (cost, protected, exact) in zip(found.plans, entries, strict=True):
        assert case.protected(tuple(plan.posts.tolist())) >= protected
        assert sum(map(case.price, plan.posts.tolist())) <= cost
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
    found, near = case.analyse(), case.neighbours()
    for settlement in np.flatnonzero(found.exposed):
        route = found.route(int(settlement))
        nodes = route.nodes.tolist()
        assert nodes[0] in set(case.sources) - set(case.blocked_nodes)
        assert nodes[-1] in case.settlements[settlement]
        assert all(b in near[a] for a, b in pairwise(nodes))
        lengths = [len(r) - 1 for r in simple_routes(case) if r[-1] in case.settlements[settlement]]
        assert round(route.length_m) == 100 * (len(nodes) - 1) == 100 * min(lengths)
    for settlement in np.flatnonzero(~found.exposed):
        with pytest.raises(InputError):
            found.route(int(settlement))


@settings(max_examples=500, deadline=None)
@given(cases())
def test_people_whom_one_post_protects(case: Case) -> None:
    found = case.analyse()
    before = case.protected(())
    alone = found.protected_alone
    kept = set(found.links.node.tolist())
    for node in set(case.sites() if case.candidates is None else range(case.nodes)) - set(case.sources) - set(case.blocked_nodes):
        assert alone[node] == (case.protected((node,)) - before if node in kept else 0)


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
