import traceback

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from . import rpc
from .common import PosReceivableCommon

PAYLOADS = 500  # for each method
MOST_QUERIES = 150  # of a refusal, however large what was sent

SCALARS = st.one_of(
    st.sampled_from(
        [None, True, False, 0, -1, 1, 2**31 - 1, 2**31, -(2**31), 2**63, 2**64, 10**400]
        + [0.0, -0.0, 0.001, 50.005, -5.0, 1e15, 1e16, 1e308, 5e-324]
        + [float('nan'), float('inf'), float('-inf')]
        + ['', ' ', '0', '1', 'false', 'NaN', '\x00', '\ud800', '\u202e', '\U0001f4b8', "'; --"]
        + ['%s', '%', '_', '\\', '{}', '1,5', '٣', '²', 'x' * 100_000, 'a@b.example', '\n' * 1000]
        + ['2026-11-20', '2026-02-30', '0001-01-01', '9999-12-31', '2026-11-20 10:00:00', 'today']
    ),
    st.integers(),
    st.floats(),
    st.text(max_size=20),
)
KEYS = st.sampled_from(['id', 'invoice_id', 'amount', '', '__class__'])
JUNK = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=5,
)  # what JSON can say


@st.composite
def payloads(draw, names, strange):
    """Something strange for one parameter or several, what makes sense for the others: so that what
    is behind a good parameter is looked at too."""
    spoilt = draw(st.sets(st.sampled_from(sorted(names)), min_size=1)) if names else ()
    return {
        name: draw(strange if name in spoilt else st.sampled_from(sensible))
        for name, sensible in names.items()
    }


@tagged('post_install', '-at_install')
class TestBadInput(PosReceivableCommon):
    """Whatever is sent as a parameter is either done or refused in words. A refusal has written
    nothing, without the help of the roll-back that follows it, and was not expensive."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = cls._create_user(
            'max', 'Max', 'point_of_sale.group_pos_manager', 'account.group_account_invoice'
        )
        cls.invoices = cls._create_invoice(100.0) | cls._create_invoice(50.0, due_in=-3)
        cls.credit = cls._create_invoice(5.0, move_type='out_refund').line_ids.filtered(
            lambda line: line.account_type == 'asset_receivable'
        )
        gone = cls._create_invoice(1.0, post=False)
        cls.gone_id = gone.id
        gone.unlink()
        stranger = cls.env['res.partner'].create({'name': 'Stranger'})
        cls.unusual_ids = [
            cls.gone_id,
            stranger.id,
            cls._create_invoice(1.0, partner=stranger).id,
            cls._create_invoice(1.0, move_type='in_invoice').id,
            *cls._create_other_company_ids(),
        ]

    @classmethod
    def _create_other_company_ids(cls):
        """Ids of records that nobody of our company may touch."""
        data = cls.setup_other_company(name='Other company')
        company = data['company']
        partner = cls.env['res.partner'].create({'name': 'Theirs', 'company_id': company.id})
        invoice = cls.env['account.move'].create(
            {
                'move_type': 'out_invoice',
                'company_id': company.id,
                'partner_id': partner.id,
                'invoice_line_ids': [Command.create({'name': 'x', 'price_unit': 9, 'tax_ids': []})],
            }
        )
        invoice.action_post()
        return [company.id, partner.id, invoice.id, data['default_journal_bank'].id]

    def _get_parameters(self):
        """What makes sense for each parameter of each method."""
        partner = [self.customer.id]
        ids, uuids = self.invoices.ids, ['known', 'new', 'lost']
        allocations = [
            [{'invoice_id': ids[0], 'amount': 10.0}],
            [{'invoice_id': id_, 'amount': 0.5} for id_ in ids],
            [{'invoice_id': id_, 'amount': 1.0} for id_ in range(1, 700)],
            [{'invoice_id': id_, 'amount': 1.0} for id_ in self.unusual_ids],
        ]
        return {
            'account.move.action_force_payment_reconciliation': {},
            'pos_receivable.match.choose.action_confirm': {},
            'pos_receivable.match.mode.action_open_modes': {},
            'pos_receivable.match.proposal.action_accept': {},
            'pos_receivable.match.proposal.action_choose': {},
            'pos_receivable.match.proposal.action_match_now': {},
            'pos_receivable.match.proposal.action_open_decisions': {},
            'pos_receivable.match.proposal.action_open_receipt': {},
            'pos_receivable.match.proposal.action_reject': {},
            'pos_receivable.match.proposal.action_undo': {},
            'pos_receivable.reconcile.issue.action_retry': {},
            'res.config.settings.action_open_match_modes': {},
            'pos_receivable.reconcile.run.line.action_open_invoice': {},
            'pos.session.action_show_invoice_payments': {},
            'pos.session.apply_invoice_credits': {
                'partner_id': partner,
                'credit_ids': [self.credit.ids],
                'invoice_ids': [ids, ids[:1]],
            },
            'pos.session.check_invoice_payments_counted': {'fingerprint': ['told', 'x' * 2000]},
            'pos.session.close_invoice_payment_attempt': {'uuid': uuids},
            'pos.session.collect_invoice_payment': {
                'uuid': uuids,
                'partner_id': partner,
                'journal_id': [self.cash_journal.id, self.card_journal.id],
                'allocations': allocations,
                'payment_date': [None, self.today.isoformat()],
                'reference': ['', 'cheque 12'],
                'tendered': [None, 100.0],
            },
            'pos.session.email_invoice_payment': {
                'payment_id': self.payment.ids,
                'email': ['acme@example.com'],
            },
            'pos.session.find_open_invoice': {'code': self.invoices.mapped('name')},
            'pos.session.get_invoice_payments': {'offset': [0, 1], 'limit': [40, 1]},
            'pos.session.get_open_credits': {'partner_id': partner},
            'pos.session.get_open_invoices': {
                'partner_id': partner,
                'search': ['', 'INV', '50'],
                'offset': [0, 1],
                'limit': [40, 1],
            },
            'pos.session.get_partner_dues': {'partner_ids': [partner, list(range(1, 600))]},
            'pos.session.void_invoice_payment': {
                'payment_id': self.payment.ids,
                'reason': ['wrong'],
            },
        }

    def setUp(self):
        super().setUp()
        self.payment, _answer = self._collect({self.invoices[0]: 40.0}, uuid='known')
        invoice = self.invoices[1]
        self.env['account.bank.statement.line'].create(
            {
                'journal_id': self.transfer_journal.id,
                'payment_ref': invoice.name,
                'partner_name': self.customer.name,
                'amount': 50.0,
            }
        )
        self.env['pos_receivable.match.schedule'].sudo()._run_now(self.company)
        self.proposal = self.env['pos_receivable.match.proposal'].sudo().search([], limit=1)
        self.dialog = (
            self.env['pos_receivable.match.choose'].sudo().create({'proposal_id': self.proposal.id})
        )
        self.issue = (
            self.env['pos_receivable.reconcile.issue']
            .sudo()
            .create({'move_id': invoice.id, 'company_id': self.company.id})
        )
        runs = self.env['pos_receivable.reconcile.run'].sudo()
        self.run = runs._start(self.company, 'manual')
        self.run._record(
            [
                {
                    'move_id': invoice.id,
                    'company_id': self.company.id,
                    'outcome': 'nothing',
                    'amount': 0,
                }
            ]
        )

    def test_whatever_is_sent_is_done_or_refused_in_words(self):
        parameters = self._get_parameters()
        self.assertEqual(set(parameters), rpc.find_own_methods(self.env))
        for method, names in parameters.items():
            with self.subTest(method=method):
                before = rpc.read_ledger(self.env)
                self._send(method, names)
                self.assertEqual(rpc.read_ledger(self.env), before)

    def _get_ids(self, method, weight=1):
        """Ids of records on which the method works, ``weight`` times, and others."""
        [known] = {
            'account.move': self.invoices[1].ids,
            'pos.session': self.session.ids,
            'pos_receivable.match.choose': self.dialog.ids,
            'pos_receivable.match.mode': [1],
            'pos_receivable.match.proposal': self.proposal.ids,
            'pos_receivable.reconcile.issue': self.issue.ids,
            'res.config.settings': [1],
            'pos_receivable.reconcile.run.line': self.run.line_ids.ids,
        }[method.rpartition('.')[0]]
        # On no invoice, reconciling is the schedule's work, which commits.
        none = [] if method.startswith('account.move.') else [[]]
        unusual = [*none, [0], [-1], [2**31 - 1], [2**70], [True], [known, known], [self.gone_id]]
        unusual += [[None], [1.5], [float('nan')], ['x'], ['1'], [[known]], [{}], 'x']
        return [*[[known]] * weight, *unusual, [self.gone_id, known]]

    def _send(self, method, names):
        # Without parameters there is no more to try than ids.
        ids = st.sampled_from(self._get_ids(method, weight=24 if names else 2))
        strange = JUNK | st.sampled_from(self.unusual_ids)

        @settings(
            max_examples=PAYLOADS,
            deadline=None,
            database=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        )
        @given(ids, payloads(names, strange), strange)
        def send(ids, values, employee):
            self._send_one(method, ids, values, employee)

        send()

    def _send_one(self, method, ids, values, employee):
        queries = self.env.cr.sql_log_count
        savepoint = self.env.cr.savepoint()
        context = {'pos_employee_id': employee}
        refusal = None
        try:
            rpc.call(self.manager, *method.rsplit('.', 1), ids, context=context, **values)
            self.env.flush_all()
        except (AccessError, UserError) as error:
            refusal = error
        finally:
            # What a refusal wrote stays, to be found in the ledger.
            savepoint.close(rollback=refusal is None)
        if refusal:
            self.assertTrue(str(refusal))
            self.assertLess(self.env.cr.sql_log_count - queries, MOST_QUERIES)

    def test_another_signature_is_refused_before_anything_runs(self):
        for method, names in self._get_parameters().items():
            sensible = {name: values[0] for name, values in names.items()}
            with self.subTest(method=method):
                self.assertNotCalled(method, no_such_parameter=1, **sensible)
                self.assertNotCalled(method, *sensible.values(), 'one', 'too', 'many')
        self.assertNotCalled('pos.session.collect_invoice_payment', uuid='new')

    def assertNotCalled(self, method, *args, **kwargs):
        """Python itself refuses: what a remote caller of any method of the core is answered."""
        try:
            rpc.call(
                self.manager, *method.rsplit('.', 1), self._get_ids(method)[0], *args, **kwargs
            )
        except TypeError as error:
            self.assertEqual(traceback.extract_tb(error.__traceback__)[-1].name, 'call_kw')
        else:
            self.fail(f"{method} took another signature")
