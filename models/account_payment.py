from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from ..tools.new_payment import are_unmatched
from ..tools.payload import read_id

GUARDED_FIELDS = {'pos_cashier_name', 'pos_invoice_payment_data', 'pos_invoice_payment_uuid'}


class AccountPayment(models.Model):
    _name = 'account.payment'
    _inherit = ['account.payment', 'pos_receivable.bulk.messages']

    # Also the flag that tells a collection from the core's own payments of a session.
    pos_invoice_payment_uuid = fields.Char(
        string="Invoice Payment UUID",
        readonly=True,
        copy=False,
        help="Made by the till once per attempt, so that a repeated request books nothing twice.",
    )
    pos_invoice_payment_data = fields.Json(
        string="Invoice Payment Receipt",
        readonly=True,
        copy=False,
        help="What the till was answered when the payment was booked; receipts are made from it.",
    )

    pos_cashier_name = fields.Char(
        string="Cashier",
        readonly=True,
        copy=False,
        help="Who took the payment: the employee at the till, else the user.",
    )

    pos_receivable_can_return = fields.Boolean(
        compute='_compute_pos_receivable_can_return',
        groups='account.group_account_user,account.group_account_manager',
        help="A customer's money that the bank may take back.",
    )

    _pos_invoice_payment_uuid_unique = models.UniqueIndex(
        '(pos_invoice_payment_uuid) WHERE pos_invoice_payment_uuid IS NOT NULL',
        "This payment has already been registered.",
    )

    # The reconciliation looks up the payments of an invoice's transactions.
    _pos_receivable_transaction_idx = models.Index(
        '(payment_transaction_id) WHERE payment_transaction_id IS NOT NULL'
    )

    @api.depends('state', 'payment_type', 'partner_type', 'journal_id.type', 'move_id.state')
    def _compute_pos_receivable_can_return(self):
        for payment in self:
            payment.pos_receivable_can_return = (
                (payment.payment_type, payment.partner_type) == ('inbound', 'customer')
                and payment.state in ('in_process', 'paid')
                and payment.move_id.state == 'posted'
                and payment.journal_id.type != 'cash'
                # A session's card payments are nobody's.
                and bool(payment.partner_id)
            )

    def _is_standing_invoice_payment(self):
        """Whether this collection counts; ``pos_receivable.drawer._get_standing_domain`` in Python."""
        self.ensure_one()
        return self.state in ('in_process', 'paid') and self.move_id.state == 'posted'

    def _prepare_invoice_payment_entry(self):
        """This collection as the till's history shows it."""
        self.ensure_one()
        data = {'payment': {}, 'invoices': [], **(self.pos_invoice_payment_data or {})}
        void = data.get('void')
        taken_back = 'voided' if void else 'cancelled'
        return {
            **data['payment'],
            'id': self.id,
            'kind': 'refund' if self.payment_type == 'outbound' else 'collection',
            'name': self.name or data['payment'].get('name'),
            # As it is now, should an accountant have corrected it.
            'amount': self.amount,
            'date': self.date.isoformat(),
            'journal_id': self.journal_id.id,
            'journal_name': self.journal_id.name,
            'journal_type': self.journal_id.type,
            'on_account': self.env['pos_receivable.deposit']._get_kept(self),
            'state': 'posted' if self._is_standing_invoice_payment() else taken_back,
            'void': void or False,
            'invoices': data['invoices'],
        }

    def _prepare_invoice_payment_answer(self):
        """This collection as whoever asked for it to be booked is answered, now or once more."""
        entry = self._prepare_invoice_payment_entry()
        return {'invoices': entry.pop('invoices'), 'payment': entry}

    def _get_invoice_payment_debts(self):
        """What this collection was taken for: invoices first, then what is owed without one, as far
        as it still exists. See ``pos_receivable.debt``."""
        self.ensure_one()
        rows = (self.pos_invoice_payment_data or {}).get('invoices', [])
        items = self.env['account.move.line'].browse(
            row['item_id'] for row in rows if row.get('item_id')
        )
        uuids = [row['pos_payment_uuid'] for row in rows if row.get('pos_payment_uuid')]
        orders = self.env['pos.payment'].search([('uuid', 'in', uuids)]) if uuids else ()
        return [*self.invoice_ids, *items.exists(), *orders]

    def _search_reconciled_invoice_ids(self, operator, value):
        # EXTENDS 'account'
        if operator == 'in' and are_unmatched(self.env['account.move'].browse(value)):
            return Domain.FALSE
        return super()._search_reconciled_invoice_ids(operator, value)

    # -------------------------------------------------------------------------
    # Reconciling later
    # -------------------------------------------------------------------------

    def _map_invoice_payment_items(self):
        """Which invoice each receivable item of a collection over several debts was booked for.

        :return: ``{journal item id: invoice id}``, ``False`` for what is owed without an invoice or
            was kept on account; nothing for payments with a single receivable item, which any of
            their invoices may use
        """
        kept = self.env['pos_receivable.deposit']._get_items(self)
        result = dict.fromkeys(kept.ids, False)
        for payment in self.filtered('pos_invoice_payment_uuid'):
            items = (payment._seek_for_lines()[1] - kept).sorted('id')
            rows = (payment.pos_invoice_payment_data or {}).get('invoices', [])
            # Money for an order that was not in the books is kept, as what is on account.
            invoices = [row for row in rows if not row.get('pos_payment_uuid')]
            if 1 < len(items) == len(invoices):
                result.update(zip(items.ids, (row['id'] for row in invoices), strict=True))
        return result

    # -------------------------------------------------------------------------
    # Voiding
    # -------------------------------------------------------------------------

    def _void_invoice_payment(self, reason, cashier):
        """Cancel the entry where the journal allows it, else reverse it: either way it keeps its
        number, and the invoices are due again.

        :raise UserError: by the core, when even today is in closed books
        """
        self.ensure_one()
        move = self.move_id
        company = self.company_id
        self.pos_invoice_payment_data = {
            **(self.pos_invoice_payment_data or {}),
            'void': {
                'reason': reason,
                'user_name': cashier,
                'datetime': fields.Datetime.to_string(self.env.cr.now()),
            },
        }
        if (
            move.inalterable_hash
            or move.restrict_mode_hash_table
            or company._get_violated_lock_dates(
                move.date, move._affect_tax_report(), move.journal_id
            )
        ):
            # Which also cancels the payment: see account.move.
            move._reverse_moves(
                [
                    {
                        'date': fields.Date.context_today(self),
                        'ref': self.env._("Void of %(payment)s", payment=self.name),
                    }
                ],
                cancel=True,
            )
        else:
            self.action_cancel()
        self.message_post(
            body=self.env._(
                "Voided at %(shop)s by %(cashier)s: %(reason)s",
                shop=self.pos_session_id.config_id.name,
                cashier=cashier,
                reason=reason,
            )
        )

    def _send_invoice_payment_receipt(self, address):
        """E-mail the core's payment receipt; the mail queue delivers it. It is counted."""
        self.ensure_one()
        template = self.env.ref(
            'account.mail_template_data_payment_receipt', raise_if_not_found=False
        )
        if not template:
            raise UserError(
                self.env._("There is no e-mail template for payment receipts. Ask a manager.")
            )
        template.with_context(lang=self.partner_id.lang).send_mail(
            self.id,
            email_values={'email_to': address, 'recipient_ids': []},
        )
        self.pos_invoice_payment_data = {
            **(self.pos_invoice_payment_data or {}),
            'mails': self._count_invoice_payment_mails() + 1,
        }

    def _get_payment_receipt_report_values(self):
        # EXTENDS 'account'
        values = super()._get_payment_receipt_report_values()
        kept = self.env['pos_receivable.deposit']._get_kept(self)
        if not kept:
            return values
        # Without invoices, the core's table of them would be an empty one.
        has_invoices = bool(self.reconciled_invoice_ids)
        return {
            **values,
            'display_invoices': values['display_invoices'] and has_invoices,
            'pos_receivable_on_account': kept,
        }

    def _count_invoice_payment_mails(self):
        return (self.pos_invoice_payment_data or {}).get('mails', 0)

    # -------------------------------------------------------------------------
    # Money that comes back
    # -------------------------------------------------------------------------

    def action_pos_receivable_return(self):
        """Ask what is to be known of money that came back: a bounced cheque, a chargeback.

        :raise AccessError: not an accountant
        """
        self._check_may_return_receivable()
        if len(self) != 1 or not read_id(self.id) or not self.exists():
            raise UserError(self.env._("Choose one payment."))
        self.check_access('write')
        return {
            'type': 'ir.actions.act_window',
            'name': self.env._("Money came back"),
            'res_model': 'pos_receivable.return.payment',
            'view_mode': 'form',
            'target': 'new',
            'context': {'default_payment_id': self.id},
        }

    def _check_may_return_receivable(self):
        user = self.env.user
        groups = ('account.group_account_user', 'account.group_account_manager')
        if not self.env.su and not any(map(user.has_group, groups)):
            raise AccessError(self.env._("Ask an accountant to register money that came back."))

    # -------------------------------------------------------------------------
    # Trace of what happens to a collection in the back office
    # -------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        # EXTENDS 'account'
        self._check_only_tills_write_invoice_payment(*vals_list)
        payments = super().create(vals_list)
        for payment, vals in zip(payments, vals_list, strict=True):
            # Defaults, of the caller's context or their own, are values that nobody was given.
            if any(payment[name] for name in GUARDED_FIELDS - vals.keys()):
                payment._refuse_pretended_invoice_payment()
        return payments

    def write(self, vals):
        # EXTENDS 'account'
        self._check_only_tills_write_invoice_payment(vals)
        if 'pos_session_id' in vals and not self.env.su:
            self._check_no_invoice_payment()
        self.env['pos_receivable.correction']._check_shares_stay(self, vals)
        collected = self.filtered('pos_invoice_payment_uuid') if 'state' in vals else self.browse()
        before = {payment: payment.state for payment in collected}
        if vals.get('journal_id'):
            moved = self.filtered(
                lambda payment: (
                    payment.pos_invoice_payment_uuid and payment.journal_id.id != vals['journal_id']
                )
            )
            if moved and len(self) > 1:
                # Each keeps what is its own: currency, receivable account, entry.
                for payment in self:
                    payment.write(vals)
                return True
            if moved:
                vals = self.env['pos_receivable.correction']._prepare_moved_vals(moved, vals)
                self.env['pos_receivable.correction']._move_liquidity(
                    moved, vals['force_outstanding_account_id']
                )
                moved._trace_invoice_payment(
                    self.env._(
                        "was moved from %(old)s to %(new)s",
                        old=moved.journal_id.name,
                        new=self.env['account.journal'].browse(vals['journal_id']).name,
                    )
                )
        result = super().write(vals)
        for payment, state in before.items():
            if payment.state != state and payment.state in ('draft', 'canceled', 'rejected'):
                payment._trace_invoice_payment(
                    {
                        'draft': self.env._("was reset to draft"),
                        'canceled': self.env._("was cancelled"),
                        'rejected': self.env._("was rejected"),
                    }[payment.state]
                )
        return result

    def _synchronize_to_moves(self, changed_fields):
        # EXTENDS 'account'
        # The core makes an entry of two or three items anew. These have more: one for each invoice,
        # or discounts with their taxes, which stay.
        if changed_fields.isdisjoint({'memo', *self._get_trigger_fields_to_synchronize()}):
            return super()._synchronize_to_moves(changed_fields)
        itemized = self.filtered(
            lambda payment: (
                payment.pos_invoice_payment_uuid
                and self.env['pos_receivable.correction']._has_own_items(payment)
            )
        )
        for payment in itemized:
            self.env['pos_receivable.correction']._synchronize_items(payment, changed_fields)
        return super(AccountPayment, self - itemized)._synchronize_to_moves(changed_fields)

    def _check_only_tills_write_invoice_payment(self, *vals_list):
        """What a till took counts in its drawer and is printed on its receipts: nobody makes a
        payment look like that, or a collection unlike what it was."""
        if not self.env.su and any(GUARDED_FIELDS & vals.keys() for vals in vals_list):
            self._refuse_pretended_invoice_payment()

    def _refuse_pretended_invoice_payment(self):
        raise AccessError(self.env._("Only a till can mark a payment as an invoice payment."))

    def _check_no_invoice_payment(self):
        """Moved elsewhere, a collection changes what two sessions, closed perhaps, have counted."""
        if self.filtered('pos_invoice_payment_uuid'):
            raise AccessError(
                self.env._("An invoice payment stays in the session whose till took it.")
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_trace_invoice_payment(self):
        for payment in self.filtered('pos_invoice_payment_uuid'):
            payment._trace_invoice_payment(self.env._("was deleted"))
            # Elevated as the trace is. A till that lost the answer may ask for it again.
            session = payment.pos_session_id.sudo()
            if session.state != 'closed':
                self.env['pos_receivable.collection']._remember_unbookable(
                    session, payment.pos_invoice_payment_uuid
                )

    def _trace_invoice_payment(self, event):
        """Tell the shop that money it counted is no longer booked as it was."""
        self.ensure_one()
        if not self.pos_session_id:
            return
        # Elevated: an accountant need not be allowed to write on sessions to leave a note there.
        self.pos_session_id.sudo().message_post(
            body=self.env._(
                "Invoice payment %(payment)s of %(amount)s by %(customer)s %(event)s.",
                payment=self.name or self.memo,
                amount=self.currency_id.format(self.amount),
                customer=self.partner_id.display_name,
                event=event,
            )
        )
