from contextlib import nullcontext

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import NO_ACCESS

from ..tools.new_payment import new_payment


class AccountPaymentRegister(models.TransientModel):
    _inherit = 'account.payment.register'

    # Set by the till only, with all rights: over RPC nobody may pretend to be one. A payment
    # registered in the back office leaves them empty.
    pos_session_id = fields.Many2one('pos.session', groups=NO_ACCESS)
    pos_invoice_payment_uuid = fields.Char(groups=NO_ACCESS)
    pos_payment_reference = fields.Char(groups=NO_ACCESS)
    pos_cashier_name = fields.Char(groups=NO_ACCESS)
    pos_liquidity_account_id = fields.Many2one('account.account', groups=NO_ACCESS)
    # What coins cannot pay: positive when less cash is received than the invoices are settled for.
    pos_rounding_difference = fields.Monetary(groups=NO_ACCESS)
    pos_rounding_account_id = fields.Many2one('account.account', groups=NO_ACCESS)
    pos_settle_rate = fields.Boolean(groups=NO_ACCESS)

    def _create_payment_vals_from_wizard(self, batch_result):
        # EXTENDS 'account'
        vals = super()._create_payment_vals_from_wizard(batch_result)
        if not self.env.su:
            return vals
        if self.pos_session_id:
            vals.update(
                {
                    'pos_session_id': self.pos_session_id.id,
                    'pos_invoice_payment_uuid': self.pos_invoice_payment_uuid,
                    'payment_reference': self.pos_payment_reference,
                    'pos_cashier_name': self.pos_cashier_name,
                    'force_outstanding_account_id': self.pos_liquidity_account_id.id,
                }
            )
        if self.pos_rounding_difference:
            vals['amount'] -= self.pos_rounding_difference
            vals['write_off_line_vals'].append(
                self.env['pos_receivable.booking']._prepare_rounding_vals(
                    {**vals, 'company_id': self.company_id.id},
                    self.pos_rounding_difference,
                    self.pos_rounding_account_id,
                )
            )
        return vals

    def _init_payments(self, to_process, edit_mode=False):
        # EXTENDS 'account'
        with self._making_invoice_payment():
            return super()._init_payments(to_process, edit_mode)

    def _post_payments(self, to_process, edit_mode=False):
        # EXTENDS 'account'
        with self._making_invoice_payment(begun=True):
            return super()._post_payments(to_process, edit_mode)

    def _making_invoice_payment(self, begun=False):
        is_ours = self.env.su and self.pos_session_id
        return new_payment(self.env, begun) if is_ours else nullcontext()

    def _protecting_invoice_payment_state(self, invoices):
        """While a link is written to a payment that has paid them just now: its entry has told, and
        they need not be asked a second time whether they are paid."""
        return self.env.protecting([invoices._fields['payment_state']], invoices)

    def _reconcile_payments(self, to_process, edit_mode=False):
        # EXTENDS 'account'
        batches = [(vals, vals['to_reconcile']._origin.move_id) for vals in to_process]
        several = any(len(moves) > 1 for _vals, moves in batches)
        if not several and not (self.env.su and self.pos_session_id):
            return super()._reconcile_payments(to_process, edit_mode)
        # The core also links the payment by writing on the invoices, which would synchronise and
        # track all of each: while protected, the link alone is written. Where there are several,
        # each would get what was linked to any of them before, as if it had been paid for all.
        invoices = self.env['account.move'].union(*(moves for _vals, moves in batches))
        link = invoices._fields['matched_payment_ids']
        linked = {invoice: invoice[link.name] for invoice in invoices}
        for vals, moves in batches:
            for invoice in moves:
                linked[invoice] |= vals['payment']
        with self.env.protecting([link], invoices):
            result = super()._reconcile_payments(to_process, edit_mode)
            for invoice, payments in linked.items():
                if invoice[link.name] != payments:
                    invoice[link.name] = payments
        booked = all(vals['payment'].move_id for vals, _moves in batches)
        with self._protecting_invoice_payment_state(invoices if booked else invoices.browse()):
            invoices.modified([link.name])
        return result

    def _create_invoice_payment(self, kept=()):
        """Book these wizards, one per debt, as a single posted and reconciled payment.

        One wizard is left to the core, unless its invoice has to be settled whatever rounding
        says, something is kept on account besides, or it pays an item without invoice, whose entry
        the core would link to the payment. Several become one entry with one liquidity line and,
        per debt, the receivable and discount lines the core would have written for it alone; last,
        what is kept.

        :param list kept: ``(payment of an order or none, amount)`` of what stays open on account
        """
        for wizard in self:
            if len(wizard.batches) != 1:
                raise UserError(
                    self.env._(
                        "%(invoice)s is spread over several receivable accounts. Ask an accountant to"
                        " register this payment.",
                        invoice=wizard.line_ids._get_receivable_name(),
                    )
                )
        invoices = self.line_ids._origin.move_id.filtered(
            lambda move: move.is_invoice(include_receipts=True)
        )
        if len(self) == 1 and invoices and not self.pos_settle_rate and not kept:
            return self._create_payments().sudo(self.env.su)

        shared_vals = self[0]._create_payment_vals_from_wizard(self[0].batches[0])
        shares = [wizard._prepare_invoice_payment_share(shared_vals) for wizard in self]
        # As the core's wizard books: what changes is given whole, so that terms, taxes and rounding
        # of each invoice need not be compared with what they were.
        unsynchronized = self.with_context(skip_invoice_sync=True)
        with new_payment(self.env):
            payment = unsynchronized.env['account.payment'].create(
                self._prepare_grouped_invoice_payment_vals(shares, kept)
            )
            payment.action_post()
        # Journal items keep the order they were given in, and with it their invoice.
        items = iter(payment.move_id.line_ids.sorted('id')[1:])
        plan, settled = [], []
        for wizard, share in zip(self, shares, strict=True):
            share_items = [next(items) for _vals in share['line_vals']]
            (settled if wizard.pos_settle_rate else plan).append(share['lines'] + share_items[0])
        unsynchronized.env['account.move.line']._reconcile_plan(plan)
        for lines in settled:
            lines._reconcile_receivable_at_settling_rate()
        # From the payment's side: writing on the invoices would have each of them synchronised.
        payment = self.env['account.payment'].browse(payment.id)
        with self._protecting_invoice_payment_state(invoices):
            payment.invoice_ids = invoices
        return payment

    def _prepare_grouped_invoice_payment_vals(self, shares, kept):
        vals = dict(shares[0]['payment_vals'])
        del vals['write_off_line_vals']
        vals['amount'] = sum(share['payment_vals']['amount'] for share in shares)
        items = [line for share in shares for line in share['line_vals']]
        for purchase, amount in kept:
            vals['amount'] += amount
            items.append(
                self.env['pos_receivable.deposit']._prepare_item_vals(vals, amount, purchase)
            )
        vals['line_ids'] = self.env['pos_receivable.booking']._prepare_line_commands(vals, items)
        return vals

    def _prepare_invoice_payment_share(self, shared_vals):
        """This invoice's part of a payment over several.

        :param dict shared_vals: values of the payment as the first of them alone would give
        :return: ``lines``, the invoice's open journal items; ``payment_vals``, as for a payment of
            this invoice alone; ``line_vals``, its receivable item followed by its discount items,
            in the payment's currency, credits negative
        """
        self.ensure_one()
        [batch] = self.batches
        lines = batch['lines']
        if self.pos_rounding_difference or any(
            move._is_eligible_for_early_payment_discount(self.currency_id, self.payment_date)
            for move in lines.move_id
        ):
            payment_vals = self._create_payment_vals_from_wizard(batch)
        else:
            payment_vals = {**shared_vals, 'amount': self.amount, 'write_off_line_vals': []}
        write_offs = payment_vals['write_off_line_vals']
        company_currency = self.company_id.currency_id
        amount = payment_vals['amount']
        liquidity_balance = self.currency_id._convert(
            amount, company_currency, self.company_id, self.payment_date
        )
        amount_currency = -amount - sum(line['amount_currency'] for line in write_offs)
        balance = -liquidity_balance - sum(line['balance'] for line in write_offs)
        if lines.currency_id != self.currency_id and liquidity_balance:
            # As account.payment.register does in _init_payments: a coarse rate must not leave a
            # few units open when the payment is worth exactly the residual.
            residual = sum(lines.mapped('amount_residual'))
            rate = amount / liquidity_balance
            # What has to be settled is, in the company's currency, worth exactly what is open.
            is_worth_all = self.pos_settle_rate and self.currency_id != company_currency
            if is_worth_all or self.currency_id.is_zero(residual * rate + amount_currency):
                balance = -residual
        return {
            'lines': lines,
            'payment_vals': payment_vals,
            'line_vals': [
                {
                    'name': lines._get_receivable_name(),
                    'date_maturity': self.payment_date,
                    'partner_id': payment_vals['partner_id'],
                    'currency_id': self.currency_id.id,
                    'account_id': lines.account_id.id,
                    'amount_currency': amount_currency,
                    'balance': balance,
                },
                *write_offs,
            ],
        }
