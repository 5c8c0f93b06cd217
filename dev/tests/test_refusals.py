"""What goes wrong with the commands is told in a sentence, and nothing is left running."""

import dataclasses
import os
import signal
import subprocess
import sys
import time

import pytest

from dev import paths, stage
from dev.database import Databases
from dev.steps import Problem
from dev.tests.bare import AS_A_USER, Machine

PORT = "from dev import demo; print(demo._free_port({host!r}))"
PDF = AS_A_USER + "from dev import demo; demo._wkhtmltopdf(); print('done')"
LONG_WORK = """
import runpy, sys, time
from dev import demo
def works(_arguments):
    try:
        print("begun", flush=True)
        time.sleep(60)
    finally:
        print("left properly", flush=True)
demo.demo = works
sys.argv = ["dev", "demo"]
runpy.run_module("dev", run_name="__main__")
"""


@pytest.fixture
def machine(tmp_path):
    return Machine(tmp_path)


def command(machine, *arguments, **environment):
    """Run one of the commands as `make` does."""
    code = (
        f"import runpy, sys; sys.argv = {['dev', *arguments]!r}\n"
        "runpy.run_module('dev', run_name='__main__')"
    )
    return machine.run(code, **environment)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["demo", "--frehs"], "make demo does not know the option --frehs. It knows --fresh."),
        (["clean", "--all"], "make clean does not know the option --all. It takes none."),
    ],
)
def test_a_mistyped_option_does_not_go_unnoticed(machine, arguments, sentence):
    done = command(machine, *arguments)
    assert done.returncode == 1
    assert sentence in done.stdout
    assert not (machine.folder / "calls").exists()


def test_a_cache_that_cannot_be_written_is_named(machine):
    (machine.folder / "a file").touch()
    machine.cache = machine.folder / "a file" / "cache"
    done = command(machine, "clean")
    assert done.returncode == 1
    assert f"Nothing can be written to {machine.cache}" in done.stdout
    assert "POS_RECEIVABLE_CACHE" in done.stdout


@pytest.mark.parametrize("port", ["abc", "80a", "-1", "65536"])
def test_a_port_is_a_number(machine, port):
    refusal = machine.refusal(PORT.format(host="127.0.0.1"), PORT=port)
    assert f"PORT={port} is not the number of a port" in refusal


def test_the_address_of_another_machine_is_not_a_port_in_use(machine):
    refusal = machine.refusal(PORT.format(host="192.0.2.1"), HOST="192.0.2.1")
    assert "HOST=192.0.2.1 is not an address of this machine" in refusal


def test_a_port_for_root_is_told_as_such(machine):
    code = "from dev import demo; demo._refuse_unless_taken(PermissionError(), '127.0.0.1', 80)"
    assert "Port 80 is for root alone" in machine.refusal(code)


def test_a_terminal_that_knows_only_ascii_shows_the_commands(machine):
    done = command(machine, PYTHONIOENCODING="ascii")
    assert done.returncode == 0, done.stderr
    assert "bench-matching" in done.stdout


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGHUP])
def test_a_terminal_that_is_closed_stops_the_servers_too(machine, ending):
    process = subprocess.Popen(
        [sys.executable, "-B", "-c", LONG_WORK],
        env={"PYTHONPATH": str(paths.CHECKOUT), "POS_RECEIVABLE_CACHE": str(machine.cache)},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout.readline() == "begun\n"
    process.send_signal(ending)
    assert process.communicate(timeout=30)[0] == "left properly\n"
    assert process.returncode == 128 + ending


def test_nothing_is_cleaned_under_a_demo_that_is_served(machine):
    code = (
        "from dev import demo, housekeeping, paths, steps\n"
        "paths.PLACE.mkdir(parents=True)\n"
        "with steps.lock(demo.NAME):\n"
        "    housekeeping.clean([])\n"
    )
    assert "stop the demo or the test run first" in machine.refusal(code)
    assert list((machine.cache / "checkouts").iterdir())


def test_without_network_nobody_suspects_that_debian_dropped_odoo(machine):
    (machine.folder / "offline").touch()
    code = (
        "from pathlib import Path\n"
        "from dev import apt, odoo_source\n"
        f"odoo_source._download(apt.Archive('machine'), Path({str(machine.folder)!r}))\n"
    )
    refusal = machine.refusal(code)
    assert "Is there network?" in refusal
    assert "no longer carries" not in refusal


def test_a_missing_pdf_program_is_looked_for_once_a_day(machine):
    assert machine.answer(PDF) == "done"
    looked = machine.calls()
    assert machine.answer(PDF) == "done"
    assert machine.calls() == looked
    memory = machine.cache / "without-wkhtmltopdf"
    yesterday = time.time() - 25 * 60 * 60
    os.utime(memory, (yesterday, yesterday))
    assert machine.answer(PDF) == "done"
    assert machine.calls() != looked


def test_a_program_unpacked_into_a_folder_with_an_apostrophe_starts(tmp_path):
    machine = Machine(tmp_path / "it's mine")
    machine.package("chromium", {"usr/lib/chromium/chromium": "#!/bin/sh\necho Chromium 1\n"})
    program = machine.answer(AS_A_USER + "from dev import browser; print(browser.get())")
    assert subprocess.run([program, "--version"], capture_output=True, check=True).stdout


def test_a_role_that_may_not_create_databases_is_told_at_once():
    role = "pos_receivable_without_rights"
    here = stage.current()
    ours = Databases(here)
    ours.sql("postgres", f'DROP ROLE IF EXISTS "{role}"')
    ours.sql("postgres", f'CREATE ROLE "{role}" LOGIN')
    try:
        server = dataclasses.replace(here.server, user=role)
        with pytest.raises(Problem, match=f'ALTER ROLE "{role}" CREATEDB'):
            Databases(dataclasses.replace(here, server=server)).base()
    finally:
        ours.sql("postgres", f'DROP ROLE "{role}"')
    ours.require_right()
