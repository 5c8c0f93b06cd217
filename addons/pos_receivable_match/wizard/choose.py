from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from odoo.addons.pos_receivable.tools.payload import read_id
from odoo.addons.pos_receivable.tools.retries import busy_in_words

from ..models.allocation import CHOSEN


class PosReceivableMatchChoose(models.TransientModel):
    """Book money on other invoices than proposed. What is shown of the proposal and of invoices is
    read with the user's own rights: over RPC, anybody's ids can be sent."""

    _name = 'pos_receivable.match.choose'
    _description = "Choose Invoices"

    proposal_id = fields.Many2one(
        'pos_receivable.match.proposal', required=True, ondelete='cascade'
    )
    company_id = fields.Many2one(related='proposal_id.company_id', related_sudo=False)
    currency_id = fields.Many2one(related='proposal_id.currency_id', related_sudo=False)
    amount = fields.Monetary(related='proposal_id.amount', related_sudo=False)
    payer_name = fields.Char(related='proposal_id.payer_name', related_sudo=False)
    text = fields.Text(related='proposal_id.text', related_sudo=False)
    line_ids = fields.One2many('pos_receivable.match.choose.line', 'wizard_id', string="Invoice")
    amount_left = fields.Monetary(string="Left", compute='_compute_amount_left')

    @api.model
    def default_get(self, fields):
        # EXTENDS 'base'
        values = super().default_get(fields)
        proposal = self.env['pos_receivable.match.proposal'].browse(values.get('proposal_id'))
        proposed = {a.line_id: a.amount for a in proposal.candidate_id.allocation_ids}
        items = proposal.candidate_id.allocation_ids.line_id
        items |= proposal.candidate_ids.allocation_ids.line_id
        # A proposal may be for an invoice of a branch the user does not work in.
        values['line_ids'] = [
            Command.create({'line_id': item.id, 'amount': proposed.get(item, 0.0)})
            for item in items._filtered_access('read')
        ]
        return values

    @api.depends('amount', 'line_ids.amount')
    def _compute_amount_left(self):
        for wizard in self:
            wizard.amount_left = wizard.amount - sum(wizard.line_ids.mapped('amount'))

    @busy_in_words
    def action_confirm(self):
        """Book the money on the chosen invoices.

        :raise UserError: nothing chosen, more than was received, or an invoice cannot take it
        """
        if len(self) != 1 or not read_id(self.id):
            raise UserError(self.env._("This dialog was closed. Please open it again."))
        proposal = self.proposal_id._check_may_decide()
        booker = proposal.env['pos_receivable.match.booker']
        chosen = self.line_ids.filtered(
            lambda line: line.line_id and not line.currency_id.is_zero(line.amount)
        )
        self._check_chosen(proposal, chosen)
        best = proposal.candidate_id
        is_proposed = bool(best) and _amounts(best.allocation_ids) == _amounts(chosen)
        # A rest that would be written off is not, if this is what was entered; nor is what was
        # entered held back, although it may be money that was registered before.
        if (
            not is_proposed
            or any(a._closes_rest() for a in best.allocation_ids)
            or booker._find_registered(proposal, best)
        ):
            best = self._create_candidate(proposal, chosen)
        booker._accept(proposal, best, action='accept' if is_proposed else 'choose')
        return {'type': 'ir.actions.act_window_close', 'infos': {'done': True}}

    def _check_chosen(self, proposal, chosen):
        if not chosen:
            raise UserError(self.env._("Please enter an amount for at least one invoice."))
        if len(chosen.line_id) != len(chosen):
            raise UserError(self.env._("Please list each invoice only once."))
        # The rules of the user decide which invoices may be chosen.
        chosen.line_id.sudo(self.env.su).check_access('read')
        for line in chosen:
            if line.currency_id != proposal.currency_id:
                raise UserError(
                    self.env._("The currencies differ. Please reconcile this payment by hand.")
                )
        total = sum(chosen.mapped('amount'))
        if proposal.currency_id.compare_amounts(total, proposal.amount) > 0:
            raise UserError(
                self.env._(
                    "%(total)s is more than the %(amount)s received.",
                    total=proposal.currency_id.format(total),
                    amount=proposal.currency_id.format(proposal.amount),
                )
            )

    def _create_candidate(self, proposal, chosen):
        return proposal.candidate_ids.create(
            {
                'proposal_id': proposal.id,
                'sequence': -1,
                'fit': CHOSEN,
                'parts': [],
                'partner_id': chosen.line_id.partner_id[:1].id,
                'amount': sum(chosen.mapped('amount')),
                'allocation_ids': [
                    Command.create(
                        {
                            'line_id': line.line_id.id,
                            'amount': line.amount,
                            'paid': line.amount,
                            'left': max(line.amount_residual - line.amount, 0.0),
                            'left_as': 'part',
                        }
                    )
                    for line in chosen
                ],
            }
        )


class PosReceivableMatchChooseLine(models.TransientModel):
    _name = 'pos_receivable.match.choose.line'
    _description = "Chosen Invoice"

    wizard_id = fields.Many2one('pos_receivable.match.choose', required=True, ondelete='cascade')
    company_id = fields.Many2one(related='wizard_id.company_id')
    line_id = fields.Many2one(
        'account.move.line',
        string="Invoice",
        required=True,
        ondelete='cascade',
        domain="[('account_type', '=', 'asset_receivable'), ('parent_state', '=', 'posted'),"
        " ('move_type', 'in', ('out_invoice', 'out_receipt')), ('reconciled', '=', False),"
        " ('amount_residual', '>', 0), ('company_id', 'child_of', company_id)]",
    )
    partner_id = fields.Many2one(
        related='line_id.partner_id', string="Customer", related_sudo=False
    )
    date_maturity = fields.Date(
        related='line_id.date_maturity', string="Due Date", related_sudo=False
    )
    currency_id = fields.Many2one(related='line_id.currency_id', related_sudo=False)
    amount_residual = fields.Monetary(
        related='line_id.amount_residual_currency', string="Open", related_sudo=False
    )
    amount = fields.Monetary(string="Pays")

    @api.onchange('line_id')
    def _onchange_line_id(self):
        if self.line_id and not self.amount:
            left = max(self.wizard_id.amount_left, 0.0)
            self.amount = min(self.line_id.amount_residual_currency, left)


def _amounts(lines):
    return {line.line_id.id: round(line.amount, 6) for line in lines}
