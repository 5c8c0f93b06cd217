"""The tests of faults for as long as wanted, with new random numbers each time."""

import os
import random

from . import testing
from .steps import Problem, say

TESTS = ("tests/test_money.py", "dev/tests/test_crowd.py")
PARTS = 3  # money, cashiers at once, killed workers: each a share of the time
STEPS, PAYMENTS, KILLS = 50_000, 2_000, 500


def soak(arguments):
    """Run until everything has been tried often enough or the minutes are over."""
    try:
        minutes = float(arguments[0]) if arguments else 10
    except ValueError:
        raise Problem("How many minutes? make soak ARGS=30") from None
    chance = os.environ.get("SEED") or str(random.randrange(10**6))
    say(f"  {minutes:g} minutes; SEED={chance} makes the same choices again.")
    os.environ |= {
        "POS_RECEIVABLE_SOAK_SECONDS": str(minutes * 60 / PARTS),
        "POS_RECEIVABLE_SOAK_SEED": chance,
        "POS_RECEIVABLE_SOAK_PAYMENTS": str(PAYMENTS),
        "POS_RECEIVABLE_SOAK_KILLS": str(KILLS),
        "POS_RECEIVABLE_MONEY_STEPS": str(STEPS),
    }
    return testing.test([*TESTS, "--capture=no"])
