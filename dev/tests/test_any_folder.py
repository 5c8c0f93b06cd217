"""A clone may be called anything."""

import os
import shutil
import subprocess
import sys

import pytest

from dev import paths

COMPLAINTS = """
from dev import lint, paths
paths.mount()
with lint.linters() as commands:
    print(lint.check(commands["ruff"])[1])
"""


@pytest.fixture
def cache(tmp_path):
    """An empty cache, apart from the linters."""
    folder = tmp_path / "cache"
    folder.mkdir()
    for name in ("python", "node"):
        (folder / name).symlink_to(paths.CACHE / name)
    return folder


@pytest.mark.parametrize("name", ["pos-receivable", "Mein Büro"])
def test_the_linters_do_not_mind_the_folders_name(name, cache, tmp_path):
    clone = tmp_path / name
    shutil.copytree(paths.CHECKOUT, clone, ignore=shutil.ignore_patterns(".git", "static"))
    output = subprocess.run(
        [sys.executable, "-B", "-c", COMPLAINTS],
        cwd=clone,
        env=os.environ | {"POS_RECEIVABLE_CACHE": str(cache), "PYTHONPATH": str(clone)},
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert output.strip() == "All checks passed!"
