"""The addons side by side, each as it is installed: without what only its developers need, and
without a repository above, which would hide from the linters what belongs to the same addon."""

import shutil

from . import paths
from .steps import remove

APART = ("addons", "benchmarks", "dev")  # what is not installed
IGNORED = shutil.ignore_patterns(".*", "__pycache__", "*.pyc")  # nothing hidden is shipped


def lay_out(folder):
    """Make `folder` anew, with a copy of every addon under its technical name."""
    remove(folder)
    for name, source in paths.addons().items():

        def ignore(path, names, source=source):
            top = APART if path == str(source) else ()
            return IGNORED(path, names) | set(top).intersection(names)

        shutil.copytree(source, folder / name, ignore=ignore)
    return folder
