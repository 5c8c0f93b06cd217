"""One test per linter, so that pytest's closing line speaks for them too."""

import os
import time
from pathlib import Path

import pytest

from dev import lint

REPORTS = os.environ.get("POS_RECEIVABLE_LINT_REPORTS")
PATIENCE = 300  # seconds


@pytest.mark.parametrize(
    "linter", ["ruff", "ruff-format", "pylint-odoo", "oca-checks", "xml", "eslint", "prettier"]
)
def test_linter_is_content(linter):
    if text := complaint(linter):
        pytest.fail(text, pytrace=False)


def complaint(linter):
    if not REPORTS:
        code, output = lint.check(lint.linters()[linter])
        return output if code else ""
    report = Path(REPORTS) / f"{linter}.txt"
    give_up = time.monotonic() + PATIENCE
    while not report.exists() and time.monotonic() < give_up:
        time.sleep(0.1)
    return report.read_text()
