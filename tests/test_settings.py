"""The registry of settings: every one has a default that its own check accepts, and is set by name, all or none."""

from __future__ import annotations

import ast
import io
import json
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from datetime import date, timedelta
from pathlib import Path

import pytest

import commands
from errors import InputError
from ledgers.coverage_rules import COVERAGE_RULES, Rules
from ledgers.people import isolation
from ledgers.people.persons import CATEGORIES, categories_at
from ledgers.reports.report_figures import CUTOFF
from ledgers.risk.rules import rules
from ledgers.setting import Setting
from ledgers.upkeep.units import trade_rules
from ledgers.workspace_settings import SETTINGS, in_force, put
from queries.store import LOCAL, Store, open_store
from tests.syntax import parsed
from tests.township import NOW, fill

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path / "w") as opened:
        yield opened


def ask(*arguments: object) -> tuple[int, str, str]:
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = commands.main([*map(str, arguments)])
    return code, out.getvalue(), err.getvalue()


@pytest.mark.parametrize("setting", SETTINGS.values(), ids=list(SETTINGS))
def test_every_default_is_a_value_that_may_be_set(setting: Setting) -> None:
    json.dumps(setting.default)
    checked = setting.checked(json.loads(json.dumps(setting.default)))
    assert checked == json.loads(json.dumps(setting.default))


def test_every_setting_that_is_declared_is_in_the_registry() -> None:
    declared = set()
    for folder in ("ledgers", "briefing", "ui", "data"):
        for path in (ROOT / folder).rglob("*.py"):
            for node in ast.walk(parsed(path)):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Setting":
                    declared.add(ast.literal_eval(node.args[0]))
    assert declared == SETTINGS.keys()


def test_the_command_makes_a_workspace_reads_and_sets(tmp_path: Path) -> None:
    folder = tmp_path / "new"
    code, out, _ = ask("settings", "--workspace", folder, "isolation_days=21", 'title="庆祖镇"', "--json")
    told = json.loads(out)
    assert code == 0 and told.keys() == SETTINGS.keys()
    assert (told["isolation_days"], told["title"], told["cutoff"]) == (21, "庆祖镇", "18:00")
    assert json.loads(ask("settings", "--workspace", folder, "--json")[1]) == told
    assert "isolation_days" in ask("settings", "--workspace", folder)[1]


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ("isolation_days=99", "1 to 60 days"),
        ("isolation_days", "KEY=JSON"),
        ("isolation_days={", "KEY=JSON"),
        ("revision=3", "no setting 'revision'"),
        ('time_zone="Mars/Olympus"', "not a time zone"),
        ('cutoff="at dawn"', "not a cut-off"),
        ("cutoff=18", "not a cut-off"),
        ('cutoff={"dated": [{"from": "soon", "value": "18:00"}]}', "no date of the setting cutoff"),
        ('cutoff={"dated": [{"value": "18:00"}, {"value": "12:00"}]}', "order of their dates"),
        ('cutoff={"dated": []}', "is dated like"),
        ('reading_slots=[["00:00", "12:00"]]', "do not part the day"),
        ('retry_hours={"not_in": 0}', "not_in"),
        ('coverage_rules={"joint_m": 51}', "joint_m"),
        ('coverage_rules={"joint": 5}', "joint"),
        ("coverage_rules=[]", "by name"),
        ('trade_rules={"rules": [{"trade": "超市"}]}', "trade_rules"),
        ('risk_rules={"window_days": 0}', "window_days"),
        ('retention_days={"nobody": 3}', "retention_days"),
        ('screening_rounds=[{"name": "一轮"}]', "screening_rounds"),
        ("report_grace_minutes=-1", "minutes"),
        ("title=3", "no text"),
        ('clock="noon"', "not a time"),
    ],
)
def test_what_cannot_be_used_is_refused_in_one_line_and_nothing_is_set(tmp_path: Path, given: str, why: str) -> None:
    open_store(tmp_path / "w").close()
    code, out, err = ask("settings", "--workspace", tmp_path / "w", 'title="x"', given, "--json")
    assert code == 2 and out == "" and why in err and err.count("\n") == 1
    with open_store(tmp_path / "w") as store:
        assert store.setting("title") is None


def test_a_plain_value_of_a_dated_setting_leaves_the_past_as_it_was(store: Store) -> None:
    fill(store)
    put(store, LOCAL, {"cutoff": "20:00", "coverage_rules": {"attach_m": 150}})
    today = NOW.date()
    assert [CUTOFF.on(store, today + timedelta(days=n)) for n in (0, 1)] == ["18:00", "20:00"]
    assert [Rules.of(store, NOW + timedelta(minutes=n)).attach_m for n in (-1, 0)] == [1000, 150]
    assert in_force(store)["coverage_rules"]["post_m"] == Rules().post_m, "what is not named is as in the default"
    put(store, LOCAL, {"cutoff": {"dated": [{"value": "17:00"}]}})
    assert CUTOFF.on(store, today) == "17:00"


def test_the_command_says_from_when_a_dated_setting_holds(tmp_path: Path) -> None:
    with open_store(tmp_path / "w") as opened:
        fill(opened)
    code, out, err = ask("settings", "--workspace", tmp_path / "w", 'cutoff="20:00"', "isolation_days=21", "--json")
    assert code == 0 and json.loads(out)["cutoff"] == "20:00"
    assert f"{NOW:%Y-%m-%dT%H:%M}" in err and "cutoff" in err and "isolation_days" not in err


def test_without_records_a_plain_value_holds_for_all_time(store: Store) -> None:
    put(store, LOCAL, {"isolation_days": 21})
    put(store, LOCAL, {"cutoff": "20:00"})
    assert CUTOFF.on(store, date(2019, 1, 1)) == "20:00"
    assert isolation.ISOLATION_DAYS.on(store) == 21


def test_lists_as_version_0_1_0_kept_them_are_read(store: Store) -> None:
    strict = {"trade": "超市", "rule": "每日检查", "check_days": 1, "disinfection_hours": 12}
    later = {"window_days": 7, "threshold": 10, "source": "省"}
    store.set_settings(
        LOCAL,
        {
            "trade_rules": [{"from": "2020-02-11", "rules": [strict]}, {"from": "2020-01-01", "rules": []}],
            "person_categories": [{"from": "2020-02-05", "source": "乙", "categories": [{"code": "four", "name": "四类人员"}]}],
            "risk_rules": [{"from": "2020-02-17", **later}],
        },
    )
    assert trade_rules(store, date(2020, 2, 10)) == {} and set(trade_rules(store, date(2020, 2, 11))) == {"超市"}
    assert categories_at(store, date(2020, 1, 1)) == {"four": "四类人员"} and len(CATEGORIES.orders(store)) == 1
    assert [(rule.since, rule.window_days) for rule in rules(store)] == [(date(2020, 2, 17), 7)]


def test_a_date_that_is_none_in_a_workspace_is_told(store: Store) -> None:
    store.set_settings(LOCAL, {"coverage_rules": {"dated": [{"from": "x", "value": {}}]}})
    with pytest.raises(InputError, match="coverage_rules"):
        COVERAGE_RULES.on(store)
