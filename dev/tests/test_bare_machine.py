"""The set-up on machines that have next to nothing, or something else than they say."""

import pytest

from dev.tests.bare import Machine

MIRROR = "from dev import packages; print(packages.mirror())"


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
