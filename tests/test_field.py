"""The field: what a grid's lists hold, and what becomes of the entries of a phone, however often and whatever it sends."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.applications import Starlette

from errors import InputError, NotFound, mark
from ledgers.people import field, readings, screening
from queries.events import LOCAL, Viewer, new_id
from queries.kinds import EVENT_TABLES
from queries.statements import Query
from queries.store import Store, open_store
from queries.view import View
from tests.fieldwork import GRID, fill_grid
from tests.test_routes import Reply, get
from tests.test_routes import post as send
from tests.township import HOSTILE, NOW
from ui.http.door import Door
from ui.http.routes import routes
from words import translator

SENT = 1_600_000_000_000  # what the phone's clock says


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Store]:
    """Return a grid in which nothing has been entered yet."""
    with open_store(tmp_path / "grid") as opened:
        fill_grid(opened)
        yield opened


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Return a grid that the tests share: each counts what it adds."""
    with open_store(tmp_path_factory.mktemp("shared") / "grid") as opened:
        fill_grid(opened)
        yield opened


def entry(kind: str = "reading", subject: str = "i1", **said: Any) -> dict[str, Any]:
    fields = {"reading": {"temperature": 36.6}, "visit": {"outcome": "registered", "screened": 2}, "entrance": {"note": "大门敞开"}}
    return {"id": new_id(), "kind": kind, "subject": subject, "taken_at": SENT, **fields.get(kind, {}), **said}


def receive(store: Store, *events: object, viewer: Viewer = LOCAL, lang: str = "en") -> list[dict[str, Any]]:
    return field.receive(store, viewer, events, translator(lang), sent_at=SENT)


def kept(store: Store, table: str, *ids: str) -> pd.DataFrame:
    """Return the rows of a table that bear the ids, or all that phones have made here."""
    rows = store._fetch(Query(f"select * from ledger.{table}", (), "a test"), {})
    return rows[rows["event_id"].isin(ids)] if ids else rows


# The lists


def test_the_lists_of_a_grid(fresh: Store) -> None:
    tasks = field.tasks(View(fresh, LOCAL, area=GRID))
    assert (tasks.name, tasks.at) == ("朝阳村", NOW.isoformat())
    assert [(row["id"], row["name"], row["due"], row["alarm"]) for row in tasks.readings] == [
        ("i1", "王**", True, False),
        ("i3", "刘*", False, False),
        ("i2", "陈*", False, True),
    ]
    assert [(row["id"], row["building"], row["door"], row["outcome"]) for row in tasks.doors] == [
        ("h2", "2号楼", "2单元101", "not_in"),
        ("h4", "10号楼", "201", None),
        ("h3", "10号楼", "1002", None),
    ]
    assert tasks.doors_total == 3
    assert [row["id"] for row in tasks.entrances] == ["e1", "e2"]
    assert not {"小明", "陈静", "199"} & set(json.dumps(tasks.document(), ensure_ascii=False).split())


def test_a_new_slot_makes_everybody_due_and_an_alarm_does_not_fade(fresh: Store) -> None:
    tomorrow = field.tasks(View(fresh, LOCAL, at="2020-02-13T09:00", area=GRID))
    assert {row["id"] for row in tomorrow.readings if row["due"]} == {"i1", "i2", "i3"}
    assert [row["id"] for row in tomorrow.readings if row["alarm"]] == ["i2"]
    later = field.tasks(View(fresh, LOCAL, at="2020-02-15T13:00", area=GRID)).readings
    assert [(row["id"], row["alarm_temperature"] or row["alarm_symptoms"]) for row in later if row["alarm"]] == [("i2", 37.6)]


def test_what_is_entered_changes_the_lists(fresh: Store) -> None:
    receive(
        fresh,
        entry(subject="i1"),
        entry(subject="i2", temperature=36.5),
        entry("visit", "h2"),
        entry("visit", "h4", outcome="refused", screened=0),
    )
    tasks = field.tasks(View(fresh, LOCAL, area=GRID))
    assert not any(row["due"] for row in tasks.readings)
    (alarm,) = [row for row in tasks.readings if row["alarm"]]
    assert (alarm["id"], alarm["temperature"]) == ("i2", 36.5), "a calmer reading stands beside the alarm"
    assert alarm["alarm_temperature"] > 37.2
    assert [row["id"] for row in tasks.doors] == ["h3"]


def test_an_area_in_view_alone_has_lists(store: Store) -> None:
    elsewhere = Viewer("worker", "grid", frozenset({"b"}))
    assert [row["id"] for row in field.tasks(View(store, elsewhere, area="b")).doors] == ["h9"]
    for area in (GRID, "nowhere", ""):
        with pytest.raises(NotFound):
            field.tasks(View(store, elsewhere, area=area))


# Entries


def test_an_entry_of_each_kind_becomes_an_event(store: Store) -> None:
    reading = entry(
        temperature=37.6, symptoms=["fever", "cough"], went_out=False, had_visitors=True, needs=HOSTILE, channel="video", note="x"
    )
    visit = entry("visit", "h3", outcome="phone_only", screened=1, key_persons=1, note="  ")
    seen = entry("entrance", "e1", note=HOSTILE)
    assert receive(store, reading, visit, seen) == [{"id": e["id"], "status": "accepted"} for e in (reading, visit, seen)]
    row = kept(store, "reading", reading["id"]).iloc[0]
    told = ["episode_id", "area_id", "temperature", "symptoms", "went_out", "had_visitors", "needs", "channel", "taken_by", "effective_at"]
    assert row[told].tolist() == ["i1", GRID, 37.6, "fever,cough", False, True, HOSTILE, "video", "local", NOW]
    row = kept(store, "visit", visit["id"]).iloc[0]
    told = ["household_id", "area_id", "purpose", "outcome", "screened", "key_persons", "effective_at"]
    assert row[told].tolist() == ["h3", GRID, "screening", "phone_only", 1, 1, NOW]
    row = kept(store, "inspection", seen["id"]).iloc[0]
    assert row[["area_id", "subject", "finding", "status", "inspector"]].tolist() == [GRID, "东门", HOSTILE, "open", "local"]


@pytest.mark.parametrize(
    ("kind", "subject", "table"), [("reading", "i1", "reading"), ("visit", "h4", "visit"), ("entrance", "e1", "inspection")]
)
def test_an_entry_sent_again_is_the_same_event(store: Store, kind: str, subject: str, table: str) -> None:
    one = entry(kind, subject)
    assert [a["status"] for a in receive(store, one, one)] == ["accepted", "duplicate"]
    # Another viewer, another content, even another kind: the id has been taken.
    assert receive(store, {**one, "note": "else"}, viewer=Viewer("other", "grid", frozenset({"b"})))[0]["status"] == "duplicate"
    store.undo(LOCAL, [one["id"]])
    assert receive(store, one)[0]["status"] == "duplicate"
    assert len(kept(store, table, one["id"])) == 1


def test_an_id_that_another_record_bears_is_refused_everywhere(fresh: Store) -> None:
    taken = [entry("visit", "h1"), entry("entrance", "e1")]
    receive(fresh, *taken)
    (episode,) = fresh.append(LOCAL, {"isolation_event": pd.DataFrame([{"episode_id": "i7", "area_id": GRID, "state": "observing"}])})
    (checkpoint,) = fresh.append(LOCAL, {"checkpoint_event": pd.DataFrame([{"checkpoint_id": "p", "active": True}])})
    elsewhere = Viewer("other", "grid", frozenset({"b"}))
    for used in (episode, checkpoint, *(one["id"] for one in taken)):
        for viewer in (LOCAL, elsewhere):
            (answer,) = receive(fresh, entry(id=used), viewer=viewer)
            assert (answer["status"], answer["why"]) == ("rejected", "Another record bears this entry's id already; enter it again.")
        with pytest.raises(InputError, match="Another record"):
            readings.record(fresh, LOCAL, "i1", temperature=36.5, event_id=used)
    with pytest.raises(InputError, match="Another record"):
        screening.record_visit(fresh, LOCAL, "h1", outcome="registered", event_id=episode)
    assert not len(kept(fresh, "reading", episode, checkpoint))


def test_every_event_table_is_looked_through_for_an_id(fresh: Store) -> None:
    rows = {table: {"source": "t"} | ({"target_id": "none"} if table == "void" else {}) for table in EVENT_TABLES}
    ids = {table: fresh.append(LOCAL, {table: pd.DataFrame([row])})[0] for table, row in rows.items()}
    found = fresh.run("select_event_ids", LOCAL, ids=list(ids.values()))
    assert dict(zip(found["event_table"], found["event_id"], strict=True)) == ids


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(plan=st.lists(st.lists(st.integers(0, 5), max_size=6), max_size=5))
def test_every_entry_lands_once_whatever_is_lost_on_the_way(store: Store, plan: list[list[int]]) -> None:
    pool = [entry(subject=f"i{n % 3 + 1}", temperature=36.0 + n / 10 if n < 5 else 45.0) for n in range(6)]
    before = len(kept(store, "reading"))
    arrived: set[int] = set()
    for request in plan:
        for n, answer in zip(request, receive(store, *(pool[n] for n in request)), strict=True):
            assert answer["status"] == ("rejected" if n == 5 else "duplicate" if n in arrived else "accepted")
            arrived |= {n} - {5}
    found = kept(store, "reading", *(e["id"] for e in pool))
    assert sorted(found["event_id"]) == sorted(pool[n]["id"] for n in arrived)
    assert len(kept(store, "reading")) == before + len(arrived)


REFUSED: dict[str, Any] = {
    "not an object": "reading",
    "no id": {**entry(), "id": None},
    "an id of version 4": {**entry(), "id": "7b4bd3f2-5d9c-4a1e-8f0a-0123456789ab"},
    "an id in capitals and braces": {**entry(), "id": "{" + new_id().upper() + "}"},
    "a kind that is none": entry("void", "i1"),
    "a kind that is no text": {**entry(), "kind": ["reading"]},
    "45 degrees": entry(temperature=45),
    "no temperature": entry(temperature=None),
    "a temperature in words": entry(temperature="36.6"),
    "true degrees": entry(temperature=True),
    "no number": entry(temperature=float("nan")),
    "infinite": entry(temperature=float("inf")),
    "astronomical": entry(temperature=10**400),
    "a symptom that is none": entry(symptoms=["love"]),
    "symptoms in a text": entry(symptoms="cough"),
    "symptoms in a list in a list": entry(symptoms=[["cough"]]),
    "a channel that is none": entry(channel="telepathy"),
    "maybe": entry(went_out="maybe"),
    "no such episode": entry(subject="i9"),
    "a subject that is no text": entry(subject={"$gt": ""}),
    "half a character": entry(note="\ud800"),
    "a novel": entry(note="字" * 501),
    "tomorrow": entry(taken_at=SENT + 86_400_000),
    "a week and a minute ago": entry(taken_at=SENT - 7 * 86_400_000 - 60_000),
    "no time": entry(taken_at=None),
    "a time in words": entry(taken_at="now"),
    "no such household": entry("visit", "h99"),
    "an outcome that is none": entry("visit", "h1", outcome="eaten"),
    "no outcome": entry("visit", "h1", outcome=None),
    "half a person": entry("visit", "h1", screened=1.5),
    "a crowd": entry("visit", "h1", screened=10_000),
    "people met behind a closed door": entry("visit", "h1", outcome="not_in", screened=2),
    "no such entrance": entry("entrance", "e9"),
    "nothing seen": entry("entrance", "e1", note=" "),
}


@pytest.mark.parametrize("event", REFUSED.values(), ids=list(REFUSED))
def test_what_cannot_be_is_refused_and_told_and_the_rest_goes_on(store: Store, event: object) -> None:
    before = {table: len(kept(store, table)) for table in ("reading", "visit", "inspection")}
    first, answer, last = receive(store, entry(), event, entry("visit", "h3"))
    assert (first["status"], last["status"]) == ("accepted", "accepted")
    assert answer["status"] == "rejected"
    assert answer["why"].endswith(".")
    json.dumps(answer).encode()
    assert {table: len(kept(store, table)) - n for table, n in before.items()} == {"reading": 1, "visit": 1, "inspection": 0}


def test_a_refusal_is_told_in_the_readers_language(store: Store) -> None:
    assert "45" in receive(store, entry(temperature=45), lang="zh_CN")[0]["why"]
    assert receive(store, entry(kind="void"), lang="zh_CN")[0]["why"] == "'void' 不是可录入的类别。"


def test_another_grid_is_out_of_reach(store: Store) -> None:
    worker = Viewer("worker", "grid", frozenset({"b"}))
    entries = (entry(), entry("visit", "h1"), entry("entrance", "e1"))
    assert {a["status"] for a in receive(store, *entries, viewer=worker)} == {"rejected"}
    assert receive(store, entry("visit", "h9"), viewer=worker)[0]["status"] == "accepted"
    reader = Viewer("reader", "reader")
    assert receive(store, entry(), viewer=reader)[0]["why"] == "Your role may look but not change anything."


def test_the_time_since_an_entry_was_made_is_what_counts_not_the_phones_clock(fresh: Store) -> None:
    fresh.set_settings(LOCAL, {"clock": None})
    for minutes in (0, 10, 60 * 24 * 3, 60 * 24 * 7, -3):
        one = entry(taken_at=SENT - minutes * 60_000)
        before = fresh.now()
        assert receive(fresh, one)[0]["status"] == "accepted"
        row = kept(fresh, "reading", one["id"]).iloc[0]
        ago = timedelta(minutes=max(minutes, 0))
        assert before - ago <= row["effective_at"] <= fresh.now() - ago
        assert row["recorded_at"] >= before


def test_too_many_at_once_are_none(store: Store) -> None:
    with pytest.raises(InputError):
        field.receive(store, LOCAL, [{}] * (field.MAX_EVENTS + 1), mark, sent_at=SENT)


# The routes


def post(app: object, body: bytes, **headers: str) -> Reply:
    """Send a body in two parts, as a network may."""
    given = {"content_type": "application/json", "x_epigrid_field": "1", **headers}
    half = len(body) // 2
    return send(app, "/field/events?lang=zh_CN", body[:half], body[half:], **{k: v for k, v in given.items() if v})


@pytest.fixture(scope="module")
def app(store: Store) -> Starlette:
    return Starlette(routes=routes(Door(lambda: store, lambda _: LOCAL)))


def body(*events: object) -> bytes:
    return json.dumps({"now": SENT, "events": list(events)}).encode()


def test_the_lists_by_their_route(app: Starlette, store: Store) -> None:
    reply = get(app, f"/field/tasks.json?area={GRID}")
    assert reply.json == field.tasks(View(store, LOCAL, area=GRID)).document()
    assert reply.headers["cache-control"] == "no-store"
    for asked, status in (("", 400), ("?area=nowhere", 404), (f"?area={GRID}&at=yesterday", 400)):
        refused = get(app, f"/field/tasks.json{asked}")
        assert (refused.status, list(refused.json)) == (status, ["error"])


def test_entries_by_their_route(app: Starlette, store: Store) -> None:
    good, bad = entry(), entry(temperature=45)
    for expected in ("accepted", "duplicate"):
        reply = post(app, body(good, bad), origin="http://localhost", sec_fetch_site="same-origin")
        assert reply.status == 200
        assert [a["status"] for a in reply.json["events"]] == [expected, "rejected"]
    assert len(kept(store, "reading", good["id"])) == 1


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"x_epigrid_field": ""}, 403),
        ({"origin": "http://evil.example"}, 403),
        ({"origin": "null"}, 403),
        ({"origin": "http://localhost:81"}, 403),
        ({"sec_fetch_site": "cross-site"}, 403),
        ({"sec_fetch_site": "same-site"}, 403),
        ({"content_type": "text/plain"}, 400),
        ({"content_type": ""}, 400),
    ],
)
def test_no_other_page_may_send_entries(app: Starlette, store: Store, headers: dict[str, str], status: int) -> None:
    before = store.revision
    reply = post(app, body(entry()), **headers)
    assert (reply.status, list(reply.json), store.revision) == (status, ["error"], before)


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"{",
        b"[]",
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"events": {}}',
        b'{"now": 1}',
        body(*[{}] * 501),
        body(entry(note="x" * 1_000_000)),
        b'{"now": 1' + b"0" * 5000 + b', "events": []}',
    ],
    ids=["empty", "cut off", "a list", "no text", "deep", "no list", "no entries", "too many", "too large", "long number"],
)
def test_what_is_no_list_of_entries_is_refused_in_a_sentence(app: Starlette, store: Store, sent: bytes) -> None:
    before = store.revision
    reply = post(app, sent)
    assert (reply.status, list(reply.json), store.revision) == (400, ["error"], before)
    assert reply.json["error"].endswith("。")
