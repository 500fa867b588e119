"""Every widget key, so that none is used twice; grouped by who draws it."""

from __future__ import annotations

# Frame
AREA = "area_choice"
LANGUAGE = "language_choice"

# Time control
TIME_LIVE = "time_live"
TIME_CUTOFF = "time_cutoff"
TIME_PICK = "time_pick"
TIME_BACK = "time_back"
TIME_FORWARD = "time_forward"
TIME_STEP = "time_step"
TIME_PLAY = "time_play"

# Command map
WALL = "wall_choice"
MODES = "mode_choice"
KINDS = "kind_choice"
SEARCH = "search_choice"
MAP = "map"
TABLE = "table"
TABLE_LAYER = "table_layer"
FIGURE = "figure"  # one button a figure: figure_NAME
ATTENTION = "attention"  # one button an item: attention_NAME

# Story
UNDO = "undo"  # one button an event: undo_EVENT
UNDO_YES = "undo_yes"
UNDO_REASON = "undo_reason"
STORY_CLOSE = "story_close"
