from dateutil.relativedelta import relativedelta

from odoo import fields
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.point_of_sale.tests import test_frontend


class CollectInvoiceTourCommon(test_frontend.TestPointOfSaleHttpCommon):
    """A shop that takes invoice payments, a customer who owes 640.00, and a cashier who is an
    internal user with no other application than POS / User."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.counter_cash_journal, cls.counter_card_journal = cls.env['account.journal'].create(
            [
                {'name': 'Counter Cash', 'type': 'cash', 'code': 'CTC'},
                {'name': 'Counter Card', 'type': 'bank', 'code': 'CTB'},
            ]
        )
        cls.counter_card_journal.inbound_payment_method_line_ids.payment_account_id = (
            cls.inbound_payment_method_line.payment_account_id
        )
        cls.main_pos_config.write(
            {
                'use_invoice_payment': True,
                # Asked where a tour is about it.
                'invoice_payment_ask_shortfall': False,
                'invoice_payment_cash_journal_id': cls.counter_cash_journal.id,
                'invoice_payment_bank_journal_ids': [Command.set(cls.counter_card_journal.ids)],
            }
        )
        cls.env['res.users'].create(
            {
                'name': 'Anna',
                'login': 'counter_cashier',
                'password': 'counter_cashier',
                'group_ids': [
                    Command.set(
                        [
                            cls.env.ref('base.group_user').id,
                            cls.env.ref('point_of_sale.group_pos_user').id,
                        ]
                    )
                ],
            }
        )
        cls.customer = cls.env['res.partner'].create({'name': 'Counter Customer'})
        today = fields.Date.context_today(cls.customer)
        cls.invoice = cls._create_invoice('INV/TOUR/1', 640, today - relativedelta(days=23))
        cls.blocked_invoice = cls._create_invoice('INV/TOUR/2', 50, today)
        cls.blocked_invoice.payment_state = 'blocked'
        cls.buyer = cls.env['res.partner'].create({'name': 'Frequent Buyer'})
        cls.buyer_invoices = cls.env['account.move'].union(
            *(
                cls._create_invoice(name, amount, today + relativedelta(days=days), cls.buyer)
                for name, amount, days in (
                    ('INV/TOUR/11', 100, -5),
                    ('INV/TOUR/12', 200, 10),
                    ('INV/TOUR/13', 300, 20),
                )
            )
        )

    @classmethod
    def _create_invoice(
        cls, name, amount, due, partner=None, move_type='out_invoice', *, post=True
    ):
        invoice = cls.env['account.move'].create(
            {
                'move_type': move_type,
                'name': name,
                'partner_id': (partner or cls.customer).id,
                'invoice_date': min(due, fields.Date.context_today(cls.customer)),
                'invoice_date_due': due,
                'invoice_payment_term_id': False,
                'invoice_line_ids': [
                    Command.create(
                        {
                            'name': 'Goods',
                            'price_unit': amount,
                            'tax_ids': [],
                        }
                    )
                ],
            }
        )
        if post:
            invoice.action_post()
        return invoice

    def _run(self, tour):
        self.start_pos_tour(tour, login='counter_cashier')
        self.env.invalidate_all()
        return self.env['account.payment'].search(
            [('pos_invoice_payment_uuid', '!=', False)], order='id'
        )

    def assertBooked(self, payment, amount, liquidity_account, **values):
        """One posted entry that moves ``amount`` from the customer to ``liquidity_account``."""
        session = self.main_pos_config.current_session_id
        self.assertRecordValues(
            payment,
            [
                {
                    'amount': amount,
                    'partner_id': self.customer.id,
                    'pos_session_id': session.id,
                    'invoice_ids': self.invoice.ids,
                    **values,
                }
            ],
        )
        self.assertEqual(payment.move_id.state, 'posted')
        self.assertRecordValues(
            payment.move_id.line_ids.sorted('balance'),
            [
                {'account_id': self._receivable_account.id, 'balance': -amount, 'reconciled': True},
                {'account_id': liquidity_account.id, 'balance': amount, 'reconciled': False},
            ],
        )

    @property
    def _receivable_account(self):
        return self.invoice.line_ids.account_id.filtered(
            lambda account: account.account_type == 'asset_receivable'
        )

    def assertDue(self, state, residual):
        self.assertRecordValues(
            self.invoice, [{'payment_state': state, 'amount_residual': residual}]
        )


class CollectInvoiceTours:
    """What a person does, the same on every screen; afterwards the books are looked at."""

    def test_cash_with_change_pays_the_invoice(self):
        payment = self._run('CollectInvoiceCash')
        self.assertBooked(payment, 640, self.counter_cash_journal.default_account_id)
        self.assertDue(self.invoice._get_invoice_in_payment_state(), 0)

    def test_card_with_a_reference_pays_the_invoice(self):
        payment = self._run('CollectInvoiceBank')
        self.assertBooked(
            payment,
            640,
            self.counter_card_journal.inbound_payment_method_line_ids.payment_account_id,
            payment_reference='CARD-4711',
        )
        self.assertDue(self.invoice._get_invoice_in_payment_state(), 0)

    def test_a_part_now_and_the_rest_later(self):
        first, second = self._run('CollectInvoicePartialThenRest')
        cash_account = self.counter_cash_journal.default_account_id
        self.assertBooked(first, 240.5, cash_account)
        self.assertBooked(second, 399.5, cash_account)
        self.assertDue(self.invoice._get_invoice_in_payment_state(), 0)

    def test_a_wrong_amount_is_refused_before_it_is_sent(self):
        self.assertFalse(self._run('CollectInvoiceWrongAmount'))
        self.assertDue('not_paid', 640)

    def test_several_invoices_in_one_tender(self):
        first, second = self._run('CollectInvoiceSeveral')
        self.assertRecordValues(
            first | second,
            [
                {'amount': 250, 'partner_id': self.buyer.id},
                {'amount': 350, 'partner_id': self.buyer.id},
            ],
        )
        self.assertEqual(self._get_parts(first), {'INV/TOUR/11': 40, 'INV/TOUR/13': 210})
        self.assertEqual(
            self._get_parts(second), {'INV/TOUR/11': 60, 'INV/TOUR/12': 200, 'INV/TOUR/13': 90}
        )
        self.assertEqual(self.buyer_invoices.mapped('amount_residual'), [0, 0, 0])

    def _get_parts(self, payment):
        """What each invoice got of one payment, by its number."""
        return {
            line.matched_debit_ids.debit_move_id.move_id.name: -line.balance
            for line in payment.move_id.line_ids
            if line.balance < 0
        }

    def test_what_was_bought_on_account_is_paid_beside_an_invoice(self):
        before, today = self._sell_on_account('000071', 50), self._sell_on_account('000072', 30)
        before.session_id.action_pos_session_closing_control()
        self.assertEqual((before.state, today.state), ('done', 'paid'))
        payment = self._run('CollectInvoiceAndReceipts')
        self.assertEqual((payment.amount, payment.invoice_ids), (700, self.invoice))
        self.assertDue(self.invoice._get_invoice_in_payment_state(), 0)
        items = self.env['account.move.line'].sudo()
        [bought] = items.search([('pos_receivable_payment_id', '=', before.payment_ids.id)])
        self.assertTrue(bought.reconciled)
        [kept] = items.search([('pos_receivable_payment_id', '=', today.payment_ids.id)])
        self.assertEqual(kept.amount_residual, -10)
        today.session_id.action_pos_session_closing_control()
        self.assertTrue(kept.reconciled)

    def _sell_on_account(self, receipt, amount):
        """In another shop of the same company, whose session stays open."""
        method = self.env['pos.payment.method'].create(
            {'name': f'Account {receipt}', 'split_transactions': True}
        )
        shop = self.env['pos.config'].create(
            {'name': f'Shop {receipt}', 'payment_method_ids': [Command.set(method.ids)]}
        )
        shop.open_ui()
        shop.current_session_id.set_opening_control(0, None)
        product = self.env['product.product'].create({'name': 'Sack of flour'})
        order = self.env['pos.order'].create(
            {
                'session_id': shop.current_session_id.id,
                'partner_id': self.customer.id,
                'pos_reference': receipt,
                'amount_tax': 0,
                'amount_total': amount,
                'amount_paid': 0,
                'amount_return': 0,
                'lines': [
                    Command.create(
                        {
                            'name': 'Flour',
                            'product_id': product.id,
                            'qty': 1,
                            'price_unit': amount,
                            'price_subtotal': amount,
                            'price_subtotal_incl': amount,
                            'tax_ids': [Command.clear()],
                        }
                    )
                ],
            }
        )
        order.add_payment(
            {'pos_order_id': order.id, 'payment_method_id': method.id, 'amount': amount}
        )
        order.action_pos_order_paid()
        return order

    def test_the_receipt_is_printed_and_the_payment_voided(self):
        self.main_pos_config.invoice_payment_cashier_void = True
        payment = self._run('CollectInvoiceReceiptAndVoid')
        self.assertEqual(payment.amount, 100)
        self.assertFalse(
            payment.filtered_domain(self.env['pos_receivable.drawer']._get_standing_domain())
        )
        self.assertDue('not_paid', 640)

    def test_what_is_more_than_due_is_kept_on_account(self):
        self.main_pos_config.invoice_payment_on_account = True
        payment = self._run('CollectInvoiceKeepOnAccount')
        self.assertEqual((payment.amount, payment.invoice_ids), (652.5, self.invoice))
        items = payment.move_id.line_ids.sorted('id')
        self.assertEqual(items.mapped('balance'), [652.5, -640, -12.5])
        self.assertEqual(items.mapped('amount_residual')[1:], [0, -12.5])
        self.assertDue(self.invoice._get_invoice_in_payment_state(), 0)

    def test_a_deposit_pays_an_invoice_later(self):
        self.main_pos_config.invoice_payment_on_account = True
        payment = self._run('CollectInvoiceDeposit')
        self.assertEqual((payment.amount, payment.partner_id), (100, self.customer))
        self.assertDue('partial', 540)

    def test_a_manager_pays_a_deposit_out(self):
        self.main_pos_config.invoice_payment_on_account = True
        cashier = self.env['res.users'].search([('login', '=', 'counter_cashier')])
        cashier.group_ids |= self.env.ref('point_of_sale.group_pos_manager')
        deposit, payout = self._run('CollectInvoicePayOut')
        self.assertEqual((payout.payment_type, payout.amount), ('outbound', 40))
        item = deposit.move_id.line_ids.sorted('balance')[0]
        self.assertEqual((item.balance, item.amount_residual), (-100, -60))
        self.assertDue('not_paid', 640)

    def test_why_less_is_paid_is_asked_and_can_be_skipped(self):
        self.main_pos_config.invoice_payment_ask_shortfall = True
        payments = self._run('CollectInvoiceShort')
        self.assertEqual(payments.mapped('amount'), [240.5, 100, 50, 249.5])
        self.assertDue(self.invoice._get_invoice_in_payment_state(), 0)
        shortfalls = self.env['pos_receivable.shortfall'].search([], order='id')
        today = fields.Date.context_today(self.customer)
        self.assertRecordValues(
            shortfalls.filtered(lambda shortfall: shortfall.move_id == self.invoice),
            [
                {
                    'payment_id': payments[0].id,
                    'reason_code': '7',
                    'note': 'when he is paid',
                    'promise_date': today + relativedelta(days=14),
                    'amount_open': 399.5,
                },
                {
                    'payment_id': payments[1].id,
                    'reason_code': '3',
                    'note': False,
                    'promise_date': False,
                    'amount_open': 299.5,
                },
            ],
        )

    def test_credit_is_used_and_the_rest_paid(self):
        today = fields.Date.context_today(self.customer)
        credit_note = self._create_invoice('RINV/TOUR/1', 50, today, self.buyer, 'out_refund')
        payment = self._run('CollectInvoiceCredit')
        self.assertEqual(payment.amount, 150)
        self.assertEqual(credit_note.amount_residual, 0)
        self.assertEqual(self.buyer_invoices.mapped('amount_residual'), [100, 0, 300])


@tagged('post_install', '-at_install')
class TestCollectInvoiceOnADesktop(CollectInvoiceTours, CollectInvoiceTourCommon):
    def test_paid_at_another_till_meanwhile(self):
        with mute_logger('odoo.http'):  # the server's warning about its refusal
            payment = self._run('CollectInvoicePaidMeanwhile')
        self.assertEqual(payment.pos_invoice_payment_uuid, 'another-till')
        self.assertDue(self.invoice._get_invoice_in_payment_state(), 0)

    def test_a_lost_answer_is_asked_for_again_and_booked_once(self):
        payment = self._run('CollectInvoiceLostAnswer')
        self.assertBooked(payment, 100, self.counter_cash_journal.default_account_id)
        self.assertDue('partial', 540)

    def test_a_connection_lost_at_any_request_books_once_and_says_so(self):
        self.main_pos_config.invoice_payment_cashier_void = True
        payment = self._run('CollectInvoiceConnectionLost')
        self.assertRecordValues(payment, [{'amount': 100, 'state': 'canceled'}])
        self.assertEqual(payment.pos_invoice_payment_data['void']['reason'], 'arrives')
        self.assertFalse(self.env['mail.mail'].search([('email_to', '=', 'acme@example.com')]))
        self.assertDue('not_paid', 640)

    def test_a_lost_payment_is_booked_once_whatever_is_answered_to_the_next_tries(self):
        payment = self._run('CollectInvoiceLostThenError')
        self.assertBooked(payment, 100, self.counter_cash_journal.default_account_id)
        self.assertDue('partial', 540)

    def test_a_lost_payment_is_told_with_its_receipt_after_a_reload(self):
        payment = self._run('CollectInvoiceLostAndReloaded')
        self.assertBooked(payment, 640, self.counter_cash_journal.default_account_id)
        self.assertDue(self.invoice._get_invoice_in_payment_state(), 0)

    def test_a_connection_lost_while_credit_is_used_uses_it_once(self):
        today = fields.Date.context_today(self.customer)
        credit_note = self._create_invoice('RINV/TOUR/1', 50, today, self.buyer, 'out_refund')
        self.assertFalse(self._run('CollectInvoiceCreditConnectionLost'))
        self.assertEqual(credit_note.amount_residual, 0)
        self.assertEqual(self.buyer_invoices.mapped('amount_residual'), [100, 150, 300])

    def test_a_scanned_invoice_is_paid_without_choosing_a_customer(self):
        with mute_logger('odoo.http'):  # the server's warning about its refusal
            payment = self._run('CollectInvoiceScanned')
        self.assertRecordValues(
            payment,
            [
                {
                    'amount': 200,
                    'partner_id': self.buyer.id,
                    'invoice_ids': self.buyer_invoices[1].ids,
                }
            ],
        )

    def test_the_customer_list_tells_what_is_due(self):
        self.assertFalse(self._run('CollectInvoiceCustomerList'))

    def test_every_text_stands_out_from_its_background(self):
        self.main_pos_config.invoice_payment_cashier_void = True
        today = fields.Date.context_today(self.customer)
        discounted = self._create_invoice('INV/TOUR/3', 300, today, post=False)
        discounted.invoice_payment_term_id = self.env['account.payment.term'].create(
            {
                'name': '2% 10 days',
                'early_discount': True,
                'discount_days': 10,
                'discount_percentage': 2,
                'line_ids': [Command.create({'value': 'percent', 'value_amount': 100})],
            }
        )
        discounted.action_post()
        self._create_invoice('RINV/TOUR/1', 50, today, move_type='out_refund')
        self._run('CollectInvoiceReadable')

    def test_the_drawer_agrees_when_the_register_is_closed(self):
        cash_journal = self.main_pos_config.payment_method_ids.filtered(
            lambda method: method.type == 'cash'
        ).journal_id
        self.main_pos_config.invoice_payment_cash_journal_id = cash_journal
        cash, card = self._run('CollectInvoiceAndClose')
        session = cash.pos_session_id
        self.assertRecordValues(
            session,
            [
                {
                    'state': 'closed',
                    'cash_register_balance_end_real': 240,
                    'cash_register_difference': 0,
                }
            ],
        )
        self.assertEqual(card.pos_session_id, session)
        self.assertDue(self.invoice._get_invoice_in_payment_state(), 0)
        # Nothing but the cash itself moved in the drawer: no difference was booked.
        lines = self.env['account.move.line'].search(
            [
                ('account_id', '=', cash_journal.default_account_id.id),
                ('parent_state', '=', 'posted'),
            ]
        )
        self.assertEqual(lines.mapped('balance'), [240])
        self.assertFalse(session.statement_line_ids)


@tagged('post_install', '-at_install')
class TestCollectInvoiceOnAPhone(CollectInvoiceTours, CollectInvoiceTourCommon):
    browser_size = '375x667'
    touch_enabled = True
