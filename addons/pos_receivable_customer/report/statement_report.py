import base64

from odoo import api, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import get_lang

from odoo.addons.pos_receivable.tools.payload import read_id, read_ids

READERS = ('account.group_account_readonly', 'account.group_account_invoice')
MOST_STATEMENTS = 500


class ReportStatement(models.AbstractModel):
    """Statements of account on paper: the figures of ``pos_receivable.customer.statement``, in the
    language of each customer.

    Its options come from a browser and are read as such.
    """

    _name = 'report.pos_receivable_customer.report_statement'
    _description = "Statement of Account on Paper"

    @api.model
    def _get_report_values(self, docids, data=None):
        # OVERRIDE: what the report engine calls
        data = data or {}
        self._check_receivable_readers()
        ids = read_ids(docids or data.get('partner_ids'), MOST_STATEMENTS)
        partners = self.env['res.partner'].browse(ids).exists()
        if not partners:
            raise UserError(self.env._("Choose the customers whose statements are printed."))
        partners.check_access('read')
        company = self._read_receivable_company(data.get('company_id'))
        options = [data.get(name) for name in ('kind', 'date_from', 'date_to')]
        # Elevated after the checks: the statements of customers whom this user may see, in a
        # company they work in.
        service = self.env['pos_receivable.customer.statement'].sudo().with_company(company)
        statements = []
        for customer in partners.commercial_partner_id.sudo():
            request = service._read_request(
                customer, company.sudo(), options[0] or 'open', *options[1:]
            )
            statements.append(self._prepare_receivable_statement(service, request))
        return {
            'doc_ids': [statement['customer'].id for statement in statements],
            'doc_model': 'res.partner',
            'docs': partners,
            'company': company,
            'statements': statements,
        }

    @api.model
    def _check_receivable_readers(self):
        if not self.env.su and not any(self.env.user.has_group(group) for group in READERS):
            raise AccessError(self.env._("Only accountants can print statements of account."))

    @api.model
    def _read_receivable_company(self, company_id):
        companies = self.env.companies
        return companies.filtered(lambda company: company.id == read_id(company_id)) or (
            self.env.company
        )

    @api.model
    def _prepare_receivable_statement(self, service, request):
        """What one statement on paper shows: its figures, and with them what the template needs."""
        told = service._make(request)
        lines = {}
        for line in told['lines']:
            lines.setdefault(line['currency_id'], []).append(line)
        return {
            **told,
            'customer': request.customer,
            'company': request.company,
            'lang': get_lang(self.env, request.customer.lang).code,
            'sections': [
                {
                    **section,
                    'currency': self.env['res.currency'].sudo().browse(section['currency_id']),
                    'lines': lines.get(section['currency_id'], []),
                }
                for section in told['sections']
            ],
            'unclosed': [
                {**row, 'currency': self.env['res.currency'].sudo().browse(row['currency_id'])}
                for row in told['unclosed']
            ],
            'qr': self._draw_receivable_qr(told['portal_url']),
        }

    @api.model
    def _draw_receivable_qr(self, url):
        """
        :return: a picture as the address of an ``img``, nothing without an address
        """
        if not url:
            return ''
        png = self.env['ir.actions.report'].barcode('QR', url, width=240, height=240)
        return f'data:image/png;base64,{base64.b64encode(png).decode()}'
