from odoo import api, fields, models

PAYS_LATER = '7'
MAX_CODE = 10


class PosReceivableShortfallReason(models.Model):
    """Why a customer pays less than what is due, in plain words. The code is that of UN/EDIFACT 4465,
    which the customer's and the bank's systems know too."""

    _name = 'pos_receivable.shortfall.reason'
    _description = "Reason for Paying Less"
    _order = 'sequence, id'

    name = fields.Char(string="Reason", required=True, translate=True)
    code = fields.Char(
        required=True,
        size=MAX_CODE,
        help="Of UN/EDIFACT 4465, adjustment reasons, so that other systems understand it.",
    )
    sequence = fields.Integer(default=100)
    show_at_till = fields.Boolean(
        string="At the Till",
        default=True,
        help="Offered to cashiers; the others can be chosen in the back office.",
    )
    active = fields.Boolean(default=True)

    _code_unique = models.Constraint('UNIQUE(code)', "There is already a reason with this code.")

    @api.model
    def _list_for_till(self):
        """
        :return: as ``pos.session.get_invoice_payment_shortfall_reasons``
        """
        return [
            {'code': reason.code, 'name': reason.name}
            for reason in self.search([('show_at_till', '=', True)])
        ]
