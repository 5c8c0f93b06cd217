from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import format_date

from ..tools.locks import lock_rows


class PosReceivableReturnedPayment(models.Model):
    """Money that was booked and came back: a bounced cheque, a returned transfer, a chargeback. Kept,
    so that whoever decides about a customer knows."""

    _name = 'pos_receivable.returned.payment'
    _description = "Returned Payment"
    _order = 'date desc, id desc'
    _rec_name = 'payment_id'

    payment_id = fields.Many2one(
        'account.payment', required=True, readonly=True, ondelete='restrict'
    )
    partner_id = fields.Many2one(
        'res.partner', string="Customer", required=True, readonly=True, index=True
    )
    company_id = fields.Many2one('res.company', required=True, readonly=True, index=True)
    currency_id = fields.Many2one('res.currency', required=True, readonly=True)
    amount = fields.Monetary(readonly=True, help="What came back, in the payment's currency.")
    date = fields.Date(string="Returned On", required=True, readonly=True)
    reason = fields.Selection(
        [
            ('cheque', "Bounced cheque"),
            ('transfer', "Returned transfer or direct debit"),
            ('chargeback', "Card chargeback"),
            ('other', "Other"),
        ],
        required=True,
        readonly=True,
    )
    note = fields.Char(readonly=True)
    invoice_ids = fields.Many2many(
        'account.move',
        'pos_receivable_returned_payment_invoice',
        'return_id',
        'invoice_id',
        string="Due Again",
        readonly=True,
    )
    reversal_id = fields.Many2one('account.move', readonly=True)
    fee_id = fields.Many2one('account.move', string="Fee Invoice", readonly=True)

    _payment_unique = models.UniqueIndex('(payment_id)', "This payment came back already.")

    @api.model
    def _take_back(self, payment, vals, fee=0.0, fee_account=None, user=None):
        """Take a payment back that the bank did not keep: its entry is reversed, what it paid is due
        again, and somebody is told.

        What the bank has said of the money stays as it is reconciled: where a statement showed it
        coming in, the reversal waits for the line that shows it leaving.

        Locks the payment's items and what they paid.

        :param dict vals: ``date``, ``reason``, ``note``
        :param float fee: charged to the customer on ``fee_account``, in the payment's currency
        :param user: who gets an activity
        :raise UserError: this payment cannot come back; nothing has been written
        """
        payment.ensure_one()
        items = payment._seek_for_lines()[1]
        lock_rows(items)
        debits = items.matched_debit_ids.debit_move_id
        lock_rows(debits)
        lock_rows(debits.move_id)
        lock_rows(payment)
        self._check_returnable(payment, vals['date'])
        invoices = debits.move_id.filtered(lambda move: move.is_invoice(include_receipts=True))
        items.remove_move_reconcile()
        # Before the entry is reversed, which would tell the shop of a cancelled collection.
        payment.state = 'rejected'
        reversal = payment.move_id._reverse_moves(
            [
                {
                    'date': vals['date'],
                    'ref': self.env._("%(payment)s came back", payment=payment.name),
                }
            ]
        )
        reversal.with_context(move_reverse_cancel=True)._post(soft=False)
        # Elevated: kept for good, whoever may register it.
        returned = self.sudo().create(
            {
                **vals,
                'payment_id': payment.id,
                'partner_id': payment.partner_id.commercial_partner_id.id,
                'company_id': payment.company_id.id,
                'currency_id': payment.currency_id.id,
                'amount': payment.amount,
                'invoice_ids': invoices.ids,
                'reversal_id': reversal.id,
            }
        )
        if payment.currency_id.compare_amounts(fee, 0) > 0:
            returned.fee_id = self._charge(payment, vals['date'], fee, fee_account)
        returned = returned.sudo(self.env.su)
        returned._tell(user or self.env.user)
        return returned

    @api.model
    def _check_returnable(self, payment, date):
        if (
            payment.payment_type != 'inbound'
            or payment.partner_type != 'customer'
            or payment.state not in ('in_process', 'paid')
            or payment.move_id.state != 'posted'
        ):
            raise UserError(
                self.env._(
                    "%(payment)s is no payment of a customer that stands: it cannot come back.",
                    payment=payment.display_name,
                )
            )
        if payment.journal_id.type == 'cash':
            raise UserError(
                self.env._(
                    "%(payment)s was paid in cash, which does not come back. Cancel it instead.",
                    payment=payment.name,
                )
            )
        session = payment.pos_session_id
        if payment.pos_invoice_payment_uuid and session.state != 'closed':
            raise UserError(
                self.env._(
                    "%(payment)s was collected in %(session)s, which is not closed yet: void it at"
                    " the till.",
                    payment=payment.name,
                    session=session.name,
                )
            )
        if date < payment.date:
            raise UserError(self.env._("It cannot come back before it was received."))
        if locks := payment.company_id._get_violated_lock_dates(date, False, payment.journal_id):
            raise UserError(
                self.env._(
                    "The books are closed up to %(date)s. Choose a later date.",
                    date=format_date(self.env, locks[-1][0]),
                )
            )

    @api.model
    def _charge(self, payment, date, fee, account):
        """
        :return: a posted invoice of ``fee``
        """
        if not account:
            raise UserError(self.env._("Choose an account for the fee."))
        invoice = self.env['account.move'].create(
            {
                'move_type': 'out_invoice',
                'company_id': payment.company_id.id,
                'partner_id': payment.partner_id.id,
                'currency_id': payment.currency_id.id,
                'invoice_date': date,
                'invoice_line_ids': [
                    Command.create(
                        {
                            'name': self.with_context(lang=payment.partner_id.lang).env._(
                                "Fee for %(payment)s, which came back", payment=payment.name
                            ),
                            'account_id': account.id,
                            'quantity': 1,
                            'price_unit': fee,
                            'tax_ids': [],
                        }
                    )
                ],
            }
        )
        invoice.action_post()
        return invoice

    def _tell(self, user):
        """In the chatter of what is due again, and as an activity on the payment."""
        self.ensure_one()
        payment = self.payment_id
        story = self.env._(
            "%(payment)s of %(amount)s came back: %(reason)s.",
            payment=payment.name,
            amount=self.currency_id.format(self.amount),
            reason=dict(self._fields['reason']._description_selection(self.env))[self.reason],
        )
        if self.note:
            story = f'{story} {self.note}'
        for record in (payment, *self.invoice_ids):
            record.message_post(body=story)
        payment.activity_schedule(
            'mail.mail_activity_data_todo',
            summary=self.env._("Payment came back"),
            note=self.env._(
                "%(story)s Due again: %(invoices)s",
                story=story,
                invoices=', '.join(self.invoice_ids.mapped('name')) or '–',
            ),
            user_id=user.id,
        )
