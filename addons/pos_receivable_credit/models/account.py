from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError
from odoo.tools import SQL

POLICIES = [
    ('limit', "Up to the credit limit"),
    ('unlimited', "Without a limit"),
    ('none', "Nothing"),
]
# From the strictest one, for merging.
STRICTNESS = ('none', 'limit', 'unlimited')


class PosReceivableCreditAccount(models.Model):
    """What a customer's commercial entity may buy on account in a company with its branches, which share
    what the customer owes, and the row that tills lock. The limit itself is the core's, on the contact."""

    _name = 'pos_receivable.credit.account'
    _description = "Credit Account"
    _inherit = ['mail.thread']
    _rec_name = 'partner_id'
    _order = 'hold desc, partner_id'

    partner_id = fields.Many2one(
        'res.partner',
        string="Customer",
        required=True,
        index=True,
        ondelete='cascade',
        domain="[('parent_id', '=', False)]",
    )
    company_id = fields.Many2one(
        'res.company',
        required=True,
        readonly=True,
        ondelete='cascade',
        default=lambda self: self.env.company.root_id,
        domain="[('parent_id', '=', False)]",
    )
    policy = fields.Selection(
        POLICIES,
        string="May Buy on Account",
        default='limit',
        required=True,
        tracking=True,
        help="The credit limit stands on the contact. Where there is none, the settings tell whether"
        " anything is sold on account.",
    )
    hold = fields.Boolean(
        string="On Hold",
        tracking=True,
        help="Nothing is sold on account until somebody lifts it.",
    )
    hold_reason = fields.Char(
        string="Why", tracking=True, help="Cashiers read it, and may say it to the customer."
    )
    hold_user_id = fields.Many2one('res.users', string="Held By", readonly=True)
    hold_date = fields.Datetime(string="Held Since", readonly=True)
    version = fields.Integer(readonly=True)

    _partner_unique = models.Constraint(
        'UNIQUE(partner_id, company_id)', "A customer has one credit account in a company."
    )

    @api.model
    def _find(self, partner, company):
        """What was said of a commercial entity, and of whoever became a part of it since; elevated.

        :param company: one of its branches will do
        """
        return self.sudo().search(
            [
                ('partner_id.commercial_partner_id', '=', partner.id),
                ('company_id', '=', company.sudo().root_id.id),
            ]
        )

    @api.model
    def _get(self, partner, company):
        """The account of a commercial entity itself, made when there is none; elevated."""
        if account := self._find(partner, company).filtered_domain(
            [('partner_id', '=', partner.id)]
        ):
            return account
        # Made by two tills at once, it is one row, and the second till is retried.
        self.env.cr.execute(
            SQL(
                "INSERT INTO %s (partner_id, company_id, policy, version) VALUES (%s, %s, 'limit', 0)"
                " ON CONFLICT DO NOTHING",
                SQL.identifier(self._table),
                partner.id,
                company.sudo().root_id.id,
            ),
            log_exceptions=False,
        )
        return self._find(partner, company).filtered_domain([('partner_id', '=', partner.id)])

    def _touch(self):
        """Change these rows: whoever does the same meanwhile waits, is retried, and sees what this
        transaction has done."""
        self.flush_recordset()
        self.env.cr.execute(
            SQL(
                "UPDATE %s SET version = COALESCE(version, 0) + 1 WHERE id IN %s",
                SQL.identifier(self._table),
                self._ids,
            ),
            log_exceptions=False,
        )
        self.invalidate_recordset(['version'], flush=False)

    # -------------------------------------------------------------------------
    # What may be owed
    # -------------------------------------------------------------------------

    def _get_policy(self, partner):
        """The strictest of these accounts' policies; a customer without one buys up to the limit."""
        policies = self.mapped('policy')
        if partner not in self.partner_id:
            policies.append('limit')
        return min(policies, key=STRICTNESS.index)

    def _get_limit(self, partner, company):
        """
        :param self: the customer's accounts, see ``_find``
        :return: in company currency; ``False`` where there is none. As in the core, a limit of
            nothing is none, and none counts where the company does not use limits
        """
        if self._get_policy(partner) == 'unlimited' or not company.root_id.account_use_credit_limit:
            return False
        # A branch whose own was never entered goes by that of the company it belongs to.
        for place in (company, company.root_id):
            limit = partner.with_company(place).credit_limit
            if company.currency_id.compare_amounts(limit, 0) > 0:
                return limit
        return False

    def _is_barred(self, partner, company, limit):
        """Whether nothing is sold on account, whatever is open: it was said so of this customer, or of
        all without a limit."""
        policy = self._get_policy(partner)
        if policy in ('none', 'unlimited'):
            return policy == 'none'
        return limit is False and company.root_id.receivable_credit_without_limit == 'none'

    # -------------------------------------------------------------------------
    # Who may change it
    # -------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        # OVERRIDE
        accounts = super().create([self._prepare_hold(vals) for vals in vals_list])
        for account in accounts:
            customer, root = account.partner_id.commercial_partner_id, account.company_id.root_id
            if (account.partner_id, account.company_id) != (customer, root):
                raise ValidationError(
                    self.env._(
                        "A credit account is %(customer)s's, in %(company)s: contacts and branches"
                        " share it.",
                        customer=customer.display_name,
                        company=root.display_name,
                    )
                )
        return accounts

    def write(self, vals):
        # OVERRIDE
        if not self.env.su and {'partner_id', 'company_id'} & vals.keys():
            raise AccessError(self.env._("A credit account stays with its customer and company."))
        return super().write(self._prepare_hold(vals))

    @api.model
    def _prepare_hold(self, vals):
        """Who holds it and since when, which nobody writes by hand."""
        vals = {
            name: value
            for name, value in vals.items()
            if self.env.su or name not in ('hold_user_id', 'hold_date', 'version')
        }
        if 'hold' not in vals:
            return vals
        is_held = bool(vals['hold'])
        return {
            'hold_user_id': is_held and self.env.uid,
            'hold_date': is_held and fields.Datetime.now(),
            **({} if is_held else {'hold_reason': False}),
            **vals,
        }

    @api.model
    def _merge(self, partners):
        """Keep the strictest of what was said of customers who are becoming one: under a unique
        constraint the core keeps one account and deletes the rest. Elevated."""
        accounts = self.search([('partner_id', 'in', partners.ids)])
        for same in accounts.grouped('company_id').values():
            policies = same.mapped('policy') + ['limit'] * bool(partners - same.partner_id)
            values = {'policy': min(policies, key=STRICTNESS.index)}
            if held := same.filtered('hold')[:1]:
                values |= {
                    'hold': True,
                    'hold_reason': held.hold_reason,
                    'hold_user_id': held.hold_user_id.id,
                    'hold_date': held.hold_date,
                }
            same.write(values)
