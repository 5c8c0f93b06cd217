"""A PostgreSQL to work with: the one named by PGHOST/PGPORT/PGUSER, or a private cluster.

The private cluster trusts every local user and trades safety for speed: it holds
nothing but throw-away databases. Whoever is last to use it stops it.
"""

import contextlib
import functools
import getpass
import os
import pwd
import shutil
import socket
import subprocess
from dataclasses import dataclass
from pathlib import Path

from . import apt, packages, paths, programs, python_env
from .steps import Problem, is_complete, is_root, lock, making, remove, run, step, tail

USER = "odoo"
DATA = paths.CACHE / "data" / "private"
# Autovacuum would look at tables while a test, rolled back later, has emptied or
# filled them; some of the core's joins then take minutes, now and then.
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "shared_buffers": "256MB",
    "max_connections": "200",
}
INITDB = "usr/lib/postgresql/*/bin/initdb"
BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


@dataclass(frozen=True)
class Server:
    host: str
    port: str
    user: str
    data: Path  # Odoo's files that belong to the databases of this server

    def environment(self, **extra):
        """The variables that lead Odoo and psycopg2 to this server."""
        own = {
            "PGHOST": self.host,
            "PGPORT": self.port,
            "PGUSER": self.user,
            "POS_RECEIVABLE_DATA": str(self.data),
        }
        return python_env.environment(**own, **extra)


def current():
    """The server this process was started with, see Server.environment."""
    host, port, user = (os.environ[name] for name in ("PGHOST", "PGPORT", "PGUSER"))
    return Server(host, port, user, Path(os.environ["POS_RECEIVABLE_DATA"]))


@contextlib.contextmanager
def running():
    """Yield a server that runs, at least until the block ends."""
    if any(os.environ.get(name) for name in ("PGHOST", "PGPORT", "PGUSER")):
        yield _given()
        return
    with contextlib.ExitStack() as stack:
        with lock("postgres"):
            stack.enter_context(lock("postgres-users", shared=True))
            server = _started()
        try:
            yield server
        finally:
            stack.close()
            _stop_unless_used()


def _given():
    get = os.environ.get
    user = get("PGUSER") or getpass.getuser()
    if user == "postgres":
        raise Problem("Odoo refuses to work as PostgreSQL's own user: set PGUSER to another role.")
    host, port = get("PGHOST") or "127.0.0.1", get("PGPORT") or "5432"
    return Server(host, port, user, paths.CACHE / "data" / paths.digest(host, port))


def _started():
    _discard_after_power_cut()
    if not is_complete(folder()):
        _create()
    port = folder() / "port"
    if _control("status").returncode:
        with step("Starting PostgreSQL"):
            _start(port)
    return Server("127.0.0.1", port.read_text(), USER, DATA)


def _discard_after_power_cut():
    """Without fsync a cluster that was running when the machine died cannot be trusted."""
    boot = folder() / "boot"
    if not (folder() / "data" / "postmaster.pid").exists() or not boot.exists():
        return
    if boot.read_text() != BOOT_ID.read_text():
        with step("Discarding databases left open when this machine went down"):
            remove(folder())
            remove(DATA)


def _create():
    options = ["--username", USER, "--auth", "trust", "--encoding", "UTF8", "--locale", "C.UTF-8"]
    with step("Creating a private PostgreSQL cluster"), making(folder()):
        _own(folder())
        run(
            [
                *_as_user(),
                str(_programs() / "initdb"),
                "-D",
                str(folder() / "data"),
                "--no-sync",
                *options,
            ],
            log="initdb",
            problem="PostgreSQL could not create its cluster.",
            env=_environment(),
            cwd="/",
        )


def _start(port):
    port.write_text(str(_free_port(port)))
    (folder() / "boot").write_text(BOOT_ID.read_text())
    log = folder() / "data" / "server.log"
    log.unlink(missing_ok=True)
    settings = " ".join(f"-c {name}={value or chr(39) * 2}" for name, value in SETTINGS.items())
    done = _control("start", "--wait", "--log", str(log), "-o", f"-p {port.read_text()} {settings}")
    if done.returncode:
        detail = log if log.exists() else folder() / "pg_ctl.log"
        reason = tail(detail.read_text())
        _control("stop", "--mode", "immediate")  # it may only have been too slow
        raise Problem(f"PostgreSQL did not start.\n\n{reason}")


def _stop_unless_used():
    with lock("postgres"), lock("postgres-users", wait=False) as unused:
        if unused and is_complete(folder()):
            _control("stop", "--wait", "--mode", "fast")


def _control(action, *arguments):
    command = [
        *_as_user(),
        str(_programs() / "pg_ctl"),
        action,
        "-D",
        str(folder() / "data"),
        *arguments,
    ]
    with (folder() / "pg_ctl.log").open("w") as out:  # not a pipe: the server would keep it open
        return subprocess.run(
            command,
            check=False,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            env=_environment(),
            cwd="/",
        )


def _free_port(remembered):
    """The port used last time when it is free, else any free one."""
    wanted = int(remembered.read_text()) if remembered.exists() else 0
    for port in (wanted, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            with contextlib.suppress(OSError):
                probe.bind(("127.0.0.1", port))
                return probe.getsockname()[1]
    raise Problem("No free port on 127.0.0.1.")


@functools.cache
def _programs():
    """The folder with initdb and pg_ctl."""
    if installed := _installed():
        return installed[-1].parent
    if found := shutil.which("initdb"):
        return Path(found).parent
    root = packages.private_root("postgresql", holding=INITDB)
    return max(root.glob(INITDB), key=_major).parent


def _installed():
    return sorted(Path("/").glob(INITDB), key=_major)


def _major(program):
    return int(program.parents[1].name)


def _environment():
    env = python_env.environment()
    private = paths.CACHE / "packages" / "postgresql"
    if _programs().is_relative_to(private):
        env["LD_LIBRARY_PATH"] = programs.library_path(private)
    return env


@functools.cache
def folder():
    """Where the private cluster lives: in the cache, unless its user may not enter that."""
    if _as_user()[:1] == ["runuser"]:
        return Path("/var/lib") / f"{paths.ADDON}-{paths.digest(str(paths.CACHE))}"
    return paths.CACHE / "postgres"


@functools.cache
def _as_user():
    """PostgreSQL refuses to run as root: prefix its commands with another identity."""
    if not is_root():
        return []
    # PostgreSQL asks for the name of whoever it is: not every number has one.
    known = next(user for user in pwd.getpwall() if user.pw_uid)
    identity = [f"--map-user={known.pw_uid}", f"--map-group={known.pw_gid}"]
    namespace = ["unshare", "--user", *identity, "--"]
    if shutil.which("unshare") and _succeeds([*namespace, "true"]):
        return namespace
    _install_where_namespaces_are_blocked()
    return ["runuser", "-u", "postgres", "--"]


def _succeeds(command):
    return subprocess.run(command, check=False, capture_output=True).returncode == 0


def _install_where_namespaces_are_blocked():
    """As in most containers: then only the user and the programs of Debian's package serve."""
    if _installed() and _succeeds(["id", "postgres"]):
        return
    apt.require_apt()
    with step("Installing PostgreSQL"):
        apt.install("postgresql")


def _own(place):
    command = _as_user()
    if command[:1] == ["runuser"]:
        shutil.chown(place, user=command[2])
