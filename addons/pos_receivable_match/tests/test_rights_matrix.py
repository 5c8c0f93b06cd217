from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.pos_receivable.tests.rights import RightsMatrix

from .common import MatchCommon


@tagged('post_install', '-at_install')
class TestRightsMatrix(RightsMatrix, MatchCommon):
    addon = 'pos_receivable_match'
    METHODS = """
                                           cashier manager biller accountant stranger portal public
account.bank.statement.line.action_undo_reconciliation
                                              no      no     no       yes       no      no     no
pos_receivable.match.choose.action_confirm    no      no     yes      yes       no      no     no
pos_receivable.match.choose.default_get       yes     yes    yes      yes       yes     yes    yes
pos_receivable.match.proposal.action_accept   no      no     yes      yes       no      no     no
pos_receivable.match.proposal.action_choose   no      no     yes      yes       no      no     no
pos_receivable.match.proposal.action_match_now
                                              no      no     yes      yes       yes     no     no
pos_receivable.match.proposal.action_open_decisions
                                              no      no     yes      yes       no      no     no
pos_receivable.match.proposal.action_open_receipt
                                              no      no     yes      yes       no      no     no
pos_receivable.match.proposal.action_reject   no      no     yes      yes       no      no     no
pos_receivable.match.proposal.action_undo     no      no     yes      yes       no      no     no
account.partial.reconcile.unlink              no      no     yes      yes       no      no     no
"""
    FIELDS = """
                                           cashier manager biller accountant stranger portal public
pos_receivable.match.account.*                -       -      r        r         -       -      -
pos_receivable.match.alias.*                  -       -      r        r         -       -      -
pos_receivable.match.allocation.*             -       -      r        r         -       -      -
pos_receivable.match.candidate.*              -       -      r        r         -       -      -
pos_receivable.match.proposal.*               -       -      r        r         -       -      -
pos_receivable.match.rejection.*              -       -      -        r         -       -      -
pos_receivable.match.run.*                    -       -      r        r         -       -      -
pos_receivable.reconcile.issue.kind           -       -      r        r         -       -      -
res.company.*                                 r       r      r        r         -       -      -
res.config.settings.*                         -       -      -        -         -       -      -
"""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._create_people()
        cls.invoice = cls._create_invoice(100.0)

    def setUp(self):
        super().setUp()
        self.booked, self.proposal = self._create_proposal(), self._create_proposal()
        self.booked.sudo().action_accept()
        self.rejection = (
            self.env['pos_receivable.match.rejection']
            .sudo()
            .create({'item_id': self.proposal.candidate_id.allocation_ids[:1].line_id.id})
        )
        self.issue = (
            self.env['pos_receivable.reconcile.issue']
            .sudo()
            .create({'move_id': self.invoice.id, 'company_id': self.company.id})
        )

    def _create_proposal(self):
        """A customer's invoice, and a statement line that quotes it."""
        invoice = self._create_invoice(77.0)
        line = self.env['account.bank.statement.line'].create(
            {
                'journal_id': self.transfer_journal.id,
                'payment_ref': invoice.name,
                'partner_name': self.customer.name,
                'account_number': 'DE89370400440532013000',
                'amount': 77.0,
            }
        )
        self.env['pos_receivable.match.schedule'].sudo()._run_now(self.company)
        proposals = self.env['pos_receivable.match.proposal'].sudo()
        return proposals.search([('statement_line_id', '=', line.id)])

    def _get_requests(self):
        booked = self.booked.statement_line_id.move_id.line_ids
        return {
            'account.bank.statement.line.action_undo_reconciliation': (
                self.booked.statement_line_id.ids,
            ),
            'account.partial.reconcile.unlink': (booked.matched_debit_ids.ids,),
            'pos_receivable.match.choose.action_confirm': (
                self.env['pos_receivable.match.choose']
                .sudo()
                .create(
                    {
                        'proposal_id': self.proposal.id,
                        'line_ids': [
                            Command.create({'line_id': self.rejection.item_id.id, 'amount': 7.0})
                        ],
                    }
                )
                .ids,
            ),
            'pos_receivable.match.choose.default_get': (['proposal_id'],),
            'pos_receivable.match.proposal.action_accept': (self.proposal.ids,),
            'pos_receivable.match.proposal.action_choose': (self.proposal.ids,),
            'pos_receivable.match.proposal.action_match_now': ([],),
            'pos_receivable.match.proposal.action_open_decisions': (self.proposal.ids,),
            'pos_receivable.match.proposal.action_open_receipt': (self.proposal.ids,),
            'pos_receivable.match.proposal.action_reject': (self.proposal.ids,),
            'pos_receivable.match.proposal.action_undo': (self.booked.ids,),
        }

    def _get_records(self):
        return {
            'pos_receivable.match.account': self.env['pos_receivable.match.account']
            .sudo()
            .search([], limit=1),
            'pos_receivable.match.alias': self.env['pos_receivable.match.alias']
            .sudo()
            .search([], limit=1),
            'pos_receivable.match.allocation': self.proposal.candidate_id.allocation_ids[:1],
            'pos_receivable.match.candidate': self.proposal.candidate_id,
            'pos_receivable.match.proposal': self.proposal,
            'pos_receivable.match.rejection': self.rejection,
            'pos_receivable.match.run': self.env['pos_receivable.match.run']
            .sudo()
            .search([], limit=1),
            'pos_receivable.reconcile.issue': self.issue,
            'res.company': self.company,
        }
