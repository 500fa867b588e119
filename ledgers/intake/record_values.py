"""Cells of the ledgers of people into values: days, temperatures, symptoms, ID numbers and phones as villages write them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Any

import pandas as pd

from errors import InputError
from ledgers.entry_checks import birthday as check_birthday
from ledgers.intake.columns import folded
from ledgers.intake.fields import Field
from ledgers.intake.readers import text_of
from ledgers.intake.values import Clock, Converted, convert, distinct, moment, number
from ledgers.people import id_numbers
from ledgers.posts.passes import PLAUSIBLE
from ledgers.sheets import CONTROL

# Where a list says no more than the part of the day, a reading counts from these hours.
MORNING, AFTERNOON = time(8), time(15)
PARTS_OF_DAY = {
    **dict.fromkeys(("上午", "早上", "早", "早晨", "晨", "am", "第一次"), MORNING),
    **dict.fromkeys(("下午", "晚上", "晚", "傍晚", "pm", "第二次"), AFTERNOON),
}
SYMPTOMS = {
    **dict.fromkeys(("fever", "发热", "发烧", "高热", "低热"), "fever"),
    **dict.fromkeys(("cough", "咳嗽", "干咳"), "cough"),
    **dict.fromkeys(("fatigue", "乏力", "疲劳", "无力", "疲倦"), "fatigue"),
    **dict.fromkeys(("sore_throat", "sorethroat", "咽痛", "咽喉痛", "嗓子疼", "喉咙痛", "咽干"), "sore_throat"),
    **dict.fromkeys(("short_of_breath", "shortofbreath", "气促", "气短", "呼吸困难", "胸闷"), "short_of_breath"),
    **dict.fromkeys(("diarrhoea", "腹泻", "拉肚子"), "diarrhoea"),
}
NO_SYMPTOMS = frozenset({"无", "正常", "否", "没有", "无症状", "良好", "健康", "无异常", "无不适", "身体正常", "none", "no", "0"})
# A workbook keeps 15 digits of a number; the last ones of an ID number entered as one are gone.
_CUT = re.compile(r"\d(?:\.\d+)?E\+?\d\d|\d+\.0*")


def convert_record(cells: pd.Series, field: Field, clock: Clock) -> Converted:
    """Convert a column of a ledger of people, as ``values.convert`` does a column of a layer."""
    readers: dict[str, Callable[[Any], Any]] = {
        "moment": partial(past, clock=clock),
        "day": partial(_day, clock=clock),
        "birthday": partial(_birthday, clock=clock),
        "time": _time,
        "temperature": _temperature,
        "symptoms": _symptoms,
        "people": _people,
        "id_number": partial(_id_number, clock=clock),
        "phone": _phone,
        "door": _door,
        "id": _id,
        "quantity": _quantity,
    }
    if field.name in ("retry_at", "ended_at"):  # these may lie ahead
        readers["moment"] = partial(written_moment, clock=clock)
    return distinct(cells, readers[field.kind]) if field.kind in readers else convert(cells, field, clock)


def written_moment(cell: Any, *, clock: Clock) -> datetime:
    """Return an aware moment as ``values.moment`` does, also from 20200203 and from 2月3日上午.

    A day of the clock's year that is more than half a year ahead was in the year before: lists of December are read in January.

    Raises
    ------
    InputError
        When it is not a time that exists.
    """
    text = unicodedata.normalize("NFKC", text_of(cell) or "") if not isinstance(cell, date) else ""
    found = re.fullmatch(r"(?P<day>.*?\d[日号]?)\s*(?P<part>上午|下午|早上|晚上|早|晚)", text)
    if found:
        return datetime.combine(written_moment(found["day"], clock=clock).date(), PARTS_OF_DAY[found["part"]], clock.now.tzinfo)
    digits = re.fullmatch(r"((?:19|20)\d\d)(\d\d)(\d\d)", text)
    read = moment("-".join(digits.groups()) if digits else cell, clock=clock)
    yearless = bool(re.match(r"\d{1,2}\s*[-/.月]", text)) and not re.match(r"\d{4}", text)
    ahead = yearless and read - clock.now > timedelta(days=183)
    return read.replace(year=read.year - 1) if ahead else read


def past(cell: Any, *, clock: Clock) -> datetime:
    """Return a moment as ``written_moment`` does. Raises InputError when it is not a time, or lies in the future."""
    read = written_moment(cell, clock=clock)
    if read > clock.now:
        raise InputError("It lies in the future: now it is {now}; correct the date.", now=f"{clock.now:%Y-%m-%d %H:%M}")
    return read


def _day(cell: Any, *, clock: Clock) -> date:
    return past(cell, clock=clock).date()


def _birthday(cell: Any, *, clock: Clock) -> date | None:
    text = unicodedata.normalize("NFKC", text_of(cell) or "")
    month = re.fullmatch(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*月?", text)
    if month:
        raise InputError("The day is missing; write the birthday like 1962-03-04.")
    return check_birthday(written_moment(cell, clock=clock).date(), today=clock.now.date())


def _time(cell: Any) -> time:
    if isinstance(cell, datetime):
        return cell.time()
    if isinstance(cell, time):
        return cell
    text = unicodedata.normalize("NFKC", str(text_of(cell)))
    if folded(text) in PARTS_OF_DAY:
        return PARTS_OF_DAY[folded(text)]
    found = re.fullmatch(r"(\d{1,2})\s*[:时点]\s*(\d{1,2})?(?::\d{2})?\s*分?", text)
    if found and int(found[1]) < 24 and int(found[2] or 0) < 60:
        return time(int(found[1]), int(found[2] or 0))
    if re.fullmatch(r"0?\.\d+", text):  # as a workbook keeps a time of day
        return (datetime.min + timedelta(minutes=round(float(text) * 24 * 60))).time()
    raise InputError("It is not a time of day; write it like 08:30, or 上午, 下午.")


def _temperature(cell: Any) -> float:
    text = re.sub(r"[\s℃度]|°?C$", "", unicodedata.normalize("NFKC", str(text_of(cell))).replace("。", ".").replace(",", "."))
    try:
        degrees = float(text.removesuffix("°C").removesuffix("°"))
    except ValueError:
        raise InputError("It is not a temperature; write it like 36.5.") from None
    if not PLAUSIBLE[0] <= degrees <= PLAUSIBLE[1]:
        raise InputError("{temperature} °C is not a body temperature; measure again.", temperature=f"{degrees:g}")
    return degrees


def _symptoms(cell: Any) -> str | None:
    said = [folded(part) for part in re.split(r"[,，、;；/\s+]+", str(text_of(cell))) if part.strip()]
    codes = [SYMPTOMS.get(part, "other") for part in said if part not in NO_SYMPTOMS and part]
    return ",".join(dict.fromkeys(codes)) or None


def _people(cell: Any) -> str | None:
    names = [CONTROL.sub("", part).strip() for part in re.split(r"[,，、;；/]+", str(text_of(cell)))]
    return ";".join(dict.fromkeys(filter(None, names))) or None


def _id_number(cell: Any, *, clock: Clock) -> str:
    number = id_numbers.tidy(str(text_of(cell)))
    if isinstance(cell, int | float) or _CUT.fullmatch(number):
        raise InputError("Excel has cut this number: format the column as text and enter the ID number again.")
    born, _ = id_numbers.check(number)
    check_birthday(born, today=clock.now.date())
    return number


def _phone(cell: Any) -> str:
    text = unicodedata.normalize("NFKC", str(text_of(cell)))
    if re.fullmatch(r"\d(?:\.\d+)?[eE]\+?\d{1,2}", text):
        text = str(int(float(text)))
    digits = re.sub(r"[\s()\-—–.]", "", re.sub(r"^(?:\+|00)86", "", re.sub(r"^\s+", "", text)))
    digits = digits[2:] if re.fullmatch(r"861\d{10}", digits) else digits
    if not re.fullmatch(r"1\d{10}|0\d{9,11}|[2-9]\d{6,7}", digits):
        raise InputError("It is not a phone number: a mobile number has 11 digits; write one number in the cell.")
    return digits


def _door(cell: Any) -> str:
    if isinstance(cell, date):
        raise InputError("Excel has made a date of it: format the column as text and enter the door again.")
    return CONTROL.sub("", re.sub(r"\s+", "", unicodedata.normalize("NFKC", str(text_of(cell)))))


def door_form(door: str) -> str:
    """Return a door as it is compared: 2单元301室 and 2-301 are one.

    >>> door_form("2单元301室"), door_form("第1组11号"), door_form("12 号")
    ('2-301', '第1组11', '12')
    """
    plain = re.sub(r"\s+", "", unicodedata.normalize("NFKC", door)).casefold()
    return re.sub(r"(?<=\d)(?:室|号|户|单元)$", "", re.sub(r"(?<=\d)单元(?=\d)", "-", plain))


def _id(cell: Any) -> str:
    text = CONTROL.sub("", str(text_of(cell)))
    if re.fullmatch(r"\d{17}[\dXx]", text):
        raise InputError("An ID number is not the number of a record here; put it into the column of ID numbers.")
    return text


def _quantity(cell: Any) -> float:
    amount = number(re.sub(r"[^\d.,\-+eE]+$", "", unicodedata.normalize("NFKC", str(cell))))
    if amount < 0:
        raise InputError("It is less than nothing; write the quantity as a number from 0 up.")
    return amount
