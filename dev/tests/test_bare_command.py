"""The machine that `make test-bare` makes: what it is told of this one, and that nothing is left."""

import io
import os
import signal
import subprocess
import sys
import tarfile
import time
from pathlib import Path

import pytest

from dev import bare_machine
from dev.steps import Problem
from dev.tests.bare import AS_A_USER, AS_ROOT, Machine

COMMAND = """
import runpy, sys
sys.argv = ["dev", "test-bare"]
runpy.run_module("dev", run_name="__main__")
"""
APT = """\
Acquire "";
Acquire::http "";
Acquire::http::Proxy "http://proxy.test:3128";
Acquire::https::CaInfo "/etc/company.pem";
Acquire::https::SslKey "/etc/gone.key";
Acquire::http::Proxy-Auto-Detect "/usr/bin/auto";
Acquire::Check-Valid-Until "false";
Acquire::Languages "none";
"""
MOUNTS = """\
22 1 8:1 / / rw - ext4 /dev/vda rw
31 22 0:5 / /var/tmp/bare\\0401/root/dev rw - devtmpfs dev rw
32 31 0:6 / /var/tmp/bare\\0401/root/dev/shm rw - tmpfs shm rw
33 22 0:7 / /var/tmp/bare\\04012 rw - tmpfs other rw
"""
# What programs of the machine do in these tests: as unshare, run the rest; as mmdebstrap, wait.
RUNS_THE_REST = '#!/bin/sh\nwhile [ "$1" != -- ]; do shift; done\nshift\nexec "$@"\n'
MAKES_SOME = """#!/bin/sh
[ "$1" = --unshare-helper ] && shift && exec "$@"
for word in "$@"; do case "$word" in */root) mkdir -p "$word/etc" ;; esac; done
touch {machine}/begun
{then}
"""


@pytest.fixture
def machine(tmp_path):
    return Machine(tmp_path)


@pytest.fixture
def maker(machine):
    """Makes a machine with a mmdebstrap that begins, then does as it is told."""
    for name in ("git", "rm", "setpriv"):
        (machine.programs / name).symlink_to(bare_machine.shutil.which(name))
    machine.program("apt-config")
    machine.program("unshare", RUNS_THE_REST)
    (machine.folder / "var").mkdir()

    def make(then):
        machine.program("mmdebstrap", MAKES_SOME.format(machine=machine.folder, then=then))
        return machine

    return make


def somewhere(machine):
    return {"TMPDIR": str(machine.folder / "var"), "MIRROR": "http://own.test/debian"}


def put(root, *names):
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(name)


def test_the_way_into_the_network_is_taken_along(tmp_path):
    put(tmp_path, "etc/resolv.conf", "etc/xdg/pip/pip.conf", "home/ann/.npmrc", "etc/company.pem")
    variables = {"HOME": "/home/ann", "https_proxy": "http://proxy.test", "LANG": "fr_FR"}
    variables |= {"PIP_CERT": "/etc/company.pem", "PIP_FIND_LINKS": "/opt/wheels"}
    settings = bare_machine.find_settings(tmp_path, variables, APT)
    assert settings.files == {
        "/etc/resolv.conf": tmp_path / "etc/resolv.conf",
        "/etc/xdg/pip": tmp_path / "etc/xdg/pip",
        "/root/.npmrc": tmp_path / "home/ann/.npmrc",
        "/etc/company.pem": tmp_path / "etc/company.pem",
    }
    assert settings.variables == {
        "https_proxy": "http://proxy.test",
        "PIP_CERT": "/etc/company.pem",
    }
    assert settings.apt.splitlines() == [
        'Acquire::http::Proxy "http://proxy.test:3128";',
        'Acquire::https::CaInfo "/etc/company.pem";',
        'Acquire::Check-Valid-Until "false";',
    ]


def test_files_are_packed_for_what_they_say_not_for_where_they_point(tmp_path):
    put(tmp_path, "run/resolv.conf", "pip/pip.conf")
    link = tmp_path / "link"
    link.symlink_to("run/resolv.conf")
    packed = bare_machine.pack({"/etc/resolv.conf": link, "/etc/xdg/pip": tmp_path / "pip"})
    with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
        assert archive.extractfile("etc/resolv.conf").read() == b"run/resolv.conf"
        assert archive.extractfile("etc/xdg/pip/pip.conf").read() == b"pip/pip.conf"


def test_a_suite_is_made_as_its_distribution_has_it(tmp_path):
    header = "version,codename,series,created\n"
    (tmp_path / "debian.csv").write_text(f"{header}13,Trixie,trixie,2023-06-10\n")
    (tmp_path / "ubuntu.csv").write_text(f"{header}24.04 LTS,Noble,noble,2023-10-26\n")
    suites = ("stable", "trixie", "noble", "series13")
    assert [bare_machine.get_distribution(suite, tmp_path) for suite in suites] == [
        "debian",
        "debian",
        "ubuntu",
        None,
    ]
    assert bare_machine.get_distribution("noble", tmp_path / "none") is None


def test_who_is_root_needs_no_namespace_for_users():
    mirror = "http://own.test/debian"
    as_root = bare_machine.get_making("stable", "/there", mirror, "/apt.conf", True)
    as_user = bare_machine.get_making("stable", "/there", None, "/apt.conf", False)
    assert as_root[-3:] == ["stable", "/there", mirror]
    assert as_user[-2:] == ["stable", "/there"]
    assert as_root[: len(bare_machine.ISOLATED)] == list(bare_machine.ISOLATED)
    assert as_user[:2] == ["mmdebstrap", "--mode=unshare"]
    assert "--mode=root" in as_root
    entering = bare_machine.get_entering("/there", ["true"], False)
    assert entering[:3] == ["mmdebstrap", "--unshare-helper", "unshare"]
    assert entering[-2:] == ["/there", "true"]
    assert bare_machine.get_entering("/there", ["true"], True) == entering[2:]


def test_what_is_run_there_is_what_the_readme_says(tmp_path):
    tests = ["tests/test_x.py", "-k", "one or $two"]
    command = bare_machine.get_test_command({"https_proxy": "http://proxy.test"}, tests)
    assert command[:3] == ["env", "-i", "https_proxy=http://proxy.test"]
    (tmp_path / "Makefile").write_text("test:\n\t@printf '%s\\n' $(ARGS)\n")
    said = subprocess.run(
        ["make", "test", f"ARGS={command[-1]}"],
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"]},  # the make that runs the tests has told its own more
        capture_output=True,
        text=True,
        check=True,
    )
    assert said.stdout.splitlines()[-3:] == tests


def test_mounts_are_found_below_the_folder_alone():
    folder = Path("/var/tmp/bare 1")
    found = bare_machine.find_mounts(folder, MOUNTS)
    assert found == [folder / "root/dev/shm", folder / "root/dev"]
    assert bare_machine.find_mounts(Path("/var/tmp/bare"), MOUNTS) == []


def test_nothing_is_deleted_while_something_is_mounted_below(tmp_path, monkeypatch):
    put(tmp_path, "root/dev/disk")
    monkeypatch.setattr(bare_machine, "_find_mounts", lambda folder: [folder / "root/dev"])
    with pytest.raises(Problem, match=f"umount {tmp_path}/root/dev"):
        bare_machine.remove(tmp_path)
    assert (tmp_path / "root/dev/disk").exists()
    monkeypatch.setattr(bare_machine, "_find_mounts", lambda _folder: [])
    bare_machine.remove(tmp_path)
    assert not tmp_path.exists()


def test_where_mmdebstrap_is_missing_it_is_said_what_to_install(machine):
    done = machine.run(COMMAND)
    assert done.returncode == 1
    assert done.stdout.strip().endswith("apt-get install mmdebstrap")


@pytest.mark.parametrize("who", [AS_A_USER, AS_ROOT])
def test_what_could_not_be_made_is_told_and_deleted(maker, who):
    machine = maker("echo no keys for it; exit 1")
    done = machine.run(who + COMMAND, SUITE="noble", **somewhere(machine))
    assert done.returncode == 1, done.stderr
    assert "mmdebstrap could not make a root file system of noble." in done.stdout
    assert "no keys for it" in done.stdout
    assert (machine.folder / "begun").exists()
    assert not list((machine.folder / "var").iterdir())


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_whoever_stops_it_leaves_nothing_behind(maker, ending):
    machine = maker("exec sleep 60")
    process = subprocess.Popen(
        [sys.executable, "-B", "-c", AS_ROOT + COMMAND],
        env=machine.environment(**somewhere(machine)),
        stdout=subprocess.PIPE,
        text=True,
    )
    give_up = time.monotonic() + 30
    while not (machine.folder / "begun").exists() and time.monotonic() < give_up:
        time.sleep(0.05)
    process.send_signal(ending)
    process.communicate(timeout=30)
    assert process.returncode == 128 + ending
    assert not list((machine.folder / "var").iterdir())


def test_a_root_file_system_left_by_a_killed_run_is_deleted_by_the_next(maker):
    machine = maker("exit 1")
    left = machine.folder / "left"
    put(left, "root/etc/hosts")
    note = f"from dev import paths, steps\nsteps.replace(paths.PLACE / 'bare', {str(left)!r})\n"
    machine.run(AS_ROOT + note + COMMAND, **somewhere(machine))
    assert not left.exists()
