import base64
import re

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import email_normalize

from odoo.addons.pos_receivable.tools.isolate import describe_error
from odoo.addons.pos_receivable.tools.locks import touch_rows
from odoo.addons.pos_receivable.tools.payload import read_email, read_id

from .statement import StatementRequest

REPORT = 'pos_receivable_customer.action_report_statement'
TEMPLATE = 'pos_receivable_customer.mail_template_statement'
MAX_A_DAY = 5  # statements that a till sends one customer
MAX_BY_USER = 50  # statements that one user sends in a day at tills


class PosReceivableCustomerMailing(models.Model):
    """A statement of account by e-mail: to be sent, sent, or why not.

    The same statement goes to a customer once, however often it is asked for in the back office or
    scheduled; at the till, where somebody stands and asks for it, again.
    """

    _name = 'pos_receivable.customer.mailing'
    _description = "Statement by E-mail"
    _order = 'id desc'
    _rec_name = 'partner_id'

    company_id = fields.Many2one('res.company', required=True, readonly=True, index=True)
    partner_id = fields.Many2one(
        'res.partner',
        string="Customer",
        required=True,
        readonly=True,
        index=True,
        ondelete='cascade',
    )
    kind = fields.Selection(
        [('open', "Open items"), ('activity', "Activity")], required=True, readonly=True
    )
    date_from = fields.Date(string="From", readonly=True)
    date_to = fields.Date(string="As of", required=True, readonly=True)
    origin = fields.Selection(
        [('till', "Till"), ('office', "Back office"), ('schedule', "Schedule")],
        string="Asked for by",
        required=True,
        readonly=True,
    )
    user_id = fields.Many2one('res.users', readonly=True)
    cashier_name = fields.Char(string="Cashier", readonly=True)
    state = fields.Selection(
        [
            ('waiting', "Waiting"),
            ('sent', "Sent"),
            ('no_email', "No e-mail address"),
            ('failed', "Failed"),
        ],
        required=True,
        readonly=True,
        default='waiting',
        index=True,
    )
    email = fields.Char(string="Sent to", readonly=True)
    checksum = fields.Char(string="Check", readonly=True)
    error = fields.Char(readonly=True)

    _once = models.UniqueIndex(
        "(company_id, partner_id, kind, date_to, COALESCE(date_from, date_to))"
        " WHERE origin != 'till'",
        "This statement was asked for a moment ago: it is sent once.",
    )

    # -------------------------------------------------------------------------
    # To be sent
    # -------------------------------------------------------------------------

    @api.model
    def _plan(self, requests, origin):
        """Note statements to be sent, but for those that were noted before.

        :param list requests: of ``StatementRequest``, which differ in the customer alone
        :return: the new ones
        """
        known = self._find_same(requests).partner_id
        return self.create(
            [
                self._prepare_vals(request, origin)
                for request in requests
                if request.customer not in known
            ]
        )

    @api.model
    def _find_same(self, requests):
        """What was noted of these statements, other than at the till."""
        if not requests:
            return self.browse()
        request = requests[0]
        return self.search(
            [
                ('company_id', '=', request.company.id),
                ('partner_id', 'in', [one.customer.id for one in requests]),
                ('kind', '=', request.kind),
                ('date_from', '=', request.date_from or False),
                ('date_to', '=', request.date_to),
                ('origin', '!=', 'till'),
            ]
        )

    @api.model
    def _prepare_vals(self, request, origin):
        return {
            'company_id': request.company.id,
            'partner_id': request.customer.id,
            'kind': request.kind,
            'date_from': request.date_from,
            'date_to': request.date_to,
            'origin': origin,
            'user_id': origin != 'schedule' and self.env.uid,
        }

    @api.model
    def _merge(self, partners):
        """Leave one of each statement that several of ``partners``, who become one, were to get: one
        that was sent, if any was."""
        mailings = self.search([('partner_id', 'in', partners.ids), ('origin', '!=', 'till')])
        same = mailings.sorted(lambda mailing: (mailing.state != 'sent', mailing.id)).grouped(
            lambda mailing: (
                mailing.company_id,
                mailing.kind,
                mailing.date_to,
                mailing.date_from or mailing.date_to,
            )
        )
        for group in same.values():
            group[1:].unlink()

    @api.model
    def _send_from_till(self, request, address, cashier_name):
        """
        :raise UserError: sent often enough today
        """
        # Who sends to this customer at the same moment is retried, and counts this one.
        touch_rows(request.customer)
        midnight = fields.Datetime.now().replace(hour=0, minute=0, second=0)
        today = Domain('origin', '=', 'till') & Domain('create_date', '>=', midnight)
        if self.search_count(today & Domain('user_id', '=', self.env.uid)) >= MAX_BY_USER:
            raise UserError(
                self.env._(
                    "You have sent %(count)s statements today. Print it instead.",
                    count=MAX_BY_USER,
                )
            )
        to_customer = today & Domain(
            [('company_id', '=', request.company.id), ('partner_id', '=', request.customer.id)]
        )
        if self.search_count(to_customer) >= MAX_A_DAY:
            raise UserError(
                self.env._(
                    "Statements were sent to %(customer)s %(count)s times today. Print it instead.",
                    customer=request.customer.display_name,
                    count=MAX_A_DAY,
                )
            )
        vals = {'email': address, 'cashier_name': cashier_name}
        self.create({**self._prepare_vals(request, 'till'), **vals})._send()

    # -------------------------------------------------------------------------
    # Sending
    # -------------------------------------------------------------------------

    def _send(self):
        """Hand the statement to the mail queue, in the customer's language.

        :raise UserError: the report or its template is missing
        """
        self.ensure_one()
        address = self.email or self._find_address(self.partner_id)
        if not address:
            self.state = 'no_email'
            return
        template = self.env.ref(TEMPLATE, raise_if_not_found=False)
        if not template:
            raise UserError(
                self.env._("There is no e-mail template for statements. Ask a manager.")
            )
        mailing = self.with_company(self.company_id)._with_time_zone()
        request = mailing._get_request()
        told = mailing.env['pos_receivable.customer.statement']._make(request, limit=1)
        template.send_mail(
            self.id,
            email_values={
                'attachments': [mailing._render_attachment()],
                'email_to': address,
                'recipient_ids': [],
            },
        )
        self.write(
            {'state': 'sent', 'email': address, 'checksum': told['checksum'], 'error': False}
        )

    def _fail(self, error):
        self.write({'state': 'failed', 'error': describe_error(error)})

    def _with_time_zone(self):
        """In the time zone in which it was asked for: whether its day has come, and is today's, is
        told by that of whoever did, or of the company."""
        if self.user_id == self.env.user:
            return self
        zone = self.user_id.tz or self.company_id.partner_id.tz
        return self.with_context(tz=zone) if zone else self

    def _get_request(self):
        return StatementRequest(
            self.partner_id.commercial_partner_id,
            self.company_id,
            self.kind,
            self.date_from or None,
            self.date_to,
        )

    @api.model
    def _find_address(self, customer):
        """Where a customer gets invoices: at the contact for it, else at their own address.

        :return: the usable addresses, with commas between them; ``False`` when neither has any
        """
        contacts = customer.address_get(['invoice'])
        for partner in customer.browse([contacts['invoice'], customer.id]):
            parts = re.split(r'[,;\n]', partner.email or '')
            found = [email_normalize(read_email(part.strip()) or '') for part in parts]
            if addresses := list(dict.fromkeys(filter(None, found))):
                return ', '.join(addresses)
        return False

    def _render_attachment(self):
        content, extension = (
            self.env['ir.actions.report']
            .with_context(lang=self.partner_id.lang)
            ._render_qweb_pdf(
                REPORT,
                res_ids=self.partner_id.ids,
                data={
                    'company_id': self.company_id.id,
                    'kind': self.kind,
                    'date_from': self.date_from and self.date_from.isoformat(),
                    'date_to': self.date_to.isoformat(),
                },
            )
        )
        name = f'{self.partner_id.name or self.partner_id.display_name} {self.date_to}.{extension}'
        return name.replace('/', '-'), base64.b64encode(content)

    # -------------------------------------------------------------------------
    # Back office
    # -------------------------------------------------------------------------

    def action_retry(self):
        """Have statements that were not sent tried again, at the next turn of the schedule."""
        if not all(read_id(id_) for id_ in self._ids) or not (mailings := self.exists()):
            raise UserError(self.env._("Choose the statements to send again."))
        mailings.check_access('read')
        # Elevated: nobody writes what was sent; what failed may be tried again by who may see it.
        waiting = mailings.sudo().filtered(lambda mailing: mailing.state in ('failed', 'no_email'))
        waiting.write({'state': 'waiting', 'error': False})
        if waiting:
            self.env['pos_receivable.customer.schedule']._wake()
