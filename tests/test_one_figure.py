"""One figure, one place: every figure that a page and the briefing both show is the same at the same moment, of the demo township.

``SHARED`` and ``TOLD`` declare where on the pages the figures of the briefing stand. Each headline figure of each page is in ``SHARED`` or,
with the reason, in ``PAGE_ONLY``; a page that gains a figure fails here until somebody says which it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from paging import open_page, said
from streamlit.testing.v1 import AppTest

from briefing.draft import draft
from briefing.indicators import INDICATORS, ask
from briefing.model import Briefing
from briefing.view import View
from data.demo.town import TOWN
from ledgers import overview
from ledgers.people import due
from ledgers.reports import daily_report
from ledgers.risk import levels
from queries.store import LOCAL, Store
from tests.demo_town import copied
from ui.background.jobs import jobs
from ui.shell import state
from ui.shell.frame import PAGES

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")

CUTOFF = "2020-02-12T18:00"
# The section to open, where figures stand in one, and the round of screening: a briefing takes all visits together.
OPENED = {"pages/checkpoints.py": {"tab": "staff"}, "pages/screening.py": {"round": "all"}}

# Page -> headline figure -> indicator of the briefing.
SHARED: dict[str, dict[str, str]] = {
    "home.py": {
        "Entrances": "entrances.total",
        "Open, nobody there": "entrances.unstaffed",
        "Checkpoints": "checkpoints.total",
        "Checkpoints unstaffed": "checkpoints.unstaffed",
        "Unwatched crossings": "roads.crossings_open",
        "Isolating": "isolation.observing",
        "Not reported": "reports.missing",
    },
    "pages/checkpoints.py": {
        "Posts": "checkpoints.total",
        "Staff required": "staff.required",
        "People on duty": "staff.on_duty",
        "Posts short of staff": "staff.short",
    },
    "pages/blind_spots.py": {
        "Exposed settlements": "roads.exposed",
        "Unmonitored junctions": "roads.junctions",
        "Posts that close everything": "roads.sealing",
    },
    "pages/screening.py": {
        "Settled": "screening.settled",
        "Visited": "screening.visited",
        "Seen in person": "screening.seen",
        "People screened": "screening.screened",
        "To be followed": "screening.key_persons",
        "Doors to visit now": "doors.due",
        "Never reached": "screening.unreached",
    },
    "pages/isolation.py": {
        "Observing": "isolation.observing",
        "In hospital": "isolation.hospital",
        "Alarms": "readings.alarms",
        "Readings due": "readings.due",
        "Readings missed": "readings.missed",
        "Releases due": "isolation.release_over",
    },
    "pages/daily_report.py": {
        "Cumulative": "isolation.cumulative",
        "Observing": "isolation.observing",
        "In hospital": "isolation.hospital",
        "Released": "isolation.released",
        "Not reported": "reports.missing",
    },
    "pages/risk.py": {
        "High risk": "risk.high",
        "Medium risk": "risk.medium",
        "Low risk": "risk.low",
        "Confirmed cases": "cases.confirmed",
    },
    "pages/units.py": {
        "Units resumed": "units.resumed",
        "Checks due": "units.checks_due",
        "Disinfection overdue": "disinfection.overdue",
        "Short of supplies": "supplies.scarce",
        "Findings to mend": "findings.open",
        "Measures in force": "measures.active",
    },
}

# Page -> what it says in text -> the indicators in it.
TOLD: dict[str, dict[str, tuple[str, ...]]] = {
    "home.py": {
        "Sealed {} · Open 24 h {} · Open by hours {}": ("entrances.sealed", "entrances.open_24h", "entrances.open_hours"),
        "Open at this hour {}": ("entrances.open_now",),
        "Inspect {} · Dissuade {} · Block {} · Screen {}": tuple(
            f"checkpoints.{kind}" for kind in ("inspect", "dissuade", "block", "screen")
        ),
        "Staffed {} · blocks that need nobody {}": ("checkpoints.staffed", "checkpoints.held"),
        "In hospital {} · missed in 24 h {}": ("isolation.hospital", "readings.missed"),
    },
    "pages/blind_spots.py": {"of {} · {} people": ("roads.settlements", "roads.exposed_people")},
    "pages/screening.py": {
        "by phone {} · landlord {} · vacant {}": ("screening.by_phone", "screening.by_landlord", "screening.vacant"),
        "of {} households": ("screening.households",),
    },
    "pages/isolation.py": {"of {} ever · Released {}": ("isolation.cumulative", "isolation.released")},
    "pages/daily_report.py": {
        "New {}": ("isolation.new",),
        "Readings missed {}": ("readings.missed",),
        "Transferred {} · Refuted {}": ("isolation.transferred", "isolation.refuted"),
    },
    "pages/units.py": {
        "of {} · 2 not signed": ("units.total",),
        "{} of them rechecks": ("units.rechecks_due",),
        "of {} · {} without any round": ("disinfection.places", "disinfection.never"),
    },
}

# Page -> headline figure -> why the briefing has no such figure.
PAGE_ONLY: dict[str, dict[str, str]] = {
    "pages/blind_spots.py": {
        "Ways in without a post": "takes in open ends and ways added by hand; the briefing counts crossings of the border"
    },
    "pages/isolation.py": {"Requests waiting": "what people ask for is answered on the page, and in no report"},
    "pages/daily_report.py": {"Reconciles": "yes or no; the briefing prints the difference itself"},
    "pages/risk.py": {"Next change": "a day; the briefing has the day of each area"},
    "pages/lists.py": dict.fromkeys(
        ("Entries", "Persons", "Named more than once", "To be decided", "Not in the ledger"),
        "lists of several offices are compared on the page, and are in no report",
    ),
    "pages/units.py": {"Tips not closed": "tips from people are followed up on the page, and in no report"},
    "pages/briefing.py": {
        "Numbers": "counts the document itself",
        "Changed by hand": "counts the document itself",
        "Learned later": "counts the document itself",
        "Changes": "counts the document itself",
    },
}


@pytest.fixture(scope="module")
def store(demo_town: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EPIGRID_WORKSPACE", str(copied(demo_town, tmp_path_factory.mktemp("town"))))
        yield state.store()
        jobs.finish()
        state.close_store()


@pytest.fixture(scope="module")
def briefing(store: Store) -> Briefing:
    return draft(store, LOCAL, TOWN, at=CUTOFF, lang="en")


@pytest.fixture(scope="module")
def pages(store: Store) -> dict[str, AppTest]:
    """Return every page of the program at the cut-off, once what it waits for is there."""
    found = {}
    for page, _title, _icon in PAGES:
        found[page] = open_page(page, at=CUTOFF, area=TOWN, **OPENED.get(page, {}))
        jobs.finish()
        found[page].run()
        assert not found[page].exception, page
    return found


@pytest.fixture(scope="module")
def view(store: Store) -> View:
    moment = store.moment(CUTOFF)
    return View(store, LOCAL, at=moment, known_at=moment, area=TOWN, lang="en")


def printed(briefing: Briefing, view: View, query: str) -> str:
    """Return a figure as the briefing prints it; one that it does not print here, as it would."""
    of_all = {number.query: number.text for number in briefing.numbers if number.of is None}
    return of_all.get(query) or INDICATORS[query].text(ask(view, query), view.translate)


def headlines(page: AppTest) -> dict[str, str]:
    found = [(metric.label, metric.value) for metric in page.metric]
    assert len(dict(found)) == len(found), "two figures of one page have one name"
    return dict(found)


def test_every_headline_of_every_page_is_declared(pages: dict[str, AppTest]) -> None:
    assert set(SHARED) | set(TOLD) | set(PAGE_ONLY) <= set(pages)
    for name, page in pages.items():
        shared, alone = set(SHARED.get(name, {})), set(PAGE_ONLY.get(name, {}))
        assert not shared & alone and set(headlines(page)) == shared | alone, name
    assert all(reason for reasons in PAGE_ONLY.values() for reason in reasons.values())


@pytest.mark.parametrize("name", SHARED)
def test_a_page_shows_what_the_briefing_prints(pages: dict[str, AppTest], briefing: Briefing, view: View, name: str) -> None:
    shown = headlines(pages[name])
    expected = {label: printed(briefing, view, query) for label, query in SHARED[name].items()}
    assert {label: shown[label] for label in expected} == expected


@pytest.mark.parametrize("name", TOLD)
def test_what_a_page_tells_beside_a_figure_is_what_the_briefing_prints(
    pages: dict[str, AppTest], briefing: Briefing, view: View, name: str
) -> None:
    told = said(pages[name]).split("\n")
    for text, queries in TOLD[name].items():
        assert text.format(*(printed(briefing, view, query) for query in queries)) in told, text


@pytest.mark.parametrize(
    ("page", "tab", "table", "columns"),
    [
        (
            "pages/screening.py",
            "grids",
            "screening",
            ["area_name", "households", "visited", "seen", "by_phone", "by_landlord", "vacant", "open", "share", "screened", "key_persons"],
        ),
        ("pages/units.py", "supplies", "supplies", ["area_name", "item", "measure_unit", "stock", "use_a_day", "days_left"]),
    ],
)
def test_a_table_of_a_page_is_that_of_the_briefing(briefing: Briefing, page: str, tab: str, table: str, columns: list[str]) -> None:
    shown = open_page(page, at=CUTOFF, area=TOWN, tab=tab, round="all").dataframe[0].value[columns]
    rows = {
        tuple(None if value != value else round(value, 2) if isinstance(value, float) else value for value in row)
        for row in shown.to_numpy().tolist()
    }
    (on_paper,) = (found for found in briefing.tables if found.id == table)
    assert rows == {row[: len(columns)] for row in on_paper.rows} and rows


def test_the_command_line_prints_the_same_figures(store: Store, view: View) -> None:
    when = {"at": view.at, "known_at": view.known_at, "area": TOWN}
    figures, owed = overview.figures(View(store, LOCAL, **when)), due.document(due.due(View(store, LOCAL, **when)))
    report = daily_report.document(daily_report.daily(View(store, LOCAL, known_at=view.at, area=TOWN), view.at.date()))
    rated = levels.levels(View(store, LOCAL, **when))
    units = rated.loc[rated["area_level"].isin(("village", "community")), "level"]
    expected = {
        "entrances.total": figures.layers["entrances"],
        "entrances.overdue": figures.seals_overdue,
        "roads.crossings": figures.crossings["total"],
        "roads.crossings_open": figures.crossings["total"] - figures.crossings["with_post"],
        "readings.due": owed["readings_due"],
        "readings.missed": owed["readings_missed"],
        "readings.alarms": len(owed["alarms"]),
        "doors.due": owed["visits_due"],
        "isolation.release_over": owed["releases_due"],
        "reports.missing": len(report["missing"]),
        "isolation.cumulative": report["total"]["cumulative"],
        "isolation.new": report["total"]["new"],
        "risk.medium": int((units == "medium").sum()),
    }
    assert {query: ask(view, query) for query in expected} == expected
