from odoo.exceptions import UserError
from odoo.tests import tagged

from .common_match import MatchCommon


@tagged('post_install', '-at_install')
class TestMatchTakenBack(MatchCommon):
    """What people undo by ordinary means, outside the queue."""

    def _unreconcile(self, invoice):
        """As the widget on the invoice does."""
        partials = self._get_item(invoice).matched_credit_ids
        for partial in partials:
            invoice.with_user(self.accountant).js_remove_outstanding_partial(partial.id)

    def _get_proposal(self, line):
        return self.env['pos_receivable.match.proposal'].search(
            [('statement_line_id', '=', line.id)], order='id desc', limit=1
        )

    def _book_at_night(self, amount=100):
        """An invoice and its bank transaction, booked automatically."""
        mode = self._set_mode('invoice_number', 'auto')
        invoice = self._create_invoice(amount)
        line = self._receive(amount, invoice.name, 'Acme Corporation')
        self._match()
        self.assertPaid(invoice)
        return mode, invoice, line

    # -------------------------------------------------------------------------
    # It is a decision
    # -------------------------------------------------------------------------

    def test_a_bank_transaction_that_was_unreconciled_is_not_booked_again(self):
        mode, invoice, line = self._book_at_night()
        reviewed, right = mode.reviewed_count, mode.right_count
        line.action_undo_reconciliation()
        for _night in range(2):
            self._match()
            self.assertOpen(invoice, 100)
            self.assertLeftAlone(line)
        proposal = self._get_proposal(line)
        self.assertEqual((proposal.state, proposal.tier), ('open', 'check'))
        self.assertIn('rejected or undone it before', proposal.held_back_text)
        self.assertEqual((mode.reviewed_count, mode.right_count), (reviewed + 1, right))

    def test_an_invoice_that_was_unreconciled_is_not_paid_again(self):
        mode = self._set_mode('invoice_number', 'auto')
        invoice = self._create_invoice(100)
        payment = self._pay(100, memo=invoice.name)
        self._match()
        self.assertPaid(invoice)
        reviewed, right = mode.reviewed_count, mode.right_count
        self._unreconcile(invoice)
        for _night in range(2):
            proposal = self._match_one(payment)
            self.assertOpen(invoice, 100)
        self.assertEqual((proposal.state, proposal.tier), ('open', 'check'))
        self.assertEqual((mode.reviewed_count, mode.right_count), (reviewed + 1, right))

    def test_who_took_it_back_and_that_it_was_in_the_books_is_logged(self):
        _mode, invoice, line = self._book_at_night()
        self._unreconcile(invoice)
        decisions = self._get_decisions(self._get_proposal(line))
        self.assertEqual(decisions.mapped('action'), ['accept', 'undo'])
        self.assertEqual(decisions[1].user_id, self.accountant)
        self.assertFalse(decisions[1].is_automatic)
        self.assertIn('in the books', decisions[1].reason)

    def test_automatic_is_lost_at_once_when_too_much_is_taken_back(self):
        mode, invoice, _line = self._book_at_night()
        self._review('invoice_number', 6, 'reject')
        self._unreconcile(invoice)
        self.assertEqual(mode.mode, 'assist')

    def test_one_of_two_invoices_taken_back_is_one_pair_rejected(self):
        first, second = self._create_invoice(100), self._create_invoice(50)
        payment = self._pay(150, memo=f'{first.name} {second.name}')
        self._match_one(payment).action_accept()
        self.assertPaid(first, second)
        self._unreconcile(first)
        rejections = self.env['pos_receivable.match.rejection'].search([])
        self.assertEqual(rejections.mapped('item_id.move_id'), first)
        self.assertEqual(rejections.count, 1)
        self._unreconcile(second)
        rejections = self.env['pos_receivable.match.rejection'].search([])
        self.assertEqual(rejections.item_id.move_id, first | second)
        self.assertEqual(rejections.mapped('count'), [1, 1])

    def test_a_rate_difference_counts_its_pair_once(self):
        euro = self.setup_other_currency('EUR', rates=[('2020-01-01', 0.7)])
        journal = self._create_journal('bank', 'Euros', 'EUR1', currency_id=euro.id)
        invoice = self._create_invoice(100, currency_id=euro.id)
        euro.rate_ids.create(
            {
                'name': self.today,
                'rate': 0.83,
                'currency_id': euro.id,
                'company_id': self.company.id,
            }
        )
        line = self._receive(100, invoice.name, 'Acme Corporation', journal_id=journal.id)
        self._match_one(line).action_accept()
        self.assertTrue(self._get_item(invoice).matched_credit_ids.exchange_move_id)
        line.action_undo_reconciliation()
        self.assertOpen(invoice, 100)
        self.assertEqual(self.env['pos_receivable.match.rejection'].search([]).count, 1)

    def test_what_accepting_taught_is_forgotten(self):
        invoice = self._create_invoice(100)
        line = self._receive(100, invoice.name, 'WHITE LABEL HOLDINGS')
        self._match_one(line).action_accept()
        line.action_undo_reconciliation()
        aliases = self.env['pos_receivable.match.alias'].search(
            [('partner_id', '=', self.customer.id)]
        )
        self.assertEqual(aliases.count, 0)

    def test_other_reconciliations_are_nobodys_decision(self):
        _mode, invoice, line = self._book_at_night()
        other = self._leftover(70)
        other.action_force_payment_reconciliation()
        self.assertPaid(other)
        self._unreconcile(other)
        self.assertEqual(self._get_proposal(line).state, 'accepted')
        self.assertPaid(invoice)

    # -------------------------------------------------------------------------
    # The queue
    # -------------------------------------------------------------------------

    def test_once_the_money_is_back_it_is_decided_anew(self):
        invoice, other = self._create_invoice(100), self._create_invoice(100, partner=self.other)
        line = self._receive(100, invoice.name, 'Acme Corporation')
        proposal = self._match_one(line)
        proposal.action_accept()
        line.action_undo_reconciliation()
        self.assertEqual(proposal.state, 'open')
        self.assertEqual(self._match_one(line), proposal)
        self._choose(proposal, {other: 100})
        self.assertPaid(other)
        self.assertOpen(invoice, 100)

    def test_what_was_taken_back_is_in_nobodys_way_when_the_rest_was_proposed(self):
        invoice = self._create_invoice(100)
        line = self._receive(150, invoice.name, 'Acme Corporation')
        self._match_one(line).action_accept()
        rest = self._match_one(line)
        line.action_undo_reconciliation()
        proposals = self.env['pos_receivable.match.proposal'].search(
            [('statement_line_id', '=', line.id)]
        )
        self.assertCountEqual(proposals.mapped('state'), ['open', 'obsolete'])
        self.assertNotEqual(rest.state, 'accepted')
        self.assertEqual(self._match_one(line).amount, 150)

    def test_accepted_again_it_still_stands_as_wrong_once(self):
        mode, invoice, line = self._book_at_night()
        reviewed, right = mode.reviewed_count, mode.right_count
        line.action_undo_reconciliation()
        self._match_one(line).action_accept()
        self.assertPaid(invoice)
        self.assertEqual((mode.reviewed_count, mode.right_count), (reviewed + 1, right))

    def test_what_was_taken_back_in_the_books_is_not_accepted(self):
        _mode, invoice, line = self._book_at_night()
        self._unreconcile(invoice)
        proposal = self._get_proposal(line).with_user(self.accountant)
        with self.assertRaises(UserError) as refusal:
            proposal.action_accept()
        self.assertIn('decided already', refusal.exception.args[0])
