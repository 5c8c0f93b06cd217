from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.pos_receivable.tools.locks import lock_rows
from odoo.addons.pos_receivable.tools.payload import read_number, read_text

BUS = 'CUSTOMER_ACCOUNT'  # what a till hears when somebody has decided from afar


class PosReceivableCreditTill(models.AbstractModel):
    """Answers a till that is about to sell on a customer's account. Called elevated, with a session
    and a customer that the caller has checked.

    Refuses by UserError, in a cashier's words, what cannot be asked; what must not be sold is an
    answer, because it is written down. Amounts are in the session's currency, positive."""

    _name = 'pos_receivable.credit.till'
    _description = "Selling on a Customer's Account at the Till"

    # -------------------------------------------------------------------------
    # What may be sold
    # -------------------------------------------------------------------------

    @api.model
    def _get_account(self, session, partner, amount, order_uuid=None):
        """The answer of ``pos.session.get_customer_account``."""
        mode = session.config_id.customer_account_check
        amount = self._read_amount(session, amount, least=0)
        if mode in ('off', 'observe'):
            return {'mode': mode}
        # What this very order was granted before is in the amount.
        granted = order_uuid and self._find_replaced(session, self._read_uuid(order_uuid))
        assessment = self._evaluate(
            session, partner.commercial_partner_id, amount, excluding=granted or None
        )
        return {'mode': mode, **self._describe(session, assessment)}

    @api.model
    def _authorize(self, session, partner, given):
        """Grant or refuse, and write it down.

        Changes the customer's account: of two tills at once, the second is retried, and then sees
        what the first one was granted.

        :param dict given: the other arguments of ``pos.session.authorize_customer_account``
        :return: the answer of that method
        """
        uuid, order_uuid = self._read_uuid(given['uuid']), self._read_uuid(given['order_uuid'])
        partner = partner.commercial_partner_id
        amount = self._read_amount(session, given['amount'])
        config = session.config_id
        if config.customer_account_check == 'off':
            return {'mode': 'off', 'state': False}
        known = self._find(session, uuid)
        if known and known._read_state() not in ('refused', 'requested', 'expired'):
            return self._answer(known)
        if known and (
            (known.order_uuid, known.partner_id) != (order_uuid, partner)
            # A manager may be looking at it: what they approve is what was asked.
            or session.currency_id.compare_amounts(known.amount, amount)
        ):
            raise UserError(
                self.env._("This was asked for another order or amount. Please start it again.")
            )
        self._check_order_open(order_uuid)
        overrides = self.env['pos_receivable.credit.override']
        override, message = overrides._read(session, given['override'])
        self._touch_account(partner, session.company_id)
        replaced = self._find_replaced(session, order_uuid)
        assessment = self._evaluate(session, partner, amount, excluding=replaced)
        is_held = assessment.recommendation.kind == 'hold'
        if is_held and config.customer_account_check == 'block' and not override:
            state = 'requested' if known and known._read_state() == 'requested' else 'refused'
            # What was granted for the same order before stays: it may still arrive as it was then.
            asked = self._write(
                session, known, uuid, order_uuid, partner, amount, assessment, state
            )
            self._log(assessment, 'refuse', asked)
            return self._answer(asked, assessment, message)
        (replaced - known)._release()
        granted = self._write(
            session,
            known,
            uuid,
            order_uuid,
            partner,
            amount,
            assessment,
            'authorized',
            override if is_held else None,
        )
        granted._drop_requests()
        self._log(assessment, 'override' if granted.override_kind else 'authorize', granted)
        return self._answer(granted, assessment, message)

    @api.model
    def _request(self, session, uuid, note):
        """The answer of ``pos.session.request_customer_account_approval``."""
        note = read_text(note, 200)
        if note is None:
            raise UserError(self.env._("The note is too long or has unusable characters."))
        asked = self._find(session, self._read_uuid(uuid))
        if not asked:
            raise UserError(self.env._("Nothing was asked for yet. Please start it again."))
        if asked.state == 'refused' or asked._read_state() == 'expired':
            self._check_order_open(asked.order_uuid)
            asked.write({'state': 'requested', 'note': note, 'expires_at': asked._get_validity()})
            asked._drop_requests()
            asked._ask_managers()
        return self._answer(asked)

    @api.model
    def _withdraw(self, session, uuid):
        """The answer of ``pos.session.release_customer_account``."""
        authorization = self._find(session, self._read_uuid(uuid))
        authorization._release()
        return authorization and authorization.state or False

    # -------------------------------------------------------------------------
    # From afar
    # -------------------------------------------------------------------------

    @api.model
    def _approve(self, authorization, user):
        session, partner = authorization.session_id, authorization.partner_id
        if session.state == 'closed':
            raise UserError(self.env._("This session was closed meanwhile."))
        self._check_order_open(authorization.order_uuid)
        self._touch_account(partner, session.company_id)
        replaced = self._find_replaced(session, authorization.order_uuid)
        assessment = self._evaluate(session, partner, authorization.amount, excluding=replaced)
        replaced._release()
        authorization.write(
            {
                **self._prepare_assessment(session, assessment, authorization.amount),
                'state': 'authorized',
                'expires_at': authorization._get_validity(),
                'override_kind': 'remote',
                'override_name': user.name,
                'override_reason': authorization.note,
            }
        )
        authorization._drop_requests()
        self._log(assessment, 'override', authorization)
        self._tell(authorization)

    @api.model
    def _refuse(self, authorization):
        authorization.state = 'refused'
        authorization._drop_requests()
        session = authorization.session_id
        assessment = self._evaluate(session, authorization.partner_id, authorization.amount)
        self._log(assessment, 'refuse', authorization)
        self._tell(authorization)

    @api.model
    def _tell(self, authorization):
        """Whoever listens to the shop hears that there is an answer, and no figures."""
        authorization.session_id.config_id._notify(
            BUS,
            {
                'session_id': authorization.session_id.id,
                'uuid': authorization.uuid,
                'order_uuid': authorization.order_uuid,
                'state': authorization.state,
            },
        )

    # -------------------------------------------------------------------------
    # Reading what a till sends
    # -------------------------------------------------------------------------

    @api.model
    def _read_uuid(self, value):
        uuid = read_text(value, 64)
        if not uuid:
            raise UserError(self.env._("This order has no identifier. Please start it again."))
        return uuid

    @api.model
    def _read_amount(self, session, value, least=None):
        currency = session.currency_id
        amount = read_number(value)
        if amount is None:
            raise UserError(self.env._("The amount on account is not a number."))
        amount = currency.round(amount)
        if least is None and currency.compare_amounts(amount, 0) <= 0:
            raise UserError(self.env._("The amount on account must be more than zero."))
        if least is not None and currency.compare_amounts(amount, least) < 0:
            raise UserError(self.env._("The amount on account cannot be less than zero."))
        return amount

    # -------------------------------------------------------------------------
    # Authorizations
    # -------------------------------------------------------------------------

    @api.model
    def _find(self, session, uuid):
        authorizations = self.env['pos_receivable.credit.authorization']
        known = authorizations.search([('uuid', '=', uuid)])
        if known and known.session_id != session:
            raise UserError(self.env._("This was asked for in another session. Start it again."))
        return known

    @api.model
    def _find_replaced(self, session, order_uuid):
        """What this session was granted for the same order before."""
        return self.env['pos_receivable.credit.authorization'].search(
            [
                ('session_id', '=', session.id),
                ('order_uuid', '=', order_uuid),
                ('state', '=', 'authorized'),
            ]
        )

    @api.model
    def _check_order_open(self, order_uuid):
        order = self.env['pos.order'].search([('uuid', '=', order_uuid)], limit=1)
        if order.state not in (False, 'draft'):
            raise UserError(self.env._("This order was paid for or cancelled meanwhile."))

    @api.model
    def _touch_account(self, partner, company, *, is_waiting=True):
        """Have whoever decides on this customer meanwhile be retried, and then see what is done here.

        :param is_waiting: whether somebody waits for the answer, and can be asked to try again; what
            must be taken in any case does without when another till holds the account for long
        :raise UserError: it was not to be had for seconds
        """
        account = self.env['pos_receivable.credit.account']._get(partner, company)
        if is_waiting:
            lock_rows(account)
        elif not account.try_lock_for_update():
            return
        account._touch()

    @api.model
    def _write(
        self,
        session,
        known,
        uuid,
        order_uuid,
        partner,
        amount,
        assessment,
        state,
        override=None,
        order=None,
    ):
        """Every field is given: nothing is left to anybody's defaults."""
        authorizations = self.env['pos_receivable.credit.authorization']
        values = {
            **self._prepare_assessment(session, assessment, amount),
            'state': state,
            'expires_at': authorizations._get_validity(),
            'cashier_name': session._get_invoice_payment_cashier_name(),
            'override_kind': override.kind if override else False,
            'override_name': override.name if override else False,
            'override_reason': override.reason if override else False,
        }
        if known:
            if known.state == 'requested' and state == 'requested':
                del values['expires_at']
            known.write(values)
            return known
        return authorizations.with_context(
            mail_create_nolog=True, mail_create_nosubscribe=True
        ).create(
            {
                **values,
                'uuid': uuid,
                'order_uuid': order_uuid,
                'session_id': session.id,
                'company_id': session.company_id.id,
                'partner_id': partner.id,
                'currency_id': session.currency_id.id,
                'note': False,
                'order_id': order.id if order else False,
            }
        )

    @api.model
    def _prepare_assessment(self, session, assessment, amount):
        # Of what is sold to nobody there is none.
        return {
            'amount': amount,
            'amount_company': self._to_company(session, amount),
            'recommendation': assessment.recommendation.kind if assessment else 'hold',
            'reasons': '\n'.join(
                reason['text'] for reason in (assessment.reasons if assessment else ())
            ),
        }

    # -------------------------------------------------------------------------
    # Answers
    # -------------------------------------------------------------------------

    @api.model
    def _evaluate(self, session, partner, amount, excluding=None):
        return self.env['pos_receivable.credit.check']._evaluate(
            partner, session.company_id, self._to_company(session, amount), excluding=excluding
        )

    @api.model
    def _log(self, assessment, action, subject):
        self.env['pos_receivable.credit.check']._log(assessment, action, subject)

    @api.model
    def _to_company(self, session, amount):
        company = session.company_id
        return session.currency_id._convert(
            amount, company.currency_id, company, fields.Date.context_today(session)
        )

    @api.model
    def _from_company(self, session, amount):
        company = session.company_id
        return company.currency_id._convert(
            amount, session.currency_id, company, fields.Date.context_today(session)
        )

    @api.model
    def _describe(self, session, assessment):
        """Figures for whoever stands there, in the session's currency."""

        def convert(amount):
            return (
                amount is not False and amount is not None and self._from_company(session, amount)
            )

        recommendation = assessment.recommendation
        return {
            'limit': convert(assessment.limit),
            'exposure': convert(assessment.exposure),
            'available': convert(assessment.available),
            'overdue': convert(assessment.overdue),
            'overdue_days': assessment.overdue_days,
            'parts': [
                {'code': code, 'name': name, 'amount': convert(amount)}
                for code, name, amount in assessment.parts
            ],
            'recommendation': recommendation.kind,
            'deposit': convert(assessment.deposit),
            'reasons': list(assessment.reasons),
            'checked_at': fields.Datetime.to_string(self.env.cr.now()),
        }

    @api.model
    def _answer(self, authorization, assessment=None, message=''):
        """What a till is told of an authorization, with the figures where they were just read and
        where the shop shows any."""
        session = authorization.session_id
        mode = session.config_id.customer_account_check
        state = authorization._read_state()
        answer = {
            'mode': mode,
            'state': state,
            'uuid': authorization.uuid,
            'order_uuid': authorization.order_uuid,
            'amount': authorization.amount,
            'expires_at': fields.Datetime.to_string(authorization.expires_at),
            'override': authorization.override_kind,
            'override_name': authorization.override_name,
            'message': message,
        }
        if state in ('refused', 'requested'):
            answer['can_override'] = (
                session._is_invoice_payment_manager()
                or session.config_id.customer_account_override == 'any'
            )
        if assessment and mode != 'observe':
            answer |= self._describe(session, assessment)
        return answer
