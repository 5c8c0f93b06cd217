import itertools
import os
import sys
import time
from collections import Counter
from unittest.mock import patch

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import RuleBasedStateMachine, invariant, run_state_machine_as_test

from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.pos_receivable.models.pos_receivable_account_debt import KINDS

from .common import PosReceivableCommon
from .money_deposit_steps import DepositSteps
from .money_model import RATE, Books, Document
from .money_order_steps import OrderSteps
from .money_steps import BackOfficeSteps, BankSteps, CounterSteps, NightSteps, RegisterSteps

STEPS = int(os.environ.get('POS_RECEIVABLE_SOAK_STEPS', '500'))
SECONDS = float(os.environ.get('POS_RECEIVABLE_SOAK_SECONDS', 'inf'))  # set by make soak
FIRST_SEED = int(os.environ.get('POS_RECEIVABLE_SOAK_SEED', '0'))
STEPS_AT_ONCE = 25  # from an empty shop


class Money(
    CounterSteps,
    BackOfficeSteps,
    BankSteps,
    NightSteps,
    RegisterSteps,
    OrderSteps,
    DepositSteps,
    RuleBasedStateMachine,
):
    """A shop on which anybody does anything; after every step its ledger agrees with the model.

    To let another part of the addon take part, add a class of steps to the bases.
    """

    shop: PosReceivableCommon  # set by the test
    steps: itertools.count

    def __init__(self):
        super().__init__()
        self.savepoint = self.shop.env.cr.savepoint()
        self.books = Books()
        self.session = self.shop.session
        self.books.session = self.session.id
        self.books.invoices += [Document(*values) for values in self.shop.stock]
        self._take_over_orders(*self.shop.sold)

    def teardown(self):
        self.savepoint.rollback()
        self.savepoint.close(rollback=False)
        self.shop.env.invalidate_all()

    @invariant()
    def the_ledger_agrees_with_the_model(self):
        next(self.steps)
        balances, residuals = self.shop.read_accounts()
        self.shop.assertEqual(balances, self.books.get_balances())
        self.shop.assertEqual(residuals, self.books.get_residuals())

    @invariant()
    def every_document_is_open_for_what_nobody_paid(self):
        open_amounts = self.shop.read_residuals()
        books = self.books
        for document in (
            *books.invoices,
            *books.credit_notes,
            *books.payments,
            *books.payouts,
            *books.entries,
        ):
            record = document.record
            record = record.move_id if record._name == 'account.payment' else record
            self.shop.assertEqual(abs(open_amounts[record]), document.residual)

    @invariant()
    def the_till_offers_what_the_model_knows(self):
        for name, partner in self.shop.partners.items():
            owed = sum(invoice.residual for invoice in self.books.find_payable(name))
            bought = sum(
                self.books.get_debt(order)
                for order in self.books.orders
                if order.account is order and order.partner == name
            )
            credit = sum(document.residual for document in self.books.find_credits(name))
            told = self.session.get_open_invoices(partner.id)
            offered = self.session.get_open_credits(partner.id)
            everything = self.session.get_open_invoices(partner.id, kinds=KINDS)
            self.shop.assertEqual(
                (
                    round(told['total_due'] * 100),
                    round(everything['total_due'] * 100),
                    round(told['credit_total'] * 100),
                    round(sum(row['amount'] for row in offered) * 100),
                ),
                (owed, owed + bought, credit, credit),
            )

    @invariant()
    def every_collection_that_counts_has_a_posted_entry(self):
        self.shop.assertEqual(
            self.shop.read_collections(),
            {
                payment.record.id: payment.state
                for payment in (*self.books.payments, *self.books.payouts)
                if payment.uuid
            },
        )

    @invariant()
    def what_customers_said_counts_as_long_as_their_payment(self):
        told = sum(payment.told for payment in self.books.payments if payment.state == 'posted')
        noted = self.shop.env['pos_receivable.shortfall'].search_count(
            [('state', '=', 'noted'), ('company_id', '=', self.shop.company.id)]
        )
        self.shop.assertEqual(noted, told)

    @invariant()
    def the_drawer_agrees_with_the_model(self):
        self.shop.assertEqual(
            round(self.session.cash_register_balance_end * 100), self.books.get_drawer()
        )


@tagged('post_install', '-at_install')
class TestMoney(PosReceivableCommon):
    """Money is conserved, whoever does what in whichever order.

    Other addons let a machine of theirs run, which compares more after each step.
    """

    machine = Money
    most_steps = STEPS

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.config.invoice_payment_on_account = True
        cls.manager = cls._create_user('max', 'Max', 'point_of_sale.group_pos_manager')
        cls.euro = cls.env.ref('base.EUR')
        cls.euro.active = True
        cls.euro.rate_ids.unlink()
        cls.env['res.currency.rate'].create(
            {'currency_id': cls.euro.id, 'name': '2000-01-01', 'rate': 1 / RATE}
        )
        cls.partners = {
            'Acme': cls.customer,
            'Europe': cls.env['res.partner'].create({'name': 'Europe'}),
        }
        journal = cls.card_journal
        cls.places = {
            cls.cash_journal.default_account_id.id: 'drawer',
            cls.outstanding_account.id: 'outstanding',
            journal.default_account_id.id: 'bank',
            cls.cash_journal.loss_account_id.id: 'difference',
            cls.cash_journal.profit_account_id.id: 'difference',
            cls.company_data['default_account_revenue'].id: 'income',
        }
        cls.receivable = cls.customer.property_account_receivable_id
        cls.env = cls.env(context={**cls.env.context, 'tracking_disable': True})
        cls.session = cls.session.with_context(tracking_disable=True)
        cls.stock = [
            (cls._create_bill(partner, 5_000, due_in), partner, total, currency, due_in)
            for due_in, (partner, total, currency) in enumerate(
                [('Acme', 5_000, 'USD'), ('Acme', 5_000, 'USD'), ('Europe', 10_000, 'EUR')]
            )
        ]
        cls.sold = cls._sell_on_account_yesterday(4_000, 2_500, -1_500)
        cls.env.flush_all()

    @classmethod
    def _sell_on_account_yesterday(cls, *amounts):
        """``(session, orders)``: a session that was closed before anything begins."""
        session = cls.session
        orders = [
            (cls._sell(session, amount / 100, 'pay_later', cls.customer), amount)
            for amount in amounts
        ]
        cls._close(session, 0)
        cls.session = cls._open_session(cls.config).with_context(tracking_disable=True)
        return session, orders

    @classmethod
    def _create_shop(cls, *args, **values):
        """One that sells on account to customers it knows."""
        shop = super()._create_shop(*args, **values)
        shop.payment_method_ids = [
            Command.create({'name': 'Customer Account', 'split_transactions': True})
        ]
        return shop

    @classmethod
    def _create_bill(cls, partner, amount, due_in, move_type='out_invoice'):
        """``amount`` in cents of the customer's currency."""
        currency = cls.euro if partner == 'Europe' else cls.company.currency_id
        return cls._create_invoice(
            amount / 100,
            cls.partners[partner],
            due_in,
            move_type=move_type,
            currency_id=currency.id,
        )

    def test_money_is_conserved_whoever_does_what(self):
        # Tracking writes messages, no money, and is half of the time.
        sessions, keys = self.env.registry['pos.session'], '_get_invoice_payment_context_keys'
        known = self.session._get_invoice_payment_context_keys() | {'tracking_disable'}
        self.startPatcher(patch.object(sessions, keys, lambda session: known))
        self.machine.shop, self.machine.steps = self, itertools.count()
        end = time.monotonic() + SECONDS
        for number in itertools.count(FIRST_SEED):
            run_state_machine_as_test(
                seed(number)(self.machine),
                settings=settings(
                    max_examples=10,
                    stateful_step_count=STEPS_AT_ONCE,
                    deadline=None,
                    database=None,
                    print_blob=False,
                    phases=(Phase.generate, Phase.shrink),
                    suppress_health_check=list(HealthCheck),
                ),
            )
            done = next(self.machine.steps)
            if float('inf') > SECONDS:
                sys.stdout.write(f"\r{done:,} steps, money conserved after each")
                sys.stdout.flush()
            if done >= self.most_steps or time.monotonic() > end:
                break

    def read_accounts(self):
        """What the ledger holds, in cents: ``(balances, residuals)``, as the model tells them."""
        self.env.flush_all()
        self.env.cr.execute(
            """
            SELECT line.account_id, line.partner_id, currency.name,
                   SUM(line.balance), SUM(line.amount_residual), SUM(line.amount_currency),
                   BOOL_AND(line.amount_residual * line.balance >= 0
                            AND ABS(line.amount_residual) <= ABS(line.balance)
                            AND line.amount_residual_currency * line.balance >= 0)
              FROM account_move_line line
              JOIN res_currency currency ON currency.id = line.currency_id
             WHERE line.parent_state = 'posted' AND line.company_id = %s
          GROUP BY line.account_id, line.partner_id, currency.name
            """,
            [self.company.id],
        )
        balances, residuals, total = Counter(), Counter(), 0
        names = {partner.id: name for name, partner in self.partners.items()}
        for (
            account,
            partner,
            currency,
            balance,
            residual,
            foreign,
            is_sane,
        ) in self.env.cr.fetchall():
            total += balance
            self.assertTrue(is_sane, "A residual changed its sign, or is more than there was")
            self.assertEqual(balance, foreign * RATE if currency == 'EUR' else foreign)
            if account == self.receivable.id:
                place = f'receivable {names[partner]} {currency}'
                residuals[place] += round(residual * 100)
            else:
                place = self.places.get(account)
            if place:
                balances[place] += round(balance * 100)
        self.assertFalse(round(total * 100))
        return (
            {place: cents for place, cents in balances.items() if cents},
            {place: cents for place, cents in residuals.items() if cents},
        )

    def read_residuals(self):
        """What is open of each entry, and of each journal item."""
        self.env.flush_all()
        self.env.cr.execute(
            """
            SELECT move_id, id, amount_residual FROM account_move_line
             WHERE account_id = %s AND parent_state = 'posted' AND NOT reconciled
            """,
            [self.receivable.id],
        )
        moves, lines, residuals = self.env['account.move'], self.env['account.move.line'], Counter()
        for move, line, residual in self.env.cr.fetchall():
            residuals[moves.browse(move)] += round(residual * 100)
            residuals[lines.browse(line)] += round(residual * 100)
        return residuals

    def read_collections(self):
        """``{payment id: state}`` of what tills took; one whose state contradicts its entry is
        ``broken``."""
        self.env.flush_all()
        self.env.cr.execute(
            """
            SELECT payment.id,
                   CASE WHEN payment.state IN ('in_process', 'paid') AND move.state = 'posted'
                             THEN 'posted'
                        WHEN payment.state IN ('draft', 'in_process', 'paid')
                             AND move.state = 'draft' THEN 'draft'
                        WHEN payment.state = 'canceled' AND (
                             move.id IS NULL OR move.state = 'cancel' OR EXISTS (
                             SELECT 1 FROM account_move reversal
                              WHERE reversal.reversed_entry_id = move.id
                                AND reversal.state = 'posted')) THEN 'cancelled'
                        ELSE CONCAT('broken: ', payment.state, ' ', move.state) END
              FROM account_payment payment LEFT JOIN account_move move ON move.id = payment.move_id
             WHERE payment.pos_invoice_payment_uuid IS NOT NULL
            """
        )
        return dict(self.env.cr.fetchall())
