import random

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common import MatchCommon

STEPS = 15
CENT = 100


@tagged('post_install', '-at_install')
class TestMatchConserves(MatchCommon):
    """People who accept, choose, reject and undo in any order, in the queue and in the books, neither
    lose nor double a cent."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.receivable_writeoff_account_id = cls.company_data['default_account_expense']
        cls.euro = cls.setup_other_currency('EUR', rates=[('2020-01-01', 0.7)])
        cls.euro_journal = cls._create_journal('bank', 'Euros', 'EUR1', currency_id=cls.euro.id)
        cls.term = cls.env['account.payment.term'].create(
            {
                'name': 'Discount',
                'early_discount': True,
                'discount_percentage': 2,
                'discount_days': 10,
                'line_ids': [Command.create({'value': 'percent', 'value_amount': 100})],
            }
        )

    def test_whatever_people_do_nothing_is_lost_or_doubled(self):
        for seed in range(2):
            with self.subTest(seed=seed), self.env.cr.savepoint() as savepoint:
                self._work(random.Random(seed))
                savepoint.rollback()

    def _work(self, chance):
        invoices = self._create_invoices(chance)
        self._receive_money(chance, invoices)
        before = self._read_residuals()
        for _step in range(STEPS):
            proposals = self._match()
            proposals |= proposals.search([('state', 'in', ('accepted', 'changed'))])
            if proposals:
                self._do(chance, chance.choice(proposals), invoices)
            self._check(invoices)
        self.assertNotEqual(self._read_residuals(), before, "Nothing was booked at all")
        accepted = self.env['pos_receivable.match.proposal'].search(
            [('state', 'in', ('accepted', 'changed'))]
        )
        self._match()  # of what is not left, nothing is to be undone
        accepted = accepted.filtered(lambda proposal: proposal.state in ('accepted', 'changed'))
        for proposal in chance.sample(list(accepted), len(accepted)):
            proposal.with_user(self.accountant).action_undo()
            self._check(invoices)
        self.assertEqual(self._read_residuals(), before)

    def _create_invoices(self, chance):
        def amount():
            return chance.randrange(2000, 30000) / CENT

        plain = [self._create_invoice(amount()) for _number in range(4)]
        discounted = [
            self._create_invoice(amount(), invoice_payment_term_id=self.term.id, due_in=0)
            for _number in range(2)
        ]
        foreign = [self._create_invoice(amount(), currency_id=self.euro.id) for _number in range(3)]
        self.euro.rate_ids.create(
            {
                'name': self.today,
                'rate': 0.83,
                'currency_id': self.euro.id,
                'company_id': self.company.id,
            }
        )
        return self.env['account.move'].union(*plain, *discounted, *foreign)

    def _receive_money(self, chance, invoices):
        """Transfers and payments for one or two invoices: exact, short, too much, less a fee or
        the discount."""
        for number in range(8):
            first = chance.choice(invoices)
            same = invoices.filtered(
                lambda move, first=first: move.currency_id == first.currency_id
            )
            chosen = first | (chance.choice(same) if chance.random() < 0.3 else first)
            due = sum(chosen.mapped('amount_total'))
            amount = chance.choice(
                (due, due, due * 0.6, due + 12.34, due - 1.5, round(due * 0.98, 2))
            )
            amount = first.currency_id.round(amount)
            text = ' '.join(chosen.mapped('name'))
            if number % 3:
                journal = self.transfer_journal
                if first.currency_id == self.euro:
                    journal = self.euro_journal
                self._receive(amount, text, 'Acme Corporation', journal_id=journal.id)
            else:
                self._pay(amount, memo=text, currency_id=first.currency_id.id)

    def _do(self, chance, proposal, invoices):
        try:
            with self.env.cr.savepoint():
                if proposal.state in ('accepted', 'changed'):
                    self._take_back(chance, proposal)
                elif chance.random() < 0.6:
                    proposal.action_accept()
                elif chance.random() < 0.8:
                    self._choose(proposal, self._make_choice(chance, proposal, invoices))
                else:
                    proposal.action_reject()
        except UserError:
            self.env.invalidate_all()  # refused in words, which is right

    def _take_back(self, chance, proposal):
        line, invoice = proposal.statement_line_id, proposal.allocation_ids.move_id[:1]
        partials = self._get_item(invoice).matched_credit_ids
        means = chance.random()
        if means < 0.5 or not partials:
            proposal.action_undo()
        elif means < 0.7 and line:
            line.action_undo_reconciliation()
        else:
            invoice.js_remove_outstanding_partial(chance.choice(partials).id)

    def _make_choice(self, chance, proposal, invoices):
        suitable = invoices.filtered(
            lambda move: move.currency_id == proposal.currency_id and move.amount_residual
        )
        chosen = chance.sample(list(suitable), min(len(suitable), 2))
        return {
            invoice: invoice.currency_id.round(
                min(proposal.amount / 2, invoice.amount_residual) * chance.choice((0.5, 1, 1))
            )
            for invoice in chosen
        }

    def _read_residuals(self):
        self.env.invalidate_all()
        items = self.env['account.move.line'].search(
            [('account_id', '=', self.receivable.id), ('parent_state', '=', 'posted')]
        )
        open_items = items.filtered('amount_residual_currency').mapped(
            lambda item: (item.id, item.amount_residual_currency)
        )
        suspense = self.env['account.bank.statement.line'].search([])._seek_for_lines()[1]
        accounts = (self.receivable, self.company.receivable_writeoff_account_id)
        accounts += (self.company.account_journal_early_pay_discount_loss_account_id,)
        balances = [self._get_balance(account) for account in (*accounts, suspense.account_id[:1])]
        return sorted(open_items), balances

    def _check(self, invoices):
        self.env.invalidate_all()
        for invoice in invoices:
            item = self._get_item(invoice)
            paid = sum(item.matched_credit_ids.mapped('debit_amount_currency'))
            left = invoice.currency_id.round(invoice.amount_total - paid)
            self.assertOpen(invoice, left)
            self.assertGreaterEqual(invoice.amount_residual, 0)
        for line in self.env['account.bank.statement.line'].search([]):
            liquidity, suspense, others = line._seek_for_lines()
            self.assertTrue(self.company.currency_id.is_zero(sum(line.line_ids.mapped('balance'))))
            self.assertEqual(liquidity.amount_currency, line.amount)
            self.assertLessEqual(suspense.amount_currency, 0)
            waiting = self.env['pos_receivable.match.proposal'].search(
                [('statement_line_id', '=', line.id), ('state', '=', 'changed')]
            )
            if waiting:
                continue
            for item in others.filtered(lambda item: item.account_id == self.receivable):
                self.assertTrue(item.reconciled, "Money stands on a customer's account, unused")
