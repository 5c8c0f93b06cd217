from unittest.mock import patch

from odoo.exceptions import ValidationError
from odoo.tests import tagged
from odoo.tools import SQL

from ..models.mode import PosReceivableMode
from .common import AutomationCommon


@tagged('post_install', '-at_install')
class TestModes(AutomationCommon):
    """What may act by itself has proven that it is right, and is stopped when it is not."""

    def test_a_capability_proposes_until_somebody_says_otherwise(self):
        self.assertEqual((self.mode.mode, self.mode.area), ('assist', 'probe'))
        modes = self.env['pos_receivable.mode']
        self.assertEqual(modes._get_mode(self.company, 'sum'), 'assist')
        self.assertEqual(modes._get_mode(self._create_company(), 'sum'), 'assist')

    def test_a_new_company_has_its_modes_for_whoever_opens_them(self):
        company = self._create_company(name="New")
        modes = self.env['pos_receivable.mode'].search([('company_id', '=', company.id)])
        self.assertLessEqual({'sum', 'guess'}, set(modes.mapped('capability')))
        self.assertEqual(set(modes.mapped('mode')), {'assist'})

    def test_who_opens_them_does_not_choose_them_on_the_way(self):
        self.mode.unlink()
        modes = self.env['pos_receivable.mode'].with_user(self.accountant)
        modes.with_context(default_mode='observe').action_open_modes()
        self.assertEqual(self._get_mode('sum').mode, 'assist')

    def test_it_acts_alone_only_once_proven(self):
        with self.assertRaises(ValidationError) as refusal:
            self.mode.mode = 'auto'
        self.assertIn("Sums cannot be automatic yet", refusal.exception.args[0])
        self._decide(count=300)
        self.mode.mode = 'auto'
        self.assertTrue(self.mode.is_proven)

    def test_what_is_for_people_only_never_acts_alone(self):
        self._decide(count=300, capability='guess')
        with self.assertRaises(ValidationError) as refusal:
            self.guess.mode = 'auto'
        self.assertEqual(refusal.exception.args[0], "A guess is never certain.")

    def test_it_is_locked_again_when_it_was_wrong_too_often(self):
        self._decide(count=200)
        self.mode.mode = 'auto'
        self._decide('reject', count=20, first=1000)
        self.env['pos_receivable.mode']._fall_back(self.company, 'sum')
        self.assertEqual(self.mode.mode, 'assist')
        self.assertIn("switched off", self.mode.message_ids[0].body)

    def test_a_case_counts_once_and_is_wrong_for_good(self):
        self._decide(count=3)
        self._decide(first=1)
        self.assertEqual(self._read(), (3, 3, 0))
        self._decide('undo', first=1)
        self._decide(first=1)
        self.assertEqual(self._read(), (3, 2, 0))

    def test_what_was_accepted_at_one_click_is_counted_apart(self):
        self._decide(count=4, is_together=True)
        self._decide('reject', first=0)
        self.assertEqual(self._read(), (1, 0, 3))

    def test_what_nobody_looked_at_is_not_right(self):
        self._decide(count=5, is_automatic=True)
        self.assertEqual(self._read(), (0, 0, 0))

    def test_what_stands_no_more_is_wrong(self):
        self._decide(count=3)
        fallen = self._decide(first=7)
        condition = SQL("decision.id = %s", fallen.id)
        with patch.object(PosReceivableMode, '_get_fallen', lambda _self: condition):
            self.assertEqual(self._read(), (4, 3, 0))
