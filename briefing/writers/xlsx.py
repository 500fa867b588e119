"""The figures as a workbook: the numbers with their queries, a sheet for each table, what changed, what was learned later."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC

from openpyxl import Workbook
from openpyxl.packaging.core import DocumentProperties
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet
from openpyxl.xml.functions import tostring

from briefing.model import UNKNOWN, Briefing, Table
from briefing.writers import Sheet
from briefing.writers.annexes import letters
from briefing.writers.appendix import rows
from briefing.writers.office import repacked
from briefing.writers.text import clean
from ledgers.sheets import safe_cell
from words import LOCALES, translator

Value = str | int | float | None

TYPEFACE = "微软雅黑"
HEADER_ROW = 3
# In letters; wider texts run over several lines.
NARROWEST, WIDEST = 8, 48
PORTRAIT = 90  # letters across upright A4
# What a sheet may not be called, and how long its name may be, says the format.
FORBIDDEN = re.compile(r"[\[\]:*?/\\]")
LONGEST_NAME = 31


@dataclass(frozen=True)
class _Page:
    """A sheet of the workbook: its name, the line on top, the headings, the rows."""

    name: str
    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...]


def write(briefing: Briefing, sheets: Sequence[Sheet] = ()) -> bytes:
    """Return a briefing's figures as XLSX: numbers are numbers, texts are texts whatever they begin with; maps have no place in it.

    The same briefing gives the same bytes.
    """
    book = Workbook()
    book.remove(book.active)
    pages = [_numbers(briefing), *_tables(briefing), *_later(briefing)]
    for page, name in zip(pages, sheet_names(page.name for page in pages), strict=True):
        _fill(book.create_sheet(name), page, briefing)
    out = io.BytesIO()
    book.save(out)
    # The library dates a file by the clock.
    return repacked(out.getvalue(), {"docProps/core.xml": tostring(_properties(briefing).to_tree())})


def sheet_names(titles: Iterable[str]) -> list[str]:
    """Return a name for each sheet: valid for the format, and all different, whatever they are written in.

    >>> sheet_names(["a/b:c", "A/B C", "a b c", "", "'x'"])
    ['a b c', 'A B C (2)', 'a b c (3)', '_', 'x']
    """
    taken: set[str] = set()
    names = []
    for title in titles:
        plain = re.sub(r"\s+", " ", FORBIDDEN.sub(" ", clean(title))).strip(" '") or "_"
        name, number = plain[:LONGEST_NAME].rstrip(" '"), 1
        while name.casefold() in taken or name.casefold() == "history":  # which is Excel's own
            number += 1
            name = f"{plain[: LONGEST_NAME - len(f' ({number})')].rstrip()} ({number})"
        taken.add(name.casefold())
        names.append(name)
    return names


def _numbers(briefing: Briefing) -> _Page:
    _ = translator(briefing.lang)
    titles = {section.id: section.title for section in briefing.sections}
    columns = (
        _("No."),
        _("Bookmark"),
        _("What it counts"),
        _("Value"),
        _("As printed"),
        _("Written by hand"),
        _("Query"),
        _("Of which"),
        _("Cut-off"),
        _("Part of the text"),
    )
    told = tuple(
        (
            row.number,
            row.figure.id,
            row.figure.label,
            row.figure.value,
            row.figure.text,
            row.by_hand or "",
            row.figure.query,
            row.figure.of or "",
            row.cutoff,
            titles.get(row.figure.section, row.figure.section),
        )
        for row in rows(briefing)
    )
    return _Page(_("Numbers"), _("Where each number comes from"), columns, told)


def _tables(briefing: Briefing) -> list[_Page]:
    unknown = translator(briefing.lang)(UNKNOWN)

    def page(table: Table) -> _Page:
        return _Page(
            table.title,
            table.title,
            table.columns,
            tuple(tuple(unknown if value is None else value for value in row) for row in table.rows),
        )

    return [page(table) for table in (*briefing.tables, *briefing.changes)]


def _later(briefing: Briefing) -> list[_Page]:
    if not briefing.later:
        return []
    _ = translator(briefing.lang)
    known = _("As known later")
    columns = (_("Bookmark"), _("What it counts"), _("Known at the cut-off"), known)
    told = tuple(
        (later.number.id, later.number.label, shown(later.number.value, later.number.text), shown(later.value, later.text))
        for later in briefing.later
    )
    return [_Page(_("Learned after the cut-off"), _("Learned after the cut-off"), columns, told)]


def shown(value: int | float | None, text: str) -> Value:
    """Return the figure, or the word for what is not known."""
    return text if value is None else value


_LINE = Side(style="thin", color="D5DBE1")


def _fill(sheet: Worksheet, page: _Page, briefing: Briefing) -> None:
    _ = translator(briefing.lang)
    marks = [_("Internal use"), *([_("Demo data")] if briefing.demo else [])]
    issued = [clean(briefing.title), _("Cut-off {moment}").format(moment=LOCALES[briefing.lang].dated(briefing.cutoff)), *marks]
    safe_cell(sheet.cell(1, 1), clean(page.title)).font = Font(name=TYPEFACE, size=14, bold=True)
    safe_cell(sheet.cell(2, 1), "  ".join(issued)).font = Font(name=TYPEFACE, size=9, color="5C6873")
    for at, row in enumerate([page.columns, *page.rows], HEADER_ROW):
        heading = at == HEADER_ROW
        for column, value in enumerate(row, 1):
            cell = safe_cell(sheet.cell(at, column), clean(value) if isinstance(value, str) else value)
            figure = isinstance(value, int | float)
            cell.font = Font(name=TYPEFACE, size=10, bold=heading)
            cell.alignment = Alignment(horizontal="right" if figure else "left", vertical="top", wrap_text=True)
            cell.border = Border(bottom=_LINE)
            if heading:
                cell.fill = PatternFill("solid", fgColor="E8EEF3")
            elif isinstance(value, int):
                cell.number_format = "#,##0"
    widths = _widths(page)
    for column, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(column)].width = width
    sheet.freeze_panes = f"A{HEADER_ROW + 1}"
    _set_up(sheet, landscape=sum(widths) > PORTRAIT, marks=marks)


def _widths(page: _Page) -> list[int]:
    columns = zip(*[page.columns, *page.rows], strict=True)
    return [min(max(NARROWEST, *(letters(clean(value)) + 2 for value in column if value is not None)), WIDEST) for column in columns]


def _set_up(sheet: Worksheet, *, landscape: bool, marks: Sequence[str]) -> None:
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.orientation = sheet.ORIENTATION_LANDSCAPE if landscape else sheet.ORIENTATION_PORTRAIT
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = f"1:{HEADER_ROW}"
    sheet.oddFooter.left.text = " ".join(marks)
    sheet.oddFooter.right.text = "&P / &N"


def _properties(briefing: Briefing) -> DocumentProperties:
    moment = briefing.cutoff.astimezone(UTC).replace(tzinfo=None)
    return DocumentProperties(
        title=clean(briefing.title), creator=clean(briefing.unit), language=briefing.lang.replace("_", "-"), created=moment, modified=moment
    )
