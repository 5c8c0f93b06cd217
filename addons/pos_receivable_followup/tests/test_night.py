from unittest.mock import patch

from odoo.tests import tagged

from ..models import schedule
from .common import FollowupCommon


@tagged('post_install', '-at_install')
class TestNight(FollowupCommon):
    """All who owe something are looked at, in batches; a night that was stopped goes on."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.partners = cls.customer | cls.env['res.partner'].create(
            [{'name': f'Customer {number}'} for number in range(4)]
        )
        for partner in cls.partners:
            cls._create_invoice(100.0, due_in=-40, partner=partner)

    def _run(self, seconds_left=60.0):
        """
        :return: how many were looked at in each batch
        """
        batches = []

        def commit(_self, done=0, *, remaining=None):
            if done:
                batches.append(done)
            self.env.flush_all()
            return seconds_left

        night = self.env['pos_receivable.followup.schedule']
        with (
            patch.object(schedule, 'BATCH', 2),
            patch.object(type(self.env['ir.cron']), '_commit_progress', commit),
            patch.object(type(night), '_get_root_companies', lambda _self: self.company),
        ):
            night._run_schedule()
        return batches

    def _count(self):
        return self.env['pos_receivable.case'].search_count([('company_id', '=', self.company.id)])

    def test_everybody_who_is_late_has_a_case_in_the_morning(self):
        self.assertEqual(self._run(), [2, 2, 1])
        self.assertEqual(self._count(), 5)

    def test_a_night_without_time_left_goes_on_where_it_stopped_and_then_is_done(self):
        self.assertEqual(self._run(seconds_left=0.0), [2])
        self.assertEqual(self._count(), 2)
        self.assertEqual(self._run(seconds_left=0.0), [2])
        self.assertEqual(self._run(), [1])
        self.assertEqual(self._count(), 5)
        self.assertEqual(self._run(), [])

    def test_what_was_noted_of_another_day_is_begun_anew(self):
        self.company.receivable_followup_progress = {'day': '2020-01-01', 'after': 2**31 - 1}
        self.assertEqual(self._run(), [2, 2, 1])
