from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common import MatchCommon

SEEN = {  # what the form shows of a proposal
    'invoice_names': {},
    'evidence': {},
    'held_back_text': {},
    'tier': {},
    'allocation_ids': {'fields': {'move_id': {'fields': {'display_name': {}}}, 'left': {}}},
    'candidate_ids': {'fields': {'invoice_names': {}, 'explanation': {}, 'fit': {}}},
}


@tagged('post_install', '-at_install')
class TestMatchChoose(MatchCommon):
    """Other invoices than proposed: what is shown and logged is what was booked."""

    def _get_wizards_of(self, user, company):
        return (
            self.env['pos_receivable.match.choose']
            .with_user(user)
            .with_context(allowed_company_ids=company.ids)
        )

    def test_what_was_chosen_can_be_looked_at_afterwards(self):
        invoice = self._create_invoice(100)
        proposal = self._match_one(self._receive(100, 'hello', 'Nobody'))
        self._choose(proposal, {invoice: 100})
        [seen] = proposal.web_read(SEEN)
        self.assertEqual(seen['invoice_names'], invoice.name)
        self.assertFalse(seen['evidence'])
        self.assertEqual(seen['candidate_ids'][0]['fit'], 'chosen')

    def test_the_rest_of_a_chosen_invoice_is_shown_and_logged(self):
        invoice = self._create_invoice(200)
        proposal = self._match_one(self._receive(100, 'hello', 'Nobody'))
        self._choose(proposal, {invoice: 50})
        self.assertOpen(invoice, 150)
        self.assertEqual(proposal.allocation_ids.left, 150)
        [candidate] = self._get_decisions(proposal).parts[:1]
        self.assertEqual(candidate['allocations'][0]['left'], 150)

    def test_undoing_a_choice_proposes_again_what_was_proposed(self):
        proposed, meant = self._create_invoice(100), self._create_invoice(100, partner=self.other)
        proposal = self._match_one(self._receive(100, proposed.name, 'Acme Corporation'))
        reasons = proposal.evidence
        self._choose(proposal, {meant: 100})
        proposal.action_undo()
        self.assertOpen(meant, 100)
        self.assertEqual(proposal.allocation_ids.move_id, proposed)
        self.assertEqual(proposal.evidence, reasons)
        self.assertNotIn('chosen', proposal.candidate_ids.mapped('fit'))

    def test_a_payment_is_not_spread_otherwise_than_it_can_be(self):
        first, second = self._create_invoice(200), self._create_invoice(100)
        payment = self._pay(100, memo='hello')
        proposal = self._match_one(payment)
        for amounts in ({first: 60, second: 40}, {first: 50}):
            with self.assertRaisesRegex(UserError, f'{first.name} would take .*100.00'):
                self._choose(proposal, amounts)
        self.assertOpen(first, 200)
        self.assertOpen(second, 100)
        self.assertEqual(proposal.state, 'open')

    def test_the_dialog_shows_nothing_of_another_company(self):
        invoice = self._create_invoice(100)
        proposal = self._match_one(self._receive(100, f'{invoice.name} secret', 'Acme'))
        elsewhere = self.env['res.company'].create({'name': 'Elsewhere'})
        stranger = self._create_user(
            'stan',
            'Stan',
            'account.group_account_invoice',
            company_id=elsewhere.id,
            company_ids=[Command.set(elsewhere.ids)],
        )
        wizards = self._get_wizards_of(stranger, elsewhere)
        lines = wizards.env['pos_receivable.match.choose.line']
        item = self._get_item(invoice)
        for look in (
            lambda: wizards.create({'proposal_id': proposal.id}).read(['text', 'amount']),
            lambda: wizards.onchange(
                {'proposal_id': proposal.id}, ['proposal_id'], {'text': {}, 'payer_name': {}}
            ),
            lambda: lines.onchange(
                {'line_id': item.id}, ['line_id'], {'line_id': {}, 'amount_residual': {}}
            ),
        ):
            with self.assertRaises(AccessError):
                look()
