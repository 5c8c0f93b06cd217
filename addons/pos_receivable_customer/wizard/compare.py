import base64

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.pos_receivable.tools.payload import read_id

from ..comparing import (
    Column,
    Format,
    Verdict,
    compare,
    find_titles,
    guess_columns,
    guess_format,
    read_table,
)
from ..comparing.table import DATE_FORMATS
from ..models.comparison import describe_theirs, from_units

SAMPLES = 3  # cells of a column that are shown
ONCE = (Column.DATE, Column.AMOUNT, Column.DEBIT, Column.CREDIT)  # no two columns may be these
PREVIEWED = 5  # lines shown as they are understood


class PosReceivableCustomerCompare(models.TransientModel):
    """Compare a customer's own statement: choose the file, say what its columns are, look at the
    result, and keep it with the customer."""

    _name = 'pos_receivable.customer.compare'
    _description = "Compare a Customer's Statement"
    _rec_name = 'partner_id'

    partner_id = fields.Many2one('res.partner', string="Customer", required=True)
    company_id = fields.Many2one(
        'res.company', required=True, readonly=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(
        'res.currency', required=True, default=lambda self: self.env.company.currency_id
    )
    kind = fields.Selection(
        [('open', "What is open"), ('activity', "Everything in a period")],
        string="Their statement lists",
        required=True,
        default='open',
    )
    date_from = fields.Date(string="From")
    date_to = fields.Date(string="As of", required=True, default=fields.Date.context_today)
    file = fields.Binary(string="Their statement", attachment=False)
    file_name = fields.Char()
    state = fields.Selection(
        [('file', "File"), ('columns', "Columns"), ('unread', "Unread"), ('result', "Result")],
        required=True,
        readonly=True,
        default='file',
    )
    problem = fields.Char(readonly=True)
    # The cells as text, row by row.
    rows = fields.Json(readonly=True)
    title_row = fields.Integer(readonly=True)
    is_remembered = fields.Boolean(readonly=True)
    column_ids = fields.One2many('pos_receivable.customer.compare.column', 'wizard_id')
    date_format = fields.Selection(
        selection=lambda self: [(pattern, _show_pattern(pattern)) for pattern in DATE_FORMATS],
        string="Dates",
    )
    decimal = fields.Selection([('.', "1,234.50"), (',', "1.234,50")], string="Amounts")
    inverted = fields.Boolean(
        string="What they owe is below zero",
        help="As in their own books, where an invoice of ours is a liability.",
    )
    preview = fields.Text(compute='_compute_preview')
    line_ids = fields.One2many('pos_receivable.customer.compare.line', 'wizard_id', readonly=True)
    theirs = fields.Monetary(readonly=True)
    ours = fields.Monetary(readonly=True)
    difference = fields.Monetary(readonly=True)
    notes = fields.Text(readonly=True)

    @api.depends('column_ids.role', 'date_format', 'decimal', 'inverted')
    def _compute_preview(self):
        for wizard in self:
            wizard.preview = wizard._get_preview() if wizard.rows and wizard.date_format else False

    # -------------------------------------------------------------------------
    # Steps
    # -------------------------------------------------------------------------

    def action_read(self):
        """Read the file, and propose what its columns say: as last time, or else by their titles."""
        self._check_receivable_compare()
        table = self.env['pos_receivable.customer.compare.reader']._read(
            self._get_content(), self.file_name
        )
        if table.problem:
            self.write({'state': 'unread', 'problem': table.problem})
            return self._reopen()
        if not table.rows:
            raise UserError(self.env._("This file is empty."))
        title_row = find_titles(table.rows)
        titles = self._get_titles(table.rows, title_row)
        body = table.rows[(title_row or 0) + (title_row is not None) :]
        layout = self.env['pos_receivable.customer.compare.layout']._find_layout(
            self.partner_id.commercial_partner_id, self.company_id
        )
        remembered = layout._get_columns(titles) if layout else {}
        columns = remembered or guess_columns(titles)
        form = guess_format(body, columns)
        if remembered:
            form = Format(layout.date_format, layout.decimal, layout.inverted)
        self.column_ids.unlink()
        self.write(
            {
                'state': 'columns',
                'problem': False,
                'rows': table.rows,
                'title_row': -1 if title_row is None else title_row,
                'is_remembered': bool(remembered),
                'date_format': form.date,
                'decimal': form.decimal,
                'inverted': form.inverted,
                'column_ids': [
                    fields.Command.create(
                        {
                            'place': place,
                            'title': title,
                            'samples': ' · '.join(_sample(body, place)),
                            'role': columns[place].value if place in columns else False,
                        }
                    )
                    for place, title in enumerate(titles)
                ],
            }
        )
        return self._reopen()

    def action_compare(self):
        """Compare what was read, and remember how it was written."""
        self._check_receivable_compare()
        request, comparison, reading = self._compare()
        # Elevated: nobody has rights to change these but this action, which has checked the user.
        self.env['pos_receivable.customer.compare.layout'].sudo()._remember(
            request.customer,
            self.company_id,
            [column.title for column in self.column_ids],
            self._get_columns(),
            self._get_format(),
        )
        unknown = [
            line
            for finding in comparison.findings
            if finding.verdict is Verdict.UNKNOWN_TO_US
            for line in finding.theirs
        ]
        hints = self._get_service()._find_money(request.company, self.currency_id, unknown)
        self.line_ids.unlink()
        self.write(
            {
                'state': 'result',
                'theirs': from_units(comparison.theirs, self.currency_id),
                'ours': from_units(comparison.ours, self.currency_id),
                'difference': from_units(comparison.difference, self.currency_id),
                'notes': '\n'.join(self._get_notes(reading)),
                'line_ids': [
                    fields.Command.create(self._prepare_line(finding, hints))
                    for finding in [*comparison.discrepancies, *comparison.agreeing]
                ],
            }
        )
        return self._reopen()

    def action_back(self):
        """One step back: to the columns, or else to the file."""
        self._check_receivable_compare()
        self.state = 'columns' if self.state == 'result' else 'file'
        return self._reopen()

    def action_keep(self):
        """Note the result, compared once more with the books as they are now, with the customer,
        together with the file."""
        self._check_receivable_compare()
        attachment = (self.file_name or self.env._("Their statement"), self._get_content())
        author = self.env.user.partner_id
        # Elevated: an accountant who may see the customer may note something, change it or not.
        if self.state == 'unread':
            customer = self.partner_id.commercial_partner_id.sudo()
            self._get_service()._keep_unread(
                customer, self.company_id, attachment, self.problem, author
            )
        else:
            request, comparison, reading = self._compare()
            notes = self._get_notes(reading)
            self._get_service()._keep(
                request, self.currency_id, comparison, attachment, notes, author
            )
        return {'type': 'ir.actions.act_window_close'}

    # -------------------------------------------------------------------------
    # What they are made of
    # -------------------------------------------------------------------------

    def _check_receivable_compare(self):
        if len(self) != 1 or not read_id(self.id) or not self.exists():
            raise UserError(self.env._("This dialog was closed. Please open it again."))
        self.check_access('write')
        self.partner_id.check_access('read')
        if self.company_id not in self.env.companies:
            raise AccessError(self.env._("Choose this company first, at the top right."))

    def _get_service(self):
        # Elevated: accountants, who have been checked, read the books of a company they work in.
        return self.env['pos_receivable.customer.comparison'].sudo()

    def _get_content(self):
        # The size alone is what a client is told of a file.
        content = self.with_context(bin_size=False).file
        if not content:
            raise UserError(self.env._("Choose a file first."))
        return base64.b64decode(content)

    def _compare(self):
        """
        :return: ``(request, comparison, reading)``
        """
        reading = self._read_lines()
        if not reading.lines:
            raise UserError(
                self.env._("No line can be understood. Say which columns hold date and amount.")
            )
        statements = self.env['pos_receivable.customer.statement'].sudo()
        request = statements._read_request(
            self.partner_id.sudo(),
            self.company_id.sudo(),
            self.kind,
            self.date_from and self.date_from.isoformat(),
            self.date_to.isoformat(),
        )
        ours = self._get_service()._read_ours(request, self.currency_id)
        return request, compare(reading.lines, ours), reading

    def _get_columns(self):
        """
        :raise UserError: no amount, or a column that says what another says
        """
        columns = {column.place: Column(column.role) for column in self.column_ids if column.role}
        said = list(columns.values())
        if any(said.count(column) > 1 for column in ONCE):
            raise UserError(self.env._("Dates, and amounts of a kind, stand in one column each."))
        if not {Column.AMOUNT, Column.DEBIT, Column.CREDIT} & set(columns.values()):
            raise UserError(self.env._("Say which column holds the amounts."))
        return columns

    def _get_format(self):
        if not self.date_format or not self.decimal:
            raise UserError(self.env._("Say how dates and amounts are written."))
        return Format(self.date_format, self.decimal, self.inverted)

    def _get_body(self):
        # What a form shows while it is changed is a copy without them.
        wizard = self._origin or self
        return (wizard.rows or [])[wizard.title_row + 1 :]

    def _read_lines(self):
        return read_table(
            self._get_body(),
            self._get_columns(),
            self._get_format(),
            self.currency_id.decimal_places,
        )

    def _get_titles(self, rows, title_row):
        width = max(map(len, rows))
        titles = rows[title_row] if title_row is not None else ()
        return [
            (titles[place] if place < len(titles) else '')
            or self.env._("Column %(number)s", number=place + 1)
            for place in range(width)
        ]

    def _get_preview(self):
        try:
            reading = self._read_lines()
        except UserError as error:
            return str(error)
        lines = [
            self.env._(
                "%(date)s   %(amount)s   %(text)s",
                date=fields.Date.to_string(line.date) or self.env._("no date"),
                amount=self.currency_id.format(from_units(line.amount, self.currency_id)),
                text=describe_theirs([line]),
            )
            for line in reading.lines[:PREVIEWED]
        ]
        return '\n'.join([*lines, *self._get_notes(reading)])

    def _get_notes(self, reading):
        """What is to be known of the reading, in sentences."""
        notes = [self.env._("Lines read: %(count)s.", count=len(reading.lines))]
        if reading.left_out:
            notes.append(
                self.env._(
                    "Rows left out as titles or totals: %(count)s.", count=len(reading.left_out)
                )
            )
        if reading.unreadable:
            notes.append(
                self.env._(
                    "Rows that cannot be understood: %(count)s, the first is row %(row)s.",
                    count=len(reading.unreadable),
                    row=reading.unreadable[0] + (self._origin or self).title_row + 1,
                )
            )
        return notes

    def _prepare_line(self, finding, hints):
        ours, theirs = finding.ours, finding.theirs
        return {
            'verdict': finding.verdict.value,
            'their_text': describe_theirs(theirs),
            'their_date': next((line.date for line in theirs if line.date), False),
            'their_amount': from_units(sum(line.amount for line in theirs), self.currency_id),
            'move_id': ours.id if ours else False,
            'our_date': ours.date if ours else False,
            'our_amount': from_units(ours.amount if ours else 0, self.currency_id),
            'difference': from_units(finding.difference, self.currency_id),
            'hint': next((hints[line.id] for line in theirs if line.id in hints), False),
        }

    def _reopen(self):
        return {
            'type': 'ir.actions.act_window',
            'name': self.env._("Compare Their Statement"),
            'res_model': self._name,
            'res_id': self.id,
            'view_mode': 'form',
            'target': 'new',
        }


class PosReceivableCustomerCompareColumn(models.TransientModel):
    _name = 'pos_receivable.customer.compare.column'
    _description = "Column of a Customer's Statement"
    _order = 'place, id'

    wizard_id = fields.Many2one(
        'pos_receivable.customer.compare', required=True, readonly=True, ondelete='cascade'
    )
    place = fields.Integer(readonly=True)
    title = fields.Char(readonly=True)
    samples = fields.Char(readonly=True)
    role = fields.Selection(
        [
            ('date', "Date"),
            ('number', "Number"),
            ('reference', "Reference"),
            ('text', "Text"),
            ('amount', "Amount"),
            ('debit', "Debit (lowers what they owe)"),
            ('credit', "Credit (raises what they owe)"),
        ],
        string="Is",
    )


class PosReceivableCustomerCompareLine(models.TransientModel):
    _name = 'pos_receivable.customer.compare.line'
    _description = "Line of a Comparison"

    wizard_id = fields.Many2one(
        'pos_receivable.customer.compare', required=True, readonly=True, ondelete='cascade'
    )
    currency_id = fields.Many2one(related='wizard_id.currency_id')
    verdict = fields.Selection(
        selection=lambda self: self.env['pos_receivable.customer.comparison']._get_verdicts(),
        string="Result",
        readonly=True,
    )
    their_text = fields.Char(string="Their line", readonly=True)
    their_date = fields.Date(readonly=True)
    their_amount = fields.Monetary(string="Theirs", readonly=True)
    move_id = fields.Many2one('account.move', string="Our entry", readonly=True)
    our_date = fields.Date(readonly=True)
    our_amount = fields.Monetary(string="Ours", readonly=True)
    difference = fields.Monetary(readonly=True)
    hint = fields.Char(readonly=True)


def _sample(rows, place):
    cells = (row[place] for row in rows if place < len(row) and row[place])
    return [cell[:40] for cell, _number in zip(cells, range(SAMPLES), strict=False)]


def _show_pattern(pattern):
    """A day of which every part is another number: what the pattern makes of it."""
    return fields.Date.to_date('2026-11-23').strftime(pattern)
