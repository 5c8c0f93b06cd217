from odoo.fields import Command

from .common import PosReceivableCommon


class ReconcileCommon(PosReceivableCommon):
    """Leftovers: payments linked to invoices but not reconciled with them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.cron = cls.env.ref('pos_receivable.ir_cron_reconcile')
        cls.accountant = cls._create_user('ada', 'Ada', 'account.group_account_invoice')

    @classmethod
    def _pay(cls, amount, invoices=(), partner=None, post=True, **values):
        """A payment in the bank, linked to ``invoices`` but not reconciled with them."""
        invoices = cls.env['account.move'].union(*invoices)
        payment = cls.env['account.payment'].create(
            {
                'payment_type': 'inbound',
                'partner_type': 'customer',
                'partner_id': (partner or invoices[:1].partner_id or cls.customer).id,
                'journal_id': cls.transfer_journal.id,
                'amount': amount,
                'invoice_ids': [Command.set(invoices.ids)],
                **values,
            }
        )
        if post:
            payment.action_post()
        return payment

    @classmethod
    def _leftover(cls, amount=100.0, paid=None, **values):
        """An invoice and a payment of it that nobody reconciled."""
        invoice = cls._create_invoice(amount, **values)
        cls._pay(paid or amount, [invoice])
        return invoice

    @classmethod
    def _create_leftovers(cls, count, amount=100.0):
        """The same for ``count`` invoices, faster than one by one."""
        invoices = cls._create_invoice(amount, post=False)
        for _copy in range(count - 1):
            invoices += invoices[0].copy({'invoice_date': invoices[0].invoice_date})
        invoices.action_post()
        payments = cls.env['account.payment'].create(
            [
                {
                    'payment_type': 'inbound',
                    'partner_type': 'customer',
                    'partner_id': invoice.partner_id.id,
                    'journal_id': cls.transfer_journal.id,
                    'amount': amount,
                    'invoice_ids': [Command.set(invoice.ids)],
                }
                for invoice in invoices
            ]
        )
        payments.action_post()
        return invoices

    @classmethod
    def _pay_online(cls, amount, invoices, **values):
        """A payment whose invoices only its transaction knows."""
        invoices = cls.env['account.move'].union(*invoices)
        provider = cls.env.ref('payment.payment_provider_transfer').sudo()
        provider = provider.copy({'company_id': cls.company.id})
        transaction = cls.env['payment.transaction'].create(
            {
                'provider_id': provider.id,
                'payment_method_id': cls.env.ref('payment.payment_method_card').id,
                'reference': f'TX {invoices.ids} {amount}',
                'amount': amount,
                'currency_id': invoices[:1].currency_id.id,
                'partner_id': invoices[:1].partner_id.id,
                'state': 'done',
                'is_post_processed': True,
                'invoice_ids': [Command.set(invoices.ids)],
            }
        )
        payment = cls._pay(amount, partner=invoices[:1].partner_id, **values)
        payment.payment_transaction_id = transaction
        transaction.payment_id = payment
        return payment

    @classmethod
    def _refund(cls, payment, amount, post=True):
        """Give back money of an online payment, as its provider reports it."""
        transaction = payment.payment_transaction_id._create_child_transaction(
            amount, is_refund=True, state='done', is_post_processed=True
        )
        refund = cls._pay(
            amount,
            partner=payment.partner_id,
            payment_type='outbound',
            payment_transaction_id=transaction.id,
            post=post,
        )
        transaction.payment_id = refund
        return refund

    def _get_item(self, invoice):
        return invoice.line_ids.filtered(lambda line: line.account_type == 'asset_receivable')

    def _register(self, amount, *invoices, **values):
        """One payment over all ``invoices``, by the core's wizard."""
        wizard = self.env['account.payment.register'].with_context(
            active_model='account.move', active_ids=self.env['account.move'].union(*invoices).ids
        )
        return wizard.create(
            {
                'journal_id': self.transfer_journal.id,
                'amount': amount,
                'group_payment': True,
                **values,
            }
        )._create_payments()

    def _mix_up(self, *payments):
        """Links of before the addon was there: all of these to all of their invoices."""
        payments = self.env['account.payment'].union(*payments)
        payments.invoice_ids = payments.invoice_ids
        self.env['ir.config_parameter'].set_param('pos_receivable.mixed_links', max(payments.ids))

    def _run(self, times=1):
        """Let the scheduler run the action; the new runs."""
        before = self.env['pos_receivable.reconcile.run'].search([])
        with self.enter_registry_test_mode():
            for _time in range(times):
                self.cron.method_direct_trigger()
        return self.env['pos_receivable.reconcile.run'].search([]) - before

    def assertOpen(self, invoice, amount):
        self.assertEqual(invoice.currency_id.compare_amounts(invoice.amount_residual, amount), 0)

    def assertPaid(self, *invoices):
        for invoice in invoices:
            self.assertOpen(invoice, 0)
            self.assertEqual(invoice.payment_state, 'paid')
