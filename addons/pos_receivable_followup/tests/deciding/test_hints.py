from hypothesis import given
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from ...deciding import Invoice, InvoiceLine, find_hints

LOAVES = InvoiceLine(1, 'Loaves', 4, 4840, 4000)
DELIVERY = InvoiceLine(2, 'Delivery', 1, 1210, 1000)
INVOICE = Invoice((LOAVES, DELIVERY), total=6050, tax=1050, discount=121, others=(('INV/7', 990),))


@tagged('post_install', '-at_install')
class TestHints(BaseCase):
    """Arithmetic that comes to exactly the amount, or nothing."""

    def _find(self, amount, invoice=INVOICE):
        return [(hint.kind, hint.name, hint.quantity) for hint in find_hints(invoice, amount)]

    def test_each_kind_is_found_by_its_exact_amount_and_by_no_other(self):
        for amount, hint in {
            1210: ('line', 'Delivery', 1),
            2420: ('units', 'Loaves', 2.0),
            1000: ('untaxed', 'Delivery', 0.0),
            840: ('line_tax', 'Loaves', 0.0),
            1050: ('tax', '', 0.0),
            121: ('discount', '', 0.0),
            50: ('rounding', '', 0.0),
            990: ('invoice', 'INV/7', 0.0),
        }.items():
            with self.subTest(amount=amount):
                self.assertIn(hint, self._find(amount))
                self.assertNotIn(hint, self._find(amount + 1))

    def test_what_explains_it_equally_well_is_all_shown(self):
        # One loaf costs what delivery does.
        self.assertEqual(self._find(1210), [('line', 'Delivery', 1), ('units', 'Loaves', 1.0)])

    def test_units_are_rounded_as_an_invoice_would(self):
        three = Invoice((InvoiceLine(1, 'Pies', 3, 1000, 1000),), total=1000, tax=0)
        self.assertEqual(self._find(333, three), [('units', 'Pies', 1.0)])
        self.assertEqual(self._find(667, three), [('units', 'Pies', 2.0)])
        self.assertEqual(self._find(334, three), [])

    def test_half_a_unit_is_no_unit(self):
        self.assertEqual(self._find(605), [])

    @given(st.integers(1, 50), st.integers(1, 100_000), st.integers(1, 100_000), st.integers(1, 50))
    def test_units_of_a_line_are_always_found(self, quantity, price, other, count):
        lines = (
            InvoiceLine(1, 'Pies', quantity, quantity * price, quantity * price),
            InvoiceLine(2, 'Rolls', 1, other, other),
        )
        invoice = Invoice(lines, total=quantity * price + other, tax=0)
        count = min(count, quantity)
        hints = find_hints(invoice, count * price)
        self.assertIn((1, count), {(hint.line_id, hint.quantity) for hint in hints})
        for hint in hints:
            if hint.line_id:
                line = lines[hint.line_id - 1]
                self.assertEqual(hint.quantity * line.total / line.quantity, count * price)
