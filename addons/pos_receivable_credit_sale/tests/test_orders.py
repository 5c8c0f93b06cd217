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

    # -- Raised afterwards -------------------------------------------------------------------------

    def _confirm(self, amount=60.0, **values):
        order = self._order(amount, **values)
        order.action_confirm()
        return order

    def _raise(self, order, amount, user=None, **context):
        """As a form does it that is saved with another price."""
        values = {'order_line': [Command.update(order.order_line[0].id, {'price_unit': amount})]}
        rpc.call(user or self.seller, 'sale.order', 'write', order.ids, values, context=context)

    def test_a_confirmed_order_is_raised_within_the_limit(self):
        order = self._confirm()
        self._raise(order, 100.0)
        self.assertEqual((order.amount_total, self._get_order_log()), (100.0, ['authorize'] * 2))

    def test_above_it_the_seller_is_refused_whichever_way(self):
        self.goods.lst_price = 60.0
        order = self._confirm()
        line = order.order_line
        calls = {
            'price': ('sale.order.line', 'write', line.ids, {'price_unit': 100.01}),
            'quantity': ('sale.order.line', 'write', line.ids, {'product_uom_qty': 2}),
            'another line': (
                'sale.order.line',
                'create',
                [{'order_id': order.id, 'product_id': self.goods.id, 'price_unit': 50.0}],
            ),
            'with the order': (
                'sale.order',
                'write',
                order.ids,
                {'order_line': [Command.create({'product_id': self.goods.id, 'price_unit': 50})]},
            ),
        }
        for name, call in calls.items():
            with (
                self.subTest(name),
                self.assertRaisesRegex(UserError, 'is confirmed.*above the limit'),
                self.env.cr.savepoint(),
            ):
                rpc.call(self.seller, *call)
        with self.assertRaisesRegex(UserError, 'is confirmed'), self.env.cr.savepoint():
            rpc.call(
                self.seller,
                'sale.order.line',
                'create',
                [{'product_id': self.goods.id, 'price_unit': 50.0}],
                context={'default_order_id': order.id},
            )
        self.assertEqual((order.amount_total, self._get_order_log()), (60.0, ['authorize']))

    def test_a_line_of_another_order_is_one_more(self):
        order, other = self._confirm(), self._order(50.0)
        with self.assertRaisesRegex(UserError, 'is confirmed'), self.env.cr.savepoint():
            rpc.call(
                self.seller,
                'sale.order.line',
                'write',
                other.order_line.ids,
                {'order_id': order.id},
            )

    def test_a_discount_that_is_taken_back_raises_it(self):
        order = self._order(150.0)
        order.order_line.discount = 50.0
        order.action_confirm()
        with self.assertRaisesRegex(UserError, 'is confirmed'), self.env.cr.savepoint():
            rpc.call(self.seller, 'sale.order.line', 'write', order.order_line.ids, {'discount': 0})

    def test_lines_that_are_saved_together_are_looked_at_together(self):
        order = self._order(60.0)
        order.write(
            {'order_line': [Command.create({'product_id': self.goods.id, 'price_unit': 40.0})]}
        )
        order.action_confirm()
        first, second = order.order_line
        self._limit(self.customer, 1.0)
        order.write(
            {
                'order_line': [
                    Command.update(first.id, {'price_unit': 90.0}),
                    Command.update(second.id, {'price_unit': 10.0}),
                ]
            }
        )
        self.assertEqual((order.amount_total, self._get_order_log()), (100.0, ['authorize']))

    def test_less_is_never_refused(self):
        order = self._confirm()
        account = self.env['pos_receivable.credit.account']._get(self.customer, self.company)
        account.write({'hold': True, 'hold_reason': 'late'})
        self._raise(order, 50.0)
        with self.assertRaisesRegex(UserError, 'late'), self.env.cr.savepoint():
            self._raise(order, 50.01)

    def test_confirmed_and_raised_by_one_request_it_is_looked_at_as_raised(self):
        order = self._order(60.0)
        values = {
            'state': 'sale',
            'order_line': [Command.update(order.order_line.id, {'price_unit': 500.0})],
        }
        with self.assertRaisesRegex(UserError, 'above the limit'), self.env.cr.savepoint():
            rpc.call(self.seller, 'sale.order', 'write', order.ids, values)
        self.assertEqual(order.state, 'draft')

    def test_marks_from_outside_are_none(self):
        order = self._confirm()
        for key in ('pos_receivable_credit_watched', 'pos_receivable_credit_till'):
            for value in (True, order.ids, {'ids': order.ids}, None):
                with self.subTest(key=key, value=value), self.assertRaises(UserError):
                    self._raise(order, 500.0, **{key: value})

    def test_what_was_invoiced_of_it_is_not_counted_twice(self):
        order = self._confirm(90.0)
        order.sudo()._create_invoices().action_post()
        self.assertEqual(self._get_exposure(), {'ledger': 90.0})
        values = {
            'order_line': [Command.create({'product_id': self.goods.id, 'price_unit': 10.01})]
        }
        with self.assertRaisesRegex(UserError, 'above the limit'), self.env.cr.savepoint():
            rpc.call(self.seller, 'sale.order', 'write', order.ids, values)
        values['order_line'][0][2]['price_unit'] = 10.0
        rpc.call(self.seller, 'sale.order', 'write', order.ids, values)
        self.assertEqual(order.amount_total, 100.0)

    def test_what_is_not_delivered_yet_counts_as_it_did_when_it_was_confirmed(self):
        self.goods.invoice_policy = 'delivery'
        order = self._confirm(100.0)
        with self.assertRaisesRegex(UserError, 'above the limit'), self.env.cr.savepoint():
            self._raise(order, 150.0)

    def test_another_customer_owes_it_anew(self):
        self._limit(self.other_customer, 10.0)
        order = self._confirm()
        values = {'partner_invoice_id': self.other_customer.id}
        with self.assertRaisesRegex(UserError, 'Brown.*above the limit'), self.env.cr.savepoint():
            rpc.call(self.seller, 'sale.order', 'write', order.ids, values)
        rpc.call(
            self.seller, 'sale.order', 'write', order.ids, {'partner_invoice_id': self.contact.id}
        )

    def test_a_manager_approves_what_was_refused_and_the_seller_saves_again(self):
        order = self._confirm()
        with self._in_a_request(self.seller) as (seller, told):
            self._raise(order, 150.0, user=seller)
        self.assertIn('is confirmed', told[0])
        self.assertEqual(order.amount_total, 60.0)
        self.assertTrue(order.pos_receivable_is_held)
        self.assertIn('150.00', order.pos_receivable_credit_text)
        with self.assertRaises(AccessError):
            rpc.call(self.seller, 'sale.order', 'action_pos_receivable_approve', order.ids)
        rpc.call(self.manager, 'sale.order', 'action_pos_receivable_approve', order.ids)
        self.assertFalse(order.pos_receivable_is_held)
        with self.assertRaises(UserError):
            self._raise(order, 150.01)
        self._raise(order, 150.0)
        self.assertEqual(order.amount_total, 150.0)
        self.assertEqual(self._get_order_log(), ['authorize', 'refuse', 'override'])

    def test_a_manager_approves_what_is_on_the_screen(self):
        order = self._confirm()
        for amount in (150.0, 9000.0):
            with self._in_a_request(self.seller) as (seller, _told):
                self._raise(order, amount, user=seller)
        approve = (self.manager, 'sale.order', 'action_pos_receivable_approve', order.ids)
        for seen in (150.0, 'all', None, float('nan')):
            with self.subTest(seen=seen), self.assertRaisesRegex(UserError, 'meanwhile'):
                rpc.call(*approve, context={'pos_receivable_asked_amount': seen})
        rpc.call(*approve, context={'pos_receivable_asked_amount': 9000.0})
        self.assertEqual(order.pos_receivable_approved_amount, 9000.0)

    def test_nobody_asks_by_writing(self):
        order = self._confirm()
        with self.assertRaises(AccessError):
            rpc.call(
                self.seller,
                'sale.order',
                'write',
                order.ids,
                {'pos_receivable_asked_amount': 900.0},
            )

    def test_where_it_observes_a_raise_is_logged_alone(self):
        for mode in ('observe', 'warn'):
            with self.subTest(mode=mode):
                self.company.receivable_credit_sale_check = mode
                order = self._confirm(10.0)
                self._raise(order, 500.0)
                self.assertEqual(order.amount_total, 500.0)
                self.assertEqual(self._get_order_log()[-1], 'unauthorized')
                self.assertFalse(order.sudo().activity_ids)

    def test_where_it_is_off_a_raise_is_nobodys_business(self):
        self.company.receivable_credit_sale_check = 'off'
        self._raise(self._confirm(), 500.0)
        self.assertEqual(self._get_order_log(), [])

    def test_what_the_server_raises_is_done_and_reported(self):
        order = self._confirm()
        order.order_line.sudo().price_unit = 500.0
        self.assertEqual(order.amount_total, 500.0)
        self.assertEqual(self._get_order_log(), ['authorize', 'unauthorized'])
        self.assertEqual(order.sudo().activity_ids.user_id, self.seller)

    def test_what_a_till_settles_is_asked_once(self):
        order = self._order(500.0).with_context(**{SOLD_AT_TILL: TILL})
        order.action_confirm()
        order.order_line.price_unit = 600.0
        self.assertEqual(self._get_order_log(), ['unauthorized'])

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
