"""The matching library against hidden truth; needs neither Odoo nor a database."""

import os
import subprocess
from pathlib import Path

from . import paths, python_env


def bench_matching(arguments):
    """Measure precision, coverage, recall and speed; print a table and write JSON."""
    output = Path(os.environ.get("OUT") or paths.CACHE / "bench-matching.json").resolve()
    command = [python_env.get(), "-B", "-m", "benchmarks.matching", "--output", output]
    return subprocess.call(
        [*map(str, command), *arguments], cwd=paths.CHECKOUT, env=python_env.environment()
    )
