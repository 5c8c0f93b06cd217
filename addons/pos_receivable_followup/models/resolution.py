from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command


class PosReceivableFollowupResolution(models.AbstractModel):
    """Books what a dispute ends with. The invoice comes with the rights of the user, in whose name it is
    booked; the dispute is elevated, and all of it is locked."""

    _name = 'pos_receivable.followup.resolution'
    _description = "Follow-up: Resolving Disputes"

    # -------------------------------------------------------------------------
    # Drafts
    # -------------------------------------------------------------------------

    @api.model
    def _credit(self, invoice, dispute, key):
        """
        :param key: of the hint that was chosen, empty for none
        :return: a draft credit note over the amount, or, when that cannot be met to the cent with the
            invoice's prices and taxes, as near as it can be, which is said on it
        :raise UserError: the hint is none of those that can be credited
        """
        hint = self._choose(dispute, key)
        note = self._reverse(invoice, dispute)
        if hint:
            self._keep_line(note, invoice, hint)
        elif invoice.currency_id.compare_amounts(dispute.amount, invoice.amount_total):
            self._keep_share(note, dispute.amount)
        if note.currency_id.compare_amounts(note.amount_total, dispute.amount):
            note.message_post(
                body=self.env._(
                    "%(amount)s is disputed, and this is over %(total)s: correct it before it is"
                    " posted.",
                    amount=note.currency_id.format(dispute.amount),
                    total=note.currency_id.format(note.amount_total),
                )
            )
        return note

    @api.model
    def _choose(self, dispute, key):
        hints = self.env['pos_receivable.followup.hints'].sudo()._find(dispute)
        known = {hint.key: hint for hint in hints if hint.line_id}
        if key and key not in known:
            raise UserError(
                self.env._(
                    "This hint cannot be credited, or is none any more. Open the dispute anew."
                )
            )
        if key:
            return known[key]
        return next(iter(known.values())) if len(known) == 1 else None

    @api.model
    def _rebill(self, invoice, dispute):
        """
        :return: ``(draft of a reversal of all of it, draft of a copy)``
        """
        note = self._reverse(invoice, dispute)
        copy = invoice.with_context(include_business_fields=True).copy()
        return note, copy

    @api.model
    def _reverse(self, invoice, dispute):
        wizard = (
            self.env['account.move.reversal']
            .with_context(active_model='account.move', active_ids=invoice.ids)
            .create({'reason': dispute.reason_id.name, 'journal_id': invoice.journal_id.id})
        )
        wizard.refund_moves()
        return wizard.new_move_ids

    @api.model
    def _keep_line(self, note, invoice, hint):
        """Leave one line of the reversal, over the quantity of the hint."""
        kept = self._pair(note, invoice)[hint.line_id]
        note.write(
            {
                'invoice_line_ids': [
                    *(Command.delete(line.id) for line in note.invoice_line_ids - kept),
                    Command.update(kept.id, {'quantity': hint.quantity}),
                ]
            }
        )

    @api.model
    def _pair(self, note, invoice):
        """``{id of the invoice's line: its copy}``: the core copies in the order of the lines."""
        lines, copies = (
            move.invoice_line_ids.sorted(lambda line: (line.sequence, line.id))
            for move in (invoice, note)
        )
        return {line.id: copy for line, copy in zip(lines, copies, strict=True)}

    @api.model
    def _keep_share(self, note, amount):
        """Leave of every line the same share, so that all taxes are credited in proportion."""
        lines = note.invoice_line_ids.filtered(lambda line: line.display_type == 'product')
        share = amount / note.amount_total if note.amount_total else 0.0
        note.write(
            {
                'invoice_line_ids': [
                    Command.update(
                        line.id,
                        {
                            'quantity': 1.0,
                            'discount': 0.0,
                            'price_unit': share
                            * line.price_unit
                            * line.quantity
                            * (1 - line.discount / 100),
                        },
                    )
                    for line in lines
                ]
            }
        )
        # The cents that rounding each line has left, on the largest.
        largest = max(lines, key=lambda line: abs(line.price_total))
        missing = note.currency_id.round(amount - note.amount_total)
        if missing and largest.price_total:
            largest.price_unit += missing * largest.price_unit / largest.price_total

    # -------------------------------------------------------------------------
    # Write-off
    # -------------------------------------------------------------------------

    @api.model
    def _write_off(self, invoice, dispute):
        """Book the amount against the company's account for it, and reconcile it with the latest
        instalments.

        :raise UserError: the company does not allow it, or not so much
        """
        company = dispute.company_id
        items = invoice._get_open_receivable_lines()[invoice]
        shares = self.env['pos_receivable.customer.hooks'].sudo()._get_disputed(items.sudo())
        parts = [
            (item, amount, self._get_foreign_part(item, amount))
            for item in items
            if (amount := shares.get(item.id))
        ]
        self._check_limit(company, sum(amount for _item, amount, _foreign in parts))
        entry = self.env['account.move'].with_company(invoice.company_id)
        entry = entry.create(self._prepare_entry(invoice, dispute, parts))
        entry.action_post()
        credits_ = entry.line_ids.filtered(lambda line: line.balance < 0).sorted('id')
        for (item, _amount, _foreign), credit in zip(parts, credits_, strict=True):
            (item | credit).reconcile()
        return entry

    @api.model
    def _get_foreign_part(self, item, amount):
        if not item.company_currency_id.compare_amounts(item.amount_residual, amount):
            return item.amount_residual_currency
        share = amount / item.amount_residual
        return item.currency_id.round(item.amount_residual_currency * share)

    @api.model
    def _check_limit(self, company, amount):
        currency, limit = company.currency_id, company.receivable_followup_write_off_limit
        if currency.is_zero(limit):
            raise UserError(self.env._("Disputes are not written off in this company."))
        if currency.compare_amounts(amount, limit) > 0:
            raise UserError(
                self.env._(
                    "No more than %(limit)s is written off for a dispute, and this is %(amount)s.",
                    limit=currency.format(limit),
                    amount=currency.format(amount),
                )
            )
        if not company.receivable_followup_write_off_account_id:
            raise UserError(
                self.env._("No account is set for writing off disputes: see Invoicing → Settings.")
            )

    @api.model
    def _prepare_entry(self, invoice, dispute, parts):
        journals = self.env['account.journal'].search(
            [('type', '=', 'general'), ('company_id', 'parent_of', invoice.company_id.ids)]
        )
        shared = {
            'name': self.env._("Disputed: %s", invoice.name),
            'partner_id': invoice.commercial_partner_id.id,
            'currency_id': invoice.currency_id.id,
        }
        return {
            'move_type': 'entry',
            'journal_id': journals.sorted(lambda j: j.company_id != invoice.company_id)[:1].id,
            'date': fields.Date.context_today(self),
            'ref': shared['name'],
            'line_ids': [
                *(
                    Command.create(
                        {
                            **shared,
                            'account_id': item.account_id.id,
                            'amount_currency': -foreign,
                            'balance': -amount,
                        }
                    )
                    for item, amount, foreign in parts
                ),
                Command.create(
                    {
                        **shared,
                        'account_id': dispute.company_id.receivable_followup_write_off_account_id.id,
                        'amount_currency': sum(foreign for _item, _amount, foreign in parts),
                        'balance': sum(amount for _item, amount, _foreign in parts),
                    }
                ),
            ],
        }
