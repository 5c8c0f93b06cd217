from odoo import api, fields, models
from odoo.tools import SQL

from ..tools.reconcile_plan import Pair


class PosReceivableReconcileEvidence(models.AbstractModel):
    """Which open credits are linked to which open invoices, by what somebody recorded: an invoice
    on a payment, or on a payment transaction. Never by amount or name.

    Within ``env.companies``, which are to be branches of one root company."""

    _name = 'pos_receivable.reconcile.evidence'
    _description = "Reconciliation: Evidence"

    @api.model
    def _get_evidence_query(self, invoices=None, kept_apart=False):
        """Pairs of an open credit of a payment and an open debit of an invoice it is linked to.

        Starts from ``invoices``, or from all open credits.

        :param kept_apart: whether pairs count that a person has taken apart
        """
        open_credits = self.env['pos_receivable.open.item']._get_open_credits_query()
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
            pairing=self.env['pos_receivable.open.item']._get_pairing(),
            meant=self.env['pos_receivable.open.item']._get_meant(),
            kept_apart=kept_apart,
            is_kept_apart=self.env['pos_receivable.reconcile.links']._get_kept_apart(),
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
        self.env['pos_receivable.open.item']._flush_open_items()
        rows = self.env.execute_query(self._get_candidates_query(shard, after, limit))
        return [(due, id_) for id_, due in rows]

    @api.model
    def _read_pairs(self, invoices, kept_apart=False):
        """
        :param kept_apart: whether pairs count that a person has taken apart
        :return: ``(pairs, shared)`` as :func:`plan_waves` takes them, oldest invoice first
        """
        self.env['pos_receivable.open.item']._flush_open_items()
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
        return list(dict.fromkeys(pairs)), shared - payments._map_invoice_payment_items().keys()

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
