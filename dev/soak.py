"""The tests of faults for as long as wanted, with new random numbers each time."""

import os
import random
import time

from . import testing
from .steps import Problem, say

MONEY, CROWD = "tests/test_money.py", "dev/tests/test_crowd.py"
PARTS = 3  # cashiers at once, killed workers, money: each a share of the time
STEPS, PAYMENTS, KILLS = 50_000, 2_000, 500
# In one transaction, whose dead rows nobody can clear away: with more it gets slower and slower.
STEPS_IN_A_ROUND = 4_000


def soak(arguments):
    """Run until everything has been tried often enough or the minutes are over."""
    try:
        minutes = float(arguments[0]) if arguments else 10
    except ValueError:
        raise Problem("How many minutes? make soak ARGS=30") from None
    chance = int(os.environ.get("SEED") or random.randrange(10**6))
    say(f"  {minutes:g} minutes; SEED={chance} makes the same choices again.")
    end = time.monotonic() + minutes * 60
    return _run(
        CROWD,
        SECONDS=minutes * 60 / PARTS,
        SEED=chance,
        PAYMENTS=PAYMENTS,
        KILLS=KILLS,
    ) or _run_money(chance, end)


def _run_money(chance, end):
    for done in range(0, STEPS, STEPS_IN_A_ROUND):
        left = end - time.monotonic()
        if left <= 0:
            break
        say(f"\n  From step {done:,} of {STEPS:,}:")
        # What is tried is chosen by seeds that are counted up within a round.
        if code := _run(MONEY, SECONDS=left, SEED=chance + done, STEPS=STEPS_IN_A_ROUND):
            return code
    return 0


def _run(test, **settings):
    os.environ |= {f"POS_RECEIVABLE_SOAK_{name}": str(value) for name, value in settings.items()}
    return testing.test([test, "--capture=no"])
