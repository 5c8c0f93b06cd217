from unittest.mock import patch

from odoo.tests import tagged

from .common_reconcile import ReconcileCommon


@tagged('post_install', '-at_install')
class TestReconcileMessages(ReconcileCommon):
    """Written in bulk, the chatter tells what it always told, to the same people."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # As users run it: the tests of accounting switch tracking off.
        cls.env = (
            cls.env['base']
            .with_context(tracking_disable=False, mail_notrack=False, mail_create_nolog=False)
            .env
        )
        cls.follower = cls._create_user(
            'fred', 'Fred', 'account.group_account_invoice', notification_type='inbox'
        ).partner_id

    def _prepare(self):
        """Leftovers of all kinds, and somebody who wants to know when one is paid."""
        currency = self.setup_other_currency(
            'EUR', rates=[('2016-01-01', 3.0), ('2026-01-01', 2.0)]
        )
        invoices = [
            self._leftover(),
            self._leftover(paid=40),
            self._create_invoice(currency_id=currency.id),
            self._create_invoice(),
            self._leftover(),
        ]
        self._pay(100, [invoices[2]], currency_id=currency.id, date='2017-01-01')
        self._pay(60, [invoices[3]])
        self._pay(40, [invoices[3]])
        invoices[0].message_post(body="Please pay soon", message_type='comment')
        invoices[4].message_subscribe(
            self.follower.ids, self.env.ref('account.mt_invoice_paid').ids
        )
        self._settle()
        return self.env['account.move'].union(*invoices)

    def _settle(self):
        """Write down what was tracked so far, as the end of a request would."""
        self.env.cr.flush()

    def _tell(self, records, before):
        """What the chatter of each of these says that is not in ``before``."""
        told = []
        for record in records:
            messages = record.message_ids - before
            told.append(
                [
                    {
                        'body': message.body,
                        'subtype': message.subtype_id,
                        'type': message.message_type,
                        'author': message.author_id,
                        'email_from': message.email_from,
                        'reply_to': message.reply_to,
                        'alias_domain': message.record_alias_domain_id,
                        'company': message.record_company_id,
                        'answers': message.parent_id.body,
                        'internal': message.is_internal,
                        'notified': message.notified_partner_ids,
                        'changes': [
                            (
                                value.field_id.name,
                                value.old_value_char,
                                value.new_value_char,
                                value.old_value_float,
                                value.new_value_float,
                            )
                            for value in message.sudo().tracking_value_ids.sorted('field_id')
                        ],
                    }
                    for message in messages.sorted('id')
                ]
            )
        return told

    def _reconcile_and_tell(self, in_bulk):
        invoices = self._prepare()
        records = (*invoices, *invoices.matched_payment_ids, *invoices.matched_payment_ids.move_id)
        before = self.env['mail.message'].search([])
        engine = self.env['pos_receivable.reconcile.engine']
        if in_bulk:
            engine._reconcile_batch(invoices)
        else:
            pairs, shared = engine.env['pos_receivable.reconcile.evidence']._read_pairs(invoices)
            with self.env.cr.savepoint():
                engine._reconcile_together(invoices, pairs, shared)
        self._settle()
        return self._tell(records, before)

    def test_messages_written_in_bulk_say_the_same_to_the_same_people(self):
        one_by_one = self._reconcile_and_tell(in_bulk=False)
        in_bulk = self._reconcile_and_tell(in_bulk=True)
        self.assertEqual(len(one_by_one), len(in_bulk))
        for expected, told in zip(one_by_one, in_bulk, strict=True):
            self.assertEqual(told, expected)
        told = [message for messages in in_bulk for message in messages]
        self.assertIn(self.env.ref('account.mt_invoice_paid'), [m['subtype'] for m in told])
        self.assertIn(self.follower, [m['notified'] for m in told])
        self.assertTrue(any(m['answers'] == '<p>Please pay soon</p>' for m in told))

    def test_the_hooks_of_other_addons_get_messages_that_exist(self):
        heard = []
        thread = self.env.registry['mail.thread']

        def hook(records, values_list):
            messages = original(records, values_list)
            heard.append((len(values_list), messages.exists()))
            return messages

        original = thread._message_create
        invoices = self._create_leftovers(3)
        self._settle()
        with patch.object(thread, '_message_create', hook):
            self.env['pos_receivable.reconcile.engine']._reconcile_batch(invoices)
            self._settle()
        self.assertTrue(heard)
        for asked, messages in heard:
            self.assertEqual(len(messages), asked)
        told = self.env['mail.message'].union(*(messages for _asked, messages in heard))
        self.assertLessEqual(set(invoices.ids), set(told.mapped('res_id')))

    def test_a_batch_of_a_hundred_takes_few_queries(self):
        invoices = self._create_leftovers(100)
        self._settle()
        engine = self.env['pos_receivable.reconcile.engine']
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        outcomes, _busy = engine._reconcile_batch(invoices)
        self._settle()
        queries = self.cr.sql_log_count - before
        self.assertEqual({outcome['outcome'] for outcome in outcomes}, {'reconciled'})
        self.assertTrue(all(len(invoice.message_ids) >= 2 for invoice in invoices))
        self.assertLessEqual(queries, 5 * 100)
