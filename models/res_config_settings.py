from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .pos_receivable_jobs import SETTINGS
from .pos_receivable_reconcile_schedule import CRON

CRON_FIELDS = {
    'receivable_cron_active': 'active',
    'receivable_cron_interval': 'interval_number',
    'receivable_cron_interval_type': 'interval_type',
    'receivable_cron_nextcall': 'nextcall',
}


class ResConfigSettings(models.TransientModel):
    _inherit = 'res.config.settings'

    pos_use_invoice_payment = fields.Boolean(
        related='pos_config_id.use_invoice_payment', readonly=False
    )
    pos_invoice_payment_cash_journal_id = fields.Many2one(
        related='pos_config_id.invoice_payment_cash_journal_id', readonly=False
    )
    pos_invoice_payment_bank_journal_ids = fields.Many2many(
        related='pos_config_id.invoice_payment_bank_journal_ids', readonly=False
    )
    pos_invoice_payment_access = fields.Selection(
        related='pos_config_id.invoice_payment_access', readonly=False
    )
    pos_invoice_payment_cashier_void = fields.Boolean(
        related='pos_config_id.invoice_payment_cashier_void', readonly=False
    )

    receivable_reconcile_overdue_only = fields.Boolean(
        related='company_id.receivable_reconcile_overdue_only', readonly=False
    )
    receivable_reconcile_user_id = fields.Many2one(
        related='company_id.receivable_reconcile_user_id', readonly=False
    )
    receivable_batch_size = fields.Integer(
        string="Batch size", config_parameter='pos_receivable.batch_size', default=100
    )
    receivable_workers = fields.Integer(
        string="Parallel workers", config_parameter='pos_receivable.workers', default=1
    )
    receivable_retention = fields.Integer(
        string="Days to keep the log", config_parameter='pos_receivable.retention', default=90
    )
    receivable_activity_after = fields.Integer(
        string="Failures before an activity",
        config_parameter='pos_receivable.activity_after',
        default=3,
    )
    receivable_reviews = fields.Integer(
        string="Reviews before automatic", config_parameter='pos_receivable.reviews', default=100
    )
    receivable_precision = fields.Integer(
        string="Precision before automatic (%)",
        config_parameter='pos_receivable.precision',
        default=97,
    )
    receivable_writeoff_account_id = fields.Many2one(
        related='company_id.receivable_writeoff_account_id', readonly=False
    )
    receivable_writeoff_limit = fields.Monetary(
        related='company_id.receivable_writeoff_limit', readonly=False
    )
    receivable_writeoff_percentage = fields.Float(
        related='company_id.receivable_writeoff_percentage', readonly=False
    )
    receivable_cron_active = fields.Boolean(string="Reconcile payments automatically")
    receivable_cron_interval = fields.Integer(string="Every")
    receivable_cron_interval_type = fields.Selection(
        selection=lambda self: (
            self.env['ir.cron']._fields['interval_type']._description_selection(self.env)
        ),
        string="Unit",
    )
    receivable_cron_nextcall = fields.Datetime(string="Next run")

    @api.constrains(*(f'receivable_{name}' for name in SETTINGS))
    def _check_receivable_settings(self):
        for settings in self:
            for name, (_default, lowest, highest) in SETTINGS.items():
                field = settings._fields[f'receivable_{name}']
                if not lowest <= settings[field.name] <= highest:
                    raise ValidationError(
                        self.env._(
                            "%(setting)s: please enter a number from %(lowest)s to %(highest)s.",
                            setting=field._description_string(self.env),
                            lowest=lowest,
                            highest=highest,
                        )
                    )

    def action_open_match_modes(self):
        return self.env['pos_receivable.match.mode'].action_open_modes()

    @api.model
    def get_values(self):
        # EXTENDS 'base_setup'
        values = super().get_values()
        if cron := self._get_receivable_cron():
            values.update({setting: cron[field] for setting, field in CRON_FIELDS.items()})
        return values

    def set_values(self):
        # EXTENDS 'base_setup'
        result = super().set_values()
        if cron := self._get_receivable_cron():
            vals = {
                field: self[setting]
                for setting, field in CRON_FIELDS.items()
                if self[setting] != cron[field]
            }
            if vals:
                cron.write(vals)
            self.env['pos_receivable.reconcile.schedule']._sync_workers()
        return result

    def _get_receivable_cron(self):
        """The scheduled action, for those who may change it; anybody may call ``get_values``."""
        crons = self.env['ir.cron']
        if not crons.has_access('write'):
            return crons
        return self.env.ref(CRON, raise_if_not_found=False) or crons
