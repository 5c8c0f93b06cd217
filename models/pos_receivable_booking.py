from collections import defaultdict
from contextlib import nullcontext

from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Command


class _LeftOpen(Exception):
    """A payment that should settle its invoices leaves something open on one of them."""


class PosReceivableBooking(models.AbstractModel):
    """Books what a counter took: a posted payment, reconciled with its invoices, which is then compared
    with what was asked for."""

    _name = 'pos_receivable.booking'
    _description = "Booking a Collection"

    @api.model
    def _get_accounts(self, journal, method=None, payment_type='inbound'):
        """How money received at a counter enters ``journal``, or leaves it.

        Cash goes straight to the drawer's own account, so that the ledger and the drawer agree.
        Bank money waits on the outstanding account the core would choose.

        :param method: the payment method line somebody chose
        :return: ``(payment method line, liquidity account)``
        :raise UserError: the journal lacks what is needed; nothing has been written
        """
        methods = journal._get_available_payment_method_lines(payment_type)
        method = method or methods.filtered(lambda line: line.code == 'manual')[:1] or methods[:1]
        if not method and payment_type == 'outbound':
            raise UserError(
                self.env._(
                    "Ask a manager: %(journal)s has no way to pay money out (Invoicing →"
                    " Configuration → Journals → %(journal)s → Outgoing Payments).",
                    journal=journal.name,
                )
            )
        if not method:
            raise UserError(
                self.env._(
                    "Ask a manager: %(journal)s has no way to receive payments (Invoicing →"
                    " Configuration → Journals → %(journal)s → Incoming Payments).",
                    journal=journal.name,
                )
            )
        if journal.type == 'cash':
            account = journal.default_account_id
            if not account:
                raise UserError(
                    self.env._(
                        "Ask a manager: %(journal)s has no cash account (Invoicing → Configuration →"
                        " Journals → %(journal)s → Cash Account).",
                        journal=journal.name,
                    )
                )
            return method, account
        account = method.payment_account_id
        if not account:
            try:
                account = (
                    self.env['account.payment']
                    .new({'company_id': journal.company_id.id})
                    ._get_outstanding_account(payment_type)
                )
            except UserError as error:
                if payment_type == 'outbound':
                    raise UserError(
                        self.env._(
                            "Ask a manager: no account is set to pay money out of %(journal)s"
                            " (Invoicing → Configuration → Journals → %(journal)s → Outgoing"
                            " Payments).",
                            journal=journal.name,
                        )
                    ) from error
                raise UserError(
                    self.env._(
                        "Ask a manager: no account is set to receive bank payments for %(journal)s"
                        " (Invoicing → Configuration → Journals → %(journal)s → Incoming Payments).",
                        journal=journal.name,
                    )
                ) from error
        return method, account

    @api.model
    def _create_payment(self, allocations, values, due):
        """Book one tender over one or several debts: a posted entry, reconciled with exactly these for
        exactly these amounts; what is to be kept on account stays open, and so does what is for an
        order that is not in the books yet, a credit that knows what it is for.

        :param dict allocations: ``{debt: amount}`` in the payment's currency, each positive and
            within what is due; see ``pos_receivable.debt``; the caller has locked and checked them
        :param dict values: values of the Register Payment wizard shared by all of them, and what is
            to be kept on account
        :param dict due: ``{debt: amount}`` that leaves nothing open, in the payment's currency
        :raise UserError: no account to book on, or the result is not what was asked for
        """
        debts = self.env['pos_receivable.debt']
        booked, kept = self._split_kept(allocations, values.get('pos_on_account', 0.0))
        before = {debt: debts._get_residual(debt) for debt in booked}
        lines = {debt: debts._get_lines(debt) for debt in booked}
        foreign = any(debt.currency_id.id != values['currency_id'] for debt in booked)
        try:
            with self.env.cr.savepoint() if foreign else nullcontext():
                payment = self._book(booked, values, lines, kept)
                if left_open := self._get_left_open(payment, due, lines):
                    raise _LeftOpen(left_open)
        except _LeftOpen as error:
            # Rounding left a fraction that nobody could pay: settle those invoices, and no other,
            # at the rate that pays all of them, as the core's wizard does when asked to.
            [left_open] = error.args
            payment = self._book(booked, values, lines, kept, left_open)
        self._check_booked(payment, before, due, lines, kept)
        return payment

    @api.model
    def _split_kept(self, allocations, on_account):
        """
        :return: ``(allocations, kept)``: what is in the books, and a list of ``(purchase, amount)`` of
            what stays open: money for orders that are not in the books yet, payments of which
            ``purchase`` is one, and last, with no purchase, what is kept on account
        """
        booked = {
            debt: amount for debt, amount in allocations.items() if debt._name != 'pos.payment'
        }
        kept = [(debt, amount) for debt, amount in allocations.items() if debt not in booked]
        if on_account:
            kept.append((self.env['pos.payment'], on_account))
        return booked, kept

    @api.model
    def _book(self, allocations, values, lines, kept, settled_at_rate=()):
        """
        :param dict lines: ``{debt: its open journal items}``
        :param list kept: see :meth:`_split_kept`
        """
        journal = self.env['account.journal'].browse(values['journal_id'])
        method, liquidity_account = self._get_accounts(journal)
        values = {
            **values,
            'payment_method_line_id': method.id,
            'pos_liquidity_account_id': liquidity_account.id,
            'communication': ', '.join(
                map(
                    self.env['pos_receivable.debt']._get_name,
                    (*allocations, *(purchase for purchase, _amount in kept if purchase)),
                )
            ),
        }
        if not allocations:
            return self.env['pos_receivable.deposit']._create_payment(values, kept)
        rounding = values.pop('pos_rounding_difference', 0.0)
        del values['pos_on_account'], values['partner_id']
        wizards = self.env['account.payment.register'].concat(
            *(
                self.env['account.payment.register'].new(
                    {
                        **values,
                        'amount': amount,
                        'line_ids': [Command.set(lines[debt].ids)],
                        'pos_rounding_difference': 0.0 if position else rounding,
                        'pos_settle_rate': debt in settled_at_rate,
                    }
                )
                for position, (debt, amount) in enumerate(allocations.items())
            )
        )
        return wizards._create_invoice_payment(kept)

    @api.model
    def _prepare_rounding_vals(self, vals, rounding, account):
        """The item of what coins cannot pay.

        :param dict vals: of the payment: customer, currency, date and company
        :param float rounding: positive when less cash is received than is settled
        """
        currency = self.env['res.currency'].browse(vals['currency_id'])
        company = self.env['res.company'].browse(vals['company_id'])
        return {
            'name': self.env._("Cash rounding"),
            'account_id': account.id,
            'partner_id': vals['partner_id'],
            'currency_id': currency.id,
            'amount_currency': rounding,
            'balance': currency._convert(rounding, company.currency_id, company, vals['date']),
        }

    @api.model
    def _prepare_line_commands(self, vals, items):
        """The entry of a payment received for ``items``: the money first, then these in their order.

        :param dict vals: values of the payment
        :param list items: values of journal items, credits negative
        """
        return [
            Command.create(
                {
                    'name': vals['memo'],
                    'date_maturity': vals['date'],
                    'partner_id': vals['partner_id'],
                    'currency_id': vals['currency_id'],
                    'account_id': vals['force_outstanding_account_id'],
                    'amount_currency': vals['amount'],
                    # As the core writes it, so that other apps find what they look for.
                    'debit': -sum(item['balance'] for item in items),
                    'credit': 0.0,
                }
            ),
            *(Command.create(item) for item in items),
        ]

    @api.model
    def _get_shares(self, payment, lines):
        """What this payment was reconciled with.

        :param dict lines: ``{debt: its journal items}``
        :return: ``{debt: amount}`` in the payment's currency, positive: what its items took off the
            debt, discounts and cash rounding included; ``None`` for what was used for nothing
            although it was not to be kept, for several, or for something else
        """
        owners = {line: debt for debt, items in lines.items() for line in items}
        shares = defaultdict(float)
        kept = self.env['pos_receivable.deposit']._get_items(payment)
        for line in payment._seek_for_lines()[1] - kept:
            # The core may have added the item of an exchange difference to what it is matched with.
            debits = line.matched_debit_ids.debit_move_id
            used_for = {owners[debit] for debit in debits if debit in owners}
            shares[used_for.pop() if len(used_for) == 1 else None] -= line.amount_currency
        return shares

    @api.model
    def _get_left_open(self, payment, due, lines):
        """Debts in another currency of which something stays open although this payment took all
        that was ``due`` on them."""
        debts = self.env['pos_receivable.debt']
        return [
            debt
            for debt, amount in self._get_shares(payment, lines).items()
            if debt in due
            and debt.currency_id != payment.currency_id
            and payment.currency_id.compare_amounts(amount, due[debt]) >= 0
            and not debt.currency_id.is_zero(debts._get_residual(debt))
        ]

    @api.model
    def _check_booked(self, payment, before, due, lines, kept):
        """Refuse a payment that does not settle what it was taken for, rather than trust that no
        exception means success.

        :param dict before: ``{debt: residual before}``, in the debt's currency
        :param dict due: ``{debt: amount}`` that left nothing open, in the payment's currency
        :param dict lines: ``{debt: its journal items}``
        :param list kept: what is to stay open, see :meth:`_split_kept`
        """
        payment.ensure_one()
        deposits = self.env['pos_receivable.deposit']
        liquidity, counterpart, _write_off = payment._seek_for_lines()
        counterpart -= deposits._get_items(payment)
        # Another app that splits what was received must not empty the drawer on paper.
        if payment.currency_id.compare_amounts(
            sum(liquidity.mapped('amount_currency')), payment.amount
        ):
            raise UserError(
                self.env._(
                    "Only a part of this payment would reach %(journal)s, because another app"
                    " splits it (a tax withheld by the customer, for instance), so nothing was"
                    " booked. Ask an accountant to register it.",
                    journal=payment.journal_id.name,
                )
            )
        # The core may add an exchange difference entry to what the payment is matched with, and
        # where rates are rounded leaves a cent of the payment open once the invoice is settled.
        used = all(
            line.reconciled
            or not any(line.matched_debit_ids.debit_move_id.mapped('amount_residual'))
            or line.currency_id != line.matched_debit_ids.debit_move_id.currency_id
            for line in counterpart
        )
        shares = self._get_shares(payment, lines)
        if (
            payment.move_id.state != 'posted'
            or payment.move_id.date != payment.date
            or not used
            or not deposits._is_kept(payment, kept)
            or shares.keys() != before.keys()
            or not all(
                self._has_taken_share(payment, debt, amount, before[debt], due[debt])
                for debt, amount in shares.items()
            )
        ):
            raise UserError(
                self.env._(
                    "This payment could not be matched with its invoices, so nothing was booked."
                    " Please ask an accountant to look at %(invoices)s.",
                    invoices=', '.join(map(self.env['pos_receivable.debt']._get_name, before)),
                )
            )

    @api.model
    def _has_taken_share(self, payment, debt, amount, before, due):
        """Whether ``debt`` went down by the worth of ``amount`` and is paid only if that was all.

        :raise UserError: what should stay open is less than the smallest unit of its currency
        """
        own, theirs = payment.currency_id, debt.currency_id
        debts = self.env['pos_receivable.debt']
        after = debts._get_residual(debt)
        if own == theirs:
            return theirs.compare_amounts(after, before - amount) == 0
        if own.compare_amounts(amount, due) >= 0:
            return theirs.is_zero(after)
        if theirs.is_zero(after):
            raise UserError(
                self.env._(
                    "The rest of %(invoice)s would be too small to stay open in %(currency)s: pay"
                    " all of it, %(due)s, or clearly less.",
                    invoice=debts._get_name(debt),
                    currency=theirs.name,
                    due=own.format(due),
                )
            )
        # What is due was rounded once for each instalment, and so was what each took.
        worth = before / due
        steps = 1 + debts._count_terms(debt)
        tolerance = steps * (own.rounding * worth + theirs.rounding)
        return abs(after - (before - amount * worth)) <= tolerance
