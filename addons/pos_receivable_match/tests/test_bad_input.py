from odoo.tests import tagged

from odoo.addons.pos_receivable.tests.bad_input import BadInput

from .common import MatchCommon


@tagged('post_install', '-at_install')
class TestBadInput(BadInput, MatchCommon):
    addon = 'pos_receivable_match'

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = cls._create_user('max', 'Max', 'account.group_account_invoice')
        cls.invoice = cls._create_invoice(50.0, due_in=-3)
        gone = cls._create_invoice(1.0, post=False)
        cls.gone_id = gone.id
        gone.unlink()
        theirs = cls.setup_other_company(name='Other company')
        cls.unusual_ids = [cls.gone_id, cls.other.id, theirs['default_journal_bank'].id]

    def setUp(self):
        super().setUp()
        self._receive(50.0, self.invoice.name, self.customer.name)
        self.env['pos_receivable.match.schedule'].sudo()._run_now(self.company)
        self.proposal = self.env['pos_receivable.match.proposal'].sudo().search([], limit=1)
        self.dialog = (
            self.env['pos_receivable.match.choose'].sudo().create({'proposal_id': self.proposal.id})
        )

    def _get_known_ids(self):
        return {
            'pos_receivable.match.choose': self.dialog.ids,
            'pos_receivable.match.proposal': self.proposal.ids,
        }

    def _get_parameters(self):
        return {
            'pos_receivable.match.choose.action_confirm': {},
            'pos_receivable.match.proposal.action_accept': {},
            'pos_receivable.match.proposal.action_choose': {},
            'pos_receivable.match.proposal.action_match_now': {},
            'pos_receivable.match.proposal.action_open_decisions': {},
            'pos_receivable.match.proposal.action_open_receipt': {},
            'pos_receivable.match.proposal.action_reject': {},
            'pos_receivable.match.proposal.action_undo': {},
        }
