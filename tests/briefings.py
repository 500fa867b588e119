"""A briefing made by hand, with everything in it that a writer has to draw."""

from __future__ import annotations

import io
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from PIL import Image

from briefing.model import Briefing, HandNumber, Later, Number, Paragraph, Section, Table
from briefing.writers import Sheet

ZONE = ZoneInfo("Asia/Shanghai")
CUTOFF = datetime(2020, 2, 12, 18, tzinfo=ZONE)
HOSTILE = "<script>alert(1)</script>#let x=1 =1+1 ${y} {{z}} &amp; 'q' \"r\""


def number(name: str, label: str, value: int | float | None, section: str, *, of: str | None = None) -> Number:
    text = "不详" if value is None else f"{value:,}"
    return Number(name, label, value, text, name, section, of)


def sample(*, lang: str = "zh_CN", extra: str = HOSTILE) -> Briefing:
    """Return it: numbers known and not, a paragraph edited by hand, tables, changes, what came later; ``extra`` is text of the data."""
    gates = number("entrances", "出入口总数", 25, "situation")
    sealed = number("entrances_sealed", "封闭的出入口", 13, "situation")
    all_day = number("entrances_open_24h", "24小时开放的出入口", 8, "situation")
    by_hours = number("entrances_open_hours", "限时开放的出入口", 4, "situation")
    cases = number("cases", "确诊病例", None, "situation")
    people = number("screened", "已摸排人数", 35360, "measures")
    rate = Number("screened_share", "摸排完成率", 0.875, "87.5%", "screened_share", "measures")
    posts = number("posts_unstaffed", "无人值守的卡口", 2, "problems")
    missed = number("readings_missed", "漏测体温的人数", 3, "problems", of="朝阳村")
    advice = number("posts_proposed", "建议增设的卡口", 5, "advice")
    sections = (
        Section(
            "situation",
            "一、防疫情况",
            (
                Paragraph("situation_entrances_head", ("（一）出入口",), "heading"),
                Paragraph(
                    "situation_entrances",
                    (
                        "截至2月12日18:00，全镇共有出入口",
                        gates,
                        "个，其中封闭",
                        sealed,
                        "个，24小时开放",
                        all_day,
                        "个，限时开放",
                        by_hours,
                        "个。",
                    ),
                ),
                Paragraph("situation_cases", ("累计确诊病例", cases, "例。"), "item"),
                Paragraph("situation_note", (extra,)),
            ),
        ),
        Section(
            "measures",
            "二、采取措施",
            (
                Paragraph("measures_screening", ("已摸排", people, "人，完成率", rate, "。")),
                Paragraph(
                    "measures_edited",
                    ("入户", HandNumber("960", number("visits", "入户次数", 956, "measures")), "次，发放口罩", HandNumber("1,000"), "只。"),
                    edited=True,
                ),
            ),
        ),
        Section(
            "problems",
            "三、存在问题",
            (
                Paragraph("problems_posts", ("有", posts, "个卡口无人值守。"), "item"),
                Paragraph("problems_readings", ("朝阳村", missed, "人漏测体温。"), "item"),
            ),
        ),
        Section("advice", "四、下步建议", (Paragraph("advice_posts", ("建议增设卡口", advice, "个：在", extra, "。")),)),
    )
    return Briefing(
        area="t",
        area_name="青禾镇",
        edition="evening",
        at=CUTOFF + timedelta(hours=14),
        cutoff=CUTOFF,
        previous=CUTOFF - timedelta(hours=10),
        lang=lang,
        title="青禾镇新型冠状病毒感染的肺炎疫情防控工作情况报告",
        unit="青禾镇疫情防控指挥部",
        demo=True,
        sections=sections,
        tables=(
            Table(
                "screening",
                "各村摸排进度",
                ("村", "户数", "完成率", "备注"),
                (("朝阳村", 320, 0.875, "=1+1"), ("柳林村", 1250, None, extra)),
            ),
            Table("empty", "没有行的表", ("村", "户数"), ()),
        ),
        changes=(Table("changes_posts", "卡口变化", ("卡口", "此前", "现在"), (("国道卡口", "检查", "劝返"), ("+村口", None, "检查"))),),
        later=(Later(missed, 4, "4"),),
    )


def picture(width: int = 320, height: int = 180, colour: str = "#0072B2") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(out, "png")
    return out.getvalue()


def sheets() -> tuple[Sheet, ...]:
    """Return two small pictures in place of maps: one wide, one high."""
    return (Sheet("command", "青禾镇指挥一张图", picture()), Sheet("changes", f"变化图 {HOSTILE}", picture(180, 320, "#D55E00")))
