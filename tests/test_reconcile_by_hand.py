from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common_reconcile import ReconcileCommon


@tagged('post_install', '-at_install')
class TestReconcileByHand(ReconcileCommon):
    """What a person takes apart by hand stays apart until a person says otherwise."""

    def _take_off(self, invoice, payment=None):
        """As with *Unreconcile* in the popover of a payment on the invoice's form."""
        partials = self._get_item(invoice).matched_credit_ids
        if payment:
            partials = partials.filtered(lambda p: p.credit_move_id.payment_id == payment)
        for partial in partials:
            invoice.with_user(self.accountant).js_remove_outstanding_partial(partial.id)

    def _alert(self, invoice):
        invoice = invoice.with_user(self.accountant)
        invoice.invalidate_recordset()
        return (invoice.alerts or {}).get('pos_receivable_kept_apart', {}).get('message', '')

    def _paid(self, **values):
        invoice = self._leftover(**values)
        self._run()
        self.assertPaid(invoice)
        return invoice, invoice.matched_payment_ids

    def test_what_a_person_has_taken_off_an_invoice_is_left_alone_at_night(self):
        invoice, payment = self._paid()
        self._take_off(invoice)
        self.assertFalse(self._run())
        self.assertOpen(invoice, 100)
        self.assertIn(payment.name, self._alert(invoice))
        self.assertIn('Reconcile Payments', self._alert(invoice))
        self.assertTrue(invoice.has_payment_to_reconcile, "The button is there")

    def test_reconcile_payments_is_the_way_back(self):
        invoice, _payment = self._paid()
        self._take_off(invoice)
        invoice.with_user(self.accountant).action_force_payment_reconciliation()
        self.assertPaid(invoice)
        self.assertFalse(self._alert(invoice))
        self._edit(invoice)
        self._run()
        self.assertPaid(invoice)

    def _edit(self, invoice):
        """Which takes off what the invoice was paid with, but says nothing of the payment."""
        invoice.button_draft()
        invoice.invoice_line_ids.price_unit = invoice.amount_total - 1
        invoice.action_post()
        self.assertOpen(invoice, invoice.amount_total)

    def test_an_invoice_that_was_only_edited_takes_its_payment_again(self):
        invoice, _payment = self._paid()
        self._edit(invoice)
        self._run()
        self.assertPaid(invoice)

    def test_what_is_taken_off_one_invoice_pays_the_other_one_it_was_recorded_for(self):
        first, second = self._create_invoice(due_in=1), self._create_invoice(due_in=2)
        payment = self._pay(100, [first, second])
        self._run()
        self.assertPaid(first)
        self._take_off(first)
        self._run()
        self.assertOpen(first, 100)
        self.assertPaid(second)
        self.assertFalse(self._alert(first), "Nothing of the payment is left")
        self._pay(30, [first])
        self._run()
        self.assertOpen(first, 70)
        self.assertEqual(second.line_ids.matched_credit_ids.credit_move_id.payment_id, payment)

    def test_unreconciling_journal_items_is_by_hand_as_well(self):
        first, second = self._create_invoice(due_in=1), self._create_invoice(due_in=2)
        self._pay(150, [first, second])
        self._run()
        items = self.env['account.move.line'].with_context(active_ids=self._get_item(first).ids)
        items.action_unreconcile_match_entries()
        self.assertFalse(self._run())
        self.assertEqual((first.amount_residual, second.amount_residual), (100, 100))

    def test_an_online_payment_taken_off_is_left_alone_too(self):
        invoice = self._create_invoice()
        payment = self._pay_online(100, [invoice])
        self._run()
        self._take_off(invoice)
        self.assertFalse(self._run())
        self.assertIn(payment.name, self._alert(invoice))

    def test_a_collection_taken_off_is_left_alone_too(self):
        invoice = self._create_invoice()
        payment, _answer = self._collect({invoice: 100.0})
        self._take_off(invoice)
        self.assertFalse(self._run())
        self.assertIn(payment.name, self._alert(invoice))

    def test_who_brings_the_two_together_again_ends_it(self):
        invoice, payment = self._paid()
        self._take_off(invoice)
        credit = payment._seek_for_lines()[1]
        invoice.with_user(self.accountant).js_assign_outstanding_line(credit.id)
        self.assertPaid(invoice)
        self._edit(invoice)
        self._run()
        self.assertPaid(invoice)

    def test_retrying_an_issue_is_no_decision_to_use_the_payment_again(self):
        invoice, _payment = self._paid()
        self._take_off(invoice)
        issue = self.env['pos_receivable.reconcile.issue'].sudo()
        issue = issue.create({'move_id': invoice.id, 'company_id': self.company.id})
        issue.with_user(self.accountant).sudo(False).action_retry()
        self.assertOpen(invoice, 100)
        line = self.env['pos_receivable.reconcile.run.line'].search([], limit=1)
        self.assertIn('by hand', line.reason)

    def test_a_credit_note_taken_off_is_nothing_to_remember(self):
        invoice = self._create_invoice()
        refund = self._create_invoice(40, move_type='out_refund')
        (self._get_item(invoice) | self._get_item(refund)).reconcile()
        self._take_off(invoice)
        self.assertOpen(invoice, 100)
        self.assertFalse(self._alert(invoice))

    def test_who_may_not_unreconcile_leaves_no_trace_of_trying(self):
        invoice, _payment = self._paid()
        partial = self._get_item(invoice).matched_credit_ids
        with self.assertRaises(AccessError):
            invoice.with_user(self.cashier).js_remove_outstanding_partial(partial.id)
        self.env.invalidate_all()
        self.assertPaid(invoice)
        self.assertFalse(invoice.pos_receivable_kept_apart_ids)
