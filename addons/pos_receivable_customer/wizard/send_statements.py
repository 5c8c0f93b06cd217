from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.pos_receivable.tools.payload import read_id

from ..models.mailing import REPORT
from ..report.statement_report import MOST_STATEMENTS

MOST = 2000  # customers sent to at once


class PosReceivableCustomerSendStatements(models.TransientModel):
    """Print or send the statements of many customers."""

    _name = 'pos_receivable.customer.send.statements'
    _description = "Statements of Account"

    company_id = fields.Many2one(
        'res.company', required=True, readonly=True, default=lambda self: self.env.company
    )
    partner_ids = fields.Many2many(
        'res.partner',
        string="Customers",
        default=lambda self: self._default_partner_ids(),
        domain="[('parent_id', '=', False)]",
    )
    kind = fields.Selection(
        [('open', "Open items"), ('activity', "Activity")],
        string="Show",
        required=True,
        default='open',
    )
    date_from = fields.Date(string="From")
    date_to = fields.Date(string="As of", required=True, default=fields.Date.context_today)
    without_email_ids = fields.Many2many(
        'res.partner', string="Without e-mail address", compute='_compute_without_email_ids'
    )

    @api.model
    def _default_partner_ids(self):
        if self.env.context.get('active_model') != 'res.partner':
            return self.env['res.partner']
        return self.env['res.partner'].browse(self.env.context.get('active_ids')).exists()

    @api.depends('partner_ids')
    def _compute_without_email_ids(self):
        mailings = self.env['pos_receivable.customer.mailing']
        for wizard in self:
            customers = wizard.partner_ids.commercial_partner_id
            wizard.without_email_ids = customers.filtered(
                lambda customer: not mailings._find_address(customer)
            )

    def action_choose_open(self):
        """Choose every customer with something open as of the day."""
        self._check_receivable_wizard()
        schedule = self.env['pos_receivable.customer.schedule']
        # Elevated: only to find who has open items in this company; whom the user may not see is
        # taken out again.
        found = schedule.sudo()._find_customers(
            self.company_id.sudo(), self.kind, self.date_from or self.date_to, self.date_to
        )
        if len(found) > MOST:
            raise UserError(
                self.env._(
                    "%(count)s customers have open items: more than %(most)s are sent by schedule.",
                    count=len(found),
                    most=MOST,
                )
            )
        self.partner_ids = self.env['res.partner'].browse(found.ids)._filtered_access('read')
        return {
            'type': 'ir.actions.act_window',
            'name': self.env._("Statements of Account"),
            'res_model': self._name,
            'res_id': self.id,
            'view_mode': 'form',
            'target': 'new',
        }

    def action_print(self):
        """One report with all of them."""
        self._check_receivable_wizard()
        requests = self._read_requests()
        if len(requests) > MOST_STATEMENTS:
            raise UserError(
                self.env._(
                    "At most %(most)s statements are printed at once. Choose fewer customers.",
                    most=MOST_STATEMENTS,
                )
            )
        first = requests[0]
        return self.env.ref(REPORT).report_action(
            None,
            data={
                'company_id': self.company_id.id,
                'partner_ids': [request.customer.id for request in requests],
                'kind': first.kind,
                'date_from': first.date_from and first.date_from.isoformat(),
                'date_to': first.date_to.isoformat(),
            },
        )

    def action_send(self):
        """Have them sent by the schedule, as soon as it has its turn; what was sent before is not
        sent again."""
        self._check_receivable_wizard()
        requests = self._read_requests()
        # Elevated: nobody has rights to create these but this action, which has checked the user.
        mailings = self.env['pos_receivable.customer.mailing'].sudo()
        if mailings._plan(requests, 'office'):
            self.env['pos_receivable.customer.schedule']._wake()
        action = self.env['ir.actions.act_window']._for_xml_id(
            'pos_receivable_customer.mailing_action'
        )
        same = mailings._find_same(requests)
        return {**action, 'domain': [('id', 'in', same.ids)], 'context': {}}

    def _check_receivable_wizard(self):
        if len(self) != 1 or not read_id(self.id) or not self.exists():
            raise UserError(self.env._("This dialog was closed. Please open it again."))
        self.check_access('write')
        if self.company_id not in self.env.companies:
            raise AccessError(self.env._("Choose this company first, at the top right."))

    def _read_requests(self):
        """What is asked for, one statement for each commercial entity.

        :raise UserError: nobody is chosen, or the dates are no period
        """
        customers = self.partner_ids._filtered_access('read').commercial_partner_id
        if not customers:
            raise UserError(self.env._("Choose the customers whose statements are printed."))
        dates = (self.date_from and str(self.date_from), str(self.date_to))
        statements = self.env['pos_receivable.customer.statement']
        return [
            statements._read_request(customer, self.company_id, self.kind, *dates)
            for customer in customers
        ]
