"""The demo township answers what it answered before."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.answers import KEPT, answers
from tests.demo_town import copied

pytestmark = pytest.mark.slow


def test_the_demo_township_answers_as_written_down(demo_town: Path, tmp_path: Path) -> None:
    """Where an answer is meant to change, ``python -m tests.answers`` writes it down anew."""
    kept = json.loads(KEPT.read_text("utf-8"))
    found = answers(copied(demo_town, tmp_path / "demo"))
    assert found.keys() == kept.keys()
    changed = [
        f"{name}: {key}" for name in kept for key in kept[name].keys() | found[name].keys() if kept[name].get(key) != found[name].get(key)
    ]
    assert changed == []
