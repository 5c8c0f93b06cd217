"""Virtual environments made from the lock files with uv, keyed on the content of the lock."""

import os
import shutil
import subprocess
import sys

from . import packages, paths
from .steps import Problem, is_complete, lock, making, run, say, step

UV = "0.13.8"
ADDONS = "addons"
PIP = "usr/share/python-wheels/pip-*.whl"
PYTHONS = ("3.11", "3.12", "3.13")  # the lock files have ready-made packages for each
FETCHED = "3.11"  # where this machine has none of them


def get(name="requirements"):
    """Return the interpreter of the environment locked in dev/<name>.txt."""
    locked = paths.DEV / f"{name}.txt"
    folder = _folder(name)
    interpreter = folder / "bin" / "python"
    with lock(f"python-{name}"):
        if not is_complete(folder):
            uv = get_uv()
            with step(f"Python packages ({name})"), making(folder):
                _create(uv, folder)
                _install(uv, interpreter, locked)
                _compile(interpreter)
    return interpreter


def get_addons():
    """Return the folder with the addons of others locked in dev/addons.txt.

    On PYTHONPATH Odoo finds them; whoever does not ask for them does not see them. What their
    packages depend on, Odoo itself first of all, is there already.
    """
    locked = paths.DEV / f"{ADDONS}.txt"
    folder = _folder(ADDONS)
    with lock(f"python-{ADDONS}"):
        if not is_complete(folder):
            interpreter, uv = get(), get_uv()
            with step("Addons of others, for the tests"), making(folder):
                _install(uv, interpreter, locked, "--no-deps", "--target", str(folder))
    return folder


def _folder(name):
    version, _python = machine_python()
    return paths.CACHE / "python" / f"{name}-{paths.digest(paths.DEV / f'{name}.txt', version)}"


def machine_python():
    """Return version and program of the Python that Odoo runs on.

    The one that runs this, or the newest on PATH that the lock files know. The program is None
    where one has to be fetched.
    """
    here = f"{sys.version_info.major}.{sys.version_info.minor}"
    if here in PYTHONS:
        return here, sys.executable
    for version in reversed(PYTHONS):
        if found := shutil.which(f"python{version}"):
            return version, found
    return FETCHED, None


def _create(uv, folder):
    version, python = machine_python()
    if python is None:
        say(f"This machine has no Python from {PYTHONS[0]} to {PYTHONS[-1]}: fetching {version}.")
    run(
        [*uv, "venv", "--quiet", "--allow-existing", "--python", python or version, str(folder)],
        log="uv-venv",
        env=environment(),
        problem=(
            f"Odoo 19 needs Python {PYTHONS[0]} to {PYTHONS[-1]}. There is none here, and none"
            f" could be fetched.\nInstall one (python{FETCHED}, say) and start again."
            if python is None
            else f"{python} could not make an environment."
        ),
    )


def _install(uv, interpreter, locked, *options):
    python = ["--python", str(interpreter)]
    run(
        [*uv, "pip", "install", *python, "--requirements", str(locked), *options],
        log=f"uv-install-{locked.stem}",
        env=environment(),
        problem="The Python packages could not be installed. Is there network?",
    )


def _compile(interpreter):
    command = [
        str(interpreter),
        "-m",
        "compileall",
        "-q",
        "-j0",
        str(interpreter.parents[1] / "lib"),
    ]
    subprocess.run(
        command,
        check=False,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=environment(),
    )


def get_uv():
    """Return the command that runs uv: the machine's own, or a private one of a known version."""
    if found := shutil.which("uv"):
        return [found]
    folder = paths.CACHE / "uv" / UV
    with lock("uv"):
        if not is_complete(folder):
            with step(f"uv {UV}"), making(folder):
                _install_uv(folder)
    return [str(folder / "bin" / "uv")]


def _install_uv(folder):
    pip, env = _pip()
    run(
        [*pip, "install", "--quiet", "--no-deps", "--target", str(folder), f"uv=={UV}"],
        log="uv",
        problem="pip could not fetch uv. Is there network?",
        env=env,
    )


def _pip():
    """The machine's pip, or the one Debian ships as a single file for making environments."""
    if not subprocess.run(
        [sys.executable, "-m", "pip", "--version"], check=False, capture_output=True
    ).returncode:
        return [sys.executable, "-m", "pip"], environment()
    if not shutil.which("apt-get"):
        raise Problem("Python has no pip here. Install pip, or uv, and start again.")
    root = packages.private_root("python3-pip-whl", holding=PIP)
    wheel = next(root.glob(PIP))
    return [sys.executable, "-m", "pip"], environment(PYTHONPATH=str(wheel))


def environment(**extra):
    """The variables for child processes.

    As ours, but Python keeps its compiled files, outside the checkout, and uv and
    node trust the certificates this machine trusts.
    """
    unwanted = {"PYTHONDONTWRITEBYTECODE", "PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV"}
    kept = {name: value for name, value in os.environ.items() if name not in unwanted}
    own = {
        "PYTHONPYCACHEPREFIX": str(paths.CACHE / "pycache"),
        "RUFF_CACHE_DIR": str(paths.CACHE / "ruff"),
        "PYLINTHOME": str(paths.CACHE / "pylint"),
        "UV_CACHE_DIR": str(paths.CACHE / "uv-cache"),
        "UV_SYSTEM_CERTS": "1",
        "NODE_OPTIONS": "--use-system-ca",
    }
    return kept | own | extra


def compile_locks(_arguments):
    """Write the lock files anew from the .in files."""
    uv = get_uv()
    for source in sorted(paths.DEV.glob("*.in")):
        target = source.with_suffix(".txt")
        options = ["--universal", "--python-version", PYTHONS[0], "--quiet"]
        options += ["--no-header", "--no-emit-index-url"]
        if source.stem == ADDONS:
            options.append("--no-deps")  # Odoo among them
        with step(f"Locking {target.name}"):
            run(
                [*uv, "pip", "compile", *options, source.name, "--output-file", target.name],
                log="uv-compile",
                env=environment(),
                problem=f"{source.name} could not be resolved.",
                cwd=paths.DEV,
            )
