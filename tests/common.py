from dateutil.relativedelta import relativedelta

from odoo import fields
from odoo.exceptions import UserError
from odoo.fields import Command

from odoo.addons.account.tests.common import AccountTestInvoicingCommon


class PosReceivableCommon(AccountTestInvoicingCommon):
    """A shop with a drawer, a card and a transfer journal, an open session and a cashier.

    ``self.session`` is seen through the cashier's eyes, whose only application group is POS / User.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.user.group_ids |= cls.env.ref('point_of_sale.group_pos_manager')
        cls.company = cls.company_data['company']
        cls.cash_journal = cls._create_journal('cash', 'Drawer', 'DRW')
        cls.card_journal = cls._create_journal('bank', 'Card', 'CRD')
        cls.transfer_journal = cls._create_journal('bank', 'Transfer', 'TRF')
        cls.outstanding_account = cls.company_data['default_account_assets'].copy(
            {'name': 'Outstanding Card', 'reconcile': True}
        )
        cls.card_journal.inbound_payment_method_line_ids.payment_account_id = (
            cls.outstanding_account
        )
        cls.config = cls._create_shop('Shop 1', cls.cash_journal)
        cls.cashier = cls._create_user('anna', 'Anna', 'point_of_sale.group_pos_user')
        cls.session = cls._open_session(cls.config)
        cls.customer = cls.env['res.partner'].create({'name': 'Acme Corporation'})
        cls.today = fields.Date.context_today(cls.session)

    @classmethod
    def _create_journal(cls, journal_type, name, code, **values):
        return cls.env['account.journal'].create(
            {
                'name': name,
                'code': code,
                'type': journal_type,
                'company_id': cls.company.id,
                **values,
            }
        )

    @classmethod
    def _create_shop(cls, name, cash_journal, **values):
        methods = cls.env['pos.payment.method'].create(
            [
                {'name': f'Cash {name}', 'journal_id': cash_journal.id},
                {'name': f'Card {name}', 'journal_id': cls.card_journal.id},
            ]
        )
        return cls.env['pos.config'].create(
            {
                'name': name,
                'company_id': cls.company.id,
                'payment_method_ids': [Command.set(methods.ids)],
                'use_invoice_payment': True,
                'invoice_payment_cash_journal_id': cash_journal.id,
                'invoice_payment_bank_journal_ids': [
                    Command.set((cls.card_journal | cls.transfer_journal).ids)
                ],
                **values,
            }
        )

    @classmethod
    def _create_instalments(cls):
        """Payment terms of two instalments: 30 % at once, the rest in two months."""
        return cls.env['account.payment.term'].create(
            {
                'name': 'In two instalments',
                'line_ids': [
                    Command.create({'value': 'percent', 'value_amount': share, 'nb_days': days})
                    for share, days in ((30, 0), (70, 60))
                ],
            }
        )

    @classmethod
    def _create_user(cls, login, name, *groups, **values):
        xmlids = ('base.group_user', *groups)
        return cls.env['res.users'].create(
            {
                'login': login,
                'name': name,
                'company_id': cls.company.id,
                'company_ids': [Command.set(cls.company.ids)],
                'group_ids': [Command.set([cls.env.ref(xmlid).id for xmlid in xmlids])],
                **values,
            }
        )

    @classmethod
    def _open_session(cls, config, opening_cash=0):
        config.open_ui()
        session = config.current_session_id
        session.set_opening_control(opening_cash, None)
        return session.with_user(cls.cashier).with_context(
            allowed_company_ids=config.company_id.ids
        )

    @classmethod
    def _create_invoice(cls, amount=100.0, partner=None, due_in=30, post=True, **values):
        """A customer invoice over one untaxed line, due in ``due_in`` days from today."""
        invoice = cls.env['account.move'].create(
            {
                'move_type': 'out_invoice',
                'partner_id': (partner or cls.customer).id,
                'invoice_date': cls.today + relativedelta(days=min(due_in, 0)),
                'invoice_date_due': cls.today + relativedelta(days=due_in),
                'invoice_line_ids': [
                    Command.create({'name': 'Goods', 'price_unit': amount, 'tax_ids': []})
                ],
                **({'invoice_payment_term_id': False} | values),
            }
        )
        if post:
            invoice.action_post()
        return invoice

    @classmethod
    def _sell(cls, session, amount, method_type='cash', partner=None):
        """An ordinary sale (a refund when negative), paid with one of the shop's own methods."""
        session = session.sudo()
        product = cls.product_a
        method = session.payment_method_ids.filtered(lambda pm: pm.type == method_type)[:1]
        order = cls.env['pos.order'].create(
            {
                'session_id': session.id,
                'company_id': session.company_id.id,
                'partner_id': partner and partner.id,
                'is_refund': amount < 0,
                'amount_tax': 0,
                'amount_total': amount,
                'amount_paid': 0,
                'amount_return': 0,
                'lines': [
                    Command.create(
                        {
                            'name': 'Sale',
                            'product_id': product.id,
                            'qty': 1 if amount > 0 else -1,
                            'price_unit': abs(amount),
                            'price_subtotal': amount,
                            'price_subtotal_incl': amount,
                            'tax_ids': [Command.clear()],
                        }
                    )
                ],
            }
        )
        order.add_payment(
            {'pos_order_id': order.id, 'payment_method_id': method.id, 'amount': amount}
        )
        order.action_pos_order_paid()
        return order

    @classmethod
    def _close(cls, session, counted=None):
        """Close as the till does; ``counted`` cash, when the shop has a drawer."""
        if counted is not None:
            answer = session.post_closing_cash_details(counted)
            if not answer['successful']:
                return answer
        session.update_closing_control_state_session('')
        return session.close_session_from_ui()

    def _get_balance(self, account):
        """The posted balance of ``account``."""
        [[balance]] = self.env['account.move.line']._read_group(
            [('account_id', '=', account.id), ('parent_state', '=', 'posted')],
            aggregates=['balance:sum'],
        )
        return self.company.currency_id.round(balance or 0.0)

    def _list(self, partner=None, session=None, **options):
        session = session or self.session
        return session.get_open_invoices((partner or self.customer).id, **options)

    def _collect(self, allocations, journal=None, session=None, **values):
        """Collect ``{invoice: amount}`` as the till does; the payment and the answer."""
        partner = values.pop('partner', self.customer)
        uuid = values.pop('uuid', None) or f'attempt-{next(self._uuids)}'
        answer = (session or self.session).collect_invoice_payment(
            uuid,
            partner.id,
            (journal or self.cash_journal).id,
            [
                {'invoice_id': invoice.id, 'amount': amount}
                for invoice, amount in allocations.items()
            ],
            **values,
        )
        return self.env['account.payment'].browse(answer['payment']['id']), answer

    def setUp(self):
        super().setUp()
        self._uuids = iter(range(10_000))

    def assertNothingBooked(self):
        self.env.invalidate_all()
        self.assertFalse(
            self.env['account.payment'].search([('pos_invoice_payment_uuid', '!=', False)])
        )

    def assertRefused(self, message, allocations, exception=None, **values):
        """The request is refused with ``message`` (a regular expression) and books nothing."""
        with self.assertRaisesRegex(exception or UserError, message):
            self._collect(allocations, **values)
        self.assertNothingBooked()
