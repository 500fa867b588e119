"""Every page renders on the demo and on an empty workspace, and the command map says and does what it promises."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from ledgers import overview
from ledgers import state as features
from queries.store import LOCAL, Store
from queries.view import View
from settings import ROOT
from tests.demo_town import copied
from tests.filled import copy_filled
from tests.township import fill
from ui.shell import keys, state
from ui.shell.frame import PAGES
from words import catalogue

# Reading layers of two kinds through pandas and starting Streamlit's runtime warn of things that are theirs.
pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")


@pytest.fixture(scope="module")
def town(demo_town: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EPIGRID_WORKSPACE", str(copied(demo_town, tmp_path_factory.mktemp("town"))))
        yield state.store()
        state.close_store()


def open_page(page: str = "home.py", **params: str) -> AppTest:
    """Open a page of the program at a URL. A page other than home is reached from home, as Streamlit's test harness wants."""
    at = AppTest.from_file(str(ROOT / "home.py"), default_timeout=60)
    for name, value in params.items():
        at.query_params[name] = value
    if page != "home.py":
        at.switch_page(page)
        at.query_params.update(params)
    at.run()
    return at


def texts(at: AppTest) -> str:
    return "\n".join(str(e.value) for kind in (at.markdown, at.caption, at.error, at.info, at.warning) for e in kind)


@pytest.mark.parametrize("lang", ["en", "zh_CN", "zh_HK"])
@pytest.mark.parametrize("page", [page for page, *_ in PAGES])
def test_a_page_draws_on_the_demo(town: Store, page: str, lang: str) -> None:
    at = open_page(page, lang=lang)
    assert not at.exception, at.exception
    assert not at.error, texts(at)


@pytest.mark.parametrize("page", [page for page, *_ in PAGES])
def test_a_page_draws_on_an_empty_workspace(page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EPIGRID_WORKSPACE", str(tmp_path))
    at = open_page(page, lang="zh_CN")
    assert not at.exception, at.exception


@pytest.mark.parametrize("page", [page for page, *_ in PAGES])
def test_a_page_draws_where_there_is_a_map_and_no_ledger_yet(page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EPIGRID_WORKSPACE", str(copy_filled(fill, tmp_path)))
    at = open_page(page, lang="en")
    assert not at.exception, at.exception
    assert "Something went wrong" not in texts(at)


def test_an_empty_workspace_says_what_to_do_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EPIGRID_WORKSPACE", str(tmp_path))
    at = open_page(lang="en")
    assert "This workspace is empty" in texts(at)
    assert not at.metric


def metrics(at: AppTest) -> dict[str, tuple[str, str]]:
    return {m.label: (m.value, m.delta) for m in at.metric}


def test_the_figures_are_those_of_the_ledger_with_their_change(town: Store) -> None:
    now = overview.figures(View(town, LOCAL, at=town.now()))
    before = overview.figures(View(town, LOCAL, at=town.now() - timedelta(days=1)))
    shown = metrics(open_page(lang="en"))
    assert shown["Entrances"][0] == str(now.layers["entrances"])
    assert shown["Checkpoints unstaffed"][0] == str(now.checkpoints_unstaffed_now)
    assert shown["Unwatched crossings"][0] == str(now.crossings["total"] - now.crossings["with_post"])
    change = now.checkpoints_unstaffed_now - before.checkpoints_unstaffed_now
    assert shown["Checkpoints unstaffed"][1] == (f"{change:+d}" if change else "±0")


def test_another_moment_and_area_show_other_figures(town: Store) -> None:
    community = features.layer(View(town, LOCAL), "areas").query("level == 'community'")["id"].iloc[0]
    noon = metrics(open_page(lang="en", at="2020-02-12T12:00", area=community))
    night = metrics(open_page(lang="en", at="2020-02-12T02:00", area=community))
    assert (noon["Entrances"][0], night["Entrances"][0]) == ("25", "25")
    at = open_page(lang="en", at="2020-02-12T12:00", area=community)
    assert "Sealed 13 · Open 24 h 8 · Open by hours 4" in texts(at)
    assert "Open at this hour 12" in texts(at)
    assert "Open at this hour 8" in texts(open_page(lang="en", at="2020-02-12T02:00", area=community))


def test_the_time_control_steps_through_the_url(town: Store) -> None:
    at = open_page(lang="en", at="2020-02-10T18:00")
    at.button(key=keys.TIME_BACK).click().run()
    assert at.query_params["at"] == "2020-02-10T17:00"
    at.selectbox(key=keys.TIME_STEP).set_value("day").run()
    at.button(key=keys.TIME_FORWARD).click().run()
    assert at.query_params["at"] == "2020-02-11T17:00"
    at.button(key=keys.TIME_CUTOFF).click().run()
    assert at.query_params["at"] == "2020-02-11T18:00"
    at.button(key=keys.TIME_LIVE).click().run()
    assert "at" not in at.query_params


def test_a_click_on_a_figure_filters_the_table_and_a_second_one_frees_it(town: Store) -> None:
    posts = features.layer(View(town, LOCAL), "checkpoints")
    at = open_page(lang="en")
    assert len(at.dataframe[0].value) == len(features.layer(View(town, LOCAL), "entrances"))
    at.button(key=f"{keys.FIGURE_SHOW}_checkpoints_unstaffed").click().run()
    assert at.query_params["show"] == "checkpoints_unstaffed"
    assert set(at.dataframe[0].value["id"]) == set(posts.loc[posts["unstaffed"], "id"])
    at.button(key=f"{keys.FIGURE_SHOW}_checkpoints_unstaffed").click().run()
    assert "show" not in at.query_params
    assert len(at.dataframe[0].value) == len(posts)


def test_filters_live_in_the_url(town: Store) -> None:
    entrances = features.layer(View(town, LOCAL), "entrances")
    at = open_page(lang="en", modes="open_hours,nonsense")
    assert len(at.dataframe[0].value) == (entrances["mode"] == "open_hours").sum() == 4


def test_search_selects_and_the_story_tells(town: Store) -> None:
    gate = features.layer(View(town, LOCAL), "entrances").query("mode == 'sealed'").iloc[0]
    at = open_page(lang="en", q=gate["name"])
    at.button(key=f"{keys.FOUND}_entrances_{gate['id']}").click().run()
    assert at.query_params["sel"] == f"entrances:{gate['id']}"
    assert not at.exception
    assert "**Sealed** · " in texts(at)
    assert f"Entrances · {gate['name']}" in texts(at)


def test_undo_asks_first(town: Store) -> None:
    gate = features.layer(View(town, LOCAL), "entrances").query("mode == 'sealed'").iloc[-1]
    at = open_page(lang="en", sel=f"entrances:{gate['id']}")
    next(b for b in at.button if (b.key or "").startswith(f"{keys.UNDO}_0")).click().run()
    assert not at.exception
    assert "will count as if it had never been" in texts(at)
    assert at.text_input(key=keys.UNDO_REASON).value == ""


def show_an_error() -> None:
    import streamlit as st

    from errors import NotFound
    from ui.shell.frame import show_error

    st.session_state["taken"] = [
        show_error(NotFound("There is no area {area} here; see the areas layer for the ids.", area="x")),
        show_error(KeyError("x")),
    ]


def test_an_error_is_one_sentence_and_never_a_trace(town: Store) -> None:
    at = AppTest.from_function(show_an_error)
    at.query_params["lang"] = "zh_CN"
    at.run()
    assert not at.exception
    assert at.session_state["taken"] == [True, True]
    assert "x" in at.error[0].value and at.error[0].value != "There is no area x here; see the areas layer for the ids."
    assert at.error[1].value == "此处出错，数据未改动；详情见运行日志。"


def test_a_selection_that_does_not_exist_is_no_error(town: Store) -> None:
    for sel in ("entrances:nothing", "nowhere:x", "crossings:none", ":", "x"):
        at = open_page(lang="en", sel=sel)
        assert not at.exception, sel


def test_names_from_data_stay_text(town: Store) -> None:
    from ui.shell.words import plain

    bad = "${alert(1)}<img src=x onerror=alert(1)> [a](http://x) :red[b] **c** `d` # e\n- f"
    assert "\n" not in plain(bad)
    assert all(plain(bad)[i - 1] == "\\" for i, c in enumerate(plain(bad)) if c in "<>[]()*`#:$")


def test_wall_mode_has_figures_and_no_controls(town: Store) -> None:
    at = open_page(lang="zh_CN", wall="1")
    assert len(at.metric) == 7
    assert not at.dataframe
    assert not any(b.key == keys.TIME_BACK for b in at.button)


def test_every_word_on_the_command_map_is_translated(town: Store) -> None:
    at = open_page(lang="zh_CN")
    chinese = set(catalogue("zh_CN").values())
    english = [m.label for m in at.metric if m.label not in chinese]
    assert english == []


def let_go_of_rows() -> None:
    from unittest import mock

    import pandas as pd
    import streamlit as st

    from ui.map import workbench
    from ui.shell import keys

    with mock.patch.object(workbench, "listing") as drawn:
        workbench.pick("junctions", ["a"], by="map")
        workbench.linked_table("junctions", pd.DataFrame({"id": ["a", "b"]}), ())
        chose, seed = drawn.call_args.kwargs["on_pick"], st.session_state[keys.WORK_SEED]
        chose([])
        st.markdown(f"{workbench.picked('junctions')} {st.session_state[keys.WORK_SEED] - seed}")
        st.session_state[keys.WORK_SINCE] -= 60
        chose([])
        st.markdown(str(workbench.picked("junctions")))


def test_what_a_table_says_while_it_is_drawn_anew_is_no_choice() -> None:
    at = AppTest.from_function(let_go_of_rows).run()
    assert not at.exception, at.exception
    assert [told.value for told in at.markdown] == ["('a',) 1", "()"]
