"""The named statements: those in the files of ``queries/``, and those that the registry of kinds generates for each kind."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from queries.generated import PARTS, append, known, purge
from queries.kinds import FILED, KINDS

SQL = Path(__file__).parent
# Statements lie in folders by subject and go by their bare names, which are unique. Macros and the schema are not statements.
FILES = {file.stem: file for file in sorted(SQL.glob("*/*.sql")) if file.parent.name not in ("macros", "schema")}
_PART = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class Query:
    """One statement: its text, the parameters that it declares in its second line, and its source file under ``queries/``."""

    sql: str
    parameters: tuple[str, ...]
    source: str


@cache
def query(name: str) -> Query:
    """Return the statement of a name. The name comes from the program, never from a user. Raise KeyError when there is none."""
    if name in GENERATED:
        sql, source = GENERATED[name], "kinds.py"
    else:
        file = FILES[name]
        sql, source = _PART.sub(lambda part: PARTS[part[1]](), file.read_text("utf-8")), file.relative_to(SQL).as_posix()
    declared = re.search(r"^-- parameters: (.*)$", sql, re.MULTILINE)
    return Query(sql, () if declared is None or declared[1] == "none" else tuple(re.split(r",\s*", declared[1])), source)


def exists(name: str) -> bool:
    """Return whether there is a statement of a name."""
    return name in GENERATED or name in FILES


GENERATED: dict[str, str] = {
    **{f"append_{table}": append(table) for table in (*KINDS, "import_batch")},
    **{f"purge_{kind.table}": purge(kind) for kind in KINDS.values() if kind.retention},
    **{files.known: known(layer, kind) for layer, (kind, files) in FILED.items() if files.known not in FILES},
}
