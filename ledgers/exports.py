"""A layer with its state at a moment, written for a spreadsheet or a GIS so that it can be imported again."""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import openpyxl
import pandas as pd
import shapely
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from errors import InputError
from ledgers import record_exports, state
from ledgers.intake.columns import ALL_FIELDS, FIELDS
from ledgers.intake.record_columns import RECORD_FIELDS
from ledgers.sheets import safe_text, workbook_cell
from queries.layers import LAYERS
from queries.store import Store, Viewer
from queries.view import View
from words import LOCALES

# A workbook's cell holds 32,767 characters; longer outlines go on in further columns.
CELL_LENGTH = 32_000


def export_layer(store: Store, viewer: Viewer, name: str, out: Path, *, at: datetime | str | None = None, language: str = "en") -> None:
    """Write a layer as it stands at a moment into ``out``, by its extension: xlsx, csv, gpkg, geojson or parquet.

    Headings are field names, or their Chinese labels with ``language="zh_CN"``; both are recognised by an import. Tables have points
    as ``lon`` and ``lat`` in WGS-84 at full precision, outlines as well-known text. The file is whole or not there. A ledger of people
    (``households``, ``readings`` ...) is written in full, as xlsx or csv; that it was is recorded.

    Raises
    ------
    InputError
        When the extension is another one, or the file cannot be written there.
    NotFound
        When there is no such layer.
    """
    kinds = TABLES if name in RECORD_FIELDS else tuple(WRITERS)
    writer = WRITERS.get(out.suffix.lower())
    if writer is None or out.suffix.lower() not in kinds:
        raise InputError("The file {file} cannot be written; end its name in one of: {kinds}.", file=out.name, kinds=" ".join(kinds))
    if name in RECORD_FIELDS:
        frame: pd.DataFrame = record_exports.records(store, viewer, name, at=at)
    else:
        frame = exported(state.layer(View(store, viewer, at=at), name), name)
    labels = {f.name: f.label for f in ALL_FIELDS[name].values()} if name in ALL_FIELDS and LOCALES[language].is_chinese else {}
    try:
        with tempfile.TemporaryDirectory(prefix=".export-", dir=out.parent) as folder:
            temporary = Path(folder) / out.name
            writer(frame, temporary, labels)
            temporary.replace(out)
    except OSError as error:
        raise InputError("{file} cannot be written: {why}; choose another place.", file=out, why=error.strerror or error) from None


def exported(frame: gpd.GeoDataFrame, layer: str) -> gpd.GeoDataFrame:
    """Return a layer under the names that an import knows: ``effective_at`` for since when, ``record_source`` for the source."""
    names = {"since": "effective_at", "source": "record_source"}
    known = [f for f in FIELDS.get(layer, {}) if f not in ("lon", "lat", "geometry")]
    orders = LAYERS[layer].ordered if layer in LAYERS else {}
    whole = {
        name: "Int64" for name, column in orders.items() if column.dtype == "int" and name in frame
    }  # with gaps it comes as a fraction
    renamed = frame.rename(columns=names).astype(whole)
    first = [names.get(f, f) for f in known if names.get(f, f) in renamed]
    rest = [c for c in renamed if c not in first and c != "geometry"]
    return renamed[[*first, *rest, "geometry"]]


def _table(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the layer as a table: points as lon and lat, other geometries as text in as many columns as it takes."""
    if not isinstance(frame, gpd.GeoDataFrame):
        return frame
    geometry = frame.geometry.to_numpy()
    table = pd.DataFrame(frame.drop(columns="geometry"))
    is_point = shapely.get_type_id(geometry) == 0
    if is_point.any() or not len(frame):
        table["lon"], table["lat"] = shapely.get_x(geometry), shapely.get_y(geometry)
    outlines = ~is_point & ~pd.isna(geometry)
    if outlines.any():
        text = np.full(len(frame), "", dtype=object)
        text[outlines] = shapely.to_wkt(geometry[outlines], rounding_precision=-1)
        pieces = [_pieces(t) for t in text]
        for part in range(max(map(len, pieces))):
            name = "geometry" if part == 0 else f"geometry_{part + 1}"
            table[name] = pd.Series([p[part] if part < len(p) else None for p in pieces], index=table.index, dtype="object")
    return table


def _pieces(text: str) -> list[str]:
    """Return a text in pieces that fit a cell, each but the last ending with a comma: blanks at the ends of cells are not safe."""
    pieces = []
    while len(text) > CELL_LENGTH:
        end = text.rindex(",", 0, CELL_LENGTH) + 1
        pieces.append(text[:end])
        text = text[end:]
    return [*pieces, text] if text else pieces


def _columns(table: pd.DataFrame, *, moment: Callable[[datetime], Any]) -> list[list[Any]]:
    """Return the columns as plain values: None for missing, moments as told."""
    columns = []
    for name in table:
        cells = [None if pd.isna(v) else v for v in table[name].tolist()]
        columns.append([moment(v) if isinstance(v, datetime) else v for v in cells])
    return columns


def _write_xlsx(frame: pd.DataFrame, path: Path, labels: dict[str, str]) -> None:
    table = _table(frame)
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Sheet1")
    sheet.freeze_panes = "A2"
    heading = [WriteOnlyCell(sheet, value=labels.get(str(c), c)) for c in table]
    for cell in heading:
        cell.font = Font(bold=True)
    sheet.append(heading)
    # A workbook keeps wall time only; ours is the workspace's, as an import takes it.
    for row in zip(*_columns(table, moment=lambda m: m.isoformat(sep=" ")), strict=True):
        sheet.append([workbook_cell(sheet, v) for v in row])
    book.save(path)


def _write_csv(frame: pd.DataFrame, path: Path, labels: dict[str, str]) -> None:
    table = _table(frame)
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([labels.get(str(c), c) for c in table])
        for row in zip(*_columns(table, moment=datetime.isoformat), strict=True):
            writer.writerow([safe_text(v) if isinstance(v, str) else v for v in row])


def _write_gpkg(frame: gpd.GeoDataFrame, path: Path, labels: dict[str, str]) -> None:
    _texts(frame).to_file(path, driver="GPKG", layer="layer", engine="pyogrio", index=False)


def _write_geojson(frame: gpd.GeoDataFrame, path: Path, labels: dict[str, str]) -> None:
    path.write_text(_texts(frame).to_json(drop_id=True, ensure_ascii=False), "utf-8")


def _write_parquet(frame: gpd.GeoDataFrame, path: Path, labels: dict[str, str]) -> None:
    frame.to_parquet(path, index=False)


def _texts(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the frame with its moments as ISO text, which every GIS format keeps with the offset."""
    moments = {c: [None if pd.isna(m) else m.isoformat() for m in frame[c]] for c in frame.select_dtypes("datetimetz")}
    return frame.assign(**{c: pd.Series(texts, index=frame.index, dtype="str") for c, texts in moments.items()})


# What has no place is written as a table.
TABLES = (".xlsx", ".csv")
WRITERS: dict[str, Callable[[Any, Path, dict[str, str]], None]] = {
    ".xlsx": _write_xlsx,
    ".csv": _write_csv,
    ".gpkg": _write_gpkg,
    ".geojson": _write_geojson,
    ".parquet": _write_parquet,
}
