"""The page of the blind spots: its figures, what its buttons write, and what it says where nothing can be proved."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import openpyxl
import pyogrio
import pytest
import shapely
from paging import open_page, press, said, served
from starlette.applications import Starlette
from streamlit.testing.v1 import AppTest
from test_coverage_ledgers import NOW, lay_roads, order, point, post, put, square
from test_routes import get

from errors import InputError
from geo.certificate import verify
from ledgers.roads import coverage_export, coverage_frames, entry_points, marks, road_edits
from ledgers.roads.coverage import study
from ledgers.roads.coverage_rules import Rules
from queries.store import LOCAL, Store, Viewer
from ui import coverage_map, keys, state, webmap
from ui.acts import field
from ui.coverage_job import COSTS, Question, ask
from ui.jobs import jobs
from ui.routes import layer_routes

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")
PAGE = "pages/blind_spots.py"


def clocked(store: Store) -> None:
    store.set_settings(LOCAL, {"clock": NOW.isoformat()})


def village_and_compound(store: Store) -> None:
    clocked(store)
    lay_roads(store)
    put(store, "settlements", {"A": point(500, 710)}, place="village", population=300)
    put(store, "compounds", {"B": square(700, 330, 70)}, population=500)
    put(store, "entrances", {"g": point(700, 400)}, compound_id="B", kind="gate", provenance="mapped")
    order(store, mode="open_24h")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with served(tmp_path, village_and_compound) as opened:
        yield opened


def drawn(page: str = PAGE, **params: str) -> AppTest:
    """Open the page and return it once all its work is done."""
    at = open_page(page, **params)
    return again(at)


def again(at: AppTest) -> AppTest:
    while True:
        jobs.finish()
        at.run()
        assert not at.exception, at.exception
        if not at.get("progress"):
            return at


def metrics(at: AppTest) -> dict[str, str]:
    return {m.label: m.value for m in at.metric}


def test_the_figures_are_those_of_the_study(store: Store) -> None:
    at = drawn()
    assert metrics(at) == {
        "Exposed settlements": "2",
        "Unmonitored junctions": "2",
        "Posts that close everything": "2",
        "Ways in without a post": "2",
    }
    text = said(at)
    assert "of 2 · 800 people" in text
    assert "proved minimal: 2 disjoint routes" in text
    assert "of 2: 0 watched, 0 behind posts, 0 lead nowhere" in text
    junctions = at.dataframe[0].value
    assert set(junctions["id"]) == {"n4", "n5"} and junctions["rank"].tolist() == [1, 2]


def test_each_section_lists_what_it_says(store: Store) -> None:
    post(store, "w", 100, 500)
    at = drawn(tab="settlements")
    rows = at.dataframe[0].value.set_index("name")
    assert rows["people"].to_dict() == {"名B": 500, "名A": 300}
    assert set(rows["way_in"]) == {"青云路"}
    ways = drawn(tab="ways").dataframe[0].value.set_index("id")["with_post"].to_dict()
    assert ways == {"n1": "yes", "n7": "no"}
    posts = drawn(tab="posts").dataframe[0].value
    assert posts["number"].tolist() == [1] and posts["people"].tolist() == [800]
    drill = drawn(tab="drill")
    assert drill.dataframe[0].value["name"].tolist() == ["名w"]
    assert "Taken for granted" in said(drawn(tab="verify"))


def test_by_foot_and_at_marked_places_are_other_questions(store: Store) -> None:
    assert metrics(drawn(mode="walk"))["Ways in without a post"] == "3"
    at = drawn(sites="marked")
    assert metrics(at)["Posts that close everything"] == "impossible"
    assert "No post can protect" in said(at)


def test_a_budget_of_one_post_shows_its_plan(store: Store) -> None:
    at = drawn(posts="1", tab="posts")
    posts = at.dataframe[0].value
    assert posts["people"].tolist() == [500]
    assert "With 1 posts: 500 people protected, proved best." in said(at)


def test_junctions_are_marked_at_once_and_the_mark_is_undone(store: Store) -> None:
    at = open_page(PAGE)
    at.session_state[f"{keys.PICKED}_junctions"] = ("n4", "n5")
    press(again(at), f"{keys.ACT}_mark")
    at.segmented_control(key=field("mark", "status")).set_value("covered")
    at.text_input(key=field("mark", "note")).input("有人看守").run()
    press(at, field("mark", "go"))
    found = marks.marks(store, LOCAL).set_index("feature_id")
    assert found["status"].to_dict() == {"n4": "covered", "n5": "covered"} and set(found["note"]) == {"有人看守"}
    at = again(at)
    assert set(at.dataframe[0].value["mark_status"]) == {"Covered"}
    press(at, keys.DONE_UNDO)
    assert marks.marks(store, LOCAL).empty


def test_proposed_posts_become_planned_checkpoints_in_one_commit(store: Store) -> None:
    at = press(drawn(tab="posts"), f"{keys.ACT}_plan")
    at.text_input(key=field("plan", "reason")).input("盲区")
    at.text_input(key=field("plan", "ordered_by")).input("指挥部").run()
    revision = store.revision
    press(at, field("plan", "go"))
    posts = store.layer("checkpoints", LOCAL)
    assert store.revision == revision + 1
    assert set(posts["kind"]) == {"inspect"} and set(posts["post_class"]) == {"rural_road"} and len(set(posts["name"])) == 2
    wanted = study(store, LOCAL).proposed
    # Nobody is on duty there yet: they stand where the proposal is, and do not watch.
    assert {(p.x, p.y) for p in posts.geometry} == {(p.x, p.y) for p in wanted.geometry}
    press(again(at), keys.DONE_UNDO)
    assert store.layer("checkpoints", LOCAL).empty


def test_a_way_in_is_added_and_withdrawn(store: Store) -> None:
    at = press(drawn(tab="ways"), f"{keys.ACT}_entry")
    assert at.session_state[keys.PLACING] == "entry"
    click(at, point(500, 600))
    at.text_input(key=field("entry", "name")).input("渡口").run()
    press(at, field("entry", "go"))
    at = again(at)
    entry = entry_points.entry_points(store, LOCAL).iloc[0]
    assert entry["name"] == "渡口" and metrics(at)["Ways in without a post"] == "3"
    press(at, field("end", entry["entry_id"]))
    assert metrics(again(at))["Ways in without a post"] == "2"


def test_a_road_is_struck_and_restored(store: Store) -> None:
    at = press(drawn(tab="ways"), f"{keys.ACT}_strike")
    click(at, point(505, 550))
    assert "村道" in said(at)
    press(at, field("strike", "go"))
    at = again(at)
    assert metrics(at)["Exposed settlements"] == "1"
    edit = road_edits.edits(store, LOCAL).iloc[0]
    assert edit["action"] == "strike"
    press(at, field("end", edit["edit_id"]))
    assert metrics(again(at))["Exposed settlements"] == "2"


def test_a_road_is_added_by_two_clicks(store: Store) -> None:
    at = press(drawn(tab="ways"), f"{keys.ACT}_join")
    click(at, point(700, 300))
    assert "Click on the second end" in said(at)
    click(at, point(900, 500))
    press(at, field("join", "go"))
    assert road_edits.edits(store, LOCAL)["action"].tolist() == ["add"]
    assert ask(store, LOCAL, Question(NOW)).result().study.situation.ground.edits.unmatched == []


def click(at: AppTest, place: shapely.Point, layer: str | None = None, feature: str | None = None) -> AppTest:
    """Click on the map, on a feature or beside any."""
    with pytest.MonkeyPatch.context() as patch:
        clicks = iter([webmap.Click(place.x, place.y, layer, feature)])
        patch.setattr(coverage_map.webmap, "show", lambda *_, **__: next(clicks, None))
        at.run()
    assert not at.exception, at.exception
    return at


def test_a_click_picks_and_a_second_lets_go(store: Store) -> None:
    at = click(drawn(), point(500, 500), "leading", "n4")
    assert "Picked **1**: 村道 / 青云路" in said(at)
    assert "Picked" not in said(click(at, point(500, 500), "leading", "n4"))
    click(at, point(500, 700), "exposed", "A")
    assert [at.query_params[name] for name in ("tab", "sel")] == ["settlements", "exposed:A"]
    click(at, point(0, 500), "crossings", "x2-1")
    assert at.query_params["sel"] == "sources:n1"


def test_rules_and_costs_are_kept_with_the_workspace(store: Store) -> None:
    at = drawn()
    at.number_input(key=f"{keys.COVERAGE_RULES}_attach_m").set_value(10)
    at.number_input(key=f"{keys.COVERAGE_COST}_residential").set_value(7)
    next(b for b in at.button if b.label == "Use these").click().run()
    assert [Rules.of(store, moment).attach_m for moment in (NOW - timedelta(minutes=1), NOW)] == [1000, 10]
    assert store.setting(COSTS) == {"residential": 7}
    # The village lies 10.0 m and more from its lane; the compound has a gate on its own.
    assert "of 2 · 500 people · 1 far from any road" in said(again(at))
    assert "proved cheapest: cost 7" in said(at)


def test_the_request_lists_each_post_in_either_language(store: Store) -> None:
    at = press(drawn(tab="posts"), f"{keys.ACT}_letter")
    text = at.text_area[0].value
    assert "Request for monitoring posts at 2 junctions" in text and "1. " in text and "2. " in text
    assert "fewer cannot do" in text and "名B" in text and "500 people" in text
    at.segmented_control(key=f"{keys.LETTER}_language").set_value("zh_CN").run()
    assert "关于在 2 处路口增设监测卡口的请示" in at.text_area[0].value
    assert "妥否，请批示" in at.text_area[0].value


def test_the_downloads_hold_all_that_was_found(store: Store, tmp_path: Path) -> None:
    found = study(store, LOCAL)
    package = tmp_path / "x.gpkg"
    package.write_bytes(coverage_export.gpkg_bytes(found))
    assert {name for name, _ in pyogrio.list_layers(package)} == {"exposed", "routes", "junctions", "proposed", "proof", "sources"}
    assert pyogrio.read_dataframe(package, layer="exposed")["people"].tolist() == [500, 300]
    with zipfile.ZipFile(io.BytesIO(coverage_export.geojson_bytes(found))) as archive:
        assert len(json.loads(archive.read("routes.geojson"))["features"]) == 2
    book = openpyxl.load_workbook(io.BytesIO(coverage_export.xlsx_bytes(found)))
    assert [cell.value for cell in book["sources"][1]][:2] == ["id", "name"] and book["sources"].max_row == 3
    assert verify(json.loads(coverage_export.certificate_bytes(found))) is None


def test_a_mark_needs_no_new_analysis(store: Store) -> None:
    first = ask(store, LOCAL, Question(NOW)).result().study
    marks.mark_places(store, LOCAL, [("junctions", "n4", 114.005, 30.0045)], status="requested")
    second = ask(store, LOCAL, Question(NOW)).result().study
    assert second is not first and second.coverage is first.coverage
    assert coverage_frames.junctions(second).set_index("id").loc["n4", "mark_status"] == "requested"


# Where nothing can be proved


def test_no_roads_is_said_with_what_to_do(tmp_path: Path) -> None:
    with served(tmp_path, clocked) as store:
        put(store, "settlements", {"A": point(500, 710)}, place="village", population=300)
        at = drawn()
        assert "There are no roads in this workspace" in said(at)
        assert not at.metric


def test_no_way_in_proves_nothing_and_says_so(tmp_path: Path) -> None:
    with served(tmp_path, clocked) as store:
        lay_roads(store, ways={"村道": [4, 8, 9]})
        put(store, "settlements", {"A": point(500, 710)}, place="village", population=300)
        at = drawn(tab="posts")
        assert "Nothing is proved here: no way in from outside is known." in said(at)
        assert metrics(at)["Posts that close everything"] == "–" and metrics(at)["Exposed settlements"] == "–"


def test_no_settlements_is_said(tmp_path: Path) -> None:
    with served(tmp_path, clocked) as store:
        lay_roads(store)
        for tab in ("junctions", "settlements", "posts", "ways", "drill", "verify"):
            at = drawn(tab=tab)
            assert "No settlements are known" in said(at)
        assert metrics(at)["Exposed settlements"] == "0"


def test_a_viewer_of_some_areas_is_told_so(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(state, "viewer", lambda: Viewer("网格员", areas=frozenset({"A"})))
    assert "Your role sees only its own areas" in said(drawn())


def test_a_question_there_is_not_is_refused() -> None:
    for mode, sites in (("fly", None), (None, "nowhere")):
        with pytest.raises(InputError):
            Question.of(NOW, mode, sites)


# What the map fetches


def test_the_routes_tell_what_the_tables_tell(store: Store) -> None:
    app = Starlette(routes=layer_routes(lambda: store, lambda _: LOCAL))
    at = "at=2020-02-12T12:00"
    exposed = get(app, f"/coverage/exposed.geojson?{at}").json["features"]
    assert {f["id"] if "id" in f else f["properties"]["id"] for f in exposed} == {"A", "B"}
    leading = get(app, f"/coverage/leading.geojson?{at}").json["features"]
    assert [f["properties"]["rank"] for f in leading] == [1, 2]
    assert len(get(app, f"/coverage/proposed.geojson?{at}&posts=1").json["features"]) == 1
    assert len(get(app, f"/coverage/proposed.geojson?{at}").json["features"]) == 2
    assert len(get(app, f"/coverage/sources.geojson?{at}&mode=walk").json["features"]) == 3
    for name in ("routes", "junctions", "others", "proof", "marks"):
        assert get(app, f"/coverage/{name}.geojson?{at}").status == 200
    assert get(app, "/coverage/nothing.geojson").status == 404
    assert get(app, "/coverage/exposed.geojson?mode=fly").status == 400


def test_a_mark_is_on_every_map_and_changes_its_tag(store: Store) -> None:
    app = Starlette(routes=layer_routes(lambda: store, lambda _: LOCAL))
    before = get(app, "/planning/marks.geojson")
    assert before.json["features"] == []
    marks.mark_places(store, LOCAL, [("junctions", "n4", 114.00518, 30.00451)], status="requested", note="请设点")
    after = get(app, "/planning/marks.geojson")
    (feature,) = after.json["features"]
    assert feature["properties"] == {"id": "junctions:n4", "name": "村道 / 青云路", "status": "requested", "note": "请设点"}
    assert after.headers["etag"] != before.headers["etag"]
    assert get(app, "/planning/marks.geojson", if_none_match=after.headers["etag"]).status == 304
    road_edits.add(store, LOCAL, a=(114.005, 30.0045), b=(114.006, 30.0045), mode="drive")
    assert get(app, "/planning/edits.geojson").json["features"][0]["geometry"]["type"] == "LineString"


def test_who_sees_some_areas_gets_no_study(store: Store) -> None:
    app = Starlette(routes=layer_routes(lambda: store, lambda _: Viewer("x", areas=frozenset({"A"}))))
    assert get(app, "/coverage/exposed.geojson").status == 403
