from odoo.tests import tagged

from ..tools.new_payment import are_unmatched, new_payment
from .common import PosReceivableCommon


@tagged('post_install', '-at_install')
class TestCollectOnce(PosReceivableCommon):
    """What a collection spares the database leaves no other trace than the core's."""

    def _commit_ranks(self):
        self.env.flush_all()
        with self.enter_registry_test_mode():
            self.env.cr.postcommit.run()
        self.partner_a.invalidate_recordset(['customer_rank'])
        return self.partner_a.customer_rank

    def _register(self, invoice):
        self.env['account.payment.register'].with_context(
            active_model='account.move', active_ids=invoice.ids
        ).create({'journal_id': self.cash_journal.id})._create_payments()

    def test_a_collection_counts_for_the_customer_as_the_wizard_does(self):
        invoices = [self._create_invoice(100.0, self.partner_a) for _number in range(4)]
        ranks = [self._commit_ranks()]
        self._register(invoices[0])
        ranks.append(self._commit_ranks())
        self._collect({invoices[1]: 100.0}, partner=self.partner_a)
        ranks.append(self._commit_ranks())
        self._collect({invoices[2]: 50.0, invoices[3]: 50.0}, partner=self.partner_a)
        ranks.append(self._commit_ranks())
        first, *steps = ranks
        self.assertGreater(first, 0)
        self.assertEqual(steps[1] - steps[0], steps[0] - first)
        self.assertGreater(steps[2], steps[1])

    def test_only_what_is_made_just_now_is_known_to_be_unmatched(self):
        old = self.env['account.payment'].create(
            {'partner_id': self.partner_a.id, 'amount': 5, 'journal_id': self.cash_journal.id}
        )
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE account_payment SET create_date = create_date - interval '1 hour' WHERE id = %s",
            [old.id],
        )
        old.invalidate_recordset()
        self.assertFalse(are_unmatched(old))
        with new_payment(self.env):
            self.assertFalse(are_unmatched(old))
            new = old.copy()
            self.assertTrue(are_unmatched(new))
            self.assertFalse(are_unmatched(old + new))
        self.assertFalse(are_unmatched(new))

    def test_links_and_states_are_known_right_after_booking(self):
        one, two = self._create_invoice(100.0), self._create_invoice(100.0)
        self._collect({one: 100.0, two: 40.0})
        payments = one.matched_payment_ids
        self.assertEqual(len(payments), 1)
        self.assertEqual(two.matched_payment_ids, payments)
        self.assertEqual(one.reconciled_payment_ids, payments)
        self.assertEqual(payments.reconciled_invoice_ids, one + two)
        self.assertEqual((one.payment_state, two.payment_state), ('paid', 'partial'))
        states = payments.state, one.payment_state, two.payment_state
        self.env.flush_all()
        self.env.invalidate_all()
        for invoice in one + two:
            self.env.add_to_compute(invoice._fields['payment_state'], invoice)
        self.env.add_to_compute(payments._fields['state'], payments)
        self.assertEqual((payments.state, one.payment_state, two.payment_state), states)
