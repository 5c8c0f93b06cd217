from odoo import api, fields, models, tools
from odoo.exceptions import AccessError
from odoo.tools import format_date

from ..deciding import CODES, Rule

ACTIONS = [
    ('address', "Find an address"),
    ('broken_promise', "Ask about the promise"),
    ('reply', "Answer"),
    ('credits', "Apply credits"),
    ('dispute', "Settle the dispute"),
    ('call', "Call"),
    ('remind', "Remind"),
    ('wait', "Wait"),
]


class PosReceivableFollowupRule(models.Model):
    """What is to be done next: the first of these that holds, in their order. The same for every
    company; which of them hold is decided in ``deciding/actions.py``."""

    _name = 'pos_receivable.followup.rule'
    _description = "Next Action Rule"
    _order = 'sequence, id'
    _rec_name = 'code'

    code = fields.Selection(ACTIONS, string="Action", required=True, readonly=True)
    sequence = fields.Integer(default=100)
    active = fields.Boolean(default=True)
    parameter = fields.Integer(
        string="Days",
        help="From so many days on: late for calling and reminding, open for a dispute.",
    )

    _code_unique = models.Constraint('UNIQUE (code)', "There is already a rule for this action.")
    _parameter_days = models.Constraint(
        'CHECK (parameter >= 0)', "A number of days is none below zero."
    )

    @api.model_create_multi
    def create(self, vals_list):
        # EXTENDS 'base'
        self.env.registry.clear_cache()
        return super().create(vals_list)

    def write(self, vals):
        # EXTENDS 'base'
        if 'code' in vals and not self.env.su:
            raise AccessError(self.env._("What a rule is about stays: put them in another order."))
        self.env.registry.clear_cache()
        return super().write(vals)

    def unlink(self):
        # EXTENDS 'base'
        self.env.registry.clear_cache()
        return super().unlink()

    @api.model
    @tools.ormcache()
    def _get_rules(self):
        """The rules in use, as values: :class:`Rule`. Nobody's secret."""
        rules = self.sudo().search([('code', 'in', CODES)])
        return tuple(Rule(rule.code, rule.parameter) for rule in rules)

    @api.model
    def _say(self, reasons, currency):
        """What :class:`Choice` holds, in the user's language.

        :param reasons: as they were kept: ``[[what, {its figures}], …]``
        :return: a list of sentences
        """
        return [self._say_one(what, figures, currency) for what, figures in reasons or []]

    @api.model
    def _say_one(self, what, figures, currency):
        _ = self.env._
        told = {
            name: format_date(self.env, value)
            if name == 'date'
            else currency.format(value)
            if name in ('amount', 'received', 'overdue')
            else value
            for name, value in figures.items()
        }
        return {
            'bounces': lambda: _("E-mails to %(email)s come back.", **told),
            'unreachable': lambda: _("There is neither a phone number nor an e-mail address."),
            'broken': lambda: _(
                "They promised %(amount)s for %(date)s; %(received)s came.", **told
            ),
            'replied': lambda: _("They wrote on %(date)s and nobody has answered.", **told),
            'credits': lambda: _(
                "Credits of %(amount)s are not used, while %(overdue)s is late.", **told
            ),
            'disputed': lambda: _("A dispute is open since %(date)s, %(days)s days.", **told),
            'late': lambda: _("%(amount)s is late, some of it for %(days)s days.", **told),
            'last': lambda: _("Somebody last did something on %(date)s.", **told),
            'snoozed': lambda: _("To be left alone until %(date)s.", **told),
            'insolvent': lambda: _("The customer is insolvent: nobody asks for money."),
            'promised': lambda: _("They have promised to pay; it may take until %(date)s.", **told),
            'all_disputed': lambda: _("All that is late is disputed."),
            'nothing_late': lambda: _("Nothing is late."),
            'rests': lambda: _("Somebody did something on %(date)s: give it a week.", **told),
            'recent': lambda: _("Late for %(days)s days only.", **told),
        }[what]()
