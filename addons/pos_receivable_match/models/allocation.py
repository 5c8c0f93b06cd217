from odoo import api, fields, models
from odoo.tools import float_compare

from odoo.addons.pos_receivable.models.account_move import COLLECTABLE_TYPES, OPEN_STATES

from ..matching import Fit

CHOSEN = 'chosen'  # the one fit that the library does not know
FITS = [
    (Fit.EXACT.value, "Exact"),
    (Fit.DISCOUNT.value, "With Discount"),
    (Fit.PARTS.value, "In Parts"),
    (Fit.CONVERTED.value, "Converted"),
    (Fit.FEE.value, "Less a Fee"),
    (Fit.TOLERANCE.value, "Nearly"),
    (Fit.PART.value, "Partial"),
    (Fit.OVER.value, "Too Much"),
    (Fit.NO_RATE.value, "Unknown Rate"),
    (CHOSEN, "Chosen by Hand"),
]

CLOSINGS = [
    ('open', "Stays Open"),
    ('write_off', "Written Off"),
    ('discount', "Discount"),
]


class PosReceivableMatchAllocation(models.Model):
    """How much of the money goes to one open item of an invoice, and what becomes of the rest."""

    _name = 'pos_receivable.match.allocation'
    _description = "Proposed Allocation"
    _order = 'sequence, id'

    candidate_id = fields.Many2one(
        'pos_receivable.match.candidate',
        required=True,
        readonly=True,
        index=True,
        ondelete='cascade',
    )
    sequence = fields.Integer(readonly=True)
    company_id = fields.Many2one(related='candidate_id.company_id', store=True)
    line_id = fields.Many2one(
        'account.move.line', required=True, readonly=True, index=True, ondelete='cascade'
    )
    move_id = fields.Many2one(related='line_id.move_id', string="Invoice")
    partner_id = fields.Many2one(related='line_id.partner_id', string="Customer")
    date_maturity = fields.Date(related='line_id.date_maturity', string="Due Date")
    currency_id = fields.Many2one(related='line_id.currency_id')
    receipt_currency_id = fields.Many2one(
        related='candidate_id.currency_id', string="Currency Received"
    )
    amount_residual = fields.Monetary(
        related='line_id.amount_residual_currency', string="Open", currency_field='currency_id'
    )
    amount = fields.Monetary(
        string="Pays", readonly=True, help="By which the open amount is lowered."
    )
    paid = fields.Monetary(
        readonly=True,
        currency_field='receipt_currency_id',
        help="The same in the currency of the money received.",
    )
    left = fields.Monetary(string="Rest", readonly=True, help="What the money does not pay.")
    left_as = fields.Selection(FITS, string="Kind of Rest", readonly=True)
    closing = fields.Selection(
        CLOSINGS,
        string="The Rest",
        compute='_compute_closing',
        compute_sudo=True,  # of an invoice of a branch, whoever sees the proposal
        help="What becomes of the rest when this is accepted, or has become of it.",
    )

    @api.depends('left', 'left_as', 'candidate_id.proposal_id.outcome')
    def _compute_closing(self):
        for allocation in self:
            proposal = allocation.candidate_id.proposal_id
            booked = {}
            if proposal and proposal.candidate_id == allocation.candidate_id:
                lines = proposal._get_outcome().booked
                booked = next((l for l in lines if l['item'] == allocation.line_id.id), {})
            # What was done stays what it was, whatever the policy and the dates say today.
            allocation.closing = booked.get('closing') or allocation._choose_closing()

    def _choose_closing(self):
        if not self.left:
            return False
        if self._may_grant_discount():
            return 'discount'
        return 'write_off' if self._may_write_off() else 'open'

    def _may_grant_discount(self):
        """Whether the rest is the early-payment discount, which the money came in time for."""
        if self.left_as != Fit.DISCOUNT.value:
            return False
        item, invoice = self.line_id, self.move_id
        discount = item.amount_currency - item.discount_amount_currency
        return (
            invoice._is_eligible_for_early_payment_discount(
                self.receipt_currency_id, self.candidate_id.proposal_id.date
            )
            and not self.currency_id.compare_amounts(self.left, discount)
            and invoice.company_id.sudo().account_journal_early_pay_discount_loss_account_id.active
        )

    def _may_write_off(self):
        """Whether the company's policy lets what stays open go, small as it is."""
        if self.left_as not in (Fit.FEE.value, Fit.TOLERANCE.value):
            return False
        company = self._get_policy_company()
        if not company.receivable_writeoff_account_id.sudo().active:
            return False
        left = self.currency_id._convert(
            self.left, company.currency_id, company, fields.Date.context_today(self)
        )
        share = self.left / (self.amount + self.left) * 100
        limit = company.receivable_writeoff_limit
        return (
            company.currency_id.compare_amounts(left, limit) <= 0
            and float_compare(share, company.receivable_writeoff_percentage, precision_digits=6)
            <= 0
        )

    def _get_policy_company(self):
        """Whose policy says what is written off: a branch may have its own for its invoices."""
        company = self.line_id.company_id
        return company if company.receivable_writeoff_account_id else self.company_id

    def _closes_rest(self):
        """Whether more of the item is settled than the money pays."""
        return self.closing in ('write_off', 'discount')

    def _get_settled(self):
        """By how much the item is settled, by the money and what closes the rest; positive, in
        units of the item's currency."""
        return self.amount + (self.left if self._closes_rest() else 0.0)

    # -------------------------------------------------------------------------
    # Checks
    # -------------------------------------------------------------------------

    def _find_obstacle(self):
        """Why the invoice cannot take the money any more; else False."""
        _ = self.env._
        invoice, item = self.move_id, self.line_id
        if self._is_registered():
            return self._find_obstacle_of_registered()
        if (
            invoice.state != 'posted'
            or invoice.move_type not in COLLECTABLE_TYPES
            or item.account_type != 'asset_receivable'
            or item.company_id not in self._get_companies()
        ):
            return _("%(invoice)s is not an open customer invoice.", invoice=invoice.name)
        payment = self.candidate_id.proposal_id.line_id
        if payment and payment.account_id != item.account_id:
            return _(
                "%(payment)s is booked on %(account)s, %(invoice)s on %(other)s: they cannot be"
                " reconciled before one of them is moved.",
                payment=payment.move_id.name,
                account=payment.account_id.display_name,
                invoice=invoice.name,
                other=item.account_id.display_name,
            )
        compare = self.currency_id.compare_amounts
        if compare(self.amount, 0) <= 0 or compare(self.paid, 0) <= 0:
            return _("Please enter an amount for %(invoice)s.", invoice=invoice.name)
        if compare(item.amount_residual_currency, self.amount + self.left) < 0:
            paid = invoice._describe_last_receivable_payment()
            if paid:
                return _(
                    "%(invoice)s was paid meanwhile %(when_by_whom)s: %(left)s are open.",
                    invoice=invoice.name,
                    when_by_whom=paid,
                    left=self.currency_id.format(item.amount_residual_currency),
                )
            return _(
                "Of %(invoice)s only %(left)s are open.",
                invoice=invoice.name,
                left=self.currency_id.format(item.amount_residual_currency),
            )
        if invoice.payment_state not in OPEN_STATES:
            return _("%(invoice)s is not open for payment.", invoice=invoice.name)
        return False

    def _is_registered(self):
        """Whether this is no invoice, but a payment that waits for the bank to report it."""
        return bool(
            self.candidate_id.proposal_id.statement_line_id
            and self.line_id.payment_id
            and self.line_id.account_type not in ('asset_receivable', 'liability_payable')
        )

    def _find_obstacle_of_registered(self):
        """Why the payment cannot be what the bank reports; else False."""
        _ = self.env._
        item = self.line_id
        # Elevated: who works the queue need not see the payments of a branch.
        payment_sudo = item.payment_id.sudo()
        if (
            item.parent_state != 'posted'
            or payment_sudo.state not in ('in_process', 'paid')
            or (payment_sudo.payment_type, payment_sudo.partner_type) != ('inbound', 'customer')
            or not item.account_id.sudo().reconcile
            or item.company_id not in self._get_companies()
        ):
            return _("%(payment)s does not wait for money.", payment=payment_sudo.name)
        compare = self.currency_id.compare_amounts
        if compare(self.amount, 0) <= 0 or compare(self.paid, 0) <= 0:
            return _("Please enter an amount for %(invoice)s.", invoice=payment_sudo.name)
        if compare(item.amount_residual_currency, self.amount + self.left) < 0:
            return _(
                "Of %(payment)s only %(left)s wait for the bank.",
                payment=payment_sudo.name,
                left=self.currency_id.format(item.amount_residual_currency),
            )
        return False

    def _get_companies(self):
        return self.env['pos_receivable.match.source']._get_tree(self.company_id)

    # -------------------------------------------------------------------------
    # Booking
    # -------------------------------------------------------------------------

    def _describe_booking(self):
        return {
            'invoice': self.move_id.name,
            'item': self.line_id.id,
            'amount': self.amount,
            'currency': self.currency_id.name,
            'residual_before': self.amount_residual,
            'written_off': self.left if self.closing == 'write_off' else 0.0,
            'discount': self.left if self.closing == 'discount' else 0.0,
            'left_as': self.left_as,
            'closing': self.closing,
        }

    def _close_rest(self):
        """Settle what the money does not pay by an entry of its own.

        :return: the entry
        """
        entry = self.env['account.move'].with_company(self.line_id.company_id)
        entry = entry.with_context(skip_invoice_sync=True)
        entry = entry.create(self._prepare_closing_entry())
        entry.action_post()
        account = self.line_id.account_id
        (self.line_id | entry.line_ids.filtered(lambda l: l.account_id == account)).reconcile()
        return entry

    def _prepare_closing_entry(self):
        # In the books of the invoice, wherever the money came.
        item, company = self.line_id, self.line_id.company_id
        balance = self.currency_id._convert(
            self.left, company.currency_id, company, self.candidate_id.proposal_id.date
        )
        journals = self.env['account.journal'].search(
            [('type', '=', 'general'), ('company_id', 'parent_of', company.ids)]
        )
        journal = journals.sorted(lambda journal: journal.company_id != company)[:1]
        names = {
            'write_off': self.env._("Write-off: %(invoice)s", invoice=self.move_id.name),
            'discount': self.env._(
                "Early-payment discount: %(invoice)s", invoice=self.move_id.name
            ),
        }
        settled = {
            'name': self._get_closing_name(),
            'partner_id': item.partner_id.id,
            'account_id': item.account_id.id,
            'currency_id': self.currency_id.id,
            'amount_currency': -self.left,
            'balance': -balance,
        }
        return {
            'move_type': 'entry',
            'company_id': company.id,
            'journal_id': journal.id,
            'date': fields.Date.context_today(self),
            'ref': names[self.closing],
            'line_ids': [
                fields.Command.create(vals)
                for vals in (*self._prepare_closing_vals(balance), settled)
            ],
        }

    def _prepare_closing_vals(self, balance):
        """The lines that stand against what the money does not pay, but is settled nevertheless.

        :param balance: what the rest is worth in the company's currency
        :return: list of values of journal items, debits of together ``left`` and ``balance``
        """
        if self.closing == 'discount':
            # With taxes and differences of rates, as the core does it for a registered payment.
            found = self.env[
                'account.move'
            ]._get_invoice_counterpart_amls_for_early_payment_discount(
                [{'aml': self.line_id}], balance
            )
            return [vals for lines in found.values() for vals in lines]
        if self.closing == 'write_off':
            return [
                {
                    'name': self._get_closing_name(),
                    'partner_id': self.partner_id.id,
                    'account_id': self._get_policy_company().receivable_writeoff_account_id.id,
                    'currency_id': self.currency_id.id,
                    'amount_currency': self.left,
                    'balance': balance,
                }
            ]
        return []

    def _get_closing_name(self):
        return self.env._("Rest of %(invoice)s", invoice=self.move_id.name)
