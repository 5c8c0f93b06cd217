from odoo.tests import HttpCase, tagged

from .common import MatchCommon


@tagged('post_install', '-at_install')
class TestMatchReview(MatchCommon, HttpCase):
    """An accountant at the queue, in the browser and mostly on the keyboard."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.session = None  # the name belongs to the browser's session here

    def test_a_queue_is_worked_by_keys(self):
        self.accountant.password = 'ada'
        invoices = [self._create_invoice(amount) for amount in (100, 70, 50)]
        lines = [
            self._receive(amount, f'{invoice.name} <b>{{{{7 * 7}}}}</b>', payer)
            for invoice, amount, payer in zip(
                invoices, (100, 70, 40), ('First Payer', 'Second Payer', 'Third Payer'), strict=True
            )
        ]
        for number, line in enumerate(lines, start=1):
            line.move_id.name = f'TOUR/{number}'
        self.start_tour(
            '/odoo/action-pos_receivable_match.proposal_action', 'MatchReview', login='ada'
        )
        self.env.invalidate_all()
        self.assertOpen(invoices[0], 100)
        self.assertOpen(invoices[1], 70)
        self.assertOpen(invoices[2], 10)
        self.assertLeftAlone(lines[0])
        self.assertLeftAlone(lines[1])
        decisions = self.env['pos_receivable.decision'].search([]).sorted('id')
        self.assertEqual(decisions.mapped('action'), ['accept', 'reject', 'undo', 'accept'])
        self.assertEqual(decisions.user_id, self.accountant)
