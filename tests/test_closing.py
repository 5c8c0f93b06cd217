from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import PosReceivableCommon


@tagged('post_install', '-at_install')
class TestClosing(PosReceivableCommon):
    """Screen, ledger and drawer agree, with invoice money shown apart from sales."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.drawer_account = cls.cash_journal.default_account_id
        cls.shop = cls._create_shop('Shop 2', cls._create_journal('cash', 'Second', 'SEC'))
        cls.session.sudo().cash_register_balance_start = 100.0
        cls.invoice = cls._create_invoice(500.0)
        cls.manager = cls._create_user('max', 'Max', 'point_of_sale.group_pos_manager')

    def _expected(self, session=None):
        data = (session or self.session).get_closing_control_data()
        return data['default_cash_details'].get('amount')

    def _collect_70_cash_and_30_card(self):
        self._collect({self.invoice: 70.0})
        self._collect({self.invoice: 30.0}, journal=self.card_journal)

    def _get_difference_lines(self):
        accounts = self.cash_journal.loss_account_id | self.cash_journal.profit_account_id
        return self.env['account.move.line'].search(
            [('account_id', 'in', accounts.ids), ('journal_id', '=', self.cash_journal.id)]
        )

    def test_popup_and_session_say_220_cash_and_30_card(self):
        self._sell(self.session, 50.0)
        self._collect_70_cash_and_30_card()
        data = self.session.get_closing_control_data()
        cash = data['default_cash_details']
        self.assertEqual((cash['amount'], cash['opening'], cash['payment_amount']), (220, 100, 50))
        self.assertEqual(
            (cash['invoice_payments']['count'], cash['invoice_payments']['amount']), (1, 70.0)
        )
        self.assertEqual([row['amount'] for row in cash['invoice_payments']['payments']], [70.0])
        self.assertEqual(
            [(row['name'], row['count'], row['amount']) for row in data['invoice_payments']],
            [('Card', 1, 30.0)],
        )
        self.assertEqual(self.session.cash_register_balance_end, 220.0)
        self.assertEqual(data['orders_details'], {'quantity': 1, 'amount': 50.0})

    def test_nothing_is_shown_when_nothing_was_collected(self):
        self._sell(self.session, 50.0)
        data = self.session.get_closing_control_data()
        self.assertNotIn('invoice_payments', data['default_cash_details'])
        self.assertEqual(data['invoice_payments'], [])
        self.assertEqual(data['default_cash_details']['amount'], 150.0)

    def test_counting_what_is_expected_books_no_difference(self):
        before = self._get_balance(self.drawer_account)
        self._sell(self.session, 50.0)
        self._collect_70_cash_and_30_card()
        self.assertEqual(self._close(self.session, 220.0), {'successful': True})
        self.assertFalse(self._get_difference_lines())
        self.assertEqual(self._get_balance(self.drawer_account) - before, 120.0)
        session = self.session.sudo()
        self.assertEqual(
            (session.cash_register_balance_end, session.cash_register_difference), (220.0, 0.0)
        )

    def test_nothing_of_the_cash_stays_on_outstanding_receipts(self):
        receipts = (
            self.env['account.payment']
            .new({'company_id': self.company.id})
            ._get_outstanding_account('inbound')
        )
        before = self._get_balance(receipts), self._get_balance(self.outstanding_account)
        self._sell(self.session, 50.0)
        self._collect({self.invoice: 70.0})
        self._close(self.session, 220.0)
        after = self._get_balance(receipts), self._get_balance(self.outstanding_account)
        self.assertEqual(after, before)

    def test_counting_5_less_books_a_loss_of_5_and_nothing_else(self):
        for sale in (50.0, 0.0):
            with self.subTest(sale=sale):
                session = self.session
                if not sale:
                    session = self._open_session(self.config, 100.0)
                    session.sudo().cash_register_balance_start = 150.0
                else:
                    self._sell(session, sale)
                self._collect({self.invoice: 70.0}, session=session)
                self._close(session, 215.0)
                difference = self._get_difference_lines()
                self.assertEqual(difference.mapped('balance'), [5.0])
                difference.move_id.button_draft()
                difference.move_id.unlink()

    def test_a_session_without_sales_expects_its_invoice_cash(self):
        self._collect_70_cash_and_30_card()
        self.assertEqual(self._expected(), 170.0)
        self.assertEqual(self._close(self.session, 170.0), {'successful': True})
        self.assertFalse(self._get_difference_lines())
        self.assertEqual(self.session.state, 'closed')
        self.assertFalse(self.session.sudo().move_id)

    def test_cash_in_and_out_count_with_and_without_sales(self):
        for sale in (0.0, 50.0):
            with self.subTest(sale=sale):
                session = self.session if not sale else self._open_session(self.config, 100.0)
                if sale:
                    self._sell(session, sale)
                session.sudo().try_cash_in_out('in', 20.0, 'float', False, {'translatedType': 'in'})
                session.sudo().try_cash_in_out('out', 5.0, 'ice', False, {'translatedType': 'out'})
                self._collect({self.invoice: 70.0}, session=session)
                expected = 100.0 + sale + 15.0 + 70.0
                self.assertEqual(self._expected(session), expected)
                self._close(session, expected)
                self.assertFalse(self._get_difference_lines())

    def test_a_cashier_who_sees_no_cash_move_still_expects_it(self):
        self._collect({self._create_invoice(30.0): 30.0})
        self.session.sudo().try_cash_in_out('in', 100, 'change', False, {'translatedType': 'in'})
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(self.session.cash_register_balance_end, 230.0)

    def test_the_next_session_opens_with_what_was_counted(self):
        self._collect({self.invoice: 70.0})
        self._close(self.session, 170.0)
        self.config.open_ui()
        self.assertEqual(self.config.current_session_id.cash_register_balance_start, 170.0)

    def test_cents_do_not_become_a_difference(self):
        self.session.sudo().cash_register_balance_start = 0.3
        for amount in (0.1, 0.2, 0.7):
            self._sell(self.session, amount)
            self._collect({self.invoice: amount})
        self._close(self.session, 2.3)
        self.assertFalse(self._get_difference_lines())

    def test_a_cash_journal_that_is_not_the_drawers_is_shown_apart(self):
        safe = self._create_journal('cash', 'Safe', 'SAF')
        self.session.sudo().state = 'closed'
        self.config.invoice_payment_cash_journal_id = safe
        session = self._open_session(self.config, 100.0)
        self._collect({self.invoice: 70.0}, journal=safe, session=session)
        data = session.get_closing_control_data()
        self.assertEqual(data['default_cash_details']['amount'], 100.0)
        self.assertEqual(
            [(row['name'], row['type'], row['amount']) for row in data['invoice_payments']],
            [('Safe', 'cash', 70.0)],
        )
        self._close(session, 100.0)
        self.assertFalse(self._get_difference_lines())

    def test_a_shop_without_a_drawer_collects_and_closes(self):
        shop = self._create_shop(
            'Online desk',
            self._create_journal('cash', 'Unused', 'UNU'),
            invoice_payment_cash_journal_id=False,
        )
        shop.payment_method_ids = shop.payment_method_ids.filtered(lambda pm: pm.type == 'bank')
        session = self._open_session(shop)
        self._collect({self.invoice: 30.0}, journal=self.card_journal, session=session)
        data = session.get_closing_control_data()
        self.assertNotIn('amount', data['default_cash_details'] or {})
        self.assertEqual([row['amount'] for row in data['invoice_payments']], [30.0])
        self.assertEqual(self._close(session), {'successful': True})

    def test_two_shops_count_only_their_own_cash(self):
        second_drawer = self.shop.invoice_payment_cash_journal_id
        other = self._open_session(self.shop)
        self._collect({self.invoice: 70.0})
        self._collect({self.invoice: 11.0}, journal=second_drawer, session=other)
        self.assertEqual((self._expected(), self._expected(other)), (170.0, 11.0))

    def test_a_recovery_session_closes_without_a_difference(self):
        session = self.session.sudo()
        session.rescue = True
        self._collect({self.invoice: 70.0})
        session.action_pos_session_closing_control()
        self.assertEqual(session.state, 'closed')
        self.assertFalse(self._get_difference_lines())

    def test_a_payment_cancelled_before_closing_leaves_every_total(self):
        payment, _answer = self._collect({self.invoice: 70.0})
        self.assertEqual(self._expected(), 170.0)
        for leave in ('action_draft', 'action_cancel'):
            getattr(payment, leave)()
            self.assertEqual(self._expected(), 100.0)
            self.assertEqual(self.session.invoice_payment_total, 0.0)
        self._close(self.session, 100.0)
        self.assertFalse(self._get_difference_lines())

    def test_a_payment_deleted_before_closing_leaves_every_total(self):
        payment, _answer = self._collect({self.invoice: 70.0})
        payment.action_draft()
        payment.unlink()
        self.assertEqual(self._expected(), 100.0)
        self._close(self.session, 100.0)
        self.assertFalse(self._get_difference_lines())

    def test_what_is_cancelled_after_closing_does_not_change_the_count(self):
        payment, _answer = self._collect({self.invoice: 70.0})
        self._close(self.session, 170.0)
        payment.action_draft()
        payment.action_cancel()
        self.env.invalidate_all()
        session = self.session.sudo()
        self.assertEqual(
            (session.cash_register_balance_end, session.cash_register_difference), (170.0, 0.0)
        )
        self.assertEqual(session.invoice_payment_total, 0.0)
        self.assertIn('canceled', session.invoice_payment_ids.mapped('state'))

    def test_whoever_cancels_or_deletes_leaves_a_trace_on_the_session(self):
        payment, _answer = self._collect({self.invoice: 70.0})
        payment.action_draft()
        payment.unlink()
        trace = ' '.join(self.session.sudo().message_ids.mapped('body'))
        self.assertRegex(trace, r"70\.00.*was reset to draft")
        self.assertRegex(trace, r"70\.00.*was deleted")

    def _get_fingerprint(self):
        return self.session.get_closing_control_data()['invoice_payments_fingerprint']

    def test_a_payment_taken_while_somebody_counts_stops_the_closing(self):
        counted = self._get_fingerprint()
        self._collect({self.invoice: 70.0})
        answer = self.session.check_invoice_payments_counted(counted)
        self.assertFalse(answer['successful'])
        self.assertIn("registered or cancelled while you were counting", answer['message'])
        self.assertEqual(self.session.state, 'opened')

        answer = self.session.check_invoice_payments_counted(self._get_fingerprint())
        self.assertEqual(answer, {'successful': True})
        self.assertEqual(self._close(self.session, 170.0), {'successful': True})

    def test_a_payment_taken_between_two_steps_of_closing_stops_it(self):
        self.session.check_invoice_payments_counted(self._get_fingerprint())
        self._collect({self.invoice: 70.0})
        answer = self._close(self.session, 100.0)
        self.assertEqual(
            (answer['successful'], answer['type']), (False, 'invoice_payments_changed')
        )

    def test_what_another_device_was_told_does_not_help(self):
        first_device = self._get_fingerprint()
        self._collect({self.invoice: 70.0})
        self._get_fingerprint()  # a second device looks
        self.assertFalse(self.session.check_invoice_payments_counted(first_device)['successful'])

    def test_a_cashier_cannot_rewrite_the_figures_of_a_closing(self):
        for values in ({'invoice_cash_at_closing': 500.0}, {'invoice_payments_told': 'x'}):
            with self.assertRaises(AccessError):
                self.session.write(values)

    def test_what_an_accountant_reverses_leaves_every_total(self):
        payment, _answer = self._collect({self.invoice: 70.0})
        payment.move_id._reverse_moves([{'date': self.today}], cancel=True)
        self.assertEqual(self.session.cash_register_balance_end, 100.0)
        self.assertEqual(self.session.get_invoice_payments()[0]['state'], 'cancelled')
        self.assertIn('was cancelled', ' '.join(self.session.sudo().message_ids.mapped('body')))

    def test_what_an_accountant_moves_to_another_journal_leaves_the_drawers_account(self):
        payment, _answer = self._collect({self.invoice: 70.0})
        payment.action_draft()
        payment.journal_id = self.card_journal
        payment.action_post()
        self.assertEqual(payment._seek_for_lines()[0].account_id, self.outstanding_account)
        self.assertEqual(self._expected(), 100.0)
        [entry] = self.session.get_invoice_payments()
        self.assertEqual((entry['state'], entry['journal_name']), ('posted', 'Card'))

    def test_nothing_is_collected_once_closing_began(self):
        self.session.update_closing_control_state_session('')
        with self.assertRaisesRegex(UserError, "not open"):
            self._collect({self.invoice: 70.0})

    def test_sales_taxes_and_orders_are_untouched(self):
        self._sell(self.session, 50.0)
        session = self.session.sudo()
        figures = session.order_count, session.total_payments_amount
        self._collect_70_cash_and_30_card()
        self._close(self.session, 220.0)
        self.assertEqual((session.order_count, session.total_payments_amount), figures)
        self.assertEqual(
            sum(session.move_id.line_ids.filtered(lambda line: line.credit).mapped('credit')), 50.0
        )

    def test_the_journal_items_of_the_session_include_the_collections(self):
        payment, _answer = self._collect({self.invoice: 70.0})
        self.assertIn(payment.move_id, self.session.sudo()._get_related_account_moves())

    def _get_sale_details(self):
        # As a manager: the core itself keeps cashiers from this report once there are orders.
        report = self.env['report.point_of_sale.report_saledetails'].with_user(self.manager)
        return report.get_sale_details(session_ids=self.session.ids)

    def test_the_daily_sales_report_expects_the_same(self):
        for sale in (50.0, 0.0):
            with self.subTest(sale=sale):
                if not sale:
                    self.session = self._open_session(self.config, 100.0)
                else:
                    self._sell(self.session, sale)
                self.session.sudo().try_cash_in_out(
                    'in', 20.0, 'float', False, {'translatedType': 'in'}
                )
                self._collect({self.invoice: 70.0}, session=self.session)
                self._collect({self.invoice: 30.0}, journal=self.card_journal, session=self.session)
                expected = self._expected(self.session)
                self._close(self.session, expected - 5)
                details = self._get_sale_details()
                [drawer] = [
                    row
                    for row in details['payments']
                    if row.get('count') and row.get('money_counted') == expected - 5
                ]
                self.assertEqual(
                    (drawer['final_count'], drawer['money_difference']), (expected, -5.0)
                )
                moves = [move['amount'] for move in drawer['cash_moves']]
                if sale:  # the core lists these moves, ours comes last
                    self.assertEqual((moves[0], moves[-1]), (100.0, 70.0))
                else:
                    self.assertEqual(moves, [100.0, 20.0, 70.0])
                self.assertEqual(
                    [
                        (row['name'], row['count'], row['amount'])
                        for row in details['invoice_payments']
                    ],
                    [('Drawer', 1, 70.0), ('Card', 1, 30.0)],
                )
                self.assertEqual(details['invoice_payments_total'], 100.0)

    def test_the_report_of_a_day_tells_what_was_collected_on_that_day(self):
        self._collect_70_cash_and_30_card()
        report = self.env['report.point_of_sale.report_saledetails'].with_user(self.manager)
        now = fields.Datetime.now()
        for start, total in (
            (now - timedelta(hours=1), 100.0),
            (now - timedelta(days=2), 0.0),
        ):
            details = report.get_sale_details(
                fields.Datetime.to_string(start),
                fields.Datetime.to_string(start + timedelta(hours=12)),
                self.config.ids,
            )
            self.assertEqual(details['invoice_payments_total'], total)

    def test_the_printed_report_has_a_section_for_invoice_payments(self):
        self._collect_70_cash_and_30_card()
        html, _type = self.env['ir.actions.report']._render_qweb_html(
            'point_of_sale.sale_details_report',
            self.session.ids,
            data={
                'session_ids': self.session.ids,
                'config_ids': [],
                'date_start': False,
                'date_stop': False,
            },
        )
        self.assertRegex(html.decode(), r"(?s)Invoice Payments.*Drawer.*70\.00.*Card.*30\.00")

    def test_the_analysis_tells_shop_cashier_journal_and_state(self):
        self._collect_70_cash_and_30_card()
        cancelled, _answer = self._collect({self.invoice: 5.0})
        cancelled.action_cancel()
        rows = (
            self.env['pos_receivable.payment.report']
            .with_user(self.manager)
            .search_read(
                [('session_id', '=', self.session.id)],
                ['config_id', 'cashier', 'journal_type', 'amount', 'state'],
                order='id',
            )
        )
        self.assertEqual(
            [
                (
                    row['config_id'][1],
                    row['cashier'],
                    row['journal_type'],
                    row['amount'],
                    row['state'],
                )
                for row in rows
            ],
            [
                ('Shop 1', 'Anna', 'cash', 70.0, 'posted'),
                ('Shop 1', 'Anna', 'bank', 30.0, 'posted'),
                ('Shop 1', 'Anna', 'cash', 5.0, 'cancelled'),
            ],
        )

    def _reset_to_draft(self, payment, how):
        if how == 'payment':
            payment.action_draft()
        else:
            payment.move_id.button_draft()

    def test_a_draft_collection_keeps_the_session_open_until_it_is_decided_on(self):
        for how in ('payment', 'entry'):
            with self.subTest(how=how):
                payment, _answer = self._collect({self._create_invoice(100.0): 100.0})
                self._reset_to_draft(payment, how)
                answer = self._close(self.session, 100.0)
                self.assertFalse(answer['successful'])
                self.assertIn(payment.name, answer['message'])
                with self.assertRaises(UserError) as refusal:
                    self.session.sudo().action_pos_session_closing_control()
                self.assertIn(payment.name, refusal.exception.args[0])
                self.assertEqual(self.session.state, 'opened')
                payment.action_cancel()
        payment, _answer = self._collect({self._create_invoice(100.0): 100.0})
        payment.action_draft()
        payment.action_post()
        self.assertEqual(self._close(self.session, 200.0), {'successful': True})
        self.assertEqual(self.session.cash_register_difference, 0.0)
        self.assertEqual(self._get_balance(self.cash_journal.default_account_id), 100.0)
