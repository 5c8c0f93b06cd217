"""What is given away: a zip with all addons side by side, and a wheel for each."""

import os
import zipfile
from pathlib import Path

from . import layout, paths, python_env
from .database import manifest
from .steps import remove, run, say, step

# What only those who work on the addons need, beside what layout leaves out.
NOT_SHIPPED = ("CONTRIBUTING.md", "Makefile", "pyproject.toml")
RECIPE = '[build-system]\nrequires = ["whool"]\nbuild-backend = "whool.buildapi"\n'


def dist(_arguments):
    folder = Path(os.environ.get("OUT") or paths.PLACE / "dist").resolve()
    folder.mkdir(parents=True, exist_ok=True)
    python = python_env.get("dist")
    copies = paths.PLACE / "dist-addons"
    try:
        lay_out(copies)
        files = [pack(copies, folder)]
        for addon in sorted(paths.addons()):
            with step(f"Wheel of {addon}"):
                files.append(build(python, copies / addon, folder))
    finally:
        remove(copies)
    say("\n".join(map(str, files)))
    return 0


def lay_out(folder):
    layout.lay_out(folder)
    for addon in paths.addons():
        for name in NOT_SHIPPED:
            (folder / addon / name).unlink(missing_ok=True)


def pack(copies, folder):
    """Zip the addons for a folder on an addons path; the same content gives the same file."""
    version = manifest(paths.CHECKOUT)["version"]
    file = folder / f"{paths.ADDON}-{version}.zip"
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for source in sorted(copies.rglob("*")):
            if source.is_file():
                archive.writestr(
                    zipfile.ZipInfo(str(source.relative_to(copies))), source.read_bytes()
                )
    return file


def build(python, addon, folder):
    """Build the wheel of an addon, named and required as the Odoo community does it."""
    (addon / "pyproject.toml").write_text(RECIPE)
    before = set(folder.glob("*.whl"))
    run(
        [
            str(python),
            "-m",
            "build",
            "--wheel",
            "--no-isolation",
            "--outdir",
            str(folder),
            str(addon),
        ],
        log="dist",
        problem=f"The wheel of {addon.name} could not be built.",
        env=python_env.environment(PATH=f"{python.parent}:{os.environ['PATH']}"),
    )
    version = manifest(addon)["version"]
    file = folder / f"odoo_addon_{addon.name}-{version}-py3-none-any.whl"
    assert file.exists(), set(folder.glob("*.whl")) - before
    return file
