"""Chromium, for the tours, the unit tests of the till and the screenshots."""

import shutil
import subprocess
from pathlib import Path

from . import programs
from .steps import Problem, lock

NAMES = ("google-chrome", "chromium", "chromium-browser", "google-chrome-stable")  # as Odoo looks
MISSING = "The browser tests need Chromium or Google Chrome, installed as a package, not as a snap."


def get():
    """Return the path of a browser, providing one when there is none."""
    for name in NAMES:
        if (found := shutil.which(name)) and starts(found):
            return found
    with lock("browser"):
        try:
            program = programs.provide("chromium", binary="usr/lib/chromium/chromium")
        except Problem as problem:
            raise Problem(f"{problem}\n\n{MISSING}") from None
    if not starts(program):
        raise Problem(f"{program} does not start.\n\n{MISSING}")
    return str(program)


def starts(program):
    """Whether it is a browser that tests can steer.

    A snap starts too, but keeps its files in a place of its own, where nobody finds the port it
    listens on. Ubuntu's package is a script that calls the snap or asks for it.
    """
    file = Path(program).resolve()
    if file.name == "snap" or "/snap/" in str(file):
        return False
    with file.open("rb") as content:
        if content.read(2) == b"#!" and b"/snap/bin/" in content.read(8192):
            return False
    try:
        done = subprocess.run([program, "--version"], capture_output=True, timeout=30, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0
