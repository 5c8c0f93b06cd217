from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.pos_receivable.models.account_move import COLLECTABLE_STATES, COLLECTABLE_TYPES


class PosReceivableMatchCredits(models.AbstractModel):
    """Money on customers' accounts that the night's reconciliation has no use for: what no invoice
    waits for is to be matched; the rest waits with the reason.

    Either way it is in the queue, so that no cent is nobody's business."""

    _name = 'pos_receivable.match.credits'
    _description = "Matching: Credits"

    @api.model
    def _get_credits_query(self, company, journals):
        """Open credits of payments and of bank entries, except those of payments that are about to
        be reconciled with an invoice they are linked to.

        ``why`` is the code of a reason to leave one alone, which is about ``about``.

        :param journals: ids of those in which ``company`` may receive money
        """
        return SQL(
            "%s UNION ALL %s",
            self._get_payments_query(company),
            self._get_bank_entries_query(company, journals),
        )

    # -------------------------------------------------------------------------
    # Payments
    # -------------------------------------------------------------------------

    @api.model
    def _get_payments_query(self, company):
        """What the sessions of the core's Point of Sale book is theirs alone; what was collected on
        invoices there is the customer's money like any other once the session is closed; what was
        left on account there, so many days later."""
        days = self.env['pos_receivable.jobs']._get_setting('on_account_days')
        open_items = self.env['pos_receivable.open.item']
        return SQL(
            """
            SELECT credit.id AS line_id,
                   NULL::int AS statement_line_id,
                   TRUE AS has_line,
                   credit.open,
                   credit.currency_id,
                   credit.date,
                   payment.memo AS text,
                   payment.payment_reference AS reference,
                   NULL::varchar AS payer_name,
                   NULL::varchar AS payer_account,
                   NULL::text AS narration,
                   NULL::jsonb AS details,
                   credit.partner_id,
                   CASE
                       WHEN credit.is_given_back THEN 'held_given_back'
                       WHEN session.state != 'closed' OR of_purchase.state != 'closed'
                            THEN 'held_session'
                       WHEN credit.purchase_id IS NOT NULL AND EXISTS (
                                SELECT 1
                                  FROM account_move_line owed
                                 WHERE owed.pos_receivable_payment_id = credit.purchase_id
                                   AND owed.balance > 0
                                   AND owed.reconciled IS NOT TRUE
                                   AND owed.parent_state = 'posted'
                            )
                            THEN 'held_on_account'
                       WHEN credit.is_on_account
                            AND (%(days)s = 0 OR credit.date > %(today)s - %(days)s)
                            THEN 'held_on_account'
                       ELSE linked.why
                   END AS why,
                   CASE
                       WHEN credit.is_given_back THEN NULL
                       WHEN session.state != 'closed' THEN session.name
                       WHEN of_purchase.state != 'closed' THEN of_purchase.name
                       ELSE linked.name
                   END AS about
              FROM (%(credits)s OFFSET 0) credit
              JOIN account_payment payment ON payment.id = credit.payment_id
         LEFT JOIN pos_session session ON session.id = payment.pos_session_id
         LEFT JOIN pos_payment purchase ON purchase.id = credit.purchase_id
         LEFT JOIN pos_session of_purchase ON of_purchase.id = purchase.session_id
         LEFT JOIN LATERAL (%(linked)s) linked ON TRUE
             WHERE payment.state IN ('in_process', 'paid')
               AND payment.payment_type = 'inbound'
               AND payment.partner_type = 'customer'
               AND (payment.pos_session_id IS NULL OR payment.pos_invoice_payment_uuid IS NOT NULL)
               AND (credit.is_given_back OR linked.is_paired IS NOT TRUE)
            """,
            credits=open_items.with_context(
                allowed_company_ids=company.ids
            )._get_open_credits_query(given_back=True),
            linked=self._get_linked_query(company),
            days=days,
            today=fields.Date.context_today(self),
        )

    @api.model
    def _get_linked_query(self, company):
        """Of the invoices that the ``payment`` of a surrounding query, with this open ``credit``, is
        linked to and that still wait for money, be they drafts, the one that speaks most."""
        # Those that the night's reconciliation looks at together.
        root = company.root_id
        jobs = self.env['pos_receivable.jobs']
        companies = self.env.companies if root == company else jobs._get_tree(root)
        open_items = self.env['pos_receivable.open.item']
        open_items = open_items.with_context(allowed_company_ids=companies.ids)
        return SQL(
            """
              SELECT waiting.name,
                     waiting.is_paired,
                     CASE
                         WHEN waiting.state = 'draft' THEN 'held_linked_draft'
                         WHEN waiting.payment_state = 'blocked' THEN 'held_linked_blocked'
                         WHEN waiting.company_id NOT IN %(companies)s THEN 'held_linked_company'
                         WHEN NOT waiting.is_of_payer THEN 'held_linked_customer'
                         ELSE 'held_linked_account'
                     END AS why
                FROM (
                        SELECT invoice.id,
                               COALESCE(invoice.name, '/') AS name,
                               invoice.state,
                               invoice.payment_state,
                               invoice.company_id,
                               invoice.commercial_partner_id = (
                                    SELECT commercial_partner_id
                                      FROM res_partner
                                     WHERE id = credit.partner_id
                               ) IS TRUE AS is_of_payer,
                               EXISTS (
                                    SELECT 1
                                      FROM account_move_line debit
                                      JOIN res_partner payer ON payer.id = credit.partner_id
                                      JOIN res_partner debtor ON debtor.id = debit.partner_id
                                     WHERE debit.move_id = invoice.id
                                       AND debit.account_id = credit.account_id
                                       AND %(pairing)s
                               ) AS is_paired
                          FROM (%(links)s) link
                          JOIN account_move invoice ON invoice.id = link.invoice_id
                         WHERE invoice.move_type IN %(types)s
                           AND (
                                invoice.state = 'draft'
                             OR (invoice.state = 'posted' AND invoice.payment_state IN %(states)s)
                           )
                           AND %(meant)s
                           AND NOT %(kept_apart)s
                        OFFSET 0
                     ) waiting
            ORDER BY NOT waiting.is_paired, waiting.state = 'draft', waiting.id
               LIMIT 1
            """,
            companies=tuple(companies.ids) or (0,),
            pairing=open_items._get_pairing(),
            links=self.env['pos_receivable.reconcile.links']._get_invoices_of_payment(),
            types=COLLECTABLE_TYPES,
            states=COLLECTABLE_STATES,
            meant=open_items._get_meant(),
            kept_apart=self.env['pos_receivable.reconcile.links']._get_kept_apart(),
        )

    # -------------------------------------------------------------------------
    # Bank entries
    # -------------------------------------------------------------------------

    @api.model
    def _get_bank_entries_query(self, company, journals):
        """What bank statement lines have put on customers' accounts, booked by whomever, and stands
        there reconciled with nothing. Not what a proposal that was taken back in the books shows,
        nor the cash moves of a till."""
        return SQL(
            """
            SELECT credit.id,
                   NULL::int,
                   TRUE,
                   -credit.amount_residual_currency,
                   credit.currency_id,
                   credit.date,
                   statement.payment_ref,
                   move.ref,
                   statement.partner_name,
                   statement.account_number,
                   move.narration,
                   statement.transaction_details,
                   credit.partner_id,
                   NULL,
                   NULL
              FROM (
                        SELECT *
                          FROM account_move_line
                         WHERE amount_residual < 0
                           AND reconciled IS NOT TRUE
                           AND journal_id IN %(journals)s
                           AND company_id = %(company)s
                           AND parent_state = 'posted'
                           AND payment_id IS NULL
                           AND statement_line_id IS NOT NULL
                        OFFSET 0
                   ) credit
              JOIN account_bank_statement_line statement ON statement.id = credit.statement_line_id
              JOIN account_move move ON move.id = credit.move_id
              JOIN account_account account ON account.id = credit.account_id
             WHERE account.account_type = 'asset_receivable'
               AND statement.pos_session_id IS NULL
               AND NOT EXISTS (
                    SELECT 1
                      FROM pos_receivable_match_proposal changed
                     WHERE changed.statement_line_id = statement.id
                       AND changed.state = 'changed'
                       AND changed.outcome -> 'lines' @> TO_JSONB(credit.id)
               )
            """,
            journals=journals,
            company=company.id,
        )
