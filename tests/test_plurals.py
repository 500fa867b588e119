"""English counts by number: "1 entrance", "2 entrances"."""

from __future__ import annotations

import pickle
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from babel.messages.pofile import read_po

from briefing.draft import draft
from briefing.page import Page, filled
from briefing.view import View
from errors import InputError
from ledgers.roads.claim import POSTS, Said, paragraph
from queries.store import LOCAL, open_store
from tests.test_words import entries, fields
from tests.township import NOW, START, fill
from words import ROOT, Counted, catalogue, translator

# What names a thing, and counts none.
NAMES = {"building", "date", "day", "file", "folder", "given", "lat", "member", "moment", "name", "names", "row", "sheet", "text"}
COUNTS = re.compile(r"\{(\w+)\}\*{0,2} (?:[a-z-]+ )?(?:people|are|have|were|(?!(?:is|has|was|does|this|its)\b)[a-z-]+s)\b")
READS_RIGHT = {
    "{n} on roads that touch no others": "no noun is counted",
    "{n} in clusters": "no noun is counted",
    "{affected} staff from the affected area are more than the {staff} there are.": "staff is plural for any number",
    "A map has {low} to {high} dots an inch, not {given}.": "limits of ours, never 1",
    "A paragraph has at most {most} characters, this one {n}; divide it.": "a limit of ours, never 1",
    "The field {name} is too long; write at most {most} characters.": "a limit of ours, never 1",
    "{file} would unfold to {size} bytes; it is not a backup of this program.": "beyond a limit, never 1",
    "{n} entries are too many at once; send at most {most}.": "beyond a limit, never 1",
    "The first {n} are listed; filter or search for the others. The download has all.": "a limit of ours, never 1",
    "The list would have {n} rows, more than a form takes; choose a smaller area, or export it.": "beyond a limit, never 1",
    "The sheet {sheet} of {file} takes more than {n} cells, merged ranges counted whole; make it smaller.": "a limit of ours, never 1",
    "The lists of {sheet} would fill {n} cells, more than a form takes; choose a smaller area.": "beyond a limit, never 1",
}
say = translator("en")


def counted() -> dict[str, Counted]:
    return {msgid: text for msgid, text in catalogue("en").items() if isinstance(text, Counted)}


def counting() -> Iterator[str]:
    """Yield the messages that count something, but for those of which the code has one for 1 as well."""
    known = set(entries())
    for message in known:
        of_one = (message[:i] + message[i + 1 :] for i, sign in enumerate(message) if sign == "s")
        if any(name not in NAMES for name in COUNTS.findall(message)) and known.isdisjoint(of_one):
            yield message


def test_every_plural_is_of_a_message_and_the_same_message_twice() -> None:
    with (ROOT / "locale" / "en.po").open("rb") as file:
        messages: list[Any] = [message for message in read_po(file) if message.id]
    assert {type(message.id) for message in messages} == {tuple}
    assert [message.id[0] for message in messages] == [message.id[1] for message in messages]
    assert len({message.id[0] for message in messages}) == len(messages) == len(counted())
    assert not {message.id[0] for message in messages} - set(entries())


def test_both_forms_have_the_placeholders_of_the_message_and_one_of_them_is_counted() -> None:
    for msgid, text in counted().items():
        assert fields(text.singular) == fields(text) == fields(msgid), msgid
        assert text.counts in fields(msgid), msgid
        assert all(form.endswith(msgid[-1]) or msgid[-1].isalpha() for form in (text, text.singular)), msgid


def test_every_message_that_counts_has_its_singular() -> None:
    missing = sorted(set(counting()) - set(counted()) - set(READS_RIGHT))
    assert not missing, "\n".join(missing)
    assert not set(READS_RIGHT) - set(entries()) and not set(READS_RIGHT) & set(counted())


@pytest.mark.parametrize("one", [1, np.int64(1), "1", "**1**"])
def test_one_is_told_in_the_singular(one: object) -> None:
    for text in counted().values():
        assert text.form(one) == text.singular


@pytest.mark.parametrize("many", [0, 2, 21, 1000, np.int64(0), 1.5, None, "", "0", "2", "1.0", "1,204", "1,001", "–", "not known", "+1"])
def test_any_other_number_and_what_is_none_is_told_in_the_plural(many: object) -> None:
    for text in counted().values():
        assert text.form(many) == str(text)


def test_sentences_read_as_they_are_spoken() -> None:
    assert say("{n} rows").format(n=1) == "1 row"
    assert say("{n} rows").format(n="1,000") == "1,000 rows"
    assert say("The order of **{n}** seals has expired; they stand until someone decides.").format(n="1") == (
        "The order of **1** seal has expired; it stands until someone decides."
    )
    assert say("Reports: {n} of {units} units have not reported for {day}: {names}.").format(
        n=1, units=3, day="12 Feb", names="朝阳村"
    ) == ("Reports: 1 of 3 units has not reported for 12 Feb: 朝阳村.")
    assert say("{name}: {n} readings missed").format(name="1", n=2) == "1: 2 readings missed"


def test_a_sentence_that_is_not_filled_in_is_its_plural() -> None:
    text = say("{n} rows")
    assert text == str(text) == f"{text}" == "{n} rows" and type(str(text)) is str
    kept = pickle.loads(pickle.dumps(text))
    assert isinstance(kept, Counted) and kept.format(n=1) == "1 row"
    with pytest.raises(KeyError):
        text.format()


def test_what_is_data_stays_in_the_words_of_the_code() -> None:
    error = InputError("{n} persons who are followed live there; move them first.", n=1)
    assert str(error) == error.text() == "1 persons who are followed live there; move them first."
    assert error.text(say) == "1 person who is followed lives there; move that person first."
    said = Said(POSTS, {"posts": 1})
    assert said.text() == paragraph([said]) == "1 more posts close every way in as drawn, and fewer cannot."
    assert said.text(say) == "1 more post closes every way in as drawn, and it cannot be spared."
    assert Said(POSTS, {"posts": 1204}).text(say) == Said(POSTS, {"posts": 1204}).text()


def test_an_english_briefing_takes_the_form_of_its_numbers(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        fill(store, recorded_at=START)
        told = {p.id: p.text for section in draft(store, LOCAL, "t", at=NOW, lang="en").sections for p in section.paragraphs}
        assert told["problems_seals"].startswith("Seals: 1 entrance is sealed past the date of its order: ")
        assert told["measures_entrances"] == "3 entrances: 1 sealed, 1 open around the clock, 1 open by hours."
        page = Page(View(store, LOCAL, area="t", at=NOW, lang="en"), "problems")
        one, three = page.number("entrances.overdue"), page.number("entrances.total")
    for number, of_it in ((one, "1 row"), ([one], "1 row"), (three, "3 rows"), ("1", "1 row"), ([one, three], "13 rows")):
        assert "".join(run if isinstance(run, str) else run.text for run in filled(say("{n} rows"), {"n": number})) == of_it
