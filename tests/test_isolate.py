import random

from odoo.tests import tagged
from odoo.tests.common import TransactionCase

from ..tools.isolate import isolate


@tagged('post_install', '-at_install')
class TestIsolate(TransactionCase):
    """Each culprit is found alone, the others are done once, and little is tried in vain."""

    def _isolate(self, size, culprits):
        """
        :return: ``(found, done, attempts)``: culprits found, what was done, and the sizes of what
            was tried
        """
        done, attempts = [], []

        def work(group):
            attempts.append(len(group))
            if culprits.intersection(group):
                raise ValueError("culprit")
            done.extend(group)

        errors = isolate(self.env, [range(size)], work)
        return {culprit for [culprit] in errors}, done, attempts

    def test_whatever_fails_is_found_and_the_others_are_done_once(self):
        chance = random.Random(17)
        for _round in range(60):
            size = chance.randint(1, 40)
            culprits = set(chance.sample(range(size), chance.randint(0, size)))
            with self.subTest(size=size, culprits=culprits):
                found, done, _attempts = self._isolate(size, culprits)
                self.assertEqual(found, culprits)
                self.assertEqual(done, [place for place in range(size) if place not in culprits])

    def test_groups_are_taken_from_the_end(self):
        tried = []
        isolate(self.env, [(1,), (2, 3), ()], tried.append)
        self.assertEqual(tried, [(2, 3), (1,)])

    def test_one_culprit_is_found_in_few_attempts(self):
        for place in range(0, 100, 9):
            _found, _done, attempts = self._isolate(100, {place})
            self.assertLessEqual(len(attempts), 16)
            self.assertLessEqual(sum(attempts), 2.4 * 100)

    def test_where_all_fail_hardly_more_than_each_alone_is_tried(self):
        _found, _done, attempts = self._isolate(100, set(range(100)))
        self.assertLessEqual(sum(attempts), 2.5 * 100)

    def test_what_fails_only_together_is_done_alone(self):
        done = []

        def work(group):
            if len(group) > 1:
                raise ValueError("together")
            done.extend(group)

        self.assertEqual(isolate(self.env, [range(7)], work), {})
        self.assertEqual(done, list(range(7)))
