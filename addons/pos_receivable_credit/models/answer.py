from odoo import api, fields, models
from odoo.tools import float_round


class PosReceivableCreditAnswer(models.AbstractModel):
    """What a till is told, in the currency of its session. Called elevated."""

    _name = 'pos_receivable.credit.answer'
    _description = "What a Till Is Told of a Customer's Account"

    # -------------------------------------------------------------------------
    # Currencies
    # -------------------------------------------------------------------------

    @api.model
    def _to_company(self, session, amount):
        company = session.company_id
        return session.currency_id._convert(
            amount, company.currency_id, company, fields.Date.context_today(session)
        )

    @api.model
    def _from_company(self, session, amount, **options):
        company = session.company_id
        return company.currency_id._convert(
            amount, session.currency_id, company, fields.Date.context_today(session), **options
        )

    @api.model
    def _get_deposit(self, session, assessment):
        """What is still to be paid at once, rounded up to what can be paid here: in cash too."""
        currency, config = session.currency_id, session.config_id
        exact = self._from_company(session, assessment.deposit, round=False)
        # What is less than the smallest coin of the session is the conversion's.
        if currency.is_zero(currency.round(exact)):
            return 0.0
        coin = config.rounding_method.rounding if config.cash_rounding else 0.0
        return float_round(
            exact,
            precision_rounding=max(coin, currency.rounding),
            rounding_method='UP',
        )

    @api.model
    def _is_held(self, session, assessment):
        """Whether it must not be sold so: at all, or before a deposit is paid."""
        return assessment.recommendation.kind == 'hold' or bool(
            self._get_deposit(session, assessment)
        )

    # -------------------------------------------------------------------------
    # Answers
    # -------------------------------------------------------------------------

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
            'deposit': self._get_deposit(session, assessment),
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
