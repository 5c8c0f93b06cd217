"""Give disk space back."""

import os

from . import paths, postgres, stage
from .database import Databases
from .steps import Problem, lock, remove, say, step


def clean(_arguments):
    """Delete the databases and files that belong to this checkout; downloads stay."""
    if postgres.folder().exists() or os.environ.get("PGHOST"):
        with stage.ready() as here:
            databases = Databases(here)
            for name in databases.of_this_checkout():
                with step(f"Dropping {name}"):
                    databases.drop(name)
    remove(paths.PLACE)
    return 0


def clean_all(_arguments):
    """Delete the whole cache. Refuses while something runs from it."""
    with lock("postgres-users", wait=False) as unused:
        if not unused:
            raise Problem("A demo or a test run is still using the databases: stop it first.")
        with step(f"Deleting {paths.CACHE}"):
            remove(postgres.folder())
            remove(paths.CACHE)
    say("Databases on a server of your own (PGHOST) are kept; `make clean` drops those.")
    return 0
