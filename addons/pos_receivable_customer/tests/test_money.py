from hypothesis.stateful import invariant

from odoo.tests import tagged

from odoo.addons.pos_receivable.tests import test_money

TOLD = 'Acme'  # whose account is in one currency


class MoneyAndStatements(test_money.Money):
    """The same shop; after every step a customer's statement tells what the model knows."""

    @invariant()
    def the_statement_agrees_with_the_model(self):
        partner = self.shop.partners[TOLD]
        sections = self.session.get_account_statement(partner.id)['sections']
        balance = self.books.get_balances().get(f'receivable {TOLD} USD', 0)
        # What a draft is still reconciled with counts as open: no money stands against it.
        for name in ('closing', 'open'):
            told = round(sum(section[name] for section in sections) * 100)
            self.shop.assertEqual(told, balance, name)


@tagged('post_install', '-at_install')
class TestMoneyAndStatements(test_money.TestMoney):
    """What a till tells of an account is the ledger, whoever does what in whichever order."""

    machine = MoneyAndStatements
    most_steps = 200
