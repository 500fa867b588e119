"""The command map: what stands where at a moment, what changed, and what nobody covers."""

from __future__ import annotations

import streamlit as st

from errors import mark
from ui.command.attention import attention
from ui.command.filters import filters, search
from ui.command.headline import ASKED, Standing, headline
from ui.command.overview import command_map, table
from ui.command.story import story
from ui.shell import cache, state
from ui.shell.frame import frame
from ui.shell.timebar import follow, timebar
from ui.shell.wall import title, wall_toggle

view = frame(mark("Command map"))
wall = state.is_wall()

with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute", gap="small"):
    title(view)
    if not wall:
        timebar(view.at)
    with st.container(horizontal=True, width="content", gap="xsmall"):
        if not wall:
            search()
            filters()
        wall_toggle(on=wall)

now, before = (Standing(cache.figures(at), cache.people(at)) for at in (view.at, state.last_cutoff(view.at)))
headline(now, before, cache.evidence(*ASKED))

map_side, story_side = st.columns([1, 0.001] if wall else [3.2, 1], gap="small")
with map_side:
    command_map(view, height=560, wall=wall)
if not wall:
    with story_side:
        story(view, height=560)

attention(view)
if not wall:
    table(view)
follow()
