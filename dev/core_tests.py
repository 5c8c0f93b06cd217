"""The core's own tests of what this addon extends, with our addons installed."""

import contextlib
import json
import os
import subprocess

from . import browser, paths, stage
from .database import PREFIX, Databases
from .steps import remove, say, step
from .testing import BUNDLES, temporary_folder

SUITES = (
    "account_payment/tests",
    "account/tests/test_account_payment.py",
    "account/tests/test_account_payment_duplicate.py",
    "account/tests/test_account_payment_items.py",
    "account/tests/test_account_payment_register.py",
    "account/tests/test_account_move_reconcile.py",
    "account/tests/test_early_payment_discount.py",
    "account/tests/test_payment_term.py",
    "point_of_sale/tests",
)
KNOWN = paths.PLACE / "core-tests"


def test_core(arguments):
    """Run them with the addon, then those that failed without it: what fails only with it is ours.

    Returns 1 when there is such a test.
    """
    with contextlib.ExitStack() as stack:
        here = stack.enter_context(stage.ready())
        chromium = os.path.dirname(browser.get())
        databases = Databases(here)
        name = f"{PREFIX}_core_{paths.CHECKOUT_ID}"
        stack.callback(databases.drop, name)
        environment = here.environment(
            TMPDIR=stack.enter_context(temporary_folder(name)),
            PATH=os.pathsep.join([chromium, os.environ["PATH"]]),
        )
        remove(KNOWN)
        with step("Installing the addons in a copy, building browser bundles"):
            databases.install(name, *BUNDLES)
        _run(here, name, environment, *(arguments or _suites(here)))
        failed = _failed()
        if not failed:
            return 0
        say(f"\n{len(failed)} failed with the addon. The same without it:\n")
        databases.drop(name)
        databases.copy(databases.base(), name)
        _run(here, name, environment, "--last-failed", *(arguments or _suites(here)))
        new = sorted(failed - _failed())
    say(f"\n{len(failed) - len(new)} of them fail in this environment without the addon too.")
    for test in new:
        say(f"  fails with the addon only: {test}")
    return 1 if new else 0


def _run(here, name, environment, *arguments):
    command = [
        str(here.python.with_name("pytest")),
        "--config-file=/dev/null",
        f"--rootdir={here.odoo.path}",
        f"--override-ini=cache_dir={KNOWN}",
        f"--odoo-config={stage.CONFIG}",
        f"--odoo-database={name}",
        "--odoo-http",
        "--odoo-log-level=warn",
        "-q",
        "--tb=line",
        "-W",
        "ignore",
        *arguments,
    ]
    return subprocess.call(command, cwd=paths.PLACE, env=environment)


def _suites(here):
    folders = (*here.odoo.addons, here.odoo.path / "odoo" / "addons")
    [folder] = [path for path in folders if (path / "point_of_sale").exists()]
    return [str(folder / suite) for suite in SUITES]


def _failed():
    file = KNOWN / "v" / "cache" / "lastfailed"
    return set(json.loads(file.read_text())) if file.exists() else set()
