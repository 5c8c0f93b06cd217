from odoo.tests import tagged

from odoo.addons.pos_receivable.tests.bad_input import BadInput

from .common import CreditCommon


@tagged('post_install', '-at_install')
class TestBadInput(BadInput, CreditCommon):
    addon = 'pos_receivable_credit'

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        gone = cls.env['res.partner'].create({'name': 'Gone'})
        cls.gone_id = gone.id
        gone.unlink()
        other = cls._create_company(name='Other company')
        theirs = cls.env['res.partner'].create({'name': 'Theirs', 'company_id': other.id})
        cls.unusual_ids = [cls.gone_id, theirs.id]
        cls.till.authorize_customer_account('refused', 'order', cls.customer.id, 500.0)
        answer = cls.till.authorize_customer_account('asked', 'order 2', cls.customer.id, 500.0)
        cls.till.request_customer_account_approval(answer['uuid'], 'please')
        cls.request = cls.authorizations.search([('uuid', '=', 'asked')])

    def _get_known_ids(self):
        return {
            'pos.session': self.till.ids,
            'pos_receivable.credit.authorization': self.request.ids,
        }

    def _get_parameters(self):
        partners = [self.customer.id, self.contact.id]
        amounts = [5.0, 500.0]
        reason = {'reason': 'because'}
        pin = {**reason, 'pin': '1234', 'employee_id': 1}
        return {
            'pos.session.authorize_customer_account': {
                'uuid': ['new', 'refused'],
                'order_uuid': ['order', 'other'],
                'partner_id': partners,
                'amount': amounts,
                'override': [None, reason, pin],
                'paid': [0, 100.0],
            },
            'pos.session.get_customer_account': {
                'partner_id': partners,
                'amount': amounts,
                'order_uuid': [None, 'order'],
                'paid': [0, 100.0],
            },
            'pos.session.release_customer_account': {'uuid': ['refused', 'unknown']},
            'pos.session.request_customer_account_approval': {
                'uuid': ['refused'],
                'note': ['', 'please'],
            },
            'pos_receivable.credit.authorization.action_approve': {},
            'pos_receivable.credit.authorization.action_refuse': {},
        }
