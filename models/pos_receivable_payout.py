from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools.float_utils import float_is_zero

from ..tools.locks import lock_rows
from ..tools.payload import read_id, read_number


class PosReceivablePayout(models.AbstractModel):
    """Give a customer money back that stands on their account: what was left there, or a credit note.
    Called elevated, with a session whose manager the caller has checked."""

    _name = 'pos_receivable.payout'
    _description = "Paying a Credit Out"

    @api.model
    def _pay_out(self, session, uuid, credit_id, amount, journal_id):
        """Lock, decide, book.

        :return: as ``pos.session.refund_on_account``
        :raise UserError: in a cashier's words; nothing has been written
        """
        collections = self.env['pos_receivable.collection']
        collections._begin(session, uuid)
        requests = self.env['pos_receivable.collection.request']
        journal = requests._read_journal(session, journal_id)
        date = requests._read_date(session, None, journal)
        credit, partner = self._read_credit(session, credit_id)
        amount = self._read_amount(session, credit, amount, journal)
        before = -credit.amount_residual_currency
        with collections._book_once():
            payment = self._create_payment(session, uuid, partner, credit, amount, journal, date)
        self._check_booked(payment, credit, before)
        payment.pos_invoice_payment_data = {
            'payment': {
                **collections._prepare_summary(payment, partner),
                'tendered': False,
                'change': 0.0,
                'rounding': 0.0,
                'settled': 0.0,
                'credit': {
                    'id': credit.id,
                    'name': credit.move_id.name,
                    'balance_before': before,
                    'balance_after': -credit.amount_residual_currency,
                },
            },
            'invoices': [],
        }
        credit.move_id.message_post(
            body=self.env._(
                "%(amount)s paid out at %(shop)s by %(cashier)s: %(payment)s.",
                amount=payment.currency_id.format(amount),
                shop=session.config_id.name,
                cashier=payment.pos_cashier_name,
                payment=payment.name,
            )
        )
        return payment._prepare_invoice_payment_answer()

    @api.model
    def _read_credit(self, session, credit_id):
        """
        :return: ``(journal item, customer)``, the item locked
        """
        gone = self.env._(
            "This credit is no longer available: it may have been used meanwhile. Refresh the list."
        )
        credit = self.env['account.move.line'].browse(read_id(credit_id)).exists()
        if not credit.partner_id:
            raise UserError(gone)
        # Refuses a customer whom whoever stands there may not see.
        cashier_session = session.sudo(False)
        partner = cashier_session._read_invoice_payment_partner(credit.partner_id.id).sudo()
        scope = session._get_invoice_payment_scope()
        position = self.env['pos_receivable.position']
        domain = Domain('id', '=', credit.id) & position._get_open_credit_domain(partner, scope)
        if not self.env['account.move.line'].search_count(domain):
            raise UserError(gone)
        lock_rows(credit)
        if credit.currency_id != session.currency_id:
            raise UserError(
                self.env._(
                    "%(credit)s is in %(currency)s: ask an accountant to pay it out.",
                    credit=credit.move_id.name,
                    currency=credit.currency_id.name,
                )
            )
        return credit, partner

    @api.model
    def _read_amount(self, session, credit, amount, journal):
        currency = session.currency_id
        amount = read_number(amount)
        if amount is None:
            raise UserError(self.env._("The amount to pay out is not a number."))
        if currency.compare_amounts(amount, 0) <= 0:
            raise UserError(self.env._("The amount to pay out must be more than zero."))
        available = -credit.amount_residual_currency
        if currency.compare_amounts(amount, available) > 0:
            raise UserError(
                self.env._(
                    "%(amount)s is all that is left of %(credit)s.",
                    amount=currency.format(available),
                    credit=credit.move_id.name,
                )
            )
        method = self.env['pos_receivable.collection.request']._get_cash_rounding_method(
            session, journal
        )
        step = max(currency.rounding, method.rounding)
        if not float_is_zero(
            amount - currency.round(amount), precision_rounding=currency.rounding / 1000
        ) or (method and currency.compare_amounts(method.round(amount), amount)):
            raise UserError(
                self.env._(
                    "%(amount)s cannot be paid out: the smallest step is %(step)s.",
                    amount=currency.format(amount),
                    step=currency.format(step),
                )
            )
        return currency.round(amount)

    @api.model
    def _create_payment(self, session, uuid, partner, credit, amount, journal, date):
        method, account = self.env['pos_receivable.booking']._get_accounts(
            journal, payment_type='outbound'
        )
        payment = self.env['account.payment'].create(
            {
                'payment_type': 'outbound',
                'partner_type': 'customer',
                'partner_id': partner.commercial_partner_id.id,
                'amount': amount,
                'currency_id': session.currency_id.id,
                'company_id': session.company_id.id,
                'date': date,
                'memo': self.with_context(lang=session.company_id.partner_id.lang).env._(
                    "%(credit)s paid out", credit=credit.move_id.name
                ),
                'journal_id': journal.id,
                'payment_method_line_id': method.id,
                'destination_account_id': credit.account_id.id,
                'force_outstanding_account_id': account.id,
                'pos_session_id': session.id,
                'pos_invoice_payment_uuid': uuid,
                'pos_cashier_name': session._get_invoice_payment_cashier_name(),
                'write_off_line_vals': [],  # has the core make the entry at once
            }
        )
        payment.action_post()
        (payment._seek_for_lines()[1] + credit).reconcile()
        return payment

    @api.model
    def _check_booked(self, payment, credit, before):
        """Refuse what did not come out as it was asked for."""
        liquidity, counterpart, write_off = payment._seek_for_lines()
        currency = payment.currency_id
        if (
            payment.move_id.state != 'posted'
            or write_off
            or not all(counterpart.mapped('reconciled'))
            or currency.compare_amounts(-sum(liquidity.mapped('amount_currency')), payment.amount)
            or currency.compare_amounts(before - payment.amount, -credit.amount_residual_currency)
        ):
            raise UserError(
                self.env._(
                    "This could not be matched with %(credit)s, so nothing was booked. Please ask an"
                    " accountant to pay it out.",
                    credit=credit.move_id.name,
                )
            )
