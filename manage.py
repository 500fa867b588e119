#!/usr/bin/env python3
"""EpiGrid 防控一张图 from the command line.

Starts with the standard library alone: makes ``.venv`` from the requirement files where it is missing or out of date, then runs
the command inside it. Only ``test`` installs what the tests need besides. What each command does is in ``commands.py``.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
PRODUCT, TESTS = ROOT / "requirements.txt", ROOT / "requirements-dev.txt"


def needed(arguments: Sequence[str]) -> tuple[Path, ...]:
    """Return the requirement files that a command needs."""
    return (PRODUCT, TESTS) if arguments[:1] == ["test"] else (PRODUCT,)


def stamp(file: Path) -> Path:
    """Return the file in ``.venv`` that tells which state of a requirement file is installed there."""
    return VENV / f"{file.stem}.sha256"


def wanted(file: Path) -> str:
    """Return the fingerprint of what a requirement file asks for."""
    return hashlib.sha256(f"{sys.version_info[:2]}".encode() + file.read_bytes()).hexdigest()


def up_to_date(files: Sequence[Path]) -> bool:
    """Tell whether ``.venv`` is whole and holds what some requirement files ask for at present."""
    return PYTHON.exists() and all(stamp(file).exists() and stamp(file).read_text("utf-8").strip() == wanted(file) for file in files)


def make_venv(files: Sequence[Path]) -> None:
    """Make ``.venv``, or bring it up to date; everything that the installer says goes to stderr, so that ``--json`` stays clean."""
    print("Preparing .venv (first start, or requirements have changed); this takes a minute or two ...", file=sys.stderr, flush=True)
    requirements = [argument for file in files for argument in ("-r", str(file))]
    install = ["install", "--quiet", "--disable-pip-version-check", *requirements]
    pip = [str(PYTHON), "-m", "pip"]
    if not _works([*pip, "--version"]) and not _works([sys.executable, "-m", "venv", "--clear", str(VENV)]):
        # Debian splits ensurepip from python3: without it, the pip outside installs into the new environment.
        _run([sys.executable, "-m", "venv", "--clear", "--without-pip", str(VENV)])
        pip = [sys.executable, "-m", "pip", "--python", str(PYTHON)]
    _run([*pip, *install])
    for file in files:
        stamp(file).write_text(wanted(file) + "\n", "utf-8")


def _works(command: list[str]) -> bool:
    try:
        return subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0
    except OSError:
        return False


@contextlib.contextmanager
def _one_at_a_time() -> Iterator[None]:
    """Let a second start wait until the first has prepared ``.venv``."""
    if os.name == "nt":
        yield
        return
    import fcntl

    with (ROOT / ".venv.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _run(command: list[str]) -> None:
    if subprocess.run(command, stdout=sys.stderr).returncode != 0:
        sys.exit(f"Preparing .venv failed at: {' '.join(command)}")


def main() -> int:
    """Run the command line inside ``.venv``."""
    if sys.version_info < (3, 11):  # noqa: UP036 - whoever starts it may have an older one
        sys.exit(f"EpiGrid needs Python 3.11 or newer; this is {sys.version.split()[0]}.")
    if sys.argv[1:2] == ["verify-certificate"]:
        # Whoever doubts a proof need not install anything to check it.
        from geo.certificate import main as verify_certificate

        return verify_certificate(sys.argv[2:])
    files = needed(sys.argv[1:])
    if not up_to_date(files):
        with _one_at_a_time():
            if not up_to_date(files):
                make_venv(files)
    if Path(sys.prefix).resolve() != VENV.resolve():
        command = [str(PYTHON), str(Path(__file__).resolve()), *sys.argv[1:]]
        if os.name == "nt":
            return subprocess.run(command).returncode
        sys.stdout.flush()
        os.execv(command[0], command)
    from commands import main as run_command

    return run_command(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
