from odoo.fields import Command
from odoo.tests import tagged

from .common import MatchCommon

IBAN = 'DE89370400440532013000'


@tagged('post_install', '-at_install')
class TestMatchAccounts(MatchCommon):
    """Whose account it is that money comes from: what people entered, and what accepting taught."""

    def _receive_from(self, account, amount, text='', payer='', **values):
        return self._receive(amount, text, payer, account_number=account, **values)

    def _accept_from(self, account, payer, partner=None, amount=100):
        """A transfer that quotes its invoice, accepted in the queue."""
        invoice = self._create_invoice(amount, partner=partner or self.customer)
        proposal = self._match_one(self._receive_from(account, amount, invoice.name, payer))
        proposal.action_accept()
        self.assertPaid(invoice)
        return proposal

    def assertNotBooked(self, line, invoice):
        """Automatic as everything is, people have to decide on it."""
        for capability in ('account_amount', 'account_sum'):
            self._set_mode(capability, 'auto')
        proposal = self._match_one(line)
        self.assertOpen(invoice, invoice.amount_total)
        self.assertLeftAlone(line)
        self.assertNotEqual(proposal.tier, 'certain')
        return proposal

    def assertBooked(self, line, invoice):
        self._set_mode('account_amount', 'auto')
        self._match()
        self.assertPaid(invoice)
        self.assertTrue(line.is_reconciled)

    # -------------------------------------------------------------------------
    # What is learned
    # -------------------------------------------------------------------------

    def test_a_providers_account_does_not_become_a_customers(self):
        for payer in ('PayPal Europe', '', 'Tax Adviser Smith'):
            with self.subTest(payer=payer), self.env.cr.savepoint() as savepoint:
                self._accept_from(IBAN, payer)
                self.assertFalse(self.customer.bank_ids)
                invoice = self._create_invoice(66.6)
                self.assertNotBooked(self._receive_from(IBAN, 66.6, payer=payer), invoice)
                savepoint.rollback()

    def test_the_customers_own_account_is_learned_and_opens_the_gate(self):
        self._accept_from(IBAN, 'ACME CORP.')
        self.assertEqual(self.customer.bank_ids.sanitized_acc_number, IBAN)
        invoice = self._create_invoice(66.6)
        self.assertBooked(self._receive_from(IBAN, 66.6, payer='Acme Corporation'), invoice)

    def test_a_learned_account_without_a_name_is_known(self):
        self._accept_from(IBAN, 'Acme Corporation')
        invoice = self._create_invoice(66.6)
        self.assertBooked(self._receive_from(IBAN, 66.6), invoice)

    def test_a_learned_account_under_another_name_is_held_back(self):
        """A provider that once wrote the name of the one it paid for."""
        self._accept_from(IBAN, 'Acme Corporation')
        for payer in ('Bright Builders', 'Payments Ltd'):
            with self.subTest(payer=payer), self.env.cr.savepoint() as savepoint:
                invoice = self._create_invoice(66.6)
                line = self._receive_from(IBAN, 66.6, payer=payer)
                proposal = self.assertNotBooked(line, invoice)
                self.assertIn('somebody other than the customer', proposal.held_back_text)
                savepoint.rollback()

    # -------------------------------------------------------------------------
    # What is forgotten
    # -------------------------------------------------------------------------

    def _get_banks(self):
        return self.customer.with_context(active_test=False).bank_ids

    def test_what_was_forgotten_can_be_learned_again(self):
        proposal = self._accept_from(IBAN, 'Acme Corporation')
        bank = self._get_banks()
        for _time in range(2):
            proposal.action_undo()
            self.assertFalse(bank.active)
            proposal.action_accept()
            self.assertTrue(bank.active)
        self.assertEqual(self._get_banks(), bank)
        invoice = self._create_invoice(66.6)
        self.assertBooked(self._receive_from(IBAN, 66.6), invoice)

    def test_what_people_archived_is_not_learned_again(self):
        first = self._accept_from(IBAN, 'Acme Corporation')
        bank = self._get_banks()
        bank.action_archive()
        proposal = self._accept_from(IBAN, 'Acme Corporation', amount=70)
        self.assertFalse(bank.active)
        proposal.action_undo()
        first.action_undo()
        proposal.action_accept()
        self.assertFalse(bank.active)
        invoice = self._create_invoice(66.6)
        self.assertNotBooked(self._receive_from(IBAN, 66.6), invoice)

    def test_what_people_entered_and_archived_stays_so(self):
        self._add_account(self.customer, IBAN)
        bank = self._get_banks()
        bank.action_archive()
        self._accept_from(IBAN, 'Acme Corporation').action_undo()
        self.assertFalse(bank.active)
        self.assertFalse(self.env['pos_receivable.match.account'].search([]))

    def test_what_people_entered_is_not_archived(self):
        self._add_account(self.customer, IBAN)
        self._accept_from(IBAN, 'Acme Corporation').action_undo()
        self.assertTrue(self._get_banks().active)

    def test_an_account_trusted_since_is_kept_and_counts(self):
        proposal = self._accept_from(IBAN, 'Acme Corporation')
        bank = self._get_banks()
        bank.sudo().allow_out_payment = True
        proposal.action_undo()
        self.assertTrue(bank.active)
        invoice = self._create_invoice(66.6)
        self.assertBooked(self._receive_from(IBAN, 66.6), invoice)

    def test_an_account_used_since_is_kept_and_proves_nothing(self):
        uses = {
            'refund': lambda bank: self._create_invoice(
                5, move_type='out_refund', partner_bank_id=bank.id
            ),
            'payment': lambda bank: self._pay(
                5, payment_type='outbound', partner_bank_id=bank.id, post=False
            ),
        }
        for name, use in uses.items():
            with self.subTest(use=name), self.env.cr.savepoint() as savepoint:
                proposal = self._accept_from(IBAN, 'Acme Corporation')
                use(self._get_banks())
                proposal.action_undo()
                self.assertTrue(self._get_banks().active)
                invoice = self._create_invoice(66.6)
                self.assertNotBooked(self._receive_from(IBAN, 66.6), invoice)
                savepoint.rollback()

    # -------------------------------------------------------------------------
    # Used for several
    # -------------------------------------------------------------------------

    def test_an_account_that_paid_for_several_is_no_hard_signal(self):
        self._accept_from(IBAN, 'Acme Corporation')
        self._accept_from(IBAN.lower(), 'Acme Corporation', partner=self.other)
        invoice = self._create_invoice(66.6)
        line = self._receive_from(f'{IBAN[:4]} {IBAN[4:]}', 66.6, payer='Acme Corporation')
        proposal = self.assertNotBooked(line, invoice)
        self.assertIn('used by several customers', proposal.candidate_id.explanation)

    def test_nor_is_one_that_people_entered(self):
        self._add_account(self.customer, IBAN)
        self._accept_from(IBAN, 'Bright Builders', partner=self.other)
        invoice = self._create_invoice(66.6)
        self.assertNotBooked(self._receive_from(IBAN, 66.6), invoice)

    def test_nor_is_one_that_paid_for_two_at_once(self):
        self._add_account(self.customer, IBAN)
        first, second = self._create_invoice(100), self._create_invoice(50, partner=self.other)
        line = self._receive_from(IBAN, 150, f'{first.name} {second.name}', 'Factoring Bank')
        self._choose(self._match_one(line), {first: 100, second: 50})
        invoice = self._create_invoice(66.6)
        self.assertNotBooked(self._receive_from(IBAN, 66.6), invoice)

    def test_what_was_undone_does_not_count(self):
        self._add_account(self.customer, IBAN)
        self._accept_from(IBAN, 'Bright Builders', partner=self.other).action_undo()
        invoice = self._create_invoice(66.6)
        self.assertBooked(self._receive_from(IBAN, 66.6), invoice)

    # -------------------------------------------------------------------------
    # Somebody else's name
    # -------------------------------------------------------------------------

    def test_another_customers_name_is_held_back(self):
        self._add_account(self.customer, IBAN)
        invoice, _other = self._create_invoice(66.6), self._create_invoice(5, partner=self.other)
        proposal = self.assertNotBooked(
            self._receive_from(IBAN, 66.6, payer='Bright Builders'), invoice
        )
        self.assertIn('somebody other than the customer', proposal.held_back_text)

    def test_a_name_that_paid_for_another_customer_is_held_back(self):
        invoice = self._create_invoice(5, partner=self.other)
        self._match_one(self._receive(5, invoice.name, 'White Label Holdings')).action_accept()
        self._add_account(self.customer, IBAN)
        invoice = self._create_invoice(66.6)
        self.assertNotBooked(self._receive_from(IBAN, 66.6, payer='White Label Holdings'), invoice)

    # -------------------------------------------------------------------------
    # Companies
    # -------------------------------------------------------------------------

    def _set_up_elsewhere(self):
        other = self.setup_other_company()
        company = other['company']
        self.env.user.company_ids |= company
        env = self.env(context={**self.env.context, 'allowed_company_ids': company.ids})
        journal = env['account.journal'].create(
            {'name': 'Bank', 'code': 'BNK9', 'type': 'bank', 'company_id': company.id}
        )
        return company, other, journal

    def _create_invoice_elsewhere(self, other, amount):
        return self._create_invoice(
            amount,
            company_id=other['company'].id,
            journal_id=other['default_journal_sale'].id,
            invoice_line_ids=[
                Command.create(
                    {
                        'name': 'Goods',
                        'price_unit': amount,
                        'tax_ids': [],
                        'account_id': other['default_account_revenue'].id,
                    }
                )
            ],
        )

    def test_what_one_company_learned_does_not_open_anothers_gate(self):
        self._accept_from(IBAN, 'Acme Corporation')
        company, other, journal = self._set_up_elsewhere()
        modes = self.env['pos_receivable.mode'].sudo()
        modes._ensure(company)
        mode = modes.search(
            [('company_id', '=', company.id), ('capability', '=', 'account_amount')]
        )
        self.env['pos_receivable.decision'].sudo().create(
            [
                {
                    'user_id': self.accountant.id,
                    'company_id': company.id,
                    'subject_id': -9000 - number,
                    'action': 'accept',
                    'capability': 'account_amount',
                    'is_certain': True,
                }
                for number in range(300)
            ]
        )
        mode.mode = 'auto'
        proposals = self.env['pos_receivable.match.proposal'].sudo()
        booked = []
        for amount in (66.6, 77.7):
            invoice = self._create_invoice_elsewhere(other, amount)
            line = self._receive_from(IBAN, amount, payer='Acme Corporation', journal_id=journal.id)
            self._match(company)
            booked.append(invoice.payment_state == 'paid')
            proposal = proposals.search([('statement_line_id', '=', line.id)])
            if proposal.state == 'open':
                self.assertNotIn('belongs to this customer', proposal.candidate_id.explanation)
                proposal.action_accept()
                self.assertPaid(invoice)
        # Confirmed there, it counts there.
        self.assertEqual(booked, [False, True])
