"""Debian packages unpacked into folders of the cache, this machine's own or Debian's."""

import os
import re
import subprocess
from pathlib import Path

from . import apt, paths
from .steps import Problem, is_complete, lock, making, remove, step

KEYRING = "usr/share/keyrings/debian-archive-keyring.gpg"
DEBOOTSTRAP = "usr/sbin/debootstrap"
# What a program of another release has to take from the machine, or nothing would start.
NEVER_FOREIGN = ("libc6",)


def private_root(package, holding, suite=None):
    """Unpack a package and the libraries it misses into a folder of the cache; return that.

    With `suite` it is Debian's of that name, with all it depends on, whatever this machine is.
    `holding` is the path, or pattern, of what is wanted from it. A package without it, such as
    Ubuntu's empty ones that stand for a snap, is refused.
    """
    folder = paths.CACHE / "packages" / package
    with lock(f"package-{package}"):
        if not is_complete(folder) or not any(folder.glob(holding)):
            with step(f"Unpacking {package} privately"), making(folder):
                archive = debian(suite) if suite else apt.machine()
                debs = folder / "debs"
                for deb in archive.download_missing(package, debs):
                    if not (suite and deb.name.split("_")[0] in NEVER_FOREIGN):
                        apt.unpack(deb, folder)
                    deb.unlink()
                remove(debs)
                if not any(folder.glob(holding)):
                    raise Problem(f"The package {package} of this machine is empty: no {holding}.")
    return folder


def debian(*suites):
    """The archive of these suites of Debian, whatever this machine is."""
    signed = f"deb [signed-by={keyring()}] {mirror()}"
    return apt.Archive("-".join(suites), [f"{signed} {suite} main" for suite in suites])


def keyring():
    """The keys Debian signs its archive with."""
    system = Path("/") / KEYRING
    if system.exists():
        return system
    return private_root("debian-archive-keyring", holding=KEYRING) / KEYRING


def mirror():
    """The address of a Debian mirror: the one given, else the machine's own, else the usual one."""
    if chosen := os.environ.get("POS_RECEIVABLE_DEBIAN_MIRROR"):
        return chosen
    for address in own_mirrors():
        if address.rstrip("/").endswith("/debian"):
            return address
    return _usual_mirror()


def own_mirrors():
    """Where the machine's apt would look, which it says before it has any lists."""
    command = ["apt-get", "update", "--print-uris"]
    targets = subprocess.run(command, check=False, capture_output=True, text=True).stdout
    for address in dict.fromkeys(re.findall(r"^'(\S+?)/dists/", targets, re.MULTILINE)):
        if address.startswith("mirror+file:"):  # as in images for clouds
            yield from Path(address.partition(":")[2]).read_text().split()
        else:
            yield address


def _usual_mirror():
    """What debootstrap, which Ubuntu has too, takes when it is told none."""
    root = private_root("debootstrap", holding=DEBOOTSTRAP)
    found = re.search(r'^DEF_MIRROR="(\S+)"', (root / DEBOOTSTRAP).read_text(), re.MULTILINE)
    if not found:
        raise Problem(
            "This machine's apt knows no Debian mirror.\n"
            "Set POS_RECEIVABLE_DEBIAN_MIRROR to the address of one (it ends in /debian),\n"
            "or ODOO_SOURCE to a folder with the source of Odoo 19.0."
        )
    return found[1]
