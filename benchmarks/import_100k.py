"""Print how long a table of 100,000 entrances takes to plan, to import, and to plan again.

python -m benchmarks.import_100k [ROWS] [--workspace DIR]

Without a workspace, which the rows are written into, the demo township is made.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path
from time import perf_counter

import numpy as np
import pandas as pd

from data.demo.load import load_demo
from ledgers.intake.imports import apply_import, plan_import
from queries.events import LOCAL
from queries.store import Store, open_store


def write_entrances(store: Store, path: Path, *, rows: int) -> None:
    """Write entrances beside the junctions of a workspace."""
    rng = np.random.default_rng(2020)
    junctions = store.layer("junctions", LOCAL).geometry
    chosen = rng.integers(0, len(junctions), rows)
    table = pd.DataFrame(
        {
            "出入口名称": [f"{i}号门" for i in range(rows)],
            "状态": rng.choice(["封闭", "24小时开放", "定时开放"], rows),
            "开放时间": "06:00-22:00",
            "原因": "一级响应",
            "生效时间": "2020-02-03 08:00",
            "经度": junctions.x.to_numpy()[chosen] + rng.normal(0, 1e-4, rows),
            "纬度": junctions.y.to_numpy()[chosen] + rng.normal(0, 1e-4, rows),
        }
    )
    table.to_csv(path, index=False)


def main() -> None:
    """Print seconds of each step."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.import_100k")
    parser.add_argument("rows", nargs="?", type=int, default=100_000)
    parser.add_argument("--workspace", type=Path, metavar="DIR")
    given = parser.parse_args()
    rows = given.rows
    with tempfile.TemporaryDirectory() as folder, open_store(given.workspace or Path(folder) / "workspace") as store:
        if not given.workspace:
            load_demo(store, LOCAL)
        path = Path(folder) / "entrances.csv"
        write_entrances(store, path, rows=rows)
        seconds = {}
        start = perf_counter()
        plan = plan_import(store, LOCAL, path, "entrances", crs="wgs84")
        seconds["plan"] = perf_counter() - start
        start = perf_counter()
        apply_import(store, LOCAL, plan, accept_valid=True)
        seconds["apply"] = perf_counter() - start
        start = perf_counter()
        plan_import(store, LOCAL, path, "entrances", crs="wgs84")
        seconds["replan"] = perf_counter() - start
        print(f"{rows} rows: " + ", ".join(f"{step} {taken:.1f} s" for step, taken in seconds.items()))


if __name__ == "__main__":
    main()
