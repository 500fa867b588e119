"""The kinds of record: one entry for each event table, and everything that a table of its own would otherwise be written out for.

A new kind is an entry here and a migration that creates its table. From the entry come its insert and its purge, its state at a moment, its
place in every statement that reads all records, what of it is personal and for how long it is kept (``queries.generated``).
The comments that migrations put on columns are history: what is personal is said here alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from errors import N_

# What every event has besides the columns of its kind.
TRACE = ("event_id", "effective_at", "recorded_at", "recorded_by", "source", "batch_id")


@dataclass(frozen=True)
class State:
    """The macro that tells how each subject of a kind stands at a moment; ``where`` (SQL) leaves out the subjects that are no more."""

    macro: str
    where: str = ""


@dataclass(frozen=True)
class Files:
    """How workbooks of a kind are taken in and written.

    Attributes
    ----------
    layer
        The name under which they are taken in.
    title
        What pages call it, in English.
    keys
        What tells one event from another, for kinds of which each row of a file is an event; the first names what it is of.
    fact
        The figure that may not be another one where the keys are the same.
    statement
        What returns those that are known, where it is not ``select_known_LAYER``.
    """

    layer: str
    title: str
    keys: tuple[str, ...] = ()
    fact: str = ""
    statement: str = ""

    @property
    def known(self) -> str:
        """Return the name of the statement of those that are known, with which rows are compared and which an export writes."""
        return self.statement or f"select_known_{self.layer}"


@dataclass(frozen=True)
class Retention:
    """For how long what is personal in a kind is kept, and what keeps it longer.

    Attributes
    ----------
    days
        How many days, unless the setting ``retention_days`` says otherwise.
    counts_from
        The column of the moment that the days are counted from.
    last_of
        The kind whose subject it belongs to: the days are counted from the last event that names that subject.
    guards
        Columns that keep a row: ``person_id``, ``household_id`` and ``episode_id`` as long as the person is isolated, ``pass`` as long as
        the pass is held.
    in_force
        Whether the last row of a subject stays, however old it is.
    removed
        Whether the row goes altogether; otherwise its personal columns are blanked and the rest stays.
    blanked
        What is left of a column instead of nothing: column -> SQL.
    unblanked
        How a column tells that it has not been blanked, where that is not that it holds something: column -> SQL.
    """

    days: int
    counts_from: str = "effective_at"
    last_of: str = ""
    guards: tuple[str, ...] = ()
    in_force: bool = False
    removed: bool = False
    blanked: Mapping[str, str] = field(default_factory=dict)
    unblanked: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Kind:
    """One kind of record.

    Attributes
    ----------
    table
        The event table.
    fields
        The table's own columns in their order; ``name:phone`` is a personal one (``ledgers.people.privacy`` says what lists do with each
        sort).
    title
        What one record is called where stories and lists name it, in English.
    key
        What tells its subjects apart: a column, or SQL of one text.
    state
        How its subjects stand at a moment, where that is a plain question.
    layer, feature
        The feature of the map that a record is about: its layer (a name in quotes, or the column that holds it) and the column of its id.
    via
        The table of the event by which a record has its feature and its area, and the column that names that event.
    mentions
        The kinds of whose subjects a record counts as the last word (``Retention.last_of``).
    retention
        None where nothing of it is personal.
    files
        How workbooks of it are taken in; None where none are.
    of_person
        Which of its rows are told in the story of a person (SQL; see ``queries/people/select_person_events.sql``).
    told
        The columns that a story tells; ``reason=note`` is a column under another name.
    words
        What a story calls its columns, in English, besides those that kinds have in common.
    ledger
        In which ledger a record is entered (SQL of a name, or null): a ledger with an entry can be counted, and its zero is a count.
    begins
        Whether a record says that areas, posts, people or upkeep are being recorded.
    office
        Whether it tells of the work with the records (briefings, disclosures, purges) and not of what they are about.
    """

    table: str
    fields: str
    title: str = ""
    key: str = ""
    state: State | None = None
    layer: str = ""
    feature: str = ""
    via: tuple[str, str] | None = None
    mentions: tuple[str, ...] = ()
    retention: Retention | None = None
    files: Files | None = None
    of_person: str = ""
    told: str = ""
    words: Mapping[str, str] = field(default_factory=dict)
    ledger: str = ""
    begins: bool = False
    office: bool = False

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """Return the table's own columns."""
        return tuple(part.partition(":")[0] for part in self.fields.split())

    @cached_property
    def personal(self) -> dict[str, str]:
        """Return the personal columns and the sort of each."""
        pairs = (part.partition(":") for part in self.fields.split())
        return {column: sort for column, _, sort in pairs if sort}

    @cached_property
    def story(self) -> dict[str, str]:
        """Return what a story tells: the name it has there -> the column."""
        pairs = (part.partition("=") for part in self.told.split())
        return {name: column or name for name, _, column in pairs}


_OF_PERSON = "person_id = $person_id"
_OF_EPISODE = "episode_id in (select episode_id from episode)"

_KINDS = (
    Kind(
        "feature_event",
        "layer feature_id name geometry attributes withdrawn",
        title=N_("Described"),
        layer="layer",
        feature="feature_id",
        told="name withdrawn attributes",
    ),
    Kind(
        "entrance_event",
        "entrance_id mode timetable egress key_holder:staff ordered_by reason:remark expires_at sign_in_kept barrier patrol_minutes",
        key="entrance_id",
        layer="'entrances'",
        feature="entrance_id",
        retention=Retention(365, in_force=True),
        told="mode timetable egress key_holder expires_at barrier patrol_minutes ordered_by reason",
        begins=True,
    ),
    Kind(
        "checkpoint_event",
        "checkpoint_id kind active sign_in_kept ordered_by reason:remark barrier patrol_minutes",
        key="checkpoint_id",
        layer="'checkpoints'",
        feature="checkpoint_id",
        retention=Retention(365, in_force=True),
        told="kind active barrier patrol_minutes ordered_by reason",
        begins=True,
    ),
    Kind(
        "area_event",
        "area_id status responsible:staff phone:staff ordered_by reason:remark",
        title=N_("Area status"),
        key="area_id",
        layer="'areas'",
        feature="area_id",
        retention=Retention(365, in_force=True),
        told="status responsible phone ordered_by reason",
        begins=True,
    ),
    Kind(
        "duty_shift",
        "subject_layer subject_id person:staff phone:staff force starts_at ends_at",
        title=N_("On duty"),
        layer="subject_layer",
        feature="subject_id",
        retention=Retention(365, counts_from="ends_at"),
        told="person phone force starts_at ends_at",
    ),
    Kind(
        "sign_in",
        "shift_id person:staff note:remark",
        title=N_("Signed in"),
        via=("duty_shift", "shift_id"),
        retention=Retention(365),
        told="person reason=note",
    ),
    Kind(
        "pass_event",
        "area_id action pass_no holder:name quantity",
        key="concat_ws(' ', area_id, coalesce(pass_no, event_id))",
        mentions=("pass_event",),
        retention=Retention(180, last_of="pass_event", guards=("pass",)),
        ledger="'passes'",
        begins=True,
    ),
    Kind(
        "gate_log",
        "entrance_id person:name pass_no temperature:health direction decision plate:text note:text",
        layer="'entrances'",
        feature="entrance_id",
        retention=Retention(30, removed=True),
    ),
    Kind(
        "mark",
        "layer feature_id lon lat status note:remark area_id",
        title=N_("Marked"),
        key="concat_ws(' ', layer, coalesce(feature_id, concat_ws(' ', lon, lat)))",
        layer="layer",
        feature="feature_id",
        retention=Retention(365, in_force=True),
        told="status reason=note",
    ),
    Kind(
        "road_edit",
        "action edit_id lon_a lat_a lon_b lat_b mode note:remark area_id",
        key="edit_id",
        state=State("road_edit_at", "action <> 'restore'"),
        retention=Retention(365, in_force=True),
    ),
    Kind(
        "entry_point",
        "entry_id name kind lon lat active note:remark area_id",
        key="entry_id",
        state=State("entry_point_at", "coalesce(active, true)"),
        retention=Retention(365, in_force=True),
    ),
    Kind(
        "entrance_declaration",
        "subject_layer subject_id complete note:remark area_id",
        key="concat_ws(' ', subject_layer, subject_id)",
        state=State("entrance_declaration_at"),
        layer="subject_layer",
        feature="subject_id",
        retention=Retention(365, in_force=True),
    ),
    Kind(
        "person_event",
        "person_id household_id unit_id area_id name:name sex birth_date:date id_number:id_number phone:phone address:address category "
        "arrived_from:text arrived_on note:text withdrawn",
        title=N_("Person"),
        key="person_id",
        state=State("person_at", "not coalesce(withdrawn, false)"),
        mentions=("person_event", "household_event"),
        retention=Retention(365, last_of="person_event", guards=("person_id",)),
        files=Files("persons", N_("Person ledger")),
        of_person=_OF_PERSON,
        told="name sex birth_date id_number phone address category household_id unit_id arrived_from arrived_on note withdrawn",
        ledger="'persons'",
        begins=True,
    ),
    Kind(
        "household_event",
        "household_id area_id building_id door:place address:address contact:name phone:phone head_count status note:text withdrawn",
        title=N_("Household"),
        key="household_id",
        state=State("household_at", "not coalesce(withdrawn, false)"),
        mentions=("household_event",),
        retention=Retention(365, last_of="household_event", guards=("household_id",)),
        files=Files("households", N_("Household ledger")),
        of_person="exists (from stay where stay.household_id = household_event.household_id and effective_at < stay.moved_out)",
        told="building_id door address contact phone head_count status note withdrawn",
        ledger="'households'",
        begins=True,
    ),
    Kind(
        "unit_event",
        "unit_id area_id name trade address:place responsible:name phone:phone staff staff_affected clients_affected resumed "
        "signed_by:name signed_on note:text withdrawn",
        title=N_("Unit"),
        key="unit_id",
        state=State("unit_at", "not coalesce(withdrawn, false)"),
        mentions=("unit_event",),
        retention=Retention(365, last_of="unit_event"),
        files=Files("units", N_("Ledger of social units")),
        ledger="'units'",
        begins=True,
    ),
    Kind(
        "visit",
        "household_id area_id team purpose outcome screened key_persons retry_at note:text",
        title=N_("Visit"),
        mentions=("household_event",),
        retention=Retention(180, guards=("household_id",)),
        files=Files("visits", N_("Visits from door to door"), keys=("household_id", "effective_at", "outcome", "team")),
        of_person="exists (from stay where stay.household_id = visit.household_id and effective_at >= stay.moved_in "
        "and effective_at < stay.moved_out)",
        told="purpose outcome team screened key_persons retry_at note",
        ledger="case when purpose = 'screening' then 'visits' end",
        begins=True,
    ),
    Kind(
        "isolation_event",
        "episode_id person_id household_id area_id state place place_name:address started_at days ordered_by:staff reason:text",
        title=N_("Isolation"),
        key="episode_id",
        state=State("episode_at"),
        mentions=("isolation_event", "person_event"),
        retention=Retention(180, last_of="isolation_event", guards=("person_id",)),
        files=Files("isolation", N_("Isolation"), statement="select_episode_periods"),
        of_person=_OF_PERSON,
        told="state place place_name started_at days ordered_by reason",
        ledger="'isolation'",
        begins=True,
    ),
    Kind(
        "reading",
        "episode_id area_id temperature:health symptoms:health went_out had_visitors needs:text channel taken_by:staff participants:staff "
        "note:text",
        title=N_("Reading"),
        # of each who took it together a dash stays: they are counted
        retention=Retention(
            180,
            last_of="isolation_event",
            guards=("episode_id",),
            blanked={"participants": "regexp_replace(participants, '[^;]+', '–', 'g')"},
            unblanked={"participants": "regexp_matches(participants, '[^;–]')"},
        ),
        files=Files("readings", N_("Readings"), keys=("episode_id", "effective_at"), fact="temperature"),
        of_person=_OF_EPISODE,
        told="temperature symptoms went_out had_visitors needs channel taken_by participants note",
        ledger="'readings'",
        begins=True,
    ),
    Kind(
        "alarm_action",
        "episode_id reading_id area_id action note:text done_by:staff",
        title=N_("Alarm acted on"),
        retention=Retention(180, last_of="isolation_event", guards=("episode_id",)),
        of_person=_OF_EPISODE,
        told="action note done_by",
    ),
    Kind(
        "care_request",
        "request_id household_id person_id area_id kind detail:text status answered_by:staff",
        title=N_("Request"),
        key="request_id",
        state=State("request_at"),
        mentions=("care_request",),
        retention=Retention(180, last_of="care_request", guards=("person_id", "household_id")),
        of_person=_OF_PERSON,
        told="kind detail status answered_by",
    ),
    Kind(
        "case_event",
        "case_id person_id area_id status cluster note:text",
        title=N_("Case"),
        key="case_id",
        state=State("case_at", "status = 'confirmed'"),
        mentions=("case_event", "person_event"),
        retention=Retention(365, last_of="case_event", guards=("person_id",)),
        files=Files("cases", N_("Cases")),
        of_person=_OF_PERSON,
        told="status cluster note",
        ledger="'cases'",
        begins=True,
    ),
    Kind(
        "risk_order",
        "area_id level until ordered_by reason:remark",
        key="area_id",
        retention=Retention(365, in_force=True),
        begins=True,
    ),
    Kind(
        "report_submission",
        "area_id report_date cutoff_at figures zero",
        ledger="'reports'",
    ),
    Kind(
        "report_correction",
        "area_id report_date field submitted corrected reason:remark",
        retention=Retention(365),
    ),
    Kind(
        "list_entry",
        "entry_id list_name area_id name:name sex birth_date:date id_number:id_number phone:phone address:address category note:text "
        "withdrawn",
        title=N_("List"),
        key="entry_id",
        state=State("entry_at", "not coalesce(withdrawn, false)"),
        mentions=("list_entry",),
        retention=Retention(365, last_of="list_entry"),
        of_person="entry_id in (select entry_id from entry)",
        told="list_name name id_number phone address category note withdrawn",
    ),
    Kind(
        "match_decision",
        "left_id right_id area_id same score reason:remark",
        retention=Retention(365),
    ),
    Kind(
        "disinfection",
        "area_id place_layer place_id part agent done_by:staff note:remark",
        retention=Retention(365),
        ledger="'disinfection'",
        begins=True,
    ),
    Kind(
        "business_check",
        "unit_id area_id passed finding:remark recheck_on inspector:staff",
        mentions=("unit_event",),
        retention=Retention(365),
        ledger="'checks'",
        begins=True,
    ),
    Kind(
        "tip",
        "tip_id area_id kind content:text reporter:name phone:phone status outcome:text handled_by:staff",
        title=N_("Tip"),
        key="tip_id",
        state=State("tip_at"),
        mentions=("tip",),
        retention=Retention(180, last_of="tip"),
    ),
    Kind(
        "supply_event",
        "area_id item action quantity measure_unit note:remark",
        retention=Retention(365),
        files=Files("supplies", N_("Supplies"), keys=("item", "area_id", "action", "effective_at"), fact="quantity"),
        ledger="'supplies'",
        begins=True,
    ),
    Kind(
        "outreach",
        "area_id kind quantity note:remark",
        retention=Retention(365),
        ledger="'outreach'",
        begins=True,
    ),
    Kind(
        "measure",
        "measure_id area_id title content status ordered_by",
        key="measure_id",
        state=State("measure_at"),
        begins=True,
    ),
    Kind(
        "inspection",
        "finding_id area_id subject finding:remark status inspector:staff",
        key="finding_id",
        state=State("finding_at"),
        mentions=("inspection",),
        retention=Retention(365, last_of="inspection"),
        ledger="'inspections'",
        begins=True,
    ),
    Kind(
        "briefing_event",
        "area_id edition lang numbers document:remark files",
        retention=Retention(1095),
        office=True,
    ),
    Kind(
        "briefing_edit",
        "area_id edition lang paragraph_id body:remark",
        retention=Retention(365),
        office=True,
    ),
    Kind(
        "disclosure",
        "subject_table subject_id area_id purpose:remark",
        title=N_("Personal data opened"),
        retention=Retention(1095, removed=True),
        of_person="subject_table = 'person_event' and subject_id = $person_id",
        told="purpose",
        office=True,
    ),
    Kind("purge_record", "table_name rows_purged older_than", office=True),
    Kind("void", "target_id reason:remark", retention=Retention(365)),
)
KINDS: dict[str, Kind] = {kind.table: kind for kind in _KINDS}
EVENT_TABLES = tuple(KINDS)
# The kinds of which workbooks are taken in, by the name of these.
FILED: dict[str, tuple[Kind, Files]] = {kind.files.layer: (kind, kind.files) for kind in _KINDS if kind.files}
