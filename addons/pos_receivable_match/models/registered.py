from odoo import api, models
from odoo.tools import SQL

from odoo.addons.pos_receivable.tools.isolate import build_each

from ..matching import OpenItem
from .source import from_minor, to_minor


class PosReceivableMatchRegistered(models.AbstractModel):
    """Money that is registered as a payment and waits for its line on a bank statement. When that
    comes, it is this money, not new money for an invoice."""

    _name = 'pos_receivable.match.registered'
    _inherit = 'pos_receivable.jobs'
    _description = "Matching: Registered Payments"

    @api.model
    def _get_registered_query(self, company, amounts):
        """What is open of customers' payments on outstanding accounts, and payments in process
        without an entry, as there are where only the bank statement is booked.

        A payment that has an entry is *paid* when its invoices are, whether or not the money came.

        Each through a partial index of the core's, whose conditions ``reconciled IS NOT TRUE`` and
        ``is_matched IS NOT TRUE`` have to be written just so.

        :param amounts: of which one has to be open, in units of the payment's currency
        """
        companies = tuple(self._get_tree(company.root_id).ids) or (0,)
        return SQL(
            """
            SELECT registered.line_id,
                   registered.payment_id,
                   registered.company_id,
                   registered.currency_id,
                   registered.open,
                   payment.name,
                   payment.date,
                   payment.memo,
                   payment.payment_reference,
                   payer.name AS payer_name,
                   payer.commercial_partner_id,
                   ARRAY(
                        SELECT invoice.name
                          FROM account_move invoice
                         WHERE invoice.id IN (%(invoices)s)
                      ORDER BY invoice.id
                   ) AS invoices
              FROM (
                        SELECT item.id AS line_id,
                               item.payment_id,
                               item.company_id,
                               item.currency_id,
                               item.amount_residual_currency AS open
                          FROM account_move_line item
                         WHERE item.account_id IN %(accounts)s
                           AND item.reconciled IS NOT TRUE
                           AND item.amount_residual_currency IN %(amounts)s
                           AND item.parent_state = 'posted'
                           AND item.company_id IN %(companies)s
                           AND item.payment_id IS NOT NULL
                     UNION ALL
                        SELECT NULL, id, company_id, currency_id, amount
                          FROM account_payment
                         WHERE is_matched IS NOT TRUE
                           AND journal_id IN %(journals)s
                           AND move_id IS NULL
                           AND amount IN %(amounts)s
                           AND state = 'in_process'
                   ) registered
              JOIN account_payment payment ON payment.id = registered.payment_id
              JOIN res_partner payer ON payer.id = payment.partner_id
             WHERE payment.state IN ('in_process', 'paid')
               AND payment.payment_type = 'inbound'
               AND payment.partner_type = 'customer'
          ORDER BY payment.date, payment.id, registered.line_id
            """,
            accounts=self._get_outstanding_account_ids(),
            amounts=tuple(amounts),
            companies=companies,
            journals=self.env['pos_receivable.open.item']._get_journal_ids(
                company.browse(companies)
            ),
            invoices=self.env['pos_receivable.reconcile.links']._get_invoices_of_payment(),
        )

    @api.model
    def _get_outstanding_account_ids(self):
        """The accounts on which payments may wait for the bank, for ``IN``."""
        # Elevated, for ids only: an archived account may still have open items.
        accounts = self.env['account.account'].sudo().with_context(active_test=False)
        accounts = accounts.search(
            [
                ('reconcile', '=', True),
                ('account_type', 'not in', ('asset_receivable', 'liability_payable')),
            ]
        )
        return tuple(accounts.ids) or (0,)

    @api.model
    def _read_registered_rows(self, company, amounts):
        """
        :param amounts: set of ``(currency, amount in its minor units)`` that came in
        :return: list of rows with ``key``: the commercial partner, currency and amount in minor
            units; the oldest first
        """
        if not amounts:
            return []
        source = self.env['pos_receivable.match.source']
        source._flush_sources()
        currencies = source._read_currencies()
        by_id = {currency.id: currency for currency in currencies.values()}
        units = {from_minor(amount, currencies[name]) for name, amount in amounts}
        rows = self.env.execute_query_dict(self._get_registered_query(company, units))
        for row in rows:
            currency = by_id[row['currency_id']]
            amount = currency.name, to_minor(row['open'], currency)
            row['key'] = row['commercial_partner_id'], *amount
        return [row for row in rows if row['key'][1:] in amounts]

    @api.model
    def _read_registered(self, company, amounts):
        """
        :param amounts: set of ``(currency, amount in its minor units)`` that came in
        :return: ``{(commercial partner, currency, amount): payment}``, ids and the currency's name
        """
        rows = reversed(self._read_registered_rows(company, amounts))
        return {row['key']: row['payment_id'] for row in rows}

    @api.model
    def _read_registered_items(self, company, receipts):
        """
        :return: ``(items, errors)``: list of :class:`OpenItem`, what is open of payments on
            outstanding accounts and may be the money that the bank reports; and ``{id of a journal
            item: exception}``, of the environment's companies
        """
        amounts = {(receipt.currency, receipt.amount) for receipt in receipts if receipt.from_bank}
        rows = [
            row
            for row in self._read_registered_rows(company, amounts)
            if row['line_id'] and row['company_id'] in self.env.companies._ids
        ]
        items, errors = build_each(rows, _make_registered_item)
        return items, {rows[place]['line_id']: error for place, error in errors.items()}


def _make_registered_item(row):
    group, currency, amount = row['key']
    written = filter(None, (*row['invoices'], row['memo'], row['payment_reference']))
    reference, *others = list(dict.fromkeys(written)) or ['']
    return OpenItem(
        id=row['line_id'],
        group=group,
        residual=amount,
        currency=currency,
        number=row['name'] or '/',
        issued=row['date'],
        due=row['date'],
        names=(row['payer_name'],) if row['payer_name'] else (),
        payment_reference=reference,
        other_references=tuple(others),
        registered=True,
    )
