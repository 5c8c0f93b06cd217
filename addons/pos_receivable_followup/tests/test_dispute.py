from datetime import timedelta

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common import FollowupCommon


@tagged('post_install', '-at_install')
class TestDispute(FollowupCommon):
    """What is disputed is not chased, the rest is; and how it ends is booked to the cent."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.tax = cls.company_data['default_tax_sale']
        cls.tax.amount = 20.0
        cls.invoice = cls._create_invoice(
            due_in=-40,
            invoice_line_ids=[
                Command.create(
                    {'name': 'Loaves', 'quantity': 4, 'price_unit': 10.0, 'tax_ids': cls.tax.ids}
                ),
                Command.create(
                    {'name': 'Delivery', 'quantity': 1, 'price_unit': 15.0, 'tax_ids': cls.tax.ids}
                ),
            ],
        )
        cls.hooks = cls.env['pos_receivable.customer.hooks']

    def _get_receivables(self, invoice):
        items = invoice.line_ids.filtered(lambda line: line.account_id == self.receivable)
        return items.sorted('date_maturity')

    def test_what_is_disputed_is_not_chased_and_the_rest_is(self):
        self._dispute(self.invoice, 12.0)
        case = self._find_case()
        self.assertEqual((case.overdue, case.disputed), (54.0, 12.0))
        self.assertEqual(self.invoice.payment_state, 'not_paid')

    def test_the_latest_instalments_are_disputed_whichever_are_asked_for(self):
        invoice = self._create_invoice(
            100.0,
            invoice_date=self.today - timedelta(days=70),
            invoice_payment_term_id=self._create_instalments().id,
        )
        self._dispute(invoice, 80.0)
        first, second = self._get_receivables(invoice)
        both = {first.id: 10.0, second.id: 70.0}
        self.assertEqual(self.hooks._get_disputed(invoice.line_ids), both)
        self.assertEqual(self.hooks._get_disputed(first), {first.id: 10.0})
        self.assertEqual(self.hooks._get_disputed(second), {second.id: 70.0})

    def test_no_more_is_disputed_than_is_open(self):
        self._dispute(self.invoice, 60.0)
        self._collect({self.invoice: 30.0})
        [item] = self._get_receivables(self.invoice)
        self.assertEqual(self.hooks._get_disputed(item), {item.id: 36.0})
        self._refresh()
        case = self._find_case()
        self.assertEqual((case.overdue, case.disputed), (0.0, 36.0))

    def test_more_than_is_open_cannot_be_disputed(self):
        case = self._open_case()
        with self.assertRaisesRegex(UserError, 'Only .*66.00 is open'):
            case.open_dispute(self.invoice.id, 66.01, self.reason.id)
        dispute = self._dispute(self.invoice, 66.0)
        with self.assertRaisesRegex(UserError, 'is open'):
            dispute.amount = 70.0
        with self.assertRaisesRegex(UserError, 'open dispute of'):
            case.open_dispute(self.invoice.id, 1.0, self.reason.id)

    def test_anothers_invoice_cannot_be_disputed(self):
        other = self._create_invoice(5.0, partner=self.other_customer)
        with self.assertRaisesRegex(UserError, "customer's open invoices"):
            self._open_case().open_dispute(other.id, 5.0, self.reason.id)

    def test_a_foreign_dispute_is_in_the_invoices_currency(self):
        invoice = self._create_invoice(100.0, due_in=-9, currency_id=self.euro.id)
        dispute = self._dispute(invoice, 25.0)
        self.assertEqual(dispute.currency_id, self.euro)
        [item] = self._get_receivables(invoice)
        share = self.company.currency_id.round(item.amount_residual / 4)
        self.assertEqual(self.hooks._get_disputed(item), {item.id: share})

    def test_what_is_paid_is_disputed_no_longer(self):
        dispute = self._dispute(self.invoice, 12.0)
        self._collect({self.invoice: 66.0})
        self._refresh()
        self.assertEqual((dispute.state, dispute.resolution), ('resolved', 'paid'))

    def test_a_draft_invoice_is_waited_for_and_a_cancelled_one_is_not(self):
        dispute = self._dispute(self.invoice, 12.0)
        self.invoice.button_draft()
        self._refresh()
        self.assertEqual(dispute.state, 'open')
        self.assertEqual(self.hooks._get_disputed(self.invoice.line_ids), {})
        self.invoice.button_cancel()
        self._refresh()
        self.assertEqual((dispute.state, dispute.resolution), ('resolved', 'paid'))

    def test_a_rejected_dispute_is_chased_again(self):
        dispute = self._dispute(self.invoice, 12.0)
        dispute.action_reject()
        self.assertEqual((dispute.state, dispute.resolution), ('rejected', 'rejected'))
        self.assertEqual(self._find_case().overdue, 66.0)
        with self.assertRaisesRegex(UserError, 'closed'):
            dispute.action_reject()

    def test_hints_say_what_comes_to_exactly_the_amount(self):
        dispute = self._dispute(self.invoice, 24.0)
        [hint] = dispute.get_hints()
        self.assertEqual(hint['sentence'], "2 of “Loaves” come to exactly this.")
        self.assertEqual(hint['line_ids'], self.invoice.invoice_line_ids[0].ids)
        dispute.amount = 23.0
        self.assertEqual(dispute.get_hints(), [])

    def test_a_credit_note_has_the_hinted_line_and_its_taxes_and_is_a_draft(self):
        dispute = self._dispute(self.invoice, 24.0)
        action = dispute.action_credit_note()
        note = self.env['account.move'].browse(action['res_id'])
        self.assertEqual((note.state, note.reversed_entry_id), ('draft', self.invoice))
        [line] = note.invoice_line_ids
        self.assertEqual((line.name, line.quantity, line.tax_ids), ('Loaves', 2.0, self.tax))
        self.assertEqual((note.amount_total, note.amount_tax), (24.0, 4.0))
        self._refresh()
        self.assertEqual(dispute.state, 'open')
        self.assertEqual(self._find_case().disputed, 24.0)
        with self.assertRaisesRegex(UserError, 'draft for it already'):
            dispute.action_reject()
        note.action_post()
        self._refresh()
        self.assertEqual((dispute.state, dispute.resolution), ('resolved', 'credit_note'))
        self.assertEqual(self.invoice.amount_residual, 42.0)
        case = self._find_case()
        self.assertEqual((case.overdue, case.disputed, case.credits), (42.0, 0.0, 0.0))

    def test_a_draft_that_is_thrown_away_leaves_the_dispute_as_it_was(self):
        dispute = self._dispute(self.invoice, 24.0)
        dispute.action_credit_note()
        dispute.credit_note_id.unlink()
        self._refresh()
        self.assertEqual((dispute.state, dispute.resolution), ('open', False))
        dispute.action_reject()

    def test_of_several_hints_none_is_chosen_by_itself(self):
        same = self._create_invoice(
            due_in=-40,
            invoice_line_ids=[
                Command.create({'name': name, 'price_unit': 10.0, 'tax_ids': []})
                for name in ('Left', 'Right')
            ],
        )
        dispute = self._dispute(same, 10.0)
        left, right = dispute.get_hints()
        self.assertEqual([left['amount'], right['amount']], [10.0, 10.0])
        dispute.action_credit_note()
        note = dispute.credit_note_id
        self.assertEqual(note.invoice_line_ids.mapped('price_total'), [5.0, 5.0])
        note.unlink()
        self._refresh()
        dispute.action_credit_note(right['key'])
        self.assertEqual(dispute.credit_note_id.invoice_line_ids.mapped('name'), ['Right'])

    def test_without_a_hint_every_line_and_tax_has_its_share(self):
        for amount in (23.0, 0.37, 65.99):
            with self.subTest(amount=amount), self.env.cr.savepoint() as savepoint:
                dispute = self._dispute(self.invoice, amount)
                dispute.action_credit_note()
                self.assertEqual(dispute.credit_note_id.amount_total, amount)
                self.assertEqual(len(dispute.credit_note_id.invoice_line_ids), 2)
                savepoint.rollback()

    def test_a_hint_that_is_none_is_refused(self):
        dispute = self._dispute(self.invoice, 24.0)
        with self.assertRaisesRegex(UserError, 'cannot be credited'):
            dispute.action_credit_note('line-1-1-x')
        self.assertFalse(dispute.credit_note_id)

    def test_billing_again_drafts_a_reversal_and_a_copy(self):
        dispute = self._dispute(self.invoice, 12.0)
        copy = self.env['account.move'].browse(dispute.action_rebill()['res_id'])
        note = dispute.credit_note_id
        self.assertEqual((note.state, note.move_type), ('draft', 'out_refund'))
        self.assertEqual(note.reversed_entry_id, self.invoice)
        self.assertEqual((copy.state, copy.move_type), ('draft', 'out_invoice'))
        self.assertEqual((note.amount_total, copy.amount_total), (66.0, 66.0))
        note.action_post()
        self._refresh()
        self.assertEqual((dispute.state, dispute.resolution), ('resolved', 'rebill'))

    def test_a_write_off_is_an_accountants_within_the_limit(self):
        dispute = self._dispute(self.invoice, 12.0)
        theirs = dispute.with_user(self.accountant)
        with self.assertRaises(AccessError):
            dispute.action_write_off()
        with self.assertRaisesRegex(UserError, 'not written off in this company'):
            theirs.action_write_off()
        self.company.receivable_followup_write_off_limit = 11.99
        with self.assertRaisesRegex(UserError, 'No more than'):
            theirs.action_write_off()
        self.company.receivable_followup_write_off_limit = 12.0
        with self.assertRaisesRegex(UserError, 'No account'):
            theirs.action_write_off()
        expense = self.company_data['default_account_expense']
        self.company.receivable_followup_write_off_account_id = expense
        before = self._get_balance(expense)
        theirs.action_write_off()
        self.assertEqual((dispute.state, dispute.resolution), ('resolved', 'write_off'))
        self.assertEqual(self.invoice.amount_residual, 54.0)
        self.assertEqual(self._get_balance(expense) - before, 12.0)
        case = self._find_case()
        self.assertEqual((case.overdue, case.disputed, case.credits), (54.0, 0.0, 0.0))

    def test_instalments_in_another_currency_are_written_off_from_the_last(self):
        self.company.write(
            {
                'receivable_followup_write_off_limit': 500.0,
                'receivable_followup_write_off_account_id': self.company_data[
                    'default_account_expense'
                ].id,
            }
        )
        invoice = self._create_invoice(
            100.0,
            invoice_date=self.today - timedelta(days=70),
            invoice_payment_term_id=self._create_instalments().id,
            currency_id=self.euro.id,
        )
        dispute = self._dispute(invoice, 80.0)
        dispute.with_user(self.accountant).action_write_off()
        first, second = self._get_receivables(invoice)
        self.assertTrue(second.reconciled)
        self.assertEqual(first.amount_residual_currency, 20.0)
        self.assertEqual(invoice.amount_residual, 20.0)
