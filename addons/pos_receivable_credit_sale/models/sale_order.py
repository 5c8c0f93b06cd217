from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

SOLD_AT_TILL = 'pos_receivable_credit_till'
# Not a value: whoever calls from outside can name the key, and cannot send this.
TILL = object()

GUARDED_FIELDS = {'pos_receivable_approved_amount', 'pos_receivable_approved_by'}
# What an approval was given for, beside the total.
APPROVED_FOR = {'company_id', 'currency_id', 'partner_id', 'partner_invoice_id', 'pricelist_id'}


class SaleOrder(models.Model):
    """An order is looked at when it becomes a confirmed one, however it does: its customer is going to
    owe it. Refused is who confirms it in the back office; what a customer has signed or paid, a till
    has sold or the server does by itself is confirmed, noted and reported."""

    _inherit = 'sale.order'

    # Not for customers, who read their own orders.
    pos_receivable_credit_text = fields.Text(
        string="Why It Should Not Be Confirmed",
        compute='_compute_pos_receivable_credit',
        groups='base.group_user',
    )
    pos_receivable_is_held = fields.Boolean(
        compute='_compute_pos_receivable_credit', groups='base.group_user'
    )
    pos_receivable_approved_amount = fields.Monetary(
        string="Approved on Account",
        readonly=True,
        copy=False,
        groups='base.group_user',
        help="Up to this total the order may be confirmed although it should be held.",
    )
    pos_receivable_approved_by = fields.Many2one(
        'res.users', string="Approved By", readonly=True, copy=False, groups='base.group_user'
    )

    @api.depends(
        'state',
        'amount_total',
        'partner_invoice_id',
        'company_id',
        'pos_receivable_approved_amount',
    )
    def _compute_pos_receivable_credit(self):
        for order in self:
            held = None
            if order.state in ('draft', 'sent') and order._get_receivable_credit_mode() in (
                'warn',
                'block',
            ):
                held = order._find_receivable_credit_hold()
            order.pos_receivable_is_held = bool(held)
            order.pos_receivable_credit_text = order._explain_receivable_credit(held)

    # -------------------------------------------------------------------------
    # Confirming
    # -------------------------------------------------------------------------

    def _confirmation_error_message(self):
        # EXTENDS 'sale'
        message = super()._confirmation_error_message()
        if message or self.state not in ('draft', 'sent') or not self._is_receivable_credit_asked():
            return message
        held = self._find_receivable_credit_hold()
        if not held:
            return message
        self._remember_receivable_credit(held)
        return self._explain_receivable_credit(held)

    @api.model_create_multi
    def create(self, vals_list):
        # EXTENDS 'sale'
        if not self.env.su and any(GUARDED_FIELDS & vals.keys() for vals in vals_list):
            raise AccessError(self.env._("Orders are approved by the button, by those who may."))
        orders = super().create(vals_list)
        orders.filtered(lambda order: order.state == 'sale')._check_receivable_credit()
        return orders

    def write(self, vals):
        # EXTENDS 'sale'
        if not self.env.su and GUARDED_FIELDS & vals.keys():
            raise AccessError(self.env._("Orders are approved by the button, by those who may."))
        if APPROVED_FOR & vals.keys():
            # Elevated: nobody writes approvals, and this one was given for another order.
            approved = self.sudo().filtered('pos_receivable_approved_by')
            approved.write(dict.fromkeys(GUARDED_FIELDS, False))
        if vals.get('state') == 'sale':
            self.filtered(lambda order: order.state in ('draft', 'sent'))._check_receivable_credit()
        return super().write(vals)

    def _check_receivable_credit(self):
        """Write down what is about to be confirmed.

        :raise UserError: it should be held, the company blocks, and somebody waits for the answer
        """
        for order in self:
            mode = order._get_receivable_credit_mode()
            if mode == 'off' or not order._get_receivable_credit_amount():
                continue
            assessment = order._evaluate_receivable_credit()
            is_held = assessment.recommendation.kind == 'hold'
            if is_held and not order._is_receivable_credit_approved():
                if order._is_receivable_credit_asked():
                    order._remember_receivable_credit(assessment)
                    raise UserError(order._explain_receivable_credit(assessment))
                order._log_receivable_credit(assessment, 'unauthorized')
                if mode == 'block':
                    order._report_receivable_credit(assessment)
            elif is_held:
                order._log_receivable_credit(assessment, 'override')
            else:
                order._log_receivable_credit(assessment, 'authorize')

    def _is_receivable_credit_asked(self):
        """Whether somebody in the back office confirms it, and can be told no."""
        return (
            self._get_receivable_credit_mode() == 'block'
            and not self.env.su
            and self.env.context.get(SOLD_AT_TILL) is not TILL
        )

    def _get_receivable_credit_mode(self):
        return self.company_id.root_id.sudo().receivable_credit_sale_check or 'off'

    # -------------------------------------------------------------------------
    # Approving
    # -------------------------------------------------------------------------

    def action_pos_receivable_approve(self):
        """Let this total be confirmed although it should be held.

        :raise AccessError: not somebody who may put accounts on hold
        :raise UserError: confirmed or cancelled meanwhile
        """
        self.ensure_one()
        self.check_access('read')
        if not self.env['pos_receivable.credit.account'].has_access('write'):
            raise AccessError(
                self.env._("Only those who may put accounts on hold approve orders: ask one.")
            )
        if self.state not in ('draft', 'sent'):
            raise UserError(self.env._("This order was confirmed or cancelled meanwhile."))
        # Elevated after the checks: who approves need not sell.
        order_sudo = self.sudo()
        order_sudo.write(
            {
                'pos_receivable_approved_amount': self.amount_total,
                'pos_receivable_approved_by': self.env.uid,
            }
        )
        order_sudo.message_post(
            body=self.env._(
                "%(user)s approved %(amount)s on account.",
                user=self.env.user.name,
                amount=self.currency_id.format(self.amount_total),
            )
        )

    def _is_receivable_credit_approved(self):
        approved = self.sudo().pos_receivable_approved_amount
        return (
            self.sudo().pos_receivable_approved_by
            and self.currency_id.compare_amounts(self.amount_total, approved) <= 0
        )

    # -------------------------------------------------------------------------
    # What speaks against it
    # -------------------------------------------------------------------------

    def _find_receivable_credit_hold(self):
        """
        :return: the assessment where it should be held and nobody has approved it, else ``None``
        """
        if not self._get_receivable_credit_amount() or self._is_receivable_credit_approved():
            return None
        assessment = self._evaluate_receivable_credit()
        return assessment if assessment.recommendation.kind == 'hold' else None

    def _evaluate_receivable_credit(self):
        partner = self.partner_invoice_id.commercial_partner_id or self.partner_id
        return self.env['pos_receivable.credit.check']._evaluate(
            partner.commercial_partner_id, self.company_id, self._get_receivable_credit_amount()
        )

    def _get_receivable_credit_amount(self):
        """What the customer is going to owe, in company currency; nothing of an order over less."""
        currency = self.company_id.currency_id
        amount = currency.round(self.amount_total / (self.currency_rate or 1.0))
        return amount if currency.compare_amounts(amount, 0) > 0 else 0.0

    def _explain_receivable_credit(self, assessment):
        if not assessment:
            return False
        return self.env._(
            "%(order)s: %(amount)s on the account of %(customer)s should not be confirmed. %(reasons)s",
            order=self.name,
            amount=self.currency_id.format(self.amount_total),
            customer=assessment.partner.display_name,
            reasons=' '.join(reason['text'] for reason in assessment.reasons),
        )

    def _log_receivable_credit(self, assessment, action):
        self.env['pos_receivable.credit.check']._log(
            assessment,
            action,
            self,
            case_key=f'sale.order,{self.id}',
            mode=self._get_receivable_credit_mode(),
            reason=action == 'override' and self.sudo().pos_receivable_approved_by.name,
        )

    def _remember_receivable_credit(self, assessment):
        """Have a refusal written down, which is about to be raised."""
        # Elevated: nobody writes the log but through what has decided.
        env = self.sudo().env
        decision = env['pos_receivable.credit.check']._prepare_log(
            self.company_id, assessment, 'refuse', self._get_receivable_credit_mode()
        )
        env['pos_receivable.credit.refusal']._remember(
            {
                **decision,
                'subject_model': self._name,
                'subject_id': self.id,
                'subject': self.display_name,
                'case_key': f'sale.order,{self.id}',
            }
        )

    def _report_receivable_credit(self, assessment):
        """Tell whoever sells: what was signed, paid or sold is not undone."""
        self.message_post(body=self._explain_receivable_credit(assessment))
        seller = self.user_id or self.company_id.receivable_reconcile_user_id
        if seller:
            self.activity_schedule(
                'mail.mail_activity_data_todo',
                summary=self.with_context(lang=seller.lang).env._(
                    "Confirmed on account although it should be held"
                ),
                user_id=seller.id,
            )
