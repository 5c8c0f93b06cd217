"""The set-up on machines that have next to nothing, or something else than they say."""

import pytest

from dev.tests.bare import AS_A_USER, AS_ROOT, Machine

MIRROR = "from dev import packages; print(packages.mirror())"
CHROMIUM = "from dev import browser; print(browser.get())"
BINARY = "usr/lib/chromium/chromium"
STARTS = "#!/bin/sh\necho Chromium 1\n"
ASKS_FOR_A_SNAP = "#!/bin/sh\necho Try: snap install chromium >&2\nexit 1\n"
IDENTITY = """
from types import SimpleNamespace
from dev import postgres
users = [SimpleNamespace(pw_uid=0, pw_gid=0), SimpleNamespace(pw_uid=33, pw_gid=34)]
postgres.pwd = SimpleNamespace(getpwall=lambda: users)
print(*postgres._as_user())
"""
CALLS_A_SNAP = "#!/bin/sh\n[ -x /snap/bin/chromium ] || echo Chromium 1 snap\n"


@pytest.fixture
def machine(tmp_path):
    return Machine(tmp_path)


@pytest.fixture
def ubuntu(machine):
    """Knows no Debian, but has what tells where that is."""
    machine.sources("http://archive.test/ubuntu", "http://security.test/ubuntu")
    machine.package(
        "debootstrap", {"usr/sbin/debootstrap": 'DEF_MIRROR="http://usual.test/debian"'}
    )
    machine.package("debian-archive-keyring", {"usr/share/keyrings/debian-archive-keyring.gpg": ""})
    return machine


def test_an_apt_that_has_no_lists_yet_knows_its_mirror(machine):
    machine.sources("http://security.test/debian-security", "http://own.test/debian")
    assert machine.answer(MIRROR) == "http://own.test/debian"


def test_a_mirror_named_in_a_file_of_mirrors_is_found(machine):
    mirrors = machine.folder / "mirrors"
    mirrors.write_text("http://cloud.test/debian\n")
    machine.sources(f"mirror+file:{mirrors}")
    assert machine.answer(MIRROR) == "http://cloud.test/debian"


def test_ubuntu_takes_the_usual_mirror_of_debian(ubuntu):
    assert ubuntu.answer(MIRROR) == "http://usual.test/debian"


def test_a_mirror_that_is_named_comes_first(ubuntu):
    given = {"POS_RECEIVABLE_DEBIAN_MIRROR": "http://given.test/debian"}
    assert ubuntu.answer(MIRROR, **given) == "http://given.test/debian"
    assert not (ubuntu.folder / "calls").exists()


@pytest.mark.parametrize("script", [ASKS_FOR_A_SNAP, CALLS_A_SNAP])
@pytest.mark.parametrize("who", [AS_A_USER, AS_ROOT])
def test_where_chromium_is_a_snap_debians_is_unpacked(ubuntu, who, script):
    ubuntu.program("chromium-browser", script)
    ubuntu.package("chromium", {BINARY: STARTS})
    (ubuntu.folder / "versions" / "chromium").write_text("2:1snap1-0ubuntu2")
    assert ubuntu.answer(who + CHROMIUM) == f"{ubuntu.cache}/packages/chromium/wrapper/chromium"
    assert "install -y" not in ubuntu.calls()


def test_a_snap_on_the_path_is_no_browser_for_tests(ubuntu):
    (ubuntu.folder / "snap" / "bin").mkdir(parents=True)
    snap = ubuntu.folder / "snap" / "bin" / "chromium"
    snap.write_text(STARTS)
    snap.chmod(0o755)
    (ubuntu.programs / "chromium").symlink_to(snap)
    ubuntu.package("chromium", {BINARY: STARTS}, version="snap")
    assert "/packages/chromium/wrapper/" in ubuntu.answer(AS_A_USER + CHROMIUM)


def test_a_browser_of_the_machine_that_starts_is_taken(machine):
    program = machine.program("google-chrome", STARTS)
    assert machine.answer(CHROMIUM) == str(program)
    assert not (machine.folder / "calls").exists()


def test_root_installs_the_machines_own_browser(machine):
    machine.package("chromium", {"usr/bin/chromium": STARTS})
    assert machine.answer(AS_ROOT + CHROMIUM) == str(machine.installed / "chromium")


@pytest.mark.parametrize("who", [AS_A_USER, AS_ROOT])
def test_an_empty_package_is_refused_again_and_again(machine, who):
    machine.package("chromium")
    for _attempt in range(2):
        assert "installed as a package, not as a snap" in machine.refusal(who + CHROMIUM)


def test_a_browser_that_does_not_start_is_refused_in_words(machine):
    machine.package("chromium", {BINARY: "#!/bin/sh\nexit 127\n"})
    assert "chromium does not start." in machine.refusal(AS_A_USER + CHROMIUM)


def test_root_starts_postgresql_as_somebody_the_machine_knows(machine):
    machine.program("unshare")
    identity = "--map-user=33 --map-group=34"
    assert machine.answer(AS_ROOT + IDENTITY) == f"unshare --user {identity} --"
