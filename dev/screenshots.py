"""Pictures of the running demo; the scenes are in screens.py."""

import argparse
import contextlib
import os
import subprocess
from pathlib import Path

from . import browser, demo, paths, stage
from .steps import say


def screenshots(arguments):
    parser = argparse.ArgumentParser(prog="make screenshots", description=__doc__)
    parser.add_argument("--only", nargs="+", default=[], metavar="SCENE")
    options = parser.parse_args(arguments)
    folder = Path(os.environ.get("OUT") or paths.CACHE / "screenshots").resolve()
    folder.mkdir(parents=True, exist_ok=True)
    with stage.ready() as here, _shop() as (name, url, config):
        program = browser.get()
        command = here.script("photograph", program, url, name, str(config), str(folder))
        code = subprocess.call([*command, *options.only], env=here.environment())
    say(f"Pictures are in {folder}")
    return code


@contextlib.contextmanager
def _shop():
    """The demo being served, else one of our own on fresh data."""
    if running := demo.running():
        yield running
        return
    with demo.serving(demo.PICTURES, fresh=True) as (_process, url, config):
        yield demo.PICTURES, url, config
