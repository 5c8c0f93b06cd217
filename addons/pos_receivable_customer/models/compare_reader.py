import codecs
import csv
import io
import zlib
from collections import Counter
from dataclasses import dataclass
from itertools import islice

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools.mimetypes import guess_mimetype

from odoo.addons.base_import.models.base_import import ImportValidationError

from ..comparing import split_lines
from ..comparing.text import COLUMNS

MOST_BYTES = 5 * 2**20
MOST_ROWS = 20_000
MOST_COLUMNS = 60
MOST_PAGES = 60
MOST_SIGNS = 500  # of a cell
SEPARATORS = (';', '\t', '|', ',')  # of equally good ones the first: commas are in amounts, too
SAMPLED = 500  # rows by which a separator is chosen
SAME_LINE = 3  # points by which pieces of one printed line may differ in height


@dataclass(frozen=True)
class Table:
    """``rows`` of cells as text. ``problem``: nothing can be read, and why; the file can still be
    kept."""

    rows: tuple
    problem: str = ''


class PosReceivableCustomerCompareReader(models.AbstractModel):
    """Reads files that customers send: tables through the core's import, and the text of a PDF.

    ODS needs the Python package ``odfpy``, PDF ``pdfminer.six``; both are optional.
    """

    _name = 'pos_receivable.customer.compare.reader'
    _description = "Reader of Customers' Statements"

    @api.model
    def _read(self, content, name):
        """
        :param bytes content: of the file
        :raise UserError: too large, or no file that can be understood
        """
        if not content:
            raise UserError(self.env._("This file is empty."))
        if len(content) > MOST_BYTES:
            raise UserError(self.env._("This file is too large to be read: 5 MB are the most."))
        kind = guess_mimetype(content)
        if kind.startswith('image/'):
            return Table((), self.env._("It is a picture, of which nothing can be read here."))
        rows = self._read_pdf(content) if kind == 'application/pdf' else None
        if isinstance(rows, Table):
            return rows
        rows = self._read_table(content, name) if rows is None else rows
        if len(rows) > MOST_ROWS:
            raise UserError(
                self.env._("This file has more than %(most)s rows.", most=f'{MOST_ROWS:,}')
            )
        return Table(tuple(_clean(row) for row in rows if any(str(cell).strip() for cell in row)))

    @api.model
    def _read_table(self, content, name):
        # Elevated: anybody may import files, in a record of their own that nobody else sees.
        reader = (
            self.env['base_import.import']
            .sudo()
            .create({'file': content, 'file_name': name or '', 'file_type': 'text/csv'})
        )
        options = {'quoting': '"', 'separator': _guess_separator(content), 'encoding': ''}
        try:
            rows = reader._read_file(options)
        except (ImportValidationError, ValueError, csv.Error) as error:
            raise UserError(
                self.env._("This file cannot be read: %(reason)s", reason=error)
            ) from error
        finally:
            reader.unlink()
        return rows[1] if rows else []

    @api.model
    def _read_pdf(self, content):
        """Rows of the text; a ``Table`` with a problem when there is none."""
        try:
            from pdfminer.high_level import extract_pages
            from pdfminer.pdfexceptions import PDFException
            from pdfminer.psexceptions import PSException
        except ImportError:
            return Table(
                (),
                self.env._(
                    "To read a PDF here, the Python package pdfminer.six has to be installed."
                ),
            )
        try:
            text = '\n'.join(
                line
                for page in extract_pages(io.BytesIO(content), maxpages=MOST_PAGES)
                for line in _join_lines(page)
            )
        # What its parser runs into, in files that are no proper PDF.
        except (
            PDFException, PSException, ValueError, TypeError, KeyError, IndexError, AttributeError,
            AssertionError, OverflowError, RecursionError, zlib.error,
        ) as error:  # fmt: skip
            raise UserError(self.env._("This PDF cannot be read. Is it protected?")) from error
        if not text.strip():
            return Table(
                (), self.env._("It is a scan: a picture, of which nothing can be read here.")
            )
        rows = split_lines(text)
        if not rows:
            return Table((), self.env._("No line in it has a date and an amount."))
        return [COLUMNS, *rows]


def _guess_separator(content):
    """What stands between the cells of a CSV file: that of which most stand in the lines of its
    commonest width. A heading or a total need not fit.

    :return: nothing when no sign does
    """
    encoding = 'utf-16' if content[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE) else 'latin-1'
    text = content.decode(encoding, 'replace')
    best, most = '', 0
    for separator in SEPARATORS:
        try:
            rows = csv.reader(io.StringIO(text), delimiter=separator, quotechar='"')
            widths = Counter(len(row) for row in islice(rows, SAMPLED) if len(row) > 1)
        except csv.Error:
            continue
        count, width = max(((widths[width], width) for width in widths), default=(0, 1))
        if count * (width - 1) > most:
            best, most = separator, count * (width - 1)
    return best


def _join_lines(page):
    """The text of a page, line by line as the eye reads it: its columns are pieces of their own."""
    pieces = sorted(_find_pieces(page), key=lambda piece: (-piece[0], piece[1]))
    lines, height = [], None
    for y, x, text in pieces:
        if height is None or height - y > SAME_LINE:
            lines.append([])
            height = y
        lines[-1].append((x, text))
    for line in lines:
        yield '  '.join(text for _x, text in sorted(line))


def _find_pieces(element):
    from pdfminer.layout import LTTextLine

    if isinstance(element, LTTextLine):
        if text := element.get_text().strip():
            yield element.y0, element.x0, text
    elif hasattr(element, '__iter__'):
        for part in element:
            yield from _find_pieces(part)


def _clean(row):
    return tuple(' '.join(str(cell).split())[:MOST_SIGNS] for cell in row[:MOST_COLUMNS])
