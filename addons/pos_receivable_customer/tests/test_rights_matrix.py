import base64

from odoo.tests import tagged

from odoo.addons.pos_receivable.tests.rights import RightsMatrix

from .common import CustomerCommon


@tagged('post_install', '-at_install')
class TestRightsMatrix(RightsMatrix, CustomerCommon):
    addon = 'pos_receivable_customer'
    METHODS = """
                                           cashier manager biller accountant stranger portal public
account.move.button_draft                     no      no     yes      yes       no      no     no
account.partial.reconcile.unlink              no      no     yes      yes       no      no     no
res.company.write                             no      no     no       no        no      no     no
res.partner.write                             no      no     no       no        no      no     no
pos.session.email_account_statement           yes     yes    no       no        no      no     no
pos.session.get_account_statement             yes     yes    no       no        no      no     no
pos_receivable.customer.compare.action_back   no      no     yes      yes       no      no     no
pos_receivable.customer.compare.action_compare
                                              no      no     yes      yes       no      no     no
pos_receivable.customer.compare.action_keep   no      no     yes      yes       no      no     no
pos_receivable.customer.compare.action_read   no      no     yes      yes       no      no     no
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
pos.config.*                                  r       rw     -        -         -       -      -
pos_receivable.customer.compare.layout.*      -       -      r        r         -       -      -
pos_receivable.customer.mailing.*             -       -      r        r         -       -      -
pos_receivable.payment.profile.*              -       -      r        r         -       -      -
pos_receivable.payment.profile.touched.*      -       -      -        -         -       -      -
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

        debit, credit = cls._book(50.0), cls._book(-50.0)
        (debit | credit).reconcile()
        cls.partial = debit.matched_credit_ids
        cls.layout = (
            cls.env['pos_receivable.customer.compare.layout']
            .sudo()
            .create({'company_id': cls.company.id, 'partner_id': cls.customer.id})
        )
        cls.profile = (
            cls.env['pos_receivable.payment.profile']
            .sudo()
            .create({'company_id': cls.company.id, 'partner_id': cls.customer.id})
        )
        cls.touched = (
            cls.env['pos_receivable.payment.profile.touched']
            .sudo()
            .create({'partner_id': cls.customer.id})
        )

    def _get_requests(self):
        wizard = (
            self.env['pos_receivable.customer.send.statements']
            .sudo()
            .create({'partner_ids': self.customer.ids, 'company_id': self.company.id})
        )
        compare = self._create_comparison()
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
            'account.move.button_draft': (self.invoice.ids,),
            'account.partial.reconcile.unlink': (self.partial.ids,),
            'res.company.write': (self.company.ids, {'receivable_statement_schedule': 'week'}),
            'res.partner.write': (self.customer.ids, {'is_company': True}),
            'pos_receivable.customer.compare.action_back': (compare.ids,),
            'pos_receivable.customer.compare.action_compare': (compare.ids,),
            'pos_receivable.customer.compare.action_keep': (compare.ids,),
            'pos_receivable.customer.compare.action_read': (compare.ids,),
            'pos_receivable.customer.mailing.action_retry': (self.mailing.ids,),
            'pos_receivable.customer.send.statements.action_choose_open': (wizard.ids,),
            'pos_receivable.customer.send.statements.action_print': (wizard.ids,),
            'pos_receivable.customer.send.statements.action_send': (wizard.ids,),
        }

    def _create_comparison(self):
        compare = self.env['pos_receivable.customer.compare'].sudo()
        compare = compare.create(
            {
                'partner_id': self.customer.id,
                'company_id': self.company.id,
                'currency_id': self.company.currency_id.id,
                'file': base64.b64encode(b'Date;No;Amount\n2026-01-01;A;1.00'),
            }
        )
        compare.action_read()
        return compare

    def _get_records(self):
        return {
            'pos.config': self.config,
            'pos_receivable.customer.compare.layout': self.layout,
            'pos_receivable.payment.profile': self.profile,
            'pos_receivable.payment.profile.touched': self.touched,
            'pos_receivable.customer.mailing': self.mailing,
            'res.company': self.company,
            'res.partner': self.customer,
            'res.users': self.cashier,
        }
