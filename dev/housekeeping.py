"""Give disk space back."""

import contextlib
import os
import re

from . import paths, postgres, stage
from .database import PREFIX, Databases
from .steps import Problem, lock, remove, run, say, step


def terms(_arguments):
    """Export the translatable terms of a fresh installation."""
    name = f"{PREFIX}_terms_{paths.CHECKOUT_ID}"
    template = paths.CHECKOUT / "i18n" / f"{paths.ADDON}.pot"
    with stage.ready() as here, contextlib.ExitStack() as stack:
        databases = Databases(here)
        stack.callback(databases.drop, name)
        databases.install(name)
        template.parent.mkdir(exist_ok=True)
        with step(f"Exporting {template.name}"):
            run(
                [str(here.python), "-m", "odoo", "i18n", "export", "--config", str(stage.CONFIG)]
                + ["-d", name, paths.ADDON],
                log="terms",
                problem="The terms could not be exported.",
                env=here.environment(),
            )
        dated = re.compile(r'^"(POT-Creation|PO-Revision)-Date:.*\n', re.MULTILINE)
        template.write_text(dated.sub("", template.read_text()))
    return 0


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
