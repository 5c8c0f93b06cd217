import uuid
from dataclasses import replace

from markupsafe import Markup

from odoo import SUPERUSER_ID, api, models
from odoo.exceptions import UserError

from .authorization import SETTLED
from .till import Sale

LIVE = 'customer_account_live'  # in the context of whoever stands at the till: their order's uuid
MOST_NAMED = 20  # orders in a report


class PosReceivableCreditOrderCheck(models.AbstractModel):
    """What arrives as sold on a customer's account: was it granted? Called elevated.

    What a till was granted passes. The rest is looked at here: whoever stands there in block mode is
    refused, by UserError; what was sold before it came here is taken and reported, because the goods
    have left. Each order is looked at once: what was found stands in its authorizations."""

    _name = 'pos_receivable.credit.order.check'
    _description = "Orders Sold on a Customer's Account"

    @api.model
    def _check(self, order, live):
        """
        :param order: one that is being paid, or was and is changed
        :param live: the uuid of the order whose cashier waits for the answer
        :raise UserError: this order's cashier does, and must not sell it so
        """
        session = order.session_id
        mode = session.config_id.customer_account_check
        if not session or mode in (False, 'off'):
            return
        amount = self._get_amount(order)
        if not amount:
            # Paid otherwise in the end.
            self._release_rest(order)
            return
        partner = order.partner_id.commercial_partner_id
        is_live = bool(live) and live == order.uuid
        sale = Sale(order.uuid, partner, amount, self._get_paid(order))
        missing = order.currency_id.round(amount - sum(self._find_settled(order).mapped('amount')))
        if order.currency_id.compare_amounts(missing, 0) <= 0:
            return
        if not partner:
            nobody = replace(sale, amount=missing)
            self._take_from_nobody(order, nobody, is_live and mode == 'block')
            return
        authorizations = self.env['pos_receivable.credit.authorization']
        granted = authorizations._find_valid(
            order.uuid, partner, session.company_id, order.currency_id
        )
        if granted and self._is_granted(granted, missing, sale.paid):
            granted.write({'state': 'consumed', 'order_id': order.id})
        else:
            granted = self._take(order, sale, missing, granted, is_live)
        order.customer_account_uuid = granted.uuid
        self._release_rest(order)

    @api.model
    def _is_granted(self, granted, missing, paid):
        # What a till says is paid at once was believed when it was granted, and is looked at now.
        compare = granted.currency_id.compare_amounts
        return compare(missing, granted.amount) <= 0 and compare(granted.deposit, paid) <= 0

    @api.model
    def _release_rest(self, order):
        authorizations = self.env['pos_receivable.credit.authorization']
        authorizations._find_rest(order.uuid, order.session_id.company_id)._release()

    @api.model
    def _take(self, order, sale, missing, granted, is_live):
        """Look at an order that nobody granted, or not as much of; the whole of it."""
        session = order.session_id
        till = self.env['pos_receivable.credit.till']
        till._touch_account(sale.partner, session.company_id, is_waiting=is_live)
        assessment = till._evaluate(session, sale, excluding=granted, excluding_orders=order)
        is_held = self.env['pos_receivable.credit.answer']._is_held(session, assessment)
        is_blocked = session.config_id.customer_account_check == 'block'
        if is_held and is_blocked and is_live:
            refusals = self.env['pos_receivable.credit.refusal']
            refusals._remember_attempt(session, sale, assessment)
            raise UserError(self._explain(order, assessment))
        state = 'unauthorized' if is_held else 'consumed'
        taken = self._write(order, replace(sale, amount=missing), assessment, state)
        till._log(assessment, state, taken)
        if is_held and is_blocked:
            self._report(taken, self._explain(order, assessment))
        return taken

    @api.model
    def _write(self, order, sale, assessment, state):
        new_uuid = str(uuid.uuid4())
        return self.env['pos_receivable.credit.till']._write(
            order.session_id,
            None,
            new_uuid,
            replace(sale, order_uuid=order.uuid or new_uuid),
            assessment,
            state,
            order=order,
        )

    @api.model
    def _take_from_nobody(self, order, sale, is_refused):
        message = self.env._(
            "%(order)s is on account, but of no customer: choose who is to pay.",
            order=order.pos_reference or order.name,
        )
        if is_refused:
            refusals = self.env['pos_receivable.credit.refusal']
            refusals._remember_attempt(order.session_id, sale, None)
            raise UserError(message)
        taken = self._write(order, sale, None, 'unauthorized')
        if order.session_id.config_id.customer_account_check == 'block':
            self._report(taken, message)

    @api.model
    def _get_amount(self, order):
        """What is sold on account, in the order's currency; refunds are not."""
        amount = order.currency_id.round(sum(self._get_payments(order).mapped('amount')))
        return amount if order.currency_id.compare_amounts(amount, 0) > 0 else 0.0

    @api.model
    def _get_payments(self, orders):
        return orders.payment_ids.filtered(
            lambda payment: payment.payment_method_id.type == 'pay_later'
        )

    @api.model
    def _get_paid(self, order):
        """What is paid of it at once, another way, less the change."""
        paid = order.payment_ids - self._get_payments(order)
        return max(0.0, order.currency_id.round(sum(paid.mapped('amount'))))

    @api.model
    def _find_settled(self, order):
        """What was granted to its customer for this order, or taken and written down."""
        return self.env['pos_receivable.credit.authorization'].search(
            [
                ('order_id', '=', order.id),
                ('partner_id', '=', order.partner_id.commercial_partner_id.id),
                ('state', 'in', SETTLED),
            ]
        )

    @api.model
    def _is_settled(self, order):
        """Whether all that is on account was granted or taken, and its deposits are still there."""
        settled, compare = self._find_settled(order), order.currency_id.compare_amounts
        paid = self._get_paid(order)
        return compare(self._get_amount(order), sum(settled.mapped('amount'))) <= 0 and not (
            any(compare(authorization.deposit, paid) > 0 for authorization in settled)
        )

    # -------------------------------------------------------------------------
    # Closing
    # -------------------------------------------------------------------------

    @api.model
    def _close(self, session):
        """Release what no order came for, and tell what was sold without asking; nothing of it
        keeps the session from being closed."""
        authorizations = self.env['pos_receivable.credit.authorization']
        authorizations.search(
            [('session_id', '=', session.id), ('state', 'in', ('requested', 'authorized'))]
        )._release()
        if session.config_id.customer_account_check not in ('warn', 'block'):
            return
        orders = session.order_ids.filtered(lambda order: order.state in ('paid', 'done'))
        orders = self._get_payments(orders).pos_order_id
        unsettled = orders.filtered(lambda order: not self._is_settled(order))
        held = authorizations.search(
            [('session_id', '=', session.id), ('state', '=', 'unauthorized')]
        ).order_id
        if found := unsettled | held:
            self._tell_closing(session, found)

    @api.model
    def _tell_closing(self, session, orders):
        lines = [
            self.env._(
                "%(order)s: %(amount)s, %(customer)s",
                order=order.pos_reference or order.name,
                amount=order.currency_id.format(self._get_amount(order)),
                customer=order.partner_id.display_name or self.env._("nobody"),
            )
            for order in orders[:MOST_NAMED]
        ]
        if len(orders) > MOST_NAMED:
            lines.append(self.env._("%(count)s more", count=len(orders) - MOST_NAMED))
        title = self.env._(
            "Sold on account without authorization: %(count)s orders", count=len(orders)
        )
        # Of nobody's own: who closes is not to correct what is told of them.
        session.with_user(SUPERUSER_ID).message_post(
            body=Markup("%s<ul>%s</ul>")
            % (title, Markup().join(Markup("<li>%s</li>") % line for line in lines))
        )

    # -------------------------------------------------------------------------
    # Reports
    # -------------------------------------------------------------------------

    @api.model
    def _explain(self, order, assessment):
        told = {
            'order': order.pos_reference or order.name,
            'amount': order.currency_id.format(self._get_amount(order)),
            'customer': assessment.partner.display_name,
            'reasons': ' '.join(reason['text'] for reason in assessment.reasons),
        }
        answers = self.env['pos_receivable.credit.answer']
        if deposit := answers._get_deposit(order.session_id, assessment):
            return self.env._(
                "%(order)s: before %(amount)s are sold on the account of %(customer)s, a deposit of"
                " %(deposit)s is to be paid. %(reasons)s",
                deposit=order.currency_id.format(deposit),
                **told,
            )
        return self.env._(
            "%(order)s: %(amount)s on the account of %(customer)s should not be sold. %(reasons)s",
            **told,
        )

    @api.model
    def _report(self, taken, sentence):
        """One activity for each manager and session, that grows with what is sold. Not on the
        session, which the cashier whom it is about may change, and with it what is to be done
        there."""
        kind = 'pos_receivable_credit.mail_activity_unauthorized'
        line = Markup("<p>%s</p>") % sentence
        reported = taken.with_user(SUPERUSER_ID)
        same = reported.search([('session_id', '=', taken.session_id.id)])
        open_ = same.activity_search([kind], only_automated=True)
        for activity in open_:
            activity.note = Markup("%s%s") % (activity.note or '', line)
        if open_:
            return
        for manager in reported._get_managers(taken.company_id, limit=3):
            theirs = reported.with_context(lang=manager.lang)
            theirs.activity_schedule(
                kind,
                summary=theirs.env._("Sold on account without authorization"),
                note=line,
                user_id=manager.id,
            )
