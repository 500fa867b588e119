"""What problems and next steps both list: areas with the most of something, and the stocks that run out."""

from __future__ import annotations

import pandas as pd

from briefing import facts
from briefing.indicators.upkeep import item_key
from briefing.model import Run
from briefing.page import COMMA, SHOWN, Page, filled
from errors import N_

HOMES, TIMES, PEOPLE = N_("{area}: households {n}"), N_("{area}: times {n}"), N_("{area}: people {n}")


def by_grid(page: Page, query: str, what: str, template: str) -> list[Run]:
    """Return the areas with the most of something to do (``facts.by_area``), each with its number."""
    found = facts.by_area(page.view).get(what, pd.Series(dtype="int64"))
    names = facts.areas(page.view)["name"]
    rows = []
    for area in found[found > 0].index[:SHOWN]:
        name = str(names.get(area, area))
        rows.append(filled(template, {"area": name, "n": page.number(query, str(area), name=name)}))
    return [*page.joined(rows, between=COMMA), *([page._(N_(" and others"))] if (found > 0).sum() > SHOWN else [])]


def scarce(page: Page) -> list[tuple[Run, ...]]:
    """Return the stocks that run out soonest: whose, of what, and for how many days."""
    found = facts.scarce(page.view)
    rows: list[tuple[Run, ...]] = []
    if found is None:
        return rows
    for area, name, item, unit in found[["area_id", "area_name", "item", "measure_unit"]].head(SHOWN).itertuples(index=False):
        left = page.number("supplies.left", f"{area}/{item_key(item, unit)}", name=f"{name} {item}")
        rows.append(filled(page._(N_("{area}: {item} for {left} days")), {"area": str(name), "item": str(item), "left": left}))
    return rows
