"""The request (请示) for posts at the junctions that nobody watches, drafted from a study as plain text."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import geopandas as gpd
import pandas as pd

from ledgers.roads import claim
from ledgers.roads.coverage import Study
from words import Translate

# A letter that names more villages at one junction is not read.
NAMED = 8


def draft(
    study: Study,
    posts: gpd.GeoDataFrame,
    translate: Translate,
    *,
    sender: str,
    addressee: str,
    when: str,
    dated: str,
    road_class: Sequence[str],
    other: Study | None = None,
) -> str:
    """Return the text of a request.

    Parameters
    ----------
    posts
        The posts to ask for, as ``Study.by_loss`` tells of them.
    when, dated
        The moment of the study, and the date of the letter, as the reader writes them.
    road_class
        What the class of road of each post is called.
    other
        The same study for the other way to travel, to say how many posts that takes.
    """
    _ = translate
    lines = [
        _("Request for monitoring posts at {n} junctions").format(n=len(posts)),
        "",
        _("{addressee}:").format(addressee=addressee),
        claim.paragraph([claim.reach(study)], translate),
        claim.paragraph(claim.finding(study), translate),
        *([_people(study, translate, when=when)] if (study.settlements["status"] == "exposed").any() else []),
        *([claim.both_modes(study, other).text(translate)] if other is not None else []),
        _("The junctions below have no post, and monitoring has blind spots there:"),
        "",
    ]
    # Where each leaves the same open, that is said once.
    alike = len(posts) > 1 and bool((posts["opens"] == posts["opens"].iloc[0]).all()) and bool((posts["settlements"] > 0).all())
    for post, highway in zip(posts.itertuples(), road_class, strict=True):
        place = _("{number}. {road} ({highway}; {lat}, {lon})").format(
            number=post.number,
            road=post.road or _("unnamed road"),
            highway=highway,
            lat=f"{post.geometry.y:.5f}",
            lon=f"{post.geometry.x:.5f}",
        )
        lines.append(place + _(".") if alike or not post.settlements else place + _(": without a post there, ") + _open(post, translate))
    if alike:
        lines += ["", _("Should a single one of them have no post, ") + _open(posts.iloc[0], translate)]
    lines += ["", _proof(study, posts, translate)]
    if assumed := claim.assumptions(study):
        lines += ["", _("Taken for granted: {what}").format(what=claim.paragraph(assumed, translate))]
    lines += ["", _("We ask that posts be placed there. Please approve."), "", sender, dated]
    return "\n".join(lines)


def _people(study: Study, translate: Translate, *, when: str) -> str:
    """Return how many people live where anybody can come in, as far as known."""
    _ = translate
    exposed = study.settlements[study.settlements["status"] == "exposed"]
    known = exposed["population_known"].astype(bool)
    villages, people, missing = len(exposed), f"{int(exposed.loc[known, 'population'].sum()):,}", int((~known).sum())
    if missing == villages and villages:
        text = _("As of {moment}, how many people live in these {villages} villages and communities is not known.")
    elif missing:
        text = _(
            "As of {moment}, {people} people are known to live in these {villages} villages and communities; of {missing} the number is "
            "not known."
        )
    else:
        text = _("As of {moment}, {people} people live in these {villages} villages and communities.")
    return text.format(moment=when, people=people, villages=villages, missing=missing)


def _open(post: Any, translate: Translate) -> str:
    """Return what stays open without a post, with its people as far as known."""
    _ = translate
    if pd.isna(post.people):
        text = _("{villages} villages stay open{names}; how many people live there is not known.")
    elif post.uncounted:
        text = _("{villages} villages stay open{names}, with {people} people as far as known.")
    else:
        text = _("{villages} villages with {people} people stay open{names}.")
    return text.format(
        villages=post.settlements,
        people="" if pd.isna(post.people) else f"{int(post.people):,}",
        names=_some(post.opens, _(", "), _(" ({names})"), _(" and others")),
    )


def _some(names: str, comma: str, wrapped: str, more: str) -> str:
    """Return a list of names in brackets, cut where it is long."""
    listed = [name for name in names.split(", ") if name]
    if not listed:
        return ""
    return wrapped.format(names=comma.join(listed[:NAMED]) + (more if len(listed) > NAMED else ""))


def _proof(study: Study, posts: gpd.GeoDataFrame, translate: Translate) -> str:
    """Return what is proved of these posts; of a region whose data end nobody knows where it is said of the file alone."""
    _ = translate
    sealing, chosen, n = study.coverage.sealing, set(posts["node"]), len(posts)
    values: dict[str, Any] = {"n": n, "mode": _(claim.MODES[study.mode])}
    if sealing.posts is None or chosen != set(sealing.posts.tolist()):
        return _part(study, posts, values, translate)
    text = {
        (True, True): _(
            "It is proved, {mode}, that with these {n} posts no road as drawn leads to any settlement unseen, and that at the places "
            "allowed, at these costs, no cheaper ones do."
        ),
        (True, False): _(
            "It is proved, {mode}, that with these {n} posts no road as drawn leads to any settlement unseen, and that fewer cannot do: "
            "there are {n} routes that share no place where a post could stand. The certificate can be verified independently."
        ),
        (False, True): _(
            "As far as the file shows, {mode}, with these {n} posts no road leads to any settlement unseen, and at the places allowed, at "
            "these costs, no cheaper ones do; of the region that is not proved."
        ),
        (False, False): _(
            "As far as the file shows, {mode}, with these {n} posts no road leads to any settlement unseen, and fewer cannot do: there are "
            "{n} routes that share no place where a post could stand; of the region that is not proved."
        ),
    }[study.proved, not study.fewest]
    return text.format(**values)


def _part(study: Study, posts: gpd.GeoDataFrame, values: dict[str, Any], translate: Translate) -> str:
    """Return what posts do that do not close everything: whom they protect, and that no others do more, where that is known."""
    _ = translate
    settlements, coverage = study.settlements, study.coverage
    safe = ~coverage.exposed_after(posts["node"]) & study.situation.provable
    known = settlements["population_known"].to_numpy(dtype=bool)
    people = int(coverage.population[safe & known].sum())
    bound = coverage.bound(len(posts))
    values = {**values, "villages": int(safe.sum()), "people": f"{people:,}", "bound": f"{bound:,}"}
    if not known[study.situation.provable].all():
        # Where nobody knows how many live somewhere, no comparison of people is one.
        text = _("With these {n} posts {villages} villages and communities are protected {mode}, with {people} people as far as known.")
    elif study.coverage.uniform and study.proved and people == bound:
        text = _("With these {n} posts {people} people are protected {mode}; it is proved that no other {n} posts protect more.")
    elif study.coverage.uniform and study.proved:
        text = _("With these {n} posts {people} people are protected {mode}; no other {n} posts can protect more than {bound}.")
    else:
        text = _("With these {n} posts {people} people are protected {mode}, as far as the file shows.")
    return text.format(**values)


def file_name(at: datetime) -> str:
    """Return what the file of a letter is called."""
    return f"request-{at:%Y%m%d-%H%M}.txt"
