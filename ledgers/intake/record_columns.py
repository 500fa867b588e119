"""The columns of the ledgers of people: which headings of a village's own workbook name which fact."""

from __future__ import annotations

from ledgers.intake.fields import Field

SEXES = {"male": ("男", "男性", "m"), "female": ("女", "女性", "f")}
HOUSEHOLD_STATUSES = {
    "occupied": ("在住", "有人", "入住", "常住", "居住", "自住", "出租"),
    "vacant": ("空置", "空户", "空房", "无人居住", "空关"),
    "away": ("外出", "不在家", "在外", "举家外出"),
}
OUTCOMES = {
    "registered": ("已登记", "登记", "已摸排", "已入户", "入户登记"),
    "not_in": ("不在家", "无人在家", "家中无人", "敲门无人", "无人应答", "无人"),
    "letter_left": ("留信", "已留信", "留告知书", "张贴告知书", "留置告知书", "门上留信"),
    "phone_only": ("电话联系", "电话", "电话登记", "电话摸排", "仅电话"),
    "landlord_reached": ("联系房东", "通过房东", "房东联系", "房东", "经房东"),
    "refused": ("拒绝", "拒访", "不配合", "拒绝配合", "拒绝登记"),
    "vacant": ("空置", "空户", "空房", "无人居住"),
}
PURPOSES = {
    "screening": ("摸排", "排查", "入户摸排", "入户排查"),
    "reading": ("测温", "测量体温", "体温测量"),
    "delivery": ("送货", "代购", "送物资", "配送", "生活保障"),
    "check": ("检查", "巡查", "查看"),
    "form": ("填表", "登记表", "补表"),
}
STATES = {
    "observing": ("观察中", "隔离中", "医学观察", "居家观察", "居家隔离", "居家医学观察", "集中隔离", "在观", "正在隔离", "观察", "隔离"),
    "hospital": ("住院", "已住院", "就医", "送医", "住院治疗", "在院"),
    "released": ("解除", "已解除", "解除隔离", "期满解除", "解除观察", "隔离期满"),
    "transferred": ("转出", "移交", "已转出", "转走", "转移", "移交外地"),
    "refuted": ("排除", "已排除", "误报", "排除疑似"),
}
PLACES = {
    "home": ("居家", "居家隔离", "居家观察", "居家医学观察", "家中", "在家"),
    "centralised": ("集中", "集中隔离", "集中观察", "隔离点", "集中隔离点", "集中医学观察"),
    "hospital": ("医院", "住院", "定点医院"),
}
CHANNELS = {
    "visit": ("上门", "入户", "当面", "现场", "上门测量"),
    "phone": ("电话", "打电话", "电话询问", "自报"),
    "video": ("视频", "微信视频", "视频通话"),
}
CASE_STATUSES = {
    "confirmed": ("确诊", "确诊病例", "确认", "已确诊"),
    "withdrawn": ("撤销", "订正", "排除", "撤回", "核减"),
}
SUPPLY_ACTIONS = {
    "receive": ("入库", "接收", "领入", "收入", "收到", "采购", "捐赠", "调入"),
    "use": ("领用", "出库", "发放", "消耗", "使用", "用掉", "下发", "调出"),
    "count": ("盘点", "库存", "结存", "清点", "现有"),
}

_AREA = Field(
    "area_id",
    "area",
    (
        *("所属网格", "area_id", "area", "网格", "所属区域", "区域", "所属社区", "所属村", "社区", "村", "村社区", "辖区"),
        *("网格名称", "社区名称", "村名", "村庄", "grid"),
    ),
)
_BUILDING = Field("building_id", "text", ("楼栋", "building_id", "building", "楼号", "栋号", "幢号", "楼栋号", "楼", "栋", "幢"))
_STAIR = Field("stair", "door", ("单元", "stair", "单元号", "楼道"))
_DOOR = Field("door", "door", ("户号", "door", "门牌号", "门牌", "房号", "室号", "室", "房间号", "门号", "门牌号码"))
_ADDRESS = Field("address", "text", ("住址", "address", "地址", "家庭住址", "现住址", "居住地址", "详细地址", "居住地"))
_PHONE = Field("phone", "phone", ("联系电话", "phone", "电话", "手机", "手机号", "手机号码", "电话号码", "联系方式", "mobile", "tel"))
_NOTE = Field("note", "text", ("备注", "note", "备考", "说明", "remarks"))
_SINCE = Field("effective_at", "moment", ("登记时间", "effective_at", "登记日期", "更新时间", "填报日期", "填报时间", "采集时间"))
_HOUSEHOLD = Field("household_id", "id", ("户编号", "household_id", "household", "家庭编号", "所属户", "所属户编号"))
_PERSON = Field("person_id", "id", ("人员编号", "person_id", "person", "编码", "档案号"))
_NAME = Field("name", "text", ("姓名", "name", "被隔离人", "隔离人员", "人员姓名", "隔离人员姓名", "被观察人", "病人", "患者姓名"))
_ID_NUMBER = Field(
    "id_number",
    "id_number",
    ("身份证号", "id_number", "身份证号码", "身份证", "证件号码", "公民身份号码", "证件号", "身份号码", "idcard", "idnumber"),
)
_WHO = (_PERSON, _NAME, _ID_NUMBER, _PHONE, _HOUSEHOLD, _AREA, _BUILDING, _STAIR, _DOOR)
_TEMPERATURE = ("体温", "temperature", "体温℃", "温度", "测量体温", "体温°c", "体温数据", "temp")


def _part_of_day(name: str, words: tuple[str, ...]) -> Field:
    joined = [text for word in words for text in (f"体温{word}", f"{word}体温", f"温度{word}", f"体温℃{word}", f"{word}体温℃", word)]
    return Field(name, "temperature", tuple(dict.fromkeys(joined)))


_LISTED: dict[str, tuple[Field, ...]] = {
    "households": (
        _HOUSEHOLD,
        _AREA,
        _BUILDING,
        _STAIR,
        _DOOR,
        _ADDRESS,
        Field("contact", "text", ("户主", "contact", "户主姓名", "联系人", "姓名", "户代表", "房主")),
        _PHONE,
        Field("head_count", "int", ("人数", "head_count", "家庭人口", "家庭人数", "常住人数", "人口", "居住人数", "常住人口")),
        Field("status", "enum", ("居住状态", "status", "状态", "居住情况", "住户状态"), values=HOUSEHOLD_STATUSES),
        _NOTE,
        _SINCE,
    ),
    "persons": (
        _PERSON,
        _NAME,
        Field("sex", "enum", ("性别", "sex", "gender"), values=SEXES),
        Field("birth_date", "birthday", ("出生日期", "birth_date", "出生年月日", "生日", "出生年月", "birthday")),
        _ID_NUMBER,
        _PHONE,
        _HOUSEHOLD,
        _AREA,
        _BUILDING,
        _STAIR,
        _DOOR,
        _ADDRESS,
        Field("unit_id", "text", ("所属单位", "unit_id", "unit", "所属社会单位", "单位编号")),
        Field("category", "text", ("人员类别", "category", "类别", "重点人员类别", "人员分类", "分类", "人员类型")),
        Field("arrived_from", "text", ("来自", "arrived_from", "来源地", "返回地", "从何地返回", "来返地", "何地返回", "来自何地")),
        Field("arrived_on", "day", ("到达日期", "arrived_on", "返回日期", "来返日期", "返乡日期", "返回时间", "到达时间", "返乡时间")),
        _NOTE,
        _SINCE,
    ),
    "units": (
        Field("unit_id", "id", ("单位编号", "unit_id", "unit", "企业编号", "编号")),
        Field("name", "text", ("单位名称", "name", "名称", "企业名称", "商户名称", "店名", "单位", "企业", "商户", "店铺名称")),
        _AREA,
        Field("trade", "text", ("行业", "trade", "所属行业", "经营类型", "经营项目", "行业类别", "业态", "类别")),
        Field("address", "text", ("地址", "address", "单位地址", "经营地址", "详细地址")),
        Field("responsible", "text", ("负责人", "responsible", "责任人", "法人", "法定代表人", "经营者", "联系人", "负责人姓名")),
        _PHONE,
        Field("staff", "int", ("员工数", "staff", "职工人数", "员工人数", "从业人员", "职工数", "从业人数", "人数")),
        Field("staff_affected", "int", ("疫区员工数", "staff_affected", "涉疫地区员工", "疫区员工", "来自疫区员工", "涉疫员工数")),
        Field("clients_affected", "int", ("疫区客户数", "clients_affected", "疫区客户", "涉疫地区客户", "疫区客商", "涉疫客户数")),
        Field("resumed", "bool", ("是否复工", "resumed", "复工", "已复工", "复工复产", "是否复工复产", "是否营业", "复工情况")),
        Field("signed_by", "text", ("签字人", "signed_by", "承诺人", "签字", "签名", "签收人")),
        Field("signed_on", "day", ("签字日期", "signed_on", "承诺日期", "签署日期", "签收日期")),
        _NOTE,
        _SINCE,
    ),
    "visits": (
        _HOUSEHOLD,
        _AREA,
        _BUILDING,
        _STAIR,
        _DOOR,
        Field("contact", "text", ("户主", "contact", "户主姓名", "姓名", "户代表")),
        Field("effective_at", "moment", ("走访时间", "effective_at", "摸排时间", "入户时间", "走访日期", "摸排日期", "日期", "时间")),
        Field("team", "text", ("小组", "team", "摸排组", "工作组", "摸排小组", "组别", "摸排人员", "走访人员", "摸排人", "走访人")),
        Field("purpose", "enum", ("目的", "purpose", "事项", "走访目的", "走访事项"), values=PURPOSES),
        Field("outcome", "enum", ("结果", "outcome", "摸排结果", "走访结果", "入户结果", "摸排情况", "走访情况", "情况"), values=OUTCOMES),
        Field("screened", "int", ("摸排人数", "screened", "排查人数", "登记人数", "人数", "已摸排人数")),
        Field("key_persons", "int", ("重点人员数", "key_persons", "重点人数", "重点人员", "重点人员人数")),
        Field("retry_at", "moment", ("复访时间", "retry_at", "再访时间", "回访时间", "下次走访", "下次走访时间")),
        _NOTE,
    ),
    "readings": (
        Field("episode_id", "id", ("隔离编号", "episode_id", "episode", "观察编号")),
        *_WHO,
        Field("effective_at", "moment", ("测量日期", "effective_at", "日期", "测量时间", "测温时间", "测温日期", "date", "datetime")),
        Field("time", "time", ("时间", "time", "时段", "测温时段", "时刻", "测量时段")),
        Field("temperature", "temperature", _TEMPERATURE),
        _part_of_day("temperature_am", ("上午", "早上", "早", "早晨", "am", "第一次")),
        _part_of_day("temperature_pm", ("下午", "晚上", "晚", "傍晚", "pm", "第二次")),
        Field("symptoms", "symptoms", ("症状", "symptoms", "有无症状", "身体状况", "健康状况", "其他症状", "异常症状", "不适症状")),
        Field("went_out", "bool", ("是否外出", "went_out", "外出", "有无外出", "今日外出")),
        Field("had_visitors", "bool", ("有无来访", "had_visitors", "是否来客", "有无来客", "是否接触外人", "是否有人来访", "来访")),
        Field("needs", "text", ("需求", "needs", "生活需求", "物资需求", "困难需求", "诉求", "有何需求")),
        Field("channel", "enum", ("测量方式", "channel", "方式", "测温方式", "渠道", "途径"), values=CHANNELS),
        Field("taken_by", "text", ("测量人", "taken_by", "测温人", "记录人", "网格员", "测量人员", "责任医生")),
        Field("participants", "people", ("参与人", "participants", "参与人员", "随访人员", "同访人员", "联合走访人员")),
        _NOTE,
    ),
    "isolation": (
        Field("episode_id", "id", ("隔离编号", "episode_id", "episode", "观察编号")),
        *_WHO,
        Field("state", "enum", ("状态", "state", "隔离状态", "当前状态", "观察状态", "管控状态", "目前状态"), values=STATES),
        Field("place", "enum", ("隔离方式", "place", "隔离类型", "方式", "观察方式", "管控方式"), values=PLACES),
        Field("place_name", "text", ("隔离地点", "place_name", "隔离点", "隔离地址", "隔离场所", "观察地点", "地点")),
        Field("started_at", "moment", ("隔离开始", "started_at", "开始日期", "隔离开始日期", "起始日期", "开始时间", "隔离时间")),
        Field("days", "int", ("隔离天数", "days", "天数", "观察天数", "隔离期")),
        Field("ended_at", "moment", ("解除日期", "ended_at", "解除时间", "结束日期", "解除隔离日期", "终止日期", "结束时间")),
        Field("effective_at", "moment", ("变更时间", "effective_at", "状态时间", "变更日期", "状态日期")),
        Field("ordered_by", "text", ("批准人", "ordered_by", "下令人", "审批人", "批准单位")),
        Field("reason", "text", ("原因", "reason", "隔离原因", "理由", "变更原因")),
    ),
    "cases": (
        Field("case_id", "id", ("病例编号", "case_id", "case", "编号", "病例号")),
        *_WHO,
        Field("effective_at", "moment", ("确诊日期", "effective_at", "确诊时间", "日期", "报告日期", "公布日期")),
        Field("status", "enum", ("病例状态", "status", "状态", "诊断", "诊断结果"), values=CASE_STATUSES),
        Field("cluster", "bool", ("是否聚集性", "cluster", "聚集性", "聚集性疫情", "聚集性病例", "是否聚集性疫情")),
        _NOTE,
    ),
    "supplies": (
        _AREA,
        Field("item", "text", ("物资", "item", "品名", "物资名称", "名称", "物品", "物品名称", "种类")),
        Field("action", "enum", ("动作", "action", "收支", "出入库", "类型", "操作", "收发", "事项"), values=SUPPLY_ACTIONS),
        Field("quantity", "quantity", ("数量", "quantity", "数额", "件数")),
        Field("measure_unit", "text", ("计量单位", "measure_unit", "单位", "规格")),
        Field("effective_at", "moment", ("日期", "effective_at", "时间", "登记日期", "登记时间", "收发日期", "出入库日期", "盘点日期")),
        _NOTE,
    ),
}

RECORD_FIELDS: dict[str, dict[str, Field]] = {layer: {f.name: f for f in fields} for layer, fields in _LISTED.items()}
# Of each group a file must have one column: what a row of the layer cannot do without.
NEEDED: dict[str, tuple[tuple[str, ...], ...]] = {
    "households": (("door", "household_id"),),
    "persons": (("name", "person_id"),),
    "units": (("name", "unit_id"),),
    "visits": (("door", "household_id", "contact"), ("effective_at",), ("outcome",)),
    "readings": (("name", "id_number", "person_id", "episode_id"), ("effective_at",), ("temperature", "temperature_am", "temperature_pm")),
    "isolation": (("name", "id_number", "person_id", "episode_id"), ("started_at", "state")),
    "cases": (("effective_at",), ("area_id", "name", "id_number", "person_id", "case_id")),
    "supplies": (("item",), ("quantity",), ("action",), ("effective_at",)),
}
