from datetime import timedelta
from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_reconcile import ReconcileCommon

ENGINE = 'odoo.addons.pos_receivable.models.pos_receivable_reconcile_engine'


@tagged('post_install', '-at_install')
class TestReconcileMany(ReconcileCommon):
    """What is asked for by hand is one transaction: it takes no more than a request may."""

    def _reconcile(self, invoices, most=2):
        invoices = invoices.with_user(self.accountant).with_context(
            allowed_company_ids=self.accountant.company_ids.ids
        )
        with patch(f'{ENGINE}.MOST_BY_HAND', most):
            return invoices.action_force_payment_reconciliation()['params']

    def _create_due(self, count):
        """Leftovers, the first one due first."""
        invoices = [self._leftover(due_in=number) for number in range(1, count + 1)]
        return self.env['account.move'].union(*invoices)

    def _find_runs(self):
        return self.env['pos_receivable.reconcile.run'].search([])

    def test_of_very_many_the_first_due_are_done_and_the_rest_at_the_next_scheduled_run(self):
        self.company.receivable_reconcile_overdue_only = True
        invoices, other = self._create_due(5), self._leftover(due_in=9)
        notification = self._reconcile(invoices)
        self.assertPaid(*invoices[:2])
        self.assertEqual(set(invoices[2:].mapped('amount_residual')), {100})
        self.assertIn('3 invoices follow at the next scheduled run', notification['message'])
        self.assertEqual((notification['type'], notification['sticky']), ('warning', True))
        [run] = self._find_runs()
        self.assertEqual((run.state, run.examined_count), ('running', 2))

        self._run()
        self.assertPaid(*invoices)
        self.assertOpen(other, 100)
        self.assertEqual(self._find_runs(), run)
        self.assertEqual((run.state, run.trigger, run.reconciled_count), ('done', 'manual', 5))
        self.assertEqual((run.user_id, run.amount), (self.accountant, 500))

    def test_when_the_time_of_a_request_is_up_the_rest_is_handed_over(self):
        self.env['ir.config_parameter'].set_param('pos_receivable.batch_size', 1)
        invoices = self._create_due(3)
        with patch(f'{ENGINE}.SECONDS_BY_HAND', 0):
            notification = self._reconcile(invoices, most=500)
        self.assertPaid(invoices[0])
        self.assertIn('2 invoices follow', notification['message'])

    def test_what_fits_is_done_at_once(self):
        invoices = self._create_due(2)
        notification = self._reconcile(invoices)
        self.assertPaid(*invoices)
        self.assertEqual(notification['message'], 'Reconciled: 2 %s')
        self.assertEqual(self._find_runs().state, 'done')

    def test_where_nothing_is_scheduled_the_user_is_told_to_choose_the_rest_again(self):
        self.cron.active = False
        invoices = self._create_due(3)
        notification = self._reconcile(invoices)
        self.assertIn('choose them again', notification['message'])
        self._reconcile(invoices[2:])
        self.assertPaid(*invoices)

    @mute_logger(ENGINE)
    def test_issues_that_are_tried_again_are_handed_over_whatever_they_wait_for(self):
        invoices = self._create_due(3)
        issues = self.env['pos_receivable.reconcile.issue'].sudo()
        later = self.env.cr.now() + timedelta(days=7)
        issues = issues.create(
            [
                {'move_id': id_, 'company_id': self.company.id, 'next_retry': later}
                for id_ in invoices.ids
            ]
        )
        with patch(f'{ENGINE}.MOST_BY_HAND', 1):
            issues.with_user(self.accountant).sudo(False).action_retry()
        self.assertEqual(sorted(issues.mapped('state')), ['open', 'open', 'resolved'])
        self._run()
        self.assertPaid(*invoices)
        self.assertEqual(set(issues.mapped('state')), {'resolved'})

    def test_who_starts_the_schedule_elsewhere_does_not_take_over_what_was_handed_over(self):
        other = self.setup_other_company()['company']
        stranger = self._create_user(
            'otto',
            'Otto',
            'account.group_account_invoice',
            company_id=other.id,
            company_ids=[(6, 0, other.ids)],
        )
        invoices = self._create_due(3)
        self._reconcile(invoices)
        with self.enter_registry_test_mode(), self.registry.cursor() as cr:
            moves = self.env['account.move'].with_env(self.env(cr=cr, user=stranger))
            moves.action_force_payment_reconciliation()
        self.assertOpen(invoices[2], 100)

    def test_what_was_taken_off_by_hand_is_used_again_when_its_turn_comes(self):
        invoices = self._create_due(3)
        self._run()
        for partial in invoices.line_ids.matched_credit_ids:
            partial.debit_move_id.move_id.js_remove_outstanding_partial(partial.id)
        self._reconcile(invoices)
        self._run()
        self.assertPaid(*invoices)
