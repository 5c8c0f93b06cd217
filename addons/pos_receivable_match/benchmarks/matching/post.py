"""What banks and people do to a payment text between the payer's hand and the statement."""

import random
from dataclasses import dataclass
from datetime import date

from matching import OpenItem, Receipt

from .world import Case

DAY_ZERO = date(2026, 11, 15)


@dataclass
class Note:
    """A line in the making."""

    kind: str
    amount: int
    truth: tuple[OpenItem, ...]
    words: str
    payer: str = ''
    account: str = ''
    reference: str = ''
    currency: str = 'EUR'
    day: date = DAY_ZERO


class Post:
    """A row of machines, each of which spoils some of the texts."""

    def __init__(self, dice: random.Random) -> None:
        self.dice = dice

    def deliver(self, number: int, note: Note) -> Case:
        words = note.words
        for machine in (self._polite, self._letters, self._tags, self._wrap):
            words = machine(words)
        receipt = Receipt(
            id=f'st{number:05}',
            amount=note.amount,
            currency=note.currency,
            date=note.day,
            text=words,
            reference=note.reference,
            payer_name=self._name(note.payer),
            payer_account=note.account,
        )
        return Case(receipt, frozenset(item.id for item in note.truth), note.kind)

    def _polite(self, words: str) -> str:
        before = ('', '', 'Rechnung ', 'RECHNUNG', 'Zahlung Rg. Nr. ', 'Factuur: ', 'betreft ')
        after = ('', '', ' vom 03.11.26', ' MfG', ' ref 2026', ' 11/2026', '.')
        return self.dice.choice(before) + words + self.dice.choice(after)

    def _letters(self, words: str) -> str:
        style = self.dice.random()
        if style < 0.25:
            return words.lower()
        if style < 0.33:
            return words.replace(' ', '')
        if style < 0.43:
            return words.replace('/', '').replace('-', '')
        if style < 0.5:
            return words.replace('/', ' ').replace('-', ' ')
        if style < 0.55:  # scanned
            return words.replace('0', 'O', 1).replace('1', 'l', 1)
        return words

    def _tags(self, words: str) -> str:
        style = self.dice.random()
        if style < 0.2:
            return f'/EREF/{self.dice.randint(10**11, 10**12)}/REMI/{words}/PURP/GDDS'
        if style < 0.4:
            return f'EREF+NOTPROVIDED SVWZ+{words} ABWA+Beispiel'
        return words

    def _wrap(self, words: str) -> str:
        style = self.dice.random()
        if style < 0.75:
            return words
        glue = ' ' if style < 0.9 else '\n'
        return glue.join(words[i : i + 35] for i in range(0, len(words), 35))

    def _name(self, name: str) -> str:
        style = self.dice.random()
        if style < 0.2:
            return name.upper()
        if style < 0.3:
            return ', '.join(reversed(name.split(' ', 1)))
        if style < 0.4:
            return name.replace(' ', '')
        if style < 0.5:
            return name[:22]
        if style < 0.55 and len(name) > 6:
            return name[:4] + name[5] + name[4] + name[6:]
        return name
