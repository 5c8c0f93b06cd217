"""measure.py CONFIG DATABASE JOB ANSWER: seed a database, or do one run of a benchmark on it.

JOB is JSON: the module, its function and what to call it with. The figures go to the file ANSWER.
"""

import importlib
import json
import platform
import sys
from pathlib import Path

from odoo import api, release
from odoo.modules.registry import Registry
from odoo.service import server
from odoo.tools import config

from benchmarks.meter import Meter

ADMIN_ID = 2


def main(config_file, database, job, answer):
    job = json.loads(job)
    config.parse_config(["--config", config_file, "--no-http"], setup_logging=True)
    server.load_server_wide_modules()
    module = importlib.import_module(job["module"])
    with Registry(database).cursor() as cursor:
        env = api.Environment(cursor, ADMIN_ID, {})
        env = env(context={"lang": "en_US", "tz": "UTC", "allowed_company_ids": env.company.ids})
        if "seed" in job:
            module.seed(env, job["seed"])
            figures = {}
        else:
            meter = Meter(env)
            more = module.measure(env, meter, **job["run"])
            figures = meter.figures() if meter.units else {"missing": "nothing was done"}
            figures |= more or {}
        cursor.execute("SHOW server_version")
        versions = {
            "Odoo": release.version,
            "PostgreSQL": cursor.fetchone()[0],
            "Python": platform.python_version(),
        }
    Path(answer).write_text(json.dumps({"figures": figures, "versions": versions}))


main(*sys.argv[1:])
