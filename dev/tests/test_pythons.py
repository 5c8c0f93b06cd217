"""Odoo runs on the distribution's own Python, whichever of those it supports that is."""

from collections import Counter

import pytest
from packaging.requirements import Requirement

from dev import paths, python_env
from dev.tests.bare import Machine

SAYS = """
from types import SimpleNamespace
from dev import python_env
python_env.sys = SimpleNamespace(
    version_info=SimpleNamespace(major=3, minor={minor}), executable="/usr/bin/python3")
print(*python_env.machine_python())
"""
LOCKED = ("requirements", "lint")


@pytest.fixture
def machine(tmp_path):
    return Machine(tmp_path)


def requirements(file, version):
    """What such a file asks of that Python: name → version."""
    lines = (line.partition("#")[0].strip() for line in file.read_text().splitlines())
    asked = [Requirement(line) for line in lines if line]
    here = {"python_version": version, "python_full_version": f"{version}.1"}
    wanted = [item for item in asked if not item.marker or item.marker.evaluate(here)]
    names = Counter(item.name.lower() for item in wanted)
    assert set(names.values()) == {1}, [name for name, times in names.items() if times > 1]
    return {item.name.lower(): str(item.specifier) for item in wanted}


@pytest.mark.parametrize("version", python_env.PYTHONS)
@pytest.mark.parametrize("name", LOCKED)
def test_each_python_gets_one_version_of_all_that_is_asked_for(name, version):
    asked = requirements(paths.DEV / f"{name}.in", version)
    locked = requirements(paths.DEV / f"{name}.txt", version)
    assert asked.items() <= locked.items()


@pytest.mark.parametrize("version", python_env.PYTHONS)
def test_the_python_that_runs_the_commands_runs_odoo(machine, version):
    answer = machine.answer(SAYS.format(minor=version.split(".")[1]))
    assert answer == f"{version} /usr/bin/python3"


def test_another_python_on_the_path_is_taken_before_one_is_fetched(machine):
    older, newer = machine.program("python3.11"), machine.program("python3.12")
    assert machine.answer(SAYS.format(minor=14)) == f"3.12 {newer}"
    newer.unlink()
    assert machine.answer(SAYS.format(minor=14)) == f"3.11 {older}"


def test_where_there_is_none_it_is_said_which_is_fetched_and_what_can_be_done(machine):
    uv = machine.program("uv", "#!/bin/sh\nexit 2\n")
    refusal = machine.run(
        "import sys\nfrom types import SimpleNamespace\n"
        "from dev import python_env, steps\n"
        "old = SimpleNamespace(version_info=SimpleNamespace(major=3, minor=9), executable='')\n"
        "python_env.sys = old\n"
        "try:\n"
        f"    python_env._create(['{uv}'], __import__('pathlib').Path('{machine.folder}/venv'))\n"
        "except steps.Problem as problem:\n"
        "    print(problem)\n"
    ).stdout
    assert "no Python from 3.11 to 3.13: fetching 3.11" in refusal
    assert "Install one (python3.11, say)" in refusal
