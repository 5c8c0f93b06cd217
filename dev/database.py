"""Databases: a template with demo data, made once, and cheap copies of it with the addon installed."""

import ast
import json
import os
import shutil

from . import paths
from .steps import Problem, lock, remove, run, step

PREFIX = paths.ADDON


class Databases:
    """The databases of one stage. Names are ours alone: all begin with the addon's name."""

    def __init__(self, stage):
        self.stage = stage

    def base(self):
        """The template: the core modules the first addon depends on, with demo data, without it."""
        self.require_right()
        depends = ",".join(manifest(paths.CHECKOUT)["depends"])
        python = self.stage.python.parents[1].name
        name = f"{PREFIX}_base_{paths.digest(self.stage.odoo.version, depends, python)}"
        with lock(name):
            if not self.exists(name):
                with step("Database with demo data (kept as a template)"):
                    self._make(name, self._create_base, depends)
        return name

    def _create_base(self, name, depends):
        run(
            self.stage.command("-d", name, "-i", depends, "--with-demo", "--stop-after-init"),
            log="base",
            problem="The database with demo data could not be made.",
            env=self.stage.environment(),
        )

    def install(self, name, *bundles, addons=None):
        """Make `name` anew: a copy of the template with addons installed and bundles built.

        Without `addons`, with all that a shop without further addons of others can have.
        """
        self._make(name, self._install, self.base(), bundles, addons or standard_addons())

    def _install(self, name, base, bundles, addons):
        self.copy(base, name)
        self.build(name, *bundles, install=addons)

    def build(self, name, *bundles, install=()):
        """Build browser bundles, or take those built earlier from the same files."""
        memory = paths.PLACE / "bundles"
        memory.mkdir(exist_ok=True)
        first = [option for addon in install for option in ("--install", addon)]
        self.prepare(name, *first, "--memory", str(memory), "--bundles", *bundles)

    def prepare(self, name, *arguments):
        """Run dev/inside/prepare.py: install or update addons, build browser bundles."""
        return run(
            self.stage.script("prepare", str(paths.PLACE / "odoo.conf"), name, *arguments),
            log=f"prepare-{name}",
            problem=f"{paths.ADDON} could not be installed.",
            env=self.stage.environment(),
        )

    def _make(self, name, fill, *arguments):
        """Fill a database under another name, so that it exists only when complete."""
        draft = f"{name}_draft"
        self.drop(draft)
        self.drop(name)
        fill(draft, *arguments)
        self.rename(draft, name)

    def rename(self, old, new):
        os.replace(self._filestore(old), self._filestore(new))
        self.sql("postgres", f'ALTER DATABASE "{old}" RENAME TO "{new}"')

    def copy(self, source, name):
        """Copy database and files; the files are shared by hard links, Odoo never edits them."""
        self.sql("postgres", f'CREATE DATABASE "{name}" TEMPLATE "{source}" STRATEGY file_copy')
        shutil.copytree(self._filestore(source), self._filestore(name), copy_function=os.link)

    def drop(self, name):
        self.sql("postgres", f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        remove(self._filestore(name))

    def _filestore(self, name):
        return self.stage.server.data / "filestore" / name

    def require_right(self):
        """Refuse a role that may not make databases before anything takes its time."""
        server = self.stage.server
        rows = self.sql(
            "postgres", "SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user"
        )
        if not rows[0][0]:
            raise Problem(
                f"The role {server.user} may not create databases at {server.host}:{server.port}."
                f'\nLet an administrator of that server run: ALTER ROLE "{server.user}" CREATEDB'
            )

    def exists(self, name):
        """Whether the database is there with its files."""
        known = self.sql("postgres", "SELECT 1 FROM pg_database WHERE datname = %s", [name])
        return bool(known) and self._filestore(name).exists()

    def of_this_checkout(self):
        """The names of test and demo databases made from this checkout."""
        pattern = f"{PREFIX}\\_%\\_{paths.CHECKOUT_ID}%"
        rows = self.sql(
            "postgres", "SELECT datname FROM pg_database WHERE datname LIKE %s", [pattern]
        )
        return [name for (name,) in rows]

    def comment(self, name):
        """The text kept with a database."""
        statement = (
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s"
        )
        return self.sql("postgres", statement, [name])[0][0]

    def set_comment(self, name, text):
        self.sql("postgres", f'COMMENT ON DATABASE "{name}" IS %s', [text])

    def sql(self, database, statement, values=()):
        """Run one statement outside any transaction and return its rows."""
        answer = run(
            self.stage.script("sql", database, statement, json.dumps(values)),
            log="sql",
            problem=(
                f"The database server at {self.stage.server.host}:{self.stage.server.port},"
                f" as {self.stage.server.user}, refused."
            ),
            env=self.stage.environment(),
        )
        return json.loads(answer)


def standard_addons():
    """The addons, except those that install themselves beside an addon of others."""
    return [
        name for name, folder in paths.addons().items() if not manifest(folder).get("auto_install")
    ]


def manifest(addon):
    return ast.literal_eval((addon / "__manifest__.py").read_text())
