from odoo.tests import tagged

from odoo.addons.pos_receivable.tests.rights import RightsMatrix

from .common import OrderCommon


@tagged('post_install', '-at_install')
class TestRightsMatrix(RightsMatrix, OrderCommon):
    addon = 'pos_receivable_credit_sale'
    METHODS = """
                                           cashier manager biller accountant stranger portal public
pos.order.sync_from_ui                        yes     yes    yes      yes       yes     yes    yes
sale.order.action_pos_receivable_approve      no      yes    no       yes       no      no     no
sale.order.create                             no      no     no       no        no      no     no
sale.order.write                              no      yes    yes      yes       no      no     no
sale.order.line.create                        no      no     no       no        no      no     no
sale.order.line.write                         no      yes    yes      yes       no      no     no
"""
    FIELDS = """
                                           cashier manager biller accountant stranger portal public
res.company.*                                 r       r      r        r         -       -      -
res.config.settings.*                         -       -      -        -         -       -      -
sale.order.*                                  -       r      r        r         -       -      -
"""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._create_people()
        cls.invoice = cls._create_invoice(1.0, partner=cls.other_customer)

    def setUp(self):
        super().setUp()
        self.order = self._order(500.0).sudo()

    def _get_requests(self):
        return {
            'pos.order.sync_from_ui': ([],),
            'sale.order.action_pos_receivable_approve': (self.order.ids,),
            'sale.order.create': ([{'partner_id': self.customer.id}],),
            'sale.order.write': (self.order.ids, {'client_order_ref': 'x'}),
            'sale.order.line.create': ([{'order_id': self.order.id, 'name': 'x'}],),
            'sale.order.line.write': (self.order.order_line.ids, {'name': 'x'}),
        }

    def _get_records(self):
        return {'res.company': self.company, 'sale.order': self.order}
