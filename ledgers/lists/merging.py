"""Merging what matches: entries that are one person become one cluster, never against what a person has decided or two ID numbers say."""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd

from errors import N_
from ledgers.lists.matching import DOUBTFUL, SURE

# Why a pair still asks for somebody's decision although it is sure.
CONTRADICTED = "contradicted"
CONTRADICTION = N_("sure, but then two valid ID numbers, or two persons told apart, would be one")


@dataclass
class _Group:
    """What is in one cluster so far: its entries, its valid ID numbers, the entries it must never hold."""

    entries: set[str]
    numbers: set[str] = field(default_factory=set)
    apart: set[str] = field(default_factory=set)

    def may_join(self, other: _Group) -> bool:
        """Tell whether the two can be one person."""
        return len(self.numbers | other.numbers) <= 1 and not self.apart & other.entries and not other.apart & self.entries


def merge(normal: pd.DataFrame, pairs: pd.DataFrame, decisions: pd.DataFrame) -> tuple[pd.Series, pd.DataFrame]:
    """Merge entries into persons.

    Pairs decided to be the same are merged first, then sure ones, the best first; merging is transitive. Two clusters stay apart when
    together they would hold two different valid ID numbers, or two entries that were decided to be different.

    Parameters
    ----------
    normal
        As ``matching.forms`` returns them.
    pairs
        As ``matching.match`` returns them.
    decisions
        ``left_id, right_id, same``: what persons have decided, one row a pair; pairs of unknown entries are passed over.

    Returns
    -------
    clusters
        Entry id -> cluster id, which is the smallest of its entries' ids; sorted by entry id.
    open_pairs
        The rows of ``pairs`` that somebody must decide: doubtful ones and those whose merging would contradict (``rule``
        :data:`CONTRADICTED`); of several between the same two clusters the best one.
    """
    numbers = normal["id_number"].where(normal["id_valid"], None)
    groups = {
        entry: _Group({entry}, {number} if isinstance(number, str) else set())
        for entry, number in zip(normal["entry_id"], numbers, strict=True)
    }
    known = decisions[decisions["left_id"].isin(groups) & decisions["right_id"].isin(groups)].sort_values(["left_id", "right_id"])
    for left, right in _ids(known[~known["same"].astype(bool)]):
        groups[left].apart.add(right)
        groups[right].apart.add(left)
    for left, right in _ids(known[known["same"].astype(bool)]):
        _join(groups, left, right)
    refused = [not _join(groups, left, right) for left, right in _ids(pairs[pairs["verdict"] == SURE])]
    clusters = pd.Series({entry: min(group.entries) for entry, group in groups.items()}, dtype="object", name="cluster_id")
    return clusters, _open_pairs(groups, pairs, pairs[pairs["verdict"] == SURE].index[refused])


def _ids(pairs: pd.DataFrame) -> list[tuple[str, str]]:
    return list(zip(pairs["left_id"], pairs["right_id"], strict=True))


def _join(groups: dict[str, _Group], left: str, right: str) -> bool:
    """Make one group of two; return False where they must stay apart."""
    one, other = groups[left], groups[right]
    if one is other:
        return True
    if not one.may_join(other):
        return False
    if len(one.entries) < len(other.entries):
        one, other = other, one
    one.entries |= other.entries
    one.numbers |= other.numbers
    one.apart |= other.apart
    groups.update(dict.fromkeys(other.entries, one))
    return True


def _open_pairs(groups: dict[str, _Group], pairs: pd.DataFrame, refused: pd.Index) -> pd.DataFrame:
    """Return the pairs to decide, one of those between the same two clusters."""
    asked = pairs.assign(rule=pairs["rule"].where(~pairs.index.isin(refused), CONTRADICTED))
    asked = asked[(asked["verdict"] == DOUBTFUL) | pairs.index.isin(refused)]
    kept, seen = [], set()
    for index, left, right in zip(asked.index, asked["left_id"], asked["right_id"], strict=True):
        one, other = groups[left], groups[right]
        # Told apart already, or two ID numbers that both hold: nobody is asked what is known.
        if one is other or one.apart & other.entries or (index not in refused and not one.may_join(other)):
            continue
        ends = frozenset((id(one), id(other)))
        if ends not in seen:
            seen.add(ends)
            kept.append(index)
    return asked.loc[kept].reset_index(drop=True)
