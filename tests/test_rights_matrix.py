from odoo.tests import tagged

from . import rpc
from .common import PosReceivableCommon
from .rights import RightsMatrix


@tagged('post_install', '-at_install')
class TestRightsMatrix(RightsMatrix, PosReceivableCommon):
    addon = 'pos_receivable'
    # A stranger creates payments in their own company, and the report they get is an empty one. The
    # core keeps no company apart when somebody creates a partial reconciliation other than by
    # reconciling. What get_values tells anybody is the core's; our part is added for administrators.
    # Whoever is no internal user consumes no tour, without a word.
    METHODS = """
                                           cashier manager biller accountant stranger portal public
account.move.action_force_payment_reconciliation
                                              no      no     yes      yes       no      no     no
account.move.button_draft                     no      no     yes      yes       no      no     no
account.move.js_remove_outstanding_partial    no      no     yes      yes       no      no     no
account.move.line.action_unreconcile_match_entries
                                              no      no     yes      yes       no      no     no
account.partial.reconcile.create              no      no     yes      yes       yes     no     no
account.payment.action_pos_receivable_return  no      no     no       yes       no      no     no
account.payment.create                        no      no     yes      yes       yes     no     no
account.payment.write                         no      no     yes      yes       no      no     no
pos.config.write                              no      yes    no       no        no      no     no
pos.session.action_pos_session_validate       yes     yes    no       no        no      no     no
pos.session.action_show_invoice_payments      yes     yes    no       no        no      no     no
pos.session.apply_invoice_credits             yes     yes    no       no        no      no     no
pos.session.check_invoice_payments_counted    yes     yes    no       no        no      no     no
pos.session.close_invoice_payment_attempt     yes     yes    no       no        no      no     no
pos.session.collect_invoice_payment           yes     yes    no       no        no      no     no
pos.session.email_invoice_payment             yes     yes    no       no        no      no     no
pos.session.find_open_invoice                 yes     yes    no       no        no      no     no
pos.session.create                            yes     yes    no       no        no      no     no
pos.session.get_closing_control_data          yes     yes    no       no        no      no     no
pos.session.get_invoice_payment_shortfall_reasons
                                              yes     yes    no       no        no      no     no
pos.session.get_invoice_payments              yes     yes    no       no        no      no     no
pos.session.get_open_credits                  yes     yes    no       no        no      no     no
pos.session.get_open_invoices                 yes     yes    no       no        no      no     no
pos.session.get_partner_dues                  yes     yes    no       no        no      no     no
pos.session.refund_on_account                 no      yes    no       no        no      no     no
pos.session.void_invoice_payment              no      yes    no       no        no      no     no
pos.session.write                             yes     yes    no       no        no      no     no
pos_receivable.reconcile.issue.action_retry   no      no     yes      yes       no      no     no
pos_receivable.reconcile.run.line.action_open_invoice
                                              no      no     yes      yes       no      no     no
pos_receivable.return.payment.action_confirm  no      no     no       yes       no      no     no
pos_receivable.shortfall.write                no      yes    no       yes       no      no     no
report.point_of_sale.report_saledetails.get_sale_details
                                              yes     yes    no       no        yes     no     no
res.config.settings.get_values                yes     yes    yes      yes       yes     yes    yes
res.config.settings.set_values                no      no     no       no        no      no     no
web_tour.tour.consume                         yes     yes    yes      yes       yes     yes    yes
"""
    FIELDS = """
                                           cashier manager biller accountant stranger portal public
account.bank.statement.line.*                 -       -      r        r         -       -      -
account.move.*                                -       -      r        r         -       -      -
account.move.line.*                           -       -      -        -         -       -      -
account.payment.pos_cashier_name              -       r      r        r         -       -      -
account.payment.pos_invoice_payment_data      -       r      r        r         -       -      -
account.payment.pos_invoice_payment_uuid      -       r      r        r         -       -      -
account.payment.pos_receivable_can_return     -       -      -        r         -       -      -
account.payment.register.*                    -       -      -        -         -       -      -
pos.config.invoice_payment_access             r       rw     -        -         -       -      -
pos.config.invoice_payment_advice             r       r      -        -         -       -      -
pos.config.invoice_payment_ask_shortfall      r       rw     -        -         -       -      -
pos.config.invoice_payment_bank_journal_ids   r       rw     -        -         -       -      -
pos.config.invoice_payment_cash_journal_id    r       rw     -        -         -       -      -
pos.config.invoice_payment_cashier_void       r       rw     -        -         -       -      -
pos.config.invoice_payment_entries            r       rw     -        -         -       -      -
pos.config.invoice_payment_on_account         r       rw     -        -         -       -      -
pos.config.invoice_payment_on_account_max     r       rw     -        -         -       -      -
pos.config.use_invoice_payment                r       rw     -        -         -       -      -
pos.session.invoice_cash_at_closing           r       r      -        -         -       -      -
pos.session.invoice_payment_count             r       r      -        -         -       -      -
pos.session.invoice_payment_ids               -       r      -        -         -       -      -
pos.session.invoice_payment_total             r       r      -        -         -       -      -
pos.session.invoice_payments_given_up         r       r      -        -         -       -      -
pos.session.invoice_payments_told             r       r      -        -         -       -      -
pos.session.use_invoice_payment               r       r      -        -         -       -      -
pos_receivable.payment.report.*               -       r      -        r         -       -      -
pos_receivable.reconcile.issue.*              -       -      r        r         -       -      -
pos_receivable.returned.payment.*             -       -      r        r         -       -      -
pos_receivable.reconcile.run.*                -       -      r        r         -       -      -
pos_receivable.reconcile.run.line.*           -       -      r        r         -       -      -
pos_receivable.shortfall.*                    -       r      r        r         -       -      -
pos_receivable.shortfall.note                 -       rw     r        rw        -       -      -
pos_receivable.shortfall.promise_date         -       rw     r        rw        -       -      -
pos_receivable.shortfall.reason_id            -       rw     r        rw        -       -      -
pos_receivable.shortfall.reason.*             -       r      r        rw        rw      -      -
res.company.*                                 r       r      r        r         -       -      -
res.config.settings.*                         -       -      -        -         -       -      -
res.users.*                                   r       r      r        r         r       -      -
"""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._create_people()
        cls.other_shop = cls._create_shop('Shop 2', cls._create_journal('cash', 'Till 2', 'TL2'))
        cls.invoice = cls._create_invoice(100.0)
        cls.credit_note = cls._create_invoice(5.0, move_type='out_refund')
        cls.credit = cls.credit_note.line_ids.filtered(
            lambda line: line.account_type == 'asset_receivable'
        )

    def setUp(self):
        super().setUp()
        self.payment, _answer = self._collect(
            {self.invoice: 40.0},
            shortfalls=[{'invoice_id': self.invoice.id, 'code': '7', 'note': 'on Friday'}],
        )
        self.shortfall = self.env['pos_receivable.shortfall'].search(
            [('payment_id', '=', self.payment.id)]
        )
        self.issue = (
            self.env['pos_receivable.reconcile.issue']
            .sudo()
            .create({'move_id': self.invoice.id, 'company_id': self.company.id})
        )
        bounced, self.transfer = self.env['account.payment'].create(
            [
                {
                    'amount': 3.0,
                    'partner_id': self.customer.id,
                    'journal_id': self.transfer_journal.id,
                }
            ]
            * 2
        )
        (bounced | self.transfer).action_post()
        self.returned = self.env['pos_receivable.returned.payment']._take_back(
            bounced, {'date': self.today, 'reason': 'other', 'note': False}
        )
        self.statement_line = self.env['account.bank.statement.line'].create(
            {'journal_id': self.card_journal.id, 'payment_ref': 'x', 'amount': 1.0}
        )
        runs = self.env['pos_receivable.reconcile.run'].sudo()
        self.run = runs._start(self.company, 'manual')
        self.run._record(
            [
                {
                    'move_id': self.invoice.id,
                    'company_id': self.company.id,
                    'outcome': 'nothing',
                    'amount': 0,
                }
            ]
        )

    def _get_context(self):
        return {'active_ids': self.payment.move_id.line_ids.ids}  # of a list's action

    def _get_requests(self):
        session, partner, payment = self.session.ids, self.customer.id, self.payment
        partial = payment.move_id.line_ids.matched_debit_ids
        allocation = {'invoice_id': self.invoice.id, 'amount': 10.0}
        return {
            'account.move.action_force_payment_reconciliation': (self.invoice.ids,),
            'account.move.button_draft': (payment.move_id.ids,),
            'account.move.js_remove_outstanding_partial': (self.invoice.ids, partial.id),
            'account.move.line.action_unreconcile_match_entries': ([],),
            'account.partial.reconcile.create': (
                {
                    'debit_move_id': partial.debit_move_id.id,
                    'credit_move_id': self.credit.id,
                    'amount': 1.0,
                    'debit_amount_currency': 1.0,
                    'credit_amount_currency': 1.0,
                },
            ),
            'account.payment.action_pos_receivable_return': (self.transfer.ids,),
            'account.payment.create': ({'amount': 1.0, 'partner_id': partner},),
            'account.payment.write': (payment.ids, {'memo': 'changed'}),
            'pos.config.write': (self.other_shop.ids, {'invoice_payment_access': 'manager'}),
            'pos.session.action_pos_session_validate': (session,),
            'pos.session.action_show_invoice_payments': (session,),
            'pos.session.apply_invoice_credits': (
                session,
                partner,
                self.credit.ids,
                self.invoice.ids,
            ),
            'pos.session.check_invoice_payments_counted': (session, 'told'),
            'pos.session.close_invoice_payment_attempt': (session, 'lost'),
            'pos.session.collect_invoice_payment': (
                session,
                'matrix',
                partner,
                self.cash_journal.id,
                [allocation],
            ),
            'pos.session.create': ({'config_id': self.other_shop.id},),
            'pos.session.email_invoice_payment': (session, payment.id, 'acme@example.com'),
            'pos.session.find_open_invoice': (session, self.invoice.name),
            'pos.session.get_closing_control_data': (session,),
            'pos.session.get_invoice_payment_shortfall_reasons': (session,),
            'pos.session.get_invoice_payments': (session,),
            'pos.session.get_open_credits': (session, partner),
            'pos.session.get_open_invoices': (session, partner),
            'pos.session.get_partner_dues': (session, [partner]),
            'pos.session.refund_on_account': (
                session,
                'paid out',
                self.credit.id,
                1.0,
                self.cash_journal.id,
            ),
            'pos.session.void_invoice_payment': (session, payment.id, 'wrong'),
            'pos.session.write': (session, {'opening_notes': 'changed'}),
            'pos_receivable.reconcile.issue.action_retry': (self.issue.ids,),
            'pos_receivable.reconcile.run.line.action_open_invoice': (self.run.line_ids.ids,),
            'pos_receivable.return.payment.action_confirm': (
                self.env['pos_receivable.return.payment']
                .sudo()
                .create({'payment_id': self.transfer.id, 'user_id': self.cashier.id})
                .ids,
            ),
            'pos_receivable.shortfall.write': (self.shortfall.ids, {'note': 'changed'}),
            'res.config.settings.get_values': (),
            'res.config.settings.set_values': (
                self.env['res.config.settings'].sudo().create({}).ids,
            ),
            'report.point_of_sale.report_saledetails.get_sale_details': (
                False,
                False,
                False,
                session,
            ),
            'web_tour.tour.consume': ('pos_receivable_first_payment',),
        }

    def _get_records(self):
        return {
            'account.payment': self.payment,
            'pos.config': self.other_shop,
            'account.bank.statement.line': self.statement_line,
            'account.move': self.invoice,
            'account.move.line': self.credit,
            'pos.session': self.session,
            'pos_receivable.reconcile.issue': self.issue,
            'pos_receivable.returned.payment': self.returned,
            'pos_receivable.reconcile.run': self.run,
            'pos_receivable.reconcile.run.line': self.run.line_ids,
            'pos_receivable.shortfall': self.shortfall,
            'pos_receivable.shortfall.reason': self.shortfall.reason_id,
            'res.company': self.company,
            'res.users': self.cashier,
            'pos_receivable.payment.report': self.env['pos_receivable.payment.report'].browse(
                self.payment.id
            ),
        }

    def _other(self, record, name):
        if name == 'reason_id':
            return self.env.ref('pos_receivable.shortfall_reason_damaged').id
        return super()._other(record, name)

    def test_the_report_of_another_companys_sessions_is_empty(self):
        report = 'report.point_of_sale.report_saledetails'
        for options in ({'session_ids': self.session.ids}, {'config_ids': self.config.ids}):
            mine, theirs = (
                rpc.call(self.people[person], report, 'get_sale_details', **options)
                for person in ('manager', 'stranger')
            )
            self.assertEqual(mine['invoice_payments_total'], 40.0)
            self.assertEqual((theirs['invoice_payments'], theirs['payments']), ([], []))

    def test_nobody_creates_what_looks_like_a_collection(self):
        for field in ('pos_invoice_payment_uuid', 'pos_invoice_payment_data', 'pos_cashier_name'):
            values = {'amount': 1.0, 'partner_id': self.customer.id, field: 'forged'}
            self.assertEqual(self._try('accountant', 'account.payment', 'create', values), 'no')
        for field in ('invoice_cash_at_closing', 'invoice_payments_told'):
            values = {'config_id': self.other_shop.id, field: 7}
            self.assertEqual(self._try('cashier', 'pos.session', 'create', values), 'no')
