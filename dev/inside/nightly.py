"""nightly.py CONFIG DATABASE RUNNERS KILLS SEED: let several processes at once do the nightly
reconciliation, kill one of them that often at random moments and start another in its place; in
the end let them finish. Prints how many were killed."""

import os
import random
import signal
import sys
import time

from odoo import SUPERUSER_ID, api, sql_db
from odoo.modules.registry import Registry
from odoo.service import server
from odoo.tools import config

LONGEST_LIFE = 0.5  # seconds


def main(config_file, database, runners, kills, seed):
    config.parse_config(["--config", config_file, "--no-http"], setup_logging=True)
    server.load_server_wide_modules()
    registry = Registry(database)
    with registry.cursor() as cursor:
        # Small ones, so that there is much to interrupt.
        api.Environment(cursor, SUPERUSER_ID, {})["ir.config_parameter"].set_param(
            "pos_receivable.batch_size", 4
        )
    sql_db.close_all()  # a process must not inherit a connection
    chance = random.Random(int(seed))
    alive = [start(registry) for _runner in range(int(runners))]
    killed = 0
    while killed < int(kills):
        time.sleep(chance.uniform(0, LONGEST_LIFE))
        victim = alive.pop(chance.randrange(len(alive)))
        os.kill(victim, signal.SIGKILL)
        killed += os.WIFSIGNALED(os.waitpid(victim, 0)[1])
        if is_done(registry):
            break
        alive.append(start(registry))
    for runner in alive:
        os.waitpid(runner, 0)
    last = start(registry)
    if os.waitpid(last, 0)[1]:
        sys.exit("The last runner failed")
    print(killed)


def start(registry):
    pid = os.fork()
    if pid:
        return pid
    code = 1
    try:
        with registry.cursor() as cursor:
            env = api.Environment(cursor, SUPERUSER_ID, {})
            env["account.move"].action_force_payment_reconciliation()
        code = 0
    finally:
        os._exit(code)


def is_done(registry):
    with registry.cursor() as cursor:
        env = api.Environment(cursor, SUPERUSER_ID, {})
        evidence = env["pos_receivable.reconcile.evidence"]
        done = not evidence.with_context(allowed_company_ids=[1])._find_candidates(limit=1)
    sql_db.close_all()
    return done


main(*sys.argv[1:])
