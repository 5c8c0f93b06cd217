from contextlib import contextmanager, suppress
from unittest.mock import patch

from psycopg2.errors import SerializationFailure

from odoo.tests import tagged
from odoo.tools import mute_logger

from ..models import schedule as schedule_module
from ..models.engine import PosReceivableMatchEngine
from ..models.recorder import PosReceivableMatchRecorder as Recorder
from .common import MatchCommon

JOBS = 'odoo.addons.pos_receivable.models.pos_receivable_jobs'


class Killed(BaseException):
    """The end of the process."""


@tagged('post_install', '-at_install')
class TestMatchNightStopped(MatchCommon):
    """A night that runs out of time or is killed, and what others do while it computes."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env['ir.config_parameter'].set_param('pos_receivable.batch_size', 1)

    def _run_schedule(self, **context):
        """Call it once, as the scheduler does; the runs there are afterwards."""
        schedule = self.env['pos_receivable.match.schedule'].with_context(**context)
        with self.enter_registry_test_mode(), self.registry.cursor() as cr:
            schedule.with_env(schedule.env(cr=cr))._run_schedule()
        return self.env['pos_receivable.match.run'].search([])

    def _run_schedule_until_killed(self):
        with suppress(Killed):  # not assertRaises, which would roll back what was committed
            self._run_schedule()
            self.fail("Nobody killed it")
        return self.env['pos_receivable.match.run'].search([])

    def _after_each_commit(self, work):
        """Call ``work`` with an environment and how many receipts were committed; its result are
        the seconds left."""
        cron_class = type(self.env['ir.cron'])
        core = cron_class._commit_progress

        def commit(cron, processed=0, **kwargs):
            core(cron, processed, **kwargs)
            return work(cron.env, processed)

        return patch.object(cron_class, '_commit_progress', commit)

    def _without_time(self):
        return self._after_each_commit(lambda _env, _processed: 0)

    @contextmanager
    def _when_matched(self, work):
        """Let somebody do ``work`` between the matching and the writing."""
        waiting = [work]

        def once(env, _processed):
            if waiting:
                waiting.pop()(env)
                env.flush_all()
            return 60

        with self._after_each_commit(once):
            yield
        self.assertFalse(waiting)

    def _receive_unknown(self, count):
        return [self._receive(50 + number, 'nothing we know', 'Nobody') for number in range(count)]

    # -------------------------------------------------------------------------
    # Stopped
    # -------------------------------------------------------------------------

    def test_what_was_matched_is_written_though_the_time_is_up(self):
        self._receive_unknown(3)
        with self._without_time():
            run = self._run_schedule()
        self.assertEqual((len(run), run.examined_count, run.state), (1, 3, 'done'))

    def test_when_time_is_up_the_same_run_goes_on_with_the_next_pass(self):
        lines = self._receive_unknown(5)
        with self._without_time(), patch.object(schedule_module, 'PASS', 2):
            run = self._run_schedule()
            self.assertEqual((run.examined_count, run.state), (2, 'running'))
            self._run_schedule()
            run = self._run_schedule()
        self.assertEqual((len(run), run.examined_count, run.state), (1, 5, 'done'))
        proposals = self.env['pos_receivable.match.proposal'].search([])
        self.assertEqual(proposals.statement_line_id, lines[0].union(*lines))

    def test_with_time_left_all_passes_are_done_in_one_go(self):
        self._receive_unknown(5)
        with patch.object(schedule_module, 'PASS', 2):
            run = self._run_schedule()
        self.assertEqual((len(run), run.examined_count, run.state), (1, 5, 'done'))

    def test_a_pass_that_others_block_altogether_ends_the_run(self):
        self._receive_unknown(2)

        def conflict(_engine, _company, _matches):
            raise SerializationFailure

        with (
            patch.object(Recorder, '_record', conflict),
            patch('odoo.addons.pos_receivable.models.pos_receivable_jobs.time.sleep'),
            patch.object(schedule_module, 'PASS', 2),
        ):
            run = self._run_schedule()
        self.assertEqual((run.skipped_count, run.state), (2, 'done'))

    def test_a_killed_night_goes_on_where_it_was(self):
        self._receive_unknown(3)
        done = []

        def kill(_env, processed):
            done.append(processed)
            if sum(done) == 2:
                raise Killed
            return 60

        with self._after_each_commit(kill):
            run = self._run_schedule_until_killed()
        self.assertEqual((run.examined_count, run.state), (2, 'running'))
        self.assertEqual(self._run_schedule(), run)
        self.assertEqual((run.examined_count, run.state), (3, 'done'))

    def test_a_night_killed_in_one_company_does_not_begin_again_with_the_others(self):
        other = self.setup_other_company()
        self.env.user.company_ids |= other['company']
        self._receive_unknown(1)
        self._receive(70, 'nothing', 'Nobody', journal_id=other['default_journal_bank'].id)
        core = PosReceivableMatchEngine._match

        def kill(schedule, company, *args):
            if company == other['company']:
                raise Killed
            return core(schedule, company, *args)

        with patch.object(PosReceivableMatchEngine, '_match', kill):
            first = self._run_schedule_until_killed()
        self.assertEqual((first.company_id, first.examined_count), (self.company, 1))
        runs = self._run_schedule()
        self.assertEqual(runs.company_id, self.company | other['company'])
        self.assertEqual(runs.mapped('examined_count'), [1, 1])
        self.assertEqual(set(runs.mapped('state')), {'done'})

    def test_a_company_that_cannot_be_matched_leaves_the_others_their_turn(self):
        other = self.setup_other_company()
        self.env.user.company_ids |= other['company']
        self._receive_unknown(1)
        self._receive(70, 'nothing', 'Nobody', journal_id=other['default_journal_bank'].id)
        core = PosReceivableMatchEngine._match

        def fail(schedule, company, *args):
            if company == self.company:
                raise RuntimeError("Unreadable")
            return core(schedule, company, *args)

        with (
            patch.object(PosReceivableMatchEngine, '_match', fail),
            self.assertLogs(JOBS, 'ERROR') as log,
        ):
            run = self._run_schedule()
        self.assertEqual((run.company_id, run.state), (other['company'], 'done'))
        self.assertIn(f"{self.company.name} is left out, Unreadable", log.output[0])
        self.assertEqual(self._run_schedule().company_id, self.company | other['company'])

    def test_a_night_killed_while_it_was_matching_tries_less_at_once(self):
        self._receive_unknown(3)
        progress = self.env['ir.cron.progress'].create(
            # As the scheduler does for the call after one that was killed.
            {'cron_id': self.match_cron.id, 'timed_out_counter': 2}
        )
        with self._without_time(), patch.object(schedule_module, 'PASS', 8):
            run = self._run_schedule(cron_id=self.match_cron.id, ir_cron_progress_id=progress.id)
        self.assertEqual((run.examined_count, run.state), (2, 'running'))

    def test_matching_by_hand_does_not_end_the_run_of_the_night(self):
        self._receive_unknown(3)
        with self._without_time(), patch.object(schedule_module, 'PASS', 2):
            night = self._run_schedule()
        self._match()
        self.assertEqual((night.examined_count, night.state), (2, 'running'))
        by_hand = self.env['pos_receivable.match.run'].search([]) - night
        self.assertEqual((by_hand.trigger, by_hand.examined_count), ('manual', 3))
        self.assertEqual(by_hand.state, 'done')

    # -------------------------------------------------------------------------
    # Meanwhile
    # -------------------------------------------------------------------------

    def _receive_certain(self):
        """An invoice and a statement line that would be booked at once."""
        self._set_mode('invoice_number', 'auto')
        invoice = self._create_invoice(100)
        return invoice, self._receive(100, f'Payment {invoice.name}', 'Acme Corporation')

    def test_an_invoice_paid_while_the_night_was_matching_is_not_paid_again(self):
        invoice, line = self._receive_certain()
        with self._when_matched(
            lambda env: (
                self.env['account.payment.register']
                .with_env(env)
                .with_context(active_model='account.move', active_ids=invoice.ids)
                .create({})
                .action_create_payments()
            )
        ):
            run = self._run_schedule()
        self.assertPaid(invoice)
        self.assertLeftAlone(line)
        self.assertEqual((run.booked_count, run.failed_count, run.proposed_count), (0, 0, 1))

    def test_money_used_while_the_night_was_matching_is_not_used_again(self):
        invoice, other = self._create_invoice(100), self._create_invoice(100)
        self._set_mode('invoice_number', 'auto')
        payment = self._pay(100, partner=self.customer, memo=invoice.name)
        items = (payment.move_id.line_ids | other.line_ids).filtered(
            lambda line: line.account_type == 'asset_receivable'
        )
        with self._when_matched(lambda env: items.with_env(env).reconcile()):
            run = self._run_schedule()
        self.assertOpen(invoice, 100)
        self.assertPaid(other)
        self.assertEqual((run.booked_count, run.obsolete_count), (0, 1))

    def test_what_was_rejected_while_the_night_was_matching_is_not_booked(self):
        invoice, line = self._receive_certain()
        mode = self._set_mode('invoice_number', 'assist')
        proposal = self._match_one(line)
        mode.mode = 'auto'
        with self._when_matched(lambda env: proposal.with_env(env).sudo().action_reject()):
            self._run_schedule()
        self.assertOpen(invoice, 100)
        self.assertLeftAlone(line)
        again = self.env['pos_receivable.match.proposal'].search([('state', '=', 'open')])
        self.assertEqual(again.tier, 'check')

    @mute_logger('odoo.sql_db')
    def test_what_somebody_else_proposed_while_the_night_was_matching_is_not_proposed_twice(self):
        [line] = self._receive_unknown(1)
        proposal = self._match_one(line)
        core = Recorder._find_proposals
        unseen = [True]

        def find(engine, matches):
            return {} if unseen and unseen.pop() else core(engine, matches)

        with (
            patch.object(Recorder, '_find_proposals', find),
            patch('odoo.addons.pos_receivable.models.pos_receivable_jobs.time.sleep'),
        ):
            self._run_schedule()
        night = self.env['pos_receivable.match.run'].search([('trigger', '=', 'schedule')])
        self.assertEqual((night.unmatched_count, night.failed_count), (1, 0))
        proposals = self.env['pos_receivable.match.proposal'].search([])
        self.assertEqual(proposals, proposal.with_env(self.env))

    def test_money_nothing_can_be_proposed_for_does_not_keep_a_user_waiting(self):
        self._receive_unknown(2)

        def fail(*_args):
            raise ValueError("Nothing can be written today.")

        with (
            patch.object(Recorder, '_write_proposals', fail),
            patch.object(schedule_module, 'PASS', 2),
            self.assertLogs('odoo.addons.pos_receivable_match', 'ERROR'),
        ):
            self._match()
        run = self.env['pos_receivable.match.run'].search([])
        self.assertEqual((run.failed_count, run.state), (2, 'done'))

    def test_the_second_best_is_not_booked_when_the_best_was_deleted_meanwhile(self):
        similar = self._create_invoice(100)
        invoice, line = self._receive_certain()

        def delete(env):
            doomed = invoice.with_env(env)
            doomed.button_draft()
            doomed.with_context(force_delete=True).unlink()

        with self._when_matched(delete):
            self._run_schedule()
        self.assertOpen(similar, 100)
        self.assertLeftAlone(line)
        proposal = self.env['pos_receivable.match.proposal'].search([])
        self.assertEqual(proposal.allocation_ids.move_id, similar)
        self.assertEqual(proposal.tier, 'check')
