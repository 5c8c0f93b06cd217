from odoo import fields, models

MOVING = {'parent_id', 'is_company'}  # what makes a contact belong to another commercial entity


class ResPartner(models.Model):
    _inherit = 'res.partner'

    pos_receivable_no_statement = fields.Boolean(
        string="No Scheduled Statements",
        groups='account.group_account_readonly,account.group_account_invoice',
        help="Statements of account are not sent to this customer by schedule.",
    )
    receivable_profile_ids = fields.One2many(
        'pos_receivable.payment.profile',
        'partner_id',
        string="Payment Profiles",
        readonly=True,
        groups='account.group_account_invoice,account.group_account_readonly',
    )

    def write(self, vals):
        # EXTENDS 'account'
        if not MOVING & vals.keys():
            return super().write(vals)
        # Elevated: neither the entity that is left nor the list is for whoever moves a contact.
        partners_sudo = self.sudo()
        before = [partner.commercial_partner_id.id for partner in partners_sudo]
        result = super().write(vals)
        after = [partner.commercial_partner_id.id for partner in partners_sudo]
        if before != after:
            touched = partners_sudo.env['pos_receivable.payment.profile.touched']
            touched._add([*before, *after])
        return result
