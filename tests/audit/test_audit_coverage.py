"""Coverage recomputed: who is reached, by which way, the fewest posts, doubtful joints, and what nobody knows."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pyproj
import pytest

from tests.audit.asking import ask
from tests.audit.raw import Raw
from tests.audit.roads import Found, Ground
from tests.demo_town import copied

BOX = "114.970,35.498,115.092,35.563"
UNPROVED = ("unattached", "beyond_data", "island", "needs_outline")


@dataclass
class Case:
    """What the product says of a workspace in one mode, and the ground counted by hand."""

    said: dict[str, Any]
    ground: Ground

    @cached_property
    def posts(self) -> list[int]:
        """Return the nodes on which the proposed posts stand."""
        xy, found = np.array(self.ground.roads.xy), []
        for post in self.said["sealing"]["posts"]:
            away = np.hypot(*(xy - self.ground.to_metres.transform(post["lon"], post["lat"])).T)
            assert away.min() < 0.1
            found.append(int(np.argmin(away)))
        return found

    @cached_property
    def joined(self) -> Found:
        """Return what holds if all doubtful joints are made."""
        return Found(self.ground, self.ground.roads.with_joints(self.ground.joints))


@pytest.fixture(scope="module")
def workspaces(demo_town: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return {"demo": copied(demo_town, tmp_path_factory.mktemp("audit") / "demo")}


def workspace(name: str, made: dict[str, Path], factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Path:
    if name not in made:
        extract = request.getfixturevalue("test_data") / "osm" / "puyang_qingzu_rural_2023.osm.pbf"
        region = ("--bbox", BOX) if name == "box" else ("--county", "410928")
        folder = factory.mktemp(name)
        ask("import-osm", extract, "--workspace", folder, *region, "--extent", BOX)
        made[name] = folder
    return made[name]


CASES = [("demo", "drive"), ("demo", "walk"), ("box", "drive"), ("county", "drive"), ("county", "walk")]


@pytest.fixture(scope="module", params=CASES, ids="-".join)
def case(request: pytest.FixtureRequest, workspaces: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Case:
    name, mode = request.param
    folder = workspace(name, workspaces, tmp_path_factory, request)
    said = ask("coverage", "--workspace", folder, "--mode", mode)
    raw = Raw(folder, tmp_path_factory.mktemp("raw"))
    return Case(said, Ground(raw, mode, raw.moment(said["at"])))


def test_sources_and_settlements(case: Case) -> None:
    assert case.said["sources"] == len(case.ground.sources)
    assert case.said["settlements"]["total"] == len(case.ground.places)


def test_who_is_exposed(case: Case) -> None:
    assert {row["id"] for row in case.said["exposed"]} == {key.split(":", 1)[1] for key in case.ground.found.exposed()}
    assert case.said["settlements"]["exposed"] == len(case.ground.found.exposed())


def test_status(case: Case) -> None:
    found = Counter(case.ground.found.statuses().values())
    assert {kind: case.said["settlements"][kind] for kind in ("exposed", *UNPROVED)} == {
        kind: found[kind] for kind in ("exposed", *UNPROVED)
    }


def test_the_way_in_of_each(case: Case) -> None:
    shortest = {key.split(":", 1)[1]: found for key, found in case.ground.found.shortest().items()}
    for row in case.said["exposed"]:
        length, by = shortest[row["id"]]
        assert row["route"]["length_m"] == pytest.approx(length, rel=1e-4, abs=0.2), row["name"]
        assert row["via"] in by, row["name"]


def test_people_of_the_exposed(case: Case) -> None:
    people = {place.id: place.population for place in case.ground.places}
    said = {row["id"]: row["population"] if row["population_known"] else None for row in case.said["exposed"]}
    assert said == {name: people[name] for name in said}


def test_junctions(case: Case) -> None:
    assert case.said["junctions"] == case.ground.found.junctions()


def test_fewest_posts(case: Case) -> None:
    assert case.said["sealing"]["count"] == case.ground.found.fewest_posts() == len(case.said["sealing"]["posts"])
    assert case.said["sealing"]["proved_minimal"] is (case.ground.extent is not None)


def test_the_posts_close_everything_and_stand_on_no_source(case: Case) -> None:
    found, nodes = case.ground.found, case.posts
    assert not case.ground.sources & set(nodes)
    assert not found.exposed(found.walk(nodes))
    for left_out in nodes:  # and none of them stands for nothing
        assert found.exposed(found.walk(set(nodes) - {left_out}))


def test_doubtful_joints(case: Case) -> None:
    """Each that the product tells is one found by looking at every pair, and the other way round."""
    left = list(case.ground.joints)
    for row in case.said["doubtful"]:
        here = case.ground.to_metres.transform(row["lon"], row["lat"])
        same = [j for j in left if j.kind == row["kind"] and np.hypot(*(np.add(j.a, j.b) / 2 - here)) < 0.5]
        assert len(same) == 1
        assert row["gap_m"] == pytest.approx(same[0].gap_m, abs=0.02)
        left.remove(same[0])
    assert not left


def test_if_joined(case: Case) -> None:
    assert case.said["if_joined"] == {"exposed": len(case.joined.exposed()), "count": case.joined.fewest_posts()}


def test_the_joints_that_matter_are_enough(case: Case) -> None:
    """Those that are said not to matter open nobody, whether they are made or not, past what stands now and past the posts proposed."""
    ground, matters = case.ground, []
    for row in case.said["doubtful"]:
        here = ground.to_metres.transform(row["lon"], row["lat"])
        if row["matters"]:
            matters.append(min(ground.joints, key=lambda j: float(np.hypot(*(np.add(j.a, j.b) / 2 - here)))))
    some = Found(ground, ground.roads.with_joints(matters)) if matters else ground.found
    posts = [node for node in case.posts if node not in ground.sources]
    for stand in ([], posts):
        assert some.exposed(some.walk(stand)) == case.joined.exposed(case.joined.walk(stand))


def test_unknown_area(case: Case) -> None:
    ground, said = case.ground, case.said["unknown_area"]
    assert ground.extent is not None
    square_metres, _ = pyproj.Geod(ellps="WGS84").geometry_area_perimeter(ground.region.difference(ground.extent))
    beyond = [place for place in ground.places if place.beyond]
    assert said["km2"] == pytest.approx(abs(square_metres) / 1e6, abs=0.006)
    assert (said["settlements"], said["people"]) == (len(beyond), sum(place.population or 0 for place in beyond))
