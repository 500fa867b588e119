"""Matching: against every pair compared by hand, and against lists of which the truth is known."""

from __future__ import annotations

import itertools
from pathlib import Path
from random import Random

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from made_lists import FIELDS, made_entry, made_lists, made_person

from ledgers.lists.matching import COMPARED, DIFFERENT, DOUBTFUL, REASONS, RULES, SURE, decide, forms, match
from ledgers.lists.merging import CONTRADICTED, merge

NOTHING = pd.DataFrame({"left_id": [], "right_id": [], "same": []}, dtype="object")


def entries(*rows: dict[str, object]) -> pd.DataFrame:
    frame = pd.DataFrame(list(rows), columns=FIELDS, dtype="object")
    return frame.assign(entry_id=[row.get("entry_id", f"e{n}") for n, row in enumerate(rows)], list_name="名单")


# The same by hand, for one pair, in plain Python


def slips(a: str, b: str) -> int:
    """Return the Damerau-Levenshtein distance with adjacent swaps, up to 2."""
    if a == b:
        return 0
    if len(a) == len(b):
        wrong = [i for i in range(len(a)) if a[i] != b[i]]
        swap = len(wrong) == 2 and wrong[1] == wrong[0] + 1 and a[wrong[0]] == b[wrong[1]] and a[wrong[1]] == b[wrong[0]]
        return 1 if len(wrong) == 1 or swap else 2
    short, long = sorted((a, b), key=len)
    return 1 if len(long) == len(short) + 1 and any(long[:i] + long[i + 1 :] == short for i in range(len(long))) else 2


def level(field: str, a: dict[str, object], b: dict[str, object]) -> str:
    x, y = a[field], b[field]
    if x is None or y is None:
        return "missing"
    if field == "id_number":
        if x == y:
            return "same" if a["id_valid"] else "same_invalid"
        if a["id_valid"] and b["id_valid"]:
            return "contrary"
        return "slip" if slips(str(x), str(y)) == 1 else "unlike"
    if field == "address":
        if a["door"] is not None and a["door"] == b["door"]:
            return "same_door"
        if x != y and a["numbers"] is not None and a["numbers"] == b["numbers"]:
            shared = len(set(a["places"]) & set(b["places"]))
            return "alike" if shared * 2 >= max(1, min(len(a["places"]), len(b["places"]))) else "unlike"
        return "same" if x == y else "unlike"
    if field == "name" and x != y:
        shared = len(set(a["characters"]) & set(b["characters"]))
        return "alike" if shared >= max(2, len(a["characters"]) - 1, len(b["characters"]) - 1) else "unlike"
    return "same" if x == y else "unlike"


def brute(normal: pd.DataFrame) -> dict[tuple[str, str], str]:
    """Return the rule of each pair that is not different, every pair compared."""
    rows = normal.to_dict("records")
    pairs = list(itertools.combinations(sorted(rows, key=lambda row: row["entry_id"]), 2))
    levels = pd.DataFrame([{field: level(field, a, b) for field in COMPARED} for a, b in pairs], columns=list(COMPARED))
    verdicts = {rule.name: rule.verdict for rule in RULES}
    found = {(a["entry_id"], b["entry_id"]): rule for (a, b), rule in zip(pairs, decide(levels), strict=True)}
    return {pair: rule for pair, rule in found.items() if verdicts.get(rule, DIFFERENT) != DIFFERENT}


def found(normal: pd.DataFrame) -> dict[tuple[str, str], str]:
    pairs = match(normal)
    return {(left, right): rule for left, right, rule in zip(pairs["left_id"], pairs["right_id"], pairs["rule"], strict=True)}


@settings(max_examples=12, suppress_health_check=[HealthCheck.too_slow])
@given(seed=st.integers(0, 10_000))
def test_blocking_loses_no_pair(seed: int) -> None:
    random = Random(seed)
    # Few persons, many entries, parts of one in the other: families with one phone and door, names that differ in one character.
    people = [made_person(random) for _ in range(6)]
    for one, other in itertools.pairwise(people):
        if random.random() < 0.5:
            other["phone"] = one["phone"]
        if random.random() < 0.5:
            other["address"] = one["address"]
        if random.random() < 0.5:
            other["name"] = one["name"][:2] + other["name"][-1]
        if random.random() < 0.3:
            other["birth_date"] = one["birth_date"]
    rows = [made_entry(random, random.choice(people)) for _ in range(40)]
    for row in rows:
        if random.random() < 0.3:
            row["id_number"] = None
        if random.random() < 0.2:
            row["address"] = random.choice(["朝阳村", "朝阳村五组", "朝阳村5组"])
    normal = forms(entries(*rows))
    assert found(normal) == brute(normal)


@settings(max_examples=5)
@given(seed=st.integers(0, 10_000))
def test_the_order_of_rows_does_not_matter(seed: int) -> None:
    listed, _ = made_lists(60, seed=seed)
    one = forms(listed)
    other = forms(listed.sample(frac=1, random_state=seed))
    pd.testing.assert_frame_equal(match(one), match(other))
    pairs = match(one)
    pd.testing.assert_series_equal(merge(one, pairs, NOTHING)[0], merge(other, pairs, NOTHING)[0])


# Cases on both sides of each rule

ID, OTHER_ID = "99999919620304128X", "999999197005060011"
BASE = {"name": "王建国", "id_number": ID, "phone": "19900001234", "address": "白茶社区3栋2单元402"}


def verdict(left: dict[str, object], right: dict[str, object]) -> tuple[str, str]:
    pairs = match(forms(entries(left, right)))
    return ("nothing", DIFFERENT) if pairs.empty else (pairs["rule"].iloc[0], pairs["verdict"].iloc[0])


def test_the_numbers_used_here_are_what_they_are_said_to_be() -> None:
    assert list(forms(entries({"name": "甲", "id_number": ID}, {"name": "乙", "id_number": OTHER_ID}))["id_valid"]) == [True, True]


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        ({"id_number": ID}, {"id_number": f" {ID[:6]} {ID[6:14]} {ID[14:].lower()}"}, ("id", SURE)),
        ({"id_number": ID}, {"id_number": ID, "name": "李秀英"}, ("id_other_name", DOUBTFUL)),
        ({"id_number": ID, "phone": "19900001234"}, {"id_number": OTHER_ID, "phone": "19900001234"}, ("nothing", DIFFERENT)),
        ({"id_number": ID}, {"id_number": "99999919620304138X"}, ("id_slip", SURE)),
        ({"id_number": ID}, {"id_number": "99999919620304139X"}, ("nothing", DIFFERENT)),
        ({"id_number": ID}, {"id_number": "9999991962030412X8"}, ("id_slip", SURE)),  # two swapped
        ({"id_number": ID}, {"id_number": "9999991962030418X"}, ("id_slip", SURE)),  # one left out
        ({"id_number": ID}, {"id_number": "99999919620304138X", "name": "李秀英"}, ("nothing", DIFFERENT)),
        (
            {"id_number": ID, "phone": "19900001234"},
            {"id_number": "99999919620304138X", "name": "李秀英", "phone": "19900001234"},
            ("id_slip_phone", DOUBTFUL),
        ),
        ({"id_number": "99999919620304138X"}, {"id_number": "99999919620304138X"}, ("id_invalid", SURE)),
        ({"id_number": "99999919620304138X"}, {"id_number": "99999919620304138X", "name": "李秀英"}, ("id_invalid_only", DOUBTFUL)),
        ({"phone": "19900001234"}, {"phone": "+86 199-0000-1234"}, ("phone_name", SURE)),
        ({"phone": "19900001234"}, {"phone": "19900001234", "name": "李秀英"}, ("nothing", DIFFERENT)),
        ({"phone": "19900001234"}, {"phone": "19900001234", "name": "王建囯"}, ("phone_like_name", DOUBTFUL)),
        ({"phone": "19900001234", "name": "王三"}, {"phone": "19900001234", "name": "王四"}, ("nothing", DIFFERENT)),
        ({"phone": "19900001234", "sex": "male"}, {"phone": "19900001234", "sex": "female"}, ("phone_name_only", DOUBTFUL)),
        ({"address": "白茶社区3栋2单元402"}, {"address": "白茶社区三号楼２－４０２室"}, ("name_door", SURE)),
        ({"address": "白茶社区3栋2单元402"}, {"address": "青禾镇白茶社区3幢2单元402"}, ("name_address", DOUBTFUL)),
        ({"address": "白茶社区3栋2单元402"}, {"address": "祥和新城3栋2单元402"}, ("nothing", DIFFERENT)),
        ({"address": "白茶社区3栋2单元402"}, {"address": "白茶社区3栋2单元403"}, ("nothing", DIFFERENT)),
        ({"address": "白茶社区3栋2单元402"}, {"address": "白茶社区3栋2单元402", "name": "王建军"}, ("door_like_name", DOUBTFUL)),
        ({"address": "朝阳村"}, {"address": "朝阳村"}, ("name_address", DOUBTFUL)),
        (
            {"address": "朝阳村", "birth_date": "1962-03-04"},
            {"address": "朝阳村", "birth_date": "1970-05-06"},
            ("nothing", DIFFERENT),
        ),
        ({"birth_date": "1962-03-04"}, {"birth_date": "1962-03-04"}, ("name_birthday", DOUBTFUL)),
        ({"id_number": ID}, {"birth_date": "1962-03-04"}, ("name_birthday", DOUBTFUL)),  # the number says when
        ({}, {}, ("nothing", DIFFERENT)),
    ],
)
def test_each_rule(left: dict[str, object], right: dict[str, object], expected: tuple[str, str]) -> None:
    assert verdict({"name": "王建国", **left}, {"name": "王建国", **right}) == expected


def test_every_rule_is_explained() -> None:
    assert {rule.name for rule in RULES} <= REASONS.keys()


def test_the_number_of_an_office_is_nobodys_own() -> None:
    rows = [{"name": f"王{chr(0x4E00 + n)}国", "phone": "03721234567"} for n in range(21)]
    assert match(forms(entries(*rows, rows[0]))).empty
    assert len(match(forms(entries(*rows[:20], rows[0])))) > 0


# Merging


def pairs(*rows: tuple[str, str, str]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["left_id", "right_id", "verdict"])
    return frame.assign(rule="phone_name", score=np.linspace(0.99, 0.5, len(frame)))


def decisions(*rows: tuple[str, str, bool]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["left_id", "right_id", "same"])


def test_merging_is_transitive_but_for_contradictions() -> None:
    normal = forms(entries({"name": "甲", "id_number": ID}, {"name": "甲"}, {"name": "甲"}, {"name": "甲", "id_number": OTHER_ID}))
    chain = pairs(("e0", "e1", SURE), ("e1", "e2", SURE), ("e2", "e3", SURE))
    clusters, asked = merge(normal, chain, NOTHING)
    assert clusters.to_dict() == {"e0": "e0", "e1": "e0", "e2": "e0", "e3": "e3"}
    assert list(asked[["left_id", "right_id", "rule"]].itertuples(index=False, name=None)) == [("e2", "e3", CONTRADICTED)]


def test_what_was_decided_goes_before_what_was_computed() -> None:
    normal = forms(entries(*({"name": "甲"} for _ in range(4))))
    known = pairs(("e0", "e1", SURE), ("e1", "e2", DOUBTFUL), ("e0", "e2", DOUBTFUL), ("e2", "e3", DOUBTFUL))
    clusters, asked = merge(normal, known, NOTHING)
    assert clusters.to_dict() == {"e0": "e0", "e1": "e0", "e2": "e2", "e3": "e3"}
    # e0 and e1 are one: whether e2 is the same is asked once.
    assert list(asked["left_id"]) == ["e1", "e2"]
    clusters, asked = merge(normal, known, decisions(("e0", "e1", False), ("e1", "e2", True)))
    assert clusters.to_dict() == {"e0": "e0", "e1": "e1", "e2": "e1", "e3": "e3"}
    assert list(asked["left_id"]) == ["e2"]
    clusters, asked = merge(normal, known, decisions(("e1", "e2", False), ("e2", "e3", False)))
    assert asked.empty


@settings(max_examples=40)
@given(data=st.data())
def test_no_cluster_ever_contradicts(data: st.DataObject) -> None:
    n = data.draw(st.integers(2, 9))
    ids = [ID, OTHER_ID, None]
    normal = forms(entries(*({"name": "甲", "id_number": data.draw(st.sampled_from(ids))} for _ in range(n))))
    two = st.tuples(st.integers(0, n - 1), st.integers(0, n - 1)).filter(lambda ab: ab[0] < ab[1])
    known = data.draw(st.lists(st.tuples(two, st.sampled_from([SURE, DOUBTFUL])), unique_by=lambda x: x[0], max_size=15))
    told = data.draw(st.lists(st.tuples(two, st.booleans()), unique_by=lambda x: x[0], max_size=5))
    numbers = dict(zip(normal["entry_id"], normal["id_number"], strict=True))
    told = [((a, b), same) for (a, b), same in told if not same or None in (numbers[f"e{a}"], numbers[f"e{b}"]) or a == b]
    clusters, asked = merge(
        normal, pairs(*((f"e{a}", f"e{b}", v) for (a, b), v in known)), decisions(*((f"e{a}", f"e{b}", s) for (a, b), s in told))
    )
    held = normal.assign(cluster=normal["entry_id"].map(clusters)).dropna(subset="id_number")
    assert held.groupby("cluster")["id_number"].nunique().le(1).all()
    for (a, b), same in told:
        assert same or clusters[f"e{a}"] != clusters[f"e{b}"]
    # Whoever is asked about is not merged, and nobody is asked the same twice.
    ends = [frozenset((clusters[left], clusters[right])) for left, right in zip(asked["left_id"], asked["right_id"], strict=True)]
    assert all(len(pair) == 2 for pair in ends) and len(ends) == len(set(ends))
    # All that is sure and does not contradict is merged.
    for (a, b), v in known:
        assert v != SURE or clusters[f"e{a}"] == clusters[f"e{b}"] or frozenset((clusters[f"e{a}"], clusters[f"e{b}"])) in [*ends] or told


# Against the truth


def test_lists_that_overlap_are_untangled() -> None:
    listed, truth = made_lists(1500, seed=7)
    normal = forms(listed)
    known = match(normal)
    right = truth[known["left_id"]].to_numpy() == truth[known["right_id"]].to_numpy()
    sure = (known["verdict"] == SURE).to_numpy()
    clusters, asked = merge(normal, known, NOTHING)
    told = pd.DataFrame({"cluster": clusters, "person": truth.reindex(clusters.index)})
    possible, made, hit = (_pairs_in(told.groupby(by).size()) for by in ("person", "cluster", ["cluster", "person"]))
    precision, recall = hit / made, hit / possible
    answers = asked.assign(same=truth[asked["left_id"]].to_numpy() == truth[asked["right_id"]].to_numpy())
    after, left = merge(normal, known, answers)
    told = told.assign(cluster=after)
    recall_decided = _pairs_in(told.groupby(["cluster", "person"]).size()) / possible
    print(f"sure pairs right {right[sure].mean():.4f}; merged: precision {precision:.4f}, recall {recall:.3f};", end=" ")
    print(f"{len(asked)} asked of {len(listed)} entries; with the answers: recall {recall_decided:.3f}")
    assert right[sure].all() and precision == 1
    assert recall > 0.88 and recall_decided > 0.95
    assert len(asked) < len(listed) / 10
    assert len(left) < len(asked)


def _pairs_in(sizes: pd.Series) -> int:
    return int((sizes * (sizes - 1) // 2).sum())


def test_real_places_listed_more_than_once(test_data: Path) -> None:
    """The places of 2020 as one table lists them: what stands there twice under one name and place is found, at size."""
    table = pd.read_csv(test_data / "tables" / "covid_places_2020_amap_gb18030.csv", encoding="gb18030", dtype="str")
    listed = pd.DataFrame({"name": table["poi_name"], "address": table["source"]}).reindex(columns=FIELDS)
    listed = listed.assign(entry_id=[f"e{n:06}" for n in range(len(listed))])
    listed = listed.loc[listed["name"].notna()].head(20_000)
    normal = forms(listed)
    pairs_found = match(normal)
    # By hand: equal in normal name and address, whatever the numbers are.
    again = normal.dropna(subset=["name", "address"]).groupby(["name", "address"]).size()
    print(f"{len(listed)} places, {len(pairs_found)} pairs, {int((again > 1).sum())} listed again")
    assert _pairs_in(again) > 0
    equal = pairs_found[pairs_found["name"].eq("same") & pairs_found["address"].isin(["same", "same_door"])]
    assert len(equal) == _pairs_in(again)
