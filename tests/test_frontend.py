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

    @classmethod
    def _create_invoice(cls, name, amount, due):
        invoice = cls.env['account.move'].create(
            {
                'move_type': 'out_invoice',
                'name': name,
                'partner_id': cls.customer.id,
                'invoice_date': due,
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


@tagged('post_install', '-at_install')
class TestCollectInvoiceOnAPhone(CollectInvoiceTours, CollectInvoiceTourCommon):
    browser_size = '375x667'
    touch_enabled = True
