"""The briefing, made off the page's thread: its draft, its maps, its pages and its files, each worked out once and kept while it holds."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from briefing import archive, editing, pack, publish
from briefing.draft import draft
from briefing.model import SECTIONS, Briefing
from briefing.moments import issue_at
from briefing.writers import Sheet, write
from errors import N_, Changed
from queries.store import Store, Viewer
from ui.background.jobs import Job, Report, jobs

T = TypeVar("T")

# The parts that can be left out, in the order of print, and the maps that can go in.
PARTS = (*SECTIONS, "changes", "tables")
MAPS = ("command", "blind-spots", "risk", "screening", "changes")
# What a page on the screen is wide, about: enough for a phone at twice its density and for half a desk.
_SCREEN_PPI = 88

# After a commit that wrote into a briefing alone, all figures are those of the commit before: by workspace and revision.
_same: dict[tuple[Path, int], int] = {}


@dataclass(frozen=True)
class Question:
    """Which briefing: of an area, at a cut-off, in a language; ``at`` is the moment asked for, or None where that is now."""

    area: str
    cutoff: datetime
    at: datetime | None
    lang: str

    def key(self, store: Store, viewer: Viewer) -> tuple[Hashable, ...]:
        """Return what its draft depends on."""
        return (str(store.path), basis(store), viewer, self)


@dataclass(frozen=True)
class Chosen:
    """What goes into it: names of ``PARTS`` and ``MAPS``, in the order of print."""

    parts: tuple[str, ...] = PARTS
    maps: tuple[str, ...] = publish.MAPS

    def of(self, whole: Briefing) -> Briefing:
        """Return the briefing with the chosen parts alone."""
        sections = tuple(section for section in whole.sections if section.id in self.parts)
        cut = replace(
            whole,
            sections=sections,
            changes=whole.changes if "changes" in self.parts else (),
            tables=whole.tables if "tables" in self.parts else (),
        )
        kept = {number.id for number in cut.numbers}
        return replace(cut, later=tuple(later for later in whole.later if later.number.id in kept))


@dataclass(frozen=True)
class Pack:
    """A map pack: of an area (None: of all), at a moment, in a language."""

    area: str | None
    at: datetime
    lang: str


@dataclass(frozen=True)
class Packed:
    """A map pack that is made: the zip file, and what the command would print."""

    file: bytes
    told: dict[str, Any]


# What holds on ---------------------------------------------------------------------------------------------------------------


def basis(store: Store) -> int:
    """Return the revision whose figures those of now are: what is written into a briefing changes none."""
    return _same.get((store.path, store.revision), store.revision)


def written(store: Store, act: Callable[[], T]) -> T:
    """Do what writes into a briefing alone, and let the drafts and maps made before it hold on."""
    before, known = store.revision, basis(store)
    result = act()
    if store.revision == before + 1:  # and nobody else has written meanwhile
        _same[store.path, store.revision] = known
    return result


# The work --------------------------------------------------------------------------------------------------------------------


def ask_draft(store: Store, viewer: Viewer, question: Question) -> Job[Briefing]:
    """Return the job that drafts a briefing. Its result raises Changed where a later cut-off has passed meanwhile."""

    def work(report: Report) -> Briefing:
        made = draft(store, viewer, question.area, at=question.at, lang=question.lang, progress=report)
        if made.cutoff != question.cutoff:
            raise Changed("Another cut-off has passed since; open the page again.")
        return made

    return jobs.ask(("briefing", *question.key(store, viewer)), work)


def ask_sheets(store: Store, viewer: Viewer, drafted: Briefing, maps: Sequence[str]) -> Job[tuple[Sheet, ...]]:
    """Return the job that draws the maps of a briefing."""

    def work(report: Report) -> tuple[Sheet, ...]:
        sheets, view = [], publish.map_view(store, viewer, drafted)
        for done, name in enumerate(maps):
            report(done / len(maps), N_("Drawing the maps"))
            sheets.append(publish.sheet(store, viewer, drafted, name, view=view))
        return tuple(sheets)

    return jobs.ask(("sheets", str(store.path), basis(store), viewer, drafted.area, drafted.cutoff, drafted.lang, tuple(maps)), work)


def ask_printed(store: Store, whole: Briefing, sheets: tuple[Sheet, ...]) -> Job[tuple[bytes, ...]]:
    """Return the job that sets the pages and shows each as a picture."""

    def work(report: Report) -> tuple[bytes, ...]:
        from briefing.writers import pdf  # Typst and matplotlib take a while to load; only who sets pages waits for them

        report(0.1, N_("Setting the pages"))
        return tuple(pdf.pages(whole, sheets, ppi=_SCREEN_PPI))

    return jobs.ask(("printed", str(store.path), whole, sheets), work)


def ask_file(store: Store, form: str, whole: Briefing, sheets: tuple[Sheet, ...]) -> Job[bytes]:
    """Return the job that writes a briefing in a format."""
    own = publish.template(store) if form == "docx" else None
    stamp = own.stat().st_mtime_ns if own else 0

    def work(report: Report) -> bytes:
        report(0.1, N_("Writing the file"))
        return write(form, whole, sheets, template=own)

    return jobs.ask(("file", form, str(store.path), stamp, whole, sheets), work)


def ask_pack(store: Store, viewer: Viewer, wanted: Pack) -> Job[Packed]:
    """Return the job that draws the maps of an area and of every unit in it."""

    def work(report: Report) -> Packed:
        with tempfile.TemporaryDirectory(prefix="epigrid-") as folder:
            out = Path(folder) / "pack.zip"
            told = pack.pack(store, viewer, out, area=wanted.area, at=wanted.at, lang=wanted.lang, progress=report)
            return Packed(out.read_bytes(), told)

    return jobs.ask(("pack", str(store.path), basis(store), viewer, wanted), work)


def edited(store: Store, viewer: Viewer, drafted: Briefing, chosen: Chosen) -> Briefing:
    """Return a draft with what people have written into it, cut to the chosen parts."""
    edits = archive.edits(store, viewer, drafted.area, drafted.cutoff, drafted.lang)
    return chosen.of(editing.apply(drafted, edits))


def latest(store: Store, viewer: Viewer, question: Question, chosen: Chosen) -> tuple[Briefing, tuple[Sheet, ...]]:
    """Return a briefing as it would go out now, and its maps; waits for what is under way."""
    drafted = ask_draft(store, viewer, question).result()
    return edited(store, viewer, drafted, chosen), ask_sheets(store, viewer, drafted, chosen.maps).result()


def cutoff_at(store: Store, at: datetime | None) -> datetime:
    """Return the cut-off of which a briefing asked for at a moment speaks."""
    return issue_at(store, at).cutoff
