from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.pos_receivable.models.account_move import COLLECTABLE_TYPES
from odoo.addons.pos_receivable.tools.locks import lock_rows
from odoo.addons.pos_receivable.tools.payload import read_id, read_number, read_text
from odoo.addons.pos_receivable.tools.retries import busy_in_words

STATES = [
    ('open', "Open"),
    ('resolved', "Resolved"),
    ('rejected', "Rejected"),
    ('cancelled', "Cancelled"),
]
RESOLUTIONS = [
    ('credit_note', "Credit note"),
    ('write_off', "Written off"),
    ('rebill', "Billed again"),
    ('paid', "Nothing left to pay"),
    ('rejected', "Rejected"),
]
CHANGEABLE = {'amount', 'reason_id', 'note', 'user_id'}
THREAD = ('message_', 'activity_', 'website_message_')
MAX_HINT = 400


class PosReceivableDispute(models.Model):
    """What a customer says is wrong with an invoice. The amount in dispute is not chased; the rest is.
    The core's own *blocked* is never set by it.

    Open until a credit note for it is posted, not when it is drafted; or it is written off, rejected,
    or nothing is left to pay."""

    _name = 'pos_receivable.dispute'
    _description = "Dispute"
    _inherit = ['mail.thread', 'mail.activity.mixin']
    _order = 'id desc'
    _rec_name = 'move_id'

    case_id = fields.Many2one(
        'pos_receivable.case', required=True, readonly=True, index=True, ondelete='cascade'
    )
    company_id = fields.Many2one(related='case_id.company_id', store=True, index=True)
    partner_id = fields.Many2one(related='case_id.partner_id', store=True, index=True)
    move_id = fields.Many2one(
        'account.move',
        string="Invoice",
        required=True,
        readonly=True,
        index=True,
        ondelete='cascade',
    )
    currency_id = fields.Many2one(related='move_id.currency_id')
    amount = fields.Monetary(required=True, tracking=True, help="In the invoice's currency.")
    reason_id = fields.Many2one(
        'pos_receivable.shortfall.reason', required=True, ondelete='restrict', tracking=True
    )
    note = fields.Char()
    user_id = fields.Many2one(
        'res.users', string="Owner", tracking=True, default=lambda self: self.env.user
    )
    opened_on = fields.Date(required=True, readonly=True, default=fields.Date.context_today)
    closed_on = fields.Date(readonly=True)
    state = fields.Selection(STATES, required=True, readonly=True, default='open', tracking=True)
    resolution = fields.Selection(RESOLUTIONS, readonly=True, tracking=True)
    credit_note_id = fields.Many2one('account.move', readonly=True, index='btree_not_null')
    shortfall_id = fields.Many2one(
        'pos_receivable.shortfall', readonly=True, index='btree_not_null', ondelete='set null'
    )
    hints = fields.Text(compute='_compute_hints', compute_sudo=True)

    _amount_positive = models.Constraint('CHECK (amount > 0)', "A dispute is about an amount.")
    _open_unique = models.UniqueIndex(
        "(move_id) WHERE state = 'open'", "There is an open dispute of this invoice already."
    )

    @api.depends('amount', 'state')
    @api.depends_context('lang')
    def _compute_hints(self):
        hints = self.env['pos_receivable.followup.hints']
        for dispute in self:
            known = hints._list(dispute) if dispute.state == 'open' and dispute.id else []
            dispute.hints = '\n'.join(hint['sentence'] for hint in known) or self.env._(
                "Nothing on the invoice comes to exactly this amount."
            )

    @api.model
    def _get_open_amount(self, move):
        """What is open of an invoice, in its currency."""
        items = move._get_open_receivable_lines()[move]
        return sum(item.amount_residual_currency for item in items)

    def write(self, vals):
        # EXTENDS 'mail'
        unknown = [name for name in vals.keys() - CHANGEABLE if not name.startswith(THREAD)]
        if unknown and not self.env.su:
            raise AccessError(
                self.env._("Of a dispute, its amount, reason, note and owner are changed by hand.")
            )
        if 'amount' in vals and not self.env.su:
            if self.filtered(lambda dispute: dispute.state != 'open'):
                raise UserError(self.env._("This dispute is closed: its amount stays."))
            # Elevated: the case decides who may work with it.
            for dispute in self.sudo():
                dispute._read_amount(dispute.move_id, vals['amount'])
        return super().write(vals)

    @api.model
    def _read_amount(self, move, amount):
        """
        :raise UserError: it is none that may be in dispute
        """
        currency, amount = move.currency_id, read_number(amount)
        if amount is None or currency.compare_amounts(amount, 0.0) <= 0:
            raise UserError(self.env._("Enter the amount in dispute."))
        open_ = self._get_open_amount(move)
        if currency.compare_amounts(amount, open_) > 0:
            raise UserError(
                self.env._(
                    "Only %(amount)s is open on %(invoice)s: no more than that is disputed.",
                    amount=currency.format(open_),
                    invoice=move.name,
                )
            )
        return currency.round(amount)

    # -------------------------------------------------------------------------
    # Doors
    # -------------------------------------------------------------------------

    def get_hints(self):
        """What the amount may be about: all that comes to exactly the same, none chosen.

        :return: ``[{'key', 'sentence', 'amount', 'line_ids'}]``; those with lines can be credited
        """
        self._check_is_one()
        self.check_access('read')
        # Elevated: the case decides who may work with it.
        return self.env['pos_receivable.followup.hints'].sudo()._list(self.sudo())

    @busy_in_words
    def action_reject(self):
        """The customer is not right: the amount is chased again."""
        dispute = self._begin()
        dispute._close('rejected', 'rejected')
        return True

    @busy_in_words
    def action_credit_note(self, hint=None):
        """Draft a credit note over the amount, linked to the invoice.

        :param hint: the ``key`` of one of the hints that have lines: then only these, with their
            taxes. Without one, and with a single such hint, that; otherwise a share of every line
        :return: an action that shows the draft
        """
        dispute = self._begin()
        hint = read_text(hint, MAX_HINT)
        if hint is None:
            raise UserError(self.env._("This hint is not known. Open the dispute anew."))
        resolution = self.env['pos_receivable.followup.resolution']
        note = resolution._credit(self._get_invoice(), dispute, hint)
        dispute._wait_for(note, 'credit_note')
        return note._get_records_action()

    @busy_in_words
    def action_write_off(self):
        """Give up the amount, within the company's limit: an accountant's right."""
        if not self.env.user.has_groups('account.group_account_user,account.group_account_manager'):
            raise AccessError(self.env._("Only accountants write disputes off."))
        dispute = self._begin()
        self.env['pos_receivable.followup.resolution']._write_off(self._get_invoice(), dispute)
        dispute._close('resolved', 'write_off')
        return True

    @busy_in_words
    def action_rebill(self):
        """Draft a reversal of the whole invoice, linked to it, and a copy to be corrected.

        :return: an action that shows the copy
        """
        dispute = self._begin()
        resolution = self.env['pos_receivable.followup.resolution']
        note, copy = resolution._rebill(self._get_invoice(), dispute)
        dispute._wait_for(note, 'rebill')
        return copy._get_records_action()

    def _check_is_one(self):
        if len(self) != 1 or not read_id(self.id):
            raise UserError(self.env._("Choose one dispute."))

    def _begin(self):
        """Check who asks; lock the case and the invoice.

        :return: the dispute, elevated, open, and without a draft that waits to be posted
        """
        self._check_is_one()
        self.check_access('write')
        dispute = self.sudo()
        self.env['pos_receivable.case'].browse(dispute.case_id.id)._begin(None, False)
        lock_rows(dispute.move_id.line_ids)
        lock_rows(dispute.move_id)
        dispute.invalidate_recordset(flush=False)
        if dispute.state != 'open':
            raise UserError(self.env._("This dispute is closed."))
        if dispute.credit_note_id:
            raise UserError(
                self.env._("There is a draft for it already: post it, or delete it first.")
            )
        return dispute

    def _get_invoice(self):
        """The invoice, with the user's own rights: what is booked for a dispute is booked by them."""
        invoice = self.env['account.move'].browse(self.sudo().move_id.id)
        invoice.check_access('write')
        return invoice

    # -------------------------------------------------------------------------
    # States
    # -------------------------------------------------------------------------

    @api.model
    def _open(self, case, move_id, amount, reason_id, note):
        """Elevated, the case is locked.

        :raise UserError: what was sent is none
        """
        moves, reasons = self.env['account.move'], self.env['pos_receivable.shortfall.reason']
        move = moves.search(
            Domain('id', '=', read_id(move_id) or 0)
            & Domain('move_type', 'in', COLLECTABLE_TYPES)
            & Domain('state', '=', 'posted')
            & Domain('commercial_partner_id', '=', case.partner_id.id)
            & Domain('company_id', 'child_of', case.company_id.id)
        )
        if not move:
            raise UserError(self.env._("Choose one of the customer's open invoices."))
        reason = reasons.search([('id', '=', read_id(reason_id) or 0)])
        if not reason:
            raise UserError(self.env._("Choose a reason."))
        lock_rows(move)
        if self.search_count([('move_id', '=', move.id), ('state', '=', 'open')], limit=1):
            raise UserError(
                self.env._("There is an open dispute of %s already: change its amount.", move.name)
            )
        return self._note(case, move, self._read_amount(move, amount), reason, note=note or False)

    @api.model
    def _note(self, case, move, amount, reason, **values):
        dispute = self.create(
            {
                'case_id': case.id,
                'move_id': move.id,
                'amount': amount,
                'reason_id': reason.id,
                'opened_on': case._get_today(case.company_id),
                **values,
            }
        )
        said = self.env._(
            "%(amount)s of %(invoice)s disputed: %(reason)s.",
            amount=move.currency_id.format(amount),
            invoice=move.name,
            reason=reason.name,
        )
        case._note_deed('dispute', f'{said} {dispute.note or ""}'.strip())
        return dispute

    def _wait_for(self, note, resolution):
        """It stays open, and is not chased, until the draft is posted."""
        self.write({'credit_note_id': note.id, 'resolution': resolution})
        self.case_id._note_deed(
            'dispute',
            self.env._("A draft was made for the dispute of %s.", self.move_id.name),
        )

    def _close(self, state, resolution):
        self.ensure_one()
        case = self.case_id
        self.write(
            {
                'state': state,
                'resolution': resolution,
                'closed_on': case._get_today(case.company_id),
            }
        )
        case._note_deed(
            'dispute',
            self.env._(
                "Dispute of %(invoice)s closed: %(how)s.",
                invoice=self.move_id.name,
                how=dict(self._fields['resolution']._description_selection(self.env))[resolution],
            ),
        )
        case._refresh(case.company_id, case.partner_id)

    @api.model
    def _settle(self, root, customers, day):
        """Close what has become settled by what others did in the books: nothing is left to pay, a draft
        was posted, or the payment during which it was told was taken back. Elevated."""
        for model in ('account.move', 'account.move.line', 'pos_receivable.dispute'):
            self.env[model].flush_model()
        rows = self.env.execute_query(self._get_settled_query(root, customers))
        for id_, credit_state, is_settled, is_taken_back in rows:
            dispute = self.browse(id_)
            if is_settled or credit_state == 'posted':
                resolution = dispute.resolution if credit_state == 'posted' else 'paid'
                dispute.write({'state': 'resolved', 'resolution': resolution, 'closed_on': day})
            elif is_taken_back:
                dispute.write({'state': 'cancelled', 'closed_on': day})
            else:
                # Somebody has thrown the draft away.
                dispute.write({'resolution': False, 'credit_note_id': False})

    @api.model
    def _get_settled_query(self, root, customers):
        """Open disputes that something has happened to: ``(id, state of the draft, whether nothing is left
        to pay, whether the payment during which it was told was taken back)``."""
        taken_back = self.env['pos_receivable.shortfall']._search([('state', '=', 'taken_back')])
        asked = SQL("TRUE")
        if customers is not None:
            asked = SQL("dispute.partner_id = ANY(%s)", customers.ids)
        return SQL(
            """
            SELECT id, credit_state, is_settled, is_taken_back
              FROM (
                       SELECT dispute.id, dispute.resolution, draft.state AS credit_state,
                              move.state = 'cancel'
                              OR move.state = 'posted' AND NOT EXISTS (
                                  SELECT
                                    FROM account_move_line line
                                    JOIN account_account account ON account.id = line.account_id
                                   WHERE line.move_id = move.id
                                     AND account.account_type = 'asset_receivable'
                                     AND line.amount_residual_currency > 0
                              ) AS is_settled,
                              COALESCE(dispute.shortfall_id IN %s, FALSE) AS is_taken_back
                         FROM pos_receivable_dispute dispute
                         JOIN account_move move ON move.id = dispute.move_id
                    LEFT JOIN account_move draft ON draft.id = dispute.credit_note_id
                        WHERE dispute.state = 'open' AND dispute.company_id = %s AND %s
                   ) known
             WHERE is_settled
                OR is_taken_back
                OR credit_state IN ('posted', 'cancel')
                OR credit_state IS NULL AND resolution IS NOT NULL
          ORDER BY id
            """,
            taken_back.subselect(),
            root.id,
            asked,
        )
