"""A study as files: layers for a GIS, tables for a spreadsheet, the certificate. Each holds all that the study found."""

from __future__ import annotations

import io
import json
import tempfile
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import geopandas as gpd
import openpyxl
import pandas as pd
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from ledgers.roads.claim import certificate
from ledgers.roads.coverage import Study
from ledgers.roads.coverage_frames import FRAMES, proposed
from ledgers.sheets import rows, workbook_cell


def layers(study: Study, *, posts: int | None = None) -> dict[str, gpd.GeoDataFrame]:
    """Return the layers of a study by name: ``FRAMES``, in which proposed are the posts of the plan."""
    found = {name: make(study) for name, make in FRAMES.items() if name != "proposed"}
    return {name: _portable(frame) for name, frame in {**found, "proposed": proposed(study, posts=posts)}.items()}


def _portable(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return a frame with its moments as ISO text and without the numbers that nodes have in this network alone."""
    moments = {c: [None if pd.isna(m) else m.isoformat() for m in frame[c]] for c in frame.select_dtypes(["datetime", "datetimetz"])}
    kept = frame.drop(columns=["node", "size", "leading", "weight", "way_in_id", "entry"], errors="ignore")
    return kept.assign(**{c: pd.Series(texts, index=frame.index, dtype="str") for c, texts in moments.items()})


def gpkg_bytes(study: Study, *, posts: int | None = None) -> bytes:
    """Return the layers as one GeoPackage."""
    with tempfile.TemporaryDirectory(prefix="epigrid-") as folder:
        path = Path(folder) / "blind-spots.gpkg"
        for name, frame in layers(study, posts=posts).items():
            frame.to_file(path, driver="GPKG", layer=name, engine="pyogrio", index=False)
        return path.read_bytes()


def geojson_bytes(study: Study, *, posts: int | None = None) -> bytes:
    """Return the layers as GeoJSON files in one archive."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, frame in layers(study, posts=posts).items():
            archive.writestr(f"{name}.geojson", frame.to_json(drop_id=True, ensure_ascii=False))
    return out.getvalue()


def xlsx_bytes(study: Study, *, posts: int | None = None) -> bytes:
    """Return the tables as one workbook, a sheet each; points have ``lon`` and ``lat``."""
    return book_bytes({name: with_place(frame) for name, frame in layers(study, posts=posts).items()})


def book_bytes(tables: Mapping[str, pd.DataFrame]) -> bytes:
    """Return tables as one workbook, a sheet each under its name."""
    book = openpyxl.Workbook(write_only=True)
    for name, table in tables.items():
        sheet = book.create_sheet(name[:31])
        sheet.freeze_panes = "A2"
        heading = [WriteOnlyCell(sheet, value=str(column)) for column in table]
        for cell in heading:
            cell.font = Font(bold=True)
        sheet.append(heading)
        for row in rows(table):
            sheet.append([workbook_cell(sheet, value) for value in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def with_place(frame: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return a frame as a table; points have ``lon`` and ``lat``."""
    table = pd.DataFrame(frame.drop(columns="geometry"))
    if len(frame) and (frame.geometry.geom_type == "Point").all():
        table = table.assign(lon=frame.geometry.x, lat=frame.geometry.y)
    return table


def certificate_bytes(study: Study, *, posts: int | None = None) -> bytes:
    """Return the certificate, as ``verify-certificate`` reads it. Raises InputError when there is none."""
    return json.dumps(certificate(study), ensure_ascii=False).encode()


WRITERS: dict[str, Callable[..., bytes]] = {"gpkg": gpkg_bytes, "geojson": geojson_bytes, "xlsx": xlsx_bytes, "json": certificate_bytes}
