import datetime
from collections.abc import Mapping
from dataclasses import dataclass

from odoo import api, fields, models
from odoo.exceptions import MissingError, UserError
from odoo.tools import format_date
from odoo.tools.float_utils import float_is_zero

from ..tools.locks import lock_rows
from ..tools.payload import read_date, read_id, read_number, read_text
from .account_move import COLLECTABLE_TYPES
from .pos_receivable_position import Scope

# What an allocation of a request names: an invoice, or what is owed without one.
DEBT_KEYS = ('invoice_id', 'item_id', 'pos_payment_uuid')
MAX_ALLOCATIONS = 500
MAX_AGE = datetime.timedelta(days=366)


@dataclass(frozen=True)
class Collection:
    """A payment that may be booked just as it is: read, locked and checked. Amounts are in the
    session's currency; ``amounts`` and ``due`` are by debt: an
    invoice, or what is owed without one, see ``pos_receivable.debt``."""

    uuid: str
    journal: models.BaseModel
    date: datetime.date
    reference: str
    amounts: Mapping  # what each debt is paid for
    due: Mapping  # what leaves nothing open on it, before this payment
    total: float  # what the invoices are paid for together
    on_account: float  # what is kept for later purchases besides, or alone
    rounding: float  # how much less cash is received, negative when more is
    rounding_account: models.BaseModel
    tendered: float | bool  # False when no cash was counted
    change: float
    shortfalls: tuple = ()  # why some of the invoices stay open, each a Shortfall


class PosReceivableCollectionRequest(models.AbstractModel):
    """From what the browser proposes to what may be booked. Called elevated, with a session and a
    customer whom the caller has checked; every other record is checked against these here.

    Refuses by UserError, in a cashier's words."""

    _name = 'pos_receivable.collection.request'
    _description = "Reading What Is to Be Collected"

    @api.model
    def _read(self, session, partner, uuid, given):
        """Read a request and lock what it pays.

        :param dict given: the other arguments of ``pos.session.collect_invoice_payment``
        :return: a :class:`Collection`
        """
        currency = session.currency_id
        journal = self._read_journal(session, given['journal_id'])
        date = self._read_date(session, given['payment_date'], journal)
        reference = read_text(given['reference'], 100)
        if reference is None:
            raise UserError(self.env._("The reference is too long or has unusable characters."))
        deposits = self.env['pos_receivable.deposit']
        on_account = deposits._read_amount(session, partner, given['on_account'])
        asked = {}
        if not on_account or given['allocations'] not in (None, [], ()):
            asked = self._read_allocations(session, given['allocations'], partner)
        due = self._get_due(session, asked, date)
        amounts = {
            invoice: self._check_amount(session, invoice, amount, due[invoice])
            for invoice, amount in asked.items()
        }
        self._check_discounts_bookable(session, amounts, date, journal)
        total = currency.round(sum(amounts.values()))
        if not asked:
            on_account = deposits._round_cash(session, on_account, journal)
        received = currency.round(total + on_account)
        rounding, rounding_account = self._get_cash_rounding(session, received, journal)
        tendered, change = self._read_tendered(
            session, given['tendered'], currency.round(received - rounding), journal
        )
        invoices = self.env['pos_receivable.debt']._filter_invoices(amounts)
        shortfalls = self.env['pos_receivable.shortfall']._read_requested(
            session,
            given.get('shortfalls'),
            {invoice: amounts[invoice] for invoice in invoices},
            due,
            date,
        )
        return Collection(
            uuid=uuid,
            journal=journal,
            date=date,
            reference=reference,
            amounts=amounts,
            due=due,
            total=total,
            on_account=on_account,
            rounding=rounding,
            rounding_account=rounding_account,
            tendered=tendered,
            change=change,
            shortfalls=shortfalls,
        )

    # -------------------------------------------------------------------------
    # Where and when
    # -------------------------------------------------------------------------

    @api.model
    def _read_journal(self, session, journal_id):
        journals = session.config_id._get_invoice_payment_journals()
        journal = journals.filtered(lambda journal: journal.id == read_id(journal_id))
        if not journal:
            raise UserError(
                self.env._(
                    "Choose one of the payment methods offered at %(shop)s.",
                    shop=session.config_id.name,
                )
            )
        return journal

    @api.model
    def _read_date(self, session, payment_date, journal):
        today = fields.Date.context_today(session)
        date = today if payment_date in (None, False, '') else read_date(payment_date)
        if not date:
            raise UserError(self.env._("This is not a date: choose it again."))
        if date > today:
            raise UserError(self.env._("The payment date cannot be in the future."))
        if date < today - MAX_AGE:
            # Numbers of a journal follow its dates: a mistyped year would spoil them for good.
            raise UserError(
                self.env._("The payment date is more than a year ago: check what was typed.")
            )
        if locks := session.company_id._get_violated_lock_dates(date, False, journal):
            raise UserError(
                self.env._(
                    "The books are closed up to %(date)s. Choose a later payment date.",
                    date=format_date(self.env, locks[-1][0]),
                )
            )
        return date

    # -------------------------------------------------------------------------
    # Which invoices
    # -------------------------------------------------------------------------

    @api.model
    def _read_allocations(self, session, allocations, partner):
        """The requested amounts by what they are for, locked; their size is not checked yet.

        :return: ``{debt: amount}`` in the order given, ``None`` for what is no number; a debt is an
            invoice, a journal item or the payment of an order, see ``pos_receivable.debt``
        """
        if not isinstance(allocations, list | tuple) or not allocations:
            raise UserError(self.env._("Choose at least one invoice to pay."))
        amounts = {}
        for allocation in allocations[: MAX_ALLOCATIONS + 1]:
            key = self._read_key(allocation)
            if key in amounts:
                raise UserError(self.env._("An invoice is listed twice in this payment."))
            amounts[key] = read_number(allocation.get('amount'))
        if len(amounts) > MAX_ALLOCATIONS:
            raise UserError(
                self.env._("At most %(count)s invoices can be paid at once.", count=MAX_ALLOCATIONS)
            )
        asked = {name: [value for key, value in amounts if key == name] for name in DEBT_KEYS}
        debts = self._read_debts(session, partner, asked)
        if len(set(debts.values())) < len(amounts):
            raise UserError(self.env._("An invoice is listed twice in this payment."))
        return {debts[key]: amount for key, amount in amounts.items()}

    @api.model
    def _read_debts(self, session, partner, asked):
        """
        :param dict asked: what is to be paid, by the keys of an allocation
        :return: ``{(key, value): debt}``, locked
        """
        service = self.env['pos_receivable.debt']
        invoices = self.env['account.move'].browse(asked['invoice_id'])
        self._check_collectable(session, invoices, partner, len(asked['invoice_id']))
        items = service._read_items(session, partner, asked['item_id'])
        self._lock_invoices(invoices, items)
        invoices._book_receivable_online_payments()
        orders = service._read_orders(session, partner, asked['pos_payment_uuid'])
        closed = [debt for debt in orders.values() if debt._name == items._name]
        lock_rows(items.union(*closed))
        service._settle_against(items.union(*closed))
        return {
            **{('invoice_id', invoice.id): invoice for invoice in invoices},
            **{('item_id', item.id): item for item in items},
            **{('pos_payment_uuid', uuid): debt for uuid, debt in orders.items()},
        }

    @api.model
    def _read_key(self, allocation):
        """What an allocation is for: ``(one of DEBT_KEYS, its value)``."""
        if not isinstance(allocation, dict):
            raise UserError(self.env._("Choose at least one invoice to pay."))
        named = [name for name in DEBT_KEYS if allocation.get(name) not in (None, False)]
        if len(named) > 1:
            raise UserError(self.env._("Each amount is for one thing. Refresh the list."))
        name = named[0] if named else 'invoice_id'
        value = allocation.get(name)
        value = read_text(value, 64) if name == 'pos_payment_uuid' else read_id(value)
        if not value:
            raise UserError(self.env._("This invoice no longer exists. Refresh the list."))
        return name, value

    @api.model
    def _lock_invoices(self, invoices, items=()):
        """Wait for whoever is paying these invoices, then keep others from doing so: in the order
        in which the core's reconciliation writes them.

        Of other ``items`` that are paid the entry is left alone: a whole session's customers share it.
        """
        lines = invoices._get_open_receivable_lines().values()
        lock_rows(self.env['account.move.line'].union(*lines, *items))
        lock_rows(invoices)

    @api.model
    def _check_collectable(self, session, invoices, partner, expected_count):
        # One answer for whatever is not this customer's: it must not tell what exists elsewhere.
        try:
            foreign = invoices.filtered(
                lambda invoice: (
                    invoice.company_id != session.company_id
                    or invoice.move_type not in COLLECTABLE_TYPES
                    or invoice.commercial_partner_id != partner.commercial_partner_id
                )
            )
        except MissingError:
            foreign = invoices
        if foreign or len(invoices) != expected_count:
            raise UserError(
                self.env._(
                    "This is not an open invoice of %(customer)s. Refresh the list.",
                    customer=partner.display_name,
                )
            )
        for invoice in invoices:
            if invoice.state != 'posted':
                raise UserError(
                    self.env._(
                        "%(invoice)s is not confirmed, so it cannot be paid yet.",
                        invoice=invoice.display_name,
                    )
                )
            if invoice.payment_state == 'blocked':
                raise UserError(
                    self.env._(
                        "%(invoice)s is blocked: ask the accounting department before taking money"
                        " for it.",
                        invoice=invoice.name,
                    )
                )

    # -------------------------------------------------------------------------
    # How much
    # -------------------------------------------------------------------------

    @api.model
    def _get_due(self, session, amounts, date):
        """
        :return: ``{debt: what is due on it}``, zero where nothing can be paid any more
        """
        debts = self.env['pos_receivable.debt']
        invoices = debts._filter_invoices(amounts)
        due = {
            invoice: values['due'] if invoice._is_receivable_collectable() else 0.0
            for invoice, values in invoices._get_receivable_amounts(
                session.currency_id, date
            ).items()
        }
        scope = Scope(session.company_id, session.currency_id, date)
        others = [record for record in amounts if record not in due]
        return due | {record: debts._get_due(record, scope) for record in others}

    @api.model
    def _check_amount(self, session, debt, amount, due):
        """Refuse what is not exactly payable now.

        :return: ``amount`` in whole steps of the currency
        """
        currency = session.currency_id
        name = self.env['pos_receivable.debt']._get_name(debt)
        if currency.is_zero(due):
            raise UserError(self._explain_paid(debt))
        if amount is None:
            raise UserError(self.env._("The amount for %(invoice)s is not a number.", invoice=name))
        if currency.compare_amounts(amount, 0) <= 0:
            raise UserError(
                self.env._("The amount for %(invoice)s must be more than zero.", invoice=name)
            )
        if currency.compare_amounts(amount, due) > 0:
            raise UserError(self._explain_too_much(session, debt, due))
        if not float_is_zero(
            amount - currency.round(amount), precision_rounding=currency.rounding / 1000
        ):
            raise UserError(
                self.env._(
                    "The amount for %(invoice)s has too many decimals: the smallest step is"
                    " %(step)s.",
                    invoice=name,
                    step=currency.format(currency.rounding),
                )
            )
        return currency.round(amount)

    @api.model
    def _check_discounts_bookable(self, session, amounts, date, journal):
        """A discount takes back a part of the taxes, which a closed tax period does not allow: the
        core would date the whole payment later.

        :raise UserError: an invoice would be paid with such a discount
        """
        locks = session.company_id._get_violated_lock_dates(date, True, journal)
        if not locks:
            return
        currency = session.currency_id
        invoices = self.env['pos_receivable.debt']._filter_invoices(amounts)
        for invoice, values in invoices._get_receivable_amounts(currency, date).items():
            if (
                values['discount_date']
                and not currency.compare_amounts(amounts[invoice], values['due_now'])
                and invoice._affect_tax_report()
            ):
                raise UserError(
                    self.env._(
                        "Taxes are closed up to %(date)s, so the discount on %(invoice)s cannot be"
                        " booked on that day. Choose a later payment date.",
                        date=format_date(self.env, locks[-1][0]),
                        invoice=invoice.name,
                    )
                )

    @api.model
    def _explain_paid(self, debt):
        name = self.env['pos_receivable.debt']._get_name(debt)
        if story := self.env['pos_receivable.debt']._describe_last_payment(debt):
            return self.env._("%(invoice)s was already paid %(story)s.", invoice=name, story=story)
        return self.env._("Nothing is left to pay on %(invoice)s.", invoice=name)

    @api.model
    def _explain_too_much(self, session, debt, due):
        name = self.env['pos_receivable.debt']._get_name(debt)
        amount = session.currency_id.format(due)
        if story := self.env['pos_receivable.debt']._describe_last_payment(debt):
            return self.env._(
                "%(amount)s is the most that can be paid on %(invoice)s: a payment was received"
                " %(story)s.",
                amount=amount,
                invoice=name,
                story=story,
            )
        return self.env._(
            "%(amount)s is the most that can be paid on %(invoice)s.",
            amount=amount,
            invoice=name,
        )

    # -------------------------------------------------------------------------
    # Cash
    # -------------------------------------------------------------------------

    @api.model
    def _read_tendered(self, session, tendered, total, journal):
        """
        :return: ``(tendered, change)``; ``(False, 0.0)`` when no cash was counted
        """
        if tendered is None or tendered is False:
            return False, 0.0
        currency = session.currency_id
        if journal.type != 'cash':
            raise UserError(self.env._("Change can only be given for cash."))
        tendered = read_number(tendered)
        if tendered is None:
            raise UserError(self.env._("The cash received is not a number."))
        if currency.compare_amounts(tendered, total) < 0:
            raise UserError(
                self.env._(
                    "The cash received does not cover the payment of %(amount)s.",
                    amount=currency.format(total),
                )
            )
        return currency.round(tendered), currency.round(tendered - total)

    @api.model
    def _get_cash_rounding_method(self, session, journal):
        config = session.config_id
        methods = self.env['account.cash.rounding']
        # Without a method there is nothing to round by, however rounding is switched.
        is_rounded = journal.type == 'cash' and config.cash_rounding
        return config.rounding_method if is_rounded else methods

    @api.model
    def _get_cash_rounding(self, session, total, journal):
        """What the shop's coins cannot pay of ``total``.

        :return: ``(difference, account)``: positive when less cash is received than is settled,
            booked as a loss, negative when more is, booked as a profit; ``(0.0, no account)``
            where nothing is rounded
        :raise UserError: nothing would be left to pay, or no account to book the difference on
        """
        currency = session.currency_id
        accounts = self.env['account.account']
        method = self._get_cash_rounding_method(session, journal)
        if not method:
            return 0.0, accounts
        cash = currency.round(method.round(total))
        difference = currency.round(total - cash)
        if currency.is_zero(difference):
            return 0.0, accounts
        if currency.compare_amounts(cash, 0) <= 0:
            raise UserError(
                self.env._(
                    "%(amount)s is too little to be paid in cash.", amount=currency.format(total)
                )
            )
        account = (
            method.loss_account_id or journal.loss_account_id
            if difference > 0
            else method.profit_account_id or journal.profit_account_id
        )
        if not account:
            raise UserError(
                self.env._(
                    "Ask a manager: the cash rounding %(rounding)s has no profit and loss accounts"
                    " (Invoicing → Configuration → Cash Roundings).",
                    rounding=method.name,
                )
            )
        return difference, account
