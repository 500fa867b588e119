"""The tables of the blind spots, each linked with the map: junctions by rank, settlements, posts, ways in, the drill, what to verify."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import streamlit as st

from errors import N_
from ledgers.roads.coverage import Study
from ledgers.roads.coverage_export import book_bytes, layers, with_place
from ledgers.roads.coverage_frames import STATUSES
from ui.background import coverage_job
from ui.background.coverage_job import Answer
from ui.coverage.claim import all_clear
from ui.coverage.study_map import chosen_posts
from ui.map.workbench import linked_table, pick, picked
from ui.shell import cache, keys
from ui.shell.frame import Frame
from ui.shell.listing import Column, in_words, listing
from ui.shell.waiting import waited
from ui.shell.words import _, number, plain, term
from words import Translate

TABLE = 330
_HIGHWAY = Column("highway", N_("Road class"), "term:highway")
_PEOPLE = Column("people", N_("People"), "number")
_JUNCTIONS = (
    Column("rank", N_("Rank"), "number"),
    Column("name", N_("Roads")),
    _HIGHWAY,
    Column("first_posts", N_("Needed from posts"), "number"),
    Column("alone_settlements", N_("Settlements it protects alone"), "number"),
    Column("alone", N_("People it protects alone"), "number"),
    Column("routes", N_("Routes passing"), "number"),
    Column("mark_status", N_("Mark"), "term:mark"),
    Column("mark_note", N_("Note")),
    Column("id", N_("Number")),
)
_SETTLEMENTS = (
    Column("name", N_("Name")),
    Column("status", N_("Status"), "term:exposure"),
    Column("via", N_("Gets in"), "term:via"),
    _PEOPLE,
    Column("way_in", N_("Comes in by")),
    Column("length_m", N_("Route, m"), "number"),
    Column("entrances", N_("Listed entrances"), "number"),
    Column("unaccounted", N_("Roads without one"), "number"),
    Column("declared", N_("Declared complete"), "yes"),
)
JOINTS = (
    Column("number", N_("Number"), "number"),
    Column("name", N_("Roads")),
    Column("matters", N_("Matters"), "yes"),
    Column("settlements", N_("Lie open if joined"), "number"),
    _PEOPLE,
    Column("names", N_("Settlements")),
    Column("kind", N_("Kind"), "term:joint"),
    Column("gap_m", N_("Gap, m"), "decimal"),
)
ENTRIES = (
    Column("number", N_("Number"), "number"),
    Column("name", N_("Road")),
    Column("distance_m", N_("To the nearest entrance, m"), "number"),
)
_POSTS = (
    Column("number", N_("Number"), "number"),
    Column("name", N_("Roads")),
    _HIGHWAY,
    _PEOPLE,
    Column("settlements", N_("Settlements"), "number"),
    Column("opens", N_("Opens without it")),
)
_WAYS = (
    Column("name", N_("Road")),
    Column("kind", N_("Kind"), "term:way_in"),
    Column("with_post", N_("With a post"), "yes"),
    Column("id", N_("Number")),
)
_DRILL = (
    Column("name", N_("Checkpoint")),
    Column("kind", N_("Kind"), "term:kind"),
    Column("people", N_("People exposed"), "number"),
    Column("settlements", N_("Settlements"), "number"),
    Column("opens", N_("Opens")),
    Column("replacement", N_("Posts to replace it"), "number"),
    Column("where", N_("Where")),
)
_VERIFY = (
    Column("name", N_("Name")),
    Column("what", N_("What"), "term:verified"),
    Column("why", N_("Why it is uncertain"), "message"),
    _PEOPLE,
    Column("settlements", N_("Settlements"), "number"),
    Column("id", N_("Number")),
)


def junction_list(answer: Answer) -> gpd.GeoDataFrame:
    """Draw the unmonitored junctions by rank; return those picked."""
    frame = _counted_alone(cache.named_frame(answer, "junctions"))
    if frame.empty:
        calm(answer.study, _("No junction lies on an uncovered way in."))
    linked_table("junctions", frame, _JUNCTIONS, max_height=TABLE)
    return frame[frame["id"].isin(picked("junctions"))]


def _counted_alone(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return junctions without the people of places where nobody knows of any."""
    return frame.assign(alone=frame["alone"].astype("Int64").where((frame["alone"] > 0) | (frame["alone_settlements"] == 0)))


def calm(study: Study, said: str) -> None:
    """Say that there is nothing to see, with a tick where that is proved of the whole region; of what is not, say so."""
    if all_clear(study):
        st.markdown(f":green[:material/check_circle:] {said}")
    elif study.proves:
        st.caption(_("{said} That is all the file shows: see what is claimed above, and what it assumes.").format(said=said))


def junctions_of(answer: Answer, posts: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the junctions where posts would stand: of those picked, else of all."""
    chosen = posts[posts["id"].isin(picked("proposed"))]
    frame = cache.coverage_frame(answer, "junctions")
    return frame[frame["id"].isin((posts if chosen.empty else chosen)["junction_id"])]


def settlement_list(answer: Answer) -> gpd.GeoDataFrame:
    """Draw the settlements of the statuses chosen, all at first; return those picked."""
    frame = cache.coverage_frame(answer, "settlements")
    way_in = cache.named_frame(answer, "sources").drop_duplicates("id").set_index("id")["name"]
    frame = frame.assign(way_in=frame["way_in_id"].map(way_in).fillna(""), via=frame["via"].fillna(""))
    if not (frame["status"] == "exposed").any():
        calm(answer.study, _("No settlement is exposed at this moment."))
    counts = frame["status"].value_counts()
    chosen = st.pills(
        _("Status"),
        [status for status in STATUSES if status in counts],
        selection_mode="multi",
        format_func=lambda status: f"{term('exposure', status)} {number(counts[status])}",
        key=keys.EXPOSURE,
        label_visibility="collapsed",
        wrap=True,
    )
    linked_table("exposed", frame[frame["status"].isin(chosen)] if chosen else frame, _SETTLEMENTS, max_height=TABLE, several=False)
    return frame[frame["id"].isin(picked("exposed"))]


def post_list(answer: Answer) -> gpd.GeoDataFrame:
    """Draw the posts of the plan in view; return them."""
    frame = cache.named_frame(answer, "proposed", posts=chosen_posts())
    frame = frame.assign(people=known(frame))
    linked_table("proposed", frame, _POSTS, max_height=TABLE, several=False)
    return frame


def known(frame: pd.DataFrame) -> pd.Series:
    """Return the people of rows that count ``settlements``, missing where some lie open and nobody knows of anybody in them."""
    people: pd.Series = frame["people"].astype("Int64")
    return people.where((people > 0) | (frame["settlements"] == 0))


def way_list(answer: Answer) -> None:
    """Draw the ways in, those without a post first."""
    linked_table("sources", cache.named_frame(answer, "sources"), _WAYS, max_height=TABLE, several=False)


def drill_list(view: Frame, answer: Answer) -> None:
    """Draw for each post what opens if it is lost, and what would replace it."""
    found = waited(coverage_job.ask_drill(view.store, view.viewer, answer), patience_s=0.3)
    if found is None:
        return
    vital = int((found["settlements"] > 0).sum())
    st.caption(
        _("Of {n} posts that watch, {vital} cannot be lost without a settlement lying open.").format(
            n=number(len(found)), vital=number(vital)
        )
    )
    comma = _(", ")
    linked_table(
        "checkpoints",
        found.assign(people=known(found), opens=found["opens"].map(comma.join), where=found["where"].map(comma.join)),
        _DRILL,
        max_height=TABLE,
        several=False,
    )


def verify_list(view: Frame, answer: Answer) -> None:
    """Draw what the proof rests on, and what to verify in person first."""
    found = waited(coverage_job.ask_foundations(view.store, view.viewer, answer), patience_s=0.3)
    if found is None:
        return
    st.markdown("\n".join(f"- {line}" for line in _foundations(found.facts)))
    st.markdown(f"**{_('Verify in person first')}**")
    if found.verify.empty:
        st.caption(_("Nothing here keeps people safe on trust alone."))
        return
    frame = found.verify
    places = gpd.GeoDataFrame(frame).assign(id=frame["id"].astype("str"), people=known(frame))
    listing(
        pd.DataFrame(places.drop(columns="geometry")),
        _VERIFY,
        key=f"{keys.LISTING}_verify",
        file="verify_first",
        max_height=TABLE,
        on_pick=lambda rows: pick("checkpoints", [str(places["id"].iloc[row]) for row in rows]),
    )


def _foundations(facts: dict[str, object]) -> list[str]:
    """Return in sentences what a proof rests on, the weighty ones first; what does not apply is not said."""
    roads, region, rules = (facts[name] for name in ("roads", "region", "rules"))
    assert isinstance(roads, dict) and isinstance(region, dict) and isinstance(rules, dict)
    counts = {name: len(value) if isinstance(value, list) else value for name, value in facts.items()}
    said = [_counted(text, counts[name]) for name, text in _COUNTED.items() if counts[name]]
    if roads["age_days"] is not None:
        said.insert(0, _("Roads from {file}, {days} days old.").format(file=plain(str(roads["file"])), days=number(roads["age_days"])))
    else:
        said.insert(0, _("The roads are generated, or nobody knows how old they are."))
    if region["without_roads_km2"]:
        said.insert(
            1,
            _("No road data within 1 km on {bare} of {area} km²: nothing is proved there.").format(
                bare=number(region["without_roads_km2"]), area=number(region["area_km2"])
            ),
        )
    said.append(
        _(
            "Taken for granted: a settlement belongs to a road within {attach} m, a post stands on one within {post} m and watches the "
            "other carriageway within {parallel} m."
        ).format(attach=number(rules["attach_m"]), post=number(rules["post_m"]), parallel=number(rules["parallel_m"]))
    )
    return said


def _counted(text: str, count: object) -> str:
    return _(text).format(n=f"**{count}**")


_COUNTED = {
    "unattached": N_("{n} settlements lie too far from any road: whether they are exposed is not known."),
    "unknown_population": N_(
        "Of {n} settlements nobody knows how many people live there: no sum counts them, and a plan weighs each as one."
    ),
    "posts_off_road": N_("{n} posts stand too far from any road to watch one."),
    "posts_not_counted": N_("{n} posts are not staffed now, or only a soft barrier, and do not count."),
    "parallel_carriageways": N_("{n} posts are taken to watch the other carriageway as well."),
    "soft_barriers_counted": N_("{n} soft barriers count because they are patrolled."),
    "inferred_entrances": N_("{n} closed entrances are inferred from the map; nobody has listed them."),
    "overdue_seals": N_("{n} seals have passed their expiry and are still taken to hold."),
    "undecided_entrances": N_("{n} entrances have no mode yet and count as open."),
    "segments_added": N_("{n} pieces of road were added by hand."),
    "segments_struck": N_("{n} pieces of road were struck by hand."),
    "edits_unmatched": N_("{n} changes by hand fit no road any more and do nothing."),
}


# The sheets of the workbook: which layer, what it is called, its columns.
_SHEETS = (
    ("junctions", N_("Junctions"), _JUNCTIONS),
    ("settlements", N_("Settlements"), _SETTLEMENTS),
    ("proposed", N_("Proposed posts"), _POSTS),
    ("sources", N_("Ways in"), _WAYS),
    ("joints", N_("Doubtful joints"), JOINTS),
)
_PLACE = (Column("lon", N_("Longitude"), "number"), Column("lat", N_("Latitude"), "number"))


def book(study: Study, posts: int | None, say: Translate) -> bytes:
    """Return the tables as a workbook in the reader's words."""
    tables, found = {}, layers(study, posts=posts)
    for name, title, columns in _SHEETS:
        frame = with_place(found[name])
        shown = [column for column in (*columns, *_PLACE) if column.name in frame]
        tables[say(title)] = in_words(frame, shown, say).rename(columns={column.name: say(column.label) for column in shown})
    return book_bytes(tables)
