from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from . import rpc
from .common import PosReceivableCommon

# Whoever calls a public method of this addon, over the wire: what is theirs is done, for the rest
# the server answers with an access error. A new public method needs a row here, and a request that
# works in _get_requests.
METHODS = """
                                           cashier manager biller accountant stranger portal public
account.bank.statement.line.action_undo_reconciliation
                                              no      no     no       yes       no      no     no
account.move.action_force_payment_reconciliation
                                              no      no     yes      yes       no      no     no
account.move.button_draft                     no      no     yes      yes       no      no     no
account.move.js_remove_outstanding_partial    no      no     yes      yes       no      no     no
account.move.line.action_unreconcile_match_entries
                                              no      no     yes      yes       no      no     no
account.partial.reconcile.create              no      no     yes      yes       yes     no     no
account.partial.reconcile.unlink              no      no     yes      yes       no      no     no
account.payment.create                        no      no     yes      yes       yes     no     no
account.payment.write                         no      no     yes      yes       no      no     no
pos.config.write                              no      yes    no       no        no      no     no
pos.session.action_pos_session_validate       yes     yes    no       no        no      no     no
pos.session.action_show_invoice_payments      yes     yes    no       no        no      no     no
pos.session.apply_invoice_credits             yes     yes    no       no        no      no     no
pos.session.check_invoice_payments_counted    yes     yes    no       no        no      no     no
pos.session.close_invoice_payment_attempt     yes     yes    no       no        no      no     no
pos.session.collect_invoice_payment           yes     yes    no       no        no      no     no
pos.session.email_invoice_payment             yes     yes    no       no        no      no     no
pos.session.find_open_invoice                 yes     yes    no       no        no      no     no
pos.session.create                            yes     yes    no       no        no      no     no
pos.session.get_closing_control_data          yes     yes    no       no        no      no     no
pos.session.get_invoice_payments              yes     yes    no       no        no      no     no
pos.session.get_open_credits                  yes     yes    no       no        no      no     no
pos.session.get_open_invoices                 yes     yes    no       no        no      no     no
pos.session.get_partner_dues                  yes     yes    no       no        no      no     no
pos.session.void_invoice_payment              no      yes    no       no        no      no     no
pos.session.write                             yes     yes    no       no        no      no     no
pos_receivable.match.choose.action_confirm    no      no     yes      yes       no      no     no
pos_receivable.match.choose.default_get       yes     yes    yes      yes       yes     yes    yes
pos_receivable.match.decision.write           no      no     no       no        no      no     no
pos_receivable.match.mode.action_open_modes   no      no     yes      yes       yes     no     no
pos_receivable.match.mode.write               no      no     no       yes       no      no     no
pos_receivable.match.proposal.action_accept   no      no     yes      yes       no      no     no
pos_receivable.match.proposal.action_choose   no      no     yes      yes       no      no     no
pos_receivable.match.proposal.action_match_now
                                              no      no     yes      yes       yes     no     no
pos_receivable.match.proposal.action_open_decisions
                                              no      no     yes      yes       no      no     no
pos_receivable.match.proposal.action_open_receipt
                                              no      no     yes      yes       no      no     no
pos_receivable.match.proposal.action_reject   no      no     yes      yes       no      no     no
pos_receivable.match.proposal.action_undo     no      no     yes      yes       no      no     no
pos_receivable.reconcile.issue.action_retry   no      no     yes      yes       no      no     no
pos_receivable.reconcile.run.line.action_open_invoice
                                              no      no     yes      yes       no      no     no
report.point_of_sale.report_saledetails.get_sale_details
                                              yes     yes    no       no        yes     no     no
res.config.settings.action_open_match_modes   no      no     yes      yes       yes     no     no
res.config.settings.get_values                yes     yes    yes      yes       yes     yes    yes
res.config.settings.set_values                no      no     no       no        no      no     no
"""
# A stranger creates payments in their own company, and the report they get is an empty one. The core
# keeps no company apart when somebody creates a partial reconciliation other than by reconciling. What
# get_values tells anybody is the core's; our part is added for administrators.

# Our models and fields: r may be read, w may be changed, - neither. A new field needs a row here;
# a row may stand for all fields of a model.
FIELDS = """
                                           cashier manager biller accountant stranger portal public
account.bank.statement.line.*                 -       -      r        r         -       -      -
account.move.*                                -       -      r        r         -       -      -
account.payment.pos_cashier_name              -       r      r        r         -       -      -
account.payment.pos_invoice_payment_data      -       r      r        r         -       -      -
account.payment.pos_invoice_payment_uuid      -       r      r        r         -       -      -
account.payment.register.*                    -       -      -        -         -       -      -
pos.config.invoice_payment_access             r       rw     -        -         -       -      -
pos.config.invoice_payment_bank_journal_ids   r       rw     -        -         -       -      -
pos.config.invoice_payment_cash_journal_id    r       rw     -        -         -       -      -
pos.config.invoice_payment_cashier_void       r       rw     -        -         -       -      -
pos.config.use_invoice_payment                r       rw     -        -         -       -      -
pos.session.invoice_cash_at_closing           r       r      -        -         -       -      -
pos.session.invoice_payment_count             r       r      -        -         -       -      -
pos.session.invoice_payment_ids               -       r      -        -         -       -      -
pos.session.invoice_payment_total             r       r      -        -         -       -      -
pos.session.invoice_payments_given_up         r       r      -        -         -       -      -
pos.session.invoice_payments_told             r       r      -        -         -       -      -
pos.session.use_invoice_payment               r       r      -        -         -       -      -
pos_receivable.payment.report.*               -       r      -        r         -       -      -
pos_receivable.match.account.*                -       -      r        r         -       -      -
pos_receivable.match.alias.*                  -       -      r        r         -       -      -
pos_receivable.match.allocation.*             -       -      r        r         -       -      -
pos_receivable.match.candidate.*              -       -      r        r         -       -      -
pos_receivable.match.decision.*               -       -      r        r         -       -      -
pos_receivable.match.mode.*                   -       -      r        r         -       -      -
pos_receivable.match.mode.mode                -       -      r        rw        -       -      -
pos_receivable.match.proposal.*               -       -      r        r         -       -      -
pos_receivable.match.rejection.*              -       -      -        r         -       -      -
pos_receivable.match.run.*                    -       -      r        r         -       -      -
pos_receivable.reconcile.issue.*              -       -      r        r         -       -      -
pos_receivable.reconcile.run.*                -       -      r        r         -       -      -
pos_receivable.reconcile.run.line.*           -       -      r        r         -       -      -
res.company.*                                 r       r      r        r         -       -      -
res.config.settings.*                         -       -      -        -         -       -      -
"""


def read_table(table):
    """``{row: {person: right}}``; a long name stands on the line above its rights."""
    _blank, header, *lines = table.splitlines()
    people, rows, name = header.split(), {}, ''
    for line in lines:
        cells = line.split()
        if not line.startswith(' '):
            name, *cells = cells
        if cells:
            rows[name] = dict(zip(people, cells, strict=True))
    return rows


def is_forbidden(error):
    """To this person, or to anybody: decisions are final."""
    return isinstance(error, AccessError) or 'are final' in str(error)


@tagged('post_install', '-at_install')
class TestRightsMatrix(PosReceivableCommon):
    """Everybody against everything, through the server's own dispatcher."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        other = cls._create_company(name='Other company')
        cls.people = {
            'cashier': cls.cashier,
            'manager': cls._create_user('max', 'Max', 'point_of_sale.group_pos_manager'),
            'biller': cls._create_user('biller', 'Biller', 'account.group_account_invoice'),
            'accountant': cls._create_user(
                'ingrid', 'Ingrid', 'account.group_account_user', 'account.group_account_manager'
            ),
            'stranger': cls._create_user(
                'boris',
                'Boris',
                'point_of_sale.group_pos_manager',
                'account.group_account_manager',
                company_id=other.id,
                company_ids=[Command.set(other.ids)],
            ),
            'portal': cls._create_user(
                'mia', 'Mia', group_ids=[Command.set(cls.env.ref('base.group_portal').ids)]
            ),
            'public': cls.env.ref('base.public_user'),
        }
        # Their own company is that of the public user too: only rights are to keep them out.
        cls.people['public'].sudo().write(
            {'company_ids': [Command.set(cls.company.ids)], 'company_id': cls.company.id}
        )
        cls.other_shop = cls._create_shop('Shop 2', cls._create_journal('cash', 'Till 2', 'TL2'))
        cls.invoice = cls._create_invoice(100.0)
        cls.credit_note = cls._create_invoice(5.0, move_type='out_refund')
        cls.credit = cls.credit_note.line_ids.filtered(
            lambda line: line.account_type == 'asset_receivable'
        )

    def setUp(self):
        super().setUp()
        self.payment, _answer = self._collect({self.invoice: 40.0})
        self.issue = (
            self.env['pos_receivable.reconcile.issue']
            .sudo()
            .create({'move_id': self.invoice.id, 'company_id': self.company.id})
        )
        self.booked, self.proposal = self._create_proposal(), self._create_proposal()
        self.booked.sudo().action_accept()
        self.rejection = (
            self.env['pos_receivable.match.rejection']
            .sudo()
            .create({'item_id': self.proposal.candidate_id.allocation_ids[:1].line_id.id})
        )
        self.decision = self.env['pos_receivable.match.decision'].sudo().search([], limit=1)
        self.env['pos_receivable.match.mode'].sudo()._ensure(self.company)
        self.mode = (
            self.env['pos_receivable.match.mode']
            .sudo()
            .search([('company_id', '=', self.company.id)], limit=1)
        )
        self.statement_line = self.env['account.bank.statement.line'].create(
            {'journal_id': self.card_journal.id, 'payment_ref': 'x', 'amount': 1.0}
        )
        runs = self.env['pos_receivable.reconcile.run'].sudo()
        self.run = runs._start(self.company, 'manual')
        self.run._record(
            [
                {
                    'move_id': self.invoice.id,
                    'company_id': self.company.id,
                    'outcome': 'nothing',
                    'amount': 0,
                }
            ]
        )

    def _create_proposal(self):
        """A customer's invoice, and a statement line that quotes it."""
        invoice = self._create_invoice(77.0)
        line = self.env['account.bank.statement.line'].create(
            {
                'journal_id': self.transfer_journal.id,
                'payment_ref': invoice.name,
                'partner_name': self.customer.name,
                'account_number': 'DE89370400440532013000',
                'amount': 77.0,
            }
        )
        self.env['pos_receivable.match.schedule'].sudo()._run_now(self.company)
        proposals = self.env['pos_receivable.match.proposal'].sudo()
        return proposals.search([('statement_line_id', '=', line.id)])

    def _get_requests(self):
        """A request that a person with the right to it gets through, for each method."""
        session, partner, payment = self.session.ids, self.customer.id, self.payment
        partial = payment.move_id.line_ids.matched_debit_ids
        allocation = {'invoice_id': self.invoice.id, 'amount': 10.0}
        booked = self.booked.statement_line_id.move_id.line_ids
        return {
            'account.bank.statement.line.action_undo_reconciliation': (
                self.booked.statement_line_id.ids,
            ),
            'account.move.action_force_payment_reconciliation': (self.invoice.ids,),
            'account.move.button_draft': (payment.move_id.ids,),
            'account.move.js_remove_outstanding_partial': (self.invoice.ids, partial.id),
            'account.move.line.action_unreconcile_match_entries': ([],),
            'account.partial.reconcile.create': (
                {
                    'debit_move_id': partial.debit_move_id.id,
                    'credit_move_id': self.credit.id,
                    'amount': 1.0,
                    'debit_amount_currency': 1.0,
                    'credit_amount_currency': 1.0,
                },
            ),
            'account.partial.reconcile.unlink': (booked.matched_debit_ids.ids,),
            'account.payment.create': ({'amount': 1.0, 'partner_id': partner},),
            'account.payment.write': (payment.ids, {'memo': 'changed'}),
            'pos.config.write': (self.other_shop.ids, {'invoice_payment_access': 'manager'}),
            'pos.session.action_pos_session_validate': (session,),
            'pos.session.action_show_invoice_payments': (session,),
            'pos.session.apply_invoice_credits': (
                session,
                partner,
                self.credit.ids,
                self.invoice.ids,
            ),
            'pos.session.check_invoice_payments_counted': (session, 'told'),
            'pos.session.close_invoice_payment_attempt': (session, 'lost'),
            'pos.session.collect_invoice_payment': (
                session,
                'matrix',
                partner,
                self.cash_journal.id,
                [allocation],
            ),
            'pos.session.create': ({'config_id': self.other_shop.id},),
            'pos.session.email_invoice_payment': (session, payment.id, 'acme@example.com'),
            'pos.session.find_open_invoice': (session, self.invoice.name),
            'pos.session.get_closing_control_data': (session,),
            'pos.session.get_invoice_payments': (session,),
            'pos.session.get_open_credits': (session, partner),
            'pos.session.get_open_invoices': (session, partner),
            'pos.session.get_partner_dues': (session, [partner]),
            'pos.session.void_invoice_payment': (session, payment.id, 'wrong'),
            'pos.session.write': (session, {'opening_notes': 'changed'}),
            'pos_receivable.match.choose.action_confirm': (
                self.env['pos_receivable.match.choose']
                .sudo()
                .create(
                    {
                        'proposal_id': self.proposal.id,
                        'line_ids': [
                            Command.create({'line_id': self.rejection.item_id.id, 'amount': 7.0})
                        ],
                    }
                )
                .ids,
            ),
            'pos_receivable.match.choose.default_get': (['proposal_id'],),
            'pos_receivable.match.decision.write': (self.decision.ids, {'action': 'reject'}),
            'pos_receivable.match.mode.action_open_modes': ([],),
            'pos_receivable.match.mode.write': (self.mode.ids, {'mode': 'observe'}),
            'pos_receivable.match.proposal.action_accept': (self.proposal.ids,),
            'pos_receivable.match.proposal.action_choose': (self.proposal.ids,),
            'pos_receivable.match.proposal.action_match_now': ([],),
            'pos_receivable.match.proposal.action_open_decisions': (self.proposal.ids,),
            'pos_receivable.match.proposal.action_open_receipt': (self.proposal.ids,),
            'pos_receivable.match.proposal.action_reject': (self.proposal.ids,),
            'pos_receivable.match.proposal.action_undo': (self.booked.ids,),
            'pos_receivable.reconcile.issue.action_retry': (self.issue.ids,),
            'res.config.settings.action_open_match_modes': ([],),
            'pos_receivable.reconcile.run.line.action_open_invoice': (self.run.line_ids.ids,),
            'res.config.settings.get_values': (),
            'res.config.settings.set_values': (
                self.env['res.config.settings'].sudo().create({}).ids,
            ),
            'report.point_of_sale.report_saledetails.get_sale_details': (
                False,
                False,
                False,
                session,
            ),
        }

    def test_every_public_method_does_for_everybody_what_the_table_says(self):
        table = read_table(METHODS)
        self.assertEqual(set(table), rpc.find_public_methods(self.env))
        requests = self._get_requests()
        context = {'active_ids': self.payment.move_id.line_ids.ids}  # of a list's action
        for method, rights in table.items():
            model, name = method.rsplit('.', 1)
            for person, right in rights.items():
                with self.subTest(method=method, person=person):
                    before = rpc.read_ledger(self.env)
                    self.assertEqual(
                        self._try(person, model, name, *requests[method], context=context), right
                    )
                    if right == 'no':
                        self.assertEqual(rpc.read_ledger(self.env), before)

    def test_the_report_of_another_companys_sessions_is_empty(self):
        report = 'report.point_of_sale.report_saledetails'
        for options in ({'session_ids': self.session.ids}, {'config_ids': self.config.ids}):
            mine, theirs = (
                rpc.call(self.people[person], report, 'get_sale_details', **options)
                for person in ('manager', 'stranger')
            )
            self.assertEqual(mine['invoice_payments_total'], 40.0)
            self.assertEqual((theirs['invoice_payments'], theirs['payments']), ([], []))

    def test_nobody_creates_what_looks_like_a_collection(self):
        for field in ('pos_invoice_payment_uuid', 'pos_invoice_payment_data', 'pos_cashier_name'):
            values = {'amount': 1.0, 'partner_id': self.customer.id, field: 'forged'}
            self.assertEqual(self._try('accountant', 'account.payment', 'create', values), 'no')
        for field in ('invoice_cash_at_closing', 'invoice_payments_told'):
            values = {'config_id': self.other_shop.id, field: 7}
            self.assertEqual(self._try('cashier', 'pos.session', 'create', values), 'no')

    def _try(self, person, model, method, *args, context=()):
        """Whether the request gets through; whatever it does is undone."""
        with self.env.cr.savepoint() as savepoint:
            try:
                rpc.call(self.people[person], model, method, *args, context=dict(context))
            except UserError as error:
                if not is_forbidden(error):
                    raise
                return 'no'
            finally:
                savepoint.rollback()
        return 'yes'

    def test_every_field_shows_and_obeys_as_the_table_says(self):
        table = read_table(FIELDS)
        fields = sorted(rpc.find_fields(self.env))
        rows = {field: self._find_row(table, field) for field in fields}
        self.assertEqual(set(table), set(rows.values()))
        for field, row in rows.items():
            for person, right in table[row].items():
                with self.subTest(field=field, person=person):
                    self.assertEqual(self._find_right(person, *field.rsplit('.', 1)), right)

    def _find_row(self, table, field):
        return field if field in table else f'{field.rsplit(".", 1)[0]}.*'

    def _find_right(self, person, model, name):
        may_read = self._try(person, model, 'read', self._get_record(person, model).ids, [name])
        rights = ('r' if may_read == 'yes' else '') + (
            'w' if self._change(person, model, name) else ''
        )
        return rights or '-'

    def _get_record(self, person, model):
        """A record with our fields that this person might get hold of."""
        records = {
            'account.payment': self.payment,
            'pos.config': self.other_shop,
            'account.bank.statement.line': self.statement_line,
            'account.move': self.invoice,
            'pos.session': self.session,
            'pos_receivable.match.account': self.env['pos_receivable.match.account']
            .sudo()
            .search([], limit=1),
            'pos_receivable.match.alias': self.env['pos_receivable.match.alias']
            .sudo()
            .search([], limit=1),
            'pos_receivable.match.allocation': self.proposal.candidate_id.allocation_ids[:1],
            'pos_receivable.match.candidate': self.proposal.candidate_id,
            'pos_receivable.match.decision': self.decision,
            'pos_receivable.match.mode': self.mode,
            'pos_receivable.match.proposal': self.proposal,
            'pos_receivable.match.rejection': self.rejection,
            'pos_receivable.match.run': self.env['pos_receivable.match.run']
            .sudo()
            .search([], limit=1),
            'pos_receivable.reconcile.issue': self.issue,
            'pos_receivable.reconcile.run': self.run,
            'pos_receivable.reconcile.run.line': self.run.line_ids,
            'res.company': self.company,
            'pos_receivable.payment.report': self.env[model].browse(self.payment.id),
        }
        if model in records:
            return records[model]
        # A wizard belongs to whoever opened it.
        wizard = self.env[model].with_user(self.people[person]).sudo()
        return wizard.with_context(active_model='account.move', active_ids=self.invoice.ids).create(
            {}
        )

    @mute_logger('odoo.sql_db')  # the database refuses to write on a view
    def _change(self, person, model, name):
        """Whether the person gets another value into the database."""
        record = self._get_record(person, model).sudo()
        before = record.read([name])
        with self.env.cr.savepoint() as savepoint:
            try:
                rpc.call(
                    self.people[person],
                    model,
                    'write',
                    record.ids,
                    {name: self._other(record, name)},
                )
                self.env.flush_all()
                self.env.invalidate_all()
                return record.read([name]) != before
            except UserError as error:
                if not is_forbidden(error):
                    raise
                return False
            finally:
                savepoint.rollback()

    def _other(self, record, name):
        """A value that the field does not have now."""
        field = record._fields[name]
        value = record[name]
        if field.type == 'selection':
            return next(key for key in field.get_values(self.env) if key != value)
        return {
            'boolean': not value,
            'char': 'forged',
            'date': '2020-02-02',
            'datetime': '2020-02-02 02:02:02',
            'float': 77.0,
            'integer': 77,
            'json': {'forged': True},
            'many2many': [Command.clear()],
            'many2one': self.cash_journal.id,
            'monetary': 77.0,
            'one2many': [Command.clear()],
            'text': 'forged',
        }[field.type]
