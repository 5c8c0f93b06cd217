import random
from unittest.mock import patch

from odoo.tests import tagged

from .common_reconcile import ReconcileCommon

SEEDS = 5
DAYS, STEPS = 4, 8  # steps in a day
ENGINE = 'odoo.addons.pos_receivable.models.pos_receivable_reconcile_engine'


@tagged('post_install', '-at_install')
class TestReconcileNights(ReconcileCommon):
    """Whatever people did during the day, the night pays each invoice with what somebody recorded
    for it, with all of that, and with nothing else."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context={**cls.env.context, 'tracking_disable': True})
        cls.other = cls.env['res.partner'].create({'name': 'Somebody Else'})

    def test_whatever_people_did_the_night_books_what_they_recorded(self):
        for seed in range(SEEDS):
            with self.subTest(seed=seed), self.env.cr.savepoint() as savepoint:
                self._live(random.Random(seed))
                savepoint.rollback()

    def _live(self, chance):
        self.chance, self.invoices, self.payments = chance, [], []
        self.recorded = set()  # (payment, invoice)
        self.taken_off = set()  # those of them that a person has taken apart
        self.refunds = []  # (payment, refund)
        for _number in range(3):
            self.do_invoice()
        actions = [getattr(self, name) for name in dir(self) if name.startswith('do_')]
        for _day in range(DAYS):
            for _step in range(STEPS):
                chance.choice(actions)()
            self._sleep()

    # -------------------------------------------------------------------------
    # Days
    # -------------------------------------------------------------------------

    def do_invoice(self):
        partner = self.chance.choice([self.customer, self.customer, self.other])
        # Each due on a day of its own.
        invoice = self._create_invoice(self._amount(), partner, due_in=len(self.invoices))
        self.invoices.append(invoice)

    def do_pay(self):
        if invoices := self._choose_open():
            payment = self._pay(self._amount(), invoices)
            self._record(payment, invoices)

    def do_pay_online(self):
        if invoices := self._choose_open():
            self._record(self._pay_online(self._amount(), invoices), invoices)

    def do_register(self):
        if not (invoices := self._choose_open(most=3)):
            return
        wizard = self.env['account.payment.register'].with_context(
            active_model='account.move', active_ids=self.env['account.move'].union(*invoices).ids
        )
        wizard = wizard.create({'journal_id': self.transfer_journal.id, 'group_payment': True})
        if self.chance.random() < 0.5:
            wizard.amount = wizard.currency_id.round(wizard.amount * self.chance.uniform(0.3, 1.2))
        self._record(wizard._create_payments(), invoices)

    def do_collect(self):
        if invoices := self._choose_open():
            payment, _answer = self._collect(
                {invoice: invoice.amount_residual for invoice in invoices},
                partner=invoices[0].partner_id,
            )
            self._record(payment, invoices)

    def do_edit(self):
        """Which takes off what the invoice was paid with."""
        invoice = self.chance.choice(self.invoices)
        invoice.button_draft()
        invoice.invoice_line_ids.price_unit = self._amount()
        invoice.action_post()

    def do_refund(self):
        online = [p for p in self.payments if p.payment_transaction_id and p.state != 'canceled']
        refunded = [payment for payment, _refund in self.refunds]
        if online := [payment for payment in online if payment not in refunded]:
            payment = self.chance.choice(online)
            amount = payment.amount if self.chance.random() < 0.5 else payment.amount / 2
            refund = self._refund(payment, payment.currency_id.round(amount))
            self.refunds.append((payment, refund))

    def do_book_refund_off(self):
        if self.refunds:
            payment, refund = self.chance.choice(self.refunds)
            items = (payment | refund).move_id.line_ids.filtered(
                lambda item: item.account_type == 'asset_receivable' and not item.reconciled
            )
            if len(items) == 2:
                items.reconcile()

    def do_take_off(self):
        """What a payment has paid of an invoice, by hand."""
        partials = self.env['account.move'].union(*self.invoices).line_ids.matched_credit_ids
        partials = partials.filtered('credit_move_id.payment_id')
        if not partials:
            return
        partial = self.chance.choice(partials.sorted('id'))
        payment, invoice = partial.credit_move_id.payment_id, partial.debit_move_id.move_id
        if self.chance.random() < 0.7:
            invoice.js_remove_outstanding_partial(partial.id)
            self.taken_off.add((payment, invoice))
        else:
            items = partial.debit_move_id._all_reconciled_lines()
            undone = items.matched_credit_ids
            self.taken_off |= {
                (p.credit_move_id.payment_id, p.debit_move_id.move_id) for p in undone
            }
            items.with_context(
                active_ids=partial.debit_move_id.ids
            ).action_unreconcile_match_entries()

    def do_bring_together(self):
        """What somebody had taken off, by hand."""
        for payment, invoice in self.chance.sample(
            sorted(self.taken_off, key=lambda pair: (pair[0].id, pair[1].id)), len(self.taken_off)
        ):
            meant = self.env['account.payment'].union(payment)._map_invoice_payment_items()
            items = payment._seek_for_lines()[1].filtered(
                lambda item, invoice=invoice, meant=meant: (
                    not item.reconciled and meant.get(item.id, invoice.id) == invoice.id
                )
            )
            if items and invoice.amount_residual:
                invoice.js_assign_outstanding_line(items[0].id)
                self.taken_off.discard((payment, invoice))
                return

    def do_reconcile(self):
        chosen = self.chance.sample(self.invoices, 2)
        self.taken_off = {pair for pair in self.taken_off if pair[1] not in chosen}
        # Now and then it is too much for once, and left to the night.
        with patch(f'{ENGINE}.MOST_BY_HAND', self.chance.choice([1, 500])):
            self._check_booked(
                self.env['account.move'].union(*chosen).action_force_payment_reconciliation
            )

    def _amount(self):
        return self.chance.randrange(10, 3000) / 10

    def _choose_open(self, most=2):
        """Some open invoices of one customer, or none."""
        opened = [invoice for invoice in self.invoices if invoice.amount_residual]
        if not opened:
            return []
        first = self.chance.choice(opened)
        same = [invoice for invoice in opened if invoice.partner_id == first.partner_id]
        return self.chance.sample(same, self.chance.randint(1, min(most, len(same))))

    def _record(self, payment, invoices):
        self.payments.append(payment)
        self.recorded |= {(payment, invoice) for invoice in invoices}

    # -------------------------------------------------------------------------
    # Nights
    # -------------------------------------------------------------------------

    def _sleep(self):
        self._check_booked(self._run)
        self._check_all_is_used()

    def _check_booked(self, work):
        """Whatever ``work`` reconciles, somebody recorded."""
        partials = self.env['account.partial.reconcile']
        last = partials.search([], order='id desc', limit=1).id
        before = {invoice: invoice.amount_residual for invoice in self.invoices}
        given_back = self._find_given_back()
        work()
        self.env.invalidate_all()
        issues = self.env['pos_receivable.reconcile.issue'].sudo()
        issues = issues.search([('company_id', '=', self.company.id)])
        self.assertFalse(issues.mapped('error'))
        paid = dict.fromkeys(self.invoices, 0.0)
        ours = [('id', '>', last), ('company_id', 'child_of', self.company.id)]
        for partial in partials.search(ours):
            invoice = partial.debit_move_id.move_id
            pair = partial.credit_move_id.payment_id, invoice
            self.assertIn(pair, self.recorded - self.taken_off)
            self.assertNotIn(pair[0], given_back)
            paid[invoice] += partial.amount
        for invoice, amount in paid.items():
            self.assertOpen(invoice, invoice.currency_id.round(before[invoice] - amount))

    def _find_given_back(self):
        """Payments of which something was refunded that still stands against them."""
        return {
            payment
            for payment, refund in self.refunds
            if not all(refund._seek_for_lines()[1].mapped('reconciled'))
        }

    def _check_all_is_used(self):
        meant = self.env['account.payment'].union(*self.payments)._map_invoice_payment_items()
        given_back = self._find_given_back()
        for payment, invoice in self.recorded - self.taken_off:
            if payment in given_back:
                continue
            items = payment.move_id.line_ids.filtered(
                lambda item, invoice=invoice: (
                    item.account_type == 'asset_receivable'
                    and not item.reconciled
                    and meant.get(item.id, invoice.id) == invoice.id
                )
            )
            self.assertFalse(
                items and invoice.amount_residual,
                f"{payment.name} was recorded for {invoice.name} and is left over",
            )
