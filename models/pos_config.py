from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError

GUARDED_FIELDS = {
    'use_invoice_payment',
    'invoice_payment_access',
    'invoice_payment_ask_shortfall',
    'invoice_payment_bank_journal_ids',
    'invoice_payment_cash_journal_id',
    'invoice_payment_cashier_void',
    'invoice_payment_entries',
    'invoice_payment_on_account',
    'invoice_payment_on_account_max',
}


class PosConfig(models.Model):
    _inherit = 'pos.config'

    use_invoice_payment = fields.Boolean(
        string="Collect Invoice Payments",
        help="Let cashiers take payments on customers' open invoices.",
    )
    invoice_payment_cash_journal_id = fields.Many2one(
        'account.journal',
        domain="[('type', '=', 'cash')]",
        compute='_compute_invoice_payment_journals',
        store=True,
        readonly=False,
        check_company=True,
        ondelete='restrict',
        help="Where cash received for invoices is booked: normally the journal of this point of"
        " sale's own cash method, so that it is counted with the drawer.",
    )
    invoice_payment_bank_journal_ids = fields.Many2many(
        'account.journal',
        'pos_config_invoice_payment_bank_journal_rel',
        'config_id',
        'journal_id',
        string="Invoice Payment Bank Journals",
        domain="[('type', 'in', ('bank', 'credit'))]",
        compute='_compute_invoice_payment_journals',
        store=True,
        readonly=False,
        check_company=True,
        help="Offered to the cashier as buttons: card, transfer, cheque.",
    )

    invoice_payment_access = fields.Selection(
        [('all', "All cashiers"), ('manager', "Managers only")],
        string="Who Collects Invoice Payments",
        default='all',
        required=True,
    )
    invoice_payment_cashier_void = fields.Boolean(
        string="Cashiers Void Invoice Payments",
        help="Otherwise only managers take a payment back, while its session is open.",
    )
    invoice_payment_entries = fields.Boolean(
        string="Collect on Other Entries",
        help="Opening balances and other entries on a customer's account are listed at the till too,"
        " beside invoices and what was bought on account.",
    )
    invoice_payment_ask_shortfall = fields.Boolean(
        string="Ask Why Less Is Paid",
        default=True,
        help="Ask the cashier, once and never in the way, why a customer pays less than what is due"
        " now, and for when the rest was promised.",
    )
    invoice_payment_on_account = fields.Boolean(
        string="Keep Money on Account",
        help="Let cashiers take more than is due, or a deposit, and keep it on the customer's"
        " account. Value-added tax on advances is not handled.",
    )
    invoice_payment_on_account_max = fields.Monetary(
        string="Most Kept on Account",
        help="The most that is kept on account with one payment, in the currency of this point of"
        " sale; zero for no limit.",
    )
    invoice_payment_advice = fields.Text(compute='_compute_invoice_payment_advice')

    @api.depends('payment_method_ids.journal_id')
    def _compute_invoice_payment_journals(self):
        """Suggest the journals of the point of sale's own methods, until the feature is in use:
        from then on only a person changes them."""
        for config in self:
            cash_journal = config.invoice_payment_cash_journal_id
            bank_journals = config.invoice_payment_bank_journal_ids
            if not config.use_invoice_payment:
                journals = config.payment_method_ids.journal_id
                cash_journal = journals.filtered(lambda journal: journal.type == 'cash')[:1]
                bank_journals = journals.filtered(lambda journal: journal.type != 'cash')
            config.invoice_payment_cash_journal_id = cash_journal
            config.invoice_payment_bank_journal_ids = bank_journals.filtered(
                lambda journal: journal.type in ('bank', 'credit')
            )

    @api.depends(
        'use_invoice_payment',
        'invoice_payment_cash_journal_id',
        'invoice_payment_bank_journal_ids',
        'payment_method_ids.journal_id',
    )
    @api.depends_context('pos_receivable_till')
    def _compute_invoice_payment_advice(self):
        # A till reads all there is of its shop when it starts: what this costs, it can do without.
        is_till = self.env.context.get('pos_receivable_till')
        setup = self.env['pos_receivable.setup']
        for config in self:
            is_wanted = config.use_invoice_payment and not is_till
            advice = setup._get_advice(config) if is_wanted else ()
            config.invoice_payment_advice = '\n'.join(advice)

    @api.constrains(
        'use_invoice_payment',
        'invoice_payment_cash_journal_id',
        'invoice_payment_bank_journal_ids',
        'journal_id',
    )
    def _check_invoice_payment_journals(self):
        for config in self.filtered('use_invoice_payment'):
            journals = config._get_invoice_payment_journals()
            if not journals:
                raise ValidationError(
                    self.env._(
                        "Choose at least one journal to collect invoice payments at %(shop)s.",
                        shop=config.name,
                    )
                )
            cash_journal = config.invoice_payment_cash_journal_id
            wrong_type = (cash_journal.filtered(lambda journal: journal.type != 'cash')) | (
                config.invoice_payment_bank_journal_ids.filtered(
                    lambda journal: journal.type not in ('bank', 'credit')
                )
            )
            if wrong_type:
                raise ValidationError(
                    self.env._(
                        "%(journals)s cannot be used here: invoice payments need a cash journal for"
                        " cash and bank journals for the rest.",
                        journals=', '.join(wrong_type.mapped('name')),
                    )
                )
            foreign = journals.filtered(
                lambda journal, config=config: (
                    journal.currency_id and journal.currency_id != config.currency_id
                )
            )
            if foreign:
                raise ValidationError(
                    self.env._(
                        "%(journals)s must be in %(currency)s, the currency of %(shop)s, to collect"
                        " invoice payments there.",
                        journals=', '.join(foreign.mapped('name')),
                        currency=config.currency_id.name,
                        shop=config.name,
                    )
                )

    @api.constrains('invoice_payment_on_account_max')
    def _check_invoice_payment_on_account_max(self):
        for config in self:
            if config.currency_id.compare_amounts(config.invoice_payment_on_account_max, 0) < 0:
                raise ValidationError(
                    self.env._(
                        "The most kept on account at %(shop)s cannot be less than zero.",
                        shop=config.name,
                    )
                )

    def write(self, vals):
        # EXTENDS 'point_of_sale'
        # The core lets cashiers write on their shop; what decides over money is the manager's.
        if not self.env.su and self._get_invoice_payment_guarded_fields() & vals.keys():
            user = self.env.user
            if not user.has_group('point_of_sale.group_pos_manager') and not user._is_system():
                raise AccessError(
                    self.env._("Only managers can change how this shop collects invoice payments.")
                )
        return super().write(vals)

    @api.model
    def _get_invoice_payment_guarded_fields(self):
        """What only managers change, for other addons to add their settings to."""
        return GUARDED_FIELDS

    def _get_forbidden_change_fields(self):
        # EXTENDS 'point_of_sale'
        return [
            *super()._get_forbidden_change_fields(),
            'invoice_payment_cash_journal_id',
            'invoice_payment_bank_journal_ids',
        ]

    def _get_invoice_payment_journals(self):
        """The journals a cashier may choose from, cash first."""
        self.ensure_one()
        # The core looks whether they are archived one by one: here all are read at once.
        everything = self.with_context(active_test=False)
        cash = everything.invoice_payment_cash_journal_id
        banks = everything.invoice_payment_bank_journal_ids
        journals = self.env['account.journal'].browse(dict.fromkeys([*cash.ids, *banks.ids]))
        return journals.filtered('active')

    def _get_invoice_payment_card_journals(self):
        """The bank journals that this point of sale's own card methods feed."""
        self.ensure_one()
        cards = self.payment_method_ids.filtered(
            lambda method: method.payment_method_type != 'qr_code'
        )
        return cards.journal_id.filtered(lambda journal: journal.type == 'bank')

    @api.model
    def _load_pos_data_read(self, records, config):
        # EXTENDS 'point_of_sale'
        # First: read together here, the journals are at hand when the core reads them one by one.
        journals = card_journals = self.env['account.journal']
        if config.use_invoice_payment:
            journals = config._get_invoice_payment_journals()
            card_journals = config._get_invoice_payment_card_journals()
        journals = [
            {
                'id': journal.id,
                'name': journal.name,
                'type': journal.type,
                'is_card': journal in card_journals,
            }
            for journal in journals
        ]
        read_records = super()._load_pos_data_read(
            records.with_context(pos_receivable_till=True), config
        )
        if read_records and config.use_invoice_payment:
            is_manager = self.env.user.has_group('point_of_sale.group_pos_manager')
            read_records[0] |= {
                '_invoice_payment_journals': journals,
                '_can_collect_invoices': is_manager or config.invoice_payment_access == 'all',
                '_can_pay_out_credits': is_manager,
                '_can_void_invoice_payments': is_manager or config.invoice_payment_cashier_void,
            }
        return read_records
