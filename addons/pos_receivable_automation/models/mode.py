from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError
from odoo.tools import SQL

from ..tools.precision import lower_bound

MODES = [('observe', "Observe"), ('assist', "Assist"), ('auto', "Automatic")]
LAST_REVIEWS = 1000  # cases; what was long ago says little about today


class PosReceivableMode(models.Model):
    """How far a capability may go in a company: be watched, propose, or act alone."""

    _name = 'pos_receivable.mode'
    _description = "Automation Mode"
    _inherit = ['mail.thread']
    _order = 'company_id, sequence, id'
    _rec_name = 'capability'

    company_id = fields.Many2one(
        'res.company', required=True, readonly=True, index=True, ondelete='cascade'
    )
    sequence = fields.Integer(readonly=True)
    capability = fields.Selection(
        selection=lambda self: self._select_capabilities(), required=True, readonly=True
    )
    area = fields.Selection(selection=lambda self: self._select_areas(), compute='_compute_area')
    mode = fields.Selection(
        MODES,
        default='assist',
        required=True,
        tracking=True,
        help="Observe: decisions are only logged. Assist: proposals wait for a person. Automatic:"
        " what the capability is certain of is done without one.",
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

    # -------------------------------------------------------------------------
    # For other addons to extend
    # -------------------------------------------------------------------------

    @api.model
    def _get_areas(self):
        """The areas in which something may act by itself.

        :return: ``{area: its name, in the user's language}``
        """
        return {}

    @api.model
    def _get_capabilities(self):
        """What may act by itself, in the order in which it is listed.

        :return: ``{code: Capability}``, their labels in the user's language
        """
        return {}

    @api.model
    def _get_fallen(self):
        """The condition that what a ``decision`` of a surrounding query did stands no more: it was
        taken back by others than those who write the log."""
        return SQL("FALSE")

    @api.model
    def _flush_fallen(self):
        """Flush what :meth:`_get_fallen` reads."""

    # -------------------------------------------------------------------------
    # Capabilities
    # -------------------------------------------------------------------------

    @api.model
    def _select_capabilities(self):
        return [(code, known.label) for code, known in self._get_capabilities().items()]

    @api.model
    def _select_areas(self):
        return list(self._get_areas().items())

    @api.depends('capability')
    def _compute_area(self):
        capabilities = self._get_capabilities()
        for mode in self:
            known = capabilities.get(mode.capability)
            mode.area = known.area if known else False

    def _may_be_automatic(self):
        """Whether acting alone is among what the capability may ever do."""
        known = self._get_capabilities().get(self.capability)
        return bool(known) and known.highest == 'auto'

    # -------------------------------------------------------------------------
    # Precision
    # -------------------------------------------------------------------------

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
                mode._may_be_automatic() and reviewed >= least and mode.precision * 100 >= wanted
            )

    def _forget_precision(self):
        """What depends on the log, which nothing announces, is to be read again."""
        self.invalidate_recordset(
            ['is_proven', 'precision', 'reviewed_count', 'right_count', 'together_count']
        )

    def _count_reviews(self):
        """What people said of the last cases that this capability was certain of.

        The rule of the statistics:

        * One case is one review, however often it was proposed, decided on and undone.
        * It is right when somebody accepted it as proposed, and only while what was done stands.
        * It is wrong for good when it was once rejected or undone, in the queue or in the books, when
          something else was chosen, or done elsewhere.
        * What was accepted only together with others, at one click, is counted apart. It proves
          nothing, nor makes it room for itself by pushing others out; if wrong, it counts.
        * Nobody having looked at what was done automatically does not make it right; it can be wrong.

        :return: ``(reviewed, right, accepted together)``, the last not among the others
        """
        self.ensure_one()
        self.env['pos_receivable.decision'].flush_model()
        self._flush_fallen()
        [counts] = self.env.execute_query(
            SQL(
                """
                WITH looked_at AS (
                        SELECT MAX(id) AS last_id,
                               BOOL_OR(action != 'accept') AS is_wrong,
                               BOOL_OR(action = 'accept' AND is_together IS NOT TRUE) AS is_single,
                               ARRAY_AGG(id) FILTER (WHERE action = 'accept') AS accepted
                          FROM pos_receivable_decision
                         WHERE company_id = %(company)s
                           AND capability = %(capability)s
                           AND is_certain
                           AND is_automatic IS NOT TRUE
                           AND action IN ('accept', 'choose', 'reject', 'undo', 'elsewhere')
                      GROUP BY case_key, CASE WHEN case_key IS NULL THEN subject_id END
                     ),
                     numbered AS (
                        SELECT *,
                               ROW_NUMBER() OVER (
                                   PARTITION BY is_wrong OR is_single ORDER BY last_id DESC
                               ) AS place
                          FROM looked_at
                     ),
                     review AS (
                        SELECT is_single,
                               is_wrong OR EXISTS (
                                    SELECT 1
                                      FROM pos_receivable_decision decision
                                     WHERE decision.id = ANY(accepted)
                                       AND %(fallen)s
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
                fallen=self._get_fallen(),
                last=LAST_REVIEWS,
            )
        )
        return counts

    def write(self, vals):
        # OVERRIDE
        if not self.env.su and set(vals) - {'mode'}:
            raise AccessError(self.env._("Of a capability, only its mode can be changed."))
        return super().write(vals)

    @api.constrains('mode')
    def _check_proven(self):
        settings = self.env['pos_receivable.jobs']
        self._forget_precision()
        for mode in self.filtered(lambda mode: mode.mode == 'auto' and not mode.is_proven):
            if not mode._may_be_automatic():
                raise ValidationError(self._get_capabilities()[mode.capability].why_not)
            sentences = [
                self.env._(
                    "%(capability)s cannot be automatic yet: of %(reviewed)s reviewed proposals"
                    " %(right)s were right, which proves a precision of %(proven).1f %%. Needed"
                    " are %(least)s reviews and %(wanted)s %%.",
                    capability=self._get_capabilities()[mode.capability].label,
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
        """A record per company and capability, so that all can be seen and set."""
        known = {
            (company.id, capability)
            for company, capability in self._read_group(
                [('company_id', 'in', companies.ids)], ['company_id', 'capability']
            )
        }
        self.create(
            [
                {
                    'company_id': company.id,
                    'capability': capability,
                    'sequence': place,
                }
                for company in companies
                for place, capability in enumerate(self._get_capabilities())
                if (company.id, capability) not in known
            ]
        )

    @api.model
    def _get_mode(self, company, capability):
        found = self.search([('company_id', '=', company.id), ('capability', '=', capability)])
        return found.mode or 'assist'

    @api.model
    def _fall_back(self, company, capability):
        """Let ``capability`` act alone no more if its precision is no longer proven, and tell the
        person responsible."""
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
                "Acting alone was switched off: of the last %(reviewed)s reviewed proposals"
                " only %(right)s were right. They wait for a person again.",
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
        return self.env['ir.actions.act_window']._for_xml_id(
            'pos_receivable_automation.mode_action'
        )
