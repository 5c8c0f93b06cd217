from datetime import timedelta
from unittest.mock import patch

from psycopg2.errors import SerializationFailure

from odoo.exceptions import RedirectWarning, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..models.engine import PosReceivableMatchEngine
from ..models.recorder import PosReceivableMatchRecorder as Recorder
from ..models.statement import PosReceivableMatchStatement
from .common import MatchCommon

RECORDING = 'odoo.addons.pos_receivable_match.models.recorder'
IBAN = 'DE89370400440532013000'


@tagged('post_install', '-at_install')
class TestMatchNight(MatchCommon):
    def _run_night(self, times=1):
        runs = self.env['pos_receivable.match.run']
        before = runs.search([])
        with self.enter_registry_test_mode():
            for _time in range(times):
                self.match_cron.method_direct_trigger()
        return (runs.search([]) - before).filtered(lambda run: run.company_id == self.company)

    def _get_proposal(self, line):
        return self.env['pos_receivable.match.proposal'].search(
            [('statement_line_id', '=', line.id)], order='id desc', limit=1
        )

    # -------------------------------------------------------------------------
    # The run
    # -------------------------------------------------------------------------

    def test_the_night_proposes_and_counts(self):
        invoice = self._create_invoice(100)
        self._receive(100, invoice.name, 'Acme Corporation')
        self._receive(71.3, 'Rent for May', 'Somebody Else')
        run = self._run_night()
        self.assertEqual(
            (run.examined_count, run.proposed_count, run.unmatched_count, run.booked_count),
            (2, 1, 1, 0),
        )
        self.assertEqual(run.state, 'done')
        self.assertOpen(invoice, 100)

    def test_a_second_night_changes_nothing(self):
        invoice = self._create_invoice(100)
        line = self._receive(100, invoice.name, 'Acme Corporation')
        self._run_night()
        proposal = self._get_proposal(line)
        candidates = proposal.candidate_ids
        self._run_night()
        self.assertEqual(self._get_proposal(line), proposal)
        self.assertEqual(proposal.candidate_ids, candidates)

    def test_the_cron_does_its_work_once_and_stops(self):
        for number in range(3):
            self._receive(50 + number, 'nothing we know', 'Nobody')
        self.env['ir.config_parameter'].set_param('pos_receivable.batch_size', 1)
        with self.enter_registry_test_mode():
            self.match_cron.method_direct_trigger()
        self.assertFalse(self.env['ir.cron.trigger'].search([('cron_id', '=', self.match_cron.id)]))

    def test_a_proposal_ends_when_the_money_is_used_otherwise(self):
        invoice = self._create_invoice(100)
        payment = self._pay(100, memo=invoice.name)
        proposal = self._match_one(payment)
        (payment.move_id.line_ids | invoice.line_ids).filtered(
            lambda line: line.account_type == 'asset_receivable'
        ).reconcile()
        run = self._run_night()
        self.assertEqual(proposal.state, 'obsolete')
        self.assertEqual(run.obsolete_count, 0)  # no receipt, so no run to count in

    def test_an_invoice_settled_otherwise_is_proposed_no_more(self):
        invoice = self._create_invoice(100)
        line = self._receive(100, invoice.name, 'Acme Corporation')
        self._run_night()
        self._collect({invoice: 100})
        self._run_night()
        self.assertFalse(self._get_proposal(line).candidate_ids.allocation_ids)
        self.assertEqual(self._get_proposal(line).tier, 'nothing')

    def test_no_invoice_is_promised_to_two_payments(self):
        invoice = self._create_invoice(100)
        for _line in range(2):
            self._receive(100, invoice.name, 'Acme Corporation')
        proposals = self._match()
        best = proposals.candidate_id.allocation_ids.move_id
        self.assertEqual(best, invoice)
        self.assertEqual(len(proposals.filtered('candidate_id')), 1)

    # -------------------------------------------------------------------------
    # Nothing doubtful is booked alone
    # -------------------------------------------------------------------------

    def _set_all_automatic(self):
        for capability in ('structured_reference', 'invoice_number', 'account_amount'):
            self._set_mode(capability, 'auto')

    def test_a_complete_number_is_booked_in_automatic_mode(self):
        self._set_all_automatic()
        invoice = self._create_invoice(100)
        line = self._receive(100, f'Payment {invoice.name}', 'Acme Corporation')
        run = self._run_night()
        self.assertPaid(invoice)
        self.assertEqual(run.booked_count, 1)
        proposal = self._get_proposal(line)
        self.assertTrue(proposal.is_automatic)
        decision = self._get_decisions(proposal)
        self.assertTrue(decision.is_automatic)
        self.assertEqual((decision.action, decision.mode), ('accept', 'auto'))

    def test_a_known_account_with_a_unique_amount_is_booked(self):
        self._set_all_automatic()
        self._add_account(self.customer, IBAN)
        invoice = self._create_invoice(123.45)
        self._receive(123.45, '', '', account_number=IBAN)
        self._run_night()
        self.assertPaid(invoice)

    def test_name_and_amount_are_never_booked_alone(self):
        self._set_all_automatic()
        invoice = self._create_invoice(123.45)
        line = self._receive(123.45, 'Thank you', 'Acme Corporation')
        self._run_night()
        self.assertOpen(invoice, 123.45)
        self.assertLeftAlone(line)
        proposal = self._get_proposal(line)
        self.assertEqual(proposal.tier, 'check')
        self.assertEqual(proposal.candidate_id.allocation_ids.move_id, invoice)

    def test_a_payment_recorded_for_the_customer_is_not_enough(self):
        self._set_all_automatic()
        invoice = self._create_invoice(123.45)
        self._pay(123.45, partner=self.customer, memo='Thanks')
        self._run_night()
        self.assertOpen(invoice, 123.45)

    def test_a_mistyped_number_waits_for_a_person(self):
        self._set_all_automatic()
        invoice = self._create_invoice(100)
        line = self._receive(100, invoice.name.replace('0', '', 1), 'Acme Corporation')
        self._run_night()
        self.assertOpen(invoice, 100)
        self.assertEqual(self._get_proposal(line).tier, 'check')

    def test_assist_is_the_default(self):
        invoice = self._create_invoice(100)
        self._receive(100, invoice.name, 'Acme Corporation')
        self._run_night()
        self.assertOpen(invoice, 100)

    def test_observing_only_logs(self):
        self._set_mode('invoice_number', 'observe')
        invoice = self._create_invoice(100)
        line = self._receive(100, invoice.name, 'Acme Corporation')
        self.assertFalse(self._match())
        proposal = self._get_proposal(line)
        self.assertEqual(proposal.state, 'observed')
        self.assertEqual(self._get_decisions(proposal).mapped('action'), ['observe'])
        self._run_night()
        self.assertEqual(len(self._get_decisions(proposal)), 1)

    def test_what_was_undone_is_not_booked_again(self):
        self._set_mode('invoice_number', 'auto')
        invoice = self._create_invoice(100)
        line = self._receive(100, invoice.name, 'Acme Corporation')
        self._run_night()
        self.assertPaid(invoice)
        self._get_proposal(line).with_user(self.accountant).action_undo()
        self._run_night()
        self.assertOpen(invoice, 100)
        self.assertEqual(self._get_proposal(line).tier, 'check')

    # -------------------------------------------------------------------------
    # Failures
    # -------------------------------------------------------------------------

    @mute_logger(RECORDING)
    def test_one_failure_does_not_stop_the_others(self):
        self._set_mode('invoice_number', 'auto')
        invoices = [self._create_invoice(100 + number) for number in range(4)]
        lines = [self._receive(i.amount_total, i.name, 'Acme Corporation') for i in invoices]
        poison = lines[1].id
        core = PosReceivableMatchStatement._apply

        def fail(service, line, allocations):
            if line.id == poison:
                raise ValueError("This journal is on fire.")
            return core(service, line, allocations)

        with patch.object(PosReceivableMatchStatement, '_apply', fail):
            run = self._run_night()
        self.assertEqual((run.booked_count, run.failed_count), (3, 1))
        self.assertPaid(invoices[0], invoices[2], invoices[3])
        self.assertOpen(invoices[1], 101)
        proposal = self._get_proposal(lines[1])
        self.assertEqual(proposal.error, "This journal is on fire.")
        self.assertGreater(proposal.next_retry, self.env.cr.now())
        # It waits, and succeeds when its time has come.
        self._run_night()
        self.assertOpen(invoices[1], 101)
        proposal.sudo().next_retry = self.env.cr.now()
        self._run_night()
        self.assertPaid(invoices[1])

    @mute_logger(RECORDING)
    def test_what_the_core_says_with_a_button_is_told_without_it(self):
        self._set_mode('invoice_number', 'auto')
        invoice = self._create_invoice(100)
        line = self._receive(100, invoice.name, 'Acme Corporation')
        error = RedirectWarning("There is no journal for it.", 7, "Go to the journals")
        with patch.object(PosReceivableMatchStatement, '_apply', side_effect=error):
            self._run_night()
        self.assertEqual(self._get_proposal(line).error, "There is no journal for it.")

    def test_who_is_in_the_way_is_no_failure_and_it_is_booked_the_next_night(self):
        self._set_mode('invoice_number', 'auto')
        invoice = self._create_invoice(100)
        line = self._receive(100, invoice.name, 'Acme Corporation')
        moves = type(self.env['account.move'])
        with patch.object(moves, 'try_lock_for_update', lambda moves, **_kw: moves.browse()):
            run = self._run_night()
        self.assertEqual((run.booked_count, run.proposed_count, run.failed_count), (0, 1, 0))
        self.assertFalse(self._get_proposal(line).error)
        self.assertOpen(invoice, 100)
        self._run_night()
        self.assertPaid(invoice)

    def test_what_fails_at_the_end_of_a_batch_is_counted_once(self):
        lines = [self._receive(100 + number, 'Hello', 'Nobody') for number in range(6)]
        core = Recorder._record_together

        def record(engine, company, matches):
            if any(receipt.id == ('statement', lines[2].id) for receipt, _match in matches):
                engine.env.cr.precommit.add(lambda: 1 / 0)
            return core(engine, company, matches)

        with patch.object(Recorder, '_record_together', record), mute_logger(RECORDING):
            run = self._run_night()
        self.assertEqual((run.unmatched_count, run.failed_count), (5, 1))
        self.assertEqual(run.examined_count, 5)

    def test_money_that_cannot_be_proposed_for_does_not_stop_the_others(self):
        lines = [self._receive(100 + number, 'Hello', 'Nobody') for number in range(6)]
        core = Recorder._prepare_proposal_vals

        def fail(engine, company, receipt, *args):
            if receipt.id == ('statement', lines[2].id):
                raise ValueError("This line is smudged.")
            return core(engine, company, receipt, *args)

        with (
            patch.object(Recorder, '_prepare_proposal_vals', fail),
            self.assertLogs(RECORDING, 'ERROR') as logs,
        ):
            run = self._run_night()
        self.assertEqual((run.unmatched_count, run.failed_count, run.state), (5, 1, 'done'))
        self.assertIn(f'statement line {lines[2].id} failed: This line is smudged.', logs.output[0])
        self._run_night()
        self.assertTrue(self._get_proposal(lines[2]))

    def test_old_runs_and_proposals_that_came_to_nothing_are_deleted(self):
        invoice = self._create_invoice(100)
        payment = self._pay(100, memo=invoice.name)
        kept = self._receive(71.3, 'Rent for May', 'Somebody Else')
        old = self._run_night()
        (payment.move_id.line_ids | invoice.line_ids).filtered(
            lambda line: line.account_type == 'asset_receivable'
        ).reconcile()
        recent = self._run_night()
        proposals = self.env['pos_receivable.match.proposal'].sudo().search([])
        self.assertIn(payment, proposals.filtered(lambda p: p.state == 'obsolete').payment_id)
        old.sudo().date_start -= timedelta(days=91)
        for proposal in proposals:
            proposal.date_matched -= timedelta(days=91)
        old.sudo()._gc_runs()
        self.assertEqual(self.env['pos_receivable.match.run'].search([]), recent)
        self.assertIn(kept, proposals.exists().statement_line_id)
        self.assertNotIn(payment, proposals.exists().payment_id)

    def test_a_conflict_is_tried_again_and_nothing_is_done_twice(self):
        self._set_mode('invoice_number', 'auto')
        invoices = [self._create_invoice(100 + number) for number in range(2)]
        for invoice in invoices:
            self._receive(invoice.amount_total, invoice.name, 'Acme Corporation')
        core = Recorder._record
        failures = iter([True, True])

        def conflict(engine, company, matches):
            counts = core(engine, company, matches)
            if next(failures, False):
                raise SerializationFailure
            return counts

        with (
            patch.object(Recorder, '_record', conflict),
            patch('odoo.addons.pos_receivable.models.pos_receivable_jobs.time.sleep'),
        ):
            run = self._run_night()
        self.assertPaid(*invoices)
        self.assertEqual(run.failed_count, 0)

    def test_a_batch_that_never_gets_through_is_skipped_until_tomorrow(self):
        invoice = self._create_invoice(100)
        self._receive(100, invoice.name, 'Acme Corporation')

        def conflict(engine, company, matches):
            raise SerializationFailure

        with (
            patch.object(Recorder, '_record', conflict),
            patch('odoo.addons.pos_receivable.models.pos_receivable_jobs.time.sleep'),
        ):
            run = self._run_night()
        self.assertEqual((run.skipped_count, run.state), (1, 'done'))
        run = self._run_night()
        self.assertEqual((run.proposed_count, run.skipped_count), (1, 0))

    # -------------------------------------------------------------------------
    # Modes
    # -------------------------------------------------------------------------

    def test_automatic_has_to_be_earned(self):
        with self.assertRaisesRegex(ValidationError, 'cannot be automatic yet: of 0 reviewed'):
            self._set_mode('invoice_number', 'auto', proven=False)
        self._review('invoice_number', 99)
        with self.assertRaisesRegex(ValidationError, 'of 99 reviewed'):
            self._set_mode('invoice_number', 'auto', proven=False)
        self._review('invoice_number', 51)
        self.assertEqual(self._set_mode('invoice_number', 'auto', proven=False).mode, 'auto')

    def test_one_rule_does_not_earn_for_another(self):
        self._review('invoice_number', 500)
        with self.assertRaises(ValidationError):
            self._set_mode('account_amount', 'auto', proven=False)

    def test_suggestions_are_never_automatic(self):
        self._review('suggestion', 900)
        with self.assertRaisesRegex(ValidationError, 'Without a hard signal'):
            self._set_mode('suggestion', 'auto', proven=False)

    def test_automatic_is_lost_when_too_much_was_wrong_and_somebody_is_told(self):
        boss = self._create_user('bea', 'Bea', 'account.group_account_manager')
        self.company.receivable_reconcile_user_id = boss
        mode = self._set_mode('invoice_number', 'auto')
        self._review('invoice_number', 6, 'reject')
        invoice = self._create_invoice(100)
        line = self._receive(100, invoice.name, 'Acme Corporation')
        self._run_night()
        self.assertPaid(invoice)
        self._get_proposal(line).with_user(self.accountant).action_undo()
        self.assertEqual(mode.mode, 'assist')
        message = mode.message_ids.filtered(lambda m: 'switched off' in (m.body or ''))
        self.assertIn(boss.partner_id, message.notified_partner_ids)

    # -------------------------------------------------------------------------
    # Other addons
    # -------------------------------------------------------------------------

    def test_a_suggestion_of_a_service_is_shown_but_never_booked(self):
        self._set_all_automatic()
        invoice = self._create_invoice(100)
        line = self._receive(100, 'Thanks a lot', 'Acme Corporation')
        item = self._get_item(invoice)

        def suggest(engine, company, receipts):
            return {receipt.id: [(item.id, "Oracle", "I feel it")] for receipt in receipts}

        with patch.object(PosReceivableMatchEngine, '_get_suggestions', suggest):
            self._run_night()
        self.assertOpen(invoice, 100)
        proposal = self._get_proposal(line)
        self.assertEqual(proposal.tier, 'check')
        self.assertIn("Suggested by Oracle: I feel it", proposal.candidate_id.explanation)

    def test_another_addon_can_add_a_strategy(self):
        from ..matching import Evidence, Signal, reason

        invoice = self._create_invoice(77.5)
        item = self._get_item(invoice)
        line = self._receive(77.5, 'Contract 4711', 'Nobody')

        def by_contract(query):
            if '4711' in query.receipt.text:
                yield Evidence(Signal.MENTION, 40, reason('contract'), item=item.id)

        by_contract.name = 'contract'
        core = PosReceivableMatchEngine._get_strategies
        with patch.object(
            PosReceivableMatchEngine, '_get_strategies', lambda self: [*core(self), by_contract]
        ):
            self._run_night()
        proposal = self._get_proposal(line)
        self.assertEqual(proposal.candidate_id.allocation_ids.move_id, invoice)
        self.assertIn('contract', proposal.candidate_id.explanation)
