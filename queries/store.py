"""The only door to DuckDB: named queries with bound values, and events appended in one transaction.

Only one process at a time opens a workspace. The ledger is attached as the catalog ``ledger``. The query macros live in the session, so
the code that reads is always the code that is installed.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import duckdb
import geopandas as gpd
import pandas as pd
import pyarrow as pa
import shapely

import settings as defaults
from errors import AccessDenied, Changed, InputError, NotFound
from queries import landing
from queries.events import LOCAL, Batch, Viewer, complete, new_id
from queries.gate import Gate
from queries.kinds import KINDS
from queries.layers import LAYERS, kept_layers, typed
from queries.ledger import check_free, compact, connect
from queries.statements import Query, query
from queries.voids import tell_standing

__all__ = ["LOCAL", "Batch", "Store", "Viewer", "new_id", "open_store", "query"]

_log = logging.getLogger(__name__)
# A year outside these is a typing error, and moments near the ends of the calendar overflow.
YEARS = range(1900, 2201)
SCOPES_KEPT = 256
# Stands for the area of anything that lies in none, among the areas that statements filter by.
NO_AREA = ""


class Store:
    """An open workspace: its settings and clock, its queries, its one way to write. Safe to share between threads."""

    def __init__(self, path: Path, connection: duckdb.DuckDBPyConnection) -> None:
        self.path = path
        self._connection = connection
        self._lock = threading.RLock()  # held by whoever writes; asked for before the gate, never after
        self._gate = Gate()
        self._landed = 0
        self._network_cache: dict[str, tuple[int, gpd.GeoDataFrame]] = {}
        self._scopes: dict[tuple[int, str | None, datetime, datetime], list[str]] = {}
        self._stamps: tuple[int, dict[str, str]] = (-1, {})
        self._read_settings()

    # Settings and clock

    def _read_settings(self) -> None:
        with self.reading():
            kept = self._cursor().execute(query("select_settings").sql).fetchall()
        self.settings: dict[str, Any] = {key: json.loads(value) for key, value in kept}

    @property
    def time_zone(self) -> ZoneInfo:
        """Return the workspace's time zone, in which times without an offset are understood."""
        return ZoneInfo(self.settings.get("time_zone", defaults.DEFAULT_TIME_ZONE))

    @property
    def revision(self) -> int:
        """Return a number that grows with every commit. What was read under a revision stays true for that revision."""
        return int(self.settings.get("revision", 0))

    @property
    def content(self) -> tuple[int, int]:
        """Return what tells one content from the next: the revision, and how often files have landed since the workspace was opened."""
        return self.revision, self._landed

    def feature_stamps(self) -> dict[str, str]:
        """Return a stamp for each kept layer that has features. It changes when any of them is described anew, undone or redone."""
        revision, stamps = self._stamps
        if revision != self.revision:
            revision = self.revision
            found = self._fetch(query("feature_stamps"), {})
            stamps = dict(zip(found["layer"], found["stamp"], strict=True))
            self._stamps = revision, stamps
        return stamps

    def setting(self, key: str, default: Any = None) -> Any:
        """Return one setting of the workspace, or ``default`` when it is not set."""
        return self.settings.get(key, default)

    def set_settings(self, viewer: Viewer, values: Mapping[str, Any]) -> None:
        """Store settings.

        Parameters
        ----------
        viewer : Viewer
            Who writes.
        values : mapping
            Setting -> value, which is stored as JSON.

        Raises
        ------
        AccessDenied
            When the viewer may not write.
        InputError
            When a time zone is unknown.
        """
        self.check_writable(viewer)
        if "time_zone" in values:
            check_time_zone(values["time_zone"])
        with self._transaction() as cursor:
            self._put_settings(cursor, {**values, "revision": self.revision + 1})

    def _put_settings(self, cursor: duckdb.DuckDBPyConnection, values: Mapping[str, Any]) -> None:
        for key, value in values.items():
            cursor.execute(query("set_setting").sql, {"key": key, "value": json.dumps(value, ensure_ascii=False)})

    def now(self) -> datetime:
        """Return the workspace clock: a fixed moment (the demo's), otherwise the current time."""
        fixed = self.settings.get("clock")
        return self.moment(fixed) if fixed else datetime.now(self.time_zone)

    def _record_moment(self) -> datetime:
        """Return the moment of the next record.

        Under a clock that stands still each commit is a microsecond later than the one before. So nothing is known before it was entered,
        even when the cut-off is the clock's own moment.
        """
        still = timedelta(microseconds=self.revision + 1) if self.settings.get("clock") else timedelta()
        return self.now() + still

    def moment(self, text: str | datetime | None) -> datetime:
        """Return an aware moment in the workspace's zone.

        Parameters
        ----------
        text : str, datetime or None
            ISO 8601. A time without an offset is in the workspace's zone; None or an empty text means now.

        Returns
        -------
        datetime

        Raises
        ------
        InputError
            When the text is not an ISO 8601 date or time, or its year is outside ``YEARS``.
        """
        if text is None or text == "":
            return self.now()
        try:
            moment = text if isinstance(text, datetime) else datetime.fromisoformat(text)
            moment = moment if moment.tzinfo else moment.replace(tzinfo=self.time_zone)
            if moment.year not in YEARS and moment != defaults.EVERYTHING_KNOWN:
                raise ValueError(moment)
            return moment.astimezone(self.time_zone)
        except (ValueError, OverflowError):
            raise InputError("{text} is not a time; write it like 2020-02-12T18:00.", text=repr(text)) from None

    # Reading

    def run(self, name: str, viewer: Viewer, **params: Any) -> pd.DataFrame:
        """Run the statement ``NAME.sql`` and return its rows.

        The viewer's scope is bound here, as the parameter ``areas``, and nowhere else.

        Parameters
        ----------
        name : str
            The name of the statement.
        viewer : Viewer
            Who reads.
        **params
            Values for the parameters that the statement declares. ``at`` is now by default, and ``known_at`` everything known. ``area``
            narrows the scope to an area and its descendants.

        Returns
        -------
        DataFrame
            Times are in the workspace's zone.

        Raises
        ------
        TypeError
            When the statement declares no such parameter.
        AccessDenied
            When the viewer sees only some areas and the statement covers the whole workspace.
        NotFound
            When there is no such area, or the viewer may not see it.
        """
        statement = query(name)
        unknown = params.keys() - ({*statement.parameters, "area", "at", "known_at"} - {"areas"})
        if unknown:
            raise TypeError(f"{name}.sql has no parameter {', '.join(sorted(unknown))}")
        bound: dict[str, Any] = {"known_at": defaults.EVERYTHING_KNOWN, **{k: v for k, v in params.items() if v is not None}}
        if "at" in statement.parameters:
            bound["at"] = self.moment(bound.get("at"))
        bound["known_at"] = self.moment(bound["known_at"]) if isinstance(bound["known_at"], str) else bound["known_at"]
        if "areas" in statement.parameters:
            bound["areas"] = self._in_view(viewer, params.get("area"), at=bound.get("at"), known_at=bound["known_at"])
        elif viewer.areas is not None and "area" not in statement.parameters:
            raise AccessDenied("Your role sees only its own areas; this figure covers the whole workspace.")
        return self._fetch(statement, {p: bound.get(p) for p in statement.parameters})

    def scope(self, viewer: Viewer, area: str | None, *, at: datetime | None = None, known_at: datetime | None = None) -> list[str] | None:
        """Return the areas in view: ``area`` and its descendants, within the viewer's scope.

        Parameters
        ----------
        viewer : Viewer
            Who reads.
        area : str or None
            The area to narrow the view to; None is the viewer's whole scope.
        at, known_at : datetime, optional
            The moment of the areas, by default now, and of what is known about them, by default everything.

        Returns
        -------
        list of str or None
            The ids of the areas; None means everything.

        Raises
        ------
        NotFound
            When there is no such area, or the viewer may not see it.
        """
        if area is None and viewer.areas is None:
            return None
        moment, known = at or self.now(), known_at or defaults.EVERYTHING_KNOWN
        allowed: set[str] | None = None
        if viewer.areas is not None:
            allowed = {i for root in viewer.areas for i in self._descendants(root, moment, known)}
        if area is None:
            return sorted(allowed or ())
        wanted = self._descendants(area, moment, known)
        if not wanted or (allowed is not None and area not in allowed):
            raise NotFound("There is no area {area} here; see the areas layer for the ids.", area=repr(area))
        return wanted if allowed is None else sorted(set(wanted) & allowed)

    def _in_view(self, viewer: Viewer, area: str | None, *, at: datetime | None, known_at: datetime | None) -> list[str] | None:
        """Return the scope by which places are chosen: with ``NO_AREA`` where ``area`` is the only root.

        The view of that area is the view of the whole workspace: a post on the road just beyond the drawn border is one of its posts. A
        viewer who sees only some areas sees nothing beyond them. Where there are several roots, nobody can say to which of them such a
        place belongs.
        """
        areas = self.scope(viewer, area, at=at, known_at=known_at)
        whole = area is not None and viewer.areas is None and area == self.only_root(at=at, known_at=known_at)
        return [*(areas or ()), NO_AREA] if whole else areas

    def only_root(self, *, at: datetime | None = None, known_at: datetime | None = None) -> str | None:
        """Return the only area without a parent.

        Parameters
        ----------
        at, known_at : datetime, optional
            As in :meth:`scope`.

        Returns
        -------
        str or None
            Its id; None when there is no such area, or several.
        """
        moment, known = at or self.now(), known_at or defaults.EVERYTHING_KNOWN
        asked = (self.revision, None, moment, known)
        if asked not in self._scopes:
            self._keep_scope(asked, [str(i) for i in self._fetch(query("select_only_root"), {"at": moment, "known_at": known})["id"]])
        return next(iter(self._scopes[asked]), None)

    def _keep_scope(self, asked: tuple[int, str | None, datetime, datetime], found: list[str]) -> None:
        if len(self._scopes) >= SCOPES_KEPT:
            self._scopes.clear()
        self._scopes[asked] = found

    def _descendants(self, area: str, at: datetime, known_at: datetime) -> list[str]:
        """Return an area and its descendants. A page or a report asks this of one moment dozens of times."""
        asked = (self.revision, area, at, known_at)
        found = self._scopes.get(asked)
        if found is None:
            frame = self._fetch(query("area_descendants"), {"area": area, "at": at, "known_at": known_at})
            found = [str(i) for i in frame["id"]]
            self._keep_scope(asked, found)
        return list(found)

    def layer(
        self,
        name: str,
        viewer: Viewer,
        *,
        at: datetime | str | None = None,
        known_at: datetime | str | None = None,
        area: str | None = None,
    ) -> gpd.GeoDataFrame:
        """Return one layer at a moment, joined with the state of its features.

        Parameters
        ----------
        name : str
            One of ``LAYERS``.
        viewer : Viewer
            Who reads.
        at, known_at : datetime or str, optional
            The moment of the state, by default now, and of what is known, by default everything.
        area : str, optional
            The area to narrow the view to.

        Returns
        -------
        GeoDataFrame
            EPSG:4326: ``id, name, geometry``, the layer's own columns and, where it has events, the state that they give.

        Raises
        ------
        NotFound
            When there is no such layer or area.
        """
        if name not in LAYERS:
            raise NotFound("There is no layer {name}; there are: {names}.", name=repr(name), names=", ".join(LAYERS))
        layer = LAYERS[name]
        if layer.kept:
            rows = self.run(f"select_{name}", viewer, at=at, known_at=known_at, area=area)
            geometry = shapely.from_wkb(rows["geometry"].to_numpy(dtype=object))
            frame = gpd.GeoDataFrame(typed(layer, rows.drop(columns="geometry")), geometry=geometry, crs=defaults.CRS)
        else:
            frame = self._network_layer(name)
            known = self.moment(known_at) if known_at else None
            areas = self._in_view(viewer, area, at=self.moment(at), known_at=known)
            frame = frame if areas is None else frame[frame["area_id"].fillna(NO_AREA).isin(areas)]
        return frame.reset_index(drop=True)

    def _network_layer(self, name: str) -> gpd.GeoDataFrame:
        path = self.path / "layers" / f"{name}.parquet"
        with self.reading():
            if not path.exists():
                empty: dict[str, list[str]] = {"id": [], "name": []}
                return gpd.GeoDataFrame(typed(LAYERS[name], pd.DataFrame(empty, dtype="str")), geometry=[], crs=defaults.CRS)
            stamp = path.stat().st_mtime_ns
            cached = self._network_cache.get(name)
            if cached is None or cached[0] != stamp:
                cached = (stamp, gpd.read_parquet(path))
                self._network_cache[name] = cached
            return cached[1]

    def reading(self) -> AbstractContextManager[None]:
        """Keep the files of the workspace in place while they are read. Do not write inside: the write lock comes before the gate."""
        return self._gate.shared()

    def _fetch(self, statement: Query, bound: Mapping[str, Any]) -> pd.DataFrame:
        with self.reading():
            table: pa.Table = self._cursor().execute(statement.sql, dict(bound)).to_arrow_table()
        frame: pd.DataFrame = table.to_pandas()
        for column in frame.select_dtypes("datetimetz"):
            frame[column] = frame[column].dt.tz_convert(self.time_zone)
        return frame

    def _cursor(self) -> duckdb.DuckDBPyConnection:
        return self._connection.cursor()

    # Writing

    def append(
        self,
        viewer: Viewer,
        events: Mapping[str, pd.DataFrame],
        *,
        batch: Batch | None = None,
        files: Mapping[str, Path] | None = None,
        settings: Mapping[str, Any] | None = None,
        expected_revision: int | None = None,
    ) -> list[str]:
        """Append events in one transaction, with their batch and its files.

        Parameters
        ----------
        viewer : Viewer
            Who writes.
        events : mapping of str to DataFrame
            Event table -> rows: its own columns and ``effective_at`` (aware, by default now). Missing ``event_id``, ``recorded_at``,
            ``recorded_by`` and ``source`` are filled in.
        batch : Batch, optional
            The import to which these events belong.
        files : mapping of str to Path, optional
            Path within the workspace -> staged file or folder (see :meth:`staging`). They land if and only if the batch does.
        settings : mapping, optional
            Settings that change in the same transaction.
        expected_revision : int, optional
            The revision that the events were made for.

        Returns
        -------
        list of str
            The event ids, in the order given.

        Raises
        ------
        AccessDenied
            When the viewer may not write.
        Changed
            When the workspace is no longer at ``expected_revision``. Then nothing is written, and staged files are discarded.
        NotFound
            When it voids an event outside the viewer's areas.
        ValueError
            When there is no such event table, or files come without a batch.
        """
        self.check_writable(viewer)
        if len(events.get("void", ())):
            self._check_in_view(viewer, events["void"]["target_id"])
        with self.writing():
            if expected_revision not in (None, self.revision):
                if batch:
                    landing.discard(self.staging(batch))
                raise Changed("The workspace has changed meanwhile; look again and repeat.")
            now, recorded = self.now(), self._record_moment()
            prepared = {table: complete(rows, viewer, batch, now, recorded) for table, rows in events.items() if len(rows)}
            if files and batch is None:
                raise ValueError("files land with a batch")
            if files and batch:
                landing.write_manifest(self.staging(batch), files)
            with self._transaction(voids="void" in prepared) as cursor:
                for table, rows in prepared.items():
                    if table not in KINDS:
                        raise ValueError(f"no event table {table}")
                    cursor.register("rows", rows)
                    cursor.execute(query(f"append_{table}").sql)
                    cursor.unregister("rows")
                if batch:
                    cursor.register("rows", batch.row(viewer, recorded))
                    cursor.execute(query("append_import_batch").sql)
                    cursor.unregister("rows")
                self._put_settings(cursor, {**(settings or {}), "revision": self.revision + 1})
            if files and batch:
                with self._gate.alone():
                    landing.land(self.path, self.staging(batch))
                self._landed += 1
        return [event_id for rows in prepared.values() for event_id in rows["event_id"]]

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold off all other writers, so that what is read inside still holds when events that follow from it are appended."""
        with self._lock:
            yield

    def undo(self, viewer: Viewer, event_ids: Sequence[str], *, reason: str = "") -> list[str]:
        """Void events by new ones; from then on each counts as if it had not been. To void a void is to redo.

        Parameters
        ----------
        viewer : Viewer
            Who writes.
        event_ids : sequence of str
            The events to void. :mod:`ledgers.undoing` says which undo would break a rule of the ledgers.
        reason : str
            Why, for the trace.

        Returns
        -------
        list of str
            The ids of the new events, in the order given.

        Raises
        ------
        AccessDenied
            When the viewer may not write.
        NotFound
            When one of the events lies outside the viewer's areas.
        """
        return self.append(viewer, {"void": pd.DataFrame({"target_id": list(event_ids), "reason": reason})})

    def _check_in_view(self, viewer: Viewer, event_ids: pd.Series) -> None:
        if viewer.areas is None:
            return
        wanted = set(event_ids)
        if wanted - set(self.run("find_events", viewer, event_ids=sorted(wanted))["event_id"]):
            raise NotFound("Something of this belongs to areas that you do not see; nothing was undone.")

    def _committed(self, batch_id: str) -> bool:
        return bool(self._fetch(query("batch_exists"), {"batch_id": batch_id})["committed"].iloc[0])

    def staging(self, batch: Batch) -> Path:
        """Return the folder for the files of a batch until it commits; created if needed."""
        folder = self.path / landing.STAGING / batch.batch_id
        landing.make_folder(folder)
        return folder

    def project(self) -> None:
        """Write ``layers/NAME.parquet`` for each kept layer whose features have changed since the last time.

        The program reads none of these files. They are for others, and are brought up to date on backup and when the workspace closes.
        """
        with self._lock:
            stamps_file = self.path / "layers" / ".stamps.json"
            written = json.loads(stamps_file.read_text("utf-8")) if stamps_file.exists() else {}
            stamps = self.feature_stamps()
            stale = [layer for layer in kept_layers() if written.get(layer.name, "") != stamps.get(layer.name, "empty")]
            for layer in stale:
                everything = self.run("describe_features", LOCAL, layer=layer.name, at=defaults.EVERYTHING_KNOWN)
                columns = typed(layer, _expand(everything))[["id", "name", *layer.described]]
                geometry = shapely.from_wkb(everything["geometry"].to_numpy(dtype=object))
                frame = gpd.GeoDataFrame(columns, geometry=geometry, crs=defaults.CRS)
                landing.write_parquet(frame, self.path / "layers" / f"{layer.name}.parquet")
            if stale:
                landing.write_text(stamps_file, json.dumps({layer.name: stamps.get(layer.name, "empty") for layer in kept_layers()}))

    def check_writable(self, viewer: Viewer) -> None:
        """Raise AccessDenied for a viewer whose role may not change anything."""
        if viewer.role == "reader":
            raise AccessDenied("Your role may look but not change anything.")

    def check_whole(self, viewer: Viewer) -> None:
        """Raise AccessDenied for a viewer who sees only some areas, before something that concerns the whole workspace."""
        if viewer.areas is not None:
            raise AccessDenied("Your role sees only its own areas; this is about the whole workspace.")

    @contextmanager
    def _transaction(self, *, voids: bool = False) -> Iterator[duckdb.DuckDBPyConnection]:
        """Commit everything written inside, or nothing; ``voids`` says whether voids are among it."""
        with self._lock:
            cursor = self._cursor()
            cursor.begin()
            try:
                yield cursor
                cursor.commit()
                if voids:  # before the revision is told, under which readers keep what they read
                    tell_standing(cursor)
            except BaseException:
                cursor.rollback()
                raise
            finally:
                cursor.close()
            self._read_settings()

    # Opening and closing

    def checkpoint(self) -> None:
        """Fold the write-ahead log into the ledger file, so that this file alone holds everything."""
        with self._lock:
            self._connection.execute("checkpoint ledger")

    @contextmanager
    def quiet(self) -> Iterator[None]:
        """Hold off all writing while the files of the workspace are copied. They are up to date and need no write-ahead log."""
        with self._lock:
            self.project()
            self.checkpoint()
            yield

    def purge(self, viewer: Viewer, events: Mapping[str, pd.Series], *, record: pd.DataFrame) -> None:
        """Blank or remove events for good: the one exception to append-only. Only retention calls it.

        The ledger is then rewritten, because the pages of the old file would keep the text. If a crash prevents that, the next purge does
        it.

        Parameters
        ----------
        viewer : Viewer
            Who writes.
        events : mapping of str to Series
            Event table -> the ids of its events.
        record : DataFrame
            Rows of ``purge_record`` that say what was done, without the data.

        Raises
        ------
        AccessDenied
            When the viewer may not write.
        InputError
            When the ledger cannot be rewritten.
        """
        self.check_writable(viewer)
        with self.writing():
            if record.empty and not self.setting("rewrite_due"):
                return
            with self._transaction() as cursor:
                for table, ids in events.items():
                    cursor.register("rows", pd.DataFrame({"event_id": ids}))
                    cursor.execute(query(f"purge_{table}").sql)
                    cursor.unregister("rows")
                if len(record):
                    cursor.register("rows", complete(record, viewer, None, self.now(), self._record_moment()))
                    cursor.execute(query("append_purge_record").sql)
                    cursor.unregister("rows")
                self._put_settings(cursor, {"rewrite_due": True, "revision": self.revision + 1})
            self._rewrite()
            with self._transaction() as cursor:
                self._put_settings(cursor, {"rewrite_due": False, "revision": self.revision + 1})
            self.checkpoint()

    def _rewrite(self) -> None:
        self.checkpoint()
        with landing.staged(self.path, landing.RESTORE + new_id()) as folder, self._gate.alone():
            self._connection.close()
            try:
                compact(self.path / "ledger.duckdb", folder / "ledger.duckdb")
                landing.write_manifest(folder, {"ledger.duckdb.wal": None, "ledger.duckdb": folder / "ledger.duckdb"})
                landing.land(self.path, folder)
            finally:
                self._connection = connect(self.path / "ledger.duckdb")

    def replace_content(self, viewer: Viewer, staged: Path, parts: Sequence[str]) -> None:
        """Replace parts of the workspace by those in the folder ``workspace`` of a staging folder; see :func:`queries.landing.staged`.

        Parts that the new content lacks are removed. Readers wait from the decision until it is done. After a crash in between, opening the
        workspace completes it.

        Parameters
        ----------
        viewer : Viewer
            Who writes. The role must cover the whole workspace.
        staged : Path
            The staging folder.
        parts : sequence of str
            Paths within the workspace.

        Raises
        ------
        AccessDenied
            When the viewer may not write, or sees only some areas.
        """
        self.check_whole(viewer)
        self.check_writable(viewer)
        new = staged / "workspace"
        with self.writing():
            with open_store(new, create=False) as restored:  # what was fetched under the old content must not pass for the new
                with restored._transaction() as cursor:
                    restored._put_settings(cursor, {"revision": max(restored.revision, self.revision) + 1})
                restored.checkpoint()
            # The old ledger's write-ahead log must not be played into the new one.
            files = {"ledger.duckdb.wal": None, **{part: new / part if (new / part).exists() else None for part in parts}}
            with self._gate.alone():
                landing.write_manifest(staged, files)
                self._connection.close()
                landing.land(self.path, staged)
                self._connection = connect(self.path / "ledger.duckdb")
                self._network_cache.clear()
                self._stamps = (-1, {})
                self._read_settings()

    def close(self) -> None:
        """Close the workspace, so that another process may open it."""
        try:
            self.project()
        except (OSError, duckdb.Error):
            _log.warning("The layers of %s could not be written; they will be when it is opened again.", self.path, exc_info=True)
        finally:
            self._connection.close()

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def open_store(path: str | os.PathLike[str], *, create: bool = True) -> Store:
    """Open a workspace, bring its schema up to date, and finish or discard what a crash left behind.

    Parameters
    ----------
    path : path-like
        The folder.
    create : bool
        Whether to create a workspace where there is none.

    Returns
    -------
    Store

    Raises
    ------
    InputError
        When there is no workspace and ``create`` is off, when the folder cannot be written, when the file is not a ledger, or when a newer
        version wrote it.
    StoreBusy
        When another process holds it.
    """
    folder = Path(path).resolve()
    ledger = folder / "ledger.duckdb"
    if not create and not ledger.exists() and not landing.pending(folder):
        raise InputError("There is no workspace in {folder}; make one with `demo` or an import.", folder=folder)
    try:
        for place in (folder, folder / "layers", folder / "exports"):
            landing.make_folder(place)
        for restore in landing.pending(folder):
            check_free(ledger)
            landing.land(folder, restore)
    except OSError as error:
        raise InputError("The workspace {folder} cannot be written: {why}.", folder=folder, why=error.strerror) from None
    connection = connect(ledger)
    try:
        store = Store(folder, connection)
        landing.recover(folder, store._committed)
        store.project()
        return store
    except BaseException:
        connection.close()
        raise


def check_time_zone(name: str) -> None:
    """Raise InputError unless ``name`` is a time zone."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, TypeError):
        raise InputError("{name} is not a time zone; write it like Asia/Shanghai.", name=repr(name)) from None


def _expand(features: pd.DataFrame) -> pd.DataFrame:
    attributes = pd.DataFrame([json.loads(a) for a in features["attributes"]], index=features.index)
    return features[["id", "name"]].join(attributes.drop(columns=["id", "name"], errors="ignore"))


def file_sha256(path: Path) -> str:
    """Return the SHA-256 of a file, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
