"""A long briefing made by hand, for what is printed on paper; its texts try to be something else."""

from __future__ import annotations

import io
from datetime import datetime
from zoneinfo import ZoneInfo

from PIL import Image, ImageDraw

from briefing.model import Briefing, HandNumber, Later, Number, Paragraph, Section, Table
from briefing.writers import Sheet

ZONE = ZoneInfo("Asia/Shanghai")
LONG = "青禾镇朝阳行政村第三网格东北片区沿河路与幸福大道交叉口以西二百米处老粮站家属院北侧便道临时出入口及其附属值守帐篷所在地段甲"
LATIN = "a-very-long-name-of-a-gate-that-has-no-space-in-it-at-all-0123456789"
HOSTILE = (
    "<script>alert(1)</script>",
    '#eval(read("/etc/passwd"))',
    "\\u0000",
    "=cmd()|' /C calc'!A0",
    "${7*7} {{body}} *bold* $x^2$ @ref <label>",
    "&lt;b&gt;]]>",
)


def number(
    name: str, label: str, value: int | float | None, section: str = "situation", text: str | None = None, query: str = ""
) -> Number:
    return Number(name, label, value, text if text is not None else "不详" if value is None else f"{value:,}", query or name, section)


ENTRANCES = number("entrances_all", "出入口总数", 1025)
SEALED = number("entrances_sealed", "已封闭的出入口", 613)
ISOLATED = number("isolated_now", "正在居家隔离的人员", 19)
READINGS = number("readings_missed", "今日漏测体温的人员", None, "problems")
UNCOVERED = number("routes_uncovered", "无卡口把守的通路", 3, "problems")
POSTS = number("posts_proposed", "建议增设的卡口", 2, "advice")
RATE = number("screened_share", "摸排进度", 97.5, "measures", "97.5%")


def briefing(*, rows: int = 12, hostile: bool = False, names: str = LONG, lang: str = "zh_CN") -> Briefing:
    """Return the briefing; with ``hostile`` its texts hold markup of every format, with many ``rows`` its tables are long."""
    extra = tuple(Paragraph(f"hostile_{n}", (text,)) for n, text in enumerate(HOSTILE)) if hostile else ()
    sections = (
        Section(
            "situation",
            "一、防疫情况",
            (
                Paragraph("situation_areas", ("（一）区域情况",), "heading"),
                Paragraph(
                    "situation_entrances",
                    (
                        "全镇共有出入口",
                        ENTRANCES,
                        "个，已封闭",
                        SEALED,
                        "个，其中",
                        names,
                        "等处由专人看守，二十四小时开放，进出人员逐一测温、登记。",
                    ),
                ),
                Paragraph(
                    "situation_people", ("居家隔离", HandNumber("21", ISOLATED), "人，较昨日增加", HandNumber("2"), "人。"), edited=True
                ),
                *extra,
            ),
        ),
        Section("measures", "二、采取措施", (Paragraph("measures_screening", ("入户摸排完成", RATE, "，封闭出入口", SEALED, "个。")),)),
        Section(
            "problems",
            "三、存在问题",
            (
                Paragraph("problems_readings", ("今日漏测体温", READINGS, "人。")),
                Paragraph("problems_routes", ("（1）", "无卡口把守的通路", UNCOVERED, "条：", LATIN, "。"), "item"),
            ),
        ),
        Section("advice", "四、下步建议", (Paragraph("advice_posts", ("建议增设卡口", POSTS, "个。"), "item"),)),
    )
    wide = tuple(f"第{n}项统计指标名称" for n in range(14))
    tables = (
        Table(
            "posts",
            "卡口一览",
            ("编号", "名称", "方式", "人数"),
            tuple((n, names if n % 5 == 0 else f"{n}号卡口", "劝返", n % 4 or None) for n in range(1, rows + 1)),
        ),
        Table(
            "daily",
            "各单位日报",
            ("单位", *wide),
            tuple((f"第{n}村民委员会", *(n * k for k in range(13)), 0.5) for n in range(1, rows + 1)),
        ),
        Table("none", "空表", ("编号",), ()),
    )
    changes = (Table("changed_posts", "卡口变化", ("名称", "上次", "现在"), (("东门卡口", "劝返", "查验"), (LATIN, "–", HOSTILE[0]))),)
    return Briefing(
        area="town",
        area_name="青禾镇",
        edition="evening",
        at=datetime(2020, 2, 13, 9, 30, tzinfo=ZONE),
        cutoff=datetime(2020, 2, 12, 18, tzinfo=ZONE),
        previous=datetime(2020, 2, 12, 8, tzinfo=ZONE),
        lang=lang,
        title="青禾镇新冠肺炎疫情防控工作情况晚间简报",
        unit="青禾镇疫情防控指挥部",
        demo=True,
        sections=sections,
        tables=tables,
        changes=changes,
        later=(Later(ISOLATED, 23, "23"), Later(READINGS, 4, "4")),
    )


def picture(width: int, height: int) -> bytes:
    image = Image.new("RGB", (width, height), "#eef2ea")
    drawn = ImageDraw.Draw(image)
    drawn.rectangle((10, 10, width - 11, height - 11), outline="black", width=4)
    drawn.line((10, 10, width - 11, height - 11), fill="#d55e00", width=6)
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def sheets() -> tuple[Sheet, ...]:
    return (
        Sheet("command", "青禾镇防控一张图", picture(1400, 990)),
        Sheet("changes", "较上次简报的变化", picture(990, 1400)),
        Sheet("entrances", "出入口一张图", picture(1400, 990)),
    )
