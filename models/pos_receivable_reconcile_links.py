from odoo import api, models
from odoo.tools import SQL

from .account_move import COLLECTABLE_TYPES

MIXED_LINKS = 'pos_receivable.mixed_links'


class PosReceivableReconcileLinks(models.AbstractModel):
    """Which payments were recorded for which invoices, as far as that can be told.

    Odoo's own Register Payment links whatever was linked to one of several invoices to all of
    them. With this addon it does not, see ``account.payment.register``; what was linked before may
    be such a mixture, and where it may, counts for nothing."""

    _name = 'pos_receivable.reconcile.links'
    _description = "Reconciliation: Links"

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

    # -------------------------------------------------------------------------
    # Taken apart by hand
    # -------------------------------------------------------------------------

    # Written and read elevated: it is noted for whoever may take the two apart, or bring them
    # together, also where the payment was made at a parent company.

    @api.model
    def _get_kept_apart(self):
        """The condition that a person has taken the ``payment`` and the ``invoice`` of a
        surrounding query apart."""
        return SQL(
            """
            EXISTS (
                SELECT 1
                  FROM pos_receivable_kept_apart apart
                 WHERE apart.invoice_id = invoice.id
                   AND apart.payment_id = payment.id
            )
            """
        )

    @api.model
    def _get_items_kept_apart(self):
        """Journal items, ``credit_id`` of a payment and ``debit_id`` of an invoice, that a person has
        taken apart."""
        return SQL(
            """
            SELECT credit.id AS credit_id, debit.id AS debit_id
              FROM pos_receivable_kept_apart pair
              JOIN account_move_line credit ON credit.payment_id = pair.payment_id
              JOIN account_move_line debit
                ON debit.move_id = pair.invoice_id
               AND debit.account_id = credit.account_id
            """
        )

    @api.model
    def _find_linked(self, partials):
        """
        :return: ``{customer invoice: the payments linked to it}``, of what ``partials`` bring
            together
        """
        linked = {}
        for partial_sudo in partials.sudo().exists():
            invoice_sudo = partial_sudo.debit_move_id.move_id
            payment_sudo = partial_sudo.credit_move_id.payment_id
            transactions = invoice_sudo.transaction_ids
            if invoice_sudo.move_type in COLLECTABLE_TYPES and (
                payment_sudo in invoice_sudo.matched_payment_ids | transactions.payment_id
                or payment_sudo.payment_transaction_id & transactions
            ):
                linked[invoice_sudo] = linked.get(invoice_sudo, payment_sudo) | payment_sudo
        return linked

    @api.model
    def _keep_apart(self, linked):
        """Leave these alone until somebody says otherwise.

        :param dict linked: ``{invoice: payments}``
        """
        for invoice, payments in linked.items():
            invoice.sudo().pos_receivable_kept_apart_ids |= payments.sudo()

    @api.model
    def _end_keeping_apart(self, invoices):
        kept = invoices.sudo().filtered('pos_receivable_kept_apart_ids')
        kept.pos_receivable_kept_apart_ids = False

    @api.model
    def _forget_kept_apart(self, partials):
        """What ``partials`` bring together is kept apart no longer."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT apart.invoice_id, apart.payment_id
                  FROM account_partial_reconcile partial
                  JOIN account_move_line debit ON debit.id = partial.debit_move_id
                  JOIN account_move_line credit ON credit.id = partial.credit_move_id
                  JOIN pos_receivable_kept_apart apart
                    ON apart.invoice_id = debit.move_id AND apart.payment_id = credit.payment_id
                 WHERE partial.id IN %s
                """,
                tuple(partials.ids) or (0,),
            )
        )
        for invoice_id, payment_id in rows:
            invoice_sudo = self.env['account.move'].sudo().browse(invoice_id)
            invoice_sudo.pos_receivable_kept_apart_ids -= self.env['account.payment'].browse(
                payment_id
            )

    @api.model
    def _find_kept_apart(self, invoice):
        """The payments that would be reconciled with ``invoice`` if nobody had taken them off it;
        those of companies the user works in."""
        kept_apart = invoice.sudo().pos_receivable_kept_apart_ids
        if not kept_apart:
            return kept_apart
        engine = self.env['pos_receivable.reconcile.engine']._with_tree(invoice.company_id.root_id)
        evidence = engine.env['pos_receivable.reconcile.evidence']
        pairs, _shared = evidence._read_pairs(invoice, kept_apart=True)
        items = self.env['account.move.line'].sudo().browse(pair.credit for pair in pairs)
        return items.payment_id & kept_apart
