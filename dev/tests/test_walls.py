"""The walls between the addons: who may import from whom, and what stays free of Odoo."""

import ast
import re

import pytest

from dev import paths, stage
from dev.database import manifest
from dev.layout import APART

PURE = ("comparing", "deciding", "matching", "statistics")  # folders without Odoo, wherever
SCRIPTS = ("static/src", "static/tests")
OURS = re.compile("receivable|invoice_payment")  # what a name of ours on a model of the core says
# Names that people and programs know: the contract of the till, fields of the core's own naming.
KNOWN = {
    "account.move": {
        "_compute_has_payment_to_reconcile",
        "action_force_payment_reconciliation",
        "has_payment_to_reconcile",
    },
    "account.payment": {"pos_cashier_name"},
    "account.payment.register": {
        "pos_cashier_name",
        "pos_liquidity_account_id",
        "pos_payment_reference",
        "pos_rounding_account_id",
        "pos_rounding_difference",
        "pos_session_id",
        "pos_settle_rate",
    },
    "pos.config": {
        "customer_account_check",
        "customer_account_offline",
        "customer_account_offline_ceiling",
        "customer_account_override",
    },
    "pos.order": {"customer_account_uuid"},
    "res.config.settings": {
        "pos_customer_account_check",
        "pos_customer_account_offline",
        "pos_customer_account_offline_ceiling",
        "pos_customer_account_override",
    },
    "pos.session": {
        "apply_invoice_credits",
        "authorize_customer_account",
        "email_account_statement",
        "find_open_invoice",
        "get_account_statement",
        "get_customer_account",
        "get_open_credits",
        "get_open_invoices",
        "get_partner_dues",
        "invoice_cash_at_closing",
        "refund_on_account",
        "release_customer_account",
        "request_customer_account_approval",
    },
}
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
    """The files of an addon; there may be developers' folders in it, and other addons."""
    apart = {folder / name for name in APART}
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


def find_models(folder):
    """The classes of an addon that are models: ``(model, is ours, file, class)``."""
    for file in own_files(folder, "*.py"):
        if "tests" in file.parts:
            continue
        for node in ast.parse(file.read_text()).body:
            if isinstance(node, ast.ClassDef):
                said = read_assignments(node)
                name = said.get("_name") or said.get("_inherit")
                if isinstance(name, str):
                    yield name, "_name" in said, file.relative_to(folder), node


def read_assignments(node):
    """``{name: constant}`` of what a class assigns; None where it is no constant."""
    return {
        target.id: getattr(statement.value, "value", None)
        for statement in node.body
        if isinstance(statement, ast.Assign)
        for target in statement.targets
        if isinstance(target, ast.Name)
    }


@pytest.mark.parametrize("addon", list(paths.addons()))
def test_a_model_is_one_class_of_an_addon(addon):
    classes = {}
    for model, _is_ours, file, _node in find_models(paths.addons()[addon]):
        classes.setdefault(model, []).append(str(file))
    assert classes
    assert {model: files for model, files in classes.items() if len(files) > 1} == {}


def test_what_is_added_to_a_model_of_the_core_says_whose_it_is():
    wrong = [
        f"{addon}/{file}: {name}"
        for addon, folder in paths.addons().items()
        for model, _is_ours, file, node in find_models(folder)
        if not model.startswith("pos_receivable.")
        for name in sorted(added_names(node, (folder / file).read_text()) - KNOWN.get(model, set()))
        if not OURS.search(name)
    ]
    assert not wrong


def added_names(node, source):
    """What a class adds to its model, other than what extends the core and says so."""
    names = {name for name in read_assignments(node) if not name.startswith("_")}
    for method in node.body:
        if isinstance(method, ast.FunctionDef):
            body = ast.get_source_segment(source, method)
            if not re.search("# (EXTENDS|OVERRIDE)", body):
                names.add(method.name)
    return names


def test_a_schedule_calls_an_engine_and_is_none():
    for folder in paths.addons().values():
        for model, is_ours, file, node in find_models(folder):
            if is_ours and model.endswith(".schedule"):
                inherits = read_assignments(node).get("_inherit")
                assert inherits in (None, "pos_receivable.jobs"), file


def test_a_second_class_of_a_model_would_be_noticed(tmp_path):
    (tmp_path / "one.py").write_text("class A:\n    _name = 'x.y'\n")
    (tmp_path / "two.py").write_text(
        "class B:\n    _inherit = 'x.y'\n    def _added(self): pass\n"
        "    def write(self):\n        # EXTENDS 'base'\n        pass\n"
    )
    found = list(find_models(tmp_path))
    assert sorted((model, is_ours) for model, is_ours, _f, _n in found) == [
        ("x.y", False),
        ("x.y", True),
    ]
    [node] = [node for _m, is_ours, _f, node in found if not is_ours]
    assert added_names(node, (tmp_path / "two.py").read_text()) == {"_added"}
