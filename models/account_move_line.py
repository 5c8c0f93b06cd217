from odoo import fields, models
from odoo.fields import NO_ACCESS
from odoo.tools import format_datetime, format_time


class AccountMoveLine(models.Model):
    _inherit = 'account.move.line'

    # What a till kept for later purchases: it was received for no invoice. Always the last
    # receivable item of its payment. Set with all rights only, see pos_receivable.deposit.
    pos_receivable_on_account = fields.Boolean(
        string="Kept on Account", readonly=True, copy=False, groups=NO_ACCESS
    )

    # Written by the closing of sessions and by tills alone: who could point an item at another order
    # would say who owes it.
    pos_receivable_payment_id = fields.Many2one(
        'pos.payment',
        string="Bought on Account",
        readonly=True,
        copy=False,
        index='btree_not_null',
        ondelete='set null',
        groups=NO_ACCESS,
        help="What was bought on the customer's account, without an invoice, and is owed or given"
        " back by this item.",
    )

    # -------------------------------------------------------------------------
    # Owed without an invoice
    # -------------------------------------------------------------------------

    def _get_receivable_name(self):
        """What a cashier calls these items, of one debt: the invoice, the receipt or the entry."""
        # Elevated: accountants need not be allowed to read the orders of tills.
        order_sudo = self.sudo().pos_receivable_payment_id.pos_order_id[:1]
        return order_sudo.pos_reference or order_sudo.name or self.move_id[:1].name

    def _describe_last_receivable_payment(self):
        """Who last paid something of these items and when, in the user's words; '' when nobody did."""
        partial = (self.matched_credit_ids | self.matched_debit_ids).sorted('id')[-1:]
        if not partial:
            return ''
        paid_at, payer = partial.create_date, partial.create_uid.name
        shop = partial.credit_move_id.payment_id.pos_session_id.config_id.name
        moment = (
            format_time(self.env, paid_at, time_format='short')
            if fields.Datetime.context_timestamp(self, paid_at).date()
            == fields.Date.context_today(self)
            else format_datetime(self.env, paid_at, dt_format='short')
        )
        who = self.env._("%(user)s (%(shop)s)", user=payer, shop=shop) if shop else payer
        return self.env._("at %(moment)s by %(who)s", moment=moment, who=who)

    # -------------------------------------------------------------------------
    # Settling at a rate
    # -------------------------------------------------------------------------

    def _get_receivable_settling_rate(self):
        """The rate at which the rest of the payment among these lines pays all that is open on the
        others: in units of the foreign currency for one of the company's, of the invoice's or, where
        the invoice is in the company's, of the payment's.

        :return: ``0.0`` when there is no such rate: nothing is left in one of the two
        """
        credit = self.filtered(lambda line: line.balance < 0)
        debit = self - credit
        if debit.currency_id == self.company_currency_id:
            foreign, own = credit.amount_residual_currency, sum(debit.mapped('amount_residual'))
        else:
            foreign, own = sum(debit.mapped('amount_residual_currency')), credit.amount_residual
        return abs(foreign / own) if own else 0.0

    def _reconcile_receivable_at_settling_rate(self):
        """Reconcile the payment among these lines so that nothing stays open on the others.

        One by one, the largest last: what each takes is rounded, and the last takes what is left.
        """
        credit = self.filtered(lambda line: line.balance < 0)
        debits = (self - credit).sorted('amount_residual')
        for position, debit in enumerate(debits):
            if credit.reconciled:
                break
            rate = (credit + debits[position:])._get_receivable_settling_rate()
            (credit + debit).with_context(forced_rate_from_register_payment=rate).reconcile()

    def action_unreconcile_match_entries(self):
        # EXTENDS 'account'
        links = self.env['pos_receivable.reconcile.links']
        # Elevated to see what is about to be taken apart; whether this user may is up to the core.
        items = self.sudo().browse(self.env.context.get('active_ids') or ())
        items = items._all_reconciled_lines()
        taken_off = links._find_linked(items.matched_debit_ids | items.matched_credit_ids)
        result = super().action_unreconcile_match_entries()
        links._keep_apart(taken_off)
        return result
