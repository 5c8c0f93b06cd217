from datetime import timedelta

from odoo.addons.pos_receivable_customer.tests.common import CustomerCommon


class FollowupCommon(CustomerCommon):
    """A shop with late invoices, and somebody who asks for them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer.write({'phone': '+1 555 0100', 'email': 'acme@example.com'})
        cls.collector = cls._create_user('carla', 'Carla', 'account.group_account_invoice')
        cls.colleague = cls._create_user('dan', 'Dan', 'account.group_account_invoice')
        cls.accountant = cls._create_user('ada', 'Ada', 'account.group_account_user')
        cls.reasons = cls.env['pos_receivable.shortfall.reason']
        cls.reason = cls.reasons.search([('code', '=', '5')])

    def _refresh(self, *customers):
        customers = self.customer.union(*customers) if customers else None
        self.env['pos_receivable.case']._refresh(self.company, customers)
        self.env.flush_all()

    def _find_case(self, partner=None, company=None):
        return (
            self.env['pos_receivable.case']
            .with_context(active_test=False)
            .search(
                [
                    ('partner_id', '=', (partner or self.customer).id),
                    ('company_id', '=', (company or self.company).root_id.id),
                ]
            )
        )

    def _open_case(self, partner=None, user=None):
        """The case, as a collector sees it."""
        self._refresh(partner or self.customer)
        return self._find_case(partner).with_user(user or self.collector)

    def _promise(self, amount, days=0, given=-3, **values):
        """A promise given some days ago, for a day so many days from today."""
        case = self._find_case()
        return (
            self.env['pos_receivable.promise']
            .sudo()
            ._note(
                case,
                amount,
                self.today + timedelta(days=days),
                given_on=self.today + timedelta(days=given),
                **values,
            )
        )

    def _pay(self, amount, days=0, partner=None, **values):
        """Money by bank transfer, value-dated so many days from today, matched with nothing."""
        payment = self.env['account.payment'].create(
            {
                'payment_type': 'inbound',
                'partner_type': 'customer',
                'partner_id': (partner or self.customer).id,
                'journal_id': self.transfer_journal.id,
                'amount': amount,
                'date': self.today + timedelta(days=days),
                **values,
            }
        )
        payment.action_post()
        return payment

    def _dispute(self, invoice, amount, user=None):
        case = self._open_case(invoice.commercial_partner_id, user)
        case.open_dispute(invoice.id, amount, self.reason.id)
        return case.dispute_ids.filtered(
            lambda dispute: dispute.move_id.id == invoice.id and dispute.state == 'open'
        )
