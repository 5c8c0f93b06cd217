"""The tests run the way Odoo itself runs them, on a database without demo data."""

import contextlib
import os
import subprocess

from . import browser, paths, stage
from .database import PREFIX, Databases, manifest, standard_addons
from .steps import dying_with_us
from .testing import temporary_folder

GLUED = "pos_hr"  # the core addon beside which one of ours installs itself


def test_plain(arguments):
    """Install the addons that need none of others and run their tests; `arguments` are test tags.

    Returns Odoo's exit code. The database is dropped afterwards.
    """
    with contextlib.ExitStack() as stack:
        here = stack.enter_context(stage.ready())
        chromium = os.path.dirname(browser.get())
        databases = Databases(here)
        databases.require_right()
        name = f"{PREFIX}_plain_{paths.CHECKOUT_ID}"
        databases.drop(name)
        stack.callback(databases.drop, name)
        environment = here.environment(
            TMPDIR=stack.enter_context(temporary_folder(name)),
            PATH=os.pathsep.join([chromium, os.environ["PATH"]]),
        )
        command = here.command(
            f"--database={name}",
            f"--init={','.join([*standard_addons(), GLUED])}",
            f"--test-tags={','.join(arguments) or _all_tags()}",
            "--stop-after-init",
            "--log-level=warn",
            "--log-handler=odoo.tests.result:INFO",  # how many there were
        )
        return subprocess.call([*dying_with_us(), *command], env=environment)


def _all_tags():
    """Those of the addons whose neighbours are there."""
    there = {*standard_addons(), GLUED, "point_of_sale", "account_payment"}
    addons = paths.addons().items()
    return ",".join(
        f"/{name}" for name, folder in addons if {*manifest(folder)["depends"]} <= there
    )
