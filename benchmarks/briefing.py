"""Print how long the map pack of a township takes, and a briefing in all formats, and what the time goes into.

python -m benchmarks.briefing [--workspace DIR] [--area ID] [--sheets N]

Without a workspace the demo township is made, in a temporary folder. Both run as the commands run them, on a store that has just been
opened, so that nothing is known from before. A pack has one sheet for each unit and five of the whole; where these are fewer than --sheets
(40; 0 is no pack), units are drawn again until there are so many: as much work, and said so. The shares are those of the same work done
step by step.
"""

from __future__ import annotations

import argparse
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import cycle, islice
from pathlib import Path
from time import perf_counter, process_time

from briefing import pack as packing
from briefing.draft import view_at
from briefing.maps import draw, themes
from briefing.maps.workers import processors
from briefing.publish import FORMATS, MAPS, PAPER, drafted, publish
from briefing.view import View
from briefing.writers import Sheet, write
from data.demo.load import load_demo
from queries.store import LOCAL, Store, open_store

SHEETS, PACK_GOAL, BRIEF_GOAL = 40, 60.0, 15.0


class Clock:
    """Measures the steps of this process: seconds, and seconds of the processor."""

    def __init__(self) -> None:
        self.steps: dict[str, tuple[float, float]] = {}

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        began, worked = perf_counter(), process_time()
        yield
        self.steps[name] = perf_counter() - began, process_time() - worked

    def show(self) -> None:
        total = sum(worked for _, worked in self.steps.values())
        for name, (seconds, worked) in self.steps.items():
            print(f"  {name:38}{seconds:8.2f} s{worked:8.2f} processor s{worked / total:6.0%}")


def timed(work: Callable[[], object]) -> tuple[float, float]:
    """Return the seconds that some work took, and those of the processors, with the processes that it started and ended."""
    began, worked = perf_counter(), processor_time()
    work()
    return perf_counter() - began, processor_time() - worked


def processor_time() -> float:
    return sum(os.times()[:4])


def top(store: Store) -> str:
    """Return the area that all others lie in."""
    areas = store.layer("areas", LOCAL)
    return str(areas.loc[~areas["parent_id"].isin(areas["id"]), "id"].iloc[0])


def briefing(workspace: Path, area: str | None, folder: Path) -> None:
    """Measure a briefing in all formats: as the command writes it, then step by step."""
    with open_store(workspace, create=False) as store:
        wanted = area or top(store)
        seconds, worked = timed(lambda: publish(store, LOCAL, wanted, folder / "out"))
        sizes = {file.suffix[1:]: file.stat().st_size / 1e6 for file in (folder / "out").iterdir()}
    print(f"\nA briefing of {wanted} in {len(FORMATS)} formats: {seconds:.1f} s (at most {BRIEF_GOAL:g} s): {verdict(seconds, BRIEF_GOAL)}")
    print(f"  {worked:.1f} processor s; " + ", ".join(f"{form} {sizes[form]:.1f} MB" for form in FORMATS))
    clock = Clock()
    with open_store(workspace, create=False) as store:
        with clock.step("draft, the study of the roads in it"):
            view = view_at(store, LOCAL, wanted)
            told = drafted(store, LOCAL, wanted, view=view)
        sheets = []
        for name in MAPS:
            with clock.step(f"map {name}: what it shows"):
                content = themes.content(view, name, paper=PAPER, cutoff=told.cutoff)
            with clock.step(f"map {name}: drawn"):
                sheets.append(Sheet(name, content.title, draw.render(content, PAPER, "png")))
        for form in FORMATS:
            with clock.step(f"{form} written"):
                write(form, told, sheets)
        study, _ = timed(lambda: View(store, LOCAL, at=told.cutoff, known_at=told.cutoff, area=wanted).study)
    clock.show()
    print(f"  the study of the roads alone, when asked for again: {study:.2f} s")


def pack(workspace: Path, sheets: int, folder: Path) -> None:
    """Measure a pack, as the command writes it."""
    with open_store(workspace, create=False) as store:
        view = View(store, LOCAL, at=store.now())
        there = packing.reporting_units(view)
        more = max(0, sheets - len(packing.WHOLE) - len(there))
        padded = list(there) + list(islice(cycle(there), more)) if there else []
        told = {}
        seconds, worked = timed(lambda: told.update(packing.pack(store, LOCAL, folder / "pack.zip", units=padded)))
        size = (folder / "pack.zip").stat().st_size / 1e6
    again = f", {more} of them once more" if more else ""
    print(f"\nA pack of {told['sheets']} sheets, each as PDF and PNG ({len(packing.WHOLE)} of the whole, {len(there)} units{again}):")
    print(f"  {seconds:.1f} s on {processors()} processors (at most {PACK_GOAL:g} s): {verdict(seconds, PACK_GOAL)}")
    print(f"  {worked:.1f} processor s, {size:.1f} MB, failed: {len(told['failed'])}")


def verdict(seconds: float, goal: float) -> str:
    return "reached" if seconds <= goal else "NOT reached"


def main() -> None:
    """Read the options, measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.briefing")
    parser.add_argument("--workspace", type=Path, metavar="DIR")
    parser.add_argument("--area", metavar="ID")
    parser.add_argument("--sheets", type=int, default=SHEETS, metavar="N")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        workspace = given.workspace or Path(folder) / "town"
        if not given.workspace:
            with open_store(workspace) as store:
                load_demo(store, LOCAL)
        briefing(workspace, given.area, Path(folder))
        if given.sheets:
            pack(workspace, given.sheets, Path(folder))


if __name__ == "__main__":
    main()
