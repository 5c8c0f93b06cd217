from datetime import timedelta

from odoo.tests import tagged

from odoo.addons.pos_receivable.tests.rights import RightsMatrix

from .common import FollowupCommon


@tagged('post_install', '-at_install')
class TestRightsMatrix(RightsMatrix, FollowupCommon):
    addon = 'pos_receivable_followup'
    METHODS = """
                                           cashier manager biller accountant stranger portal public
pos_receivable.case.get_sheet                 no      no     yes      yes       no      no     no
pos_receivable.case.log_call                  no      no     yes      yes       no      no     no
pos_receivable.case.next_case                 no      no     yes      yes       no      no     no
pos_receivable.case.open_dispute              no      no     yes      yes       no      no     no
pos_receivable.case.set_insolvent             no      no     yes      yes       no      no     no
pos_receivable.case.snooze                    no      no     yes      yes       no      no     no
pos_receivable.case.take_promise              no      no     yes      yes       no      no     no
pos_receivable.case.write                     no      no     yes      yes       no      no     no
pos_receivable.dispute.action_credit_note     no      no     yes      yes       no      no     no
pos_receivable.dispute.action_rebill          no      no     yes      yes       no      no     no
pos_receivable.dispute.action_reject          no      no     yes      yes       no      no     no
pos_receivable.dispute.action_write_off       no      no     no       yes       no      no     no
pos_receivable.dispute.get_hints              no      no     yes      yes       no      no     no
pos_receivable.dispute.write                  no      no     yes      yes       no      no     no
pos_receivable.followup.rule.create           no      no     no       no        no      no     no
pos_receivable.followup.rule.unlink           no      no     no       no        no      no     no
pos_receivable.followup.rule.write            no      no     no       yes       yes     no     no
pos_receivable.promise.action_cancel          no      no     yes      yes       no      no     no
pos_receivable.promise.write                  no      no     yes      yes       no      no     no
pos_receivable.shortfall.write                no      yes    no       yes       no      no     no
"""
    FIELDS = """
                                           cashier manager biller accountant stranger portal public
pos_receivable.case.*                         -       -      r        r         -       -      -
pos_receivable.case.user_id                   -       -      rw       rw        -       -      -
pos_receivable.dispute.*                      -       -      r        r         -       -      -
pos_receivable.dispute.amount                 -       -      rw       rw        -       -      -
pos_receivable.dispute.note                   -       -      rw       rw        -       -      -
pos_receivable.dispute.reason_id              -       -      rw       rw        -       -      -
pos_receivable.dispute.user_id                -       -      rw       rw        -       -      -
pos_receivable.followup.rule.*                -       -      r        rw        rw      -      -
pos_receivable.followup.rule.code             -       -      r        r         r       -      -
pos_receivable.promise.*                      -       -      r        r         -       -      -
pos_receivable.promise.note                   -       -      rw       rw        -       -      -
res.company.*                                 r       r      r        r         -       -      -
res.config.settings.*                         -       -      -        -         -       -      -
"""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._create_people()
        cls.company.write(
            {
                'receivable_followup_write_off_limit': 50.0,
                'receivable_followup_write_off_account_id': cls.company_data[
                    'default_account_expense'
                ].id,
            }
        )
        cls.invoice = cls._create_invoice(100.0, due_in=-40)
        disputed = cls._create_invoice(90.0, due_in=-40)
        cls.env['pos_receivable.case']._refresh(cls.company)
        cls.case = cls.env['pos_receivable.case'].search([('company_id', '=', cls.company.id)])
        cls.day = (cls.today + timedelta(days=3)).isoformat()
        cls.case.take_promise(10.0, cls.day)
        cls.case.open_dispute(disputed.id, 15.0, cls.reason.id)

    def setUp(self):
        super().setUp()
        payment, _answer = self._collect(
            {self.invoice: 10.0},
            shortfalls=[{'invoice_id': self.invoice.id, 'code': '7'}],
        )
        self.shortfall = (
            self.env['pos_receivable.shortfall'].sudo().search([('payment_id', '=', payment.id)])
        )

    def _get_requests(self):
        case = self.case.ids
        promise, dispute = self.case.promise_ids.ids, self.case.dispute_ids.ids
        rule = self.env.ref('pos_receivable_followup.rule_call').ids
        return {
            'pos_receivable.case.get_sheet': (case,),
            'pos_receivable.case.log_call': (case, 'No answer'),
            'pos_receivable.case.next_case': (case,),
            'pos_receivable.case.open_dispute': (case, self.invoice.id, 5.0, self.reason.id),
            'pos_receivable.case.set_insolvent': (case, True),
            'pos_receivable.case.snooze': (case, self.day),
            'pos_receivable.case.take_promise': (case, 5.0, self.day),
            'pos_receivable.case.write': (case, {'user_id': False}),
            'pos_receivable.dispute.action_credit_note': (dispute,),
            'pos_receivable.dispute.action_rebill': (dispute,),
            'pos_receivable.dispute.action_reject': (dispute,),
            'pos_receivable.dispute.action_write_off': (dispute,),
            'pos_receivable.dispute.get_hints': (dispute,),
            'pos_receivable.dispute.write': (dispute, {'note': 'Too dear'}),
            'pos_receivable.followup.rule.create': ([{'code': 'call'}],),
            'pos_receivable.followup.rule.unlink': (rule,),
            'pos_receivable.followup.rule.write': (rule, {'parameter': 30}),
            'pos_receivable.promise.action_cancel': (promise,),
            'pos_receivable.promise.write': (promise, {'note': 'On the phone'}),
            'pos_receivable.shortfall.write': (self.shortfall.ids, {'note': 'On Monday'}),
        }

    def _get_records(self):
        return {
            'pos_receivable.case': self.case,
            'pos_receivable.dispute': self.case.dispute_ids,
            'pos_receivable.followup.rule': self.env.ref('pos_receivable_followup.rule_call'),
            'pos_receivable.promise': self.case.promise_ids,
            'res.company': self.company,
        }

    def _other(self, record, name):
        values = {'reason_id': self.reasons.search([('code', '=', '2')]), 'user_id': self.colleague}
        return values[name].id if name in values else super()._other(record, name)
