"""Parallel workers as jobs of OCA's queue_job, done by its own runner, on a database of its own."""

import json
import socket
import subprocess
import time

import psycopg2
import pytest

from dev import paths, stage
from dev.database import PREFIX, Databases
from dev.steps import dying_with_us

PATIENCE = 90  # seconds, many times what it takes
UNFINISHED = "SELECT uuid FROM queue_job WHERE state NOT IN ('done', 'failed', 'cancelled')"


@pytest.fixture(scope="module")
def database():
    databases = Databases(stage.current())
    name = f"{PREFIX}_queue_{paths.CHECKOUT_ID}"
    databases.drop(name)
    databases.copy(databases.base(), name)
    yield name
    databases.drop(name)


@pytest.fixture(scope="module")
def prepared(database):
    """What dev/inside/queue_jobs.py reports."""
    here = stage.current().with_others()
    run = subprocess.run(
        here.script("queue_jobs", str(stage.CONFIG), database, paths.ADDON),
        env=environment(here),
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr[-3000:]
    assert " WARNING " not in run.stderr, run.stderr
    assert " ERROR " not in run.stderr, run.stderr
    return json.loads(run.stdout)


@pytest.fixture(scope="module")
def done(database, prepared, tmp_path_factory):
    """A function that queries the database once its jobs are done; the log of the server."""
    log = tmp_path_factory.mktemp("queue") / "server.log"
    with psycopg2.connect(dbname=database) as connection, connection.cursor() as cursor:
        connection.autocommit = True

        def query(statement, values=()):
            cursor.execute(statement, values)
            return cursor.fetchall()

        serve(database, log, lambda: not query(UNFINISHED))
        yield query, log.read_text()
    connection.close()


def serve(database, log, is_done):
    """Run Odoo with two workers and the job runner until ``is_done()``."""
    here = stage.current().with_others()
    options = [f"--config={stage.CONFIG}", f"--database={database}", "--load=base,web,queue_job"]
    options += [f"--http-port={free_port()}", f"--gevent-port={free_port()}"]
    options += ["--workers=2", "--max-cron-threads=0"]
    command = [*dying_with_us(), *here.script("odoo_bin", *options)]
    with log.open("w") as out:
        process = subprocess.Popen(command, env=environment(here), stdout=out, stderr=out)
        try:
            deadline = time.monotonic() + PATIENCE
            while not is_done():
                assert process.poll() is None, log.read_text()[-3000:]
                assert time.monotonic() < deadline, log.read_text()[-3000:]
                time.sleep(0.2)
        finally:
            process.terminate()
            process.wait(PATIENCE)


def environment(here):
    return here.environment(ODOO_QUEUE_JOB_CHANNELS="root:2")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def test_there_is_one_chain_of_jobs_for_each_worker_and_company(prepared):
    # Three companies; one of them has no ledger.
    assert prepared["chains"] == [9] * 5, "Whenever, and by however many, it is called"


def test_jobs_replace_the_scheduled_actions_of_the_other_workers(prepared):
    assert prepared["crons"] == [3, 1, 1]


def test_a_job_that_meets_a_conflict_is_tried_again(prepared, done):
    state, tries, uuid = prepared["first conflict"]
    assert (state, tries) == ("pending", 1)
    query, _log = done
    assert query("SELECT state, retry FROM queue_job WHERE uuid = %s", [uuid]) == [("done", 2)]


def test_a_batch_that_never_gets_through_is_put_off_to_the_end(prepared):
    state, tries, _uuid = prepared["sixth conflict"]
    assert (state, tries) == ("done", 6)


def test_every_invoice_is_reconciled_exactly_once(done):
    query, _log = done
    rows = query(
        """SELECT move.payment_state, move.amount_residual, COUNT(partial), SUM(partial.amount)
             FROM account_move move
             JOIN res_partner partner ON partner.id = move.partner_id
             JOIN account_move_line line ON line.move_id = move.id
             JOIN account_partial_reconcile partial ON partial.debit_move_id = line.id
            WHERE partner.name = 'Queued' AND move.move_type = 'out_invoice'
            GROUP BY move.id"""
    )
    assert rows == [("paid", 0, 1, 100)] * 24


def test_a_failing_invoice_is_noted_and_costs_nobody_else_anything(done):
    query, log = done
    [(customer, attempts, error)] = query(
        """SELECT partner.name, issue.attempts, issue.error
             FROM pos_receivable_reconcile_issue issue
             JOIN account_move move ON move.id = issue.move_id
             JOIN res_partner partner ON partner.id = move.partner_id"""
    )
    assert (customer, attempts) == ("Poison", 1)
    assert "Poisoned" in error
    surprises = [row for row in log.splitlines() if " ERROR " in row or " WARNING " in row]
    assert len(surprises) == log.count("Traceback") == 1, log
    assert "Reconciliation of invoice" in surprises[0]


def test_each_worker_leaves_one_complete_run(done):
    query, _log = done
    runs = query(
        """SELECT company.name, worker, state, reconciled_count
             FROM pos_receivable_reconcile_run run
             JOIN res_company company ON company.id = run.company_id
            ORDER BY company.name, worker"""
    )
    assert runs == [
        (company, f"{number}/3", "done", 4)
        for company in ("My Company (San Francisco)", "My US Company")
        for number in (1, 2, 3)
    ]


def test_there_is_one_job_for_each_batch_and_one_that_finds_nothing_left(done):
    query, _log = done
    assert query("SELECT DISTINCT channel, state FROM queue_job") == [
        ("root.pos_receivable", "done")
    ]
    # Batches of two of none, of four, or of five invoices, one of which is poisoned; and of four,
    # two of which were put off and are looked at one by one.
    jobs = "SELECT COUNT(*) AS jobs FROM queue_job GROUP BY identity_key ORDER BY jobs"
    assert query(jobs) == [(count,) for count in (1, 1, 1, 3, 3, 3, 3, 4, 5)]
    assert query("SELECT COUNT(*) FROM queue_job_channel WHERE name = 'pos_receivable'") == [(1,)]
