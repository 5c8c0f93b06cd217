"""The tests of the other addons, and long ones that need no browser, in a second pytest with a
database of its own, on another core. There all that a shop can have is installed; the first run has
the first addon alone.

In a complete run they are left out of the first one, where dev/tests/test_aside.py waits for them
and fails as they do.
"""

import contextlib
import os
import shutil
import subprocess
import sys
import threading

from . import paths

TESTS = (
    "addons/pos_receivable_automation",
    "addons/pos_receivable_credit",
    "addons/pos_receivable_customer",
    "addons/pos_receivable_followup",
    "addons/pos_receivable_match",
    "tests/test_money.py",
    "dev/tests/test_crowd.py",
)
WAITING = "dev/tests/test_aside.py"
MONEY_STEPS = "1200"


@contextlib.contextmanager
def running(name, arguments):
    """Run them in the background of a complete run; yields ``(options, environment)`` for it."""
    if arguments:
        yield [f"--ignore={paths.MOUNT / WAITING}"], {}
        return
    answer = paths.PLACE / f"{name}.aside"
    shutil.rmtree(answer, ignore_errors=True)
    answer.mkdir(parents=True)
    command = [sys.executable, "-B", "-m", "dev", "test", *TESTS]
    environment = {"POS_RECEIVABLE_SOAK_STEPS": MONEY_STEPS} | os.environ
    with (answer / "output").open("w") as output:
        process = subprocess.Popen(
            command,
            cwd=paths.CHECKOUT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    waiting = threading.Thread(target=_note_end, args=[process, answer], daemon=True)
    waiting.start()
    options = [f"--ignore={paths.MOUNT / test}" for test in TESTS]
    try:
        yield options, {"POS_RECEIVABLE_ASIDE": str(answer)}
    finally:
        process.terminate()
        waiting.join()
        shutil.rmtree(answer, ignore_errors=True)


def _note_end(process, answer):
    draft = answer / "code.draft"
    draft.write_text(str(process.wait()))
    draft.rename(answer / "code")
