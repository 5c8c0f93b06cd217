"""Progress lines, plain-language failures, locks, and folders that are complete or absent."""

import contextlib
import fcntl
import os
import shutil
import subprocess
import tempfile
import time

from . import paths


class Problem(Exception):
    """Work cannot go on. The text says what is missing and what to do about it."""


def say(text=""):
    print(text, flush=True)


@contextlib.contextmanager
def step(title):
    """Time a step and print it when done. Notes given to the yielded function are appended."""
    notes = []
    started = time.monotonic()
    try:
        yield notes.append
    except BaseException:
        say(f"✘ {title}")
        raise
    seconds = time.monotonic() - started
    say(f"✔ {' '.join([title, *notes]):<62} {seconds:5.1f} s")


def run(command, *, log, problem, env=None, cwd=None):
    """Run a command quietly and return what it printed.

    It is kept as `log` in the cache; when the command fails, a Problem shows the
    last lines below the sentence `problem`.
    """
    paths.LOGS.mkdir(parents=True, exist_ok=True)
    log_file = paths.LOGS / f"{log}.log"
    done = subprocess.run(
        list(map(str, command)),
        check=False,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        errors="replace",
        env=env,
        cwd=cwd,
    )
    log_file.write_text(f"$ {' '.join(map(str, command))}\n{done.stdout}")
    if done.returncode:
        raise Problem(f"{problem}\n\n{tail(done.stdout)}\n\nComplete log: {log_file}")
    return done.stdout


def tail(text, lines=15):
    """The last lines of a text, indented."""
    return "\n".join(f"    {row}" for row in text.splitlines()[-lines:])


def replace(file, text):
    """Write a file that others may be reading or writing just now."""
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_name(f"{file.name}.{os.getpid()}")
    draft.write_text(text)
    draft.replace(file)


@contextlib.contextmanager
def lock(name, *, shared=False, wait=True):
    """Hold a lock between processes; yields whether it was obtained.

    The system gives it back when the process ends, however it ends.
    """
    folder = paths.CACHE / "locks"
    folder.mkdir(parents=True, exist_ok=True)
    mode = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
    with (folder / name).open("w") as handle:
        obtained = _try_lock(handle, mode, patience=1 if wait else 0)
        if not obtained and wait:
            say(f"  waiting for another run to finish its work on: {name}")
            fcntl.flock(handle, mode)
            obtained = True
        yield obtained


def _try_lock(handle, mode, patience):
    give_up = time.monotonic() + patience
    while True:
        try:
            fcntl.flock(handle, mode | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= give_up:
                return False
            time.sleep(0.05)
        else:
            return True


def is_complete(folder):
    return (folder / ".complete").exists()


@contextlib.contextmanager
def making(folder):
    """Fill a folder that counts as existing only once the block has ended well."""
    remove(folder)
    folder.mkdir(parents=True)
    yield folder
    (folder / ".complete").touch()


def remove(folder):
    """Delete a folder, also the parts made read-only."""
    if not folder.exists():
        return
    (folder / ".complete").unlink(missing_ok=True)
    shutil.rmtree(folder)


def dying_with_us():
    """What to put before a command whose process must not outlive this one, even killed."""
    return ["setpriv", "--pdeathsig", "TERM"] if shutil.which("setpriv") else []


def require_writable():
    """Refuse to begin where nothing can be kept."""
    try:
        paths.CACHE.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=paths.CACHE):
            pass
    except OSError as error:
        raise Problem(
            f"Nothing can be written to {paths.CACHE}: {error.strerror}.\n"
            "Point POS_RECEIVABLE_CACHE to a folder of your own."
        ) from None


def require_space(gigabytes=4):
    free = shutil.disk_usage(paths.CACHE).free / 1e9
    if free < gigabytes:
        raise Problem(
            f"Only {free:.1f} GB are free in {paths.CACHE}; the first set-up needs {gigabytes} GB.\n"
            "Free some space, or point POS_RECEIVABLE_CACHE to a folder on a larger disk."
        )


def is_root():
    return os.geteuid() == 0
