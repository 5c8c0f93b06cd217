"""Installing, using, updating, removing and installing again, on a database of its own: the first
addon alone, and each of the others on what it depends on."""

import json
import subprocess

import pytest

from dev import paths, stage
from dev.database import PREFIX, Databases, standard_addons


@pytest.fixture
def database():
    databases = Databases(stage.current())
    name = f"{PREFIX}_cycle_{paths.CHECKOUT_ID}"
    databases.drop(name)
    databases.copy(databases.base(), name)
    yield name
    databases.drop(name)


@pytest.mark.parametrize("addon", standard_addons())
def test_a_removed_addon_leaves_no_trace_and_the_rest_works_on(database, addon):
    here = stage.current()
    run = subprocess.run(
        here.script("install_cycle", str(stage.CONFIG), database, addon),
        env=here.environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr[-3000:]
    report = json.loads(run.stdout)
    assert {"columns", "external ids", "fields", "menus", "views"} <= set(report["brought"])
    assert report["changed"] == {}
    assert report["left_behind"] == {}
    assert report["lost"] == {}
    assert " WARNING " not in run.stderr, run.stderr
    assert " ERROR " not in run.stderr, run.stderr
