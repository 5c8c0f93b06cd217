from datetime import timedelta

from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import FollowupCommon

MERGE = 'base.partner.merge.automatic.wizard'


@tagged('post_install', '-at_install')
class TestMerged(FollowupCommon):
    """Contacts that become one keep all that was said with either of them."""

    def _merge(self, source, into):
        """As a clerk without any right in accounting does."""
        clerk = self._create_user('cleo', 'Cleo', 'base.group_partner_manager')
        wizard = (
            self.env[MERGE]
            .with_user(clerk)
            .create(
                {
                    'partner_ids': (source | into).ids,
                    'dst_partner_id': into.id,
                    'state': 'selection',
                }
            )
        )
        with mute_logger('odoo.addons.base.partner.merge'):
            wizard.action_merge()
        self.env.invalidate_all()

    def test_two_cases_become_one_with_the_promises_and_disputes_of_both(self):
        twin = self.env['res.partner'].create({'name': 'Acme Corp.', 'email': self.customer.email})
        mine = self._create_invoice(100.0, due_in=-10)
        theirs = self._create_invoice(50.0, due_in=-20, partner=twin)
        self._dispute(mine, 10.0)
        day = (self.today + timedelta(days=4)).isoformat()
        self._open_case(twin).take_promise(5.0, day)
        self._dispute(theirs, 20.0)
        lost = self._find_case(twin)
        kept = self._find_case()
        self._merge(twin, into=self.customer)
        self.assertFalse(lost.exists())
        self.assertEqual(kept.dispute_ids.move_id, mine | theirs)
        self.assertEqual(kept.promise_ids.partner_id, self.customer)
        self._refresh()
        self.assertEqual((kept.overdue, kept.disputed, kept.promised), (120.0, 30.0, 5.0))
        texts = [contact['text'] for contact in kept.get_sheet()['contacts']]
        self.assertTrue(any('Promised' in text for text in texts))

    def test_the_case_of_a_contact_that_goes_is_that_of_the_one_that_stays(self):
        twin = self.env['res.partner'].create({'name': 'Acme Corp.', 'email': self.customer.email})
        self._create_invoice(50.0, due_in=-20, partner=twin)
        self._refresh()
        case = self._find_case(twin)
        self._merge(twin, into=self.customer)
        self.assertEqual(case.partner_id, self.customer)
        self._refresh()
        self.assertEqual(case.overdue, 50.0)
