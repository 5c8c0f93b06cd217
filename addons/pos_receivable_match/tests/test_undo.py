import itertools

from dateutil.relativedelta import relativedelta

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common import MatchCommon

IBAN = 'DE89370400440532013000'


@tagged('post_install', '-at_install')
class TestMatchUndo(MatchCommon):
    """What others did to the books between accepting and undoing."""

    def _accept_line(self, amount=100, received=None, **values):
        invoice = self._create_invoice(amount)
        line = self._receive(received or amount, invoice.name, 'Acme Corporation', **values)
        proposal = self._match_one(line)
        proposal.action_accept()
        return invoice, line, proposal

    def _close_books(self):
        """Up to today; nothing may be left to do before."""
        self._close(self.session, 0)
        self.company.fiscalyear_lock_date = self.today

    def test_what_was_paid_further_keeps_its_other_payments(self):
        invoice, line, proposal = self._accept_line(100, received=60)
        self._collect({invoice: 40})
        self.assertPaid(invoice)
        proposal.action_undo()
        self.assertOpen(invoice, 60)
        self.assertEqual(invoice.payment_state, 'partial')
        self.assertLeftAlone(line)

    def test_in_closed_books_a_transfer_is_not_undone(self):
        invoice, line, proposal = self._accept_line()
        self._close_books()
        before = self._read_ledger()
        with self.assertRaisesRegex(UserError, 'Lock Date'), self.env.cr.savepoint():
            proposal.action_undo()
        self.assertEqual(self._read_ledger(), before)
        self.assertPaid(invoice)
        self.assertTrue(line.is_reconciled)
        self.assertEqual(proposal.state, 'accepted')
        self.assertEqual(self._get_decisions(proposal).mapped('action'), ['accept'])

    def test_in_closed_books_a_payments_write_off_is_reversed_later(self):
        self.company.receivable_writeoff_account_id = self.company_data['default_account_expense']
        invoice = self._create_invoice(400)
        payment = self._pay(397.5, memo=invoice.name)
        proposal = self._match_one(payment)
        proposal.action_accept()
        self._close_books()
        proposal.action_undo()
        self.assertOpen(invoice, 400)
        self.assertEqual(self._get_balance(self.company.receivable_writeoff_account_id), 0)
        reversal = self.env['account.move'].search([], order='id desc', limit=1)
        self.assertGreater(reversal.date, self.today)

    def test_a_hashed_entry_is_not_undone(self):
        invoice, line, proposal = self._accept_line()
        self.transfer_journal.restrict_mode_hash_table = True
        line.move_id.button_hash()
        self.assertTrue(line.move_id.inalterable_hash)
        before = self._read_ledger()
        with self.assertRaisesRegex(UserError, 'cannot'), self.env.cr.savepoint():
            proposal.action_undo()
        self.assertEqual(self._read_ledger(), before)
        self.assertPaid(invoice)
        self.assertEqual(proposal.state, 'accepted')

    def test_a_payment_reset_to_draft_is_let_go(self):
        invoice = self._create_invoice(100)
        payment = self._pay(100, memo=invoice.name)
        proposal = self._match_one(payment)
        proposal.action_accept()
        payment.action_draft()
        proposal.action_undo()
        self.assertOpen(invoice, 100)
        self.assertEqual(payment.state, 'draft')
        with self.assertRaisesRegex(UserError, 'used otherwise'):
            proposal.action_accept()
        self.assertOpen(invoice, 100)

    def test_it_is_undone_once(self):
        invoice, line, proposal = self._accept_line()
        proposal.action_undo()
        before = self._read_ledger()
        with self.assertRaisesRegex(UserError, 'cannot be undone'):
            proposal.action_undo()
        self.assertEqual(self._read_ledger(), before)
        self.assertOpen(invoice, 100)
        self.assertLeftAlone(line)
        self.assertEqual(self._get_decisions(proposal).mapped('action'), ['accept', 'undo'])

    def test_somebody_without_rights_does_not_undo(self):
        invoice, _line, proposal = self._accept_line()
        auditor = self._create_user('audra', 'Audra', 'account.group_account_readonly')
        portal = self.env['res.users'].create(
            {
                'login': 'percy',
                'name': 'Percy',
                'group_ids': [(6, 0, self.env.ref('base.group_portal').ids)],
            }
        )
        for user in (self.cashier, auditor, portal):
            with self.assertRaises(AccessError):
                proposal.with_user(user).action_undo()
        self.assertPaid(invoice)

    def test_an_account_that_others_confirmed_is_kept(self):
        _invoice, _line, first = self._accept_line(account_number=IBAN)
        _invoice, _line, second = self._accept_line(70, account_number=IBAN)
        first.action_undo()
        self.assertEqual(self.customer.bank_ids.sanitized_acc_number, IBAN)
        second.action_undo()
        self.assertFalse(self.customer.bank_ids)

    def test_several_invoices_in_euros_come_back(self):
        euro = self.setup_other_currency('EUR', rates=[('2020-01-01', 0.7)])
        journal = self._create_journal('bank', 'Euros', 'EUR1', currency_id=euro.id)
        invoices = [
            self._create_invoice(amount, currency_id=euro.id) for amount in (33.33, 66.68, 10.01)
        ]
        euro.rate_ids.create(
            {
                'name': self.today,
                'rate': 0.83,
                'currency_id': euro.id,
                'company_id': self.company.id,
            }
        )
        text = ' '.join(invoice.name for invoice in invoices)
        line = self._receive(110.02, text, 'Acme Corporation', journal_id=journal.id)
        proposal = self._match_one(line)
        for _time in range(2):
            proposal.action_accept()
            self.assertPaid(*invoices)
            self.assertTrue(line.is_reconciled)
            self.assertEqual(self._get_balance(self.receivable), 0)
            proposal.action_undo()
            self.assertEqual(
                [invoice.amount_residual for invoice in invoices], [33.33, 66.68, 10.01]
            )
            self.assertLeftAlone(line)

    def test_archived_partners_and_journals_change_nothing(self):
        invoice = self._create_invoice(100)
        line = self._receive(100, invoice.name, 'Acme Corporation')
        proposal = self._match_one(line)
        before = self._read_ledger()
        self.customer.active = False
        self.transfer_journal.active = False
        proposal.action_accept()
        self.assertPaid(invoice)
        proposal.action_undo()
        self.assertEqual(self._read_ledger(), before)

    def test_what_was_proposed_for_the_rest_makes_room(self):
        invoice, line, first = self._accept_line(100, received=150)
        rest = self._match_one(line)
        self.assertEqual((rest.state, rest.amount), ('open', 50))
        first.action_undo()
        self.assertOpen(invoice, 100)
        self.assertLeftAlone(line)
        self.assertEqual((first.state, rest.state), ('open', 'obsolete'))
        first.action_accept()
        self.assertPaid(invoice)

    def test_two_bookings_of_the_same_money_are_undone_in_any_order(self):
        for backwards in (False, True):
            with self.subTest(backwards=backwards):
                other = self._create_invoice(50, partner=self.other)
                invoice, line, first = self._accept_line(100, received=150)
                second = self._match_one(line)
                self._choose(second, {other: 50})
                for proposal in (second, first) if backwards else (first, second):
                    proposal.action_undo()
                self.assertOpen(invoice, 100)
                self.assertOpen(other, 50)
                self.assertLeftAlone(line)
                self.assertEqual(self._match_one(line).amount, 150)

    def _book_three_times(self, **values):
        """One transfer, booked on three customers one after the other."""
        third = self.env['res.partner'].create({'name': 'Carpet Weavers'})
        _invoice, line, first = self._accept_line(100, received=250, **values)
        proposals = [first]
        for partner, amount in ((self.other, 50), (third, 30)):
            invoice = self._create_invoice(amount, partner=partner)
            proposals.append(self._match_one(line))
            self._choose(proposals[-1], {invoice: amount})
            self.assertEqual(line.partner_id, partner)
        return line, proposals

    def test_no_customer_stays_on_the_money_in_whatever_order_it_is_undone(self):
        for order in itertools.permutations(range(3)):
            with self.subTest(order=order), self.env.cr.savepoint() as savepoint:
                line, proposals = self._book_three_times()
                for place in order:
                    proposals[place].action_undo()
                    standing = [p for p in proposals if p.state == 'accepted']
                    customers = [p.candidate_id.partner_id for p in standing]
                    self.assertEqual(
                        line.partner_id, customers[-1] if customers else self.env['res.partner']
                    )
                self.assertLeftAlone(line)
                self.assertFalse(line.line_ids.partner_id)
                self.assertFalse(self._match_one(line).receipt_partner_id)
                savepoint.rollback()

    def test_whom_people_recorded_the_money_for_stays(self):
        line, proposals = self._book_three_times(partner_id=self.other.id)
        for proposal in proposals:
            proposal.action_undo()
        self.assertEqual(line.partner_id, self.other)
        self.assertEqual(line.line_ids.partner_id, self.other)

    def test_whom_people_recorded_the_money_for_since_stays(self):
        _invoice, line, proposal = self._accept_line(100, received=150)
        liquidity = line._seek_for_lines()[0]
        line.move_id.with_context(skip_readonly_check=True).line_ids = [
            Command.update(liquidity.id, {'partner_id': self.other.id})
        ]
        self.assertEqual(line.partner_id, self.other)
        proposal.action_undo()
        self.assertEqual(line.partner_id, self.other)

    def test_no_customer_stays_on_money_that_was_taken_back_in_the_books(self):
        line, _proposals = self._book_three_times()
        line.action_undo_reconciliation()
        self.assertLeftAlone(line)
        self.assertFalse(line.partner_id)
        self.assertFalse(line.line_ids.partner_id)

    def test_a_later_night_takes_an_undone_proposal_up_again(self):
        invoice, line, proposal = self._accept_line(date=self.today - relativedelta(days=1))
        proposal.action_undo()
        again = self._match_one(line)
        self.assertEqual(again, proposal)
        self.assertEqual(again.tier, 'check')
        self.assertEqual(again.allocation_ids.move_id, invoice)
