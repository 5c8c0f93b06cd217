import random
from collections import defaultdict

from dateutil.relativedelta import relativedelta

from odoo.tests import tagged

from ..statistics import decayed, median, quantiles
from .common_profile import ProfileCommon

HISTORIES = 200


@tagged('post_install', '-at_install')
class TestProfileOracle(ProfileCommon):
    """The profiles against a slow reader of the same books who knows the rules, and no SQL."""

    def test_profiles_equal_what_plain_reading_gives_on_200_random_histories(self):
        rng = random.Random(18)
        customers = self._create_customers()
        self._create_histories(rng, customers)
        self._night()
        wrong = []
        for customer in customers:
            expected = self._read_history(customer)
            profile = self._get_profile(customer)
            found = {name: profile[name] for name in expected} if profile else {}
            if found != expected:
                wrong.append((customer.name, found, expected))
        self.assertEqual(wrong, [])
        known = self.profiles.search([('partner_id', 'in', customers.ids)])
        self.assertGreater(len(known), HISTORIES // 2)
        self.assertGreater(len(known.filtered('has_trend')), 3)

    def _create_customers(self):
        customers = self.env['res.partner'].create(
            [{'name': f'Customer {n}', 'is_company': True} for n in range(HISTORIES)]
        )
        self.contacts = self.env['res.partner'].create(
            [{'name': f'Contact {c.name}', 'parent_id': c.id} for c in customers]
        )
        return customers

    def _create_histories(self, rng, customers):
        """Invoices of all kinds, closed by money, credit, write-offs, or not at all."""
        instalments = self._create_instalments()
        vals_list, plans = [], []
        for number, customer in enumerate(customers):
            # A few with enough for a trend.
            count = rng.randint(30, 40) if number % 25 == 0 else rng.choice([0, 1, 2, 3, 5])
            for _invoice in range(count):
                issued = rng.choice([rng.randint(1, 400), rng.randint(1, 1400)])
                partner = rng.choice([customer, self.contacts[number]])
                values = {
                    'partner_id': partner,
                    'amount': rng.choice([10.0, 99.99, 100.0, 333.33]),
                    'invoice_date': self._ago(issued),
                    'invoice_date_due': self._ago(issued - rng.choice([0, 14, 30])),
                }
                if rng.random() < 0.15:
                    values |= {
                        'invoice_date_due': False,
                        'invoice_payment_term_id': instalments.id,
                    }
                vals_list.append(values)
                plans.append((issued, self._plan(rng, issued)))
        invoices = self._create_invoices(vals_list)
        entries, groups = [], []
        for invoice, (_issued, plan) in zip(invoices, plans, strict=True):
            left = invoice.amount_total
            for place, (share, ago, journal) in enumerate(plan):
                amount = left if share is None else round(invoice.amount_total * share, 2)
                left = round(left - amount, 2)
                entries.append(
                    self._prepare_money(amount, self._ago(ago), invoice.partner_id, journal)
                )
                groups.append((invoice, place))
        moves = self.env['account.move'].create(entries)
        moves.action_post()
        self._match(invoices, moves, groups)

    def _plan(self, rng, issued):
        """``[(share or all the rest, days ago, journal)]``"""
        bank, misc = self.transfer_journal, self.misc_journal

        def when():
            return max(issued - rng.randint(-20, 90), 0)

        journal = rng.choice([bank, bank, self.cash_journal])
        return rng.choice(
            [
                [],
                [(0.4, when(), journal)],
                [(None, when(), journal)],
                [(None, when(), journal)],
                [(0.3, when(), journal), (None, when(), bank)],
                [(0.4, when(), journal), (None, when(), misc)],
                [(0.5, when(), journal), (None, when(), misc)],
                [(0.7, when(), misc), (None, when(), journal)],
                [(None, when(), misc)],
            ]
        )

    def _create_invoices(self, vals_list):
        moves = self.env['account.move'].create(
            [
                {
                    'move_type': 'out_invoice',
                    'invoice_payment_term_id': False,
                    'invoice_line_ids': [
                        (0, 0, {'name': 'Goods', 'price_unit': vals['amount'], 'tax_ids': []})
                    ],
                    **{key: value for key, value in vals.items() if key != 'amount'},
                    'partner_id': vals['partner_id'].id,
                }
                for vals in vals_list
            ]
        )
        moves.action_post()
        return moves

    def _match(self, invoices, moves, groups):
        by_invoice = defaultdict(lambda: self.env['account.move'])
        for move, (invoice, _place) in zip(moves, groups, strict=True):
            by_invoice[invoice] += move
        plan = [
            (invoice + paid).line_ids.filtered(lambda item: item.account_id == self.receivable)
            for invoice, paid in by_invoice.items()
        ]
        for start in range(0, len(plan), 100):
            self.env['account.move.line']._reconcile_plan(plan[start : start + 100])

    # -------------------------------------------------------------------------
    # Plain reading
    # -------------------------------------------------------------------------

    def _read_history(self, customer):
        """The figures of a customer, read item by item; empty when there is nothing to tell."""
        contacts = customer | customer.child_ids
        items = self.env['account.move.line'].search(
            [
                ('partner_id', 'in', contacts.ids),
                ('account_id.account_type', '=', 'asset_receivable'),
                ('move_id.move_type', '=', 'out_invoice'),
                ('parent_state', '=', 'posted'),
            ]
        )
        settled, days_of_money = [], []
        for item in items:
            money = [
                (partial.amount, partial.credit_move_id.date)
                for partial in item.matched_credit_ids
                if partial.credit_move_id.journal_id.type in ('bank', 'cash', 'credit')
            ]
            if not money:
                continue
            last = max(date for _amount, date in money)
            days_of_money.append(last)
            paid = max(last, item.move_id.invoice_date)
            closed = sum(amount for amount, _date in money)
            if (
                self.company.currency_id.is_zero(item.amount_residual)
                and round(2 * closed - item.balance, 2) >= 0
                and paid >= self.today - relativedelta(months=36)
            ):
                settled.append((paid, item))
        if not days_of_money:
            return {}
        settled.sort(key=lambda pair: (pair[0], pair[1].id))
        figures = {
            'settled_count': len({item.move_id for _paid, item in settled}),
            'last_payment': max(days_of_money),
            'last_settled': settled[-1][0] if settled else False,
            'has_trend': len(settled) >= 12,
            'trend': 0.0,
            'late_share': 0.0,
            'effective_weight': 0.0,
        }
        if not settled:
            return figures
        weights = [decayed((settled[-1][0] - paid).days) for paid, _item in settled]
        since_issue = [(paid - item.move_id.invoice_date).days for paid, item in settled]
        since_due = [(paid - item.date_maturity).days for paid, item in settled]
        late = sum(w for w, days in zip(weights, since_due, strict=True) if days > 0)
        figures |= {
            'effective_weight': round(sum(weights), 4),
            'late_share': round(late / sum(weights), 4),
        }
        for name, days in (('issue', since_issue), ('due', since_due)):
            found = quantiles(days, weights, (0.1, 0.5, 0.9))
            for part, value in zip(('p10', 'median', 'p90'), found, strict=True):
                figures[f'{part}_days_{name}'] = value
        if len(settled) >= 12:
            figures['trend'] = median(since_due[-6:]) - median(since_due[-18:-6])
        return figures
