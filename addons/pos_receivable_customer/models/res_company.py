from odoo import fields, models


class ResCompany(models.Model):
    _inherit = 'res.company'

    receivable_statement_schedule = fields.Selection(
        [('off', "Never"), ('week', "Every week"), ('month', "Every month")],
        string="Send statements of account",
        default='off',
        required=True,
        groups='base.group_user',
    )
    receivable_statement_kind = fields.Selection(
        [('open', "Open items"), ('activity', "Activity of the period")],
        string="What they show",
        default='open',
        required=True,
        groups='base.group_user',
    )
    # The last day of the last period whose statements were noted.
    receivable_statement_until = fields.Date(readonly=True, copy=False, groups='base.group_user')

    def write(self, vals):
        # EXTENDS 'base'
        schedule = vals.get('receivable_statement_schedule')
        changed = self.filtered(
            lambda company: schedule and company.receivable_statement_schedule != schedule
        )
        result = super().write(vals)
        if changed and 'receivable_statement_until' not in vals:
            # It begins anew: what ended meanwhile, or by another rhythm, is not sent all at once.
            changed.write({'receivable_statement_until': False})
        return result
