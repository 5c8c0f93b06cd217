from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from ..common import PosReceivableCommon


@tagged('post_install', '-at_install')
class TestWithholding(PosReceivableCommon):
    """Customers who withhold tax (l10n_account_withholding_tax): what they keep is not in the
    drawer, so a till takes no such payment."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        account = cls.company_data['default_account_assets'].copy({'name': 'Tax withheld'})
        cls.company.withholding_tax_base_account_id = account.copy({'name': 'Withholding base'})
        repartition = [
            Command.create({'repartition_type': 'base', 'factor_percent': 100}),
            Command.create(
                {'repartition_type': 'tax', 'factor_percent': 100, 'account_id': account.id}
            ),
        ]
        cls.withholding_tax = cls.env['account.tax'].create(
            {
                'name': '10 % withheld',
                'amount_type': 'percent',
                'amount': -10,
                'type_tax_use': 'sale',
                'is_withholding_tax_on_payment': True,
                'withholding_sequence_id': cls.env['ir.sequence']
                .create({'name': 'Withholding', 'prefix': 'WH/', 'padding': 4})
                .id,
                'invoice_repartition_line_ids': repartition,
                'refund_repartition_line_ids': repartition,
            }
        )

    def _create_withheld(self, amount):
        return self._create_invoice(
            invoice_line_ids=[
                Command.create(
                    {
                        'name': 'Advice',
                        'price_unit': amount,
                        'tax_ids': [Command.set(self.withholding_tax.ids)],
                    }
                )
            ]
        )

    def assertSplitRefused(self, allocations):
        before = {invoice: invoice.amount_residual for invoice in allocations}
        with self.assertRaises(UserError) as refusal:
            self._collect(allocations)
        self.assertIn("tax withheld by the customer", refusal.exception.args[0])
        self.assertNothingBooked()
        self.assertEqual({invoice: invoice.amount_residual for invoice in before}, before)

    def test_what_is_withheld_is_not_collected_on_one_invoice(self):
        invoice = self._create_withheld(100.0)
        self.assertEqual(invoice.amount_residual, 100.0)
        self.assertSplitRefused({invoice: 100.0})
        self.assertSplitRefused({invoice: 40.0})

    def test_what_is_withheld_is_not_collected_on_several_invoices(self):
        one, other = self._create_withheld(100.0), self._create_invoice(50.0)
        self.assertSplitRefused({one: 100.0, other: 50.0})

    def test_whatever_is_booked_on_several_invoices_is_in_the_drawer(self):
        one, other = self._create_invoice(50.0), self._create_withheld(100.0)
        self._collect({one: 50.0, other: 100.0})
        self.assertEqual((one.amount_residual, other.amount_residual), (0.0, 0.0))
        self.assertEqual(self._get_balance(self.cash_journal.default_account_id), 150.0)
        self.assertEqual(self.session.cash_register_balance_end, 150.0)

    def test_other_invoices_are_collected_as_ever(self):
        one, other = self._create_invoice(100.0), self._create_invoice(50.0)
        payment, _answer = self._collect({one: 100.0, other: 20.0})
        self.assertEqual(payment.amount, 120.0)
        self.assertEqual((one.amount_residual, other.amount_residual), (0.0, 30.0))
        self.assertEqual(self._get_balance(self.cash_journal.default_account_id), 120.0)
