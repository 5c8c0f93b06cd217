import os
import random

from dateutil.relativedelta import relativedelta

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common import PosReceivableCommon


@tagged('post_install', '-at_install')
class TestOddRates(PosReceivableCommon):
    """Rates that leave fractions: what is paid in full is paid, and nothing else is."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.long_ago = cls.today - relativedelta(days=20)
        cls.euro = cls._create_currency('EUR', 3.0)
        cls.pound = cls._create_currency('GBP', 0.7317)
        cls.yen = cls._create_currency('JPY', 151.37, rounding=1.0)
        cls.dinar = cls._create_currency('KWD', 0.30513, rounding=0.001)
        cls.thirds = cls.env['account.payment.term'].create(
            {
                'name': 'Thirds',
                'line_ids': [
                    Command.create({'value': 'percent', 'value_amount': share, 'nb_days': days})
                    for share, days in ((33, 0), (33, 15), (34, 45))
                ],
            }
        )
        cls.pound_drawer = cls._create_journal(
            'cash', 'Pound drawer', 'GBD', currency_id=cls.pound.id
        )
        sales = cls._create_journal('sale', 'Pound sales', 'GBS', currency_id=cls.pound.id)
        method = cls.env['pos.payment.method'].create(
            {'name': 'Pound cash', 'journal_id': cls.pound_drawer.id}
        )
        cls.pound_session = cls._open_session(
            cls.env['pos.config'].create(
                {
                    'name': 'Pound shop',
                    'company_id': cls.company.id,
                    'journal_id': sales.id,
                    'invoice_journal_id': sales.id,
                    'payment_method_ids': [Command.set(method.ids)],
                    'use_pricelist': False,
                    'use_invoice_payment': True,
                    'invoice_payment_cash_journal_id': cls.pound_drawer.id,
                }
            )
        )

    @classmethod
    def _create_currency(cls, name, rate, **values):
        """``rate`` today, and another one when older invoices were made."""
        return cls.setup_other_currency(
            name, rates=[('1900-01-01', rate * 1.0713), (cls.today, rate)], **values
        )

    def _due(self, invoice, session=None):
        rows = self._list(session=session, limit=100)['invoices']
        return next(row['amount_due'] for row in rows if row['id'] == invoice.id)

    def test_a_part_of_one_foreign_invoice_beside_all_of_another_stays_a_part(self):
        settled = self._create_invoice(100.0, currency_id=self.euro.id)
        partial = self._create_invoice(300.0, currency_id=self.euro.id)
        self._collect({settled: 33.33, partial: 10.0})
        self.assertRecordValues(
            settled | partial,
            [
                {'amount_residual': 0.0, 'payment_state': 'paid'},
                {'amount_residual': 270.0, 'payment_state': 'partial'},
            ],
        )

    def test_a_sum_spread_over_foreign_invoices_leaves_the_last_one_open(self):
        invoices = [
            self._create_invoice(amount, currency_id=self.euro.id)
            for amount in (235.09 * 3, 352.63 * 3, 470.18 * 3)
        ]
        first, second, third = invoices
        dues = [self._due(invoice) for invoice in invoices]
        rest = self.company.currency_id.round(600 - dues[0] - dues[1])
        self._collect({first: dues[0], second: dues[1], third: rest})
        self.assertEqual([invoice.payment_state for invoice in invoices[:2]], ['paid', 'paid'])
        self.assertEqual(third.payment_state, 'partial')
        self.assertAlmostEqual(third.amount_residual, 470.18 * 3 - rest * 3, delta=0.02)

    def test_a_till_in_another_currency_settles_invoices_of_the_company(self):
        invoice = self._create_invoice(297.64)
        due = self._due(invoice, self.pound_session)
        self.assertEqual(due, self.pound.round(297.64 * 0.7317))
        payment, answer = self._collect(
            {invoice: due}, journal=self.pound_drawer, session=self.pound_session
        )
        self.assertEqual((invoice.payment_state, invoice.amount_residual), ('paid', 0.0))
        self.assertEqual(answer['invoices'][0]['balance_after'], 0.0)
        self.assertEqual(payment.amount, due)
        self.assertFalse(payment._seek_for_lines()[1].matched_debit_ids.exchange_move_id)

    def test_instalments_in_a_third_currency_are_settled_to_the_last_unit(self):
        for total in (99, 100, 1_001):
            for term in (False, self.thirds):
                invoice = self._create_invoice(
                    total, currency_id=self.yen.id, invoice_payment_term_id=term and term.id
                )
                for session, journal in (
                    (self.session, self.cash_journal),
                    (self.pound_session, self.pound_drawer),
                ):
                    with self.subTest(total=total, term=bool(term), shop=session.config_id.name):
                        copy = invoice.copy({'invoice_date': self.today})
                        copy.action_post()
                        due = self._due(copy, session)
                        self._collect({copy: due}, journal=journal, session=session)
                        self.assertEqual((copy.payment_state, copy.amount_residual), ('paid', 0.0))

    def test_a_rest_below_the_smallest_unit_is_refused_rather_than_given_away(self):
        coarse = self._create_currency('XAF', 0.0137, rounding=1.0)
        invoice = self._create_invoice(12.0, currency_id=coarse.id)
        due = self._due(invoice)
        with self.assertRaises(UserError) as refusal:
            self._collect({invoice: due - 1})
        self.assertIn("too small to stay open in XAF", refusal.exception.args[0])
        self.assertNothingBooked()
        self.assertEqual(invoice.amount_residual, 12.0)
        self._collect({invoice: due})
        self.assertEqual(invoice.payment_state, 'paid')

    def test_whatever_is_paid_at_whatever_rate_goes_where_it_was_meant_to(self):
        chance = random.Random(151)
        currencies = [self.company.currency_id, self.euro, self.pound, self.yen, self.dinar]
        for number in range(200 if os.environ.get('POS_RECEIVABLE_LONG') else 10):
            session, journal = chance.choice(
                [
                    (self.session, self.cash_journal),
                    (self.session, self.card_journal),
                    (self.pound_session, self.pound_drawer),
                ]
            )
            customer = self.env['res.partner'].create({'name': f'Customer {number}'})
            invoices = [
                self._create_invoice(
                    chance.choice(
                        [chance.randint(200, 2_000), chance.randint(20_000, 999_999) / 100]
                    ),
                    customer,
                    journal_id=self.company_data['default_journal_sale'].id,
                    invoice_date=chance.choice([self.today, self.long_ago]),
                    currency_id=chance.choice(currencies).id,
                    invoice_payment_term_id=chance.choice([False, False, self.thirds.id]),
                )
                for _invoice in range(chance.randint(1, 4))
            ]
            rows = {row['id']: row for row in self._list(customer, session)['invoices']}
            shares = {
                invoice: 1.0 if chance.random() < 0.5 else chance.uniform(0.05, 0.9)
                for invoice in invoices
            }
            own = session.currency_id
            amounts = {
                invoice: own.round(rows[invoice.id]['amount_due'] * share)
                for invoice, share in shares.items()
            }
            with self.subTest(
                number=number,
                till=own.name,
                invoices=[(i.currency_id.name, i.amount_total, shares[i]) for i in invoices],
            ):
                payment, _answer = self._collect(amounts, journal, session, partner=customer)
                [liquidity] = payment._seek_for_lines()[0]
                self.assertEqual(
                    own.compare_amounts(liquidity.amount_currency, sum(amounts.values())), 0
                )
                for invoice, share in shares.items():
                    if share == 1.0:
                        self.assertEqual(
                            (invoice.payment_state, invoice.amount_residual), ('paid', 0.0)
                        )
                        continue
                    self.assertEqual(invoice.payment_state, 'partial')
                    currency = invoice.currency_id
                    unit = invoice.amount_total / rows[invoice.id]['amount_due']
                    self.assertAlmostEqual(
                        invoice.amount_residual,
                        invoice.amount_total - amounts[invoice] * unit,
                        delta=4 * (currency.rounding + unit * own.rounding),
                    )
