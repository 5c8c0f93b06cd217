"""The matching library against hidden truth; needs neither Odoo nor a database."""

import os
import subprocess
from pathlib import Path

from . import paths, python_env


def bench_matching(arguments):
    """Measure precision, coverage, recall and speed; print a table and write JSON."""
    output = Path(os.environ.get("OUT") or paths.CACHE / "bench-matching.json").resolve()
    command = [python_env.get(), "-B", "-m", "benchmarks.matching", "--output", output]
    addons = paths.addons()
    # Pure Python, found without an addons path: the library, and the bound it is judged by.
    tools = addons["pos_receivable_automation"] / "tools"
    environment = python_env.environment(PYTHONPATH=str(tools))
    return subprocess.call(
        [*map(str, command), *arguments], cwd=addons["pos_receivable_match"], env=environment
    )
