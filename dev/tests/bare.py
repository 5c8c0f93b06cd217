"""A machine of which nothing is known but what a test puts there, for the set-up in dev/."""

import os
import shlex
import shutil
import subprocess
import sys
import tarfile

from dev import paths

TOOLS = ("bash", "cat", "chmod", "cp", "ls", "mkdir", "sh", "sleep", "tar", "touch", "true")

# Packages are tar files in a folder; sources are one file; both are told by the test.
APT_GET = """\
#!/bin/sh
echo "apt-get $*" >> {machine}/calls
case "$*" in
  *--print-uris*) cat {machine}/sources ;;
  *update*)
    [ -e {machine}/offline ] && exit 0
    lists=$(sed -n 's/^Dir::State::Lists "\\(.*\\)";/\\1/p' "${{APT_CONFIG:-/dev/null}}")
    [ -z "$lists" ] || touch "$lists/archive_Packages" ;;
  *--download-only*)
    for word in "$@"; do
      case "$word" in Dir::Cache::Archives=*) place="${{word#*=}}" ;; esac
    done
    cp {machine}/packages/"$word"_1_all.deb "$place" ;;
  *install*)
    for word in "$@"; do :; done
    [ -e {machine}/packages/"$word"_1_all.deb ] || exit 100
    tar -x -C {machine}/root -f {machine}/packages/"$word"_1_all.deb ;;
esac
"""
APT_CACHE = """\
#!/bin/sh
echo "$2:"
echo "  Candidate: $(cat {machine}/versions/$2 2>/dev/null || echo '(none)')"
"""
DPKG_DEB = """\
#!/bin/sh
cat "$2"
"""
AS_A_USER = "from dev import steps; steps.is_root = lambda: False\n"
AS_ROOT = "from dev import steps; steps.is_root = lambda: True\n"


class Machine:
    """Programs on a PATH of their own, an empty cache, and an apt that obeys the test."""

    def __init__(self, folder):
        self.folder = folder
        self.cache = folder / "cache"
        self.programs = folder / "programs"
        self.installed = folder / "root" / "usr" / "bin"
        for made in (self.programs, self.installed, folder / "packages", folder / "versions"):
            made.mkdir(parents=True)
        for tool in ("sed", *TOOLS):
            (self.programs / tool).symlink_to(shutil.which(tool))
        for name, script in (
            ("apt-get", APT_GET),
            ("apt-cache", APT_CACHE),
            ("dpkg-deb", DPKG_DEB),
        ):
            self.program(name, script.format(machine=shlex.quote(str(folder))))
        self.sources()

    def program(self, name, script="#!/bin/sh\n"):
        """Put a program on PATH."""
        file = self.programs / name
        file.write_text(script)
        file.chmod(0o755)
        return file

    def sources(self, *addresses):
        """What apt would ask, as it prints it."""
        lines = [f"'{address}/dists/some/InRelease' some_InRelease 0 \n" for address in addresses]
        (self.folder / "sources").write_text("".join(lines))

    def package(self, name, files=None, version="1"):
        """Offer a package with these files: path → text."""
        place = self.folder / "contents" / name
        for path, text in (files or {"usr/share/doc/readme": ""}).items():
            (place / path).parent.mkdir(parents=True, exist_ok=True)
            (place / path).write_text(text)
            (place / path).chmod(0o755)
        with tarfile.open(self.folder / "packages" / f"{name}_1_all.deb", "w") as deb:
            deb.add(place, arcname=".")
        (self.folder / "versions" / name).write_text(version)

    def environment(self, **more):
        """The variables of a process on it."""
        home = self.folder / "home"
        home.mkdir(exist_ok=True)
        own = {
            "PATH": os.pathsep.join([str(self.programs), str(self.installed)]),
            "HOME": str(home),
            "POS_RECEIVABLE_CACHE": str(self.cache),
            "PYTHONPATH": str(paths.CHECKOUT),
        }
        return own | more

    def run(self, code, **environment):
        """Run Python code with the set-up importable from `dev`."""
        return subprocess.run(
            [sys.executable, "-B", "-c", code],
            env=self.environment(**environment),
            capture_output=True,
            text=True,
            check=False,
        )

    def answer(self, code, **environment):
        """The last line such code prints."""
        done = self.run(code, **environment)
        assert done.returncode == 0, done.stderr
        return done.stdout.splitlines()[-1]

    def refusal(self, code, **environment):
        """The sentences of the Problem such code ends in."""
        done = self.run(CATCH.format(code=code), **environment)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def calls(self):
        """What was asked of apt-get."""
        return (self.folder / "calls").read_text()


CATCH = """
from dev.steps import Problem
try:
    exec({code!r})
except Problem as problem:
    print(problem)
else:
    raise SystemExit("nothing was refused")
"""
