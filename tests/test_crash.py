"""Killed in the middle of an import, twenty times at random moments: whole batches or none, and nothing acknowledged is lost."""

from __future__ import annotations

import multiprocessing
import random
import sys
import time
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path

import geopandas as gpd
import pytest

from queries.store import LOCAL, open_store

KILLS, ROWS = 20, 200
# Each import is a process of its own, parted from one that has loaded the libraries and done nothing yet.
PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(["commands", "ledgers.intake.imports"])


def run_import(file: Path, workspace: Path, told: Connection) -> None:
    import commands

    told.send("ready")
    with (workspace.parent / "told").open("w") as sys.stdout:
        code = commands.main(["import", str(file), "--layer", "entrances", "--crs", "wgs84", "--workspace", str(workspace), "--json"])
    told.send("acknowledged" if code == 0 else "failed")


def start(file: Path, workspace: Path) -> tuple[BaseProcess, Connection]:
    ours, theirs = PROCESSES.Pipe()
    process = PROCESSES.Process(target=run_import, args=(file, workspace, theirs), daemon=True)
    process.start()
    theirs.close()
    assert ours.recv() == "ready"
    return process, ours


def answer(told: Connection) -> str:
    """Return what an import said at its end; nothing, where it was killed before."""
    try:
        return str(told.recv())
    except EOFError:
        return ""


def write(folder: Path, number: int) -> Path:
    file = folder / f"list-{number}.csv"
    rows = [f"r{number}-{i},门{number}-{i},封闭,{114 + number / 100 + i / 1e5:.6f},30.1\n" for i in range(ROWS)]
    file.write_text("编号,出入口名称,状态,经度,纬度\n" + "".join(rows), "utf-8")
    return file


@pytest.mark.slow
def test_an_import_killed_at_any_moment_is_whole_or_not_there(tmp_path: Path) -> None:
    dice = random.Random(2020)
    workspace = tmp_path / "workspace"
    process, told = start(write(tmp_path, 0), workspace)
    started = time.monotonic()
    assert answer(told) == "acknowledged"
    process.join(30)
    duration = time.monotonic() - started
    acknowledged, killed, number = {0}, 0, 0
    while killed < KILLS:
        number += 1
        assert number < 4 * KILLS, "too few imports were caught in the act for the test to mean anything"
        process, told = start(write(tmp_path, number), workspace)
        started = time.monotonic()
        process.join(dice.uniform(0, duration))
        if process.is_alive():
            process.kill()
            process.join(30)
            killed += 1
        else:
            duration = time.monotonic() - started  # the machine may have become faster
        if answer(told) == "acknowledged":
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
