from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..matching import RULES_VERSION

GUARD = 'pos_receivable_match_decision_is_final'

ACTIONS = [
    ('observe', "Observed"),
    ('accept', "Accepted"),
    ('choose', "Chosen by Hand"),
    ('reject', "Rejected"),
    ('undo', "Undone"),
    ('elsewhere', "Booked Otherwise"),
]


class PosReceivableMatchDecision(models.Model):
    """What was decided on a proposal, by whom and on which grounds. Only ever added to: neither
    the ORM nor SQL changes or deletes a row."""

    _name = 'pos_receivable.match.decision'
    _description = "Matching Decision"
    _order = 'id desc'
    _log_access = False  # the author of a row must not be forgotten with its user
    _rec_name = 'receipt'

    date = fields.Datetime(required=True, readonly=True, default=lambda self: self.env.cr.now())
    user_id = fields.Many2one('res.users', required=True, readonly=True, ondelete='restrict')
    company_id = fields.Many2one(
        'res.company', required=True, readonly=True, index=True, ondelete='restrict'
    )
    # Not references: a row stays true when the records it tells of are gone.
    proposal = fields.Integer(readonly=True, index=True)
    receipt = fields.Char(readonly=True, help="The payment or statement line.")
    receipt_key = fields.Integer(
        readonly=True,
        help="Number of the payment's journal item; negative: of the statement line.",
    )
    action = fields.Selection(ACTIONS, required=True, readonly=True)
    is_automatic = fields.Boolean(string="Automatic", readonly=True)
    is_together = fields.Boolean(
        string="Together", readonly=True, help="Accepted with others, at one click."
    )
    capability = fields.Char(readonly=True)
    mode = fields.Char(readonly=True)
    tier = fields.Char(readonly=True)
    rules_version = fields.Integer(readonly=True)
    score = fields.Integer(readonly=True)
    margin = fields.Integer(readonly=True)
    inputs = fields.Json(readonly=True)
    candidates = fields.Json(readonly=True)
    outcome = fields.Json(readonly=True)
    reason = fields.Char(readonly=True)
    summary = fields.Char(compute='_compute_summary')

    _reviews_idx = models.Index(
        "(company_id, capability, id) WHERE tier = 'certain' AND is_automatic IS NOT TRUE"
    )

    @api.depends('outcome')
    def _compute_summary(self):
        for decision in self:
            booked = (decision.outcome or {}).get('booked') or []
            decision.summary = ', '.join(
                f"{line['invoice']}: {line['amount']} {line['currency']}" for line in booked
            )

    def init(self):
        # A constraint of the database, so that no elevation gets around it.
        self.env.cr.execute(
            SQL(
                """
                CREATE OR REPLACE FUNCTION %(guard)s() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN
                    RAISE EXCEPTION 'Matching decisions are final.';
                END $$;
                CREATE OR REPLACE TRIGGER %(guard)s
                BEFORE UPDATE OR DELETE OR TRUNCATE ON %(table)s
                FOR EACH STATEMENT EXECUTE FUNCTION %(guard)s();
                """,
                guard=SQL.identifier(GUARD),
                table=SQL.identifier(self._table),
            )
        )

    @api.model
    def _drop_guard(self):
        self.env.cr.execute(SQL("DROP FUNCTION IF EXISTS %s() CASCADE", SQL.identifier(GUARD)))

    def write(self, vals):
        # OVERRIDE
        if self:
            raise UserError(self.env._("Matching decisions are final: they are never changed."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("Matching decisions are final: they are never deleted."))

    @api.model
    def _log(
        self, proposals, action, *, outcomes=None, automatic=False, together=False, reason=False
    ):
        """Add a row per proposal, elevated: people decide through methods that have checked them,
        and write neither the log nor what it depends on.

        :param outcomes: ``{proposal: what was booked, as JSON}``
        """
        modes = self.env['pos_receivable.match.mode'].sudo()
        return self.sudo().create(
            [
                {
                    'user_id': self.env.uid,
                    'company_id': proposal.company_id.id,
                    'proposal': proposal.id,
                    'receipt': proposal.display_name,
                    'receipt_key': proposal.line_id.id or -proposal.statement_line_id.id,
                    'action': action,
                    'is_automatic': automatic,
                    'is_together': together,
                    'capability': proposal.capability,
                    'mode': modes._get_mode(proposal.company_id, proposal.capability),
                    'tier': proposal.tier,
                    'rules_version': RULES_VERSION,
                    'score': proposal.score,
                    'margin': proposal.margin,
                    'inputs': proposal._describe_inputs(),
                    'candidates': [candidate._describe() for candidate in proposal.candidate_ids],
                    'outcome': (outcomes or {}).get(proposal),
                    'reason': reason,
                }
                for proposal in proposals
            ]
        )
