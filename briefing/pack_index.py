"""The index page of a map pack: one file that needs nothing else to be seen, with each sheet in small and links to its files."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from html import escape
from urllib.parse import quote

from briefing.view import View
from errors import N_
from words import LOCALES

UNIT = "unit"
STYLE = """
:root { color-scheme: light; }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 76rem; padding: 1.5rem 1rem 3rem; color: #1a1f26; background: #fff;
  font: 15px/1.6 "Noto Sans CJK SC", "Source Han Sans SC", "PingFang SC", "Microsoft YaHei", sans-serif; }
h1 { margin: 0 0 .25rem; font-size: 1.6rem; line-height: 1.3; }
h2 { margin: 2rem 0 .75rem; padding-bottom: .25rem; border-bottom: 1px solid #d5dae0; font-size: 1.1rem; }
p { margin: 0; }
.about { color: #57606a; }
a { color: #0b5cad; }
.failed { margin-top: 1.5rem; padding: .75rem 1rem; border: 1px solid #d55e00; border-radius: 6px; background: #fdf3ec; }
.failed ul { margin: .25rem 0 0; padding-left: 1.25rem; }
.sheets { display: grid; grid-template-columns: repeat(auto-fill, minmax(14.5rem, 1fr)); gap: 1rem; }
.sheet { display: flex; flex-direction: column; border: 1px solid #d5dae0; border-radius: 6px; overflow: hidden; }
.picture { display: flex; align-items: center; justify-content: center; height: 14rem; padding: .5rem; background: #f3f5f7; }
.picture img { max-width: 100%; max-height: 100%; border: 1px solid #d5dae0; background: #fff; }
.sheet > p { padding: .5rem .75rem; overflow-wrap: anywhere; }
.sheet a + a { margin-left: .75rem; }
@media print { .sheet { break-inside: avoid; } }
"""


@dataclass(frozen=True)
class Planned:
    """A sheet that is to be: which map, and of which area (None: of all)."""

    map: str
    area: str | None
    name: str

    @property
    def of_unit(self) -> bool:
        """Tell whether it is the own sheet of a unit."""
        return self.map == UNIT


@dataclass(frozen=True)
class Printed:
    """A sheet that was drawn: its title, what its files are called without their endings, and a small picture of it (JPEG)."""

    planned: Planned
    title: str
    stem: str
    thumbnail: bytes


@dataclass(frozen=True)
class Failed:
    """A sheet that could not be drawn, and why, in the reader's language."""

    planned: Planned
    why: str


def heading(view: View, name: str) -> str:
    """Return the title of the pack."""
    return view.translate(N_("Map pack of {area}")).format(area=name)


def page(view: View, title: str, cutoff: datetime, printed: Iterable[Printed], failed: list[Failed], everything: str) -> str:
    """Return the page.

    Parameters
    ----------
    everything
        What the PDF of all sheets is called, without its ending.
    """
    _ = view.translate
    sheets = list(printed)
    whole, units = ([s for s in sheets if s.planned.of_unit == wanted] for wanted in (False, True))
    moment, ended = (f"{m.astimezone(view.store.time_zone):%Y-%m-%d %H:%M}" for m in (view.at, cutoff))
    about = _(N_("As of {moment}; the last cut-off was {cutoff}. {n} sheets.")).format(moment=moment, cutoff=ended, n=len(sheets))
    parts = [
        f"<h1>{escape(title)}</h1>",
        f'<p class="about">{escape(about)} <a href="{_address(everything)}.pdf">{escape(_(N_("All sheets in one PDF")))}</a></p>',
        _failures(_(N_("Not drawn")), failed),
        _group(_(N_("The whole area")), whole),
        _group(_(N_("Unit by unit")), units),
    ]
    head = f'<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>{escape(title)}</title>'
    tag = LOCALES[view.lang].tag
    return f'<!doctype html>\n<html lang="{tag}">\n<head>{head}<style>{STYLE}</style></head>\n<body>\n{"".join(parts)}\n</body>\n</html>\n'


def _failures(title: str, failed: list[Failed]) -> str:
    lines = "".join(f"<li>{escape(f.planned.name)}: {escape(f.why)}</li>" for f in failed)
    return f'<section class="failed"><strong>{escape(title)}</strong><ul>{lines}</ul></section>' if failed else ""


def _group(title: str, sheets: list[Printed]) -> str:
    return f'<h2>{escape(title)}</h2><div class="sheets">{"".join(map(_sheet, sheets))}</div>' if sheets else ""


def _sheet(sheet: Printed) -> str:
    pdf, png = (f"{form}/{_address(sheet.stem)}.{form}" for form in ("pdf", "png"))
    picture = base64.b64encode(sheet.thumbnail).decode()
    name, title = escape(sheet.planned.name), escape(sheet.title)
    shown = f'<a class="picture" href="{pdf}"><img alt="{name} {title}" src="data:image/jpeg;base64,{picture}"></a>'
    return f'<div class="sheet">{shown}<p><strong>{name}</strong> {title}<br><a href="{pdf}">PDF</a><a href="{png}">PNG</a></p></div>\n'


def _address(name: str) -> str:
    return quote(name, safe="")
