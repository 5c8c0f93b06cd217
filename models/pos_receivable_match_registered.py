from odoo import api, models
from odoo.tools import SQL

from .pos_receivable_match_source import from_minor, to_minor


class PosReceivableMatchSource(models.AbstractModel):
    """Money that is registered as a payment and waits for its line on a bank statement. When that
    comes, it is this money, not new money for an invoice."""

    _inherit = 'pos_receivable.match.source'  # pylint: disable=consider-merging-classes-inherited

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
            SELECT registered.payment_id,
                   registered.currency_id,
                   registered.open,
                   payer.commercial_partner_id
              FROM (
                        SELECT item.payment_id,
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
                        SELECT id, currency_id, amount
                          FROM account_payment
                         WHERE is_matched IS NOT TRUE
                           AND journal_id IN %(journals)s
                           AND move_id IS NULL
                           AND amount IN %(amounts)s
                   ) registered
              JOIN account_payment payment ON payment.id = registered.payment_id
              JOIN res_partner payer ON payer.id = payment.partner_id
             WHERE payment.state IN ('in_process', 'paid')
               AND payment.payment_type = 'inbound'
               AND payment.partner_type = 'customer'
            """,
            accounts=self._get_outstanding_account_ids(),
            amounts=tuple(amounts),
            companies=companies,
            journals=self.env['pos_receivable.reconcile.evidence']._get_journal_ids(
                company.browse(companies)
            ),
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
    def _read_registered(self, company, amounts):
        """
        :param amounts: set of ``(currency, amount in its minor units)`` that came in
        :return: ``{(commercial partner, currency, amount): payment}``, ids and the currency's name
        """
        if not amounts:
            return {}
        self._flush_sources()
        currencies = self._read_currencies()
        by_id = {currency.id: currency for currency in currencies.values()}
        units = {from_minor(amount, currencies[name]) for name, amount in amounts}
        rows = self.env.execute_query(self._get_registered_query(company, units))
        found = {}
        for payment, currency_id, left, partner in sorted(rows):
            currency = by_id[currency_id]
            found.setdefault((partner, currency.name, to_minor(left, currency)), payment)
        return found
