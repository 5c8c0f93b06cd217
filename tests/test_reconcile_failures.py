import contextlib
from datetime import timedelta
from unittest.mock import patch

from psycopg2.errors import SerializationFailure

from odoo import fields
from odoo.exceptions import RedirectWarning
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.base.models.ir_cron import CompletionStatus

from .common_reconcile import ReconcileCommon

ENGINE = 'odoo.addons.pos_receivable.models.pos_receivable_reconcile_engine'
JOBS = 'odoo.addons.pos_receivable.models.pos_receivable_jobs'
ISSUE = 'odoo.addons.pos_receivable.models.pos_receivable_reconcile_issue'


@tagged('post_install', '-at_install')
class TestReconcileFailures(ReconcileCommon):
    """Something always goes wrong: it must not cost the others anything."""

    def _poison(self, *invoices):
        """Make reconciling these fail late, when everything has been computed."""
        lines = self.env['account.move'].union(*invoices).line_ids
        core = type(lines)._reconcile_post_hook

        def failing(amls, data):
            core(amls, data)
            if bad := amls & lines.with_env(amls.env):
                raise RuntimeError(f"Cannot reconcile {bad[0].move_id.name}")

        patcher = patch.object(type(lines), '_reconcile_post_hook', failing)
        self.addCleanup(patcher.stop)
        patcher.start()
        return patcher

    def _issue(self, invoice):
        return (
            self.env['pos_receivable.reconcile.issue'].sudo().search([('move_id', '=', invoice.id)])
        )

    @contextlib.contextmanager
    def _expect_errors(self, *invoices):
        with self.assertLogs(ENGINE, 'ERROR') as logs:
            yield
        for invoice in invoices:
            self.assertTrue(
                any(invoice.name in line and 'Traceback' in line for line in logs.output)
            )
        self.assertEqual(len(logs.output), len(invoices))

    def _let_time_pass(self, delta):
        issues = self.env['pos_receivable.reconcile.issue'].sudo().search([])
        for issue in issues:
            issue.next_retry -= delta

    def test_a_failing_invoice_does_not_stop_the_others(self):
        invoices = [self._leftover() for _number in range(7)]
        bad = invoices.pop(3)
        self._poison(bad)
        with self._expect_errors(bad):
            run = self._run()
        self.assertPaid(*invoices)
        self.assertOpen(bad, 100)
        self.assertEqual((run.reconciled_count, run.failed_count), (6, 1))
        issue = self._issue(bad)
        self.assertEqual((issue.state, issue.attempts), ('open', 1))
        self.assertIn(f"Cannot reconcile {bad.name}", issue.error)
        self.assertIn('RuntimeError', issue.traceback)
        self.assertGreater(issue.next_retry, fields.Datetime.now())

    @mute_logger(ENGINE)
    def test_after_failures_fewer_are_tried_at_once_and_old_ones_do_not_count(self):
        engine = self.env['pos_receivable.reconcile.engine']
        runs = self.env['pos_receivable.reconcile.run'].sudo()
        run = runs._start(self.company, 'schedule')
        self.assertEqual(engine._get_number_together(run), 0)
        issue = engine._get_issues()._record_failure(self._leftover(), RuntimeError("late"))
        run.write({'examined_count': 100, 'failed_count': 1})
        self.assertEqual(engine._get_number_together(run), 30)
        issue.date_first_failed -= timedelta(days=1)
        self.assertEqual(engine._get_number_together(run), 0)

    @mute_logger(ENGINE)
    def test_tried_a_few_at_once_all_are_done_but_the_culprits(self):
        invoices = self.env['account.move'].union(*(self._leftover() for _number in range(7)))
        self._poison(invoices[1], invoices[5])
        outcomes, busy = self.env['pos_receivable.reconcile.engine']._reconcile_batch(invoices, 3)
        self.assertFalse(busy)
        self.assertEqual(
            [place for place, outcome in enumerate(outcomes) if outcome['outcome'] == 'failed'],
            [1, 5],
        )
        self.assertPaid(*(invoices - invoices[1] - invoices[5]))

    @mute_logger(ENGINE)
    def test_what_the_core_says_with_a_button_is_told_without_it(self):
        invoice = self._leftover()
        error = RedirectWarning("There is no journal for it.", 7, "Go to the journals")
        lines = type(self.env['account.move.line'])
        with patch.object(lines, '_reconcile_plan', side_effect=error):
            run = self._run()
        self.assertEqual(self._issue(invoice).error, "There is no journal for it.")
        self.assertEqual(run.line_ids.reason, "There is no journal for it.")

    def test_what_the_core_refuses_is_found_before_anything_is_written(self):
        account = self.company_data['default_account_receivable'].copy()
        bad = self._create_invoice(post=False)
        bad.line_ids.filtered(lambda line: line.display_type == 'payment_term').account_id = account
        bad.action_post()
        self._pay(100, [bad], destination_account_id=account.id)
        good = self._leftover()
        self.env.flush_all()
        # An account in use keeps this box; somebody found a way.
        self.env.cr.execute(
            "UPDATE account_account SET reconcile = FALSE WHERE id = %s", [account.id]
        )
        self.env.invalidate_all()
        with self._expect_errors(bad):
            self._run()
        self.assertPaid(good)
        self.assertIn(account.name, self._issue(bad).error)

    def test_a_missing_exchange_journal_stops_foreign_invoices_alone(self):
        currency = self.setup_other_currency(
            'EUR', rates=[('2016-01-01', 3.0), ('2026-01-01', 2.0)]
        )
        bad = self._create_invoice(currency_id=currency.id)
        self._pay(100, [bad], currency_id=currency.id, date='2017-01-01')
        good = self._leftover()
        self.company.currency_exchange_journal_id = False
        with self._expect_errors(bad):
            self._run()
        self.assertPaid(good)
        self.assertOpen(bad, 100)
        self.assertIn('Exchange', self._issue(bad).error)

    def _poison_payments(self, *payments):
        """Make reconciling these payments fail, whatever they are to pay."""
        return self._poison(*(payment.move_id for payment in payments))

    @mute_logger(ENGINE)
    def test_one_bad_payment_does_not_hold_the_good_ones_of_its_invoice(self):
        invoice = self._create_invoice()
        first, bad, last = (self._pay(amount, [invoice]) for amount in (10, 20, 30))
        self._poison_payments(bad)
        run = self._run()
        self.assertOpen(invoice, 60)
        used = self.env['account.payment'].union(*(first, last))
        self.assertEqual(invoice.line_ids.matched_credit_ids.credit_move_id.payment_id, used)
        self.assertEqual((run.failed_count, run.amount, run.line_ids.amount), (1, 40, 40))
        issue = self._issue(invoice)
        self.assertEqual(issue.state, 'open')
        self.assertIn(f"{bad.name}: Cannot reconcile", issue.error)
        self.assertNotIn(first.name, issue.error)
        self.assertIn('RuntimeError', issue.traceback)

    @mute_logger(ENGINE)
    def test_every_bad_payment_of_an_invoice_is_named(self):
        invoice = self._create_invoice()
        good, *bad = (self._pay(amount, [invoice]) for amount in (10, 20, 30))
        self._poison_payments(*bad)
        self._run()
        self.assertOpen(invoice, 90)
        for payment in bad:
            self.assertIn(payment.name, self._issue(invoice).error)
        self.assertNotIn(good.name, self._issue(invoice).error)

    @mute_logger(ENGINE)
    def test_what_the_good_payments_settle_is_no_failure(self):
        invoice = self._create_invoice()
        bad, _good = self._pay(20, [invoice]), self._pay(100, [invoice])
        self._poison_payments(bad)
        run = self._run()
        self.assertPaid(invoice)
        self.assertEqual((run.failed_count, run.reconciled_count), (0, 1))
        self.assertFalse(self._issue(invoice))

    @mute_logger(ENGINE)
    def test_a_bad_payment_over_several_invoices_leaves_their_own_payments_usable(self):
        first, second = self._create_invoice(due_in=1), self._create_invoice(due_in=2)
        shared = self._pay(50, [first, second])
        self._pay(40, [first])
        self._pay(30, [second])
        self._poison_payments(shared)
        self._run()
        self.assertEqual((first.amount_residual, second.amount_residual), (60, 70))
        for invoice in (first, second):
            self.assertIn(shared.name, self._issue(invoice).error)

    @mute_logger(ENGINE)
    def test_what_the_core_refuses_of_one_payment_does_not_hold_the_others(self):
        account = self.company_data['default_account_receivable'].copy()
        invoice = self._create_invoice(
            invoice_payment_term_id=self._create_instalments().id,
            post=False,
        )
        terms = invoice.line_ids.filtered(lambda line: line.display_type == 'payment_term')
        terms[1:].account_id = account
        invoice.action_post()
        due = terms[0].balance
        self._pay(due, [invoice], destination_account_id=terms[0].account_id.id)
        refused = self._pay(10, [invoice], destination_account_id=account.id)
        self.env.flush_all()
        # An account in use keeps this box; somebody found a way.
        self.env.cr.execute(
            "UPDATE account_account SET reconcile = FALSE WHERE id = %s", [account.id]
        )
        self.env.invalidate_all()
        self._run()
        self.assertOpen(invoice, 100 - due)
        self.assertIn(refused.name, self._issue(invoice).error)
        self.assertIn(account.name, self._issue(invoice).error)

    def test_many_failures_first_in_line_do_not_delay_the_others(self):
        self.env['ir.config_parameter'].set_param('pos_receivable.batch_size', 5)
        bad = [self._leftover(due_in=-30) for _number in range(12)]
        good = [self._leftover() for _number in range(4)]
        self._poison(*bad)
        with self._expect_errors(*bad):
            run = self._run()
        self.assertPaid(*good)
        self.assertEqual((run.failed_count, run.reconciled_count), (12, 4))

        with self.assertNoLogs(ENGINE, 'ERROR'):
            self.assertFalse(self._run(), "Nothing is tried again before its time")

    def test_the_scheduled_action_reports_that_it_is_done(self):
        bad = self._leftover()
        self._leftover()
        self._poison(bad)
        job = self.cron._acquire_one_job(self.env.cr, self.cron.id, include_not_ready=True)
        with self._expect_errors(bad), self.enter_registry_test_mode():
            status = self.env['ir.cron']._run_job(job)
        self.assertEqual(status, CompletionStatus.FULLY_DONE)
        progress = self.env['ir.cron.progress'].search([('cron_id', '=', self.cron.id)])
        self.assertEqual(progress[0].remaining, 0)
        self.assertEqual(len(progress), 1, "Called once, not again and again")

    def _break(self, model, method, bad):
        """Make a method fail whenever it deals with ``bad``."""
        model = type(self.env[model])
        core = getattr(model, method)

        def broken(records, invoices, *args):
            if bad.id in invoices.ids:
                raise ValueError("This page is torn.")
            return core(records, invoices, *args)

        return patch.object(model, method, broken)

    def test_an_invoice_that_cannot_be_read_does_not_stop_the_others(self):
        invoices = [self._leftover() for _number in range(7)]
        bad = invoices.pop(3)
        with (
            self._break('pos_receivable.reconcile.evidence', '_read_pairs', bad),
            self._expect_errors(bad),
        ):
            run = self._run()
        self.assertPaid(*invoices)
        self.assertEqual((run.reconciled_count, run.failed_count, run.state), (6, 1, 'done'))
        self.assertEqual(run.line_ids.filtered('reason').reason, "This page is torn.")
        issue = self._issue(bad)
        self.assertEqual(issue.error, "This page is torn.")
        self._let_time_pass(timedelta(days=1))
        self._run()
        self.assertPaid(bad)
        self.assertEqual(issue.state, 'resolved')

    def test_a_failure_that_cannot_be_noted_does_not_stop_the_others(self):
        invoices = [self._leftover() for _number in range(3)]
        bad = invoices.pop(0)
        self._poison(bad)
        with (
            self._break('pos_receivable.reconcile.issue', '_record_failure', bad),
            self.assertLogs(ENGINE, 'ERROR') as logs,
        ):
            run = self._run()
        self.assertPaid(*invoices)
        self.assertEqual((run.reconciled_count, run.failed_count, run.state), (2, 1, 'done'))
        self.assertIn('could not be noted', logs.output[-1])

    def test_more_than_one_batch_is_done_in_one_go(self):
        self.env['ir.config_parameter'].set_param('pos_receivable.batch_size', 2)
        invoices = [self._leftover() for _number in range(7)]
        run = self._run()
        self.assertPaid(*invoices)
        self.assertEqual((len(run), run.examined_count, run.state), (1, 7, 'done'))

    def test_when_time_is_up_the_same_run_goes_on_next_time(self):
        self.env['ir.config_parameter'].set_param('pos_receivable.batch_size', 2)
        invoices = [self._leftover(due_in=number) for number in range(5)]
        cron_class = type(self.env['ir.cron'])
        core = cron_class._commit_progress

        def commit(cron, *args, **kwargs):
            core(cron, *args, **kwargs)
            return 0 if args and args[0] else 60

        schedule = self.env['pos_receivable.reconcile.schedule']
        with (
            self.enter_registry_test_mode(),
            self.registry.cursor() as cr,
            patch.object(cron_class, '_commit_progress', commit),
        ):
            env = schedule.env(cr=cr, user=self.cron.user_id)
            schedule.with_env(env)._run_schedule()
        run = self.env['pos_receivable.reconcile.run'].search([])
        self.assertEqual((run.state, run.examined_count), ('running', 2))
        self.assertPaid(*invoices[:2])
        self.assertOpen(invoices[2], 100)

        self.assertFalse(self._run(), "No new run")
        self.assertPaid(*invoices)
        self.assertEqual((run.state, run.examined_count), ('done', 5))

    def test_a_run_given_up_is_shown_as_interrupted(self):
        invoice = self._leftover()
        run = self.env['pos_receivable.reconcile.run'].sudo()._start(self.company, 'schedule')
        run.date_progress -= timedelta(days=1)
        new = self._run()
        self.assertEqual((run.state, new.state), ('interrupted', 'done'))
        self.assertPaid(invoice)

    def test_an_issue_is_tried_again_later_and_later_and_resolved_on_success(self):
        bad = self._leftover()
        patcher = self._poison(bad)
        waits = []
        for _night in range(8):
            with self._expect_errors(bad):
                self._run()
            issue = self._issue(bad)
            waits.append(issue.next_retry - issue.date_last_failed)
            self._let_time_pass(waits[-1])
        self.assertEqual(issue.attempts, 8)
        self.assertEqual(waits, sorted(waits))
        self.assertLess(waits[0], timedelta(days=1), "The next night tries again")
        self.assertEqual(waits[-1], waits[-2], "At some time the longest wait is reached")
        self.assertLessEqual(waits[-1], timedelta(days=31))

        patcher.stop()
        self.addCleanup(patcher.start)
        self._run()
        self.assertPaid(bad)
        self.assertEqual(issue.state, 'resolved')
        self.assertFalse(issue.activity_ids)

    def test_after_some_failures_a_person_is_asked(self):
        self.company.receivable_reconcile_user_id = self.accountant
        bad = self._leftover()
        self._poison(bad)
        for night in range(1, 5):
            with self._expect_errors(bad):
                self._run()
            activity = self._issue(bad).activity_ids
            self.assertEqual(len(activity), night >= 3, "One, however often it fails")
            self._let_time_pass(timedelta(days=20))
        self.assertEqual(activity.user_id, self.accountant)
        self.assertIn(bad.name, activity.summary)

    @mute_logger(ENGINE)
    def test_one_person_is_not_asked_about_each_of_many_invoices(self):
        self.company.receivable_reconcile_user_id = self.accountant
        bad = [self._leftover() for _number in range(3)]
        self._poison(*bad)
        with patch(f'{ISSUE}.MAX_ACTIVITIES', 2):
            for _night in range(3):
                self._run()
                self._let_time_pass(timedelta(days=20))
        self.assertEqual(sum(len(self._issue(invoice).activity_ids) for invoice in bad), 2)

    def _find_traces(self, records):
        traces = {
            'mail.activity': [('res_model', '=', records._name), ('res_id', 'in', records.ids)],
            'mail.message': [('model', '=', records._name), ('res_id', 'in', records.ids)],
            'mail.followers': [('res_model', '=', records._name), ('res_id', 'in', records.ids)],
        }
        found = {model: self.env[model].sudo().search_count(traces[model]) for model in traces}
        return {model for model, count in found.items() if count}

    @mute_logger(ENGINE)
    def test_a_deleted_invoice_takes_its_issue_and_what_was_said_of_it_along(self):
        self.company.receivable_reconcile_user_id = self.accountant
        bad = self._leftover()
        self._poison(bad)
        for _night in range(3):
            self._run()
            self._let_time_pass(timedelta(days=20))
        issue = self._issue(bad)
        issue.message_subscribe(self.accountant.partner_id.ids)
        issue.message_post(body="Who knows more?")
        self.assertEqual(
            self._find_traces(issue), {'mail.activity', 'mail.message', 'mail.followers'}
        )
        bad.button_draft()
        bad.with_user(self.accountant).with_context(force_delete=True).unlink()
        self.assertFalse(issue.exists())
        self.assertFalse(self._find_traces(issue))

    @mute_logger(ENGINE)
    def test_requests_about_what_is_gone_keep_nobody_from_being_asked(self):
        self.company.receivable_reconcile_user_id = self.accountant
        bad = self._leftover()
        self._poison(bad)
        gone = self.env['pos_receivable.reconcile.issue'].sudo()
        gone = gone.create({'move_id': self._create_invoice().id, 'company_id': self.company.id})
        for _number in range(20):
            gone.activity_schedule('mail.mail_activity_data_todo', user_id=self.accountant.id)
        self.env.flush_all()
        self.env.cr.execute("DELETE FROM pos_receivable_reconcile_issue WHERE id = %s", gone.ids)
        self.env.invalidate_all()
        for _night in range(3):
            self._run()
            self._let_time_pass(timedelta(days=20))
        self.assertEqual(self._issue(bad).activity_ids.user_id, self.accountant)

    def test_nobody_is_asked_who_may_not_see_the_issue(self):
        self.company.receivable_reconcile_user_id = self.cashier
        bad = self._leftover(invoice_user_id=self.cashier.id)
        self._poison(bad)
        for _night in range(4):
            with self._expect_errors(bad):
                self._run()
            self._let_time_pass(timedelta(days=20))
        self.assertEqual(self._issue(bad).attempts, 4)
        self.assertNotIn(self.cashier, self._issue(bad).activity_ids.user_id)

    def test_an_issue_ends_when_somebody_else_settles_the_invoice(self):
        bad = self._leftover()
        patcher = self._poison(bad)
        with self._expect_errors(bad):
            self._run()
        patcher.stop()
        self.addCleanup(patcher.start)
        lines = (bad | bad.matched_payment_ids.move_id).line_ids
        lines.filtered(lambda line: line.account_type == 'asset_receivable').reconcile()
        self._run()
        self.assertEqual(self._issue(bad).state, 'resolved')

    def test_an_issue_ends_when_the_payment_is_cancelled(self):
        bad = self._leftover()
        self._poison(bad)
        with self._expect_errors(bad):
            self._run()
        bad.matched_payment_ids.action_cancel()
        self._let_time_pass(timedelta(days=20))
        self._run()
        self.assertEqual(self._issue(bad).state, 'resolved')

    @mute_logger(ENGINE)
    def test_retrying_ends_an_issue_that_nothing_can_solve(self):
        without, paid, bad = (self._leftover() for _number in range(3))
        patcher = self._poison(without, paid, bad)
        self._run()
        patcher.stop()
        self.addCleanup(patcher.start)
        without.matched_payment_ids.action_cancel()
        (paid.matched_payment_ids.move_id | paid).line_ids.filtered(
            lambda line: line.account_type == 'asset_receivable'
        ).reconcile()
        self._poison(bad)
        issues = self._issue(without) | self._issue(paid) | self._issue(bad)
        issues.with_user(self.accountant).sudo(False).action_retry()
        self.assertEqual(self._issue(without).state, 'resolved')
        self.assertIn('No payment linked', self._issue(without).message_ids[0].body)
        self.assertEqual(self._issue(paid).state, 'resolved')
        self.assertIn('no longer open', self._issue(paid).message_ids[0].body)
        self.assertEqual((self._issue(bad).state, self._issue(bad).attempts), ('open', 2))

    @mute_logger(ENGINE)
    def test_retrying_leaves_an_issue_open_whose_invoice_cannot_be_read(self):
        bad = self._leftover()
        with self._break('pos_receivable.reconcile.evidence', '_read_pairs', bad):
            self._run()
            self._issue(bad).with_user(self.accountant).sudo(False).action_retry()
        self.assertEqual((self._issue(bad).state, self._issue(bad).attempts), ('open', 2))

    def test_an_accountant_can_retry_at_once(self):
        bad = self._leftover()
        patcher = self._poison(bad)
        with self._expect_errors(bad):
            self._run()
        issue = self._issue(bad).with_user(self.accountant).sudo(False)
        with self._expect_errors(bad):
            self.assertEqual(issue.action_retry()['params']['type'], 'danger')
        self.assertEqual(issue.attempts, 2)
        patcher.stop()
        self.addCleanup(patcher.start)
        self.assertEqual(issue.action_retry()['params']['type'], 'success')
        self.assertPaid(bad)
        self.assertEqual(issue.state, 'resolved')

    def test_a_core_that_pairs_nothing_is_not_called_success(self):
        invoice = self._leftover()
        with patch.object(
            type(self.env['account.move.line']), '_reconcile_plan', lambda *_args: None
        ):
            run = self._run()
        self.assertEqual((run.reconciled_count, run.nothing_count, run.amount), (0, 1, 0))
        self.assertOpen(invoice, 100)

    def test_a_conflict_with_somebody_else_is_tried_again_from_the_start(self):
        invoices = [self._leftover() for _number in range(3)]
        core = type(self.env['account.move.line'])._reconcile_plan
        failures = iter([SerializationFailure(), SerializationFailure()])

        def conflicting(lines, plan):
            core(lines, plan)
            if error := next(failures, None):
                raise error

        with (
            patch.object(type(self.env['account.move.line']), '_reconcile_plan', conflicting),
            patch(f'{JOBS}.time.sleep'),
        ):
            run = self._run()
        self.assertPaid(*invoices)
        self.assertEqual((run.reconciled_count, run.failed_count), (3, 0))
        self.assertFalse(self._issue(invoices[0]))

    def test_a_batch_that_never_gets_through_is_put_off_and_reported(self):
        invoice, later = self._leftover(due_in=1), self._leftover(due_in=2)
        self.env['ir.config_parameter'].set_param('pos_receivable.batch_size', 1)
        core = type(self.env['account.move.line'])._reconcile_plan
        contested = invoice.line_ids.filtered(lambda line: line.account_type == 'asset_receivable')

        def conflicting(lines, plan):
            if any(contested.with_env(items.env) & items for items in plan):
                raise SerializationFailure
            core(lines, plan)

        with (
            patch.object(type(self.env['account.move.line']), '_reconcile_plan', conflicting),
            patch(f'{JOBS}.time.sleep'),
        ):
            run = self._run()
        self.assertPaid(later)
        self.assertOpen(invoice, 100)
        self.assertEqual((run.skipped_count, run.reconciled_count, run.state), (1, 1, 'done'))
        self.assertIn("Somebody else", run.line_ids.filtered('reason').reason)
        self._run()
        self.assertPaid(invoice)

    def test_old_runs_and_resolved_issues_are_deleted_after_the_retention_time(self):
        bad, good = self._leftover(), self._leftover()
        self._poison(bad)
        with self._expect_errors(bad):
            old = self._run()
        self.assertIn(good, old.line_ids.move_id)
        old.sudo().date_start -= timedelta(days=91)
        self._leftover()
        recent = self._run()
        resolved = (
            self.env['pos_receivable.reconcile.issue']
            .sudo()
            .create(
                {
                    'move_id': good.id,
                    'company_id': self.company.id,
                    'state': 'resolved',
                    'date_resolved': fields.Datetime.now() - timedelta(days=91),
                }
            )
        )
        lines = old.line_ids
        self.env['pos_receivable.reconcile.run'].sudo()._gc_runs()
        self.assertFalse(old.exists())
        self.assertFalse(resolved.exists())
        self.assertFalse(lines.exists())
        self.assertTrue(recent.exists())
        self.assertTrue(self._issue(bad), "An open issue is kept")

    @mute_logger(ENGINE)
    def test_a_failing_invoice_leaves_no_message_and_no_tracking_behind(self):
        bad = self._leftover()
        bad = bad.with_context(tracking_disable=False)
        before = bad.message_ids
        self._poison(bad)
        self._run()
        self.assertEqual(bad.message_ids, before)

    def test_a_company_whose_leftovers_cannot_be_found_leaves_the_others_their_turn(self):
        other = self.setup_other_company()['company']
        self.env.user.company_ids |= other
        evidence = type(self.env['pos_receivable.reconcile.evidence'])
        core = evidence._find_candidates

        def fail(self, *args):
            if self.env.company == other:
                raise RuntimeError("Unreadable")
            return core(self, *args)

        # Whichever comes first.
        other.sequence = self.company.sequence - 1
        invoice = self._leftover()
        with (
            patch.object(evidence, '_find_candidates', fail),
            self.assertLogs(JOBS, 'ERROR') as log,
        ):
            self._run()
        self.assertIn(f"{other.name} is left out, Unreadable", log.output[0])
        self.assertPaid(invoice)
