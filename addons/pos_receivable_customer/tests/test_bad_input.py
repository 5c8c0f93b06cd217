import base64

from odoo.tests import tagged

from odoo.addons.pos_receivable.tests.bad_input import BadInput

from .common import CustomerCommon


@tagged('post_install', '-at_install')
class TestBadInput(BadInput, CustomerCommon):
    addon = 'pos_receivable_customer'

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = cls._create_user(
            'max', 'Max', 'point_of_sale.group_pos_manager', 'account.group_account_invoice'
        )
        cls._book(100.0)
        gone = cls.env['res.partner'].create({'name': 'Gone'})
        cls.gone_id = gone.id
        gone.unlink()
        theirs = cls.env['res.partner'].create(
            {'name': 'Theirs', 'company_id': cls._create_company(name='Other company').id}
        )
        cls.unusual_ids = [cls.gone_id, theirs.id]
        cls.mailing = (
            cls.env['pos_receivable.customer.mailing']
            .sudo()
            .create(
                {
                    'company_id': cls.company.id,
                    'partner_id': cls.customer.id,
                    'kind': 'open',
                    'date_to': cls.today,
                    'origin': 'office',
                    'state': 'failed',
                }
            )
        )
        cls.wizard = (
            cls.env['pos_receivable.customer.send.statements']
            .with_user(cls.manager)
            .create({'partner_ids': cls.customer.ids})
        )

        cls.compare = (
            cls.env['pos_receivable.customer.compare']
            .with_user(cls.manager)
            .create(
                {
                    'partner_id': cls.customer.id,
                    'file': base64.b64encode(b'Date;No;Amount\n2026-01-01;A;1.00'),
                }
            )
        )
        cls.compare.action_read()

    def _get_known_ids(self):
        return {
            'pos_receivable.customer.compare': self.compare.ids,
            'pos.session': self.session.ids,
            'pos_receivable.customer.mailing': self.mailing.ids,
            'pos_receivable.customer.send.statements': self.wizard.ids,
        }

    def _get_parameters(self):
        statement = {
            'partner_id': [self.customer.id, self.contact.id],
            'kind': ['open', 'activity'],
            'date_from': [None, str(self.first_day)],
            'date_to': [None, str(self.today)],
        }
        return {
            'pos.session.email_account_statement': {**statement, 'email': ['a@b.example']},
            'pos.session.get_account_statement': {**statement, 'offset': [0, 1], 'limit': [100]},
            'pos_receivable.customer.compare.action_back': {},
            'pos_receivable.customer.compare.action_compare': {},
            'pos_receivable.customer.compare.action_keep': {},
            'pos_receivable.customer.compare.action_read': {},
            'pos_receivable.customer.mailing.action_retry': {},
            'pos_receivable.customer.send.statements.action_choose_open': {},
            'pos_receivable.customer.send.statements.action_print': {},
            'pos_receivable.customer.send.statements.action_send': {},
        }
