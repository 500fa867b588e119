"""The verifier of certificates: what it accepts, and everything it must refuse."""

from __future__ import annotations

import copy
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from geo.certificate import Malformed, sealed, verify
from geo.coverage import analyse
from geo.network import RoadNetwork

ROOT = Path(__file__).resolve().parent.parent
Document = dict[str, Any]

# Two ways in (0, 1), two ways across (2-4, 3-5) that a rung joins, a village at 6, and a blocked lane 1-7-6.
EDGES = [[0, 2], [1, 3], [2, 3], [2, 4], [3, 5], [4, 6], [5, 6], [1, 7], [7, 6]]


def certificate(**options: Any) -> Document:
    xy = np.column_stack([115 + np.arange(8) / 1000, np.full(8, 35.0)])
    network = RoadNetwork.from_edges(xy, EDGES, np.ones(len(EDGES)))
    found = analyse(network, sources=[0, 1], settlements=[6], **{"blocked_edges": [8], "candidates": [2, 3, 4, 5, 7], **options})
    return found.certificate(at="2020-02-12T18:00:00+08:00", mode="drive", ids=["v1"])


def bare(document: Document) -> Document:
    """Return a certificate as another program may write it: with the contract's fields alone."""
    return {key: value for key, value in document.items() if key != "sha256"}


def resealed(document: Document) -> Document:
    """Return a certificate that somebody changed who knows how it is sealed."""
    return sealed({key: value for key, value in document.items() if key not in ("sha256", "version", "network_sha256")})


def test_what_the_analysis_proves_holds() -> None:
    document = certificate()
    assert len(document["posts"]) == 2
    assert verify(document) is None
    assert verify(bare(document)) is None
    assert verify(json.loads(json.dumps(document))) is None


def test_a_certificate_from_elsewhere_needs_the_contracts_fields_alone() -> None:
    graph = {"node_count": 3, "edges": [[0, 1], [1, 2]], "sources": [0], "targets": [{"node": 2, "id": "x"}], "uncuttable": [0]}
    shut = {"blocked_nodes": [], "blocked_edges": []}
    about = {"version": 1, "network_sha256": "", "at": "2020-02-12T18:00", "mode": "walk"}
    by_hand = {**about, **graph, **shut, "posts": [1], "disjoint_routes": [[0, 1, 2]]}
    assert verify(by_hand) is None
    assert "past no post" in (verify({**by_hand, "posts": [], "disjoint_routes": []}) or "")


def change(path: str, value: Any) -> Callable[[Document], None]:
    def apply(document: Document) -> None:
        document[path] = value(document[path]) if callable(value) else value

    return apply


TAMPERED = {
    "a source is no longer uncuttable": change("uncuttable", lambda nodes: [n for n in nodes if n != 0]),
    "a source as post": change("posts", lambda posts: [0, posts[1]]),
    "a post twice": change("posts", lambda posts: [posts[0], posts[0]]),
    "a post that is blocked already": change("blocked_nodes", lambda nodes: [*nodes, 2]),
    "a dropped post": change("posts", lambda posts: posts[:1]),
    "one post too many": change("posts", lambda posts: [*posts, 7]),
    "a dropped route": change("disjoint_routes", lambda routes: routes[:1]),
    "a route twice": change("disjoint_routes", lambda routes: [routes[0], routes[0]]),
    "a route that jumps": change("disjoint_routes", lambda routes: [[0, 4, 6], routes[1]]),
    "a route over a blocked row": change("disjoint_routes", lambda routes: [routes[0], [1, 7, 6]]),
    "a route from nowhere": change("disjoint_routes", lambda routes: [routes[0][1:], routes[1]]),
    "a route that stops short": change("disjoint_routes", lambda routes: [routes[0][:-1], routes[1]]),
    "an empty route": change("disjoint_routes", lambda routes: [[], routes[1]]),
    "a route in circles": change("disjoint_routes", lambda routes: [[0, 2, 0, 2, 4, 6], routes[1]]),
    "an extra edge": change("edges", lambda edges: [*edges, [0, 6]]),
    "a parallel edge beside a blocked one": change("edges", lambda edges: [*edges, [7, 6]]),
    "a row no longer blocked": change("blocked_edges", []),
    "another target": change("targets", lambda targets: [*targets, {"node": 0, "id": "v2"}]),
    "another source": change("sources", lambda sources: [*sources, 4]),
}


@pytest.mark.parametrize("change", TAMPERED.values(), ids=list(TAMPERED))
def test_a_false_certificate_is_refused_even_when_it_is_sealed_again(change: Callable[[Document], None]) -> None:
    for seal in (bare, resealed):
        document = copy.deepcopy(certificate())
        change(document)
        assert verify(seal(document)) is not None


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("at", "2020-02-13T18:00:00+08:00"),
        ("mode", "walk"),
        ("network_sha256", "0" * 64),
        ("node_count", 9),
        ("targets", [{"node": 6, "id": "v2"}]),
        ("edges", [*EDGES, [2, 4]]),
        ("blocked_edges", [7, 8]),
        ("uncuttable", [0, 1]),
    ],
)
def test_any_change_breaks_the_seal(field: str, value: Any) -> None:
    document = certificate()
    assert document[field] != value
    assert "has been changed" in (verify({**document, field: value}) or "")


def test_costs_are_proved_by_flows() -> None:
    document = certificate(costs=[1, 1, 3, 2, 1, 9, 1, 1])
    assert document["posts"] == [3, 4]
    assert verify(document) is None
    assert sum(document["route_flows"]) == 3
    for wrong in ({"route_flows": [1] * len(document["route_flows"])}, {"costs": []}, {"route_flows": [9] * len(document["route_flows"])}):
        assert verify(bare({**document, **wrong})) is not None


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("version", 3),
        ("assumes", None),
        ("assumes", [1]),
        ("version", True),
        ("edges", [[0]]),
        ("edges", [[0, 99]]),
        ("edges", "none"),
        ("posts", [1.5]),
        ("posts", [-1]),
        ("blocked_edges", [99]),
        ("targets", [6]),
        ("targets", [{"node": "6", "id": "v1"}]),
        ("disjoint_routes", [6]),
        ("route_flows", [1]),
        ("costs", [[2, 0]]),
        ("network_sha256", None),
    ],
)
def test_what_is_no_certificate_is_malformed(field: str, value: Any) -> None:
    with pytest.raises(Malformed):
        verify({**certificate(), field: value})


def test_no_object_is_malformed() -> None:
    for document in (None, [], "certificate", {}):
        with pytest.raises(Malformed):
            verify(document)


def test_the_command_needs_nothing_but_python(tmp_path: Path) -> None:
    def outcome(content: str | None) -> tuple[int, str, str]:
        file = tmp_path / "证明.json"
        file.unlink(missing_ok=True)
        if content is not None:
            file.write_text(content, "utf-8")
        # -S: no installed package is within reach.
        done = subprocess.run(
            [sys.executable, "-S", "manage.py", "verify-certificate", str(file)], cwd=ROOT, capture_output=True, text=True
        )
        return done.returncode, done.stdout, done.stderr

    document = certificate()
    code, out, err = outcome(json.dumps(document))
    assert code == 0 and "holds" in out and not err
    code, out, err = outcome(json.dumps(bare({**document, "posts": []})))
    assert code == 1 and not out and "past no post" in err and err.count("\n") == 1
    for content in ("{", "[]", "\x00", None):
        code, out, err = outcome(content)
        assert code == 2 and not out and err.count("\n") == 1
