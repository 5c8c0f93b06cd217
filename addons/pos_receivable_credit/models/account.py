from odoo import api, fields, models
from odoo.tools import SQL


class PosReceivableCreditAccount(models.Model):
    """What a customer's commercial entity may owe in a company, and the row that tills lock."""

    _name = 'pos_receivable.credit.account'
    _description = "Credit Account"
    _rec_name = 'partner_id'

    partner_id = fields.Many2one('res.partner', required=True, readonly=True, ondelete='cascade')
    company_id = fields.Many2one('res.company', required=True, readonly=True, ondelete='cascade')
    hold = fields.Boolean(readonly=True)
    hold_reason = fields.Char(readonly=True)
    version = fields.Integer(readonly=True)

    _partner_unique = models.Constraint('UNIQUE(partner_id, company_id)', "One account each.")

    @api.model
    def _get(self, partner, company):
        """The account of a commercial entity, made when there is none; elevated."""
        accounts = self.sudo()
        domain = [('partner_id', '=', partner.id), ('company_id', '=', company.id)]
        if account := accounts.search(domain):
            return account
        # Made by two tills at once, it is one row, and the second till is retried.
        self.env.cr.execute(
            SQL(
                "INSERT INTO %s (partner_id, company_id, version) VALUES (%s, %s, 0)"
                " ON CONFLICT DO NOTHING",
                SQL.identifier(self._table),
                partner.id,
                company.id,
            ),
            log_exceptions=False,
        )
        return accounts.search(domain)

    def _touch(self):
        """Change these rows: whoever does the same meanwhile waits, is retried, and sees what this
        transaction has done."""
        self.flush_recordset()
        self.env.cr.execute(
            SQL(
                "UPDATE %s SET version = COALESCE(version, 0) + 1 WHERE id IN %s",
                SQL.identifier(self._table),
                self._ids,
            ),
            log_exceptions=False,
        )
        self.invalidate_recordset(['version'], flush=False)
