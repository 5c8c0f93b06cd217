"""A payment in the making, with which nothing can be matched yet.

Each of its changes makes the core look for what it is reconciled with, on disk, after writing all that
is pending there; and its posting has the customer's whole record read and written by a second
connection, to count one more entry.
"""

import contextlib

KEY = 'pos_receivable.new_payment'


@contextlib.contextmanager
def new_payment(env, begun=False):
    """For what is made from here on, up to its reconciliation.

    :param begun: whether this goes on with a payment that was made so just now
    """
    if not begun:
        env.flush_all()  # what is pending may be of payments that were made before, and are matched
    env.cr.cache[KEY] = True
    try:
        yield
    finally:
        env.cr.cache.pop(KEY, None)  # a rollback has emptied it


def is_making_payment(env):
    return bool(env.cr.cache.get(KEY))


def are_unmatched(records):
    """Whether these payments, or entries, are known to be reconciled with nothing: they were made
    just now."""
    if not is_making_payment(records.env):
        return False
    now = records.env.cr.now()
    return all(record.create_date == now for record in records)
