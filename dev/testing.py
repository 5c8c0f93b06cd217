"""All tests in a pytest run on a fresh installation; linters and the longest tests work meanwhile on
the other core."""

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile

from . import aside, browser, lint, paths, python_env, stage
from .database import PREFIX, Databases, standard_addons
from .steps import dying_with_us, lock, step

BUNDLES = (
    "point_of_sale.assets_prod",
    "pos_receivable.assets_payment",
    "web.assets_tests",
    "web.__assets_tests_call__",
    "web.assets_unit_tests",
    "web.assets_unit_tests_setup",
    "web.assets_web",
    "bus.websocket_worker_assets",
)
EVERYTHING = "--everything"
DOCTESTED = ("comparing", "deciding", "matching", "statistics", "tools")  # with examples to run
QUICK = (
    "addons/pos_receivable_customer/tests/comparing",
    "addons/pos_receivable_customer/tests/statistics",
    "addons/pos_receivable_match/tests/matching",
    "tests/test_hoot.py",
    "dev/tests/test_lint.py",
    "dev/tests/test_walls.py",
)


def test(arguments):
    """Run the tests; pytest's own output comes last. Returns its exit code."""
    arguments = _spell_out(arguments)
    with contextlib.ExitStack() as stack:
        here = stack.enter_context(stage.ready())
        browser_folder = os.path.dirname(browser.get())
        python_env.get_addons()
        databases = Databases(here)
        name = stack.enter_context(_slot())
        linters = stack.enter_context(_linters(name, arguments))
        temporary = stack.enter_context(temporary_folder(name))
        stack.callback(databases.drop, name)
        databases.base()
        with step("Installing the addon in a copy, building browser bundles"):
            databases.install(name, *BUNDLES, addons=_get_addons(arguments))
        environment = here.environment(
            TMPDIR=temporary,
            PATH=os.pathsep.join([browser_folder, os.environ["PATH"]]),
            COVERAGE_FILE=str(paths.PLACE / "coverage"),
            **linters,
        )
        options, more = stack.enter_context(aside.running(name, arguments))
        environment |= more
        command = [*_command(here, name, arguments), *options]
        return subprocess.call(command, cwd=paths.ADDONS, env=environment)


def _spell_out(arguments):
    """What EVERYTHING stands for: the tests of all addons, with all of them installed."""
    if EVERYTHING not in arguments:
        return arguments
    folders = [f"{addon}/tests" for addon in standard_addons()]
    ignored = f"--ignore={paths.MOUNT / 'tests' / 'neighbours'}"
    return [*(a for a in arguments if a != EVERYTHING), *folders, ignored]


def _get_addons(arguments):
    """The first addon, and those in addons/ of which the arguments name a part."""
    pure = {_mounted(argument) for argument in QUICK}
    named = {
        _mounted(argument).split("/")[0] for argument in arguments if _mounted(argument) not in pure
    }
    return [name for name in paths.addons() if name == paths.ADDON or name in named]


def _command(here, name, arguments):
    arguments = [part for argument in arguments for part in _parts(_mounted(argument))]
    if not any(argument.startswith(paths.ADDON) for argument in arguments):
        arguments += [f"{paths.ADDON}/tests", *doctested(), f"{paths.ADDON}/dev/tests"]
        # Their addons are only on the database of dev/tests/test_neighbours.py.
        arguments.append(f"--ignore={paths.MOUNT / 'tests' / 'neighbours'}")
    return [
        *dying_with_us(),
        str(here.python.with_name("pytest")),
        f"--config-file={paths.DEV / 'pytest.ini'}",
        f"--rootdir={paths.ADDONS}",
        f"--odoo-config={stage.CONFIG}",
        f"--odoo-database={name}",
        *arguments,
    ]


def _parts(argument):
    """What is to be run of an addon that is named as a whole."""
    folder = paths.addons().get(argument.rstrip("/"))
    return [argument] if folder is None else _tested(argument.rstrip("/"), ("tests", *DOCTESTED))


def _tested(addon, names):
    folder = paths.addons()[addon]
    return [f"{addon}/{name}" for name in names if (folder / name).exists()]


def doctested():
    """The files and folders with examples, as they are mounted."""
    found = [part for addon in paths.addons() for part in _tested(addon, DOCTESTED)]
    return [*found, f"{paths.ADDON}/benchmarks/plan.py"]


def _mounted(argument):
    """Let tests/test_x.py::TestX, or addons/an_addon, be given as seen from the checkout."""
    path = argument.split("::")[0]
    if path and not path.startswith("-") and (paths.CHECKOUT / path).exists():
        if path.startswith("addons/"):
            return argument.removeprefix("addons/")
        return f"{paths.ADDON}/{argument}"
    return argument


@contextlib.contextmanager
def _slot():
    """A database name no other run uses now; what a killed run left there is replaced."""
    for number in range(1, 100):
        name = f"{PREFIX}_test_{paths.CHECKOUT_ID}_{number}"
        with lock(name, wait=False) as obtained:
            if obtained:
                yield name
                return


@contextlib.contextmanager
def temporary_folder(name):
    """A folder for the browsers; its path is short, because Chromium puts a socket in it."""
    note = paths.PLACE / f"{name}.tmp"  # so that what a killed run left is found again
    if note.exists():
        shutil.rmtree(note.read_text(), ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix=f"{PREFIX}-", ignore_cleanup_errors=True) as folder:
        note.write_text(folder)
        yield folder
    note.unlink()


@contextlib.contextmanager
def _linters(name, arguments):
    """Lint in the background of a complete run; dev/tests/test_lint.py reads the reports."""
    lint.set_up()
    if arguments:
        yield {}
        return
    reports = paths.PLACE / f"{name}.lint"
    shutil.rmtree(reports, ignore_errors=True)
    command = [sys.executable, "-B", "-m", "dev", "lint", "--reports", str(reports)]
    process = subprocess.Popen(command, cwd=paths.CHECKOUT, env=python_env.environment())
    try:
        yield {"POS_RECEIVABLE_LINT_REPORTS": str(reports)}
    finally:
        process.terminate()
        process.wait()
        shutil.rmtree(reports, ignore_errors=True)


def check(arguments):
    """What is quick enough to be run while working, and what the arguments name."""
    return test([*doctested(), *QUICK, *arguments])


def coverage(arguments):
    """The tests, with line and branch coverage of the addon."""
    options = ["--cov", "--cov-branch", f"--cov-config={paths.DEV / 'coverage.ini'}"]
    return test([*options, "--cov-report=term-missing:skip-covered", *arguments])
