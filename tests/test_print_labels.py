"""Where names and numbers go: against brute force over the boxes that come out."""

from __future__ import annotations

from itertools import combinations

import numpy as np
from hypothesis import example, given, settings
from hypothesis import strategies as st

from briefing.maps.ground import Box
from briefing.maps.labels import Label, Placed, place

FRAME = Box(20.0, 30.0, 90.0, 70.0)
sizes = st.floats(0.8, 12.0)
labels = st.lists(
    st.builds(
        Label,
        width=sizes,
        height=st.floats(0.8, 4.0),
        x=st.floats(FRAME.x - 3, FRAME.right + 3),
        y=st.floats(FRAME.y - 3, FRAME.top + 3),
        reach=st.tuples(*[st.floats(0.0, 2.0)] * 4),
        rank=st.integers(0, 3),
        must=st.booleans(),
    ),
    max_size=40,
)


def overlap(a: Box, b: Box) -> bool:
    return min(a.right, b.right) - max(a.x, b.x) > 1e-6 and min(a.top, b.top) - max(a.y, b.y) > 1e-6


def symbols(wanted: list[Label]) -> list[Box]:
    return [Box(n.x - n.reach[0], n.y - n.reach[1], n.reach[0] + n.reach[2], n.reach[1] + n.reach[3]) for n in wanted]


@settings(max_examples=50)
@given(labels)
@example([Label(5.0, 2.0, 50.0, 50.0, (1.0, 1.0, 1.0, 1.0), must=True)] * 30)
def test_no_text_lies_on_another_or_on_a_symbol_or_out_of_the_frame(wanted: list[Label]) -> None:
    avoid = symbols(wanted)
    found = place(wanted, FRAME, avoid=avoid)
    boxes = [box for each in found if each for box in each.spot.boxes]
    assert not any(overlap(a, b) for a, b in combinations(boxes, 2))
    assert not any(overlap(a, b) for a in boxes for b in avoid)
    assert all(FRAME.x - 1e-6 <= b.x and b.right <= FRAME.right + 1e-6 for b in boxes)
    assert all(FRAME.y - 1e-6 <= b.y and b.top <= FRAME.top + 1e-6 for b in boxes)
    assert len(found) == len(wanted)
    assert found == place(wanted, FRAME, avoid=avoid)
    for label, each in zip(wanted, found, strict=True):
        if each:
            assert (each.spot.boxes[0].width, each.spot.boxes[0].height) == (label.width, label.height)
            assert label.must or each.leader is None


def test_a_place_beside_the_symbol_comes_before_a_leader_line() -> None:
    alone = Label(4.0, 2.0, 60.0, 60.0, (1.0, 1.0, 1.0, 1.0), must=True)
    (found,) = place([alone], FRAME, avoid=symbols([alone]))
    assert found is not None and found.leader is None
    assert found.spot.boxes[0].x > 61.0  # to the right, where one reads on


def test_what_must_be_shown_moves_away_on_a_line_that_crosses_no_text() -> None:
    wanted = [Label(4.0, 2.0, 60.0, 60.0, (1.0, 1.0, 1.0, 1.0), must=True)] * 14
    found = place(wanted, FRAME, avoid=symbols(wanted[:1]))
    assert all(found)
    led = [each for each in found if each and each.leader]
    assert led
    texts = [each.spot.boxes[0] for each in found if each]
    for each in led:
        assert not any(crosses(each, box) for box in texts if box is not each.spot.boxes[0])


def crosses(placed: Placed, box: Box) -> bool:
    (x0, y0), (x1, y1) = placed.leader or ((0.0, 0.0), (0.0, 0.0))
    steps = [(x0 + (x1 - x0) * t / 200, y0 + (y1 - y0) * t / 200) for t in range(201)]
    inner = box.inset(0.3)  # the grid is of quarter millimetres
    return any(inner.x < x < inner.right and inner.y < y < inner.top for x, y in steps)


def test_four_hundred_gates_of_one_community_are_numbered() -> None:
    frame = Box(10.0, 10.0, 175.0, 150.0)
    xy = np.random.default_rng(5).uniform((15, 15), (180, 155), (400, 2))
    wanted = [Label(3.6, 2.1, x, y, (1.1,) * 4, rank=1, must=True) for x, y in xy.tolist()]
    assert all(place(wanted, frame, avoid=symbols(wanted)))


def test_a_crowd_is_numbered_as_far_as_there_is_room_around_it() -> None:
    frame = Box(10.0, 10.0, 175.0, 150.0)
    xy = np.random.default_rng(5).normal((95, 85), (14, 12), (150, 2))
    wanted = [Label(3.6, 2.1, x, y, (1.1,) * 4, rank=1, must=True) for x, y in xy.tolist()]
    assert sum(map(bool, place(wanted, frame, avoid=symbols(wanted)))) >= 95


def test_higher_ranks_choose_first_and_names_do_not_cover_symbols() -> None:
    low, high = (Label(8.0, 2.0, 60.0, 60.0, rank=rank) for rank in (0, 9))
    crowd = [Box(55.0, 64.0, 20.0, 8.0), Box(48.0, 50.0, 24.0, 8.5), Box(40.0, 50.0, 19.0, 20.0)]
    first, second = place([low, high], FRAME, spare=crowd)
    assert second is not None and first is None
    assert not any(overlap(second.spot.boxes[0], box) for box in crowd)
