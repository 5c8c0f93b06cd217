from odoo.exceptions import AccessError
from odoo.tests import tagged

from . import rpc
from .common import PosReceivableCommon


@tagged('post_install', '-at_install')
class TestTillAttacks(PosReceivableCommon):
    """What was found by attacking the till over the wire: each attack once, and what holds now."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.invoice = cls._create_invoice(100.0)
        cls.accountant = cls._create_user('ingrid', 'Ingrid', 'account.group_account_manager')

    # -------------------------------------------------------------------------
    # Forged collections
    # -------------------------------------------------------------------------

    def test_an_accountant_cannot_forge_a_collection_through_context(self):
        values = {
            'amount': 50.0,
            'partner_id': self.customer.id,
            'payment_type': 'inbound',
            'journal_id': self.cash_journal.id,
        }
        for name, value in (
            ('pos_invoice_payment_uuid', 'forged'),
            ('pos_cashier_name', 'Anna'),
            ('pos_invoice_payment_data', {'payment': {'amount': 50.0}, 'invoices': []}),
        ):
            context = {f'default_{name}': value, 'default_pos_session_id': self.session.id}
            with self.subTest(name=name), self.assertRaises(AccessError):
                rpc.call(self.accountant, 'account.payment', 'create', [values], context=context)
        self.assertNothingBooked()
        self.assertEqual(self.session.cash_register_balance_end, 0.0)

    def test_nor_through_a_default_of_their_own(self):
        self._forge_by_default()
        with self.assertRaises(AccessError):
            rpc.call(self.accountant, 'account.payment', 'create', [{'amount': 50.0}])
        self.assertNothingBooked()

    def test_nor_through_the_wizard_of_the_invoice(self):
        context = {
            'active_model': 'account.move',
            'active_ids': self.invoice.ids,
            'default_pos_invoice_payment_uuid': 'forged',
            'default_pos_session_id': self.session.id,
        }
        wizard = 'account.payment.register'
        # Its fields of the same names are not the accountant's, which may be said already here.
        with self.assertRaises(AccessError):
            [wizard_id] = rpc.call(self.accountant, wizard, 'create', [{}], context=context)
            rpc.call(self.accountant, wizard, 'action_create_payments', wizard_id, context=context)
        self.assertNothingBooked()

    def test_nor_by_having_a_payment_made_with_all_rights(self):
        # As an online payment is: what the core elevates still knows the defaults of the user.
        self._forge_by_default()
        with self.assertRaises(AccessError):
            self.env['account.payment'].with_user(self.accountant).sudo().create({'amount': 50.0})
        self.assertNothingBooked()

    def _forge_by_default(self):
        self.env['ir.default'].with_user(self.accountant).set(
            'account.payment', 'pos_invoice_payment_uuid', 'forged', user_id=True
        )

    def test_a_collection_stays_in_the_session_that_took_it(self):
        payment, _answer = self._collect({self.invoice: 40.0})
        ordinary = self.env['account.payment'].create({'amount': 1.0})
        other_drawer = self._create_journal('cash', 'Other drawer', 'ODR')
        other_session = self._open_session(self._create_shop('Shop 2', other_drawer))
        for session_id in (False, other_session.id):
            with self.assertRaises(AccessError):
                rpc.call(
                    self.accountant,
                    'account.payment',
                    'write',
                    (payment | ordinary).ids,
                    {'pos_session_id': session_id},
                )
        self.assertEqual(payment.pos_session_id, self.session)
        rpc.call(
            self.accountant,
            'account.payment',
            'write',
            ordinary.ids,
            {'pos_session_id': self.session.id},
        )
