"""Pictures of the demo; the scenes are in screens.py, what is published in pictures.py.

Without options, every scene is played on the demo that is being served, else on fresh data.
"""

import argparse
import contextlib
import os
import subprocess
from pathlib import Path

from . import browser, demo, paths, stage
from .steps import say


def screenshots(arguments):
    parser = argparse.ArgumentParser(prog="make screenshots", description=__doc__)
    parser.add_argument("--only", nargs="+", default=[], metavar="SCENE", help="play these alone")
    parser.add_argument(
        "--lang",
        nargs="+",
        default=[],
        metavar="CODE",
        help="in these languages, such as ar_001 or de_DE, each in a folder of its own",
    )
    parser.add_argument(
        "--publish",
        action="store_true",
        help="renew the pictures and banners of README and app pages, always on fresh data",
    )
    parser.add_argument(
        "--again", action="store_true", help="on the data as the last pictures left them"
    )
    options = parser.parse_args(arguments)
    folder = Path(os.environ.get("OUT") or paths.CACHE / "screenshots").resolve()
    code = 0
    with stage.ready() as here, _shop(options) as (name, url, config):
        for language in options.lang or [""]:
            (folder / language).mkdir(parents=True, exist_ok=True)
            command = [browser.get(), url, name, str(config), str(folder / language)]
            command += ["--lang", language] if language else []
            command += ["--publish"] if options.publish else []
            command += ["--only", *options.only] if options.only else []
            code |= subprocess.call(here.script("photograph", *command), env=here.environment())
    say(f"Pictures are in {folder}")
    return code


@contextlib.contextmanager
def _shop(options):
    """The demo being served, else, and always for what changes or needs more, one of our own."""
    own = options.lang or options.publish or options.again
    if not own and (running := demo.running()):
        yield running
        return
    fresh = options.publish or not options.again
    with demo.serving(demo.PICTURES, fresh, options.lang) as (_process, url, config):
        yield demo.PICTURES, url, config
