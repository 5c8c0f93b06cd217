from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged

from .common import PosReceivableCommon


@tagged('post_install', '-at_install')
class TestCollectAccess(PosReceivableCommon):
    """Who may list and collect, and that nobody else learns anything by trying."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.invoice = cls._create_invoice(100.0)

    def assertRejected(self, user, session=None):
        session = (session or self.session).with_user(user)
        with self.assertRaises(AccessError):
            self._list(session=session)
        with self.assertRaises(AccessError):
            self._collect({self.invoice: 5.0}, session=session)
        self.assertNothingBooked()

    def test_a_cashier_without_accounting_rights_lists_and_collects(self):
        with self.assertRaises(AccessError):
            self.invoice.with_user(self.cashier).read(['name'])
        with self.assertRaises(AccessError):
            self.env['account.payment'].with_user(self.cashier).search([])
        self.assertEqual(self._list()['invoices'][0]['id'], self.invoice.id)
        payment, _answer = self._collect({self.invoice: 100.0})
        self.assertEqual(payment.create_uid, self.cashier)
        self.assertEqual(self.invoice.payment_state, 'paid')

    def test_an_internal_user_without_point_of_sale_is_rejected(self):
        self.assertRejected(self._create_user('clerk', 'Clerk'))

    def test_an_invoicing_user_without_point_of_sale_is_rejected(self):
        self.assertRejected(self._create_user('biller', 'Biller', 'account.group_account_invoice'))

    def test_portal_and_public_users_are_rejected(self):
        portal = self._create_user(
            'mia', 'Mia', group_ids=[Command.set(self.env.ref('base.group_portal').ids)]
        )
        self.assertRejected(portal)
        self.assertRejected(self.env.ref('base.public_user'))

    def test_a_cashier_of_another_company_is_rejected(self):
        other = self._create_company(name='Other company')
        self.assertRejected(
            self._create_user(
                'boris',
                'Boris',
                'point_of_sale.group_pos_user',
                company_id=other.id,
                company_ids=[Command.set(other.ids)],
            )
        )

    def test_a_cashier_of_two_companies_sees_the_invoices_of_the_shop_they_stand_in(self):
        other = self._create_company(name='Other company')
        self.cashier.sudo().company_ids |= other
        foreign = (
            self.env['account.move']
            .with_company(other)
            .create(
                {
                    'move_type': 'out_invoice',
                    'company_id': other.id,
                    'partner_id': self.customer.id,
                    'invoice_line_ids': [
                        Command.create({'name': 'x', 'price_unit': 10, 'tax_ids': []})
                    ],
                }
            )
        )
        foreign.action_post()
        session = self.session.with_context(allowed_company_ids=(self.company | other).ids)
        self.assertEqual(
            [row['id'] for row in self._list(session=session)['invoices']], self.invoice.ids
        )
        self.assertRefused("not an open invoice", {foreign: 10.0}, session=session)

    def test_a_manager_reads_the_payments_of_the_tills_and_no_others(self):
        manager = self._create_user('max', 'Max', 'point_of_sale.group_pos_manager')
        collected, _answer = self._collect({self.invoice: 60.0})
        wizard = self.env['account.payment.register'].with_context(
            active_model='account.move', active_ids=self.invoice.ids
        )
        other = wizard.create({'amount': 40.0})._create_payments()
        visible = (
            self.env['account.payment']
            .with_user(manager)
            .search([('id', 'in', (collected | other).ids)])
        )
        self.assertEqual(visible, collected)
        with self.assertRaises(AccessError):
            collected.with_user(manager).write({'memo': 'changed'})

    def test_an_accountant_who_manages_the_shop_still_reads_every_payment(self):
        both = self._create_user(
            'both', 'Both', 'point_of_sale.group_pos_manager', 'account.group_account_invoice'
        )
        self._collect({self.invoice: 60.0})
        self.env['account.payment'].create({'amount': 1.0, 'partner_id': self.customer.id})
        mine = self.env['account.payment'].search([('company_id', '=', self.company.id)])
        self.assertEqual(
            self.env['account.payment']
            .with_user(both)
            .search([('company_id', '=', self.company.id)]),
            mine,
        )
        self.assertEqual(len(mine), 2)

    def test_the_button_of_the_session_counts_and_lists_what_stands(self):
        manager = self._create_user('max', 'Max', 'point_of_sale.group_pos_manager')
        self._collect({self.invoice: 60.0})
        cancelled, _answer = self._collect({self.invoice: 15.0}, journal=self.card_journal)
        cancelled.action_draft()
        cancelled.action_cancel()
        session = self.session.with_user(manager)
        self.env.invalidate_all()
        self.assertRecordValues(
            session, [{'invoice_payment_count': 1, 'invoice_payment_total': 60.0}]
        )
        action = session.action_show_invoice_payments()
        listed = self.env['account.payment'].with_user(manager).search(action['domain'])
        self.assertEqual(sorted(listed.mapped('amount')), [15.0, 60.0])

    def test_a_cashier_cannot_give_themselves_rights(self):
        self.session.sudo().state = 'closed'
        config = self.config.with_user(self.cashier)
        for values in (
            {'use_invoice_payment': False},
            {'invoice_payment_access': 'all'},
            {'invoice_payment_cashier_void': True},
            {'invoice_payment_cash_journal_id': False},
            {'invoice_payment_bank_journal_ids': [Command.clear()]},
        ):
            with self.assertRaisesRegex(AccessError, "Only managers"):
                config.write(values)

    def test_manager_and_accountant_open_the_payments_of_a_session(self):
        payment, _answer = self._collect({self.invoice: 60.0})
        action = self.env.ref('pos_receivable.account_payment_action_invoice_payments')
        for login, group in (
            ('max', 'point_of_sale.group_pos_manager'),
            ('ingrid', 'account.group_account_manager'),
        ):
            user = self._create_user(login, login, group)
            for view_type in ('list', 'form'):
                view = action.view_ids.filtered(lambda v, kind=view_type: v.view_mode == kind)
                arch = (
                    self.env['account.payment'].with_user(user).get_view(view.view_id.id, view_type)
                )
                names = arch['models']['account.payment']
                specification = {name: {} for name in names if name != 'invoice_ids'}
                [values] = payment.with_user(user).web_read(specification)
                self.assertEqual(values['amount_signed' if view_type == 'list' else 'amount'], 60.0)
