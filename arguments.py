"""The command line: every command, its options and its help."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import NoReturn

# What a map may be asked for by; ``briefing.maps.themes`` draws them.
MAPS = ("command", "entrances", "blind-spots", "risk", "screening", "unit", "changes")


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message}\n")


def _absolute(text: str) -> str:
    # The dashboard, which may carry the command out, stands in another folder.
    return str(Path(text).expanduser().absolute())


def _box_or_absolute(text: str) -> str:
    # As ``geo.region.is_box``.
    return text if text.count(",") == 3 and not Path(text).suffix[1:2].isalpha() else _absolute(text)


def parser() -> argparse.ArgumentParser:
    """Return the parser of the whole command line."""
    root = _Parser(prog="manage.py", description="EpiGrid 防控一张图")
    commands = root.add_subparsers(dest="command", required=True, metavar="COMMAND", parser_class=_Parser)

    def add(name: str, about: str, *, json_result: bool = False) -> argparse.ArgumentParser:
        command = commands.add_parser(name, help=about, description=about)
        command.add_argument("--workspace", metavar="DIR", type=_absolute, help="workspace (else EPIGRID_WORKSPACE, else workspace/)")
        if json_result:
            command.add_argument("--json", action="store_true", help="print one JSON document on stdout")
        return command

    command = add("run", "open the dashboard; loads the demo township when the workspace is empty")
    command.add_argument("--port", type=int, default=8501, metavar="N")

    commands.add_parser("test", help="run all tests; further arguments go to pytest", add_help=False)

    command = add("demo", "load a generated demo", json_result=True)
    command.add_argument("--size", choices=("town", "city"), default="town")
    command.add_argument("--seed", type=int, default=2020, metavar="N")

    command = add("status", "print the figures of a moment", json_result=True)
    command.add_argument("--at", metavar="ISO", help="the moment (default: the workspace clock)")
    command.add_argument("--known-at", metavar="ISO", help="as known at this moment (default: everything)")
    command.add_argument("--area", metavar="ID", help="one area and everything under it")

    command = add("import-osm", "take in an OpenStreetMap extract (.osm, .osm.gz, .osm.bz2, .osm.pbf)", json_result=True)
    command.add_argument("file", metavar="FILE", type=_absolute)
    region = command.add_mutually_exclusive_group()
    region.add_argument("--boundary", metavar="FILE", type=_absolute, help="outline of the region")
    region.add_argument("--bbox", metavar="W,S,E,N", help="region as a box in degrees")
    region.add_argument("--county", metavar="CODE", help="region by its six-digit division code")

    command.add_argument("--extent", metavar="FILE|W,S,E,N", type=_box_or_absolute, help="how far the data reach, if the file does not say")
    command.add_argument("--accept-proposed", action="store_true", help="take in localities with a village's name as settlements")

    command = add("import", "take in a workbook or layer file", json_result=True)
    command.add_argument("file", metavar="FILE", type=_absolute)
    command.add_argument("--layer", required=True, metavar="NAME")
    command.add_argument("--crs", metavar="CRS", help="wgs84, cgcs2000, gcj02, bd09 or EPSG:n; required where there are coordinates")
    command.add_argument("--sheet", metavar="S")
    command.add_argument("--dry-run", action="store_true", help="show what would change, change nothing")
    command.add_argument("--accept-valid", action="store_true", help="take the valid rows although others are rejected")
    command.add_argument("--accept-crs", action="store_true", help="take the declared CRS although another one fits better")

    command = add("export", "write a layer with its state: xlsx, csv, gpkg, geojson, parquet")
    command.add_argument("--layer", required=True, metavar="NAME")
    command.add_argument("--out", required=True, metavar="FILE", type=_absolute)
    command.add_argument("--at", metavar="ISO")

    command = add("coverage", "find what the roads leave open, and the fewest posts that close it", json_result=True)
    command.add_argument("--at", metavar="ISO", help="the moment (default: the workspace clock)")
    command.add_argument("--mode", choices=("drive", "walk"), default="drive", help="how people come in")
    command.add_argument("--posts", type=int, metavar="K", help="also the best plan of at most so many posts")
    command.add_argument("--certificate", metavar="FILE", type=_absolute, help="write the proof, for verify-certificate")

    command = add("report", "print the daily report of a date", json_result=True)
    command.add_argument("kind", choices=("daily",))
    command.add_argument("--date", required=True, metavar="YYYY-MM-DD")
    command.add_argument("--cutoff", metavar="HH:MM", help="the cut-off (default: the workspace's)")
    command.add_argument("--known-at", metavar="ISO", help="what was learned later, up to this moment (default: everything)")
    command.add_argument("--unit", metavar="ID", help="one village or community")

    command = add("due", "print what is due: readings, visits, releases, alarms", json_result=True)
    command.add_argument("--at", metavar="ISO", help="the moment (default: the workspace clock)")

    command = add("risk", "print the risk level of each area", json_result=True)
    command.add_argument("--at", metavar="ISO", help="the moment (default: the workspace clock)")

    command = add("settings", "print the settings of the workspace, and set those given", json_result=True)
    command.add_argument(
        "values", metavar="KEY=JSON", nargs="*", help="a setting and its value, like isolation_days=14 or cutoff='\"18:00\"'"
    )

    command = add("purge", "remove personal data past its retention", json_result=True)
    command.add_argument("--at", metavar="ISO", help="the moment that retention is counted from (default: the workspace clock)")
    command.add_argument("--dry-run", action="store_true", help="say what would be removed, remove nothing")

    def printed(command: argparse.ArgumentParser) -> None:
        command.add_argument("--at", metavar="ISO", help="the moment (default: the workspace clock)")
        # Not ``lang``: so the language of the console is called where the dashboard carries the command out.
        command.add_argument(
            "--lang", dest="printed_in", choices=("zh_CN", "en"), default="zh_CN", help="language of what is printed (default: zh_CN)"
        )

    command = add("snapshot", "print one map: .png, .pdf or .svg")
    command.add_argument("--map", required=True, choices=MAPS)
    command.add_argument("--out", required=True, metavar="FILE", type=_absolute)
    command.add_argument("--area", metavar="ID", help="one area and everything under it")
    command.add_argument("--paper", choices=("A4", "A3", "wide"), default="A4", help="wide: a slide of 16:9")
    command.add_argument("--landscape", action="store_true")
    command.add_argument("--dpi", type=int, default=300, metavar="N")
    printed(command)

    command = add("brief", "write the briefing of an area at the last cut-off", json_result=True)
    command.add_argument("--area", required=True, metavar="ID")
    command.add_argument("--out", required=True, metavar="DIR", type=_absolute)
    command.add_argument("--formats", metavar="LIST", help="of docx,pdf,pptx,html,xlsx (default: all)")
    printed(command)

    command = add("pack", "print the maps of the whole area and of each of its units into a zip file", json_result=True)
    command.add_argument("--out", required=True, metavar="FILE", type=_absolute)
    command.add_argument("--area", metavar="ID", help="one area and its units (default: the whole workspace)")
    printed(command)

    command = commands.add_parser("verify-certificate", help="check a proof of coverage")
    command.add_argument("file", metavar="FILE", type=_absolute)

    for name, about in (("backup", "write the whole workspace into one file"), ("restore", "replace the workspace by a backup")):
        add(name, about).add_argument("file", metavar="FILE", type=_absolute)
    return root
