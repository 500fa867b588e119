"""The printed numbers of briefings recomputed: of the township and of a village, at the evening's cut-off."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.audit.asking import briefing_numbers
from tests.audit.figures import FIGURES, NOT_COUNTED, OF_THE_WHOLE, Counted
from tests.audit.raw import Raw
from tests.demo_town import copied

BRIEFINGS = {"qh": None, "qh-v07": None}


@pytest.fixture(scope="module")
def folder(demo_town: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copied(demo_town, tmp_path_factory.mktemp("briefing") / "demo")


@pytest.fixture(scope="module")
def raw(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Raw:
    return Raw(folder, tmp_path_factory.mktemp("raw"))


@pytest.fixture(scope="module", params=BRIEFINGS)
def briefing(request: pytest.FixtureRequest, folder: Path, raw: Raw) -> tuple[Counted, list[Any]]:
    area = request.param
    cutoff, numbers = briefing_numbers(folder, area, BRIEFINGS[area])
    return Counted(raw, area, raw.moment(cutoff)), numbers


def recount(counted: Counted, query: str, of: str | None) -> Any:
    """Return what an indicator comes to; of a change, the difference to the briefing of this morning, as known then."""
    if query.startswith("change."):
        morning = Counted(counted.raw, counted.area, counted.at - 10 * 3_600_000_000)
        return recount(counted, query.removeprefix("change."), of) - recount(morning, query.removeprefix("change."), of)
    return None if counted.silent(query) else {**FIGURES, **OF_THE_WHOLE}[query](counted, of)


def audited(counted: Counted, query: str) -> bool:
    name = query.removeprefix("change.")
    return name in FIGURES or (name in OF_THE_WHOLE and counted.everything)


def test_every_printed_number(briefing: tuple[Counted, list[Any]]) -> None:
    counted, numbers = briefing
    wrong = []
    for number in numbers:
        if audited(counted, number.query):
            found = recount(counted, number.query, number.of)
            if not (found == number.value or (None not in (found, number.value) and abs(found - number.value) < 1e-5)):
                wrong.append((number.id, number.of, number.value, found))
    assert not wrong


def test_the_text_is_the_number(briefing: tuple[Counted, list[Any]]) -> None:
    for number in briefing[1]:
        if number.value is None:
            assert number.text == "不详"
        else:
            printed = float(number.text.replace(",", "").removesuffix("%").replace("+", "").replace("−", "-"))
            assert printed == pytest.approx(float(number.value), abs=0.051), number


def test_what_is_not_counted_is_known(briefing: tuple[Counted, list[Any]]) -> None:
    """Nothing is printed that is neither counted here nor listed with the reason why not; and more than forty are counted."""
    counted, numbers = briefing
    queries = {number.query for number in numbers}
    left = {query for query in queries if not audited(counted, query)}
    assert left <= NOT_COUNTED.keys() | (set() if counted.everything else OF_THE_WHOLE.keys())
    assert len(queries - left) >= 40


def test_a_zero_was_asked_of_all_or_says_of_how_many_not(briefing: tuple[Counted, list[Any]]) -> None:
    """The coverage that a figure carries is itself counted: observed and measured, households said and listed, stocks with known use."""
    counted, numbers = briefing
    known = {
        "readings.alarms": (len(counted.measured()), len(counted.in_state("observing"))),
        "screening.unreached": (len(counted.homes), max(len(counted.homes), counted.homes_stated())),
        "supplies.scarce": (sum(one["days"] is not None for one in counted.supplies.values()), len(counted.supplies)),
        "disinfection.overdue": (len(counted.rounds), len(counted.rounds)),
        "entrances.overdue": (len(counted.gates) - counted.entrances(None), len(counted.gates)),
    }
    for number in numbers:
        if number.query in known and number.asked is not None:
            assert (number.asked, number.total) == known[number.query], number.query
