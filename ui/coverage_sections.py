"""The sections beside the map of the blind spots: one table at a time, and what can be done from it."""

from __future__ import annotations

from ui.coverage_job import Answer
from ui.coverage_tables import drill_list, junction_list, post_list, settlement_list, verify_list, way_list
from ui.frame import Frame
from ui.sections import sections
from ui.words import _


def coverage_sections(view: Frame, answer: Answer) -> None:
    """Draw the choice of a table, the table, and its acts."""
    sections(
        {
            "junctions": (_("Junctions"), lambda: _junctions(view, answer)),
            "settlements": (_("Settlements"), lambda: settlement_list(answer)),
            "posts": (_("Posts"), lambda: _posts(view, answer)),
            "ways": (_("Ways in"), lambda: _ways(view, answer)),
            "drill": (_("Drill"), lambda: drill_list(view, answer)),
            "verify": (_("Verify"), lambda: verify_list(view, answer)),
        }
    )


def _junctions(view: Frame, answer: Answer) -> None:
    junction_list(answer)


def _posts(view: Frame, answer: Answer) -> None:
    post_list(answer)


def _ways(view: Frame, answer: Answer) -> None:
    way_list(answer)
