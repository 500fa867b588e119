"""What the demo township answers, written down: ``python -m tests.answers`` writes ``tests/answers.json`` anew.

A change of structure changes none of them; a change of meaning changes them in the same commit, where a reader sees which.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from data.demo.load import load_demo
from queries.store import LOCAL, open_store
from tests.audit.asking import ask, briefing_numbers

KEPT = Path(__file__).with_name("answers.json")
MOMENTS = ("2020-02-05T03:00", "2020-02-08T09:00", "2020-02-10T12:00", "2020-02-12T18:00")
BRIEFED = (("qh", "2020-02-12T18:00"), ("qh", "2020-02-10T08:00"), ("qh-v07", "2020-02-12T18:00"))


def questions(workspace: Path) -> Iterator[tuple[str, Any]]:
    """Yield the name of every question and what is answered."""
    for moment in MOMENTS:
        for command in (("status",), ("due",), ("risk",), ("report", "daily")):
            when = ("--date", moment[:10]) if command[0] == "report" else ("--at", moment)
            yield f"{' '.join(command)} {moment}", ask(*command, "--workspace", workspace, *when)
    for mode in ("drive", "walk"):
        yield f"coverage {mode}", ask("coverage", "--workspace", workspace, "--mode", mode, "--at", MOMENTS[-1])
    for area, moment in BRIEFED:
        cutoff, numbers = briefing_numbers(workspace, area, moment)
        yield f"brief {area} {moment}", {"cutoff": cutoff, "numbers": [[n.query, n.of, n.value, n.text] for n in numbers]}


def answers(workspace: Path) -> dict[str, Any]:
    """Return all answers of a workspace, as JSON holds them, without what differs from run to run."""
    return {name: json.loads(json.dumps(_lasting(answer), default=str)) for name, answer in questions(workspace)}


def _lasting(answer: Any) -> Any:
    if isinstance(answer, dict):
        return {key: _lasting(value) for key, value in answer.items() if key not in ("workspace", "seconds", "sha256", "revision")}
    return [_lasting(value) for value in answer] if isinstance(answer, list | tuple) else answer


def _lines(found: dict[str, Any]) -> str:
    """Return answers as JSON with a line for each field of each, so that a change is seen where it is."""
    parts = []
    for name, answer in found.items():
        fields = ",\n".join(f"{json.dumps(key)}: {json.dumps(answer[key], ensure_ascii=False, sort_keys=True)}" for key in sorted(answer))
        parts.append(f"{json.dumps(name)}: {{\n{fields}}}")
    return "{" + ",\n".join(parts) + "}\n"


def main() -> None:
    with tempfile.TemporaryDirectory() as place:
        with open_store(Path(place) / "demo") as store:
            load_demo(store, LOCAL, size="town")
        found = answers(Path(place) / "demo")
    KEPT.write_text(_lines(found), "utf-8")
    sys.stderr.write(f"{len(found)} answers written\n")


if __name__ == "__main__":
    main()
