from odoo import api, fields, models
from odoo.exceptions import AccessError, MissingError, UserError
from odoo.fields import Domain

from ..tools.payload import read_id

TRUSTED_CONTEXT = {'allowed_company_ids', 'lang', 'pos_employee_id', 'tz'}


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

    def _check_cashier(self):
        """Only a cashier, on one session of a company they work in."""
        self._check_one_session()
        user = self.env.user
        if not user._is_internal() or not user.has_group('point_of_sale.group_pos_user'):
            raise AccessError(self.env._("Only cashiers can collect invoice payments."))
        self._check_session_access()

    def _check_one_session(self):
        if len(self) != 1 or not read_id(self.id):
            raise UserError(self.env._("Open a session first to collect invoice payments."))

    def _check_session_access(self):
        self._check_readable(self, self.env._("This session no longer exists."))

    def _check_readable(self, record, message):
        """
        :raise UserError: ``message``, when the record was deleted
        :raise AccessError: when the user may not see it
        """
        try:
            record.check_access('read')
            record.mapped('display_name')
        except MissingError as error:
            raise UserError(message) from error

    def _check_invoice_payment_access(self):
        """Only a cashier whom this shop lets collect."""
        self._check_cashier()
        self._check_invoice_payment_employee()
        if self.config_id.invoice_payment_access == 'manager' and not (
            self._is_invoice_payment_manager()
        ):
            raise AccessError(self.env._("Only managers can collect invoice payments here."))

    def _is_invoice_payment_manager(self):
        """A manager's user and, where pos_hr says who stands at the till, a manager's role: the
        browser names the employee, so this can only take rights away."""
        if not self.env.user.has_group('point_of_sale.group_pos_manager'):
            return False
        employee = self._get_invoice_payment_employee()
        return not employee or self._is_manager_employee(employee)

    def _get_invoice_payment_cashier_name(self):
        employee = self._get_invoice_payment_employee()
        return employee.name if employee else self.env.user.name

    def _get_invoice_payment_employee(self):
        """Who stands at the till, when pos_hr is in use there and the browser told.

        :raise AccessError: an employee who may not log in at this shop
        """
        config = self.config_id.sudo()
        employee_id = read_id(self.env.context.get('pos_employee_id'))
        if (
            not employee_id
            or 'minimal_employee_ids' not in config._fields
            or not config.module_pos_hr
        ):
            return False
        employee = config.env['hr.employee'].search(
            Domain(config._employee_domain(self.env.uid)) & Domain('id', '=', employee_id)
        )
        if not employee:
            raise AccessError(self.env._("This employee does not work at this till."))
        return employee

    def _is_manager_employee(self, employee):
        config = self.config_id.sudo()
        user = employee.user_id
        return employee in config.advanced_employee_ids or bool(
            user and user.has_group('point_of_sale.group_pos_manager')
        )

    def _check_invoice_payment_employee(self):
        """:raise AccessError: pos_hr gives the employee at the till no more than minimal rights"""
        employee = self._get_invoice_payment_employee()
        if (
            employee
            and employee in self.config_id.sudo().minimal_employee_ids
            and not self._is_manager_employee(employee)
        ):
            raise AccessError(
                self.env._("%(employee)s may not collect invoice payments.", employee=employee.name)
            )

    def _check_invoice_payment_enabled(self):
        if not self.config_id.use_invoice_payment:
            raise UserError(
                self.env._(
                    "Invoice payments are switched off at %(shop)s.", shop=self.config_id.name
                )
            )

    def _get_invoice_payment_sudo(self):
        """This session with all rights, in its company and with nothing of the caller's context
        that the core would obey: a forced rate, defaults, skipped checks."""
        context = {key: value for key, value in self.env.context.items() if key in TRUSTED_CONTEXT}
        # pylint: disable=context-overridden
        return self.with_context(context).with_company(self.company_id).sudo()

    def _read_invoice_payment_partner(self, partner_id):
        message = self.env._("This customer no longer exists. Choose one again.")
        partner = self.env['res.partner'].browse(read_id(partner_id))
        if not partner:
            raise UserError(message)
        self._check_readable(partner, message)
        # pylint: disable=context-overridden
        return partner.with_context(self._get_invoice_payment_sudo().env.context)

    # -------------------------------------------------------------------------
    # Back office
    # -------------------------------------------------------------------------

    def action_show_invoice_payments(self):
        self._check_one_session()
        self._check_session_access()
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
            'context': {'search_default_group_by_journal': 1},
        }
