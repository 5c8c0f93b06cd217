"""Programs of Debian packages: the machine's, else installed (as root), else unpacked privately."""

import os
import shlex
import shutil
import subprocess
from pathlib import Path
from xml.sax.saxutils import escape

from . import apt
from .packages import private_root
from .steps import Problem, is_root, lock, step

OLDEST = "bookworm"  # its programs find their libc on every machine this is meant for

FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>
  <dir>/usr/share/fonts</dir>
  <dir>{root}/usr/share/fonts</dir>
  <cachedir>{root}/fonts-cache</cachedir>
  <include ignore_missing="yes">{root}/etc/fonts/conf.d</include>
</fontconfig>
"""


def provide(program, binary):
    """Return the path of a program of the package of that name, which is not on PATH.

    `binary` is the path of what to run inside the package. Where the machine's own release has
    no such package, or an empty one that stands for a snap, Debian's is unpacked.
    """
    apt.require_apt()
    if not _offered(program):
        root = private_root(program, holding=binary, suite=OLDEST)
    elif is_root():
        with lock("apt"), step(f"Installing {program}"):
            apt.install(program)
        if not (installed := shutil.which(program)):
            raise Problem(f"The package {program} of this machine holds no program {program}.")
        return Path(installed)
    else:
        root = private_root(program, holding=binary)
    return _wrapper(root, program, root / binary)


def _offered(package):
    """Whether the machine's sources have a package of that name that is not a snap's stand-in."""
    if is_root():
        apt.system_update()
        env = os.environ | {"LC_ALL": "C"}
    else:
        apt.machine().update()
        env = apt.machine().environment()
    answer = subprocess.run(
        ["apt-cache", "policy", package], check=False, capture_output=True, text=True, env=env
    )
    candidates = [row for row in answer.stdout.splitlines() if "Candidate:" in row]
    return any("(none)" not in row and "snap" not in row for row in candidates)


def _wrapper(root, program, binary):
    """A program unpacked privately has to be told where its libraries and fonts are."""
    fonts = root / "fonts.conf"
    fonts.write_text(FONTS.format(root=escape(str(root))))
    wrapper = root / "wrapper" / program
    wrapper.parent.mkdir(exist_ok=True)
    lines = [
        "#!/bin/sh",
        f"export LD_LIBRARY_PATH={shlex.quote(library_path(root))}",
        f"export FONTCONFIG_FILE={shlex.quote(str(fonts))}",
        f'exec {shlex.quote(str(binary))} "$@"',
    ]
    wrapper.write_text("\n".join(lines) + "\n")
    wrapper.chmod(0o755)
    return wrapper


def library_path(root):
    """LD_LIBRARY_PATH for programs unpacked below `root`."""
    folders = sorted({str(file.parent) for file in root.glob("usr/lib/**/*.so*")})
    folders += sorted({str(file.parent) for file in root.glob("lib/**/*.so*")})
    return ":".join(folders)
