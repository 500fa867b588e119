"""Taking in a road extract: the file, the region, how far the data reach, and what the import has to say."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from errors import N_
from ledgers.intake import osm_import
from ui.shell import keys
from ui.shell.frame import Frame, showing_errors
from ui.shell.listing import Column, listing
from ui.shell.uploads import kept_file
from ui.shell.words import _, number, plain

BOUNDARIES = ["geojson", "json", "gpkg", "zip", "kml"]
PROPOSED = (Column("name", N_("Name")),)
LANDINGS = {
    "edge": N_("{name} (within the region)"),
    "source": N_("{name} (from elsewhere: a way in)"),
    "off_road": N_("{name} (no road near it)"),
}


def import_roads(page: Frame) -> None:
    """Draw the import of a road extract."""
    upload = st.file_uploader(
        _("OpenStreetMap extract (.osm, .osm.gz, .osm.bz2, .osm.pbf)"), ["osm", "pbf", "gz", "bz2", "xml"], key=keys.OSM_FILE
    )
    region, whole = _region()
    extent, reach = _extent()
    if upload is None:
        return
    label = _("Import roads from {file}").format(file=plain(upload.name))
    if st.button(label, key=keys.OSM_IMPORT, type="primary", icon=":material/upload:", disabled=not (whole and reach)):
        _carry_out(page, upload, label, {**region, **extent})
    if keys.OSM_RESULT in st.session_state:
        _result(st.session_state[keys.OSM_RESULT])
        _proposed(page, upload, label, {**region, **extent})


def _region() -> tuple[dict[str, Any], bool]:
    """Draw the choice of the region; return it as an import takes it, and whether it is all there."""
    choices = {
        "": _("the file's own box, else the extent of its data"),
        "bbox": _("a box: west, south, east, north"),
        "county": _("a county, by its division code"),
        "boundary": _("a boundary file"),
    }
    kind = st.radio(_("Region"), list(choices), format_func=choices.get, key=keys.OSM_REGION)
    if kind == "boundary":
        outline = st.file_uploader(_("Boundary file"), BOUNDARIES, key=keys.OSM_BOUNDARY)
        return ({kind: kept_file(outline)}, True) if outline else ({}, False)
    if not kind:
        return {}, True
    example = {"bbox": "114.97,35.50,115.09,35.56"}.get(kind, "410928")
    text = st.text_input(choices[kind], key=f"{keys.OSM_REGION}_{kind}", placeholder=example)
    return ({kind: text}, True) if text else ({}, False)


def _extent() -> tuple[dict[str, str], bool]:
    """Draw the choice of how far the data reach; return it as an import takes it, and whether it is all there."""
    choices = {"": _("as the file says"), "box": _("a box: west, south, east, north"), "file": _("a boundary file")}
    kind = st.radio(
        _("How far its data reach"),
        list(choices),
        format_func=choices.get,
        key=keys.OSM_EXTENT,
        help=_("A road that leaves the data inside the region goes on to nobody knows where: it counts as a way in."),
    )
    if kind == "file":
        outline = st.file_uploader(_("File of how far its data reach"), BOUNDARIES, key=keys.OSM_EXTENT_FILE)
        return ({"extent": str(kept_file(outline))}, True) if outline else ({}, False)
    if not kind:
        return {}, True
    text = st.text_input(_("Box of how far its data reach"), key=keys.OSM_EXTENT_BOX, placeholder="114.97,35.50,115.09,35.56")
    return ({"extent": text}, True) if text else ({}, False)


def _carry_out(page: Frame, upload: Any, label: str, options: dict[str, Any], *, accept_proposed: bool = False) -> None:
    with showing_errors(), st.status(label, expanded=True) as status:
        st.session_state[keys.OSM_RESULT] = osm_import.import_osm(
            page.store,
            page.viewer,
            kept_file(upload),
            accept_proposed=accept_proposed,
            progress=lambda message, **params: status.write(_(message).format(**params)),
            **options,
        )
        status.update(label=_("Roads imported"), state="complete")


def _result(result: dict[str, Any]) -> None:
    if result["extent_origin"] is None:
        st.warning(_(osm_import.UNKNOWN_EXTENT), icon=":material/border_clear:")
    figures = {
        _("Road segments"): result["road_segments"],
        _("Junctions"): result["junctions"],
        _("Crossings"): result["crossings"],
        _("Open ends"): result["open_ends"],
        _("Roads that leave the data"): result["edge_of_data"],
        _("Roads passing through"): result["passing"],
        _("Settlements"): result["settlements"],
        _("Compounds"): result["compounds"],
        _("Entrances mapped"): result["entrances"]["mapped"],
        _("Entrances inferred"): result["entrances"]["inferred"],
    }
    with st.container(horizontal=True):
        for label, value in figures.items():
            st.metric(label, number(value), border=True, width=150)
    if result["ferries"]:
        landings = [_(LANDINGS[f["kind"]]).format(name=plain(f["name"] or _("unnamed"))) for f in result["ferries"]]
        st.caption(_("Landings of ferries: {parts}").format(parts=" · ".join(landings)))
    if result["skipped"]:
        skipped = [f"{reason}: {number(count)}" for reason, count in result["skipped"].items()]
        st.caption(_("Skipped, by reason: {parts}").format(parts=" · ".join(skipped)))


def _proposed(page: Frame, upload: Any, label: str, options: dict[str, Any]) -> None:
    """List the localities with a village's name, with the button that takes them in."""
    found = st.session_state[keys.OSM_RESULT]["proposed"]
    if not found:
        return
    st.info(
        _("{n} places are tagged as localities, where nobody lives, yet have a village's name. They are not settlements here.").format(
            n=number(len(found))
        ),
        icon=":material/holiday_village:",
    )
    listing(pd.DataFrame(found, columns=["id", "name", "lon", "lat"]), PROPOSED, key=keys.OSM_PROPOSED, file="localities")
    if st.button(_("Take these {n} in as settlements").format(n=number(len(found))), key=keys.OSM_ACCEPT, icon=":material/add_home:"):
        _carry_out(page, upload, label, options, accept_proposed=True)
        st.rerun()
