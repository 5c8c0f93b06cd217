"""Debian packages fetched without touching the system: private lists, private archives.

Works as a normal user. Only `install` changes the machine, and only as root.
"""

import functools
import os
import shutil
import threading

from . import paths
from .steps import Problem, lock, run

FOLDER = paths.CACHE / "apt"
NO_LISTS = (
    "The package lists could not be fetched. Is there network?\n"
    "Another Debian mirror than this machine's can be named in POS_RECEIVABLE_DEBIAN_MIRROR."
)


class Archive:
    """apt with its own state. Without sources it reads the machine's."""

    def __init__(self, name, sources=None):
        self.folder = FOLDER / name
        self.config = self.folder / "apt.conf"
        self.lists = self.folder / "lists"
        self.alone = threading.Lock()
        self.updated = False
        (self.lists / "partial").mkdir(parents=True, exist_ok=True)
        settings = {
            "Dir::State": self.folder,
            "Dir::State::Lists": self.lists,
            "Dir::State::status": "/var/lib/dpkg/status",
            "Dir::Cache": self.folder / "cache",
            "Debug::NoLocking": "true",
            "APT::Sandbox::User": "root",
            "APT::Install-Recommends": "false",
            "Acquire::Retries": "3",
            "Acquire::Languages": "none",
            "Acquire::GzipIndexes": "true",
        }
        if sources:
            (self.folder / "sources.list").write_text("\n".join(sources) + "\n")
            settings |= {
                "Dir::Etc::SourceList": self.folder / "sources.list",
                "Dir::Etc::SourceParts": "/dev/null",
                "Dir::Etc::Preferences": "/dev/null",
                "Dir::Etc::PreferencesParts": "/dev/null",
                "Dir::State::status": "/dev/null",
                "APT::Update::Error-Mode": "any",
                # Signatures are checked; a mirror that lags behind has what is needed too.
                "Acquire::Check-Valid-Until": "false",
            }
        self.config.write_text("".join(f'{key} "{value}";\n' for key, value in settings.items()))

    def environment(self):
        return os.environ | {"APT_CONFIG": str(self.config), "LC_ALL": "C"}

    def _apt_get(self, *arguments, problem, cwd=None):
        name = f"apt-{self.folder.name}-{arguments[0].strip('-')}"
        command = ["apt-get", "-q", *map(str, arguments)]
        return run(command, log=name, problem=problem, env=self.environment(), cwd=cwd)

    def update(self):
        """Fetch the lists, once in a process."""
        with self.alone, self._lists_alone():
            if not self.updated:
                self._apt_get("update", problem=NO_LISTS)
                # Of the machine's own sources one may be broken; but without network apt is content.
                if not any(self.lists.glob("*_Packages*")):
                    raise Problem(NO_LISTS)
                self.updated = True

    def _lists_alone(self, **how):
        return lock(f"apt-{self.folder.name}", **how)

    def download(self, packages, folder):
        """Fetch exactly these packages."""
        self.update()
        folder.mkdir(parents=True, exist_ok=True)
        names = " ".join(packages)
        problem = f"Could not fetch the Debian packages {names}."
        with self._lists_alone(shared=True):
            self._apt_get("download", *packages, problem=problem, cwd=folder)
        return sorted(folder.glob("*.deb"))

    def download_missing(self, package, folder):
        """Fetch a package with all its dependencies the machine lacks."""
        self.update()
        (folder / "partial").mkdir(parents=True, exist_ok=True)
        problem = f"Could not fetch the Debian package {package} and what it depends on."
        options = ["--yes", "--download-only", "-o", f"Dir::Cache::Archives={folder}"]
        with self._lists_alone(shared=True):
            self._apt_get("install", *options, package, problem=problem)
        return sorted(folder.glob("*.deb"))


_one_at_a_time = threading.Lock()


def machine():
    """The archive of this machine's own sources."""
    with _one_at_a_time:
        return _machine()


@functools.cache
def _machine():
    require_apt()
    return Archive("machine")


def require_apt():
    for program in ("apt-get", "dpkg-deb"):
        if not shutil.which(program):
            raise Problem(
                f"This machine has no {program}, so Odoo cannot be fetched from Debian.\n"
                "Get the source of Odoo 19.0 yourself and set ODOO_SOURCE to its folder."
            )


def unpack(deb, folder, exclude=()):
    """Unpack the files of a package, leaving out paths that match `exclude`."""
    command = f'dpkg-deb --fsys-tarfile "$1" | tar -x -C "$2" --no-same-owner {_excludes(exclude)}'
    run(
        ["bash", "-o", "pipefail", "-c", command, "unpack", str(deb), str(folder)],
        log="unpack",
        problem=f"Could not unpack {deb.name}. Is the disk full?",
    )


def _excludes(patterns):
    return " ".join(f"--exclude='{pattern}'" for pattern in patterns)


def install(*packages):
    """Install packages on the machine; only root can."""
    system_update()
    env = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    run(
        ["apt-get", "install", "-y", "-q", "--no-install-recommends", *packages],
        log=f"apt-install-{packages[0]}",
        problem=f"apt-get could not install {' '.join(packages)}. Is there network?",
        env=env,
    )


@functools.cache
def system_update():
    """Renew the machine's own lists, as far as its sources answer."""
    problem = "apt-get update failed. Is there network?"
    run(["apt-get", "update", "-q"], log="apt-update", problem=problem)
