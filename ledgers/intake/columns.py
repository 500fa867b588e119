"""The columns of ledger files: which headings, Chinese or English, name which field of a layer."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import cast

from errors import InputError
from ledgers.intake.fields import Field, Kind
from ledgers.intake.record_columns import RECORD_FIELDS
from queries.columns import Column
from queries.layers import LAYERS

SOURCES: dict[str, tuple[str, ...]] = {"osm": (), "demo": (), "file": (), "hand": ()}

_NAMES = {
    "areas": (
        *("区域名称", "名称", "社区名称", "村名", "村名称", "街道名称", "乡镇名称", "网格名称"),
        *("社区", "村", "district", "city"),
    ),
    "compounds": ("小区名称", "名称", "小区"),
    "buildings": ("楼栋名称", "名称", "楼栋", "楼号", "楼名", "栋号"),
    "entrances": ("出入口名称", "名称", "出入口", "大门名称", "门名称"),
    "checkpoints": ("卡口名称", "名称", "卡口", "点位名称", "检查点名称", "卡点名称", "卡点"),
    "settlements": ("聚落名称", "名称", "村名", "地名"),
    "venues": ("场所名称", "名称", "场所", "地点", "单位名称", "poi_name", "poiname"),
}
_ID = Field("id", "text", ("编号", "id", "唯一编号", "标识", "出入口编号", "卡口编号", "点位编号", "楼栋编号", "场所编号"))
_LON = Field("lon", "number", ("经度", "lon", "lng", "long", "longitude", "x", "x坐标", "东经"))
_LAT = Field("lat", "number", ("纬度", "lat", "latitude", "y", "y坐标", "北纬"))
_WKT = Field("geometry", "wkt", ("几何", "geometry", "wkt", "geom", "图形"))
_AREA = Field(
    "area_id",
    "area",
    ("所属区域", "area_id", "area", "所属社区", "所属村", "社区", "村", "所属网格", "网格", "辖区", "所属街道", "所属乡镇"),
)
# Not the bare "source": in the wild it holds a publisher. An export writes this heading.
_SOURCE = Field("source", "enum", ("数据来源标记", "record_source"), values=SOURCES)
_SINCE = Field("effective_at", "moment", ("生效时间", "effective_at", "生效日期", "起始时间", "实施时间", "since"), state=True)
# How a cell is read where its column does not say otherwise.
_FORMS: dict[str, Kind] = {"text": "text", "int": "int", "float": "number", "bool": "bool"}


def _fields(layer: str) -> tuple[Field, ...]:
    place = (_LON, _LAT, _WKT) if LAYERS[layer].geometry != "polygon" else (_WKT,)
    area = (_AREA,) if LAYERS[layer].in_area else ()
    own = [_field(column) for column in LAYERS[layer].columns if column.headings]
    since = (_SINCE,) if LAYERS[layer].ordered else ()
    return (_ID, Field("name", "text", (_NAMES[layer][0], "name", *_NAMES[layer][1:], "title")), *place, *area, *own, *since, _SOURCE)


def _field(column: Column) -> Field:
    form = cast(Kind, column.form) or _FORMS[column.dtype]
    return Field(column.name, form, column.headings, state=column.order, values=column.choices, fallback=column.fallback)


FIELDS: dict[str, dict[str, Field]] = {layer: {f.name: f for f in _fields(layer)} for layer in _NAMES}
# Everything that a file can list: the layers of the map, then the ledgers of people.
ALL_FIELDS: dict[str, dict[str, Field]] = {**FIELDS, **RECORD_FIELDS}


def folded(text: object) -> str:
    """Return a heading or enum text as it is compared: half-width, lower case, without blanks, punctuation and bracketed notes.

    >>> folded(" 开放时间（必填）* "), folded("Key_Holder"), folded("２４小时 开放")
    ('开放时间', 'keyholder', '24小时开放')
    """
    plain = unicodedata.normalize("NFKC", str(text)).casefold()
    return unfolded(re.sub(r"\([^)]*\)|\[[^\]]*\]", "", plain) or plain)


def unfolded(text: object) -> str:
    """Return a text as ``folded`` does, its bracketed notes kept."""
    return re.sub(r"[\s_\-*:·.#]+", "", unicodedata.normalize("NFKC", str(text)).casefold())


def field_of(layer: str, heading: object) -> tuple[str, int] | None:
    """Return the field that a heading names and its rank among that field's headings; None when it is not recognised."""
    part = re.fullmatch(r"(?:geometry|几何)_?\d+", str(heading).strip())
    if part and "geometry" in ALL_FIELDS[layer]:
        return "geometry", int(re.sub(r"\D", "", part.group()))
    # What a bracket holds is a note in most headings, but the time of day in 体温（上午）.
    whole = _RECOGNISED[layer].get(re.sub(r"[()\[\]]", "", unfolded(heading))) if layer in RECORD_FIELDS else None
    return whole or _RECOGNISED[layer].get(folded(heading))


def _ranks(layer: str) -> dict[str, tuple[str, int]]:
    found: dict[str, tuple[str, int]] = {}
    for name, known in ALL_FIELDS[layer].items():
        for rank, heading in enumerate((known.name, *known.headings) if known is not _SOURCE else known.headings):
            found.setdefault(folded(heading), (name, rank))
    return found


_RECOGNISED = {layer: _ranks(layer) for layer in ALL_FIELDS}


def recognise(layer: str, headings: Iterable[str], corrected: Mapping[str, str | None] | None = None) -> dict[str, str | None]:
    """Return heading -> field (or None) for a file, the user's corrections first.

    Raises
    ------
    InputError
        When a correction names a heading that the file lacks, or a field that the layer lacks.
    """
    headings, corrected = list(headings), corrected or {}
    for heading, name in corrected.items():
        if heading not in headings:
            raise InputError("The file has no column {column}; its columns are: {columns}.", column=heading, columns=", ".join(headings))
        if name is not None and name not in ALL_FIELDS[layer]:
            known = ", ".join(ALL_FIELDS[layer])
            raise InputError("The layer {layer} has no field {field}; its fields are: {fields}.", layer=layer, field=name, fields=known)
    found: dict[str, str | None] = {}
    for heading in headings:
        match = field_of(layer, heading)
        found[heading] = corrected[heading] if heading in corrected else (match[0] if match else None)
    return found


def by_field(layer: str, mapping: Mapping[str, str | None]) -> dict[str, list[str]]:
    """Return field -> its headings in the file, the most specific first; cells of the later ones fill blanks of the earlier."""

    def rank(heading: str) -> int:
        match = field_of(layer, heading)
        return match[1] if match and match[0] == mapping[heading] else -1

    found: dict[str, list[str]] = {}
    for heading in sorted((h for h, name in mapping.items() if name), key=rank):
        found.setdefault(str(mapping[heading]), []).append(heading)
    return found
