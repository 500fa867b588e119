"""The columns of the layers that people keep: what each is called, how files name it, what it may hold, whether an order sets it.

From a column come its field in files (``ledgers.intake.columns``), its part of the layer's statement, its place in exports and its words on
the map and in stories; one that is ``shown`` has its place in forms, tables, stories and on the map as well.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from errors import N_

Dtype = Literal["text", "int", "float", "bool"]


@dataclass(frozen=True)
class Column:
    """One column of a layer.

    Attributes
    ----------
    name
        Its name everywhere.
    title
        What it is called, in English; empty where no page names it.
    headings
        What files call it, the Chinese label first; none where no file has it.
    dtype
        What it holds.
    form
        How a cell of a file is read (``ledgers.intake.fields.Kind``); empty is as its type says.
    choices
        The codes that it may hold, each with the texts read as it.
    fallback
        What any other text means; none: it is rejected.
    order
        Whether an order sets it, from a moment on; the others describe the feature for all time.
    carried
        Whether an order that does not say it leaves it as it is.
    shown
        Whether it is asked when a feature is added, and stands in the table of its page, in stories and on the map, after what these write
        out themselves.
    """

    name: str
    title: str = ""
    headings: tuple[str, ...] = ()
    dtype: Dtype = "text"
    form: str = ""
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    fallback: str | None = None
    order: bool = False
    carried: bool = False
    shown: bool = False


_MODES = {
    "sealed": ("封闭", "关闭", "封控", "封堵", "封", "已封闭", "closed", "seal"),
    "open_24h": ("24小时开放", "24小时", "全天", "全天开放", "全天候开放", "常开", "24h", "open24h", "open24hours"),
    "open_hours": ("定时开放", "白天开放", "限时开放", "分时开放", "按时开放", "日间开放", "openhours", "timed"),
}
_POST_KINDS = {
    "inspect": ("查验", "查验点", "检查", "检查点", "检查站", "登记", "管控"),
    "dissuade": ("劝离", "劝离点", "劝返", "劝返点", "卡口劝离点"),
    "block": ("封堵", "硬隔离", "封堵点", "封路", "阻断", "隔离"),
    "screen": ("检疫", "筛查", "检疫点", "筛查点", "检疫站", "检疫筛查"),
}
_POST_CLASSES = {
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
_ENTRANCE_KINDS = {
    "gate": ("大门", "门", "出入口", "门岗"),
    "lift_gate": ("道闸", "车行道闸", "起落杆"),
    "swing_gate": ("平开门",),
    "wicket_gate": ("小门", "侧门", "便门", "人行门"),
    "entrance": ("入口", "通道"),
    "building_door": ("楼宇门", "单元门", "楼门"),
    "street_door": ("沿街门", "临街门", "商铺门"),
}
_VENUE_KINDS = {
    "hospital": ("医院", "综合医院", "专科医院", "三甲医院", "定点医院"),
    "clinic": ("诊所", "卫生院", "卫生室", "社区医院", "卫生服务中心", "社区卫生服务中心", "发热门诊"),
    "market": ("市场", "农贸市场", "菜市场", "集贸市场", "农副产品", "集市"),
    "supermarket": ("超市", "便利店"),
    "park": ("公园", "广场", "景区"),
    "station": ("火车站", "地铁站", "高铁站", "车站"),
    "bus_station": ("汽车站", "客运站", "长途汽车站", "公交站"),
    "toll_booth": ("收费站",),
}
_LEVELS = {
    "city": ("市", "地级市", "地市"),
    "district": ("区县", "县", "区", "县区", "县级市", "county"),
    "township": ("乡镇", "镇", "乡", "街道", "乡镇街道", "town", "street"),
    "village": ("村", "行政村", "村委会"),
    "community": ("社区", "居委会", "村社区"),
    "grid": ("网格", "片区"),
}
_STATUSES = {"normal": ("正常",), "controlled": ("管控", "管控中"), "sealed": ("封闭", "封控", "封控中")}
_EGRESSES = {"releasable": ("可开启", "应急可开", "可解除"), "guarded": ("有人值守", "专人看守", "值守"), "none": ("无", "不可通行")}
_BARRIERS = {"hard": ("硬隔离", "硬质隔离", "围挡"), "soft": ("软隔离", "警戒线", "警戒带", "拉绳")}
_PROVENANCES = {"mapped": ("地图",), "inferred": ("推断", "推测"), "entered": ("录入", "人工录入")}

AREA_LEVELS, MODES, EGRESS, BARRIERS, CHECKPOINT_KINDS = map(tuple, (_LEVELS, _MODES, _EGRESSES, _BARRIERS, _POST_KINDS))

_COMPOUND = Column("compound_id", headings=("小区", "compound_id", "compound", "所属小区", "小区名称", "居民小区"), form="compound")
_HOUSEHOLDS = Column("households", N_("Households"), ("户数", "households", "住户数", "总户数"), "int")
_POPULATION = Column("population", N_("Population"), ("人口", "population", "人口数", "总人口", "人数", "常住人口"), "int")
_ORDERED_BY = Column("ordered_by", N_("Ordered by"), ("批准人", "ordered_by", "下令人", "审批人", "批准单位"), order=True)
_REASON = Column("reason", N_("Reason"), ("原因", "reason", "理由", "事由", "封闭原因"), order=True)
_BARRIER = Column("barrier", N_("Barrier"), ("隔离方式", "barrier", "封堵方式", "隔离类型"), form="enum", choices=_BARRIERS, order=True)
_PATROL = Column(
    "patrol_minutes",
    N_("Patrol every (minutes)"),
    ("巡查间隔", "patrol_minutes", "巡逻间隔", "巡查间隔分钟"),
    "int",
    order=True,
)

AREAS = (
    Column("level", N_("Level"), ("层级", "level", "级别", "类型"), form="enum", choices=_LEVELS),
    Column(
        "parent_id",
        headings=(
            *("上级", "parent_id", "parent", "上级区域", "上级编号", "所属街道", "所属乡镇"),
            *("streetcode", "areacode", "citycode", "provincecode"),
        ),
        form="parent",
    ),
    Column("code", headings=("代码", "code", "区划代码", "统计用区划代码", "行政区划代码", "adcode", "gb", "统计代码"), form="code"),
    _POPULATION,
    _HOUSEHOLDS,
    Column("status", N_("Status"), ("状态", "status", "管控状态"), form="enum", choices=_STATUSES, order=True),
    Column("responsible", N_("Responsible"), ("责任人", "responsible", "负责人", "网格长", "包保人"), order=True, carried=True),
    Column("phone", N_("Phone"), ("电话", "phone", "联系电话", "手机", "手机号"), order=True, carried=True),
    _ORDERED_BY,
    _REASON,
)
COMPOUNDS = (
    _HOUSEHOLDS,
    _POPULATION,
    Column("unmanaged", headings=("三无小区", "unmanaged", "是否三无小区"), dtype="bool"),
)
BUILDINGS = (_COMPOUND, Column("floors", headings=("楼层", "floors", "层数", "楼层数"), dtype="int"), _HOUSEHOLDS, _POPULATION)
ENTRANCES = (
    _COMPOUND,
    Column("kind", N_("Kind"), ("出入口类型", "kind", "类型", "门类型"), form="enum", choices=_ENTRANCE_KINDS),
    Column("provenance", N_("Known from"), ("出处", "provenance"), form="enum", choices=_PROVENANCES),
    Column(
        "mode",
        N_("Mode"),
        ("状态", "mode", "模式", "管控方式", "开放状态", "封闭状态", "status"),
        form="enum",
        choices=_MODES,
        order=True,
    ),
    Column(
        "timetable",
        N_("Timetable"),
        ("开放时间", "timetable", "开放时段", "通行时间", "hours", "openinghours"),
        form="timetable",
        order=True,
    ),
    Column("egress", N_("Way out"), ("应急疏散", "egress", "消防通道", "应急开启"), form="enum", choices=_EGRESSES, order=True),
    _BARRIER,
    _PATROL,
    Column("key_holder", N_("Key holder"), ("钥匙", "key_holder", "钥匙保管人", "持钥匙人", "责任人", "负责人"), order=True),
    _ORDERED_BY,
    _REASON,
    Column("expires_at", N_("Valid until"), ("截止时间", "expires_at", "到期时间", "封闭截止"), form="moment", order=True),
    Column("sign_in_kept", dtype="bool", order=True, carried=True),
)
CHECKPOINTS = (
    Column("post_class", N_("Class"), ("类别", "post_class", "卡口类别", "道路等级", "class"), form="enum", choices=_POST_CLASSES),
    Column("staff_required", N_("Staff required"), ("需要人数", "staff_required", "所需人数", "应到人数", "人数"), "int"),
    Column("kind", N_("Kind"), ("卡口类型", "kind", "类型", "卡口性质", "type"), form="enum", choices=_POST_KINDS, order=True),
    Column("active", dtype="bool", order=True, carried=True),
    _BARRIER,
    _PATROL,
    Column("sign_in_kept", headings=("签到", "sign_in_kept", "是否签到", "要求签到"), dtype="bool", order=True, carried=True),
    _ORDERED_BY,
    _REASON,
)
SETTLEMENTS = (Column("place", N_("Place"), ("聚落类型", "place", "类型")), _POPULATION)
VENUES = (
    Column(
        "kind",
        N_("Kind"),
        ("场所类型", "kind", "类型", "类别", "tag", "category"),
        form="enum",
        choices=_VENUE_KINDS,
        fallback="other",
    ),
    Column("peak_hours", N_("Peak hours"), ("高峰时段", "peak_hours", "高峰时间")),
    Column("capacity", N_("Capacity"), ("容量", "capacity", "床位", "限流人数", "最大承载量"), "int"),
)


def bare(**dtypes: Dtype) -> tuple[Column, ...]:
    """Return columns that come with a road import alone: no file of people names them.

    >>> [column.dtype for column in bare(degree="int", highway="text")]
    ['int', 'text']
    """
    return tuple(Column(name, dtype=dtype) for name, dtype in dtypes.items())


# What pages call a column, whichever layer it is of.
TITLES = {
    column.name: column.title
    for columns in (AREAS, COMPOUNDS, BUILDINGS, ENTRANCES, CHECKPOINTS, SETTLEMENTS, VENUES)
    for column in columns
    if column.title
}
