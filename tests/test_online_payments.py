from unittest.mock import patch

from odoo.exceptions import RedirectWarning, UserError
from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.account_payment.tests.common import AccountPaymentCommon

from .common import PosReceivableCommon


@tagged('post_install', '-at_install')
class TestOnlinePayments(AccountPaymentCommon, PosReceivableCommon):
    """An invoice that its customer is paying online while a cashier takes money for it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.invoice = cls._create_invoice(100.0)

    def _pay_online(self, state, invoices=None, **values):
        invoices = invoices or self.invoice
        return self._create_transaction(
            'direct',
            state=state,
            amount=sum(invoices.mapped('amount_residual')),
            currency_id=self.company.currency_id.id,
            partner_id=self.customer.id,
            invoice_ids=[Command.set(invoices.ids)],
            **values,
        )

    def _tell(self):
        return [row['online_payment'] for row in self._list()['invoices']]

    def test_what_is_on_its_way_is_told_on_the_card(self):
        self.assertEqual(self._tell(), [False])
        for state, told in (
            ('draft', False),
            ('pending', 'pending'),
            ('cancel', False),
            ('error', False),
            ('done', 'received'),
        ):
            with self.subTest(state=state):
                transaction = self._pay_online(state, reference=state)
                self.assertEqual(self._tell(), [told])
                transaction.invoice_ids = False
        self._pay_online('done', reference='booked', is_post_processed=True)
        self.assertEqual(self._tell(), [False])

    def test_what_was_received_is_not_taken_a_second_time(self):
        self._pay_online('done')
        with self.assertRaises(UserError) as refusal:
            self._collect({self.invoice: 100.0})
        self.assertIn("already paid", refusal.exception.args[0])
        self.assertNothingBooked()

    def test_what_it_leaves_open_is_collected(self):
        transaction = self._pay_online('done')
        transaction.amount = 60.0
        self._collect({self.invoice: 40.0})
        self.assertTrue(transaction.is_post_processed)
        self.assertEqual(transaction.payment_id.amount, 60.0)
        self.assertEqual((self.invoice.payment_state, self.invoice.amount_residual), ('paid', 0.0))

    def test_what_is_pending_may_be_collected(self):
        self._pay_online('pending')
        self._collect({self.invoice: 100.0})
        self.assertEqual(self.invoice.amount_residual, 0.0)

    def test_what_cannot_be_booked_is_told_and_nothing_is_taken(self):
        transaction = self._pay_online('done')
        # The second is how the core speaks to an accountant: with a button, which no till has.
        for error in (UserError("no journal"), RedirectWarning("no journal", 7, "Go there")):
            with (
                self.subTest(error=type(error).__name__),
                patch.object(
                    self.env.registry['payment.transaction'],
                    '_create_payment',
                    side_effect=error,
                    autospec=True,
                ),
                self.assertRaises(UserError) as refusal,
            ):
                self._collect({self.invoice: 100.0})
            said = refusal.exception.args[0]
            self.assertIn("Ask an accountant before taking money: no journal", said)
            self.assertFalse(transaction.is_post_processed)
            self.assertNothingBooked()
