from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import MatchCommon

IBAN = 'DE89370400440532013000'


@tagged('post_install', '-at_install')
class TestMatchAttacks(MatchCommon):
    """What has led the matching astray, or tried to."""

    def _get_proposal(self, line):
        return self.env['pos_receivable.match.proposal'].search(
            [('statement_line_id', '=', line.id)], order='id desc', limit=1
        )

    # -------------------------------------------------------------------------
    # Size
    # -------------------------------------------------------------------------

    def test_of_endless_texts_the_beginning_is_read(self):
        invoice = self._create_invoice(100)
        endless = '.111' * 50_000
        line = self._receive(
            100,
            f'{invoice.name} 1{endless}',
            f'Acme Corporation {endless}',
            account_number=f'DE1{endless}',
            ref=f'1{endless}',
            narration=f'<p>1{endless}</p>',
        )
        proposal = self._match_one(line)
        self.assertEqual(proposal.invoice_names, invoice.name)
        self.assertLessEqual(len(proposal.text), 2000)
        for name in ('payer_name', 'payer_account', 'reference'):
            self.assertLessEqual(len(proposal[name]), 200, name)

    # -------------------------------------------------------------------------
    # Money that is registered as a payment already
    # -------------------------------------------------------------------------

    def test_what_a_till_took_by_transfer_is_not_booked_again(self):
        self._set_mode('invoice_number', 'auto')
        self._add_account(self.customer, IBAN)
        invoice = self._create_invoice(200)
        payment, _answer = self._collect({invoice: 100}, journal=self.transfer_journal)
        line = self._receive(100, invoice.name, 'Acme Corporation', account_number=IBAN)
        proposal = self._match_one(line)
        self.assertOpen(invoice, 100)
        self.assertLeftAlone(line)
        self.assertEqual(proposal.tier, 'check')
        self.assertIn(f'seems to be {payment.name}', proposal.held_back_text)
        self.assertEqual(proposal.invoice_names, payment.name)
        self.assertIn(f'{payment.name} over just this amount', proposal.candidate_id.explanation)
        before = self._read_ledger()
        proposal.action_accept()
        self.assertOpen(invoice, 100)
        self.assertTrue(line.is_reconciled)
        self.assertTrue(payment.is_matched)
        self.assertEqual(self._get_balance(payment.outstanding_account_id), 0)
        proposal.action_undo()
        self.assertEqual(self._read_ledger(), before)
        self.assertLeftAlone(line)
        self.assertFalse(payment.is_matched)

    def test_next_months_invoice_is_not_paid_with_money_that_is_registered(self):
        for capability in ('invoice_number', 'account_amount'):
            self._set_mode(capability, 'auto')
        self._add_account(self.customer, IBAN)
        paid = self._create_invoice(123.45)
        self.env['account.payment.register'].with_context(
            active_model='account.move', active_ids=paid.ids
        ).create({'journal_id': self.transfer_journal.id}).action_create_payments()
        later = self._create_invoice(123.45)
        line = self._receive(123.45, '', 'Acme Corporation', account_number=IBAN)
        proposal = self._match_one(line)
        self.assertOpen(later, 123.45)
        self.assertLeftAlone(line)
        self.assertIn('waits for its bank line', proposal.held_back_text)
        proposal.action_accept()
        self.assertOpen(later, 123.45)
        self.assertTrue(paid.matched_payment_ids.is_matched)

    def test_the_invoice_in_the_text_is_what_was_registered(self):
        paid = self._create_invoice(100)
        payment, _answer = self._collect({paid: 100}, journal=self.transfer_journal)
        self._create_invoice(70)
        proposal = self._match_one(self._receive(100, paid.name, 'Somebody Else'))
        self.assertEqual(proposal.invoice_names, payment.name)

    def test_a_payment_does_not_wait_for_another_payment(self):
        paid = self._create_invoice(100)
        self._collect({paid: 100}, journal=self.transfer_journal)
        proposal = self._match_one(self._pay(100, memo=paid.name))
        self.assertFalse(proposal.candidate_ids)

    def test_a_payment_of_two_invoices_is_proposed_once_and_only_once(self):
        paid = self._create_invoice(60), self._create_invoice(40)
        payment, _answer = self._collect(dict.fromkeys(paid, 40), journal=self.transfer_journal)
        later = self._create_invoice(80)
        lines = [self._receive(80, '', 'Acme Corporation') for _line in range(2)]
        proposals = self._match()
        proposals = [
            proposals.filtered(lambda p, line=line: p.statement_line_id == line) for line in lines
        ]
        self.assertEqual(
            [proposal.invoice_names for proposal in proposals], [payment.name, later.name]
        )
        # Not before it is known to be other money.
        with self.assertRaisesRegex(UserError, 'waits for its bank line'):
            proposals[1].action_accept()
        for proposal in proposals:
            proposal.action_accept()
        self.assertPaid(later)
        self.assertTrue(payment.is_matched)

    def test_a_payment_cancelled_meanwhile_is_not_what_came(self):
        invoice = self._create_invoice(200)
        payment = self._pay(100)
        proposal = self._match_one(self._receive(100, '', 'Acme Corporation'))
        self.assertEqual(proposal.invoice_names, payment.name)
        payment.action_draft()
        with self.assertRaisesRegex(UserError, 'does not exist|does not wait for money'):
            proposal.action_accept()
        self.assertOpen(invoice, 200)

    def test_another_customers_or_amounts_payment_holds_nothing_back(self):
        self._set_mode('invoice_number', 'auto')
        invoice = self._create_invoice(100)
        self._pay(100, partner=self.other)
        self._pay(99)
        self._pay(100, payment_type='outbound')
        self._receive(100, invoice.name, 'Acme Corporation')
        self._match()
        self.assertPaid(invoice)

    def test_a_payment_that_met_its_bank_line_holds_nothing_back(self):
        self._set_mode('invoice_number', 'auto')
        payment = self._pay(100)
        entry = self.env['account.move'].create(
            {
                'journal_id': self.company_data['default_journal_misc'].id,
                'line_ids': [
                    (0, 0, {'account_id': account.id, 'balance': balance})
                    for account, balance in (
                        (payment.outstanding_account_id, -100),
                        (self.company_data['default_account_expense'], 100),
                    )
                ],
            }
        )
        entry.action_post()
        (payment.move_id | entry).line_ids.filtered(
            lambda item: item.account_id == payment.outstanding_account_id
        ).reconcile()
        self.assertEqual(payment.state, 'paid')
        invoice = self._create_invoice(100)
        self._receive(100, invoice.name, 'Acme Corporation')
        self._match()
        self.assertPaid(invoice)

    def test_registered_after_the_night_it_is_not_accepted_but_can_be_chosen(self):
        invoice = self._create_invoice(200)
        line = self._receive(100, invoice.name, 'Acme Corporation')
        proposal = self._match_one(line)
        payment = self._pay(100)
        with self.assertRaisesRegex(UserError, f'{payment.name} over .* is registered for Acme'):
            proposal.action_accept()
        self.assertLeftAlone(line)
        self._choose(proposal, {invoice: 100})
        self.assertOpen(invoice, 100)
        self.assertTrue(line.is_reconciled)
