import psycopg2

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import MatchCommon

IBAN = 'DE89370400440532013000'


@tagged('post_install', '-at_install')
class TestMatchLearning(MatchCommon):
    # -------------------------------------------------------------------------
    # What accepting teaches
    # -------------------------------------------------------------------------

    def _get_alias(self):
        return self.env['pos_receivable.match.alias'].search(
            [('partner_id', '=', self.customer.id)]
        )

    def test_accepting_teaches_the_name_of_the_payer(self):
        invoice, later = self._create_invoice(100), self._create_invoice(66.6)
        self._match_one(self._receive(100, invoice.name, 'WHITE LABEL HOLDINGS')).action_accept()
        self.assertEqual(self._get_alias().count, 1)
        proposal = self._match_one(self._receive(66.6, 'thanks', 'White Label Holdings'))
        self.assertEqual(proposal.allocation_ids.move_id, later)
        self.assertIn('has paid for this customer before', proposal.candidate_id.explanation)

    def test_undoing_forgets_it(self):
        invoice = self._create_invoice(100)
        proposal = self._match_one(self._receive(100, invoice.name, 'WHITE LABEL HOLDINGS'))
        proposal.action_accept()
        proposal.action_undo()
        self.assertEqual(self._get_alias().count, 0)

    def test_a_payer_for_two_customers_is_not_learned(self):
        first, second = self._create_invoice(100), self._create_invoice(50, partner=self.other)
        line = self._receive(150, f'{first.name} {second.name}', 'Factoring Bank')
        self._choose(self._match_one(line), {first: 100, second: 50})
        self.assertPaid(first, second)
        self.assertFalse(self._get_alias())
        self.assertFalse(line.partner_id)

    def test_accepting_keeps_the_account_of_the_payer(self):
        invoice = self._create_invoice(100)
        line = self._receive(100, invoice.name, 'Acme Corporation', account_number=IBAN)
        proposal = self._match_one(line)
        proposal.action_accept()
        self.assertEqual(self.customer.bank_ids.sanitized_acc_number, IBAN)
        proposal.action_undo()
        self.assertFalse(self.customer.bank_ids)

    def test_an_account_of_somebody_else_stays_theirs(self):
        self._add_account(self.other, IBAN)
        invoice = self._create_invoice(100)
        line = self._receive(100, invoice.name, 'Acme Corporation', account_number=IBAN)
        self._match_one(line).action_accept()
        self.assertFalse(self.customer.bank_ids)

    # -------------------------------------------------------------------------
    # What rejecting teaches
    # -------------------------------------------------------------------------

    def test_rejecting_twice_ends_it(self):
        invoice = self._create_invoice(100)
        line = self._receive(100, invoice.name, 'Acme Corporation')
        for _time in range(2):
            proposal = self._match_one(line)
            self.assertEqual(proposal.allocation_ids.move_id, invoice)
            proposal.action_reject()
        proposal = self._match_one(line)
        self.assertFalse(proposal.candidate_id)
        self.assertOpen(invoice, 100)

    def test_rejecting_two_together_does_not_bury_one_of_them(self):
        first, second = self._create_invoice(60), self._create_invoice(40)
        line = self._receive(100, f'{first.name} {second.name}', 'Acme Corporation')
        for _time in range(2):
            proposal = self._match_one(line)
            self.assertEqual(proposal.allocation_ids.move_id, first | second)
            proposal.action_reject()
        proposal = self._match_one(line)
        for candidate in proposal.candidate_ids:
            self.assertLess(candidate.allocation_ids.move_id, first | second)
        self.assertIn(first, proposal.candidate_ids.allocation_ids.move_id)
        self.assertIn(second, proposal.candidate_ids.allocation_ids.move_id)
        # Each of them alone counts for itself.
        for _time in range(2):
            proposal = self._match_one(line)
            rejected = proposal.allocation_ids.move_id
            proposal.action_reject()
        proposal = self._match_one(line)
        self.assertNotIn(rejected, proposal.candidate_ids.allocation_ids.move_id)

    def test_what_was_rejected_with_others_is_not_booked_automatically_alone(self):
        first, second = self._create_invoice(100), self._create_invoice(40)
        line = self._receive(140, f'{first.name} {second.name}', 'Acme Corporation')
        self._match_one(line).action_reject()
        self._collect({second: 40})
        self._set_mode('invoice_number', 'auto')
        line.amount = 100
        self._match()
        self.assertOpen(first, 100)

    def test_once_rejected_it_is_never_booked_automatically(self):
        self._set_mode('invoice_number', 'assist')
        invoice = self._create_invoice(100)
        line = self._receive(100, invoice.name, 'Acme Corporation')
        self._match_one(line).action_reject()
        self._set_mode('invoice_number', 'auto')
        proposal = self._match_one(line)
        self.assertEqual(proposal.tier, 'check')
        self.assertOpen(invoice, 100)

    def test_what_was_decided_cannot_be_rejected(self):
        invoice = self._create_invoice(100)
        proposal = self._match_one(self._receive(100, invoice.name, 'Acme Corporation'))
        proposal.action_accept()
        with self.assertRaisesRegex(UserError, 'decided already'):
            proposal.action_reject()

    def test_where_nothing_is_proposed_there_is_nothing_to_reject(self):
        proposal = self._match_one(self._receive(100, 'nothing we know', 'Nobody'))
        with self.assertRaisesRegex(UserError, 'nothing to reject'):
            proposal.action_reject()
        self.assertEqual(proposal.state, 'open')

    # -------------------------------------------------------------------------
    # Choosing others
    # -------------------------------------------------------------------------

    def test_choosing_other_invoices_counts_against_the_rule(self):
        proposed, meant = self._create_invoice(100), self._create_invoice(100, partner=self.other)
        proposal = self._match_one(self._receive(100, proposed.name, 'Acme Corporation'))
        self._choose(proposal, {meant: 100})
        self.assertPaid(meant)
        self.assertOpen(proposed, 100)
        mode = self._set_mode('invoice_number', 'assist')
        self.assertEqual((mode.reviewed_count, mode.right_count), (1, 0))

    def test_choosing_what_was_proposed_is_accepting(self):
        invoice = self._create_invoice(100)
        proposal = self._match_one(self._receive(100, invoice.name, 'Acme Corporation'))
        self._choose(proposal, {invoice: 100})
        self.assertEqual(self._get_decisions(proposal).action, 'accept')

    def test_no_more_can_be_chosen_than_was_received(self):
        first, second = self._create_invoice(100), self._create_invoice(50)
        proposal = self._match_one(self._receive(120, 'hello', 'Nobody'))
        with self.assertRaisesRegex(UserError, 'more than the'):
            self._choose(proposal, {first: 100, second: 50})
        with self.assertRaisesRegex(UserError, 'Of .* only'):
            self._choose(proposal, {second: 60})
        with self.assertRaisesRegex(UserError, 'enter an amount'):
            self._choose(proposal, {second: 0})
        with self.assertRaisesRegex(UserError, 'enter an amount'):
            self._choose(proposal, {second: -5})
        self.assertOpen(first, 100)
        self.assertOpen(second, 50)

    # -------------------------------------------------------------------------
    # Write-offs
    # -------------------------------------------------------------------------

    def _allow_write_offs(self):
        self.company.receivable_writeoff_account_id = self.company_data['default_account_expense']

    def test_without_a_policy_a_fee_stays_open(self):
        invoice = self._create_invoice(400)
        proposal = self._match_one(self._receive(397.5, invoice.name, 'Acme Corporation'))
        self.assertEqual(proposal.allocation_ids.closing, 'open')
        proposal.action_accept()
        self.assertOpen(invoice, 2.5)

    def test_a_fee_within_the_policy_is_written_off_and_comes_back(self):
        self._allow_write_offs()
        invoice = self._create_invoice(400)
        line = self._receive(397.5, invoice.name, 'Acme Corporation')
        proposal = self._match_one(line)
        before = self._read_ledger()
        proposal.action_accept()
        self.assertPaid(invoice)
        self.assertEqual(self._get_balance(self.company_data['default_account_expense']), 2.5)
        proposal.action_undo()
        self.assertEqual(self._read_ledger(), before)

    def test_a_fee_of_a_payment_is_written_off_in_an_entry_of_its_own(self):
        self._allow_write_offs()
        invoice = self._create_invoice(400)
        payment = self._pay(397.5, memo=invoice.name)
        proposal = self._match_one(payment)
        proposal.action_accept()
        self.assertPaid(invoice)
        self.assertEqual(self._get_balance(self.company_data['default_account_expense']), 2.5)
        proposal.action_undo()
        self.assertOpen(invoice, 400)
        self.assertEqual(self._get_balance(self.company_data['default_account_expense']), 0)

    def test_above_either_limit_nothing_is_written_off(self):
        self._allow_write_offs()
        self.company.receivable_writeoff_limit = 2
        invoice = self._create_invoice(400)
        self._match_one(self._receive(397.5, invoice.name, 'Acme Corporation')).action_accept()
        self.assertOpen(invoice, 2.5)
        self.company.write({'receivable_writeoff_limit': 3, 'receivable_writeoff_percentage': 0.5})
        invoice = self._create_invoice(400)
        self._match_one(self._receive(397.5, invoice.name, 'Acme Corporation')).action_accept()
        self.assertOpen(invoice, 2.5)

    # -------------------------------------------------------------------------
    # The log
    # -------------------------------------------------------------------------

    def test_the_log_tells_what_was_known_and_done(self):
        invoice = self._create_invoice(100)
        proposal = self._match_one(self._receive(100, invoice.name, 'Acme Corporation'))
        proposal.action_accept()
        decision = self._get_decisions(proposal)
        self.assertEqual(decision.user_id, self.accountant)
        self.assertEqual(decision.inputs['payer_name'], 'Acme Corporation')
        self.assertEqual(decision.outcome['booked'][0]['residual_before'], 100)
        self.assertEqual(decision.parts[0]['allocations'][0]['invoice'], invoice.name)
        self.assertEqual((decision.mode, decision.rules_version > 0), ('assist', True))

    def test_the_log_is_final_for_everybody(self):
        self._review('invoice_number', 1)
        decision = self.env['pos_receivable.decision'].sudo().search([], limit=1)
        with self.assertRaisesRegex(UserError, 'never changed'):
            decision.write({'reason': 'forged'})
        with self.assertRaisesRegex(UserError, 'never deleted'):
            decision.unlink()
        for query in (
            "UPDATE pos_receivable_decision SET reason = 'forged'",
            "DELETE FROM pos_receivable_decision",
            "TRUNCATE pos_receivable_decision",
        ):
            with (
                mute_logger('odoo.sql_db'),
                self.assertRaisesRegex(psycopg2.Error, 'final'),
                self.env.cr.savepoint(),
            ):
                self.env.cr.execute(query)

    # -------------------------------------------------------------------------
    # Access
    # -------------------------------------------------------------------------

    def test_only_invoicing_users_decide(self):
        invoice = self._create_invoice(100)
        proposal = self._match_one(self._receive(100, invoice.name, 'Acme Corporation'))
        auditor = self._create_user('audra', 'Audra', 'account.group_account_readonly')
        for user in (self.cashier, auditor):
            for action in ('action_accept', 'action_reject', 'action_undo', 'action_match_now'):
                with self.assertRaises(AccessError):
                    getattr(proposal.with_user(user), action)()
        self.assertEqual(proposal.with_user(auditor).amount, 100)
        with self.assertRaises(AccessError):
            proposal.with_user(self.cashier).read(['amount'])
        self.assertOpen(invoice, 100)

    def test_only_the_accounting_manager_sets_modes(self):
        mode = self._set_mode('invoice_number', 'assist')
        boss = self._create_user('bea', 'Bea', 'account.group_account_manager')
        mode.with_user(boss).mode = 'observe'
        self.assertEqual(mode.mode, 'observe')
        with self.assertRaises(AccessError):
            mode.with_user(self.accountant).mode = 'assist'
        with self.assertRaises(AccessError):
            self.env['pos_receivable.mode'].with_user(self.cashier).action_open_modes()

    def test_nobody_writes_a_proposal_by_hand(self):
        invoice = self._create_invoice(100)
        proposal = self._match_one(self._receive(100, invoice.name, 'Acme Corporation'))
        for record in (proposal, proposal.candidate_ids, proposal.allocation_ids):
            with self.assertRaises(AccessError):
                record.write({'sequence': 3} if 'sequence' in record else {'amount': 5})
            with self.assertRaises(AccessError):
                record.unlink()

    def test_another_companys_proposals_are_hidden(self):
        invoice = self._create_invoice(100)
        proposal = self._match_one(self._receive(100, invoice.name, 'Acme Corporation'))
        elsewhere = self.env['res.company'].create({'name': 'Elsewhere'})
        stranger = self._create_user(
            'stan',
            'Stan',
            'account.group_account_invoice',
            company_id=elsewhere.id,
            company_ids=[(6, 0, elsewhere.ids)],
        )
        foreign = proposal.with_user(stranger).with_context(allowed_company_ids=elsewhere.ids)
        self.assertFalse(foreign.search([]))
        with self.assertRaises(AccessError):
            foreign.action_accept()
        self.assertOpen(invoice, 100)
