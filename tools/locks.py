"""Row locks that a transaction keeps until it ends.

All in the same order, so that two tills cannot wait for each other: the session, journal items,
invoices, orders, payments; within each by id. Rows that changed since the transaction began raise a
serialization failure, which retries the request.
"""

from psycopg2.errors import LockNotAvailable

from odoo.exceptions import UserError
from odoo.tools import SQL

# Seconds. Whoever prints an invoice holds it meanwhile, and the program that prints asks this very
# server for styles and pictures: were every worker waiting for the invoice, none would answer it.
PATIENCE = 5


def lock_rows(records, *, patience=PATIENCE):
    """Wait for whoever is changing these records, then keep others from doing so.

    :param patience: how many seconds to wait at most, None for as long as it takes
    :raise UserError: they were not to be had by then
    """
    if not records:
        return
    records.flush_recordset()
    query = SQL(
        "SELECT id FROM %s WHERE id IN %s ORDER BY id FOR NO KEY UPDATE",
        SQL.identifier(records._table),
        tuple(records.ids),
    )
    _wait(records.env, query, patience)


def touch_rows(records):
    """Lock these records as if they were changed: whoever changes one of them, and has begun before this
    transaction ends, is retried and then sees what it has done."""
    if records:
        lock_rows(records)
        _execute(
            records.env,
            SQL(
                "UPDATE %s SET write_date = write_date WHERE id IN %s",
                SQL.identifier(records._table),
                tuple(records.ids),
            ),
        )


def share_row(record, *, patience=PATIENCE):
    """Keep a record from being changed, while others may keep it so as well.

    :raise UserError: somebody has been changing it for longer than a till waits
    """
    record.flush_recordset()
    query = SQL(
        "SELECT id FROM %s WHERE id = %s FOR SHARE", SQL.identifier(record._table), record.id
    )
    _wait(record.env, query, patience)


def lock_request(env, uuid):
    """Let one request with this identifier be done at a time, until its transaction ends.

    For as long as it takes: were the second one told to try again, whoever reads it would take the
    first one, which may be booked, for refused as well.
    """
    _execute(
        env,
        SQL("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", f"pos_receivable {uuid}"),
    )


def busy_sentence(env):
    """What a cashier is told who would have to wait for too long."""
    return env._(
        "Somebody else is working on this right now, writing an invoice for example. Try again in a"
        " moment."
    )


def _wait(env, query, patience):
    if patience is None:
        _execute(env, query)
        return
    # Found before: in an aborted transaction no translation can be read.
    busy = busy_sentence(env)
    try:
        # One trip to the server; what comes later waits as before.
        _execute(
            env,
            SQL(
                "SET LOCAL lock_timeout = %s; %s; SET LOCAL lock_timeout TO DEFAULT",
                1000 * patience,
                query,
            ),
        )
    except LockNotAvailable:
        raise UserError(busy) from None


def _execute(env, query):
    # Somebody being faster is no error worth a line in the log: the request is retried.
    env.cr.execute(query, log_exceptions=False)


def read_committed_beside_locks(env, query):
    """The rows of ``query`` as others have committed them by now, which this transaction, begun before,
    does not see.

    A SECOND CONNECTION, WHILE THIS ONE HOLDS LOCKS. What it runs must be a plain ``SELECT``, which waits
    for no row. Anything that waits for a lock of this transaction would wait for ever: PostgreSQL
    sees two strangers, and no deadlock.
    """
    with env.registry.cursor() as cursor:
        cursor.execute(query)
        return cursor.fetchall()
