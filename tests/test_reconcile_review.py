from datetime import timedelta
from unittest.mock import patch

from psycopg2.errors import SerializationFailure

from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_reconcile import ReconcileCommon

ENGINE = 'odoo.addons.pos_receivable.models.pos_receivable_reconcile_engine'
JOBS = 'odoo.addons.pos_receivable.models.pos_receivable_jobs'


@tagged('post_install', '-at_install')
class TestReconcileReview(ReconcileCommon):
    def _poison(self, *invoices, message="Cannot"):
        lines = self.env['account.move'].union(*invoices).line_ids
        core = type(lines)._reconcile_post_hook

        def failing(amls, data):
            core(amls, data)
            if amls & lines.with_env(amls.env):
                raise RuntimeError(message)

        patcher = patch.object(type(lines), '_reconcile_post_hook', failing)
        self.addCleanup(patcher.stop)
        patcher.start()
        return patcher

    def _conflict(self, invoice):
        core = type(self.env['account.move.line'])._reconcile_plan
        contested = invoice.line_ids

        def conflicting(lines, plan):
            if any(contested.with_env(items.env) & items for items in plan):
                raise SerializationFailure
            core(lines, plan)

        return patch.object(type(self.env['account.move.line']), '_reconcile_plan', conflicting)

    def _issue(self, invoice):
        return (
            self.env['pos_receivable.reconcile.issue'].sudo().search([('move_id', '=', invoice.id)])
        )

    def _let_time_pass(self):
        for issue in self.env['pos_receivable.reconcile.issue'].sudo().search([]):
            issue.next_retry -= timedelta(days=20)

    @mute_logger(ENGINE)
    def test_a_shared_payment_settles_the_oldest_first_even_when_another_invoice_fails(self):
        sooner, later = self._create_invoice(due_in=1), self._create_invoice(due_in=2)
        self._pay(150, [sooner, later])
        bad = self._leftover(due_in=3)
        self._poison(bad)
        self._run()
        self.assertOpen(sooner, 0)
        self.assertOpen(later, 50)

    @mute_logger(ENGINE, JOBS)
    def test_an_issue_stays_open_while_somebody_else_uses_the_invoice(self):
        bad = self._leftover()
        patcher = self._poison(bad)
        self._run()
        patcher.stop()
        self.addCleanup(patcher.start)
        self._let_time_pass()
        with self._conflict(bad), patch(f'{JOBS}.time.sleep'):
            run = self._run()
        self.assertEqual(run.skipped_count, 1)
        self.assertOpen(bad, 100)
        self.assertEqual(self._issue(bad).state, 'open')

    @mute_logger(ENGINE)
    def test_an_issue_of_an_invoice_not_due_yet_stays_open_when_only_overdue_ones_are_done(self):
        bad = self._leftover(due_in=10)
        self._poison(bad)
        bad.action_force_payment_reconciliation()
        self.company.receivable_reconcile_overdue_only = True
        self._let_time_pass()
        self._run()
        self.assertEqual(self._issue(bad).state, 'open')

    @mute_logger(JOBS)
    def test_a_conflict_at_the_end_of_a_run_ends_without_an_error(self):
        self._leftover()
        schedule = self.env['pos_receivable.reconcile.schedule']

        def conflicting(*_args):
            raise SerializationFailure

        with (
            patch.object(type(schedule), '_end', conflicting),
            patch(f'{JOBS}.time.sleep'),
            self.enter_registry_test_mode(),
            self.registry.cursor() as cr,
        ):
            schedule.with_env(schedule.env(cr=cr))._run_schedule()

    def test_companies_without_leftovers_do_not_use_up_the_time_of_the_others(self):
        self.env['res.company'].create({'name': 'Second'})
        schedule = self.env['pos_receivable.reconcile.schedule']
        invoice = self._leftover()
        roots = schedule._get_root_companies()
        cron_class = type(self.env['ir.cron'])
        core = cron_class._commit_progress

        def commit(cron, *args, **kwargs):
            core(cron, *args, **kwargs)
            return 0

        with (
            patch.object(cron_class, '_commit_progress', commit),
            patch.object(
                type(schedule),
                '_get_root_companies',
                lambda _self: (roots - self.company | self.company).with_env(_self.env),
            ),
        ):
            self._run(times=5)
        self.assertPaid(invoice)

    def test_a_caller_cannot_forge_the_log(self):
        invoice = self._leftover()
        invoice.with_user(self.accountant).with_context(
            default_reconciled_count=1000, default_partly_count=77, default_examined_count=3
        ).action_force_payment_reconciliation()
        run = self.env['pos_receivable.reconcile.run'].search([])
        self.assertEqual((run.reconciled_count, run.partly_count), (1, 0))

    def test_a_caller_cannot_write_the_progress_of_another_scheduled_action(self):
        self._leftover()
        other = self.env['ir.cron'].search([('id', '!=', self.cron.id)], limit=1)
        progress = (
            self.env['ir.cron.progress']
            .sudo()
            .create({'cron_id': other.id, 'done': 0, 'remaining': 555, 'timed_out_counter': 0})
        )
        with self.enter_registry_test_mode(), self.registry.cursor() as cr:
            moves = self.env['account.move'].with_env(
                self.env(
                    cr=cr,
                    user=self.accountant,
                    context={'cron_id': other.id, 'ir_cron_progress_id': progress.id},
                )
            )
            moves.action_force_payment_reconciliation()
        progress.invalidate_recordset()
        self.assertEqual((progress.done, progress.remaining), (0, 555))

    def test_a_branch_accountant_may_select_an_invoice_paid_online_at_the_parent(self):
        branch = self.env['res.company'].create(
            {
                'name': 'Branch',
                'parent_id': self.company.id,
                'country_id': self.company.country_id.id,
            }
        )
        self.cr.precommit.run()
        self.env.user.company_ids |= branch
        user = self._create_user(
            'bea',
            'Bea',
            'account.group_account_invoice',
            company_id=branch.id,
            company_ids=[Command.set(branch.ids)],
        )
        invoice = (
            self.env['account.move']
            .with_context(allowed_company_ids=[branch.id, self.company.id])
            .create(
                {
                    'move_type': 'out_invoice',
                    'partner_id': self.customer.id,
                    'invoice_date': self.today,
                    'invoice_line_ids': [
                        Command.create({'name': 'Goods', 'price_unit': 100, 'tax_ids': []})
                    ],
                }
            )
        )
        invoice.action_post()
        payment = self._pay_online(100, [invoice])
        self.assertEqual((invoice.company_id, payment.company_id), (branch, self.company))
        self.env.flush_all()
        self.env.invalidate_all()
        invoice.with_user(user).with_context(
            allowed_company_ids=branch.ids
        ).action_force_payment_reconciliation()
        line = self.env['pos_receivable.reconcile.run.line'].search([])
        self.assertIn('do not work in', line.reason)

    def test_money_taken_for_another_invoice_is_told_as_the_reason(self):
        first = self._create_invoice(100, due_in=1)
        second = self._create_invoice(30, due_in=2)
        payment, _answer = self._collect({first: 70.0, second: 30.0})
        lines = (payment.move_id | second).line_ids.filtered(
            lambda line: line.account_type == 'asset_receivable'
        )
        (lines & second.line_ids).remove_move_reconcile()
        cash = self._pay(30)  # the second one is paid otherwise
        (cash.move_id | second).line_ids.filtered(
            lambda line: line.account_type == 'asset_receivable'
        ).reconcile()
        self.assertPaid(second)
        self.assertOpen(first, 30)
        self.assertFalse(self._run(), "Nothing to look at night after night")
        first.action_force_payment_reconciliation()
        line = self.env['pos_receivable.reconcile.run.line'].search([])
        self.assertIn('taken for other invoices', line.reason)
        self._pay(30, [first], memo="Money that does help")
        self._run()
        self.assertPaid(first)

    @mute_logger(ENGINE)
    def test_an_issue_is_not_called_reconciled_when_nothing_was(self):
        first, second = self._create_invoice(due_in=1), self._create_invoice(due_in=2)
        patcher = self._poison(second)
        shared = self._pay(100, [first, second])
        second.action_force_payment_reconciliation()
        self.assertEqual(self._issue(second).state, 'open')
        patcher.stop()
        self.addCleanup(patcher.start)
        (first | second).action_force_payment_reconciliation()
        self.assertPaid(first)
        self.assertOpen(second, 100)
        self.assertTrue(shared)
        self.assertNotIn('Reconciled.', ''.join(self._issue(second).message_ids.mapped('body')))

    @mute_logger(ENGINE)
    def test_an_error_that_the_database_cannot_store_is_no_failure_of_the_run(self):
        bad, good = self._leftover(), self._leftover()
        self._poison(bad, message="A\x00B")
        self._run()
        self.assertPaid(good)

    @mute_logger(ENGINE)
    def test_an_error_of_broken_text_is_no_failure_of_the_run(self):
        bad, good = self._leftover(), self._leftover()
        self._poison(bad, message="A\ud800B")
        self._run()
        self.assertPaid(good)

    @mute_logger(ENGINE, JOBS, 'odoo.sql_db')
    def test_an_issue_noted_by_somebody_else_meanwhile_is_a_conflict(self):
        bad, good = self._leftover(due_in=1), self._leftover(due_in=2)
        self._poison(bad)
        bad.action_force_payment_reconciliation()
        self._let_time_pass()
        issue_class = type(self.env['pos_receivable.reconcile.issue'])
        core = issue_class.search
        unseen = iter([True])

        def search(issues, domain, *args, **kwargs):
            if domain == [('move_id', '=', bad.id)] and next(unseen, False):
                return issues.browse()
            return core(issues, domain, *args, **kwargs)

        with patch.object(issue_class, 'search', search), patch(f'{JOBS}.time.sleep'):
            self._run()
        self.assertPaid(good)
        self.assertEqual(self._issue(bad).attempts, 2)
