from odoo.exceptions import AccessError
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
