"""Personal data: what is personal says the registry of kinds; lists mask it, and opening it is an event with a purpose.

A column is a ``name``, ``phone``, ``id_number``, ``address``, ``text``, ``date``, ``health``, ``place``, ``staff`` or ``remark``
(``queries.kinds``), or nothing of the sort. Lists show those of ``SHOWN``, which retention blanks like the others.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import pandas as pd

from errors import InputError, NotFound
from queries.events import Viewer
from queries.kinds import KINDS
from queries.store import Store
from queries.view import View

HIDDEN = "•••"
# The compound surnames in use; a name of two characters that is one of them is a surname and a given name all the same.
_COMPOUND = (
    "欧阳 上官 司马 诸葛 司徒 东方 皇甫 尉迟 公孙 令狐 慕容 宇文 长孙 夏侯 轩辕 端木 南宫 百里 东郭 呼延 独孤 闻人 申屠 澹台 淳于 公冶 "
    "单于 太史 钟离 仲孙 濮阳 赫连 拓跋 第五 歐陽 司馬 諸葛 東方 尉遲 公孫 長孫 軒轅 南宮 獨孤 聞人 單于 鍾離 仲孫 濮陽 赫連"
)
COMPOUND_SURNAMES = frozenset(_COMPOUND.split())
_HAN = re.compile(r"[\u3400-\u9fff\U00020000-\U000323af]")
_DIGIT = re.compile(r"\d")


def mask_name(name: str) -> str:
    """Return a name of which the surname is left, and of a Latin one the initials.

    >>> mask_name("张三"), mask_name("张三丰"), mask_name("欧阳锋"), mask_name("Anna Li"), mask_name("阿依古丽·买买提")
    ('张*', '张**', '欧阳*', 'A*** L***', '阿***·***')
    """
    name = name.strip()
    if not _HAN.match(name):
        return " ".join(f"{word[0]}***" for word in name.split())
    kept = 2 if len(name) > 2 and name[:2] in COMPOUND_SURNAMES else 1
    return name[:kept] + re.sub(r"[^\s·•]", "*", name[kept:]) if len(name) > 1 else "*"


def mask_phone(phone: str) -> str:
    """Return a phone number without its middle; of a short one the last two digits are left, of a very short one none.

    >>> mask_phone("138 0013 1234"), mask_phone("+86 13800131234"), mask_phone("3512345"), mask_phone("110"), mask_phone("none")
    ('138****1234', '138****1234', '*****45', '***', '•••')
    """
    digits = "".join(_DIGIT.findall(phone))
    if len(digits) == 13 and digits.startswith("86"):
        digits = digits[2:]
    if not digits:
        return HIDDEN if phone.strip() else ""
    if len(digits) >= 10:
        return digits[:3] + "*" * (len(digits) - 7) + digits[-4:]
    return "*" * (len(digits) - 2) + digits[-2:] if len(digits) >= 7 else "*" * len(digits)


def mask_id_number(number: str) -> str:
    """Return an ID number of which the first three and the last four characters are left; of a short one nothing.

    >>> mask_id_number("42010619620304123X"), mask_id_number("E1234567")
    ('420***********123X', '********')
    """
    number = number.strip()
    return number[:3] + "*" * (len(number) - 7) + number[-4:] if len(number) >= 14 else "*" * len(number)


def mask_date(day: object) -> str:
    """Return the year of a date.

    >>> mask_date(pd.Timestamp(1962, 3, 4))
    '1962'
    """
    return str(day)[:4]


def _hide(text: str) -> str:
    return HIDDEN if text.strip() else ""


MASKS: dict[str, Callable[[str], str]] = {
    "name": mask_name,
    "phone": mask_phone,
    "id_number": mask_id_number,
    "date": mask_date,
    "address": _hide,
    "text": _hide,
}

# A temperature without its name is what a list is for; a door must be found, staff be reached, and why a thing was done be read.
SHOWN = ("health", "place", "staff", "remark")


def sensitivity(store: Store) -> dict[str, dict[str, str]]:
    """Return what is personal in the ledger: table -> column -> sort."""
    return {kind.table: kind.personal for kind in KINDS.values() if kind.personal}


def masks(store: Store) -> dict[str, dict[str, Callable[[str], str]]]:
    """Return what lists mask, and how: table -> column -> the mask of a text."""
    return {table: {column: MASKS[kind] for column, kind in kinds.items() if kind in MASKS} for table, kinds in sensitivity(store).items()}


def masked(store: Store, table: str | Sequence[str], frame: pd.DataFrame) -> pd.DataFrame:
    """Return a frame whose personal columns are masked; the frame given is left as it is, and what is missing stays missing.

    Parameters
    ----------
    table
        The event table that the columns come from, or all those of a frame that joins several.
    frame
        Any columns; those that bear the name of a personal column of a table are masked as that one.
    """
    known = masks(store)
    own = {column: mask for name in ([table] if isinstance(table, str) else table) for column, mask in known.get(name, {}).items()}
    return frame.assign(**{column: _masked(frame[column], mask) for column, mask in own.items() if column in frame})


def masked_details(store: Store, events: pd.DataFrame) -> pd.Series:
    """Return the details (dicts of columns) of events of several tables, masked as each event's table has it."""
    known = masks(store)

    def hidden(table: str, details: dict[str, Any]) -> dict[str, Any]:
        own = known.get(table, {})
        return {name: own[name](str(value)) if name in own else value for name, value in details.items()}

    pairs = zip(events["event_table"], events["details"], strict=True)
    return pd.Series([hidden(table, details) for table, details in pairs], index=events.index, dtype="object")


def _masked(values: pd.Series, mask: Callable[[str], str]) -> pd.Series:
    return pd.Series(
        [None if pd.isna(value) else mask(str(value)) for value in values.astype("object")], index=values.index, dtype="object"
    )


# Opening it


def disclose(store: Store, viewer: Viewer, table: str, subject_ids: Iterable[str], *, purpose: str) -> list[str]:
    """Record that the viewer opens the personal data of subjects, and for what; return the event ids. Open it after that.

    Raises
    ------
    InputError
        When no purpose is given.
    NotFound
        When a subject does not exist, or lies outside the viewer's scope; nothing is recorded then.
    """
    if not purpose.strip():
        raise InputError("Say what you need the personal data for: it is kept with your name.")
    wanted = list(dict.fromkeys(subject_ids))
    found = store.run("select_subject_areas", viewer, subject_table=table, subject_ids=wanted)
    for subject in wanted:
        if subject not in set(found["subject_id"]):
            raise NotFound("There is nobody and nothing called {subject} in this ledger, or it lies outside your area.", subject=subject)
    return store.append(viewer, {"disclosure": found.assign(subject_table=table, purpose=purpose.strip())})


def disclosures(view: View, *, table: str | None = None, subject: str | None = None) -> pd.DataFrame:
    """Return who opened what, when and why, latest first: ``effective_at, recorded_by, subject_table, subject_id, area_id, purpose``."""
    return view.run("select_disclosures", subject_table=table, subject_id=subject)
