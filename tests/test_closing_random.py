import contextlib

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from odoo.tests import tagged

from .common import PosReceivableCommon

cents = st.integers(min_value=1, max_value=20_000)
events = st.one_of(
    st.tuples(st.sampled_from(['sale', 'refund', 'in', 'out', 'cash', 'card', 'both']), cents),
    st.tuples(st.just('void'), st.integers(0, 3)),
)
shop_days = st.fixed_dictionaries(
    {
        'opening': st.integers(0, 50_000),
        'events': st.lists(events, min_size=1, max_size=4),
        'miscount': st.sampled_from([0, 0, -500, 321]),
    }
)


class _Rollback(Exception):
    pass


@tagged('post_install', '-at_install')
class TestClosingRandom(PosReceivableCommon):
    """Whatever happens in a day, the popup, the session and the ledger tell the same story."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = cls._create_user('max', 'Max', 'point_of_sale.group_pos_manager')
        cls.invoices = cls._create_invoice(1_000_000.0) | cls._create_invoice(1_000_000.0)
        cls.drawer_account = cls.cash_journal.default_account_id
        cls.env.flush_all()

    def test_popup_session_and_ledger_agree_on_any_day(self):
        @settings(
            max_examples=200,
            deadline=None,
            database=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        )
        @given(shop_days)
        def check(day):
            with contextlib.suppress(_Rollback), self.env.cr.savepoint():
                self._check_day(**day)
                raise _Rollback

        check()

    def _check_day(self, opening, events, miscount):
        self.session.sudo().cash_register_balance_start = opening / 100
        before = self._get_balances()
        drawer, card = self._play(events)

        data = self.session.get_closing_control_data()
        expected = opening + drawer
        self.assertEqual(data['default_cash_details']['amount'], expected / 100)
        self.assertEqual(sum(row['amount'] for row in data['invoice_payments']), card / 100)

        counted = (expected + miscount) / 100
        self.assertEqual(self._close(self.session, counted), {'successful': True})
        self.assertEqual(
            (self.session.cash_register_balance_end, self.session.cash_register_difference),
            (expected / 100, miscount / 100),
        )
        moved = {
            name: round((balance - before[name]) * 100)
            for name, balance in self._get_balances().items()
        }
        self.assertEqual(
            moved,
            {
                'drawer': drawer + miscount,
                'outstanding': card,
                'difference': -miscount,
            },
        )

    def _play(self, events):
        """:return: what the drawer and the card slips gained, in cents"""
        drawer = card = 0
        collected = []
        for kind, value in events:
            if kind == 'void':
                if value < len(collected):
                    payment, in_drawer, amount = collected.pop(value)
                    self.session.with_user(self.manager).void_invoice_payment(payment.id, 'wrong')
                    drawer -= amount if in_drawer else 0
                    card -= 0 if in_drawer else amount
                continue
            amount = value / 100
            if kind in ('sale', 'refund'):
                sign = 1 if kind == 'sale' else -1
                self._sell(self.session, sign * amount)
                drawer += sign * value
            elif kind in ('in', 'out'):
                self.session.sudo().try_cash_in_out(
                    kind, amount, 'reason', False, {'translatedType': kind}
                )
                drawer += value if kind == 'in' else -value
            elif kind == 'card':
                payment, _answer = self._collect(
                    {self.invoices[0]: amount}, journal=self.card_journal
                )
                collected.append((payment, False, value))
                card += value
            else:
                allocations = {self.invoices[0]: amount}
                if kind == 'both':
                    allocations[self.invoices[1]] = 0.01
                payment, _answer = self._collect(allocations)
                total = value + (kind == 'both')
                collected.append((payment, True, total))
                drawer += total
        return drawer, card

    def _get_balances(self):
        cash = self.cash_journal
        return {
            'drawer': self._get_balance(self.drawer_account),
            'outstanding': self._get_balance(self.outstanding_account),
            'difference': self._get_balance(cash.loss_account_id)
            + self._get_balance(cash.profit_account_id),
        }
