from datetime import timedelta

from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import html2plaintext

from .common import PosReceivableCommon


@tagged('post_install', '-at_install')
class TestDeposits(PosReceivableCommon):
    """Money that is kept on a customer's account: received for no invoice, theirs until it is used."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.config.invoice_payment_on_account = True
        cls.manager = cls._create_user('max', 'Max', 'point_of_sale.group_pos_manager')
        cls.invoice = cls._create_invoice(100.0)

    def _deposit(self, amount, allocations=None, **values):
        return self._collect(allocations or {}, on_account=amount, **values)

    def _get_item(self, payment):
        return payment.move_id.line_ids.sudo().filtered('pos_receivable_on_account')

    def _get_credits(self, partner=None):
        credits = self.session.get_open_credits((partner or self.customer).id)
        return [(row['amount'], row['on_account']) for row in credits]

    def _void(self, payment):
        session = self.session.with_user(self.manager)
        return session.void_invoice_payment(payment.id, 'Wrong customer')

    # -- Taken --------------------------------------------------------------------------------

    def test_a_deposit_is_one_payment_that_stays_open_on_the_account(self):
        payment, answer = self._deposit(12.5)
        self.assertEqual((payment.amount, payment.state), (12.5, 'paid'))
        self.assertEqual(payment.partner_id, self.customer)
        cash, item = payment.move_id.line_ids.sorted('id')
        self.assertEqual(
            (cash.account_id, cash.balance), (self.cash_journal.default_account_id, 12.5)
        )
        self.assertEqual(
            (item.account_id, item.balance, item.amount_residual, item.name),
            (self.customer.property_account_receivable_id, -12.5, -12.5, 'On account'),
        )
        told = answer['payment']
        self.assertEqual((told['amount'], told['on_account'], told['settled']), (12.5, 12.5, 0.0))
        self.assertEqual(answer['invoices'], [])
        self.assertEqual(self.session.cash_register_balance_end, 12.5)

    def test_what_exceeds_an_invoice_is_kept_besides(self):
        payment, answer = self._deposit(20.0, {self.invoice: 100.0}, tendered=150.0)
        self.assertEqual((payment.amount, self.invoice.payment_state), (120.0, 'paid'))
        _cash, paid, kept = payment.move_id.line_ids.sorted('id')
        self.assertEqual((paid.balance, paid.reconciled), (-100.0, True))
        self.assertEqual((kept.balance, kept.reconciled, kept.name), (-20.0, False, 'On account'))
        told = answer['payment']
        self.assertEqual(
            (told['amount'], told['settled'], told['on_account'], told['change']),
            (120.0, 100.0, 20.0, 30.0),
        )
        self.assertEqual(payment.invoice_ids, self.invoice)

    def test_several_invoices_and_a_deposit_are_one_payment(self):
        other = self._create_invoice(50.0)
        payment, answer = self._deposit(
            7.5, {self.invoice: 30.0, other: 50.0}, journal=self.card_journal
        )
        self.assertEqual(payment.amount, 87.5)
        self.assertEqual((self.invoice | other).mapped('amount_residual'), [70.0, 0.0])
        items = payment.move_id.line_ids.sorted('id')
        self.assertEqual(items.mapped('balance'), [87.5, -30.0, -50.0, -7.5])
        self.assertEqual([row['paid'] for row in answer['invoices']], [30.0, 50.0])
        self.assertEqual(self._get_credits(), [(7.5, True)])

    def test_it_is_a_credit_that_pays_the_next_invoice(self):
        self._deposit(30.0)
        self.assertEqual(self._list()['credit_total'], 30.0)
        [credit] = self.session.get_open_credits(self.customer.id)
        self.assertEqual((credit['kind'], credit['on_account']), ('payment', True))
        answer = self.session.apply_invoice_credits(
            self.customer.id, [credit['id']], self.invoice.ids
        )
        self.assertEqual((answer['applied'], answer['credits']), (30.0, []))
        self.assertEqual(self.invoice.amount_residual, 70.0)
        self.assertEqual(self._list()['credit_total'], 0.0)

    def test_a_credit_note_is_nothing_kept_on_account(self):
        self._create_invoice(5.0, move_type='out_refund')
        self._deposit(30.0)
        self.assertEqual(sorted(self._get_credits()), [(5.0, False), (30.0, True)])

    def test_the_ledger_speaks_the_companys_language(self):
        self.env['res.lang']._activate_lang('fr_FR')
        self.company.partner_id.lang = 'fr_FR'
        translations = self.env['res.lang'].with_context(lang='fr_FR').env._("On account")
        payment, _answer = self._deposit(5.0)
        self.assertEqual(self._get_item(payment).name, translations)

    def test_a_child_contact_deposits_for_the_whole_customer(self):
        contact = self.env['res.partner'].create({'name': 'Mia', 'parent_id': self.customer.id})
        payment, answer = self._deposit(5.0, partner=contact)
        self.assertEqual(payment.partner_id, self.customer)
        self.assertEqual(answer['payment']['partner_name'], contact.display_name)
        self.assertEqual(self._get_credits(), [(5.0, True)])

    def test_the_same_attempt_is_booked_once(self):
        payment, answer = self._deposit(12.5, uuid='tap')
        again, repeated = self._deposit(12.5, uuid='tap')
        self.assertEqual((again, repeated), (payment, answer))
        self.assertEqual(self.session.close_invoice_payment_attempt('tap')['on_account'], 12.5)
        self.assertEqual(self._get_credits(), [(12.5, True)])

    def test_an_attempt_given_up_is_not_booked(self):
        self.session.close_invoice_payment_attempt('late')
        with self.assertRaisesRegex(UserError, "given up at the till"):
            self._deposit(12.5, uuid='late')

    # -- Foreign money and coins ----------------------------------------------------------------

    def test_beside_a_foreign_invoice_the_deposit_is_in_the_tills_currency(self):
        euro = self.env.ref('base.EUR')
        euro.active = True
        euro.rate_ids.unlink()
        self.env['res.currency.rate'].create(
            {'currency_id': euro.id, 'name': '2000-01-01', 'rate': 0.5}
        )
        invoice = self._create_invoice(40.0, currency_id=euro.id)
        payment, _answer = self._deposit(9.99, {invoice: 80.0})
        self.assertEqual((invoice.amount_residual, payment.amount), (0.0, 89.99))
        item = self._get_item(payment)
        self.assertEqual(
            (item.currency_id, item.amount_currency, item.balance),
            (self.session.currency_id, -9.99, -9.99),
        )

    def _round_cash(self):
        self.config.write(
            {
                'cash_rounding': True,
                'only_round_cash_method': True,
                'rounding_method': self.env['account.cash.rounding']
                .create(
                    {
                        'name': 'Coins',
                        'rounding': 0.05,
                        'rounding_method': 'HALF-UP',
                        'strategy': 'add_invoice_line',
                        'profit_account_id': self.company_data['default_account_revenue'].id,
                        'loss_account_id': self.company_data['default_account_expense'].id,
                    }
                )
                .id,
            }
        )

    def test_what_coins_cannot_pay_is_not_kept(self):
        self._round_cash()
        payment, answer = self._deposit(12.52, tendered=20.0)
        self.assertEqual((payment.amount, -self._get_item(payment).balance), (12.5, 12.5))
        self.assertEqual(len(payment.move_id.line_ids), 2)
        told = answer['payment']
        self.assertEqual((told['on_account'], told['rounding'], told['change']), (12.5, 0.0, 7.5))
        by_card, _answer = self._deposit(12.52, journal=self.card_journal)
        self.assertEqual(by_card.amount, 12.52)
        with self.assertRaisesRegex(UserError, "too little to be paid in cash"):
            self._deposit(0.02)

    def test_beside_an_invoice_the_rounding_is_the_shops(self):
        self._round_cash()
        payment, answer = self._deposit(12.51, {self.invoice: 10.01})
        self.assertEqual(payment.amount, 22.5)
        self.assertEqual(self._get_item(payment).balance, -12.51)
        self.assertEqual(answer['payment']['rounding'], 0.02)
        self.assertEqual(self.invoice.amount_residual, 89.99)

    # -- Refused --------------------------------------------------------------------------------

    def test_where_it_is_switched_off_nothing_is_kept(self):
        self.config.invoice_payment_on_account = False
        self.assertRefused("keeps no money on account", {}, on_account=5.0)
        self.assertRefused("keeps no money on account", {self.invoice: 5.0}, on_account=5.0)
        self.assertRefused("Choose at least one invoice", {})

    def test_no_more_than_the_shop_keeps_at_once(self):
        self.config.invoice_payment_on_account_max = 50
        self.assertRefused(r"50\.00 is the most that can be kept", {}, on_account=50.01)
        self._deposit(50.0)
        with self.assertRaises(ValidationError):
            self.config.invoice_payment_on_account_max = -1

    def test_what_is_no_amount_is_not_kept(self):
        for amount, message in (
            (-1, "must be more than zero"),
            (0.001, "must be more than zero"),
            (10.005, "too many decimals"),
            ('5', "is not a number"),
            ([5], "is not a number"),
            (True, "is not a number"),
            (float('nan'), "is not a number"),
        ):
            with self.subTest(amount=amount):
                self.assertRefused(message, {self.invoice: 5.0}, on_account=amount)
        for nothing in (0, 0.0, None, False):
            self.assertRefused("Choose at least one invoice", {}, on_account=nothing)

    def test_nothing_is_kept_for_another_companys_customer(self):
        other = self._create_company(name='Other company')
        stranger = self.env['res.partner'].create({'name': 'Theirs', 'company_id': other.id})
        manager = self._create_user(
            'pia',
            'Pia',
            'point_of_sale.group_pos_manager',
            company_ids=[Command.set((self.company | other).ids)],
        )
        session = self.session.with_user(manager).with_context(
            allowed_company_ids=(self.company | other).ids
        )
        with self.assertRaisesRegex(UserError, "customer of another company"):
            self._deposit(5.0, partner=stranger, session=session)

    def test_tendered_cash_has_to_cover_the_deposit_too(self):
        self.assertRefused("does not cover", {self.invoice: 10.0}, on_account=5.0, tendered=14.99)

    # -- Taken back -------------------------------------------------------------------------------

    def test_a_void_takes_the_deposit_back(self):
        payment, _answer = self._deposit(20.0, {self.invoice: 100.0})
        answer = self._void(payment)
        self.assertEqual((answer['state'], answer['on_account']), ('voided', 20.0))
        self.assertEqual((self._get_credits(), self.invoice.amount_residual), ([], 100.0))
        self.assertEqual(self.session.cash_register_balance_end, 0.0)

    def test_what_was_used_elsewhere_is_not_voided(self):
        payment, _answer = self._deposit(30.0)
        [credit] = self.session.get_open_credits(self.customer.id)
        small = self._create_invoice(10.0)
        self.session.apply_invoice_credits(self.customer.id, [credit['id']], small.ids)
        with self.assertRaises(UserError) as refusal:
            self._void(payment)
        message = refusal.exception.args[0]
        self.assertIn("10.00", message)
        self.assertIn("30.00", message)
        self.assertIn(small.name, message)
        self.assertEqual(small.payment_state, 'paid')
        small.line_ids.remove_move_reconcile()
        self.assertEqual(self._void(payment)['state'], 'voided')

    def test_in_closed_books_a_deposit_is_reversed(self):
        yesterday = self.today - timedelta(days=1)
        payment, _answer = self._deposit(20.0, payment_date=yesterday.isoformat())
        self.company.fiscalyear_lock_date = yesterday
        self._void(payment)
        self.assertEqual(payment.move_id.reversal_move_ids.state, 'posted')
        self.assertEqual(self._get_credits(), [])

    # -- Told -------------------------------------------------------------------------------------

    def test_the_history_tells_what_was_kept(self):
        self._deposit(20.0, {self.invoice: 100.0})
        self._deposit(5.0)
        self.assertEqual(
            [(row['amount'], row['on_account']) for row in self.session.get_invoice_payments()],
            [(5.0, 5.0), (120.0, 20.0)],
        )

    def test_the_closing_counts_deposits(self):
        self._deposit(20.0, {self.invoice: 100.0})
        self._deposit(5.0, journal=self.card_journal)
        data = self.session.get_closing_control_data()
        self.assertEqual(data['default_cash_details']['amount'], 120.0)
        [card] = data['invoice_payments']
        self.assertEqual((card['count'], card['amount']), (1, 5.0))
        self.assertEqual(self._close(self.session, 120.0), {'successful': True})
        self.assertEqual(self.session.cash_register_difference, 0.0)

    def test_the_mailed_receipt_tells_what_was_kept(self):
        payment, _answer = self._deposit(20.0, {self.invoice: 100.0})
        self.session.email_invoice_payment(payment.id, 'acme@example.com')
        report = self.env['ir.actions.report']
        html = report._render_qweb_html('account.action_report_payment_receipt', payment.ids)[0]
        text = html2plaintext(html.decode().partition('class="page"')[2])
        self.assertRegex(text, r"Kept on account:\s+\$\s+20\.00")

    # -- At night, and in the back office ------------------------------------------------------------

    def test_the_night_leaves_it_alone(self):
        """Although its payment is linked to an invoice that is open again."""
        payment, _answer = self._deposit(20.0, {self.invoice: 30.0})
        engine = self.env['pos_receivable.reconcile.engine']._with_tree(self.company)
        engine._reconcile_batch(self.invoice)
        self.assertEqual(self.invoice.amount_residual, 70.0)
        self.assertFalse(self.invoice.has_payment_to_reconcile)
        lines = payment.move_id.line_ids
        lines.remove_move_reconcile()
        engine._reconcile_batch(self.invoice)
        self.assertEqual(self.invoice.amount_residual, 70.0)
        self.assertEqual(self._get_item(payment).amount_residual, -20.0)

    def test_the_night_gives_each_of_several_invoices_its_own(self):
        other = self._create_invoice(50.0)
        payment, _answer = self._deposit(20.0, {self.invoice: 30.0, other: 40.0})
        payment.move_id.line_ids.remove_move_reconcile()
        engine = self.env['pos_receivable.reconcile.engine']._with_tree(self.company)
        engine._reconcile_batch(self.invoice | other)
        self.assertEqual((self.invoice | other).mapped('amount_residual'), [70.0, 10.0])
        self.assertEqual(self._get_item(payment).amount_residual, -20.0)

    def test_an_accountant_corrects_the_day_and_the_journal(self):
        payment, _answer = self._deposit(20.0, {self.invoice: 100.0})
        yesterday = self.today - timedelta(days=1)
        payment.action_draft()
        payment.write({'date': yesterday, 'journal_id': self.card_journal.id})
        payment.action_post()
        item = self._get_item(payment)
        self.assertEqual(
            (item.balance, item.date, item.date_maturity, item.reconciled),
            (-20.0, yesterday, yesterday, False),
        )
        self.assertEqual(self.session.cash_register_balance_end, 0.0)
        [entry] = self.session.get_invoice_payments()
        self.assertEqual((entry['on_account'], entry['journal_type']), (20.0, 'bank'))

    def test_an_accountant_corrects_the_amount_of_a_deposit(self):
        payment, _answer = self._deposit(20.0)
        payment.action_draft()
        payment.amount = 15.0
        payment.action_post()
        self.assertEqual(self._get_credits(), [(15.0, True)])
        [entry] = self.session.get_invoice_payments()
        self.assertEqual((entry['amount'], entry['on_account']), (15.0, 15.0))
        self.assertEqual(self.session.cash_register_balance_end, 15.0)

    def test_the_amount_of_a_payment_with_a_deposit_stays(self):
        payment, _answer = self._deposit(20.0, {self.invoice: 100.0})
        payment.action_draft()
        with self.assertRaisesRegex(UserError, "keeps a part on account"):
            payment.amount = 110.0
