"""The SQL that is the same for every kind of record, written from ``queries.kinds``: names of tables and columns of this program alone.

Values are never written into a statement; they are bound like those of any other.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from queries.columns import Dtype
from queries.kinds import KINDS, TRACE, Kind, Retention, State
from queries.layers import Layer, kept_layers

INDENT = "\n    "
UNION = "\n    union all\n    "


def append(table: str) -> str:
    """Return the statement that appends the rows of the frame ``rows`` to a table, by column name."""
    return f"insert into ledger.{table} by name select * from rows"


def purge(kind: Kind) -> str:
    """Return the statement that removes, or blanks what is personal in, the rows that the frame ``rows`` names.

    >>> print(purge(KINDS["pass_event"]))
    update ledger.pass_event set holder = null where event_id in (select event_id from rows)
    >>> print(purge(KINDS["gate_log"]))
    delete from ledger.gate_log where event_id in (select event_id from rows)
    """
    named = "where event_id in (select event_id from rows)"
    if kind.retention is None:
        raise ValueError(f"nothing in {kind.table} is personal")
    if kind.retention.removed:
        return f"delete from ledger.{kind.table} {named}"
    blanks = ", ".join(f"{column} = {kind.retention.blanked.get(column, 'null')}" for column in kind.personal)
    return f"update ledger.{kind.table} set {blanks} {named}"


# Macros and views of the session


def states() -> list[str]:
    """Return the macros that tell how the subjects of each kind stand: ``person_at(at_moment, known)`` and its like.

    Each returns the columns of the kind, ``event_id, recorded_by, recorded_at, source`` and ``since``.
    """
    return [_state(kind, kind.state) for kind in KINDS.values() if kind.state]


def _state(kind: Kind, state: State) -> str:
    columns = ", ".join((*kind.columns, "event_id", "recorded_by", "recorded_at", "source", "effective_at as since"))
    where = f"\nwhere {state.where}" if state.where else ""
    return (
        f"create or replace macro {state.macro}(at_moment, known) as table\n"
        f"select {columns}\nfrom latest_at('ledger.{kind.table}', {kind.key}, at_moment, known){where}"
    )


def every_event() -> str:
    """Return the view of all records, of whatever kind; of a kind that lacks a column it is null.

    ``event_table``; ``ledger, begins, office`` as the registry has them; ``subject_id``; ``layer, feature_id`` of the feature that it is
    about; ``via_id``, the event by which it has its area; ``area_id``; and what every event has.
    """
    return "create or replace view every_event as\n" + UNION.join(_event(kind) for kind in KINDS.values())


def _event(kind: Kind) -> str:
    said = {
        "event_table": f"'{kind.table}'",
        "ledger": kind.ledger or "null::varchar",
        "begins": str(kind.begins).lower(),
        "office": str(kind.office).lower(),
        "subject_id": kind.key or "null::varchar",
        "layer": kind.layer or "null::varchar",
        "feature_id": kind.feature or "null::varchar",
        "via_id": kind.via[1] if kind.via else "null::varchar",
        "area_id": "area_id" if "area_id" in kind.columns else "null::varchar",
    }
    return f"select {', '.join(f'{sql} as {name}' for name, sql in said.items())}, {', '.join(TRACE)} from ledger.{kind.table}"


# Parts of statements, by the name under which a file of ``queries/`` asks for them


def _told_of_features() -> str:
    return UNION.join(_told(kind, _of_feature(kind)) for kind in KINDS.values() if kind.told and (kind.feature or kind.via))


def _of_feature(kind: Kind) -> str:
    if kind.via:
        table, column = kind.via
        return f"{column} in (select event_id from ledger.{table} where {_of_feature(KINDS[table])})"
    return f"{kind.layer} = $layer and {kind.feature} = $feature"


def _told_of_person() -> str:
    return UNION.join(_told(kind, kind.of_person) for kind in KINDS.values() if kind.of_person)


def _told(kind: Kind, which: str) -> str:
    details = ", ".join(f"'{name}': {column}" for name, column in kind.story.items())
    subject = "subject_id" if "subject_id" in kind.columns else kind.key or next(iter(kind.columns))
    area = "area_id" if "area_id" in kind.columns else "null"
    return (
        f"select '{kind.table}' as event_table, {subject} as subject_id, {area} as area_id, {', '.join(TRACE)},"
        f"{INDENT}    to_json({{{details}}}) as details{INDENT}from ledger.{kind.table}{INDENT}where {which}"
    )


def _mentions() -> str:
    """Return the part that tells when the subjects of kinds were named, by each kind that names them."""
    pairs = ((kind, KINDS[name]) for kind in KINDS.values() for name in kind.mentions)
    return UNION.join(
        f"select '{subject.table}' as table_name, {subject.key} as subject_id, happened_at(effective_at, recorded_at) as moment "
        f"from ledger.{kind.table}"
        for kind, subject in pairs
    )


def _in_force() -> str:
    kinds = (kind for kind in KINDS.values() if kind.retention and kind.retention.in_force)
    return UNION.join(f"select event_id from latest_at('ledger.{kind.table}', {kind.key}, $at, $known_at)" for kind in kinds)


def _past_retention() -> str:
    return UNION.join(_past(kind, kind.retention) for kind in KINDS.values() if kind.retention)


def _past(kind: Kind, kept: Retention) -> str:
    moment = f"happened_at({kept.counts_from}, recorded_at)"
    if kept.last_of:
        subject = KINDS[kept.last_of].key
        moment = f"greatest({moment}, (select moment from last_mention where table_name = '{kept.last_of}' and subject_id = {subject}))"
    conditions = [
        f"{moment} < (select older_than from retention where table_name = '{kind.table}')",
        *(_GUARDS[guard] for guard in kept.guards),
        *(["event_id not in (select event_id from in_force)"] if kept.in_force else []),
        *([] if kept.removed else [_unblanked(kind, kept)]),
    ]
    return f"select '{kind.table}' as table_name, event_id from ledger.{kind.table}{INDENT}where " + f"{INDENT}    and ".join(conditions)


_GUARDS = {
    "person_id": "coalesce(person_id, '') not in (select person_id from open_person)",
    "household_id": "coalesce(household_id, '') not in (select household_id from open_household)",
    "episode_id": "coalesce(episode_id, '') not in (select episode_id from open_episode)",
    "pass": f"{KINDS['pass_event'].key} not in (select subject_id from held_pass)",
}


def _unblanked(kind: Kind, kept: Retention) -> str:
    return "(" + " or ".join(kept.unblanked.get(column, f"{column} is not null") for column in kind.personal) + ")"


def known(layer: str, kind: Kind) -> str:
    """Return the statement whose rows are compared with the rows of a file.

    Parameters
    ----------
    layer : str
        The name under which files of the kind are taken in.
    kind : Kind
        With a state, the statement returns its subjects at a moment; without one, its events in a span.

    Returns
    -------
    str
        SQL.
    """
    columns = [column for column in kind.columns if column != "withdrawn"]
    scope = "($areas is null or list_contains($areas, area_id))"
    if kind.state:
        return (
            f"-- {layer} as they are described at a moment, for rows of a file to be compared with\n"
            f"-- parameters: areas, at, known_at\n"
            f"select {', '.join((*columns, 'since'))}\nfrom {kind.state.macro}($at, $known_at)\nwhere {scope}\norder by {kind.key}"
        )
    return (
        f"-- {layer} of a span, for rows of a file to be compared with\n"
        f"-- parameters: areas, start, until, at, known_at\n"
        f"select {', '.join((*columns, 'effective_at'))}\nfrom events_at('ledger.{kind.table}', $at, $known_at)\n"
        f"where ($start is null or effective_at >= $start) and ($until is null or effective_at <= $until) and {scope}\n"
        f"order by effective_at, event_id"
    )


# How a described column comes out of the attributes of a feature.
_CASTS: dict[Dtype, str] = {"text": "{}", "int": "cast({} as bigint)", "float": "cast({} as double)", "bool": "cast({} as boolean)"}


def _described(layer: Layer) -> str:
    told = {name: _CASTS[column.dtype].format(f"feature.attributes ->> '{name}'") for name, column in layer.own.items()}
    return f",{INDENT}".join(f"{sql} as {name}" for name, sql in told.items())


PARTS: dict[str, Callable[[], str]] = {
    **{f"described_{layer.name}": partial(_described, layer) for layer in kept_layers()},
    "told_of_features": _told_of_features,
    "told_of_person": _told_of_person,
    "mentions": _mentions,
    "in_force": _in_force,
    "past_retention": _past_retention,
}
