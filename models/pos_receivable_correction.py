from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Command

# Every item of a collection over several invoices depends on them.
SHARED_FIELDS = {
    'amount',
    'currency_id',
    'destination_account_id',
    'partner_id',
    'partner_type',
    'payment_type',
}


class PosReceivableCorrection(models.AbstractModel):
    """What an accountant may correct on a collection, and how its entry follows."""

    _name = 'pos_receivable.correction'
    _description = "Correcting a Collection"

    @api.model
    def _check_shares_stay(self, payments, vals):
        """
        :raise UserError: a collection over several invoices would have to be divided anew
        """
        if not SHARED_FIELDS & vals.keys():
            return
        for payment in payments.filtered('pos_invoice_payment_uuid'):
            if (
                self._is_changed(payment, SHARED_FIELDS, vals)
                and len(payment._seek_for_lines()[1]) > 1
            ):
                if self.env['pos_receivable.deposit']._get_items(payment):
                    raise UserError(
                        self.env._(
                            "%(payment)s pays invoices and keeps a part on account: amount, customer"
                            " and currency stay as they are. Cancel it instead, and register what"
                            " was really received.",
                            payment=payment.display_name,
                        )
                    )
                raise UserError(
                    self.env._(
                        "%(payment)s pays several invoices, each its share: amount, customer and"
                        " currency stay as they are. Cancel it instead, and register what was really"
                        " received.",
                        payment=payment.display_name,
                    )
                )

    @api.model
    def _is_changed(self, payment, names, vals):
        """Whether any of these fields would have another value; forms send what did not change."""
        payment.ensure_one()
        fields_ = [payment._fields[name] for name in names & vals.keys()]
        return any(
            field.convert_to_cache(vals[field.name], payment)
            != field.convert_to_cache(payment[field.name], payment)
            for field in fields_
        )

    @api.model
    def _has_own_items(self, payment):
        """Whether the entry has items besides the money and one share, which add up to it."""
        liquidity, counterpart, write_off = payment._seek_for_lines()
        return (
            len(liquidity) == 1
            and len(counterpart + write_off) > 1
            and not payment.currency_id.compare_amounts(
                sum(liquidity.mapped('amount_currency')), payment.amount
            )
            and (counterpart + liquidity).currency_id == payment.currency_id
            and counterpart.partner_id == payment.partner_id.commercial_partner_id
        )

    @api.model
    def _synchronize_items(self, payment, changed_fields):
        """Bring a change of date, journal, memo or bank account to the draft entry, item by item,
        as the core does for payments of one invoice."""
        payment.ensure_one()
        move = payment.move_id
        if move.state == 'posted':
            return
        liquidity, counterpart, _write_off = payment._seek_for_lines()
        vals = {line: {} for line in move.line_ids}
        if 'memo' in changed_fields:
            vals[liquidity]['name'] = payment.memo
        if 'date' in changed_fields:
            for line in liquidity + counterpart:
                vals[line]['date_maturity'] = payment.date
            if payment.currency_id != move.company_currency_id:
                for line, balance in self._convert_items(payment, liquidity, counterpart).items():
                    vals[line]['balance'] = balance
        to_write = {
            'date': payment.date,
            'partner_bank_id': payment.partner_bank_id.id,
            'line_ids': [
                Command.update(line.id, values) for line, values in vals.items() if values
            ],
        }
        if 'journal_id' in changed_fields and move.journal_id != payment.journal_id:
            to_write.update(name='/', journal_id=payment.journal_id.id)
        move.with_context(skip_invoice_sync=True).write(to_write)

    @api.model
    def _convert_items(self, payment, liquidity, counterpart):
        """
        :return: ``{item: balance}``, what each is worth on the payment's day; the largest share
            takes what rounding leaves
        """
        currency = payment.move_id.company_currency_id
        balances = {
            line: line.currency_id._convert(
                line.amount_currency, currency, payment.company_id, payment.date
            )
            for line in payment.move_id.line_ids
        }
        largest = max(counterpart, key=lambda line: abs(line.amount_currency))
        balances[largest] = currency.round(balances[largest] - sum(balances.values()))
        return balances

    @api.model
    def _prepare_moved_vals(self, payment, vals):
        """Move this collection to another journal as if it had been booked there, so that the
        drawer's account still has what the drawer expects.

        :param dict vals: what is written, with the journal; its choices are kept
        :raise UserError: the journal lacks what is needed
        """
        payment.ensure_one()
        journal = self.env['account.journal'].browse(vals['journal_id'])
        method = self.env['account.payment.method.line'].browse(vals.get('payment_method_line_id'))
        method, account = self.env['pos_receivable.booking']._get_accounts(
            journal, method.filtered(lambda line: line.journal_id == journal)
        )
        return {
            # The core would choose them anew with the journal; the customer paid what he paid.
            'currency_id': payment.currency_id.id,
            'destination_account_id': payment.destination_account_id.id,
            **vals,
            'payment_method_line_id': method.id,
            'force_outstanding_account_id': (
                vals.get('force_outstanding_account_id') or account.id
            ),
        }

    @api.model
    def _move_liquidity(self, payment, account_id):
        """Put the money of a draft entry on another account.

        The core knows the item of the money by the accounts of the payment's journal: once that
        is another, it would take the item for a write-off and drop it, and others with it.
        """
        payment.ensure_one()
        if payment.move_id.state == 'draft':
            liquidity = payment._seek_for_lines()[0]
            liquidity.with_context(skip_invoice_sync=True).account_id = account_id
