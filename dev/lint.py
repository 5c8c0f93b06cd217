"""The linters, each with its own command; their packages live apart from Odoo's."""

import contextlib
import os
import re
import subprocess
import sys
from pathlib import Path

from . import javascript, layout, paths, python_env
from .steps import remove, say, step

JS_FOLDERS = ("static/src", "static/tests")
COPIES = "lint-"


def scripts():
    """The scripts of every addon, as seen from the checkout."""
    folders = [addon / name for addon in paths.addons().values() for name in JS_FOLDERS]
    files = sorted(file for folder in folders for file in folder.rglob("*.js"))
    return [str(file.relative_to(paths.CHECKOUT)) for file in files]


@contextlib.contextmanager
def linters():
    """Name → command, to be run from the checkout, as long as the block lasts.

    What looks at the first addon's name is given the mounted path: the checkout's folder may have
    any. What judges an addon as a whole is given a copy without what is not the addon's.
    """
    python = python_env.get("lint")
    program = python.parent
    copies = paths.PLACE / f"{COPIES}{os.getpid()}"
    addons = [copies / name for name in paths.addons()]
    commands = {
        "ruff": [program / "ruff", "check", paths.MOUNT],
        "ruff-format": [program / "ruff", "format", "--check", paths.MOUNT],
        "pylint-odoo": [python, "-m", "pylint", f"--rcfile={PYLINT}", *addons],
        "oca-checks": [program / "oca-checks-odoo-module", f"--disable={OCA_DISABLED}", *addons],
        "xml": [sys.executable, "-B", "-m", "dev.xml_check"],
    }
    files = scripts()
    commands["eslint"] = [*javascript.command("eslint/bin/eslint.js"), *ESLINT, *files]
    commands["prettier"] = [
        *javascript.command("prettier/bin-prettier.js"),
        *PRETTIER,
        "--check",
        *files,
    ]
    layout.lay_out(copies)
    try:
        yield commands
    finally:
        remove(copies)


OCA_DISABLED = "prefer-readme-rst"  # the README is read where the repository is, too
PYLINT = paths.CHECKOUT / "pyproject.toml"
ESLINT = ("--no-eslintrc", "--config", str(javascript.FOLDER / "eslint.json"), "--max-warnings=0")
PRETTIER = ("--config", str(javascript.FOLDER / "prettier.json"))


def set_up():
    """Make sure that the linters are there."""
    python_env.get("lint")
    javascript.modules()


def check(command):
    """Run one linter; return its exit code and what it printed."""
    done = subprocess.run(
        list(map(str, command)),
        check=False,
        cwd=paths.CHECKOUT,
        env=python_env.environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    return done.returncode, re.sub(rf"\S*/{COPIES}\d+/", "", done.stdout)


def lint(arguments):
    """Run all linters and print what they find. Returns an exit code."""
    paths.mount()
    set_up()
    if arguments[:1] == ["--reports"]:
        return write_reports(Path(arguments[1]))
    failed = []
    with linters() as commands:
        for name, command in commands.items():
            with step(name):
                code, output = check(command)
            if code:
                failed.append(name)
                say(output)
    say(f"Failed: {', '.join(failed)}" if failed else "All linters are content.")
    return 1 if failed else 0


def write_reports(folder):
    """Run all linters quietly; <name>.txt is empty when there is nothing to say."""
    folder.mkdir(parents=True)
    with linters() as commands:
        for name, command in commands.items():
            code, output = check(command)
            draft = folder / f"{name}.draft"
            draft.write_text(output or f"exit code {code}" if code else "")
            draft.rename(folder / f"{name}.txt")
    return 0


def format_code(_arguments):
    """Rewrite Python and JavaScript files the way the linters want them."""
    paths.mount()
    set_up()
    program = python_env.get("lint").parent / "ruff"
    commands = [[program, "check", "--fix", paths.MOUNT], [program, "format", paths.MOUNT]]
    commands.append(
        [*javascript.command("prettier/bin-prettier.js"), *PRETTIER, "--write", *scripts()]
    )
    for command in commands:
        say(check(command)[1].rstrip())
    return 0
