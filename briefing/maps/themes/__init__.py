"""The maps that can be printed, by name: what each shows, turned into sheets ready to be drawn."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from briefing.facts import previous
from briefing.maps.content import Bounds, Content, Paper, PointTable
from briefing.maps.themes import blind_spots, command, differences, entrances, risk, screening, terms, unit
from briefing.maps.themes.facts import A4, Facts
from briefing.maps.themes.ground import ground, locator, roads
from briefing.maps.themes.layers import MAKERS
from briefing.maps.themes.pieces import Sheet, Told, kept, legend, widened
from briefing.view import View
from errors import N_, InputError, NotFound
from ledgers.risk.shades import NAMES
from queries.layers import event_sourced_layers
from queries.view import fact


@dataclass(frozen=True)
class Theme:
    """One map.

    Attributes
    ----------
    title, about
        What it is called on the sheet, and what it shows.
    layers
        The web map's layers that it draws, unless others are asked for.
    tell
        What stands beside the map, with the numbers in it.
    grids
        Whether the borders of grids are drawn however large the area is.
    held
        Whether it draws which areas are controlled or sealed off.
    of_unit
        Whether it is of one area that must be named.
    """

    title: str
    about: str
    layers: tuple[str, ...]
    tell: Callable[[Facts], Told]
    grids: bool = False
    held: bool = True
    of_unit: bool = False


def _since_last_briefing(facts: Facts) -> Told:
    return differences.tell(facts, previous(facts.view))


MAPS: dict[str, Theme] = {
    "command": Theme(
        N_("Epidemic control: command map"),
        N_("Entrances, checkpoints, areas and ways in as they stand."),
        command.LAYERS,
        command.tell,
    ),
    "entrances": Theme(
        N_("Control of entrances"),
        N_("Every entrance numbered, with its mode and hours."),
        entrances.LAYERS,
        entrances.tell,
        held=False,
    ),
    "blind-spots": Theme(
        N_("Checkpoints and blind spots"),
        N_("Where roads lead in unseen, and the posts that would close them."),
        blind_spots.LAYERS,
        blind_spots.tell,
        held=False,
    ),
    "risk": Theme(
        N_("Map of risk areas"),
        N_("Each area with its level and the day on which it changes."),
        risk.LAYERS,
        risk.tell,
    ),
    "screening": Theme(
        N_("Progress of the screening"),
        N_("Each grid by the share of its households that are settled."),
        screening.LAYERS,
        screening.tell,
        grids=True,
    ),
    "unit": Theme(
        N_("Operations map"),
        N_("One sheet for a community or village."),
        unit.LAYERS,
        unit.tell,
        of_unit=True,
    ),
    "changes": Theme(
        N_("Map of what changed"),
        N_("What came, went or changed since the briefing before."),
        differences.LAYERS,
        _since_last_briefing,
        held=False,
    ),
}


def content(
    view: View,
    name: str,
    *,
    extent: Bounds | None = None,
    layers: Collection[str] | None = None,
    paper: Paper | None = None,
    cutoff: datetime | None = None,
) -> Content:
    """Return a map of a view, ready to be drawn.

    Parameters
    ----------
    name
        One of ``MAPS``.
    extent
        What is on the screen, in degrees: nothing outside it is drawn, counted or listed.
    layers
        The web map's layers to draw (``ui.legend.styles.STYLES``) in place of the theme's own.
    paper
        What it will be drawn on: how much of the ground there is room for. A4 unless it is given.
    cutoff
        The cut-off that the sheet is made for, printed with its moment.

    Raises
    ------
    NotFound
        When there is no such map, or no such area.
    InputError
        When the map is of one area and none is named, or there is nothing at all that could be drawn.
    """
    theme = _theme(name)
    if theme.of_unit and view.area is None:
        raise InputError("This map is of one community or village: name its area.")
    return _content(Facts(view, paper or A4, _window(extent)), name, theme.tell, layers, cutoff)


def contents(
    view: View, name: str, areas: Iterable[str], *, paper: Paper | None = None, cutoff: datetime | None = None
) -> Iterator[Content]:
    """Yield a map of each of many areas, as :func:`content`: what they share is asked of the ledger and worked out once.

    Raises
    ------
    NotFound, InputError
        As :func:`content`, when the sheet in question is asked for.
    """
    theme = _theme(name)
    for area in areas:
        yield _content(Facts(view.narrowed(area), paper or A4), name, theme.tell, None, cutoff)


def changes(
    before: View, now: View, *, extent: Bounds | None = None, paper: Paper | None = None, cutoff: datetime | None = None
) -> Content:
    """Return the map of what changed between two views of the same area."""
    facts = Facts(now, paper or A4, _window(extent))
    return _content(facts, "changes", partial(differences.tell, before=before), None, cutoff)


def _theme(name: str) -> Theme:
    if name not in MAPS:
        raise NotFound("There is no map {name}; there are: {names}.", name=repr(name), names=", ".join(MAPS))
    return MAPS[name]


def _window(extent: Bounds | None) -> Bounds | None:
    """Return an extent as it can be drawn: within the world, and not turned round."""
    if extent is None:
        return None
    west, south, east, north = extent
    if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):
        raise InputError("{extent} is no part of the earth; write west, south, east, north in degrees.", extent=", ".join(map(str, extent)))
    return extent


def _content(facts: Facts, name: str, tell: Callable[[Facts], Told], layers: Collection[str] | None, cutoff: datetime | None) -> Content:
    _ = facts.translate
    theme = MAPS[name]
    recorded = facts.area is not None or facts.view.area is None
    told = tell(facts) if recorded else Told()
    extent = told.extent or facts.extent
    shown = [layer for layer in MAKERS if layer in (theme.layers if layers is None else layers)]
    filled = bool(told.fills) or any(layer in NAMES for layer in shown)
    sheet = Sheet(facts, extent, shown, told.numbers, theme.grids, filled, theme.held or layers is not None)
    of_layers = [piece for layer in shown for piece in MAKERS[layer](sheet)] if recorded else []
    counted = [*told.fills, *of_layers, *told.above]
    if facts.window is None:
        extent = widened(extent, counted)
    else:
        counted = [piece for piece in (kept(piece, extent) for piece in counted) if len(piece.drawn.geometry)]
    pieces = [*ground(facts, extent, counted), *told.below, *counted]
    notes = list(told.notes)
    if not recorded:
        notes.append(_("Nothing had been recorded of {name} by this moment.").format(name=facts.name))
    elif not facts.kept:
        notes.append(_("No post, entrance or other ledger had been kept by this moment: what is drawn follows from the map data alone."))
    elif not notes and not legend((piece for piece in pieces if piece.layer), extent, _):
        notes.append(_("Nothing of what this map shows is recorded here at this moment."))
    if facts.view.before_records is not None:
        notes.append(_("This moment lies before the first record: no figure of it is known."))
    if facts.view.at > facts.view.store.now():
        notes.append(_("This moment is still to come: it is drawn as ordered and rostered so far."))
    return Content(
        name=name,
        title=_(theme.title),
        unit=facts.name,
        moment=" · ".join(filter(None, (*_moment(facts.view, cutoff), told.compared))),
        extent=extent,
        layers=tuple(piece.drawn for piece in pieces),
        legend=legend(pieces, extent, _),
        figures=told.figures if facts.view.before_records is None else (),
        table=_listed(told, shown),
        locator=locator(facts),
        marks=tuple(_marks(facts)),
        credits=tuple(_credits(facts)),
        notes=tuple(notes),
        lang=facts.view.lang,
    )


def _listed(told: Told, shown: Collection[str]) -> PointTable | None:
    """Return the table without what is numbered in a layer that is not drawn."""
    hidden = {str(number) for (layer, _id), number in told.numbers.items() if layer in MAKERS and layer not in shown}
    if told.table is None or not hidden:
        return told.table
    rows = tuple(row for row in told.table.rows if row[0] not in hidden)
    return replace(told.table, rows=rows) if rows else None


def _moment(view: View, cutoff: datetime | None) -> Iterator[str]:
    """Yield as of when a sheet is, its cut-off where it is made for one, and as known when."""
    _ = view.translate
    at = terms.moment(view, view.at, year=True)
    yield (_("As of {moment} (cut-off)") if cutoff == view.at else _("As of {moment}")).format(moment=at)
    if view.before_records is not None:
        yield _("before the first record of {moment}").format(moment=terms.moment(view, view.before_records, year=True))
    if cutoff is not None and cutoff != view.at:
        yield _("cut-off {moment}").format(moment=terms.moment(view, cutoff))
    known = _("so far") if view.known_at is None else terms.moment(view, view.known_at)
    yield _("as known {moment}").format(moment=known)


def _marks(facts: Facts) -> Iterator[str]:
    _ = facts.translate
    yield _("For internal use")
    if facts.view.store.setting("demo"):
        yield _("Demo data")


def _credits(facts: Facts) -> Iterator[str]:
    """Yield whose data are drawn."""
    _ = facts.translate
    yield _("Ledger of {name}").format(name=facts.view.store.setting("title") or facts.name)
    if _from_osm(facts.whole):
        yield _("© OpenStreetMap contributors")


@fact()
def _from_osm(whole: View) -> bool:
    """Tell whether anything of the ground, or of what stands on it, comes from OpenStreetMap."""
    frames = [roads(whole)[0], *(whole.layer(layer.name) for layer in event_sourced_layers())]
    return any((frame["source"] == "osm").any() for frame in frames)
