"""Personal data: what the registry of kinds calls personal is masked in lists, and opening it leaves a trace."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from errors import AccessDenied, InputError, NotFound
from ledgers.people import id_numbers, privacy
from ledgers.people.privacy import HIDDEN, mask_id_number, mask_name, mask_phone, masked
from queries.store import LOCAL, Store, Viewer
from queries.view import View
from tests.township import at, township


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with township(tmp_path / "w") as opened:
        opened.append(
            LOCAL,
            {
                "person_event": pd.DataFrame(
                    {
                        "person_id": ["p1", "p2"],
                        "area_id": ["a", "b"],
                        "name": ["欧阳小明", None],
                        "birth_date": [date(1962, 3, 4), None],
                        "id_number": ["99999919620304123X", None],
                        "phone": ["19900001234", None],
                        "address": ["东街 3 号", None],
                        "effective_at": at(5),
                    }
                )
            },
        )
        yield opened


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("张三", "张*"),
        ("欧阳", "欧*"),
        ("欧阳锋", "欧阳*"),
        ("諸葛孔明", "諸葛**"),
        ("王", "*"),
        ("O'Neil", "O***"),
        ("", ""),
        ("李 四", "李 *"),
    ],
)
def test_a_masked_name_leaves_the_surname(name: str, told: str) -> None:
    assert mask_name(name) == told


@given(st.text(alphabet="张欧阳·abc 三", min_size=1, max_size=12))
def test_a_mask_hides_all_but_the_surname_or_initials(name: str) -> None:
    told = mask_name(name)
    shown = [c for c in told if c not in "* ·"]
    assert len(shown) <= max(2, len(name.split()))
    assert len(name.strip().replace("·", "")) < 2 or told != name.strip()


@given(st.text(alphabet="0123456789 -", max_size=20))
def test_a_masked_phone_shows_seven_digits_at_most(phone: str) -> None:
    told = mask_phone(phone)
    digits = sum(c.isdigit() for c in phone)
    assert sum(c.isdigit() for c in told) <= min(7, max(digits - 3, 0))


def test_a_masked_id_number_hides_the_birthday() -> None:
    assert mask_id_number("42010619620304123X") == "420***********123X"
    assert "1234" not in mask_id_number("E123456")


def test_a_list_is_masked_as_the_registry_says(store: Store) -> None:
    people = pd.DataFrame(
        {
            "person_id": ["p1", "p2"],
            "name": ["欧阳小明", None],
            "birth_date": [date(1962, 3, 4), None],
            "id_number": ["99999919620304123X", None],
            "phone": ["19900001234", None],
            "address": ["东街 3 号", None],
            "temperature": [37.5, None],
        }
    )
    told = masked(store, ("person_event", "reading"), people)
    assert told.loc[0].tolist() == ["p1", "欧阳**", "1962", "999***********123X", "199****1234", HIDDEN, 37.5]
    assert told.loc[1].drop("person_id").isna().all()
    assert people.loc[0, "name"] == "欧阳小明"


def test_every_personal_column_has_a_mask_or_is_one_that_lists_show(store: Store) -> None:
    kinds = {kind for columns in privacy.sensitivity(store).values() for kind in columns.values()}
    assert kinds == {*privacy.MASKS, *privacy.SHOWN}
    assert not privacy.MASKS.keys() & set(privacy.SHOWN)
    assert privacy.sensitivity(store)["person_event"]["name"] == "name"


def test_opening_is_recorded_with_its_purpose(store: Store) -> None:
    clerk = Viewer("clerk", "local", frozenset({"a"}))
    privacy.disclose(store, clerk, "person_event", ["p1"], purpose=" tracing ")
    (row,) = privacy.disclosures(View(store, LOCAL), subject="p1").to_dict("records")
    assert (row["recorded_by"], row["purpose"], row["area_id"]) == ("clerk", "tracing", "a")
    with pytest.raises(InputError):
        privacy.disclose(store, clerk, "person_event", ["p1"], purpose=" ")
    for wrong in ("p2", "nobody"):
        with pytest.raises(NotFound):
            privacy.disclose(store, clerk, "person_event", ["p1", wrong], purpose="tracing")
    with pytest.raises(AccessDenied):
        privacy.disclose(store, Viewer("guest", "reader"), "person_event", ["p1"], purpose="tracing")
    assert len(privacy.disclosures(View(store, LOCAL))) == 1


def test_an_opening_cannot_be_undone(store: Store) -> None:
    events = privacy.disclose(store, LOCAL, "person_event", ["p1"], purpose="tracing")
    store.undo(LOCAL, events)
    assert len(privacy.disclosures(View(store, LOCAL), subject="p1")) == 1


# ID numbers


def test_known_id_numbers() -> None:
    # The worked examples of GB 11643-1999.
    assert id_numbers.check("11010519491231002X") == (date(1949, 12, 31), "female")
    assert id_numbers.check(" 440524 18800101 0014 ") == (date(1880, 1, 1), "male")
    assert id_numbers.check("１１０１０５１９４９１２３１００２ｘ") == (date(1949, 12, 31), "female")


@pytest.mark.parametrize(
    "wrong", ["", "110105194912310021", "1101051949123100", "11010519490230002X", "1101051949123100AX", "1.1010519491231E17"]
)
def test_wrong_id_numbers_are_refused(wrong: str) -> None:
    with pytest.raises(InputError):
        id_numbers.check(wrong)


@given(st.dates(date(1900, 1, 1), date(2020, 2, 12)), st.integers(0, 999), st.integers(0, 16), st.integers(1, 9))
def test_one_wrong_digit_is_always_found(born: date, sequence: int, place: int, by: int) -> None:
    first = f"999999{born:%Y%m%d}{sequence:03}"
    number = first + id_numbers.check_character(first)
    assert id_numbers.check(number) == (born, "male" if sequence % 2 else "female")
    wrong = number[:place] + str((int(number[place]) + by) % 10) + number[place + 1 :]
    with pytest.raises(InputError):
        id_numbers.check(wrong)
