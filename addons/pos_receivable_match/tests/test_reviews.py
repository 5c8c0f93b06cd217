from odoo.exceptions import ValidationError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import SQL

from .common import MatchCommon


@tagged('post_install', '-at_install')
class TestMatchReviews(MatchCommon):
    """What proves a rule, and every way in which somebody, or chance, might make it look better."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        modes = cls.env['pos_receivable.mode'].sudo()
        modes._ensure(cls.company)
        cls.mode = modes.search(
            [('company_id', '=', cls.company.id), ('capability', '=', 'invoice_number')]
        )

    def assertCounts(self, reviewed, right, together=0):
        self.mode._forget_precision()
        self.assertEqual(
            (self.mode.reviewed_count, self.mode.right_count, self.mode.together_count),
            (reviewed, right, together),
        )

    def _propose(self, amount=100, received=None):
        """An invoice, its bank transaction and what is certain of both."""
        invoice = self._create_invoice(amount)
        line = self._receive(received or amount, invoice.name, 'Acme Corporation')
        proposal = self._match_one(line)
        self.assertEqual((proposal.tier, proposal.capability), ('certain', 'invoice_number'))
        return invoice, line, proposal

    def _propose_payment(self, amount=100):
        invoice = self._create_invoice(amount)
        payment = self._pay(amount, memo=invoice.name)
        return invoice, payment, self._match_one(payment)

    def _book_by_hand(self, line, account, item=None, amount=None):
        """Book the money, or a part of it, as an accountant does on the entry itself."""
        _liquidity, suspense, _others = line._seek_for_lines()
        amount = amount or -suspense.balance
        rest = suspense.balance + amount
        partner = item and item.partner_id.id
        commands = [
            Command.create({'account_id': account.id, 'balance': -amount, 'partner_id': partner}),
            Command.update(suspense.id, {'balance': rest}) if rest else Command.delete(suspense.id),
        ]
        known = line.line_ids
        line.move_id.with_context(force_delete=True, skip_readonly_check=True).write(
            {'line_ids': commands}
        )
        if item:
            ((line.line_ids - known) | item).reconcile()

    # -------------------------------------------------------------------------
    # One receipt is one review
    # -------------------------------------------------------------------------

    def test_accepted_it_is_right_once(self):
        _invoice, _line, proposal = self._propose()
        self.assertCounts(0, 0)
        proposal.action_accept()
        self.assertCounts(1, 1)

    def test_rounds_of_accepting_and_undoing_are_one_wrong_review(self):
        _invoice, _line, proposal = self._propose()
        for _round in range(3):
            proposal.action_accept()
            proposal.action_undo()
        self.assertCounts(1, 0)
        proposal.action_accept()
        self.assertCounts(1, 0)

    def test_rounds_through_the_books_are_one_wrong_review(self):
        _invoice, line, proposal = self._propose()
        for _round in range(3):
            proposal.action_accept()
            line.action_undo_reconciliation()
            # As certain as ever, once nobody remembers that it was rejected.
            self.env['pos_receivable.match.rejection'].sudo().search([]).unlink()
            proposal = self._match_one(line)
            self.assertEqual(proposal.tier, 'certain')
        proposal.action_accept()
        self.assertCounts(1, 0)

    def test_money_proposed_in_pieces_is_one_review(self):
        first = self._create_invoice(100)
        line = self._receive(150, first.name, 'Acme Corporation')
        self._choose(self._match_one(line), {first: 100})
        second = self._create_invoice(50)
        # However many certain proposals one receipt has had.
        decisions = self.env['pos_receivable.decision'].sudo()
        decisions.create(
            [
                {
                    'user_id': self.accountant.id,
                    'company_id': self.company.id,
                    'subject_id': -number,
                    'case_key': f'statement {line.id}',
                    'action': 'accept',
                    'capability': 'invoice_number',
                    'is_certain': True,
                }
                for number in range(1, 120)
            ]
        )
        self.assertCounts(1, 1)
        self.assertOpen(second, 50)

    # -------------------------------------------------------------------------
    # Right only while its booking stands
    # -------------------------------------------------------------------------

    def test_an_acceptance_taken_back_in_the_books_is_wrong(self):
        invoice, _line, proposal = self._propose()
        proposal.action_accept()
        invoice.js_remove_outstanding_partial(self._get_item(invoice).matched_credit_ids.id)
        self.assertCounts(1, 0)

    def test_a_cancelled_invoice_makes_its_acceptance_wrong(self):
        invoice, _payment, proposal = self._propose_payment()
        proposal.action_accept()
        self.assertCounts(1, 1)
        invoice.button_cancel()
        self.assertCounts(1, 0)

    def test_a_booking_that_is_gone_unseen_is_wrong_all_the_same(self):
        for together in (False, True):
            with self.subTest(together=together), self.env.cr.savepoint() as savepoint:
                invoice, _line, proposal = self._propose()
                if together:
                    self._propose(70)
                    proposal = proposal.search([('state', '=', 'open')]).with_user(self.accountant)
                proposal.action_accept()
                self.env.flush_all()
                partial = self._get_item(invoice).matched_credit_ids
                self.env.cr.execute(
                    SQL("DELETE FROM account_partial_reconcile WHERE id = %s", partial.id)
                )
                self.env.invalidate_all()
                self.assertCounts(1, 0, together=int(together))
                savepoint.rollback()

    # -------------------------------------------------------------------------
    # Wrong when its money went elsewhere
    # -------------------------------------------------------------------------

    def test_money_booked_on_another_invoice_by_hand_makes_it_wrong(self):
        invoice, line, proposal = self._propose()
        other = self._create_invoice(100, partner=self.other)
        self._book_by_hand(line, self.receivable, self._get_item(other))
        self._match()
        self.assertEqual(proposal.state, 'obsolete')
        self.assertOpen(invoice, 100)
        self.assertCounts(1, 0)
        self.assertEqual(self._get_decisions(proposal).mapped('action'), ['elsewhere'])

    def test_money_booked_as_something_else_makes_it_wrong(self):
        _invoice, line, _proposal = self._propose()
        self._book_by_hand(line, self.company_data['default_account_revenue'])
        self._match()
        self.assertCounts(1, 0)

    def test_a_part_booked_elsewhere_makes_it_wrong(self):
        _invoice, line, _proposal = self._propose()
        other = self._create_invoice(60, partner=self.other)
        self._book_by_hand(line, self.receivable, self._get_item(other), amount=60)
        self._match()
        self.assertCounts(1, 0)

    def test_a_payment_used_for_another_invoice_makes_it_wrong(self):
        _invoice, payment, _proposal = self._propose_payment()
        other = self._create_invoice(100)
        (payment._seek_for_lines()[1] | self._get_item(other)).reconcile()
        self._match()
        self.assertCounts(1, 0)

    def test_automatic_is_lost_when_money_goes_elsewhere(self):
        _invoice, line, _proposal = self._propose()
        self._set_mode('invoice_number', 'auto')
        self._review('invoice_number', 6, 'reject')
        self._book_by_hand(line, self.company_data['default_account_revenue'])
        self._match()
        self.assertEqual(self.mode.mode, 'assist')

    def test_the_same_booked_by_hand_is_no_review(self):
        invoice, line, proposal = self._propose()
        self._book_by_hand(line, self.receivable, self._get_item(invoice))
        other, payment, _proposal = self._propose_payment(70)
        (payment._seek_for_lines()[1] | self._get_item(other)).reconcile()
        self._match()
        self.assertEqual(proposal.state, 'obsolete')
        self.assertPaid(invoice, other)
        self.assertCounts(0, 0)

    def test_the_rest_booked_by_hand_as_proposed_is_no_review(self):
        first, second = self._create_invoice(100), self._create_invoice(50)
        payment = self._pay(150, memo=second.name)
        self._choose(self._match_one(payment), {first: 100})
        rest = self._match_one(payment)
        self.assertEqual((rest.amount, rest.tier), (50, 'certain'))
        (payment._seek_for_lines()[1] | self._get_item(second)).reconcile()
        self._match()
        self.assertEqual(rest.state, 'obsolete')
        self.assertCounts(0, 0)

    def test_money_that_waits_for_the_customer_or_never_came_is_no_review(self):
        invoice, line, _proposal = self._propose()
        _liquidity, suspense, _others = line._seek_for_lines()
        line.move_id.with_context(skip_readonly_check=True).write(
            {
                'line_ids': [
                    Command.update(
                        suspense.id,
                        {'account_id': self.receivable.id, 'partner_id': self.customer.id},
                    )
                ]
            }
        )
        _other, payment, _proposal = self._propose_payment(70)
        payment.action_draft()
        payment.action_cancel()
        self._match()
        self.assertOpen(invoice, 100)
        self.assertCounts(0, 0)

    # -------------------------------------------------------------------------
    # At one click
    # -------------------------------------------------------------------------

    def test_what_is_accepted_together_proves_nothing(self):
        self.env['ir.config_parameter'].set_param('pos_receivable.reviews', 3)
        self.env['ir.config_parameter'].set_param('pos_receivable.precision', 50)
        for number in range(9):
            self._propose(100 + number)
        proposals = self.env['pos_receivable.match.proposal'].search([('state', '=', 'open')])
        proposals[1:6].with_user(self.accountant).action_accept()
        self.assertCounts(0, 0, together=5)
        with self.assertRaises(ValidationError) as refusal:
            self.mode.mode = 'auto'
        self.assertIn('5 more were accepted together', refusal.exception.args[0])
        for proposal in proposals[6:]:
            proposal.with_user(self.accountant).action_accept()
        self.assertCounts(3, 3, together=5)

    def test_what_is_accepted_together_and_undone_is_wrong(self):
        _invoice, _line, first = self._propose()
        _invoice, _line, second = self._propose(70)
        (first | second).action_accept()
        self.assertCounts(0, 0, together=2)
        first.action_undo()
        self.assertCounts(1, 0, together=1)

    def test_what_is_accepted_together_pushes_nothing_out(self):
        self._review('invoice_number', 4, 'reject')
        self.env['pos_receivable.decision'].sudo().create(
            [
                {
                    'user_id': self.accountant.id,
                    'company_id': self.company.id,
                    'subject_id': -9000 - number,
                    'action': 'accept',
                    'is_together': True,
                    'capability': 'invoice_number',
                    'is_certain': True,
                }
                for number in range(1100)
            ]
        )
        self.assertCounts(4, 0, together=1000)

    # -------------------------------------------------------------------------
    # Nobody looked at it
    # -------------------------------------------------------------------------

    def test_what_was_booked_automatically_is_no_review_unless_it_is_taken_back(self):
        self._set_mode('invoice_number', 'auto')
        reviewed = self.mode.reviewed_count
        invoice = self._create_invoice(100)
        line = self._receive(100, invoice.name, 'Acme Corporation')
        self._match()
        self.assertPaid(invoice)
        self.assertCounts(reviewed, reviewed)
        line.action_undo_reconciliation()
        self.assertCounts(reviewed + 1, reviewed)
