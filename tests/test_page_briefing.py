"""The briefing's page: what it counts, where a number comes from, rewriting, issuing, past ones, the template; and maps from the screen."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest
from paging import open_page, press, said, served
from starlette.applications import Starlette
from streamlit.testing.v1 import AppTest
from test_routes import Reply, get
from township import NOW, at, fill

from briefing import archive
from briefing.indicators import answer
from briefing.maps.content import Paper
from briefing.model import Briefing
from briefing.writers import template
from errors import InputError
from queries.store import LOCAL, Store, Viewer
from ui.background import briefing_job, snapshot_job
from ui.background.briefing_job import Chosen, Question
from ui.background.jobs import jobs
from ui.background.snapshot_job import Snapshot
from ui.briefing.preview import ACT as ISSUE
from ui.briefing.text import ACT as REWRITE
from ui.http.briefing import address, asked
from ui.http.door import Door
from ui.http.routes import routes
from ui.map import snapshot
from ui.shell import keys
from ui.shell.acts import field

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")
PAGE = "pages/briefing.py"
EXTENT = (114.0, 35.0, 114.1, 35.1)
KNOWN_EARLY = partial(fill, recorded_at=at(1))  # what a briefing tells was known at its cut-off


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Store]:
    with served(tmp_path, KNOWN_EARLY) as store:
        yield store


@pytest.fixture(scope="class")
def still(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Return a township that nothing is written into: its drafts are made once."""
    with served(tmp_path_factory.mktemp("still"), KNOWN_EARLY) as store:
        yield store


def opened(**params: str) -> AppTest:
    """Open the page and wait until nothing is under way; without maps unless they are asked for."""
    page = open_page(PAGE, **{"maps": "none", **params})
    for _round in range(6):
        jobs.finish()
        page.run()
        if page.metric:
            break
    assert not page.exception, page.exception
    return page


def metrics(page: AppTest) -> dict[str, str]:
    return {m.label: m.value for m in page.metric}


def drafted(store: Store) -> Briefing:
    """Return the draft, the page's own where nothing came in since."""
    return briefing_job.ask_draft(store, LOCAL, Question("t", NOW, None, "zh_CN")).result()


def paragraph_with_a_number(store: Store) -> tuple[str, str]:
    """Return the id and text of a paragraph that has the number of entrances."""
    for section in drafted(store).sections:
        for found in section.paragraphs:
            if any(getattr(run, "query", "") == "entrances.total" for run in found.runs):
                return found.id, found.text
    raise AssertionError("the briefing says nothing of the entrances")


# The page


class TestReading:
    def test_it_counts_what_the_draft_has(self, still: Store) -> None:
        whole, shown = drafted(still), metrics(opened())
        assert shown["Numbers"] == str(len(whole.numbers)) != "0"
        assert shown["Changed by hand"] == "0"
        assert shown["Changes"] == str(sum(len(table.rows) for table in whole.changes))

    def test_the_moment_is_that_of_the_last_cutoff(self, still: Store) -> None:
        assert "**Evening briefing** · 12 Feb 2020 18:00" in said(opened())
        assert "**Morning briefing** · 12 Feb 2020 08:00" in said(opened(at="2020-02-12T17:59"))
        page = press(opened(), f"{keys.BRIEFING_GO}_back")
        assert page.query_params["at"] == "2020-02-12T08:00"

    def test_parts_that_are_left_out_are_not_counted(self, still: Store) -> None:
        whole = drafted(still)
        part = Chosen(("measures",)).of(whole)
        assert [section.id for section in part.sections] == ["measures"] and not part.tables
        assert metrics(opened(parts="measures"))["Numbers"] == str(len(part.numbers))
        assert len(part.numbers) < len(whole.numbers)

    def test_a_number_shows_its_query_and_can_be_asked_again(self, still: Store) -> None:
        number = next(n for n in drafted(still).numbers if n.query == "entrances.total")
        page = opened(number=number.id)
        assert metrics(page)["As printed"] == "3"
        assert any("from feature_at('entrances'" in code.value for code in page.code)
        page = press(page, keys.BRIEFING_AGAIN)
        assert "The same: 3" in "\n".join(s.value for s in page.success)
        assert answer(still, LOCAL, number.query, area="t", at=NOW) == 3

    def test_a_moment_before_any_data_is_one_clear_message(self, still: Store) -> None:
        page = open_page(PAGE, at="2019-12-01T12:00", maps="none")
        jobs.finish()
        page.run()
        assert not page.exception and not page.metric
        assert len(page.error) == 1 and "2019" in page.error[0].value


def test_a_paragraph_is_rewritten_and_its_number_marked(town: Store) -> None:
    name, text = paragraph_with_a_number(town)
    page = rewritten(name, text.replace("3", "5", 1))
    assert "Paragraph saved" in said(page)
    assert metrics(page)["Changed by hand"] == "1"
    table = page.dataframe[0].value
    assert table.iloc[0][["text", "written", "query"]].tolist() == ["3", "5", "entrances.total"]
    page = press(page, keys.DONE_UNDO)
    jobs.finish()
    assert metrics(opened())["Changed by hand"] == "0"


def rewriting(name: str) -> AppTest:
    page = opened(paragraph=name)
    page.session_state[keys.RUNNING] = REWRITE
    return page.run()


def rewritten(name: str, text: str) -> AppTest:
    page = rewriting(name)
    page.text_area[0].set_value(text)  # what stands in a form is sent with the press of its button
    page = press(page, field(REWRITE, "go"))
    jobs.finish()
    return page.run()


def test_two_who_rewrite_a_paragraph_lose_nothing(town: Store) -> None:
    name, text = paragraph_with_a_number(town)
    page = rewriting(name)
    page.text_area[0].set_value(text + "甲。")
    archive.save_edit(town, LOCAL, drafted(town), name, text + "乙。")
    page.button(key=field(REWRITE, "go")).click().run()
    assert "Somebody else has changed this paragraph meanwhile" in said(page)
    assert text + "乙。" in said(page).replace("\\", "")
    assert page.text_area[0].value == text + "甲。"
    assert archive.edits(town, LOCAL, "t", NOW, "zh_CN") == {name: text + "乙。"}
    page = press(page, field(REWRITE, "go"))  # what the other wrote has been read
    assert archive.edits(town, LOCAL, "t", NOW, "zh_CN") == {name: text + "甲。"}


def test_an_edit_does_not_make_the_draft_anew(town: Store) -> None:
    question = Question("t", NOW, None, "zh_CN")
    first = briefing_job.ask_draft(town, LOCAL, question)
    name, text = paragraph_with_a_number(town)
    briefing_job.written(town, lambda: archive.save_edit(town, LOCAL, first.result(), name, text + "。"))
    assert briefing_job.ask_draft(town, LOCAL, question) is first
    town.set_settings(LOCAL, {"title": "x"})
    assert briefing_job.ask_draft(town, LOCAL, question) is not first


def test_issued_it_is_listed_and_opens_as_it_went_out(town: Store) -> None:
    page = opened()
    page.session_state[keys.RUNNING] = ISSUE
    page = press(page.run(), field(ISSUE, "go"))
    assert "Issued:" in said(page)
    issued = archive.past(town, LOCAL)
    assert issued["area_id"].tolist() == ["t"]
    page = opened(tab="past", issued=issued["event_id"].iloc[0])
    assert page.dataframe[0].value["numbers"].tolist() == [len(drafted(town).numbers)]
    assert "No briefing of this unit went out before it." in said(page)
    assert len(page.dataframe[1].value) == len(drafted(town).numbers)


def test_an_empty_workspace_says_what_to_do_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EPIGRID_WORKSPACE", str(tmp_path))
    assert "This workspace is empty" in said(open_page(PAGE))


def test_a_template_of_ones_own(town: Store, tmp_path: Path) -> None:
    assert "built-in template" in said(opened(tab="template"))
    own = tmp_path / "briefing.docx"
    own.write_bytes(template.default())
    template.add(town, LOCAL, own)
    page = opened(tab="template")
    assert "with your own template" in said(page)
    press(page, f"{keys.BRIEFING_TEMPLATE}_remove")
    assert template.templates(town) == []


# The routes


def handing_out(store: Store, viewer: Viewer = LOCAL) -> Starlette:
    return Starlette(routes=routes(Door(lambda: store, lambda _request: viewer)))


def test_a_file_is_what_the_page_shows(town: Store) -> None:
    name, text = paragraph_with_a_number(town)
    archive.save_edit(town, LOCAL, drafted(town), name, text.replace("3", "5", 1) + "已核。")
    where = address("docx", Question("t", NOW, None, "zh_CN"), Chosen(maps=()))
    reply = get(handing_out(town), where)
    assert reply.status == 200 and reply.headers["content-disposition"].startswith("attachment")
    assert reply.headers["cache-control"] == "no-store"
    written = zipfile.ZipFile(io.BytesIO(reply.body)).read("word/document.xml").decode()
    assert "已核。" in written


def refused(reply: Reply, status: int) -> str:
    assert reply.status == status
    assert set(reply.json) == {"error"}
    return reply.json["error"]


class TestRoutes:
    def test_addresses_are_read_as_they_are_written(self, still: Store) -> None:
        question, chosen = Question("t", NOW, at(12, 20), "en"), Chosen(("problems", "tables"), ("risk",))
        given = dict(parse_qsl(urlsplit(address("pdf", question, chosen)).query))
        assert asked(still, given) == (question, chosen)
        wanted = Snapshot(
            "command", NOW, "a", EXTENT, ("areas",), (("entrances", "mode", ("sealed",)),), ("walk", "anywhere"), Paper("A3"), "svg"
        )
        given = dict(parse_qsl(urlsplit(snapshot.address(wanted)).query))
        assert Snapshot.of(still, "command", "svg", given) == wanted

    def test_routes_refuse_in_one_sentence(self, still: Store) -> None:
        assert "doc" in refused(get(handing_out(still), "/briefing/files/doc?area=t"), 404)
        assert refused(get(handing_out(still), "/briefing/files/docx"), 400) == "A briefing is of one area: name it."
        assert "nowhere" in refused(get(handing_out(still), "/briefing/files/docx?area=nowhere"), 404)
        assert "klingon" in refused(get(handing_out(still), "/briefing/files/docx?area=t&lang=klingon"), 400)
        refused(get(handing_out(still), "/briefing/issued/no-such/docx"), 404)
        for wrong in (
            "extent=1,2,3",
            "dpi=99999",
            "paper=A0",
            "filters=[",
            'filters=[["x","y",[1]]]',
            "at=noon",
            "area=nowhere",
            "mode=fly",
        ):
            assert get(handing_out(still), f"/briefing/maps/command.png?{wrong}").status in (400, 404), wrong
        assert "purple" in refused(get(handing_out(still), "/briefing/maps/purple.png"), 404)
        assert "gif" in refused(get(handing_out(still), "/briefing/maps/command.gif"), 404)
        assert refused(get(handing_out(still), "/briefing/files/docx?area=nowhere&lang=zh_CN"), 404).endswith("。")
        assert "own pages" in refused(get(handing_out(still), "/briefing/files/docx?area=t", sec_fetch_site="cross-site"), 403)

    def test_a_scoped_viewer_gets_no_more_than_their_areas(self, still: Store) -> None:
        narrow = handing_out(still, Viewer("b", areas=frozenset({"b"})))
        assert get(narrow, "/briefing/files/xlsx?area=t").status == 404
        assert get(narrow, "/briefing/maps/command.svg?area=a").status == 404
        reply = get(narrow, "/briefing/files/xlsx?area=b")
        assert reply.status == 200

    def test_a_map_from_the_screen_has_its_extent_and_filters(self, still: Store) -> None:
        wanted = Snapshot("command", NOW, extent=EXTENT, layers=("areas", "entrances"), form="svg", lang="en")
        everything = get(handing_out(still), snapshot.address(wanted)).body.decode()
        sealed = replace(wanted, filters=(("entrances", "mode", ("sealed",)),))
        only = get(handing_out(still), snapshot.address(sealed)).body.decode()
        assert '"entrance_open' in everything
        assert '"entrance_open' not in only

    def test_a_screen_shows_what_its_filters_leave(self, still: Store) -> None:
        view = snapshot_job.Screen(
            still, LOCAL, NOW, None, None, "en", filters=(("entrances", "mode", ("sealed",)), ("entrances", "no_such", (1,)))
        )
        assert view.layer("entrances")["id"].tolist() == ["e3"]
        assert len(view.layer("checkpoints")) == 2
        with pytest.raises(InputError, match="filters"):
            Snapshot.of(still, "command", "png", {"filters": json.dumps([1, 2])})
        for filters in ([["entrances", "mode", [{}]]], [["no_such", "mode", ["x"]]], [["entrances", [], ["x"]]], [[{}, "mode", []]]):
            with pytest.raises(InputError, match="filters"):
                Snapshot.of(still, "command", "png", {"filters": json.dumps(filters)})


def test_the_print_dialog_offers_the_sheet_of_the_screen(town: Store) -> None:
    page = open_page("home.py", modes="sealed")
    page.session_state[keys.SNAPSHOT_SCREEN] = snapshot.Screen(EXTENT, NOW - timedelta(hours=1))
    page.session_state[keys.RUNNING] = snapshot.ACT
    page.run()
    jobs.finish()
    page = press(page.run(), keys.SNAPSHOT_MAKE)
    jobs.finish()
    page.run()
    asked_for: Snapshot = page.session_state[keys.SNAPSHOT_ASKED]
    assert (asked_for.name, asked_for.extent, asked_for.at) == ("command", EXTENT, NOW - timedelta(hours=1))
    assert asked_for.filters == (("entrances", "mode", ("sealed",)),)
    assert snapshot_job.ask(town, LOCAL, asked_for).result().startswith(b"%PDF")
