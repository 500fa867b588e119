"""Lists from several offices: taken in, matched with one another and with the person ledger, counted, and linked to persons."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pandas as pd

from errors import InputError, NotFound
from ledgers.lists.matching import forms, match
from ledgers.lists.merging import merge
from ledgers.lists.normal_forms import id_form, id_is_valid
from ledgers.people import persons as followed
from queries.events import Viewer, new_id
from queries.store import Store
from queries.view import View, fact

# What an entry says of a person.
SAID = ("name", "sex", "birth_date", "id_number", "phone", "address", "category", "note")
# The list that the persons of the ledger make; no office can call its list so.
LEDGER = "*"


@dataclass(frozen=True)
class Taken:
    """What became of a list: the events, and how many of the rows read were added or stood there already."""

    event_ids: list[str]
    read: int
    added: int
    duplicate: int


@dataclass(frozen=True)
class Comparison:
    """Entries compared with one another; it depends on nothing else, and holds as long as the entries do."""

    normal: pd.DataFrame
    pairs: pd.DataFrame


@dataclass(frozen=True)
class Persons:
    """Entries merged into persons.

    ``entries`` with ``cluster_id`` and ``id_valid``; the pairs that somebody must decide, the likeliest first; what was decided.
    """

    entries: pd.DataFrame
    open_pairs: pd.DataFrame
    decided: pd.DataFrame


# Entries


def take_in(
    store: Store, viewer: Viewer, rows: pd.DataFrame, *, list_name: str, area_id: str, effective_at: datetime | str | None = None
) -> Taken:
    """Take the rows of an office's list in; what its list says already word for word is not taken twice.

    Parameters
    ----------
    rows
        ``name`` and any of :data:`SAID`; ``birth_date`` holds dates, ``sex`` is male or female. What an office wrote is kept as it
        is: an ID number with a slip helps to find the right one.
    area_id
        The area that the list is about.

    Raises
    ------
    InputError
        When the list has no name, or a row names nobody; nothing is written then.
    NotFound
        When there is no such area in view.
    """
    called = list_name.strip()
    if not called or called == LEDGER:
        raise InputError("Give the list a name: the office that it comes from, say.")
    store.scope(viewer, area_id)
    clean = pd.DataFrame({field: _clean(rows[field]) if field in rows else None for field in SAID}, index=range(len(rows)), dtype="object")
    nameless = clean.index[clean["name"].isna()]
    if len(nameless):
        raise InputError("Row {row} of the list names nobody; give the name, or leave the row out.", row=int(nameless[0]) + 1)
    with store.writing():
        standing = entries(View(store, viewer))
        standing = standing[(standing["list_name"] == called) & (standing["area_id"] == area_id)]
        known = set(_words(standing))
        words = pd.Series(_words(clean), dtype="object")
        new = clean[~words.isin(known).to_numpy() & ~words.duplicated().to_numpy()]
        new = new.assign(
            entry_id=[new_id() for _ in range(len(new))], list_name=called, area_id=area_id, effective_at=store.moment(effective_at)
        )
        event_ids = store.append(viewer, {"list_entry": new.assign(withdrawn=False)}) if len(new) else []
    return Taken(event_ids, len(clean), len(new), len(clean) - len(new))


def _clean(values: pd.Series) -> list[object]:
    stripped = [value.strip() if isinstance(value, str) else value for value in values.astype("object")]
    return [None if pd.isna(value) or value == "" else value for value in stripped]


def _words(rows: pd.DataFrame) -> list[tuple[str, ...]]:
    """Return what each row says, so that two that say the same are equal."""
    columns = [[_word(value) for value in rows[field]] for field in SAID]
    return list(zip(*columns, strict=True))


def _word(value: Any) -> str:
    if pd.isna(value):
        return ""
    return str(value)[:10] if isinstance(value, datetime) else str(value)


@fact(kept=4)
def entries(view: View) -> pd.DataFrame:
    """Return the entries of all lists and the persons of the ledger, whose list is :data:`LEDGER`, by ``entry_id``.

    Of both the whole scope of the viewer is taken: a person stands in the lists of several areas.
    """
    found = view.run("select_list_entries")
    return found.assign(list_name=found["list_name"].where(~found["in_ledger"], LEDGER))


# Matching


def compare(entries: pd.DataFrame) -> Comparison:
    """Compare entries with one another; no other state is looked at."""
    normal = forms(entries)
    return Comparison(normal, match(normal))


def persons(view: View, *, comparison: Comparison | None = None) -> Persons:
    """Return who the entries of all lists are, under the decisions made so far.

    ``comparison`` is that of the same entries, where somebody has kept it.
    """
    found = entries(view)
    known = comparison or compare(found)
    decided = view.run("select_match_decisions")
    clusters, open_pairs = merge(known.normal, known.pairs, decided)
    valid = known.normal.set_index("entry_id")["id_valid"]
    merged = found.assign(cluster_id=found["entry_id"].map(clusters), id_valid=found["entry_id"].map(valid))
    return Persons(merged, open_pairs, decided)


def clusters(view: View) -> pd.DataFrame:
    """Return the entries of all lists with the person that each is: ``cluster_id, entry_id, list_name`` and what the entry says."""
    found = persons(view).entries
    return found[["cluster_id", *(column for column in found if column != "cluster_id")]].sort_values(["cluster_id", "entry_id"])


def decide(
    store: Store, viewer: Viewer, left_id: str, right_id: str, *, same: bool, reason: str = "", score: float | None = None
) -> list[str]:
    """Decide whether two entries are one person; return the event ids, for ``Store.undo``.

    Raises
    ------
    NotFound
        When an entry is not there, or not in view.
    InputError
        When the entries are one and the same, or cannot be one person as both carry a valid ID number of their own.
    """
    left, right = sorted((left_id, right_id))
    with store.writing():
        found = entries(View(store, viewer)).set_index("entry_id")
        for entry in (left, right):
            if entry not in found.index:
                raise NotFound("There is no entry {entry} in the lists here.", entry=repr(entry))
        if left == right:
            raise InputError("Choose two entries; one is always the same as itself.")
        normal = forms(found.loc[[left, right]].reset_index())
        if same and normal["id_valid"].all() and len(set(normal["id_number"])) > 1:
            raise InputError("The two entries have different valid ID numbers and cannot be one person; correct the wrong one first.")
        row = {"left_id": left, "right_id": right, "area_id": found.loc[left, "area_id"], "same": same, "score": score}
        return store.append(viewer, {"match_decision": pd.DataFrame([{**row, "reason": reason.strip() or None}])})


# Totals


def totals(entries: pd.DataFrame) -> pd.DataFrame:
    """Return each list's ``list_name, entries, persons, only_here, in_ledger``: how many persons it names, that no other list names,
    and that the person ledger has; the ledger itself last.

    Parameters
    ----------
    entries
        With ``cluster_id``, as of :class:`Persons`.
    """
    by_list = entries.groupby("list_name")["cluster_id"].agg(entries="size", persons="nunique")
    of_offices = entries[entries["list_name"] != LEDGER]
    lists_a_person = of_offices.groupby("cluster_id")["list_name"].nunique()
    alone = of_offices[of_offices["cluster_id"].isin(lists_a_person.index[lists_a_person == 1])]
    ledger = set(entries.loc[entries["list_name"] == LEDGER, "cluster_id"])
    known = entries[entries["cluster_id"].isin(ledger)]
    counted: pd.DataFrame = by_list.assign(
        only_here=alone.groupby("list_name")["cluster_id"].nunique().reindex(by_list.index, fill_value=0),
        in_ledger=known.groupby("list_name")["cluster_id"].nunique().reindex(by_list.index, fill_value=0),
    ).loc[_ordered(by_list.index)]
    return counted.reset_index()


def overlaps(entries: pd.DataFrame) -> pd.DataFrame:
    """Return how many persons each two lists share, a row and a column a list; of a list with itself, how many it names."""
    if entries.empty:  # a table of nothing has no types to multiply
        return pd.DataFrame()
    there = pd.crosstab(entries["cluster_id"], entries["list_name"]).gt(0).astype("int64")
    there = there[_ordered(there.columns)]
    shared: pd.DataFrame = there.T @ there
    return shared


def _ordered(names: pd.Index) -> list[str]:
    return sorted(names, key=lambda name: (name == LEDGER, name))


def named_by(entries: pd.DataFrame, lists: Sequence[str]) -> pd.DataFrame:
    """Return the entries, in whatever list, of the persons that all of ``lists`` name: what a total is made of."""
    wanted = set(lists)
    there = entries[entries["list_name"].isin(wanted)].groupby("cluster_id")["list_name"].nunique()
    shared = there.index[there == len(wanted)]
    return entries[entries["cluster_id"].isin(shared)].sort_values(["cluster_id", "list_name", "entry_id"]).reset_index(drop=True)


def merged_persons(entries: pd.DataFrame) -> pd.DataFrame:
    """Return one row a person: ``cluster_id, person_id`` (None where the ledger has none), ``lists, entries, area_id``, :data:`SAID`.

    The ledger's word goes first, then an entry with a valid ID number, then who says most; what one leaves out the next fills in.
    """
    length = [sum(len(_word(value)) for value in said) for said in entries[list(SAID)].itertuples(index=False)]
    ranked = entries.assign(length=length, of_office=entries["list_name"].ne(LEDGER)).sort_values(
        ["cluster_id", "of_office", "id_valid", "length", "entry_id"], ascending=[True, True, False, False, True]
    )
    grouped = ranked.groupby("cluster_id", sort=True)
    said = grouped[["area_id", *SAID]].first()
    lists = entries[entries["list_name"] != LEDGER].groupby("cluster_id")["list_name"].agg(lambda names: "; ".join(sorted(set(names))))
    ledger = entries[entries["list_name"] == LEDGER].groupby("cluster_id")["entry_id"].min()
    return said.assign(
        entries=grouped.size(), lists=lists.reindex(said.index).fillna(""), person_id=ledger.reindex(said.index)
    ).reset_index()


# Into the ledger


def enter(store: Store, viewer: Viewer, cluster_id: str, found: Persons, *, area_id: str | None = None) -> list[str]:
    """Make a person of the ledger of a cluster that is none yet; return the event ids, for ``Store.undo``.

    A decision ties the new person to the first entry of the cluster, so that they stay one whatever the lists say later. An ID number
    with a slip is left out: the ledger takes none.

    Parameters
    ----------
    area_id
        The grid to enter the person in; by default the area that the lists give.

    Raises
    ------
    InputError
        When the person is in the ledger already, or the ledger does not take what the lists say, an area with grids under it say.
    NotFound
        When there is no such person in the lists.
    """
    chosen = merged_persons(found.entries[found.entries["cluster_id"] == cluster_id])
    if chosen.empty:
        raise NotFound("There is no entry {entry} in the lists here.", entry=repr(cluster_id))
    said = chosen.iloc[0]
    if not pd.isna(said["person_id"]):
        raise InputError("Choose somebody who is not in the ledger yet.")
    today = store.now().date()
    names = {name: code for code, name in followed.categories_at(store, today).items()}
    known = {name: None if pd.isna(said[name]) else said[name] for name in ("sex", "birth_date", "phone", "address", "note")}
    number = id_form(None if pd.isna(said["id_number"]) else str(said["id_number"]))
    known |= {"id_number": number if id_is_valid(number) else None, "category": names.get(said["category"])}
    with store.writing():
        person_id, events = followed.enter(store, viewer, name=said["name"], area_id=area_id or said["area_id"], **known)
        left, right = sorted((person_id, cluster_id))
        tie = {"left_id": left, "right_id": right, "area_id": said["area_id"], "same": True, "reason": "entered"}
        return [*events, *store.append(viewer, {"match_decision": pd.DataFrame([tie])})]
