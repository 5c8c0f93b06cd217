"""Chromium, for the tours, the unit tests of the till and the screenshots."""

import shutil

from . import programs
from .steps import Problem, lock

NAMES = ("google-chrome", "chromium", "chromium-browser", "google-chrome-stable")  # as Odoo looks


def get():
    """Return the path of a browser, providing one when there is none."""
    for name in NAMES:
        if found := shutil.which(name):
            return found
    with lock("browser"):
        try:
            return str(programs.provide("chromium", binary="usr/lib/chromium/chromium"))
        except Problem as problem:
            raise Problem(
                f"{problem}\n\nThe browser tests need Chromium: sudo apt-get install chromium"
            ) from None
