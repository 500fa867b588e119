"""The draft of a briefing: four parts written from the ledgers and the study of the roads, as known at the cut-off."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime

from briefing import changes, facts, tables
from briefing.indicators import INDICATORS, ask
from briefing.model import Briefing, Later, Number, Paragraph, Section
from briefing.moments import issue_at
from briefing.page import Page
from briefing.progress import Progress, silent
from briefing.sections import advice, measures, problems, situation
from briefing.view import DEFAULT_LANG, View
from errors import N_, InputError, NotFound
from queries.store import SYSTEM, Store, Viewer

PARTS: tuple[tuple[str, str, Callable[[Page], list[Paragraph]]], ...] = (
    ("situation", N_("I. The situation"), situation.paragraphs),
    ("measures", N_("II. Measures taken"), measures.paragraphs),
    ("problems", N_("III. Problems"), problems.paragraphs),
    ("advice", N_("IV. Next steps"), advice.paragraphs),
)
TITLE = {
    "evening": N_("{area}: report on epidemic control (evening)"),
    "morning": N_("{area}: report on epidemic control (morning)"),
}
# Whoever issues the briefings of an area, where it is not the area itself: setting, area id -> name.
ISSUED_BY = "briefing_units"


def draft(
    store: Store,
    viewer: Viewer,
    area: str,
    *,
    at: datetime | str | None = None,
    known_at: datetime | str | None = None,
    lang: str = DEFAULT_LANG,
    view: View | None = None,
    progress: Progress = silent,
) -> Briefing:
    """Return the briefing of an area that is the latest at a moment.

    Its numbers are those of the last cut-off, as known then: made again later they are the same. What was learned since is ``later``.

    Parameters
    ----------
    at
        The moment (None: now); the cut-off is the last one not after it.
    known_at
        Up to when what was learned after the cut-off is listed: everything known unless given.
    progress
        Told how far it is.
    view
        What to ask, where it will be asked again for the maps: :func:`view_at` of the same moment.

    Raises
    ------
    NotFound
        When there is no such area in view.
    InputError
        When nothing of the area had been recorded by the cut-off.
    """
    issue = issue_at(store, at)
    view = view or view_at(store, viewer, area, at=at, lang=lang)
    _check_known(view)
    name = str(facts.areas(view).loc[area, "name"])
    taken: set[str] = set()
    before = facts.previous(view)
    with ThreadPoolExecutor(1) as beside:  # half the work is to ask the same of the briefing before
        had_data = beside.submit(_asked, before)
        sections = []
        for n, (part, title, write) in enumerate(PARTS):
            progress(0.05 + 0.6 * n / len(PARTS), N_("Counting what stands at the cut-off"))
            sections.append(Section(part, view.translate(title), _numbered(view, write(Page(view, part, taken)))))
        behind = tables.tables(view)
        progress(0.65, N_("Comparing with the briefing before"))
        compared = had_data.result()
    numbers = [run for section in sections for paragraph in section.paragraphs for run in paragraph.runs if isinstance(run, Number)]
    return Briefing(
        area=area,
        area_name=name,
        edition=issue.edition,
        at=store.moment(at),
        cutoff=issue.cutoff,
        previous=issue.previous,
        lang=lang,
        title=view.translate(TITLE[issue.edition]).format(area=name),
        unit=str(store.setting(ISSUED_BY, {}).get(area) or name),
        demo=bool(store.setting("demo")),
        sections=_led(Page(view, sections[0].id, taken), sections) if compared else tuple(sections),
        tables=behind,
        changes=changes.tables(before, view, numbers) if compared else (),
        later=later(replace(view, known_at=store.moment(known_at) if known_at else None), numbers),
    )


def view_at(store: Store, viewer: Viewer, area: str, *, at: datetime | str | None = None, lang: str = DEFAULT_LANG) -> View:
    """Return what a briefing and its maps look at: what stood at the last cut-off before a moment, as known then."""
    cutoff = issue_at(store, at).cutoff
    return View(store, viewer, at=cutoff, known_at=cutoff, area=area, lang=lang)


def known(view: View) -> bool:
    """Tell whether the area of a view had been recorded by then."""
    try:
        return view.area in facts.areas(view).index
    except NotFound:
        return False


def _asked(view: View) -> bool:
    """Ask a view for all that the numbers rest on; tell whether its area had been recorded by then."""
    there = known(view)
    for name in [name for name, indicator in INDICATORS.items() if there and not indicator.of and indicator.form != "change"]:
        ask(view, name)
    return there


def _check_known(view: View) -> None:
    if known(view):
        return
    view.store.scope(view.viewer, view.area)  # an area that there is not now either is not found
    names = view.store.layer("areas", view.viewer, area=view.area).set_index("id")["name"]
    raise InputError(
        "Nothing of {area} had been recorded by {cutoff}, the cut-off of this briefing; ask for a later moment.",
        area=names.get(view.area) or view.area,
        cutoff=f"{view.at:%Y-%m-%d %H:%M}",
    )


def _led(page: Page, sections: Sequence[Section]) -> tuple[Section, ...]:
    """Return the parts with what has changed most since the briefing before in front."""
    return (replace(sections[0], paragraphs=(*situation.changes(page), *sections[0].paragraphs)), *sections[1:])


def _numbered(view: View, paragraphs: Iterable[Paragraph]) -> tuple[Paragraph, ...]:
    """Return the paragraphs with their headings numbered."""
    found, n = [], 0
    for paragraph in paragraphs:
        if paragraph.kind == "heading":
            n += 1
            number = str(n) if view.lang == "en" else "一二三四五六七八九十"[n - 1]
            text = view.translate(N_("({n}) {title}")).format(n=number, title=paragraph.text)
            paragraph = replace(paragraph, runs=(text,))
        found.append(paragraph)
    return tuple(found)


def later(now: View, numbers: Iterable[Number]) -> tuple[Later, ...]:
    """Return the numbers that are others by what was learned after the cut-off.

    Parameters
    ----------
    now
        The view of the briefing, as known later.
    numbers
        As drafted.
    """
    since = {"since": now.at, "known_at": now.known_at}
    if now.store.run("list_records_since", SYSTEM, **since).empty:
        return ()
    found = []
    for number in numbers:
        value = ask(now, number.query, number.of)
        if value != number.value:
            found.append(Later(number, value, INDICATORS[number.query].text(value, now.translate)))
    return tuple(found)
