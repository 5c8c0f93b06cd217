"""Odoo 19 itself: Debian's package unpacked privately, or the checkout named by ODOO_SOURCE."""

import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

from . import apt, packages, paths
from .steps import Problem, is_complete, lock, making, remove, require_space, step

SERIES = "19.0"
FROM_SID = (
    "odoo-19",
    "libjs-jquery",
    "libjs-jquery-form",
    "libjs-underscore",
    "fonts-montserrat",
    "fonts-ocr-b",
    "fonts-roboto-unhinted",
)
# The newer ones in sid lack files that Odoo's stylesheets name.
FROM_BOOKWORM = ("fonts-font-awesome/bookworm", "fonts-inconsolata/bookworm")
# 818 MB of translations; Arabic and French are the languages the addon is tested in.
UNUSED = ("*/i18n/[b-eg-z]*.po", "*/i18n_extra/[b-eg-z]*.po")
ABSENT_SCRIPT = "addons/mail/static/lib/selfie_segmentation/selfie_segmentation.js"


@dataclass(frozen=True)
class OdooSource:
    path: Path  # goes on PYTHONPATH
    version: str  # identifies the code, down to the commit where one is known
    addons: tuple = ()  # further folders of addons


def get():
    """Return a ready Odoo, fetching it when needed."""
    if given := os.environ.get("ODOO_SOURCE"):
        return _from_checkout(Path(given).expanduser().resolve())
    with lock("odoo"):
        folder = _newest_unpacked() or _fetch()
    return OdooSource(folder / "usr/lib/python3/dist-packages", folder.name)


def _from_checkout(source):
    release = source / "odoo" / "release.py"
    if not (source / "odoo-bin").exists() or not release.exists():
        raise Problem(f"ODOO_SOURCE={source} is not a checkout of Odoo: it has no odoo-bin.")
    found = re.search(r"version_info = \((\d+), (\d+)", release.read_text())
    series = ".".join(found.groups()) if found else "unknown"
    if series != SERIES:
        raise Problem(f"ODOO_SOURCE={source} is Odoo {series}; this addon needs {SERIES}.")
    command = ["git", "-C", str(source), "rev-parse", "--short=12", "HEAD"]
    commit = subprocess.run(command, check=False, capture_output=True, text=True).stdout.strip()
    version = f"{SERIES}-{commit or paths.digest(str(source))}"
    return OdooSource(source, version, (source / "addons", source / "odoo" / "addons"))


def _newest_unpacked():
    folders = [folder for folder in (paths.CACHE / "odoo").glob("*") if is_complete(folder)]
    return max(folders, key=lambda folder: folder.stat().st_mtime, default=None)


def _fetch():
    require_space()
    apt.require_apt()
    debs = paths.CACHE / "apt" / "odoo"
    remove(debs)
    with step("Fetching Odoo from Debian"):
        archive = packages.debian("sid", "bookworm")
        _download(archive, debs)
    version = _version(debs)
    folder = paths.CACHE / "odoo" / version
    with step(f"Unpacking Odoo {version}"), making(folder):
        for deb in debs.glob("*.deb"):
            apt.unpack(deb, folder, exclude=UNUSED)
            deb.unlink()
        script = folder / "usr/lib/python3/dist-packages/odoo" / ABSENT_SCRIPT
        script.parent.mkdir(parents=True, exist_ok=True)
        script.write_text("// Not part of Debian's package.\n")
    remove(debs)
    remove(archive.folder)
    return folder


def _download(archive, folder):
    archive.update()  # has its own sentence: without network nobody is to suspect Debian
    try:
        archive.download(FROM_SID + FROM_BOOKWORM, folder)
    except Problem as problem:
        raise Problem(
            f"{problem}\n\n"
            "If Debian no longer carries odoo-19, get the source of Odoo 19.0 yourself\n"
            "and set ODOO_SOURCE to its folder."
        ) from None


def _version(folder):
    deb = next(folder.glob("odoo-19_*.deb"))
    return deb.name.split("_")[1].replace("%3a", "-")
