"""Long work off the page's thread: done once, its progress told, given up when nobody waits."""

from __future__ import annotations

import threading
import time

import pytest

from errors import InputError
from ui.background import jobs as module
from ui.background.jobs import Jobs


def test_the_same_question_is_worked_out_once_and_kept() -> None:
    jobs, gate, calls = Jobs(), threading.Event(), []

    def work(report: object) -> int:
        calls.append(1)
        gate.wait(10)
        return 7

    first, second = jobs.ask("k", work), jobs.ask("k", work)
    assert first is second and not first.done
    gate.set()
    assert first.result() == 7 and jobs.ask("k", work).result() == 7
    assert len(calls) == 1


def test_progress_is_told_while_it_runs() -> None:
    jobs, gate, told = Jobs(), threading.Event(), threading.Event()

    def work(report: module.Report) -> None:
        report(0.4, "half-way")
        told.set()
        gate.wait(10)

    job = jobs.ask("k", work)
    assert told.wait(10)
    assert (job.share, job.message) == (0.4, "half-way") and not job.wait(0)
    gate.set()
    assert job.wait(10) and job.share == 1.0


def test_an_error_is_raised_to_whoever_asks() -> None:
    def work(report: object) -> None:
        raise InputError("There are no roads in this workspace: import a road extract first.")

    with pytest.raises(InputError, match="no roads"):
        Jobs().ask("k", work).result()


def test_work_that_nobody_waits_for_is_given_up_and_begun_again_when_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "FORGOTTEN_S", 0.05)
    jobs, runs = Jobs(), []

    def endless(report: module.Report) -> str:
        runs.append(1)
        while len(runs) == 1:
            report(0.5, "")
            time.sleep(0.005)
        return "done"

    job = jobs.ask("k", endless)
    assert job.wait(10) and job.abandoned
    assert jobs.ask("k", endless).result() == "done"


def test_the_oldest_results_make_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "KEPT", 2)
    jobs, calls = Jobs(), []
    for key in (1, 2, 3, 1):
        jobs.ask(key, lambda report, key=key: calls.append(key)).result()
    assert calls == [1, 2, 3, 1]
