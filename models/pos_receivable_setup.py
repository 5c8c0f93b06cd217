from odoo import api, models
from odoo.exceptions import UserError


class PosReceivableSetup(models.AbstractModel):
    """Looks at how a shop is set up to take invoice payments, for the manager who does it."""

    _name = 'pos_receivable.setup'
    _description = "Setting Up Invoice Payments"

    @api.model
    def _get_advice(self, config):
        """What should be put right before a cashier meets it: sentences, none when all is well."""
        return [*self._get_cash_advice(config), *self._get_account_advice(config)]

    def _get_cash_advice(self, config):
        journal = config.invoice_payment_cash_journal_id
        drawers = config.payment_method_ids.journal_id.filtered(lambda found: found.type == 'cash')
        if not journal:
            yield self.env._("No cash can be taken: choose a cash journal if it should be.")
        elif not drawers:
            yield self.env._(
                "Cash goes to %(journal)s, but nobody counts it when the register is closed: this"
                " shop has no payment method for cash.",
                journal=journal.name,
            )
        elif journal not in drawers:
            yield self.env._(
                "Cash goes to %(journal)s and is not counted with the drawer, which is %(drawer)s.",
                journal=journal.name,
                drawer=drawers[0].name,
            )

    def _get_account_advice(self, config):
        cash, banks = (
            config.invoice_payment_cash_journal_id,
            config.invoice_payment_bank_journal_ids,
        )
        for journal in (cash | banks)._origin:
            try:
                # Elevated: the manager of a shop need not be allowed to read accounts.
                self.env['pos_receivable.booking'].sudo()._get_accounts(journal.sudo())
            except UserError:
                yield self.env._(
                    "%(journal)s cannot receive payments yet: in the journal, Incoming Payments"
                    " needs a payment method with an account.",
                    journal=journal.name,
                )
