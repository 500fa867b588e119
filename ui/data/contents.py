"""What is in the workspace, where it came from, how old it is, and its settings."""

from __future__ import annotations

import streamlit as st

from errors import N_
from ledgers.people import privacy
from ledgers.reports.report_figures import CUTOFF, DAY, cutoff_of
from queries.view import View
from ui.shell import acts, cache, keys
from ui.shell.frame import Frame
from ui.shell.listing import Column, listing
from ui.shell.words import _, when

COLUMNS = (
    Column("layer", N_("Layer"), "term:layer"),
    Column("source", N_("Source"), "term:source"),
    Column("features", N_("Features"), "number"),
    Column("last_recorded_at", N_("Last recorded"), "moment"),
)
OPENINGS = (
    Column("effective_at", N_("Time"), "moment"),
    Column("recorded_by", N_("Opened by")),
    Column("subject_table", N_("Of"), "term:personal_table"),
    Column("subject_id", N_("Whose")),
    Column("purpose", N_("What for")),
)
# Whose tiles an online basemap uses. 天地图 draws its labels as a second layer.
TIANDITU = "https://t0.tianditu.gov.cn/{kind}_w/wmts?SERVICE=WMTS&REQUEST=GetTile&VERSION=1.0.0&LAYER={kind}&STYLE=default&TILEMATRIXSET=w&FORMAT=tiles&TILEMATRIX={{z}}&TILEROW={{y}}&TILECOL={{x}}&tk="


def contents(page: Frame) -> None:
    """Draw the layers with their sources and ages, the region, and the settings of the workspace."""
    if cache.is_empty():
        st.info(_("This workspace is empty: import roads or a list, or restore a backup."), icon=":material/inbox:")
    else:
        _facts(page)
        listing(cache.sources(), COLUMNS, key=keys.DATA_SOURCES, file="sources")
        _openings(page)
    _settings(page)


def _facts(page: Frame) -> None:
    setting = page.store.setting
    region = {"given": _("as given"), "header": _("the file's own box"), "extent": _("the extent of its data")}
    reach = {"given": _("as given"), "bounds": _("the file's own box"), "header": _("the file's own box")}
    facts = (
        (_("Workspace"), page.store.path.name),
        (_("Road file"), setting("osm_file") or (_("Demo data") if setting("demo") else "–")),
        (_("Road data as of"), when(page.store.moment(setting("osm_newest")), year=True) if setting("osm_newest") else "–"),
        (_("Region"), region.get(setting("region_origin"), _("as given") if setting("region") else "–")),
        (_("How far its data reach"), reach.get(setting("extent_origin"), _("not known")) if setting("osm_file") else "–"),
    )
    with st.container(horizontal=True, gap="large"):
        for label, value in facts:
            with st.container(width="content", gap="xxsmall"):
                st.caption(label)
                st.text(value)


def _openings(page: Frame) -> None:
    with st.expander(_("Who has opened personal data"), icon=":material/visibility:"):
        log = privacy.disclosures(View(page.store, page.viewer))
        log["subject_id"] = log["subject_id"].replace("*", _("all of them"))
        listing(log, OPENINGS, key=keys.DATA_OPENINGS, file="openings")


def _settings(page: Frame) -> None:
    setting = page.store.setting
    with st.expander(_("Settings of this workspace"), icon=":material/settings:"), st.form(keys.DATA_SETTINGS, border=False):
        zone = st.text_input(_("Time zone (a time without offset is in it)"), page.store.time_zone.key, key=keys.DATA_ZONE)
        cutoff = st.time_input(
            _("Cut-off of the daily report"),
            cutoff_of(page.store, page.store.now().date() + DAY).time(),
            key=keys.DATA_CUTOFF,
            help=_("Another cut-off holds from tomorrow on; the reports up to today keep theirs."),
        )
        choices = {"": _("built in: the workspace's own roads, no internet"), "osm": "OpenStreetMap", "tianditu": _("天地图 (needs a key)")}
        online = setting("basemap") or {}
        kind = st.radio(
            _("Basemap"), list(choices), index=list(choices).index(online.get("kind", "")), format_func=choices.get, key=keys.DATA_BASEMAP
        )
        tianditu_key = st.text_input(_("Key of 天地图"), online.get("key", ""), type="password", key=keys.DATA_BASEMAP_KEY)
        if st.form_submit_button(_("Save settings")):
            cutoffs = CUTOFF.changed(page.store, f"{cutoff:%H:%M}")
            values = {"time_zone": zone, "cutoff": cutoffs, "basemap": basemap(kind, tianditu_key)}
            acts.perform(_("Settings saved"), lambda: page.store.set_settings(page.viewer, values))


def basemap(kind: str, key: str = "") -> dict[str, object] | None:
    """Return the setting of an online basemap: its tile addresses and whose they are; None is the built-in one."""
    if kind == "osm":
        return {"kind": "osm", "tiles": ["https://tile.openstreetmap.org/{z}/{x}/{y}.png"], "credit": "© OpenStreetMap contributors"}
    if kind == "tianditu":
        safe_key = "".join(c for c in key if c.isalnum())
        return {"kind": kind, "key": safe_key, "tiles": [TIANDITU.format(kind=k) + safe_key for k in ("vec", "cva")], "credit": "天地图"}
    return None
