"""The slots of a day in which a reading is owed: by default one before noon and one after it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from errors import N_, InputError
from ledgers.setting import Setting
from queries.store import Store

DEFAULT_SLOTS = (("00:00", "12:00"), ("12:00", "24:00"))
DAY = 24 * 60
Minutes = Sequence[tuple[int, int]]


@dataclass(frozen=True)
class Slots:
    """The slots that closed after a start and up to a moment, and the one open then: when each opens and closes."""

    opens: tuple[datetime, ...]
    closes: tuple[datetime, ...]

    def bound(self) -> dict[str, list[datetime]]:
        """Return them as the parameters of a statement."""
        return {"opens": list(self.opens), "closes": list(self.closes)}


def reading_slots(store: Store, *, start: datetime, at: datetime) -> Slots:
    """Return the slots of the workspace (setting ``reading_slots``) that close after ``start`` up to ``at``, and the one open at ``at``.

    Each day has the slots that were set as it began. Raises InputError when the setting does not part the day.
    """
    return slots_between(lambda day: parts_of_day(READING_SLOTS.on(store, day)), start=start, at=at, zone=store.time_zone)


def slots_between(minutes: Callable[[date], Minutes], *, start: datetime, at: datetime, zone: ZoneInfo) -> Slots:
    """Return the slots, given in minutes of each day, that close after ``start`` up to ``at``, and the one that is open at ``at``."""
    first, last = start.astimezone(zone).date() - timedelta(days=1), at.astimezone(zone).date()
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    slots = [(_moment(day, opens, zone), _moment(day, closes, zone)) for day in days for opens, closes in minutes(day)]
    wanted = [(opens, closes) for opens, closes in slots if opens <= at and closes > start]
    return Slots(tuple(opens for opens, _ in wanted), tuple(closes for _, closes in wanted))


def parts_of_day(slots: Sequence[Sequence[str]]) -> list[tuple[int, int]]:
    """Return slots in minutes from midnight.

    Raises
    ------
    InputError
        When they do not part the day: each begins where the one before ends, the first at 00:00, the last ends at 24:00.

    >>> parts_of_day([["00:00", "12:00"], ["12:00", "24:00"]])
    [(0, 720), (720, 1440)]
    """
    try:
        minutes = [(_minute(opens), _minute(closes)) for opens, closes in slots]
    except (ValueError, TypeError):
        minutes = []
    ends = [0, *(closes for _, closes in minutes)]
    if not minutes or ends[-1] != DAY or any(opens != end or opens >= closes for (opens, closes), end in zip(minutes, ends, strict=False)):
        raise InputError("The reading slots {slots} do not part the day; write them like 00:00-12:00, 12:00-24:00.", slots=_told(slots))
    return minutes


READING_SLOTS = Setting(
    "reading_slots", N_("the parts of the day in each of which a reading is owed"), DEFAULT_SLOTS, dated=True, check=parts_of_day
)


def _minute(text: str) -> int:
    if text == "24:00":
        return DAY
    clock = time.fromisoformat(text)
    return clock.hour * 60 + clock.minute


def _moment(day: date, minute: int, zone: ZoneInfo) -> datetime:
    return datetime.combine(day + timedelta(days=minute // DAY), time(minute % DAY // 60, minute % 60), zone)


def _told(slots: Sequence[Sequence[str]]) -> str:
    return ", ".join("-".join(map(str, slot)) for slot in slots)
