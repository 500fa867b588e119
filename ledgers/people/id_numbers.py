"""Resident ID numbers 身份证号: 18 characters that carry a region, a birthday, the sex and a check character (GB 11643)."""

from __future__ import annotations

import re
import unicodedata
from datetime import date

from errors import InputError

CHECK = "10X98765432"
_WEIGHTS = tuple(2 ** (17 - place) % 11 for place in range(17))
_FORM = re.compile(r"[0-9]{17}[0-9X]")
# Written out by hand, numbers come with spaces and dashes between their groups.
_BETWEEN = re.compile(r"[\s\u200b\ufeff-]+")


def tidy(text: str) -> str:
    """Return an ID number as it is kept: half-width, without spaces and dashes, a check character x in upper case.

    >>> tidy(" 999999 19620304 123x ")
    '99999919620304123X'
    """
    return _BETWEEN.sub("", unicodedata.normalize("NFKC", text)).upper()


def check_character(first_17: str) -> str:
    """Return the eighteenth character that belongs to seventeen digits (ISO 7064 MOD 11-2).

    >>> check_character("11010519491231002")
    'X'
    """
    return CHECK[sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, first_17, strict=True)) % 11]


def check(text: str) -> tuple[date, str]:
    """Return the birthday and the sex (``male``, ``female``) that an ID number carries.

    The messages leave the number out: they go into logs and marked workbooks.

    Raises
    ------
    InputError
        When it has not 18 characters, its birthday is no date, or its check character is another.

    >>> check("11010519491231002X")
    (datetime.date(1949, 12, 31), 'female')
    """
    number = tidy(text)
    if not _FORM.fullmatch(number):
        raise InputError("An ID number has 17 digits and a last digit or X; this one has {n} characters.", n=len(number))
    try:
        born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        raise InputError("The birthday {digits} in this ID number is no date; compare it with the card.", digits=number[6:14]) from None
    if check_character(number[:17]) != number[17]:
        raise InputError("The last character of this ID number does not fit the others; one of them is mistyped.")
    return born, "male" if int(number[16]) % 2 else "female"
