"""The ledger file: opening it, bringing its schema up to date, and saying who holds it."""

from __future__ import annotations

import re
from pathlib import Path

import duckdb

from errors import InputError, StoreBusy

SQL = Path(__file__).parent


def connect(ledger: Path) -> duckdb.DuckDBPyConnection:
    """Open a ledger file: attached as ``ledger``, its schema brought up to date, the query macros of this program beside it."""
    connection = duckdb.connect(config={"autoinstall_known_extensions": False, "autoload_known_extensions": False})
    try:
        connection.execute(_attach(ledger))
        _migrate(connection)
        for macro in sorted((SQL / "macros").glob("*.sql"), key=_macro_order):
            connection.execute(macro.read_text("utf-8"))
        return connection
    except duckdb.IOException as error:
        connection.close()
        raise _open_failure(ledger, str(error)) from None
    except BaseException:
        connection.close()
        raise


def _attach(ledger: Path) -> str:
    # The one value that DuckDB does not bind: a path, quoted.
    return "attach '" + str(ledger).replace("'", "''") + "' as ledger"


def _open_failure(ledger: Path, message: str) -> Exception:
    if "lock" in message:
        holder = re.search(r"held in (.*?)(?: \(PID (\d+)\))", message)
        pid = holder[2] if holder else "?"
        return StoreBusy(
            "{ledger} is held by another program (process {pid}) that does not answer; close it and try again.", ledger=ledger, pid=pid
        )
    return InputError("{ledger} is not a ledger of this program; choose another folder or restore a backup.", ledger=ledger)


def _macro_order(path: Path) -> tuple[bool, str]:
    # on_duty_at reads shift_known, so it comes after it.
    return (path.stem == "on_duty_at", path.stem)


def _migrate(connection: duckdb.DuckDBPyConnection) -> None:
    migrations = sorted((SQL / "schema").glob("*.sql"))
    connection.execute("create table if not exists ledger.schema_version (version integer)")
    (current,) = connection.execute("select coalesce(max(version), 0) from ledger.schema_version").fetchone() or (0,)
    if current > len(migrations):
        raise InputError(
            "The workspace was written by a newer version (schema {found}, this one knows {known}); update the program.",
            found=current,
            known=len(migrations),
        )
    for version, migration in enumerate(migrations[current:], start=current + 1):
        connection.begin()
        connection.execute(migration.read_text("utf-8"))
        connection.execute("insert into ledger.schema_version values ($version)", {"version": version})
        connection.commit()


def untouched(ledger: Path) -> bool:
    """Tell whether nothing was ever written to a ledger, without opening it as a workspace; one that another process holds was."""
    if not ledger.exists():
        return True
    try:
        with duckdb.connect() as connection:
            connection.execute(_attach(ledger) + " (read_only)")
            return not connection.execute((SQL / "select_settings.sql").read_text("utf-8")).fetchall()
    except duckdb.IOException as error:
        if "lock" in str(error):
            return False
        raise _open_failure(ledger, str(error)) from None
    except duckdb.CatalogException:
        return True
