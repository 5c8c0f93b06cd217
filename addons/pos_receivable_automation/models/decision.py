from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from odoo.addons.pos_receivable.tools.payload import read_id

GUARD = 'pos_receivable_decision_is_final'

ACTIONS = [
    ('observe', "Observed"),
    ('accept', "Accepted"),
    ('choose', "Chosen by Hand"),
    ('reject', "Rejected"),
    ('undo', "Undone"),
    ('elsewhere', "Done Otherwise"),
    ('erase', "Personal Data Erased"),
]

# What is written of persons, and what is left of it once that is erased.
PERSONAL = ('inputs', 'parts')
ERASED = '{"erased": true}'
ERASING = 'pos_receivable.erasing'  # on while it is: a setting of the transaction


class PosReceivableDecision(models.Model):
    """What was decided by a capability or by a person on what it proposed, and on which grounds. Only
    ever added to: neither the ORM nor SQL changes or deletes a row."""

    _name = 'pos_receivable.decision'
    _description = "Decision"
    _order = 'id desc'
    _log_access = False  # the author of a row must not be forgotten with its user
    _rec_name = 'subject'

    date = fields.Datetime(required=True, readonly=True, default=lambda self: self.env.cr.now())
    user_id = fields.Many2one('res.users', required=True, readonly=True, ondelete='restrict')
    company_id = fields.Many2one(
        'res.company', required=True, readonly=True, index=True, ondelete='restrict'
    )
    # Not references: a row stays true when the records it tells of are gone.
    subject_model = fields.Char(readonly=True)
    subject_id = fields.Integer(readonly=True, index=True)
    subject = fields.Char(string="Decided On", readonly=True)
    case_key = fields.Char(
        readonly=True,
        help="What counts once in the statistics, however often it was decided on.",
    )
    action = fields.Selection(ACTIONS, required=True, readonly=True)
    is_automatic = fields.Boolean(string="Automatic", readonly=True)
    is_together = fields.Boolean(
        string="Together", readonly=True, help="Accepted with others, at one click."
    )
    capability = fields.Char(readonly=True)
    mode = fields.Char(readonly=True)
    is_certain = fields.Boolean(
        string="Certain", readonly=True, help="Good enough to be done without a person."
    )
    rules_version = fields.Integer(readonly=True)
    score = fields.Integer(readonly=True)
    margin = fields.Integer(readonly=True)
    inputs = fields.Json(readonly=True)
    parts = fields.Json(readonly=True, help="The explanations that were weighed.")
    outcome = fields.Json(readonly=True)
    reason = fields.Char(readonly=True)
    summary = fields.Char(compute='_compute_summary')

    _reviews_idx = models.Index(
        "(company_id, capability, id) WHERE is_certain AND is_automatic IS NOT TRUE"
    )

    @api.depends('outcome')
    def _compute_summary(self):
        for decision in self:
            booked = (decision.outcome or {}).get('booked') or []
            decision.summary = ', '.join(
                f"{line['invoice']}: {line['amount']} {line['currency']}" for line in booked
            )

    def init(self):
        # A constraint of the database, so that no elevation gets around it. What is new since the
        # last update of the addon is filled in by that update, where it is empty, and final then.
        known = [name for name, field in self._fields.items() if field.store and field.column_type]
        self.env.cr.execute(
            SQL(
                """
                CREATE OR REPLACE FUNCTION %(guard)s() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN
                    IF TG_OP = 'UPDATE' AND NOT EXISTS (
                        SELECT 1
                          FROM jsonb_each(to_jsonb(NEW)) written
                         WHERE to_jsonb(OLD) -> written.key IS DISTINCT FROM written.value
                           AND (
                                written.key = ANY (%(known)s)
                             OR to_jsonb(OLD) -> written.key IS DISTINCT FROM 'null'
                           )
                           AND NOT (
                                written.key = ANY (%(personal)s)
                            AND written.value = %(erased)s::jsonb
                            AND current_setting(%(erasing)s, TRUE) = 'on'
                           )
                    ) THEN
                        RETURN NEW;
                    END IF;
                    RAISE EXCEPTION 'Decisions are final.';
                END $$;
                CREATE OR REPLACE TRIGGER %(guard)s
                BEFORE UPDATE OR DELETE ON %(table)s
                FOR EACH ROW EXECUTE FUNCTION %(guard)s();
                CREATE OR REPLACE TRIGGER %(guard_all)s
                BEFORE TRUNCATE ON %(table)s
                FOR EACH STATEMENT EXECUTE FUNCTION %(guard)s();
                """,
                guard=SQL.identifier(GUARD),
                guard_all=SQL.identifier(f'{GUARD}_all'),
                table=SQL.identifier(self._table),
                known=known,
                personal=list(PERSONAL),
                erased=ERASED,
                erasing=ERASING,
            )
        )

    @api.model
    def _drop_guard(self):
        self.env.cr.execute(SQL("DROP FUNCTION IF EXISTS %s() CASCADE", SQL.identifier(GUARD)))

    def action_erase(self):
        """Erase what is written of persons in these rows, as a payer may demand: what came in, and
        how it was explained. What was decided stays, and that it was erased is written down.

        :raise AccessError: not an accounting administrator
        """
        if not self.env.su and not self.env.user.has_group('account.group_account_manager'):
            raise AccessError(
                self.env._("Only accounting administrators may erase what is logged.")
            )
        if not all(read_id(id_) for id_ in self._ids) or not (decisions := self.exists()):
            raise UserError(self.env._("Choose the decisions to erase from."))
        decisions.check_access('read')
        decisions.flush_recordset()
        erased = SQL(", ").join(
            SQL("%s = %s::jsonb", SQL.identifier(name), ERASED) for name in PERSONAL
        )
        self.env.cr.execute(SQL("SELECT set_config(%s, 'on', TRUE)", ERASING))
        self.env.cr.execute(
            SQL(
                "UPDATE %s SET %s WHERE id IN %s",
                SQL.identifier(self._table),
                erased,
                decisions._ids,
            )
        )
        self.env.cr.execute(SQL("SELECT set_config(%s, 'off', TRUE)", ERASING))
        decisions.invalidate_recordset(PERSONAL)
        # Elevated: nobody may write the log but through methods like this one.
        self.sudo().create(
            [
                {
                    'user_id': self.env.uid,
                    'company_id': decision.company_id.id,
                    'subject_model': self._name,
                    'subject_id': decision.id,
                    'subject': decision.subject,
                    'action': 'erase',
                }
                for decision in decisions
            ]
        )

    def write(self, vals):
        # OVERRIDE
        if self:
            raise UserError(self.env._("Decisions are final: they are never changed."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("Decisions are final: they are never deleted."))

    @api.model
    def _log(
        self, subjects, action, *, outcomes=None, automatic=False, together=False, reason=False
    ):
        """Add a row per subject, elevated: people decide through methods that have checked them,
        and write neither the log nor what it depends on.

        :param subjects: records with a ``company_id``, a ``capability``, and a method
            ``_describe_decision`` that returns the values ``case_key``, ``inputs``, ``is_certain``,
            ``parts``, ``rules_version``, ``score`` and ``margin`` of a row
        :param outcomes: ``{subject: what was done, as JSON}``
        """
        modes = self.env['pos_receivable.mode'].sudo()
        return self.sudo().create(
            [
                {
                    'user_id': self.env.uid,
                    'company_id': subject.company_id.id,
                    'subject_model': subject._name,
                    'subject_id': subject.id,
                    'subject': subject.display_name,
                    'action': action,
                    'is_automatic': automatic,
                    'is_together': together,
                    'capability': subject.capability,
                    'mode': modes._get_mode(subject.company_id, subject.capability),
                    'outcome': (outcomes or {}).get(subject),
                    'reason': reason,
                    **subject._describe_decision(),
                }
                for subject in subjects
            ]
        )
