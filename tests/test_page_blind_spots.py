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
from test_coverage_ledgers import NOW, PLACES, lay_roads, order, point, post, put, square
from test_routes import get

from errors import InputError
from geo.certificate import verify
from geo.network import EXTENT
from ledgers.coverage_rules import Rules
from ledgers.roads import coverage_export, coverage_frames, declarations, entry_points, marks, road_edits
from ledgers.roads.coverage import study
from queries.store import LOCAL, Store, Viewer
from queries.view import View
from ui.background.coverage_job import Question, ask
from ui.background.jobs import jobs
from ui.coverage import study_map as coverage_map
from ui.http.door import Door
from ui.http.routes import routes
from ui.map import webmap
from ui.shell import keys, state
from ui.shell.acts import field

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
    assert set(rows["way_in"]) == {"青云路"} and set(rows["status"]) == {"Exposed"}
    assert rows["via"].to_dict() == {"名B": "through an entrance", "名A": "by a road without one"}
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
    assert "With 1 post: 500 people protected, proved best." in said(at)


def test_junctions_are_marked_at_once_and_the_mark_is_undone(store: Store) -> None:
    at = open_page(PAGE)
    at.session_state[f"{keys.PICKED}_junctions"] = ("n4", "n5")
    press(again(at), f"{keys.ACT}_mark")
    at.segmented_control(key=field("mark", "status")).set_value("covered")
    at.text_input(key=field("mark", "note")).input("有人看守").run()
    press(at, field("mark", "go"))
    found = marks.marks(View(store, LOCAL)).set_index("feature_id")
    assert found["status"].to_dict() == {"n4": "covered", "n5": "covered"} and set(found["note"]) == {"有人看守"}
    at = again(at)
    assert set(at.dataframe[0].value["mark_status"]) == {"Covered"}
    press(at, keys.DONE_UNDO)
    assert marks.marks(View(store, LOCAL)).empty


def test_proposed_posts_become_planned_checkpoints_in_one_commit(store: Store) -> None:
    at = press(drawn(tab="posts"), f"{keys.ACT}_plan")
    at.text_input(key=field("plan", "reason")).input("盲区")
    at.text_input(key=field("plan", "ordered_by")).input("指挥部").run()
    revision = store.revision
    press(at, field("plan", "go"))
    posts = store.layer("checkpoints", LOCAL)
    assert store.revision == revision + 1
    assert set(posts["kind"]) == {"inspect"} and set(posts["post_class"]) == {"rural_road"} and len(set(posts["name"])) == 2
    wanted = study(View(store, LOCAL)).proposed
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
    entry = entry_points.entry_points(View(store, LOCAL)).iloc[0]
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
    edit = road_edits.edits(View(store, LOCAL)).iloc[0]
    assert edit["action"] == "strike"
    press(at, field("end", edit["edit_id"]))
    assert metrics(again(at))["Exposed settlements"] == "2"


def test_a_road_is_added_by_two_clicks(store: Store) -> None:
    at = press(drawn(tab="ways"), f"{keys.ACT}_join")
    click(at, point(700, 300))
    assert "Click on the second end" in said(at)
    click(at, point(900, 500))
    press(at, field("join", "go"))
    assert road_edits.edits(View(store, LOCAL))["action"].tolist() == ["add"]
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
    assert store.setting("coverage_costs") == {"residential": 7}
    # The village lies 10.0 m and more from its lane; the compound has a gate on its own.
    text = said(again(at))
    assert "of 2 · 500 people · 1 without a road" in text and "Nothing is claimed of 1 settlement:" in text
    assert "proved cheapest: cost 7" in text


def test_the_request_lists_each_post_in_either_language(store: Store) -> None:
    at = press(drawn(tab="posts"), f"{keys.ACT}_letter")
    text = at.text_area[0].value
    assert "Request for monitoring posts at 2 junctions" in text and "1. " in text and "2. " in text
    assert "fewer cannot do" in text and "名B" in text and "500 people" in text
    at.segmented_control(key=f"{keys.LETTER}_language").set_value("zh_CN").run()
    assert "关于在 2 处路口增设监测卡口的请示" in at.text_area[0].value
    assert "妥否，请批示" in at.text_area[0].value


def test_the_downloads_hold_all_that_was_found(store: Store, tmp_path: Path) -> None:
    found = study(View(store, LOCAL))
    package = tmp_path / "x.gpkg"
    package.write_bytes(coverage_export.gpkg_bytes(found))
    assert {name for name, _ in pyogrio.list_layers(package)} == set(coverage_frames.FRAMES)
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
        assert "No road leads in from outside: give the region's boundary at import, or add ways in." in said(at)
        assert metrics(at)["Posts that close everything"] == "–" and metrics(at)["Exposed settlements"] == "–"


def test_no_settlements_is_said(tmp_path: Path) -> None:
    with served(tmp_path, clocked) as store:
        lay_roads(store)
        for tab in ("junctions", "settlements", "posts", "ways", "drill", "verify"):
            at = drawn(tab=tab)
            assert "No settlement is known: import the list of villages." in said(at)
            assert "No road leads in" not in said(at)
        assert metrics(at)["Exposed settlements"] == "–" and metrics(at)["Ways in without a post"] == "2"


def test_none_attached_is_said_and_not_another_reason(tmp_path: Path) -> None:
    with served(tmp_path, clocked) as store:
        lay_roads(store, ways={"青云路": [1, 2, 3]})
        put(store, "settlements", {"A": point(900, 990)}, place="village", population=300)
        store.set_settings(LOCAL, {"coverage_rules": {"attach_m": 10}})
        at = drawn()
        assert "No road is known to lead to any settlement" in said(at)
        assert metrics(at)["Exposed settlements"] == "–" and "1 without a road" in said(at)


# What is claimed


def test_the_claim_stands_first_and_its_assumptions_beside_it(store: Store) -> None:
    at = drawn()
    text = said(at)
    assert len(at.warning) == 0
    assert text.index("The road data reach over the whole region") < text.index("2 of 2 settlements can be reached")
    assert "2 more posts close every way in as drawn, and fewer cannot" in text
    assert at.expander[0].label == "What this assumes"
    assert any("Every road on the ground is in the road data" in line.value for line in at.expander[0].markdown)


def test_what_the_data_do_not_reach_is_warned_of_and_drawn(tmp_path: Path) -> None:
    with served(tmp_path, clocked) as store:
        west_half = shapely.box(*point(0, 0).coords[0], *point(600, 1000).coords[0])
        lay_roads(store, extent=west_half)
        put(store, "settlements", {"A": point(500, 710), "E": point(800, 500)}, place="village", population=300)
        at = drawn()
        assert "the road data do not reach 0.4 km², with 1 settlement and 300 known people" in at.warning[0].value.replace("\\", "")
        assert "of 2 · 300 people · 1 beyond the road data" in said(at)
        rows = drawn(tab="settlements").dataframe[0].value.set_index("name")["status"].to_dict()
        assert rows == {"名A": "Exposed", "名E": "Beyond the road data"}
        app = Starlette(routes=routes(Door(lambda: store, lambda _: LOCAL)))
        (beyond,) = get(app, "/coverage/unknown.geojson?at=2020-02-12T12:00").json["features"]
        drawn_there = shapely.geometry.shape(beyond["geometry"])
        assert drawn_there.contains(point(800, 500)) and not drawn_there.contains(point(500, 710))


def test_without_an_extent_nothing_is_called_proved(tmp_path: Path) -> None:
    with served(tmp_path, village_and_compound) as store:
        (store.path / "network" / EXTENT).unlink()
        at = drawn()
        assert "How far the road data reach is not recorded" in at.warning[0].value
        text = said(at)
        assert "fewest as far as the file shows: 2 disjoint routes" in text and "proved minimal" not in text


def test_nobody_is_counted_where_nobody_knows_how_many_they_are(tmp_path: Path) -> None:
    with served(tmp_path, clocked) as store:
        lay_roads(store)
        put(store, "settlements", {"A": point(500, 710), "C": point(700, 310)}, place="village", population=None)
        at = drawn()
        assert "of 2 · people of 2 not known" in said(at) and "2 people" not in said(at)
        rows = at.dataframe[0].value
        assert rows["alone"].isna().all() and set(rows["alone_settlements"]) == {1}
        assert drawn(tab="settlements").dataframe[0].value["people"].isna().all()
        assert drawn(tab="posts").dataframe[0].value["people"].isna().all()
        assert "1 settlement protected, 0 people as far as known" in said(drawn(tab="posts", posts="1"))
        for layer in ("exposed", "routes"):
            app = Starlette(routes=routes(Door(lambda: store, lambda _: LOCAL)))
            features = get(app, f"/coverage/{layer}.geojson?at=2020-02-12T12:00").json["features"]
            assert [f["properties"]["people"] for f in features] == [None, None]


def test_the_other_way_to_travel_is_told_beside(store: Store) -> None:
    at = again(drawn())
    other = at.button(key=keys.COVERAGE_OTHER)
    assert other.label == "On foot: 2 of 2 exposed, 2 posts close every way in."
    press(at, keys.COVERAGE_OTHER)
    assert at.query_params["mode"] in ("walk", ["walk"])
    at = again(again(at))
    assert at.button(key=keys.COVERAGE_OTHER).label == "By vehicle: 2 of 2 exposed, 2 posts close every way in."
    assert metrics(at)["Ways in without a post"] == "3"


# Doubtful joints


NEARLY = {"青云路": [1, 2, 3], "村道": [4, 8, 9]}


def nearly_met(store: Store) -> None:
    """Lay a road that ends 3 m before the village's lane, and a road into the lane from which nobody comes."""
    clocked(store)
    places = {**PLACES, 3: (497, 500)}
    lay_roads(store, ways={**NEARLY, "东路": [4, 5, 6, 7]}, places=places)
    put(store, "settlements", {"A": point(500, 710)}, place="village", population=300)
    post(store, "e", 900, 500)


def test_a_joint_that_matters_is_listed_and_joined_and_that_is_undone(tmp_path: Path) -> None:
    with served(tmp_path, nearly_met) as store:
        at = drawn(tab="joints")
        assert metrics(at)["Exposed settlements"] == "0"
        assert "名A lie open: see the doubtful joints 1" in said(at)
        assert "with all joints made: 1" in said(at)
        row = at.dataframe[0].value.iloc[0]
        assert (row["number"], row["matters"], row["settlements"], row["people"], row["kind"]) == (1, "yes", 1, 300, "Gap")
        app = Starlette(routes=routes(Door(lambda: store, lambda _: LOCAL)))
        (joint,) = get(app, "/coverage/joints.geojson?at=2020-02-12T12:00").json["features"]
        click(at, point(498, 500), "joints", joint["properties"]["id"])
        press(at, f"{keys.ACT}_joint_join")
        at.text_input(key=field("joint_join", "note")).input("走过").run()
        press(at, field("joint_join", "go"))
        at = again(at)
        assert metrics(at)["Exposed settlements"] == "1"
        edit = road_edits.edits(View(store, LOCAL)).iloc[0]
        assert (edit["action"], edit["note"]) == ("join", "走过")
        assert "Joint: they meet" in said(drawn(tab="ways"))
        press(at, keys.DONE_UNDO)
        assert metrics(again(at))["Exposed settlements"] == "0"


def test_a_joint_is_confirmed_and_that_is_ended_among_the_ways_in(tmp_path: Path) -> None:
    with served(tmp_path, nearly_met) as store:
        at = drawn(tab="joints")
        at.session_state[f"{keys.PICKED}_joints"] = (coverage_frames.joints(study(View(store, LOCAL)))["id"].iloc[0],)
        press(again(at), f"{keys.ACT}_joint_confirm")
        press(at, field("joint_confirm", "go"))
        at = again(at)
        assert "doubtful joints 1" not in said(at) and "No roads are drawn so near" in said(at)
        edit = road_edits.edits(View(store, LOCAL)).iloc[0]
        press(drawn(tab="ways"), field("end", edit["edit_id"]))
        assert "doubtful joints 1" in said(drawn(tab="joints"))


# Entrances declared complete


def test_entrances_are_declared_complete_after_the_roads_without_one_are_shown(store: Store) -> None:
    put(store, "entrances", {"h": point(500, 640)}, area_id=None, kind="gate", provenance="entered")
    key = "compounds:B"
    put(store, "compounds", {"B": square(700, 330, 70).union(square(600, 330, 50))}, population=500)
    at = drawn(tab="settlements", sel="exposed:B")
    assert "**名B**: Exposed. 1 listed entrance; roads in that it does not account for: 0" in said(at)
    press(at, f"{keys.ACT}_declare")
    assert "Every known road into 名B has a listed entrance." in said(at)
    at.text_input(key=field("declare", "note")).input("走过").run()
    press(at, field("declare", "go"))
    at = again(at)
    told = declarations.declared(View(store, LOCAL)).iloc[0]
    assert (told["key"], bool(told["complete"]), told["note"]) == (key, True, "走过")
    assert "Declared complete by" in said(at) and "走过" in said(at)
    press(at, f"{keys.ACT}_undeclare")
    press(at, field("undeclare", "go"))
    assert not declarations.declared(View(store, LOCAL))["complete"].iloc[-1]


def test_a_road_that_no_entrance_accounts_for_is_shown_before_anybody_declares(tmp_path: Path) -> None:
    def two_roads(store: Store) -> None:
        clocked(store)
        lay_roads(store)
        put(store, "compounds", {"B": square(700, 450, 80)}, population=500)  # 青云路 runs through it, 小区路 leaves it by the gate
        put(store, "entrances", {"g": point(700, 400)}, compound_id="B", kind="gate", provenance="mapped")
        order(store, mode="sealed", egress="none")

    with served(tmp_path, two_roads) as store:
        at = drawn(tab="settlements", sel="exposed:B")
        press(at, f"{keys.ACT}_declare")
        assert "roads lead into 名B that no listed entrance accounts for" in said(at)
        asked = at.dataframe[len(at.dataframe) - 1].value
        assert set(asked["name"]) == {"青云路"} and (asked["distance_m"] > 30).all()
        app = Starlette(routes=routes(Door(lambda: store, lambda _: LOCAL)))
        entries = get(app, "/coverage/entries.geojson?at=2020-02-12T12:00").json["features"]
        assert [f["properties"]["number"] for f in entries] == list(range(1, len(asked) + 1))
        press(at, field("declare", "go"))
        assert metrics(again(at))["Exposed settlements"] == "0"


def test_a_viewer_of_some_areas_is_told_so(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(state, "viewer", lambda: Viewer("网格员", areas=frozenset({"A"})))
    assert "Your role sees only its own areas" in said(drawn())


def test_a_question_there_is_not_is_refused() -> None:
    for mode, sites in (("fly", None), (None, "nowhere")):
        with pytest.raises(InputError):
            Question.of(NOW, mode, sites)


# What the map fetches


def test_the_routes_tell_what_the_tables_tell(store: Store) -> None:
    app = Starlette(routes=routes(Door(lambda: store, lambda _: LOCAL)))
    at = "at=2020-02-12T12:00"
    exposed = get(app, f"/coverage/exposed.geojson?{at}").json["features"]
    assert {f["id"] if "id" in f else f["properties"]["id"] for f in exposed} == {"A", "B"}
    leading = get(app, f"/coverage/leading.geojson?{at}").json["features"]
    assert [f["properties"]["rank"] for f in leading] == [1, 2]
    assert len(get(app, f"/coverage/proposed.geojson?{at}&posts=1").json["features"]) == 1
    assert len(get(app, f"/coverage/proposed.geojson?{at}").json["features"]) == 2
    assert len(get(app, f"/coverage/sources.geojson?{at}&mode=walk").json["features"]) == 3
    for name in ("routes", "junctions", "others", "proof", "marks", "joints", "entries", "unknown"):
        assert get(app, f"/coverage/{name}.geojson?{at}").status == 200
    assert get(app, "/coverage/nothing.geojson").status == 404
    assert get(app, "/coverage/exposed.geojson?mode=fly").status == 400


def test_a_mark_is_on_every_map_and_changes_its_tag(store: Store) -> None:
    app = Starlette(routes=routes(Door(lambda: store, lambda _: LOCAL)))
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
    app = Starlette(routes=routes(Door(lambda: store, lambda _: Viewer("x", areas=frozenset({"A"})))))
    assert get(app, "/coverage/exposed.geojson").status == 403
