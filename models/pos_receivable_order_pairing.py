import logging

from odoo import api, models
from odoo.exceptions import UserError
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
        purchases = session._get_closed_orders().payment_ids.filtered(
            lambda payment: payment.payment_method_id.type == 'pay_later'
        )
        return self._isolate(
            session.move_id,
            [
                lambda purchase=purchase: self._pair_purchase(purchase)
                for purchase in self._find_paired(purchases).sorted('id')
            ],
        )

    @api.model
    def _find_paired(self, purchases):
        """Those with something open against them: most orders have nothing."""
        orders = purchases.pos_order_id
        returned = orders.lines.refund_orderline_ids.order_id
        origins = orders.lines.refunded_orderline_id.order_id
        against = self._find_kept(purchases).pos_receivable_payment_id
        return purchases.filtered(
            lambda purchase: (
                purchase in against
                or purchase.pos_order_id.refunded_order_id in origins
                or returned & purchase.pos_order_id.lines.refund_orderline_ids.order_id
            )
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
    def _pair_purchase(self, purchase):
        """Bring together what is open of one order on account, once closing has booked it.

        :raise UserError: what belongs together cannot be reconciled
        """
        booked = self._find_booked(purchase)
        order = purchase.pos_order_id
        if purchase.amount > 0:
            kept = self._find_kept(purchase)
            returned = self._find_booked(order.lines.refund_orderline_ids.order_id.payment_ids)
            self._reconcile(booked | kept)
            self._reconcile(booked | returned)
            self._check_paired(order, booked, kept | returned)
        elif origin := order.refunded_order_id:
            debts = self._find_booked(origin.payment_ids)
            self._reconcile(booked | debts)
            self._check_paired(order, booked, debts)
            self._reconcile(booked | self._get_receivable_items(origin.account_move))

    @api.model
    def _check_paired(self, order, items, others):
        if self._get_open(items) and self._get_open(others):
            raise UserError(
                self.env._(
                    "%(order)s: what is open against it is on another account or customer. Reconcile"
                    " it by hand.",
                    order=order.name,
                )
            )

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

        Only what closing has booked, and somebody has paid, makes the reversal pay the invoice.

        :return: whether nothing failed
        """
        purchases = order.payment_ids.filtered(
            lambda payment: (
                payment.payment_method_id.type == 'pay_later'
                and payment.payment_method_id.split_transactions
            )
        )
        reversal = self.env['account.move'].search(
            Domain('reversed_pos_order_id', '=', order.id)
            & Domain('reversed_entry_id', '=', False),
            order='id',
            limit=1,
        )
        items = self._get_customer_items(reversal)
        # First, and whatever fails: what belongs to the order is told less what is open against it.
        taken_back = self._link(items, purchases)
        booked = self._find_booked(purchases) | self._adopt_old_items(purchases)
        return self._isolate(
            order.account_move,
            [
                # Of methods other than the account that identify the customer: the payments of the
                # invoice, and their reversal.
                lambda: self._reconcile(
                    (items - taken_back) | self._get_customer_items(payment_moves)
                ),
                lambda: self._reconcile(taken_back | booked),
                lambda: self._use_for_invoice(order, taken_back, booked),
            ],
        )

    @api.model
    def _use_for_invoice(self, order, taken_back, booked):
        if not self._get_open(taken_back):
            return
        if not booked or self._get_open(booked):
            raise UserError(
                self.env._(
                    "%(order)s was invoiced, and what its session has booked for it was not found, or"
                    " is on another account or customer: its reversal stays open. Reconcile it by hand.",
                    order=order.name,
                )
            )
        self._reconcile(taken_back | self._get_receivable_items(order.account_move))

    @api.model
    def _link(self, items, purchases):
        """Link items of a reversal to the orders on account they take back, one each.

        :return: those that are linked now
        """
        linked = items.filtered('pos_receivable_payment_id')
        for purchase in purchases - linked.pos_receivable_payment_id:
            opposite = (items - linked).filtered(
                lambda item, purchase=purchase: (
                    not item.currency_id.compare_amounts(item.amount_currency, -purchase.amount)
                )
            )[:1]
            opposite.pos_receivable_payment_id = purchase
            linked |= opposite
        return linked

    # -------------------------------------------------------------------------
    # Before this was installed
    # -------------------------------------------------------------------------

    @api.model
    def _link_old_items(self):
        """Link items of closing entries to orders on account, where session, customer and amount tell
        which one it is, and reversals of orders that were invoiced since. The others keep the session's
        label."""
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
        self.env.cr.execute(
            SQL(
                """
                WITH pairs AS (
                    SELECT item.id AS item_id, MIN(purchase.id) AS purchase_id
                      FROM account_move_line item
                      JOIN account_account account ON account.id = item.account_id
                      JOIN account_move reversal ON reversal.id = item.move_id
                      JOIN pos_payment purchase
                        ON purchase.pos_order_id = reversal.reversed_pos_order_id
                      JOIN pos_payment_method method ON method.id = purchase.payment_method_id
                     WHERE account.account_type = 'asset_receivable'
                       AND item.partner_id IS NOT NULL
                       AND item.pos_receivable_payment_id IS NULL
                       AND method.journal_id IS NULL
                       AND method.split_transactions
                       AND ABS(purchase.amount + item.amount_currency) < 0.000001
                  GROUP BY item.id
                )
                   UPDATE account_move_line
                      SET pos_receivable_payment_id = pairs.purchase_id
                     FROM pairs
                    WHERE pairs.item_id = account_move_line.id
                RETURNING pairs.purchase_id
                """
            )
        )
        reversed_ids = [id_ for [id_] in self.env.cr.fetchall()]
        self.env['account.move.line'].invalidate_model(['pos_receivable_payment_id'])
        self._adopt_old_items(self.env['pos.payment'].browse(reversed_ids))

    @api.model
    def _adopt_old_items(self, purchases):
        """Of equal items that old sessions have booked for a customer, one for each of these: which of
        them it is makes no difference.

        :return: the items that are linked now
        """
        adopted = self.env['account.move.line']
        for purchase in purchases:
            if self._find_booked(purchase):
                continue
            item = adopted.search(
                Domain('move_id', '=', purchase.session_id.move_id.id)
                & Domain('parent_state', '=', 'posted')
                & Domain('account_id.account_type', '=', 'asset_receivable')
                & Domain('partner_id', '=', purchase.partner_id.commercial_partner_id.id)
                & Domain('pos_receivable_payment_id', '=', False)
                & Domain('amount_currency', '=', purchase.amount),
                order='reconciled, id',
                limit=1,
            )
            item.pos_receivable_payment_id = purchase
            adopted |= item
        return adopted

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
    def _find_booked(self, purchases):
        return self.env['pos_receivable.debt']._find_booked(purchases)

    @api.model
    def _get_open(self, items):
        return items.filtered(lambda item: not item.reconciled)

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
            self._note(move, error)
        return not errors

    @api.model
    def _note(self, move, error):
        try:
            with self.env.cr.savepoint():
                self.env['pos_receivable.reconcile.issue']._record_failure(
                    move, error, kind='order'
                )
        except CONFLICTS:
            raise
        except Exception:
            # It stands in the log: no closing and no invoice is lost for want of a note.
            _logger.exception("The issue of %s could not be noted", move.name)
