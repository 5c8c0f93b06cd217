"""The server tries again what others were faster with, some times; then it is said in words."""

import functools
import weakref

from odoo.exceptions import ConcurrencyError, UserError
from odoo.service.model import MAX_TRIES_ON_CONCURRENCY_FAILURE, PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

from .locks import busy_sentence

CONFLICTS = (*PG_CONCURRENCY_EXCEPTIONS_TO_RETRY, ConcurrencyError)

_failed = weakref.WeakKeyDictionary()  # {cursor: how often its request has come too late by now}


def busy_in_words(door):
    """A public method that says so in words when others were faster at each of the server's tries.

    :raise UserError: at the last of them; nothing was written, as at those before
    """

    @functools.wraps(door)
    def wrapper(self, *args, **kwargs):
        cursor = self.env.cr
        failed = _failed.pop(cursor, 0)
        is_last = failed + 1 >= MAX_TRIES_ON_CONCURRENCY_FAILURE
        # Found before: in an aborted transaction no translation can be read.
        busy = busy_sentence(self.env) if is_last else ''
        try:
            answer = door(self, *args, **kwargs)
            self.env.flush_all()  # here, where it can still be told
        except CONFLICTS as error:
            if is_last:
                raise UserError(busy) from error
            _failed[cursor] = failed + 1
            raise
        return answer

    return wrapper
