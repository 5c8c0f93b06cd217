from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import SQL, html2plaintext, ormcache

from odoo.addons.pos_receivable.models.account_move import COLLECTABLE_TYPES, OPEN_STATES
from odoo.addons.pos_receivable.tools.isolate import build_each

from ..matching import OpenItem, Receipt, reason
from ..tools.receipt_id import ReceiptId

# Characters that are read of what a bank delivers; an import or a person may write any number.
LONGEST_TEXT = 2000
LONGEST_DETAILS = 10 * LONGEST_TEXT  # with their markup
LONGEST_NAME = 200


def to_minor(amount, currency):
    """
    :return: integer minor units of ``currency``, a record
    """
    return round(amount * 10**currency.decimal_places)


def from_minor(amount, currency):
    return currency.round(amount / 10**currency.decimal_places)


class PosReceivableMatchSource(models.AbstractModel):
    """Reads what the matcher wants to know of a company: incoming money that is linked to nothing,
    open invoices, and what was learned. As tuples, in a handful of queries.

    Anything may stand in the books of somebody: what cannot be made sense of is left out, and is
    returned beside the rest with the reason."""

    _name = 'pos_receivable.match.source'
    _inherit = 'pos_receivable.jobs'
    _description = "Matching: Source"

    # -------------------------------------------------------------------------
    # Receipts
    # -------------------------------------------------------------------------

    @api.model
    def _get_statement_lines_query(self, company, journals):
        """Money on a bank statement that is not reconciled: what still stands on the suspense
        account, a row for each line there. Of what is reconciled there in part, the rest is in
        somebody's hands. The cash moves of a till belong to its session."""
        return SQL(
            """
            SELECT NULL::int AS line_id,
                   statement.id AS statement_line_id,
                   suspense.id IS NOT NULL AS has_line,
                   CASE
                       WHEN suspense.id IS NULL THEN statement.amount
                       WHEN suspense.matching_number IS NULL THEN -suspense.amount_currency
                       ELSE -suspense.amount_residual_currency
                   END AS open,
                   COALESCE(suspense.currency_id, journal.currency_id, %s) AS currency_id,
                   move.date,
                   statement.payment_ref AS text,
                   move.ref AS reference,
                   statement.partner_name AS payer_name,
                   statement.account_number AS payer_account,
                   move.narration,
                   statement.transaction_details AS details,
                   statement.partner_id,
                   CASE
                       WHEN suspense.matching_number IS NOT NULL THEN 'held_cleared'
                   END AS why,
                   NULL AS about
              FROM (
                        SELECT *
                          FROM account_bank_statement_line
                         WHERE is_reconciled IS NOT TRUE
                           AND journal_id IN %s
                           AND company_id = %s
                           AND amount > 0
                           AND pos_session_id IS NULL
                        OFFSET 0
                   ) statement
              JOIN account_move move ON move.id = statement.move_id
              JOIN account_journal journal ON journal.id = statement.journal_id
         LEFT JOIN account_move_line suspense
                ON suspense.move_id = move.id
               AND suspense.account_id = journal.suspense_account_id
             WHERE (suspense.id IS NULL OR suspense.balance < 0)
               AND move.state = 'posted'
            """,
            company.currency_id.id,
            journals,
            company.id,
        )

    @api.model
    def _get_receipts_query(self, company, before=None, limit=None):
        """Receipts, those longest not looked at first.

        :param before: leave out what was looked at since
        """
        journals = self.env['pos_receivable.open.item']._get_journal_ids(company)
        return SQL(
            """
              SELECT receipt.*, payer.commercial_partner_id
                FROM (%(credits)s UNION ALL %(statement_lines)s) receipt
                JOIN res_currency currency ON currency.id = receipt.currency_id
           LEFT JOIN res_partner payer ON payer.id = receipt.partner_id
   LEFT JOIN LATERAL (
                    SELECT MAX(date_matched) AS date
                      FROM pos_receivable_match_proposal proposal
                     WHERE proposal.line_id = receipt.line_id
                        OR proposal.statement_line_id = receipt.statement_line_id
                     ) seen ON TRUE
               WHERE receipt.open * 10::numeric ^ currency.decimal_places >= 1
                 AND (seen.date IS NULL OR %(before)s::timestamp IS NULL
                      OR seen.date < %(before)s)
            ORDER BY seen.date NULLS FIRST,
                     receipt.date,
                     receipt.line_id,
                     receipt.statement_line_id
               LIMIT %(limit)s
            """,
            credits=self.env['pos_receivable.match.credits']._get_credits_query(company, journals),
            statement_lines=self._get_statement_lines_query(company, journals),
            before=before,
            limit=limit,
        )

    @api.model
    def _read_receipts(self, company, before=None, limit=None):
        """
        :return: ``(receipts, kept_out)``: list of :class:`Receipt`, whose ids are
            :class:`ReceiptId`; and ``{receipt: why}`` for money that nothing is to be proposed for: a reason, or
            an exception, and then no more is sure than how much it is
        """
        self._flush_sources()
        by_id = {}
        for row in self.env.execute_query_dict(self._get_receipts_query(company, before, limit)):
            by_id.setdefault(_get_receipt_id(row), []).append(row)
        entries = list(by_id.values())
        found, errors = build_each(entries, self._make_receipt_of_entry)
        kept_out = {_make_plain(entries[place], self.env): e for place, e in errors.items()}
        kept_out |= {receipt: why for receipt, why in found if why}
        return [receipt for receipt, why in found if not why], kept_out

    @api.model
    def _make_receipt_of_entry(self, rows):
        """
        :return: ``(receipt, reason to leave it alone or None)``
        """
        count = sum(row['has_line'] for row in rows)
        if count != 1:
            statement_line = self.env['account.bank.statement.line']
            statement_line = statement_line.browse(rows[0]['statement_line_id'])
            raise UserError(self._explain_suspense_lines(statement_line, count))
        why, about = rows[0]['why'], rows[0]['about']
        return self._make_receipt(rows[0]), reason(why, about=about or '') if why else None

    @api.model
    def _explain_suspense_lines(self, statement_line, count):
        """Why money cannot be booked of which there is not one line on the suspense account."""
        if count:
            return self.env._(
                "The bank entry has %(count)s lines on the suspense account instead of one. Please"
                " book it by hand.",
                count=count,
            )
        return self.env._(
            "The bank entry has no line on %(account)s, the suspense account of %(journal)s, which"
            " was perhaps changed since. Please reset the transaction, or book it by hand.",
            account=statement_line.journal_id.suspense_account_id.display_name,
            journal=statement_line.journal_id.display_name,
        )

    @api.model
    def _make_receipt(self, row):
        currency = self.env['res.currency'].browse(row['currency_id'])
        by_payment = row['line_id'] is not None
        narration = html2plaintext((row['narration'] or '')[:LONGEST_DETAILS])
        return Receipt(
            id=_get_receipt_id(row),
            amount=to_minor(row['open'], currency),
            currency=currency.name,
            date=row['date'],
            text=' '.join(filter(None, (row['text'], narration, *_read_texts(row['details']))))[
                :LONGEST_TEXT
            ],
            reference=(row['reference'] or '')[:LONGEST_NAME],
            payer_name=(row['payer_name'] or '')[:LONGEST_NAME],
            payer_account=(row['payer_account'] or '')[:LONGEST_NAME],
            partner=row['commercial_partner_id'],
            from_bank=not by_payment,
        )

    # -------------------------------------------------------------------------
    # Open items
    # -------------------------------------------------------------------------

    @api.model
    def _get_items_query(self):
        """Open receivables of posted invoices of the environment's companies, through the core's
        partial index of open items, whose condition ``reconciled IS NOT TRUE`` has to be written just
        so."""
        return SQL(
            """
            SELECT item.id,
                   debtor.commercial_partner_id,
                   item.amount_residual_currency,
                   item.amount_currency,
                   item.currency_id,
                   invoice.name,
                   COALESCE(invoice.invoice_date, item.date),
                   COALESCE(item.date_maturity, item.date),
                   debtor.name,
                   holder.name,
                   invoice.payment_reference,
                   invoice.ref,
                   item.discount_date,
                   item.discount_amount_currency
              FROM (
                        SELECT *
                          FROM account_move_line
                         WHERE account_id IN %s
                           AND reconciled IS NOT TRUE
                           AND parent_state = 'posted'
                           AND amount_residual > 0
                           AND amount_residual_currency > 0
                           AND company_id IN %s
                        OFFSET 0
                   ) item
              JOIN account_move invoice ON invoice.id = item.move_id
              JOIN res_partner debtor ON debtor.id = item.partner_id
              JOIN res_partner holder ON holder.id = debtor.commercial_partner_id
             WHERE invoice.move_type IN %s
               AND invoice.payment_state IN %s
            """,
            self.env['pos_receivable.open.item']._get_account_ids(),
            tuple(self.env.companies.ids) or (0,),
            COLLECTABLE_TYPES,
            OPEN_STATES,
        )

    @api.model
    def _read_items(self):
        """
        :return: ``(items, errors)``: list of :class:`OpenItem`, of the environment's companies,
            and ``{id of a journal item: exception}``
        """
        self._flush_sources()
        currencies = {currency.id: currency for currency in self._read_currencies().values()}
        rows = self.env.execute_query(self._get_items_query())
        items, errors = build_each(rows, lambda row: self._make_item(row, currencies))
        return items, {rows[place][0]: error for place, error in errors.items()}

    @api.model
    def _make_item(self, row, currencies):
        (
            id_,
            group,
            residual,
            total,
            currency_id,
            number,
            issued,
            due,
            debtor,
            holder,
            reference,
            customer_reference,
            discount_until,
            discounted,
        ) = row
        currency = currencies[currency_id]
        open_ = to_minor(residual, currency)
        if not open_:
            raise UserError(
                self.env._(
                    "What is open, %(amount)s, is less than the smallest unit of %(currency)s.",
                    amount=residual,
                    currency=currency.name,
                )
            )
        untouched = not currency.compare_amounts(residual, total)
        # The core may compute one that is above the total: nobody has anything of that.
        discounted = to_minor(discounted, currency) if discounted and untouched else 0
        has_discount = bool(discount_until and 0 < discounted <= open_)
        return OpenItem(
            id=id_,
            group=group,
            residual=open_,
            currency=currency.name,
            number=number or '/',
            issued=issued,
            due=due,
            names=tuple(dict.fromkeys(filter(None, (debtor, holder)))),
            payment_reference=reference or '',
            other_references=(customer_reference,) if customer_reference else (),
            discounted=discounted if has_discount else None,
            discount_until=discount_until if has_discount else None,
        )

    @api.model
    def _read_currencies(self):
        """
        :return: ``{name: currency}``, archived ones among them
        """
        ids = self._get_currency_ids()
        currencies = self.env['res.currency'].browse(ids.values())
        return dict(zip(ids, currencies, strict=True))

    @ormcache(cache='stable')  # which the core clears when a currency changes
    def _get_currency_ids(self):
        currencies = self.env['res.currency'].with_context(active_test=False)
        currencies = currencies.search([('name', '!=', False)])
        return {currency.name: currency.id for currency in currencies}

    @api.model
    def _flush_sources(self):
        self.env['pos_receivable.open.item']._flush_open_items()
        self.env['account.move'].flush_model()
        self.env['account.bank.statement.line'].flush_model()
        self.env['account.journal'].flush_model(['suspense_account_id'])
        self.env['res.partner'].flush_model()
        self.env['pos_receivable.match.proposal'].flush_model()
        self.env['pos_receivable.match.rejection'].flush_model()


def _read_texts(details):
    """What is written in the structure that a bank has delivered; not how it names its parts.

    >>> list(_read_texts({'purpose': ['Rent', 'May'], 'number': 7, 'instant': True, 'fee': 0.1}))
    ['Rent', 'May', '7']
    """
    if isinstance(details, dict):
        details = list(details.values())
    if isinstance(details, list):
        for detail in details:
            yield from _read_texts(detail)
    elif isinstance(details, str) or type(details) is int:
        yield str(details)


def _get_receipt_id(row):
    return ReceiptId.of(row['line_id'], row['statement_line_id'])


def _make_plain(rows, env):
    """What is sure of money whose entry makes no sense: how much it is, of when, what is written."""
    currency = env['res.currency'].browse(rows[0]['currency_id'])
    same = [row['open'] for row in rows if row['currency_id'] == currency.id]
    return Receipt(
        id=_get_receipt_id(rows[0]),
        amount=to_minor(sum(same), currency),
        currency=currency.name,
        date=rows[0]['date'],
        text=rows[0]['text'] or '',
        payer_name=rows[0]['payer_name'] or '',
        payer_account=rows[0]['payer_account'] or '',
    )
