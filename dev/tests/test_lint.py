"""One test per linter, so that pytest's closing line speaks for them too."""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from dev import lint, paths

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
        with lint.linters() as commands:
            code, output = lint.check(commands[linter])
        return output if code else ""
    report = Path(REPORTS) / f"{linter}.txt"
    give_up = time.monotonic() + PATIENCE
    while not report.exists() and time.monotonic() < give_up:
        time.sleep(0.1)
    return report.read_text()


TWICE = """
from odoo import models


class PosConfig(models.Model):
    _inherit = 'pos.config'
"""
COMPLAINTS = """
import shutil
from dev import lint, paths
with lint.linters() as commands:
    print(lint.check(commands["pylint-odoo"])[1])
shutil.rmtree(paths.PLACE)
"""


def test_a_model_that_is_spread_over_two_files_is_noticed(tmp_path):
    clone = tmp_path / "clone"
    clone.mkdir()
    subprocess.run(["git", "init", "-q", clone], check=True)  # as every developer has it
    for name in ("__manifest__.py", "pyproject.toml"):
        shutil.copy(paths.CHECKOUT / name, clone)
    shutil.copytree(paths.DEV, clone / "dev", ignore=shutil.ignore_patterns("tests"))
    for name in ("one", "two"):
        (clone / f"{name}.py").write_text(TWICE)
    (clone / "__init__.py").write_text("from . import one\nfrom . import two\n")
    output = subprocess.run(
        [sys.executable, "-B", "-c", COMPLAINTS],
        cwd=clone,
        env=os.environ | {"PYTHONPATH": str(clone)},
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert 'Consider merging classes inherited to "pos.config"' in output
