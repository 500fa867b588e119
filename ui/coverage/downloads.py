"""The study as files to take away."""

from __future__ import annotations

from functools import partial

import streamlit as st

from errors import mark
from ledgers.roads.coverage_export import WRITERS
from ui.coverage.study_map import chosen_posts
from ui.coverage.tables import book
from ui.shell import keys
from ui.shell.words import _, lang
from ui.work.coverage_job import Answer
from words import translator

_WHAT = {
    "gpkg": (mark("GeoPackage, all layers"), "gpkg", ":material/layers:"),
    "geojson": (mark("GeoJSON, a file a layer"), "zip", ":material/folder_zip:"),
    "xlsx": (mark("Workbook, a sheet a table"), "xlsx", ":material/table:"),
    "json": (mark("Certificate, to be verified"), "json", ":material/verified:"),
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
