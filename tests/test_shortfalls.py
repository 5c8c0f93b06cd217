from dateutil.relativedelta import relativedelta

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged

from .common import PosReceivableCommon


class ShortfallCommon(PosReceivableCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.invoice = cls._create_invoice(100.0, due_in=-3)
        cls.in_a_week = cls.today + relativedelta(days=7)

    def _tell(self, invoice=None, code='7', **values):
        """What the till sends of one invoice."""
        return {'invoice_id': (invoice or self.invoice).id, 'code': code, **values}

    def _find(self, payment=None):
        domain = [('payment_id', '=', payment.id)] if payment else []
        return self.env['pos_receivable.shortfall'].search(domain)

    def assertShortfallsRefused(self, message, shortfalls, allocations=None, **values):
        self.assertRefused(
            message, allocations or {self.invoice: 40.0}, shortfalls=shortfalls, **values
        )
        self.assertFalse(self._find())


@tagged('post_install', '-at_install')
class TestShortfalls(ShortfallCommon):
    def test_why_less_was_paid_is_kept_with_the_invoice_and_its_payment(self):
        payment, answer = self._collect(
            {self.invoice: 40.0},
            shortfalls=[self._tell(note='on Friday', promise_date=self.in_a_week.isoformat())],
        )
        self.assertRecordValues(
            self._find(),
            [
                {
                    'move_id': self.invoice.id,
                    'payment_id': payment.id,
                    'partner_id': self.customer.id,
                    'company_id': self.company.id,
                    'session_id': self.session.id,
                    'cashier_name': 'Anna',
                    'currency_id': self.company.currency_id.id,
                    'amount_open': 60.0,
                    'amount_residual': 60.0,
                    'reason_code': '7',
                    'note': 'on Friday',
                    'promise_date': self.in_a_week,
                    'state': 'noted',
                }
            ],
        )
        self.assertEqual(
            answer['payment']['shortfalls'],
            [
                {
                    'invoice_id': self.invoice.id,
                    'code': '7',
                    'reason': 'Pays the rest later',
                    'note': 'on Friday',
                    'promise_date': self.in_a_week.isoformat(),
                    'amount_open': 60.0,
                }
            ],
        )
        message = self.invoice.message_ids.filtered(lambda m: 'leaves' in m.body)
        for text in (payment.name, '60.00', 'Pays the rest later', 'on Friday'):
            self.assertIn(text, message.body)

    def test_a_reason_moves_no_money(self):
        other = self._create_invoice(100.0, due_in=-3)
        told, _answer = self._collect({self.invoice: 40.0}, shortfalls=[self._tell(code='5')])
        untold, _answer = self._collect({other: 40.0})
        self.assertFalse(self._find(untold))
        self.assertEqual(
            *(
                [
                    (line.account_id, line.balance, line.amount_residual, line.reconciled)
                    for line in payment.move_id.line_ids
                ]
                for payment in (told, untold)
            )
        )
        self.assertEqual(self.invoice.amount_residual, other.amount_residual)

    def test_the_history_tells_it_again_and_the_same_request_notes_it_once(self):
        request = {'uuid': 'once', 'shortfalls': [self._tell(note='cash is short')]}
        _payment, first = self._collect({self.invoice: 40.0}, **request)
        _payment, again = self._collect({self.invoice: 40.0}, **request)
        self.assertEqual(first, again)
        self.assertEqual(len(self._find()), 1)
        [entry] = self.session.get_invoice_payments()
        self.assertEqual(entry['shortfalls'], first['payment']['shortfalls'])

    def test_each_of_several_invoices_has_its_own(self):
        second = self._create_invoice(50.0, due_in=-2)
        third = self._create_invoice(30.0, due_in=-1)
        self._collect(
            {self.invoice: 40.0, second: 20.0, third: 30.0},
            shortfalls=[self._tell(code='3', note='broken'), self._tell(second)],
        )
        self.assertEqual(
            {row.move_id: (row.reason_code, row.amount_open) for row in self._find()},
            {self.invoice: ('3', 60.0), second: ('7', 30.0)},
        )

    def test_what_stays_open_is_told_in_the_invoices_own_currency(self):
        euro = self.setup_other_currency('EUR', rates=[('2000-01-01', 2.0)])
        invoice = self._create_invoice(100.0, currency_id=euro.id)
        _payment, answer = self._collect({invoice: 20.0}, shortfalls=[self._tell(invoice)])
        self.assertRecordValues(self._find(), [{'amount_open': 60.0, 'currency_id': euro.id}])
        self.assertEqual(answer['payment']['shortfalls'][0]['amount_open'], 60.0)

    def test_nothing_is_noted_of_an_invoice_that_is_paid(self):
        # The till may have shown more: no reason to refuse the money.
        self._collect({self.invoice: 100.0}, shortfalls=[self._tell()])
        self.assertFalse(self._find())

    def test_nothing_is_noted_of_an_invoice_that_its_discount_settles(self):
        terms = self.env['account.payment.term'].create(
            {
                'name': '2% 10 days',
                'early_discount': True,
                'discount_days': 10,
                'discount_percentage': 2,
                'line_ids': [Command.create({'value': 'percent', 'value_amount': 100})],
            }
        )
        invoice = self._create_invoice(100.0, due_in=0, invoice_payment_term_id=terms.id)
        other = self._create_invoice(100.0, due_in=0, invoice_payment_term_id=terms.id)
        self._collect({other: 98.0}, shortfalls=[self._tell(other)])
        self.assertFalse(self._find())
        self._collect({invoice: 97.0}, shortfalls=[self._tell(invoice, code='46')])
        self.assertRecordValues(self._find(), [{'amount_open': 3.0, 'reason_code': '46'}])

    def test_what_is_not_about_this_payment_is_refused(self):
        other = self._create_invoice(50.0)
        for shortfalls in (
            [self._tell(other)],
            [self._tell(), self._tell()],
            [self._tell(), self._tell(other)],
            [{'code': '7'}],
            ['7'],
            {'7': 1},
            7,
            '7',
        ):
            with self.subTest(shortfalls=shortfalls):
                self.assertShortfallsRefused("cannot be understood", shortfalls)

    def test_reasons_are_those_in_use(self):
        for code in ('', 'x', 7, None, '7' * 50):
            with self.subTest(code=code):
                self.assertShortfallsRefused("not in use any more", [self._tell(code=code)])
        self.env.ref('pos_receivable.shortfall_reason_pays_later').active = False
        self.assertShortfallsRefused("not in use any more", [self._tell()])
        self._collect({self.invoice: 40.0}, shortfalls=[self._tell(code='32')])
        self.assertEqual(self._find().reason_code, '32')

    def test_notes_and_promises_have_bounds(self):
        self.assertShortfallsRefused("note is too long", [self._tell(note='x' * 201)])
        self.assertShortfallsRefused("note is too long", [self._tell(note='a\x00b')])
        for day in (
            self.today - relativedelta(days=2),
            self.today + relativedelta(days=367),
        ):
            self.assertShortfallsRefused(
                "from today to a year", [self._tell(promise_date=day.isoformat())]
            )
        self.assertShortfallsRefused("from today to a year", [self._tell(promise_date='Friday')])
        self._collect(
            {self.invoice: 40.0},
            shortfalls=[self._tell(note='x' * 200, promise_date=self.today.isoformat())],
        )
        self.assertEqual(self._find().promise_date, self.today)

    def test_nothing_told_is_nothing_noted(self):
        for shortfalls in (None, False, [], ()):
            _payment, answer = self._collect({self.invoice: 10.0}, shortfalls=shortfalls)
            self.assertEqual(answer['payment']['shortfalls'], [])
        self.assertFalse(self._find())

    def test_the_till_is_told_nine_reasons_in_the_users_language(self):
        reasons = self.session.get_invoice_payment_shortfall_reasons()
        self.assertEqual(len(reasons), 9)
        self.assertEqual(reasons[0], {'code': '7', 'name': 'Pays the rest later'})
        self.env['res.lang']._activate_lang('fr_FR')
        later = self.env.ref('pos_receivable.shortfall_reason_pays_later')
        later.with_context(lang='fr_FR').name = 'Paie le reste plus tard'
        french = self.session.with_context(lang='fr_FR')
        self.assertEqual(
            french.get_invoice_payment_shortfall_reasons()[0]['name'], 'Paie le reste plus tard'
        )
        later.show_at_till = False
        self.assertNotIn(
            '7', [row['code'] for row in self.session.get_invoice_payment_shortfall_reasons()]
        )


@tagged('post_install', '-at_install')
class TestShortfallsLater(ShortfallCommon):
    """What becomes of them once they are noted."""

    def setUp(self):
        super().setUp()
        self.payment, _answer = self._collect(
            {self.invoice: 40.0}, shortfalls=[self._tell(note='on Friday')]
        )
        self.shortfall = self._find(self.payment)

    def assertCounts(self, *, expected):
        """In the field and in what is searched for."""
        self.env.invalidate_all()
        state = 'noted' if expected else 'taken_back'
        self.assertEqual(self.shortfall.state, state)
        for name in ('noted', 'taken_back'):
            found = self.env['pos_receivable.shortfall'].search([('state', '=', name)])
            self.assertEqual(self.shortfall in found, name == state)

    def test_voiding_the_payment_leaves_a_trace_that_does_not_count(self):
        self.assertCounts(expected=True)
        manager = self._create_user('max', 'Max', 'point_of_sale.group_pos_manager')
        entry = self.session.with_user(manager).void_invoice_payment(self.payment.id, 'wrong')
        self.assertCounts(expected=False)
        self.assertEqual(entry['shortfalls'][0]['note'], 'on Friday')

    def test_whatever_takes_the_payment_back_does_so(self):
        self.payment.action_draft()
        self.assertCounts(expected=False)
        self.payment.action_post()
        self.assertCounts(expected=True)
        self.payment.action_draft()
        self.payment.unlink()
        self.assertCounts(expected=False)
        self.assertEqual(self.shortfall.note, 'on Friday')

    def test_what_is_paid_later_is_due_no_more(self):
        self._collect({self.invoice: 60.0})
        self.assertRecordValues(
            self.shortfall, [{'amount_open': 60.0, 'amount_residual': 0.0, 'state': 'noted'}]
        )
        still_due = self.env['pos_receivable.shortfall'].search([('amount_residual', '!=', 0)])
        self.assertNotIn(self.shortfall, still_due)

    def test_managers_and_accountants_correct_what_was_said_and_nothing_else(self):
        damaged = self.env.ref('pos_receivable.shortfall_reason_damaged')
        for groups in (
            ['point_of_sale.group_pos_manager'],
            ['account.group_account_invoice', 'account.group_account_manager'],
        ):
            with self.subTest(groups=groups):
                user = self._create_user(groups[-1], 'Max', *groups)
                shortfall = self.shortfall.with_user(user)
                shortfall.write({'reason_id': damaged.id, 'note': groups[-1]})
                with self.assertRaises(AccessError):
                    shortfall.write({'amount_open': 1.0})
                with self.assertRaises(AccessError):
                    shortfall.unlink()
                with self.assertRaises(AccessError):
                    shortfall.copy()
                [message] = self.invoice.message_ids.filtered(
                    lambda m, note=groups[-1]: 'corrected' in m.body and note in m.body
                )
                self.assertEqual(message.author_id, user.partner_id)

    def test_managers_without_invoices_see_the_list(self):
        manager = self._create_user('max', 'Max', 'point_of_sale.group_pos_manager')
        specification = {
            name: {'fields': {'display_name': {}}} if name.endswith('_id') else {}
            for name in self.shortfall._fields
            if name not in ('create_uid', 'write_uid')
        }
        [row] = self.shortfall.with_user(manager).web_read(specification)
        self.assertEqual(row['invoice_name'], self.invoice.name)
        self.assertEqual(row['state'], 'noted')
        found = self.env['pos_receivable.shortfall'].with_user(manager)
        still_due = [('state', '=', 'noted'), ('amount_residual', '!=', 0)]
        self.assertEqual(found.search(still_due), self.shortfall)
        self.assertEqual(found.search([('invoice_name', '=', self.invoice.name)]), self.shortfall)

    def test_the_invoice_says_how_many_there_are(self):
        self._collect({self.invoice: 10.0}, shortfalls=[self._tell(code='5')])
        self.env.invalidate_all()
        self.assertEqual(self.invoice.pos_receivable_shortfall_count, 2)


@tagged('post_install', '-at_install')
class TestShortfallSettings(PosReceivableCommon):
    def test_a_shop_asks_unless_told_otherwise_by_a_manager(self):
        self.assertTrue(self.config.invoice_payment_ask_shortfall)
        with self.assertRaises(AccessError):
            self.config.with_user(self.cashier).invoice_payment_ask_shortfall = False
        settings = self.env['res.config.settings'].create({'pos_config_id': self.config.id})
        settings.pos_invoice_payment_ask_shortfall = False
        self.assertFalse(self.config.invoice_payment_ask_shortfall)

    def test_a_bank_journal_of_a_card_method_shows_a_card(self):
        [data] = self.env['pos.config']._load_pos_data_read(self.config, self.config)
        self.assertEqual(
            {row['name']: row['is_card'] for row in data['_invoice_payment_journals']},
            {'Drawer': False, 'Card': True, 'Transfer': False},
        )
