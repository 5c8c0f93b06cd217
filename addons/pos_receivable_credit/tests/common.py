import itertools
from contextlib import contextmanager
from uuid import uuid4

from odoo.exceptions import UserError
from odoo.fields import Command

from odoo.addons.pos_receivable.tests import rpc
from odoo.addons.pos_receivable.tests.common import PosReceivableCommon


class CreditCommon(PosReceivableCommon):
    """A shop that blocks, sells on account, and whose customer may owe 100."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.account_method = cls.env['pos.payment.method'].create(
            {'name': 'Customer Account', 'split_transactions': True}
        )
        cls.shop = cls._create_account_shop('Shop 2')
        cls.till = cls._open_session(cls.shop)
        cls.manager = cls._create_user('mona', 'Mona', 'point_of_sale.group_pos_manager')
        cls.contact = cls.env['res.partner'].create(
            {'name': 'Anna Berg', 'parent_id': cls.customer.id}
        )
        cls.other_customer = cls.env['res.partner'].create({'name': 'Brown & Sons'})
        cls._limit(cls.customer, 100.0)
        cls.authorizations = cls.env['pos_receivable.credit.authorization'].sudo()
        cls.references = itertools.count(1)

    @classmethod
    def _create_account_shop(cls, name, mode='block', **values):
        journal = cls._create_journal('cash', f'Drawer {name}', f'D{name[-1]}X')
        shop = cls._create_shop(name, journal, **values)
        shop.payment_method_ids |= cls.account_method
        shop.customer_account_check = mode
        return shop

    @classmethod
    def _limit(cls, partner, amount):
        cls.company.account_use_credit_limit = True
        partner.with_company(cls.company).credit_limit = amount

    def _ask(self, amount=0, partner=None, till=None):
        return (till or self.till).get_customer_account((partner or self.customer).id, amount)

    def _authorize(self, amount, order=None, uuid=None, partner=None, till=None, **values):
        """Ask as the till does; the answer."""
        return (till or self.till).authorize_customer_account(
            uuid or str(uuid4()),
            order or str(uuid4()),
            (partner or self.customer).id,
            amount,
            **values,
        )

    def _ask_for_deposits(self, share=20.0, above=40.0):
        """Whoever is new pays a share of what is more than this at once."""
        self.company.receivable_credit_deposit = share
        self.company.receivable_credit_unproven_above = above

    def _find(self, answer):
        return self.authorizations.search([('uuid', '=', answer['uuid'])])

    def _prepare_order(self, amount, uuid=None, partner=None, till=None, method=None, **values):
        """An order as the browser sends it, sold on account but for a ``deposit`` in cash."""
        till = till or self.till
        number = next(self.references)
        deposit = values.pop('deposit', 0.0)
        return {
            'uuid': uuid or str(uuid4()),
            'access_token': str(uuid4()),
            'name': f'Order {number}',
            'pos_reference': f'R-{number:05}',
            'tracking_number': str(number),
            'session_id': till.id,
            'user_id': self.cashier.id,
            'partner_id': (self.customer if partner is None else partner).id,
            'state': 'paid',
            'amount_total': amount,
            'amount_tax': 0,
            'amount_paid': amount,
            'amount_return': 0,
            'lines': [
                Command.create(
                    {
                        'uuid': str(uuid4()),
                        'name': 'Sale',
                        'product_id': self.product_a.id,
                        'qty': 1 if amount > 0 else -1,
                        'price_unit': abs(amount),
                        'price_subtotal': amount,
                        'price_subtotal_incl': amount,
                        'tax_ids': [Command.clear()],
                    }
                )
            ],
            'payment_ids': [
                Command.create(
                    {'uuid': str(uuid4()), 'amount': paid, 'payment_method_id': paid_by.id}
                )
                for paid, paid_by in (
                    (amount - deposit, method or self.account_method),
                    (deposit, self._get_cash_method(till.config_id)),
                )
                if paid
            ],
            **values,
        }

    def _sync(self, order, live=False, user=None, **context):
        """Send an order as the till does; what became of it."""
        if live:
            context['customer_account_live'] = order['uuid']
        rpc.call(user or self.cashier, 'pos.order', 'sync_from_ui', [dict(order)], context=context)
        return self.env['pos.order'].search([('uuid', '=', order['uuid'])])

    @contextmanager
    def _in_a_request(self, user, error=UserError):
        """As the server does it: with a transaction of its own, undone when an error comes out."""
        told = []
        with self.enter_registry_test_mode():
            # Not by assertRaises, which undoes what was written meanwhile.
            try:
                with self.registry.cursor() as cr:
                    yield user.with_env(user.env(cr=cr)), told
            except error as refusal:
                told.append(str(refusal))
        self.assertTrue(told, "it was not refused")

    def _get_cash_method(self, shop=None):
        return (shop or self.shop).payment_method_ids.filtered('is_cash_count')[:1]

    def _get_reports(self, till=None):
        """The activities of what was sold in a session without authorization."""
        sold = self.authorizations.search(
            [('session_id', '=', (till or self.till).id), ('state', '=', 'unauthorized')]
        )
        return sold.activity_ids

    def _get_log(self):
        decisions = self.env['pos_receivable.decision'].sudo()
        return [
            decision.outcome['action']
            for decision in decisions.search([('capability', '=', 'credit')], order='id')
        ]

    def assertSoldUnauthorized(self, order):
        """Taken, and its managers told."""
        self.assertIn(order.state, ('paid', 'done'))
        found = self.authorizations.search([('order_id', '=', order.id)])
        self.assertIn('unauthorized', found.mapped('state'))
        self.assertTrue(self._get_reports(order.session_id))
        self.assertIn(order.pos_reference, self._get_reports(order.session_id)[0].note)

    def assertNothingWritten(self):
        self.assertFalse(self.authorizations.search([]))
        self.assertFalse(self._get_log())
