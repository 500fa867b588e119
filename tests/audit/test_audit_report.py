"""The daily report recomputed: each unit and the total, with the chain from the day before, from raw events."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.audit.asking import ask
from tests.audit.raw import DAY, FOREVER, HOUR, Raw
from tests.audit.reports import Count, cutoff
from tests.demo_town import copied

STATES = ("hospital", "observing", "released", "transferred", "refuted")
FIGURES = ("cumulative", "new", *STATES)
BESIDE = ("screened", "readings_taken", "readings_missed", "posts", "gates", "supplies")
CHAIN = ("cumulative_before", "added_late", "taken_back", "moved_in", "moved_out")
DAYS = ("2020-02-10", "2020-02-11", "2020-02-12")


@pytest.fixture(scope="module")
def folder(demo_town: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copied(demo_town, tmp_path_factory.mktemp("report") / "demo")


@pytest.fixture(scope="module")
def raw(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Raw:
    return Raw(folder, tmp_path_factory.mktemp("raw"))


@pytest.fixture(scope="module", params=DAYS)
def said(request: pytest.FixtureRequest, folder: Path) -> dict[str, Any]:
    return ask("report", "daily", "--date", request.param, "--workspace", folder)


def period(raw: Raw, said: dict[str, Any]) -> tuple[int, int]:
    day = date.fromisoformat(said["date"])
    return cutoff(raw, day - timedelta(days=1)), cutoff(raw, day)


@pytest.fixture(scope="module")
def counts(raw: Raw, said: dict[str, Any]) -> tuple[Count, Count]:
    """Return the report as known at its cut-off, and as known now."""
    start, at = period(raw, said)
    return Count(raw, start, at, at), Count(raw, start, at, FOREVER)


def test_units(raw: Raw, said: dict[str, Any], counts: tuple[Count, Count]) -> None:
    then, now = counts
    assert {row["id"] for row in said["units"]} == {*then.unit.values(), *now.unit.values()}


def test_figures_of_each_unit(said: dict[str, Any], counts: tuple[Count, Count]) -> None:
    (people, beside), (people_now, beside_now) = ((count.of_people()[0], count.beside()) for count in counts)
    for row in said["units"]:
        found = {name: people.get(row["id"], Counter())[name] for name in FIGURES} | {
            name: int(beside.get(row["id"], Counter())[name]) for name in BESIDE
        }
        assert {name: row[name] for name in found} == found, row["name"]
        known = {name: people_now.get(row["id"], Counter())[name] for name in FIGURES} | {
            name: int(beside_now.get(row["id"], Counter())[name]) for name in BESIDE
        }
        assert row["learned_later"] == {name: known[name] - found[name] for name in known}, row["name"]
        assert row["zero"] is (found["new"] == found["observing"] == found["hospital"] == 0)


def test_total(said: dict[str, Any], counts: tuple[Count, Count]) -> None:
    for count, expected in zip(counts, (said["total"], None), strict=True):
        if expected is None:
            continue
        people, beside = count.of_people()[1], count.beside()
        assert {name: expected[name] for name in FIGURES} == {name: people[name] for name in FIGURES}
        for name in BESIDE:
            anywhere = sum(int(of[name]) for unit, of in beside.items() if unit is not None or name.startswith(("screened", "readings")))
            assert expected[name] == anywhere, name


def test_chain(raw: Raw, said: dict[str, Any], counts: tuple[Count, Count]) -> None:
    """Episode by episode: who was counted the day before, by whom, and who is counted now."""
    then = counts[0]
    before = Count(raw, then.start - DAY, then.start, then.start)
    units = [row["id"] for row in said["units"]]
    found: dict[str | None, Counter[str]] = {unit: Counter() for unit in [*units, None]}
    for episode in {*before.episodes, *then.episodes}:
        was, counted = episode in before.episodes, episode in then.episodes
        new = counted and then.is_new(episode)
        lay, lies = (count.lies(episode) if episode in count.episodes else None for count in (before, then))
        for unit in found:
            here_before = was and (unit is None or lay == unit)
            here = counted and (unit is None or lies == unit)
            stays = here_before and here and not new
            found[unit]["cumulative_before"] += here_before
            found[unit]["added_late"] += here and not new and not stays
            found[unit]["moved_in"] += here and not new and not stays and was
            found[unit]["taken_back"] += here_before and not stays
            found[unit]["moved_out"] += here_before and not stays and counted and not new
    for row in said["units"]:
        assert {name: row[name] for name in CHAIN} == {name: found[row["id"]][name] for name in CHAIN}, row["name"]
    assert {name: said["total"][name] for name in CHAIN} == {name: found[None][name] for name in CHAIN}
    for row in (*said["units"], said["total"]):
        assert row["cumulative_before"] + row["new"] + row["added_late"] - row["taken_back"] == row["cumulative"]


def test_who_has_not_reported(raw: Raw, said: dict[str, Any], counts: tuple[Count, Count]) -> None:
    day, reported = date.fromisoformat(said["date"]), {}
    for row in raw.events("report_submission", FOREVER, FOREVER):
        if row["report_date"] == day:
            reported[row["area_id"]] = row
    assert said["missing"] == sorted(unit for unit in set(counts[0].unit.values()) if unit not in reported)
    assert said["late"] == sorted(unit for unit, row in reported.items() if row["effective_at"] > row["cutoff_at"] + HOUR)
    assert said["compared"] == {"units": len(reported), "of": len(said["units"])}


def test_days_follow_each_other(folder: Path, raw: Raw) -> None:
    """What a report ends with, the next begins with, over all days of the demo."""
    last = None
    for day in DAYS:
        total = ask("report", "daily", "--date", day, "--workspace", folder)["total"]
        assert last is None or total["cumulative_before"] == last
        last = total["cumulative"]
    started = {row["episode_id"] for row in raw.events("isolation_event", cutoff(raw, date.fromisoformat(DAYS[-1])), FOREVER)}
    assert last is not None and last + total["learned_later"]["cumulative"] == len(started)
