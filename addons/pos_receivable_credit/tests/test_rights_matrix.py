from odoo.tests import tagged

from odoo.addons.pos_receivable.tests.rights import RightsMatrix

from .common import CreditCommon


@tagged('post_install', '-at_install')
class TestRightsMatrix(RightsMatrix, CreditCommon):
    addon = 'pos_receivable_credit'
    METHODS = """
                                           cashier manager biller accountant stranger portal public
pos.make.payment.check                        no      yes    no       no        no       no     no
pos.order.action_pos_order_paid               yes     yes    no       no        no       no     no
pos.order.create                              yes     yes    no       no        no       no     no
pos.order.write                               yes     yes    no       no        no       no     no
pos.payment.create                            yes     yes    no       no        no       no     no
pos.payment.write                             yes     yes    no       no        no       no     no
pos.session.authorize_customer_account        yes     yes    no       no        no       no     no
pos.session.create                            yes     yes    no       no        no       no     no
pos.session.get_customer_account              yes     yes    no       no        no       no     no
pos.session.release_customer_account          yes     yes    no       no        no       no     no
pos.session.request_customer_account_approval
                                              yes     yes    no       no        no       no     no
pos.session.write                             yes     yes    no       no        no       no     no
pos_receivable.credit.account.create          no      yes    no       yes       yes     no     no
pos_receivable.credit.account.write           no      yes    no       yes       no      no     no
pos_receivable.credit.authorization.action_approve
                                              no      yes    no       yes       no       no     no
pos_receivable.credit.authorization.action_refuse
                                              no      yes    no       yes       no       no     no
"""
    FIELDS = """
                                           cashier manager biller accountant stranger portal public
pos.config.*                                  r       rw     -        -         -       -      -
pos.order.*                                   r       r      -        -         -       -      -
pos.session.*                                 r       r      -        -         -       -      -
pos_receivable.credit.account.*               -       r      r        r         -       -      -
pos_receivable.credit.account.hold            -       rw     r        rw        -       -      -
pos_receivable.credit.account.hold_reason     -       rw     r        rw        -       -      -
pos_receivable.credit.account.policy          -       rw     r        rw        -       -      -
pos_receivable.credit.authorization.*         -       r      r        r         -       -      -
pos_receivable.credit.verdict.*               -       r      -        r         -       -      -
res.company.*                                 r       r      r        r         -       -      -
res.config.settings.*                         -       -      -        -         -       -      -
"""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._create_people()
        cls.invoice = cls._create_invoice(1.0, partner=cls.other_customer)
        answer = cls.till.authorize_customer_account('asked', 'order', cls.customer.id, 500.0)
        cls.till.request_customer_account_approval(answer['uuid'])
        cls.newcomer = cls.env['res.partner'].create({'name': 'Newcomer'})
        cls.request = cls.authorizations.search([('uuid', '=', 'asked')])

    def setUp(self):
        super().setUp()
        self.draft = self._sync(self._prepare_order(10.0, state='draft'))
        self.sold = self._sync(self._prepare_order(10.0))
        self._limit(self.other_customer, 100.0)
        held = self._sync(self._prepare_order(500.0, partner=self.other_customer))
        self.verdict = self.env['pos_receivable.credit.verdict'].search(
            [('order_id', '=', held.id)]
        )
        self.account = self.env['pos_receivable.credit.account']._get(self.customer, self.company)

    def _get_context(self):
        return {'active_id': self.draft.id}

    def _get_requests(self):
        session = self.till.ids
        wizard = self.env['pos.make.payment'].sudo().with_context(active_id=self.draft.id)
        wizard = wizard.create({'payment_method_id': self.account_method.id, 'amount': 0.0})
        payment = {
            'pos_order_id': self.draft.id,
            'payment_method_id': self.account_method.id,
            'amount': 1.0,
        }
        other_shop = self._create_shop('Shop 9', self._create_journal('cash', 'Ninth', 'NIN'))
        return {
            'pos.make.payment.check': (wizard.ids,),
            'pos.order.action_pos_order_paid': (self.draft.ids,),
            'pos.order.create': ([self._prepare_order(10.0)],),
            'pos.order.write': (self.draft.ids, {'state': 'paid'}),
            'pos.payment.create': ([payment],),
            'pos.payment.write': (self.draft.payment_ids.ids, {'amount': 10.0}),
            'pos.session.authorize_customer_account': (
                session,
                'new',
                'order',
                self.customer.id,
                5.0,
            ),
            'pos.session.create': ([{'config_id': other_shop.id}],),
            'pos.session.get_customer_account': (session, self.customer.id),
            'pos.session.release_customer_account': (session, 'asked'),
            'pos.session.request_customer_account_approval': (session, 'asked'),
            'pos.session.write': (session, {'opening_notes': 'Hello'}),
            'pos_receivable.credit.account.create': ([{'partner_id': self.newcomer.id}],),
            'pos_receivable.credit.account.write': (self.account.ids, {'hold': True}),
            'pos_receivable.credit.authorization.action_approve': (self.request.ids,),
            'pos_receivable.credit.authorization.action_refuse': (self.request.ids,),
        }

    def _get_records(self):
        return {
            'pos.config': self.shop,
            'pos.order': self.sold,
            'pos.session': self.till,
            'pos_receivable.credit.account': self.account,
            'pos_receivable.credit.authorization': self.request,
            'pos_receivable.credit.verdict': self.verdict,
            'res.company': self.company,
        }
