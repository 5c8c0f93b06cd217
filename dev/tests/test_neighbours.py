"""Addons of the core that change payments, or closing, installed beside this one."""

import os
import subprocess

import pytest

from dev import paths, stage
from dev.database import PREFIX, Databases
from dev.steps import dying_with_us

NEIGHBOURS = ("pos_hr", "pos_sale", "l10n_account_withholding_tax")
TESTS = (
    "pos_receivable/tests/neighbours",
    "pos_receivable/tests/test_closing.py",
    "pos_receivable/tests/test_collect_accounting.py",
    "pos_receivable_hr/tests",
    "pos_receivable_credit_sale/tests",
)
OURS = (paths.ADDON, "pos_receivable_credit")  # beside which our glue installs itself


@pytest.fixture
def database():
    databases = Databases(stage.current())
    name = f"{PREFIX}_neighbours_{paths.CHECKOUT_ID}"
    databases.drop(name)
    databases.copy(databases.base(), name)
    options = [option for addon in (*NEIGHBOURS, *OURS) for option in ("--install", addon)]
    databases.prepare(name, *options)
    yield name
    databases.drop(name)


def test_the_books_and_the_drawer_agree_beside_the_neighbours(database):
    here = stage.current()
    run = subprocess.run(
        [
            *dying_with_us(),
            str(here.python.with_name("pytest")),
            f"--config-file={paths.DEV / 'pytest.ini'}",
            f"--rootdir={paths.ADDONS}",
            f"--odoo-config={stage.CONFIG}",
            f"--odoo-database={database}",
            *TESTS,
        ],
        cwd=paths.ADDONS,
        env=here.environment(PATH=os.environ["PATH"]),
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout[-8000:]
