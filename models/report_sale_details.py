from odoo import api, models
from odoo.fields import Domain


class ReportSaleDetails(models.AbstractModel):
    _inherit = 'report.point_of_sale.report_saledetails'

    @api.model
    def get_sale_details(
        self, date_start=False, date_stop=False, config_ids=False, session_ids=False, **kwargs
    ):
        # EXTENDS 'point_of_sale'
        details = super().get_sale_details(date_start, date_stop, config_ids, session_ids, **kwargs)
        sessions = self.env['pos.session'].browse(
            {row['session'] for row in details['payments'] if row.get('session')}
        )
        for session in sessions.sorted('id'):
            self._count_invoice_payment_cash(details['payments'], session)
        domain = Domain('pos_session_id', 'in', sessions.ids)
        if not session_ids:
            # A day of sessions that may be open for several: what was collected on that day.
            start, stop = self._get_date_start_and_date_stop(date_start, date_stop)
            domain = Domain('create_date', '>=', start) & Domain('create_date', '<=', stop)
            if config_ids:
                domain &= Domain('pos_session_id.config_id', 'in', config_ids)
        domain &= self._get_invoice_payment_report_domain(**kwargs)
        currency = self._get_invoice_payment_currency(config_ids, session_ids)
        details['invoice_payments'] = self._list_invoice_payments(domain, currency)
        details['invoice_payments_total'] = currency.round(
            sum(row['amount'] for row in details['invoice_payments'])
        )
        return details

    @api.model
    def _get_invoice_payment_report_domain(self, **kwargs):
        """Which collections this page tells of; for other addons to narrow.

        :param kwargs: what else :meth:`get_sale_details` was asked with
        """
        return Domain.TRUE

    def _get_invoice_payment_currency(self, config_ids, session_ids):
        """The currency that the core prints beside every amount: that of the shops asked for, when
        they have but one, else the company's."""
        shops = (
            self.env['pos.config'].search([('id', 'in', config_ids)])
            if config_ids
            else self.env['pos.session'].search([('id', 'in', session_ids)]).config_id
        )
        return shops.currency_id if len(shops.currency_id) == 1 else self.env.company.currency_id

    def _list_invoice_payments(self, domain, currency):
        """Collections by session and journal, in ``currency``."""
        # Whoever may read these sessions' sales may read what they collected in sum.
        totals = self.env['pos_receivable.drawer']._read_totals(
            domain & Domain('company_id', 'in', self.env.companies.ids)
        )
        return [
            {
                'session_name': session.name,
                'journal_id': journal.id,
                'name': journal.name,
                'type': journal.type,
                'count': count,
                'amount': session.currency_id._convert(
                    amount, currency, session.company_id, session.start_at
                ),
            }
            for (session, journal), (count, amount) in sorted(
                totals.items(),
                key=lambda group: (group[0][0].id, group[0][1].type != 'cash', group[0][1].name),
            )
        ]

    def _count_invoice_payment_cash(self, rows, session):
        """Bring the row of the session's drawer to what the session itself expects.

        The core's row knows sales and cash in/out only. Without orders it also starts from the
        count of the session before and takes the missing money for a difference, which hides the
        last cash move: hence the moves are listed anew.
        """
        cash = self.env['pos_receivable.drawer']._get_cash(session)
        if session.currency_id.is_zero(cash):
            return
        for row in rows:
            is_drawer = (
                row.get('count')
                and row['session'] == session.id
                and (not row.get('id') or row.get('journal_id') == session.cash_journal_id.id)
            )
            if not is_drawer:
                continue
            row['final_count'] = session.cash_register_balance_end
            row['money_difference'] = session.currency_id.round(
                row['money_counted'] - row['final_count']
            )
            if not row.get('id'):
                row['cash_moves'] = self._list_invoice_payment_moves(
                    session, row['money_difference']
                )
            row['cash_moves'].append({'name': self.env._("Invoice Payments"), 'amount': cash})

    def _list_invoice_payment_moves(self, session, difference):
        """Opening and cash in/out of a session without orders."""
        # Elevated: a cashier prints this report for a session they can read.
        lines = session.sudo().statement_line_ids.sorted('id')
        if session.state == 'closed' and not session.currency_id.is_zero(difference):
            lines = lines[:-1]  # the difference itself, booked when the session was closed
        moves = [{'name': line.payment_ref, 'amount': line.amount} for line in lines]
        if session.cash_register_balance_start:
            moves.insert(
                0,
                {
                    'name': self.env._("Cash Opening"),
                    'amount': session.cash_register_balance_start,
                },
            )
        return moves
