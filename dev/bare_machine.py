"""The README's test command where nothing is installed: in a root file system made for it.

All that is mounted there is mounted in a namespace of its own, which ends with the last process in
it. The folder is deleted only once nothing is mounted below.
"""

import contextlib
import dataclasses
import io
import os
import re
import shlex
import shutil
import signal
import subprocess
import tarfile
import tempfile
import time
from pathlib import Path

from . import packages, paths
from .steps import Problem, dying_with_us, is_root, lock, replace, say, step, tail

SUITE = "stable"  # of Debian
TESTS = ("tests/test_void.py", "tests/test_hoot.py")  # set-up, PostgreSQL, Odoo and the browser
INCLUDED = ("python3", "make", "git", "ca-certificates", "procps")
COMPONENTS = {"debian": "main", "ubuntu": "main,universe"}
SUITES = Path("/usr/share/distro-info")  # a table of suites for each distribution
NAMES = ("stable", "testing", "unstable")  # which Debian's table does not tell

# How this machine reaches package registries; "~/" is root's home in there.
SETTINGS = (
    "/etc/resolv.conf",
    "/etc/hosts",
    "/etc/ssl/certs/ca-certificates.crt",
    "/usr/local/share/ca-certificates",
    "/etc/pip.conf",
    "/etc/xdg/pip",
    "/etc/uv",
    "~/.pip",
    "~/.config/pip",
    "~/.config/uv",
    "~/.npmrc",
)
VARIABLES = re.compile(
    r"(http|https|ftp|all|no)_proxy|(pip|uv|npm_config|ssl_cert|node_extra_ca)_\w+"
    r"|(curl|requests)_ca_bundle|git_ssl_cainfo|pos_receivable_debian_mirror|term",
    re.IGNORECASE,
)
APT_SETTING = re.compile(
    r"^Acquire::(?:https?::(?!Proxy-?Auto-?Detect)\S+|Check-\S+|Retries) \"(.+)\";$",
    re.MULTILINE | re.IGNORECASE,
)
HOME = "/root"
BUNDLE = f"{HOME}/checkout.bundle"

# Namespaces for mounts and processes: what was begun in them ends with their first process.
ISOLATED = ("unshare", "--mount", "--pid", "--mount-proc", "--fork", "--kill-child", "--")
# pivot_root, not chroot: within that the kernel allows no user namespaces, as real machines do. What
# is left behind is unmounted (2: with all below) by the one program there that is sure to be there.
ENTER = """
set -e
mount --bind "$1" "$1"
cd "$1"
shift
mount -t proc proc proc
mount --rbind /sys sys
mount --rbind /dev dev
pivot_root . mnt
python3 -c 'import ctypes; raise SystemExit(ctypes.CDLL(None).umount2(b"/mnt", 2))'
cd /root
"$@" || exit $?
"""
CLONE_AND_TEST = """
set -e
git -c advice.detachedHead=false -c init.defaultBranch=main clone -q "$1" pos_receivable
cd pos_receivable
shift
make test ARGS="$1" || exit $?
"""
GRACE = 30  # seconds for what runs there to end by itself


def test_bare(arguments):
    """Run the tests there; pytest's output comes last. Returns its exit code."""
    if not shutil.which("mmdebstrap"):
        raise Problem(
            "mmdebstrap is missing, which makes the bare machine: apt-get install mmdebstrap"
        )
    suite = os.environ.get("SUITE") or SUITE
    settings = find_settings()
    with _folder() as folder:
        root = folder / "root"
        with step(f"Making a bare machine ({suite})"):
            _make(suite, root, settings)
            _fill(root, settings)
        command = get_test_command(settings.variables, arguments or TESTS)
        with _running(get_entering(root, command, is_root())) as process:
            return process.wait()


@dataclasses.dataclass(frozen=True)
class Settings:
    """What of this machine the bare one has to know to reach the network."""

    files: dict  # place there → file or folder here
    variables: dict
    apt: str  # lines of apt's configuration


def find_settings(root=Path("/"), environment=os.environ, apt_dump=None):
    """Look for them below `root`, in variables and in what `apt-config dump` says."""
    home = root / Path(environment.get("HOME", HOME)).relative_to("/")
    files = {}
    for setting in SETTINGS:
        in_home = setting.startswith("~/")
        file = home / setting[2:] if in_home else root / setting[1:]
        if file.exists():
            files[f"{HOME}/{setting[2:]}" if in_home else setting] = file
    if apt_dump is None:
        apt_dump = _run(["apt-config", "dump"])
    apt = {found[0]: found[1] for found in APT_SETTING.finditer(apt_dump)}
    variables = {name: text for name, text in environment.items() if VARIABLES.fullmatch(name)}
    for texts in (apt, variables):
        files |= _keep_what_is_there(texts, root)
    return Settings(files, variables, "".join(f"{line}\n" for line in apt))


def _keep_what_is_there(texts, root):
    """Take along the files, such as certificates, that settings name; drop those that name another
    path of this machine."""
    paths_named = {name: text for name, text in texts.items() if text.startswith("/")}
    files = {text: root / text[1:] for text in paths_named.values() if (root / text[1:]).is_file()}
    for name, text in paths_named.items():
        if text not in files:
            del texts[name]
    return files


def get_distribution(suite, tables=SUITES):
    """Whose suite that is, None where nobody knows."""
    if suite in NAMES:
        return "debian"
    for name in COMPONENTS:
        with contextlib.suppress(OSError):
            rows = (tables / f"{name}.csv").read_text().splitlines()
            if any(suite == row.split(",")[2] for row in rows if row.count(",") > 2):
                return name
    return None


def get_making(suite, root, mirror, apt_file, as_root):
    """The command that makes the root file system; without a mirror, mmdebstrap knows one."""
    components = COMPONENTS.get(get_distribution(suite), "main")
    command = [
        "mmdebstrap",
        f"--mode={'root' if as_root else 'unshare'}",
        "--variant=apt",
        f"--components={components}",
        f"--include={','.join(INCLUDED)}",
        f"--aptopt={apt_file}",
        suite,
        str(root),
        *([mirror] if mirror else []),
    ]
    return [*ISOLATED, *command] if as_root else command


def get_entering(root, command, as_root):
    """`command` in the root file system, which is all it sees."""
    return [*_as_owner(as_root), *ISOLATED, "sh", "-c", ENTER, "enter", str(root), *command]


def get_test_command(variables, tests):
    """What is run in there, with these variables and the usual ones alone."""
    own = {"HOME": HOME, "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"}
    own |= {"LANG": "C.UTF-8"}
    assigned = [f"{name}={text}" for name, text in (variables | own).items()]
    words = shlex.join(tests).replace("$", "$$")  # make reads them first
    return ["env", "-i", *assigned, "sh", "-c", CLONE_AND_TEST, "test", BUNDLE, words]


def find_mounts(folder, mountinfo):
    """What is mounted at `folder` or below it, the innermost first."""
    found = []
    for row in mountinfo.splitlines():
        place = Path(re.sub(r"\\([0-7]{3})", lambda octal: chr(int(octal[1], 8)), row.split()[4]))
        if place.is_relative_to(folder):
            found.append(place)
    return sorted(found, key=lambda place: len(place.parts), reverse=True)


def _as_owner(as_root):
    """Become the root of the namespace in which a normal user's mmdebstrap has made the files."""
    return [] if as_root else ["mmdebstrap", "--unshare-helper"]


def _find_mirror(suite):
    """This machine's own mirror of the suite's distribution, if it has one."""
    if chosen := os.environ.get("MIRROR"):
        return chosen
    distribution = get_distribution(suite)
    if distribution == "debian":
        return packages.mirror()
    ending = f"/{distribution}"
    own = (address.rstrip("/") for address in packages.own_mirrors())
    return next((address for address in own if address.endswith(ending)), None)


def _make(suite, root, settings):
    apt_file = root.parent / "apt.conf"
    apt_file.write_text(settings.apt)
    command = get_making(suite, root, _find_mirror(suite), apt_file, is_root())
    log = paths.LOGS / "mmdebstrap.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("w") as output, _running(command, stdout=output, stderr=output) as process:
        code = process.wait()
    if code:
        raise Problem(
            f"mmdebstrap could not make a root file system of {suite}. It needs root or user"
            " namespaces, and the keys of the distribution (for Ubuntu: package ubuntu-keyring)."
            f"\n\n{tail(log.read_text())}\n\n"
            f"Complete log: {log}"
        )


def _fill(root, settings):
    """Lay the settings and the checkout into the root file system."""
    bundle = root.parent / "checkout.bundle"
    _git("bundle", "create", str(bundle), "HEAD")
    if changed := _git("status", "--porcelain").splitlines():
        say(f"  What is not committed is left out: {len(changed)} files.")
    # Unpacked in there, where no link leads out of it.
    unpacking = ["tar", "-x", "--no-same-owner", "-C", "/"]
    done = subprocess.run(
        get_entering(root, unpacking, is_root()),
        input=pack(settings.files | {BUNDLE: bundle}),
        capture_output=True,
        check=False,
    )
    if done.returncode:
        raise Problem(f"The bare machine could not be filled.\n\n{tail(done.stderr.decode())}")


def pack(files):
    """A tar file of `{place: file or folder}`, with what links point to."""
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w", dereference=True) as archive:
        for place, file in files.items():
            archive.add(file, place.lstrip("/"))
    return content.getvalue()


def _git(*arguments):
    done = subprocess.run(
        ["git", "-C", str(paths.CHECKOUT), *arguments], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise Problem(f"The bare machine gets a clone of this checkout.\n\n{tail(done.stderr)}")
    return done.stdout


def _run(command):
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout


@contextlib.contextmanager
def _running(command, **streams):
    """A process that has ended, with all it began, when the block ends."""
    process = subprocess.Popen(
        [*dying_with_us(), *command],
        stdin=subprocess.DEVNULL,
        start_new_session=True,  # it is told here that it is to end, and only once
        **streams,
    )
    try:
        yield process
    finally:
        with _undisturbed():
            _end(process)


def _end(process):
    for number, patience in ((signal.SIGTERM, GRACE), (signal.SIGKILL, None)):
        if process.poll() is None:
            os.killpg(process.pid, number)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(patience)


@contextlib.contextmanager
def _undisturbed():
    """Cleaning up is not left halfway, however impatient somebody is."""
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = [signal.signal(number, signal.SIG_IGN) for number in numbers]
    try:
        yield
    finally:
        for number, handler in zip(numbers, before, strict=True):
            signal.signal(number, handler)


@contextlib.contextmanager
def _folder():
    """A folder for the root file system, outside homes: another user's may have to be entered."""
    note = paths.PLACE / "bare"  # so that what a killed run left is found again
    with lock(f"bare-{paths.CHECKOUT_ID}", wait=False) as obtained:
        if not obtained:
            raise Problem("This checkout is being tried on a bare machine already.")
        if note.exists():
            remove(Path(note.read_text()))
        place = os.environ.get("TMPDIR") or "/var/tmp"
        folder = Path(tempfile.mkdtemp(prefix=f"{paths.ADDON}-bare-", dir=place)).resolve()
        replace(note, str(folder))
        if not is_root():
            folder.chmod(0o711)
            (folder / "root").mkdir()
            (folder / "root").chmod(0o777)  # until mmdebstrap, another user, makes it its own
        try:
            yield folder
        finally:
            with _undisturbed():
                remove(folder)
            note.unlink()


def remove(folder):
    """Delete the folder with the root file system; refuse while something is mounted in it."""
    for place in _find_mounts(folder):
        subprocess.run(["umount", str(place)], capture_output=True, check=False)
    if left := _find_mounts(folder):
        raise Problem(
            f"{folder} is not deleted: something is mounted below.\n"
            f"Unmount it first: umount {shlex.quote(str(left[0]))}"
        )
    root = folder / "root"
    for patience in (0, 1, 5):  # for the last processes
        time.sleep(patience)
        if root.exists():
            # On this file system alone: a mount of after the look above is left as well.
            deleting = ["rm", "-rf", "--one-file-system", "--", str(root)]
            _run([*_as_owner(is_root()), *deleting])
            with contextlib.suppress(OSError):
                root.rmdir()  # which only we can where its owner is another
        if not root.exists():
            shutil.rmtree(folder, ignore_errors=True)
            return
    raise Problem(f"{root} could not be deleted.")


def _find_mounts(folder):
    return find_mounts(folder, Path("/proc/self/mountinfo").read_text())
