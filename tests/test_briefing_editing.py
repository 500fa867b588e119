"""Edits of a draft: what is printed is the edit, and no number changes without being marked."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefing.editing import apply
from briefing.model import HandNumber, Number, Paragraph, Run
from briefing.numerals import TOKEN, tokens
from tests.briefings import sample

LABELS = ("出入口", "封闭", "开放", "卡口")


def figure(at: int, text: str) -> Number:
    return Number(f"n{at}", LABELS[at % 4], None, text, "q", "situation")


def edited(runs: tuple[Run, ...], body: str) -> tuple[Run, ...]:
    """Return the runs of one paragraph after an edit."""
    return edited_paragraphs(runs, body)[0].runs


def edited_paragraphs(runs: tuple[Run, ...], body: str, removed: tuple[Number, ...] = ()) -> tuple[Paragraph, ...]:
    briefing = sample()
    section = briefing.sections[0]
    one = type(section)(section.id, section.title, (Paragraph("p", runs, removed=removed),))
    draft = type(briefing)(**{**vars(briefing), "sections": (one,)})
    return apply(draft, {"p": body}).sections[0].paragraphs


N25, N13, N85 = figure(0, "25"), figure(1, "13"), figure(2, "85")
GATES = ("全镇有出入口", N25, "个，其中封闭", N13, "个。")


def test_a_number_that_nobody_touched_stays_and_the_words_around_it_change() -> None:
    assert edited(GATES, "据统计，全镇有出入口25 个，其中封闭13个，已全部核实。") == (
        "据统计，全镇有出入口",
        N25,
        " 个，其中封闭",
        N13,
        "个，已全部核实。",
    )
    assert edited(("共", N25, "户", N85, "人。"), "共26户85人。") == ("共", HandNumber("26", N25), "户", N85, "人。")


SHUT = ("封闭", N13, "个、24小时开放", figure(3, "8"), "个。")


@pytest.mark.parametrize(
    ("draft", "body"),
    [
        (SHUT, "开放13个、24小时封闭8个。"),
        (("封闭", N13, "个"), "未封闭13个"),
        (("封闭", N13, "个"), "约封闭13个"),
        (("出入口", N25, "个"), "卡口25个"),
        (("出入口：", N25, "个"), "卡口：25个"),
        (("出入口（含小区）", N25, "个"), "卡口（含小区）25个"),
        (("开放", N25, "个"), "开放25户"),
        (("有", N25, "个卡口无人值守"), "有25个卡口有人值守"),
        ((N13, " sealed, ", N25, " open"), "13 open, 25 sealed"),
        (("24小时开放", N25, "个"), "12小时开放25个"),
        (("2月12日排查", N25, "户"), "2月13日排查25户"),
    ],
)
def test_a_number_whose_words_changed_is_by_hand_though_its_digits_did_not(draft: tuple[Run, ...], body: str) -> None:
    runs = edited(draft, body)
    drafted = [run for run in draft if isinstance(run, Number)]
    assert [run for run in runs if isinstance(run, HandNumber) and run.instead_of] == [HandNumber(n.text, n) for n in drafted]
    assert not any(isinstance(run, Number) for run in runs)


@pytest.mark.parametrize("said", ["若干", "thirteen", "half", "不少", "一半", "九成", "十来个", "半数"])
def test_a_number_that_gave_way_to_words_is_told(said: str) -> None:
    (paragraph,) = edited_paragraphs(GATES, f"全镇有出入口25个，其中封闭{said}。")
    assert N25 in paragraph.runs and N13 not in paragraph.runs
    assert (paragraph.removed == (N13,)) != any(isinstance(r, HandNumber) and r.instead_of == N13 for r in paragraph.runs)


def test_a_number_that_was_taken_out_is_told_until_it_is_back() -> None:
    (shorter,) = edited_paragraphs(GATES, "全镇有出入口25个。")
    assert shorter.removed == (N13,)
    (empty,) = edited_paragraphs(GATES, "")
    assert empty.removed == (N25, N13)
    (again,) = edited_paragraphs(shorter.runs, "出入口不少。", removed=shorter.removed)
    assert again.removed == (N25, N13)


@pytest.mark.parametrize("written", ["26", "1,234", "25.5", "3万", "二十六", "-25", "25%", "约百"])
def test_a_number_written_in_place_of_another_says_of_which(written: str) -> None:
    runs = edited(GATES, f"全镇有出入口{written}个，其中封闭13个。")
    assert HandNumber(written.removeprefix("约"), N25) in runs and N13 in runs and N25 not in runs


def test_a_new_number_stands_in_place_of_none() -> None:
    runs = edited(GATES, "全镇有出入口25个，其中封闭13个。另设三处临时通道，3名志愿者。")
    assert [r for r in runs if not isinstance(r, str)] == [N25, N13, HandNumber("三"), HandNumber("3")]


def test_numbers_that_changed_places_are_both_marked() -> None:
    runs = edited(GATES, "全镇有出入口13个，其中封闭25个。")
    assert [r for r in runs if not isinstance(r, str)] == [HandNumber("13", N25), HandNumber("25", N13)]


def test_a_number_does_not_slip_into_the_place_of_one_that_was_taken_out() -> None:
    assert edited(GATES, "全镇有出入口13个。") == ("全镇有出入口", HandNumber("13", N25), "个。")
    villages = ("A村", N25, "人，B村", N13, "人。")
    assert edited(villages, "A村13人。") == ("A村", HandNumber("13", N25), "人。")
    front = ((N13, "个封闭，", N25, "个出入口"), "13个出入口")
    assert edited(*front) == (HandNumber("13", N25), "个出入口")


def test_a_clause_that_was_taken_out_leaves_the_others_alone() -> None:
    assert edited(GATES, "全镇有出入口25个。") == ("全镇有出入口", N25, "个。")
    assert edited(GATES, "其中封闭13个。") == ("其中封闭", N13, "个。")
    assert edited(("共", N25, "户", N85, "人。"), "共85人。") == ("共", HandNumber("85", N85), "人。")


def test_an_unknown_number_can_be_filled_in_by_hand_and_known_ones_taken_back() -> None:
    unknown = figure(0, "不详")
    assert edited(("确诊", unknown, "例。"), "确诊2例。") == ("确诊", HandNumber("2", unknown), "例。")
    assert edited(("确诊", N25, "例。"), "确诊不详。") == ("确诊不详。",)


def test_dates_and_times_are_text_unless_they_stand_for_a_number() -> None:
    assert edited(GATES, "截至2月13日18:00，全镇有出入口25个，其中封闭13个。")[0] == "截至2月13日18:00，全镇有出入口"
    assert HandNumber("2月13日", N25) in edited(("自", N25, "起"), "自2月13日起")
    assert edited(("值守14天，有", N13, "人"), "值守7天，有13人") == ("值守", HandNumber("7"), "天，有", N13, "人")


def test_a_sign_or_per_cent_that_stands_beside_the_number_stays_beside_it() -> None:
    assert edited(("完成", N85, "%。"), "完成86%。") == ("完成", HandNumber("86", N85), "%。")
    assert edited(("完成", N85, "%。"), "完成85‰。") == ("完成", HandNumber("85‰", N85), "。")
    assert edited(("完成", N85, "%。"), "完成85%。") == ("完成", N85, "%。")


def test_an_edit_of_an_edit_still_says_what_the_system_says() -> None:
    assert edited(("共", HandNumber("26", N25), "个"), "共27个") == ("共", HandNumber("27", N25), "个")
    assert edited(("共", HandNumber("26", N25), "个"), "一共26个") == ("一共", HandNumber("26", N25), "个")


def test_the_rest_of_the_briefing_is_left_alone() -> None:
    draft = sample()
    assert apply(draft, {}) == draft
    assert apply(draft, {p.id: p.text for s in draft.sections for p in s.paragraphs} | {"gone": "x"}) == draft
    changed = apply(draft, {"problems_posts": "有4个卡口无人值守。", "situation_note": ""})
    assert [p.id for s in changed.sections for p in s.paragraphs if p.edited] == ["situation_note", "measures_edited", "problems_posts"]
    assert changed.numbers == draft.numbers  # those of the draft, also where somebody wrote over them


# Drafts and edits out of the same few pieces, so that the edits look like the drafts.
NUMBERS = st.sampled_from(["3", "25", "1,234", "37.5", "87.5%", "不详", "0", "12/25", "3天", "٣"])
WORDS = st.sampled_from(
    ["出入口", "个", "，", "。", "其中", "人", "%", "-", "14天", "2月12日", "18:00", " ", "三名", "万", "G107", "，封闭", "."]
)
DRAFTS = st.lists(st.one_of(WORDS, NUMBERS.map(lambda text: (text,))), max_size=9)
BODIES = st.lists(st.one_of(WORDS, NUMBERS, st.text(max_size=3)), max_size=9).map("".join)


def runs_of(draft: list[str | tuple[str]]) -> tuple[Run, ...]:
    return tuple(run if isinstance(run, str) else figure(at, run[0]) for at, run in enumerate(draft))


def plain_digits(runs: tuple[Run, ...]) -> Counter[str]:
    """Return the groups of digits that stand in the text itself, dates and times of day aside."""
    text = "".join(run if isinstance(run, str) else "\0" for run in runs)
    counted = "".join("\0" if found.lastgroup == "moment" else found.group() for found in TOKEN.finditer(text))
    return Counter(re.findall(r"\d+", counted))


@given(DRAFTS, st.data())
def test_what_is_printed_is_the_edit_and_no_number_changes_unmarked(draft: list[str | tuple[str]], data: st.DataObject) -> None:
    runs = runs_of(draft)
    text = Paragraph("p", runs).text
    # An edit is anything, or the draft with a stretch of it written anew.
    start, end = sorted(data.draw(st.tuples(st.integers(0, len(text)), st.integers(0, len(text)))))
    body = data.draw(st.one_of(BODIES, BODIES.map(lambda new: text[:start] + new + text[end:])))
    (paragraph,) = edited_paragraphs(runs, body)
    result = paragraph.runs

    assert Paragraph("p", result).text == body
    if body == text:
        assert result == runs
        return
    kept = [run for run in result if isinstance(run, Number)]
    drafted = [run for run in runs if isinstance(run, Number)]
    assert [n for n in drafted if n in kept] == kept  # in their order, each once, with the text they had
    replaced = [run.instead_of for run in result if isinstance(run, HandNumber) and run.instead_of]
    assert len(set(replaced)) == len(replaced) and not set(replaced) & set(kept)
    # Each number of the draft stands there still, was written over, or is told to be gone.
    assert {*kept, *replaced, *paragraph.removed} == set(drafted) and not {*kept, *replaced} & set(paragraph.removed)
    # What is a number in the edit and not marked stood there in the draft as plain text.
    assert not plain_digits(result) - Counter(re.findall(r"\d+", "".join(run for run in runs if isinstance(run, str))))


@given(st.text())
def test_tokens_lose_nothing(text: str) -> None:
    assert "".join(token.text for token in tokens(text)) == text
    assert all(text[token.start : token.end] == token.text for token in tokens(text))
