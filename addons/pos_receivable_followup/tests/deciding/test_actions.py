from datetime import date, datetime, timedelta

from odoo.tests import BaseCase, tagged

from ...deciding import CODES, Facts, Rule, choose

DAY = date(2026, 11, 30)
RULES = tuple(Rule(code, {'call': 21, 'remind': 3, 'dispute': 14}.get(code, 0)) for code in CODES)


def ago(days):
    return DAY - timedelta(days=days)


def moment(days):
    return datetime.combine(ago(days), datetime.min.time())


def choose_for(rules=RULES, **facts):
    known = {'day': DAY, 'overdue': 100.0, 'oldest_due': ago(10), 'email': 'a@b.example', **facts}
    choice = choose(Facts(**known), rules)
    return choice.code, [what for what, _figures in choice.reasons]


BROKEN = {'broken_on': ago(1), 'broken_for': ago(2), 'broken_amount': 50.0}


@tagged('post_install', '-at_install')
class TestActions(BaseCase):
    """What is to be done next, and why."""

    def test_each_rule_holds_for_its_reason(self):
        for facts, expected in (
            ({}, ('remind', ['late'])),
            ({'oldest_due': ago(30)}, ('call', ['late'])),
            ({'oldest_due': ago(1)}, ('wait', ['recent'])),
            ({'email': '', 'has_phone': False}, ('address', ['unreachable'])),
            ({'bounces': True}, ('address', ['bounces'])),
            (BROKEN, ('broken_promise', ['broken'])),
            ({**BROKEN, 'handled_at': moment(0)}, ('wait', ['rests'])),
            ({'replied_at': moment(1)}, ('reply', ['replied'])),
            ({'replied_at': moment(9), 'handled_at': moment(8)}, ('remind', ['late', 'last'])),
            ({'credits': 20.0}, ('credits', ['credits'])),
            ({'disputed_since': ago(14), 'disputed': 9.0}, ('dispute', ['disputed'])),
            ({'disputed_since': ago(13), 'disputed': 9.0}, ('remind', ['late'])),
            ({'overdue': 0.0, 'disputed': 9.0}, ('wait', ['all_disputed'])),
            ({'overdue': 0.0}, ('wait', ['nothing_late'])),
            ({'promised_until': DAY, 'oldest_due': ago(90)}, ('wait', ['promised'])),
            ({'is_insolvent': True, 'oldest_due': ago(90)}, ('wait', ['insolvent'])),
            ({'snoozed_until': DAY + timedelta(days=1), **BROKEN}, ('wait', ['snoozed'])),
            ({'snoozed_until': DAY}, ('remind', ['late'])),
        ):
            with self.subTest(**facts):
                self.assertEqual(choose_for(**facts), expected)

    def test_the_order_of_the_rules_decides(self):
        facts = {**BROKEN, 'credits': 20.0, 'bounces': True}
        self.assertEqual(choose_for(**facts)[0], 'address')
        self.assertEqual(choose_for(RULES[1:], **facts)[0], 'broken_promise')
        self.assertEqual(choose_for(RULES[::-1], **facts)[0], 'wait')

    def test_without_any_rule_one_waits_and_says_why(self):
        code, reasons = choose_for(())
        self.assertEqual(code, 'wait')
        self.assertTrue(reasons)

    def test_an_insolvent_customer_is_not_asked_but_answered(self):
        facts = {'is_insolvent': True, **BROKEN, 'bounces': True}
        self.assertEqual(choose_for(**facts)[0], 'wait')
        self.assertEqual(choose_for(replied_at=moment(1), **facts)[0], 'reply')
