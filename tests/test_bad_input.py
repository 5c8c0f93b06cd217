from odoo.fields import Command
from odoo.tests import tagged

from .bad_input import BadInput
from .common import PosReceivableCommon


@tagged('post_install', '-at_install')
class TestBadInput(BadInput, PosReceivableCommon):
    addon = 'pos_receivable'

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.config.invoice_payment_on_account = True
        cls.manager = cls._create_user(
            'max',
            'Max',
            'point_of_sale.group_pos_manager',
            'account.group_account_manager',
        )
        cls.invoices = cls._create_invoice(100.0) | cls._create_invoice(50.0, due_in=-3)
        cls.credit = cls._create_invoice(5.0, move_type='out_refund').line_ids.filtered(
            lambda line: line.account_type == 'asset_receivable'
        )
        gone = cls._create_invoice(1.0, post=False)
        cls.gone_id = gone.id
        gone.unlink()
        stranger = cls.env['res.partner'].create({'name': 'Stranger'})
        cls.unusual_ids = [
            cls.gone_id,
            stranger.id,
            cls._create_invoice(1.0, partner=stranger).id,
            cls._create_invoice(1.0, move_type='in_invoice').id,
            *cls._create_other_company_ids(),
        ]

    @classmethod
    def _create_other_company_ids(cls):
        """Ids of records that nobody of our company may touch."""
        data = cls.setup_other_company(name='Other company')
        company = data['company']
        partner = cls.env['res.partner'].create({'name': 'Theirs', 'company_id': company.id})
        invoice = cls.env['account.move'].create(
            {
                'move_type': 'out_invoice',
                'company_id': company.id,
                'partner_id': partner.id,
                'invoice_line_ids': [Command.create({'name': 'x', 'price_unit': 9, 'tax_ids': []})],
            }
        )
        invoice.action_post()
        return [company.id, partner.id, invoice.id, data['default_journal_bank'].id]

    def _get_parameters(self):
        """What makes sense for each parameter of each method."""
        partner = [self.customer.id]
        ids, uuids = self.invoices.ids, ['known', 'new', 'lost']
        allocations = [
            [{'invoice_id': ids[0], 'amount': 10.0}],
            [{'invoice_id': id_, 'amount': 0.5} for id_ in ids],
            [{'invoice_id': id_, 'amount': 1.0} for id_ in range(1, 700)],
            [{'invoice_id': id_, 'amount': 1.0} for id_ in self.unusual_ids],
            [{'item_id': ids[0], 'amount': 1.0}, {'pos_payment_uuid': 'known', 'amount': 1.0}],
        ]
        shortfall = {'invoice_id': ids[0], 'code': '7', 'note': 'x'}
        shortfalls = [
            None,
            [shortfall | {'promise_date': self.today.isoformat()}],
            [shortfall | {'invoice_id': id_} for id_ in ids],
            [shortfall | {'code': 'none'}],
            [shortfall | {'note': 'x' * 300}],
            [shortfall | {'promise_date': '2020-02-02'}],
            [shortfall, shortfall],
        ]
        return {
            'account.move.action_force_payment_reconciliation': {},
            'account.payment.action_pos_receivable_return': {},
            'pos_receivable.return.payment.action_confirm': {},
            'pos_receivable.reconcile.issue.action_retry': {},
            'pos_receivable.reconcile.run.line.action_open_invoice': {},
            'pos.session.action_show_invoice_payments': {},
            'pos.session.apply_invoice_credits': {
                'partner_id': partner,
                'credit_ids': [self.credit.ids],
                'invoice_ids': [ids, ids[:1]],
                'item_ids': [(), ids],
            },
            'pos.session.check_invoice_payments_counted': {'fingerprint': ['told', 'x' * 2000]},
            'pos.session.close_invoice_payment_attempt': {'uuid': uuids},
            'pos.session.collect_invoice_payment': {
                'uuid': uuids,
                'partner_id': partner,
                'journal_id': [self.cash_journal.id, self.card_journal.id],
                'allocations': allocations,
                'payment_date': [None, self.today.isoformat()],
                'reference': ['', 'cheque 12'],
                'tendered': [None, 100.0],
                'on_account': [0.0, 5.0],
                'shortfalls': shortfalls,
            },
            'pos.session.email_invoice_payment': {
                'payment_id': self.payment.ids,
                'email': ['acme@example.com'],
            },
            'pos.session.find_open_invoice': {'code': self.invoices.mapped('name')},
            'pos.session.get_invoice_payment_shortfall_reasons': {},
            'pos.session.get_invoice_payments': {'offset': [0, 1], 'limit': [40, 1]},
            'pos.session.get_open_credits': {'partner_id': partner},
            'pos.session.get_open_invoices': {
                'partner_id': partner,
                'search': ['', 'INV', '50'],
                'offset': [0, 1],
                'limit': [40, 1],
                'kinds': [('invoice',), ['invoice', 'order', 'order_open', 'entry']],
            },
            'pos.session.get_partner_dues': {'partner_ids': [partner, list(range(1, 600))]},
            'pos.session.refund_on_account': {
                'uuid': uuids,
                'credit_id': [self.credit.id],
                'amount': [1.0],
                'journal_id': [self.cash_journal.id, self.card_journal.id],
            },
            'pos.session.void_invoice_payment': {
                'payment_id': self.payment.ids,
                'reason': ['wrong'],
            },
        }

    def _get_known_ids(self):
        return {
            'account.move': self.invoices[1].ids,
            'account.payment': self.payment.ids,
            'pos.session': self.session.ids,
            'pos_receivable.return.payment': self.dialog.ids,
            'pos_receivable.reconcile.issue': self.issue.ids,
            'pos_receivable.reconcile.run.line': self.run.line_ids.ids,
        }

    def setUp(self):
        super().setUp()
        self.payment, _answer = self._collect({self.invoices[0]: 40.0}, uuid='known')
        self.dialog = (
            self.env['pos_receivable.return.payment']
            .sudo()
            .create({'payment_id': self.payment.id, 'user_id': self.cashier.id})
        )
        invoice = self.invoices[1]
        self.issue = (
            self.env['pos_receivable.reconcile.issue']
            .sudo()
            .create({'move_id': invoice.id, 'company_id': self.company.id})
        )
        runs = self.env['pos_receivable.reconcile.run'].sudo()
        self.run = runs._start(self.company, 'manual')
        self.run._record(
            [
                {
                    'move_id': invoice.id,
                    'company_id': self.company.id,
                    'outcome': 'nothing',
                    'amount': 0,
                }
            ]
        )

    def test_a_collection_without_its_parameters_is_refused_before_anything_runs(self):
        self.assertNotCalled('pos.session.collect_invoice_payment', uuid='new')
