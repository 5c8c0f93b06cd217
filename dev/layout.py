"""The addons side by side, each as it is installed: without what only its developers need, and
without a repository above, which would hide from the linters what belongs to the same addon."""

import shutil

from . import paths
from .steps import remove

APART = (".ci", "addons", "benchmarks", "dev")  # what is not installed
IGNORED = shutil.ignore_patterns(".git*", "__pycache__", "*.pyc")


def lay_out(folder):
    """Make `folder` anew, with a copy of every addon under its technical name."""
    remove(folder)
    for name, source in paths.addons().items():

        def ignore(path, names, source=source):
            top = APART if path == str(source) else ()
            return IGNORED(path, names) | set(top).intersection(names)

        shutil.copytree(source, folder / name, ignore=ignore)
    return folder
