from odoo.tests import tagged

from odoo.addons.pos_receivable.tests.rights import RightsMatrix

from .common import CustomerCommon


@tagged('post_install', '-at_install')
class TestRightsMatrix(RightsMatrix, CustomerCommon):
    addon = 'pos_receivable_customer'
    METHODS = """
                                           cashier manager biller accountant stranger portal public
pos.session.email_account_statement           yes     yes    no       no        no      no     no
pos.session.get_account_statement             yes     yes    no       no        no      no     no
pos_receivable.customer.mailing.action_retry  no      no     yes      yes       no      no     no
pos_receivable.customer.send.statements.action_choose_open
                                              no      no     yes      yes       no      no     no
pos_receivable.customer.send.statements.action_print
                                              no      no     yes      yes       no      no     no
pos_receivable.customer.send.statements.action_send
                                              no      no     yes      yes       no      no     no
"""
    FIELDS = """
                                           cashier manager biller accountant stranger portal public
pos_receivable.customer.mailing.*             -       -      r        r         -       -      -
res.company.*                                 r       r      r        r         -       -      -
res.config.settings.*                         -       -      -        -         -       -      -
res.partner.*                                 -       -      r        r         r       -      -
res.users.*                                   -       -      r        r         r       -      -
"""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._create_people()
        cls.invoice = cls._create_invoice(100.0)
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

    def _get_requests(self):
        wizard = (
            self.env['pos_receivable.customer.send.statements']
            .sudo()
            .create({'partner_ids': self.customer.ids, 'company_id': self.company.id})
        )
        session = [self.session.id]
        return {
            'pos.session.email_account_statement': (
                session,
                self.customer.id,
                'open',
                None,
                None,
                'a@b.example',
            ),
            'pos.session.get_account_statement': (session, self.customer.id),
            'pos_receivable.customer.mailing.action_retry': (self.mailing.ids,),
            'pos_receivable.customer.send.statements.action_choose_open': (wizard.ids,),
            'pos_receivable.customer.send.statements.action_print': (wizard.ids,),
            'pos_receivable.customer.send.statements.action_send': (wizard.ids,),
        }

    def _get_records(self):
        return {
            'pos_receivable.customer.mailing': self.mailing,
            'res.company': self.company,
            'res.partner': self.customer,
            'res.users': self.cashier,
        }
