from contextlib import contextmanager
from dataclasses import dataclass

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.pos_receivable.tools.payload import read_number

SOLD_AT_TILL = 'pos_receivable_credit_till'
# Not a value: whoever calls from outside can name the key, and cannot send this.
TILL = object()
WATCHED = 'pos_receivable_credit_watched'


GUARDED_FIELDS = {
    'pos_receivable_approved_amount',
    'pos_receivable_approved_by',
    'pos_receivable_asked_amount',
}
# What an approval was given for, beside the total.
APPROVED_FOR = {'company_id', 'currency_id', 'partner_id', 'partner_invoice_id', 'pricelist_id'}


@dataclass(frozen=True)
class Watched:
    """The orders that are being written, which are looked at in the end: their lines are not, one by
    one. It cannot be sent from outside either."""

    ids: frozenset | None  # None: they are being created


class SaleOrder(models.Model):
    """An order is looked at when it becomes a confirmed one, however it does: its customer is going to
    owe it; and again when it is raised then, or becomes another customer's. Refused is who does so in
    the back office; what a customer has signed or paid, a till has sold or the server does by itself
    is done, noted and reported."""

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
    pos_receivable_asked_amount = fields.Monetary(
        string="Asked For on Account",
        readonly=True,
        copy=False,
        groups='base.group_user',
        help="To this total the confirmed order was to be raised, which was refused.",
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
        'pos_receivable_asked_amount',
    )
    def _compute_pos_receivable_credit(self):
        for order in self:
            held = None
            if order._is_receivable_credit_raise_asked():
                order.pos_receivable_is_held = True
                order.pos_receivable_credit_text = self.env._(
                    "To raise this order to %(amount)s was refused: that has to be approved.",
                    amount=order.currency_id.format(order.pos_receivable_asked_amount),
                )
                continue
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
        # Its lines are looked at with it.
        new = self.with_context(**{WATCHED: Watched(None)})
        orders = super(SaleOrder, new).create(vals_list).with_env(self.env)
        orders.filtered(lambda order: order.state == 'sale')._check_receivable_credit()
        return orders

    def write(self, vals):
        # EXTENDS 'sale'
        if not self.env.su and GUARDED_FIELDS & vals.keys():
            raise AccessError(self.env._("Orders are approved by the button, by those who may."))
        if APPROVED_FOR & vals.keys():
            # Elevated: nobody writes approvals, and this one was given for another order.
            approved = self.sudo().filtered(
                lambda order: order.pos_receivable_approved_by or order.pos_receivable_asked_amount
            )
            approved.write(dict.fromkeys(GUARDED_FIELDS, False))
        if vals.get('state') == 'sale':
            if 'order_line' in vals:
                # First, so that what is confirmed is what is looked at.
                self.write({'order_line': vals['order_line']})
                vals = {name: value for name, value in vals.items() if name != 'order_line'}
            self.filtered(lambda order: order.state in ('draft', 'sent'))._check_receivable_credit()
        with self._watch_receivable_credit():
            # Lines that are written with the order are looked at together: one may be less.
            watched = self.with_context(**{WATCHED: Watched(frozenset(self.ids))})
            return super(SaleOrder, watched).write(vals)

    @contextmanager
    def _watch_receivable_credit(self):
        """Look again at confirmed orders which what is done meanwhile has raised, or has made another
        customer's.

        :raise UserError: as ``_check_receivable_credit``
        """
        mark = self.env.context.get(WATCHED)
        watched = mark.ids if isinstance(mark, Watched) else ()
        # What a till settles was looked at when it was sold there.
        is_settled = self.env.context.get(SOLD_AT_TILL) is TILL
        known = {
            order: (order.amount_total, order._get_receivable_credit_customer())
            for order in (self.browse() if is_settled else self)
            if watched is not None
            and order.id not in watched
            and order.state == 'sale'
            and order._get_receivable_credit_mode() != 'off'
        }
        yield
        for order, (total, customer) in known.items():
            if order.state == 'sale' and (
                order.currency_id.compare_amounts(order.amount_total, total) > 0
                or order._get_receivable_credit_customer() != customer
            ):
                order._check_receivable_credit()

    def _check_receivable_credit(self):
        """Write down what is about to be confirmed, or is and was raised.

        :raise UserError: it should be held, the company blocks, and somebody waits for the answer
        """
        for order in self:
            mode = order._get_receivable_credit_mode()
            if mode == 'off' or not order._get_receivable_credit_amount():
                continue
            is_asked = order._is_receivable_credit_asked()
            if mode == 'block':
                # Elevated: of two orders at once, the second is retried and sees the first.
                till_sudo = self.sudo().env['pos_receivable.credit.till']
                till_sudo._touch_account(
                    order._get_receivable_credit_customer(), order.company_id, is_waiting=is_asked
                )
            assessment = order._evaluate_receivable_credit()
            is_held = assessment.recommendation.kind == 'hold'
            if is_held and not order._is_receivable_credit_approved():
                if is_asked:
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
        """Let this total be confirmed although it should be held, or a confirmed order be raised to the
        total that was refused.

        The context's ``pos_receivable_asked_amount`` tells what whoever approves has on the screen.

        :raise AccessError: not somebody who may put accounts on hold
        :raise UserError: confirmed or cancelled meanwhile, or asked for another total
        """
        self.ensure_one()
        self.check_access('read')
        if not self.env['pos_receivable.credit.account'].has_access('write'):
            raise AccessError(
                self.env._("Only those who may put accounts on hold approve orders: ask one.")
            )
        # Elevated after the checks: who approves need not sell.
        order_sudo = self.sudo()
        approved = order_sudo.amount_total
        if order_sudo._is_receivable_credit_raise_asked():
            approved = order_sudo.pos_receivable_asked_amount
            seen = read_number(self.env.context.get('pos_receivable_asked_amount', approved))
            if seen is None or self.currency_id.compare_amounts(seen, approved):
                raise UserError(self.env._("Another total was asked for meanwhile: look again."))
        elif self.state not in ('draft', 'sent'):
            raise UserError(self.env._("This order was confirmed or cancelled meanwhile."))
        order_sudo.write(
            {
                'pos_receivable_approved_amount': approved,
                'pos_receivable_approved_by': self.env.uid,
                'pos_receivable_asked_amount': False,
            }
        )
        order_sudo.message_post(
            body=self.env._(
                "%(user)s approved %(amount)s on account.",
                user=self.env.user.name,
                amount=self.currency_id.format(approved),
            )
        )

    def _is_receivable_credit_raise_asked(self):
        """Whether this confirmed order was to be raised, and nobody has approved it yet."""
        asked = self.sudo().pos_receivable_asked_amount
        return (
            self.state == 'sale' and self.currency_id.compare_amounts(asked, self.amount_total) > 0
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
        return self.env['pos_receivable.credit.check']._evaluate(
            self._get_receivable_credit_customer(),
            self.company_id,
            self._get_receivable_credit_amount(),
            # Confirmed, it is a part of what the customer owes: here it is what is asked for.
            excluding_subject=self,
        )

    def _get_receivable_credit_customer(self):
        return (self.partner_invoice_id or self.partner_id).commercial_partner_id

    def _get_receivable_credit_amount(self):
        """What the customer is going to owe, in company currency; nothing of an order over less. Of a
        confirmed one not what was invoiced, and not what was settled elsewhere, at a till."""
        # Elevated: whoever sells need not see invoices.
        order_sudo, currency = self.sudo(), self.company_id.currency_id
        lines = order_sudo.order_line
        elsewhere = sum(lines.mapped('amount_to_invoice')) - order_sudo.amount_to_invoice
        left = self.amount_total - sum(lines.mapped('amount_invoiced')) - max(elsewhere, 0.0)
        amount = currency.round(left / (self.currency_rate or 1.0))
        return amount if currency.compare_amounts(amount, 0) > 0 else 0.0

    def _explain_receivable_credit(self, assessment):
        if not assessment:
            return False
        if self.state == 'sale':
            return self.env._(
                "%(order)s is confirmed: it should not come to %(amount)s on the account of"
                " %(customer)s. %(reasons)s",
                order=self.name,
                amount=self.currency_id.format(self.amount_total),
                customer=assessment.partner.display_name,
                reasons=' '.join(reason['text'] for reason in assessment.reasons),
            )
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
            },
            # Whoever may approve finds it on the order.
            asked={'pos_receivable_asked_amount': self.amount_total}
            if self.state == 'sale'
            else None,
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
