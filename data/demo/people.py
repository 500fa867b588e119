"""Invented people: names that sound right, telephone numbers that cannot be real, and the ids of what they record."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

import numpy as np
import pandas as pd

SURNAMES = "王李张刘陈杨黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰建国志红春梅海燕文斌晓峰卫东永福新民德胜小雨家宝思远"
FORCES = {"cadre": "干部", "party_member": "党员", "volunteer": "志愿者", "police": "民警", "guard": "保安", "medical": "医护"}


@dataclass(frozen=True)
class People:
    """Persons with a name and a telephone number each, arrays of one length."""

    name: np.ndarray[tuple[int], np.dtype[np.object_]]
    phone: np.ndarray[tuple[int], np.dtype[np.object_]]

    def __getitem__(self, index: slice) -> People:
        return People(self.name[index], self.phone[index])

    def __len__(self) -> int:
        return len(self.name)


def invent(count: int, rng: np.random.Generator) -> People:
    """Return invented persons. No subscriber has a number that begins with 199 0000 and an office may print these."""
    surnames, given = np.array(list(SURNAMES), dtype=object), np.array(list(GIVEN), dtype=object)
    # Common surnames come first and are commoner.
    weight = 1 / (np.arange(len(surnames)) + 6)
    family = rng.choice(surnames, count, p=weight / weight.sum())
    second = np.where(rng.random(count) < 0.72, rng.choice(given, count), "")
    names = family + rng.choice(given, count) + second
    phones = np.array([f"1990000{n % 10000:04d}" for n in range(count)], dtype=object)
    return People(names, phones)


def event_ids(recorded_at: pd.Series, rng: np.random.Generator) -> list[str]:
    """Return a UUIDv7 (RFC 9562) for each event: its time in milliseconds and random bits from the generator."""
    millis = recorded_at.dt.tz_convert("UTC").dt.tz_localize(None).astype("datetime64[ms]").astype("int64").to_numpy()
    low = rng.integers(0, 1 << 62, len(millis)).tolist()
    high = rng.integers(0, 1 << 12, len(millis)).tolist()
    return [str(UUID(int=(t << 80) | (7 << 76) | (a << 64) | (2 << 62) | b)) for t, a, b in zip(millis.tolist(), high, low, strict=True)]
