"""Risk levels recomputed, day by day: the guidance of 17 February 2020 on cases counted in their area and all above it."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.audit.asking import ask
from tests.audit.raw import FOREVER, Raw, micros
from tests.audit.risks import by_rule, cases_of, ordered
from tests.demo_town import copied

MOMENTS = ("2020-02-01T12:00:00+08:00", "2020-02-12T18:00:00+08:00", "2020-02-20T09:00:00+08:00")
TOLD = ("city", "district", "township", "village", "community")


@pytest.fixture(scope="module")
def folder(demo_town: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copied(demo_town, tmp_path_factory.mktemp("risk") / "demo")


@pytest.fixture(scope="module")
def raw(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Raw:
    return Raw(folder, tmp_path_factory.mktemp("raw"))


@pytest.mark.parametrize("at", MOMENTS)
def test_levels(folder: Path, raw: Raw, at: str) -> None:
    said = {row["id"]: row for row in ask("risk", "--at", at, "--workspace", folder)["areas"]}
    moment = raw.moment(at)
    areas = {name: row for name, row in raw.features("areas", moment, FOREVER).items() if row.get("level") in TOLD}
    assert said.keys() == areas.keys()
    assert "risk_rules" not in raw.settings
    orders = raw.events("risk_order", moment, FOREVER)
    for area in areas:
        cases = cases_of(raw, area, moment, FOREVER)

        def level(when: int, area: str = area, cases: list[Any] = cases) -> str:
            return ordered(orders, area, when) or by_rule(cases, raw.local(when).date())

        assert said[area]["level"] == level(moment), area
        # a level changes at midnight, or when an order begins or ends: all such moments of a quarter of a year are tried
        today = raw.local(moment).date()
        nights = [today + timedelta(days=n) for n in range(-45, 46)]
        turns = {micros(datetime(day.year, day.month, day.day, tzinfo=raw.zone)) for day in nights}
        turns |= {row[name] for row in orders if row["area_id"] == area for name in ("effective_at", "until") if row[name]}
        changes = [turn for turn in sorted(turns) if level(turn) != level(turn - 1)]
        since = [turn for turn in changes if turn <= moment]
        until = [turn for turn in changes if turn > moment]
        assert said[area]["since"] == (raw.local(since[-1]).date().isoformat() if since else None), area
        assert said[area]["until"] == (raw.local(until[0]).date().isoformat() if until else None), area


@pytest.mark.parametrize("at", MOMENTS)
def test_each_level_says_why(folder: Path, raw: Raw, at: str) -> None:
    """The number of cases that a reason names is the number of cases."""
    moment = raw.moment(at)
    for row in ask("risk", "--at", at, "--workspace", folder)["areas"]:
        cases = cases_of(raw, row["id"], moment, FOREVER)
        if ordered(raw.events("risk_order", moment, FOREVER), row["id"], moment) is None and cases:
            assert str(len(cases)) in row["why"]
            assert max(when for when, _ in cases).isoformat() in row["why"]
