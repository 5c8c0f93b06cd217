from dataclasses import dataclass

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.pos_receivable.tools.locks import lock_rows
from odoo.addons.pos_receivable.tools.payload import read_number, read_text

BUS = 'CUSTOMER_ACCOUNT'  # what a till hears when somebody has decided from afar


@dataclass(frozen=True)
class Sale:
    """What is about to be sold on the account of a commercial entity, and what is paid of the same
    order at once; in the session's currency."""

    order_uuid: str | None
    partner: models.BaseModel
    amount: float
    paid: float


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
    def _get_account(self, session, partner, given):
        """The answer of ``pos.session.get_customer_account``."""
        mode = session.config_id.customer_account_check
        sale = Sale(
            given['order_uuid'] and self._read_uuid(given['order_uuid']),
            partner.commercial_partner_id,
            self._read_amount(session, given['amount'], least=0),
            self._read_paid(session, given['paid']),
        )
        if mode in ('off', 'observe'):
            return {'mode': mode}
        # What this very order was granted before is in the amount.
        granted = sale.order_uuid and self._find_replaced(session, sale.order_uuid)
        assessment = self._evaluate(session, sale, excluding=granted or None)
        answers = self.env['pos_receivable.credit.answer']
        return {'mode': mode, **answers._describe(session, assessment)}

    @api.model
    def _authorize(self, session, partner, given):
        """Grant or refuse, and write it down.

        Changes the customer's account: of two tills at once, the second is retried, and then sees
        what the first one was granted.

        :param dict given: the other arguments of ``pos.session.authorize_customer_account``
        :return: the answer of that method
        """
        uuid = self._read_uuid(given['uuid'])
        sale = Sale(
            self._read_uuid(given['order_uuid']),
            partner.commercial_partner_id,
            self._read_amount(session, given['amount']),
            self._read_paid(session, given['paid']),
        )
        mode = session.config_id.customer_account_check
        answers = self.env['pos_receivable.credit.answer']
        if mode == 'off':
            return {'mode': 'off', 'state': False}
        known = self._find(session, uuid)
        if known and self._is_answered(known, sale):
            return answers._answer(known)
        if known and (
            (known.order_uuid, known.partner_id) != (sale.order_uuid, sale.partner)
            # A manager may be looking at it: what they approve is what was asked.
            or session.currency_id.compare_amounts(known.amount, sale.amount)
        ):
            raise UserError(
                self.env._("This was asked for another order or amount. Please start it again.")
            )
        self._check_order_open(sale.order_uuid)
        overrides = self.env['pos_receivable.credit.override']
        override, message = overrides._read(session, given['override'])
        self._touch_account(sale.partner, session.company_id)
        replaced = self._find_replaced(session, sale.order_uuid)
        assessment = self._evaluate(session, sale, excluding=replaced)
        is_held = answers._is_held(session, assessment)
        if is_held and mode == 'block' and not override:
            state = 'requested' if known and known._read_state() == 'requested' else 'refused'
            # What was granted for the same order before stays: it may still arrive as it was then.
            asked = self._write(session, known, uuid, sale, assessment, state)
            self._log(assessment, 'refuse', asked)
            return answers._answer(asked, assessment, message)
        (replaced - known)._release()
        granted = self._write(
            session, known, uuid, sale, assessment, 'authorized', override if is_held else None
        )
        granted._drop_requests()
        self._log(assessment, 'override' if granted.override_kind else 'authorize', granted)
        return answers._answer(granted, assessment, message)

    @api.model
    def _is_answered(self, known, sale):
        """Whether an attempt is settled; not when less of the order is paid at once than it was
        granted on."""
        state = known._read_state()
        if state == 'authorized':
            return known.currency_id.compare_amounts(known.deposit, sale.paid) <= 0
        return state not in ('refused', 'requested', 'expired')

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
        return self.env['pos_receivable.credit.answer']._answer(asked)

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
        sale = Sale(authorization.order_uuid, partner, authorization.amount, 0.0)
        assessment = self._evaluate(session, sale, excluding=replaced)
        replaced._release()
        authorization.write(
            {
                **self._prepare_assessment(session, assessment, sale),
                'state': 'authorized',
                'deposit': 0.0,
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
        authorization.write({'state': 'refused', 'refused_at': fields.Datetime.now()})
        authorization._drop_requests()
        session = authorization.session_id
        partner = authorization.partner_id
        sale = Sale(authorization.order_uuid, partner, authorization.amount, 0.0)
        assessment = self._evaluate(session, sale)
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

    @api.model
    def _read_paid(self, session, value):
        paid = read_number(value)
        if paid is None:
            raise UserError(self.env._("What is paid at once is not a number."))
        # Change that is given on what goes on account is no deposit.
        return max(0.0, session.currency_id.round(paid))

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
    def _write(self, session, known, uuid, sale, assessment, state, override=None, order=None):
        values = self._prepare(session, sale, assessment, state, override)
        if known:
            if known.state == 'requested' and state == 'requested':
                del values['expires_at']
            known.write(values)
            return known
        authorizations = self.env['pos_receivable.credit.authorization']
        return authorizations.with_context(
            mail_create_nolog=True, mail_create_nosubscribe=True
        ).create({'refused_at': False, **values, **self._prepare_new(session, uuid, sale, order)})

    @api.model
    def _prepare(self, session, sale, assessment, state, override=None):
        """Every field is given, here and in ``_prepare_new``: nothing is left to anybody's defaults."""
        values = {
            **self._prepare_assessment(session, assessment, sale),
            'state': state,
            'expires_at': self.env['pos_receivable.credit.authorization']._get_validity(),
            'cashier_name': session._get_invoice_payment_cashier_name(),
            'override_kind': override.kind if override else False,
            'override_name': override.name if override else False,
            'override_reason': override.reason if override else False,
        }
        if override:
            values['deposit'] = 0.0
        is_refused = state in ('refused', 'requested')
        return {**values, **({'refused_at': fields.Datetime.now()} if is_refused else {})}

    @api.model
    def _prepare_new(self, session, uuid, sale, order=None):
        return {
            'uuid': uuid,
            'order_uuid': sale.order_uuid,
            'session_id': session.id,
            'company_id': session.company_id.id,
            'partner_id': sale.partner.id,
            'currency_id': session.currency_id.id,
            'note': False,
            'order_id': order.id if order else False,
        }

    @api.model
    def _prepare_assessment(self, session, assessment, sale):
        answers = self.env['pos_receivable.credit.answer']
        # Of what is sold to nobody there is none.
        return {
            'amount': sale.amount,
            'amount_company': answers._to_company(session, sale.amount),
            # What is there of it already: what the conversion adds to it is nobody's to pay.
            'deposit': min(sale.paid, answers._from_company(session, assessment.required))
            if assessment
            else 0.0,
            'recommendation': assessment.recommendation.kind if assessment else 'hold',
            'is_held': not assessment or answers._is_held(session, assessment),
            'reasons': '\n'.join(
                reason['text'] for reason in (assessment.reasons if assessment else ())
            ),
        }

    @api.model
    def _evaluate(self, session, sale, **excluding):
        answers = self.env['pos_receivable.credit.answer']
        return self.env['pos_receivable.credit.check']._evaluate(
            sale.partner,
            session.company_id,
            answers._to_company(session, sale.amount),
            paid=answers._to_company(session, sale.paid),
            **excluding,
        )

    @api.model
    def _log(self, assessment, action, subject):
        self.env['pos_receivable.credit.check']._log(assessment, action, subject)
