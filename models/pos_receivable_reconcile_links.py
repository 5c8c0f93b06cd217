from odoo import api, models
from odoo.tools import SQL

MIXED_LINKS = 'pos_receivable.mixed_links'


class PosReceivableReconcileLinks(models.AbstractModel):
    """Which payments were recorded for which invoices, as far as that can be told.

    Odoo's own Register Payment links whatever was linked to one of several invoices to all of
    them. With this addon it does not, see ``account.payment.register``; what was linked before may
    be such a mixture, and where it may, counts for nothing."""

    _name = 'pos_receivable.reconcile.links'
    _description = "Reconciliation: Links"

    def init(self):
        parameters = self.env['ir.config_parameter'].sudo()
        if not parameters.get_param(MIXED_LINKS):
            [[last]] = self.env.execute_query(
                SQL("SELECT COALESCE(MAX(id), 0) FROM account_payment")
            )
            parameters.set_param(MIXED_LINKS, last)

    @api.model
    def _get_last_mixed(self):
        """The id of the last payment that may have mixed up the links of those before it."""
        # Elevated: administrators alone may read parameters; this is no secret.
        value = self.env['ir.config_parameter'].sudo().get_param(MIXED_LINKS, '')
        return int(value) if value.isdecimal() else 0

    # Either way through the links, by indexes all along: what they lead to depends on the
    # leftovers, not on how many payments and invoices there are.

    @api.model
    def _get_invoices_of_payment(self):
        """The invoices that the ``payment`` of a surrounding query is linked to."""
        return SQL(
            """
            SELECT link.invoice_id
              FROM account_move__account_payment link
             WHERE link.payment_id = payment.id
               AND %s
             UNION ALL
            SELECT invoice_id
              FROM account_invoice_transaction_rel
             WHERE transaction_id = payment.payment_transaction_id
             UNION ALL
            SELECT paid.invoice_id
              FROM payment_transaction tx
              JOIN account_invoice_transaction_rel paid ON paid.transaction_id = tx.id
             WHERE tx.payment_id = payment.id
            """,
            self._get_certain(),
        )

    @api.model
    def _get_payments_of_invoice(self):
        """The payments that the ``invoice`` of a surrounding query is linked to."""
        return SQL(
            """
            SELECT link.payment_id
              FROM account_move__account_payment link
             WHERE link.invoice_id = invoice.id
               AND %s
             UNION ALL
            SELECT paying.id
              FROM account_invoice_transaction_rel paid
              JOIN account_payment paying ON paying.payment_transaction_id = paid.transaction_id
             WHERE paid.invoice_id = invoice.id
             UNION ALL
            SELECT tx.payment_id
              FROM account_invoice_transaction_rel paid
              JOIN payment_transaction tx ON tx.id = paid.transaction_id
             WHERE paid.invoice_id = invoice.id
            """,
            self._get_certain(),
        )

    @api.model
    def _get_certain(self):
        """The condition that a ``link`` was made on purpose.

        It may be one of a mixture when a later payment is linked to the same invoice, and to
        another one that this payment is linked to as well. A till's receipt tells nevertheless.
        """
        last = self._get_last_mixed()
        if not last:
            return SQL("TRUE")
        return SQL(
            """
            (
                link.payment_id > %(last)s
             OR NOT EXISTS (
                    SELECT 1
                      FROM account_move__account_payment later
                      JOIN account_move__account_payment beside
                        ON beside.payment_id = later.payment_id
                       AND beside.invoice_id != later.invoice_id
                      JOIN account_move__account_payment mixed
                        ON mixed.invoice_id = beside.invoice_id
                       AND mixed.payment_id = link.payment_id
                     WHERE later.invoice_id = link.invoice_id
                       AND later.payment_id > link.payment_id
                       AND later.payment_id <= %(last)s
                )
             OR EXISTS (
                    SELECT 1
                      FROM account_payment collected
                     WHERE collected.id = link.payment_id
                       AND collected.pos_invoice_payment_data -> 'invoices'
                           @> jsonb_build_array(jsonb_build_object('id', link.invoice_id))
                )
            )
            """,
            last=last,
        )

    @api.model
    def _find_certain_payments(self, invoices):
        """The payments that were certainly made for one of these invoices."""
        self.env['account.payment'].flush_model()
        self.env['payment.transaction'].flush_model(['invoice_ids', 'payment_id'])
        rows = self.env.execute_query(
            SQL(
                """
                    SELECT link.payment_id
                      FROM account_move invoice
                CROSS JOIN LATERAL (%s) link
                     WHERE invoice.id IN %s
                """,
                self._get_payments_of_invoice(),
                tuple(invoices.ids) or (0,),
            )
        )
        return self.env['account.payment'].browse({id_ for [id_] in rows if id_})
