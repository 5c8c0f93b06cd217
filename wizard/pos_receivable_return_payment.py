from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools.payload import read_id


class PosReceivableReturnPayment(models.TransientModel):
    """An accountant says that the money of a payment came back."""

    _name = 'pos_receivable.return.payment'
    _description = "Money That Came Back"
    _check_company_auto = True

    payment_id = fields.Many2one('account.payment', required=True, readonly=True)
    company_id = fields.Many2one(related='payment_id.company_id')
    currency_id = fields.Many2one(related='payment_id.currency_id')
    amount = fields.Monetary(related='payment_id.amount')
    partner_id = fields.Many2one(related='payment_id.partner_id')
    date = fields.Date(string="Returned On", required=True, default=fields.Date.context_today)
    reason = fields.Selection(
        selection=lambda self: (
            self.env['pos_receivable.returned.payment']
            ._fields['reason']
            ._description_selection(self.env)
        ),
        required=True,
        default='cheque',
    )
    note = fields.Char()
    fee = fields.Monetary(
        help="Charged to the customer with an invoice of its own, without tax; zero for none."
    )
    fee_account_id = fields.Many2one(
        'account.account',
        compute='_compute_fee_account_id',
        store=True,
        readonly=False,
        check_company=True,
        domain="[('account_type', 'in', ('income', 'income_other', 'expense'))]",
        help="Where the fee is booked.",
    )
    user_id = fields.Many2one(
        'res.users',
        string="Who Follows Up",
        required=True,
        default=lambda self: self.env.company.receivable_reconcile_user_id or self.env.user,
        domain="[('share', '=', False)]",
    )

    @api.depends('company_id')
    def _compute_fee_account_id(self):
        """Where the last fee was booked, or else where invoices are."""
        for wizard in self:
            company = wizard.company_id
            # Elevated: whether a fee was charged before is no secret, nor on which account.
            last = self.env['pos_receivable.returned.payment'].sudo()
            last = last.search([('company_id', '=', company.id), ('fee_id', '!=', False)], limit=1)
            journal = self.env['account.journal'].search(
                [('company_id', 'parent_of', company.ids), ('type', '=', 'sale')], limit=1
            )
            wizard.fee_account_id = (
                last.fee_id.invoice_line_ids.account_id[:1] or journal.default_account_id
            )

    def action_confirm(self):
        """Reverse the payment, see ``pos_receivable.returned.payment._take_back``.

        :return: the payment's form
        :raise AccessError: not an accountant
        :raise UserError: this payment cannot come back; nothing has been written
        """
        if len(self) != 1 or not read_id(self.id) or not self.exists():
            raise UserError(self.env._("Choose one payment."))
        self.payment_id._check_may_return_receivable()
        self.env['pos_receivable.returned.payment']._take_back(
            self.payment_id,
            {'date': self.date, 'reason': self.reason, 'note': self.note},
            fee=self.fee,
            fee_account=self.fee_account_id,
            user=self.user_id,
        )
        return {'type': 'ir.actions.act_window_close'}
