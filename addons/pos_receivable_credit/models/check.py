from dataclasses import dataclass
from decimal import Decimal

from odoo import api, models

from ..deciding import RULES_VERSION, Facts, Recommendation, decide

CAPABILITY = 'credit'


@dataclass(frozen=True)
class Assessment:
    """What speaks for and against selling on a customer's account; amounts in company currency,
    ``limit`` and ``available`` False where there is no limit. ``deposit`` is still to be paid at once,
    ``required`` with what of it is ``paid``."""

    company: models.BaseModel
    partner: models.BaseModel
    amount: float
    paid: float
    recommendation: Recommendation
    parts: tuple  # (code, name, amount)
    exposure: float
    limit: float | bool
    available: float | bool
    overdue: float
    overdue_days: int
    deposit: float
    required: float
    reasons: tuple  # {'code', 'text'}


class PosReceivableCreditCheck(models.AbstractModel):
    """What is known of a customer, what their company makes of it, and the log of what was decided."""

    _name = 'pos_receivable.credit.check'
    _description = "What May Be Sold on a Customer's Account"

    @api.model
    def _evaluate(self, partner, company, amount, *, paid=0.0, **excluding):
        """Elevated, whoever asks: the caller has checked that they may ask for this customer.

        :param partner: a commercial entity
        :param float amount: that is about to be sold on account, in company currency
        :param float paid: of the same purchase, at once
        :param excluding: what does not count, see ``pos_receivable.credit.exposure._compute``
        :return: an :class:`Assessment`; nothing is written
        """
        # Elevated: cashiers read neither limits nor what they are compared with.
        env = self.sudo().with_company(company).env
        partner, company = partner.with_env(env), company.with_env(env)
        exposures = env['pos_receivable.credit.exposure']
        exposure = exposures._compute(partner, company, **excluding)[partner.id]
        accounts = env['pos_receivable.credit.account']._find(partner, company)
        limit = accounts._get_limit(partner, company)
        facts = self._prepare_facts(partner, company, amount, paid, exposure, accounts, limit)
        recommendation = decide(facts, company.root_id._get_receivable_credit_policy())
        currency = company.currency_id
        return Assessment(
            company=company,
            partner=partner,
            amount=amount,
            paid=paid,
            recommendation=recommendation,
            parts=exposure.parts,
            exposure=exposure.total,
            limit=limit,
            available=limit is not False and currency.round(limit - exposure.total),
            overdue=exposure.overdue,
            overdue_days=exposure.overdue_days,
            deposit=float(recommendation.deposit),
            required=float(recommendation.required),
            reasons=tuple(
                {'code': reason.code, 'text': self._explain(reason, accounts, currency)}
                for reason in recommendation.reasons
            ),
        )

    @api.model
    def _prepare_facts(self, partner, company, amount, paid, exposure, accounts, limit):
        profile = partner.env['pos_receivable.payment.profile']._find_profile(partner, company)
        is_known = bool(profile and profile.settled_count)
        return Facts(
            amount=_exact(company.currency_id.round(amount)),
            paid=_exact(company.currency_id.round(paid)),
            exposure=_exact(exposure.total),
            limit=None if limit is False else _exact(limit),
            overdue=_exact(exposure.long_overdue),
            overdue_days=exposure.overdue_days,
            usual_delay=profile.median_days_due if is_known else None,
            settled_count=profile.settled_count if is_known else 0,
            is_on_hold=any(accounts.mapped('hold')),
            is_distrusted=partner.trust == 'bad',
            is_barred=accounts._is_barred(partner, company, limit),
        )

    @api.model
    def _explain(self, reason, accounts, currency):
        """A sentence for whoever stands at the till, with what it was found with."""
        texts = {
            'on_hold': lambda: self._explain_hold(accounts),
            'distrusted': lambda: self.env._("This customer is marked as a bad debtor."),
            'not_on_account': lambda: self.env._("Nothing is sold to this customer on account."),
            'overdue': lambda: self.env._(
                "%(overdue)s is overdue, for %(days)s days.", **self._format(reason, currency)
            ),
            'over_limit': lambda: self.env._(
                "Open %(exposure)s and %(amount)s more are above the limit of %(limit)s.",
                **self._format(reason, currency),
            ),
            'above_limit': lambda: self.env._(
                "Open %(exposure)s and %(amount)s more are a little above the limit of %(limit)s.",
                **self._format(reason, currency),
            ),
            'pays_late': lambda: self.env._(
                "This customer usually pays %(days)s days late.", **self._format(reason, currency)
            ),
            'unproven': lambda: self.env._(
                "%(amount)s is much for a customer who has paid few invoices so far.",
                **self._format(reason, currency),
            ),
        }
        return texts[reason.code]()

    @api.model
    def _explain_hold(self, accounts):
        said = accounts.filtered(lambda account: account.hold and account.hold_reason)[:1]
        if not said:
            return self.env._("The account is on hold.")
        return self.env._("The account is on hold: %(reason)s", reason=said.hold_reason)

    @api.model
    def _format(self, reason, currency):
        return {
            name: currency.format(float(figure)) if isinstance(figure, Decimal) else figure
            for name, figure in reason.figures.items()
        }

    @api.model
    def _log(self, assessment, action, subject, *, case_key=None, mode=None, reason=None):
        """Write down what was decided: ``action`` as the outcome, beside what it was decided on.

        :param subject: an authorization, which tells the rest; or any record, with the rest told
        """
        decisions = self.env['pos_receivable.decision']
        # Elevated: nobody writes the log but through what has decided.
        return decisions.sudo().create(
            {
                **self._prepare_log(
                    assessment.company,
                    assessment,
                    action,
                    mode or subject.session_id.config_id.customer_account_check,
                ),
                'subject_model': subject._name,
                'subject_id': subject.id,
                'subject': subject.display_name,
                'case_key': case_key or subject.uuid,
                'reason': (reason if mode else subject.override_reason) or False,
            }
        )

    @api.model
    def _prepare_log(self, company, assessment, action, mode):
        """The values of a row in the log, but for what it is about.

        :param assessment: None where nobody is to pay
        """
        values = {
            'user_id': self.env.uid,
            'company_id': company.id,
            'action': 'reject' if action == 'refuse' else 'accept',
            'is_automatic': action != 'override',
            'capability': CAPABILITY,
            'mode': mode,
            'is_certain': False,
            'rules_version': RULES_VERSION,
            'score': 0,
            'margin': 0,
            'outcome': {'action': action, 'kind': 'hold'},
        }
        if not assessment:
            return values
        return values | {
            'inputs': {
                'amount': assessment.amount,
                'paid': assessment.paid,
                'exposure': assessment.exposure,
                'limit': assessment.limit,
                'overdue': assessment.overdue,
                'overdue_days': assessment.overdue_days,
            },
            'parts': [list(reason.values()) for reason in assessment.reasons],
            'outcome': {'action': action, 'kind': assessment.recommendation.kind},
        }


def _exact(amount):
    return Decimal(str(amount))
