"""Which money it is: the one identity of what came in, in memory, in columns and in the log."""

from typing import NamedTuple

LINE, STATEMENT = 'line', 'statement'


class ReceiptId(NamedTuple):
    """A journal item of a payment or bank entry, or a line of a bank statement.

    >>> print(ReceiptId.of(None, 7))
    statement line 7
    >>> ReceiptId(LINE, 3).columns()
    {'line_id': 3, 'statement_line_id': False}
    """

    kind: str
    id: int

    @classmethod
    def of(cls, line_id, statement_line_id):
        """The identity of a row with these two columns, of which one is filled."""
        return cls(LINE, line_id) if line_id else cls(STATEMENT, statement_line_id)

    def columns(self):
        """The values of the two columns."""
        return {
            'line_id': self.id if self.kind == LINE else False,
            'statement_line_id': self.id if self.kind == STATEMENT else False,
        }

    def __str__(self):
        return f'{"journal item" if self.kind == LINE else "statement line"} {self.id}'


def split(receipt_ids):
    """
    >>> split([ReceiptId(LINE, 3), ReceiptId(STATEMENT, 7), ReceiptId(LINE, 4)])
    ((3, 4), (7,))

    :return: ``(ids of journal items, ids of statement lines)``
    """
    receipt_ids = list(receipt_ids)
    return (
        tuple(receipt.id for receipt in receipt_ids if receipt.kind == LINE),
        tuple(receipt.id for receipt in receipt_ids if receipt.kind == STATEMENT),
    )
