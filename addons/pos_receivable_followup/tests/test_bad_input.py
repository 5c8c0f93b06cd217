from datetime import timedelta

from odoo.tests import tagged

from odoo.addons.pos_receivable.tests.bad_input import BadInput

from .common import FollowupCommon


@tagged('post_install', '-at_install')
class TestBadInput(BadInput, FollowupCommon):
    addon = 'pos_receivable_followup'

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = cls._create_user(
            'max', 'Max', 'account.group_account_user', 'account.group_account_manager'
        )
        cls.invoice = cls._create_invoice(100.0, due_in=-40)
        disputed = cls._create_invoice(60.0, due_in=-40)
        gone = cls.env['res.partner'].create({'name': 'Gone'})
        cls.gone_id = gone.id
        gone.unlink()
        cls.unusual_ids = [cls.gone_id]
        cls.env['pos_receivable.case']._refresh(cls.company)
        cls.case = cls.env['pos_receivable.case'].search([('company_id', '=', cls.company.id)])
        cls.case.take_promise(10.0, (cls.today + timedelta(days=3)).isoformat())
        cls.case.open_dispute(disputed.id, 15.0, cls.reason.id)
        cls.items = cls.invoice.line_ids.filtered(lambda line: line.account_id == cls.receivable)

    def _get_known_ids(self):
        return {
            'pos_receivable.case': self.case.ids,
            'pos_receivable.promise': self.case.promise_ids.ids,
            'pos_receivable.dispute': self.case.dispute_ids.ids,
        }

    def _get_parameters(self):
        shared = {'seen': [None, '2999-01-01T10:00:00'], 'force': [False, True]}
        day = (self.today + timedelta(days=3)).isoformat()
        return {
            'pos_receivable.case.get_sheet': {},
            'pos_receivable.case.next_case': {},
            'pos_receivable.case.log_call': {'note': ['', 'No answer'], **shared},
            'pos_receivable.case.open_dispute': {
                'move_id': self.invoice.ids,
                'amount': [10.0, 100],
                'reason_id': self.reason.ids,
                'note': ['', 'Too dear'],
                **shared,
            },
            'pos_receivable.case.set_insolvent': {'flag': [True, False], **shared},
            'pos_receivable.case.snooze': {'date': [None, day], **shared},
            'pos_receivable.case.take_promise': {
                'amount': [10.0, 100],
                'date': [day],
                'item_ids': [None, self.items.ids],
                'note': ['', 'On the phone'],
                **shared,
            },
            'pos_receivable.promise.action_cancel': {},
            'pos_receivable.dispute.get_hints': {},
            'pos_receivable.dispute.action_credit_note': {'hint': [None, '']},
            'pos_receivable.dispute.action_rebill': {},
            'pos_receivable.dispute.action_reject': {},
            'pos_receivable.dispute.action_write_off': {},
        }
