from dataclasses import dataclass

from odoo import api, models

CAPABILITY = 'credit'


@dataclass(frozen=True)
class Recommendation:
    kind: str  # approve, deposit, hold
    deposit: float = 0.0


@dataclass(frozen=True)
class Assessment:
    """What speaks for and against selling on a customer's account; in company currency."""

    company: models.BaseModel
    partner: models.BaseModel
    amount: float
    recommendation: Recommendation
    parts: tuple  # (code, name, amount)
    exposure: float
    limit: float | bool  # False for none
    available: float | bool
    overdue: float
    overdue_days: int
    reasons: tuple  # {'code', 'text'}


class PosReceivableCreditCheck(models.AbstractModel):
    _name = 'pos_receivable.credit.check'
    _description = "What May Be Sold on a Customer's Account"

    @api.model
    def _evaluate(self, partner, company, amount, *, excluding=None, excluding_orders=None):
        """
        :param amount: that is about to be sold on account, in company currency
        :param excluding: authorizations that do not count
        :param excluding_orders: orders that do not count
        """
        env = self.with_company(company).sudo().env
        partner, currency = partner.with_env(env), company.currency_id
        parts = self._read_parts(partner, company, excluding, excluding_orders)
        exposure = currency.round(sum(part for _code, _name, part in parts))
        limit = partner.credit_limit if partner.use_partner_credit_limit else False
        available = limit is not False and currency.round(limit - exposure)
        reasons = []
        account = env['pos_receivable.credit.account']._get(partner, company)
        if account.hold:
            reasons.append(
                {'code': 'on_hold', 'text': account.hold_reason or self.env._("On hold.")}
            )
        if limit is not False and currency.compare_amounts(amount, available) > 0:
            text = self.env._(
                "Open %(exposure)s and %(amount)s more are above the limit of %(limit)s.",
                exposure=currency.format(exposure),
                amount=currency.format(amount),
                limit=currency.format(limit),
            )
            reasons.append({'code': 'over_limit', 'text': text})
        return Assessment(
            company=company,
            partner=partner,
            amount=amount,
            recommendation=Recommendation('hold' if reasons else 'approve'),
            parts=tuple(parts),
            exposure=exposure,
            limit=limit,
            available=available,
            overdue=0.0,
            overdue_days=0,
            reasons=tuple(reasons),
        )

    @api.model
    def _read_parts(self, partner, company, excluding, excluding_orders):
        env, currency = partner.env, company.currency_id
        [[ledger]] = env['account.move.line']._read_group(
            [
                ('company_id', 'child_of', company.root_id.id),
                ('partner_id', 'child_of', partner.id),
                ('account_id.account_type', '=', 'asset_receivable'),
                ('parent_state', '=', 'posted'),
                ('reconciled', '=', False),
            ],
            aggregates=['amount_residual:sum'],
        )
        payments = env['pos.payment'].search(
            [
                ('pos_order_id', 'not in', (excluding_orders or env['pos.order']).ids),
                ('pos_order_id.partner_id', 'child_of', partner.id),
                ('pos_order_id.state', 'in', ('paid', 'done')),
                ('pos_order_id.account_move', '=', False),
                ('payment_method_id.journal_id', '=', False),
                ('session_id.state', '!=', 'closed'),
                ('company_id', 'child_of', company.root_id.id),
            ]
        )
        orders = sum(
            payment.currency_id._convert(
                payment.amount, currency, payment.company_id, payment.payment_date.date()
            )
            for payment in payments
        )
        authorizations = env['pos_receivable.credit.authorization']
        [[reserved]] = authorizations._read_group(
            [
                ('id', 'not in', (excluding or authorizations).ids),
                ('partner_id', '=', partner.id),
                ('company_id', '=', company.id),
                ('state', '=', 'authorized'),
                ('expires_at', '>', env.cr.now()),
            ],
            aggregates=['amount_company:sum'],
        )
        return [
            ('ledger', self.env._("Invoices and entries"), currency.round(ledger or 0.0)),
            ('open_orders', self.env._("Bought on account"), currency.round(orders)),
            ('reserved', self.env._("Reserved at tills"), currency.round(reserved or 0.0)),
        ]

    @api.model
    def _log(self, assessment, action, subject):
        """Write down what was decided: ``action`` as the outcome, beside what it was decided on."""
        return (
            self.env['pos_receivable.decision']
            .sudo()
            .create(
                {
                    'user_id': self.env.uid,
                    'company_id': assessment.company.id,
                    'subject_model': subject._name,
                    'subject_id': subject.id,
                    'subject': subject.display_name,
                    'case_key': subject.uuid,
                    'action': 'reject' if action == 'refuse' else 'accept',
                    'is_automatic': action != 'override',
                    'capability': CAPABILITY,
                    'mode': subject.session_id.config_id.customer_account_check,
                    'is_certain': False,
                    'rules_version': 1,
                    'score': 0,
                    'margin': 0,
                    'inputs': {
                        'amount': assessment.amount,
                        'exposure': assessment.exposure,
                        'limit': assessment.limit,
                    },
                    'parts': [list(reason.values()) for reason in assessment.reasons],
                    'outcome': {'action': action, 'kind': assessment.recommendation.kind},
                    'reason': subject.override_reason or False,
                }
            )
        )
