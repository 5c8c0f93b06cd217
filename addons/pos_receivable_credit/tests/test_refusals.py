from unittest.mock import patch

import psycopg2

from odoo.exceptions import AccessError
from odoo.tests import tagged

from odoo.addons.pos_receivable.tests import rpc

from .common import CreditCommon


@tagged('post_install', '-at_install')
class TestRefusals(CreditCommon):
    """What is refused by an error is undone; that it was refused can be read."""

    def _refuse(self, values, **options):
        with self._in_a_request(self.cashier) as (cashier, told):
            self._sync(values, live=True, user=cashier, **options)
        self.assertFalse(self.env['pos.order'].search([('uuid', '=', values['uuid'])]))
        return told[0]

    def _find_refused(self):
        self.env.flush_all()
        return self.env['pos_receivable.credit.verdict'].search([('verdict', '=', 'refused')])

    def test_what_a_cashier_is_refused_is_read_by_the_manager(self):
        self._refuse(self._prepare_order(500.0))
        [verdict] = self._find_refused()
        shown = rpc.call(
            self.manager,
            verdict._name,
            'read',
            verdict.ids,
            ['partner_id', 'amount', 'reasons', 'cashier_name', 'order_id'],
        )[0]
        self.assertEqual((shown['partner_id'][0], shown['amount']), (self.customer.id, 500.0))
        self.assertIn('above the limit', shown['reasons'])
        self.assertEqual((shown['cashier_name'], shown['order_id']), (self.cashier.name, False))

    def test_the_log_of_decisions_has_it_with_its_figures(self):
        self._refuse(self._prepare_order(500.0))
        [decision] = (
            self.env['pos_receivable.decision'].sudo().search([('capability', '=', 'credit')])
        )
        self.assertEqual((decision.action, decision.outcome['action']), ('reject', 'refuse'))
        self.assertEqual((decision.user_id, decision.mode), (self.cashier, 'block'))
        self.assertEqual((decision.inputs['amount'], decision.inputs['limit']), (500.0, 100.0))
        [attempt] = self.authorizations.search([])
        self.assertEqual((decision.subject_id, decision.case_key), (attempt.id, attempt.uuid))
        self.assertEqual((attempt.state, attempt.amount), ('refused', 500.0))

    def test_so_is_a_deposit_that_was_not_paid(self):
        self._ask_for_deposits()
        self._refuse(self._prepare_order(60.0, deposit=5.0))
        self.assertEqual(self._find_refused().amount, 55.0)

    def test_and_an_order_of_nobody(self):
        nobody = self.env['res.partner']
        self._refuse(self._prepare_order(50.0, partner=nobody, to_invoice=False))
        self.assertEqual((self._find_refused().amount, self._get_log()), (50.0, ['refuse']))

    def test_forged_or_not(self):
        authorized = self._authorize(60.0)
        self._refuse(
            self._prepare_order(
                500.0, authorized['order_uuid'], customer_account_uuid=authorized['uuid']
            ),
            default_state='authorized',
            default_override_kind='manager',
            default_refused_at=False,
        )
        [verdict] = self._find_refused()
        self.assertEqual(verdict.amount, 500.0)
        self.assertEqual(self._find(authorized).state, 'authorized')
        for name, value in (('override_kind', 'manager'), ('state', 'consumed')):
            self.env['ir.default'].with_user(self.cashier).sudo().set(
                self.authorizations._name, name, value, user_id=True
            )
        self._refuse(self._prepare_order(400.0))
        self.assertEqual(sorted(self._find_refused().mapped('amount')), [400.0, 500.0])

    def test_each_time_it_is_tried(self):
        values = self._prepare_order(500.0)
        self._refuse(values)
        self._refuse(values)
        self.assertEqual(self._get_log(), ['refuse'] * 2)

    def test_what_was_answered_stays_when_its_session_is_closed(self):
        refused = self._authorize(500.0)
        order = self._sync(self._prepare_order(60.0, refused['order_uuid']), live=True)
        self.assertEqual((order.state, self._find(refused).state), ('paid', 'released'))
        self.assertEqual(self._find_refused().amount, 500.0)
        self._refuse(self._prepare_order(300.0))
        self.env['pos_receivable.credit.order.check']._close(self.till.sudo())
        self.assertEqual(sorted(self._find_refused().mapped('amount')), [300.0, 500.0])

    def test_what_was_let_pass_in_the_end_was_not_refused(self):
        refused = self._authorize(500.0)
        self._authorize(
            500.0,
            refused['order_uuid'],
            refused['uuid'],
            till=self.till.with_user(self.manager),
            override={'reason': 'I know them'},
        )
        self.assertFalse(self._find_refused())
        order = self._sync(self._prepare_order(500.0, refused['order_uuid']), live=True)
        verdicts = self.env['pos_receivable.credit.verdict'].search([])
        self.assertEqual((verdicts.order_id, verdicts.verdict), (order, 'early'))

    def test_nothing_else_of_the_request_comes_through(self):
        with self._in_a_request(self.cashier) as (cashier, _told):
            cashier.env['res.partner'].sudo().create({'name': 'Undone'})
            self._sync(self._prepare_order(500.0), live=True, user=cashier)
        self.assertFalse(self.env['res.partner'].search([('name', '=', 'Undone')]))
        self.assertTrue(self._find_refused())

    def test_what_is_refused_for_other_reasons_is_no_verdict(self):
        with self._in_a_request(self.cashier, AccessError) as (cashier, _told):
            rpc.call(
                cashier, 'pos.config', 'write', self.shop.ids, {'customer_account_check': 'off'}
            )
        self.assertNothingWritten()

    def test_a_customer_who_was_made_by_the_request_is_undone_with_it(self):
        self.company.receivable_credit_without_limit = 'none'
        with self._in_a_request(self.cashier) as (cashier, _told):
            partner = cashier.env['res.partner'].sudo().create({'name': 'New'})
            self._sync(self._prepare_order(5.0, partner=partner), live=True, user=cashier)
        self.assertEqual((self._find_refused().amount, self._get_log()), (5.0, ['refuse']))
        self.assertFalse(self._find_refused().partner_id)

    def test_where_it_cannot_be_written_down_the_cashier_is_told_all_the_same(self):
        decisions = self.env.registry['pos_receivable.decision']
        with (
            self.assertLogs('odoo.addons.pos_receivable_credit.models.refusal', 'ERROR'),
            patch.object(decisions, 'create', side_effect=psycopg2.OperationalError('away')),
        ):
            message = self._refuse(self._prepare_order(500.0))
        self.assertIn('should not be sold', message)
        self.assertNothingWritten()
