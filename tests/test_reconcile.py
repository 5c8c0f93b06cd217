from odoo.exceptions import ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from .common_reconcile import ReconcileCommon


@tagged('post_install', '-at_install')
class TestReconcile(ReconcileCommon):
    def test_a_payment_linked_to_an_invoice_is_reconciled_at_night(self):
        invoice = self._leftover()
        run = self._run()
        self.assertPaid(invoice)
        self.assertEqual((run.state, run.reconciled_count, run.failed_count), ('done', 1, 0))
        self.assertEqual(run.amount, 100)
        self.assertEqual(run.line_ids.move_id, invoice)

    def test_an_online_payment_is_found_through_its_transaction(self):
        invoice = self._create_invoice()
        self._pay_online(100, [invoice])
        self._run()
        self.assertPaid(invoice)

    def test_a_night_without_leftovers_leaves_no_run(self):
        self._create_invoice()
        self.assertFalse(self._run())

    def test_less_money_than_due_settles_a_part(self):
        invoice = self._leftover(paid=40)
        run = self._run()
        self.assertOpen(invoice, 60)
        self.assertEqual((run.partly_count, run.amount), (1, 40))

    def test_several_payments_settle_one_invoice(self):
        invoice = self._create_invoice()
        self._pay(30, [invoice])
        self._pay(70, [invoice])
        self._run()
        self.assertPaid(invoice)

    def test_one_payment_settles_several_invoices_oldest_first(self):
        later = self._create_invoice(100, due_in=20)
        sooner = self._create_invoice(100, due_in=10)
        self._pay(150, [later, sooner])
        run = self._run()
        self.assertPaid(sooner)
        self.assertOpen(later, 50)
        self.assertEqual((run.reconciled_count, run.partly_count, run.amount), (1, 1, 150))

    def test_a_payment_of_one_invoice_alone_is_used_before_a_shared_one(self):
        first = self._create_invoice(100, due_in=10)
        second = self._create_invoice(100, due_in=20)
        self._pay(100, [first, second])
        self._pay(100, [first])
        self._run()
        self.assertPaid(first, second)

    def test_money_meant_for_another_invoice_is_left_alone(self):
        invoice = self._leftover(50, due_in=5)
        other = self._create_invoice(50, due_in=1)
        self._run()
        self.assertPaid(invoice)
        self.assertOpen(other, 50)

    def test_a_collection_over_two_invoices_is_restored_as_it_was_taken(self):
        first = self._create_invoice(100, due_in=1)
        second = self._create_invoice(30, due_in=2)
        payment, _answer = self._collect({first: 70.0, second: 30.0})
        payment.move_id.line_ids.remove_move_reconcile()
        self.assertOpen(first, 100)
        self._run()
        self.assertOpen(first, 30)
        self.assertPaid(second)

    def test_an_invoice_over_two_receivable_accounts_is_settled_on_both(self):
        invoice = self._create_invoice(
            invoice_payment_term_id=self._create_instalments().id,
            post=False,
        )
        other_account = self.company_data['default_account_receivable'].copy()
        terms = invoice.line_ids.filtered(lambda line: line.display_type == 'payment_term')
        terms[1:].account_id = other_account
        invoice.action_post()
        for line in terms:
            self._pay(line.balance, [invoice], destination_account_id=line.account_id.id)
        self._run()
        self.assertPaid(invoice)

    def test_a_payment_by_a_contact_of_the_customer_counts(self):
        contact = self.env['res.partner'].create(
            {'name': 'Buyer', 'parent_id': self.customer.id, 'type': 'other'}
        )
        invoice = self._create_invoice()
        self._pay(100, [invoice], partner=contact)
        self._run()
        self.assertPaid(invoice)

    def test_payments_in_foreign_currency_settle_to_the_cent(self):
        currency = self.setup_other_currency(
            'EUR', rates=[('2016-01-01', 3.0), ('2026-01-01', 2.7)]
        )
        invoice = self._create_invoice(currency_id=currency.id)
        self._pay(100, [invoice], currency_id=currency.id, date='2017-01-01')
        self._run()
        self.assertPaid(invoice)

    def test_branches_of_a_company_are_reconciled_with_each_other(self):
        branch = self.env['res.company'].create(
            {
                'name': 'Branch',
                'parent_id': self.company.id,
                'country_id': self.company.country_id.id,
            }
        )
        self.cr.precommit.run()  # gives the branch its accounts
        self.env.user.company_ids |= branch
        companies = self.env['account.move'].with_context(
            allowed_company_ids=[branch.id, self.company.id]
        )
        invoice = companies.create(
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
        payment = self._pay(100)
        payment.invoice_ids = invoice
        self._run()
        self.assertEqual((invoice.company_id, payment.company_id), (branch, self.company))
        self.assertPaid(invoice)

    def test_what_does_not_belong_together_stays_apart(self):
        other = self.env['res.partner'].create({'name': 'Somebody Else'})
        invoice = self._create_invoice()
        payments = {
            'unlinked': self._pay(100),
            'draft': self._pay(100, [invoice], post=False),
            'of another customer': self._pay(100, [invoice], partner=other),
            'cancelled': self._pay(100, [invoice]),
            'on another account': self._pay(
                100,
                [invoice],
                destination_account_id=self.company_data['default_account_receivable'].copy().id,
            ),
        }
        payments['cancelled'].action_cancel()
        self.assertFalse(self._run())
        self.assertOpen(invoice, 100)

    def test_an_invoice_blocked_for_payment_is_left_alone(self):
        invoice = self._leftover()
        invoice.payment_state = 'blocked'
        self.assertFalse(self._run())
        self.assertOpen(invoice, 100)

    def test_on_request_only_overdue_invoices_are_reconciled(self):
        self.company.receivable_reconcile_overdue_only = True
        overdue, early = self._leftover(due_in=-1), self._leftover(due_in=0)
        self._run()
        self.assertPaid(overdue)
        self.assertOpen(early, 100)

    def test_an_overdue_instalment_makes_an_invoice_overdue(self):
        self.company.receivable_reconcile_overdue_only = True
        invoice = self._create_invoice(
            invoice_date=self.today.replace(year=self.today.year - 1),
            invoice_payment_term_id=self._create_instalments().id,
        )
        self._pay(100, [invoice])
        self._run()
        self.assertPaid(invoice)

    def test_selected_invoices_are_reconciled_at_once_and_the_user_is_told(self):
        chosen, other = self._leftover(), self._leftover()
        notification = chosen.with_user(self.accountant).action_force_payment_reconciliation()
        self.assertPaid(chosen)
        self.assertOpen(other, 100)
        run = self.env['pos_receivable.reconcile.run'].search([])
        self.assertEqual((run.trigger, run.user_id), ('manual', self.accountant))
        self.assertEqual(notification['params']['message'], 'Reconciled: 1 %s')
        self.assertTrue(notification['params']['links'][0]['url'].endswith(f'/{run.id}'))

    def test_the_action_of_the_list_reconciles_what_is_selected(self):
        chosen = self._leftover() | self._leftover()
        action = self.env.ref('pos_receivable.account_move_action_reconcile')
        result = (
            action.with_user(self.accountant)
            .with_context(active_model='account.move', active_ids=chosen.ids)
            .run()
        )
        self.assertPaid(*chosen)
        self.assertEqual(result['params']['message'], 'Reconciled: 2 %s')

    def test_why_there_was_nothing_to_reconcile_is_said(self):
        other = self.env['res.partner'].create({'name': 'Somebody Else'})
        cases = {
            'not posted': self._create_invoice(post=False),
            'Nothing is left': self._create_invoice(),
            'blocked': self._create_invoice(),
            'No payment is linked': self._create_invoice(),
            'drafts or cancelled': self._create_invoice(),
            'used up': self._create_invoice(),
            'another customer': self._create_invoice(),
            'another receivable account': self._create_invoice(),
            'not a customer invoice': self._create_invoice(move_type='out_refund'),
        }
        self._pay(100, [cases['Nothing is left']])
        cases['Nothing is left'].action_force_payment_reconciliation()
        cases['blocked'].payment_state = 'blocked'
        self._pay(100, [cases['drafts or cancelled']], post=False)
        self._pay(40, [cases['used up']])
        cases['used up'].action_force_payment_reconciliation()
        self._pay(100, [cases['another customer']], partner=other)
        account = self.company_data['default_account_receivable'].copy()
        self._pay(100, [cases['another receivable account']], destination_account_id=account.id)
        for reason, invoice in cases.items():
            with self.subTest(reason):
                invoice.action_force_payment_reconciliation()
                line = self.env['pos_receivable.reconcile.run.line'].search(
                    [('move_id', '=', invoice.id)], limit=1
                )
                self.assertEqual(line.outcome, 'nothing')
                self.assertIn(reason, line.reason)

    def test_a_button_appears_on_invoices_with_a_payment_to_reconcile(self):
        leftover, unpaid = self._leftover(), self._create_invoice()
        self.assertTrue(leftover.has_payment_to_reconcile)
        self.assertFalse(unpaid.has_payment_to_reconcile)
        leftover.action_force_payment_reconciliation()
        leftover.invalidate_recordset()
        self.assertFalse(leftover.has_payment_to_reconcile)

    def test_the_log_agrees_with_the_ledger(self):
        invoices = [
            self._leftover(100 + number, paid=number % 3 and 50 + number) for number in range(12)
        ]
        due = sum(invoice.amount_residual for invoice in invoices)
        run = self._run()
        paid = due - sum(invoice.amount_residual for invoice in invoices)
        self.assertAlmostEqual(run.amount, paid)
        self.assertEqual(
            run.reconciled_count, sum(invoice.payment_state == 'paid' for invoice in invoices)
        )
        self.assertEqual(
            run.partly_count, sum(invoice.payment_state == 'partial' for invoice in invoices)
        )
        self.assertEqual(
            run.examined_count, len(run.line_ids), "One line in the log for each invoice"
        )
        for line in run.line_ids:
            self.assertAlmostEqual(
                line.amount, line.move_id.amount_total - line.move_id.amount_residual
            )

    def test_each_invoice_takes_just_its_own_money(self):
        invoices = [self._leftover(100 + number) for number in range(6)]
        self._run()
        for invoice in invoices:
            partial = invoice.line_ids.matched_credit_ids
            self.assertEqual(partial.credit_move_id.payment_id.invoice_ids, invoice)

    def test_cash_in_the_drawer_is_not_touched(self):
        invoice = self._create_invoice()
        payment, _answer = self._collect({invoice: 100.0})
        payment.move_id.line_ids.remove_move_reconcile()
        before = self.session.sudo().cash_register_balance_end
        self._run()
        self.assertPaid(invoice)
        self.assertEqual(payment.invoice_ids, invoice)
        self.assertEqual(self.session.sudo().cash_register_balance_end, before)
        self.assertEqual(
            self.env['account.payment'].search_count([('invoice_ids', '=', invoice.id)]), 1
        )

    def test_settings_change_the_schedule(self):
        settings = self.env['res.config.settings'].create({})
        settings.write(
            {
                'receivable_cron_interval': 6,
                'receivable_cron_interval_type': 'hours',
                'receivable_batch_size': 7,
            }
        )
        settings.execute()
        self.assertEqual((self.cron.interval_number, self.cron.interval_type), (6, 'hours'))
        engine = self.env['pos_receivable.reconcile.engine']
        self.assertEqual(engine._get_setting('batch_size'), 7)

    def test_settings_stay_within_bounds(self):
        engine = self.env['pos_receivable.reconcile.engine']
        self.assertEqual(engine._get_setting('batch_size'), 100)
        for entered, used in (('0', 1), ('250', 250), ('9999', 500), ('many', 100)):
            self.env['ir.config_parameter'].set_param('pos_receivable.batch_size', entered)
            self.assertEqual(engine._get_setting('batch_size'), used)
        self.env['ir.config_parameter'].set_param('pos_receivable.batch_size', 100)
        with self.assertRaisesRegex(ValidationError, "Parallel workers.*1 to 16"):
            self.env['res.config.settings'].create({'receivable_workers': 17})

    def test_parallel_workers_are_scheduled_actions_of_their_own(self):
        crons = self.env['pos_receivable.reconcile.schedule']._get_worker_crons
        for workers in (3, 2, 1, 4):
            self.env['res.config.settings'].create({'receivable_workers': workers}).execute()
            self.assertEqual(len(crons()), workers)
            self.assertEqual(len(set(crons().mapped('nextcall'))), 1)

    def test_parallel_workers_share_the_customers_between_them(self):
        partners = self.env['res.partner'].create([{'name': f'C{n}'} for n in range(6)])
        invoices = [self._leftover(partner=partner) for partner in partners]
        self.env['res.config.settings'].create({'receivable_workers': 3}).execute()
        schedule = self.env['pos_receivable.reconcile.schedule']
        with self.enter_registry_test_mode():
            for cron in schedule._get_worker_crons():
                cron.method_direct_trigger()
        runs = self.env['pos_receivable.reconcile.run'].search([])
        self.assertPaid(*invoices)
        self.assertEqual(sorted(runs.mapped('worker')), ['1/3', '2/3', '3/3'])
        self.assertEqual(runs.mapped('reconciled_count'), [2, 2, 2])
