from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError
from odoo.tools import SQL

from ..matching.precision import lower_bound

CAPABILITIES = [
    ('structured_reference', "Structured reference"),
    ('invoice_number', "Complete invoice numbers"),
    ('short_number', "Short invoice numbers from a known payer"),
    ('number_list', "Lists of invoice numbers"),
    ('account_amount', "Known account and unique amount"),
    ('account_sum', "Known account and unique sum"),
    ('suggestion', "Suggestions without a hard signal"),
]
MODES = [('observe', "Observe"), ('assist', "Assist"), ('auto', "Automatic")]
LAST_REVIEWS = 1000  # what was long ago says little about today


class PosReceivableMatchMode(models.Model):
    """How far a rule may go in a company: be watched, propose, or book."""

    _name = 'pos_receivable.match.mode'
    _description = "Matching Mode"
    _inherit = ['mail.thread']
    _order = 'company_id, sequence, id'
    _rec_name = 'capability'

    company_id = fields.Many2one(
        'res.company', required=True, readonly=True, index=True, ondelete='cascade'
    )
    sequence = fields.Integer(readonly=True)
    capability = fields.Selection(CAPABILITIES, string="Rule", required=True, readonly=True)
    mode = fields.Selection(
        MODES,
        default='assist',
        required=True,
        tracking=True,
        help="Observe: decisions are only logged. Assist: proposals wait in the queue."
        " Automatic: what this rule is certain of is booked at night.",
    )
    reviewed_count = fields.Integer(string="Reviewed", compute='_compute_precision')
    right_count = fields.Integer(string="Right", compute='_compute_precision')
    precision = fields.Float(
        string="Proven Precision",
        compute='_compute_precision',
        help="With 95 % confidence, at least this share of the certain proposals is right.",
    )
    is_proven = fields.Boolean(string="Ready for Automatic", compute='_compute_precision')

    _capability_unique = models.UniqueIndex('(company_id, capability)')

    @api.depends('company_id', 'capability')
    def _compute_precision(self):
        settings = self.env['pos_receivable.jobs']
        wanted, least = settings._get_setting('precision'), settings._get_setting('reviews')
        for mode in self:
            reviewed, right = mode._count_reviews()
            mode.reviewed_count = reviewed
            mode.right_count = right
            mode.precision = lower_bound(right, reviewed) if reviewed else 0.0
            mode.is_proven = (
                mode.capability != 'suggestion'
                and reviewed >= least
                and mode.precision * 100 >= wanted
            )

    def _forget_precision(self):
        """What depends on the log, which nothing announces, is to be read again."""
        self.invalidate_recordset(['is_proven', 'precision', 'reviewed_count', 'right_count'])

    def _count_reviews(self):
        """What people said of the last proposals of this rule that it was certain of.

        Nobody having looked at an automatic booking does not make it right: only what is undone
        counts, as wrong.

        :return: ``(reviewed, right)``
        """
        self.ensure_one()
        self.env['pos_receivable.match.decision'].flush_model()
        [[reviewed, right]] = self.env.execute_query(
            SQL(
                """
                SELECT COUNT(*), COUNT(*) FILTER (WHERE action = 'accept')
                  FROM (
                          SELECT DISTINCT ON (proposal) proposal, action
                            FROM pos_receivable_match_decision
                           WHERE company_id = %s
                             AND capability = %s
                             AND tier = 'certain'
                             AND is_automatic IS NOT TRUE
                             AND action IN ('accept', 'choose', 'reject', 'undo')
                        ORDER BY proposal DESC, (action = 'accept'), id DESC
                           LIMIT %s
                       ) review
                """,
                self.company_id.id,
                self.capability,
                LAST_REVIEWS,
            )
        )
        return reviewed, right

    def write(self, vals):
        # OVERRIDE
        if not self.env.su and set(vals) - {'mode'}:
            raise AccessError(self.env._("Of a rule, only its mode can be changed."))
        return super().write(vals)

    @api.constrains('mode')
    def _check_proven(self):
        settings = self.env['pos_receivable.jobs']
        self._forget_precision()
        for mode in self.filtered(lambda mode: mode.mode == 'auto' and not mode.is_proven):
            if mode.capability == 'suggestion':
                raise ValidationError(
                    self.env._("Without a hard signal nothing is ever booked automatically.")
                )
            raise ValidationError(
                self.env._(
                    "%(rule)s cannot be automatic yet: of %(reviewed)s reviewed proposals"
                    " %(right)s were right, which proves a precision of %(proven).1f %%. Needed"
                    " are %(least)s reviews and %(wanted)s %%.",
                    rule=dict(mode._fields['capability']._description_selection(self.env))[
                        mode.capability
                    ],
                    reviewed=mode.reviewed_count,
                    right=mode.right_count,
                    proven=mode.precision * 100,
                    least=settings._get_setting('reviews'),
                    wanted=settings._get_setting('precision'),
                )
            )

    @api.model
    def _ensure(self, companies):
        """A record per company and rule, so that all can be seen and set."""
        known = {
            (company.id, capability)
            for company, capability in self._read_group(
                [('company_id', 'in', companies.ids)], ['company_id', 'capability']
            )
        }
        self.create(
            [
                {'company_id': company.id, 'capability': capability, 'sequence': place}
                for company in companies
                for place, (capability, _label) in enumerate(CAPABILITIES)
                if (company.id, capability) not in known
            ]
        )

    @api.model
    def _get_mode(self, company, capability):
        found = self.search([('company_id', '=', company.id), ('capability', '=', capability)])
        return found.mode or 'assist'

    @api.model
    def _fall_back(self, company, capability):
        """Book nothing more automatically by this rule if its precision is no longer proven, and
        tell the person responsible."""
        mode = self.search(
            [
                ('company_id', '=', company.id),
                ('capability', '=', capability),
                ('mode', '=', 'auto'),
            ]
        )
        mode._forget_precision()
        if not mode or mode.is_proven:
            return
        mode.mode = 'assist'
        person = (
            company.receivable_reconcile_user_id
            or company.root_id.receivable_reconcile_user_id
            or self.env.ref('base.user_admin')
        )
        mode.message_post(
            body=self.env._(
                "Automatic booking was switched off: of the last %(reviewed)s reviewed proposals"
                " only %(right)s were right. They wait in the queue again.",
                reviewed=mode.reviewed_count,
                right=mode.right_count,
            ),
            partner_ids=person.partner_id.ids,
        )

    def action_open_modes(self):
        """The modes of the companies the user has chosen, whatever records this is called on."""
        self.browse().check_access('read')
        # Elevated: the records only spell out defaults; changing one takes rights of its own.
        self.sudo()._ensure(self.env.companies)
        return self.env['ir.actions.act_window']._for_xml_id('pos_receivable.match_mode_action')
