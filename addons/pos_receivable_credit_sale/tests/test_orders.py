from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.pos_receivable.tests import rpc

from ..models.sale_order import SOLD_AT_TILL, TILL
from .common import OrderCommon


@tagged('post_install', '-at_install')
class TestOrders(OrderCommon):
    """Who confirms an order that should be held, and what orders count for."""

    # -- Confirming --------------------------------------------------------------------------------

    def test_within_the_limit_an_order_is_confirmed(self):
        order = self._order(100.0)
        order.action_confirm()
        self.assertEqual((order.state, self._get_order_log()), ('sale', ['authorize']))

    def test_above_it_the_seller_is_refused_with_the_figures(self):
        order = self._order(100.01)
        with self.assertRaisesRegex(UserError, r'100\.01.*above the limit'):
            rpc.call(self.seller, 'sale.order', 'action_confirm', order.ids)
        self.assertEqual(order.state, 'draft')
        self.assertTrue(order.pos_receivable_is_held)
        self.assertIn('above the limit', order.pos_receivable_credit_text)

    def test_what_a_seller_is_refused_is_in_the_log(self):
        order = self._order(500.0)
        with self._in_a_request(self.seller) as (seller, told):
            rpc.call(seller, 'sale.order', 'action_confirm', order.ids)
        self.assertRegex(told[0], 'above the limit')
        self.assertEqual((order.state, self._get_order_log()), ('draft', ['refuse']))
        with self._in_a_request(self.seller) as (seller, _told):
            rpc.call(seller, 'sale.order', 'write', order.ids, {'state': 'sale'})
        self.assertEqual(self._get_order_log(), ['refuse'] * 2)
        decisions = self.env['pos_receivable.decision'].sudo()
        last = decisions.search([('subject_model', '=', 'sale.order')], limit=1)
        self.assertEqual((last.subject_id, last.subject), (order.id, order.name))
        self.assertEqual((last.user_id, last.inputs['amount']), (self.seller, 500.0))

    def test_writing_the_state_is_confirming(self):
        order = self._order(500.0)
        with self.assertRaises(UserError):
            rpc.call(self.seller, 'sale.order', 'write', order.ids, {'state': 'sale'})
        self.assertEqual(order.state, 'draft')
        values = {
            'partner_id': self.customer.id,
            'state': 'sale',
            'order_line': [Command.create({'product_id': self.goods.id, 'price_unit': 500.0})],
        }
        with self.assertRaises(UserError):
            rpc.call(self.seller, 'sale.order', 'create', [values])

    def test_a_mark_from_outside_is_none(self):
        order = self._order(500.0)
        for value in (True, 1, 'object', {}):
            with self.subTest(value=value), self.assertRaises(UserError):
                rpc.call(
                    self.seller,
                    'sale.order',
                    'action_confirm',
                    order.ids,
                    context={'pos_receivable_credit_till': value},
                )

    def test_whoever_may_hold_accounts_approves_the_total(self):
        order = self._order(500.0)
        rpc.call(self.manager, 'sale.order', 'action_pos_receivable_approve', order.ids)
        order.action_confirm()
        self.assertEqual((order.state, self._get_order_log()), ('sale', ['override']))
        self.assertEqual(order.sudo().pos_receivable_approved_by, self.manager)

    def test_what_is_raised_afterwards_is_not_approved(self):
        order = self._order(500.0)
        rpc.call(self.manager, 'sale.order', 'action_pos_receivable_approve', order.ids)
        order.order_line.price_unit = 500.01
        with self.assertRaises(UserError):
            rpc.call(self.seller, 'sale.order', 'action_confirm', order.ids)

    def test_an_approval_is_of_no_use_to_another_customer(self):
        self._limit(self.other_customer, 1.0)
        order = self._order(500.0)
        rpc.call(self.manager, 'sale.order', 'action_pos_receivable_approve', order.ids)
        rpc.call(
            self.seller, 'sale.order', 'write', order.ids, {'partner_id': self.other_customer.id}
        )
        with self.assertRaisesRegex(UserError, 'above the limit'):
            rpc.call(self.seller, 'sale.order', 'action_confirm', order.ids)

    def test_a_seller_approves_nothing_and_writes_no_approval(self):
        order = self._order(500.0)
        with self.assertRaises(AccessError):
            rpc.call(self.seller, 'sale.order', 'action_pos_receivable_approve', order.ids)
        for values in (
            {'pos_receivable_approved_amount': 900.0},
            {'pos_receivable_approved_by': self.manager.id},
        ):
            with self.subTest(values=values), self.assertRaises(AccessError):
                rpc.call(self.seller, 'sale.order', 'write', order.ids, values)

    def test_what_is_confirmed_cannot_be_approved(self):
        order = self._order(10.0)
        order.action_confirm()
        with self.assertRaisesRegex(UserError, 'meanwhile'):
            rpc.call(self.manager, 'sale.order', 'action_pos_receivable_approve', order.ids)

    def test_what_a_customer_signs_or_pays_is_confirmed_and_reported(self):
        order = self._order(500.0)
        order.sudo()._validate_order()
        self.assertEqual((order.state, self._get_order_log()), ('sale', ['unauthorized']))
        self.assertEqual(order.sudo().activity_ids.user_id, self.seller)

    def test_where_the_company_warns_the_seller_sees_and_confirms(self):
        self.company.receivable_credit_sale_check = 'warn'
        order = self._order(500.0)
        self.assertTrue(order.pos_receivable_is_held)
        order.action_confirm()
        self.assertEqual((order.state, self._get_order_log()), ('sale', ['unauthorized']))

    def test_where_it_observes_nothing_is_shown_and_all_is_logged(self):
        self.company.receivable_credit_sale_check = 'observe'
        order = self._order(500.0)
        self.assertFalse(order.pos_receivable_is_held)
        order.action_confirm()
        self.assertEqual(self._get_order_log(), ['unauthorized'])
        self.assertFalse(order.sudo().activity_ids)

    def test_where_it_is_off_nothing_happens(self):
        self.company.receivable_credit_sale_check = 'off'
        order = self._order(500.0)
        order.action_confirm()
        self.assertEqual((order.state, self._get_order_log()), ('sale', []))

    def test_an_account_on_hold_keeps_every_order(self):
        account = self.env['pos_receivable.credit.account']._get(self.customer, self.company)
        account.write({'hold': True, 'hold_reason': 'late'})
        with self.assertRaisesRegex(UserError, 'late'):
            rpc.call(self.seller, 'sale.order', 'action_confirm', self._order(1.0).ids)

    # -- What orders count for ---------------------------------------------------------------------

    def test_a_confirmed_order_counts_until_it_is_in_the_books(self):
        order = self._order(60.0)
        self.assertEqual(self._get_exposure(), {})
        order.action_confirm()
        self.assertEqual(self._get_exposure(), {'sale_orders': 60.0})
        invoice = order.sudo()._create_invoices()
        self.assertEqual(invoice.state, 'draft')
        self.assertEqual(self._get_exposure(), {'sale_orders': 60.0})
        invoice.action_post()
        self.assertEqual(self._get_exposure(), {'ledger': 60.0})

    def test_beside_it_other_drafts_count(self):
        self._order(60.0).action_confirm()
        self._create_invoice(15.0).button_draft()
        self.assertEqual(self._get_exposure(), {'sale_orders': 60.0, 'draft_invoices': 15.0})

    def test_a_down_payment_is_not_counted_beside_the_whole(self):
        order = self._order(80.0)
        order.action_confirm()
        wizard = (
            self.env['sale.advance.payment.inv']
            .with_context(active_model='sale.order', active_ids=order.ids)
            .create({'advance_payment_method': 'fixed', 'fixed_amount': 30.0})
        )
        wizard.create_invoices()
        invoice = order.sudo().invoice_ids
        invoice.action_post()
        self.assertEqual(self._get_exposure(), {'ledger': 30.0, 'sale_orders': 50.0})

    def test_an_order_in_another_currency_counts_at_its_rate(self):
        euro = self.setup_other_currency('EUR', rates=[('1900-01-01', 2.0)])
        pricelist = self.env['product.pricelist'].create(
            {'name': 'Euro', 'currency_id': euro.id, 'company_id': self.company.id}
        )
        order = self._order(120.0, pricelist_id=pricelist.id)
        order.action_confirm()
        self.assertEqual(self._get_exposure(), {'sale_orders': 60.0})

    def test_tills_count_what_was_ordered(self):
        self._order(60.0).action_confirm()
        self.assertEqual(self._ask(40.01)['recommendation'], 'hold')
        self.assertEqual(self._ask(40.0)['recommendation'], 'approve')

    def test_what_a_till_settles_is_confirmed_and_reported(self):
        order = self._order(500.0)
        orders = order.with_context(**{SOLD_AT_TILL: TILL})
        orders.action_confirm()
        self.assertEqual((order.state, self._get_order_log()), ('sale', ['unauthorized']))
        self.assertEqual(order.sudo().activity_ids.user_id, self.seller)

    def test_a_till_sells_as_before(self):
        self.assertEqual(self._sync(self._prepare_order(10.0), live=True).state, 'paid')

    def test_a_customer_does_not_read_why_their_order_is_held(self):
        order = self._order(500.0)
        customer = self._create_user(
            'carla',
            'Carla',
            group_ids=[Command.set(self.env.ref('base.group_portal').ids)],
            partner_id=self.contact.id,
        )
        order.sudo().message_subscribe(self.contact.ids)
        theirs = order.with_user(customer)
        self.assertEqual(theirs.read(['amount_total'])[0]['amount_total'], 500.0)
        with self.assertRaises(AccessError):
            theirs.read(['pos_receivable_credit_text'])
