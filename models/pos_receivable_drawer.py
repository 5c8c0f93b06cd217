from odoo import api, models
from odoo.exceptions import ConcurrencyError
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools.locks import lock_rows, read_committed_beside_locks

MAX_CLOSING_DETAILS = 200


class PosReceivableDrawer(models.AbstractModel):
    """What was collected on invoices in a session, in sum, as the drawer and the closing have to
    know it; the core does not.

    Reads elevated: a cashier counts the drawer but may not read payments. What comes out are sums,
    and what the cashiers of the session typed."""

    _name = 'pos_receivable.drawer'
    _description = "Invoice Payments in the Drawer"

    # -------------------------------------------------------------------------
    # Sums
    # -------------------------------------------------------------------------

    @api.model
    def _get_standing_domain(self):
        """Collections that still stand: voided and cancelled ones count nowhere."""
        return (
            Domain('pos_invoice_payment_uuid', '!=', False)
            & Domain('state', 'in', ('in_process', 'paid'))
            & Domain('move_id.state', '=', 'posted')
        )

    @api.model
    def _read_totals(self, domain):
        """Standing collections, less what was paid out.

        :return: ``{(session, journal): (count, total)}``, in the currency of each session
        """
        # Elevated, see above.
        groups = (
            self.env['account.payment']
            .sudo()
            ._read_group(
                domain & self._get_standing_domain(),
                ['pos_session_id', 'journal_id', 'payment_type'],
                ['__count', 'amount:sum'],
            )
        )
        totals = {}
        for session, journal, payment_type, count, amount in groups:
            count_before, total = totals.get((session, journal), (0, 0.0))
            total += -amount if payment_type == 'outbound' else amount
            totals[session, journal] = (count_before + count, session.currency_id.round(total))
        return totals

    @api.model
    def _count(self, sessions):
        """
        :return: ``{session id: (count, total)}`` of standing collections, without zeros
        """
        sums = {}
        totals = self._read_totals(Domain('pos_session_id', 'in', sessions.ids))
        for (session, _journal), (count, total) in totals.items():
            count_before, before = sums.get(session.id, (0, 0.0))
            sums[session.id] = (count_before + count, session.currency_id.round(before + total))
        return sums

    @api.model
    def _sum(self, session):
        """Standing collections of ``session``.

        :return: ``{journal id: (count, total)}`` in the session's currency, negative where more was
            paid out than received
        """
        totals = self._read_totals(Domain('pos_session_id', '=', session.id))
        return {journal.id: total for (_session, journal), total in totals.items()}

    @api.model
    def _get_cash(self, session):
        """Invoice payments in the drawer, in the session's currency; frozen once it is closed."""
        if session.state == 'closed':
            return session.invoice_cash_at_closing
        return self._sum(session).get(session.cash_journal_id.id, (0, 0.0))[1]

    # -------------------------------------------------------------------------
    # The closing popup
    # -------------------------------------------------------------------------

    @api.model
    def _add_to_closing_data(self, session, data):
        """Bring the core's closing data to what was collected too.

        :return: the data that the closing popup shows
        """
        sums = self._sum(session)
        drawer = session.cash_journal_id.id
        drawer_count, drawer_total = sums.get(drawer, (0, 0.0))
        # pos_hr puts keys of its own there for shops without a drawer too.
        details = data['default_cash_details']
        if 'amount' in (details or {}):
            amount = session.currency_id.round(details['amount'] + drawer_total)
            details = {**details, 'amount': amount}
            if drawer_count:
                details['invoice_payments'] = {
                    'count': drawer_count,
                    'amount': drawer_total,
                    'payments': self._list_in_drawer(session),
                }
        return {
            **data,
            'default_cash_details': details,
            'invoice_payments': self._prepare_totals(
                {journal_id: sum_ for journal_id, sum_ in sums.items() if journal_id != drawer}
            ),
            'invoice_payments_fingerprint': self._make_fingerprint(sums),
        }

    @api.model
    def _list_in_drawer(self, session):
        """The latest payments behind the drawer's total, so that a wrong count can be traced."""
        # Elevated, see above.
        payments = (
            self.env['account.payment']
            .sudo()
            .search_fetch(
                Domain('pos_session_id', '=', session.id)
                & Domain('journal_id', '=', session.cash_journal_id.id)
                & self._get_standing_domain(),
                ['name', 'partner_id', 'amount', 'payment_type'],
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
                'amount': payment.amount_signed,
            }
            for payment in payments
        ]

    @api.model
    def _prepare_totals(self, sums):
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

    @api.model
    def _make_fingerprint(self, sums):
        """Changes whenever a payment is collected, voided or cancelled."""
        told = (f'{id_}:{count}:{total}' for id_, (count, total) in sorted(sums.items()))
        return ' '.join(['told', *told])

    @api.model
    def _explain_changed(self, session):
        """
        :return: the refusal to close, ``None`` when what was told still holds
        """
        told = session.invoice_payments_told
        if not told or told == self._make_fingerprint(self._sum(session)):
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

    @api.model
    def _explain_drafts(self, session):
        """Why the session cannot be closed: money that was counted in it is in draft, so that it
        would be taken for a difference now and for a payment once somebody posts it again.

        :return: a sentence, ``None`` when no collection is in draft
        """
        # Elevated, see above: numbers and names that the till has shown.
        drafts = (
            self.env['account.payment']
            .sudo()
            .search(
                Domain('pos_session_id', '=', session.id)
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

    @api.model
    def _lock_for_closing(self, session):
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
                        THEN payment.amount
                           * CASE payment.payment_type WHEN 'outbound' THEN -1 ELSE 1 END
                        ELSE 0 END
              FROM account_payment payment
         LEFT JOIN account_move move ON move.id = payment.move_id
             WHERE payment.pos_session_id = %s
               AND payment.pos_invoice_payment_uuid IS NOT NULL
            """,
            session.id,
        )
        lock_rows(session, patience=None)
        seen = dict(self.env.execute_query(query))
        committed = dict(read_committed_beside_locks(self.env, query))
        # What this transaction itself booked is not committed yet, hence only seen here.
        if any(amount and seen.get(id_) != amount for id_, amount in committed.items()) or any(
            amount and not committed.get(id_, amount) for id_, amount in seen.items()
        ):
            raise ConcurrencyError(
                "An invoice payment was booked or voided while its session was being closed"
            )
