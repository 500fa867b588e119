"""Measure the coverage analysis of a whole city, and of many together, beside the bare minimum cut by other libraries, in one run.

    python -m benchmarks.coverage [--tiles 1 4] [--centre 10000] [--rounds 1] [--data FOLDER]
    python -m benchmarks.coverage --growth [1 2 4 7 10]

The roads are Wuhan's, as k × k tiles. Every other tile is mirrored, so that tiles meet side on side. Along each shared side, in each of
300 equal bands, the outermost node is joined to its own image in the other tile. Nothing but these joins is synthetic: 7,164 of 1,489,836
segments at 4 × 4. Every node within 3 % of the border is a source; the settlements are 1,000 nodes drawn (seeded) from the central
quarter of the width and height, with 50 to 3,000 people each.

EpiGrid answers everything, on a network built before, as it is in a workspace: exposed settlements, unmonitored junctions, the sealing set,
and the disjoint routes that prove it; finding the chains counts in. The others find the size of the minimum vertex cut alone, in the split
graph of all nodes; making that graph from the same arrays counts in. networkx is compared on the 10,000 (--centre) nodes of the centre. All
must find the same size. Each is measured in a process of its own, memory (the most that was resident) included, and of several rounds the
best counts. All of them use one core: where the processor's time is well below the time taken, the machine was busy, and the ratio of
processor times is the fairer one. Needs Linux.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from time import perf_counter, process_time

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse import csgraph

from geo.certificate import verify
from geo.coverage import Coverage, analyse
from geo.network import RoadNetwork

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

ROADS = Path("roads/wuhan_8989.original.parquet")
BANDS, BORDER, MIDDLE = 300, 0.03, 0.25
# Only a drawing would show how rough this is: no answer rests on where nodes lie.
ORIGIN, METRES_PER_DEGREE = (114.0, 30.0), 111_320.0


@dataclass(frozen=True)
class Roads:
    """Nodes at ``xy`` (metres, shape ``(n, 2)``), the nodes of each edge ``(m, 2)``, and its length in metres ``(m,)``."""

    xy: Floats
    ends: Ints
    length_m: Floats


@dataclass(frozen=True)
class Question:
    """What is asked of some roads: how to keep ``sources`` from ``settlements`` (nodes), of which each has its ``population``."""

    lonlat: Floats
    ends: Ints
    length_m: Floats
    sources: Ints
    settlements: Ints
    population: Ints


@dataclass(frozen=True)
class Step:
    """Seconds that a step took, seconds of the processor, and the most megabytes the process ever held until then."""

    seconds: float
    processor: float
    peak_mb: float


@dataclass(frozen=True)
class Result:
    """The size of the cut, and the steps: first those that lead to it (``counted``), then others."""

    cut: int
    counted: dict[str, Step]
    others: dict[str, Step]

    @property
    def seconds(self) -> float:
        return sum(step.seconds for step in self.counted.values())

    @property
    def processor(self) -> float:
        return sum(step.processor for step in self.counted.values())

    @property
    def peak_mb(self) -> float:
        return max(step.peak_mb for step in self.counted.values())


# Roads and questions


def read_roads(data: Path) -> Roads:
    """Read the city: lines of two points each."""
    lines = gpd.read_parquet(data / ROADS).geometry.values
    xy, ends = np.unique(shapely.get_coordinates(lines), axis=0, return_inverse=True)
    return Roads(xy - xy.min(axis=0), ends.reshape(-1, 2), shapely.length(lines))


def tile(city: Roads, k: int) -> Roads:
    """Return k × k cities, side on side, every other one mirrored."""
    count, size = len(city.xy), city.xy.max(axis=0)
    places = [np.array(place) for place in np.ndindex(k, k)]
    xy = [np.where(place % 2, size - city.xy, city.xy) + size * place for place in places]
    ends = [city.ends + count * number for number in range(k * k)]
    joins = [np.zeros((0, 2), dtype=np.int64)]
    for number, place in enumerate(places):
        for axis, next_number in ((0, number + k), (1, number + 1)):
            if place[axis] + 1 < k:
                met = outermost(city.xy, axis, far=place[axis] % 2 == 0)
                joins.append(np.column_stack([met + count * number, met + count * next_number]))
    all_xy, joined = np.concatenate(xy), np.concatenate(joins)
    across = np.hypot(*(all_xy[joined[:, 0]] - all_xy[joined[:, 1]]).T)
    return Roads(all_xy, np.concatenate([*ends, joined]), np.concatenate([np.tile(city.length_m, k * k), across]))


def outermost(xy: Floats, axis: int, *, far: bool) -> Ints:
    """Return the outermost node of each band along one side: the far or the near side, in the direction of an axis."""
    size = xy.max(axis=0)
    band = np.minimum(xy[:, 1 - axis] / size[1 - axis] * BANDS, BANDS - 1).astype(int)
    order = np.lexsort([-xy[:, axis] if far else xy[:, axis], band])
    return order[np.flatnonzero(np.diff(band[order], prepend=-1))]


def centre(city: Roads, nodes: int) -> Roads:
    """Return the largest connected piece of the nodes nearest to the city's middle, in a square."""
    away = np.abs(city.xy - np.median(city.xy, axis=0)).max(axis=1)
    chosen = np.zeros(len(city.xy), dtype=bool)
    chosen[np.argsort(away)[:nodes]] = True
    inner = city.ends[chosen[city.ends].all(axis=1)]
    graph = sparse.coo_array((np.ones(len(inner)), inner.T), shape=(len(chosen), len(chosen)))
    part = csgraph.connected_components(graph.tocsr(), directed=False)[1]
    kept = part == np.bincount(part).argmax()
    number = np.cumsum(kept) - 1
    edge = kept[city.ends].all(axis=1)
    xy = city.xy[kept]
    return Roads(xy - xy.min(axis=0), number[city.ends[edge]], city.length_m[edge])


def ask(roads: Roads, *, settlements: int = 1000) -> Question:
    """Return the question of the benchmark."""
    place = roads.xy / roads.xy.max(axis=0)
    rng = np.random.default_rng(2020)
    return Question(
        lonlat=roads.xy / METRES_PER_DEGREE + ORIGIN,
        ends=roads.ends,
        length_m=roads.length_m,
        sources=np.flatnonzero(np.minimum(place, 1 - place).min(axis=1) < BORDER),
        settlements=rng.choice(np.flatnonzero(np.abs(place - 0.5).max(axis=1) < MIDDLE / 2), settlements, replace=False),
        population=rng.integers(50, 3001, settlements),
    )


# Those who answer


class Clock:
    """Measures the steps of this process."""

    def __init__(self) -> None:
        self.steps: dict[str, Step] = {}

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Measure one step."""
        began, worked = perf_counter(), process_time()
        yield
        self.steps[name] = Step(perf_counter() - began, process_time() - worked, peak_mb())


def peak_mb() -> float:
    """Return the most memory that was resident, in MB. (``getrusage`` would count what the process that started this one held.)"""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1000


def epigrid(question: Question, clock: Clock) -> tuple[int, int]:
    """Answer everything; return the size of the cut and how many steps led to the answers."""
    network = RoadNetwork.from_edges(question.lonlat, question.ends, question.length_m)

    def fresh(*posts: int) -> Coverage:
        settlements = question.settlements.tolist()
        return analyse(
            network, sources=question.sources, settlements=settlements, population=question.population, blocked_nodes=np.array(posts, int)
        )

    with clock.step("chains"):
        _ = network.chains
    with clock.step("exposed"):
        found = fresh()
        _ = found.exposed
    with clock.step("junctions"):
        _ = found.unmonitored_junctions
    with clock.step("sealing, routes"):
        posts = found.sealing_posts
        _ = found.disjoint_routes
    counted = len(clock.steps)

    with clock.step("one post more: exposed, junctions"):
        again = fresh(posts[0])
        _ = again.exposed, again.unmonitored_junctions
    with clock.step("one post more: sealing, routes"):
        _ = again.sealing
    with clock.step("a witness route"):
        found.route(0)
    with clock.step("a witness route for all others"):
        _ = [found.route(k) for k in range(1, len(question.settlements))]
    with clock.step("people each node protects alone"):
        _ = found.protected_alone
    with clock.step("budget"):
        _ = found.budget
    with clock.step("certificate as a document"):
        document = found.certificate(at="2020-02-12T18:00:00+08:00", mode="drive", ids=[str(k) for k in question.settlements])
    with clock.step("certificate verified"):
        refusal = verify(document)
    if refusal:
        sys.exit(f"the certificate does not hold: {refusal}")
    return len(posts), counted


def split(question: Question) -> tuple[Ints, Ints, Ints, int, int]:
    """Return the tails, heads and capacities of the split graph, its source and its sink; only nodes that are no sources are worth 1."""
    count = len(question.lonlat)
    node, (u, v) = np.arange(count), question.ends.T
    outside, goal = 2 * count, 2 * count + 1
    tail = [2 * node, 2 * u + 1, 2 * v + 1, np.full(len(question.sources), outside), 2 * question.settlements + 1]
    head = [2 * node + 1, 2 * v, 2 * u, 2 * question.sources, np.full(len(question.settlements), goal)]
    capacity = np.full(sum(map(len, tail)), count)
    capacity[:count] = 1
    capacity[question.sources] = count
    return np.concatenate(tail), np.concatenate(head), capacity, outside, goal


def ortools(question: Question, clock: Clock) -> tuple[int, int]:
    from ortools.graph.python import max_flow

    with clock.step("build"):
        tail, head, capacity, outside, goal = split(question)
        solver = max_flow.SimpleMaxFlow()
        solver.add_arcs_with_capacity(tail.astype(np.int32), head.astype(np.int32), capacity)
    with clock.step("solve"):
        solver.solve(outside, goal)
    return solver.optimal_flow(), 2


def scipy(question: Question, clock: Clock) -> tuple[int, int]:
    with clock.step("build"):
        tail, head, capacity, outside, goal = split(question)
        graph = sparse.coo_array((capacity.astype(np.int32), (tail, head)), shape=(goal + 1, goal + 1)).tocsr()
    with clock.step("solve"):
        flow = csgraph.maximum_flow(graph, outside, goal).flow_value
    return int(flow), 2


def igraph(question: Question, clock: Clock) -> tuple[int, int]:
    from igraph import Graph

    with clock.step("build"):
        tail, head, capacity, outside, goal = split(question)
        graph = Graph(goal + 1, np.column_stack([tail, head]), directed=True)
    with clock.step("solve"):
        cut = graph.mincut(outside, goal, capacity.tolist())
    return int(cut.value), 2


def networkx(question: Question, clock: Clock) -> tuple[int, int]:
    from networkx import Graph, minimum_node_cut

    with clock.step("build"):
        count = len(question.lonlat)
        outside, goal = count, count + 1
        number = np.arange(count)
        number[question.sources] = outside  # nobody can cut them: they are one with the outside
        graph = Graph((a, b) for a, b in number[question.ends].tolist() if a != b)
        graph.add_edges_from((node, goal) for node in question.settlements.tolist())
    with clock.step("solve"):
        cut = minimum_node_cut(graph, outside, goal)
    return len(cut), 2


PARTIES: dict[str, Callable[[Question, Clock], tuple[int, int]]] = {
    "EpiGrid": epigrid,
    "OR-Tools": ortools,
    "SciPy": scipy,
    "igraph": igraph,
    "networkx": networkx,
}


def answer(party: str, file: Path) -> Result:
    """Let one of them answer the question in a file, in this process."""
    with np.load(file) as stored:
        question = Question(**stored)
    clock = Clock()
    cut, counted = PARTIES[party](question, clock)
    steps = list(clock.steps.items())
    return Result(cut, dict(steps[:counted]), dict(steps[counted:]))


def measure(question: Question, parties: list[str], rounds: int) -> dict[str, Result]:
    """Let each answer in processes of its own, and return the best of several rounds. Stops when two find different cuts."""
    found: dict[str, Result] = {}
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "question.npz"
        np.savez(file, **vars(question))
        for party in parties:
            print(f"… {party}: {len(question.ends):,} segments", file=sys.stderr, flush=True)
            with ProcessPoolExecutor(1, get_context("spawn"), max_tasks_per_child=1) as process:
                found[party] = min((process.submit(answer, party, file).result() for _ in range(rounds)), key=lambda one: one.seconds)
    cuts = {party: result.cut for party, result in found.items()}
    if len(set(cuts.values())) > 1:
        sys.exit(f"they do not agree on the size of the cut: {cuts}")
    return found


# What is printed


def compare(title: str, question: Question, peers: list[str], rounds: int) -> None:
    """Measure us and others, and print how long each took, as multiples of ours too."""
    found = measure(question, ["EpiGrid", *peers], rounds)
    ours = found["EpiGrid"]
    print(f"\n{title}: {describe(question)}; {ours.cut} posts, all agree")
    print(f"{'':10}{'s':>9}{'×':>8}{'processor s':>13}{'×':>8}{'peak MB':>9}")
    for party, one in found.items():
        steps = ", ".join(f"{name} {step.seconds:.2f}" for name, step in one.counted.items())
        taken, worked = one.seconds / ours.seconds, one.processor / ours.processor
        print(f"{party:10}{one.seconds:9.2f}{taken:8.1f}{one.processor:13.2f}{worked:8.1f}{one.peak_mb:9,.0f}   {steps}")
    print("EpiGrid, besides; the peak is that of all so far:")
    for name, step in ours.others.items():
        print(f"  {name:34}{step.seconds:9.3f} s{step.processor:9.3f} processor s{step.peak_mb:9,.0f} MB")


def describe(question: Question) -> str:
    """Return the size of a question."""
    counts = (("nodes", question.lonlat), ("segments", question.ends), ("sources", question.sources), ("settlements", question.settlements))
    return ", ".join(f"{len(rows):,} {name}" for name, rows in counts)


def grow(city: Roads, tiles: list[int], rounds: int) -> None:
    """Print how our answers grow with the roads: a row for each step, a column for each size."""
    found = []
    for k in tiles:
        question = ask(tile(city, k))
        result = measure(question, ["EpiGrid"], rounds)["EpiGrid"]
        head = {"segments": len(question.ends), "posts": result.cut}
        seconds = {name: step.seconds for name, step in (result.counted | result.others).items()}
        most = list(result.others.values())[-1].peak_mb
        found.append(head | {"all answers, s": result.seconds, "their peak, MB": result.peak_mb} | seconds | {"peak of all, MB": most})
    for name in found[0]:
        print(f"{name:34}" + "".join(f"{row[name]:13,.{0 if row[name] > 999 or isinstance(row[name], int) else 2}f}" for row in found))


def main() -> None:
    """Read the options, measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.coverage")
    parser.add_argument("--tiles", type=int, nargs="*", default=[1, 4], metavar="K")
    parser.add_argument("--centre", type=int, default=10_000, metavar="NODES")
    parser.add_argument("--growth", type=int, nargs="*", metavar="K")
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--data", type=Path, default=os.environ.get("EPIGRID_TEST_DATA"))
    given = parser.parse_args()
    if not given.data or not (Path(given.data) / ROADS).is_file():
        parser.error(f"--data, or EPIGRID_TEST_DATA, must name a folder that holds {ROADS}")
    city = read_roads(Path(given.data))
    if given.growth is not None:
        grow(city, given.growth or [1, 2, 4, 7, 10], given.rounds)
        return
    compare("Centre of Wuhan", ask(centre(city, given.centre), settlements=100), ["networkx"], given.rounds)
    for k in given.tiles:
        compare(f"Wuhan {k} × {k}", ask(tile(city, k)), ["OR-Tools", "SciPy", "igraph"], given.rounds)


if __name__ == "__main__":
    main()
