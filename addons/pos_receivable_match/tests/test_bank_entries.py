from odoo.tests import tagged

from .common import MatchCommon

IBAN = 'DE89370400440532013000'
FORGED = {
    'default_date': '2020-01-01 00:00:00',
    'default_outcome': {'booked': [{'item': 1, 'closing': 'write_off'}]},
    'default_booked_count': 1000,
    'default_mode': 'auto',
    'default_is_automatic': True,
}


@tagged('post_install', '-at_install')
class TestBankEntries(MatchCommon):
    """The same money stands on the suspense account today, and on the customer's tomorrow, because
    somebody has put it there, and back again."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.expense = cls.company_data['default_account_expense'].copy({'name': 'Bank Charges'})

    def _book_by_hand(self, line):
        """Exchange the suspense account for the customer's; what stands there now."""
        item = line._seek_for_lines()[1]
        item.write({'account_id': self.receivable.id, 'partner_id': self.customer.id})
        return item

    def _get_proposal(self, item):
        return self._match().filtered(lambda proposal: proposal.line_id == item)

    def test_what_was_rejected_is_rejected_wherever_the_money_stands(self):
        invoice = self._create_invoice(100)
        line = self._receive(100, invoice.name, 'Acme Corporation')
        self._match_one(line).action_reject()
        item = self._book_by_hand(line)
        self._set_mode('invoice_number', 'auto')
        proposal = self._get_proposal(item)
        self.assertOpen(invoice, 100)
        self.assertIn('rejected or undone', proposal.held_back_text)

    def test_what_was_booked_and_reset_is_not_booked_again(self):
        invoice = self._create_invoice(100)
        line = self._receive(100, invoice.name, 'Acme Corporation')
        self._book_by_hand(line)
        self._set_mode('invoice_number', 'auto')
        self._match()
        self.assertPaid(invoice)
        line.action_undo_reconciliation()
        proposal = self._match_one(line)
        self.assertOpen(invoice, 100)
        self.assertLeftAlone(line)
        self.assertIn('rejected or undone', proposal.held_back_text)
        decisions = self.env['pos_receivable.decision'].search([('subject_id', '>', 0)])
        self.assertEqual(set(decisions.mapped('case_key')), {f'statement line {line.id}'})

    def _accept_short(self, money, proposal):
        self.assertTrue(proposal, money)
        proposal.action_accept()
        self.assertEqual(self._sum_written_off(), 0.9)

    def _sum_written_off(self):
        items = self.env['account.move.line'].search(
            [('account_id', '=', self.expense.id), ('parent_state', '=', 'posted')]
        )
        return self.company.currency_id.round(sum(items.mapped('balance')))

    def test_a_bank_transaction_that_is_reset_takes_its_write_off_with_it(self):
        self.company.receivable_writeoff_account_id = self.expense
        self.company.receivable_writeoff_percentage = 10
        invoice = self._create_invoice(100)
        line = self._receive(99.1, invoice.name, 'Acme Corporation')
        self._accept_short(line, self._get_proposal(self._book_by_hand(line)))
        self.assertPaid(invoice)
        line.action_undo_reconciliation()
        self.assertOpen(invoice, 100)
        self.assertEqual(self._sum_written_off(), 0)

    def test_a_payment_that_is_deleted_takes_its_write_off_with_it(self):
        self.company.receivable_writeoff_account_id = self.expense
        self.company.receivable_writeoff_percentage = 10
        invoice = self._create_invoice(100)
        payment = self._pay(99.1, memo=invoice.name)
        self._accept_short(payment, self._match_one(payment))
        self.assertPaid(invoice)
        payment.action_draft()
        payment.unlink()
        self.assertOpen(invoice, 100)
        self.assertEqual(self._sum_written_off(), 0)

    def test_it_is_compared_with_payments_that_wait_for_the_bank(self):
        self._set_mode('account_amount', 'auto')
        self._add_account(self.customer, IBAN)
        paid = self._create_invoice(123.45)
        self.env['account.payment.register'].with_context(
            active_model='account.move', active_ids=paid.ids
        ).create({'journal_id': self.transfer_journal.id}).action_create_payments()
        later = self._create_invoice(123.45)
        line = self._receive(123.45, '', 'Acme Corporation', account_number=IBAN)
        proposal = self._get_proposal(self._book_by_hand(line))
        self.assertOpen(later, 123.45)
        self.assertIn('waits for its bank line', proposal.held_back_text)

    def test_callers_forge_neither_log_nor_proposals(self):
        invoice, other = self._create_invoice(100), self._create_invoice(100)
        self._receive(100, invoice.name, 'Acme Corporation')
        self._receive(100, other.name, 'Acme Corporation')
        queue = self.env['pos_receivable.match.proposal'].with_user(self.accountant)
        queue.with_context(**FORGED).action_match_now()
        accepted, rejected = proposals = queue.search([('state', '=', 'open')])
        self.assertEqual(proposals.mapped('outcome'), [False, False])
        accepted.with_context(**FORGED).action_accept()
        rejected.with_context(**FORGED).action_reject()
        accepted.with_context(**FORGED).action_undo()
        decisions = self.env['pos_receivable.decision'].search(
            [('subject_id', 'in', proposals.ids)]
        )
        self.assertEqual(decisions.mapped('action'), ['undo', 'reject', 'accept'])
        self.assertTrue(all(day.date() >= self.today for day in decisions.mapped('date')))
        self.assertFalse(any(decisions.mapped('is_automatic')))
        self.assertEqual(self.env['pos_receivable.match.run'].search([]).booked_count, 0)
