from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools import mute_logger
from odoo.tools.translate import code_translations

from .common_reconcile import ReconcileCommon

ENGINE = 'odoo.addons.pos_receivable.models.pos_receivable_reconcile_engine'
FRENCH = {
    "%(invoice)s cannot be reconciled": "%(invoice)s : rapprochement impossible",
    "Reconciled.": "Rapprochée.",
}


@tagged('post_install', '-at_install')
class TestReconcileLanguages(ReconcileCommon):
    """The scheduler speaks no language: those who read the log, the issues and requests do."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env['res.lang']._activate_lang('fr_FR')
        cls.accountant.lang = 'fr_FR'

    def setUp(self):
        super().setUp()
        french = {('pos_receivable', 'fr_FR'): FRENCH}
        patcher = patch.dict(code_translations.python_translations, french)
        self.addCleanup(patcher.stop)
        patcher.start()

    def _fail_in_own_words(self):
        """Make reconciling fail with the language that messages are composed in."""
        model = type(self.env['account.move.line'])

        def failing(items, _data):
            raise RuntimeError(f"Said in {items.env.lang}")

        patcher = patch.object(model, '_reconcile_post_hook', failing)
        self.addCleanup(patcher.stop)
        patcher.start()
        return patcher

    def _find_issue(self, invoice):
        issues = self.env['pos_receivable.reconcile.issue'].sudo()
        return issues.search([('move_id', '=', invoice.id)])

    def test_why_nothing_was_done_is_told_in_the_readers_language(self):
        reasons = self.env['ir.model.fields']._get('pos_receivable.reconcile.run.line', 'why')
        reason = reasons.selection_ids.filtered(lambda option: option.value == 'no_payment')
        reason.with_context(lang='fr_FR').name = "Aucun paiement lié."
        self._create_invoice().action_force_payment_reconciliation()
        line = self.env['pos_receivable.reconcile.run.line'].search([])
        self.assertEqual(line.with_context(lang='en_US').reason, reason.name)
        self.assertEqual(line.with_context(lang='fr_FR').reason, "Aucun paiement lié.")

    @mute_logger(ENGINE)
    def test_the_night_speaks_the_language_of_who_is_in_charge(self):
        self.company.receivable_reconcile_user_id = self.accountant
        self.env['ir.config_parameter'].set_param('pos_receivable.activity_after', 1)
        invoice = self._leftover()
        patcher = self._fail_in_own_words()
        run = self._run()
        issue = self._find_issue(invoice)
        self.assertEqual((issue.error, run.line_ids.reason), ("Said in fr_FR",) * 2)
        self.assertEqual(issue.activity_ids.summary, f"{invoice.name} : rapprochement impossible")
        patcher.stop()
        self.addCleanup(patcher.start)
        issue.next_retry = self.env.cr.now()
        self._run()
        self.assertEqual(issue.state, 'resolved')
        self.assertIn("Rapprochée.", ''.join(issue.message_ids.mapped('body')))

    @mute_logger(ENGINE)
    def test_without_somebody_in_charge_it_speaks_the_companys(self):
        self.company.partner_id.lang = 'fr_FR'
        invoice = self._leftover()
        self._fail_in_own_words()
        self._run()
        self.assertEqual(self._find_issue(invoice).error, "Said in fr_FR")

    @mute_logger(ENGINE)
    def test_by_hand_the_user_is_told_in_their_own_but_who_is_asked_in_theirs(self):
        self.company.receivable_reconcile_user_id = self.accountant
        self.env['ir.config_parameter'].set_param('pos_receivable.activity_after', 1)
        invoice = self._leftover()
        self._fail_in_own_words()
        invoice.with_context(lang='en_US').action_force_payment_reconciliation()
        issue = self._find_issue(invoice)
        self.assertEqual(issue.error, "Said in en_US")
        self.assertEqual(issue.activity_ids.summary, f"{invoice.name} : rapprochement impossible")

    @mute_logger(ENGINE)
    def test_a_language_that_is_not_installed_any_more_is_no_failure(self):
        self.company.receivable_reconcile_user_id = self.accountant
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE res_partner SET lang = 'xx_XX' WHERE id = %s", self.accountant.partner_id.ids
        )
        self.env.invalidate_all()
        invoice = self._leftover()
        self._run()
        self.assertPaid(invoice)
