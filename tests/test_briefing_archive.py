"""Briefings that went out and edits of drafts, kept as events."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefing import archive
from briefing.editing import apply
from briefing.model import Briefing, HandNumber, Later, Number, Paragraph, Section, Table
from briefing.serial import from_json, to_json
from errors import AccessDenied, Changed, InputError, NotFound
from queries.store import LOCAL, Store, Viewer, open_store
from tests import township
from tests.briefings import sample

OF_A = Viewer("朝阳村", "editor", frozenset({"a"}))
OF_B = Viewer("柳林村", "editor", frozenset({"b"}))
PARAGRAPH = "situation_entrances"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with township.township(tmp_path) as opened:
        yield opened


def of(area: str) -> Briefing:
    return replace(sample(), area=area, cutoff=township.NOW, previous=township.at(12, 8), at=township.NOW)


def shown(store: Store, viewer: Viewer, draft: Briefing) -> Briefing:
    """Return what a person sees: the draft with the edits that stand."""
    return apply(draft, archive.edits(store, viewer, draft.area, draft.cutoff, draft.lang))


def test_edits_stand_beside_the_draft_until_they_are_taken_back(store: Store) -> None:
    draft = of("t")
    assert archive.edits(store, LOCAL, "t", draft.cutoff, "zh_CN") == {}
    (first,) = archive.save_edit(store, LOCAL, draft, PARAGRAPH, "共有出入口26个。")
    seen = shown(store, LOCAL, draft)
    assert next(r for r in seen.sections[0].paragraphs[1].runs if isinstance(r, HandNumber)).text == "26"
    (second,) = archive.save_edit(store, LOCAL, seen, PARAGRAPH, "共有出入口27个。")
    store.undo(LOCAL, [second])
    assert archive.edits(store, LOCAL, "t", draft.cutoff, "zh_CN") == {PARAGRAPH: "共有出入口26个。"}
    archive.save_edit(store, LOCAL, seen, PARAGRAPH, None)
    assert shown(store, LOCAL, draft) == draft
    assert len({first, second}) == 2


def test_edits_belong_to_one_cutoff_language_and_area(store: Store) -> None:
    archive.save_edit(store, LOCAL, of("t"), PARAGRAPH, "改过。")
    assert archive.edits(store, LOCAL, "t", township.NOW - timedelta(hours=10), "zh_CN") == {}
    assert archive.edits(store, LOCAL, "t", township.NOW, "en") == archive.edits(store, LOCAL, "a", township.NOW, "zh_CN") == {}
    assert archive.edits(store, LOCAL, "t", township.NOW.astimezone(UTC), "zh_CN") == {PARAGRAPH: "改过。"}


def test_nothing_is_kept_that_stands_there_already(store: Store) -> None:
    draft = of("t")
    assert archive.save_edit(store, LOCAL, draft, PARAGRAPH, draft.sections[0].paragraphs[1].text) == []
    assert archive.save_edit(store, LOCAL, draft, PARAGRAPH, None) == []
    archive.save_edit(store, LOCAL, draft, PARAGRAPH, "改过。")
    assert archive.save_edit(store, LOCAL, shown(store, LOCAL, draft), PARAGRAPH, "改过。") == []


def test_whoever_saw_an_older_text_is_told_and_overwrites_nobody(store: Store) -> None:
    draft = of("t")
    archive.save_edit(store, LOCAL, draft, PARAGRAPH, "甲写的。")
    for body in ("乙写的。", None):
        with pytest.raises(Changed):
            archive.save_edit(store, Viewer("乙"), draft, PARAGRAPH, body)
    seen = shown(store, LOCAL, draft)
    archive.save_edit(store, LOCAL, seen, PARAGRAPH, None)
    with pytest.raises(Changed):
        archive.save_edit(store, Viewer("乙"), seen, PARAGRAPH, "乙又写的。")
    archive.save_edit(store, Viewer("乙"), seen, "situation_cases", "另一段。")  # another paragraph is in nobody's way
    assert archive.edits(store, LOCAL, "t", draft.cutoff, "zh_CN") == {"situation_cases": "另一段。"}


def test_bad_edits_are_refused_and_control_characters_left_out(store: Store) -> None:
    draft = of("t")
    with pytest.raises(InputError, match="no paragraph 'x'"):
        archive.save_edit(store, LOCAL, draft, "x", "text")
    with pytest.raises(InputError, match="5,001"):
        archive.save_edit(store, LOCAL, draft, PARAGRAPH, "长" * 5_001)
    with pytest.raises(AccessDenied):
        archive.save_edit(store, Viewer("guest", "reader"), draft, PARAGRAPH, "text")
    archive.save_edit(store, LOCAL, draft, PARAGRAPH, "a\x00b\x1b\r\nc" + "长" * 4_995)
    assert archive.edits(store, LOCAL, "t", draft.cutoff, "zh_CN")[PARAGRAPH] == "ab\nc" + "长" * 4_995


def test_an_issue_is_kept_once_and_can_be_read_again(store: Store) -> None:
    draft = of("t")
    first = archive.record(store, LOCAL, draft, ["a.docx", "a.pdf"])
    revision = store.revision
    assert archive.record(store, LOCAL, replace(draft, at=draft.at + timedelta(hours=1)), ["a.docx", "a.pdf"]) == first
    assert store.revision == revision
    changed = apply(draft, {PARAGRAPH: "共有出入口26个。"})
    second = archive.record(store, Viewer("乙"), changed, ["a.docx"])
    rows = archive.past(store, LOCAL)
    assert rows["event_id"].tolist() == [second, first]
    assert rows["issued_by"].tolist() == ["乙", "local"] and rows["files"].tolist() == [("a.docx",), ("a.docx", "a.pdf")]
    assert rows["cutoff"].tolist() == [draft.cutoff] * 2 and rows["area_name"].tolist() == ["青禾镇"] * 2
    assert rows["numbers"].iloc[0] == changed.numbers
    assert archive.read(store, LOCAL, second) == changed
    assert archive.read(store, LOCAL, first) == draft
    store.undo(LOCAL, [second])
    assert archive.past(store, LOCAL)["event_id"].tolist() == [first]
    assert archive.record(store, LOCAL, draft, ["a.docx", "a.pdf"]) == first


def test_a_viewer_of_an_area_sees_its_own_alone(store: Store) -> None:
    of_a = archive.record(store, OF_A, of("a"), [])
    of_t = archive.record(store, LOCAL, of("t"), [])
    assert archive.past(store, OF_A)["event_id"].tolist() == [of_a]
    assert archive.past(store, OF_B).empty
    assert set(archive.past(store, LOCAL, "t")["event_id"]) == {of_a, of_t}
    assert archive.past(store, LOCAL, "b").empty
    for event_id in (of_a, of_t):
        with pytest.raises(NotFound):
            archive.read(store, OF_B, event_id)
    archive.save_edit(store, OF_A, of("a"), PARAGRAPH, "改过。")
    for act in (
        lambda: archive.edits(store, OF_B, "a", township.NOW, "zh_CN"),
        lambda: archive.save_edit(store, OF_B, of("a"), PARAGRAPH, "别人写的。"),
        lambda: archive.record(store, OF_B, of("a"), []),
        lambda: archive.past(store, OF_B, "a"),
    ):
        with pytest.raises(NotFound):
            act()


def test_a_text_that_was_blanked_is_gone_and_its_numbers_stay(store: Store) -> None:
    draft = of("t")
    event_id = archive.record(store, LOCAL, draft, [])
    archive.save_edit(store, LOCAL, draft, PARAGRAPH, "改过。")
    rows = store.run("select_briefing_edits", LOCAL)
    store.purge(
        LOCAL,
        {"briefing_event": pd.Series([event_id]), "briefing_edit": rows["event_id"]},
        record=pd.DataFrame({"table_name": ["briefing_event"], "rows_purged": [1], "older_than": [township.NOW]}),
    )
    with pytest.raises(NotFound, match="no text"):
        archive.read(store, LOCAL, event_id)
    assert archive.edits(store, LOCAL, "t", draft.cutoff, "zh_CN") == {}
    assert archive.past(store, LOCAL)["numbers"].iloc[0] == draft.numbers
    assert archive.record(store, LOCAL, draft, []) != event_id


def test_an_empty_workspace_has_no_past(tmp_path: Path) -> None:
    with open_store(tmp_path) as empty:
        rows = archive.past(empty, LOCAL)
    assert rows.empty and {"cutoff", "edition", "area_id", "issued_at", "issued_by", "files", "numbers", "event_id"} <= set(rows)


def test_numbers_are_compared_by_what_they_count() -> None:
    def number(name: str, value: float | None) -> Number:
        return Number(name, name, value, "不详" if value is None else str(value), "q", "situation")

    rows = archive.compare([number("a", 3), number("b", 5), number("c", None)], [number("b", 7), number("c", 1), number("d", 2)])
    assert rows["id"].tolist() == ["b", "c", "d", "a"]
    assert rows["before"].tolist() == ["5", "不详", "", "3"] and rows["after"].tolist() == ["7", "1", "2", ""]
    assert rows["change"].iloc[0] == 2 and rows["change"].iloc[1:].isna().all()
    assert archive.compare([], []).empty


TEXT = st.text(max_size=8)
VALUES = st.one_of(st.none(), st.integers(-(2**53), 2**53), st.floats(allow_nan=False, allow_infinity=False))
NUMBERS = st.builds(Number, st.from_regex(r"[a-z][a-z0-9_]{0,9}", fullmatch=True), TEXT, VALUES, TEXT, TEXT, TEXT, st.none() | TEXT)
RUNS = st.one_of(TEXT, NUMBERS, st.builds(HandNumber, TEXT, st.none() | NUMBERS))
PARAGRAPHS = st.builds(
    Paragraph,
    TEXT,
    st.lists(RUNS, max_size=3).map(tuple),
    st.sampled_from(["text", "heading", "item"]),
    st.booleans(),
    st.lists(NUMBERS, max_size=2).map(tuple),
)
SECTIONS = st.builds(Section, TEXT, TEXT, st.lists(PARAGRAPHS, max_size=2).map(tuple))
ROWS = st.lists(st.one_of(VALUES, TEXT), max_size=3).map(tuple)
TABLES = st.builds(Table, TEXT, TEXT, st.lists(TEXT, max_size=3).map(tuple), st.lists(ROWS, max_size=2).map(tuple))
# Moments that a change of the clock gave twice or not at all equal none of another zone; there has been none since 1991.
MOMENTS = st.datetimes(datetime(1992, 1, 1), datetime(2200, 1, 1), timezones=st.sampled_from([UTC, township.ZONE]))
BRIEFINGS = st.builds(
    Briefing,
    **dict.fromkeys(("area", "area_name", "lang", "title", "unit"), TEXT),
    **dict.fromkeys(("at", "cutoff", "previous"), MOMENTS),
    edition=st.sampled_from(["morning", "evening"]),
    demo=st.booleans(),
    sections=st.lists(SECTIONS, max_size=2).map(tuple),
    tables=st.lists(TABLES, max_size=2).map(tuple),
    changes=st.lists(TABLES, max_size=1).map(tuple),
    later=st.lists(st.builds(Later, NUMBERS, VALUES, TEXT), max_size=2).map(tuple),
)


@given(BRIEFINGS)
def test_a_briefing_comes_back_from_json_as_it_went(briefing: Briefing) -> None:
    back = from_json(to_json(briefing))
    assert back == briefing
    assert [type(r) for s in back.sections for p in s.paragraphs for r in p.runs] == [
        type(r) for s in briefing.sections for p in s.paragraphs for r in p.runs
    ]
    assert back.cutoff.isoformat() == briefing.cutoff.isoformat()
    assert to_json(back) == to_json(briefing)
