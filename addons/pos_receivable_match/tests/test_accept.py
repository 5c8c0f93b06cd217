from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged

from ..models.booker import PosReceivableMatchBooker
from .common import MatchCommon


@tagged('post_install', '-at_install')
class TestMatchAccept(MatchCommon):
    def test_an_unlinked_payment_is_proposed_for_the_invoice_it_quotes(self):
        invoice = self._create_invoice(100)
        payment = self._pay(100, memo=f'Payment of {invoice.name}')
        proposal = self._match_one(payment)
        self.assertEqual(proposal.tier, 'certain')
        self.assertEqual(proposal.allocation_ids.move_id, invoice)
        self.assertOpen(invoice, 100)
        proposal.action_accept()
        self.assertPaid(invoice)
        self.assertEqual(proposal.state, 'accepted')
        self.assertEqual(payment.reconciled_invoice_ids, invoice)

    def test_a_payment_that_is_linked_is_the_reconciliations_business(self):
        invoice = self._create_invoice(100)
        self._pay(100, [invoice], memo=invoice.name)
        self._pay_online(50, self._create_invoice(50))
        self.assertFalse(self._match())

    def test_what_a_till_collected_or_moved_is_never_touched(self):
        invoice = self._create_invoice(100)
        self._collect({invoice: 40})
        self.session.sudo().try_cash_in_out('in', 60, invoice.name, False, {'translatedType': 'in'})
        line = self.session.sudo().statement_line_ids
        self.assertEqual(len(line), 1)
        self.assertFalse(self._match())

    def test_a_statement_line_replaces_its_suspense_line(self):
        invoice = self._create_invoice(100)
        line = self._receive(100, f'Invoice {invoice.name}', 'Acme Corporation')
        proposal = self._match_one(line)
        proposal.action_accept()
        self.assertPaid(invoice)
        self.assertTrue(line.is_reconciled)
        self.assertEqual(line.partner_id, self.customer)
        self.assertEqual(
            line.line_ids.mapped(lambda l: (l.account_id, l.balance, l.partner_id)),
            [
                (self.transfer_journal.default_account_id, 100, self.customer),
                (self.receivable, -100, self.customer),
            ],
        )

    def test_one_transfer_pays_two_invoices(self):
        first, second = self._create_invoice(100), self._create_invoice(50)
        line = self._receive(150, f'{first.name} {second.name}', 'Acme')
        self._match_one(line).action_accept()
        self.assertPaid(first, second)
        self.assertTrue(line.is_reconciled)

    def test_one_payment_pays_two_invoices(self):
        first, second = self._create_invoice(100), self._create_invoice(50)
        payment = self._pay(150, memo=f'{first.name} {second.name}')
        self._match_one(payment).action_accept()
        self.assertPaid(first, second)

    def test_a_short_payment_leaves_the_rest_open(self):
        invoice = self._create_invoice(100)
        line = self._receive(60, invoice.name, 'Acme Corporation')
        self._match_one(line).action_accept()
        self.assertOpen(invoice, 40)
        self.assertEqual(invoice.payment_state, 'partial')
        self.assertTrue(line.is_reconciled)

    def test_too_much_money_stays_on_the_suspense_account(self):
        invoice = self._create_invoice(100)
        line = self._receive(130, invoice.name, 'Acme Corporation')
        self._match_one(line).action_accept()
        self.assertPaid(invoice)
        self.assertFalse(line.is_reconciled)
        _liquidity, suspense, _others = line._seek_for_lines()
        self.assertEqual(suspense.balance, -30)

    def test_paid_meanwhile_is_refused_with_the_reason_and_nothing_written(self):
        invoice = self._create_invoice(100)
        line = self._receive(100, invoice.name, 'Acme Corporation')
        proposal = self._match_one(line)
        self._collect({invoice: 100})
        with self.assertRaisesRegex(UserError, f'{invoice.name} was paid meanwhile at'):
            proposal.action_accept()
        self.assertLeftAlone(line)
        self.assertEqual(proposal.state, 'open')

    def test_money_used_meanwhile_is_refused(self):
        invoice, other = self._create_invoice(100), self._create_invoice(70)
        payment = self._pay(100, memo=invoice.name)
        proposal = self._match_one(payment)
        (payment.move_id.line_ids | other.line_ids).filtered(
            lambda l: l.account_type == 'asset_receivable'
        ).reconcile()
        with self.assertRaisesRegex(UserError, 'used otherwise meanwhile: .*30.00 of .*100.00'):
            proposal.action_accept()
        self.assertOpen(invoice, 100)

    def test_two_people_cannot_accept_the_same(self):
        invoice = self._create_invoice(100)
        proposal = self._match_one(self._receive(100, invoice.name, 'Acme Corporation'))
        proposal.action_accept()
        with self.assertRaisesRegex(UserError, 'decided already: Accepted'):
            proposal.action_accept()
        self.assertPaid(invoice)

    def test_accepting_many_leaves_out_what_cannot_be(self):
        invoices = [self._create_invoice(100 + number) for number in range(5)]
        for invoice in invoices:
            self._receive(invoice.amount_total, invoice.name, 'Acme Corporation')
        proposals = self._match()
        self._collect({invoices[2]: 102})
        answer = proposals.action_accept()
        self.assertPaid(*invoices)
        self.assertIn('4 of 5 proposals were accepted', answer['params']['message'])
        self.assertIn('was paid meanwhile', answer['params']['message'])
        self.assertEqual(len(proposals.filtered(lambda p: p.state == 'open')), 1)

    def test_accepting_many_says_which_were_decided_already(self):
        invoices = [self._create_invoice(100), self._create_invoice(70)]
        for invoice in invoices:
            self._receive(invoice.amount_total, invoice.name, 'Acme Corporation')
        proposals = self._match()
        proposals[0].action_accept()
        answer = proposals.action_accept()['params']
        self.assertIn('1 of 2 proposals were accepted', answer['message'])
        self.assertIn(f'{proposals[0].display_name}: This has been decided', answer['message'])
        self.assertEqual(answer['type'], 'warning')

    def test_what_nobody_foresaw_is_logged_and_the_others_are_accepted(self):
        invoices = [self._create_invoice(100), self._create_invoice(70)]
        lines = [
            self._receive(invoice.amount_total, invoice.name, 'Acme Corporation')
            for invoice in invoices
        ]
        proposals = self._match()
        book = PosReceivableMatchBooker._book

        def stumble(booker, proposal, candidate):
            if proposal.statement_line_id == lines[0]:
                raise KeyError('secret detail')
            return book(booker, proposal, candidate)

        with (
            patch.object(PosReceivableMatchBooker, '_book', stumble),
            self.assertLogs('odoo.addons.pos_receivable_match', 'ERROR') as log,
        ):
            message = proposals.action_accept()['params']['message']
        self.assertIn('secret detail', log.output[0])
        self.assertIn('1 of 2 proposals were accepted', message)
        self.assertNotIn('secret detail', message)
        self.assertOpen(invoices[0], 100)
        self.assertLeftAlone(lines[0])
        self.assertPaid(invoices[1])

    # -------------------------------------------------------------------------
    # Undo
    # -------------------------------------------------------------------------

    def assertUndone(self, proposal):
        before = self._read_ledger()
        proposal.action_accept()
        self.assertNotEqual(self._read_ledger(), before)
        proposal.action_undo()
        self.assertEqual(self._read_ledger(), before)
        self.assertEqual(proposal.state, 'open')
        self.assertEqual(self._get_decisions(proposal).mapped('action'), ['accept', 'undo'])

    def test_undoing_restores_a_statement_line_and_the_invoices(self):
        first, second = self._create_invoice(100), self._create_invoice(50)
        line = self._receive(150, f'{first.name} {second.name}', 'Acme')
        self.assertUndone(self._match_one(line))
        self.assertLeftAlone(line)
        self.assertFalse(line.partner_id)

    def test_undoing_restores_a_payment(self):
        invoice = self._create_invoice(100)
        payment = self._pay(60, memo=invoice.name)
        self.assertUndone(self._match_one(payment))

    def test_undoing_the_first_of_two_bookings_keeps_the_second(self):
        first, second = self._create_invoice(100), self._create_invoice(80, partner=self.other)
        line = self._receive(150, first.name, 'Acme Corporation')
        earlier = self._match_one(line)
        earlier.action_accept()
        later = self._match_one(line)
        self.assertEqual(later.amount, 50)
        self._choose(later, {second: 50})
        self.assertPaid(first)
        self.assertOpen(second, 30)
        earlier.action_undo()
        self.assertOpen(first, 100)
        self.assertOpen(second, 30)
        self.assertEqual(line._seek_for_lines()[1].balance, -100)

    def test_what_was_changed_since_is_not_undone(self):
        invoice = self._create_invoice(100)
        line = self._receive(100, invoice.name, 'Acme Corporation')
        proposal = self._match_one(line)
        proposal.action_accept()
        line.action_undo_reconciliation()
        with self.assertRaisesRegex(UserError, 'cannot be undone'):
            proposal.action_undo()
        self.assertOpen(invoice, 100)
