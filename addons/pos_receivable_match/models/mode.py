from odoo import api, models
from odoo.tools import SQL

from odoo.addons.pos_receivable_automation.tools.capability import Capability

from ..matching import RULES_VERSION
from ..matching.tiers import Rule

AREA = 'match'
SUGGESTION = 'suggestion'  # what is proposed without a hard signal


class PosReceivableMode(models.Model):
    """The rules by which money may be booked without a person."""

    _inherit = 'pos_receivable.mode'

    @api.model
    def _get_areas(self):
        # EXTENDS 'pos_receivable_automation'
        return {**super()._get_areas(), AREA: self.env._("Payment matching")}

    @api.model
    def _get_capabilities(self):
        # EXTENDS 'pos_receivable_automation'
        _ = self.env._
        labels = {
            Rule.STRUCTURED_REFERENCE: _("Structured reference"),
            Rule.INVOICE_NUMBER: _("Complete invoice numbers"),
            Rule.SHORT_NUMBER: _("Short invoice numbers from a known payer"),
            Rule.NUMBER_LIST: _("Lists of invoice numbers"),
            Rule.ACCOUNT_AMOUNT: _("Known account and unique amount"),
            Rule.ACCOUNT_SUM: _("Known account and unique sum"),
        }
        rules = {rule.key: Capability(label, AREA, RULES_VERSION) for rule, label in labels.items()}
        suggestion = Capability(
            _("Suggestions without a hard signal"),
            AREA,
            RULES_VERSION,
            highest='assist',
            why_not=_("Without a hard signal nothing is ever booked automatically."),
        )
        return {**super()._get_capabilities(), **rules, SUGGESTION: suggestion}

    @api.model
    def _get_fallen(self):
        # EXTENDS 'pos_receivable_automation'
        return SQL(
            """
            (
                %s
             OR EXISTS (
                        SELECT 1
                          FROM jsonb_array_elements_text(decision.outcome -> 'partials') booked (id)
                     LEFT JOIN account_partial_reconcile partial ON partial.id = booked.id::int
                         WHERE partial.id IS NULL
                )
            )
            """,
            super()._get_fallen(),
        )

    @api.model
    def _flush_fallen(self):
        # EXTENDS 'pos_receivable_automation'
        super()._flush_fallen()
        self.env['account.partial.reconcile'].flush_model()
