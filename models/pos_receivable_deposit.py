from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools.float_utils import float_is_zero

from ..tools.payload import read_number


class PosReceivableDeposit(models.AbstractModel):
    """Money that a customer leaves with us: received at a till for no invoice, kept on their account
    until it is used, refunded or taken back. Called elevated, with a session and a customer whom the
    caller has checked.

    In the ledger it is one receivable item of the payment, the last, marked and reconciled with
    nothing. Value-added tax on advances is not handled."""

    _name = 'pos_receivable.deposit'
    _description = "Money on Account"

    # -------------------------------------------------------------------------
    # What may be kept
    # -------------------------------------------------------------------------

    @api.model
    def _read_amount(self, session, partner, on_account):
        """
        :return: what is to be kept, in whole steps of the session's currency; 0.0 for nothing
        :raise UserError: in a cashier's words
        """
        if on_account is None or on_account is False:
            return 0.0
        currency = session.currency_id
        amount = read_number(on_account)
        if amount is None:
            raise UserError(self.env._("The amount to keep on account is not a number."))
        if not amount:
            return 0.0
        if currency.compare_amounts(amount, 0) <= 0:
            raise UserError(self.env._("The amount to keep on account must be more than zero."))
        self._check_allowed(session, partner, amount)
        if not float_is_zero(
            amount - currency.round(amount), precision_rounding=currency.rounding / 1000
        ):
            raise UserError(
                self.env._(
                    "The amount to keep on account has too many decimals: the smallest step is"
                    " %(step)s.",
                    step=currency.format(currency.rounding),
                )
            )
        return currency.round(amount)

    @api.model
    def _check_allowed(self, session, partner, amount):
        config, currency = session.config_id, session.currency_id
        if not config.invoice_payment_on_account:
            raise UserError(
                self.env._(
                    "%(shop)s keeps no money on account: take what is due only, or ask a manager to"
                    " switch it on.",
                    shop=config.name,
                )
            )
        most = config.invoice_payment_on_account_max
        if currency.compare_amounts(most, 0) > 0 and currency.compare_amounts(amount, most) > 0:
            raise UserError(
                self.env._(
                    "%(amount)s is the most that can be kept on account at once at %(shop)s.",
                    amount=currency.format(most),
                    shop=config.name,
                )
            )
        holder = partner.commercial_partner_id
        if holder.company_id and holder.company_id not in session.company_id.parent_ids:
            raise UserError(
                self.env._(
                    "%(customer)s is a customer of another company: choose somebody else.",
                    customer=partner.display_name,
                )
            )
        if not self._get_account(holder, session.company_id):
            raise UserError(
                self.env._(
                    "Ask a manager: %(customer)s has no account for what they owe (Contacts →"
                    " %(customer)s → Invoicing → Account Receivable).",
                    customer=holder.display_name,
                )
            )

    @api.model
    def _round_cash(self, session, amount, journal):
        """What coins can pay of a deposit: what is received is what is kept.

        :raise UserError: nothing would be left
        """
        currency = session.currency_id
        requests = self.env['pos_receivable.collection.request']
        method = requests._get_cash_rounding_method(session, journal)
        cash = currency.round(method.round(amount)) if method else amount
        if currency.compare_amounts(cash, 0) <= 0:
            raise UserError(
                self.env._(
                    "%(amount)s is too little to be paid in cash.", amount=currency.format(amount)
                )
            )
        return cash

    # -------------------------------------------------------------------------
    # In the ledger
    # -------------------------------------------------------------------------

    @api.model
    def _get_account(self, partner, company):
        return partner.with_company(company).property_account_receivable_id

    @api.model
    def _get_label(self, company):
        """What the ledger says, in the language of whoever reads it."""
        return self.with_context(lang=company.partner_id.lang).env._("On account")

    @api.model
    def _prepare_item_vals(self, vals, amount, purchase):
        """
        :param dict vals: values of the payment whose item it is
        :param float amount: positive, in the payment's currency
        :param purchase: the payment of an order on account that it is for, or none
        """
        company = self.env['res.company'].browse(vals['company_id'])
        partner = self.env['res.partner'].browse(vals['partner_id'])
        currency = self.env['res.currency'].browse(vals['currency_id'])
        return {
            'name': (
                self.env['pos_receivable.debt']._get_name(purchase)
                if purchase
                else self._get_label(company)
            ),
            'date_maturity': vals['date'],
            'partner_id': partner.id,
            'currency_id': currency.id,
            'account_id': self._get_account(partner, company).id,
            'amount_currency': -amount,
            'balance': -currency._convert(amount, company.currency_id, company, vals['date']),
            'pos_receivable_on_account': True,
            'pos_receivable_payment_id': purchase.id,
        }

    @api.model
    def _create_payment(self, values, kept):
        """Book money that is kept as a whole: a posted payment, reconciled with nothing.

        :param dict values: as :meth:`pos_receivable.booking._book` gives them to the core's wizard
        :param list kept: see :meth:`pos_receivable.booking._split_kept`
        """
        company = self.env['pos.session'].browse(values['pos_session_id']).company_id
        rounding = values['pos_rounding_difference']
        amount = sum(amount for _purchase, amount in kept) - rounding
        partner = self.env['res.partner'].browse(values['partner_id'])
        vals = {
            'payment_type': 'inbound',
            'partner_type': 'customer',
            'partner_id': partner.id,
            'amount': amount,
            'currency_id': values['currency_id'],
            'date': values['payment_date'],
            'memo': values['communication'] or self._get_label(company),
            'journal_id': values['journal_id'],
            'company_id': company.id,
            'payment_method_line_id': values['payment_method_line_id'],
            'destination_account_id': self._get_account(partner, company).id,
            'force_outstanding_account_id': values['pos_liquidity_account_id'],
            'payment_reference': values['pos_payment_reference'],
            'pos_session_id': values['pos_session_id'],
            'pos_invoice_payment_uuid': values['pos_invoice_payment_uuid'],
            'pos_cashier_name': values['pos_cashier_name'],
        }
        items = [self._prepare_item_vals(vals, part, purchase) for purchase, part in kept]
        if rounding:
            account = self.env['account.account'].browse(values['pos_rounding_account_id'])
            items.append(
                self.env['pos_receivable.booking']._prepare_rounding_vals(vals, rounding, account)
            )
        vals['line_ids'] = self.env['pos_receivable.booking']._prepare_line_commands(vals, items)
        payment = self.env['account.payment'].create(vals)
        payment.action_post()
        return payment

    @api.model
    def _get_items(self, payments):
        """The journal items of what these payments left open: on account, and for orders that were
        not in the books."""
        # Elevated: an accountant may ask too, and the mark is nobody's to see.
        lines = payments.move_id.line_ids
        return lines.sudo().filtered('pos_receivable_on_account').sudo(lines.env.su)

    @api.model
    def _get_kept(self, payment):
        """What was kept on account, as it is booked now; in the payment's currency, positive."""
        told = (payment.pos_invoice_payment_data or {}).get('payment', {}).get('on_account', 0.0)
        items = self._get_free_items(payment) if told else None
        return abs(sum(items.mapped('amount_currency'))) if items else told

    @api.model
    def _get_free_items(self, payments):
        """Those of what was kept for later purchases."""
        items = self._get_items(payments)
        linked = items.sudo().filtered('pos_receivable_payment_id')
        return items - linked.sudo(items.env.su)

    @api.model
    def _is_kept(self, payment, kept):
        """Whether exactly what is to be ``kept`` is open on the account, as it should be once it is
        booked; see :meth:`pos_receivable.booking._split_kept`."""
        items = self._get_items(payment).sorted('id')
        return (
            len(items) == len(kept)
            and not items.filtered('reconciled')
            and all(
                item.pos_receivable_payment_id == purchase
                and not payment.currency_id.compare_amounts(-item.amount_residual_currency, amount)
                for item, (purchase, amount) in zip(items, kept, strict=True)
            )
        )

    # -------------------------------------------------------------------------
    # Taken back
    # -------------------------------------------------------------------------

    @api.model
    def _check_unused(self, payment):
        """
        :raise UserError: what was kept has been used, saying for what
        """
        items = self._get_free_items(payment)
        used_for = items.matched_debit_ids.debit_move_id.move_id
        if not used_for:
            return
        currency = payment.currency_id
        raise UserError(
            self.env._(
                "%(used)s of %(kept)s that %(payment)s left on account was used since, for"
                " %(entries)s. Ask an accountant to undo that first.",
                used=currency.format(self._get_kept(payment) - self._get_open(items)),
                kept=currency.format(self._get_kept(payment)),
                payment=payment.name,
                entries=', '.join(used_for.sorted('id').mapped('name')),
            )
        )

    @api.model
    def _get_open(self, items):
        return abs(sum(items.mapped('amount_residual_currency')))
