"""The study as files to take away."""

from __future__ import annotations

from functools import partial

import streamlit as st

from errors import N_
from ledgers.roads.coverage_export import WRITERS
from ui.background.coverage_job import Answer
from ui.coverage.study_map import chosen_posts
from ui.coverage.tables import book
from ui.shell import keys
from ui.shell.words import _, lang
from words import translator

_WHAT = {
    "gpkg": (N_("GeoPackage, all layers"), "gpkg", ":material/layers:"),
    "geojson": (N_("GeoJSON, a file a layer"), "zip", ":material/folder_zip:"),
    "xlsx": (N_("Workbook, a sheet a table"), "xlsx", ":material/table:"),
    "json": (N_("Certificate, to be verified"), "json", ":material/verified:"),
}


def downloads(answer: Answer) -> None:
    """Draw the menu of files; each is written when it is asked for."""
    study, posts = answer.study, chosen_posts()
    provable = study.coverage.sealing.posts is not None and study.proves
    say = translator(lang())
    with st.popover(_("Downloads"), icon=":material/download:"):
        for kind, (label, suffix, icon) in _WHAT.items():
            st.download_button(
                _(label),
                data=partial(book, study, posts, say) if kind == "xlsx" else partial(WRITERS[kind], study, posts=posts),
                file_name=f"blind-spots-{study.at:%Y%m%d-%H%M}.{suffix}",
                key=f"{keys.COVERAGE_GET}_{kind}",
                icon=icon,
                disabled=kind == "json" and not provable,
                width="stretch",
                on_click="ignore",
            )
        st.caption(_("The certificate is checked without this program: python3 manage.py verify-certificate FILE"))
