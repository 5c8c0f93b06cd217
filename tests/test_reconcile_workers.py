import contextlib
from datetime import timedelta
from unittest.mock import patch

from odoo.exceptions import LockError, UserError
from odoo.tests import tagged

from .common_reconcile import ReconcileCommon


@tagged('post_install', '-at_install')
class TestReconcileWorkers(ReconcileCommon):
    """Settings are saved for any app at any time, also while the night's work is running."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.schedule = cls.env['pos_receivable.reconcile.schedule']

    def _save(self, **values):
        """Save the settings, with ``values`` changed, as a form does that was opened just now."""
        self.env['res.config.settings'].create(values).execute()

    def _get_crons(self):
        return self.schedule._get_worker_crons()

    @contextlib.contextmanager
    def _busy(self, *crons):
        """As if other processes were running these."""
        busy = self.env['ir.cron'].union(*crons)
        model = type(busy)
        try_lock, lock = model.try_lock_for_update, model.lock_for_update

        def try_lock_for_update(records, **options):
            return try_lock(records - busy.with_env(records.env), **options)

        def lock_for_update(records, **options):
            if records & busy.with_env(records.env):
                raise LockError("Locked")
            return lock(records, **options)

        with (
            patch.object(model, 'try_lock_for_update', try_lock_for_update),
            patch.object(model, 'lock_for_update', lock_for_update),
        ):
            yield

    def test_settings_are_saved_while_all_workers_run(self):
        self._save(receivable_workers=3)
        with self._busy(*self._get_crons()):
            self._save(receivable_retention=30)
        self.assertEqual(self.schedule._get_setting('retention'), 30)

    def test_who_changes_the_schedule_while_it_runs_is_told_to_try_later(self):
        with self._busy(self.cron), self.assertRaises(UserError) as refusal:
            self._save(receivable_cron_interval=2)
        self.assertIn('being executed', refusal.exception.args[0])

    def test_a_busy_worker_is_brought_in_line_when_one_starts_next(self):
        self._save(receivable_workers=3)
        first, second, third = self._get_crons()
        time = first.nextcall + timedelta(hours=5)
        with self._busy(second):
            self._save(
                receivable_cron_nextcall=time,
                receivable_cron_interval=2,
                receivable_cron_interval_type='weeks',
            )
        self.assertEqual((third.nextcall, third.interval_type), (time, 'weeks'))
        self.assertEqual(second.interval_type, 'days')
        with self._busy(first):  # it starts, and is locked like whatever runs
            self._start_as(first)
        self.assertEqual((second.nextcall, second.interval_type), (time, 'weeks'))
        self.assertEqual(second.interval_number, 2)
        self.assertFalse(self.schedule._get_late_workers())

    def test_a_worker_that_has_finished_is_not_started_again_by_saving_settings(self):
        self._save(receivable_workers=2)
        first, second = self._get_crons()
        second.nextcall += timedelta(days=1)
        tomorrow = second.nextcall
        with self._busy(first):
            self._save(receivable_retention=30)
        self.assertEqual(second.nextcall, tomorrow)

    def test_a_worker_too_many_does_nothing_any_more_when_it_was_busy(self):
        self._save(receivable_workers=3)
        third = self._get_crons()[2]
        action = third.ir_actions_server_id
        with self._busy(third):
            self._save(receivable_workers=1)
        self.assertTrue(third.exists())
        invoice = self._leftover()
        with self._busy(third):
            self._start_as(third)
        self.assertFalse(third.active)
        self.assertOpen(invoice, 100)
        self._run()
        self.assertPaid(invoice)
        self.assertFalse(third.exists())
        self.assertFalse(action.exists())

    def _start_as(self, cron):
        """Let the scheduler run what is busy already in its own eyes."""
        job = cron._acquire_one_job(self.env.cr, cron.id, include_not_ready=True)
        with self.enter_registry_test_mode():
            cron._process_job(self.env.cr, job)
        cron.invalidate_recordset()

    def test_a_worker_that_was_busy_when_all_were_switched_off_stops_as_well(self):
        self._save(receivable_workers=2)
        second = self._get_crons()[1]
        with self._busy(second):
            self._save(receivable_cron_active=False)
        self.assertTrue(second.active)
        with self._busy(second):
            self._start_as(second)
        self.assertFalse(second.active)

    def test_workers_that_go_leave_nothing_behind(self):
        actions = self.env['ir.actions.server'].search([])
        self._save(receivable_workers=4)
        self._save(receivable_workers=1)
        self.assertEqual(self.env['ir.actions.server'].search([]), actions)

    # -------------------------------------------------------------------------
    # A user of its own
    # -------------------------------------------------------------------------

    def _run_as_accountant(self, cron):
        """What the scheduler notes of running it as somebody who is no administrator."""
        cron.user_id = self.accountant
        cron_class = type(cron)
        core = cron_class._commit_progress

        def commit(crons, *args, **kwargs):
            left = core(crons, *args, **kwargs)
            return left if left == float('inf') else 0  # the time is up after each batch

        with patch.object(cron_class, '_commit_progress', commit), self.enter_registry_test_mode():
            cron.method_direct_trigger()
        return self.env['ir.cron.progress'].sudo().search([('cron_id', '=', cron.id)])

    def test_who_runs_it_for_the_scheduler_pauses_when_the_time_is_up(self):
        self.env['ir.config_parameter'].set_param('pos_receivable.batch_size', 2)
        invoices = [self._leftover(due_in=number) for number in range(6)]
        progress = self._run_as_accountant(self.cron)
        self.assertPaid(*invoices)
        self.assertEqual(sum(progress.mapped('done')), 6)
        self.assertGreater(len(progress), 1, "Called again where it has paused")
        run = self.env['pos_receivable.reconcile.run'].search([])
        self.assertEqual((len(run), run.user_id, run.state), (1, self.accountant, 'done'))

    def test_who_runs_a_parallel_worker_does_its_share(self):
        self._save(receivable_workers=2)
        partners = self.env['res.partner'].create([{'name': f'C{n}'} for n in range(6)])
        for partner in partners:
            self._leftover(partner=partner)
        self._run_as_accountant(self._get_crons()[1])
        run = self.env['pos_receivable.reconcile.run'].search([])
        self.assertEqual((run.worker, run.reconciled_count), ('2/2', 3))

    # -------------------------------------------------------------------------
    # Stale forms
    # -------------------------------------------------------------------------

    def test_a_form_opened_before_the_night_does_not_bring_its_time_back(self):
        form = self.env['res.config.settings'].create({})
        shown = self.cron.nextcall
        self.cron.nextcall = tonight = shown + timedelta(days=1)
        form.execute()
        self.assertEqual(self.cron.nextcall, tonight)

    def test_a_new_time_is_written_from_a_stale_form_too(self):
        form = self.env['res.config.settings'].create({})
        self.cron.nextcall += timedelta(days=1)
        form.receivable_cron_nextcall = wanted = self.cron.nextcall + timedelta(hours=3)
        form.execute()
        self.assertEqual(self.cron.nextcall, wanted)

    def test_the_screen_sends_back_the_time_it_has_shown(self):
        view = self.env.ref('pos_receivable.res_config_settings_view_form_account')
        self.assertIn('name="receivable_cron_nextcall_shown"', view.arch)
