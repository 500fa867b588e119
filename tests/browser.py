"""The browser that the tests drive: found on the machine, or installed where that is ours to do."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import TextIO

# The shell that draws without a window costs less than the whole browser, and draws the same.
SHELL = "chromium-headless-shell"
NAMES = (SHELL, "chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")
PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
)
HOW = f"install Chromium or Chrome (Debian: apt-get install {SHELL}, or chromium), or name one in EPIGRID_BROWSER"


def find_browser() -> str | None:
    """Return the path of a Chromium-like browser, if there is one."""
    named = os.environ.get("EPIGRID_BROWSER")
    if named:
        return named if Path(named).exists() else None
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    return found or next((place for place in PLACES if Path(place).exists()), None)


def provide_browser(*, log: TextIO) -> str | None:
    """See to it that there is a browser; return None, or a line that says what to install.

    On Debian (and its children) as root it is installed with apt: the shell without a window, or else the whole browser.
    """
    if find_browser():
        return None
    if Path("/etc/debian_version").exists() and hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get"):
        log.write("Installing Chromium for the browser tests ...\n")
        log.flush()
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run(["apt-get", "update", "-qq"], env=environment, stdout=log, stderr=log, check=False)
        for package in (SHELL, "chromium"):  # older releases have no package of the shell
            command = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", package]
            subprocess.run(command, env=environment, stdout=log, stderr=log, check=False)
            if find_browser():
                return None
    return f"No browser found: the browser tests cannot run; {HOW}."
