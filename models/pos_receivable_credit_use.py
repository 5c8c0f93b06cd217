from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..tools.locks import lock_rows
from ..tools.payload import read_ids


class PosReceivableCreditUse(models.AbstractModel):
    """Use what a customer already has with us: credit notes and payments not yet used. Called
    elevated, with a session and a customer whom the caller has checked."""

    _name = 'pos_receivable.credit.use'
    _description = "Using a Customer's Credit"

    @api.model
    def _list(self, session, partner):
        """
        :return: as ``pos.session.get_open_credits``
        """
        scope = session._get_invoice_payment_scope()
        position = self.env['pos_receivable.position']
        lines = self.env['account.move.line'].search(
            position._get_open_credit_domain(partner, scope), order='date, id'
        )
        return self._prepare_rows(lines, scope)

    @api.model
    def _prepare_rows(self, lines, scope):
        return [self._prepare_row(line, scope) for line in lines]

    @api.model
    def _prepare_row(self, line, scope):
        position = self.env['pos_receivable.position']
        residual = position._sum_open_lines(Domain('id', '=', line.id), scope)
        return {
            'id': line.id,
            'name': line.move_id.name if line.payment_id else line._get_receivable_name(),
            'date': line.date.isoformat(),
            'kind': self._get_kind(line),
            'on_account': line.pos_receivable_on_account,
            'amount': abs(sum(residual.values())),
        }

    @api.model
    def _get_kind(self, line):
        if line.move_id.move_type == 'out_refund':
            return 'credit_note'
        return 'return' if line.move_id.pos_session_ids else 'payment'

    @api.model
    def _use(self, session, partner, credit_ids, invoice_ids, item_ids):
        """
        :return: as ``pos.session.apply_invoice_credits``
        :raise UserError: in a cashier's words; nothing has been written
        """
        self.env['pos_receivable.collection']._lock_session(session)
        scope = session._get_invoice_payment_scope()
        debts = self._read_debts(session, partner, invoice_ids, item_ids)
        credit_lines = self._read_credits(credit_ids, partner, scope)
        applied = self._set_off(credit_lines, debts, scope)
        self._tell(session, credit_lines, self.env['pos_receivable.debt']._filter_invoices(debts))
        return {
            'applied': applied,
            'invoices': self.env['pos_receivable.debt']._prepare_rows(debts, scope),
            'credits': self._prepare_rows(
                credit_lines.filtered(lambda line: not line.reconciled), scope
            ),
        }

    @api.model
    def _read_debts(self, session, partner, invoice_ids, item_ids):
        """
        :return: what is to be settled, locked: invoices, then items without one
        """
        ids = read_ids(invoice_ids)
        if not ids and not (invoice_ids in ([], ()) and read_ids(item_ids)):
            raise UserError(self.env._("Choose at least one invoice to pay."))
        requests = self.env['pos_receivable.collection.request']
        invoices = self.env['account.move'].browse(ids).exists()
        requests._check_collectable(session, invoices, partner, len(ids))
        debts = self.env['pos_receivable.debt']
        items = debts._read_items(session, partner, self._read_item_ids(item_ids))
        requests._lock_invoices(invoices, items)
        debts._settle_against(items)
        paid = [invoice for invoice in invoices if not invoice._is_receivable_collectable()]
        paid += items.filtered('reconciled')
        for debt in paid:
            raise UserError(requests._explain_paid(debt))
        return [*invoices, *items]

    @api.model
    def _read_item_ids(self, item_ids):
        ids = read_ids(item_ids)
        if not ids and item_ids not in ([], ()):
            raise UserError(self.env._("This invoice no longer exists. Refresh the list."))
        return ids

    @api.model
    def _read_credits(self, credit_ids, partner, scope):
        ids = read_ids(credit_ids)
        position = self.env['pos_receivable.position']
        lines = self.env['account.move.line'].search(
            Domain('id', 'in', ids) & position._get_open_credit_domain(partner, scope),
            order='date, id',
        )
        if not ids or len(lines) != len(ids):
            raise UserError(
                self.env._(
                    "This credit is no longer available: it may have been used meanwhile. The list"
                    " has been refreshed."
                )
            )
        lock_rows(lines)
        return lines

    @api.model
    def _set_off(self, credit_lines, debts, scope):
        """
        :return: what was set off, positive, in the currency of ``scope``
        """
        due = self._sum_due(debts, scope)
        lines_of = self.env['pos_receivable.debt']._get_lines
        invoice_lines = self.env['account.move.line'].union(*map(lines_of, debts))
        shared = invoice_lines.account_id & credit_lines.account_id
        if not shared:
            raise UserError(
                self.env._(
                    "This credit is booked on another account than the invoice. Ask an accountant to"
                    " set it off."
                )
            )
        lines = (invoice_lines | credit_lines).sorted(lambda line: line.date_maturity or line.date)
        self.env['account.move.line']._reconcile_plan(
            [
                lines.filtered(lambda line, account=account: line.account_id == account)
                for account in shared
            ]
        )
        return scope.currency.round(due - self._sum_due(debts, scope))

    @api.model
    def _sum_due(self, debts, scope):
        service = self.env['pos_receivable.debt']
        invoices = service._filter_invoices(debts)
        amounts = invoices._get_receivable_amounts(scope.currency, scope.date)
        others = (debt for debt in debts if debt not in amounts)
        return sum(values['due'] for values in amounts.values()) + sum(
            service._get_due(debt, scope) for debt in others
        )

    @api.model
    def _tell(self, session, credit_lines, invoices):
        names = ', '.join(credit_lines.move_id.mapped('name'))
        for invoice in invoices:
            invoice.message_post(
                body=self.env._(
                    "Credit %(credits)s set off at %(shop)s by %(cashier)s.",
                    credits=names,
                    shop=session.config_id.name,
                    cashier=session._get_invoice_payment_cashier_name(),
                )
            )
