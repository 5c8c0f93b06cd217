"""Odoo 19 itself: Debian's package unpacked privately, or the checkout named by ODOO_SOURCE."""

import os
import re
import subprocess
import time
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
LANGUAGES = ("ar", "de", "es", "fr", "pt_BR")  # of 818 MB, what the addons are translated into
A_DAY = 24 * 60 * 60  # seconds
ABSENT_SCRIPT = "addons/mail/static/lib/selfie_segmentation/selfie_segmentation.js"


def others(names, ending):
    """Patterns for the files `….ending` that have none of these names.

    tar can leave out what matches a pattern, but not what matches none.

    >>> others(["de", "fr"], "po")
    ['[!df]*po', 'd[!e]*po', 'de[!.]*po', 'f[!r]*po', 'fr[!.]*po']
    """
    following = {}  # beginning of a name → what may follow it
    for name in sorted(names):
        for length in range(len(name) + 1):
            following.setdefault(name[:length], []).append(f"{name}."[length])
    return [
        f"{beginning}[!{''.join(dict.fromkeys(letters))}]*{ending}"
        for beginning, letters in sorted(following.items())
    ]


UNUSED = tuple(
    f"*/{folder}/{pattern}"
    for folder in ("i18n", "i18n_extra")
    for pattern in others(LANGUAGES, "po")
)
KEY = paths.digest(*UNUSED)  # of what is unpacked, so that more is fetched when more is needed


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
    unpacked = (paths.CACHE / "odoo").glob(f"*-{KEY}")
    folders = [folder for folder in unpacked if is_complete(folder)]
    newest = max(folders, key=lambda folder: folder.stat().st_mtime, default=None)
    # Another checkout's server may still be running from what was unpacked before.
    if newest and time.time() - newest.stat().st_mtime > A_DAY:
        for outdated in (paths.CACHE / "odoo").glob("*"):
            if outdated not in folders:
                remove(outdated)
    return newest


def _fetch():
    require_space()
    apt.require_apt()
    debs = paths.CACHE / "apt" / "odoo"
    remove(debs)
    with step("Fetching Odoo from Debian"):
        archive = packages.debian("sid", "bookworm")
        _download(archive, debs)
    version = f"{_version(debs)}-{KEY}"
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
