import datetime
from dataclasses import dataclass

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import format_date

from ..tools.payload import read_date, read_id, read_text
from .pos_receivable_shortfall_reason import MAX_CODE

MAX_NOTE = 200
A_DAY = datetime.timedelta(days=1)
MAX_AHEAD = datetime.timedelta(days=366)  # a promise
CORRECTABLE = {'reason_id', 'note', 'promise_date'}
STATES = [('noted', "Noted"), ('taken_back', "Payment Taken Back")]


@dataclass(frozen=True)
class Shortfall:
    """What a cashier was told about an invoice that a payment leaves open."""

    invoice: models.BaseModel
    reason: models.BaseModel
    note: str
    promise_date: datetime.date | bool  # False when no day was named


class PosReceivableShortfall(models.Model):
    """Why a customer paid less than what was due, told at a till while the payment was taken.

    It moves no money and changes no figure. It counts as long as its payment stands: a payment that
    is taken back, at the counter or in the back office, leaves it as a trace.
    """

    _name = 'pos_receivable.shortfall'
    _description = "Short Payment"
    _order = 'id desc'
    _rec_name = 'invoice_name'

    move_id = fields.Many2one(
        'account.move',
        string="Invoice",
        required=True,
        readonly=True,
        index=True,
        ondelete='cascade',
    )
    # Empty once somebody has deleted it.
    payment_id = fields.Many2one('account.payment', readonly=True, index=True, ondelete='set null')
    partner_id = fields.Many2one(
        'res.partner', string="Customer", required=True, readonly=True, index=True
    )
    company_id = fields.Many2one('res.company', required=True, readonly=True, index=True)
    session_id = fields.Many2one('pos.session', readonly=True, index='btree_not_null')
    cashier_name = fields.Char(string="Cashier", readonly=True)
    # The names again, for managers who may see the payments of their tills, but no invoice.
    invoice_name = fields.Char(related='move_id.name', string="Invoice Number")
    currency_id = fields.Many2one('res.currency', required=True, readonly=True)
    amount_open = fields.Monetary(
        string="Left Open",
        readonly=True,
        help="What stayed due on the invoice after this payment, in the invoice's currency.",
    )
    amount_residual = fields.Monetary(related='move_id.amount_residual', string="Still Due")
    reason_id = fields.Many2one(
        'pos_receivable.shortfall.reason', required=True, index=True, ondelete='restrict'
    )
    reason_code = fields.Char(related='reason_id.code', string="Code")
    note = fields.Char()
    promise_date = fields.Date(
        string="Promised For", help="The day on which the customer said the rest would come."
    )
    state = fields.Selection(
        STATES, compute='_compute_state', search='_search_state', compute_sudo=True
    )

    @api.depends('payment_id.state', 'payment_id.move_id.state')
    def _compute_state(self):
        for shortfall in self:
            payment = shortfall.payment_id
            stands = payment and payment._is_standing_invoice_payment()
            shortfall.state = 'noted' if stands else 'taken_back'

    def _search_state(self, operator, value):
        if operator != 'in':
            return NotImplemented
        # Elevated: whether the payment stands is told to whoever may read of its shortfall.
        payments = self.env['account.payment'].sudo()
        standing = Domain(
            'payment_id',
            'in',
            payments._search(
                Domain('state', 'in', ('in_process', 'paid'))
                & Domain('payment_type', '=', 'inbound')
                & Domain('move_id.state', '=', 'posted')
            ),
        )
        wanted = {'noted': standing, 'taken_back': ~standing}
        return Domain.OR(wanted[state] for state in value if state in wanted)

    # -------------------------------------------------------------------------
    # Corrections
    # -------------------------------------------------------------------------

    def write(self, vals):
        # EXTENDS 'base'
        if not self.env.su and vals.keys() - CORRECTABLE:
            raise AccessError(
                self.env._("What a till has noted stays: correct the reason, the note or the day.")
            )
        before = {shortfall: shortfall._describe() for shortfall in self}
        result = super().write(vals)
        for shortfall, told in before.items():
            if (now := shortfall._describe()) != told:
                # Elevated: who may correct it need not be allowed to write on invoices.
                shortfall.move_id.sudo().message_post(
                    body=self.env._("Short payment corrected: %(reason)s", reason=now)
                )
        return result

    # -------------------------------------------------------------------------
    # At the counter
    # -------------------------------------------------------------------------

    @api.model
    def _read_requested(self, session, shortfalls, amounts, due, date):
        """Read what the till was told of invoices that stay open. Called elevated, for invoices that
        are locked and checked; writes nothing.

        :param shortfalls: ``[{'invoice_id', 'code', 'note', 'promise_date'}]``, or nothing
        :param amounts: what each invoice is paid for
        :param due: what leaves nothing open on it
        :return: a tuple of :class:`Shortfall`
        :raise UserError: in a cashier's words
        """
        if shortfalls is None or shortfalls is False:
            return ()
        if not isinstance(shortfalls, list | tuple) or len(shortfalls) > len(amounts):
            self._refuse_unreadable()
        if not shortfalls:
            return ()
        left_open = self._find_left_open(session, amounts, due, date)
        paid = {invoice.id: invoice for invoice in amounts}
        reasons = {
            reason.code: reason for reason in self.env['pos_receivable.shortfall.reason'].search([])
        }
        read = {}
        for shortfall in shortfalls:
            if not isinstance(shortfall, dict):
                self._refuse_unreadable()
            invoice = paid.get(read_id(shortfall.get('invoice_id')))
            if not invoice or invoice in read:
                self._refuse_unreadable()
            if invoice not in left_open:
                # Somebody else has paid the rest meanwhile: no reason to refuse the money.
                continue
            reason = reasons.get(read_text(shortfall.get('code'), MAX_CODE))
            if not reason:
                raise UserError(
                    self.env._("This reason is not in use any more. Choose another, or skip it.")
                )
            read[invoice] = Shortfall(
                invoice,
                reason,
                self._read_note(shortfall.get('note')),
                self._read_promise(session, shortfall.get('promise_date')),
            )
        return tuple(read.values())

    @api.model
    def _refuse_unreadable(self):
        raise UserError(
            self.env._(
                "The reason for paying less cannot be understood. Enter it again, or skip it."
            )
        )

    @api.model
    def _read_note(self, note):
        note = read_text(note, MAX_NOTE)
        if note is None:
            raise UserError(self.env._("The note is too long or has unusable characters."))
        return note

    @api.model
    def _read_promise(self, session, promise_date):
        if promise_date in (None, False, ''):
            return False
        date = read_date(promise_date)
        today = fields.Date.context_today(session)
        # The clock of a till may be in another time zone.
        if not date or not today - A_DAY <= date <= today + MAX_AHEAD:
            raise UserError(
                self.env._("The rest can be promised for a day from today to a year from now.")
            )
        return date

    @api.model
    def _find_left_open(self, session, amounts, due, date):
        """The invoices on which something stays due once ``amounts`` are paid on ``date``."""
        currency = session.currency_id
        invoices = self.env['account.move'].union(*amounts)
        left_open = invoices.browse()
        for invoice, values in invoices._get_receivable_amounts(currency, date).items():
            amount = amounts[invoice]
            is_discounted = values['discount_date'] and not currency.compare_amounts(
                amount, values['due_now']
            )
            if not is_discounted and currency.compare_amounts(amount, due[invoice]) < 0:
                left_open |= invoice
        return left_open

    @api.model
    def _note(self, session, payment, shortfalls):
        """Keep what was told, once ``payment`` is booked, and tell it in the invoices' chatter.

        :param shortfalls: a tuple of :class:`Shortfall`
        :return: rows for the answer and the shop's receipt: ``[{'invoice_id', 'code', 'reason',
            'note', 'promise_date', 'amount_open'}]``, the amount in the invoice's currency
        """
        records = self.create(
            [
                {
                    'move_id': shortfall.invoice.id,
                    'payment_id': payment.id,
                    'partner_id': shortfall.invoice.commercial_partner_id.id,
                    'company_id': session.company_id.id,
                    'session_id': session.id,
                    'cashier_name': payment.pos_cashier_name,
                    'currency_id': shortfall.invoice.currency_id.id,
                    'amount_open': shortfall.invoice.amount_residual,
                    'reason_id': shortfall.reason.id,
                    'note': shortfall.note or False,
                    'promise_date': shortfall.promise_date,
                }
                for shortfall in shortfalls
            ]
        )
        for record in records:
            record.move_id.message_post(
                body=self.env._(
                    "%(payment)s leaves %(amount)s open: %(reason)s",
                    payment=payment.name,
                    amount=record.currency_id.format(record.amount_open),
                    reason=record._describe(),
                )
            )
        return [
            {
                'invoice_id': record.move_id.id,
                'code': record.reason_code,
                'reason': record.reason_id.name,
                'note': record.note or '',
                'promise_date': record.promise_date and record.promise_date.isoformat(),
                'amount_open': record.amount_open,
            }
            for record in records
        ]

    def _describe(self):
        """Reason, day and note in a line."""
        self.ensure_one()
        day = self.promise_date and self.env._(
            "by %(date)s", date=format_date(self.env, self.promise_date)
        )
        return ' · '.join(filter(None, [self.reason_id.name, day, self.note]))
