import datetime

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.pos_receivable.tools.locks import lock_rows, share_row
from odoo.addons.pos_receivable.tools.payload import read_date, read_id, read_text
from odoo.addons.pos_receivable.tools.retries import busy_in_words

from .next_action import ACTIONS

MAX_NOTE = 2000
MAX_SNOOZE = datetime.timedelta(days=366)
CHANGEABLE = {'user_id'}  # by hand; whatever else a case knows has a method
THREAD = ('message_', 'activity_', 'website_message_')  # what a form sends of its chatter
DEEDS = [
    ('call', "Call"),
    ('promise', "Promise"),
    ('dispute', "Dispute"),
    ('snooze', "Left alone"),
    ('insolvent', "Insolvency"),
    ('reminder', "Reminder"),
]


class PosReceivableCase(models.Model):
    """A customer who owes a company something that is late, promised or disputed. One for each; it is
    archived once nothing of that is left, and opened again with its history.

    The figures are those of the last look, for the list; whoever opens or acts looks again.

    The doors lock the case first, look whether somebody else has acted since the one who asks has
    looked, and answer with the sheet as it is now."""

    _name = 'pos_receivable.case'
    _description = "Follow-up Case"
    _inherit = ['mail.thread', 'mail.activity.mixin']
    _order = 'expected desc, overdue desc, id'
    _rec_name = 'partner_id'

    active = fields.Boolean(default=True, readonly=True)
    # The root company: branches share customers, accounts and credit notes.
    company_id = fields.Many2one(
        'res.company', required=True, readonly=True, index=True, ondelete='cascade'
    )
    currency_id = fields.Many2one(related='company_id.currency_id')
    partner_id = fields.Many2one(
        'res.partner',
        string="Customer",
        required=True,
        readonly=True,
        index=True,
        ondelete='cascade',
    )
    user_id = fields.Many2one(
        'res.users', string="Collector", tracking=True, index='btree_not_null'
    )
    overdue = fields.Monetary(
        readonly=True, help="What is late and neither disputed nor kept out of follow-up."
    )
    credits = fields.Monetary(
        readonly=True, help="Credit notes and payments not used yet. They are not taken off."
    )
    disputed = fields.Monetary(readonly=True)
    promised = fields.Monetary(readonly=True)
    silent = fields.Monetary(
        string="Not Followed Up",
        readonly=True,
        help="What is late, but blocked or excluded from follow-up.",
    )
    oldest_due = fields.Date(string="Late Since", readonly=True)
    expected = fields.Monetary(
        string="At Stake",
        readonly=True,
        help="What is expected to be still unpaid in 30 days: of each instalment its amount times the"
        " chance that it is.",
    )
    unpaid_chance = fields.Float(
        string="Unpaid in 30 Days",
        readonly=True,
        help="The share of the overdue amount that is expected to be still unpaid in 30 days.",
    )
    action = fields.Selection(ACTIONS, string="Next Action", readonly=True)
    # As ``Choice`` in deciding/actions.py, to be told in the language of whoever reads.
    action_reasons = fields.Json(readonly=True)
    action_reason = fields.Char(string="Because", compute='_compute_action_reason')
    snoozed_until = fields.Date(tracking=True, readonly=True)
    is_insolvent = fields.Boolean(string="Insolvent", tracking=True, readonly=True)
    looked_at = fields.Datetime(string="Figures of", readonly=True)
    # The last that somebody did about it, when and who.
    deed = fields.Selection(DEEDS, string="Last Done", readonly=True)
    deed_at = fields.Datetime(string="Last Done On", readonly=True)
    deed_user_id = fields.Many2one('res.users', string="Last Done By", readonly=True)
    promise_ids = fields.One2many('pos_receivable.promise', 'case_id', readonly=True)
    dispute_ids = fields.One2many('pos_receivable.dispute', 'case_id', readonly=True)

    _partner_company_unique = models.Constraint(
        'UNIQUE (company_id, partner_id)', "A customer has one case in a company."
    )

    @api.depends('action_reasons')
    @api.depends_context('lang')
    def _compute_action_reason(self):
        rules = self.env['pos_receivable.followup.rule']
        for case in self:
            case.action_reason = ' '.join(rules._say(case.action_reasons, case.currency_id))

    def write(self, vals):
        # EXTENDS 'mail'
        unknown = [name for name in vals.keys() - CHANGEABLE if not name.startswith(THREAD)]
        if unknown and not self.env.su:
            raise AccessError(self.env._("Of a case, only its collector is changed by hand."))
        return super().write(vals)

    @api.model
    def _get(self, partner, company):
        """The case of a contact's commercial entity in a company's tree, open; made when there is none.
        Elevated by the caller.

        Two at once: the second waits for the first, and is then retried as a whole.
        """
        self.flush_model()
        [[case_id]] = self.env.execute_query(
            SQL(
                """
                INSERT INTO pos_receivable_case AS known
                            (company_id, partner_id, active, is_insolvent,
                             create_uid, create_date, write_uid, write_date)
                     VALUES (%(company)s, %(partner)s, TRUE, FALSE,
                             %(user)s, %(now)s, %(user)s, %(now)s)
                ON CONFLICT (company_id, partner_id)
                  DO UPDATE SET active = TRUE
                  RETURNING id
                """,
                company=company.root_id.id,
                partner=partner.commercial_partner_id.id,
                user=self.env.uid,
                now=self.env.cr.now(),
            )
        )
        case = self.browse(case_id)
        case.invalidate_recordset(['active'])
        return case

    @api.model
    def _refresh(self, company, customers=None):
        """Look anew at what customers owe: open, renew and archive cases.

        :param company: any of the tree
        :param customers: commercial entities, ``None`` for all
        """
        self.env['pos_receivable.followup.engine'].sudo()._refresh(company, customers)

    @api.model
    def _merge(self, sources, destination):
        """Before contacts become one: of their cases in a company one is left, with all that the others
        hold. Elevated."""
        known = self.with_context(active_test=False)
        cases = known.search([('partner_id', 'in', (sources | destination).ids)])
        for theirs in cases.grouped('company_id').values():
            kept = theirs.filtered(lambda case: case.partner_id == destination) or theirs[:1]
            lost = theirs - kept
            if not lost:
                continue
            for model in ('promise', 'dispute'):
                self.env[f'pos_receivable.{model}'].search([('case_id', 'in', lost.ids)]).write(
                    {'case_id': kept.id}
                )
            for model in ('mail.message', 'mail.activity'):
                field = 'model' if model == 'mail.message' else 'res_model'
                self.env[model].search(
                    [(field, '=', self._name), ('res_id', 'in', lost.ids)]
                ).write({'res_id': kept.id})
            kept.write(
                {
                    'active': any(theirs.mapped('active')),
                    'user_id': kept.user_id.id or lost.user_id[:1].id,
                    'is_insolvent': any(theirs.mapped('is_insolvent')),
                    'snoozed_until': max(
                        filter(None, theirs.mapped('snoozed_until')), default=False
                    ),
                }
            )
            lost.unlink()
        self.env.flush_all()

    # -------------------------------------------------------------------------
    # Doors
    # -------------------------------------------------------------------------

    @busy_in_words
    def get_sheet(self):
        """All that is known of one case, looked at just now: see ``pos_receivable.followup.sheet``."""
        self._check_is_one()
        self.check_access('read')
        # Elevated: what the figures are made of is not for everybody who works with them.
        return self.env['pos_receivable.followup.sheet'].sudo()._get(self.sudo())

    @busy_in_words
    def log_call(self, note='', seen=None, force=False):
        """Note a conversation, or the attempt."""
        case = self._begin(seen, force)
        note = self._read_note(note)
        case._note_deed('call', note or self.env._("Called."))
        return self.get_sheet()

    @busy_in_words
    def take_promise(self, amount, date, item_ids=None, note='', seen=None, force=False):
        """Note what the customer has promised to pay.

        :param amount: in company currency
        :param str date: ISO
        :param item_ids: the instalments it is meant for, if they were named
        """
        case = self._begin(seen, force)
        note = self._read_note(note)
        promises = self.env['pos_receivable.promise'].sudo()
        promises._take(case, amount, date, item_ids, note)
        return self.get_sheet()

    @busy_in_words
    def open_dispute(self, move_id, amount, reason_id, note='', seen=None, force=False):
        """Note what the customer says is wrong with an invoice.

        :param amount: in the invoice's currency, at most what is open of it
        """
        case = self._begin(seen, force)
        note = self._read_note(note)
        self.env['pos_receivable.dispute'].sudo()._open(case, move_id, amount, reason_id, note)
        return self.get_sheet()

    @busy_in_words
    def snooze(self, date, seen=None, force=False):
        """Leave the customer alone until a day, or, without one, no longer."""
        case = self._begin(seen, force)
        if date in (None, False, ''):
            case.snoozed_until = False
            case._note_deed('snooze', self.env._("Not to be left alone any longer."))
            return self.get_sheet()
        day, today = read_date(date), self._get_today(case.company_id)
        if not day or not today < day <= today + MAX_SNOOZE:
            raise UserError(self.env._("Choose a day from tomorrow to a year from now."))
        case.snoozed_until = day
        case._note_deed(
            'snooze',
            self.env._("To be left alone until %s.", fields.Date.to_string(day)),
        )
        return self.get_sheet()

    @busy_in_words
    def set_insolvent(self, flag, seen=None, force=False):
        """Say whether the customer is insolvent: then nobody asks for money."""
        case = self._begin(seen, force)
        if not isinstance(flag, bool):
            raise UserError(self.env._("Say whether the customer is insolvent, or not."))
        case.is_insolvent = flag
        case._note_deed(
            'insolvent',
            self.env._("The customer is insolvent.")
            if flag
            else self.env._("The customer is not insolvent."),
        )
        return self.get_sheet()

    def next_case(self):
        """The case to go on with: the most at stake of those with something to do about which nobody has
        done anything today. Whoever leaves one without having done anything is not led
        back to it by the next.

        :return: its id, False when there is none
        """
        self._check_is_one()
        self.check_access('read')
        case, today = self.sudo(), self._get_today(self.sudo().company_id)
        waiting = (
            Domain('id', '!=', case.id)
            & Domain('company_id', '=', case.company_id.id)
            & (Domain('snoozed_until', '=', False) | Domain('snoozed_until', '<=', today))
            & (Domain('deed_at', '=', False) | Domain('deed_at', '<', today))
            & Domain('is_insolvent', '=', False)
            & Domain('action', '!=', 'wait')
        )
        if not case.deed_at or case.deed_at.date() < today:
            waiting &= (
                Domain('expected', '<', case.expected)
                | Domain('expected', '=', case.expected) & Domain('overdue', '<', case.overdue)
                | Domain('expected', '=', case.expected)
                & Domain('overdue', '=', case.overdue)
                & Domain('id', '>', case.id)
            )
        return self.search(waiting, limit=1).id

    # -------------------------------------------------------------------------
    # What the doors share
    # -------------------------------------------------------------------------

    def _check_is_one(self):
        if len(self) != 1 or not read_id(self.id):
            raise UserError(self.env._("Choose one case."))

    @api.model
    def _may_be_worked_on(self):
        return self.env.user.has_group('account.group_account_invoice')

    def _share(self):
        """Wait for whoever acts on it, and keep others from doing so until the sheet is made: none of
        what they do can then be taken for seen."""
        # Had somebody changed it since this transaction began, PostgreSQL would refuse: what was read
        # before is what it is.
        share_row(self)

    def _begin(self, seen, force):
        """Check who asks, lock the case, and refuse when somebody else has acted since it was seen.

        :param seen: the ``looked_at`` of the sheet on the screen; without one nothing is compared
        :param force: the user knows what the other has done
        :return: the case, elevated
        """
        self._check_is_one()
        if not self._may_be_worked_on():
            raise AccessError(self.env._("Only invoicing users may work on cases."))
        self.check_access('write')
        # Elevated: what is written next is for nobody's hand.
        case = self.sudo()
        lock_rows(case)
        case.invalidate_recordset(flush=False)
        if not case.exists():
            raise UserError(self.env._("This case no longer exists."))
        looked_at = self._read_moment(seen)
        others = case.deed_user_id and case.deed_user_id != self.env.user
        if others and looked_at and case.deed_at >= looked_at and force is not True:
            raise UserError(
                self.env._(
                    "%(done)s Look at what has changed, then do it again.",
                    done=case._describe_deed(),
                )
            )
        return case

    @api.model
    def _read_moment(self, seen):
        """When the screen was made; None when the caller does not say."""
        if seen in (None, False, ''):
            return None
        try:
            moment = datetime.datetime.fromisoformat(read_text(seen, 40) or '-')
        except ValueError:
            moment = None
        if not moment or moment.tzinfo:
            raise UserError(
                self.env._("Open the case anew: it cannot be told how old your view is.")
            )
        return moment

    @api.model
    def _read_note(self, note):
        note = read_text(note, MAX_NOTE)
        if note is None:
            raise UserError(self.env._("The note is too long or has unusable characters."))
        return note

    def _describe_deed(self):
        """What was last done about it, in a sentence; empty when nothing was."""
        self.ensure_one()
        if not self.deed:
            return ''
        _ = self.env._
        moment = fields.Datetime.context_timestamp(self, self.deed_at)
        told = {'name': self.deed_user_id.name, 'time': moment.strftime('%H:%M')}
        return {
            'call': lambda: _("%(name)s logged a call at %(time)s.", **told),
            'promise': lambda: _("%(name)s noted a promise at %(time)s.", **told),
            'dispute': lambda: _("%(name)s worked on a dispute at %(time)s.", **told),
            'snooze': lambda: _("%(name)s said at %(time)s when to ask again.", **told),
            'insolvent': lambda: _(
                "%(name)s said at %(time)s whether the customer is insolvent.", **told
            ),
            'reminder': lambda: _("%(name)s sent a reminder at %(time)s.", **told),
        }[self.deed]()

    def _note_deed(self, deed, body):
        """Keep in the history what the user did, and that others have to know of it. The case is locked,
        and elevated."""
        self.ensure_one()
        kind = 'call' if deed == 'insolvent' else deed
        self.message_post(body=body, subtype_xmlid=f'pos_receivable_followup.subtype_{kind}')
        self.flush_recordset()
        # The moment at which it is written, not that at which the transaction began: what others
        # have looked at meanwhile is older.
        self.env.cr.execute(
            SQL(
                """
                UPDATE pos_receivable_case
                   SET deed = %s, deed_user_id = %s,
                       deed_at = clock_timestamp() AT TIME ZONE 'UTC'
                 WHERE id = %s
                """,
                deed,
                self.env.uid,
                self.id,
            )
        )
        self.invalidate_recordset(['deed', 'deed_user_id', 'deed_at'])

    @api.model
    def _get_today(self, company):
        """The company's day, whoever asks from wherever: elevated by the caller."""
        zone = company.partner_id.tz
        return fields.Date.context_today(self.with_context(tz=zone) if zone else self)
