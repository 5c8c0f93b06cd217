"""The steps of test_money's state machine that keep money on a customer's account, and give it back."""

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from odoo.exceptions import AccessError, UserError

from .money_model import RATE, Payment
from .money_steps import cents, choose, which


class DepositSteps:
    """What customers leave at the till for later, alone or beside what they pay."""

    @rule(
        partner=st.sampled_from(['Acme', 'Europe']),
        amount=cents,
        place=st.sampled_from(['drawer', 'outstanding']),
    )
    def deposit(self, partner, amount, place):
        self._collect({}, place, self._keep(partner, amount), partner)

    @precondition(lambda self: self.books.find_payable())
    @rule(number=which, part=which, amount=cents)
    def collect_more_than_is_due(self, number, part, amount):
        first = choose(self.books.find_payable(), number)
        # Several at once in one currency, as collect_several does.
        chosen = [first] if first.currency == 'EUR' else self.books.find_payable('Acme')[:2]
        parts = {invoice: self._part(invoice, part) for invoice in chosen}
        self._collect(parts, 'drawer', self._keep(first.partner, amount))

    def _keep(self, partner, amount):
        """Whole units of the rate, so that it may pay foreign invoices to the cent."""
        return max(amount // RATE * RATE, RATE) if partner == 'Europe' else amount

    def _is_deposit_used(self, payment):
        lines = payment.record.move_id.line_ids.sudo()
        kept = lines.filtered(
            lambda line: line.pos_receivable_on_account and not line.pos_receivable_payment_id
        )
        return bool(kept.matched_debit_ids)

    @precondition(lambda self: self.books.find_credits())
    @rule(number=which, part=which)
    def pay_a_credit_out(self, number, part):
        credit = choose(self.books.find_credits(), number)
        line = self._get_open_lines(credit)[:1]
        most = abs(round(line.amount_residual * 100))
        amount = self._keep(credit.partner, 1 + part % most)
        shop = self.shop
        request = (f'payout-{len(self.books.payouts)}', line.id, amount / 100, shop.cash_journal.id)
        with shop.assertRaises(AccessError):
            self.session.refund_on_account(*request)
        session = self.session.with_user(shop.manager)
        if credit.currency == 'EUR':
            with shop.assertRaises(UserError):
                session.refund_on_account(*request)
            return
        with shop.assertRaises(UserError):
            session.refund_on_account(request[0], line.id, (most + 1) / 100, request[3])
        answer = session.refund_on_account(*request)
        shop.assertEqual(session.refund_on_account(*request), answer)
        payout = Payment(
            shop.env['account.payment'].browse(answer['payment']['id']),
            credit.partner,
            amount,
            session=self.books.session,
            uuid=request[0],
        )
        payout.match(credit, amount)
        self.books.payouts.append(payout)

    @precondition(lambda self: self._find_voidable_payouts())
    @rule(number=which)
    def void_a_payout(self, number):
        payout = choose(self._find_voidable_payouts(), number)
        session = self.session.with_user(self.shop.manager)
        session.void_invoice_payment(payout.record.id, 'kept it after all')
        self._cancel(payout)

    def _find_voidable_payouts(self):
        return [
            payout
            for payout in self.books.payouts
            if (payout.session, payout.state) == (self.books.session, 'posted')
        ]
