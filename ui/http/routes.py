"""Every address beside the pages, in one table."""

from __future__ import annotations

from typing import Final

from starlette.responses import Response
from starlette.routing import BaseRoute, Mount
from starlette.staticfiles import StaticFiles

import channel
from ui.http import briefing, control, field, ground, layers
from ui.http.answers import document
from ui.http.door import Address, Call, Door
from ui.http.guards import own_commands, own_entries, own_pages
from ui.map import bundle

VERSION = "0.1.0"


def sign_of_life(call: Call) -> Response:
    """Answer that the server is there."""
    return document({"ok": True, "version": VERSION})


ADDRESSES: Final = (
    Address("/healthz", sign_of_life, public=True),
    # The map: ?at=&known_at=&area=; a study by ?at=&mode=&sites=&posts=
    Address("/layers/{name}.geojson", layers.LAYER),
    Address("/shades/{name}.geojson", layers.SHADE),
    Address("/coverage/{name}.geojson", layers.COVERAGE),
    Address("/planning/{name}.geojson", layers.PLANNING),
    Address("/network/{name}.geojson", layers.NETWORK),
    Address("/basemap.json", ground.about),
    Address("/basemap/{revision}/{z:int}/{x:int}/{y:int}.json", ground.tile),
    Address("/assets/map/{version}.js", ground.script, public=True),
    # Paper: ?area=&cutoff=&at=&lang=&parts=&maps=; a map as ``ui.background.snapshot_job.Snapshot`` says; the pack by ?area=&at=&lang=
    Address("/briefing/files/{form}", briefing.file, guard=own_pages),
    Address("/briefing/issued/{event}/{form}", briefing.issued, guard=own_pages),
    Address("/briefing/maps/{name}.{form}", briefing.sheet, guard=own_pages),
    Address("/briefing/pack.zip", briefing.pack, guard=own_pages),
    # The field page: ?area=&at=&lang=
    Address("/field/tasks.json", field.tasks),
    Address("/field/events", field.events, method="POST", guard=own_entries),
    # The command line, which shows the workspace's secret and is no viewer.
    Address(channel.PATH, control.prove, public=True),
    Address(channel.PATH, control.control, method="POST", guard=own_commands, public=True),
)
FILES: Final = {"/assets/leaflet": bundle.LEAFLET, "/assets/epigrid": bundle.ASSETS}


def routes(door: Door) -> list[BaseRoute]:
    """Return the routes of every address."""
    return [*map(door.route, ADDRESSES), *(Mount(path, StaticFiles(directory=folder)) for path, folder in FILES.items())]
