"""Every widget key, so that none is used twice; grouped by who draws it."""

from __future__ import annotations

# Frame
AREA = "area_choice"
LANGUAGE = "language_choice"

# Time control
TIMEBAR = "timebar"
TIME_LIVE = "time_live"
TIME_CUTOFF = "time_cutoff"
TIME_PICK = "time_pick"
TIME_MENU = "time_menu"
TIME_BACK = "time_back"
TIME_FORWARD = "time_forward"
TIME_STEP = "time_step"
TIME_PLAY = "time_play"
PLAYING = "time_playing"  # kept, not a widget: whether the replay runs
DRAWN = "time_drawn"  # kept: what the page on screen was drawn from

# Command map
TITLE = "title_row"
WALL = "wall_toggle"
FILTERS = "filters"
MODES = "mode_choice"
KINDS = "kind_choice"
SEARCH = "search_text"
SEARCH_MENU = "search_menu"
FOUND = "found"  # one button a match: found_LAYER_ID
MAP = "map"
MAP_BOX = "map_box"
FLY = "map_fly"  # kept: what the map was last sent to
TABLE = "table"  # one table a view: table_HASH
TABLE_LAYER = "table_layer"
TABLE_SEED = "table_seed"  # kept: the row selected by something other than the table
TABLE_FILE = "table_file"
FIGURES = "figures"
FIGURE = "figure"  # one tile a figure: figure_LOOK_NAME
FIGURE_SHOW = "show"  # its button: show_NAME
ATTENTION = "attention"  # the line, and one button an item: attention_LAYER_ID

# Story
STORY = "story"
UNDO = "undo"  # one button an event: undo_EVENT
UNDO_FORM = "undo_form"
UNDO_YES = "undo_yes"
UNDO_REASON = "undo_reason"
STORY_CLOSE = "story_close"
STORY_DUTY = "story_duty"
EVENT = "event"  # one box an event: event_EVENT

# Entrances and checkpoints
WORK_TABLE = "work_table"  # one table a layer, its rows and what marked them: work_table_LAYER_HASH
WORK_SEED = "work_seed"  # kept: grows when something other than the table changes what is picked
WORK_SINCE = "work_since"  # kept: when something other than the table last changed what is picked (time.monotonic)
WORK_MAP = "work_map"
WORK_FLY = "work_fly"  # kept: what was last picked elsewhere than on the map
WORK_SEARCH = "work_search"
WORK_BOX = "work_box"
PICKED = "picked"  # kept: the features picked of a layer: picked_LAYER
PICK_ALL = "pick_all"
PICK_CLEAR = "pick_clear"
ACT = "act"  # one button an act: act_NAME
RUNNING = "act_running"  # kept: the act whose dialog is open
PLACING = "act_placing"  # kept: the act that waits for a click on the map
PLACE = "act_place"  # kept: where that click was
DONE = "act_done"  # kept: the act just done, which can be undone
NOTICE = "act_notice"
DONE_UNDO = "act_done_undo"
DONE_CLOSE = "act_done_close"
ORDERED_BY = "act_ordered_by"  # kept: who ordered the last act
FORM = "form"  # one widget a field: form_ACT_FIELD
SECTION = "section"
SPAN = "span"  # how far ahead or back: span_SECTION
LISTING = "listing"  # one table a section: listing_NAME
DOWNLOAD = "download"  # two buttons a table: download_NAME_KIND
SIGN_IN = "sign_in"  # one button a shift: sign_in_SHIFT
CALL = "call"  # one link a person: call_SHIFT

# Blind spots
COVERAGE_MODE = "coverage_mode"
COVERAGE_SITES = "coverage_sites"
COVERAGE_PROOF = "coverage_proof"
COVERAGE_RULES = "coverage_rules"  # the menu, and one field a rule: coverage_rules_NAME
COVERAGE_COST = "coverage_cost"  # one field a class of road: coverage_cost_CLASS
COVERAGE_LAST = "coverage_last"  # kept: the last answer, shown until the next is there
COVERAGE_MAP = "coverage_map"
COVERAGE_BOX = "coverage_box"
COVERAGE_STATUS = "coverage_status"
COVERAGE_CLAIM = "coverage_claim"
COVERAGE_OTHER = "coverage_other"
EXPOSURE = "exposure"  # which settlements are listed, by status
PLACE_FIRST = "act_place_first"  # kept: the first of two clicks
BUDGET = "budget"  # one chart an answer: budget_HASH
BUDGET_ALL = "budget_all"
CLOCK = "clock"  # one chart an answer: clock_HASH
CLOCK_SPAN = "clock_span"
CLOCK_GO = "clock_go"  # one button an interval: clock_go_N
LETTER = "letter"  # one field a part: letter_NAME
COVERAGE_GET = "coverage_get"  # one button a format: coverage_get_KIND

# Data
DATA_SECTION = "data_section"
DATA_SOURCES = "data_sources"
DATA_OPENINGS = "data_openings"
DATA_SETTINGS = "data_settings"
DATA_ZONE = "data_zone"
DATA_CUTOFF = "data_cutoff"
DATA_BASEMAP = "data_basemap"
DATA_BASEMAP_KEY = "data_basemap_key"
DATA_FOLDER = "data_folder"  # kept: where this session's uploads lie
DATA_FILE = "data_file"
DATA_LAYER = "data_layer"
DATA_CRS = "data_crs"
DATA_EPSG = "data_epsg"
DATA_SHEET = "data_sheet"
DATA_CHECK = "data_check"
DATA_PLAN = "data_plan"  # kept: what the file checked last would change
DATA_CHANGES = "data_changes"
DATA_REJECTED = "data_rejected"
DATA_MARKED = "data_marked"
DATA_MAPPING = "data_mapping"
DATA_REMAP = "data_remap"
DATA_ACCEPT_CRS = "data_accept_crs"
DATA_ACCEPT_VALID = "data_accept_valid"
DATA_IMPORT = "data_import"
DATA_BATCHES = "data_batches"
DATA_BATCH_PICKED = "data_batch_picked"  # kept: the rows chosen of the imports
DATA_UNDO = "data_undo"
DATA_UNDO_REASON = "data_undo_reason"
OSM_FILE = "osm_file"
OSM_REGION = "osm_region"  # the choice, and one field a choice: osm_region_KIND
OSM_BOUNDARY = "osm_boundary"
OSM_EXTENT = "osm_extent"
OSM_EXTENT_BOX = "osm_extent_box"
OSM_EXTENT_FILE = "osm_extent_file"
OSM_IMPORT = "osm_import"
OSM_RESULT = "osm_result"  # kept: what the last import of roads found
OSM_PROPOSED = "osm_proposed"
OSM_ACCEPT = "osm_accept"
EXPORT_LAYER = "export_layer"
EXPORT_KIND = "export_kind"
EXPORT_GET = "export_get"
BACKUP_GET = "backup_get"
BACKUP_FILE = "backup_file"
BACKUP_SURE = "backup_sure"
BACKUP_RESTORE = "backup_restore"

# Shades and risk areas
SHADE = "shade_choice"
SHADE_MAP = "shade_map"
SHADE_BOX = "shade_box"
RISK_TIER = "risk_tier"
RISK_CHART = "risk_chart"

# Field work
FIELD = "field"

# Daily report
REPORT_DATES = "report_dates"
REPORT_DATE = "report_date"
REPORT_GO = "report_go"  # one button a step: report_go_NAME
REPORT_TABLE = "report_table"  # one table a view: report_table_HASH
REPORT_FIGURE = "report_figure"
REPORT_ALL = "report_all"
REPORT_MISSING = "report_missing"
REPORT_ACT = "report_act"  # one button an act and unit: report_act_ACT_UNIT
REPORT_CHART = "report_chart"

# Units, environment and lists
OPENED = "opened"  # kept: whose personal data is open, and until when
SOUGHT = "sought"  # kept: the text of each search among people and doors
ENVIRONMENT_PICK = "environment_pick"  # one choice a section: environment_pick_NAME
LIST_OVERLAP = "list_overlap"
LIST_FILE = "list_file"
LIST_PAIR = "list_pair"

# Screening and persons
SCREENING_ROUND = "screening_round"
SCREENING_CLOCK = "screening_clock"
SCREENING_FUNNEL = "screening_funnel"
SCREENING_SEARCH = "screening_search"
SCREENING_PICKED = "screening_picked"  # kept: the households picked in a table
PERSON_SEARCH = "person_search"
PERSON_BACK = "person_back"
PERSON_CHART = "person_chart"
PERSON_KINDS = "person_kinds"

# Workbooks of the ledgers, and forms
DATA_OFFICE = "data_office"
DATA_TEMPLATE = "data_template"
FORM_FILE = "forms_file"
FORM_ADD = "forms_add"
FORM_NAME = "forms_name"
FORM_DATE = "forms_date"
FORM_PURPOSE = "forms_purpose"
FORM_FILL = "forms_fill"
FORM_FILLED = "forms_filled"  # kept: the form filled last, until another is
FORM_GET = "forms_get"
FORM_REMOVE = "forms_remove"

# Isolation
ISOLATION_DUE = "isolation_due"  # one button an episode: isolation_due_EPISODE
ISOLATION_ALARM = "isolation_alarm"  # likewise, of those who alarm
ISOLATION_LIST = "isolation_list"
REQUEST_PICKED = "request_picked"  # kept: the request picked in the table

# Printed maps
SNAPSHOT_SCREEN = "snapshot_screen"  # kept: what was on the screen when the print button was pressed
SNAPSHOT_ASKED = "snapshot_asked"  # kept: the sheet whose file is being made
SNAPSHOT_MAKE = "snapshot_make"

# Briefing
BRIEFING_GO = "briefing_go"  # one button a step: briefing_go_NAME
BRIEFING_CONTROLS = "briefing_controls"
BRIEFING_FILES = "briefing_files"
BRIEFING_ISSUED = "briefing_issued"
BRIEFING_PARTS = "briefing_parts"
BRIEFING_MAPS = "briefing_maps"
BRIEFING_LANGUAGE = "briefing_language"
BRIEFING_PAGES = "briefing_pages"  # one box a briefing: briefing_pages_NAME
BRIEFING_BOX = "briefing_box"
BRIEFING_TEXT = "briefing_text"
BRIEFING_AGAIN = "briefing_again"
BRIEFING_LAST = "briefing_last"  # kept: the last draft and what it answers, shown until the next is there
BRIEFING_SEEN = "briefing_seen"  # kept: a paragraph as it stood when somebody opened it to change it
BRIEFING_PAST = "briefing_past"  # one table a revision: briefing_past_REVISION
BRIEFING_PACK = "briefing_pack"
BRIEFING_PACKED = "briefing_packed"  # kept: the map pack that is asked for
BRIEFING_TEMPLATE = "briefing_template"  # one widget a thing: briefing_template_NAME
