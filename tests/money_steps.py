"""The steps of test_money's state machine: each does one thing in Odoo, as the person who does it,
and the same in the model. A part of the addon that moves money joins with one more class of steps.
"""

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command

from .money_model import RATE, Document, Entry, Order, Payment

cents = st.integers(1, 9_999)
reasons = st.sampled_from([None, None, '7', '3'])  # why less is paid, when somebody says so
which = st.integers(0, 10**6)


def choose(candidates, number):
    return candidates[number % len(candidates)]


class CounterSteps:
    """What cashiers and their manager do at the till."""

    def _collect(self, parts, place, on_account=0, partner=None, reason=None):
        """``{document or order: cents}`` in one payment, and what is kept on account; books nothing
        when it is refused."""
        short = [
            document
            for document, amount in parts.items()
            if document in self.books.invoices and amount < document.residual
        ]
        told = [{'invoice_id': invoice.record.id, 'code': reason} for invoice in short if reason]
        shop, [partner] = self.shop, {invoice.partner for invoice in parts} or {partner}
        uuid = f'attempt-{len(self.books.payments)}'
        request = (
            uuid,
            shop.partners[partner].id,
            (shop.cash_journal if place == 'drawer' else shop.card_journal).id,
            [
                {**self._get_key(document), 'amount': amount / 100}
                for document, amount in parts.items()
            ],
            None,
            '',
            None,
            on_account / 100,
        )
        answer = self.session.collect_invoice_payment(*request, shortfalls=told)
        payment = Payment(
            shop.env['account.payment'].browse(answer['payment']['id']),
            partner,
            sum(parts.values()) + on_account,
            place=place,
            meant_for=[document for document in parts if document in self.books.invoices],
            session=self.books.session,
            uuid=uuid,
            answer={'request': request, 'answer': answer},
            told=len(told),
        )
        for document, amount in parts.items():
            if isinstance(document, Order):
                payment.order = document
            else:
                if isinstance(document, Entry):
                    self._pair(document.order)
                payment.match(document, amount)
        self.books.payments.append(payment)

    def _get_key(self, document):
        """By what an allocation names it."""
        if isinstance(document, Order):
            return {'pos_payment_uuid': document.record.payment_ids.uuid}
        if isinstance(document, Entry):
            return {'item_id': document.record.id}
        return {'invoice_id': document.record.id}

    @precondition(lambda self: self.books.find_debts())
    @rule(number=which, part=which, place=st.sampled_from(['drawer', 'outstanding']))
    def collect_what_was_bought_on_account(self, number, part, place):
        debt, most = choose(self.books.find_debts(), number)
        self._collect({debt: 1 + part % most}, place)
        with self.shop.assertRaises(UserError):
            self._collect({debt: most + 1}, place)

    @precondition(lambda self: self.books.find_debts() and self.books.find_payable('Acme'))
    @rule(number=which, part=which)
    def collect_it_beside_an_invoice(self, number, part):
        debt, most = choose(self.books.find_debts(), number)
        invoice = choose(self.books.find_payable('Acme'), number)
        if isinstance(debt, Entry):
            self._collect({debt: most, invoice: self._part(invoice, part)}, 'drawer')

    def _part(self, invoice, number):
        """Some of what is due, all of it half of the time, whole units of the rate."""
        step = RATE if invoice.currency == 'EUR' else 1
        part = number % (2 * invoice.residual)
        return invoice.residual if part >= invoice.residual else part // step * step or step

    @precondition(lambda self: self.books.find_payable())
    @rule(number=which, part=which, place=st.sampled_from(['drawer', 'outstanding']), why=reasons)
    def collect_one(self, number, part, place, why):
        invoice = choose(self.books.find_payable(), number)
        self._collect({invoice: self._part(invoice, part)}, place, reason=why)

    @precondition(lambda self: len(self.books.find_payable('Acme')) > 1)
    @rule(parts=st.lists(which, min_size=2, max_size=4), why=reasons)
    def collect_several(self, parts, why):
        payable = self.books.find_payable('Acme')
        pairs = zip(payable, parts, strict=False)
        parts = {invoice: self._part(invoice, part) for invoice, part in pairs}
        self._collect(parts, 'drawer', reason=why)

    @precondition(lambda self: self.books.find_payable())
    @rule(number=which, excess=cents)
    def collect_too_much(self, number, excess):
        invoice = choose(self.books.find_payable(), number)
        with self.shop.assertRaises(UserError):
            self._collect({invoice: invoice.residual + excess}, 'drawer')

    @precondition(lambda self: any(payment.uuid for payment in self.books.payments))
    @rule(number=which)
    def repeat_a_request(self, number):
        payment = choose([payment for payment in self.books.payments if payment.uuid], number)
        known = payment.answer
        answer = self.session.collect_invoice_payment(*known['request'])
        told, before = ({**a['payment'], 'state': 0, 'void': 0} for a in (answer, known['answer']))
        # In another journal it has another number, as soon as it is posted there.
        before['name'] = payment.record.name or before['name']
        self.shop.assertEqual(told, before)
        stands = answer['payment']['state'] == 'posted'
        self.shop.assertEqual(stands, payment.state == 'posted')

    @precondition(lambda self: any(payment.uuid for payment in self.books.payments))
    @rule(number=which)
    def void(self, number):
        payment = choose([payment for payment in self.books.payments if payment.uuid], number)
        session = self.session.with_user(self.shop.manager)
        if (payment.session, payment.state, payment.is_on_statement) == (
            self.books.session,
            'posted',
            False,
        ) and not (self._is_deposit_used(payment) or self._is_paid_out(payment)):
            session.void_invoice_payment(payment.record.id, 'wrong')
            self._cancel(payment)
        else:
            with self.shop.assertRaises(UserError):
                session.void_invoice_payment(payment.record.id, 'wrong')
        with self.shop.assertRaises(AccessError):
            self.session.void_invoice_payment(payment.record.id, 'wrong')

    def _is_paid_out(self, payment):
        return any(payout in payment.matched for payout in self.books.payouts)

    @precondition(lambda self: self.books.find_pairs())
    @rule(number=which)
    def use_credit(self, number):
        credit, _invoice = choose(self.books.find_pairs(), number)
        payable = self.books.find_payable(credit.partner)[:3]
        answer = self.session.apply_invoice_credits(
            self.shop.partners[credit.partner].id,
            self._get_open_lines(credit).ids,
            [invoice.record.id for invoice in payable],
        )
        before = credit.residual
        for invoice in payable:
            credit.match(invoice, min(credit.residual, invoice.residual))
        self.shop.assertEqual(round(answer['applied'] * 100), before - credit.residual)


class BackOfficeSteps:
    """What accountants do without a thought for the till."""

    def _get_receivable_lines(self, document):
        record = document.record
        if record._name == 'account.move.line':
            return record
        lines = (record.move_id if record._name == 'account.payment' else record).line_ids
        return lines.filtered(lambda line: line.account_type == 'asset_receivable')

    def _get_open_lines(self, document):
        return self._get_receivable_lines(document).filtered(lambda line: not line.reconciled)

    @rule(partner=st.sampled_from(['Acme', 'Europe']), amount=cents)
    def invoice(self, partner, amount):
        self._bill(partner, amount, self.books.invoices, 'out_invoice')

    @rule(partner=st.sampled_from(['Acme', 'Europe']), amount=cents)
    def credit_note(self, partner, amount):
        self._bill(partner, amount, self.books.credit_notes, 'out_refund')

    def _bill(self, partner, amount, documents, move_type):
        due_in = len(documents)  # each on a day of its own: who is first is not left to chance
        record = self.shop._create_bill(partner, amount, due_in, move_type)
        total, currency = (amount * RATE, 'EUR') if partner == 'Europe' else (amount, 'USD')
        documents.append(Document(record, partner, total, currency, due_in))

    @precondition(lambda self: self.books.invoices)
    @rule(number=which, amount=cents)
    def edit_an_invoice(self, number, amount):
        invoice = choose(self.books.invoices, number)
        if not self._reset_to_draft(invoice):
            return
        invoice.record.invoice_line_ids.price_unit = amount / 100
        invoice.record.action_post()
        invoice.state = 'posted'
        total = amount * RATE if invoice.currency == 'EUR' else amount
        if invoice.total != total:
            invoice.unmatch()
            invoice.total = total

    @precondition(lambda self: any(invoice.state == 'posted' for invoice in self.books.invoices))
    @rule(number=which)
    def cancel_an_invoice(self, number):
        posted = [invoice for invoice in self.books.invoices if invoice.state == 'posted']
        invoice = choose(posted, number)
        if self._reset_to_draft(invoice):
            invoice.record.button_cancel()
            invoice.unmatch()
            invoice.state = 'cancelled'

    def _reset_to_draft(self, invoice):
        """The core leaves a till's invoice as it is while the session is open."""
        invoice.record.button_draft()
        is_refused = invoice.session == self.books.session
        self.shop.assertEqual(invoice.record.state == 'draft', not is_refused)
        return not is_refused

    @precondition(lambda self: self.books.find_payable())
    @rule(number=which, part=which)
    def register_a_payment(self, number, part):
        invoice = choose(self.books.find_payable(), number)
        self._register([invoice], self._part(invoice, part))

    @precondition(lambda self: self._find_several_payable())
    @rule(number=which, part=which)
    def register_a_payment_of_several(self, number, part):
        """Over all that one customer owes, the oldest first."""
        invoices = choose(self._find_several_payable(), number)
        self._register(invoices, sum(self._part(invoice, part) for invoice in invoices))

    def _find_several_payable(self):
        owed = [self.books.find_payable(partner) for partner in ('Acme', 'Europe')]
        return [invoices for invoices in owed if len(invoices) > 1]

    def _register(self, invoices, amount):
        records = self.shop.env['account.move'].union(*(invoice.record for invoice in invoices))
        wizard = self.shop.env['account.payment.register'].with_context(
            active_model='account.move', active_ids=records.ids
        )
        record = wizard.create(
            {
                'amount': amount / 100,
                'currency_id': self.shop.company.currency_id.id,
                'journal_id': self.shop.card_journal.id,
                'group_payment': True,
            }
        )._create_payments()
        record = record.with_env(self.shop.env)
        payment = Payment(
            record, invoices[0].partner, amount, place='outstanding', meant_for=invoices
        )
        for invoice in invoices:
            payment.match(invoice, min(payment.residual, invoice.residual))
        self.books.payments.append(payment)

    @precondition(lambda self: self.books.find_collections())
    @rule(number=which, how=st.sampled_from(['draft', 'cancelled', 'entry draft', 'reversed']))
    def take_a_collection_back(self, number, how):
        payment = choose(self.books.find_collections(), number)
        if how == 'draft':
            payment.record.action_draft()
        elif how == 'cancelled':
            payment.record.action_cancel()
        elif how == 'entry draft':
            payment.record.move_id.button_draft()
        else:
            payment.record.move_id._reverse_moves([{}], cancel=True)
        if 'draft' in how:
            payment.state = 'draft'  # what it is matched with, the core keeps for later
        else:
            self._cancel(payment)

    @precondition(lambda self: self._find_correctable())
    @rule(number=which, what=st.sampled_from(['journal', 'journal', 'memo']))
    def correct_a_draft(self, number, what):
        """Pressed Card, but it was cash; or only wrote it down badly."""
        payment = choose(self._find_correctable(), number)
        if what == 'journal':
            payment.place = 'outstanding' if payment.place == 'drawer' else 'drawer'
            shop = self.shop
            journal = shop.cash_journal if payment.place == 'drawer' else shop.card_journal
            payment.record.journal_id = journal
            # Asked again, the till is told of the payment as it is now.
            payment.answer['answer']['payment'].update(
                journal_id=journal.id, journal_name=journal.name, journal_type=journal.type
            )
        else:
            payment.record.memo = f'corrected {number}'

    def _find_correctable(self):
        drafts = self.books.find_collections('draft')
        return [payment for payment in drafts if payment.record.state == 'draft']

    def _cancel(self, payment):
        payment.unmatch()
        payment.state = 'cancelled'

    @precondition(lambda self: self.books.find_collections('draft'))
    @rule(number=which, is_kept=st.booleans())
    def decide_on_a_draft(self, number, is_kept):
        payment = choose(self.books.find_collections('draft'), number)
        if is_kept:
            # Where only the entry is a draft, the payment itself may be paid, because its invoices
            # are: then a person can post nothing but the entry.
            draft = payment.record if payment.record.state == 'draft' else payment.record.move_id
            draft.action_post()
            payment.state = 'posted'
        else:
            payment.record.action_cancel()
            self._cancel(payment)

    @precondition(lambda self: any(payment.matched for payment in self.books.payments))
    @rule(number=which, by_hand=st.booleans())
    def unreconcile(self, number, by_hand):
        payment = choose([payment for payment in self.books.payments if payment.matched], number)
        lines = self._get_receivable_lines(payment)
        if by_hand:
            for partial in lines.matched_debit_ids | lines.matched_credit_ids:
                partial.debit_move_id.move_id.js_remove_outstanding_partial(partial.id)
            payment.kept_from |= payment.matched.keys()
        else:
            lines.remove_move_reconcile()
        payment.unmatch()

    @precondition(lambda self: self.books.find_items_to_reconcile())
    @rule(number=which)
    def reconcile(self, number):
        credit, debit = choose(self.books.find_items_to_reconcile(), number)
        (self._get_open_lines(credit) | self._get_open_lines(debit)).reconcile()
        credit.match(debit, min(credit.residual, debit.residual))


class BankSteps:
    """What the bank says about money taken by card."""

    @precondition(lambda self: self._find_waiting())
    @rule(number=which)
    def confirm_by_statement(self, number):
        payment = choose(self._find_waiting(), number)
        statement_line = self.shop.env['account.bank.statement.line'].create(
            {
                'journal_id': self.shop.card_journal.id,
                'payment_ref': 'card slips',
                'amount': payment.total / 100,
            }
        )
        _liquidity, suspense, _other = statement_line._seek_for_lines()
        suspense.account_id = self.shop.outstanding_account
        waiting = payment.record.move_id.line_ids.filtered(
            lambda line: line.account_id == self.shop.outstanding_account
        )
        (suspense | waiting).reconcile()
        payment.is_on_statement = True

    def _find_waiting(self):
        return [
            payment
            for payment in self.books.payments
            if (payment.place, payment.state, payment.is_on_statement)
            == ('outstanding', 'posted', False)
        ]


class RegisterSteps:
    """The drawer: sales, cash in and out, and the count at the end of the day."""

    @rule(amount=cents, sign=st.sampled_from([1, 1, -1]))
    def sell(self, amount, sign):
        self.shop._sell(self.session, sign * amount / 100)
        self.books.sales['cash'] += sign * amount

    @rule(amount=cents, kind=st.sampled_from(['in', 'out']))
    def move_cash(self, amount, kind):
        extras = {'translatedType': kind}
        self.session.sudo().try_cash_in_out(kind, amount / 100, 'reason', False, extras)
        self.books.move_cash(amount if kind == 'in' else -amount)

    @rule(miscount=st.sampled_from([0, 0, -500, 321]))
    def close_and_open_again(self, miscount):
        self._check_closing_popup()
        expected = self.books.get_drawer()
        if drafts := self.books.find_drafts():
            answer = self.shop._close(self.session, expected / 100)
            self.shop.assertFalse(answer['successful'])
            self.shop.assertIn(drafts[0].record.name, answer['message'])
            return
        counted = self.books.close(miscount)
        answer = self.shop._close(self.session, counted / 100)
        self.shop.assertEqual(answer, {'successful': True})
        self.shop.assertEqual(
            (self.session.cash_register_balance_end, self.session.cash_register_difference),
            (expected / 100, miscount / 100),
        )
        self._enter_orders(self.session)
        self.session = self.shop._open_session(self.shop.config, counted / 100)
        self.books.session = self.session.id

    def _check_closing_popup(self):
        data = self.session.get_closing_control_data()
        collected = self.books.get_collected('outstanding', self.books.session)
        self.shop.assertEqual(
            (
                round(data['default_cash_details']['amount'] * 100),
                sum(round(row['amount'] * 100) for row in data['invoice_payments']),
            ),
            (self.books.get_drawer(), collected),
        )


class NightSteps:
    """Leftovers, and the nightly reconciliation that looks for them."""

    @precondition(lambda self: self.books.find_payable())
    @rule(number=which, second=which, part=which)
    def receive_money_for_invoices(self, number, second, part):
        """Linked to one invoice or two of a customer, and left at that."""
        first = choose(self.books.find_payable(), number)
        others = self.books.find_payable(first.partner)
        meant = list(dict.fromkeys([first, choose(others, second)]))
        amount = sum(self._part(invoice, part) for invoice in meant)
        record = self.shop.env['account.payment'].create(
            {
                'partner_id': first.record.partner_id.id,
                'amount': amount / 100,
                'currency_id': self.shop.company.currency_id.id,
                'journal_id': self.shop.card_journal.id,
                'invoice_ids': [Command.set([invoice.record.id for invoice in meant])],
            }
        )
        record.action_post()
        payment = Payment(record, first.partner, amount, place='outstanding', meant_for=meant)
        self.books.payments.append(payment)

    @rule()
    def reconcile_at_night(self):
        invoices = {invoice.record: invoice for invoice in self.books.invoices if invoice.residual}
        engine = self.shop.env['pos_receivable.reconcile.engine']
        last = (
            self.shop.env['account.partial.reconcile'].search([], order='id desc', limit=1).id or 0
        )
        outcomes, _busy = engine._with_tree(self.shop.company)._reconcile_batch(
            self.shop.env['account.move'].union(*invoices)
        )
        self.shop.assertFalse([row for row in outcomes if row['outcome'] == 'failed'])
        payments = {payment.record.move_id: payment for payment in self.books.payments}
        for partial in self.shop.env['account.partial.reconcile'].search([('id', '>', last)]):
            payment = payments[partial.credit_move_id.move_id]
            invoice = invoices[partial.debit_move_id.move_id]
            self.shop.assertIn(invoice, payment.meant_for)
            self.shop.assertNotIn(invoice, payment.kept_from)
            payment.match(invoice, round(partial.amount * 100))
        for payment in self.books.payments:
            is_single = len(self._get_receivable_lines(payment)) == 1
            if payment.residual and is_single:
                self.shop.assertFalse(
                    [
                        invoice
                        for invoice in payment.meant_for
                        if invoice.residual and invoice not in payment.kept_from
                    ],
                    "Money is left although what it was meant for is still due",
                )
