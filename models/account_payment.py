from collections import defaultdict
from contextlib import nullcontext

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command

GUARDED_FIELDS = {'pos_cashier_name', 'pos_invoice_payment_data', 'pos_invoice_payment_uuid'}
# Every item of a collection over several invoices depends on them.
SHARED_FIELDS = {
    'amount',
    'currency_id',
    'destination_account_id',
    'partner_id',
    'partner_type',
    'payment_type',
}


class _LeftOpen(Exception):
    """A payment that should settle its invoices leaves something open on one of them."""


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

    _pos_invoice_payment_uuid_unique = models.UniqueIndex(
        '(pos_invoice_payment_uuid) WHERE pos_invoice_payment_uuid IS NOT NULL',
        "This payment has already been registered.",
    )

    # The reconciliation looks up the payments of an invoice's transactions.
    _pos_receivable_transaction_idx = models.Index(
        '(payment_transaction_id) WHERE payment_transaction_id IS NOT NULL'
    )

    def _is_standing_collection(self):
        """Whether this collection counts; ``pos_receivable.drawer._get_standing_domain`` in Python."""
        self.ensure_one()
        return (
            self.state in ('in_process', 'paid')
            and self.payment_type == 'inbound'
            and self.move_id.state == 'posted'
        )

    def _prepare_invoice_payment_entry(self):
        """This collection as the till's history shows it."""
        self.ensure_one()
        data = {'payment': {}, 'invoices': [], **(self.pos_invoice_payment_data or {})}
        void = data.get('void')
        taken_back = 'voided' if void else 'cancelled'
        return {
            **data['payment'],
            'id': self.id,
            'name': self.name or data['payment'].get('name'),
            # As it is now, should an accountant have corrected it.
            'amount': self.amount,
            'date': self.date.isoformat(),
            'journal_id': self.journal_id.id,
            'journal_name': self.journal_id.name,
            'journal_type': self.journal_id.type,
            'state': 'posted' if self._is_standing_collection() else taken_back,
            'void': void or False,
            'invoices': data['invoices'],
        }

    def _prepare_invoice_payment_answer(self):
        """This collection as whoever asked for it to be booked is answered, now or once more."""
        entry = self._prepare_invoice_payment_entry()
        return {'invoices': entry.pop('invoices'), 'payment': entry}

    # -------------------------------------------------------------------------
    # Reconciling later
    # -------------------------------------------------------------------------

    def _get_invoice_of_items(self):
        """Which invoice each receivable item of a collection over several was booked for.

        :return: ``{journal item id: invoice id}``; nothing for payments with a single receivable
            item, which any of their invoices may use
        """
        result = {}
        for payment in self.filtered('pos_invoice_payment_uuid'):
            items = payment._seek_for_lines()[1].sorted('id')
            invoices = (payment.pos_invoice_payment_data or {}).get('invoices', [])
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

    def _count_invoice_payment_mails(self):
        return (self.pos_invoice_payment_data or {}).get('mails', 0)

    # -------------------------------------------------------------------------
    # Trace of what happens to a collection in the back office
    # -------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        # EXTENDS 'account'
        self._check_only_tills_write(*vals_list)
        payments = super().create(vals_list)
        for payment, vals in zip(payments, vals_list, strict=True):
            # Defaults, of the caller's context or their own, are values that nobody was given.
            if any(payment[name] for name in GUARDED_FIELDS - vals.keys()):
                payment._refuse_pretended_till()
        return payments

    def write(self, vals):
        # EXTENDS 'account'
        self._check_only_tills_write(vals)
        if 'pos_session_id' in vals and not self.env.su:
            self._check_not_collected()
        self._check_shares_stay(vals)
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
                vals = moved._prepare_moved_vals(vals)
                moved._move_liquidity(vals['force_outstanding_account_id'])
                moved._trace_on_session(
                    self.env._(
                        "was moved from %(old)s to %(new)s",
                        old=moved.journal_id.name,
                        new=self.env['account.journal'].browse(vals['journal_id']).name,
                    )
                )
        result = super().write(vals)
        for payment, state in before.items():
            if payment.state != state and payment.state in ('draft', 'canceled', 'rejected'):
                payment._trace_on_session(
                    {
                        'draft': self.env._("was reset to draft"),
                        'canceled': self.env._("was cancelled"),
                        'rejected': self.env._("was rejected"),
                    }[payment.state]
                )
        return result

    def _check_shares_stay(self, vals):
        """
        :raise UserError: a collection over several invoices would have to be divided anew
        """
        if not SHARED_FIELDS & vals.keys():
            return
        for payment in self.filtered('pos_invoice_payment_uuid'):
            if payment._is_changed(SHARED_FIELDS, vals) and len(payment._seek_for_lines()[1]) > 1:
                raise UserError(
                    self.env._(
                        "%(payment)s pays several invoices, each its share: amount, customer and"
                        " currency stay as they are. Cancel it instead, and register what was really"
                        " received.",
                        payment=payment.display_name,
                    )
                )

    def _is_changed(self, names, vals):
        """Whether any of these fields would have another value; forms send what did not change."""
        self.ensure_one()
        fields_ = [self._fields[name] for name in names & vals.keys()]
        return any(
            field.convert_to_cache(vals[field.name], self)
            != field.convert_to_cache(self[field.name], self)
            for field in fields_
        )

    def _synchronize_to_moves(self, changed_fields):
        # EXTENDS 'account'
        # The core makes an entry of two or three items anew. These have more: one for each invoice,
        # or discounts with their taxes, which stay.
        itemized = self.filtered(
            lambda payment: payment.pos_invoice_payment_uuid and payment._has_own_items()
        )
        for payment in itemized:
            payment._synchronize_items(changed_fields)
        return super(AccountPayment, self - itemized)._synchronize_to_moves(changed_fields)

    def _has_own_items(self):
        """Whether the entry has items besides the money and one share, which add up to it."""
        liquidity, counterpart, write_off = self._seek_for_lines()
        return (
            len(liquidity) == 1
            and len(counterpart + write_off) > 1
            and not self.currency_id.compare_amounts(
                sum(liquidity.mapped('amount_currency')), self.amount
            )
            and (counterpart + liquidity).currency_id == self.currency_id
            and counterpart.partner_id == self.partner_id.commercial_partner_id
        )

    def _synchronize_items(self, changed_fields):
        """Bring a change of date, journal, memo or bank account to the draft entry, item by item,
        as the core does for payments of one invoice."""
        self.ensure_one()
        move = self.move_id
        if move.state == 'posted':
            return
        liquidity, counterpart, _write_off = self._seek_for_lines()
        vals = {line: {} for line in move.line_ids}
        if 'memo' in changed_fields:
            vals[liquidity]['name'] = self.memo
        if 'date' in changed_fields:
            for line in liquidity + counterpart:
                vals[line]['date_maturity'] = self.date
            if self.currency_id != move.company_currency_id:
                for line, balance in self._convert_items(liquidity, counterpart).items():
                    vals[line]['balance'] = balance
        to_write = {
            'date': self.date,
            'partner_bank_id': self.partner_bank_id.id,
            'line_ids': [
                Command.update(line.id, values) for line, values in vals.items() if values
            ],
        }
        if 'journal_id' in changed_fields and move.journal_id != self.journal_id:
            to_write.update(name='/', journal_id=self.journal_id.id)
        move.with_context(skip_invoice_sync=True).write(to_write)

    def _convert_items(self, liquidity, counterpart):
        """
        :return: ``{item: balance}``, what each is worth on the payment's day; the largest share
            takes what rounding leaves
        """
        currency = self.move_id.company_currency_id
        balances = {
            line: line.currency_id._convert(
                line.amount_currency, currency, self.company_id, self.date
            )
            for line in self.move_id.line_ids
        }
        largest = max(counterpart, key=lambda line: abs(line.amount_currency))
        balances[largest] = currency.round(balances[largest] - sum(balances.values()))
        return balances

    def _prepare_moved_vals(self, vals):
        """Move this collection to another journal as if it had been booked there, so that the
        drawer's account still has what the drawer expects.

        :param dict vals: what is written, with the journal; its choices are kept
        :raise UserError: the journal lacks what is needed
        """
        self.ensure_one()
        journal = self.env['account.journal'].browse(vals['journal_id'])
        method = self.env['account.payment.method.line'].browse(vals.get('payment_method_line_id'))
        method, account = self._get_counter_accounts(
            journal, method.filtered(lambda line: line.journal_id == journal)
        )
        return {
            # The core would choose them anew with the journal; the customer paid what he paid.
            'currency_id': self.currency_id.id,
            'destination_account_id': self.destination_account_id.id,
            **vals,
            'payment_method_line_id': method.id,
            'force_outstanding_account_id': (
                vals.get('force_outstanding_account_id') or account.id
            ),
        }

    def _move_liquidity(self, account_id):
        """Put the money of a draft entry on another account.

        The core knows the item of the money by the accounts of the payment's journal: once that
        is another, it would take the item for a write-off and drop it, and others with it.
        """
        self.ensure_one()
        if self.move_id.state == 'draft':
            liquidity = self._seek_for_lines()[0]
            liquidity.with_context(skip_invoice_sync=True).account_id = account_id

    def _check_only_tills_write(self, *vals_list):
        """What a till took counts in its drawer and is printed on its receipts: nobody makes a
        payment look like that, or a collection unlike what it was."""
        if not self.env.su and any(GUARDED_FIELDS & vals.keys() for vals in vals_list):
            self._refuse_pretended_till()

    def _refuse_pretended_till(self):
        raise AccessError(self.env._("Only a till can mark a payment as an invoice payment."))

    def _check_not_collected(self):
        """Moved elsewhere, a collection changes what two sessions, closed perhaps, have counted."""
        if self.filtered('pos_invoice_payment_uuid'):
            raise AccessError(
                self.env._("An invoice payment stays in the session whose till took it.")
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_trace_on_session(self):
        for payment in self.filtered('pos_invoice_payment_uuid'):
            payment._trace_on_session(self.env._("was deleted"))
            # Elevated as the trace is. A till that lost the answer may ask for it again.
            session = payment.pos_session_id.sudo()
            if session.state != 'closed':
                self.env['pos_receivable.collection']._remember_unbookable(
                    session, payment.pos_invoice_payment_uuid
                )

    def _trace_on_session(self, event):
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

    # -------------------------------------------------------------------------
    # Booking a collection
    # -------------------------------------------------------------------------

    @api.model
    def _get_counter_accounts(self, journal, method=None):
        """How money received at a counter enters ``journal``.

        Cash goes straight to the drawer's own account, so that the ledger and the drawer agree.
        Bank money waits on the outstanding account the core would choose.

        :param method: the payment method line somebody chose
        :return: ``(payment method line, liquidity account)``
        :raise UserError: the journal lacks what is needed; nothing has been written
        """
        methods = journal._get_available_payment_method_lines('inbound')
        method = method or methods.filtered(lambda line: line.code == 'manual')[:1] or methods[:1]
        if not method:
            raise UserError(
                self.env._(
                    "Ask a manager: %(journal)s has no way to receive payments (Invoicing →"
                    " Configuration → Journals → %(journal)s → Incoming Payments).",
                    journal=journal.name,
                )
            )
        if journal.type == 'cash':
            account = journal.default_account_id
            if not account:
                raise UserError(
                    self.env._(
                        "Ask a manager: %(journal)s has no cash account (Invoicing → Configuration →"
                        " Journals → %(journal)s → Cash Account).",
                        journal=journal.name,
                    )
                )
            return method, account
        account = method.payment_account_id
        if not account:
            try:
                account = self.new({'company_id': journal.company_id.id})._get_outstanding_account(
                    'inbound'
                )
            except UserError as error:
                raise UserError(
                    self.env._(
                        "Ask a manager: no account is set to receive bank payments for %(journal)s"
                        " (Invoicing → Configuration → Journals → %(journal)s → Incoming Payments).",
                        journal=journal.name,
                    )
                ) from error
        return method, account

    @api.model
    def _create_counter_payment(self, allocations, values, due):
        """Book one tender over one or several invoices: a posted entry, reconciled with exactly
        these invoices for exactly these amounts.

        :param dict allocations: ``{invoice: amount}`` in the payment's currency, each positive and
            within what is due; the caller has locked and checked the invoices
        :param dict values: values of the Register Payment wizard shared by all of them
        :param dict due: ``{invoice: amount}`` that leaves nothing open, in the payment's currency
        :raise UserError: no account to book on, or the result is not what was asked for
        """
        before = {invoice: invoice.amount_residual for invoice in allocations}
        foreign = any(invoice.currency_id.id != values['currency_id'] for invoice in allocations)
        try:
            with self.env.cr.savepoint() if foreign else nullcontext():
                payment = self._book_counter_payment(allocations, values)
                if left_open := payment._get_invoices_left_open(due):
                    raise _LeftOpen(left_open)
        except _LeftOpen as error:
            # Rounding left a fraction that nobody could pay: settle those invoices, and no other,
            # at the rate that pays all of them, as the core's wizard does when asked to.
            [left_open] = error.args
            payment = self._book_counter_payment(allocations, values, left_open)
        payment._check_counter_payment(before, due)
        return payment

    @api.model
    def _book_counter_payment(self, allocations, values, settled_at_rate=()):
        journal = self.env['account.journal'].browse(values['journal_id'])
        method, liquidity_account = self._get_counter_accounts(journal)
        values = {
            **values,
            'payment_method_line_id': method.id,
            'pos_liquidity_account_id': liquidity_account.id,
            'communication': ', '.join(invoice.name for invoice in allocations),
        }
        open_lines = self.env['account.move'].union(*allocations)._get_open_receivable_lines()
        rounding = values.pop('pos_rounding_difference', 0.0)
        wizards = self.env['account.payment.register'].concat(
            *(
                self.env['account.payment.register'].new(
                    {
                        **values,
                        'amount': amount,
                        'line_ids': [Command.set(open_lines[invoice].ids)],
                        'pos_rounding_difference': 0.0 if position else rounding,
                        'pos_settle_rate': invoice in settled_at_rate,
                    }
                )
                for position, (invoice, amount) in enumerate(allocations.items())
            )
        )
        return wizards._create_counter_payment()

    def _get_counter_shares(self):
        """What this payment was reconciled with.

        :return: ``{invoice: amount}`` in the payment's currency, positive: what its items took off
            the invoice, discounts and cash rounding included; no invoice for what was not used
        """
        shares = defaultdict(float)
        for line in self._seek_for_lines()[1]:
            used_for = line.matched_debit_ids.debit_move_id.move_id.filtered(
                lambda move: move.is_invoice(include_receipts=True)
            )
            shares[used_for] -= line.amount_currency
        return shares

    def _get_invoices_left_open(self, due):
        """Invoices in another currency of which something stays open although this payment took
        all that was ``due`` on them."""
        return self.env['account.move'].union(
            *(
                invoice
                for invoice, amount in self._get_counter_shares().items()
                if invoice in due
                and invoice.currency_id != self.currency_id
                and self.currency_id.compare_amounts(amount, due[invoice]) >= 0
                and not invoice.currency_id.is_zero(invoice.amount_residual)
            )
        )

    def _check_counter_payment(self, before, due):
        """Refuse a payment that does not settle what it was taken for, rather than trust that no
        exception means success.

        :param dict before: ``{invoice: residual before}``, in the invoice's currency
        :param dict due: ``{invoice: amount}`` that left nothing open, in the payment's currency
        """
        self.ensure_one()
        liquidity, counterpart, _write_off = self._seek_for_lines()
        # Another app that splits what was received must not empty the drawer on paper.
        if self.currency_id.compare_amounts(sum(liquidity.mapped('amount_currency')), self.amount):
            raise UserError(
                self.env._(
                    "Only a part of this payment would reach %(journal)s, because another app"
                    " splits it (a tax withheld by the customer, for instance), so nothing was"
                    " booked. Ask an accountant to register it.",
                    journal=self.journal_id.name,
                )
            )
        # The core may add an exchange difference entry to what the payment is matched with, and
        # where rates are rounded leaves a cent of the payment open once the invoice is settled.
        used = all(
            line.reconciled
            or not any(line.matched_debit_ids.debit_move_id.mapped('amount_residual'))
            or line.currency_id != line.matched_debit_ids.debit_move_id.currency_id
            for line in counterpart
        )
        shares = self._get_counter_shares()
        if (
            self.move_id.state != 'posted'
            or self.move_id.date != self.date
            or not used
            or shares.keys() != before.keys()
            or not all(
                self._has_taken_share(invoice, amount, before[invoice], due[invoice])
                for invoice, amount in shares.items()
            )
        ):
            raise UserError(
                self.env._(
                    "This payment could not be matched with its invoices, so nothing was booked."
                    " Please ask an accountant to look at %(invoices)s.",
                    invoices=', '.join(invoice.name for invoice in before),
                )
            )

    def _has_taken_share(self, invoice, amount, before, due):
        """Whether ``invoice`` went down by the worth of ``amount`` and is paid only if that was all.

        :raise UserError: what should stay open is less than the smallest unit of its currency
        """
        own, theirs = self.currency_id, invoice.currency_id
        after = invoice.amount_residual
        if own == theirs:
            return theirs.compare_amounts(after, before - amount) == 0
        if own.compare_amounts(amount, due) >= 0:
            return theirs.is_zero(after)
        if theirs.is_zero(after):
            raise UserError(
                self.env._(
                    "The rest of %(invoice)s would be too small to stay open in %(currency)s: pay"
                    " all of it, %(due)s, or clearly less.",
                    invoice=invoice.name,
                    currency=theirs.name,
                    due=own.format(due),
                )
            )
        # What is due was rounded once for each instalment, and so was what each took.
        worth = before / due
        terms = invoice.line_ids.filtered(lambda line: line.display_type == 'payment_term')
        steps = 1 + len(terms)
        tolerance = steps * (own.rounding * worth + theirs.rounding)
        return abs(after - (before - amount * worth)) <= tolerance
