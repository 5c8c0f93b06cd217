"""prepare.py CONFIG DATABASE [--install ADDON | --update ADDON] [--language CODE]
[--bundles NAME …] [--memory FOLDER]

Installs or updates an addon, loads languages and builds browser bundles, in one process. Bundles
made inside a test are rolled back with it, and every class would build them again.
"""

import argparse
import os
from pathlib import Path

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.service import server
from odoo.tools import config


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("config")
    parser.add_argument("database")
    parser.add_argument("--install", action="append", default=[])
    parser.add_argument("--update", action="append", default=[])
    parser.add_argument("--language", action="append", default=[])
    parser.add_argument("--bundles", nargs="*", default=[])
    parser.add_argument("--memory", type=Path, help="folder of bundles built earlier")
    options = parser.parse_args()
    config.parse_config(["--config", options.config, "--no-http"], setup_logging=True)
    server.load_server_wide_modules()
    registry = Registry.new(
        options.database,
        install_modules=options.install,
        upgrade_modules=options.update,
    )
    with registry.cursor() as cursor:
        env = api.Environment(cursor, SUPERUSER_ID, {})
        languages = env["res.lang"].with_context(active_test=False)
        for language in languages.search([("code", "in", options.language)]):
            env["base.language.install"].create({"lang_ids": language.ids}).lang_install()
        for name in options.bundles:
            bundle = env["ir.qweb"]._get_asset_bundle(name, css=True, js=True)
            if bundle.stylesheets:
                build(bundle, "css", options.memory)
            if bundle.javascripts or bundle.templates:
                build(bundle, "js", options.memory)


def build(bundle, kind, memory):
    """Build a bundle, or take the one built earlier from the very same files."""
    built = memory / f"{bundle.name}-{bundle.get_checksum(kind)}.{kind}"
    if built.exists():
        if not bundle.get_attachments(f"min.{kind}"):
            bundle.save_attachment(f"min.{kind}", built.read_text())
        return
    for outdated in memory.glob(f"{bundle.name}-*.{kind}"):
        outdated.unlink(missing_ok=True)
    attachment = bundle.css() if kind == "css" else bundle.js()
    draft = built.with_suffix(f".{os.getpid()}")
    draft.write_bytes(attachment.raw)
    draft.rename(built)


main()
