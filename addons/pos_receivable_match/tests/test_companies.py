from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common import MatchCommon


@tagged('post_install', '-at_install')
class TestMatchCompanies(MatchCommon):
    """Branches, other companies, other currencies."""

    def test_the_bank_of_a_company_pays_the_invoices_of_its_branches(self):
        branch = self.env['res.company'].create({'name': 'Branch', 'parent_id': self.company.id})
        self.env.user.company_ids |= branch
        self.customer.with_company(branch).property_account_receivable_id = self.receivable
        invoice = self._create_invoice(
            100,
            company_id=branch.id,
            journal_id=self.company_data['default_journal_sale'].id,
        )
        line = self._receive(100, invoice.name, 'Acme Corporation')
        proposal = self._match_one(line)
        self.assertEqual(proposal.sudo().allocation_ids.move_id, invoice)
        proposal.sudo().action_accept()
        self.assertPaid(invoice)

    def test_who_does_not_work_in_a_branch_sees_and_accepts_what_is_proposed_for_it(self):
        branch = self.env['res.company'].create({'name': 'Branch', 'parent_id': self.company.id})
        self.env.user.company_ids |= branch
        self.customer.with_company(branch).property_account_receivable_id = self.receivable
        invoice, other = (
            self._create_invoice(
                amount,
                company_id=branch.id,
                journal_id=self.company_data['default_journal_sale'].id,
            )
            for amount in (100, 70)
        )
        proposal = self._match_one(self._receive(100, invoice.name, 'Acme Corporation'))
        self.assertNotIn(branch, self.accountant.company_ids)
        self.env.invalidate_all()
        [seen] = proposal.web_read(
            {
                'invoice_names': {},
                'allocation_ids': {
                    'fields': {'move_id': {'fields': {'display_name': {}}}, 'closing': {}}
                },
            }
        )
        self.assertEqual(seen['invoice_names'], invoice.name)
        # The dialog lists what the user may see; other invoices of the branch are not chosen.
        dialog = self.env['pos_receivable.match.choose'].with_user(self.accountant)
        dialog = dialog.with_context(allowed_company_ids=self.company.ids)
        values = dialog.with_context(default_proposal_id=proposal.id).default_get(['proposal_id'])
        self.assertFalse(values['line_ids'])
        with self.assertRaises(AccessError):
            self._choose(proposal, {other: 70})
        self.assertOpen(other, 70)
        proposal.action_accept()
        self.assertPaid(invoice)

    def test_accountants_of_another_company_see_nothing_of_the_matching(self):
        invoice = self._create_invoice(100)
        line = self._receive(
            100, invoice.name, 'Acme Corporation', account_number='DE89370400440532013000'
        )
        proposal = self._match_one(line)
        proposal.action_accept()
        proposal.action_undo()
        elsewhere = self.env['res.company'].create({'name': 'Elsewhere'})
        groups = ('account.group_account_manager', 'account.group_account_readonly')
        stranger = self._create_user(
            'stan',
            'Stan',
            *groups,
            company_id=elsewhere.id,
            company_ids=[Command.set(elsewhere.ids)],
        )
        for name in (
            'match.proposal', 'match.candidate', 'match.allocation', 'match.alias', 'match.account',
            'match.rejection', 'match.run', 'decision', 'mode',
        ):  # fmt: skip
            records = self.env[f'pos_receivable.{name}'].with_user(stranger)
            records = records.with_context(allowed_company_ids=elsewhere.ids)
            ours = [('company_id', '!=', elsewhere.id)]
            found = self.env[f'pos_receivable.{name}'].sudo().search(ours)
            self.assertFalse(records.search(ours), name)
            if found:
                with self.assertRaises(AccessError, msg=name):
                    records.browse(found.ids).read(['company_id'])
        for name in ('match.alias', 'match.account'):
            self.assertTrue(self.env[f'pos_receivable.{name}'].sudo().search([]))

    def test_the_invoices_of_another_company_are_not_proposed(self):
        other = self.setup_other_company()
        self.env.user.company_ids |= other['company']
        invoice = self._create_invoice(
            100,
            company_id=other['company'].id,
            journal_id=other['default_journal_sale'].id,
            invoice_line_ids=[
                Command.create(
                    {
                        'name': 'Goods',
                        'price_unit': 100,
                        'tax_ids': [],
                        'account_id': other['default_account_revenue'].id,
                    }
                )
            ],
        )
        proposal = self._match_one(self._receive(100, invoice.name, 'Acme Corporation'))
        self.assertFalse(proposal.candidate_ids)

    def _set_rate(self, rate):
        euro = self.setup_other_currency('EUR', rates=[('2020-01-01', rate)])
        journal = self._create_journal('bank', 'Euros', 'EUR1', currency_id=euro.id)
        return euro, journal

    def test_euros_pay_an_invoice_in_euros(self):
        euro, journal = self._set_rate(0.5)
        invoice = self._create_invoice(100, currency_id=euro.id)
        line = self._receive(100, invoice.name, 'Acme Corporation', journal_id=journal.id)
        proposal = self._match_one(line)
        self.assertEqual(proposal.currency_id, euro)
        before = self._read_ledger()
        proposal.action_accept()
        self.assertPaid(invoice)
        self.assertTrue(line.is_reconciled)
        proposal.action_undo()
        self.assertEqual(self._read_ledger(), before)

    def test_dollars_pay_an_invoice_in_euros_and_can_be_taken_back(self):
        euro, _journal = self._set_rate(0.5)
        self._add_account(self.customer, 'DE89370400440532013000')
        invoice = self._create_invoice(100, currency_id=euro.id)
        line = self._receive(
            200, invoice.name, 'Acme Corporation', account_number='DE89370400440532013000'
        )
        proposal = self._match_one(line)
        self.assertEqual(proposal.candidate_id.fit, 'converted')
        proposal.action_accept()
        self.assertPaid(invoice)
        proposal.action_undo()
        self.assertOpen(invoice, 100)
        self.assertLeftAlone(line)

    def test_what_is_left_of_a_payment_in_dollars_pays_an_invoice_in_euros(self):
        euro, _journal = self._set_rate(0.5)
        other = self._create_invoice(100)
        invoice = self._create_invoice(100, currency_id=euro.id)
        payment = self._pay(298, memo=invoice.name)  # 198 are left, a little less than the rate
        credit = payment._seek_for_lines()[1]
        (credit | self._get_item(other)).reconcile()
        proposal = self._match_one(payment)
        self.assertEqual(proposal.candidate_id.fit, 'converted')
        proposal.action_accept()
        self.assertPaid(invoice, other)
        self.assertEqual(credit.amount_residual, 0)
        proposal.action_undo()
        self.assertOpen(invoice, 100)
        self.assertEqual(credit.amount_residual, -198)

    def test_a_part_in_another_currency_is_left_to_people(self):
        euro, _journal = self._set_rate(0.5)
        invoice = self._create_invoice(100, currency_id=euro.id)
        line = self._receive(120, invoice.name, 'Acme Corporation')
        proposal = self._match_one(line)
        with self.assertRaisesRegex(UserError, 'currencies differ'):
            proposal.action_accept()
        self.assertLeftAlone(line)
        self.assertOpen(invoice, 100)

    def test_an_early_payment_discount_is_left_to_people(self):
        term = self.env['account.payment.term'].create(
            {
                'name': 'Discount',
                'early_discount': True,
                'discount_percentage': 2,
                'discount_days': 30,
                'line_ids': [Command.create({'value': 'percent', 'value_amount': 100})],
            }
        )
        invoice = self._create_invoice(
            100, invoice_payment_term_id=term.id, invoice_date=fields.Date.to_string(self.today)
        )
        self._set_mode('invoice_number', 'auto')
        proposal = self._match_one(self._receive(98, invoice.name, 'Acme Corporation'))
        self.assertEqual(proposal.candidate_id.fit, 'discount')
        self.assertIn('early-payment discount is left to a person', proposal.held_back_text)
        self.assertOpen(invoice, 100)
