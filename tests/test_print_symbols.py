"""Symbols told apart without colour; fonts, lines of text and lengths on the scale bar."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.backends.backend_agg import FigureCanvasAgg

from briefing.maps import fonts
from briefing.maps.content import Entry
from briefing.maps.furniture import Legend, round_length
from briefing.maps.ground import Box, fit
from briefing.maps.styles import STYLES, Style
from briefing.maps.surface import Surface

POINTS = [name for name, style in STYLES.items() if style.draw == "point" and name != "junction_unmonitored"]
# One thing by size (a junction protects more) or by a paler colour (a crossing that is watched).
ALIKE = [
    {"junction_unmonitored_1", "junction_unmonitored_2", "junction_unmonitored_3", "settlement"},
    {"crossing_open", "crossing_watched"},
]
ALIKE += [{"entrance_undecided", "checkpoint", "checkpoint_unstaffed", "entrance_open_24h_unstaffed"}]


def grey(style: str) -> np.ndarray:
    """Return the legend's sample of a style, in shades of grey."""
    surface = Surface(20, 12, 300)
    Legend((Entry(style, ""),), "", 1.0).draw(surface, Box(1, 1, 18, 10))
    canvas = FigureCanvasAgg(surface.figure)
    canvas.draw()
    return np.asarray(canvas.buffer_rgba())[66:, :, :3].mean(axis=2)  # below the rule under the heading


def test_symbols_differ_without_colour() -> None:
    # What is drawn at all, and what is drawn black.
    looks = {name: np.stack((grey(name) < 200, grey(name) < 60)) for name in POINTS}
    for a, b in combinations(POINTS, 2):
        if any({a, b} <= alike for alike in ALIKE):
            continue
        differ = np.logical_xor(looks[a], looks[b]).sum()
        assert differ > 0.12 * max(looks[a].sum(), looks[b].sum()), (a, b)


def test_levels_of_risk_and_steps_differ_without_colour() -> None:
    high, medium, low = (grey(f"risk_{level}") for level in ("high", "medium", "low"))
    for a, b in combinations((high, medium, low), 2):
        assert (np.abs(a - b) > 40).sum() > 200
    shades = [grey(f"step_{n}").mean() for n in range(5)]
    assert shades == sorted(shades, reverse=True) and min(-np.diff(shades)) > 1


def test_the_unstaffed_are_hollow() -> None:
    for name, style in STYLES.items():
        if name.endswith("_unstaffed"):
            full: Style = STYLES[name.removesuffix("_unstaffed")]
            assert style.hollow and not full.hollow and style.shape == full.shape


def test_fonts_are_those_we_may_use() -> None:
    assert [file.rsplit("/", 1)[-1].rsplit("\\", 1)[-1] for file in fonts.files()] == [
        "NotoSansCJKsc-Regular.otf",
        "NotoSerifCJKsc-Regular.otf",
        "DejaVuSans.ttf",
    ]


@given(st.text(st.sampled_from("东门西（）。，、abc 12-"), max_size=60), st.floats(4, 20), st.floats(3, 80))
def test_broken_lines_fit_and_lose_nothing(text: str, size: float, room: float) -> None:
    lines = fonts.wrap(text, size, room)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    for line in lines:
        assert fonts.width(line, size) <= room + 1e-9 or len(line) == 1


def test_a_title_shrinks_before_it_is_broken() -> None:
    lines, size = fonts.fitted("防控一张图" * 3, 17, 80, least=11)
    assert len(lines) == 1 and 11 <= size < 17 and fonts.width(lines[0], size) <= 80
    lines, size = fonts.fitted("防控一张图" * 12, 17, 80, least=11)
    assert len(lines) > 1 and size == 11


def test_widths_are_those_of_the_font() -> None:
    assert fonts.width("防控", 10) == pytest.approx(20 * 25.4 / 72)
    assert fonts.width("Wi", 10) < fonts.width("WW", 10)


@given(st.floats(60, 2e6))
def test_scale_bars_are_round_and_fit(metres: float) -> None:
    length = round_length(metres)
    assert metres / 2.6 <= length <= metres
    assert f"{length:.6e}"[0] in "1245" and set(f"{length:.0f}"[1:]) <= {"0"}


@given(
    st.floats(75, 130),
    st.floats(18, 50),
    st.floats(0, 0.6),
    st.floats(0, 0.6),
    st.floats(40, 400),
    st.floats(40, 400),
)
def test_the_whole_extent_is_in_view(west: float, south: float, wide: float, high: float, width: float, height: float) -> None:
    extent = (west, south, west + wide, south + high)
    ground = fit(extent, Box(10, 20, width, height))
    seen = ground.degrees()
    assert seen[0] <= extent[0] and seen[1] <= extent[1] and seen[2] >= extent[2] and seen[3] >= extent[3]
