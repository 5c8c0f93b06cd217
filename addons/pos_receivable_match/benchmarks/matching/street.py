"""The second generator, built apart from the first: the ledger comes first, then a stream of payers
with bad habits, and what they write goes through several machines that each spoil it.

Four series of numbers in four styles, monthly subscriptions that make amounts repeat, customers
who share surnames, one account used by several customers, collectors paying for strangers.
"""

import random
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta

from matching import FeeProfile, Knowledge, OpenItem
from matching.names import normalise

from .post import DAY_ZERO, Note, Post
from .world import VALIDATORS, Id, World, belgian, convert, creditor, iban, listed

STYLES: tuple[Callable[[int, int], str], ...] = (
    lambda year, serial: f'INV/{year}/{serial:05}',
    lambda year, serial: f'F{year}-{serial:04}',
    lambda year, serial: f'{year}{serial:06}',
    lambda _year, serial: f'RE-{serial}',
)
FIRST = listed('Ólafur Siân François Łukasz Weiß Ängström Günther Søren Nuñez Çelik Öztürk Straßer')
LAST = listed(
    'Müller Mueller Miller Möller Meier Maier Meyer Mayr Schmid Schmidt Schmitt Groß Gross'
)
KINDS_OF_SHOP = listed('Nord Süd Technik Service Feinkost Systeme Partner Invest Verlag Praxis')
LEGAL = ('GmbH', 'G.m.b.H.', 'AG', 'GmbH & Co. KG', 'S.A.S.', 'Sp. z o.o.', 'B.V.', 'e.V.', '')
CHARGES = (FeeProfile('card', 25, 190), FeeProfile('abroad', 1250))
PRICES = (1999, 4500, 8900, 8900, 12000, 25000)


@dataclass
class Payer:
    id: int
    name: str
    account: str
    style: int
    group_names: tuple[str, ...]
    bills: list[OpenItem] = field(default_factory=list)


class Street:
    def __init__(self, seed: int, size: int) -> None:
        self.dice = random.Random(f'street {seed}')
        self.serials: dict[int, int] = defaultdict(lambda: self.dice.randint(1, 400))
        self.open: dict[Id, OpenItem] = {}
        self.settled: list[OpenItem] = []
        self.notes: list[Note] = []
        self.taken: set[Id] = set()
        self.learned: dict[str, dict[int, int]] = {}
        self.payers = [self._payer(number) for number in range(1, size + 1)]
        self.book = self._book()
        for payer in self.payers:
            self._bill(payer)

    # -- the ledger

    def _payer(self, number: int) -> Payer:
        dice = self.dice
        surname = dice.choice(LAST) if dice.random() < 0.5 else self._surname()
        person = f'{dice.choice(FIRST)} {surname}'
        shop = f'{surname} {dice.choice(KINDS_OF_SHOP)} {dice.choice(LEGAL)}'.strip()
        name = person if dice.random() < 0.4 else shop
        names = (name, f'{dice.choice(LAST)} Konzern SE') if dice.random() < 0.1 else (name,)
        account = iban(dice, *dice.choice((('DE', 18), ('BE', 12), ('NL', 10), ('FR', 23))))
        return Payer(number, name, account, dice.randrange(4), names)

    def _surname(self) -> str:
        """One of some thousands, so that a large town has names enough."""
        middle = ('er', 'en', 'mann', 'hoff', 'ström', 'inger', 'ová', 'dahl', 'berg', 'wicz')
        first = (
            'Hall',
            'Brück',
            'Ost',
            'Lind',
            'Kam',
            'Sørk',
            'Var',
            'Tiel',
            'Grün',
            'Pod',
            'Zeis',
        )
        return (
            self.dice.choice(first)
            + self.dice.choice(('', 'el', 'in', 'um'))
            + self.dice.choice(middle)
        )

    def _book(self) -> dict[str, set[int]]:
        book: dict[str, set[int]] = defaultdict(set)
        for payer in self.payers:
            if self.dice.random() < 0.6:
                book[payer.account].add(payer.id)
        for payer in self.dice.sample(self.payers, max(len(self.payers) // 50, 2)):
            other = self.dice.choice(self.payers)
            book[payer.account] |= {payer.id, other.id}
        return book

    def _bill(self, payer: Payer) -> None:
        """A year's invoices; most were settled long ago."""
        dice = self.dice
        price = dice.choice(PRICES)
        for month in range(dice.randint(1, 6)):
            repeated = dice.random() < 0.35
            amount = (
                price if repeated else int(dice.paretovariate(1.1) * 3000) + dice.randint(0, 99)
            )
            item = self.write(
                payer, min(amount, 9_000_000), DAY_ZERO - timedelta(days=30 * month + 12)
            )
            if dice.random() < 0.35 and month:
                self.settle(item)

    def write(self, payer: Payer, amount: int, issued: date, **more) -> OpenItem:
        dice = self.dice
        self.serials[payer.style] += dice.choice((1, 1, 1, 2, 7))
        serial = self.serials[payer.style]
        reference = dice.random()
        if reference < 0.15:
            more['payment_reference'] = creditor(f'{payer.style}{serial:09}')
        elif reference < 0.3:
            more['payment_reference'] = belgian(1_000_000 * (payer.style + 1) + serial)
        item = OpenItem(
            id=(payer.style, serial),
            group=payer.id,
            residual=amount,
            currency=more.pop('currency', 'EUR'),
            number=STYLES[payer.style](issued.year, serial),
            issued=issued,
            due=issued + timedelta(days=21),
            names=payer.group_names,
            other_references=(str(dice.randint(100, 9999)),) if dice.random() < 0.2 else (),
            **more,
        )
        self.open[item.id] = item
        payer.bills.append(item)
        return item

    def settle(self, item: OpenItem) -> None:
        del self.open[item.id]
        self.settled.append(item)

    def someone(self) -> Payer:
        return self.dice.choice(self.payers)

    def unpaid(self, count: int = 1) -> tuple[Payer, list[OpenItem]]:
        """Somebody with so many open bills nobody has paid in this stream yet."""
        while True:
            payer = self.someone()
            free = [b for b in payer.bills if b.id in self.open and b.id not in self.taken]
            if len(free) < count:
                free.append(
                    self.write(
                        payer, self.dice.randint(1500, 800_000), DAY_ZERO - timedelta(days=20)
                    )
                )
            if len(free) >= count:
                chosen = self.dice.sample(free, count)
                self.taken.update(item.id for item in chosen)
                return payer, chosen

    # -- the stream

    def stream(self, lines: int) -> None:
        acts = [(getattr(self, name), weight) for name, weight in ACTS.items()]
        functions, weights = zip(*acts, strict=True)
        while len(self.notes) < lines:
            self.dice.choices(functions, weights)[0]()

    def note(self, kind: str, amount: int, truth, words: str, who: Payer | None, **more) -> None:
        if who is not None:
            more.setdefault('payer', who.name)
            if self.dice.random() < 0.75:
                more.setdefault('account', who.account)
        more.setdefault('day', DAY_ZERO - timedelta(days=self.dice.randint(0, 5)))
        self.notes.append(Note(kind, amount, tuple(truth), words, **more))

    def tidy(self) -> None:
        payer, (bill,) = self.unpaid()
        self.note('tidy', bill.residual, [bill], bill.number, payer)

    def referenced(self) -> None:
        payer, (bill,) = self.unpaid()
        reference = bill.payment_reference or bill.number
        self.note('referenced', bill.residual, [bill], '', payer, reference=reference)

    def silent(self) -> None:
        payer, (bill,) = self.unpaid()
        self.note('silent', bill.residual, [bill], self.dice.choice(('', 'Beitrag', 'Rg')), payer)

    def zeros_lost(self) -> None:
        payer, (bill,) = self.unpaid()
        parts = bill.number.replace('-', '/').split('/')
        words = '/'.join(part.lstrip('0') for part in parts)
        self.note('zeros lost', bill.residual, [bill], words, payer)

    def half_number(self) -> None:
        payer, (bill,) = self.unpaid()
        words = (
            bill.number[self.dice.randint(1, 4) :] if self.dice.random() < 0.6 else bill.number[:-1]
        )
        self.note('half a number', bill.residual, [bill], words, payer)

    def slip(self) -> None:
        payer, (bill,) = self.unpaid()
        letters = list(bill.number)
        place = self.dice.randint(max(len(letters) - 4, 0), len(letters) - 2)
        if self.dice.random() < 0.5:
            letters[place], letters[place + 1] = letters[place + 1], letters[place]
        else:
            letters[place + 1] = str((int(letters[place + 1]) + self.dice.randint(1, 9)) % 10)
        self.note('slip', bill.residual, [bill], ''.join(letters), payer)

    def neighbours(self) -> None:
        """The number between other numbers: order, date, telephone, customer number."""
        payer, (bill,) = self.unpaid()
        dice = self.dice
        words = (
            f'Tel {dice.randint(10**8, 10**9)} Nr {bill.number} KdNr {dice.randint(1000, 9999)} '
            f'Datum {bill.issued:%d.%m.%Y} Betrag {bill.residual / 100:.2f}'
        )
        self.note('neighbours', bill.residual, [bill], words, payer)

    def on_behalf(self) -> None:
        _payer, (bill,) = self.unpaid()
        helper = f'{self.dice.choice(FIRST)} {self.dice.choice(FIRST)}-{self.dice.choice(LAST)}'
        self.note(
            'on behalf',
            bill.residual,
            [bill],
            bill.number,
            None,
            payer=helper,
            account=iban(self.dice),
        )

    def factor(self) -> None:
        """One payer for many customers, known under one name."""
        payer, (bill,) = self.unpaid()
        name = f'Inkasso {payer.id} Zentrale'
        self.learned[normalise(name)] = {payer.id: 3}
        words = bill.number if self.dice.random() < 0.6 else f'fuer {payer.name}'
        self.note('factor', bill.residual, [bill], words, None, payer=name, account=iban(self.dice))

    def charged(self) -> None:
        payer, (bill,) = self.unpaid()
        fee = self.dice.choice(CHARGES)
        amount = max(bill.residual - fee.of(bill.residual), 100)
        self.note('charged', amount, [bill], bill.number, payer)

    def short_by_choice(self) -> None:
        payer, (bill,) = self.unpaid()
        amount = max(bill.residual - self.dice.randint(1, 900), bill.residual // 2, 1)
        self.note('short', amount, [bill], bill.number, payer)

    def too_much(self) -> None:
        payer, (bill,) = self.unpaid()
        amount = bill.residual + self.dice.choice(
            (1, 10, 100, bill.residual // 10 + 1, bill.residual)
        )
        self.note('too much', amount, [bill], bill.number, payer)

    def several(self) -> None:
        payer, bills = self.unpaid(self.dice.randint(2, 4))
        words = self.dice.choice((' ', ',', '/', '+', ' u ')).join(bill.number for bill in bills)
        self.note('several', sum(bill.residual for bill in bills), bills, words, payer)

    def several_silent(self) -> None:
        payer, bills = self.unpaid(self.dice.randint(2, 3))
        self.note('several, silent', sum(b.residual for b in bills), bills, 'diverse', payer)

    def bit_by_bit(self) -> None:
        payer, (bill,) = self.unpaid()
        left = bill.residual
        for share in (0.3, 0.5, 1.0):
            part = max(int(left * share), 1) if share < 1 else left
            if part <= 0:
                continue
            self.note('bit by bit', part, [bill], f'{bill.number} Teilzahlung', payer)
            left -= part

    def abroad(self) -> None:
        payer = self.someone()
        currency = self.dice.choice(('USD', 'CHF'))
        bill = self.write(
            payer,
            self.dice.randint(9000, 400_000),
            DAY_ZERO - timedelta(days=25),
            currency=currency,
        )
        self.taken.add(bill.id)
        worth = convert(bill.residual, currency, 'EUR', DAY_ZERO)
        amount = int(worth * self.dice.uniform(0.97, 1.01))
        self.note('abroad', amount, [bill], bill.number, payer)

    def early(self) -> None:
        payer = self.someone()
        gross = self.dice.randint(5000, 600_000)
        issued = DAY_ZERO - timedelta(days=8)
        bill = self.write(
            payer,
            gross,
            issued,
            discounted=gross * 98 // 100,
            discount_until=issued + timedelta(days=10),
        )
        self.taken.add(bill.id)
        self.note('early', bill.discounted, [bill], f'{bill.number} abzgl Skonto', payer)

    def wages(self) -> None:
        number = STYLES[self.dice.randrange(4)](2026, self.dice.randint(1, 9000))
        words = f'Lohn Gehalt Personalnr {number[-4:]} Abr {self.dice.randint(1, 12)}/2026'
        self.note(
            'none: wages',
            self.dice.randint(90_000, 400_000),
            (),
            words,
            None,
            payer='Lohnbüro Kern',
        )

    def refund(self) -> None:
        """A supplier's own number, in the form of ours."""
        number = STYLES[self.dice.choice((0, 3))](2026, self.dice.randint(20_000, 90_000))
        self.note(
            'none: refund',
            self.dice.randint(500, 90_000),
            (),
            f'Gutschrift {number}',
            None,
            payer='Großhandel Ost',
        )

    def again(self) -> None:
        """An invoice settled long ago, paid again; often another of the same amount is open."""
        if not self.settled:
            return
        bill = self.dice.choice(self.settled)
        payer = self.payers[bill.group - 1]
        if self.dice.random() < 0.4:
            self.write(payer, bill.residual, DAY_ZERO - timedelta(days=15))
        self.note('none: again', bill.residual, (), bill.number, payer)

    def coincidence(self) -> None:
        bill = self.dice.choice(list(self.open.values()))
        name = f'{self.dice.choice(FIRST)} Zufall'
        self.note(
            'none: coincidence',
            bill.residual,
            (),
            'Miete November',
            None,
            payer=name,
            account=iban(self.dice),
        )

    def deposit(self) -> None:
        payer = self.someone()
        amount = self.dice.randint(1, 99) * 1000 + 7
        self.note('none: deposit', amount, (), f'Kaution {self.dice.randint(2000, 2030)}', payer)

    def lookalike(self) -> None:
        """A namesake of a customer with the same amount, and the number of somebody's invoice less one."""
        bill = self.dice.choice(list(self.open.values()))
        payer = self.payers[bill.group - 1]
        words = f'Vertrag {self.dice.randint(10**7, 10**8)}'
        self.note(
            'none: lookalike',
            bill.residual,
            (),
            words,
            None,
            payer=payer.name,
            account=iban(self.dice),
        )

    def foreign_reference(self) -> None:
        reference = belgian(self.dice.randint(5 * 10**9, 9 * 10**9))
        bill = self.dice.choice(list(self.open.values()))
        payer = self.payers[bill.group - 1]
        self.note('none: reference', bill.residual, (), reference, payer)


ACTS = {
    'tidy': 15,
    'referenced': 12,
    'silent': 8,
    'zeros_lost': 4,
    'half_number': 4,
    'slip': 4,
    'neighbours': 6,
    'on_behalf': 5,
    'factor': 3,
    'charged': 4,
    'short_by_choice': 4,
    'too_much': 3,
    'several': 6,
    'several_silent': 3,
    'bit_by_bit': 2,
    'abroad': 3,
    'early': 4,
    'wages': 4,
    'refund': 4,
    'again': 5,
    'coincidence': 4,
    'deposit': 4,
    'lookalike': 4,
    'foreign_reference': 3,
}


def generate(seed: int, lines: int = 5000, items: int = 3000) -> World:
    street = Street(seed, size=max(items // 3, 40))
    street.stream(lines)
    post = Post(street.dice)
    cases = [post.deliver(number, note) for number, note in enumerate(street.notes)]
    knowledge = Knowledge(dict(street.book), street.learned, VALIDATORS, convert)
    return World('street', list(street.open.values()), cases, knowledge)
