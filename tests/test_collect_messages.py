from odoo.tests import tagged

from .common import PosReceivableCommon


@tagged('post_install', '-at_install')
class TestCollectMessages(PosReceivableCommon):
    """What the chatter of an invoice tells of a payment at the counter."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # As users run it: the tests of accounting switch tracking off.
        tracking = {'tracking_disable': False, 'mail_notrack': False, 'mail_create_nolog': False}
        cls.env = cls.env['base'].with_context(**tracking).env
        cls.session = cls.session.with_context(**tracking)
        cls.follower = cls._create_user(
            'fred', 'Fred', 'account.group_account_invoice', notification_type='inbox'
        ).partner_id

    def _pay_and_read(self, *invoices):
        """Collect all that is due on these invoices; what the chatter of each says then."""
        for invoice in invoices:
            invoice.message_subscribe(
                self.follower.ids, self.env.ref('account.mt_invoice_paid').ids
            )
        self.env.cr.flush()
        before = self.env['mail.message'].search([])
        self._collect(dict.fromkeys(invoices, 100.0))
        self.env.cr.flush()
        return [
            [
                {
                    'subtype': message.subtype_id,
                    'author': message.author_id,
                    'reply_to': (message.reply_to or '').replace(invoice.name, ''),
                    'notified': message.notified_partner_ids,
                    'changes': {
                        (value.field_id.name, value.old_value_char, value.new_value_char)
                        for value in message.sudo().tracking_value_ids
                    },
                }
                for message in (invoice.message_ids - before).sorted('id')
            ]
            for invoice in invoices
        ]

    def test_invoices_paid_together_tell_what_one_paid_alone_tells(self):
        [alone] = self._pay_and_read(self._create_invoice(100.0))
        self.assertIn(self.follower, [message['notified'] for message in alone])
        self.assertIn(self.session.env.user.partner_id, [message['author'] for message in alone])
        self.assertTrue(any(message['changes'] for message in alone))
        together = self._pay_and_read(*(self._create_invoice(100.0) for _number in range(3)))
        self.assertEqual(together, [alone] * 3)
