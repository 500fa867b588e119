"""The map's script: constant, offline, and a carrier of nothing that could be code."""

from __future__ import annotations

import base64
import json
import re

import pytest
import streamlit_folium
from hypothesis import given, settings
from hypothesis import strategies as st

from queries.columns import CHECKPOINT_KINDS, EGRESS, MODES
from ui.legend.styles import STYLES, browser_table, map_words
from ui.map import webmap
from ui.map.bundle import ASSETS, SCRIPTS
from ui.map.webmap import MapMessage, Update, WebMap

WORDS = map_words(lambda text: text)


def script(message: MapMessage) -> str:
    """Return what streamlit-folium hands to the running map."""
    return streamlit_folium._get_feature_group_string(Update(message), map=WebMap())


def carried(text: str) -> dict:
    """Return the message in a script, as the browser unpacks it."""
    packed = re.search(r'epigrid\.update\("([A-Za-z0-9+/=]*)"\);', text)
    assert packed, text
    return json.loads(base64.b64decode(packed[1]))


def main_script() -> str:
    shown = WebMap()
    shown.get_root().render()
    return streamlit_folium._get_map_string(shown)


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=60))
def test_any_id_arrives_as_it_was_and_never_as_code(hostile: str) -> None:
    message = MapMessage(WORDS, ("entrances",), selected={"entrances": (hostile,)}, area=hostile)
    got = carried(script(message))
    assert got["selected"] == {"entrances": [hostile]}
    assert got["area"] == hostile


@pytest.mark.parametrize(
    "hostile", ["</script><script>alert(1)</script>", "${alert(1)}", "{{ 'alert' }}", "`+alert(1)+`", "map_div", "\u2028"]
)
def test_hostile_ids_leave_the_script_as_it_is(hostile: str) -> None:
    quiet, loud = (script(MapMessage(WORDS, (), area=area)) for area in ("x", hostile))
    mask = re.compile(r'"[A-Za-z0-9+/=]{20,}"')
    assert mask.sub('""', quiet) == mask.sub('""', loud)


def test_the_map_itself_never_changes_and_so_is_never_reloaded() -> None:
    assert main_script() == main_script()
    keys = {streamlit_folium.generate_js_hash(main_script(), "map") for _ in range(3)}
    assert len(keys) == 1


def test_everything_is_loaded_from_this_machine() -> None:
    shown = WebMap()
    links = [link for _, link in (*shown.default_js, *shown.default_css)]
    assert all(re.match(r"/assets/(leaflet|epigrid|map)/[\w.-]+(\?\w+)?$", link) for link in links)
    rendered = shown.get_root().render() + main_script()
    assert not re.search(r"https?://", re.sub(r'(src|href)="/assets[^"]*"', "", rendered))
    assert {file.name for file in ASSETS.glob("*.js")} == {file.name for file in SCRIPTS if file.parent == ASSETS}
    assets = list(ASSETS.parents[1].glob("*/assets/*.*"))
    assert {file.parents[1].name for file in assets} == {"map", "field", "briefing"}
    for file in assets:
        # Names of XML vocabularies are no addresses to fetch from.
        text = file.read_text("utf-8").replace("http://www.w3.org/2000/svg", "")
        assert not re.search(r"https?://", text), file.name
        assert "innerHTML" not in text, file.name
        assert not re.search(r"\beval\(|insertAdjacentHTML|document\.write|new Function", text), file.name


def test_a_message_is_small() -> None:
    ids = tuple(f"n{i}" for i in range(1000))
    assert len(script(MapMessage(WORDS, tuple(STYLES), selected={"entrances": ids}))) < 30_000
    assert len(script(MapMessage(WORDS, tuple(STYLES)))) < 12_000


def test_every_shape_has_a_drawing_and_every_word_is_there() -> None:
    code = (ASSETS / "symbols.js").read_text("utf-8")
    for row in browser_table():
        for value, symbol in row["symbols"].items():
            assert re.search(rf"^    {symbol['shape']}\(c, s\)", code, re.MULTILINE), symbol
            assert f"{row['name']}.{value}" in WORDS
        assert all(f"column.{column}" in WORDS for column in row["tell"])
        assert set(row["tell"]) <= set(STYLES[row["name"]].columns)
    used = set(re.findall(r'(?:word|setNote)\("(\w+)"\)', "".join(f.read_text("utf-8") for f in ASSETS.glob("*.js"))))
    assert used
    assert used <= WORDS.keys()


def test_the_symbols_cover_the_codes_of_the_ledger() -> None:
    assert set(STYLES["entrances"].symbols) == {"", *MODES}
    assert set(STYLES["checkpoints"].symbols) == {"", *CHECKPOINT_KINDS}
    assert {f"entrances.{egress}" for egress in EGRESS} <= WORDS.keys()


def test_symbols_of_a_layer_differ_by_shape_or_tell_a_state_apart() -> None:
    for name in ("entrances", "checkpoints"):
        shapes = [symbol.shape for symbol in STYLES[name].symbols.values()]
        assert len(set(shapes)) == len(shapes)


def test_a_click_is_told_once(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = iter(
        [None, {"last_clicked": None}, *[{"last_clicked": {"lat": 30.1, "lng": 114.9, "n": 7, "layer": "entrances", "id": "e1"}}] * 2]
    )
    monkeypatch.setattr(webmap, "st_folium", lambda *_, **__: next(answers))
    monkeypatch.setattr(webmap.st, "session_state", {})
    message = MapMessage(WORDS, ())
    clicks = [webmap.show(message, key="map", height=100) for _ in range(4)]
    assert clicks == [None, None, webmap.Click(lon=114.9, lat=30.1, layer="entrances", id="e1"), None]
