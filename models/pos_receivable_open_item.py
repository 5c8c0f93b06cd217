from odoo import api, models
from odoo.tools import SQL

from .account_move import COLLECTABLE_TYPES, OPEN_STATES


class PosReceivableOpenItem(models.AbstractModel):
    """Open credits of customers, and which open debits they may settle: pieces of SQL that the night's
    reconciliation and other addons build their queries of. What links the two is told by
    ``pos_receivable.reconcile.links``.

    Within ``env.companies``, which are to be branches of one root company."""

    _name = 'pos_receivable.open.item'
    _description = "Open Items"

    @api.model
    def _get_open_credits_query(self, given_back=False):
        """Credits of payments with something left, on receivable accounts.

        Found through the core's partial indexes, whose conditions ``reconciled IS NOT TRUE`` and
        ``amount_residual < 0`` have to be written just so.

        :param given_back: whether those count of which something was given back
        """
        companies = self.env.companies
        return SQL(
            """
            SELECT id,
                   payment_id,
                   account_id,
                   partner_id,
                   currency_id,
                   date,
                   -amount_residual_currency AS open,
                   pos_receivable_on_account AS is_on_account,
                   pos_receivable_payment_id AS purchase_id,
                   %(is_given_back)s AS is_given_back
              FROM account_move_line
             WHERE amount_residual < 0
               AND reconciled IS NOT TRUE
               AND journal_id IN %(journals)s
               AND account_id IN %(accounts)s
               AND company_id IN %(companies)s
               AND parent_state = 'posted'
               AND payment_id IS NOT NULL
               AND (%(given_back)s OR NOT %(is_given_back)s)
            """,
            journals=self._get_journal_ids(companies),
            accounts=self._get_account_ids(),
            companies=tuple(companies.ids),
            given_back=given_back,
            is_given_back=self._get_given_back(SQL("account_move_line.payment_id")),
        )

    @api.model
    def _get_given_back(self, payment_id):
        """The condition that a payment was refunded, and that this still stands against it in the
        books: until the refund is reconciled with something, what is open of both is no money.

        :param SQL payment_id: an expression
        """
        return SQL(
            """
            EXISTS (
                SELECT 1
                  FROM account_payment refund
                 WHERE refund.source_payment_id = %s
                   AND refund.payment_type = 'outbound'
                   AND refund.state IN ('in_process', 'paid')
                   AND (
                        refund.move_id IS NULL
                     OR EXISTS (
                            SELECT 1
                              FROM account_move_line given
                              JOIN account_account account ON account.id = given.account_id
                             WHERE given.move_id = refund.move_id
                               AND account.account_type = 'asset_receivable'
                               AND given.reconciled IS NOT TRUE
                        )
                   )
            )
            """,
            payment_id,
        )

    @api.model
    def _find_given_back(self, payments):
        """Those that were refunded, wholly or in part, as far as that is not booked off."""
        self._flush_open_items()
        rows = self.env.execute_query(
            SQL(
                "SELECT id FROM account_payment payment WHERE id IN %s AND %s",
                tuple(payments.ids) or (0,),
                self._get_given_back(SQL("payment.id")),
            )
        )
        return payments.browse(id_ for [id_] in rows)

    @api.model
    def _get_pairing(self):
        """The condition that the ``payment`` of a surrounding query, of ``payer``, may settle the
        ``debit`` of the ``invoice``, of ``debtor``, whose account its credit is on."""
        return SQL(
            """
            payment.state IN ('in_process', 'paid')
            AND debit.amount_residual > 0
            AND debit.reconciled IS NOT TRUE
            AND debit.company_id IN %s
            AND invoice.state = 'posted'
            AND invoice.move_type IN %s
            AND invoice.payment_state IN %s
            AND payer.commercial_partner_id = debtor.commercial_partner_id
            """,
            tuple(self.env.companies.ids),
            COLLECTABLE_TYPES,
            OPEN_STATES,
        )

    @api.model
    def _get_meant(self):
        """The condition that the ``credit`` of a surrounding query was booked for the ``invoice``, if
        its ``payment`` was collected at a till for several at a time: see ``_map_invoice_payment_items``
        of payments. What was kept on account there was booked for none."""
        return SQL(
            """
            credit.is_on_account IS NOT TRUE
            AND (
                payment.pos_invoice_payment_uuid IS NULL
             OR invoice.id = COALESCE(
                    (
                        SELECT CASE JSONB_TYPEOF(collected.invoices -> (item.place - 1) -> 'id')
                               WHEN 'number'
                               THEN (collected.invoices -> (item.place - 1) ->> 'id')::int
                               ELSE 0  -- for what is owed without an invoice
                               END
                          FROM (
                                SELECT booked.id,
                                       ROW_NUMBER() OVER (ORDER BY booked.id)::int AS place,
                                       COUNT(*) OVER () AS many
                                  FROM account_move_line booked
                                  JOIN account_account account ON account.id = booked.account_id
                                 WHERE booked.move_id = payment.move_id
                                   AND account.account_type = 'asset_receivable'
                                   AND booked.pos_receivable_on_account IS NOT TRUE
                               ) item
                    CROSS JOIN (
                                SELECT JSONB_PATH_QUERY_ARRAY(
                                            payment.pos_invoice_payment_data -> 'invoices',
                                            '$[*] ? (!(exists(@.pos_payment_uuid)))'
                                       ) AS invoices
                               ) collected
                         WHERE item.id = credit.id
                           AND item.many > 1
                           AND item.many = JSONB_ARRAY_LENGTH(collected.invoices)
                    ),
                    invoice.id
                )
            )
            """
        )

    # Elevated, for ids only: an archived journal or account may still have open items.

    @api.model
    def _get_journal_ids(self, companies):
        """The journals in which ``companies`` may receive money, for ``IN``."""
        journals = self.env['account.journal'].sudo().with_context(active_test=False)
        journals = journals.search(
            [
                ('company_id', 'parent_of', companies.ids),
                ('type', 'in', ('bank', 'cash', 'credit')),
            ]
        )
        return tuple(journals.ids) or (0,)

    @api.model
    def _get_account_ids(self):
        """The receivable accounts, for ``IN``."""
        accounts = self.env['account.account'].sudo().with_context(active_test=False)
        return tuple(accounts.search([('account_type', '=', 'asset_receivable')]).ids) or (0,)

    @api.model
    def _flush_open_items(self):
        """Flush what these queries read."""
        self.env['account.move.line'].flush_model()
        self.env['account.move'].flush_model(
            ['payment_state', 'pos_receivable_kept_apart_ids', 'state']
        )
        self.env['account.payment'].flush_model()
        self.env['payment.transaction'].flush_model(['invoice_ids', 'payment_id'])
        self.env['pos_receivable.reconcile.issue'].flush_model()
        self.env['res.partner'].flush_model(['commercial_partner_id'])
