"""The walls between the addons: who may import from whom, and what stays free of Odoo."""

import ast
import re

import pytest

from dev import paths, stage
from dev.database import manifest

PURE = ("matching",)  # folders that know nothing of Odoo, wherever they are
SCRIPTS = ("static/src", "static/tests")
FROM_ADDON = re.compile(r"""(?:from|import|require)\s*\(?\s*["']@(\w+)/""")


def find_manifests():
    """Technical name → manifest of every addon there is, the core's too."""
    odoo = stage.current().odoo
    roots = (*odoo.addons, odoo.path / "odoo" / "addons")
    core = [file.parent for root in roots for file in root.glob("*/__manifest__.py")]
    folders = {folder.name: folder for folder in core} | paths.addons()
    return {name: manifest(folder) for name, folder in folders.items()}


def reach(addon, manifests):
    """The addon, and whatever is installed when it is."""
    known, waiting = {"base", "web"}, [addon]
    while waiting:
        name = waiting.pop()
        if name not in known:
            known.add(name)
            waiting += manifests.get(name, {}).get("depends", ())
    return known


def imported_addons(file):
    """The addons that a Python file imports from: ``(line, technical name)``."""
    for node in ast.walk(ast.parse(file.read_text())):
        names = ()
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and not node.level:
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        for name in names:
            if match := re.match(r"odoo\.addons\.(\w+)", name):
                yield node.lineno, match[1]


def imported_scripts(file):
    for number, line in enumerate(file.read_text().splitlines(), 1):
        for name in FROM_ADDON.findall(line):
            yield number, name


def own_files(folder, pattern):
    """The files of an addon; the first one has developers' folders and the other addons in it."""
    apart = {paths.CHECKOUT / name for name in ("addons", "benchmarks", "dev")}
    return [file for file in folder.rglob(pattern) if not apart.intersection(file.parents)]


@pytest.mark.parametrize("addon", list(paths.addons()))
def test_an_addon_imports_only_from_what_its_manifest_names(addon):
    allowed = reach(addon, find_manifests())
    folder = paths.addons()[addon]
    imports = [
        (file, *found) for file in own_files(folder, "*.py") for found in imported_addons(file)
    ]
    for scripts in SCRIPTS:
        for file in (folder / scripts).rglob("*.js"):
            imports += [(file, *found) for found in imported_scripts(file)]
    # tests/neighbours are only loaded where those neighbours are installed.
    wrong = [
        f"{file.relative_to(folder)}:{line}: {name}"
        for file, line, name in imports
        if name not in allowed | {"odoo"} and "neighbours" not in file.parts
    ]
    assert not wrong, f"{addon} depends on {', '.join(sorted(allowed))}"


@pytest.mark.parametrize("addon", list(paths.addons()))
def test_an_addon_says_what_it_is(addon):
    folder = paths.addons()[addon]
    values = manifest(folder)
    assert {"name", "version", "summary", "author", "license", "depends"} <= set(values)
    assert values["license"] == "LGPL-3"
    assert values["version"].startswith("19.0.")
    assert (folder / "README.md").exists()


def test_pure_folders_import_no_odoo():
    folders = [folder / name for folder in paths.addons().values() for name in PURE]
    files = [file for folder in folders for file in folder.rglob("*.py")]
    assert files
    wrong = [
        file
        for file in files
        if re.search(r"^\s*(from|import) odoo\b", file.read_text(), re.MULTILINE)
    ]
    assert not wrong


def test_an_import_from_above_would_be_noticed(tmp_path):
    file = tmp_path / "planted.py"
    file.write_text("from odoo.addons.pos_receivable_queue_job import models\nfrom . import x\n")
    [(line, name)] = imported_addons(file)
    assert (line, name) == (1, "pos_receivable_queue_job")
    assert name not in reach(paths.ADDON, find_manifests())
    file.write_text('import { x } from "@pos_hr/app/x";\n')
    assert list(imported_scripts(file)) == [(1, "pos_hr")]
