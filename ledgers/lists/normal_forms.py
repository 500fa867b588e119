"""How names, ID numbers, phones and addresses are written when they are compared: one form for all the ways that offices write them."""

from __future__ import annotations

import re
import unicodedata

from errors import InputError
from ledgers.people import id_numbers

_DIGITS = dict(zip("零〇一二三四五六七八九两", "001234567892", strict=True))
# 十五, 二十, 三十一 ... in front of what is counted in addresses.
_NUMERAL = re.compile(r"[零〇一二三四五六七八九十百两]+(?=[号栋幢座楼单元室层组队社区弄巷])")
_PUNCTUATION = re.compile(r"[\s·•.,，。、;；:：()（）\-_/#'\"“”‘’]+")
# Said in one list and left out in the next: they tell no two addresses apart.
_GENERIC = re.compile(r"[省市区县镇乡街道村社小号栋幢座楼单元室层组队弄巷路的]")


def name_form(text: str | None) -> str | None:
    """Return a name without blanks, dots and differences of width or case.

    >>> name_form(" 王 建国 "), name_form("阿依古丽·买买提"), name_form("Anna  LI"), name_form(" ")
    ('王建国', '阿依古丽买买提', 'annali', None)
    """
    return _PUNCTUATION.sub("", unicodedata.normalize("NFKC", text or "")).casefold() or None


def id_form(text: str | None) -> str | None:
    """Return an ID number with 18 characters where it can be told, None where the text is none at all.

    Numbers of 15 digits (before 1999) get their century and check character (GB 11643-1999). One with a slip of the pen stays as it is
    written; what is too short or all one digit (``无``, ``0``, ``1.23E+17``) is none.

    >>> id_form("11010519491231002x"), id_form("110105491231002"), id_form("无"), id_form("000000000000000000"), id_form("4.2E+17")
    ('11010519491231002X', '11010519491231002X', None, None, None)
    """
    number = id_numbers.tidy(text or "")
    if re.fullmatch(r"[0-9]{15}", number):
        first = f"{number[:6]}19{number[6:]}"
        number = first + id_numbers.check_character(first)
    plausible = re.fullmatch(r"[0-9X]{16,20}", number) and len(set(number)) > 2
    return number if plausible else None


def id_is_valid(number: str | None) -> bool:
    """Tell whether an ID number has a date for its birthday and the check character that belongs to it.

    >>> id_is_valid("11010519491231002X"), id_is_valid("110105194912310021"), id_is_valid(None)
    (True, False, False)
    """
    if number is None:
        return False
    try:
        id_numbers.check(number)
    except InputError:
        return False
    return True


def phone_form(text: str | None) -> str | None:
    """Return the digits of a phone number without country code; None for what is no number.

    >>> [phone_form(text) for text in ("+86 138-0000-1234", "0086 13800001234", "０３７２-１２３４５６７", "1", "0000000")]
    ['13800001234', '13800001234', '03721234567', None, None]
    """
    digits = re.sub(r"\D", "", unicodedata.normalize("NFKC", text or ""))
    digits = re.sub(r"^(?:00)?86(?=1\d{10}$)", "", digits)
    return digits if len(digits) >= 7 and len(set(digits)) > 2 else None


def address_form(text: str | None) -> str | None:
    """Return an address without punctuation, its numerals as digits, the words for a building, a unit and a room made one.

    >>> address_form("白茶社区 三号楼2单元402室"), address_form("白茶社区３栋２－４０２"), address_form("朝阳村十五组")
    ('白茶社区3栋2单元402', '白茶社区3栋2单元402', '朝阳村15组')
    """
    plain = unicodedata.normalize("NFKC", text or "").casefold()
    plain = _NUMERAL.sub(lambda found: _numeral(found.group()), plain)
    plain = re.sub(r"(\d)\s*[-‐–—_/#]\s*(?=\d)", r"\1|", plain)
    plain = re.sub(r"(?<=\d)(?:号楼|号栋|幢|座)", "栋", _PUNCTUATION.sub("", plain))
    plain = re.sub(r"(?<=\d)(?:室|号|户)(?=$|\|)", "", plain)
    # 3栋2|402 and 3|2|402 say building, unit, room, too.
    plain = re.sub(r"(\d+)\|(\d+)\|(\d+)$", r"\1栋\2单元\3", plain)
    plain = re.sub(r"(栋\d+)\|(\d+)$", r"\1单元\2", plain)
    return plain.replace("|", "-") or None


def numbers_of(address: str | None) -> str | None:
    """Return the numbers of a normal address in their order, joined by dashes: what tells two doors of a street apart.

    >>> numbers_of("白茶社区3栋2单元0402"), numbers_of("朝阳村")
    ('3-2-402', None)
    """
    return "-".join(n.lstrip("0") or "0" for n in re.findall(r"[0-9]+", address or "")) or None


def places_of(address: str | None) -> list[str]:
    """Return the distinct characters of a normal address that name a place: without digits and generic words, sorted.

    >>> places_of("白茶社区3栋2单元402")
    ['白', '茶']
    """
    return sorted(set(re.sub(r"[0-9-]", "", _GENERIC.sub("", address or ""))))


def _numeral(text: str) -> str:
    """Return a Chinese numeral below a thousand in digits; figures in a row (四〇二) are read one by one."""
    if not re.search(r"[十百]", text):
        return "".join(_DIGITS[c] for c in text)
    total, figure = 0, 0
    for c in text:
        if c in "十百":
            total += (figure or 1) * (10 if c == "十" else 100)
            figure = 0
        else:
            figure = int(_DIGITS[c])
    return str(total + figure)
