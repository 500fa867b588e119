"""The map of risk areas 风险区域: each with its level and the day on which it changes if nothing new happens."""

from __future__ import annotations

from typing import Any

import pandas as pd

from briefing.maps.content import PointTable
from briefing.maps.themes import terms
from briefing.maps.themes.area_layers import rated, risk_known
from briefing.maps.themes.facts import Facts
from briefing.maps.themes.pieces import Told
from ledgers.risk.levels import AHEAD
from ledgers.risk.levels import explanation as why_told

LAYERS = ("risk", "areas")
_URGENCY = {"high": 0, "medium": 1, "low": 2}


def tell(facts: Facts) -> Told:
    """Return the table of the areas above low risk, those with cases and those ordered, and how many areas there are of each level."""
    _ = facts.translate
    found = rated(facts)
    if found.empty:
        return Told(notes=(_("No area with a risk level is recorded here at this moment."),))
    if not risk_known(facts):
        return Told(notes=(_("No case and no ordered level is recorded: the levels are not known."),))
    order = found["level"].map(_URGENCY).fillna(3)
    shown = found.assign(order=order).sort_values(["order", "until", "id"], kind="stable")
    listed = shown[(shown["level"] != "low") | shown["ordered"] | (shown["cases"] > 0)]
    rows = tuple(
        (
            str(row["name"]),
            terms.term(_, "risk", row["level"]) + (_(" (ordered)") if row["ordered"] else ""),
            _("always") if pd.isna(row["since"]) else terms.day(facts.view, row["since"]),
            _("not foreseen") if pd.isna(row["until"]) else terms.day(facts.view, row["until"]),
            _why(facts, row),
        )
        for row in listed.to_dict("records")
    )
    table = PointTable(_("Risk levels"), (_("Area"), _("Risk level"), _("Since"), _("Changes on"), _("Why")), rows) if rows else None
    counts = found["level"].value_counts()
    figures = [(terms.term(_, "risk", level), terms.number(int(counts.get(level, 0)))) for level in _URGENCY]
    figures.append((_("Ordered"), terms.number(int(found["ordered"].sum()))))
    notes = [_("The day of change holds if nothing new happens.")]
    if len(listed) < len(found):
        notes.append(_("The areas not listed are at low risk, without a case."))
    if found["ordered"].any():
        notes.append(_("* The level is ordered, not reckoned by the rule."))
    if found["ahead"].any():
        notes.append(_(AHEAD))
    return Told(table=table, figures=tuple(figures), notes=tuple(notes))


def _why(facts: Facts, row: dict[str, Any]) -> str:
    """Return why an area has its level; of an order that it is one, since who gave it and the reason may name people."""
    _ = facts.translate
    if not row["ordered"]:
        return why_told(row["why"], _, ahead=False)
    return _("By order, until another order.") if pd.isna(row["ordered_until"]) else _("By order, until the day named.")
