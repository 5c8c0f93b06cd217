from collections import Counter, defaultdict
from datetime import timedelta

from stdnum import iso11649
from stdnum.ch import esr

from odoo import api, models
from odoo.tools import SQL

from odoo.addons.account.tools import structured_reference
from odoo.addons.pos_receivable.models.account_move import COLLECTABLE_TYPES

from ..matching import Knowledge, Policy
from ..matching.accounts import normalise_account
from ..matching.names import normalise
from ..tools.receipt_id import LINE, STATEMENT, ReceiptId, split
from .source import to_minor

NEVER_AGAIN = 2  # rejections after which it is not proposed any more
# Elsewhere a tenth of all digits pass for a reference: only where such references are used.
NATIONAL = {
    'FI': structured_reference.is_valid_structured_reference_fi,
    'NL': structured_reference.is_valid_structured_reference_nl,
    'NO': structured_reference.is_valid_structured_reference_no_se,
    'SE': structured_reference.is_valid_structured_reference_no_se,
    'SI': structured_reference.is_valid_structured_reference_si,
}


def _is_swiss(compact):
    return len(compact) == 27 and compact.isdigit() and esr.is_valid(compact)


class PosReceivableMatchKnowledge(models.AbstractModel):
    """What is known beside the money and the invoices: whose account it is, what people taught,
    which references are in use, rates, and what may be booked."""

    _name = 'pos_receivable.match.knowledge'
    _inherit = 'pos_receivable.jobs'
    _description = "Matching: Knowledge"

    @api.model
    def _read_knowledge(self, company, receipts):
        accounts, learned = self._read_accounts(company, receipts)
        rejections = self._read_rejections(receipts)
        return Knowledge(
            accounts=accounts,
            learned_accounts=learned,
            aliases=self._read_aliases(company, receipts),
            validators=self._get_validators(company),
            convert=self._make_converter(company),
            rejected={
                receipt: [items for items, count in sets.items() if count >= NEVER_AGAIN]
                for receipt, sets in rejections.items()
            },
            doubted=rejections,
            seen=self._read_seen(company, receipts, accounts),
        )

    @api.model
    def _read_accounts(self, company, receipts):
        """
        :return: ``({account: customers}, {accounts that accepting taught})``
        """
        numbers = {normalise_account(receipt.payer_account) for receipt in receipts} - {''}
        # Elevated: whose account it is counts, whether or not the user may see bank accounts.
        banks = self.env['res.partner.bank'].sudo()
        banks = banks.search(
            [
                ('sanitized_acc_number', 'in', list(numbers)),
                ('company_id', 'in', (False, *self._get_tree(company.root_id).ids)),
            ]
        )
        # Elevated: that another company has learned it counts, though only there.
        taught = self.env['pos_receivable.match.account'].sudo()
        taught = taught.search([('bank_id', 'in', banks.ids)])
        confirmed = taught.filtered(lambda a: a.count and a.company_id == company.root_id).bank_id
        taught = taught.bank_id.filtered(lambda bank: not bank.allow_out_payment)
        accounts = {}
        for bank in banks - (taught - confirmed):
            holder = bank.partner_id.commercial_partner_id
            accounts.setdefault(normalise_account(bank.acc_number), set()).add(holder.id)
        for number, customer in self._read_payers(accounts):
            accounts[number].add(customer)
        return accounts, {normalise_account(bank.acc_number) for bank in taught & confirmed}

    @api.model
    def _read_payers(self, numbers):
        """For whom was paid from the accounts ``numbers``, as far as it was accepted and stands.

        :return: list of ``(account, commercial partner)``
        """
        if not numbers:
            return []
        return self.env.execute_query(self._get_payers_query(numbers))

    @api.model
    def _get_payers_query(self, numbers):
        """Through an index of its own, whose expression and condition have to be written just
        so."""
        return SQL(
            """
            SELECT DISTINCT
                   UPPER(REGEXP_REPLACE(proposal.payer_account, '[^A-Za-z0-9]', '', 'g')),
                   customer.commercial_partner_id
              FROM pos_receivable_match_proposal proposal
              JOIN pos_receivable_match_allocation allocation
                ON allocation.candidate_id = proposal.candidate_id
              JOIN account_move_line item ON item.id = allocation.line_id
              JOIN res_partner customer ON customer.id = item.partner_id
             WHERE proposal.state = 'accepted'
               AND UPPER(REGEXP_REPLACE(proposal.payer_account, '[^A-Za-z0-9]', '', 'g')) IN %s
            """,
            tuple(numbers),
        )

    @api.model
    def _read_seen(self, company, receipts, accounts):
        """What the customers whose account alone speaks for them were invoiced and have paid, as far
        back as an equal amount makes one doubt which is meant.

        :param accounts: ``{account: customers}``
        :return: ``{(commercial partner, currency's name, amount): {id: day}}``; the ids are those of
            open items and of receipts, so that each is told from everything else
        """
        known = [(receipt, normalise_account(receipt.payer_account)) for receipt in receipts]
        known = [
            (receipt, number) for receipt, number in known if len(accounts.get(number, ())) == 1
        ]
        if not known:
            return {}
        holders = {number: next(iter(accounts[number])) for _receipt, number in known}
        days = timedelta(days=self._get_policy(company).recurring_days)
        since = min(receipt.date for receipt, _number in known) - days
        companies = self._get_tree(company.root_id)
        source = self.env['pos_receivable.match.source']
        source._flush_sources()
        currencies = {currency.id: currency for currency in source._read_currencies().values()}
        seen = defaultdict(dict)

        def note(customer, currency_id, amount, what, day):
            currency = currencies[currency_id]
            seen[customer, currency.name, to_minor(amount, currency)][what] = day

        customers = set(holders.values())
        booked = self.env.execute_query(self._get_booked_query(companies, customers, since))
        for customer, line, is_money, *amount, day in booked:
            note(customer, *amount, ReceiptId(LINE, line) if is_money else line, day)
        waiting = self.env.execute_query(self._get_waiting_query(companies, holders, since))
        for customer, number, line, *amount, day in waiting:
            for holder in {customer, holders.get(number)} & customers:
                note(holder, *amount, ReceiptId(STATEMENT, line), day)
        return dict(seen)

    @api.model
    def _get_booked_query(self, companies, customers, since):
        """Journal items on receivable accounts of ``customers``, settled or not: of invoices, drafts
        among them; of money; and of entries such as opening balances."""
        return SQL(
            """
            SELECT item.commercial_partner_id,
                   item.id,
                   item.amount_currency < 0,
                   item.currency_id,
                   ABS(item.amount_currency),
                   COALESCE(move.invoice_date, item.date)
              FROM (
                        SELECT debtor.commercial_partner_id, item.*
                          FROM res_partner debtor
                          JOIN account_move_line item ON item.partner_id = debtor.id
                         WHERE debtor.commercial_partner_id IN %(customers)s
                           AND item.account_id IN %(accounts)s
                           AND item.company_id IN %(companies)s
                           AND item.parent_state IN ('draft', 'posted')
                           AND item.date >= %(since)s
                        OFFSET 0
                   ) item
              JOIN account_move move ON move.id = item.move_id
             WHERE move.move_type = 'entry'
                OR (move.move_type IN %(types)s AND item.amount_currency > 0)
            """,
            customers=tuple(customers),
            accounts=self.env['pos_receivable.open.item']._get_account_ids(),
            companies=tuple(companies.ids) or (0,),
            since=since,
            types=COLLECTABLE_TYPES,
        )

    @api.model
    def _get_waiting_query(self, companies, numbers, since):
        """Money on bank statements that nobody has booked yet, of customers or from accounts.

        :param numbers: ``{account: commercial partner}``
        """
        source = self.env['pos_receivable.match.source']
        open_items = self.env['pos_receivable.open.item']
        lines = SQL(" UNION ALL ").join(
            source._get_statement_lines_query(company, open_items._get_journal_ids(company))
            for company in companies
        )
        return SQL(
            """
            SELECT *
              FROM (
                        SELECT payer.commercial_partner_id,
                               UPPER(REGEXP_REPLACE(waiting.payer_account, '[^A-Za-z0-9]', '', 'g'))
                                    AS payer_account,
                               waiting.statement_line_id,
                               waiting.currency_id,
                               waiting.open,
                               waiting.date
                          FROM (%(lines)s) waiting
                     LEFT JOIN res_partner payer ON payer.id = waiting.partner_id
                         WHERE waiting.date >= %(since)s
                   ) waiting
             WHERE commercial_partner_id IN %(customers)s OR payer_account IN %(numbers)s
            """,
            lines=lines,
            since=since,
            customers=tuple(numbers.values()),
            numbers=tuple(numbers),
        )

    @api.model
    def _read_aliases(self, company, receipts):
        names = {normalise(receipt.payer_name) for receipt in receipts} - {''}
        # Elevated: learned in the root company, which who works in a branch alone may not see.
        found = self.env['pos_receivable.match.alias'].sudo()
        found = found.search(
            [
                ('company_id', '=', company.root_id.id),
                ('name', 'in', list(names)),
                ('count', '>', 0),
            ]
        )
        aliases = {}
        for alias in found:
            counts = aliases.setdefault(alias.name, Counter())
            # Who was a customer alone may belong to a company by now.
            counts[alias.partner_id.commercial_partner_id.id] += alias.count
        return aliases

    @api.model
    def _read_rejections(self, receipts):
        """
        :return: ``{receipt id: {frozenset of the items' ids: how often rejected}}``; what a person
            has taken apart counts as rejected for good
        """
        lines, statement_lines = split(receipt.id for receipt in receipts)
        reported = self._find_reported(lines)
        rows = self.env.execute_query(
            SQL(
                """
                  SELECT line_id, statement_line_id, together, MAX(count)
                    FROM (
                            SELECT line_id,
                                   statement_line_id,
                                   COALESCE(together, item_id::varchar) AS together,
                                   count
                              FROM pos_receivable_match_rejection
                             WHERE line_id IN %(lines)s OR statement_line_id IN %(statement_lines)s
                         UNION ALL
                            SELECT apart.credit_id, NULL, apart.debit_id::varchar, %(never_again)s
                              FROM (%(kept_apart)s) apart
                             WHERE apart.credit_id IN %(lines)s
                         ) rejection
                GROUP BY line_id, statement_line_id, together
                """,
                lines=lines or (0,),
                statement_lines=(*statement_lines, *reported.values()) or (0,),
                never_again=NEVER_AGAIN,
                kept_apart=self.env['pos_receivable.reconcile.links']._get_items_kept_apart(),
            )
        )
        rejections = {}
        for line, statement_line, together, count in rows:
            receipt = ReceiptId.of(line, statement_line)
            items = frozenset(map(int, together.split(',')))
            rejections.setdefault(receipt, {})[items] = count
        for line, statement_line in reported.items():
            said = rejections.get(ReceiptId(STATEMENT, statement_line), {})
            rejections[ReceiptId(LINE, line)] = {
                **rejections.get(ReceiptId(LINE, line), {}),
                **said,
            }
        return rejections

    @api.model
    def _find_reported(self, lines):
        """
        :param lines: ids of journal items
        :return: ``{id: id of the statement line}`` of those by which the bank has reported money
        """
        if not lines:
            return {}
        rows = self.env.execute_query(
            SQL(
                "SELECT id, statement_line_id FROM account_move_line"
                " WHERE id IN %s AND statement_line_id IS NOT NULL",
                tuple(lines),
            )
        )
        return dict(rows)

    @api.model
    def _get_validators(self, company):
        country = company.account_fiscal_country_id.code or company.country_id.code
        validators = {
            'iso11649': iso11649.is_valid,
            'be': structured_reference.is_valid_structured_reference_be,
            'ch': _is_swiss,
        }
        if country in NATIONAL:
            validators[country.lower()] = NATIONAL[country]
        return validators

    @api.model
    def _make_converter(self, company):
        currencies = self.env['pos_receivable.match.source']._read_currencies()
        rates = {}

        def convert(amount, source, target, day):
            if not {source, target} <= currencies.keys():
                return None
            key = source, target, day
            if key not in rates:
                rates[key] = self.env['res.currency']._get_conversion_rate(
                    currencies[source], currencies[target], company, day
                )
            worth = amount / 10 ** currencies[source].decimal_places * rates[key]
            return to_minor(worth, currencies[target])

        return convert

    @api.model
    def _get_policy(self, company):
        """What may be booked without a person, beyond the modes: for other addons to extend."""
        return Policy()
