from odoo import api, fields, models
from odoo.tools import SQL


class PosReceivablePaymentProfileTouched(models.Model):
    """Customers whose payment profile the next night has to make anew. Rows are only added and
    deleted, never changed: people who work on the same customer do not wait for each other."""

    _name = 'pos_receivable.payment.profile.touched'
    _description = "Payment Profile to be Made Anew"
    _log_access = False
    _rec_name = 'partner_id'

    partner_id = fields.Many2one(
        'res.partner', required=True, readonly=True, index=True, ondelete='cascade'
    )

    @api.model
    def _add(self, partner_ids):
        """Note contacts or commercial entities."""
        if partner_ids := sorted(set(filter(None, partner_ids))):
            self._add_query(SQL("SELECT id FROM res_partner WHERE id = ANY(%s)", partner_ids))

    @api.model
    def _add_query(self, query):
        """
        :param SQL query: of ids of contacts
        """
        self.env.cr.execute(
            SQL("INSERT INTO %s (partner_id) %s", SQL.identifier(self._table), query)
        )

    @api.model
    def _count_waiting(self):
        [[count]] = self.env.execute_query(
            SQL("SELECT COUNT(DISTINCT partner_id) FROM %s", SQL.identifier(self._table))
        )
        return count

    @api.model
    def _take(self, size):
        """Take contacts off the list.

        :return: their ids, at most ``size``
        """
        table = SQL.identifier(self._table)
        # An array, computed once: a list that has just grown has no statistics, and joined with
        # itself it would be read again for each of its rows.
        rows = self.env.execute_query(
            SQL(
                """
                   DELETE FROM %s
                    WHERE partner_id = ANY(
                              ARRAY(SELECT DISTINCT partner_id FROM %s ORDER BY partner_id LIMIT %s)
                          )
                RETURNING partner_id
                """,
                table,
                table,
                size,
            )
        )
        return sorted({id_ for [id_] in rows})
