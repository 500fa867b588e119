"""The daily reports of 青禾镇: every unit confirms its figures before the cut-off; some are late, one corrects itself, one is missing."""

from __future__ import annotations

import json
from datetime import date, timedelta

import numpy as np
import pandas as pd

from data.demo.model import CLOCK, ZONE, day
from data.demo.people import event_ids
from data.demo.town import VILLAGE_ID
from ledgers.reports.daily_report import daily, is_zero, numbers
from queries.events import Viewer
from queries.store import Store
from queries.view import View

FIRST = date(2020, 1, 26)
# What the units see while they confirm is what was known twenty minutes before the cut-off.
DRAFT = timedelta(hours=17, minutes=40)
MISSING = {(VILLAGE_ID["朝阳村"], "02-12")}
LATE = {
    (VILLAGE_ID["高岭村"], "01-28"): "20:10",
    (VILLAGE_ID["茶园村"], "02-02"): "19:40",
    (VILLAGE_ID["马家湾村"], "02-06"): "21:05",
    (VILLAGE_ID["清溪村"], "02-10"): "19:20",
}
# The unit and day whose figures were put right, when, and what a person more under observation changes.
CORRECTED, AT, WHY = (VILLAGE_ID["双河村"], "02-08"), "02-09 08:40", "密接一名当日 16:20 开始隔离，台账晚录，补报"
ONE_MORE = ("cumulative", "new", "observing")


def reports(store: Store, viewer: Viewer, rng: np.random.Generator) -> dict[str, pd.DataFrame]:
    """Return what every unit of a workspace with the township's ledgers submitted and corrected, with the figures it saw."""
    submitted, corrected = [], []
    for n in range((CLOCK.date() - FIRST).days + 1):
        today = FIRST + timedelta(days=n)
        seen = daily(View(store, viewer, known_at=day(f"{today:%m-%d} 00:00") + DRAFT), today)
        for unit, row in seen.units.iterrows():
            key = (str(unit), f"{today:%m-%d}")
            at = day(f"{key[1]} {LATE.get(key, '17:41')}") + timedelta(minutes=0 if key in LATE else int(rng.integers(0, 18)))
            if key in MISSING:
                continue
            figures = numbers(row.to_dict())
            event = {"area_id": unit, "report_date": today, "cutoff_at": seen.period.cutoff, "figures": json.dumps(figures)}
            submitted.append({**event, "zero": is_zero(figures), "effective_at": at, "recorded_at": at, "recorded_by": row["name"]})
            if key == CORRECTED:
                change = {"area_id": unit, "report_date": today, "reason": WHY, "effective_at": day(AT), "recorded_at": day(AT)}
                values = [{"field": name, "submitted": figures[name], "corrected": figures[name] + 1} for name in ONE_MORE]
                corrected += [{**change, **value, "recorded_by": row["name"]} for value in values]
    made = {"report_submission": pd.DataFrame(submitted), "report_correction": pd.DataFrame(corrected)}
    zone = pd.DatetimeTZDtype("us", ZONE)
    made = {name: rows.astype({"effective_at": zone, "recorded_at": zone}) for name, rows in made.items()}
    return {name: rows.assign(source="demo", event_id=event_ids(rows["recorded_at"], rng)) for name, rows in made.items()}
