from datetime import timedelta

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged

from .common_reconcile import ReconcileCommon


@tagged('post_install', '-at_install')
class TestReconcileAccess(ReconcileCommon):
    MODELS = (
        'pos_receivable.reconcile.run',
        'pos_receivable.reconcile.run.line',
        'pos_receivable.reconcile.issue',
    )

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls.setup_other_company()['company']
        cls.stranger = cls._create_user(
            'otto',
            'Otto',
            'account.group_account_invoice',
            company_id=cls.other.id,
            company_ids=[(6, 0, cls.other.ids)],
        )

    def test_cashiers_may_not_reconcile(self):
        invoice = self._leftover()
        for records in (invoice, invoice.browse()):
            with self.assertRaises(AccessError):
                records.with_user(self.cashier).action_force_payment_reconciliation()
        self.assertOpen(invoice, 100)

    def test_an_accountant_may_not_reconcile_for_another_company(self):
        invoice = self._leftover()
        with self.assertRaises(AccessError):
            invoice.with_user(self.stranger).action_force_payment_reconciliation()
        self.assertOpen(invoice, 100)

    def test_an_accountant_who_starts_the_schedule_reaches_only_their_companies(self):
        invoice = self._leftover()
        with self.enter_registry_test_mode(), self.registry.cursor() as cr:
            moves = self.env['account.move'].with_env(self.env(cr=cr, user=self.stranger))
            moves.action_force_payment_reconciliation()
        self.assertOpen(invoice, 100)
        with self.enter_registry_test_mode(), self.registry.cursor() as cr:
            moves = self.env['account.move'].with_env(self.env(cr=cr, user=self.accountant))
            moves.action_force_payment_reconciliation()
        self.assertPaid(invoice)

    def _create_branch_user(self):
        branch = self.env['res.company'].create(
            {
                'name': 'Branch',
                'parent_id': self.company.id,
                'country_id': self.company.country_id.id,
            }
        )
        self.cr.precommit.run()  # gives the branch its accounts
        self.env.user.company_ids |= branch
        return self._create_user(
            'bea',
            'Bea',
            'account.group_account_invoice',
            company_id=branch.id,
            company_ids=[Command.set(branch.ids)],
        )

    def _start_schedule_as(self, user):
        self.env.flush_all()
        with self.enter_registry_test_mode(), self.registry.cursor() as cr:
            moves = self.env['account.move'].with_env(
                self.env(cr=cr, user=user, context={'allowed_company_ids': user.company_ids.ids})
            )
            moves.action_force_payment_reconciliation()
        self.env.invalidate_all()

    def test_who_works_in_a_branch_resolves_no_issues_of_other_companies(self):
        user = self._create_branch_user()
        waiting, settled = self._leftover(), self._leftover()
        issues = self.env['pos_receivable.reconcile.issue'].sudo()
        yesterday = self.env.cr.now() - timedelta(days=1)
        issues = issues.create(
            [
                {'move_id': id_, 'company_id': self.company.id, 'next_retry': yesterday}
                for id_ in (waiting | settled).ids
            ]
        )
        settled.action_force_payment_reconciliation()
        issues.write({'state': 'open', 'date_resolved': False})
        self._start_schedule_as(user)
        self.assertEqual(issues.mapped('state'), ['open', 'open'])
        self._run()
        self.assertPaid(waiting)
        self.assertEqual(issues.mapped('state'), ['resolved', 'resolved'])

    def test_who_works_in_a_branch_does_not_go_on_with_the_run_of_the_night(self):
        user = self._create_branch_user()
        invoice = self._leftover()
        runs = self.env['pos_receivable.reconcile.run'].sudo()
        root = self.env.ref('base.user_root')
        night = runs.with_user(root).sudo()._start(self.company, 'schedule')
        night.deferred_ids = invoice.ids  # it was in use when its turn came
        self._start_schedule_as(user)
        self.assertEqual((night.state, night.deferred_ids), ('running', invoice.ids))
        self.assertFalse(
            self.env['pos_receivable.reconcile.issue'].sudo().search([('move_id', '=', invoice.id)])
        )
        self._run()
        self.assertPaid(invoice)
        self.assertEqual(night.state, 'done')

    def test_an_issue_whose_payment_only_others_may_see_stays_open(self):
        user = self._create_branch_user()
        moves = self.env['account.move'].with_context(
            allowed_company_ids=[user.company_id.id, self.company.id]
        )
        invoice = moves.create(
            {
                'move_type': 'out_invoice',
                'partner_id': self.customer.id,
                'invoice_date': self.today,
                'invoice_line_ids': [
                    Command.create({'name': 'Goods', 'price_unit': 100, 'tax_ids': []})
                ],
            }
        )
        invoice.action_post()
        payment = self._pay(100)  # at the parent
        payment.invoice_ids = invoice
        issue = self.env['pos_receivable.reconcile.issue'].sudo()
        issue = issue.create(
            {
                'move_id': invoice.id,
                'company_id': user.company_id.id,
                'next_retry': self.env.cr.now() - timedelta(days=1),
            }
        )
        issue.with_user(user).sudo(False).with_context(
            allowed_company_ids=user.company_ids.ids
        ).action_retry()
        self.assertEqual(issue.state, 'open')
        self._start_schedule_as(user)
        self.assertEqual(issue.state, 'open')

    def test_each_company_sees_its_own_log(self):
        invoice = self._leftover()
        self._run()
        self.env['pos_receivable.reconcile.issue'].sudo().create(
            {'move_id': invoice.id, 'company_id': self.company.id}
        )
        for model in self.MODELS:
            with self.subTest(model):
                self.assertTrue(self.env[model].with_user(self.accountant).search([]))
                self.assertFalse(
                    self.env[model]
                    .with_user(self.stranger)
                    .with_context(allowed_company_ids=self.other.ids)
                    .search([])
                )

    def test_nobody_rewrites_the_log(self):
        self._leftover()
        self._run()
        run = self.env['pos_receivable.reconcile.run'].search([]).with_user(self.accountant)
        with self.assertRaises(AccessError):
            run.reconciled_count = 7
        with self.assertRaises(AccessError):
            run.line_ids.unlink()
        with self.assertRaises(AccessError):
            run.copy()

    def test_cashiers_do_not_see_the_log(self):
        for model in self.MODELS:
            with self.subTest(model), self.assertRaises(AccessError):
                self.env[model].with_user(self.cashier).search([])
