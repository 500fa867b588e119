"""Cells into values: numbers, yes and no, listed choices, moments. A cell that cannot be read keeps its reason."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache, partial
from typing import Any

import numpy as np
import pandas as pd

from errors import EpiGridError, InputError
from ledgers.intake.columns import folded
from ledgers.intake.fields import Field
from ledgers.intake.readers import text_of
from ledgers.posts.timetable import normalise
from ledgers.sheets import CONTROL

Converted = tuple[pd.Series, dict[int, EpiGridError]]

YES = frozenset({"是", "有", "1", "true", "yes", "y", "√", "✓", "对"})
NO = frozenset({"否", "无", "0", "false", "no", "n", "×", "x", "不"})
# Excel counts days from here (1900 taken as a leap year); as moments these serials are the years 1982 to 2064.
EXCEL_EPOCH, EXCEL_SERIALS = datetime(1899, 12, 30), (30_000, 60_000)


@dataclass(frozen=True)
class Clock:
    """What a moment without year or zone is read by: the workspace's now."""

    now: datetime


def convert(cells: pd.Series, field: Field, clock: Clock) -> Converted:
    """Convert a column; each distinct cell is read once.

    Returns
    -------
    values, problems
        A Series of objects on the same index (None where blank or wrong), and position -> reason.
    """
    if field.kind == "number":
        return _numbers(cells)
    readers: dict[str, Callable[[Any], Any]] = {
        "int": _whole,
        "bool": _yes_or_no,
        "enum": partial(_choice, field=field),
        "timetable": _timetable,
        "moment": partial(moment, clock=clock),
        "code": _code,
    }
    return distinct(cells, readers.get(field.kind, _text))


def distinct(cells: pd.Series, read: Callable[[Any], Any]) -> Converted:
    """Return what a reader makes of a column, and the reason where it cannot; each distinct cell is read once, a blank never."""
    codes, cases = pd.factorize(cells, use_na_sentinel=True)
    values, reasons = np.empty(len(cases) + 1, dtype=object), {}
    values[-1] = None
    for number, case in enumerate(cases):
        try:
            values[number] = read(case) if text_of(case) is not None else None
        except EpiGridError as error:
            values[number], reasons[number] = None, error
    wrong = np.flatnonzero(np.isin(codes, list(reasons))) if reasons else ()
    return pd.Series(values[codes], index=cells.index, dtype="object"), {int(i): reasons[int(codes[i])] for i in wrong}


def _numbers(cells: pd.Series) -> Converted:
    numbers = pd.to_numeric(cells, errors="coerce").astype("float64")
    odd = cells.notna() & ~np.isfinite(numbers)
    if not odd.any():
        return numbers.astype("object").where(numbers.notna(), None), {}
    values, problems = distinct(cells[odd], number)
    positions = np.flatnonzero(odd)
    merged = numbers.astype("object").where(np.isfinite(numbers), None)
    merged.iloc[positions] = values.to_numpy(dtype=object)
    return merged, {int(positions[i]): reason for i, reason in problems.items()}


def _text(cell: Any) -> str | None:
    return CONTROL.sub("", text_of(cell) or "") or None


def number(cell: Any) -> float:
    """Return a number, whatever marks of degrees and thousands it has. Raises InputError when it is none."""
    plain = re.sub(r"[\s,°度EN]", "", unicodedata.normalize("NFKC", str(cell)))
    try:
        read = float(plain)
    except ValueError:
        read = np.nan
    if not np.isfinite(read):
        raise InputError("It is not a number.")
    return read


def _whole(cell: Any) -> int:
    read = number(str(cell).removesuffix("户").removesuffix("人").removesuffix("层"))
    if read != int(read) or not 0 <= read <= 2_000_000_000:
        raise InputError("It is not a whole number from 0 up.")
    return int(read)


def _yes_or_no(cell: Any) -> bool:
    text = folded(text_of(cell))
    if text in YES:
        return True
    if text in NO:
        return False
    raise InputError("Write yes or no (是 or 否).")


@cache
def _choices(name: str, values: tuple[tuple[str, tuple[str, ...]], ...]) -> dict[str, str]:
    return {folded(text): value for value, texts in values for text in (value, *texts)}


def _choice(cell: Any, *, field: Field) -> str | None:
    """Return the value that a text is read as; of ``a;b;c`` (from the general to the special) the last part that is known."""
    choices = _choices(field.name, tuple(field.values.items()))
    text = str(text_of(cell))
    parts = [text, *reversed(re.split(r"[;；|]", text))] if field.fallback else [text]
    value = next((choices[folded(part)] for part in parts if folded(part) in choices), field.fallback)
    if value is None:
        raise InputError(
            "It is unknown here; write one of: {choices}.", choices=", ".join(" ".join((v, *t[:1])) for v, t in field.values.items())
        )
    return value


def _timetable(cell: Any) -> str:
    if isinstance(cell, date | time | float | int):
        raise InputError("It is not a timetable; write it as text like 06:00-22:00.")
    return normalise(str(text_of(cell)))


def _code(cell: Any) -> str:
    """Return a statistical division code; a leading 156 is ISO 3166's number for China, not part of it."""
    text = str(text_of(cell))
    if not re.fullmatch(r"\d+", text):
        raise InputError("A division code has digits alone, like 421202 or 421202001.")
    return text[3:] if len(text) == 9 and text.startswith("156") else text


def moment(cell: Any, *, clock: Clock) -> datetime:
    """Return an aware moment: an Excel date, ISO, 2020/2/3 18:00, 2020年2月3日18时30分, or 2月3日 of the clock's year.

    Raises
    ------
    InputError
        When it is not a time that exists.
    """
    zone = clock.now.tzinfo
    try:
        if isinstance(cell, datetime):
            return pd.Timestamp(cell).to_pydatetime().astimezone(zone) if cell.tzinfo else cell.replace(tzinfo=zone)
        if isinstance(cell, date):
            return datetime.combine(cell, time(), tzinfo=zone)
        text = unicodedata.normalize("NFKC", str(text_of(cell)))
        if re.fullmatch(r"\d{5}(\.\d+)?", text) and EXCEL_SERIALS[0] <= float(text) <= EXCEL_SERIALS[1]:
            return (EXCEL_EPOCH + timedelta(seconds=round(float(text) * 86400))).replace(tzinfo=zone)
        if re.match(r"\d{4}-\d\d-\d\d", text):
            iso = datetime.fromisoformat(text)
            return iso.astimezone(zone) if iso.tzinfo else iso.replace(tzinfo=zone)
        found = _WRITTEN.fullmatch(text)
        if found:
            year = int(found["year"] or clock.now.year)
            parts = (
                year,
                int(found["month"]),
                int(found["day"]),
                int(found["hour"] or 0),
                int(found["minute"] or 0),
                int(found["second"] or 0),
            )
            return datetime(*parts, tzinfo=zone)
    except (ValueError, OverflowError):
        pass
    raise InputError("It is not a time; write it like 2020-02-03 18:00.")


_WRITTEN = re.compile(
    r"(?:(?P<year>\d{4})\s*[-/.年]\s*)?(?P<month>\d{1,2})\s*[-/.月]\s*(?P<day>\d{1,2})\s*[日号]?"
    r"(?:[\sT]*(?P<hour>\d{1,2})\s*[:时点]\s*(?:(?P<minute>\d{1,2})\s*分?)?(?::(?P<second>\d{1,2})(?:\.0+)?)?)?"
)
