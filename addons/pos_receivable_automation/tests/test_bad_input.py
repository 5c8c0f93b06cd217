from odoo.tests import tagged

from odoo.addons.pos_receivable.tests.bad_input import BadInput

from .common import AutomationCommon


@tagged('post_install', '-at_install')
class TestBadInput(BadInput, AutomationCommon):
    addon = 'pos_receivable_automation'

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = cls.accountant
        cls.unusual_ids = [cls.customer.id, cls._create_company().id]

    def _get_known_ids(self):
        return {
            'pos_receivable.decision': self._decide().ids,
            'pos_receivable.mode': self.mode.ids,
            'res.config.settings': [1],
        }

    def _get_parameters(self):
        return {
            'pos_receivable.decision.action_erase': {},
            'pos_receivable.mode.action_open_modes': {},
            'res.config.settings.action_open_receivable_modes': {},
        }
