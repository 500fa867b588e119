"""No string without its translation, no translation without its string."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from string import Formatter

from babel.messages.pofile import read_po

import errors
from tests.syntax import parsed
from words import catalogue, translator

ROOT = Path(__file__).resolve().parents[1]
ERRORS = [n for n, c in vars(errors).items() if isinstance(c, type) and issubclass(c, errors.EpiGridError)]
KEYWORDS = {"_", "translate", "N_", "note", *ERRORS}
PLACES = ("ui", "ledgers", "briefing", "geo", "queries", "pages", "data")


def messages() -> set[str]:
    """Return every literal given to a translating call; read from the syntax tree, since f-strings hide calls from text scanners."""
    files = [*ROOT.glob("*.py"), *(file for place in PLACES for file in (ROOT / place).rglob("*.py"))]
    calls = (node for file in files for node in ast.walk(parsed(file)) if isinstance(node, ast.Call) and node.args)
    return {
        node.args[0].value
        for node in calls
        if getattr(node.func, "id", getattr(node.func, "attr", None)) in KEYWORDS
        and isinstance(node.args[0], ast.Constant)
        and isinstance(node.args[0].value, str)
    }


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def entries() -> dict[str, str]:
    with (ROOT / "locale" / "zh_CN.po").open("rb") as file:
        return {str(m.id): str(m.string) for m in read_po(file) if m.id}


def test_every_message_has_a_chinese_translation() -> None:
    missing = sorted(messages() - {msgid for msgid, text in entries().items() if text})
    assert not missing, "\n".join(missing)


def test_every_translation_is_used() -> None:
    unused = sorted(set(entries()) - messages())
    assert not unused, "\n".join(unused)


def test_placeholders_survive_translation() -> None:
    for msgid, text in entries().items():
        assert fields(msgid) == fields(text), msgid


def test_traditional_chinese_is_made_from_simplified() -> None:
    assert set(catalogue("zh_HK")) == set(catalogue("zh_CN"))
    assert translator("zh_HK")("Entrances") == "出入口"
    changed = [k for k in catalogue("zh_CN") if catalogue("zh_CN")[k] != catalogue("zh_HK")[k]]
    assert len(changed) > len(catalogue("zh_CN")) / 4


def test_no_translation_is_the_english_again() -> None:
    assert not [k for k, text in entries().items() if text == k and re.search(r"[a-z]{3,} [a-z]{3,}", k)]


def test_no_message_speaks_of_people_where_their_number_may_be_unknown_nor_of_a_bare_map_where_an_answer_is_drawn() -> None:
    say = translator("zh_CN")
    assert say("Unmonitored junction that protects most") == "盲区路口，设卡作用最大"
    assert say("Unmonitored junction that protects many") == "盲区路口，设卡作用较大"
    alone = "No post, entrance or other ledger had been kept by this moment: what is drawn follows from the map data alone."
    assert say(alone) == "截至此时尚无卡口、出入口等台账记录，图上所示仅由地图数据得出。"
