"""Where things are. Everything made or downloaded lives in the cache, never in the checkout."""

import hashlib
import os
from pathlib import Path

ADDON = "pos_receivable"  # the first addon, which is the checkout itself
CHECKOUT = Path(__file__).resolve().parent.parent
DEV = CHECKOUT / "dev"


def _cache_folder():
    if chosen := os.environ.get("POS_RECEIVABLE_CACHE"):
        return Path(chosen).expanduser().resolve()
    base = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    return Path(base).expanduser().resolve() / ADDON


CACHE = _cache_folder()
LOGS = CACHE / "logs"

CHECKOUT_ID = hashlib.sha256(str(CHECKOUT).encode()).hexdigest()[:8]
PLACE = CACHE / "checkouts" / CHECKOUT_ID  # what belongs to this checkout alone
ADDONS = PLACE / "addons"  # holds only a link for each addon
TOOLING = PLACE / "tooling"  # holds only links, for PYTHONPATH: see tooling()
MOUNT = ADDONS / ADDON


def addons():
    """Technical name → folder of every addon: the checkout itself, then those in addons/."""
    others = sorted(manifest.parent for manifest in CHECKOUT.glob("addons/*/__manifest__.py"))
    return {ADDON: CHECKOUT, **{folder.name: folder for folder in others}}


def mount():
    """Make every addon visible under its technical name, outside the checkout."""
    links = {ADDONS / name: folder for name, folder in addons().items()}
    for gone in set(ADDONS.glob("*")) - set(links):
        if gone.is_symlink():
            gone.unlink(missing_ok=True)
    links |= {TOOLING / ADDON / "dev": DEV}
    links |= {
        TOOLING / name / "benchmarks": folder / "benchmarks"
        for name, folder in addons().items()
        if (folder / "benchmarks").exists()
    }
    for link, target in links.items():
        link.parent.mkdir(parents=True, exist_ok=True)
        if not link.is_symlink() or Path(os.readlink(link)) != target:
            link.unlink(missing_ok=True)
            link.symlink_to(target)


def tooling():
    """What to search for `dev`, and for the modules of `benchmarks`, which every addon may add to."""
    return sorted(folder for folder in TOOLING.glob("*") if folder.is_dir())


def digest(*parts):
    """A short key over strings and the contents of files.

    >>> digest("19.0", "sale") == digest("19.0", "sale")
    True
    >>> digest("19.0", "sale") == digest("19.0sale", "")
    False
    """
    total = hashlib.sha256()
    for part in parts:
        content = part.read_bytes() if isinstance(part, Path) else part.encode()
        total.update(len(content).to_bytes(8, "big") + content)
    return total.hexdigest()[:12]


def addons_digest():
    """A key over what installed addons have to be updated for: their code, views and data.

    Scripts and styles are read from the files when a page is opened.
    """
    folders = (
        "comparing",
        "data",
        "deciding",
        "demo",
        "i18n",
        "matching",
        "models",
        "report",
        "security",
        "statistics",
        "tools",
        "views",
        "wizard",
    )
    files = []
    for addon in addons().values():
        files.append(addon / "__manifest__.py")
        for folder in folders:
            files += sorted(file for file in (addon / folder).rglob("*.*") if file.suffix != ".pyc")
    return digest(*(part for file in files for part in (str(file.relative_to(CHECKOUT)), file)))
