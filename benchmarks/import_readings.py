"""Print how long a workbook of 100,000 readings takes to import, beside pandas reading the same workbook, and the ratio of the two.

python -m benchmarks.import_readings [ROWS]

pandas.read_excel(engine="openpyxl") only reads cells; ours also checks each, finds whose isolation it belongs to, and writes the ledger.
The time is that of planning and carrying out, as the command does. The two are timed in turn, and the best of each counts.
"""

from __future__ import annotations

import sys
import tempfile
from datetime import datetime, timedelta
from pathlib import Path
from time import perf_counter

import numpy as np
import openpyxl
import pandas as pd

from ledgers.intake.imports import apply_import, plan_import
from queries.events import LOCAL
from queries.store import Store, new_id, open_store

ROUNDS = 2
GOAL = 3.0
PEOPLE = 5_000


def fill(store: Store) -> list[str]:
    """Let as many people as the workbook names be isolated; return their names."""
    store.set_settings(LOCAL, {"clock": "2020-02-12T18:00:00+08:00"})
    names = [f"居民{n:05d}" for n in range(PEOPLE)]
    ids = [new_id() for _ in names]
    begun = store.moment("2020-02-01T00:00")
    persons = pd.DataFrame({"person_id": ids, "name": names, "effective_at": begun, "withdrawn": False})
    stays = {"state": "observing", "place": "home", "started_at": begun, "days": 14, "effective_at": begun}
    store.append(LOCAL, {"person_event": persons, "isolation_event": pd.DataFrame({"episode_id": ids, "person_id": ids, **stays})})
    return names


def write_workbook(path: Path, names: list[str], *, rows: int) -> None:
    """Write two readings a day of everybody, as a village lists them: a title, a heading, dates and temperatures as they are typed."""
    rng = np.random.default_rng(2020)
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("体温")
    sheet.append(["居家隔离人员体温监测表"])
    sheet.append(["序号", "姓名", "测量日期", "时段", "体温", "症状", "测量方式", "测量人"])
    temperatures = np.round(rng.normal(36.5, 0.3, rows), 1)
    for n, degrees in enumerate(temperatures.tolist()):
        half = n // len(names)
        day = datetime(2020, 2, 1) + timedelta(days=half // 2)
        written = f"2月{day.day}日" if n % 3 else day
        sheet.append([n + 1, names[n % len(names)], written, ("上午", "下午")[half % 2], degrees, "无", ("上门", "电话")[n % 2], "李明"])
    book.save(path)


def main() -> None:
    """Print seconds of both, and the ratio."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with tempfile.TemporaryDirectory() as folder:
        ours, theirs, steps = [], [], {"plan": 0.0, "apply": 0.0}
        path = Path(folder) / "readings.xlsx"
        for n in range(ROUNDS):
            with open_store(Path(folder) / f"workspace-{n}") as store:
                names = fill(store)
                if not n:
                    write_workbook(path, names, rows=rows)
                start = perf_counter()
                plan = plan_import(store, LOCAL, path, "readings")
                planned = perf_counter()
                apply_import(store, LOCAL, plan)
                ours.append(perf_counter() - start)
                steps = {"plan": planned - start, "apply": start + ours[-1] - planned}
                assert len(plan.added) == rows, (len(plan.added), len(plan.rejected))
            start = perf_counter()
            pd.read_excel(path, engine="openpyxl")
            theirs.append(perf_counter() - start)
        ratio = min(ours) / min(theirs)
        print(f"{rows:,} readings: import {min(ours):.1f} s (plan {steps['plan']:.1f}, apply {steps['apply']:.1f}),", end=" ")
        print(f"pandas.read_excel alone {min(theirs):.1f} s, ratio {ratio:.2f} (goal: at most {GOAL})")


if __name__ == "__main__":
    main()
