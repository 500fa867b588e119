"""The ledger file: opening it, bringing its schema up to date, and saying who holds it."""

from __future__ import annotations

import re
from pathlib import Path

import duckdb

from errors import InputError, StoreBusy
from queries import generated
from queries.kinds import EVENT_TABLES
from queries.landing import STAGING
from queries.statements import SQL, query
from queries.voids import tell_standing

TABLES = frozenset({"schema_version", "workspace_setting", "import_batch", *EVENT_TABLES})
# A ledger may come from elsewhere. Nothing in it reaches a file or a variable of this program, and no statement undoes that.
LOCKDOWN = ("enable_external_access = false", "python_enable_replacements = false", "lock_configuration = true")


def connect(ledger: Path) -> duckdb.DuckDBPyConnection:
    """Open a ledger file, attached as ``ledger``, with its schema up to date and this program's macros in the session.

    Parameters
    ----------
    ledger : Path
        The file; created when missing, readable by its owner alone.

    Returns
    -------
    duckdb.DuckDBPyConnection
        Without access to other files; its settings cannot be changed.

    Raises
    ------
    InputError
        When the file is not a ledger, or a newer version wrote it.
    StoreBusy
        When another process holds it.
    """
    new = not ledger.exists()
    connection = duckdb.connect(config={"autoinstall_known_extensions": False, "autoload_known_extensions": False})
    try:
        connection.execute(_attach(ledger))
        if new:
            ledger.chmod(0o600)
        for setting in LOCKDOWN:
            connection.execute(f"set {setting}")
        _check_objects(connection, ledger)
        _migrate(connection)
        tell_standing(connection)
        for macro in _macros():
            connection.execute(macro)
        return connection
    except duckdb.Error as error:
        connection.close()
        raise _open_failure(ledger, str(error)) from None
    except BaseException:
        connection.close()
        raise


def _attach(ledger: Path, name: str = "ledger") -> str:
    # DuckDB cannot bind this one value: a path, quoted.
    return "attach '" + str(ledger).replace("'", "''") + "' as " + name


def compact(ledger: Path, fresh: Path) -> None:
    """Copy a closed ledger into a new file, whose pages hold nothing that was removed from the tables.

    Parameters
    ----------
    ledger : Path
        The closed ledger.
    fresh : Path
        The file to create, readable by its owner alone.

    Raises
    ------
    InputError
        When the new file cannot be written.
    """
    try:
        with duckdb.connect(config={"autoinstall_known_extensions": False, "autoload_known_extensions": False}) as connection:
            connection.execute(_attach(ledger) + " (read_only)")
            connection.execute(_attach(fresh, "fresh"))
            for setting in LOCKDOWN:
                connection.execute(f"set {setting}")
            connection.execute("copy from database ledger to fresh")
            connection.execute("checkpoint fresh")
        fresh.chmod(0o600)
    except (duckdb.Error, OSError) as error:
        raise InputError("The ledger cannot be written anew: {why}; make room and purge again.", why=error) from None


def _open_failure(ledger: Path, message: str) -> InputError | StoreBusy:
    if "set lock" in message or "being used by another process" in message:
        holder = re.search(r"held in (.*?)(?: \(PID (\d+)\))", message)
        pid = holder[2] if holder else "?"
        return StoreBusy(
            "{ledger} is held by another program (process {pid}) that does not answer; close it and try again.", ledger=ledger, pid=pid
        )
    return InputError("{ledger} is not a ledger of this program; choose another folder or restore a backup.", ledger=ledger)


def _check_objects(connection: duckdb.DuckDBPyConnection, ledger: Path) -> None:
    objects = set(connection.execute(query("list_objects").sql).fetchall())
    if objects - {("table", f"main.{table}") for table in TABLES}:
        raise _open_failure(ledger, "")


# These read one another in this order. The states of all kinds read them, and the other macros read those states.
FIRST = ("standing_void", "undone_at", "events_at", "is_latest", "latest_at")


def _macros() -> list[str]:
    """Return the statements that create the macros and views of a session, each after those that it reads."""
    files = {file.stem: file.read_text("utf-8") for file in sorted((SQL / "macros").glob("*.sql"))}
    first = [files.pop(name) for name in FIRST]
    last = [files.pop("on_duty_at")]  # reads shift_known; unit_known_at reads reporting_unit_at
    return [*first, generated.every_event(), *generated.states(), *files.values(), *last]


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


def check_free(ledger: Path) -> None:
    """Raise StoreBusy when another process holds a ledger. Any other fault of the file is ignored here."""
    if not ledger.exists():
        return
    try:
        with duckdb.connect() as connection:
            connection.execute(_attach(ledger) + " (read_only)")
    except duckdb.Error as error:
        failure = _open_failure(ledger, str(error))
        if isinstance(failure, StoreBusy):
            raise failure from None


def untouched(ledger: Path) -> bool:
    """Return whether nothing was ever written to a ledger, without opening it as a workspace.

    A ledger that another process holds counts as written to. So does a missing one while something is still to land, or layers lie beside
    its place.
    """
    staging = ledger.parent / STAGING
    if staging.exists() and any(staging.iterdir()):
        return False
    if not ledger.exists():
        return not any((ledger.parent / "layers").glob("*.parquet"))
    try:
        with duckdb.connect() as connection:
            connection.execute(_attach(ledger) + " (read_only)")
            return not connection.execute(query("select_settings").sql).fetchall()
    except duckdb.CatalogException:
        return True
    except duckdb.Error as error:
        failure = _open_failure(ledger, str(error))
        if isinstance(failure, StoreBusy):
            return False
        raise failure from None
