from datetime import timedelta

from odoo.fields import Command
from odoo.tests import tagged

from ..tools.receipt_id import LINE, STATEMENT, ReceiptId
from .common import MatchCommon

IBAN = 'DE89370400440532013000'


@tagged('post_install', '-at_install')
class TestMatchRecurring(MatchCommon):
    """Amounts that come again: an account and an amount do not tell which of them is paid."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._add_account(cls.customer, IBAN)

    def _bill(self, amount, days=0, **values):
        """An invoice of so many days ago."""
        return self._create_invoice(
            amount, invoice_date=self.today - timedelta(days=days), **values
        )

    def _receive_rent(self, amount, days=0, text='Rent', **values):
        date = self.today - timedelta(days=days)
        return self._receive(
            amount, text, 'Acme Corporation', account_number=IBAN, date=date, **values
        )

    def _pay_rent(self, amount, days):
        """Invoiced and paid so many days ago."""
        invoice = self._bill(amount, days + 5)
        line = self._receive_rent(amount, days, invoice.name)
        self._match_one(line).action_accept()
        self.assertPaid(invoice)
        return invoice, line

    def _match_rent(self, amount, **values):
        """The invoice and the money of this month, after a night in which all is automatic."""
        invoice = self._bill(amount)
        line = self._receive_rent(amount, **values)
        self._set_mode('account_amount', 'auto')
        return invoice, line, self._match_one(line)

    def assertHeld(self, invoice, line, proposal):
        self.assertOpen(invoice, invoice.amount_total)
        self.assertLeftAlone(line)
        self.assertEqual(proposal.tier, 'check')
        self.assertEqual(proposal.candidate_id.allocation_ids.move_id, invoice)
        self.assertIn('has paid this amount before', proposal.held_back_text)

    def assertBooked(self, invoice, line):
        self.assertPaid(invoice)
        self.assertTrue(line.is_reconciled)

    def _read_seen(self, *lines):
        """What counts for the money of ``lines``, were it all that came."""
        receipts, _kept_out = self.env['pos_receivable.match.source']._read_receipts(self.company)
        receipts = [r for r in receipts if r.id in [(STATEMENT, line.id) for line in lines]]
        self.assertEqual(len(receipts), len(lines))
        knowledge = self.env['pos_receivable.match.knowledge']
        return knowledge._read_knowledge(self.company, receipts).seen

    # -------------------------------------------------------------------------
    # The night
    # -------------------------------------------------------------------------

    def test_rent_that_was_paid_last_month_as_well_is_left_to_a_person(self):
        self._pay_rent(850, days=30)
        self.assertHeld(*self._match_rent(850))

    def test_an_amount_of_a_year_ago_is_left_to_a_person(self):
        self._pay_rent(850, days=360)
        self.assertHeld(*self._match_rent(850))

    def test_an_invoice_that_is_still_a_draft_counts(self):
        self._bill(850, post=False)
        self.assertHeld(*self._match_rent(850))

    def test_what_was_taken_over_from_the_books_of_before_counts(self):
        owed = {'account_id': self.receivable.id, 'partner_id': self.customer.id, 'debit': 850}
        against = {'account_id': self.company_data['default_account_revenue'].id, 'credit': 850}
        self.env['account.move'].create(
            {'move_type': 'entry', 'line_ids': [Command.create(owed), Command.create(against)]}
        ).action_post()
        self.assertHeld(*self._match_rent(850))

    def test_an_invoice_of_a_contact_of_the_customer_counts(self):
        contact = self.env['res.partner'].create(
            {'name': 'Buying', 'type': 'invoice', 'parent_id': self.customer.id}
        )
        self._bill(850, post=False, partner=contact)
        self.assertHeld(*self._match_rent(850))

    def test_an_amount_that_comes_for_the_first_time_is_booked(self):
        invoice, line, _proposal = self._match_rent(850)
        self.assertBooked(invoice, line)

    def test_what_else_the_customer_paid_does_not_hold_it_back(self):
        self._pay_rent(849.99, days=30)
        self._bill(850, partner=self.other)
        self._bill(850, days=900, post=False)
        invoice, line, _proposal = self._match_rent(850)
        self.assertBooked(invoice, line)

    # -------------------------------------------------------------------------
    # What is read
    # -------------------------------------------------------------------------

    def test_all_that_had_an_amount_is_told_by_the_ids_of_items_and_receipts(self):
        paid, _line = self._pay_rent(850, days=30)
        money = self._get_item(paid).matched_credit_ids.credit_move_id
        draft = self._bill(850, days=3, post=False)
        invoice, line = self._bill(850, days=2), self._receive_rent(850, days=1)
        waiting = self._receive_rent(850, days=4)
        waiting.partner_name = ''
        day = self.today - timedelta(days=1)
        self.assertEqual(
            self._read_seen(line)[self.customer.id, self.company.currency_id.name, 85000],
            {
                self._get_item(paid).id: day - timedelta(days=34),
                ReceiptId(LINE, money.id): day - timedelta(days=29),
                self._get_item(draft).id: day - timedelta(days=2),
                self._get_item(invoice).id: day - timedelta(days=1),
                ReceiptId(STATEMENT, line.id): day,
                ReceiptId(STATEMENT, waiting.id): day - timedelta(days=3),
            },
        )

    def test_nothing_is_read_of_customers_whose_account_does_not_speak_for_them(self):
        self._pay_rent(850, days=30)
        self.assertFalse(self._read_seen(self._receive(850, 'Rent', 'Acme Corporation')))
        self._add_account(self.other, IBAN)
        self.assertFalse(self._read_seen(self._receive_rent(850)))

    def test_credit_notes_and_what_was_cancelled_do_not_count(self):
        self._bill(850, move_type='out_refund')
        self._bill(850, post=False).button_cancel()
        line = self._receive_rent(850)
        self.assertEqual(
            self._read_seen(line),
            {
                (self.customer.id, self.company.currency_id.name, 85000): {
                    ReceiptId(STATEMENT, line.id): self.today
                }
            },
        )
