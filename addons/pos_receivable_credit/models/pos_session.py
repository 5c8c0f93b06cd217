from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

GUARDED_FIELDS = {'pos_receivable_pin_tries'}
DAY = timedelta(days=1)


class PosSession(models.Model):
    """What a till asks before it sells on a customer's account: ``pos_receivable.credit.till``."""

    _inherit = 'pos.session'

    # Wrong PINs of managers, see pos_receivable.credit.till.
    pos_receivable_pin_tries = fields.Integer(readonly=True, copy=False)

    def get_customer_account(self, partner_id, amount=0, order_uuid=None, paid=0):
        """What a customer's commercial entity owes, may owe, and whether ``amount`` more is all
        right, in this session's company. Writes nothing.

        :param float amount: what is about to be sold on account, in the session's currency
        :param str order_uuid: of the order, whose own reservation does not count against it
        :param float paid: of the same order at once, another way: a deposit
        :return: ``{'mode', 'limit', 'exposure', 'available', 'overdue', 'overdue_days',
            'parts': [{'code', 'name', 'amount'}], 'recommendation', 'deposit',
            'reasons': [{'code', 'text'}], 'checked_at'}`` in the session's currency; ``limit`` and
            ``available`` are ``False`` where there is no limit, ``recommendation`` is ``approve``,
            ``deposit`` or ``hold``. Where the mode is ``off`` or ``observe``, only the mode
        :raise UserError: session closed, unusable parameter, a customer of another company
        :raise AccessError: not a cashier of this company, or a customer they may not see
        """
        partner = self._read_receivable_credit_partner(partner_id)
        # Elevated after the checks: sums of one customer that the cashier sees.
        session_sudo = self._get_invoice_payment_sudo()
        return session_sudo.env['pos_receivable.credit.till']._get_account(
            session_sudo,
            partner.sudo(),
            {'amount': amount, 'order_uuid': order_uuid, 'paid': paid},
        )

    def authorize_customer_account(
        self, uuid, order_uuid, partner_id, amount, override=None, paid=0
    ):
        """Reserve an amount on a customer's account for an order, for half an hour.

        Where the shop blocks what should be held, or sold after a deposit only, it is refused: that
        is an answer too, and written down. The same ``uuid`` again reserves once; after a refusal, or half an hour, it is decided
        anew, so that an override may be added. Another amount for the same order replaces what
        was reserved for it.

        Writes on the customer's account: of two tills at once the second waits, is retried, and then
        decides on what the first has reserved.

        :param str uuid: of this attempt, made by the browser
        :param str order_uuid: of the order, which will arrive with it
        :param float amount: in the session's currency, more than zero
        :param dict override: who lets it pass nevertheless, and why: ``{'reason'}`` of a manager
            at the till, ``{'reason', 'employee_id', 'pin'}`` of another; None to ask for none
        :param float paid: of the same order at once, another way: a deposit, which is looked for when
            the order arrives
        :return: ``{'mode', 'state', 'uuid', 'order_uuid', 'amount', 'expires_at', 'override',
            'override_name', 'message'}``: ``state`` is ``authorized``, or ``refused`` and
            ``can_override`` says whether a reason is enough, ``requested`` while a manager is being
            asked, ``consumed`` or ``unauthorized`` once the order has arrived, ``released``,
            ``expired``; ``False`` where the mode is ``off``. ``message`` says why an override was
            none. Beside it what ``get_customer_account`` tells, where it was just looked at
        :raise UserError: session closed, unusable parameter, an order that has arrived
        :raise AccessError: not a cashier of this company, or a customer they may not see
        """
        partner = self._read_receivable_credit_partner(partner_id)
        given = {
            'uuid': uuid,
            'order_uuid': order_uuid,
            'amount': amount,
            'override': override,
            'paid': paid,
        }
        # Elevated after the checks: cashiers write no authorizations, and read neither the limit
        # nor the items that it is compared with.
        session_sudo = self._get_invoice_payment_sudo()
        return session_sudo.env['pos_receivable.credit.till']._authorize(
            session_sudo, partner.sudo(), given
        )

    def request_customer_account_approval(self, uuid, note=''):
        """Ask managers to let pass what was refused, on their own screens. What they decide is told
        on the channel of the shop, ``CUSTOMER_ACCOUNT``, as ``{'session_id', 'uuid', 'order_uuid',
        'state'}``.

        :param str uuid: of the attempt that was refused
        :return: as ``authorize_customer_account``
        :raise UserError: nothing of this uuid was asked for here
        """
        self._check_receivable_credit_use()
        # Elevated after the check: a request of the very session the cashier stands in.
        session_sudo = self._get_invoice_payment_sudo()
        return session_sudo.env['pos_receivable.credit.till']._request(session_sudo, uuid, note)

    def release_customer_account(self, uuid):
        """Give back what was reserved, or withdraw what was asked for; harmless when repeated. What
        an order has arrived for stays.

        :return: the state of the authorization, ``False`` when there is none
        """
        self._check_receivable_credit_use()
        # Elevated after the check: a reservation of the very session the cashier stands in.
        session_sudo = self._get_invoice_payment_sudo()
        return session_sudo.env['pos_receivable.credit.till']._withdraw(session_sudo, uuid)

    def _check_receivable_credit_use(self):
        """Only a cashier, on an open session of a company they work in; whether invoices are
        collected there does not matter."""
        self._check_invoice_payment_session()
        user = self.env.user
        if not user._is_internal() or not user.has_group('point_of_sale.group_pos_user'):
            raise AccessError(self.env._("Only cashiers can sell on a customer's account."))
        self._check_invoice_payment_session_access()
        if self.state == 'closed':
            raise UserError(self.env._("This session was closed on another screen."))

    def _read_receivable_credit_partner(self, partner_id):
        self._check_receivable_credit_use()
        partner = self._read_invoice_payment_partner(partner_id)
        company = self.company_id
        # Elevated: which company a customer is of, and nothing else.
        owner = partner.sudo().commercial_partner_id.company_id or partner.sudo().company_id
        if owner and owner.id not in {company.id, *map(int, company.parent_path.split('/')[:-1])}:
            raise UserError(self.env._("This is a customer of another company."))
        return partner

    def write(self, vals):
        # EXTENDS 'point_of_sale'
        self._check_receivable_credit_figures(vals)
        if not self.env.su and 'config_id' in vals and self.config_id.ids != [vals['config_id']]:
            # Else what one shop holds is sold in the name of another one that does not look.
            raise AccessError(self.env._("A session stays in the shop it was opened in."))
        closing = self.browse()
        if vals.get('state') == 'closed':
            closing = self.filtered(lambda session: session.state != 'closed')
        result = super().write(vals)
        for session in closing:
            # Elevated as the core's closing is: authorizations of this very session.
            session_sudo = session._get_invoice_payment_sudo()
            session_sudo.env['pos_receivable.credit.order.check']._close(session_sudo)
        return result

    @api.model_create_multi
    def create(self, vals_list):
        # EXTENDS 'point_of_sale'
        self._check_receivable_credit_figures(*vals_list)
        return super().create(vals_list)

    def _check_receivable_credit_figures(self, *vals_list):
        # The core lets cashiers write on sessions; this is not theirs to write.
        if not self.env.su and any(GUARDED_FIELDS & vals.keys() for vals in vals_list):
            raise AccessError(self.env._("Wrong PINs are counted, and nobody sets the count."))

    def _count_receivable_pin_tries(self):
        """Wrong PINs in this shop within a day: whoever guesses may open another session."""
        recent = self.search(
            [
                ('config_id', '=', self.config_id.id),
                ('create_date', '>=', self.env.cr.now() - DAY),
            ]
        )
        return sum((recent | self).mapped('pos_receivable_pin_tries'))
