"""Find features by name, however it is written: case, width, accents, spaces, simplified or traditional."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import cache
from typing import Any

import pandas as pd

from queries.view import View, fact


def fold(texts: Iterable[str]) -> list[str]:
    """Return the texts as they are compared.

    >>> fold(["青禾 鎮", "Ｃａｆé 2"])
    ['青禾镇', 'cafe2']
    """
    plain = (unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text)).casefold() for text in texts)
    kept = ["".join(c for c in text if not unicodedata.combining(c) and not c.isspace()) for text in plain]
    # One call for all of them: the converter's cost is per call.
    return str(_simplify().convert("\n".join(kept))).split("\n") if kept else []


@fact(kept=4)
def names(view: View) -> pd.DataFrame:
    """Return ``layer, id, name, area_id, folded`` of every kept feature at a moment (``at, known_at, area`` as ``Store.run``)."""
    listed = view.run("list_names")
    return listed.assign(folded=pd.Series(fold(listed["name"].fillna("")), index=listed.index, dtype="str"))


def find(listed: pd.DataFrame, text: str, *, limit: int = 8) -> pd.DataFrame:
    """Return the best matches of ``names``: whole name or id, then beginning, then anywhere; shorter names first."""
    (wanted,) = fold([re.sub(r"\s+", " ", text)])
    if not wanted:
        return listed.head(0)
    folded = listed["folded"]
    found = listed[folded.str.contains(wanted, regex=False) | (listed["id"].str.casefold() == wanted)]
    rank = pd.DataFrame(
        {"whole": found["folded"] != wanted, "start": ~found["folded"].str.startswith(wanted), "length": found["folded"].str.len()}
    )
    return found.loc[rank.sort_values(["whole", "start", "length"], kind="stable").index[:limit]]


@cache
def _simplify() -> Any:
    from opencc import OpenCC

    return OpenCC("t2s")
