from odoo.tests import tagged

from odoo.addons.pos_receivable.tests.rights import RightsMatrix

from .common import AutomationCommon


@tagged('post_install', '-at_install')
class TestRightsMatrix(RightsMatrix, AutomationCommon):
    addon = 'pos_receivable_automation'
    METHODS = """
                                           cashier manager biller accountant stranger portal public
pos_receivable.decision.action_erase           no      no      no       yes        no       no     no
pos_receivable.decision.write                 no      no      no       no         no       no     no
pos_receivable.mode.action_open_modes         no      no      yes      yes        yes      no     no
pos_receivable.mode.write                     no      no      no       yes        no       no     no
res.company.create                            no      no      no       no         no       no     no
res.config.settings.action_open_receivable_modes
                                              no      no     yes      yes       yes     no     no
"""
    FIELDS = """
                                           cashier manager biller accountant stranger portal public
pos_receivable.decision.*                     -       -       r        r          -        -      -
pos_receivable.mode.*                         -       -       r        r          -        -      -
pos_receivable.mode.mode                      -       -       r        rw         -        -      -
res.config.settings.*                         -       -      -        -         -       -      -
"""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._create_people()
        cls.invoice = cls._create_invoice(100.0)

    def setUp(self):
        super().setUp()
        self.decision = self._decide()

    def _get_requests(self):
        return {
            'pos_receivable.decision.action_erase': (self.decision.ids,),
            'pos_receivable.decision.write': (self.decision.ids, {'action': 'reject'}),
            'pos_receivable.mode.action_open_modes': ([],),
            'pos_receivable.mode.write': (self.mode.ids, {'mode': 'observe'}),
            'res.company.create': ({'name': 'Theirs'},),
            'res.config.settings.action_open_receivable_modes': ([],),
        }

    def _get_records(self):
        return {'pos_receivable.decision': self.decision, 'pos_receivable.mode': self.mode}
