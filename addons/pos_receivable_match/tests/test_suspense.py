from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common import MatchCommon


@tagged('post_install', '-at_install')
class TestMatchSuspense(MatchCommon):
    """Suspense accounts that can be reconciled, as in France."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.suspense = cls.transfer_journal.suspense_account_id
        cls.suspense.reconcile = True

    def _use_suspense(self, line, amount):
        """Somebody clears a part of the suspense line by an entry of their own."""
        entry = self.env['account.move'].create(
            {
                'journal_id': self.company_data['default_journal_misc'].id,
                'date': self.today,
                'line_ids': [
                    Command.create({'account_id': account.id, 'balance': balance})
                    for account, balance in (
                        (self.suspense, amount),
                        (self.company_data['default_account_revenue'], -amount),
                    )
                ],
            }
        )
        entry.action_post()
        cleared = entry.line_ids.filtered(lambda item: item.account_id == self.suspense)
        (line._seek_for_lines()[1] | cleared).reconcile()
        return cleared

    def test_what_is_partly_cleared_is_left_alone(self):
        self._set_mode('invoice_number', 'auto')
        invoice = self._create_invoice(100)
        line = self._receive(100, invoice.name, 'Acme Corporation')
        cleared = self._use_suspense(line, 40)
        before = self._read_ledger()
        self._match()
        self.assertOpen(invoice, 100)
        self.assertEqual(self._read_ledger(), before)
        self.assertTrue(cleared.reconciled)

    def test_cleared_in_part_since_it_was_proposed_it_is_refused(self):
        invoice = self._create_invoice(100)
        line = self._receive(100, invoice.name, 'Acme Corporation')
        proposal = self._match_one(line)
        cleared = self._use_suspense(line, 40)
        with self.assertRaises(UserError) as refusal:
            proposal.action_accept()
        self.assertIn('used otherwise meanwhile', refusal.exception.args[0])
        self.assertOpen(invoice, 100)
        self.assertTrue(cleared.reconciled)
        self._match()
        self.assertEqual((proposal.state, proposal.tier, proposal.amount), ('open', 'nothing', 60))
        self.assertIn('cleared a part of it', proposal.held_back_text)

    def test_a_rest_that_was_cleared_since_keeps_what_was_booked(self):
        for amount in (50, 20):
            with self.subTest(amount=amount), self.env.cr.savepoint() as savepoint:
                invoice = self._create_invoice(100)
                line = self._receive(150, invoice.name, 'Acme Corporation')
                proposal = self._match_one(line)
                proposal.action_accept()
                cleared = self._use_suspense(line, amount)
                with self.assertRaises(UserError) as refusal, self.env.cr.savepoint():
                    proposal.action_undo()
                self.assertIn('changed since', refusal.exception.args[0])
                self.assertPaid(invoice)
                self.assertTrue(cleared.reconciled)
                savepoint.rollback()

    def test_what_nobody_cleared_is_booked_and_comes_back(self):
        invoice = self._create_invoice(100)
        for received in (100, 130):
            line = self._receive(received, invoice.name, 'Acme Corporation')
            proposal = self._match_one(line)
            before = self._read_ledger()
            proposal.action_accept()
            self.assertPaid(invoice)
            self.assertEqual(line.is_reconciled, received == 100)
            self.assertEqual(line.amount_residual, 100 - received)
            proposal.action_undo()
            self.assertEqual(self._read_ledger(), before)
            self.assertLeftAlone(line)
            line.unlink()
