"""Everything an Odoo process needs here: its source, its interpreter, a server, a configuration."""

import concurrent.futures
import contextlib
import dataclasses
import os
import sys
from pathlib import Path

from . import odoo_source, paths, postgres, python_env
from .steps import replace

CONFIG = paths.PLACE / "odoo.conf"


@dataclasses.dataclass(frozen=True)
class Stage:
    odoo: odoo_source.OdooSource
    python: Path
    server: postgres.Server
    others: tuple = ()  # folders of packages with addons of others

    def with_others(self):
        """This stage with the addons of dev/addons.txt, which are on Odoo's path here alone."""
        return dataclasses.replace(self, others=(python_env.get_addons(),))

    def environment(self, **extra):
        search = os.pathsep.join(map(str, (self.odoo.path, *paths.tooling(), *self.others)))
        return self.server.environment(PYTHONPATH=search, **extra)

    def command(self, *arguments):
        """The command line of an Odoo process."""
        return [str(self.python), "-m", "odoo", *arguments, "--config", str(CONFIG)]

    def server_command(self, *arguments):
        """The command line of an Odoo server, of several processes too."""
        return self.script("odoo_bin", *arguments, "--config", str(CONFIG))

    def script(self, name, *arguments):
        """The command line of a script from dev/inside, which runs with Odoo importable."""
        return [str(self.python), str(paths.DEV / "inside" / f"{name}.py"), *arguments]


def current():
    """The stage this process was itself started on."""
    return Stage(odoo_source.get(), Path(sys.executable), postgres.current())


@contextlib.contextmanager
def ready():
    """Set up what is missing and yield a Stage whose database server runs."""
    paths.mount()
    with concurrent.futures.ThreadPoolExecutor() as pool, contextlib.ExitStack() as stack:
        odoo = pool.submit(odoo_source.get)
        python = pool.submit(python_env.get)
        server = stack.enter_context(postgres.running())
        stage = Stage(odoo.result(), python.result(), server)
        write_config(stage)
        yield stage


def write_config(stage, file=CONFIG, addons=paths.ADDONS):
    """Write a configuration of Odoo with our addons taken from the folder `addons`."""
    addons = [*stage.odoo.addons, addons]
    lines = [
        "[options]",
        f"addons_path = {','.join(map(str, addons))}",
        f"data_dir = {stage.server.data}",
        f"db_user = {stage.server.user}",
        "http_interface = 127.0.0.1",
        "list_db = False",
        "admin_passwd = admin",
        f"screenshots = {paths.PLACE / 'failures'}",
    ]
    replace(file, "\n".join(lines) + "\n")
