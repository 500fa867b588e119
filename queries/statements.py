"""The named statements of ``queries/``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from queries.ledger import SQL


@dataclass(frozen=True)
class Query:
    """One statement of ``queries/`` and the parameters it declares in its second line."""

    sql: str
    parameters: tuple[str, ...]


@cache
def query(name: str) -> Query:
    """Return the statement ``queries/NAME.sql``; the name is a programmer's, never a user's."""
    sql = (SQL / f"{name}.sql").read_text("utf-8")
    declared = sql.splitlines()[1].removeprefix("-- parameters:").strip()
    return Query(sql, () if declared == "none" else tuple(re.split(r",\s*", declared)))
