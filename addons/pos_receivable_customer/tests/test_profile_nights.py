from contextlib import contextmanager
from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..models import payment_profile_schedule as schedule_module
from .common_profile import ProfileCommon


@tagged('post_install', '-at_install')
class TestProfileNights(ProfileCommon):
    """From night to night: who is looked at again, and that all others are left alone."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.schedule = cls.env['pos_receivable.payment.profile.schedule']
        cls.touched = cls.env['pos_receivable.payment.profile.touched']
        cls.parameters = cls.env['ir.config_parameter'].sudo()
        cls._settle([12] * 4)
        cls.schedule._run_now()
        # Long after: nothing of today is within the overlap any more.
        cls._age()

    @classmethod
    def _age(cls):
        cls.env.flush_all()
        cls.env.cr.execute(
            "UPDATE account_partial_reconcile SET write_date = write_date - interval '3 days'"
        )
        cls.env['account.partial.reconcile'].invalidate_model()

    def _read_versions(self):
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT id, xmin::text, cmin::text, ctid::text FROM"
            " pos_receivable_payment_profile ORDER BY id"
        )
        return self.env.cr.fetchall()

    def _count_looked_at(self):
        """How many contacts the next night looks at."""
        with patch.object(
            type(self.env['pos_receivable.payment.profile.builder']), '_build', autospec=True
        ) as build:
            self._night()
        return sum(len(call.args[1]) for call in build.call_args_list)

    def test_nothing_changed_nothing_written(self):
        before = self._read_versions()
        self.assertTrue(before)
        self.parameters.set_param(schedule_module.WATERMARK, False)
        self._night()
        self.assertEqual(self._read_versions(), before)

    def test_the_same_evening_nobody_is_looked_at(self):
        self.assertEqual(self._count_looked_at(), 0)

    def test_a_new_payment_is_noticed(self):
        invoice = self._invoice()
        self._receive(invoice, 1)
        self._night()
        self.assertEqual(self._get_profile().settled_count, 5)

    def test_a_payment_dated_back_is_noticed(self):
        invoice = self._invoice(issued=400)
        self._receive(invoice, 390)
        self._night()
        self.assertEqual(self._get_profile().settled_count, 5)

    def test_what_is_unreconciled_is_noticed_though_no_trace_is_left(self):
        invoice = self.env['account.move'].search(
            [('partner_id', '=', self.customer.id), ('move_type', '=', 'out_invoice')], limit=1
        )
        invoice.line_ids.remove_move_reconcile()
        self._night()
        self.assertEqual(self._get_profile().settled_count, 3)

    def test_with_the_last_payment_the_profile_goes(self):
        invoices = self.env['account.move'].search(
            [('partner_id', '=', self.customer.id), ('move_type', '=', 'out_invoice')]
        )
        invoices.line_ids.remove_move_reconcile()
        self._night()
        self.assertFalse(self._get_profile())

    def test_an_invoice_reset_to_draft_is_noticed(self):
        invoice = self.env['account.move'].search(
            [('partner_id', '=', self.customer.id), ('move_type', '=', 'out_invoice')], limit=1
        )
        invoice.button_draft()
        self._night()
        self.assertEqual(self._get_profile().settled_count, 3)
        invoice.action_post()
        self._night()
        self.assertEqual(self._get_profile().settled_count, 4)

    def test_a_long_transaction_is_noticed_by_the_overlap(self):
        invoice = self._invoice()
        entry = self._receive(invoice, 1)
        self._night()
        # It was only committed now, though it had begun before the last night.
        self.profiles.sudo().search([]).unlink()
        self.env.flush_all()
        partials = entry.line_ids.matched_debit_ids
        moment = fields.Datetime.now() - timedelta(hours=5)
        self.env.cr.execute(
            "UPDATE account_partial_reconcile SET write_date = %s WHERE id IN %s",
            [moment, partials._ids],
        )
        self._night()
        self.assertTrue(self._get_profile())

    def test_in_twenty_eight_nights_everybody_has_their_turn(self):
        profile = self._get_profile()
        profile.sudo().median_days_due = 77  # spoilt by hand
        self.env.flush_all()
        now = self.env.cr.now().replace(tzinfo=None)
        nights = [
            self.schedule._get_turns(now + timedelta(days=day), now + timedelta(days=day + 1))
            for day in range(28)
        ]
        self.assertEqual(sorted(turn for [turn] in nights), list(range(28)))
        # After a longer pause they catch up.
        self.assertEqual(len(self.schedule._get_turns(now - timedelta(days=5), now)), 5)
        self.assertEqual(len(self.schedule._get_turns(now - timedelta(days=500), now)), 28)
        self.parameters.set_param(
            schedule_module.WATERMARK, fields.Datetime.to_string(now - timedelta(days=28))
        )
        self._night()
        self.assertEqual(self._get_profile().median_days_due, 12)

    def test_a_watermark_spoilt_by_hand_is_as_none(self):
        self.parameters.set_param(schedule_module.WATERMARK, 'yesterday')
        self.profiles.sudo().search([]).unlink()
        self._night()
        self.assertTrue(self._get_profile())

    @contextmanager
    def _small_batches(self, commit):
        """Two hours after the last night, with a batch of two customers."""
        moment = self.env.cr.now() - timedelta(hours=2)
        self.parameters.set_param(schedule_module.WATERMARK, fields.Datetime.to_string(moment))
        with (
            patch.object(schedule_module, 'BATCH', 2),
            patch.object(type(self.schedule), '_get_turns', return_value=[]),
            patch.object(type(self.env['ir.cron']), '_commit_progress', commit),
        ):
            yield

    def _create_payers(self):
        partners = self.env['res.partner'].create([{'name': f'P{n}'} for n in range(5)])
        for partner in partners:
            self._settle([3], partner)
        return partners

    def test_a_night_that_is_stopped_goes_on_with_the_rest(self):
        partners = self._create_payers()
        waiting = []
        with self._small_batches(lambda *_args, **_values: 0.0):
            for _call in range(3):
                self.schedule._run_schedule()
                waiting.append(self.touched._count_waiting())
        self.assertEqual(waiting, [3, 1, 0])
        for partner in partners:
            self.assertEqual(self._get_profile(partner).median_days_due, 3)

    def test_the_scheduled_action_tells_how_far_it_is(self):
        self._create_payers()
        told = []

        def note(_self, processed=0, *, remaining=None):
            told.append((processed, remaining))
            return 60.0

        with self._small_batches(note):
            self.schedule._run_schedule()
        self.assertEqual(told, [(0, 5), (2, 3), (2, 1), (1, 0)])

    def test_a_batch_takes_few_queries_however_many_customers(self):
        partners = self.env['res.partner'].create([{'name': f'P{n}'} for n in range(30)])
        counts = []
        for ids in (partners[:3].ids, partners.ids):
            self.touched._add(ids)
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            with patch.object(type(self.env['ir.cron']), '_commit_progress', return_value=0.0):
                self.schedule._commit_batch(30)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[0], counts[1])
        self.assertLessEqual(counts[0], 3)

    # -------------------------------------------------------------------------
    # Contacts that move
    # -------------------------------------------------------------------------

    def _merge(self, source, into):
        wizard = self.env['base.partner.merge.automatic.wizard'].sudo().create({})
        with mute_logger('odoo.addons.base.partner.merge'):
            wizard._merge((source | into).ids, into.sudo())

    def test_of_merged_customers_one_profile_is_left_which_tells_all(self):
        other = self.env['res.partner'].create({'name': 'Acme Corp.'})
        self._settle([12] * 3, other)
        self._night()
        self._merge(other, into=self.customer)
        self.assertFalse(other.exists())
        profile = self.profiles.search([('partner_id', '=', self.customer.id)])
        self.assertEqual(profile.settled_count, 7)

    def test_who_had_no_profile_inherits_one_by_merging(self):
        new = self.env['res.partner'].create({'name': 'Acme Corp.'})
        self._merge(self.customer, into=new)
        self.assertEqual(self._get_profile(new).settled_count, 4)

    def test_a_customer_who_becomes_a_contact_is_told_of_with_the_company(self):
        company = self.env['res.partner'].create({'name': 'Acme Group', 'is_company': True})
        self.customer.write({'is_company': False, 'parent_id': company.id})
        self._night()
        self.assertFalse(self.profiles.search([('partner_id', '=', self.customer.id)]))
        self.assertEqual(self._get_profile(company).settled_count, 4)
        # The core has moved the entries: they stay where they are.
        self.customer.parent_id = False
        self._night()
        self.assertEqual(self._get_profile(company).settled_count, 4)
        self.assertFalse(self._get_profile())

    def test_a_contact_who_becomes_a_company_takes_its_own_along(self):
        group = self.env['res.partner'].create({'name': 'Acme Group', 'is_company': True})
        self.customer.write({'is_company': True, 'parent_id': group.id})
        self.customer.is_company = False
        self._night()
        self.assertEqual(self._get_profile(group).settled_count, 4)
        self.customer.is_company = True
        self._night()
        self.assertFalse(self.profiles.search([('partner_id', '=', group.id)]))
        self.assertEqual(self._get_profile().settled_count, 4)
