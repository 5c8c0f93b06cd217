from odoo.exceptions import UserError
from odoo.tests import tagged

from .common_reconcile import ReconcileCommon


@tagged('post_install', '-at_install')
class TestReconcileLinks(ReconcileCommon):
    """Who recorded which payment for which invoice is all that the night goes by."""

    def _read_links(self, *invoices):
        self.env.flush_all()
        self.env.invalidate_all()
        return [invoice.matched_payment_ids for invoice in invoices]

    def _explain(self, invoice):
        invoice.action_force_payment_reconciliation()
        line = self.env['pos_receivable.reconcile.run.line'].search(
            [('move_id', '=', invoice.id)], limit=1
        )
        return line.reason

    def test_money_of_one_invoice_pays_no_other_that_was_paid_together_with_it(self):
        first, second = self._create_invoice(due_in=1), self._create_invoice(due_in=2)
        self._pay(100, [first])
        self._register(150, first, second)
        self._run()
        self.assertPaid(first)
        self.assertOpen(second, 50)

    def test_a_payment_over_several_invoices_is_all_that_is_linked_to_each(self):
        first, second, third = (self._create_invoice(due_in=day) for day in (1, 2, 3))
        of_first, of_second = self._pay(10, [first]), self._pay(10, [second])
        of_both = self._pay(10, [second, third])
        grouped = self._register(150, first, second, third)
        self.assertEqual(
            self._read_links(first, second, third),
            [of_first | grouped, of_second | of_both | grouped, of_both | grouped],
        )
        self.assertEqual(grouped.invoice_ids, first | second | third)
        self.assertEqual(of_first.reconciled_invoice_ids, first)

    def test_payments_of_several_customers_at_once_are_linked_to_their_own_invoices(self):
        other = self.env['res.partner'].create({'name': 'Somebody Else'})
        invoices = [self._create_invoice(partner=p) for p in (self.customer, other) * 2]
        earlier = self._pay(10, invoices[:1])
        payments = self._register(0, *invoices)
        ours, theirs = payments.sorted(lambda payment: payment.partner_id != self.customer)
        self.assertEqual(self._read_links(*invoices), [earlier | ours, theirs, ours, theirs])

    def test_links_that_may_have_been_mixed_up_before_the_addon_came_are_no_evidence(self):
        first, second = self._create_invoice(due_in=1), self._create_invoice(due_in=2)
        of_first = self._pay(100, [first])
        self._mix_up(of_first, self._register(50, first, second))
        self.assertFalse(self._run())
        self.assertEqual((first.amount_residual, second.amount_residual), (50, 100))
        self.assertIn('Nobody can tell', self._explain(first))
        self.assertOpen(first, 50)

    def test_a_payment_over_several_invoices_from_before_the_addon_still_counts_for_them(self):
        first, second = self._create_invoice(due_in=1), self._create_invoice(due_in=2)
        grouped = self._pay(150, [first, second])
        later = self._pay(20, [second])
        self._mix_up(grouped)
        self._mix_up(later)
        self._run()
        self.assertPaid(first)
        self.assertOpen(second, 30)

    def test_of_a_collection_the_receipt_tells_which_invoices_it_was_for(self):
        first, second = self._create_invoice(due_in=1), self._create_invoice(due_in=2)
        collected, _answer = self._collect({second: 100.0})
        collected.move_id.line_ids.remove_move_reconcile()
        self._mix_up(collected, self._register(50, first, second))
        self._run()
        self.assertOpen(first, 50)
        self.assertPaid(second)

    def test_what_an_online_payment_was_for_is_known_whatever_was_mixed_up(self):
        first, second = self._create_invoice(due_in=1), self._create_invoice(due_in=2)
        online = self._pay_online(100, [second])
        online.invoice_ids = second
        self._mix_up(online, self._register(50, first, second))
        self._run()
        self.assertOpen(first, 50)
        self.assertPaid(second)

    def _get_credit(self, payment):
        return payment._seek_for_lines()[1]

    def test_money_that_was_given_back_pays_nothing(self):
        invoice = self._create_invoice()
        payment = self._pay_online(100, [invoice])
        refund = self._refund(payment, 100)
        self.assertEqual(refund.source_payment_id, payment)
        self.assertFalse(self._run())
        self.assertIn('given back', self._explain(invoice))
        self.assertOpen(invoice, 100)
        self.assertEqual(self._get_credit(refund).amount_residual, 100)

    def test_what_was_given_back_in_part_waits_until_that_is_booked_off(self):
        invoice = self._create_invoice()
        payment = self._pay_online(100, [invoice])
        refund = self._refund(payment, 30)
        self.assertFalse(self._run())
        (self._get_credit(payment) | self._get_credit(refund)).reconcile()
        self._run()
        self.assertOpen(invoice, 30)

    def test_the_till_offers_no_credit_that_was_given_back(self):
        invoice = self._create_invoice()
        payment = self._pay_online(100, [invoice])
        [row] = self.session.get_open_credits(self.customer.id)
        self.assertEqual((row['name'], row['amount']), (payment.name, 100.0))
        refund = self._refund(payment, 30)
        self.assertEqual(self.session.get_open_credits(self.customer.id), [])
        self.assertEqual(self._list()['credit_total'], 0.0)
        with self.assertRaises(UserError) as refusal:
            self.session.apply_invoice_credits(self.customer.id, [row['id']], invoice.ids)
        self.assertIn("no longer available", refusal.exception.args[0])
        self.assertOpen(invoice, 100)
        (self._get_credit(payment) | self._get_credit(refund)).reconcile()
        [rest] = self.session.get_open_credits(self.customer.id)
        self.assertEqual((rest['id'], rest['amount']), (row['id'], 70.0))

    def test_a_payment_whose_refund_paid_out_a_credit_note_pays_its_invoice(self):
        invoice, credit_note = self._create_invoice(), self._create_invoice(move_type='out_refund')
        payment = self._pay_online(100, [invoice])
        refund = self._refund(payment, 100)
        (self._get_item(credit_note) | self._get_credit(refund)).reconcile()
        self._run()
        self.assertPaid(invoice)

    def test_a_refund_that_was_not_made_after_all_takes_nothing_away(self):
        first, second = self._create_invoice(), self._create_invoice()
        self._refund(self._pay_online(100, [first]), 100, post=False)
        self._refund(self._pay_online(100, [second]), 100).action_cancel()
        self._run()
        self.assertPaid(first, second)
