import base64
import io
from unittest.mock import patch

import openpyxl

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..models import compare_reader
from .common_profile import ProfileCommon


@tagged('post_install', '-at_install')
class TestCompare(ProfileCommon):
    """A customer's own statement: read, compared with the books, kept."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.first = cls._invoice(40, amount=100)
        cls.second = cls._invoice(30, amount=250.5)
        cls.third = cls._invoice(20, amount=75)

    def _open(self, content, name='statement.csv', user=None, **values):
        content = content.encode() if isinstance(content, str) else content
        wizard = self.env['pos_receivable.customer.compare'].with_user(user or self.accountant)
        return wizard.create(
            {
                'partner_id': self.customer.id,
                'company_id': self.company.id,
                'currency_id': self.company.currency_id.id,
                'file': base64.b64encode(content),
                'file_name': name,
                **values,
            }
        )

    def _write_rows(self, *rows, titles=('Date', 'Invoice no.', 'Amount')):
        return '\n'.join(';'.join(map(str, row)) for row in (titles, *rows))

    def _compare(self, content, **values):
        wizard = self._open(content, **values)
        wizard.action_read()
        self.assertEqual(wizard.state, 'columns', wizard.problem)
        wizard.action_compare()
        return wizard

    def _list(self, wizard):
        return {
            (line.verdict, line.move_id.name or line.their_text, line.difference)
            for line in wizard.line_ids
        }

    def _row(self, invoice, amount=None, date=None):
        return (date or invoice.invoice_date, invoice.name, amount or invoice.amount_total)

    def test_what_agrees_and_what_does_not_is_told_and_adds_up(self):
        wizard = self._compare(
            self._write_rows(
                self._row(self.first),
                self._row(self.second, 250),
                (self.today, 'X-77', '12.00'),
                self._row(self.first),
            )
        )
        self.assertEqual(
            self._list(wizard),
            {
                ('agrees', self.first.name, 0.0),
                ('amount', self.second.name, -0.5),
                ('unknown_to_them', self.third.name, -75.0),
                ('unknown_to_us', 'X-77', 12.0),
                ('duplicate', self.first.name, 100.0),
            },
        )
        self.assertEqual((wizard.theirs, wizard.ours), (462.0, 425.5))
        self.assertEqual(wizard.difference, 36.5)
        self.assertAlmostEqual(sum(wizard.line_ids.mapped('difference')), wizard.difference)

    def test_a_part_payment_of_ours_is_in_what_is_open(self):
        self._receive(self.first, 5, amount=40)
        wizard = self._compare(self._write_rows(self._row(self.first, 60)))
        self.assertIn(('agrees', self.first.name, 0.0), self._list(wizard))

    def test_what_is_paid_with_us_is_known_when_they_still_list_it(self):
        self._receive(self.first, 5)
        wizard = self._compare(
            self._write_rows(self._row(self.first), self._row(self.second), self._row(self.third))
        )
        self.assertIn(('amount', self.first.name, 100.0), self._list(wizard))
        self.assertEqual(len(wizard.line_ids), 3)

    def test_as_of_a_day_in_the_past_what_was_paid_later_is_open(self):
        self._receive(self.first, 5)
        wizard = self._compare(self._write_rows(self._row(self.first)), date_to=self._ago(10))
        self.assertIn(('agrees', self.first.name, 0.0), self._list(wizard))

    def test_a_period_lists_payments_too(self):
        payment = self._receive(self.first, 5, ref=self.first.name)
        wizard = self._compare(
            self._write_rows(
                self._row(self.first),
                self._row(self.second),
                self._row(self.third),
                (self._ago(5), self.first.name, '-100.00'),
            ),
            kind='activity',
            date_from=self._ago(60),
        )
        self.assertEqual(wizard.difference, 0.0)
        self.assertIn(('agrees', payment.name, 0.0), self._list(wizard))

    def test_a_credit_note_they_lack_is_told_as_such(self):
        refund = self._create_invoice(20, move_type='out_refund')
        wizard = self._compare(self._write_rows(self._row(self.first)))
        self.assertIn(('credit_note', refund.name, 20.0), self._list(wizard))

    def test_money_that_they_have_sent_is_looked_for_in_the_bank(self):
        self.env['account.bank.statement.line'].create(
            {
                'journal_id': self.transfer_journal.id,
                'date': self._ago(3),
                'amount': 33.0,
                'payment_ref': 'Thank you',
            }
        )
        wizard = self._compare(
            self._write_rows(self._row(self.first), (self._ago(4), 'Transfer 9', '-33.00'))
        )
        [line] = wizard.line_ids.filtered(lambda line: line.verdict == 'unknown_to_us')
        self.assertIn("Waits in Transfer", line.hint)
        self.assertIn("Thank you", line.hint)

    def test_their_own_reference_on_our_invoice_is_found(self):
        self.first.ref = 'PO-4711'
        wizard = self._compare(self._write_rows((self.first.invoice_date, 'PO 4711', '100.00')))
        self.assertIn(('agrees', self.first.name, 0.0), self._list(wizard))

    def test_invoices_of_another_customer_are_not_ours(self):
        brown = self.env['res.partner'].create({'name': 'Brown'})
        other = self._invoice(amount=333, partner=brown)
        wizard = self._compare(self._write_rows((other.invoice_date, other.name, '333.00')))
        self.assertIn(('unknown_to_us', other.name, 333.0), self._list(wizard))

    # -------------------------------------------------------------------------
    # Files
    # -------------------------------------------------------------------------

    def test_a_spreadsheet_is_read(self):
        book = openpyxl.Workbook()
        book.active.append(['Acme Corporation'])
        book.active.append(['Date', 'Document', 'Amount'])
        for invoice in (self.first, self.second, self.third):
            book.active.append([invoice.invoice_date, invoice.name, invoice.amount_total])
        book.active.append([None, 'Total', 425.5])
        stream = io.BytesIO()
        book.save(stream)
        wizard = self._open(stream.getvalue(), 'statement.xlsx')
        wizard.action_read()
        self.assertIn("Lines read: 3.", wizard.preview)
        self.assertIn("Rows left out as titles or totals: 1.", wizard.preview)
        wizard.action_compare()
        self.assertEqual(set(wizard.line_ids.mapped('verdict')), {'agrees'})

    def test_a_spreadsheets_own_numbers_are_read_whatever_was_chosen(self):
        book = openpyxl.Workbook()
        book.active.append(['Date', 'Document', 'Amount'])
        book.active.append([self.second.invoice_date, self.second.name, 250.5])
        stream = io.BytesIO()
        book.save(stream)
        wizard = self._open(stream.getvalue(), 'statement.xlsx')
        wizard.action_read()
        self.assertEqual(wizard.decimal, '.')
        wizard.decimal = ','
        wizard.action_compare()
        self.assertIn(('agrees', self.second.name, 0.0), self._list(wizard))

    def test_a_heading_does_not_hide_what_stands_between_the_cells(self):
        table = self._write_rows(
            (self.first.invoice_date, self.first.name, '100,00'),
            (self.second.invoice_date, self.second.name, '250,50'),
        )
        for separator in ';\t|':
            with self.subTest(separator):
                heading = f"Acme, our account{chr(10)}as of today, all items{chr(10)}"
                wizard = self._compare(heading + table.replace(';', separator))
                agreeing = {row for row in self._list(wizard) if row[0] == 'agrees'}
                self.assertEqual(
                    agreeing, {('agrees', self.first.name, 0.0), ('agrees', self.second.name, 0.0)}
                )

    def test_an_opendocument_table_is_read(self):
        from odf.opendocument import OpenDocumentSpreadsheet
        from odf.table import Table, TableCell, TableRow
        from odf.text import P

        book = OpenDocumentSpreadsheet()
        table = Table(name='Statement')
        for row in (('Date', 'No', 'Amount'), self._row(self.first)):
            element = TableRow()
            for value in row:
                cell = TableCell(valuetype='string')
                cell.addElement(P(text=str(value)))
                element.addElement(cell)
            table.addElement(element)
        book.spreadsheet.addElement(table)
        stream = io.BytesIO()
        book.write(stream)
        wizard = self._compare(stream.getvalue(), name='statement.ods')
        self.assertIn(('agrees', self.first.name, 0.0), self._list(wizard))

    def test_the_text_of_a_pdf_is_read(self):
        wizard = self._compare(self._print_pdf(), name='statement.pdf')
        self.assertIn(('agrees', self.first.name, 0.0), self._list(wizard))
        self.assertIn(('amount', self.second.name, -50.5), self._list(wizard))

    def _print_pdf(self):
        from reportlab.pdfgen import canvas

        stream = io.BytesIO()
        page = canvas.Canvas(stream)
        page.drawString(50, 800, "Statement of account")
        for place, (invoice, amount) in enumerate(((self.first, 100), (self.second, 200))):
            y = 760 - 20 * place
            page.drawString(50, y, invoice.invoice_date.strftime('%d.%m.%Y'))
            page.drawString(150, y, invoice.name)
            page.drawRightString(500, y + 1, f'{amount},00')
        page.showPage()
        page.save()
        return stream.getvalue()

    def test_a_scan_is_kept_and_said_to_be_one(self):
        from reportlab.pdfgen import canvas

        stream = io.BytesIO()
        page = canvas.Canvas(stream)
        page.rect(50, 50, 100, 100)
        page.showPage()
        page.save()
        wizard = self._open(stream.getvalue(), 'scan.pdf')
        wizard.action_read()
        self.assertEqual(wizard.state, 'unread')
        self.assertIn("scan", wizard.problem)
        wizard.action_keep()
        message = self.customer.message_ids[0]
        self.assertIn("not compared", message.body)
        self.assertIn(self.company.name, message.body)
        self.assertEqual(message.attachment_ids.name, 'scan.pdf')

    def test_a_picture_is_kept_too(self):
        png = base64.b64decode(
            'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='
        )
        wizard = self._open(png, 'photo.png')
        wizard.action_read()
        self.assertIn("picture", wizard.problem)

    def test_without_its_package_a_pdf_is_kept_and_said_why(self):
        with patch.dict('sys.modules', {'pdfminer.high_level': None}):
            wizard = self._open(self._print_pdf(), 'statement.pdf')
            wizard.action_read()
        self.assertEqual(wizard.state, 'unread')
        self.assertIn("pdfminer.six", wizard.problem)

    def test_files_that_are_none_are_refused_in_words(self):
        for content, words in (
            (b'%PDF-1.4 nonsense', "PDF|scan"),
            (b'\x00\x01\x02' * 50, ""),
            (b'PK\x03\x04 no archive', ""),
            (b'x' * (compare_reader.MOST_BYTES + 1), "too large"),
        ):
            with (
                self.subTest(content=content[:10]),
                self.assertRaisesRegex(UserError, words),
                mute_logger('odoo.addons.base_import.models.base_import'),
            ):
                wizard = self._open(content, 'x')
                wizard.action_read()
                if wizard.state == 'unread':
                    raise UserError(wizard.problem)
                wizard.action_compare()

    def test_a_file_without_titles_is_mapped_by_hand(self):
        rows = [self._row(self.first), self._row(self.second)]
        wizard = self._open('\n'.join(';'.join(map(str, row)) for row in rows))
        wizard.action_read()
        self.assertEqual(wizard.column_ids.mapped('title'), ['Column 1', 'Column 2', 'Column 3'])
        with self.assertRaisesRegex(UserError, "amounts"):
            wizard.action_compare()
        wizard.column_ids.role = 'date'
        with self.assertRaisesRegex(UserError, "one column each"):
            wizard.action_compare()
        for column, role in zip(wizard.column_ids, ('date', 'number', 'amount'), strict=True):
            column.role = role
        self.assertIn(self.first.name, wizard.preview)
        wizard.action_compare()
        self.assertIn(('agrees', self.first.name, 0.0), self._list(wizard))

    def test_how_a_customer_writes_is_remembered(self):
        titles = ('Datum', 'Nr', 'Brutto')
        content = self._write_rows(
            (self.first.invoice_date.strftime('%d.%m.%y'), self.first.name, '-100,00'),
            titles=titles,
        )
        wizard = self._open(content)
        wizard.action_read()
        self.assertFalse(wizard.is_remembered)
        self.assertEqual(wizard.column_ids.mapped('title'), list(titles))
        wizard.column_ids[2].role = 'amount'
        wizard.write({'date_format': '%d.%m.%y', 'decimal': ',', 'inverted': True})
        wizard.action_compare()
        self.assertIn(('agrees', self.first.name, 0.0), self._list(wizard))
        again = self._open(content)
        again.action_read()
        self.assertTrue(again.is_remembered)
        again.action_compare()
        self.assertEqual(self._list(again), self._list(wizard))
        # Other columns are looked at anew.
        other = self._open(self._write_rows(self._row(self.first)))
        other.action_read()
        self.assertFalse(other.is_remembered)

    # -------------------------------------------------------------------------
    # What becomes of it
    # -------------------------------------------------------------------------

    def test_the_result_is_kept_with_the_customer_and_handed_on(self):
        told = []

        def note(_self, customer, company, discrepancies):
            told.append((customer, company, discrepancies))

        wizard = self._compare(self._write_rows(self._row(self.first), self._row(self.second, 250)))
        service = type(self.env['pos_receivable.customer.comparison'])
        with patch.object(service, '_note_discrepancies', note):
            wizard.action_keep()
        message = self.customer.message_ids[0]
        self.assertEqual(message.author_id, self.accountant.partner_id)
        self.assertEqual(message.attachment_ids.name, 'statement.csv')
        self.assertIn(self.company.name, message.body)
        self.assertIn(f"Another amount: {self.second.name}", message.body)
        self.assertIn(f"Unknown to them: {self.third.name}", message.body)
        [(customer, company, discrepancies)] = told
        self.assertEqual((customer, company), (self.customer, self.company))
        self.assertEqual(
            {(found.verdict, found.move, found.difference) for found in discrepancies},
            {('amount', self.second, -0.5), ('unknown_to_them', self.third, -75.0)},
        )

    def test_when_all_agrees_it_says_so(self):
        invoices = (self.first, self.second, self.third)
        wizard = self._compare(self._write_rows(*map(self._row, invoices)))
        self.assertEqual(wizard.difference, 0.0)
        wizard.action_keep()
        self.assertIn("Everything agrees.", self.customer.message_ids[0].body)

    def test_what_they_wrote_is_text_and_nothing_else(self):
        wizard = self._compare(self._write_rows((self.today, '<img src=x onerror=alert(1)>', 5)))
        wizard.action_keep()
        self.assertNotIn('<img', self.customer.message_ids[0].body)

    def test_nothing_is_booked(self):
        before = self.env['account.move.line'].search_count([])
        self._compare(self._write_rows(self._row(self.first))).action_keep()
        self.assertEqual(self.env['account.move.line'].search_count([]), before)

    # -------------------------------------------------------------------------
    # Who may
    # -------------------------------------------------------------------------

    def test_cashiers_compare_nothing(self):
        with self.assertRaises(AccessError):
            self._open('x', user=self.cashier)

    def test_another_company_is_not_looked_into(self):
        other = self._create_company(name='Other')
        wizard = self._open(self._write_rows(self._row(self.first)), company_id=other.id)
        with self.assertRaises(AccessError):
            wizard.action_read()

    def test_the_action_stands_on_the_customers_form(self):
        bindings = self.env['ir.actions.actions'].with_user(self.accountant)
        names = [action['name'] for action in bindings.get_bindings('res.partner')['action']]
        self.assertIn("Compare Their Statement", names)
        for_cashiers = self.env['ir.actions.actions'].with_user(self.cashier)
        names = [a['name'] for a in for_cashiers.get_bindings('res.partner').get('action', ())]
        self.assertNotIn("Compare Their Statement", names)
