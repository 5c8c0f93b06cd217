"""Give disk space back."""

import contextlib
import os
import re

from . import layout, paths, postgres, stage
from .database import PREFIX, Databases
from .steps import Problem, lock, remove, run, say, step


def terms(_arguments):
    """Export the translatable terms of every addon, from a fresh installation of all, and bring the
    translations in line with them."""
    name = f"{PREFIX}_terms_{paths.CHECKOUT_ID}"
    copies = paths.PLACE / "terms"  # so that an addon's terms are not taken for the first one's too
    with stage.ready() as here, contextlib.ExitStack() as stack:
        here = here.with_others()
        databases = Databases(here)
        stack.callback(databases.drop, name)
        databases.install(name, addons=paths.addons())
        stack.callback(remove, copies)
        layout.lay_out(copies)
        config = copies / "odoo.conf"
        stage.write_config(here, config, copies)
        with step("Exporting the terms to translate"):
            run(
                [str(here.python), "-m", "odoo", "i18n", "export", "--config", str(config)]
                + ["-d", name, *paths.addons()],
                log="terms",
                problem="The terms could not be exported.",
                env=here.environment(),
            )
        dated = re.compile(r'^"(POT-Creation|PO-Revision)-Date:.*\n', re.MULTILINE)
        for addon, folder in paths.addons().items():
            exported = copies / addon / "i18n" / f"{addon}.pot"
            if exported.exists():
                template = folder / "i18n" / exported.name
                template.parent.mkdir(exist_ok=True)
                template.write_text(dated.sub("", exported.read_text()))
        run(
            here.script("merge_terms", *(str(f / "i18n") for f in paths.addons().values())),
            log="terms",
            problem="The translations could not be brought in line with the terms.",
            env=here.environment(),
        )
    return 0


def clean(_arguments):
    """Delete the databases and files that belong to this checkout; downloads stay.

    Refuses while one of them is in use.
    """
    with _nobody_uses_this_checkout():
        _clean()
    return 0


@contextlib.contextmanager
def _nobody_uses_this_checkout():
    with contextlib.ExitStack() as stack:
        for used in (paths.CACHE / "locks").glob(f"{PREFIX}_*_{paths.CHECKOUT_ID}*"):
            if not stack.enter_context(lock(used.name, wait=False)):
                raise Problem(f"{used.name} is in use: stop the demo or the test run first.")
        yield


def _clean():
    if postgres.folder().exists() or os.environ.get("PGHOST"):
        with stage.ready() as here:
            databases = Databases(here)
            for name in databases.of_this_checkout():
                with step(f"Dropping {name}"):
                    databases.drop(name)
    remove(paths.PLACE)


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
