import random
from datetime import timedelta

from odoo.fields import Command

from odoo.addons.pos_receivable.tests.common import PosReceivableCommon

DAYS = 30  # of a random world, which ends today
STEPS = 45


class CustomerCommon(PosReceivableCommon):
    """A shop with two accounts of receivables, euros whose rate moves, and a branch."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.first_day = cls.today - timedelta(days=DAYS)
        cls.euro = cls.setup_other_currency(
            'EUR',
            rates=[
                (str(cls.first_day - timedelta(days=10)), 0.7),
                (str(cls.first_day + timedelta(days=10)), 0.83),
                (str(cls.first_day + timedelta(days=20)), 0.91),
            ],
        )
        cls.receivable = cls.company_data['default_account_receivable']
        cls.revenue = cls.company_data['default_account_revenue']
        cls.misc_journal = cls.company_data['default_journal_misc']
        cls.other_receivable = cls.receivable.copy({'name': 'Old Receivables'})
        cls.contact = cls.env['res.partner'].create(
            {'name': 'Anna Berg', 'parent_id': cls.customer.id}
        )
        cls.other_customer = cls.env['res.partner'].create({'name': 'Brown & Sons'})
        cls.books = cls.env['pos_receivable.customer.position'].sudo()

    @classmethod
    def _book(
        cls,
        amount,
        partner=None,
        days_ago=0,
        currency=None,
        account=None,
        company=None,
        due_in=None,
        post=True,
        **values,
    ):
        """An entry over one receivable item, negative for a credit; ``amount`` in ``currency``."""
        company = company or cls.company
        currency = currency or company.currency_id
        day = cls.today - timedelta(days=days_ago)
        balance = currency._convert(amount, company.currency_id, company, day)
        shared = {'currency_id': currency.id}
        account = account or cls.receivable
        move = (
            cls.env['account.move']
            .with_company(company)
            .create(
                {
                    'move_type': 'entry',
                    'journal_id': cls.misc_journal.id,
                    'company_id': company.id,
                    'date': day,
                    'line_ids': [
                        Command.create(
                            {
                                **shared,
                                'name': 'Receivable',
                                'partner_id': (cls.customer if partner is None else partner).id,
                                'account_id': account.id,
                                'amount_currency': amount,
                                'balance': balance,
                                'date_maturity': day + timedelta(days=due_in or 0),
                            }
                        ),
                        Command.create(
                            {
                                **shared,
                                'name': 'Revenue',
                                'account_id': cls.revenue.id,
                                'amount_currency': -amount,
                                'balance': -balance,
                            }
                        ),
                    ],
                    **values,
                }
            )
        )
        if post:
            move.action_post()
        return move.line_ids.filtered(lambda line: line.account_id == account)


class RandomWorld:
    """Books that people made in any order: backdated, in part, undone, in draft, across customers."""

    def __init__(self, test, seed):
        self.test = test
        self.chance = random.Random(seed)
        self.branch = test.env['res.company'].create(
            {
                'name': f'Branch {seed}',
                'parent_id': test.company.id,
                'country_id': test.company.country_id.id,
                'currency_exchange_journal_id': test.company.currency_exchange_journal_id.id,
            }
        )
        test.cr.precommit.run()  # gives the branch its accounts
        test.env.user.company_ids |= self.branch
        self.companies = test.company | self.branch
        self.nobody = test.env['res.partner']
        self.items = test.env['account.move.line']

    def run(self):
        self.items |= self.book() | self.book() | self.book(-1) | self.book(-1)
        deeds = (
            [self.book_debit] * 4
            + [self.book_credit] * 4
            + [self.invoice]
            + [self.reconcile] * 7
            + [self.reset, self.repost, self.unreconcile, self.write_off]
        )
        for _step in range(STEPS):
            self.chance.choice(deeds)()
        self.test.env.flush_all()
        return self

    def book(self, sign=1, post=True):
        test, chance = self.test, self.chance
        return test._book(
            sign * chance.randrange(100, 100_00) / 100,
            partner=chance.choice(
                [test.customer, test.customer, test.contact, test.other_customer, self.nobody]
            ),
            days_ago=chance.randrange(DAYS),
            currency=chance.choice([None, None, test.euro]),
            account=chance.choice([None, None, None, test.other_receivable]),
            company=chance.choice([None, None, self.branch]),
            due_in=chance.choice([0, 0, 15, 60]),
            post=post,
        )

    def book_debit(self):
        self.items |= self.book()

    def book_credit(self):
        self.items |= self.book(-1, post=self.chance.random() < 0.9)

    def invoice(self):
        test = self.test
        invoice = test._create_invoice(
            self.chance.randrange(100, 100_00) / 100,
            currency_id=self.chance.choice([test.company.currency_id, test.euro]).id,
            due_in=self.chance.randrange(-20, 20),
            invoice_payment_term_id=self.chance.choice([False, test._create_instalments().id]),
        )
        self.items |= invoice.line_ids.filtered(lambda line: line.account_id == test.receivable)

    def reconcile(self):
        account = self.chance.choice(self.items).account_id
        there = self.items.filtered(
            lambda line: (
                line.account_id == account and not line.reconciled and line.parent_state == 'posted'
            )
        )
        debits, credits_ = (
            there.filtered(lambda line, sign=sign: sign * line.balance > 0) for sign in (1, -1)
        )
        if debits and credits_:
            one = self.chance.choice(debits)
            others = self.chance.sample(list(credits_), min(len(credits_), 2))
            (one | one.union(*others)).reconcile()

    def unreconcile(self):
        self.chance.choice(self.items).remove_move_reconcile()

    def reset(self):
        """To draft, which leaves what was reconciled."""
        move = self.chance.choice(self.items).move_id
        if move.state == 'posted':
            move.button_draft()

    def repost(self):
        drafts = self.items.move_id.filtered(lambda move: move.state == 'draft')
        if drafts:
            drafts[0].action_post()

    def write_off(self):
        """What is left of an item, by an entry of its day or later."""
        open_ = self.items.filtered(
            lambda line: not line.reconciled and line.parent_state == 'posted'
        )
        if open_:
            line = self.chance.choice(open_)
            off = self.test._book(
                -line.amount_residual_currency,
                partner=line.partner_id,
                days_ago=self.chance.randrange(DAYS),
                currency=line.currency_id,
                account=line.account_id,
                company=line.company_id,
            )
            self.items |= off
            (line | off).reconcile()

    @property
    def days(self):
        return [self.test.first_day + timedelta(days=number) for number in range(DAYS + 1)]
