"""The request (请示) for posts at the junctions that nobody watches, drafted from a study as plain text."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import geopandas as gpd

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
) -> str:
    """Return the text of a request.

    Parameters
    ----------
    posts
        The posts to ask for, as ``Study.proposed``.
    when, dated
        The moment of the study, and the date of the letter, as the reader writes them.
    road_class
        What the class of road of each post is called.
    """
    _ = translate
    exposed = study.settlements[study.settlements["status"] == "exposed"]
    lines = [
        _("Request for monitoring posts at {n} junctions").format(n=len(posts)),
        "",
        _("{addressee}:").format(addressee=addressee),
        _(
            "As of {moment}, roads lead from outside past no staffed post to {villages} villages and communities with {people} people. "
            "The junctions below have no post, and monitoring has blind spots there:"
        ).format(moment=when, villages=len(exposed), people=f"{int(exposed['population'].sum()):,}"),
        "",
    ]
    # Where each leaves the same open, that is said once.
    alike = len(posts) > 1 and posts["opens"].nunique() == 1
    for post, highway in zip(posts.itertuples(), road_class, strict=True):
        place = _("{number}. {road} ({highway}; {lat}, {lon})").format(
            number=post.number,
            road=post.road or _("unnamed road"),
            highway=highway,
            lat=f"{post.geometry.y:.5f}",
            lon=f"{post.geometry.x:.5f}",
        )
        lines.append(place + _(".") if alike else place + _(": without a post there, ") + _open(post, translate))
    if alike:
        lines += ["", _("Should a single one of them have no post, ") + _open(posts.iloc[0], translate)]
    lines += ["", _proof(study, posts, translate), "", _("We ask that posts be placed there. Please approve."), "", sender, dated]
    return "\n".join(lines)


def _open(post: Any, translate: Translate) -> str:
    """Return what stays open without a post."""
    _ = translate
    return _("{villages} villages with {people} people stay open{names}.").format(
        villages=post.settlements,
        people=f"{int(post.people):,}",
        names=_some(post.opens, _(", "), _(" ({names})"), _(" and others")),
    )


def _some(names: str, comma: str, wrapped: str, more: str) -> str:
    """Return a list of names in brackets, cut where it is long."""
    listed = [name for name in names.split(", ") if name]
    if not listed:
        return ""
    return wrapped.format(names=comma.join(listed[:NAMED]) + (more if len(listed) > NAMED else ""))


def _proof(study: Study, posts: gpd.GeoDataFrame, translate: Translate) -> str:
    """Return what is proved of these posts."""
    _ = translate
    sealing, chosen = study.coverage.sealing, set(posts["node"])
    if sealing.posts is not None and chosen == set(sealing.posts.tolist()):
        if study.coverage.uniform and study.sites == "anywhere":
            return _(
                "It is proved that with these {n} posts no road on the map leads to any settlement unseen, and that fewer cannot do: there "
                "are {n} routes that share no place where a post could stand. The certificate can be verified independently."
            ).format(n=len(posts))
        return _(
            "It is proved that with these {n} posts no road on the map leads to any settlement unseen, and that at the places allowed, at "
            "these costs, no cheaper ones do."
        ).format(n=len(posts))
    protected = int(study.coverage.population[~study.coverage.exposed_after(posts["node"])].sum())
    if study.coverage.uniform and protected == study.coverage.bound(len(posts)):
        return _("With these {n} posts {people} people are protected; it is proved that no other {n} posts protect more.").format(
            n=len(posts), people=f"{protected:,}"
        )
    if study.coverage.uniform:
        return _("With these {n} posts {people} people are protected; no other {n} posts can protect more than {bound}.").format(
            n=len(posts), people=f"{protected:,}", bound=f"{study.coverage.bound(len(posts)):,}"
        )
    return _("With these {n} posts {people} people are protected.").format(n=len(posts), people=f"{protected:,}")


def file_name(at: datetime) -> str:
    """Return what the file of a letter is called."""
    return f"request-{at:%Y%m%d-%H%M}.txt"
