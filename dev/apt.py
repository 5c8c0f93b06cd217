"""Debian packages without touching the system: private lists, private archives, plain unpacking.

Works as a normal user. Only `install` changes the machine, and only as root.
"""

import functools
import os
import re
import shutil
import subprocess
from pathlib import Path

from . import paths
from .steps import Problem, is_complete, is_root, lock, making, run, step

FOLDER = paths.CACHE / "apt"
TEMPLATE = Path("/usr/share/python-apt/templates/Debian.info")


class Archive:
    """apt with its own state. Without sources it reads the machine's."""

    def __init__(self, name, sources=None):
        self.folder = FOLDER / name
        self.config = self.folder / "apt.conf"
        self._write_config(sources)

    def _write_config(self, sources):
        (self.folder / "lists" / "partial").mkdir(parents=True, exist_ok=True)
        (self.folder / "cache" / "archives" / "partial").mkdir(parents=True, exist_ok=True)
        settings = {
            "Dir::State": self.folder,
            "Dir::State::Lists": self.folder / "lists",
            "Dir::State::status": "/var/lib/dpkg/status",
            "Dir::Cache": self.folder / "cache",
            "Debug::NoLocking": "true",
            "APT::Sandbox::User": "root",
            "APT::Install-Recommends": "false",
            "Acquire::Retries": "5",
            "Acquire::Languages": "none",
        }
        if sources:
            (self.folder / "sources.list").write_text("\n".join(sources) + "\n")
            settings |= {
                "Dir::Etc::SourceList": self.folder / "sources.list",
                "Dir::Etc::SourceParts": "/dev/null",
                "Dir::Etc::Preferences": "/dev/null",
                "Dir::Etc::PreferencesParts": "/dev/null",
                "Dir::State::status": "/dev/null",
            }
        self.config.write_text("".join(f'{key} "{value}";\n' for key, value in settings.items()))

    def _apt_get(self, *arguments, problem, cwd=None):
        env = os.environ | {"APT_CONFIG": str(self.config)}
        name = f"apt-{self.folder.name}-{arguments[0].strip('-')}"
        return run(["apt-get", "-q", *arguments], log=name, problem=problem, env=env, cwd=cwd)

    def update(self):
        self._apt_get("update", problem="The package lists could not be fetched. Is there network?")

    def download(self, packages, folder):
        """Fetch exactly these packages."""
        folder.mkdir(parents=True, exist_ok=True)
        names = " ".join(packages)
        problem = f"Could not fetch the Debian packages {names}."
        self._apt_get("download", *packages, problem=problem, cwd=folder)
        return sorted(folder.glob("*.deb"))

    def download_missing(self, packages):
        """Fetch packages with all their dependencies the machine lacks."""
        names = " ".join(packages)
        problem = f"Could not fetch the Debian packages {names} and what they depend on."
        self._apt_get("--yes", "--download-only", "install", *packages, problem=problem)
        return sorted((self.folder / "cache" / "archives").glob("*.deb"))


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
    _system_update()
    env = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    run(
        ["apt-get", "install", "-y", "-q", "--no-install-recommends", *packages],
        log=f"apt-install-{packages[0]}",
        problem=f"apt-get could not install {' '.join(packages)}.",
        env=env,
    )


@functools.cache
def _system_update():
    problem = "apt-get update failed. Is there network?"
    run(["apt-get", "update", "-q"], log="apt-update", problem=problem)


def provide(program, binary=None):
    """Return a folder for PATH with a program of the Debian package of that name.

    The machine's own, else installed (as root), else unpacked privately (as anyone),
    where `binary` is the path of what to run inside the package.
    """
    if found := shutil.which(program):
        return Path(found).parent
    require_apt()
    if is_root():
        with lock("apt"), step(f"Installing {program}"):
            install(program)
        return Path(shutil.which(program)).parent
    root = private_root(program)
    return _wrapper(root, program, root / (binary or f"usr/bin/{program}"))


FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>
  <dir>/usr/share/fonts</dir>
  <dir>{root}/usr/share/fonts</dir>
  <cachedir>{root}/fonts-cache</cachedir>
  <include ignore_missing="yes">{root}/etc/fonts/conf.d</include>
</fontconfig>
"""


def _wrapper(root, program, binary):
    """A program unpacked privately has to be told where its libraries and fonts are."""
    (root / "fonts.conf").write_text(FONTS.format(root=root))
    wrapper = root / "wrapper" / program
    wrapper.parent.mkdir(exist_ok=True)
    lines = [
        "#!/bin/sh",
        f"export LD_LIBRARY_PATH='{library_path(root)}'",
        f"export FONTCONFIG_FILE='{root}/fonts.conf'",
        f'exec "{binary}" "$@"',
    ]
    wrapper.write_text("\n".join(lines) + "\n")
    wrapper.chmod(0o755)
    return wrapper.parent


def private_root(*packages):
    """Unpack packages and the libraries they miss into a folder of the cache."""
    require_apt()
    folder = paths.CACHE / "packages" / packages[0]
    with lock(f"package-{packages[0]}"):
        if not is_complete(folder):
            with step(f"Unpacking {packages[0]} privately"), making(folder):
                archive = Archive(f"for-{packages[0]}")
                archive.update()
                for deb in archive.download_missing(packages):
                    unpack(deb, folder)
    return folder


def library_path(root):
    """LD_LIBRARY_PATH for programs unpacked below `root`."""
    folders = sorted({str(file.parent) for file in root.glob("usr/lib/**/*.so*")})
    folders += sorted({str(file.parent) for file in root.glob("lib/**/*.so*")})
    return ":".join(folders)


def mirror():
    """The address of a Debian mirror: the one given, else the one this machine uses."""
    if chosen := os.environ.get("POS_RECEIVABLE_DEBIAN_MIRROR"):
        return chosen
    command = ["apt-get", "indextargets", "--format", "$(REPO_URI)", "Created-By: Packages"]
    addresses = subprocess.run(command, check=False, capture_output=True, text=True).stdout.split()
    if TEMPLATE.exists():  # where Ubuntu keeps what it knows of Debian
        addresses += re.findall(r"^BaseURI: (\S+)$", TEMPLATE.read_text(), re.MULTILINE)
    for address in addresses:
        if address.rstrip("/").endswith("/debian"):
            return address
    raise Problem(
        "This machine's apt knows no Debian mirror.\n"
        "Set POS_RECEIVABLE_DEBIAN_MIRROR to the address of one (it ends in /debian),\n"
        "or ODOO_SOURCE to a folder with the source of Odoo 19.0."
    )


def keyring():
    """The keys Debian signs its archive with."""
    name = "usr/share/keyrings/debian-archive-keyring.gpg"
    system = Path("/") / name
    return system if system.exists() else private_root("debian-archive-keyring") / name
