"""Record linkage: which entries of lists are of one person, and by which comparison.

DuckDB finds the pairs worth looking at, those that agree in a block, and compares them field by field. A table of rules then says of each
pair whether it is one person for sure, or whether somebody must decide; the score, by the model of Fellegi and Sunter (1969), only ranks
them. Weights are given, not trained: the same entries give the same answer, whatever else is in the lists.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa

from errors import N_
from ledgers.lists.normal_forms import address_form, id_form, id_is_valid, name_form, numbers_of, phone_form, places_of

SURE, DOUBTFUL, DIFFERENT = "sure", "doubtful", "different"
# The number of a school or a village office stands in many entries: it tells nobody apart.
NAMES_A_PHONE = 20
# A slip of the pen leaves the first or the last so many characters of an ID number as they are, a swap of two neighbours, too.
HALF = 8
COMPARED = ("id_number", "name", "phone", "address", "birth_date", "sex")
FORMS = ("entry_id", *COMPARED, "id_valid", "id_left", "id_right", "characters", "numbers", "places", "door")


@dataclass(frozen=True)
class Level:
    """One outcome of comparing a field: its name, when it holds, and how likely it is in one person's entries and in two persons'."""

    name: str
    holds: str
    same_person: float
    two_persons: float


@dataclass(frozen=True)
class Rule:
    """What is said of a pair when each field named compares as one of its levels; the first that holds decides."""

    name: str
    verdict: str
    levels: Mapping[str, tuple[str, ...]]


# The first level that holds counts. The likelihoods are rounded from experience with lists of names, and only rank doubtful pairs.
LEVELS: dict[str, tuple[Level, ...]] = {
    "id_number": (
        Level("same", "id_number_l = id_number_r and id_valid_l and id_valid_r", 0.90, 1e-6),
        Level("same_invalid", "id_number_l = id_number_r", 0.02, 1e-6),
        Level("contrary", "id_valid_l and id_valid_r", 0.001, 0.95),
        Level("slip", "damerau_levenshtein(id_number_l, id_number_r) <= 1", 0.05, 1e-5),
        Level("unlike", "", 0.029, 0.05),
    ),
    "name": (
        Level("same", "name_l = name_r", 0.93, 1e-3),
        Level(
            "alike",
            "len(list_intersect(characters_l, characters_r)) >= greatest(2, len(characters_l) - 1, len(characters_r) - 1)",
            0.05,
            5e-3,
        ),
        Level("unlike", "", 0.02, 0.994),
    ),
    "phone": (Level("same", "phone_l = phone_r", 0.7, 1e-4), Level("unlike", "", 0.3, 0.9999)),
    "address": (
        Level("same_door", "door_l = door_r", 0.4, 1e-4),
        Level("same", "address_l = address_r", 0.2, 1e-2),
        Level(
            "alike",
            "numbers_l = numbers_r and len(list_intersect(places_l, places_r)) * 2 >= greatest(1, least(len(places_l), len(places_r)))",
            0.2,
            1e-3,
        ),
        Level("unlike", "", 0.2, 0.98),
    ),
    "birth_date": (Level("same", "birth_date_l = birth_date_r", 0.95, 1e-4), Level("unlike", "", 0.05, 0.9999)),
    "sex": (Level("same", "sex_l = sex_r", 0.99, 0.5), Level("unlike", "", 0.01, 0.5)),
}
_UNSAID = "missing"
# How likely it is that two entries are of one person, before they are compared.
_PRIOR = 1e-4
# Nothing else speaks against it.
_CALM = {"birth_date": ("same", _UNSAID), "sex": ("same", _UNSAID)}
_NO_NUMBER = (_UNSAID, "slip")

RULES = (
    Rule("other_id", DIFFERENT, {"id_number": ("contrary",)}),
    Rule("id", SURE, {"id_number": ("same",), "name": ("same", "alike")}),
    Rule("id_other_name", DOUBTFUL, {"id_number": ("same",)}),
    Rule("id_invalid", SURE, {"id_number": ("same_invalid",), "name": ("same",), **_CALM}),
    Rule("id_invalid_only", DOUBTFUL, {"id_number": ("same_invalid",)}),
    Rule("id_slip", SURE, {"id_number": ("slip",), "name": ("same",), **_CALM}),
    Rule("id_slip_only", DOUBTFUL, {"id_number": ("slip",), "name": ("same",)}),
    Rule("id_slip_phone", DOUBTFUL, {"id_number": ("slip",), "phone": ("same",)}),
    Rule("phone_name", SURE, {"phone": ("same",), "name": ("same",), "id_number": _NO_NUMBER, **_CALM}),
    Rule("phone_name_only", DOUBTFUL, {"phone": ("same",), "name": ("same",)}),
    Rule("name_door", SURE, {"name": ("same",), "address": ("same_door",), "id_number": _NO_NUMBER, **_CALM}),
    Rule("name_birthday", DOUBTFUL, {"name": ("same",), "birth_date": ("same",)}),
    Rule("name_address", DOUBTFUL, {"name": ("same",), "address": ("same_door", "same", "alike"), "birth_date": ("same", _UNSAID)}),
    Rule("phone_like_name", DOUBTFUL, {"phone": ("same",), "name": ("alike",)}),
    Rule("door_like_name", DOUBTFUL, {"address": ("same_door",), "name": ("alike",), "birth_date": ("same", _UNSAID)}),
)
UNLIKE = Rule("nothing", DIFFERENT, {})

# What a rule is called; told with a pair, so that nobody must guess why it is here.
REASONS = {
    "other_id": N_("two valid ID numbers"),
    "id": N_("ID number"),
    "id_other_name": N_("same ID number, other name"),
    "id_invalid": N_("same ID number, though mistyped, and name"),
    "id_invalid_only": N_("same mistyped ID number"),
    "id_slip": N_("one slip in the ID number, same name"),
    "id_slip_only": N_("one slip in the ID number, same name, but birthday or sex differ"),
    "id_slip_phone": N_("one slip in the ID number, same phone"),
    "phone_name": N_("phone and name"),
    "phone_name_only": N_("phone and name, but ID number, birthday or sex differ"),
    "name_door": N_("name and door"),
    "name_birthday": N_("name and birthday"),
    "name_address": N_("name and like address"),
    "phone_like_name": N_("phone and like name"),
    "door_like_name": N_("door and like name"),
    "nothing": N_("nothing in common"),
}
# Every pair that a rule can call sure or doubtful agrees in all columns of one of these.
BLOCKS = (
    *(("id_number",), ("phone",), ("name", "id_left"), ("name", "id_right")),
    *(("name", "birth_date"), ("name", "numbers"), ("name", "address"), ("door",)),
)


def forms(entries: pd.DataFrame) -> pd.DataFrame:
    """Return entries in the forms in which they are compared, sorted by ``entry_id``.

    Parameters
    ----------
    entries
        ``entry_id`` (distinct) and ``name, id_number, phone, address, birth_date, sex``; any may be missing in a row.
    """
    rows = entries.sort_values("entry_id")
    normal: dict[str, Any] = {
        "entry_id": rows["entry_id"].astype("str").to_list(),
        "name": _each(rows["name"], name_form),
        "id_number": _each(rows["id_number"], id_form),
        "phone": _each(rows["phone"], phone_form),
        "address": _each(rows["address"], address_form),
        "birth_date": pd.to_datetime(rows["birth_date"], errors="coerce").dt.strftime("%Y%m%d").to_list(),
        "sex": [sex if sex in ("male", "female") else None for sex in rows["sex"]],
    }
    normal["id_valid"] = [id_is_valid(number) for number in normal["id_number"]]
    normal["id_left"] = [number and number[:HALF] for number in normal["id_number"]]
    normal["id_right"] = [number and number[-HALF:] for number in normal["id_number"]]
    # A valid number says when its holder was born and of which sex.
    carried = zip(normal["id_number"], normal["id_valid"], normal["birth_date"], normal["sex"], strict=True)
    told = [(number[6:14], "male" if int(number[16]) % 2 else "female") if valid else (born, sex) for number, valid, born, sex in carried]
    normal["birth_date"] = [None if pd.isna(born) else born for born, _ in told]
    normal["sex"] = [sex for _, sex in told]
    normal["characters"] = [sorted(set(name or "")) for name in normal["name"]]
    normal["numbers"] = [numbers_of(address) for address in normal["address"]]
    normal["places"] = [places_of(address) for address in normal["address"]]
    # One number may be a villagers' group; two lead to a door.
    normal["door"] = [a if "-" in (n or "") else None for a, n in zip(normal["address"], normal["numbers"], strict=True)]
    frame = pd.DataFrame({name: pd.Series(normal[name], dtype="object") for name in FORMS})
    names = frame.dropna(subset="phone").groupby("phone")["name"].nunique()
    shared = frame["phone"].isin(names.index[names > NAMES_A_PHONE])
    return frame.assign(phone=frame["phone"].where(~shared, None))


def _each(values: pd.Series, form: Callable[[str], str | None]) -> list[str | None]:
    known = {text: form(str(text)) for text in values.dropna().unique()}
    return [known.get(text) for text in values]


def match(normal: pd.DataFrame) -> pd.DataFrame:
    """Return the pairs of entries that are one person, for sure or perhaps; all others are different.

    Parameters
    ----------
    normal
        As :func:`forms` returns them; entries of one list are compared with one another, too.

    Returns
    -------
    DataFrame
        ``left_id < right_id``, ``verdict`` (sure, doubtful), ``rule`` (of :data:`RULES`), ``score`` (0 to 1: the probability that it
        is one person under the given weights) and the level of each field compared; the highest score first.
    """
    compared = _compare(normal)
    rule = decide(compared)
    verdicts = {r.name: r.verdict for r in (*RULES, UNLIKE)}
    pairs = compared.assign(rule=rule, verdict=rule.map(verdicts))
    pairs = pairs[pairs["verdict"] != DIFFERENT].sort_values(["score", "left_id", "right_id"], ascending=[False, True, True])
    return pairs[["left_id", "right_id", "verdict", "rule", "score", *COMPARED]].reset_index(drop=True)


def decide(compared: pd.DataFrame) -> pd.Series:
    """Return the name of the first rule that holds for each pair; ``compared`` has a column of levels for each field."""
    holds = [np.logical_and.reduce([compared[field].isin(levels).to_numpy() for field, levels in rule.levels.items()]) for rule in RULES]
    return pd.Series(np.select(holds, [rule.name for rule in RULES], UNLIKE.name), index=compared.index, dtype="object")


def _compare(normal: pd.DataFrame) -> pd.DataFrame:
    """Return the pairs that agree in a block, with score and levels."""
    # A database of its own, in memory: the ledger's is not touched, and nothing is read or loaded from anywhere.
    with duckdb.connect(config={"autoinstall_known_extensions": False, "autoload_known_extensions": False}) as connection:
        connection.execute("set enable_external_access = false")
        connection.register("form", _table(normal))
        found: pd.DataFrame = connection.execute(_COMPARISON).to_arrow_table().to_pandas()
    odds = np.full(len(found), _PRIOR / (1 - _PRIOR))
    for field, levels in LEVELS.items():
        weights = {level.name: level.same_person / level.two_persons for level in levels}
        odds *= found[field].map({**weights, _UNSAID: 1.0}).to_numpy(dtype="float64")
    found["score"] = np.round(odds / (1 + odds), 6)
    return found


def _table(normal: pd.DataFrame) -> pa.Table:
    lists = {name: pa.list_(pa.string()) for name in ("characters", "places")}
    types = {**dict.fromkeys(FORMS, pa.string()), **lists, "id_valid": pa.bool_()}
    return pa.table({name: pa.array(normal[name].to_list(), types[name]) for name in FORMS})


def _level_of(field: str) -> str:
    """Return the expression that names the level at which a field compares."""
    cases = [f"when {level.holds} then '{level.name}'" for level in LEVELS[field] if level.holds]
    return f"case when {field}_l is null or {field}_r is null then '{_UNSAID}' {' '.join(cases)} else '{LEVELS[field][-1].name}' end"


def _agreeing(columns: tuple[str, ...]) -> str:
    """Return the statement of the pairs of entries that agree in all of some columns."""
    agree = " and ".join(f"l.{column} = r.{column}" for column in columns)
    return _PAIRS.format(agree=agree)


_PAIRS = """
    select l.entry_id as left_id, r.entry_id as right_id
    from form as l
    inner join form as r on {agree} and l.entry_id < r.entry_id
"""
# Made of the tables above alone. Each block is a join of equals, which DuckDB hashes; a pair that agrees in several is one.
_COMPARISON = f"""
with pair as ({" union ".join(_agreeing(columns) for columns in BLOCKS)}),
side as (
    select pair.*, {", ".join(f"{side}.{name} as {name}_{side}" for name in FORMS[1:] for side in "lr")}
    from pair
    inner join form as l on l.entry_id = left_id
    inner join form as r on r.entry_id = right_id
)
select left_id, right_id, {", ".join(f"{_level_of(field)} as {field}" for field in COMPARED)}
from side
"""  # noqa: S608 - no value is in it
