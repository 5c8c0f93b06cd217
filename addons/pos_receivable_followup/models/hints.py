from odoo import api, models

from ..deciding import Invoice, InvoiceLine, find_hints


class PosReceivableFollowupHints(models.AbstractModel):
    """What an amount in dispute may be about, from what is booked. Called elevated."""

    _name = 'pos_receivable.followup.hints'
    _description = "Hints for a Dispute"

    @api.model
    def _find(self, dispute):
        """
        :return: a tuple of :class:`Hint`
        """
        currency = dispute.currency_id
        return find_hints(
            self._get_invoice(dispute.case_id, dispute.move_id), _count(dispute.amount, currency)
        )

    @api.model
    def _list(self, dispute):
        """
        :return: as ``get_hints`` of the dispute
        """
        return [
            {
                'key': hint.key,
                'sentence': self._say(hint),
                'amount': dispute.amount,
                'line_ids': [hint.line_id] if hint.line_id else [],
            }
            for hint in self._find(dispute)
        ]

    @api.model
    def _get_invoice(self, case, move):
        currency = move.currency_id
        return Invoice(
            lines=tuple(
                InvoiceLine(
                    line.id,
                    line.name or line.product_id.display_name or '',
                    line.quantity,
                    _count(line.price_total, currency),
                    _count(line.price_subtotal, currency),
                )
                for line in move.invoice_line_ids
                if line.display_type == 'product'
            ),
            total=_count(move.amount_total, currency),
            tax=_count(move.amount_tax, currency),
            unit=round(1 / currency.rounding),
            discount=_count(self._get_expired_discount(case, move), currency),
            others=self._get_others(case, move),
        )

    @api.model
    def _get_expired_discount(self, case, move):
        """What an early payment would have saved, in the invoice's currency; 0 while it may still."""
        today = case._get_today(case.company_id)
        return sum(
            item.amount_currency - item.discount_amount_currency
            for item in move.line_ids
            if item.display_type == 'payment_term'
            and item.discount_date
            and item.discount_date < today
        )

    @api.model
    def _get_others(self, case, move):
        """What is open on the customer's other entries in the same currency, of either sign."""
        listed = self.env['pos_receivable.followup.items']._list(case.company_id, case.partner_id)
        sums, names = {}, {}
        for item in listed.get(case.partner_id.id, ()):
            if item.move_id != move.id and item.currency_id == move.currency_id.id:
                amount = abs(_count(item.amount_currency, move.currency_id))
                sums[item.move_id] = sums.get(item.move_id, 0) + amount
                names[item.move_id] = item.name
        return tuple((names[id_], amount) for id_, amount in sums.items())

    @api.model
    def _say(self, hint):
        _ = self.env._
        count = f'{hint.quantity:g}'
        return {
            'line': lambda: _("The line “%s” is over exactly this.", hint.name),
            'untaxed': lambda: _(
                "The line “%s” is over exactly this, without its taxes.", hint.name
            ),
            'units': lambda: _(
                "%(count)s of “%(name)s” come to exactly this.", count=count, name=hint.name
            ),
            'line_tax': lambda: _("The taxes of “%s” come to exactly this.", hint.name),
            'tax': lambda: _("The taxes of the invoice come to exactly this."),
            'discount': lambda: _(
                "The discount for paying early, which is over, was exactly this."
            ),
            'rounding': lambda: _("It is what the invoice is over a whole amount."),
            'invoice': lambda: _("Exactly this is open on %s.", hint.name),
        }[hint.kind]()


def _count(amount, currency):
    """In the smallest unit of the currency."""
    return round(amount / currency.rounding)
