"""What each command does: a few lines over the packages below.

A command runs on an open workspace. When the dashboard has it open, the command is handed to the dashboard (see ``channel.py``).
Results go to stdout (one JSON document with ``--json``), everything else to stderr; exit code 0 on success, 2 on bad input.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

import channel
from arguments import parser
from errors import N_, EpiGridError, InputError, StoreBusy
from queries.events import LOCAL, Viewer
from queries.ledger import untouched
from queries.view import View
from settings import ROOT, workspace_path
from words import language, translator

if TYPE_CHECKING:
    from queries.store import Store


@dataclass(frozen=True)
class Console:
    """Where a command speaks: results to ``out``, progress and problems to ``err``, in one language."""

    out: TextIO
    err: TextIO
    lang: str = "en"

    def result(self, document: dict[str, Any], *, as_json: bool) -> None:
        """Print a result: as one JSON document, or as lines to read."""
        if as_json:
            print(json.dumps(document, ensure_ascii=False, allow_nan=False), file=self.out, flush=True)
        else:
            print("\n".join(_lines(document)), file=self.out, flush=True)

    def note(self, message: str, **params: object) -> None:
        """Print a line to stderr, translated."""
        print(translator(self.lang)(message).format(**params), file=self.err, flush=True)

    def progress(self, message: str, **params: object) -> None:
        """Tell a person at a terminal what is being done; a script that reads stderr gets problems alone."""
        if self.err.isatty():
            self.note(message, **params)

    def share(self, share: float, message: str) -> None:
        """Tell a person at a terminal how far a long piece of work is."""
        self.progress(N_("{share} % {doing} ..."), share=round(100 * share), doing=translator(self.lang)(message))

    def problem(self, error: EpiGridError) -> int:
        """Print a known failure as one line and return its exit code."""
        print(" ".join(error.text(translator(self.lang)).split()), file=self.err, flush=True)
        return error.exit_code


def _lines(document: dict[str, Any], indent: str = "") -> list[str]:
    lines = []
    for key, value in document.items():
        if isinstance(value, dict):
            lines += [f"{indent}{key}:", *_lines(value, indent + "  ")]
        elif isinstance(value, list) and value and isinstance(value[0], dict):
            lines += [f"{indent}{key}:", *(f"{indent}  " + ", ".join(f"{k}={v}" for k, v in row.items()) for row in value)]
        else:
            lines.append(f"{indent}{key}: {value}")
    return lines


# The commands on an open workspace


def demo(store: Store, viewer: Viewer, args: argparse.Namespace, console: Console) -> int:
    """Load the demo township or city."""
    from data.demo.load import load_demo

    counts = load_demo(store, viewer, size=args.size, seed=args.seed, progress=console.progress)
    console.result(counts, as_json=args.json)
    return 0


def status(store: Store, viewer: Viewer, args: argparse.Namespace, console: Console) -> int:
    """Print the figures of a moment."""
    from briefing.indicators import figure
    from briefing.view import View
    from ledgers.overview import figures

    known_at = store.moment(args.known_at) if args.known_at else None
    found = figures(View(store, viewer, at=args.at, known_at=known_at, area=args.area))
    view = View(store, viewer, at=found.at, known_at=known_at, area=args.area)
    document = {
        "at": found.at.isoformat(),
        "layers": found.layers,
        "entrances": found.entrances,
        "entrances_open_now": found.entrances_open_now,
        "checkpoints": found.checkpoints,
        "checkpoints_unstaffed_now": found.checkpoints_unstaffed_now,
        "checkpoints_beyond_border": found.checkpoints_beyond,
        "crossings": found.crossings,
        # a zero above is an all-clear only where it was asked of all
        "coverage": {
            name: None if (coverage := figure(view, name).coverage) is None else {"asked": coverage.asked, "total": coverage.total}
            for name in ("entrances.unstaffed", "checkpoints.unstaffed", "roads.crossings_open")
        },
    }
    console.result(document, as_json=args.json)
    return 0


def import_osm(store: Store, viewer: Viewer, args: argparse.Namespace, console: Console) -> int:
    """Take in an OpenStreetMap extract."""
    from ledgers.intake import osm_import

    region = {name: getattr(args, name) for name in ("boundary", "bbox", "county", "extent")}
    result = osm_import.import_osm(
        store, viewer, Path(args.file), **region, accept_proposed=args.accept_proposed, progress=console.progress
    )
    if result["extent_origin"] is None:
        console.note(osm_import.UNKNOWN_EXTENT)
        console.note("Give it with --extent: a file of polygons, or a box W,S,E,N.")
    if result["proposed"]:
        console.note(
            "{n} localities have a village's name and are no settlements: --accept-proposed takes them in.", n=len(result["proposed"])
        )
    console.result(result, as_json=args.json)
    return 0


def import_ledger(store: Store, viewer: Viewer, args: argparse.Namespace, console: Console) -> int:
    """Take in a workbook or layer file; a dry run shows what would change."""
    from ledgers.intake import imports

    translate = translator(console.lang)
    plan = imports.plan_import(
        store, viewer, Path(args.file), args.layer, crs=args.crs, sheet=args.sheet, translate=translate, progress=console.progress
    )
    problem = imports.objection(plan, accept_valid=args.accept_valid, accept_crs=args.accept_crs)
    if problem is None and not args.dry_run:
        imports.apply_import(store, viewer, plan, accept_valid=args.accept_valid, accept_crs=args.accept_crs, progress=console.progress)
    console.result(imports.result_json(plan, translate=translate), as_json=args.json)
    return console.problem(problem) if problem else 0


def export(store: Store, viewer: Viewer, args: argparse.Namespace, console: Console) -> int:
    """Write a layer with its state at a moment."""
    from ledgers.exports import export_layer

    export_layer(store, viewer, args.layer, Path(args.out), at=args.at)
    console.note("Written: {file}", file=args.out)
    return 0


def backup(store: Store, viewer: Viewer, args: argparse.Namespace, console: Console) -> int:
    """Write the whole workspace into one file."""
    from ledgers.backup import write_backup

    write_backup(store, viewer, Path(args.file))
    console.note("Written: {file}", file=args.file)
    return 0


def restore(store: Store, viewer: Viewer, args: argparse.Namespace, console: Console) -> int:
    """Replace the workspace by a backup; what it held is backed up first."""
    from ledgers.backup import restore_backup

    kept = restore_backup(store, viewer, Path(args.file))
    if kept:
        console.note("What the workspace held before is in {file}", file=kept)
    console.note("Restored from {file}", file=args.file)
    return 0


def coverage(store: Store, viewer: Viewer, args: argparse.Namespace, console: Console) -> int:
    """Print what the roads leave open, with the proof."""
    from ledgers.roads.claim import certificate
    from ledgers.roads.coverage import study
    from ledgers.roads.coverage_json import document
    from queries.landing import write_text

    if args.certificate and not Path(args.certificate).parent.is_dir():
        raise InputError("There is no folder {folder} to write the certificate in.", folder=Path(args.certificate).parent)
    if args.posts is not None and args.posts < 0:
        raise InputError("--posts takes a number from 0 on, not {number}.", number=args.posts)
    console.progress(N_("Working out what the roads leave open ..."))
    found = study(View(store, viewer, at=args.at), mode=args.mode)
    result = document(store, viewer, found, posts=args.posts)
    if found.nothing_because is not None:
        console.note(found.nothing_because)
    console.result(result if args.json else _brief(result), as_json=args.json)
    if args.certificate:
        write_text(Path(args.certificate), json.dumps(certificate(found), ensure_ascii=False, separators=(",", ":")))
        console.note("Written: {file}", file=args.certificate)
    return 0


def _brief(found: dict[str, Any]) -> dict[str, Any]:
    """Return a coverage document without its long lists, to be read in a terminal."""
    exposed = [
        {"name": row["name"] or row["id"], "people": row["population"] if row["population_known"] else "?", "m": row["route"]["length_m"]}
        for row in found["exposed"]
    ]
    names = ("claim", "at", "mode", "network", "sources", "settlements", "unknown_area", "junctions", "if_joined", "sealing")
    kept = {key: found[key] for key in names}
    return {**kept, "exposed": exposed, **({"plan": found["plan"]} if "plan" in found else {})}


def report(store: Store, viewer: Viewer, args: argparse.Namespace, console: Console) -> int:
    """Print the daily report of a date: every unit at the cut-off, and who has not reported."""
    from ledgers.reports.daily_report import daily, document

    found = daily(View(store, viewer, known_at=args.known_at), args.date, cutoff=args.cutoff, unit=args.unit)
    told = document(found)
    console.result(told if args.json else _brief_report(told), as_json=args.json)
    return 0


def _brief_report(told: dict[str, Any]) -> dict[str, Any]:
    """Return a daily report to be read in a terminal: a line a unit, and of what was learned later what is not nothing."""

    def line(row: dict[str, Any]) -> dict[str, Any]:
        later = " ".join(f"{field}{n:+d}" for field, n in row["learned_later"].items() if n)
        kept = {key: value for key, value in row.items() if key not in ("learned_later", "corrected", "zero")}
        return kept | ({"learned_later": later} if later else {})

    return {**told, "units": [line(row) for row in told["units"]], "total": line(told["total"])}


def due(store: Store, viewer: Viewer, args: argparse.Namespace, console: Console) -> int:
    """Print what is due at a moment: readings, visits, releases, and who alarms."""
    from ledgers.people.due import document
    from ledgers.people.due import due as find

    console.result(document(find(View(store, viewer, at=args.at))), as_json=args.json)
    return 0


def risk(store: Store, viewer: Viewer, args: argparse.Namespace, console: Console) -> int:
    """Print the risk level of each area at a moment, why, and when it changes."""
    from ledgers.risk.levels import document, levels

    console.result(document(levels(View(store, viewer, at=args.at)), translate=translator(console.lang)), as_json=args.json)
    return 0


def settings(store: Store, viewer: Viewer, args: argparse.Namespace, console: Console) -> int:
    """Set what is given, and print every setting as it is in force now."""
    from ledgers.workspace_settings import SETTINGS, in_force, put

    if args.values:
        given = dict(map(_setting, args.values))
        put(store, viewer, given)
        for key in given:
            last = SETTINGS[key].orders(store)[-1]
            if "from" in last:
                console.note(
                    "The setting {key} will hold from {moment} on; what goes by the day, from the day after.", key=key, moment=last["from"]
                )
    found = in_force(store)
    if not args.json:
        translate = translator(console.lang)
        found = {f"{key} ({translate(SETTINGS[key].about)})": json.dumps(value, ensure_ascii=False) for key, value in found.items()}
    console.result(found, as_json=args.json)
    return 0


def _setting(given: str) -> tuple[str, Any]:
    key, equals, value = given.partition("=")
    try:
        if not equals:
            raise ValueError
        return key, json.loads(value)
    except ValueError:
        raise InputError("{text} sets nothing; write KEY=JSON, like isolation_days=14 or cutoff='\"18:00\"'.", text=repr(given)) from None


def purge(store: Store, viewer: Viewer, args: argparse.Namespace, console: Console) -> int:
    """Remove personal data past its retention, and record that it was removed."""
    from ledgers.people.retention import purge as remove

    console.result(remove(store, viewer, at=args.at, dry_run=args.dry_run), as_json=args.json)
    return 0


def snapshot(store: Store, viewer: Viewer, args: argparse.Namespace, console: Console) -> int:
    """Print one map into a file."""
    from briefing.maps.content import Paper
    from briefing.snapshot import snapshot as print_map

    paper = Paper(args.paper, landscape=args.landscape or args.paper == "wide", dpi=args.dpi)
    console.progress(N_("Drawing the map ..."))
    print_map(store, viewer, args.map, Path(args.out), area=args.area, at=args.at, paper=paper, lang=args.printed_in)
    console.note("Written: {file}", file=args.out)
    return 0


def brief(store: Store, viewer: Viewer, args: argparse.Namespace, console: Console) -> int:
    """Write the briefing of an area at the last cut-off."""
    from briefing.publish import publish
    from briefing.writers import FORMATS

    formats = FORMATS if args.formats is None else [name.strip() for name in args.formats.split(",")]
    told = publish(store, viewer, args.area, Path(args.out), at=args.at, formats=formats, lang=args.printed_in, progress=console.share)
    console.result(told, as_json=args.json)
    return 0


def pack(store: Store, viewer: Viewer, args: argparse.Namespace, console: Console) -> int:
    """Print the maps of the whole area and of each of its units into a zip file."""
    from briefing.pack import pack as print_all

    told = print_all(store, viewer, Path(args.out), at=args.at, area=args.area, lang=args.printed_in, progress=console.share)
    for failed in told["failed"]:
        console.note("Not drawn: {name} ({why})", **failed)
    console.result(told, as_json=args.json)
    return 0


ON_WORKSPACE: dict[str, Callable[[Store, Viewer, argparse.Namespace, Console], int]] = {
    "demo": demo,
    "status": status,
    "import-osm": import_osm,
    "import": import_ledger,
    "export": export,
    "backup": backup,
    "restore": restore,
    "coverage": coverage,
    "report": report,
    "due": due,
    "risk": risk,
    "settings": settings,
    "purge": purge,
    "snapshot": snapshot,
    "brief": brief,
    "pack": pack,
}
READS_EXISTING = ("status", "export", "backup", "coverage", "report", "due", "risk", "purge", "snapshot", "brief", "pack")


def perform(store: Store, viewer: Viewer, args: argparse.Namespace, console: Console) -> int:
    """Run one command on an open workspace; a known failure becomes one line and an exit code."""
    try:
        return ON_WORKSPACE[args.command](store, viewer, args, console)
    except EpiGridError as error:
        return console.problem(error)
    except BrokenPipeError:
        raise
    except OSError as error:
        return console.problem(_of_the_system(error))


def _of_the_system(error: OSError) -> InputError:
    return InputError("{file}: {why}.", file=error.filename, why=error.strerror or error)


def _on_workspace(args: argparse.Namespace, console: Console) -> int:
    from queries.store import open_store

    folder = workspace_path(args.workspace)
    existed = folder.exists()
    try:
        store = open_store(folder, create=args.command not in READS_EXISTING)
    except StoreBusy as busy:
        answer = channel.delegate(folder, {**vars(args), "lang": console.lang}, out=console.out, err=console.err)
        return console.problem(busy) if answer is None else answer
    with store:
        exit_code = perform(store, LOCAL, args, console)
        nothing_came = exit_code != 0 and not store.revision and not any((folder / "exports").iterdir())
    if nothing_came and not existed:
        shutil.rmtree(folder)  # a mistyped file name must not leave a workspace behind
    return exit_code


# The commands around it


def run(args: argparse.Namespace, console: Console) -> int:
    """Open the dashboard; an empty workspace gets the demo township first."""
    folder = workspace_path(args.workspace)
    url = channel.address(folder)
    if url is not None:
        console.note("The dashboard of this workspace is already open at {url}", url=url)
        return 0
    _check_port(args.port)
    # A second start does not load the whole program twice: it looks at the file alone.
    if untouched(folder / "ledger.duckdb"):
        console.note("The workspace is empty: loading the demo township ...")
        load_demo_town(folder, console)
    environment = {**os.environ, "EPIGRID_WORKSPACE": str(folder)}
    command = [sys.executable, "-m", "streamlit", "run", str(ROOT / "dashboard.py"), "--server.port", str(args.port)]
    command += ["--server.headless", "false" if _has_display() else "true"]  # not headless: Streamlit opens the browser
    console.note("Opening the dashboard at {url} (Ctrl+C stops it)", url=f"http://127.0.0.1:{args.port}")
    os.chdir(ROOT)  # .streamlit/config.toml is found from here
    if os.name != "nt":
        os.execve(sys.executable, command, environment)
    return subprocess.run(command, env=environment).returncode


def _check_port(port: int) -> None:
    with socket.socket() as probe:
        if os.name != "nt":  # as the server does: connections that have just ended are no obstacle
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except (OSError, OverflowError):
            raise InputError(
                "Port {port} is taken by another program, or not allowed here; choose another one with --port.", port=port
            ) from None


def load_demo_town(folder: Path, console: Console) -> None:
    """Load the demo township into an empty workspace."""
    from data.demo.load import load_demo
    from queries.store import open_store

    with open_store(folder) as store:
        load_demo(store, LOCAL, progress=console.progress)


def _has_display() -> bool:
    return sys.platform in ("win32", "darwin") or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def test(args: argparse.Namespace, console: Console) -> int:
    """Run all tests, the browser's too."""
    from tests.browser import provide_browser

    problem = provide_browser(log=console.err)
    if problem:
        console.err.write(problem + "\n")
        if os.environ.get("CI") == "true":
            return 1
    spread = ["-n", "auto", "--dist", "loadfile", "--no-loadscope-reorder"]
    at_once = [] if any(a.startswith(("-n", "--pdb")) for a in args.pytest) else spread
    return subprocess.run([sys.executable, "-m", "pytest", *at_once, *args.pytest], cwd=ROOT).returncode


def main(argv: Sequence[str]) -> int:
    """Run the command line and return the exit code."""
    lang = language(os.environ.get("EPIGRID_LANG") or os.environ.get("LC_ALL") or os.environ.get("LANG"))
    console = Console(sys.stdout, sys.stderr, lang)
    args, rest = parser().parse_known_args(argv)
    if args.command == "test":
        return test(argparse.Namespace(pytest=rest), console)
    if args.command == "verify-certificate":
        from geo.certificate import main as verify

        return verify([args.file])
    if rest:
        parser().error(f"unrecognized arguments: {' '.join(rest)}")
    try:
        return run(args, console) if args.command == "run" else _on_workspace(args, console)
    except EpiGridError as error:
        return console.problem(error)
    except BrokenPipeError:  # whoever read the result has read enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        return console.problem(_of_the_system(error))
