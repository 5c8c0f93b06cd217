from odoo import api, fields, models
from odoo.tools import SQL

from ..tools.reconcile_plan import Pair
from .account_move import COLLECTABLE_TYPES, OPEN_STATES


class PosReceivableReconcileEvidence(models.AbstractModel):
    """Which open credits are linked to which open invoices, by what somebody recorded: an invoice
    on a payment, or on a payment transaction. Never by amount or name.

    Within ``env.companies``, which are to be branches of one root company."""

    _name = 'pos_receivable.reconcile.evidence'
    _description = "Reconciliation: Evidence"

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
        self._flush_evidence()
        rows = self.env.execute_query(
            SQL(
                "SELECT id FROM account_payment payment WHERE id IN %s AND %s",
                tuple(payments.ids) or (0,),
                self._get_given_back(SQL("payment.id")),
            )
        )
        return payments.browse(id_ for [id_] in rows)

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
    def _get_evidence_query(self, invoices=None, kept_apart=False):
        """Pairs of an open credit of a payment and an open debit of an invoice it is linked to.

        Starts from ``invoices``, or from all open credits.

        :param kept_apart: whether pairs count that a person has taken apart
        """
        open_credits = self._get_open_credits_query()
        if invoices is None:
            links = SQL(
                """
                (%s OFFSET 0) credit
                JOIN account_payment payment ON payment.id = credit.payment_id
                CROSS JOIN LATERAL (%s) link
                JOIN account_move invoice ON invoice.id = link.invoice_id
                """,
                open_credits,
                self.env['pos_receivable.reconcile.links']._get_invoices_of_payment(),
            )
        else:
            links = SQL(
                """
                (SELECT * FROM account_move WHERE id IN %s OFFSET 0) invoice
                CROSS JOIN LATERAL (%s) link
                JOIN account_payment payment ON payment.id = link.payment_id
                JOIN (%s) credit ON credit.payment_id = payment.id
                """,
                tuple(invoices.ids) or (0,),
                self.env['pos_receivable.reconcile.links']._get_payments_of_invoice(),
                open_credits,
            )
        return SQL(
            """
            SELECT invoice.id AS invoice_id,
                   invoice.company_id,
                   debit.account_id,
                   debit.id AS debit_id,
                   credit.id AS credit_id,
                   credit.payment_id,
                   debtor.commercial_partner_id AS partner_id,
                   COALESCE(debit.date_maturity, debit.date) AS due
              FROM %(links)s
              JOIN account_move_line debit
                ON debit.move_id = invoice.id AND debit.account_id = credit.account_id
              JOIN res_partner payer ON payer.id = credit.partner_id
              JOIN res_partner debtor ON debtor.id = debit.partner_id
             WHERE %(pairing)s
               AND %(meant)s
               AND (%(kept_apart)s OR NOT %(is_kept_apart)s)
            """,
            links=links,
            pairing=self._get_pairing(),
            meant=self._get_meant(),
            kept_apart=kept_apart,
            is_kept_apart=self.env['pos_receivable.reconcile.links']._get_kept_apart(),
        )

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
        its ``payment`` was collected at a till for several at a time: see ``_get_invoice_of_items``
        of payments."""
        return SQL(
            """
            (
                payment.pos_invoice_payment_uuid IS NULL
             OR invoice.id = COALESCE(
                    (
                        SELECT (collected.invoices -> (item.place - 1) ->> 'id')::int
                          FROM (
                                SELECT booked.id,
                                       ROW_NUMBER() OVER (ORDER BY booked.id)::int AS place,
                                       COUNT(*) OVER () AS many
                                  FROM account_move_line booked
                                  JOIN account_account account ON account.id = booked.account_id
                                 WHERE booked.move_id = payment.move_id
                                   AND account.account_type = 'asset_receivable'
                               ) item
                    CROSS JOIN (
                                SELECT payment.pos_invoice_payment_data -> 'invoices' AS invoices
                               ) collected
                         WHERE item.id = credit.id
                           AND item.many > 1
                           AND item.many = CASE JSONB_TYPEOF(collected.invoices)
                                           WHEN 'array' THEN JSONB_ARRAY_LENGTH(collected.invoices)
                                           END
                    ),
                    invoice.id
                )
            )
            """
        )

    @api.model
    def _get_candidates_query(self, shard=(0, 1), after=None, limit=None):
        """Invoices with leftovers, oldest due first, those waiting for a retry left out.

        :param shard: ``(index, count)``: the part of the customers to look at
        :param after: ``(due date, invoice id)`` of the last one already seen
        """
        index, count = shard
        having = [SQL("TRUE")]
        if after:
            having.append(SQL("(MIN(due), invoice_id) > (%s, %s)", *after))
        overdue = self.env.companies.filtered('receivable_reconcile_overdue_only')
        if overdue:
            # By invoice company: a branch may differ from its parent.
            having.append(
                SQL(
                    "(MIN(due) < %s OR company_id NOT IN %s)",
                    fields.Date.context_today(self),
                    tuple(overdue.ids),
                )
            )
        return SQL(
            """
              SELECT invoice_id, MIN(due) AS due
                FROM (%(evidence)s) evidence
               WHERE MOD(partner_id, %(count)s) = %(index)s
                 AND NOT EXISTS (
                        SELECT 1
                          FROM pos_receivable_reconcile_issue issue
                         WHERE issue.move_id = evidence.invoice_id
                           AND issue.kind = 'reconcile'
                           AND issue.state = 'open'
                           AND issue.next_retry > %(now)s
                     )
            GROUP BY invoice_id, company_id
              HAVING %(having)s
            ORDER BY MIN(due), invoice_id
               LIMIT %(limit)s
            """,
            evidence=self._get_evidence_query(),
            count=count,
            index=index,
            now=self.env.cr.now(),
            having=SQL(" AND ").join(having),
            limit=limit,
        )

    @api.model
    def _find_candidates(self, shard=(0, 1), after=None, limit=None):
        """
        :return: list of ``(due date, invoice id)``
        """
        self._flush_evidence()
        rows = self.env.execute_query(self._get_candidates_query(shard, after, limit))
        return [(due, id_) for id_, due in rows]

    @api.model
    def _read_pairs(self, invoices, kept_apart=False):
        """
        :param kept_apart: whether pairs count that a person has taken apart
        :return: ``(pairs, shared)`` as :func:`plan_waves` takes them, oldest invoice first
        """
        self._flush_evidence()
        rows = self.env.execute_query_dict(
            SQL(
                "%s ORDER BY due, invoice_id, debit_id, credit_id",
                self._get_evidence_query(invoices, kept_apart),
            )
        )
        oldest = {}
        for row in rows:
            oldest.setdefault(row['invoice_id'], row['due'])
        pairs = [
            Pair(row['invoice_id'], row['account_id'], row['debit_id'], row['credit_id'])
            for row in sorted(rows, key=lambda row: (oldest[row['invoice_id']], row['invoice_id']))
        ]
        payments = self.env['account.payment'].browse({row['payment_id'] for row in rows})
        several = self._find_payments_of_several_invoices(payments)
        shared = {row['credit_id'] for row in rows if row['payment_id'] in several}
        return list(dict.fromkeys(pairs)), shared - payments._get_invoice_of_items().keys()

    @api.model
    def _find_payments_of_several_invoices(self, payments):
        rows = self.env.execute_query(
            SQL(
                """
                  SELECT payment.id
                    FROM account_payment payment
              CROSS JOIN LATERAL (%s) link
                   WHERE payment.id IN %s
                GROUP BY payment.id
                  HAVING COUNT(DISTINCT link.invoice_id) > 1
                """,
                self.env['pos_receivable.reconcile.links']._get_invoices_of_payment(),
                tuple(payments.ids) or (0,),
            )
        )
        return {payment_id for [payment_id] in rows}

    @api.model
    def _flush_evidence(self):
        self.env['account.move.line'].flush_model()
        self.env['account.move'].flush_model(
            ['payment_state', 'pos_receivable_kept_apart_ids', 'state']
        )
        self.env['account.payment'].flush_model()
        self.env['payment.transaction'].flush_model(['invoice_ids', 'payment_id'])
        self.env['pos_receivable.reconcile.issue'].flush_model()
        self.env['res.partner'].flush_model(['commercial_partner_id'])
