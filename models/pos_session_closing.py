from odoo import api, fields, models
from odoo.exceptions import AccessError, ConcurrencyError, UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools.payload import read_text

MAX_CLOSING_DETAILS = 200
GUARDED_FIELDS = {
    'invoice_cash_at_closing',
    'invoice_payments_given_up',
    'invoice_payments_told',
}


class PosSession(models.Model):
    """The drawer: cash collected on invoices is in it, and the core does not know."""

    _inherit = 'pos.session'  # pylint: disable=consider-merging-classes-inherited

    invoice_cash_at_closing = fields.Monetary(
        readonly=True,
        copy=False,
        help="Invoice payments in the drawer when the session was closed. What is cancelled later"
        " does not change the count that was made.",
    )
    # What whoever is closing was told to expect, see check_invoice_payments_counted.
    invoice_payments_told = fields.Char(readonly=True, copy=False)

    @api.depends(
        'state',
        'cash_register_balance_end_real',
        'invoice_cash_at_closing',
        'statement_line_ids.amount',
        'invoice_payment_ids.amount',
        'invoice_payment_ids.state',
        'invoice_payment_ids.journal_id',
        'invoice_payment_ids.move_id.state',
    )
    def _compute_cash_balance(self):
        # EXTENDS 'point_of_sale'
        # Elevated: of the cash moves that the core adds up, a cashier sees none, because the rule on
        # their entries hides them.
        super(PosSession, self.sudo())._compute_cash_balance()
        for session in self.filtered('cash_journal_id'):
            cash = session._get_drawer_invoice_cash()
            # Rounded: the core books whatever differs from zero, be it a rest of floating point.
            session.cash_register_balance_end = session.currency_id.round(
                session.cash_register_balance_end + cash
            )
            session.cash_register_difference = session.currency_id.round(
                session.cash_register_balance_end_real - session.cash_register_balance_end
            )

    def _get_drawer_invoice_cash(self):
        """Invoice payments in this session's drawer, in its currency; frozen once it is closed."""
        self.ensure_one()
        if self.state == 'closed':
            return self.invoice_cash_at_closing
        return self._sum_invoice_payments().get(self.cash_journal_id.id, (0, 0.0))[1]

    def _sum_invoice_payments(self):
        """Standing collections of this session.

        :return: ``{journal id: (count, total)}``, totals positive, in the session's currency
        """
        self.ensure_one()
        # Elevated: a cashier counts the drawer but may not read payments; only sums come out.
        groups = (
            self.env['account.payment']
            .sudo()
            ._read_group(
                Domain('pos_session_id', '=', self.id) & self._get_invoice_payment_domain(),
                ['journal_id'],
                ['__count', 'amount:sum'],
            )
        )
        return {
            journal.id: (count, self.currency_id.round(total)) for journal, count, total in groups
        }

    def get_closing_control_data(self):
        # EXTENDS 'point_of_sale'
        data = super().get_closing_control_data()
        sums = self._sum_invoice_payments()
        drawer_count, drawer_total = sums.get(self.cash_journal_id.id, (0, 0.0))
        # pos_hr puts keys of its own there for shops without a drawer too.
        if 'amount' in (details := data['default_cash_details'] or {}):
            details['amount'] = self.currency_id.round(details['amount'] + drawer_total)
            if drawer_count:
                details['invoice_payments'] = {
                    'count': drawer_count,
                    'amount': drawer_total,
                    'payments': self._get_drawer_invoice_payments(),
                }
        data['invoice_payments'] = self._prepare_invoice_payment_totals(
            {
                journal_id: values
                for journal_id, values in sums.items()
                if journal_id != self.cash_journal_id.id
            }
        )
        data['invoice_payments_fingerprint'] = self._get_invoice_payment_fingerprint(sums)
        return data

    def _get_drawer_invoice_payments(self):
        """The latest payments behind the drawer's total, so that a wrong count can be traced."""
        # Elevated: see _sum_invoice_payments; only what the cashiers of this session typed.
        payments = (
            self.env['account.payment']
            .sudo()
            .search_fetch(
                Domain('pos_session_id', '=', self.id)
                & Domain('journal_id', '=', self.cash_journal_id.id)
                & self._get_invoice_payment_domain(),
                ['name', 'partner_id', 'amount'],
                order='id desc',
                limit=MAX_CLOSING_DETAILS,
            )
        )
        # The stored name: hundreds of customers need not be read whole to compose it again.
        payments.partner_id.fetch(['complete_name'])
        return [
            {
                'id': payment.id,
                'name': f'{payment.name} · {payment.partner_id.complete_name}',
                'amount': payment.amount,
            }
            for payment in payments
        ]

    def _prepare_invoice_payment_totals(self, sums):
        """``sums`` as the closing popup shows them, a row for each journal."""
        journals = self.env['account.journal'].sudo().browse(sums).sorted()
        return [
            {
                'journal_id': journal.id,
                'name': journal.name,
                'type': journal.type,
                'count': sums[journal.id][0],
                'amount': sums[journal.id][1],
            }
            for journal in journals
        ]

    # -------------------------------------------------------------------------
    # Closing while somebody collects
    # -------------------------------------------------------------------------

    def _get_invoice_payment_fingerprint(self, sums=None):
        """Changes whenever a payment is collected, voided or cancelled in this session.

        :param dict sums: of ``_sum_invoice_payments``, when they are at hand
        """
        if sums is None:
            sums = self._sum_invoice_payments()
        return ' '.join(
            [
                'told',
                *(
                    f'{journal_id}:{count}:{total}'
                    for journal_id, (count, total) in sorted(sums.items())
                ),
            ]
        )

    def check_invoice_payments_counted(self, fingerprint):
        """Begin to close with what the closing popup showed: whatever is collected or voided from
        here on stops the closing.

        :param str fingerprint: ``invoice_payments_fingerprint`` of ``get_closing_control_data``
        :return: as ``post_closing_cash_details``
        """
        self._check_cashier()
        # Elevated after the check: the field is guarded against being written by RPC.
        self.sudo().invoice_payments_told = read_text(fingerprint, 2000) or '-'
        return self._compare_invoice_payments_told() or {'successful': True}

    def _cannot_close_session(self, bank_payment_method_diffs=None):
        # EXTENDS 'point_of_sale'
        result = super()._cannot_close_session(bank_payment_method_diffs)
        return (
            result
            or self._explain_draft_invoice_payments()
            or self._compare_invoice_payments_told()
        )

    def _explain_draft_invoice_payments(self):
        """:return: the refusal to close, ``None`` when no collection is in draft"""
        message = self._describe_draft_invoice_payments()
        return message and {'successful': False, 'message': message, 'redirect': False}

    def _describe_draft_invoice_payments(self):
        """Why the session cannot be closed: money that was counted in it is in draft, so that it
        would be taken for a difference now and for a payment once somebody posts it again.

        :return: a sentence, ``None`` when no collection is in draft
        """
        # Elevated: a cashier reads no payment, and is told numbers that the till has shown.
        drafts = (
            self.env['account.payment']
            .sudo()
            .search(
                Domain('pos_session_id', '=', self.id)
                & Domain('pos_invoice_payment_uuid', '!=', False)
                & Domain('state', 'not in', ('canceled', 'rejected'))
                & (Domain('state', '=', 'draft') | Domain('move_id.state', '=', 'draft')),
                order='id',
            )
        )
        if not drafts:
            return None
        return self.env._(
            "An accountant is changing %(payments)s: as long as it is a draft, the session cannot be"
            " closed. Ask for it to be confirmed or cancelled.",
            payments=', '.join(
                self.env._(
                    "%(payment)s (%(amount)s by %(customer)s)",
                    payment=payment.name or payment.memo or '',
                    amount=payment.currency_id.format(payment.amount),
                    customer=payment.partner_id.display_name,
                )
                for payment in drafts
            ),
        )

    def _compare_invoice_payments_told(self):
        """:return: the refusal to close, ``None`` when what was told still holds"""
        told = self.invoice_payments_told
        if not told or told == self._get_invoice_payment_fingerprint():
            return None
        return {
            'successful': False,
            'type': 'invoice_payments_changed',
            'title': self.env._("Count again"),
            'message': self.env._(
                "An invoice payment was registered or cancelled while you were counting."
                " Check the new amounts."
            ),
            'redirect': False,
        }

    def _validate_session(
        self, balancing_account=False, amount_to_balance=0, bank_payment_method_diffs=None
    ):
        # EXTENDS 'point_of_sale'
        self._lock_for_closing()
        if message := self._describe_draft_invoice_payments():
            raise UserError(message)
        return super()._validate_session(
            balancing_account, amount_to_balance, bank_payment_method_diffs
        )

    def _lock_for_closing(self):
        """Wait for payments being collected, and see them.

        Whoever collects holds a shared lock on the session. When it is released, this transaction
        still sees the payments of its own beginning: should another cursor see more, the request
        is started again.

        :raise ConcurrencyError: the caller's request is retried
        """
        self.env.flush_all()
        query = SQL(
            """
            SELECT payment.id,
                   CASE WHEN payment.state IN ('in_process', 'paid') AND move.state = 'posted'
                        THEN payment.amount ELSE 0 END
              FROM account_payment payment
         LEFT JOIN account_move move ON move.id = payment.move_id
             WHERE payment.pos_session_id = %s
               AND payment.pos_invoice_payment_uuid IS NOT NULL
            """,
            self.id,
        )
        self._lock_rows(self)
        seen = dict(self.env.execute_query(query))
        with self.env.registry.cursor() as cursor:
            cursor.execute(query)
            committed = dict(cursor.fetchall())
        # What this transaction itself booked is not committed yet, hence only seen here.
        if any(amount and seen.get(id_) != amount for id_, amount in committed.items()) or any(
            amount and not committed.get(id_, amount) for id_, amount in seen.items()
        ):
            raise ConcurrencyError(
                "An invoice payment was booked or voided while its session was being closed"
            )

    def action_pos_session_validate(
        self, balancing_account=False, amount_to_balance=0, bank_payment_method_diffs=None
    ):
        # EXTENDS 'point_of_sale'
        # Nobody counts the drawer of a recovery session: all that is expected is there.
        for session in self.filtered(lambda s: s.rescue and s.config_id.cash_control):
            if session._get_drawer_invoice_cash():
                session.cash_register_balance_end_real = session.cash_register_balance_end
        return super().action_pos_session_validate(
            balancing_account, amount_to_balance, bank_payment_method_diffs
        )

    @api.model_create_multi
    def create(self, vals_list):
        # EXTENDS 'point_of_sale'
        self._check_only_closing_writes(*vals_list)
        return super().create(vals_list)

    def write(self, vals):
        # EXTENDS 'point_of_sale'
        self._check_only_closing_writes(vals)
        if vals.get('state') == 'closed':
            for session in self.filtered(lambda session: session.state != 'closed').sudo():
                session.invoice_cash_at_closing = session._get_drawer_invoice_cash()
                session.invoice_payments_given_up = False
        return super().write(vals)

    def _check_only_closing_writes(self, *vals_list):
        # The core lets cashiers write on sessions; these figures are not theirs to write.
        if not self.env.su and any(GUARDED_FIELDS & vals.keys() for vals in vals_list):
            raise AccessError(self.env._("The figures of a closing cannot be changed by hand."))
