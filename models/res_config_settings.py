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

OPTIONAL = ('credit', 'customer', 'followup', 'match')  # addons with a checkbox


def _parameter(name, string):
    default, _lowest, _highest = SETTINGS[name]
    return fields.Integer(string=string, config_parameter=f'pos_receivable.{name}', default=default)


def _get_bounded_fields(env):
    bounds = env['pos_receivable.jobs']._get_setting_bounds()
    return [f'receivable_{name}' for name in bounds]


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
    pos_invoice_payment_entries = fields.Boolean(
        related='pos_config_id.invoice_payment_entries', readonly=False
    )
    pos_invoice_payment_on_account = fields.Boolean(
        related='pos_config_id.invoice_payment_on_account', readonly=False
    )
    pos_invoice_payment_on_account_max = fields.Monetary(
        related='pos_config_id.invoice_payment_on_account_max',
        currency_field='pos_invoice_payment_currency_id',
        readonly=False,
    )
    pos_invoice_payment_currency_id = fields.Many2one(
        related='pos_config_id.currency_id', string="Currency of the Shop"
    )
    pos_invoice_payment_ask_shortfall = fields.Boolean(
        related='pos_config_id.invoice_payment_ask_shortfall', readonly=False
    )
    pos_invoice_payment_advice = fields.Text(related='pos_config_id.invoice_payment_advice')

    receivable_reconcile_overdue_only = fields.Boolean(
        related='company_id.receivable_reconcile_overdue_only', readonly=False
    )
    receivable_reconcile_user_id = fields.Many2one(
        related='company_id.receivable_reconcile_user_id', readonly=False
    )
    receivable_batch_size = _parameter('batch_size', "Batch size")
    receivable_workers = _parameter('workers', "Parallel workers")
    receivable_retention = _parameter('retention', "Days to keep the log")
    receivable_activity_after = _parameter('activity_after', "Failures before an activity")
    module_pos_receivable_match = fields.Boolean(string="Match Unlinked Payments")
    receivable_match_is_there = fields.Boolean(compute='_compute_receivable_addons')
    module_pos_receivable_customer = fields.Boolean(string="Statements of Account")
    receivable_customer_is_there = fields.Boolean(compute='_compute_receivable_addons')
    module_pos_receivable_credit = fields.Boolean(string="Credit at the Counter")
    receivable_credit_is_there = fields.Boolean(compute='_compute_receivable_addons')
    module_pos_receivable_followup = fields.Boolean(string="Follow-up")
    receivable_followup_is_there = fields.Boolean(compute='_compute_receivable_addons')
    receivable_cron_active = fields.Boolean(string="Reconcile payments automatically")
    receivable_cron_interval = fields.Integer(string="Every")
    receivable_cron_interval_type = fields.Selection(
        selection=lambda self: (
            self.env['ir.cron']._fields['interval_type']._description_selection(self.env)
        ),
        string="Unit",
    )
    receivable_cron_nextcall = fields.Datetime(string="Next run")
    # What the form was opened with: it is sent back as a whole, hours later perhaps.
    receivable_cron_nextcall_shown = fields.Datetime()

    # A function of the bounds, to which other addons add.
    @api.constrains(lambda self: _get_bounded_fields(self.env))
    def _check_receivable_settings(self):
        bounds = self.env['pos_receivable.jobs']._get_setting_bounds()
        for settings in self:
            for name, (_default, lowest, highest) in bounds.items():
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

    def _compute_receivable_addons(self):
        # Elevated: who may open the settings need not be allowed to list addons.
        known = self.env['ir.module.module'].sudo()
        known = known.search(
            [
                ('name', 'in', [f'pos_receivable_{name}' for name in OPTIONAL]),
                ('state', '!=', 'uninstallable'),
            ]
        )
        names = set(known.mapped('name'))
        for settings in self:
            for name in OPTIONAL:
                settings[f'receivable_{name}_is_there'] = f'pos_receivable_{name}' in names

    @api.model
    def get_values(self):
        # EXTENDS 'base_setup'
        values = super().get_values()
        if cron := self._get_receivable_cron():
            values.update({setting: cron[field] for setting, field in CRON_FIELDS.items()})
            values['receivable_cron_nextcall_shown'] = cron.nextcall
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
            if self.receivable_cron_nextcall == self.receivable_cron_nextcall_shown:
                vals.pop('nextcall', None)
            if vals:
                cron.write(vals)
            schedule = self.env['pos_receivable.reconcile.schedule']
            schedule._sync_workers(reschedule='nextcall' in vals)
        return result

    def _get_receivable_cron(self):
        """The scheduled action, for those who may change it; anybody may call ``get_values``."""
        crons = self.env['ir.cron']
        if not crons.has_access('write'):
            return crons
        return self.env.ref(CRON, raise_if_not_found=False) or crons
