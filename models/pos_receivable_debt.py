from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..tools.locks import touch_rows
from .pos_receivable_account_debt import KINDS


class PosReceivableDebt(models.AbstractModel):
    """A *debt* is what a payment may be taken for: an invoice (``account.move``), a receivable item
    without one (``account.move.line``), or the payment of an order on account whose session is not
    closed (``pos.payment``). Here is what is asked of any of them. Called elevated.

    What is paid is always a receivable item. For an order that is not in the books yet, money is
    kept on account, and remembers what for."""

    _name = 'pos_receivable.debt'
    _description = "What May Be Paid"

    @api.model
    def _filter_invoices(self, debts):
        """The invoices among these, in their order."""
        return self.env['account.move'].union(
            *(debt for debt in debts if debt._name == 'account.move')
        )

    @api.model
    def _get_name(self, debt):
        """What a cashier calls it: the invoice, the receipt or the entry."""
        if debt._name == 'account.move':
            return debt.name
        if debt._name == 'account.move.line':
            return debt._get_receivable_name()
        return debt.pos_order_id.pos_reference or debt.pos_order_id.name

    @api.model
    def _get_lines(self, debt):
        """The open receivable items by which it is owed; none before a session is closed."""
        if debt._name == 'account.move':
            return debt._get_open_receivable_lines()[debt]
        if debt._name == 'account.move.line':
            return debt.filtered(lambda line: not line.reconciled)
        return self.env['account.move.line']

    @api.model
    def _count_terms(self, debt):
        """Of how many items it may consist, each rounded by itself."""
        if debt._name != 'account.move':
            return 1
        return len(debt.line_ids.filtered(lambda line: line.display_type == 'payment_term'))

    @api.model
    def _get_residual(self, debt):
        """What is open on it in the books, in its currency; 0.0 before a session is closed."""
        if debt._name == 'account.move':
            return debt.amount_residual
        if debt._name == 'account.move.line':
            return debt.amount_residual_currency
        return 0.0

    @api.model
    def _describe_last_payment(self, debt):
        """Who last paid something of it and when, in the user's words; '' when nobody did."""
        return '' if debt._name == 'pos.payment' else debt._describe_last_receivable_payment()

    @api.model
    def _get_due(self, debt, scope):
        """What settles a debt without an invoice; 0.0 when it is none any more.

        :raise UserError: it is in another currency, and something is open against it that could not
            be reconciled
        """
        described = self.env['pos_receivable.account.debt']._describe(debt, scope)
        if not described:
            return 0.0
        gross = self._get_residual(debt)
        if (
            debt._name == 'account.move.line'
            and debt.currency_id != scope.currency
            and debt.currency_id.compare_amounts(described.residual, gross)
        ):
            raise UserError(
                self.env._(
                    "%(receipt)s is in %(currency)s, and something is open against it: ask an"
                    " accountant to reconcile it first.",
                    receipt=self._get_name(debt),
                    currency=debt.currency_id.name,
                )
            )
        return described.due

    @api.model
    def _prepare_rows(self, debts, scope):
        """Debts as the till lists them, as they are now, in the order given."""
        invoices = self._filter_invoices(debts)
        rows = dict(
            zip(invoices, invoices._get_receivable_rows(scope.currency, scope.date), strict=True)
        )
        service = self.env['pos_receivable.account.debt']
        described = {debt: service._describe(debt, scope) for debt in debts if debt not in rows}
        rows |= {
            debt: service._prepare_row(found, scope) for debt, found in described.items() if found
        }
        return [rows[debt] for debt in debts if debt in rows]

    # -------------------------------------------------------------------------
    # To be paid now
    # -------------------------------------------------------------------------

    @api.model
    def _read_items(self, session, partner, item_ids):
        """
        :return: journal items of ``partner`` that this shop collects on, open or not
        :raise UserError: one of them is none
        """
        if not item_ids:
            return self.env['account.move.line']
        kinds = session._read_invoice_payment_kinds(KINDS)
        service = self.env['pos_receivable.account.debt']
        items = self.env['account.move.line'].search(
            Domain('id', 'in', item_ids)
            & service._get_debit_domain(partner.commercial_partner_id, session.company_id, kinds)
        )
        if len(items) != len(item_ids):
            self._refuse_unknown(partner)
        return items

    @api.model
    def _settle_against(self, items):
        """Reconcile what is open against orders with the items by which they are owed, so that what is
        due is what is open. What cannot be is an issue, and told less what is against it."""
        pairing = self.env['pos_receivable.order.pairing']
        for item in items.filtered('pos_receivable_payment_id'):
            pairing._isolate(
                item.move_id,
                [lambda item=item: pairing._pair_purchase(item.pos_receivable_payment_id)],
            )

    @api.model
    def _read_orders(self, session, partner, uuids):
        """What was bought on account in sessions that are not closed; of a session that was closed
        meanwhile, what it has left in the books. Keeps the orders from being invoiced or closed.

        :return: ``{uuid: payment of an order, or journal item}``
        :raise UserError: in a cashier's words
        """
        if not uuids:
            return {}
        service = self.env['pos_receivable.account.debt']
        payments = self.env['pos.payment'].search(
            Domain('uuid', 'in', uuids)
            & Domain('amount', '>', 0)
            & service._get_account_payment_domain(partner.commercial_partner_id, session.company_id)
        )
        if len(payments) != len(uuids):
            self._refuse_unknown(partner)
        # Whoever invoices or closes writes on the order too, and so does the next till.
        touch_rows(payments.pos_order_id)
        return {payment.uuid: self._read_order(session, payment) for payment in payments}

    @api.model
    def _read_order(self, session, payment):
        name = self._get_name(payment)
        if invoice := payment.pos_order_id.account_move:
            raise UserError(
                self.env._(
                    "%(receipt)s was invoiced meanwhile: %(invoice)s. Refresh the list.",
                    receipt=name,
                    invoice=invoice.name,
                )
            )
        if payment.session_id.state == 'closed':
            item = self._find_booked(payment)
            if len(item) != 1:
                raise UserError(
                    self.env._("%(receipt)s is not owed any more. Refresh the list.", receipt=name)
                )
            return item
        if payment.currency_id != session.currency_id:
            raise UserError(
                self.env._(
                    "%(receipt)s is in %(currency)s: it can be paid here once its shop has closed the"
                    " session.",
                    receipt=name,
                    currency=payment.currency_id.name,
                )
            )
        return payment

    @api.model
    def _find_booked(self, payments):
        """The journal items with which closed sessions have booked ``payments`` of orders on account."""
        return self.env['account.move.line'].search(
            Domain('pos_receivable_payment_id', 'in', payments.ids)
            & Domain('parent_state', '=', 'posted')
            & Domain('payment_id', '=', False)
            & Domain('move_id.pos_session_ids', '!=', False)
        )

    @api.model
    def _refuse_unknown(self, partner):
        # One answer for whatever is not this customer's: it must not tell what exists elsewhere.
        raise UserError(
            self.env._(
                "This is not an open invoice of %(customer)s. Refresh the list.",
                customer=partner.display_name,
            )
        )
