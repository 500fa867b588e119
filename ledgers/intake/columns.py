"""The columns of ledger files: which headings, Chinese or English, name which field of a layer."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping

from errors import InputError
from ledgers.intake.fields import Field
from ledgers.intake.record_columns import RECORD_FIELDS
from queries.layers import AREA_LEVELS, BARRIERS, EGRESS, LAYERS

MODES = {
    "sealed": ("封闭", "关闭", "封控", "封堵", "封", "已封闭", "closed", "seal"),
    "open_24h": ("24小时开放", "24小时", "全天", "全天开放", "全天候开放", "常开", "24h", "open24h", "open24hours"),
    "open_hours": ("定时开放", "白天开放", "限时开放", "分时开放", "按时开放", "日间开放", "openhours", "timed"),
}
POST_KINDS = {
    "inspect": ("查验", "查验点", "检查", "检查点", "检查站", "登记", "管控"),
    "dissuade": ("劝离", "劝离点", "劝返", "劝返点", "卡口劝离点"),
    "block": ("封堵", "硬隔离", "封堵点", "封路", "阻断", "隔离"),
    "screen": ("检疫", "筛查", "检疫点", "筛查点", "检疫站", "检疫筛查"),
}
POST_CLASSES = {
    "province_border": ("省界", "省际", "省界卡口"),
    "expressway": ("高速", "高速公路", "高速出口", "高速公路出口"),
    "national_road": ("国道",),
    "provincial_road": ("省道",),
    "county_road": ("县道", "县乡道"),
    "rural_road": ("乡道", "村道", "农村公路", "乡村道路"),
    "village": ("村", "村口", "村级"),
    "community": ("社区", "小区"),
    "market": ("市场", "集市", "农贸市场"),
    "station": ("车站", "火车站", "汽车站", "机场", "码头"),
    "other": ("其他", "其它"),
}
ENTRANCE_KINDS = {
    "gate": ("大门", "门", "出入口", "门岗"),
    "lift_gate": ("道闸", "车行道闸", "起落杆"),
    "swing_gate": ("平开门",),
    "wicket_gate": ("小门", "侧门", "便门", "人行门"),
    "entrance": ("入口", "通道"),
    "building_door": ("楼宇门", "单元门", "楼门"),
    "street_door": ("沿街门", "临街门", "商铺门"),
}
VENUE_KINDS = {
    "hospital": ("医院", "综合医院", "专科医院", "三甲医院", "定点医院"),
    "clinic": ("诊所", "卫生院", "卫生室", "社区医院", "卫生服务中心", "社区卫生服务中心", "发热门诊"),
    "market": ("市场", "农贸市场", "菜市场", "集贸市场", "农副产品", "集市"),
    "supermarket": ("超市", "便利店"),
    "park": ("公园", "广场", "景区"),
    "station": ("火车站", "地铁站", "高铁站", "车站"),
    "bus_station": ("汽车站", "客运站", "长途汽车站", "公交站"),
    "toll_booth": ("收费站",),
}
LEVELS = dict(
    zip(
        AREA_LEVELS,
        (
            ("市", "地级市", "地市"),
            ("区县", "县", "区", "县区", "县级市", "county"),
            ("乡镇", "镇", "乡", "街道", "乡镇街道", "town", "street"),
            ("村", "行政村", "村委会"),
            ("社区", "居委会", "村社区"),
            ("网格", "片区"),
        ),
        strict=True,
    )
)
STATUSES = {"normal": ("正常",), "controlled": ("管控", "管控中"), "sealed": ("封闭", "封控", "封控中")}
EGRESSES = dict(zip(EGRESS, (("可开启", "应急可开", "可解除"), ("有人值守", "专人看守", "值守"), ("无", "不可通行")), strict=True))
BARRIER_TEXTS = dict(zip(BARRIERS, (("硬隔离", "硬质隔离", "围挡"), ("软隔离", "警戒线", "警戒带", "拉绳")), strict=True))
PROVENANCES = {"mapped": ("地图",), "inferred": ("推断", "推测"), "entered": ("录入", "人工录入")}
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
_COMPOUND = Field("compound_id", "compound", ("小区", "compound_id", "compound", "所属小区", "小区名称", "居民小区"))
# Not the bare "source": in the wild it holds a publisher. An export writes this heading.
_SOURCE = Field("source", "enum", ("数据来源标记", "record_source"), values=SOURCES)
_SINCE = Field("effective_at", "moment", ("生效时间", "effective_at", "生效日期", "起始时间", "实施时间", "since"), state=True)
_ORDERED_BY = Field("ordered_by", "text", ("批准人", "ordered_by", "下令人", "审批人", "批准单位"), state=True)
_REASON = Field("reason", "text", ("原因", "reason", "理由", "事由", "封闭原因"), state=True)
_BARRIER = Field("barrier", "enum", ("隔离方式", "barrier", "封堵方式", "隔离类型"), state=True, values=BARRIER_TEXTS)
_PATROL = Field("patrol_minutes", "int", ("巡查间隔", "patrol_minutes", "巡逻间隔", "巡查间隔分钟"), state=True)
_HOUSEHOLDS = Field("households", "int", ("户数", "households", "住户数", "总户数"))
_POPULATION = Field("population", "int", ("人口", "population", "人口数", "总人口", "人数", "常住人口"))
_SIGN_IN = Field("sign_in_kept", "bool", ("签到", "sign_in_kept", "是否签到", "要求签到"), state=True)

_OWN: dict[str, tuple[Field, ...]] = {
    "areas": (
        Field("level", "enum", ("层级", "level", "级别", "类型"), values=LEVELS),
        Field(
            "parent_id",
            "parent",
            (
                *("上级", "parent_id", "parent", "上级区域", "上级编号", "所属街道", "所属乡镇"),
                *("streetcode", "areacode", "citycode", "provincecode"),
            ),
        ),
        Field("code", "code", ("代码", "code", "区划代码", "统计用区划代码", "行政区划代码", "adcode", "gb", "统计代码")),
        _POPULATION,
        _HOUSEHOLDS,
        Field("status", "enum", ("状态", "status", "管控状态"), state=True, values=STATUSES),
        Field("responsible", "text", ("责任人", "responsible", "负责人", "网格长", "包保人"), state=True),
        Field("phone", "text", ("电话", "phone", "联系电话", "手机", "手机号"), state=True),
        _ORDERED_BY,
        _REASON,
        _SINCE,
    ),
    "compounds": (_HOUSEHOLDS, _POPULATION, Field("unmanaged", "bool", ("三无小区", "unmanaged", "是否三无小区"))),
    "buildings": (_COMPOUND, Field("floors", "int", ("楼层", "floors", "层数", "楼层数")), _HOUSEHOLDS, _POPULATION),
    "entrances": (
        _COMPOUND,
        Field("kind", "enum", ("出入口类型", "kind", "类型", "门类型"), values=ENTRANCE_KINDS),
        Field("provenance", "enum", ("出处", "provenance"), values=PROVENANCES),
        Field("mode", "enum", ("状态", "mode", "模式", "管控方式", "开放状态", "封闭状态", "status"), state=True, values=MODES),
        Field("timetable", "timetable", ("开放时间", "timetable", "开放时段", "通行时间", "hours", "openinghours"), state=True),
        Field("egress", "enum", ("应急疏散", "egress", "消防通道", "应急开启"), state=True, values=EGRESSES),
        _BARRIER,
        _PATROL,
        Field("key_holder", "text", ("钥匙", "key_holder", "钥匙保管人", "持钥匙人", "责任人", "负责人"), state=True),
        _ORDERED_BY,
        _REASON,
        Field("expires_at", "moment", ("截止时间", "expires_at", "到期时间", "封闭截止"), state=True),
        _SINCE,
    ),
    "checkpoints": (
        Field("post_class", "enum", ("类别", "post_class", "卡口类别", "道路等级", "class"), values=POST_CLASSES),
        Field("staff_required", "int", ("需要人数", "staff_required", "所需人数", "应到人数", "人数")),
        Field("kind", "enum", ("卡口类型", "kind", "类型", "卡口性质", "type"), state=True, values=POST_KINDS),
        _BARRIER,
        _PATROL,
        _SIGN_IN,
        _ORDERED_BY,
        _REASON,
        _SINCE,
    ),
    "settlements": (Field("place", "text", ("聚落类型", "place", "类型")), _POPULATION),
    "venues": (
        Field("kind", "enum", ("场所类型", "kind", "类型", "类别", "tag", "category"), values=VENUE_KINDS, fallback="other"),
        Field("peak_hours", "text", ("高峰时段", "peak_hours", "高峰时间")),
        Field("capacity", "int", ("容量", "capacity", "床位", "限流人数", "最大承载量")),
    ),
}


def _fields(layer: str) -> tuple[Field, ...]:
    place = (_LON, _LAT, _WKT) if LAYERS[layer].geometry != "polygon" else (_WKT,)
    area = (_AREA,) if LAYERS[layer].in_area else ()
    return (_ID, Field("name", "text", (_NAMES[layer][0], "name", *_NAMES[layer][1:], "title")), *place, *area, *_OWN[layer], _SOURCE)


FIELDS: dict[str, dict[str, Field]] = {layer: {f.name: f for f in _fields(layer)} for layer in _OWN}
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
