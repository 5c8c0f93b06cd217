from lxml import etree, html

from odoo.fields import Command
from odoo.tests import TransactionCase, tagged

from .common import PosReceivableCommon
from .test_frontend import CollectInvoiceTourCommon

TOUR = 'pos_receivable_first_payment'


class GuidedTours:
    """A cashier's first payment, shown."""

    def _get_guided(self):
        return self.env.ref('pos_receivable.first_payment_tour').user_consumed_ids

    def _end_setup(self):
        """Only the shop of the tests takes payments, so that it is the one that is pointed at."""
        shops = self.env['pos.config'].search([('id', '!=', self.main_pos_config.id)])
        shops.use_invoice_payment = False
        self.customer.name = '0 First in the List'
        self.cashier = self.env['res.users'].search([('login', '=', 'counter_cashier')])
        self.main_pos_config.with_user(self.cashier).open_ui()
        self.main_pos_config.current_session_id.set_opening_control(0, None)

    def test_the_tour_leads_from_the_dashboard_to_the_receipt(self):
        self._end_setup()
        self.start_tour(
            '/odoo/action-point_of_sale.action_pos_config_kanban', TOUR, login='counter_cashier'
        )
        self.env.invalidate_all()
        payment = self.env['account.payment'].search([('pos_invoice_payment_uuid', '!=', False)])
        self.assertEqual(len(payment), 1)
        self.assertEqual(payment.create_uid, self.cashier)
        self.assertIn(payment.invoice_ids, self.invoice | self.buyer_invoices)
        self.assertFalse(payment.invoice_ids.amount_residual)

    def test_who_is_new_is_offered_to_be_shown_how_and_can_ask_again(self):
        payment = self._run('CollectInvoiceGuided')
        self.assertBooked(payment, 640, self.counter_cash_journal.default_account_id)
        self.assertEqual(self._get_guided().mapped('login'), ['counter_cashier'])
        payment.pos_session_id.close_session_from_ui()

    def test_who_was_shown_elsewhere_is_not_asked(self):
        cashier = self.env['res.users'].search([('login', '=', 'counter_cashier')])
        self.env['web_tour.tour'].with_user(cashier).consume(TOUR)
        self._run('CollectInvoiceNotOffered')

    def test_who_wants_not_to_be_shown_is_not_asked_again(self):
        self._run('CollectInvoiceOfferDeclined')
        self.assertEqual(self._get_guided().mapped('login'), ['counter_cashier'])


@tagged('post_install', '-at_install')
class TestGuidedOnADesktop(GuidedTours, CollectInvoiceTourCommon):
    pass


@tagged('post_install', '-at_install')
class TestGuidedOnAPhone(GuidedTours, CollectInvoiceTourCommon):
    browser_size = '375x667'
    touch_enabled = True


@tagged('post_install', '-at_install')
class TestAdvice(PosReceivableCommon):
    """What a manager is told where the shop is set up."""

    def test_nothing_when_all_is_well_or_the_switch_is_off(self):
        shop = self._create_shop('Shop 2', self._create_journal('cash', 'Second drawer', 'SDR'))
        self.assertFalse(shop.invoice_payment_advice)
        shop.invoice_payment_cash_journal_id = False
        self.assertTrue(shop.invoice_payment_advice)
        shop.use_invoice_payment = False
        self.assertFalse(shop.invoice_payment_advice)

    def test_cash_that_no_drawer_counts(self):
        shop = self._create_shop('Shop 2', self._create_journal('cash', 'Second drawer', 'SDR'))
        shop.invoice_payment_cash_journal_id = self.cash_journal
        self.assertEqual(
            shop.invoice_payment_advice,
            "Cash goes to Drawer and is not counted with the drawer, which is Second drawer.",
        )
        shop.payment_method_ids = [
            Command.unlink(method.id)
            for method in shop.payment_method_ids
            if method.journal_id.type == 'cash'
        ]
        self.assertRegex(shop.invoice_payment_advice, "nobody counts it")
        shop.invoice_payment_cash_journal_id = False
        self.assertRegex(shop.invoice_payment_advice, "No cash can be taken")

    def test_a_journal_that_can_receive_nothing(self):
        self.transfer_journal.inbound_payment_method_line_ids.unlink()
        self.config.invalidate_recordset(['invoice_payment_advice'])
        manager = self._create_user('mia', 'Mia', 'point_of_sale.group_pos_manager')
        self.assertRegex(
            self.config.with_user(manager).invoice_payment_advice,
            "^Transfer cannot receive payments yet",
        )


@tagged('post_install', '-at_install')
class TestEmptyLists(TransactionCase):
    """Lists that hold nothing say why, also where they are opened by their address."""

    def _get_ours(self, model):
        data = self.env['ir.model.data'].search(
            [('model', '=', model), ('module', '=like', 'pos\\_receivable%')]
        )
        return self.env[model].browse(data.mapped('res_id')).exists()

    def test_every_window_explains_itself(self):
        for window in self._get_ours('ir.actions.act_window'):
            if window.target == 'new':
                continue
            with self.subTest(window.name):
                paragraphs = html.fromstring(window.help or '<div/>').xpath('//p')
                self.assertGreaterEqual(len(paragraphs), 2)
                self.assertRegex(paragraphs[0].get('class', ''), 'o_view_nocontent_')

    def test_nothing_is_offered_to_be_created_where_nobody_can(self):
        """Of our own models, what is listed is written by the addons, never typed in."""
        for view in self._get_ours('ir.ui.view'):
            if view.type not in ('list', 'kanban') or not view.model.startswith('pos_receivable'):
                continue
            model = self.env[view.model]
            if view.inherit_id or model._abstract or model._transient or not model._auto:
                continue
            rights = [('model_id.model', '=', view.model), ('perm_create', '=', True)]
            if self.env['ir.model.access'].sudo().search_count(rights):
                continue
            with self.subTest(view.name):
                self.assertEqual(etree.fromstring(view.arch).get('create'), '0')
