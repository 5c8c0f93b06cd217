from datetime import timedelta

from odoo.tests import tagged

from .common import MatchCommon


@tagged('post_install', '-at_install')
class TestOnAccount(MatchCommon):
    """What customers left on account at a till, and the night."""

    def setUp(self):
        super().setUp()
        self.config.invoice_payment_on_account = True
        self.invoice = self._create_invoice(100.0)

    def _deposit(self, days_ago=0, allocations=None):
        payment, _answer = self._collect(
            allocations or {},
            on_account=100.0,
            payment_date=(self.today - timedelta(days=days_ago)).isoformat(),
            journal=self.card_journal,
        )
        self._close(self.session, 0)
        return payment

    def _set_days(self, days):
        self.env['ir.config_parameter'].sudo().set_param('pos_receivable.on_account_days', days)

    def test_it_is_left_alone_for_ever(self):
        payment = self._deposit(days_ago=300)
        proposal = self._match_one(payment)
        self.assertFalse(proposal.candidate_ids)
        self.assertIn('left it on account', proposal.held_back_text)
        self.assertOpen(self.invoice, 100.0)

    def test_after_so_many_days_it_is_money_like_any_other(self):
        self._set_days(30)
        payment = self._deposit(days_ago=30)
        self.assertEqual(
            self._match_one(payment).candidate_ids.allocation_ids.move_id, self.invoice
        )

    def test_a_day_earlier_it_is_not(self):
        self._set_days(30)
        payment = self._deposit(days_ago=29)
        self.assertFalse(self._match_one(payment).candidate_ids)

    def test_it_is_not_meant_for_the_invoice_that_was_paid_with_it(self):
        other = self._create_invoice(50.0)
        payment = self._deposit(allocations={other: 20.0})
        self.assertFalse(self._match_one(payment).candidate_ids)
        self.assertOpen(other, 30.0)
