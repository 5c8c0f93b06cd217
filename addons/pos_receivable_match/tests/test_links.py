from odoo.tests import tagged

from .common import MatchCommon


@tagged('post_install', '-at_install')
class TestLinks(MatchCommon):
    """What is linked to an invoice is reconciled at night, the rest is matched."""

    def _propose(self, payment):
        """The invoices proposed for ``payment``; None when it is left alone."""
        proposal = self._match_one(payment)
        if proposal and not proposal.candidate_ids:
            self.assertTrue(proposal.held_back_text, "It waits, nobody knows why")
            return None
        return proposal.candidate_id.allocation_ids.move_id if proposal else None

    def test_money_of_a_cancelled_invoice_is_left_to_the_matching(self):
        first, second = self._create_invoice(), self._create_invoice()
        payment = self._pay(100, [first], memo=second.name)
        self.assertIsNone(self._propose(payment))
        first.button_draft()
        self.assertIsNone(self._propose(payment), "It may be posted again")
        first.button_cancel()
        self.assertEqual(self._propose(payment), second)
        self.assertFalse(self._run())

    def test_the_rest_of_an_overpayment_is_left_to_the_matching(self):
        first, second = self._create_invoice(100), self._create_invoice(30)
        payment = self._pay(130, [first], memo=second.name)
        self._run()
        self.assertPaid(first)
        self.assertEqual(self._propose(payment), second)

    def test_money_of_an_invoice_that_is_blocked_waits_for_it(self):
        first, second = self._create_invoice(), self._create_invoice()
        payment = self._pay(100, [first], memo=second.name)
        first.payment_state = 'blocked'
        self.assertIsNone(self._propose(payment))

    def test_money_of_a_credited_invoice_is_left_to_the_matching(self):
        first, second = self._create_invoice(), self._create_invoice()
        payment = self._pay_online(100, [first], memo=second.name)
        first._reverse_moves(cancel=True)
        self.assertEqual(first.payment_state, 'reversed')
        self.assertEqual(self._propose(payment), second)

    def test_an_online_payment_waits_for_the_open_one_of_its_invoices(self):
        first, second, third = (self._create_invoice(50, due_in=day) for day in (1, 2, 3))
        payment = self._pay_online(130, [first, second], memo=third.name)
        second.button_draft()
        self._run()
        self.assertPaid(first)
        self.assertIsNone(self._propose(payment))
        second.action_post()
        self._run()
        self.assertPaid(first, second)
        self.assertEqual(self._propose(payment), third)

    def test_what_was_taken_off_by_hand_is_proposed_for_others_only(self):
        first, second = self._create_invoice(100), self._create_invoice(100)
        payment = self._pay(100, [first], memo=f'{first.name} {second.name}')
        self._run()
        partial = self._get_item(first).matched_credit_ids
        first.js_remove_outstanding_partial(partial.id)
        self.assertEqual(self._propose(payment), second)
        first.action_force_payment_reconciliation()
        self.assertPaid(first)
        self.assertOpen(second, 100)

    def test_money_that_was_given_back_is_not_matched_either(self):
        invoice = self._create_invoice()
        payment = self._pay_online(100, [invoice], memo=invoice.name)
        payment.payment_transaction_id.invoice_ids = False
        self.assertEqual(self._match_one(payment).candidate_id.allocation_ids.move_id, invoice)
        self._refund(payment, 100)
        self.assertIsNone(self._propose(payment))

    def test_what_is_linked_to_nothing_for_certain_is_left_to_the_matching(self):
        first, second = self._create_invoice(due_in=1), self._create_invoice(due_in=2)
        of_first = self._pay(100, [first], memo=first.name)
        self._mix_up(of_first, self._register(50, first, second))
        self.assertEqual(self._match_one(of_first).candidate_id.allocation_ids.move_id, first)
