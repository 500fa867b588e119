"""Entrances and checkpoints: orders, duty, timetables, passes."""
