from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..matching import OpenItems
from ..models.source import PosReceivableMatchSource
from .common import MatchCommon

ENGINE = 'odoo.addons.pos_receivable_match.models.engine'
ISSUE = 'pos_receivable.reconcile.issue'


@tagged('post_install', '-at_install')
class TestMatchOddBooks(MatchCommon):
    """Whatever stands in the books, the night comes to its end for the others."""

    def _run_night(self):
        runs = self.env['pos_receivable.match.run']
        before = runs.search([])
        with self.enter_registry_test_mode():
            self.match_cron.method_direct_trigger()
        return (runs.search([]) - before).filtered(lambda run: run.company_id == self.company)

    def _get_proposal(self, line):
        return self.env['pos_receivable.match.proposal'].search(
            [('statement_line_id', '=', line.id)], order='id desc', limit=1
        )

    def _get_issue(self, invoice):
        return self.env[ISSUE].search([('move_id', 'in', invoice.ids)])

    def _create_discount_above_the_total(self):
        """An invoice of which nobody would want the discount: a deposit without tax, which is more
        than the goods, is taken off it."""
        term = self.env['account.payment.term'].create(
            {
                'name': 'Discount with the tax as if it were taken',
                'early_discount': True,
                'early_pay_discount_computation': 'mixed',
                'discount_percentage': 10,
                'discount_days': 10,
                'line_ids': [Command.create({'value': 'percent', 'value_amount': 100})],
            }
        )
        tax = self.env['account.tax'].create(
            {'name': 'Half', 'amount': 50, 'amount_type': 'percent'}
        )
        return self._create_invoice(
            invoice_payment_term_id=term.id,
            due_in=0,
            invoice_line_ids=[
                Command.create({'name': 'Goods', 'price_unit': 200, 'tax_ids': tax.ids}),
                Command.create({'name': 'Deposit', 'price_unit': -230, 'tax_ids': []}),
            ],
        )

    def _break_item(self, invoice, error=None):
        """As if there were something in the books that nobody has thought of."""
        core = PosReceivableMatchSource._make_item

        def make(source, row, *args):
            if row[0] == self._get_item(invoice).id:
                raise error or ZeroDivisionError("No such item")
            return core(source, row, *args)

        return patch.object(PosReceivableMatchSource, '_make_item', make)

    # -------------------------------------------------------------------------
    # Invoices
    # -------------------------------------------------------------------------

    def test_a_discount_above_the_total_is_none(self):
        odd, other = self._create_discount_above_the_total(), self._create_invoice(70)
        item = self._get_item(odd)
        self.assertGreater(item.discount_amount_currency, item.amount_residual)
        for invoice in (odd, other):
            proposal = self._match_one(
                self._receive(invoice.amount_residual, invoice.name, 'Acme Corporation')
            )
            self.assertEqual(proposal.tier, 'certain')
            proposal.action_accept()
            self.assertPaid(invoice)

    def test_an_invoice_that_cannot_be_read_is_left_out_and_told(self):
        odd, other = self._create_invoice(100), self._create_invoice(70)
        lines = [self._receive(i.amount_total, i.name, 'Acme Corporation') for i in (odd, other)]
        with self._break_item(odd), self.assertLogs(ENGINE, 'ERROR') as logs:
            run = self._run_night()
        self.assertEqual((run.state, run.examined_count, run.failed_count), ('done', 2, 1))
        self.assertIn(f'{odd.name} (id {odd.id}) cannot be matched: No such item', logs.output[0])
        self.assertEqual(self._get_proposal(lines[1]).invoice_names, other.name)
        issue = self._get_issue(odd)
        self.assertEqual((issue.kind, issue.state, issue.attempts), ('match', 'open', 1))
        self.assertEqual(issue.error, "No such item")
        self.assertIn('ZeroDivisionError', issue.traceback)
        # Once it can be read, nothing is in the way any more.
        self._run_night()
        self.assertEqual(issue.state, 'resolved')
        self.assertEqual(self._get_proposal(lines[0]).invoice_names, odd.name)

    def test_an_invoice_that_cannot_be_looked_up_is_left_out(self):
        odd, others = self._create_invoice(100), [self._create_invoice(70) for _number in range(6)]
        line = self._receive(70, others[3].name, 'Acme Corporation')

        def index(items):
            items = list(items)
            if any(item.number == odd.name for item in items):
                raise IndexError("No shelf for it")
            return OpenItems(items)

        with patch(f'{ENGINE}.OpenItems', index), mute_logger(ENGINE):
            self._run_night()
        self.assertEqual(self._get_proposal(line).invoice_names, others[3].name)
        self.assertEqual(self._get_issue(odd).error, "No shelf for it")
        self.assertFalse(self._get_issue(self.env['account.move'].union(*others)))

    def test_less_than_the_smallest_coin_is_told_in_words(self):
        odd, other = self._create_invoice(0.4), self._create_invoice(70)
        line = self._receive(70, other.name, 'Acme Corporation')
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE account_move_line SET amount_residual_currency = 0.004 WHERE id = %s",
            [self._get_item(odd).id],
        )
        self.env.invalidate_all()
        with mute_logger(ENGINE):
            self._run_night()
        self.assertEqual(self._get_proposal(line).invoice_names, other.name)
        self.assertIn('less than the smallest unit', self._get_issue(odd).error)

    def test_what_cannot_be_matched_is_nothing_to_reconciliation(self):
        odd = self._create_invoice(100)
        self._receive(100, odd.name, 'Acme Corporation')
        with self._break_item(odd), mute_logger(ENGINE):
            self._run_night()
            self._pay(40, [odd])
            # Neither put off because of the issue, nor is it thought to be settled.
            self._run()
            self.assertOpen(odd, 60)
            issue = self._get_issue(odd)
            self.assertEqual((issue.kind, issue.state), ('match', 'open'))
            self._run_night()
            self.assertEqual((issue.state, issue.attempts), ('open', 2))

    def test_retrying_matches_again(self):
        odd = self._create_invoice(100)
        line = self._receive(100, odd.name, 'Acme Corporation')
        with self._break_item(odd), mute_logger(ENGINE):
            self._run_night()
        issue = self._get_issue(odd).with_user(self.accountant)
        answer = issue.action_retry()
        self.assertEqual(issue.state, 'resolved')
        self.assertEqual(answer['params']['type'], 'success')
        self.assertEqual(self._get_proposal(line).invoice_names, odd.name)

    # -------------------------------------------------------------------------
    # Money
    # -------------------------------------------------------------------------

    def test_a_payment_on_another_receivable_account_waits_with_the_reason(self):
        self._set_mode('invoice_number', 'auto')
        other = self.receivable.copy({'name': 'Receivable from Partners'})
        invoices = self._create_invoice(100), self._create_invoice(70)
        payments = [
            self._pay(invoice.amount_total, memo=invoice.name, destination_account_id=account.id)
            for invoice, account in zip(invoices, (other, self.receivable), strict=True)
        ]
        proposal = self._match_one(payments[0])
        self.assertPaid(invoices[1])
        self.assertEqual((proposal.state, proposal.tier), ('open', 'check'))
        self.assertEqual(proposal.invoice_names, invoices[0].name)
        self.assertIn('Receivable from Partners', proposal.held_back_text)
        run = self.env['pos_receivable.match.run'].search([], limit=1)
        self.assertEqual((run.booked_count, run.proposed_count, run.failed_count), (1, 1, 0))
        self.assertFalse(proposal.error)
        for decide in (
            proposal.action_accept,
            lambda: self._choose(proposal, {invoices[0]: 100}),
        ):
            with self.assertRaises(UserError) as refusal:
                decide()
            self.assertIn('is booked on', refusal.exception.args[0])
            self.assertIn('Receivable from Partners', refusal.exception.args[0])
        self.assertOpen(invoices[0], 100)
        # A bank line is booked on whatever account the invoice is on.
        line = self._receive(100, invoices[0].name, 'Acme Corporation')
        self._choose(self._match_one(line), {invoices[0]: 100})
        self.assertPaid(invoices[0])

    def test_what_the_bank_delivers_beside_the_text_is_read_as_text(self):
        invoice = self._create_invoice(100)
        details = {
            'remittance': [{'purpose': f'Goods of {invoice.name}'}, {'end_to_end': 4711}],
            'invoice': None,
            'instant': True,
            'charge': {'amount': 0.25, 'bearer': 'SHAR'},
        }
        line = self._receive(100, 'Transfer', 'Acme Corporation', transaction_details=details)
        line.move_id.narration = '<p>Second page</p>'
        plain = self._receive(70, 'Transfer', 'Nobody', transaction_details='See overleaf')
        proposal = self._match_one(line)
        self.assertTrue(proposal.text.startswith('Transfer Second page '))
        for written in ('Goods of', '4711', 'SHAR'):
            self.assertIn(written, proposal.text)
        for raw in ('{', '"', 'purpose', 'bearer', 'invoice', 'rue', '0.25'):
            self.assertNotIn(raw, proposal.text)
        self.assertEqual(proposal.tier, 'certain')
        self.assertEqual(proposal.invoice_names, invoice.name)
        self.assertEqual(self._get_proposal(plain).text, 'Transfer See overleaf')

    def _add_suspense_line(self, line, amount):
        """As an import, or another addon, may have left it."""
        suspense = line._seek_for_lines()[1]
        move = line.move_id.with_context(
            skip_account_move_synchronization=True,
            check_move_validity=False,
            skip_readonly_check=True,
        )
        move.write(
            {
                'line_ids': [
                    Command.update(suspense.id, {'balance': suspense.balance + amount}),
                    Command.create(
                        {
                            'name': 'Second half',
                            'account_id': suspense.account_id.id,
                            'balance': -amount,
                        }
                    ),
                ]
            }
        )

    def test_an_entry_with_two_suspense_lines_waits_with_the_reason(self):
        first, second = self._create_invoice(100), self._create_invoice(70)
        odd = self._receive(100, first.name, 'Acme Corporation')
        line = self._receive(70, second.name, 'Acme Corporation')
        self._add_suspense_line(odd, 40)
        with self.assertLogs(ENGINE, 'ERROR') as logs:
            run = self._run_night()
        self.assertEqual((run.state, run.proposed_count, run.failed_count), ('done', 1, 1))
        self.assertIn(f'statement line {odd.id} cannot be matched', logs.output[0])
        self.assertEqual(self._get_proposal(line).invoice_names, second.name)
        proposal = self._get_proposal(odd)
        self.assertEqual((proposal.state, proposal.tier, proposal.amount), ('open', 'nothing', 100))
        self.assertIn('2 lines on the suspense account', proposal.held_back_text)
        self.assertFalse(proposal.candidate_ids)
        with self.assertRaises(UserError) as refusal:
            self._choose(proposal, {first: 100})
        self.assertIn('2 lines on the suspense account', refusal.exception.args[0])
        self.assertOpen(first, 100)

    def test_money_on_the_suspense_account_of_before_is_not_used_otherwise(self):
        invoice = self._create_invoice(100)
        line = self._receive(100, invoice.name, 'Acme Corporation')
        proposal = self._match_one(line)
        before = self.transfer_journal.suspense_account_id
        self.transfer_journal.suspense_account_id = before.copy({'name': 'Suspense, new'})
        with self.assertRaises(UserError) as refusal:
            proposal.action_accept()
        self.assertIn('no line on', refusal.exception.args[0])
        with mute_logger(ENGINE):
            self._run_night()
        self.assertEqual((proposal.state, proposal.tier, proposal.amount), ('open', 'nothing', 100))
        self.assertIn('Suspense, new', proposal.held_back_text)
        self.assertFalse(proposal.note)
        # Reset by Odoo's own means, or the setting taken back, it is proposed again.
        line.action_undo_reconciliation()
        self._run_night()
        self.assertEqual(proposal.invoice_names, invoice.name)
        proposal.action_accept()
        self.assertPaid(invoice)

    def test_money_that_a_strategy_stumbles_over_waits_with_the_reason(self):
        invoice = self._create_invoice(70)
        odd = self._receive(100, 'stumble', 'Somebody Else')
        line = self._receive(70, invoice.name, 'Acme Corporation')

        def by_stumbling(query):
            if query.receipt.text == 'stumble':
                raise LookupError("Ouch\x00")
            return ()

        by_stumbling.name = 'stumble'
        core = self.env.registry['pos_receivable.match.engine']._get_strategies
        with (
            patch.object(
                self.env.registry['pos_receivable.match.engine'],
                '_get_strategies',
                lambda engine: [*core(engine), by_stumbling],
            ),
            mute_logger(ENGINE),
        ):
            run = self._run_night()
            self.assertEqual((run.state, run.proposed_count, run.failed_count), ('done', 1, 1))
            self.assertEqual(self._get_proposal(line).invoice_names, invoice.name)
            proposal = self._get_proposal(odd)
            self.assertEqual((proposal.amount, proposal.text), (100, 'stumble'))
            self.assertIn('Ouch', proposal.held_back_text)
        self._run_night()
        self.assertFalse(proposal.held_back_text)

    def test_money_that_cannot_be_read_does_not_keep_the_others_from_their_turn(self):
        self.env['ir.config_parameter'].set_param('pos_receivable.batch_size', 2)
        lines = [self._receive(100 + number, 'Hello', 'Nobody') for number in range(7)]
        odd = {('statement', line.id) for line in lines[:3]}
        core = PosReceivableMatchSource._make_receipt

        def make(source, row):
            if ('statement', row['statement_line_id']) in odd:
                raise ValueError("Illegible")
            return core(source, row)

        with (
            patch.object(PosReceivableMatchSource, '_make_receipt', make),
            patch('odoo.addons.pos_receivable_match.models.schedule.PASS', 2),
            mute_logger(ENGINE),
        ):
            run = self._run_night()
        self.assertEqual((run.state, run.unmatched_count, run.failed_count), ('done', 4, 3))
        for line in lines:
            self.assertEqual(
                bool(self._get_proposal(line).held_back_text), ('statement', line.id) in odd
            )
