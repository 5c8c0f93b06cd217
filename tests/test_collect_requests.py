from datetime import timedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import PosReceivableCommon

NOT_AMOUNTS = [
    (0, "more than zero"),
    (-1.0, "more than zero"),
    (0.001, "more than zero"),
    (100.01, "100.00 is the most"),
    (1e15, "100.00 is the most"),
    (1e308, "not a number"),
    (50.005, "too many decimals"),
    ('50', "not a number"),
    (None, "not a number"),
    (True, "not a number"),
    ([50], "not a number"),
    (float('nan'), "not a number"),
    (float('inf'), "not a number"),
    (10**400, "not a number"),
]


@tagged('post_install', '-at_install')
class TestCollectRequests(PosReceivableCommon):
    """What a till may ask for, and how the rest is refused: in words, with nothing written."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.invoice = cls._create_invoice(100.0)

    def test_only_a_payable_amount_is_accepted(self):
        for amount, message in NOT_AMOUNTS:
            with self.subTest(amount=amount):
                self.assertRefused(message, {self.invoice: amount})
        self.assertEqual(self.invoice.amount_residual, 100.0)

    def test_noise_of_floating_point_is_not_a_third_decimal(self):
        payment, _answer = self._collect({self.invoice: 0.1 + 0.2})
        self.assertEqual(payment.amount, 0.3)

    def test_malformed_allocations_are_refused(self):
        for allocations in (
            None,
            [],
            {},
            'all',
            7,
            [None],
            [[]],
            [{}],
            [{'amount': 5.0}],
            [{'invoice_id': 'x', 'amount': 5.0}],
            [{'invoice_id': 2**70, 'amount': 5.0}],
            [{'invoice_id': -1, 'amount': 5.0}],
            [{'invoice_id': True, 'amount': 5.0}],
            [{'invoice_id': self.invoice.id, 'amount': 5.0}] * 2,
            [{'invoice_id': number, 'amount': 1.0} for number in range(1, 700)],
        ):
            with self.subTest(allocations=str(allocations)[:60]), self.assertRaises(UserError):
                self.session.collect_invoice_payment(
                    'malformed', self.customer.id, self.cash_journal.id, allocations
                )
        self.assertNothingBooked()

    def test_an_identifier_is_required(self):
        for uuid in ('', ' ', None, False, 12, 'x' * 65, 'a\x00b', ['a']):
            with self.subTest(uuid=uuid), self.assertRaisesRegex(UserError, "identifier"):
                self.session.collect_invoice_payment(
                    uuid,
                    self.customer.id,
                    self.cash_journal.id,
                    [{'invoice_id': self.invoice.id, 'amount': 5.0}],
                )
        self.assertNothingBooked()

    def test_a_reference_must_be_storable_text(self):
        for reference in (12, 'x' * 101, 'a\x00b', '\ud800', ['a']):
            with self.subTest(reference=reference):
                self.assertRefused("reference", {self.invoice: 5.0}, reference=reference)

    def test_the_date_is_a_past_or_present_day(self):
        for date in (
            'tomorrow',
            '2026-13-45',
            20261120,
            ['2026-01-01'],
            '0',
            '2026-11-20x',
            '٢٠٢٦-١١-٢٠',
            {},
        ):
            with self.subTest(date=date):
                self.assertRefused("not a date", {self.invoice: 5.0}, payment_date=date)
        tomorrow = (self.today + timedelta(days=1)).isoformat()
        self.assertRefused("future", {self.invoice: 5.0}, payment_date=tomorrow)

        yesterday = self.today - timedelta(days=1)
        payment, _answer = self._collect({self.invoice: 5.0}, payment_date=yesterday.isoformat())
        self.assertEqual((payment.date, payment.move_id.date), (yesterday, yesterday))

    def test_a_mistyped_year_is_refused(self):
        for date in ('0026-11-20', '1000-01-01', '2019-01-01'):
            self.assertRefused("more than a year ago", {self.invoice: 5.0}, payment_date=date)

    def test_the_context_of_the_request_decides_nothing(self):
        euro = self.setup_other_currency('EUR', rates=[('1900-01-01', 0.5)])
        invoice = self._create_invoice(100.0, currency_id=euro.id)
        session = self.session.with_context(
            forced_rate_from_register_payment=100.0,
            default_payment_type='outbound',
            no_exchange_difference=True,
        )
        self._collect({invoice: 1.0}, session=session)
        self.assertEqual((invoice.payment_state, invoice.amount_residual), ('partial', 99.5))

    def test_a_date_in_closed_books_is_refused(self):
        self.company.fiscalyear_lock_date = self.today - timedelta(days=3)
        for days_ago in (3, 4):
            self.assertRefused(
                "books are closed up to",
                {self.invoice: 5.0},
                payment_date=(self.today - timedelta(days=days_ago)).isoformat(),
            )

    def test_cash_must_cover_the_payment(self):
        self.assertRefused("does not cover", {self.invoice: 50.0}, tendered=49.99)
        for tendered in ('60', float('nan'), -60):
            self.assertRefused("cash received", {self.invoice: 50.0}, tendered=tendered)

    def test_only_cash_gives_change(self):
        self.assertRefused(
            "only be given for cash", {self.invoice: 50.0}, journal=self.card_journal, tendered=60
        )

    def test_a_session_that_is_not_open_takes_nothing(self):
        for state, message in (
            ('opening_control', "not open"),
            ('closing_control', "not open"),
            ('closed', "closed on another screen"),
        ):
            self.session.sudo().state = state
            self.assertRefused(message, {self.invoice: 50.0})

    def test_a_shop_with_the_feature_off_neither_lists_nor_takes(self):
        self.config.use_invoice_payment = False
        self.assertRefused("switched off at Shop 1", {self.invoice: 50.0})
        with self.assertRaisesRegex(UserError, "switched off at Shop 1"):
            self._list()

    def test_only_the_journals_of_this_shop_are_accepted(self):
        other_cash = self._create_journal('cash', 'Other drawer', 'ODR')
        self._create_shop('Shop 2', other_cash)
        for journal_id in (
            other_cash.id,
            self.company_data['default_journal_sale'].id,
            self.company_data['default_journal_bank'].id,
            0,
            None,
            'cash',
            2**40,
        ):
            with (
                self.subTest(journal_id=journal_id),
                self.assertRaisesRegex(UserError, "payment methods offered"),
            ):
                self.session.collect_invoice_payment(
                    'other',
                    self.customer.id,
                    journal_id,
                    [{'invoice_id': self.invoice.id, 'amount': 5.0}],
                )
        self.assertNothingBooked()

    def test_an_invoice_of_another_customer_is_refused_without_naming_it(self):
        stranger = self.env['res.partner'].create({'name': 'Stranger'})
        invoice = self._create_invoice(100.0, partner=stranger)
        with self.assertRaises(UserError) as refusal:
            self._collect({invoice: 5.0})
        self.assertIn("not an open invoice of Acme Corporation", str(refusal.exception))
        self.assertNotIn(invoice.name, str(refusal.exception))
        self.assertNothingBooked()

    def test_bills_credit_notes_and_entries_are_not_invoices(self):
        for move_type in ('in_invoice', 'out_refund', 'in_refund'):
            move = self._create_invoice(100.0, move_type=move_type)
            self.assertRefused("not an open invoice", {move: 5.0})

    def test_a_deleted_invoice_is_refused(self):
        draft = self._create_invoice(100.0, post=False)
        draft.unlink()
        self.assertRefused("not an open invoice", {draft: 5.0})

    def test_a_draft_and_a_cancelled_invoice_are_refused(self):
        draft = self._create_invoice(100.0, post=False)
        self.assertRefused("not confirmed", {draft: 5.0})
        draft.button_cancel()
        self.assertRefused("not confirmed", {draft: 5.0})

    def test_a_blocked_invoice_is_refused(self):
        self.invoice.action_toggle_block_payment()
        self.assertRefused("blocked", {self.invoice: 5.0})

    def test_an_invoice_paid_meanwhile_is_refused_naming_who_and_when(self):
        self._collect({self.invoice: 100.0})
        with self.assertRaisesRegex(UserError, r"was already paid at \d.* by Anna \(Shop 1\)"):
            self._collect({self.invoice: 100.0})

    def test_an_invoice_partly_paid_meanwhile_tells_what_is_left_and_why(self):
        self._collect({self.invoice: 70.0})
        with self.assertRaisesRegex(
            UserError, r"30.00 is the most .* a payment was received at .* by Anna \(Shop 1\)"
        ):
            self._collect({self.invoice: 100.0})
        self.assertEqual(self.invoice.amount_residual, 30.0)

    def test_a_contact_pays_for_the_company_and_the_company_for_the_contact(self):
        contact = self.env['res.partner'].create(
            {'name': 'Anna Berg', 'parent_id': self.customer.id}
        )
        of_contact = self._create_invoice(50.0, partner=contact)
        first, _answer = self._collect({self.invoice: 100.0}, partner=contact)
        second, _answer = self._collect({of_contact: 50.0})
        self.assertEqual((first | second).partner_id, self.customer)
        self.assertEqual((self.invoice | of_contact).mapped('payment_state'), ['paid', 'paid'])

    def test_a_customer_who_is_gone_is_said(self):
        for partner_id in (0, None, 'x', 2**31 - 1, 2**40, -5, [1]):
            with self.assertRaisesRegex(UserError, "customer no longer exists"):
                self.session.collect_invoice_payment(
                    'gone',
                    partner_id,
                    self.cash_journal.id,
                    [{'invoice_id': self.invoice.id, 'amount': 5.0}],
                )

    def test_no_session_or_several_are_refused(self):
        for sessions in (self.session.browse(), self.session.browse(2**31 - 1)):
            with self.assertRaises(UserError):
                sessions.get_open_invoices(self.customer.id)

    def test_a_payment_of_another_shop_is_not_told(self):
        _payment, _answer = self._collect({self.invoice: 5.0}, uuid='known')
        other_company = self._create_company(name='Other company')
        stranger = self._create_user(
            'stranger',
            'Stranger',
            'point_of_sale.group_pos_user',
            company_id=other_company.id,
            company_ids=[(6, 0, other_company.ids)],
        )
        with self.assertRaises(AccessError):
            self._collect(
                {self.invoice: 5.0}, uuid='known', session=self.session.with_user(stranger)
            )
