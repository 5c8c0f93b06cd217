"""What `make dist` makes is complete, and installs: from the zip, and from the wheels."""

import subprocess
import zipfile

import pytest

from dev import dist, paths, python_env, stage
from dev.database import PREFIX, Databases, manifest, standard_addons

VERSION = manifest(paths.CHECKOUT)["version"]


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("dist")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("OUT", str(folder))
        assert dist.dist([]) == 0
    return folder


@pytest.fixture
def database():
    databases = Databases(stage.current())
    name = f"{PREFIX}_dist_{paths.CHECKOUT_ID}"
    databases.drop(name)
    databases.copy(databases.base(), name)
    yield databases, name
    databases.drop(name)


def install(database, config, environment):
    databases, name = database
    here = databases.stage
    addons = ",".join(standard_addons())
    command = [str(here.python), "-m", "odoo", "--config", str(config), "-d", name, "-i", addons]
    done = subprocess.run(
        [*command, "--stop-after-init", "--no-http"],
        env=environment,
        cwd=paths.PLACE,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    assert " ERROR " not in done.stderr, done.stderr[-3000:]
    rows = databases.sql(
        name,
        "SELECT name FROM ir_module_module WHERE state = 'installed' AND name LIKE %s ORDER BY 1",
        [f"{paths.ADDON}%"],
    )
    assert [addon for (addon,) in rows] == sorted(standard_addons())


def test_the_zip_has_all_addons_and_nothing_of_the_workshop(made):
    with zipfile.ZipFile(made / f"{paths.ADDON}-{VERSION}.zip") as archive:
        names = archive.namelist()
    assert {name.split("/")[0] for name in names} == set(paths.addons())
    for addon in paths.addons():
        for file in ("__manifest__.py", "__init__.py", "README.md", f"i18n/{addon}.pot"):
            assert f"{addon}/{file}" in names
    tools = ("dev", "benchmarks", "addons", *dist.NOT_SHIPPED)
    shipped = {name.split("/")[1] for name in names}
    assert [name for name in shipped if name in tools or name.startswith(".")] == []
    assert f"{paths.ADDON}/LICENSE" in names


def test_it_installs_from_the_zip(made, database, tmp_path):
    with zipfile.ZipFile(made / f"{paths.ADDON}-{VERSION}.zip") as archive:
        archive.extractall(tmp_path / "addons")
    here = stage.current()
    config = tmp_path / "odoo.conf"
    stage.write_config(here, config, tmp_path / "addons")
    install(database, config, here.server.environment(PYTHONPATH=str(here.odoo.path)))


def test_it_installs_from_the_wheels(made, database, tmp_path):
    packages = tmp_path / "packages"
    wheels = sorted(map(str, made.glob("*.whl")))
    assert len(wheels) == len(paths.addons())
    here = stage.current()
    subprocess.run(
        [*python_env.get_uv(), "pip", "install", "--quiet", "--no-deps", "--no-index"]
        + ["--python", str(here.python), "--target", str(packages), *wheels],
        check=True,
        env=python_env.environment(),
    )
    config = tmp_path / "odoo.conf"
    empty = tmp_path / "addons"
    empty.mkdir()
    stage.write_config(here, config, empty)
    search = f"{here.odoo.path}:{packages}"
    install(database, config, here.server.environment(PYTHONPATH=search))
