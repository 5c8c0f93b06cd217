import datetime

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command, Domain
from odoo.tools import format_date

from odoo.addons.pos_receivable.tools.payload import read_date, read_id, read_ids, read_number
from odoo.addons.pos_receivable.tools.retries import busy_in_words

from ..deciding import Promise, distribute

STATES = [
    ('open', "Waiting"),
    ('kept', "Kept"),
    ('broken', "Broken"),
    ('cancelled', "Cancelled"),
]
MAX_AHEAD = datetime.timedelta(days=366)
# Payments are entered late and taken back: what came of a promise is looked at for so long after it.
LOOKED_AT = datetime.timedelta(days=90)
MAX_ITEMS = 5000


class PosReceivablePromise(models.Model):
    """A customer's word to pay an amount by a day. Kept is what came as *money*, value-dated from the day
    of the promise until its date and the days of grace: credit notes and write-offs are none.

    No money counts for two: the earliest promise takes it."""

    _name = 'pos_receivable.promise'
    _description = "Promise to Pay"
    _order = 'date, id'
    _rec_name = 'date'

    case_id = fields.Many2one(
        'pos_receivable.case', required=True, readonly=True, index=True, ondelete='cascade'
    )
    company_id = fields.Many2one(related='case_id.company_id', store=True, index=True)
    partner_id = fields.Many2one(related='case_id.partner_id', store=True, index=True)
    currency_id = fields.Many2one(related='company_id.currency_id')
    date = fields.Date(string="Promised For", required=True, readonly=True)
    until = fields.Date(
        string="Awaited Until",
        required=True,
        readonly=True,
        help="Its date and the days of grace, in days on which the company works.",
    )
    given_on = fields.Date(
        string="Promised On", required=True, readonly=True, default=fields.Date.context_today
    )
    amount = fields.Monetary(required=True, readonly=True)
    received = fields.Monetary(
        readonly=True,
        help="Money value-dated from the promise until its date and the days of grace.",
    )
    item_ids = fields.Many2many('account.move.line', readonly=True, string="For")
    user_id = fields.Many2one(
        'res.users', string="Taken By", readonly=True, default=lambda self: self.env.user
    )
    taken_by = fields.Char(
        string="Cashier", readonly=True, help="The cashier, when taken at a till."
    )
    shortfall_id = fields.Many2one(
        'pos_receivable.shortfall', readonly=True, index='btree_not_null', ondelete='set null'
    )
    note = fields.Char()
    state = fields.Selection(STATES, required=True, readonly=True, default='open', index=True)
    closed_on = fields.Date(readonly=True)

    _amount_positive = models.Constraint('CHECK (amount > 0)', "A promise is of an amount.")

    def write(self, vals):
        # EXTENDS 'base'
        if not self.env.su and vals.keys() - {'note'}:
            raise AccessError(
                self.env._("What was promised stays: cancel it, and note the new one.")
            )
        return super().write(vals)

    @busy_in_words
    def action_cancel(self):
        """The customer takes it back, or it was a mistake: it counts neither as kept nor as broken."""
        if not self._ids or not all(map(read_id, self._ids)):
            raise UserError(self.env._("Choose a promise."))
        self.check_access('write')
        promises = self.browse(dict.fromkeys(self._ids)).sudo()
        for case in promises.case_id.sorted('id'):
            self.env['pos_receivable.case'].browse(case.id)._begin(None, False)
        promises.invalidate_recordset(flush=False)
        if promises.filtered(lambda promise: promise.state != 'open'):
            raise UserError(
                self.env._("Only a promise that is waited for is cancelled: this one is closed.")
            )
        for promise in promises:
            case = promise.case_id
            promise.write({'state': 'cancelled', 'closed_on': case._get_today(case.company_id)})
            case._note_deed(
                'promise',
                self.env._("Promise cancelled: %(promise)s.", promise=promise._describe()),
            )
            case._refresh(case.company_id, case.partner_id)
        return True

    # -------------------------------------------------------------------------
    # Taking one
    # -------------------------------------------------------------------------

    @api.model
    def _take(self, case, amount, date, item_ids, note):
        """Note a promise that somebody was given. Elevated, the case is locked.

        :raise UserError: what was sent is none
        """
        currency, today = case.currency_id, case._get_today(case.company_id)
        amount, day = read_number(amount), read_date(date)
        if amount is None or currency.compare_amounts(amount, 0.0) <= 0:
            raise UserError(self.env._("Enter the amount that was promised."))
        if not day or not today <= day <= today + MAX_AHEAD:
            raise UserError(
                self.env._("Payment is promised for a day from today to a year from now.")
            )
        promise = self._note(
            case,
            currency.round(amount),
            day,
            given_on=today,
            item_ids=[Command.set(self._read_items(case, item_ids).ids)],
            note=note or False,
        )
        said = self.env._("Promised: %(promise)s.", promise=promise._describe())
        case._note_deed('promise', f'{said} {note}'.strip())
        return promise

    @api.model
    def _read_items(self, case, item_ids):
        """The open receivable items of the customer among those that were sent."""
        if item_ids in (None, False, []):
            return self.env['account.move.line']
        ids = read_ids(item_ids, MAX_ITEMS)
        owed = self.env['pos_receivable.followup.items']._list(case.company_id, case.partner_id)
        known = {item.id for item in owed.get(case.partner_id.id, ())}
        if not ids or not known.issuperset(ids):
            raise UserError(
                self.env._("Something of this is not open any more, or not theirs. Look again.")
            )
        return self.env['account.move.line'].browse(ids)

    @api.model
    def _note(self, case, amount, day, **values):
        until = self.env['pos_receivable.followup.money']._get_end(case.company_id, day)
        return self.create(
            {'case_id': case.id, 'amount': amount, 'date': day, 'until': until, **values}
        )

    def _describe(self):
        self.ensure_one()
        return self.env._(
            "%(amount)s for %(date)s",
            amount=self.currency_id.format(self.amount),
            date=format_date(self.env, self.date),
        )

    # -------------------------------------------------------------------------
    # What came of them
    # -------------------------------------------------------------------------

    @api.model
    def _settle(self, root, customers, day):
        """See which were kept or broken by the money that has come until now, and cancel those whose
        payment at a till was taken back. Elevated.

        :param customers: commercial entities, ``None`` for all
        """
        promises = self.search_fetch(self._get_live_domain(root, customers, day))
        if not promises:
            return
        if promises.shortfall_id:
            taken_back = promises & self.search([('shortfall_id.state', '=', 'taken_back')])
            taken_back.write({'state': 'cancelled', 'closed_on': day})
            promises -= taken_back
        if not promises:
            return
        received = self._get_received(root, promises)
        for promise in promises:
            came = received[promise.id]
            is_kept = promise.currency_id.compare_amounts(came, promise.amount) >= 0
            state = 'kept' if is_kept else 'broken' if promise.until < day else 'open'
            values = {}
            if promise.currency_id.compare_amounts(promise.received, came):
                values['received'] = came
            if promise.state != state:
                values.update(state=state, closed_on=False if state == 'open' else day)
            if values:
                promise.write(values)

    @api.model
    def _get_live_domain(self, root, customers, day):
        """The promises of customers who have one that is waited for or was closed lately: all of theirs,
        for they share the money."""
        mine = Domain('company_id', '=', root.id) & Domain('state', '!=', 'cancelled')
        if customers is not None:
            # Few: all there ever were.
            return mine & Domain('partner_id', 'in', customers.ids)
        live = mine & (Domain('state', '=', 'open') | Domain('closed_on', '>=', day - LOOKED_AT))
        return mine & Domain('case_id', 'in', self._search(live).subselect('case_id'))

    @api.model
    def _get_received(self, root, promises):
        """
        :return: ``{promise id: how much of it has come}``
        """
        currency = root.currency_id
        receipts = self.env['pos_receivable.followup.money']._read(
            root, promises.partner_id, min(promises.mapped('given_on'))
        )
        received = {}
        for partner, theirs in promises.grouped('partner_id').items():
            taken = distribute(
                [
                    Promise(
                        promise.id,
                        promise.given_on,
                        promise.create_date,
                        promise.date,
                        promise.until,
                        round(promise.amount / currency.rounding),
                    )
                    for promise in theirs
                ],
                receipts.get(partner.id, ()),
            )
            for id_, units in taken.items():
                received[id_] = currency.round(units * currency.rounding)
        return received
