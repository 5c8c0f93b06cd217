from psycopg2.errors import SerializationFailure

from odoo.exceptions import UserError
from odoo.service.model import MAX_TRIES_ON_CONCURRENCY_FAILURE
from odoo.tests import TransactionCase, tagged

from ..tools.retries import busy_in_words


class _Door:
    def __init__(self, env):
        self.env, self.is_free = env, False

    @busy_in_words
    def enter(self):
        if not self.is_free:
            raise SerializationFailure
        return 'in'


@tagged('post_install', '-at_install')
class TestRetries(TransactionCase):
    """What the server tries again, and what is said when that was of no use."""

    def setUp(self):
        super().setUp()
        self.door = _Door(self.env)

    def _fail_until_the_last_try(self):
        for _try in range(MAX_TRIES_ON_CONCURRENCY_FAILURE - 1):
            with self.assertRaises(SerializationFailure):  # which the server answers by a retry
                self.door.enter()

    def test_who_comes_too_late_at_each_try_is_told_in_words(self):
        for _request in range(2):
            self._fail_until_the_last_try()
            with self.assertRaisesRegex(UserError, "Try again in a moment"):
                self.door.enter()

    def test_who_gets_in_at_last_has_all_tries_again_for_the_next(self):
        self._fail_until_the_last_try()
        self.door.is_free = True
        self.assertEqual(self.door.enter(), 'in')
        self.door.is_free = False
        self._fail_until_the_last_try()
