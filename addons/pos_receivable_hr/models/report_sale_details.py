from odoo import api, models
from odoo.fields import Domain


class ReportSaleDetails(models.AbstractModel):
    _inherit = 'report.point_of_sale.report_saledetails'

    @api.model
    def _get_invoice_payment_report_domain(self, employee_id=False, **kwargs):
        # EXTENDS 'pos_receivable'
        domain = super()._get_invoice_payment_report_domain(**kwargs)
        if employee_id:
            # The page of one employee. Elevated: nothing but their name, which was recorded with
            # each payment.
            employee = self.env['hr.employee'].sudo().browse(employee_id)
            domain &= Domain('pos_cashier_name', '=', employee.name)
        return domain
