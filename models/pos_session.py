from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from ..tools.payload import read_id


class PosSession(models.Model):
    """Invoice payments of a session, and who may take them.

    The till's contract is in pos_session_open_invoices (what a customer owes) and
    pos_session_collect (one payment); pos_session_closing brings the money to the drawer.
    """

    _inherit = 'pos.session'

    invoice_payment_ids = fields.One2many(
        'account.payment',
        'pos_session_id',
        string="Invoice Payments",
        domain=[('pos_invoice_payment_uuid', '!=', False)],
        readonly=True,
    )
    use_invoice_payment = fields.Boolean(related='config_id.use_invoice_payment')
    invoice_payment_count = fields.Integer(compute='_compute_invoice_payments')
    invoice_payment_total = fields.Monetary(compute='_compute_invoice_payments')

    @api.depends(
        'invoice_payment_ids.amount',
        'invoice_payment_ids.state',
        'invoice_payment_ids.move_id.state',
    )
    def _compute_invoice_payments(self):
        # Elevated: whoever may see the session may see what it collected; a cashier or a manager
        # without accounting rights reads no payment.
        totals = {
            session.id: (count, total)
            for session, count, total in self.env['account.payment']
            .sudo()
            ._read_group(
                Domain('pos_session_id', 'in', self.ids) & self._get_invoice_payment_domain(),
                ['pos_session_id'],
                ['__count', 'amount:sum'],
            )
        }
        for session in self:
            session.invoice_payment_count, session.invoice_payment_total = totals.get(
                session.id, (0, 0.0)
            )

    @api.model
    def _get_invoice_payment_domain(self):
        """Collections that still stand: voided and cancelled ones count nowhere."""
        return (
            Domain('pos_invoice_payment_uuid', '!=', False)
            & Domain('state', 'in', ('in_process', 'paid'))
            & Domain('payment_type', '=', 'inbound')
            & Domain('move_id.state', '=', 'posted')
        )

    # -------------------------------------------------------------------------
    # Who may, and on what
    # -------------------------------------------------------------------------

    def _check_invoice_payment_access(self):
        """Only a cashier, on one session of a company they work in."""
        if len(self) != 1 or not read_id(self.id):
            raise UserError(self.env._("Open a session first to collect invoice payments."))
        user = self.env.user
        if not user._is_internal() or not user.has_group('point_of_sale.group_pos_user'):
            raise AccessError(self.env._("Only cashiers can collect invoice payments."))
        if not self.exists():
            raise UserError(self.env._("This session no longer exists."))
        self.check_access('read')
        if self.config_id.invoice_payment_access == 'manager' and not (
            self._is_invoice_payment_manager()
        ):
            raise AccessError(self.env._("Only managers can collect invoice payments here."))

    def _is_invoice_payment_manager(self):
        return self.env.user.has_group('point_of_sale.group_pos_manager')

    def _get_invoice_payment_cashier_name(self):
        return self.env.user.name

    def _check_invoice_payment_enabled(self):
        if not self.config_id.use_invoice_payment:
            raise UserError(
                self.env._(
                    "Invoice payments are switched off at %(shop)s.", shop=self.config_id.name
                )
            )

    def _get_invoice_payment_sudo(self):
        return self.with_company(self.company_id).sudo()

    def _read_invoice_payment_partner(self, partner_id):
        partner = self.env['res.partner'].browse(read_id(partner_id)).exists()
        if not partner:
            raise UserError(self.env._("This customer no longer exists. Choose one again."))
        partner.check_access('read')
        return partner

    # -------------------------------------------------------------------------
    # Back office
    # -------------------------------------------------------------------------

    def action_show_invoice_payments(self):
        self.ensure_one()
        action = self.env['ir.actions.act_window']._for_xml_id(
            'pos_receivable.account_payment_action_invoice_payments'
        )
        return {
            **action,
            'display_name': self.env._("Invoice Payments of %(session)s", session=self.name),
            'domain': [
                ('pos_session_id', '=', self.id),
                ('pos_invoice_payment_uuid', '!=', False),
            ],
        }
