"""Retention: what is past its time is in no file any more, what is not stays, and every figure of the past is what it was."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pandas as pd
import pytest

from errors import AccessDenied, InputError
from ledgers.people import persons, privacy, retention, screening, screening_rounds
from ledgers.people.retention import RETENTION_DAYS, purge
from queries import store as stores
from queries.kinds import KINDS
from queries.statements import GENERATED
from queries.store import LOCAL, Store, Viewer, open_store, query
from queries.view import View
from tests.township import at, township

LATER = datetime(2022, 1, 1, tzinfo=ZoneInfo("Asia/Shanghai"))
# Text that stands nowhere else, so that it can be sought byte by byte.
SECRET = "涂抹后不得再现"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with township(tmp_path / "w") as opened:
        fill(opened)
        yield opened


def fill(store: Store) -> None:
    """Write two persons, one released (p1), one still observed (p2), each with a household, and a little of everything else."""
    both = {"area_id": "a", "effective_at": at(3)}
    two = [("p1", "h1", "e1"), ("p2", "h2", "e2")]
    store.append(
        LOCAL,
        {
            "household_event": pd.DataFrame(
                [{"household_id": h, "door": f"{SECRET}{h}", "contact": f"{SECRET}{h}", "head_count": 3, **both} for _, h, _ in two]
            ),
            "person_event": pd.DataFrame(
                [
                    {
                        "person_id": p,
                        "household_id": h,
                        "name": f"{SECRET}{p}{n}",
                        "birth_date": date(1962, 3, 4),
                        "category": "contact",
                        **both,
                    }
                    for p, h, _ in two
                    for n in range(2)
                ]
            ),
            "visit": pd.DataFrame(
                [
                    {"household_id": h, "purpose": "screening", "outcome": "registered", "screened": 3, "note": f"{SECRET}{h}", **both}
                    for _, h, _ in two
                ]
            ),
            "isolation_event": pd.DataFrame(
                [
                    {
                        "episode_id": e,
                        "person_id": p,
                        "household_id": h,
                        "state": state,
                        "days": 14,
                        "started_at": at(1),
                        "reason": f"{SECRET}{e}",
                        "area_id": "a",
                        "effective_at": moment,
                    }
                    for p, h, e in two
                    for state, moment in (("observing", at(1)), ("released" if p == "p1" else "observing", at(9)))
                ]
            ),
            "reading": pd.DataFrame([{"episode_id": e, "temperature": 36.6, "note": f"{SECRET}{e}", **both} for *_, e in two]),
            "gate_log": pd.DataFrame([{"entrance_id": "e1", "person": SECRET, "decision": "admit", "effective_at": at(3)}]),
            "tip": pd.DataFrame([{"tip_id": "t1", "content": SECRET, **both}]),
            "pass_event": pd.DataFrame(
                [
                    {"pass_no": "1", "holder": SECRET, "action": "issue", "quantity": 1, **both},
                    {"pass_no": "1", "holder": SECRET, "action": "return", "quantity": 1, "area_id": "a", "effective_at": at(4)},
                    {"pass_no": "2", "holder": f"{SECRET}p2", "action": "issue", "quantity": 1, **both},
                ]
            ),
        },
    )


def wait(store: Store, moment: datetime = LATER) -> None:
    """Set the clock of the workspace to a moment to come."""
    store.set_settings(LOCAL, {"clock": moment.isoformat()})


def on_disk(folder: Path, text: str) -> int:
    return sum(file.read_bytes().count(text.encode()) for file in folder.rglob("*") if file.is_file())


def figures(store: Store, moment: datetime | None = None) -> list[object]:
    counted = store.run("count_screening", LOCAL, at=moment)[["households", "people", "visited", "seen", "by_phone", "vacant", "screened"]]
    people = persons.persons(View(store, LOCAL, at=moment))[["person_id", "area_id", "category", "state"]].sort_values("person_id")
    passes = store.run("count_passes", LOCAL, at=moment)
    return [frame.to_dict("records") for frame in (counted, people, passes)]


def test_what_is_past_its_time_is_in_no_file_any_more(store: Store) -> None:
    wait(store)
    before = {moment: figures(store, moment) for moment in (None, at(5))}
    assert on_disk(store.path, SECRET) > 0
    dry = purge(store, LOCAL, dry_run=True)
    assert {p["table"]: p["rows"] for p in dry["purged"]} == {
        "gate_log": 1,
        "household_event": 1,
        "isolation_event": 2,
        "pass_event": 2,
        "person_event": 2,
        "reading": 1,
        "tip": 1,
        "visit": 1,
    }
    done = purge(store, LOCAL)
    assert done == {**dry, "dry_run": False}
    store.checkpoint()
    for gone in ("h1", "p10", "p11", "e1"):
        assert on_disk(store.path, SECRET + gone) == 0
    assert on_disk(store.path, SECRET + "p2") > 0  # still observed, and still in hand
    kept = store.run("select_persons", LOCAL, person_ids=["p2"]).iloc[0]
    assert kept["name"] == f"{SECRET}p21"
    assert {moment: figures(store, moment) for moment in before} == before
    # Nothing is left of a test for the text: those who stay alone have it.
    everything = "".join(
        str(store._cursor().execute(f"select * from ledger.{t}").to_arrow_table().to_pydict()) for t in privacy.sensitivity(store)
    )
    assert set(re.findall(f"{SECRET}(..)", everything)) == {"h2", "p2", "e2"}


def test_a_second_purge_finds_nothing_and_the_record_has_no_data(store: Store) -> None:
    wait(store)
    first = purge(store, LOCAL)
    revision = store.revision
    assert purge(store, LOCAL)["purged"] == []
    assert store.revision == revision
    with store.reading():
        rows = store._cursor().execute("select table_name, rows_purged from ledger.purge_record order by all").fetchall()
    assert rows == [(p["table"], p["rows"]) for p in first["purged"]]


def test_undo_and_redo_stay_sound(store: Store) -> None:
    undone = store.undo(LOCAL, _events(store, "person_event", "p1"))
    assert persons.persons(View(store, LOCAL))["person_id"].tolist() == ["p2"]
    wait(store)
    purge(store, LOCAL)
    store.undo(LOCAL, undone)
    found = persons.persons(View(store, LOCAL))
    assert set(found["person_id"]) == {"p1", "p2"}
    assert found.set_index("person_id")["name"].isna().to_dict() == {"p1": True, "p2": False}
    screening.record_visit(store, LOCAL, "h1", outcome="registered", screened=1)
    assert screening_rounds.progress(View(store, LOCAL)).visited == 2


def _events(store: Store, table: str, subject: str) -> list[str]:
    rows = store._cursor().execute(f"select event_id from ledger.{table} where person_id = $subject", {"subject": subject}).fetchall()
    return [row[0] for row in rows]


def test_what_is_within_its_time_stays(store: Store) -> None:
    assert purge(store, LOCAL)["purged"] == []
    in_time = at(3) + timedelta(days=RETENTION_DAYS["gate_log"])
    wait(store, in_time)
    assert purge(store, LOCAL)["purged"] == []
    wait(store, in_time + timedelta(seconds=1))
    assert purge(store, LOCAL, at=in_time)["purged"] == []
    assert [p["table"] for p in purge(store, LOCAL)["purged"]] == ["gate_log"]


def test_what_is_to_come_is_no_moment_to_purge_at(store: Store) -> None:
    for dry_run in (True, False):
        with pytest.raises(InputError, match="still to come"):
            purge(store, LOCAL, at=store.now() + timedelta(minutes=1), dry_run=dry_run)
    assert on_disk(store.path, SECRET + "p1") > 0


def test_nobody_who_is_isolated_is_forgotten_until_they_are_released(store: Store) -> None:
    wait(store)
    purge(store, LOCAL)
    released = {"episode_id": "e2", "person_id": "p2", "household_id": "h2", "area_id": "a", "state": "released", "effective_at": at(12)}
    store.append(LOCAL, {"isolation_event": pd.DataFrame([released])})
    tables = {p["table"] for p in purge(store, LOCAL)["purged"]}
    assert tables == {"household_event", "isolation_event", "person_event", "reading", "visit"}
    assert on_disk(store.path, SECRET + "e2") == 0


def test_days_are_a_setting(store: Store) -> None:
    store.set_settings(LOCAL, {"retention_days": {"tip": 2}})
    assert [p["table"] for p in purge(store, LOCAL)["purged"]] == ["tip"]
    for wrong in ({"tip": 0}, {"tip": "2"}, {"nothing": 3}):
        store.set_settings(LOCAL, {"retention_days": wrong})
        with pytest.raises(InputError):
            purge(store, LOCAL)


def test_only_who_sees_everything_may_purge(store: Store) -> None:
    for viewer in (Viewer("clerk", areas=frozenset({"t"})), Viewer("guest", "reader")):
        with pytest.raises(AccessDenied):
            purge(store, viewer)
    assert on_disk(store.path, SECRET + "p1") > 0


def test_marked_workbooks_go_and_backups_are_named(store: Store) -> None:
    exports = store.path / "exports"
    for name in ("户-marked.xlsx", "before-restore-1.zip", "roads.xlsx"):
        (exports / name).write_bytes(b"x")
    wait(store, datetime.now().astimezone() + timedelta(days=31))
    done = purge(store, LOCAL)
    assert done["backups"] == ["before-restore-1.zip"]
    assert {p["table"]: p["rows"] for p in done["purged"]}["marked_workbook"] == 1
    assert sorted(f.name for f in exports.iterdir()) == ["before-restore-1.zip", "roads.xlsx"]


def test_a_crash_while_the_ledger_is_written_anew_is_made_good(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object) -> None:
        raise InputError("The disk is full.")

    wait(store)
    monkeypatch.setattr(stores, "compact", fails)
    with pytest.raises(InputError):
        purge(store, LOCAL)
    assert store.run("select_persons", LOCAL, person_ids=["p1"])["name"].isna().all()  # readable, and blank already
    monkeypatch.undo()
    purge(store, LOCAL)
    assert on_disk(store.path, SECRET + "p10") == 0
    path = store.path
    store.close()
    with open_store(path) as again:
        assert privacy.sensitivity(again)["person_event"]["name"] == "name"
        assert len(persons.persons(View(again, LOCAL))) == 2


def test_every_personal_column_is_blanked_and_every_table_has_its_days(store: Store) -> None:
    for table, columns in privacy.sensitivity(store).items():
        assert table in RETENTION_DAYS
        sql = query(f"purge_{table}").sql
        assert f"delete from ledger.{table}" in sql or set(re.findall(r"(\w+) = (?:null|regexp_replace)", sql)) == set(columns)
    purged = {name.removeprefix("purge_") for name in GENERATED if name.startswith("purge_")}
    assert purged == RETENTION_DAYS.keys() - {retention.WORKBOOKS} == privacy.sensitivity(store).keys()


# Text columns that are not personal, and why. A column that stands neither here nor among the personal ones of the registry fails the test.
TRACE = {"event_id", "recorded_by", "source", "batch_id"}  # who entered what, when and how answers for every record
IDS = {"area_id", "building_id", "household_id", "person_id", "unit_id", "episode_id", "request_id", "case_id", "entry_id", "finding_id"}
IDS |= {"left_id", "right_id", "tip_id", "measure_id", "feature_id", "entrance_id", "checkpoint_id", "subject_id", "shift_id", "edit_id"}
IDS |= {"place_id", "target_id", "reading_id"}  # numbers of our own that say nothing without the row they name
CODES = {"status", "state", "kind", "category", "sex", "action", "mode", "barrier", "outcome", "purpose", "channel", "place", "level"}
CODES |= {"direction", "decision", "layer", "subject_layer", "subject_table", "place_layer", "table_name", "field", "force", "timetable"}
CODES |= {"egress", "measure_unit", "edition", "lang", "paragraph_id"}  # one of a short list
PUBLIC = {
    "ordered_by": "an office or officer that answers for a public order",
    "pass_no": "the number of a card, nobody's without its holder",
    "team": "the name of a team: the figures of past rounds are told by it",
    "figures": "counts",
    "numbers": "counts",
    "files": "names of files that the program gave",
    "list_name": "the name of a list of an office",
    "item": "a good",
    "agent": "a disinfectant",
    "part": "a part of a building",
    "title": "a measure that is published",
    "content": "a measure that is published",
    "trade": "what a business does",
}
NAMES = {
    "feature_event.name",
    "feature_event.attributes",
    "entry_point.name",
    "unit_event.name",
    "inspection.subject",
}  # of places and shops
OFFICE = {"workspace_setting", "import_batch", "schema_version"}  # no events: settings and the log of files


def test_every_text_column_is_personal_or_known_not_to_be(store: Store) -> None:
    rows = store._cursor().execute(
        "select table_name, column_name from duckdb_columns() where database_name = 'ledger' and data_type = 'VARCHAR'"
    )
    unknown = set()
    for table, column in rows.fetchall():
        personal = table in KINDS and column in KINDS[table].personal
        allowed = table in OFFICE or column in TRACE | IDS | CODES | PUBLIC.keys() or f"{table}.{column}" in NAMES
        if not personal and not allowed:
            unknown.add(f"{table}.{column}")
    assert unknown == set()
    # A name that stands among the codes must not hide one that people write themselves.
    assert privacy.sensitivity(store)["tip"]["outcome"] == "text"
    assert privacy.sensitivity(store)["isolation_event"]["ordered_by"] == "staff"


def test_staff_and_what_they_wrote_go_and_what_is_in_force_stays(store: Store) -> None:
    def said(name: str, **more: object) -> dict[str, object]:
        return {"responsible": f"{SECRET}{name}", "phone": f"{SECRET}{name}", "reason": f"{SECRET}{name}", "effective_at": at(3), **more}

    old = store.append(LOCAL, {"area_event": pd.DataFrame([said("a1", area_id="a"), said("b1", area_id="b")])})
    store.append(LOCAL, {"area_event": pd.DataFrame([said("a2", area_id="a", effective_at=at(5))])})
    store.append(
        LOCAL,
        {
            "duty_shift": pd.DataFrame(
                [
                    {"subject_layer": "checkpoints", "subject_id": "p1", "person": f"{SECRET}d{n}", "phone": f"{SECRET}d{n}", **span}
                    for n, span in enumerate(
                        (
                            {"starts_at": at(3), "ends_at": at(4), "effective_at": at(3)},
                            {"starts_at": at(3), "ends_at": LATER + timedelta(days=1), "effective_at": at(3)},
                        )
                    )
                ]
            ),
            "reading": pd.DataFrame(
                [
                    {"episode_id": "e1", "area_id": "a", "taken_by": f"{SECRET}r1", "participants": f"{SECRET}r1;{SECRET}r2;乙"}
                    | {"effective_at": at(4)}
                ]
            ),
            "inspection": pd.DataFrame([{"finding_id": "f", "finding": f"{SECRET}f1", "inspector": f"{SECRET}f1", "effective_at": at(4)}]),
            "mark": pd.DataFrame([{"layer": "junctions", "feature_id": "j", "note": f"{SECRET}m1", "effective_at": at(4)}]),
        },
    )
    store.undo(LOCAL, [old[1]], reason=f"{SECRET}v1")  # what was undone is not in force
    joint = {"start": at(1), "at": at(6), "opens": [at(1)], "closes": [at(6)]}
    before = store.run("count_readings", LOCAL, **joint)["joint"].sum()
    wait(store)
    purge(store, LOCAL)
    store.checkpoint()
    for gone in ("a1", "b1", "d0", "r1", "r2", "f1", "v1"):
        assert on_disk(store.path, SECRET + gone) == 0, gone
    for stays in ("a2", "d1", "m1"):
        assert on_disk(store.path, SECRET + stays) > 0, stays
    assert store.run("count_readings", LOCAL, **joint)["joint"].sum() == before == 1
    assert purge(store, LOCAL)["purged"] == []
