"""Killed in the middle of an import, twenty times at random moments: whole batches or none, and nothing acknowledged is lost."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import geopandas as gpd
import pytest

from queries.store import LOCAL, open_store

ROOT = Path(__file__).resolve().parents[1]
KILLS, ROWS = 20, 400
IMPORT = """
import sys
import ledgers.intake.imports, commands
print("ready", flush=True)
code = commands.main(["import", sys.argv[1], "--layer", "entrances", "--crs", "wgs84", "--workspace", sys.argv[2], "--json"])
print("acknowledged" if code == 0 else "failed", flush=True)
"""


def start(file: Path, workspace: Path) -> subprocess.Popen[str]:
    process = subprocess.Popen([sys.executable, "-c", IMPORT, str(file), str(workspace)], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def write(folder: Path, number: int) -> Path:
    file = folder / f"list-{number}.csv"
    rows = [f"r{number}-{i},门{number}-{i},封闭,{114 + number / 100 + i / 1e5:.6f},30.1\n" for i in range(ROWS)]
    file.write_text("编号,出入口名称,状态,经度,纬度\n" + "".join(rows), "utf-8")
    return file


@pytest.mark.slow
def test_an_import_killed_at_any_moment_is_whole_or_not_there(tmp_path: Path) -> None:
    dice = random.Random(2020)
    workspace = tmp_path / "workspace"
    whole = start(write(tmp_path, 0), workspace)
    started = time.monotonic()
    assert "acknowledged" in whole.communicate(timeout=120)[0]
    duration = time.monotonic() - started
    acknowledged, killed, number = {0}, 0, 0
    while killed < KILLS:
        number += 1
        assert number < 4 * KILLS, "too few imports were caught in the act for the test to mean anything"
        process = start(write(tmp_path, number), workspace)
        started = time.monotonic()
        try:
            output, _ = process.communicate(timeout=dice.uniform(0, duration))
            duration = time.monotonic() - started  # the machine may have become faster
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            output, _ = process.communicate(timeout=30)
            killed += 1
        if "acknowledged" in output:
            acknowledged.add(number)

        with open_store(workspace) as store:
            entrances = store.layer("entrances", LOCAL)
            assert set(gpd.read_parquet(workspace / "layers" / "entrances.parquet")["id"]) == set(entrances["id"])
            batches = store.run("select_batches", LOCAL)
        assert not list((workspace / ".staging").glob("*"))
        per_batch = entrances.groupby(entrances["id"].str.extract(r"r(\d+)-")[0].astype(int))["mode"].agg(["size", "count"])
        assert (per_batch == ROWS).all(axis=None), f"round {number}: half a batch\n{per_batch}"
        assert acknowledged <= set(per_batch.index)
        assert len(batches) == len(per_batch)
