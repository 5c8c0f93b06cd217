from ast import literal_eval

from lxml import etree

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import MatchCommon


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

    # -------------------------------------------------------------------------
    # Undo brings back what is left of it
    # -------------------------------------------------------------------------

    def _read_queue(self):
        """What the list shows when it is opened."""
        arch = self.env.ref('pos_receivable_match.proposal_view_search').arch
        [found] = etree.fromstring(arch).xpath("//filter[@name='open']/@domain")
        return self.env['pos_receivable.match.proposal'].search(literal_eval(found))

    def _accept_line(self, *amounts, received=None):
        invoices = [self._create_invoice(amount) for amount in amounts]
        text = ' '.join(invoice.name for invoice in invoices)
        line = self._receive(received or sum(amounts), text, 'Acme Corporation')
        proposal = self._match_one(line)
        before = self._read_ledger()
        proposal.action_accept()
        self.assertPaid(*invoices)
        return invoices, line, proposal, before

    def test_an_unreconciled_bank_transaction_stays_in_the_queue_and_comes_back(self):
        [invoice], line, proposal, before = self._accept_line(100)
        self._unreconcile(invoice)
        for _night in range(2):
            self.assertIn(proposal, self._read_queue())
            self.assertEqual(proposal.state, 'changed')
            self.assertIn('Undo takes back the rest', proposal.note)
            self._match()
        proposal.action_undo()
        self.assertEqual(self._read_ledger(), before)
        self.assertLeftAlone(line)
        self.assertFalse(line.partner_id)
        self.assertEqual(proposal.state, 'open')
        self.assertFalse(proposal.note)
        self.assertEqual(self._match_one(line), proposal)
        proposal.action_accept()
        self.assertPaid(invoice)

    def test_after_its_invoice_was_cancelled_a_bank_transaction_comes_back(self):
        [invoice], line, proposal, _before = self._accept_line(100)
        invoice.button_cancel()
        self.assertIn(proposal, self._read_queue())
        proposal.action_undo()
        self.assertLeftAlone(line)
        self.assertEqual(invoice.state, 'cancel')
        self.assertFalse(self._match_one(line).candidate_ids)
        other = self._create_invoice(100)
        self._choose(self._match_one(line), {other: 100})
        self.assertPaid(other)

    def test_after_its_invoice_was_deleted_a_bank_transaction_comes_back(self):
        [invoice], line, proposal, _before = self._accept_line(100)
        invoice.button_draft()
        self._get_item(invoice).remove_move_reconcile()
        invoice.name = False
        invoice.with_context(force_delete=True).unlink()
        self.assertIn(proposal, self._read_queue())
        proposal.action_undo()
        self.assertLeftAlone(line)

    def test_one_of_two_invoices_unreconciled_both_come_back(self):
        [first, second], line, proposal, before = self._accept_line(100, 50)
        self._unreconcile(first)
        self.assertIn(proposal, self._read_queue())
        self.assertPaid(second)
        proposal.action_undo()
        self.assertEqual(self._read_ledger(), before)
        self.assertLeftAlone(line)
        rejections = self.env['pos_receivable.match.rejection'].search([])
        self.assertEqual(rejections.item_id.move_id, first | second)
        self.assertEqual(rejections.mapped('count'), [1, 1])

    def test_what_accepting_taught_is_forgotten_once(self):
        for _time in range(2):
            [invoice], _line, proposal, _before = self._accept_line(100)
        self._unreconcile(invoice)
        proposal.action_undo()
        aliases = self.env['pos_receivable.match.alias'].search(
            [('partner_id', '=', self.customer.id)]
        )
        self.assertEqual(aliases.count, 1)

    def test_what_was_used_for_another_invoice_since_stays_there(self):
        [invoice], line, proposal, _before = self._accept_line(100)
        self._unreconcile(invoice)
        other = self._create_invoice(100)
        credit = line.line_ids.filtered(lambda item: item.account_id == self.receivable)
        other.js_assign_outstanding_line(credit.id)
        self.assertPaid(other)
        with self.assertRaises(UserError) as refusal, self.env.cr.savepoint():
            proposal.action_undo()
        self.assertIn('cannot be undone', refusal.exception.args[0])
        self.assertPaid(other)
        self._match()
        self.assertEqual(proposal.state, 'obsolete')
        self.assertNotIn(proposal, self._read_queue())

    def test_used_in_part_for_another_invoice_since_it_is_refused(self):
        [invoice], line, proposal, _before = self._accept_line(100)
        self._unreconcile(invoice)
        other = self._create_invoice(60)
        credit = line.line_ids.filtered(lambda item: item.account_id == self.receivable)
        other.js_assign_outstanding_line(credit.id)
        with self.assertRaises(UserError), self.env.cr.savepoint():
            proposal.action_undo()
        self.assertPaid(other)
        self.assertOpen(invoice, 100)

    def test_the_write_off_of_an_unreconciled_payment_comes_back(self):
        account = self.company_data['default_account_expense']
        self.company.receivable_writeoff_account_id = account
        invoice = self._create_invoice(400)
        payment = self._pay(397.5, memo=invoice.name)
        proposal = self._match_one(payment)
        proposal.action_accept()
        self.assertPaid(invoice)
        partials = self._get_item(invoice).matched_credit_ids
        of_payment = partials.filtered(lambda p: p.credit_move_id.payment_id == payment)
        invoice.js_remove_outstanding_partial(of_payment.id)
        self.assertOpen(invoice, 397.5)
        self._match()
        self.assertIn(proposal, self._read_queue())
        self.assertEqual(proposal.state, 'changed')
        proposal.action_undo()
        self.assertOpen(invoice, 400)
        self.assertEqual(self._get_balance(account), 0)

    def test_what_stands_of_a_payment_stays_accepted_and_can_be_undone(self):
        first, second = self._create_invoice(100), self._create_invoice(50)
        payment = self._pay(150, memo=f'{first.name} {second.name}')
        proposal = self._match_one(payment)
        proposal.action_accept()
        self._unreconcile(first)
        self.assertEqual(proposal.state, 'changed')
        rest = self._match().filtered(lambda p: p.sudo().payment_id == payment)
        self.assertEqual((rest.state, rest.amount), ('open', 100))
        self.assertEqual(proposal.state, 'accepted')
        self.assertEqual(proposal.allocation_ids.move_id, second)
        self.assertEqual(proposal.candidate_id.amount, 50)
        proposal.action_undo()
        self.assertOpen(second, 50)
        self.assertEqual(self._match_one(payment).amount, 150)

    def test_what_was_unreconciled_beside_the_money_changes_nothing(self):
        """The write-off of a payment is an entry of its own."""
        account = self.company_data['default_account_expense']
        self.company.receivable_writeoff_account_id = account
        invoice = self._create_invoice(400)
        payment = self._pay(397.5, memo=invoice.name)
        proposal = self._match_one(payment)
        proposal.action_accept()
        partials = self._get_item(invoice).matched_credit_ids
        of_entry = partials.filtered(lambda p: p.credit_move_id.payment_id != payment)
        invoice.js_remove_outstanding_partial(of_entry.id)
        self.assertOpen(invoice, 2.5)
        self.assertEqual(proposal.state, 'accepted')
        proposal.action_undo()
        self.assertOpen(invoice, 400)
        self.assertEqual(self._get_balance(account), 0)
