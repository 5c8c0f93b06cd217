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
        """Book one tender over one or several invoices: a posted entry, reconciled with exactly
        these invoices for exactly these amounts; what is to be kept on account stays open.

        :param dict allocations: ``{invoice: amount}`` in the payment's currency, each positive and
            within what is due; the caller has locked and checked the invoices
        :param dict values: values of the Register Payment wizard shared by all of them, and what is
            to be kept on account
        :param dict due: ``{invoice: amount}`` that leaves nothing open, in the payment's currency
        :raise UserError: no account to book on, or the result is not what was asked for
        """
        before = {invoice: invoice.amount_residual for invoice in allocations}
        foreign = any(invoice.currency_id.id != values['currency_id'] for invoice in allocations)
        try:
            with self.env.cr.savepoint() if foreign else nullcontext():
                payment = self._book(allocations, values)
                if left_open := self._get_left_open(payment, due):
                    raise _LeftOpen(left_open)
        except _LeftOpen as error:
            # Rounding left a fraction that nobody could pay: settle those invoices, and no other,
            # at the rate that pays all of them, as the core's wizard does when asked to.
            [left_open] = error.args
            payment = self._book(allocations, values, left_open)
        self._check_booked(payment, before, due, values.get('pos_on_account', 0.0))
        return payment

    @api.model
    def _book(self, allocations, values, settled_at_rate=()):
        journal = self.env['account.journal'].browse(values['journal_id'])
        method, liquidity_account = self._get_accounts(journal)
        values = {
            **values,
            'payment_method_line_id': method.id,
            'pos_liquidity_account_id': liquidity_account.id,
            'communication': ', '.join(invoice.name for invoice in allocations),
        }
        if not allocations:
            return self.env['pos_receivable.deposit']._create_payment(values)
        open_lines = self.env['account.move'].union(*allocations)._get_open_receivable_lines()
        rounding = values.pop('pos_rounding_difference', 0.0)
        on_account = values.pop('pos_on_account', 0.0)
        values.pop('partner_id', None)
        wizards = self.env['account.payment.register'].concat(
            *(
                self.env['account.payment.register'].new(
                    {
                        **values,
                        'amount': amount,
                        'line_ids': [Command.set(open_lines[invoice].ids)],
                        'pos_rounding_difference': 0.0 if position else rounding,
                        'pos_on_account': 0.0 if position else on_account,
                        'pos_settle_rate': invoice in settled_at_rate,
                    }
                )
                for position, (invoice, amount) in enumerate(allocations.items())
            )
        )
        return wizards._create_invoice_payment()

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
    def _get_shares(self, payment):
        """What this payment was reconciled with.

        :return: ``{invoice: amount}`` in the payment's currency, positive: what its items took off
            the invoice, discounts and cash rounding included; no invoice for what was not used
            although it was not to be kept on account
        """
        shares = defaultdict(float)
        kept = self.env['pos_receivable.deposit']._get_items(payment)
        for line in payment._seek_for_lines()[1] - kept:
            used_for = line.matched_debit_ids.debit_move_id.move_id.filtered(
                lambda move: move.is_invoice(include_receipts=True)
            )
            shares[used_for] -= line.amount_currency
        return shares

    @api.model
    def _get_left_open(self, payment, due):
        """Invoices in another currency of which something stays open although this payment took
        all that was ``due`` on them."""
        return self.env['account.move'].union(
            *(
                invoice
                for invoice, amount in self._get_shares(payment).items()
                if invoice in due
                and invoice.currency_id != payment.currency_id
                and payment.currency_id.compare_amounts(amount, due[invoice]) >= 0
                and not invoice.currency_id.is_zero(invoice.amount_residual)
            )
        )

    @api.model
    def _check_booked(self, payment, before, due, on_account=0.0):
        """Refuse a payment that does not settle what it was taken for, rather than trust that no
        exception means success.

        :param dict before: ``{invoice: residual before}``, in the invoice's currency
        :param dict due: ``{invoice: amount}`` that left nothing open, in the payment's currency
        :param float on_account: what is to be kept, in the payment's currency
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
        shares = self._get_shares(payment)
        if (
            payment.move_id.state != 'posted'
            or payment.move_id.date != payment.date
            or not used
            or not deposits._is_kept(payment, on_account)
            or shares.keys() != before.keys()
            or not all(
                self._has_taken_share(payment, invoice, amount, before[invoice], due[invoice])
                for invoice, amount in shares.items()
            )
        ):
            raise UserError(
                self.env._(
                    "This payment could not be matched with its invoices, so nothing was booked."
                    " Please ask an accountant to look at %(invoices)s.",
                    invoices=', '.join(invoice.name for invoice in before),
                )
            )

    @api.model
    def _has_taken_share(self, payment, invoice, amount, before, due):
        """Whether ``invoice`` went down by the worth of ``amount`` and is paid only if that was all.

        :raise UserError: what should stay open is less than the smallest unit of its currency
        """
        own, theirs = payment.currency_id, invoice.currency_id
        after = invoice.amount_residual
        if own == theirs:
            return theirs.compare_amounts(after, before - amount) == 0
        if own.compare_amounts(amount, due) >= 0:
            return theirs.is_zero(after)
        if theirs.is_zero(after):
            raise UserError(
                self.env._(
                    "The rest of %(invoice)s would be too small to stay open in %(currency)s: pay"
                    " all of it, %(due)s, or clearly less.",
                    invoice=invoice.name,
                    currency=theirs.name,
                    due=own.format(due),
                )
            )
        # What is due was rounded once for each instalment, and so was what each took.
        worth = before / due
        terms = invoice.line_ids.filtered(lambda line: line.display_type == 'payment_term')
        steps = 1 + len(terms)
        tolerance = steps * (own.rounding * worth + theirs.rounding)
        return abs(after - (before - amount * worth)) <= tolerance
