import os

from dateutil.relativedelta import relativedelta

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common import PosReceivableCommon


@tagged('post_install', '-at_install')
class TestCollectLikeCore(PosReceivableCommon):
    """A collection writes what the core's Register Payment wizard would write for the same amount,
    date and journal; only the account on which cash arrives may differ."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.euro = cls.setup_other_currency(
            'EUR',
            rates=[
                ('1900-01-01', 0.5),
                (cls.today - relativedelta(days=10), 0.8),
                (cls.today - relativedelta(days=1), 0.7),
            ],
        )
        cls.coarse = cls.setup_other_currency('XAF', rounding=1.0, rates=[('1900-01-01', 0.01)])
        cls.fine = cls.setup_other_currency(
            'KWD',
            rounding=0.001,
            rates=[
                ('1900-01-01', 0.305),
                (cls.today - relativedelta(days=1), 0.299),
            ],
        )
        cls.discount_term = cls.env['account.payment.term'].create(
            {
                'name': '2% 10 days',
                'early_discount': True,
                'discount_days': 10,
                'discount_percentage': 2,
                'line_ids': [
                    Command.create({'value': 'percent', 'value_amount': 100, 'nb_days': 30})
                ],
            }
        )
        cls.instalment_term = cls.env['account.payment.term'].create(
            {
                'name': 'Thirds',
                'line_ids': [
                    Command.create({'value': 'percent', 'value_amount': share, 'nb_days': days})
                    for share, days in ((33, 0), (33, 15), (34, 45))
                ],
            }
        )

    def _cases(self, step):
        """Every ``step``-th of all combinations: steps prime to their numbers mix them well. The
        long form takes them all.

        :return: ``(name, invoice values, share of what is due or 'due_now')``
        """
        cases = list(self._all_cases())
        return cases if os.environ.get('POS_RECEIVABLE_LONG') else cases[::step]

    def _all_cases(self):
        tax = self.company_data['default_tax_sale']
        for currency in (self.company.currency_id, self.euro, self.coarse, self.fine):
            for days_ago in (0, 5, 20):
                for term in (False, self.discount_term, self.instalment_term):
                    for share in (1.0, 0.37, 'due_now'):
                        yield (
                            f'{currency.name}-{days_ago}-{term and term.name}-{share}',
                            {
                                'currency_id': currency.id,
                                'invoice_date': self.today - relativedelta(days=days_ago),
                                'invoice_date_due': False if term else self.today,
                                'invoice_payment_term_id': term and term.id,
                                'invoice_line_ids': [
                                    Command.create(
                                        {
                                            'name': 'Goods',
                                            'price_unit': 1234.57,
                                            'tax_ids': [Command.set(tax.ids)],
                                        }
                                    )
                                ],
                            },
                            share,
                        )

    def _describe_entry(self, move, liquidity_account):
        return sorted(
            (
                'liquidity' if line.account_id == liquidity_account else line.account_id.code,
                line.partner_id.id,
                line.currency_id.name,
                line.amount_currency,
                line.balance,
                line.amount_residual,
                line.tax_line_id.id,
                tuple(line.tax_ids.ids),
            )
            for line in move.line_ids
        )

    def _describe_outcome(self, invoice, payment, liquidity_account):
        receivable = invoice.line_ids.filtered(lambda line: line.display_type == 'payment_term')
        partials = receivable.matched_credit_ids | receivable.matched_debit_ids
        return {
            'entry': self._describe_entry(payment.move_id, liquidity_account),
            'partials': sorted(
                (
                    partial.amount,
                    partial.debit_amount_currency,
                    partial.credit_amount_currency,
                    bool(partial.exchange_move_id),
                )
                for partial in partials
            ),
            'exchange': sorted(
                entry
                for move in partials.exchange_move_id
                for entry in self._describe_entry(move, liquidity_account)
            ),
            'residuals': receivable.sorted('date_maturity').mapped('amount_residual_currency'),
            'state': invoice.payment_state,
        }

    def _pay_with_core(self, invoice, amount, journal):
        wizard = self.env['account.payment.register'].with_context(
            active_model='account.move', active_ids=invoice.ids
        )
        return wizard.create(
            {
                'payment_date': self.today,
                'journal_id': journal.id,
                'currency_id': self.company.currency_id.id,
                'amount': amount,
            }
        )._create_payments()

    def _ask_wizard(self, invoice, currency):
        """What the core's wizard, opened on ``invoice``, says is due and would propose."""
        wizard = (
            self.env['account.payment.register']
            .with_context(active_model='account.move', active_ids=invoice.ids)
            .create({'payment_date': self.today, 'currency_id': currency.id})
        )
        totals = wizard._get_total_amounts_to_pay(wizard.batches)
        return tuple(
            currency.round(totals[key])
            for key in ('full_amount_for_difference', 'amount_by_default')
        )

    def _compare_list(self, session):
        """What the list says of each kind of invoice, untouched and paid in part."""
        currency = session.currency_id
        invoices = self.env['account.move']
        for number, (_name, values, _share) in enumerate(self._cases(5)):
            invoice = self._create_invoice(**values)
            if number % 3:
                self._pay_with_core(invoice, 12.34 * number + 1, self.card_journal)
            invoices |= invoice
        self.env.invalidate_all()
        answer = self._list(session=session, limit=500)
        self.assertEqual({row['id'] for row in answer['invoices']}, set(invoices.ids))
        for row in answer['invoices']:
            with self.subTest(row['name']):
                expected = self._ask_wizard(invoices.browse(row['id']), currency)
                self.assertEqual((row['amount_due'], row['amount_due_now']), expected)
        self.assertEqual(
            answer['total_due'],
            currency.round(sum(row['amount_due'] for row in answer['invoices'])),
        )

    def test_the_list_asks_for_what_the_wizard_does(self):
        self._compare_list(self.session)

    def test_a_list_in_another_currency_asks_for_what_the_wizard_does(self):
        drawer = self._create_journal('cash', 'Euro', 'EUR', currency_id=self.euro.id)
        sales = self._create_journal('sale', 'Euro sales', 'EUS', currency_id=self.euro.id)
        shop = self._create_shop(
            'Euro shop',
            drawer,
            journal_id=sales.id,
            invoice_journal_id=sales.id,
            use_pricelist=False,
            invoice_payment_bank_journal_ids=False,
        )
        self._compare_list(self._open_session(shop))

    def _compare(self, journal, liquidity_account, step):
        currency = self.company.currency_id
        compared = 0
        for name, values, share in self._cases(step):
            with self.subTest(name):
                ours, theirs = (self._create_invoice(**values) for _who in range(2))
                amounts = ours._get_receivable_amounts(currency, self.today)[ours]
                amount = (
                    amounts['due_now']
                    if share == 'due_now'
                    else currency.round(amounts['due'] * share)
                )
                core_payment = self._pay_with_core(theirs, amount, journal)
                payment, _answer = self._collect({ours: amount}, journal=journal)
                self.assertEqual(
                    self._describe_outcome(ours, payment, liquidity_account),
                    self._describe_outcome(
                        theirs, core_payment, core_payment._seek_for_lines()[0].account_id
                    ),
                )
                compared += 1
        self.assertGreaterEqual(compared, 4)

    def test_card_payments_equal_the_wizards(self):
        self._compare(self.card_journal, self.outstanding_account, step=7)

    def test_cash_payments_equal_the_wizards_but_for_the_drawers_account(self):
        self._compare(self.cash_journal, self.cash_journal.default_account_id, step=27)

    def test_a_part_of_a_payment_over_several_equals_a_payment_alone(self):
        currency = self.company.currency_id
        compared = 0
        for name, values, share in self._cases(13):
            with self.subTest(name):
                ours, alone = (self._create_invoice(**values) for _who in range(2))
                companion = self._create_invoice(11.11)
                amounts = ours._get_receivable_amounts(currency, self.today)[ours]
                amount = (
                    amounts['due_now']
                    if share == 'due_now'
                    else currency.round(amounts['due'] * share)
                )
                self._collect({alone: amount}, journal=self.card_journal)
                self._collect({companion: 11.11, ours: amount}, journal=self.card_journal)
                for invoice in (ours, alone):
                    invoice.invalidate_recordset()
                terms = [
                    invoice.line_ids.filtered(
                        lambda line: line.display_type == 'payment_term'
                    ).sorted('date_maturity')
                    for invoice in (ours, alone)
                ]
                self.assertEqual(
                    terms[0].mapped('amount_residual_currency'),
                    terms[1].mapped('amount_residual_currency'),
                )
                self.assertEqual(
                    terms[0].mapped('amount_residual'), terms[1].mapped('amount_residual')
                )
                self.assertEqual(companion.payment_state, 'paid')
                compared += 1
        self.assertGreaterEqual(compared, 4)

    def test_a_discount_in_a_closed_tax_period_is_refused_in_words(self):
        def create_invoice():
            tax = self.company_data['default_tax_sale']
            return self._create_invoice(
                invoice_date=self.today - relativedelta(days=5),
                invoice_date_due=False,
                invoice_payment_term_id=self.discount_term.id,
                invoice_line_ids=[
                    Command.create(
                        {'name': 'Goods', 'price_unit': 100.0, 'tax_ids': [Command.set(tax.ids)]}
                    )
                ],
            )

        invoice, other = create_invoice(), create_invoice()
        discounted = invoice._get_receivable_amounts(invoice.currency_id, self.today)[invoice][
            'due_now'
        ]
        self.assertLess(discounted, invoice.amount_residual)
        yesterday = self.today - relativedelta(days=1)
        self.company.tax_lock_date = yesterday
        with self.assertRaises(UserError) as refusal:
            self._collect({invoice: discounted}, payment_date=yesterday.isoformat())
        self.assertIn("Taxes are closed up to", refusal.exception.args[0])
        self.assertNothingBooked()

        self._collect({other: 10.0}, payment_date=yesterday.isoformat())
        self.assertEqual(other.payment_state, 'partial')
        payment, _answer = self._collect({invoice: discounted})
        self.assertEqual((payment.move_id.date, invoice.payment_state), (self.today, 'paid'))
