"""Certificates: a plan of posts with the proof that it closes every way in and that fewer posts would not; and their verifier.

A reader needs only this file and Python's standard library. It is short enough to read and shares no code with the search for plans. A
certificate holds when

- every source is uncuttable: no post can stand there;
- the posts are distinct, and none stands on an uncuttable or a blocked node;
- without the blocked nodes, the blocked rows of edges and the posts, no path leads from a source to a target;
- each route is an unblocked path from a source to a target; no two routes share a node where a post could stand; and there are as many
  routes as posts. Each route needs a post of its own, so fewer posts cannot do.

All this holds for the roads that the file lists. ``assumes`` states in plain words what must be true on the ground (since version 2).

Where posts have costs, ``costs`` lists those other than 1 and ``route_flows`` how much each route carries. Then no node carries more
than its cost, and the flows add up to the cost of the posts.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

VERSION = 2
# Version 1 does not state its assumptions.
VERSIONS = (1, VERSION)
FIELDS = {
    "version": int,
    "network_sha256": str,
    "at": str,
    "mode": str,
    "node_count": int,
    "edges": list,
    "sources": list,
    "targets": list,
    "uncuttable": list,
    "blocked_nodes": list,
    "blocked_edges": list,
    "posts": list,
    "disjoint_routes": list,
}
# The digest of all other fields, which reveals accidental changes.
SEAL = "sha256"


class Malformed(ValueError):
    """Not a certificate: a field is missing or holds an impossible value."""


def digest(value: object) -> str:
    """Return the SHA-256, in hexadecimal, of a value written as JSON with sorted keys and no spaces."""
    return hashlib.sha256(
        json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode("utf-8", "surrogatepass")
    ).hexdigest()


def network_digest(node_count: int, edges: Sequence[Sequence[int]]) -> str:
    """Return the fingerprint of a road network: the field ``network_sha256``.

    Parameters
    ----------
    node_count : int
        Number of nodes.
    edges : sequence of [int, int]
        The two nodes of each edge, in the order of the certificate.

    Returns
    -------
    str
        64 hexadecimal digits.
    """
    return digest([node_count, edges])


def sealed(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return a certificate of these fields, with its version, the digest of its network and its own digest."""
    document = {"version": VERSION, "network_sha256": network_digest(fields["node_count"], fields["edges"]), **fields}
    return {**document, SEAL: digest(document)}


def main(arguments: Sequence[str]) -> int:
    """Verify the certificate in a file and report. Return 0 when it holds, 1 when it does not, 2 when the file is no certificate."""
    if list(arguments) in (["-h"], ["--help"]):
        print("usage: manage.py verify-certificate FILE\n\nExit code 0: it holds; 1: it does not, and why; 2: it is no certificate.")
        return 0
    if len(arguments) != 1:
        print("verify-certificate takes one file.", file=sys.stderr)
        return 2
    file = Path(arguments[0])
    try:
        reason = verify_file(file)
    except (Malformed, OSError) as error:
        print(f"{file}: {error if isinstance(error, Malformed) else error.strerror or error}", file=sys.stderr)
        return 2
    print(f"{file}: {reason or 'the certificate holds'}", file=sys.stderr if reason else sys.stdout)
    if not reason:
        for assumption in assumptions_of(file):
            print(f"  assumed: {assumption}")
    return 1 if reason else 0


def assumptions_of(path: Path) -> list[str]:
    """Return what a verified certificate assumes, in its own words; a file of version 1 does not say."""
    document = json.loads(path.read_text("utf-8"))
    return list(document.get("assumes", ["this is a file of version 1, which does not say what it assumes"]))


def verify_file(path: Path) -> str | None:
    """Verify a certificate in a file; see :func:`verify`.

    Raises
    ------
    Malformed
        Also when the file is not JSON.
    OSError
        When the file cannot be read.
    """
    try:
        document = json.loads(path.read_text("utf-8"))
    except (UnicodeDecodeError, ValueError, RecursionError) as error:
        raise Malformed(f"this is no JSON document: {error}") from None
    return verify(document)


def verify(document: object) -> str | None:
    """Verify a certificate.

    Parameters
    ----------
    document : object
        The parsed JSON document.

    Returns
    -------
    str or None
        None when the certificate holds, otherwise the first reason why it does not.

    Raises
    ------
    Malformed
        When the document is not a certificate.
    """
    cert = _checked(document)
    seal = {key: value for key, value in cert.items() if key != SEAL}
    if SEAL in cert and cert[SEAL] != digest(seal):
        return "its sha256 is not that of its other fields: it has been changed"
    if SEAL in cert and cert["network_sha256"] != network_digest(cert["node_count"], cert["edges"]):
        return "network_sha256 is not that of its node_count and edges"

    sources, uncuttable = set(cert["sources"]), set(cert["uncuttable"])
    targets = {target["node"] for target in cert["targets"]}
    blocked_nodes, blocked_rows = set(cert["blocked_nodes"]), set(cert["blocked_edges"])
    posts = cert["posts"]
    if not sources <= uncuttable:
        return f"source {min(sources - uncuttable)} is not among the uncuttable nodes"
    if len(set(posts)) != len(posts):
        return "a post is listed twice"
    for post in posts:
        if post in uncuttable or post in blocked_nodes:
            return f"no post can stand at node {post}"

    neighbours: dict[int, set[int]] = defaultdict(set)
    for row, (u, v) in enumerate(cert["edges"]):
        if row not in blocked_rows and u not in blocked_nodes and v not in blocked_nodes:
            neighbours[u].add(v)
            neighbours[v].add(u)
    leak = (_reached(sources - blocked_nodes - set(posts), neighbours, set(posts))) & targets
    if leak:
        return f"a path leads from a source to target node {min(leak)} past no post"
    return _routes_fail(cert, neighbours, sources - blocked_nodes, targets, uncuttable)


def _reached(sources: set[int], neighbours: Mapping[int, set[int]], closed: set[int]) -> set[int]:
    seen, waiting = set(sources), list(sources)
    while waiting:
        new = neighbours.get(waiting.pop(), set()) - seen - closed
        seen |= new
        waiting += new
    return seen


def _routes_fail(
    cert: Mapping[str, Any], neighbours: Mapping[int, set[int]], sources: set[int], targets: set[int], uncuttable: set[int]
) -> str | None:
    """Return why the routes do not prove that fewer posts cannot do; None when they do prove it."""
    cost = defaultdict(lambda: 1, (tuple(pair) for pair in cert.get("costs", [])))
    flows = cert.get("route_flows", [1] * len(cert["disjoint_routes"]))
    carried: dict[int, int] = defaultdict(int)
    for number, (route, flow) in enumerate(zip(cert["disjoint_routes"], flows, strict=True), 1):
        if not route or route[0] not in sources or route[-1] not in targets or route[-1] in cert["blocked_nodes"]:
            return f"route {number} does not lead from an open source to an open target"
        if len(set(route)) != len(route):
            return f"route {number} comes to a node twice"
        for here, there in pairwise(route):
            if there not in neighbours.get(here, ()):
                return f"route {number} has no open edge from node {here} to node {there}"
        for node in set(route) - uncuttable:
            carried[node] += flow
            if carried[node] > cost[node]:
                return f"more routes share node {node}, where a post could stand, than it allows"
    needed, given = sum(cost[post] for post in cert["posts"]), sum(flows)
    if given != needed:
        return f"the posts come to {needed} and the routes to {given}: they must be equal"
    return None


def _checked(document: object) -> dict[str, Any]:
    """Return the document as a certificate. Raise Malformed with the name of the faulty field."""
    if not isinstance(document, dict):
        raise Malformed("a certificate is a JSON object")
    for name, kind in FIELDS.items():
        if not isinstance(document.get(name), kind) or isinstance(document[name], bool):
            raise Malformed(f"field {name} is missing or no {kind.__name__}")
    if document["version"] not in VERSIONS:
        raise Malformed(f"version {document['version']} is not known; this program reads versions {', '.join(map(str, VERSIONS))}")
    assumes = document.get("assumes", [])
    if not isinstance(assumes, list) or not all(isinstance(text, str) for text in assumes):
        raise Malformed("field assumes is no list of texts")
    if document["version"] > 1 and "assumes" not in document:
        raise Malformed("field assumes is missing: since version 2 a certificate says under which assumptions it holds")
    nodes, rows = document["node_count"], len(document["edges"])
    for name in ("sources", "uncuttable", "blocked_nodes", "posts"):
        _numbers(document[name], nodes, name)
    _numbers(document["blocked_edges"], rows, "blocked_edges")
    for name in ("edges", "disjoint_routes"):
        for item in document[name]:
            if not isinstance(item, list) or (name == "edges" and len(item) != 2):
                raise Malformed(f"an entry of {name} is no list of nodes")
            _numbers(item, nodes, name)
    for target in document["targets"]:
        if not isinstance(target, dict) or not {"node", "id"} <= target.keys():
            raise Malformed("an entry of targets lacks node or id")
    _numbers([target["node"] for target in document["targets"]], nodes, "targets")
    _check_flows(document, nodes)
    return document


def _check_flows(document: Mapping[str, Any], nodes: int) -> None:
    costs, flows = document.get("costs", []), document.get("route_flows", [])
    if not isinstance(costs, list) or not all(isinstance(pair, list) and len(pair) == 2 for pair in costs):
        raise Malformed("field costs is no list of pairs")
    _numbers([pair[0] for pair in costs], nodes, "costs")
    amounts = [*(pair[1] for pair in costs), *flows] if isinstance(flows, list) else [None]
    if not all(type(amount) is int and amount > 0 for amount in amounts):
        raise Malformed("costs and route_flows are whole numbers from 1 on")
    if "route_flows" in document and len(flows) != len(document["disjoint_routes"]):
        raise Malformed("route_flows has not one entry for each route")


def _numbers(values: Iterable[object], count: int, name: str) -> None:
    for value in values:
        if type(value) is not int or not 0 <= value < count:
            raise Malformed(f"{name} names {value!r}, which does not exist")
