import logging

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools.isolate import CONFLICTS, describe_error

_logger = logging.getLogger(__name__)


class PosReceivableOrderPairing(models.AbstractModel):
    """Brings together what belongs to one order on a customer's account: the debt that closing books,
    money that was taken for it before, what was returned, and, once it is invoiced, the reversal of the
    sale, so that it is due once. Called elevated.

    The core leaves all of these open. What fails leaves them so too, with an issue: neither a closing
    nor an invoice is lost for it."""

    _name = 'pos_receivable.order.pairing'
    _description = "Pairing What Belongs to an Order"

    @api.model
    def _pair_session(self, session):
        """After a session was closed: money taken for its orders, and what was returned of earlier ones.

        :return: whether nothing failed
        """
        debts = self.env['pos_receivable.debt']
        payments = session._get_closed_orders().payment_ids.filtered(
            lambda payment: payment.payment_method_id.type == 'pay_later'
        )
        booked = debts._find_booked(payments)
        # Credits of orders that were invoiced before closing have met the invoice already.
        return self._isolate(
            session.move_id,
            [
                lambda payment=payment: self._pair_payment(payment)
                for payment in booked.pos_receivable_payment_id.sorted('id')
            ],
        )

    @api.model
    def _pair_move(self, move):
        """Try again what has failed about the closing entry of a session or the invoice of orders.

        :return: whether nothing failed
        """
        done = True
        for session in move.pos_session_ids:
            done = self._pair_session(session) and done
        orders = move.pos_order_ids
        if orders:
            done = self._pair_invoiced(orders, move) and done
            for order in orders.filtered(lambda order: order.session_id.state == 'closed'):
                done = self._pair_reversal(order, order.payment_ids.account_move_id) and done
        return done

    @api.model
    def _pair_payment(self, payment):
        """What closing has booked for one order on account."""
        debts = self.env['pos_receivable.debt']
        booked = debts._find_booked(payment)
        if payment.amount > 0:
            self._reconcile(booked | self._find_kept(payment))
            return
        order = payment.pos_order_id.refunded_order_id
        if order:
            self._reconcile(booked | debts._find_booked(order.payment_ids))
            self._reconcile(booked | self._get_receivable_items(order.account_move))

    @api.model
    def _pair_invoiced(self, orders, invoice):
        """After orders were invoiced: money taken for them while their session was open.

        :return: whether nothing failed
        """
        kept = self._find_kept(orders.payment_ids)
        return not kept or self._isolate(
            invoice, [lambda: self._reconcile(kept | self._get_receivable_items(invoice))]
        )

    @api.model
    def _pair_reversal(self, order, payment_moves):
        """After an order was invoiced whose session was closed: the core reverses the sale on the
        customer's account and leaves that open against what closing has booked.

        :return: whether nothing failed
        """
        reversal = self.env['account.move'].search(
            [('reversed_pos_order_id', '=', order.id)], order='id desc', limit=1
        )
        return self._isolate(
            order.account_move,
            [lambda: self._reconcile_reversal(reversal, order, payment_moves)],
        )

    @api.model
    def _reconcile_reversal(self, reversal, order, payment_moves):
        taken_back = self._get_customer_items(reversal)
        # Methods other than the customer's account that identify the customer: the payment of the
        # invoice is one pair of items, its reversal another.
        for item in self._get_customer_items(payment_moves):
            opposite = taken_back.filtered(
                lambda line, item=item: (
                    not line.reconciled
                    and line.account_id == item.account_id
                    and not line.company_currency_id.compare_amounts(line.balance, -item.balance)
                )
            )[:1]
            if opposite:
                self._reconcile(item | opposite)
                taken_back -= opposite
        purchases = order.payment_ids.filtered(
            lambda payment: payment.payment_method_id.type == 'pay_later'
        )
        # What an accountant takes apart later still belongs to the order.
        taken_back.pos_receivable_payment_id = purchases[:1]
        self._reconcile(taken_back | self.env['pos_receivable.debt']._find_booked(purchases))
        self._reconcile(taken_back | self._get_receivable_items(order.account_move))

    # -------------------------------------------------------------------------
    # Before this was installed
    # -------------------------------------------------------------------------

    @api.model
    def _link_old_items(self):
        """Link items of closing entries to orders on account, where session, customer and amount tell
        which one it is. The others keep the session's label."""
        self.env['account.move.line'].flush_model()
        self.env['pos.payment'].flush_model()
        self.env.cr.execute(
            SQL(
                """
                WITH pairs AS (
                    SELECT item.id AS item_id,
                           purchase.id AS purchase_id,
                           method.journal_id IS NULL AS is_on_account,
                           COUNT(*) OVER (PARTITION BY item.id) AS purchases,
                           COUNT(*) OVER (PARTITION BY purchase.id) AS items
                      FROM account_move_line item
                      JOIN account_account account ON account.id = item.account_id
                      JOIN pos_session session ON session.move_id = item.move_id
                      JOIN pos_order bought ON bought.session_id = session.id
                      JOIN res_partner buyer ON buyer.id = bought.partner_id
                      JOIN pos_payment purchase ON purchase.pos_order_id = bought.id
                      JOIN pos_payment_method method ON method.id = purchase.payment_method_id
                     WHERE account.account_type = 'asset_receivable'
                       AND item.partner_id = buyer.commercial_partner_id
                       AND item.pos_receivable_payment_id IS NULL
                       AND method.split_transactions
                       AND ABS(purchase.amount - item.amount_currency) < 0.000001
                )
                UPDATE account_move_line
                   SET pos_receivable_payment_id = pairs.purchase_id
                  FROM pairs
                 WHERE pairs.item_id = account_move_line.id
                   AND pairs.is_on_account
                   AND pairs.purchases = 1
                   AND pairs.items = 1
                """
            )
        )
        self.env['account.move.line'].invalidate_model(['pos_receivable_payment_id'])

    # -------------------------------------------------------------------------
    # Items
    # -------------------------------------------------------------------------

    @api.model
    def _find_kept(self, payments):
        """Open credits of money that was taken for orders before they were in the books."""
        return self.env['account.move.line'].search(
            Domain('pos_receivable_payment_id', 'in', payments.ids)
            & Domain('payment_id', '!=', False)
            & Domain('parent_state', '=', 'posted')
            & Domain('reconciled', '=', False)
        )

    @api.model
    def _get_receivable_items(self, moves):
        return moves.line_ids.filtered(lambda line: line.account_type == 'asset_receivable')

    @api.model
    def _get_customer_items(self, moves):
        return self._get_receivable_items(moves).filtered('partner_id')

    @api.model
    def _reconcile(self, items):
        """Reconcile what is open of these, account by account, where there is something to pair."""
        items = items.filtered(
            lambda line: (
                line.parent_state == 'posted' and not line.reconciled and line.account_id.reconcile
            )
        )
        groups = [
            group
            for group in items.grouped(lambda line: (line.account_id, line.partner_id)).values()
            if {line.balance > 0 for line in group} == {True, False}
        ]
        if groups:
            self.env['account.move.line']._reconcile_plan(groups)

    # -------------------------------------------------------------------------
    # One failure is not another's
    # -------------------------------------------------------------------------

    @api.model
    def _isolate(self, move, pairs):
        """Run each of ``pairs`` in a savepoint; what fails becomes an issue of ``move``.

        :return: whether nothing failed
        """
        errors = []
        for pair in pairs:
            try:
                with self.env.cr.savepoint():
                    pair()
            except CONFLICTS:
                raise
            except Exception as error:  # noqa: BLE001 - logged and recorded below
                errors.append(error)
        for error in errors:
            _logger.error(
                "What belongs to orders of %s could not be reconciled: %s",
                move.name,
                describe_error(error),
                exc_info=error,
            )
            self.env['pos_receivable.reconcile.issue']._record_failure(move, error, kind='order')
        return not errors
