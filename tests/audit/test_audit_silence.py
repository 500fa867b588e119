"""Silence is no all-clear: on an empty workspace, and on one that holds roads only, no page and no command says that all is well."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from settings import ROOT
from tests.audit.asking import ask, emptied, left

# What a person reads as an all-clear: every sentence of the program that says so, found by reading them all.
CALM = re.compile(
    r"check_circle|:green\[|Every open hour is covered|No seal is past its expiry|No entrance is open now|No settlement is exposed"
    r"|No junction lies on an uncovered|all have reported|Every unit has reported|Nobody new, nobody under observation|Nothing due now"
    r"|No door to visit now|all [\d,]+ have reported|Every open entrance and post is staffed|No check is due"
    r"|No inspection has found anything"
    r"|Every household is settled|Nothing is due for anybody|nobody waits|Nothing that was computed asks|No confirmed case|No alarm"
    r"|no road as drawn leads"
)
PAGES = ("home", "entrances", "checkpoints", "blind_spots", "screening", "isolation", "daily_report", "risk", "units")
ROADS = """<osm version="0.6"><bounds minlon="114.99" minlat="35.49" maxlon="115.06" maxlat="35.56"/>
<node id="1" version="1" lon="114.995" lat="35.52"/><node id="2" version="1" lon="115.02" lat="35.52"/>
<node id="3" version="1" lon="115.03" lat="35.53"/><node id="4" version="1" lon="115.055" lat="35.52"/>
<node id="5" version="1" lon="115.031" lat="35.531"><tag k="place" v="village"/><tag k="name" v="河口村"/></node>
<way id="6" version="1"><nd ref="1"/><nd ref="2"/><nd ref="3"/><tag k="highway" v="tertiary"/></way>
<way id="7" version="1"><nd ref="2"/><nd ref="4"/><tag k="highway" v="tertiary"/></way></osm>"""


@pytest.fixture(scope="module", params=["empty", "roads"])
def workspace(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp(request.param)
    emptied(folder / "w")
    if request.param == "roads":
        (folder / "roads.osm").write_text(ROADS, "utf-8")
        ask("import-osm", folder / "roads.osm", "--workspace", folder / "w", "--bbox", "115.0,35.5,115.05,35.55")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EPIGRID_WORKSPACE", str(folder / "w"))
        yield folder / "w"
        left()


def test_commands(workspace: Path) -> None:
    """Before any page is open: a count that rests on nothing says so beside it."""
    status = ask("status", "--workspace", workspace)
    assert status["coverage"]["entrances.unstaffed"] is None
    assert status["coverage"]["checkpoints.unstaffed"] is None
    assert (status["coverage"]["roads.crossings_open"] is None) == (status["crossings"]["total"] == 0)
    report = ask("report", "daily", "--date", "2020-02-12", "--workspace", workspace)
    assert report["before_records"] is True
    assert report["compared"] == {"units": 0, "of": 0}
    assert ask("risk", "--workspace", workspace)["areas"] == []
    if status["layers"]["settlements"]:
        found = ask("coverage", "--workspace", workspace)
        assert found["settlements"] == {"total": 1, "exposed": 1, "unattached": 0, "beyond_data": 0, "island": 0, "needs_outline": 0}


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_pages(workspace: Path, page: str) -> None:
    at = AppTest.from_file(str(ROOT / "home.py"), default_timeout=120)
    at.switch_page("home.py" if page == "home" else f"pages/{page}.py")
    at.query_params["lang"] = "en"
    at.run()
    assert not at.exception, at.exception
    told = [str(e.value) for kind in (at.markdown, at.caption, at.success, at.info, at.warning, at.error, at.metric) for e in kind]
    calm = [text for text in told if CALM.search(text)]
    assert told
    assert not calm
