"""Workbooks of the ledgers of people as villages send them: every row accounted for, every fault named by its cell, nothing twice."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from ledgers.intake.imports import apply_import, plan_import, result_json, undo_batch
from queries.events import LOCAL
from queries.kinds import FILED
from queries.store import Store
from tests.messy import HOSTILE, workbooks
from tests.township import township


def rows_of(store: Store, layer: str) -> int:
    return len(store.run(FILED[layer][1].known, LOCAL))


@pytest.mark.parametrize("seed", [2020])
def test_ten_messy_workbooks_come_in_and_every_row_is_accounted_for(tmp_path: Path, seed: int) -> None:
    with township(tmp_path / "workspace") as store:
        seen = []
        for truth, path in workbooks(tmp_path, seed=seed):
            plan = plan_import(store, LOCAL, path, truth.layer)
            result = result_json(plan)
            rejected = {(r["row"], r["column"]) for r in result["rejected"]}
            assert rejected == truth.wrong, path.name
            assert all(r["sheet"] == "Sheet" and r["reason"] and "\n" not in r["reason"] for r in result["rejected"])
            assert (result["read"], result["added"], result["changed"], result["duplicate"]) == (
                truth.read,
                truth.added,
                0,
                truth.duplicate,
            )
            assert result["added"] + result["changed"] + len({row for row, _ in rejected}) + result["duplicate"] == result["read"]
            marked = openpyxl.load_workbook(result["marked_file"]).active
            assert all(marked.cell(row, truth.headings.index(heading) + 1).comment for row, heading in truth.wrong)
            before = rows_of(store, truth.layer)
            batch = apply_import(store, LOCAL, plan, accept_valid=True)
            assert batch is not None
            after = rows_of(store, truth.layer)
            assert after > before
            again = result_json(plan_import(store, LOCAL, path, truth.layer))
            assert (again["added"], again["changed"], again["duplicate"]) == (0, 0, truth.added + truth.duplicate), path.name
            undo_batch(store, LOCAL, batch.batch_id)
            assert rows_of(store, truth.layer) == before
            assert apply_import(store, LOCAL, plan_import(store, LOCAL, path, truth.layer), accept_valid=True)
            assert rows_of(store, truth.layer) == after
            seen.append(truth.layer)
        assert len(seen) == 10
        told = store.run("select_known_persons", LOCAL)["arrived_from"].dropna()
        assert set(told) == set(HOSTILE), "hostile text is kept as the text it is"
