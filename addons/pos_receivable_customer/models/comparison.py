import datetime
from collections import defaultdict
from dataclasses import dataclass

from markupsafe import Markup

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, format_date, formatLang

from ..comparing import Kind, OurLine, Verdict

KNOWN_FOR = 36  # months: what was settled longer ago is not looked up any more
MOST_TOLD = 100  # discrepancies in a memo
HINT_DAYS = 30  # from the customer's date of a payment to that of money without an owner


@dataclass(frozen=True)
class Discrepancy:
    """Where a customer's statement and our books differ, for other addons.

    ``verdict``: a value of ``comparing.Verdict``, never ``agrees``; ``move``: the entry of ours,
    empty for what is unknown to us; ``difference``: theirs less ours, in ``currency``; ``text``,
    ``date``: what the customer's line says.
    """

    verdict: str
    move: models.BaseModel
    difference: float
    currency: models.BaseModel
    text: str
    date: datetime.date | None


class PosReceivableCustomerComparison(models.AbstractModel):
    """A customer's own statement and our books, side by side: what is ours, where money without an
    owner might be what they have paid, and what becomes of the result.

    Whoever asks has been checked by the caller, and is elevated.
    """

    _name = 'pos_receivable.customer.comparison'
    _description = "Comparison with a Customer's Statement"

    @api.model
    def _note_discrepancies(self, customer, company, discrepancies):
        """Told when a comparison was kept; for other addons to act on. Does nothing by itself.

        :param customer: the commercial entity
        :param list discrepancies: of ``Discrepancy``; empty when all agrees
        """

    # -------------------------------------------------------------------------
    # Our side
    # -------------------------------------------------------------------------

    @api.model
    def _read_ours(self, request, currency):
        """The entries of a statement request in ``currency``, and with the amount 0 others of the last
        years that the customer may still list.

        :return: ``[OurLine]``, their ``id`` that of the entry
        """
        statements = self.env['pos_receivable.customer.statement']
        amount = {'open': SQL("item.residual_currency"), 'activity': SQL("item.amount_currency")}
        rows = self.env['pos_receivable.customer.position']._execute(
            statements._get_as_of(request),
            SQL(
                """
                SELECT item.move_id,
                       COALESCE(SUM(%(amount)s) FILTER (WHERE %(listed)s), 0)
                  FROM item
                 WHERE item.currency_id = %(currency)s
                   AND (item.residual_currency != 0 OR item.date >= %(since)s)
              GROUP BY item.move_id
              ORDER BY item.move_id
                """,
                amount=amount[request.kind],
                listed=statements._get_listed(request),
                currency=currency.id,
                since=fields.Date.subtract(request.date_to, months=KNOWN_FOR),
            ),
        )
        moves = self.env['account.move'].browse(move_id for move_id, _amount in rows)
        moves.fetch(['name', 'ref', 'payment_reference', 'move_type', 'invoice_date', 'date'])
        return [
            self._describe_ours(move, to_units(float(amount), currency))
            for move, (_move_id, amount) in zip(moves, rows, strict=True)
        ]

    @api.model
    def _describe_ours(self, move, amount):
        payment, line = move.origin_payment_id, move.statement_line_id
        references = (move.ref, move.payment_reference, payment.memo, line.payment_ref)
        return OurLine(
            move.id,
            move.invoice_date or move.date,
            amount,
            move.name or '',
            tuple(dict.fromkeys(filter(None, references))),
            _get_kind(move, payment or line),
        )

    # -------------------------------------------------------------------------
    # Money without an owner
    # -------------------------------------------------------------------------

    @api.model
    def _find_money(self, company, currency, lines):
        """For payments that the customer lists and we do not know: money of just this amount and about
        this day, which waits in the bank.

        :param lines: of theirs, unknown to us
        :return: ``{id of the line: sentence}``
        """
        payments = [line for line in lines if line.amount < 0]
        if not payments:
            return {}
        amounts = {from_units(-line.amount, currency) for line in payments}
        waiting = self.env['account.bank.statement.line'].search(
            Domain('company_id', '=', company.id)
            & Domain('is_reconciled', '=', False)
            & Domain('amount', 'in', list(amounts))
            & Domain('currency_id', '=', currency.id),
            order='date, id',
            limit=500,
        )
        by_amount = defaultdict(list)
        for entry in waiting:
            by_amount[to_units(entry.amount, currency)].append(entry)
        hints = {}
        for line in payments:
            near = [
                entry
                for entry in by_amount[-line.amount]
                if not line.date or abs((entry.date - line.date).days) <= HINT_DAYS
            ]
            if near:
                hints[line.id] = self.env._(
                    "Waits in %(journal)s since %(date)s: “%(text)s”",
                    journal=near[0].journal_id.name,
                    date=format_date(self.env, near[0].date),
                    text=near[0].payment_ref or near[0].partner_name or near[0].name,
                )
        return hints

    # -------------------------------------------------------------------------
    # What becomes of it
    # -------------------------------------------------------------------------

    @api.model
    def _keep(self, request, currency, comparison, attachment, notes, author):
        """Note the result with the customer, and tell other addons of the discrepancies.

        :param attachment: ``(name, bytes)`` of the customer's file
        :param list notes: sentences to be told, too
        """
        request.customer.message_post(
            body=self._prepare_memo(request, currency, comparison, notes),
            attachments=[attachment],
            author_id=author.id,
            message_type='comment',
            subtype_xmlid='mail.mt_note',
        )
        moves = self.env['account.move']
        self._note_discrepancies(
            request.customer,
            request.company,
            [
                Discrepancy(
                    finding.verdict.value,
                    moves.browse(finding.ours.id if finding.ours else ()),
                    from_units(finding.difference, currency),
                    currency,
                    describe_theirs(finding.theirs),
                    next((line.date for line in finding.theirs if line.date), None),
                )
                for finding in comparison.discrepancies
            ],
        )

    @api.model
    def _keep_unread(self, customer, company, attachment, problem, author):
        """Keep a file of which nothing can be read."""
        said = self.env._("Their statement was kept, not compared. %(problem)s", problem=problem)
        customer.message_post(
            body=Markup("<p>%s: %s</p>") % (company.name, said),
            attachments=[attachment],
            author_id=author.id,
            message_type='comment',
            subtype_xmlid='mail.mt_note',
        )

    @api.model
    def _prepare_memo(self, request, currency, comparison, notes):
        def money(units):
            return formatLang(self.env, from_units(units, currency), currency_obj=currency)

        labels = self._get_verdict_labels()
        title = self.env._(
            "Their statement compared with our books as of %(date)s: theirs %(theirs)s, ours"
            " %(ours)s, difference %(difference)s.",
            date=format_date(self.env, request.date_to),
            theirs=money(comparison.theirs),
            ours=money(comparison.ours),
            difference=money(comparison.difference),
        )
        told = comparison.discrepancies
        items = Markup().join(
            Markup("<li>%s: %s (%s)</li>")
            % (
                labels[finding.verdict.value],
                self._describe_finding(finding),
                money(finding.difference),
            )
            for finding in told[:MOST_TOLD]
        )
        sentences = [*notes]
        if not told:
            sentences.insert(0, self.env._("Everything agrees."))
        if len(told) > MOST_TOLD:
            sentences.append(self.env._("And %(count)s more.", count=len(told) - MOST_TOLD))
        rest = Markup().join(Markup("<p>%s</p>") % sentence for sentence in sentences)
        return Markup("<p>%s: %s</p><ul>%s</ul>%s") % (request.company.name, title, items, rest)

    @api.model
    def _describe_finding(self, finding):
        """Whose line it is, by our number where we know it."""
        if finding.ours:
            return finding.ours.number
        return describe_theirs(finding.theirs) or self.env._("a line without text")

    @api.model
    def _get_verdict_labels(self):
        return dict(self._get_verdicts())

    @api.model
    def _get_verdicts(self):
        return [
            (Verdict.AGREES.value, self.env._("Agrees")),
            (Verdict.AMOUNT.value, self.env._("Another amount")),
            (Verdict.UNKNOWN_TO_THEM.value, self.env._("Unknown to them")),
            (Verdict.UNKNOWN_TO_US.value, self.env._("Unknown to us")),
            (Verdict.CREDIT_NOTE.value, self.env._("Credit note they lack")),
            (Verdict.DUPLICATE.value, self.env._("Listed twice")),
            (Verdict.DATE.value, self.env._("Another date")),
        ]


def describe_theirs(lines):
    """What the customer's lines say, in a line."""
    return ', '.join(
        ' '.join(filter(None, (line.number, line.reference, line.text))) for line in lines
    )


def _get_kind(move, money):
    if move.move_type in ('out_invoice', 'out_receipt'):
        return Kind.INVOICE
    if move.move_type == 'out_refund':
        return Kind.CREDIT_NOTE
    if money or move.journal_id.type in ('bank', 'cash', 'credit'):
        return Kind.PAYMENT
    return Kind.OTHER


def to_units(amount, currency):
    """Money as a whole number of the currency's smallest decimals."""
    return round(amount * 10**currency.decimal_places)


def from_units(units, currency):
    return currency.round(units / 10**currency.decimal_places)
