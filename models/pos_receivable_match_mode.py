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
LAST_REVIEWS = 1000  # receipts; what was long ago says little about today


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
    together_count = fields.Integer(
        string="Accepted Together",
        compute='_compute_precision',
        help="What was accepted with others at one click proves nothing: not among the reviewed.",
    )
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
            reviewed, right, together = mode._count_reviews()
            mode.reviewed_count = reviewed
            mode.right_count = right
            mode.together_count = together
            mode.precision = lower_bound(right, reviewed) if reviewed else 0.0
            mode.is_proven = (
                mode.capability != 'suggestion'
                and reviewed >= least
                and mode.precision * 100 >= wanted
            )

    def _forget_precision(self):
        """What depends on the log, which nothing announces, is to be read again."""
        self.invalidate_recordset(
            ['is_proven', 'precision', 'reviewed_count', 'right_count', 'together_count']
        )

    def _count_reviews(self):
        """What people said of the last receipts that this rule was certain of.

        The rule of the statistics:

        * One receipt is one review, however often it was proposed, decided on and undone.
        * It is right when somebody accepted it as proposed, and only while its booking stands.
        * It is wrong for good when it was once rejected or undone, in the queue or in the books, when
          other invoices were chosen, or when its money went elsewhere.
        * What was accepted only together with others, at one click, is counted apart. It proves
          nothing, nor makes it room for itself by pushing others out; if wrong, it counts.
        * Nobody having looked at an automatic booking does not make it right; it can be wrong.

        :return: ``(reviewed, right, accepted together)``, the last not among the others
        """
        self.ensure_one()
        self.env['pos_receivable.match.decision'].flush_model()
        self.env['account.partial.reconcile'].flush_model()
        [counts] = self.env.execute_query(
            SQL(
                """
                WITH receipt AS (
                        SELECT MAX(id) AS last_id,
                               BOOL_OR(action != 'accept') AS is_wrong,
                               BOOL_OR(action = 'accept' AND is_together IS NOT TRUE) AS is_single,
                               ARRAY_AGG(id) FILTER (WHERE action = 'accept') AS accepted
                          FROM pos_receivable_match_decision
                         WHERE company_id = %(company)s
                           AND capability = %(capability)s
                           AND tier = 'certain'
                           AND is_automatic IS NOT TRUE
                           AND action IN ('accept', 'choose', 'reject', 'undo', 'elsewhere')
                      GROUP BY receipt_key, CASE WHEN receipt_key IS NULL THEN proposal END
                     ),
                     numbered AS (
                        SELECT *,
                               ROW_NUMBER() OVER (
                                   PARTITION BY is_wrong OR is_single ORDER BY last_id DESC
                               ) AS place
                          FROM receipt
                     ),
                     review AS (
                        SELECT is_single,
                               is_wrong OR EXISTS (
                                    SELECT 1
                                      FROM pos_receivable_match_decision decision
                                CROSS JOIN jsonb_array_elements_text(
                                               decision.outcome -> 'partials'
                                           ) booked (id)
                                 LEFT JOIN account_partial_reconcile partial
                                        ON partial.id = booked.id::int
                                     WHERE decision.id = ANY(accepted)
                                       AND partial.id IS NULL
                               ) AS is_wrong
                          FROM numbered
                         WHERE place <= %(last)s
                     )
                SELECT COUNT(*) FILTER (WHERE is_wrong OR is_single),
                       COUNT(*) FILTER (WHERE is_single AND NOT is_wrong),
                       COUNT(*) FILTER (WHERE NOT is_single AND NOT is_wrong)
                  FROM review
                """,
                company=self.company_id.id,
                capability=self.capability,
                last=LAST_REVIEWS,
            )
        )
        return counts

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
            sentences = [
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
            ]
            if mode.together_count:
                sentences.append(
                    self.env._(
                        "%(together)s more were accepted together with others, at one click: they"
                        " do not count.",
                        together=mode.together_count,
                    )
                )
            raise ValidationError(' '.join(sentences))

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
