"""The third generator: a desk where the same amounts come every month, and texts come misread.

The whole books come first, two years of them: rents, subscriptions and yearly fees beside single
invoices; most were paid, some credited. Then people pay: what is open, what they paid already, what
nobody has entered yet; for themselves, or for their group or client from one account. What they
write is what a scanner, a typist or a form with too few fields leaves of it.

The truth is what the payer means. A payer who writes nothing at all means what is open.
"""

import random
from collections import defaultdict
from dataclasses import replace
from datetime import date, timedelta

from matching import Knowledge, OpenItem, Receipt

from .world import VALIDATORS, Case, Id, World, convert, creditor, iban, listed

TODAY = date(2027, 1, 22)
WORDS = listed(
    'Amsel Birke Distel Erle Fichte Ginster Hasel Iris Kiefer Linde Mohn Nelke Olive Pappel Quitte '
    'Rose Salbei Tanne Ulme Veilchen Weide Zeder Ahorn Buche Eibe Farn Heide Jasmin Kresse Lavendel'
)
ENDS = listed('wirt horn tal ried kamp au see moor feld burg stein bach hof rain berg')
LEGAL = ('GmbH', 'AG', 'KG', 'eG', 'OHG', 'e.V.', '')
RENTS = (45000, 61250, 78000, 89900, 120000)
FEES = (2490, 4990, 9900, 12000, 19900)
LETTERS = str.maketrans('01528', 'OlSZB')
POLITE = ('', '', 'Danke', 'Vielen Dank', 'Ueberweisung', 'Zahlung', 'Gruss', 'wie besprochen')

KINDS = {
    'number': 34,
    'reference': 10,
    'silent': 12,
    'recurring, number': 14,
    'recurring, silent': 4,
    'misread': 7,
    'truncated': 4,
    'old year': 3,
    'group, number': 5,
    'group, silent': 2,
    'part, misread': 3,
    'part, number': 4,
    'several': 5,
    'none: not entered': 5,
    'none: paid before': 5,
    'none: credited': 2,
    'none: advance': 3,
    'none: for a client': 3,
    'none: stranger': 3,
}


class Desk:
    def __init__(self, seed: int, customers: int) -> None:
        self.rng = random.Random(f'desk {seed}')
        self.serials = {year: self.rng.randint(0, 700) for year in (2025, 2026, 2027)}
        self.open: dict[Id, OpenItem] = {}
        self.history: list[OpenItem] = []  # paid or credited
        self.seen: dict[tuple[Id, str, int], dict[Id, date]] = defaultdict(dict)
        self.claimed: set[Id] = set()
        self.cases: list[Case] = []
        self.accounts: dict[str, set[int]] = defaultdict(set)
        self.customers = [self._customer(place) for place in range(1, customers + 1)]
        self.bills: dict[int, list[OpenItem]] = defaultdict(list)
        self._books()

    # -- the books

    def _customer(self, place: int) -> dict:
        rng = self.rng
        first, second = rng.sample(WORDS, 2)
        name = f'{first}{rng.choice(ENDS)} {second} {rng.choice(LEGAL)}'.strip()
        account = iban(rng)
        if rng.random() < 0.85:
            self.accounts[account].add(place)
        return {
            'id': place,
            'name': name,
            'iban': account,
            'habit': rng.choices(('rent', 'fee', 'yearly', 'single'), (2, 3, 1, 6))[0],
            'price': rng.choice(RENTS if rng.random() < 0.5 else FEES),
            'contracts': 2 if rng.random() < 0.15 else 1,
        }

    def _books(self) -> None:
        """Day by day, so that numbers follow dates."""
        rng, due = self.rng, []
        for customer in self.customers:
            if customer['habit'] in ('rent', 'fee'):
                for month in range(rng.randint(1, 24)):
                    day = TODAY.replace(day=1) - timedelta(days=30 * month)
                    due += [(day, customer, customer['price'])] * customer['contracts']
            elif customer['habit'] == 'yearly':
                due += [(date(y, 1, 8), customer, customer['price']) for y in (2025, 2026, 2027)]
            for _ in range(rng.randint(0, 3)):
                day = TODAY - timedelta(days=rng.randint(6, 200))
                due.append((day, customer, self.amount()))
        due.sort(key=lambda bill: (bill[0], bill[1]['id'], bill[2]))
        for day, customer, amount in due:
            item = self.bill(customer, amount, day)
            if rng.random() < min(0.2 + (TODAY - day).days / 80, 0.97):
                self.settle(item)

    def amount(self) -> int:
        rng = self.rng
        if rng.random() < 0.2:
            return rng.randint(2, 60) * 2500
        return max(900, int(rng.lognormvariate(10.2, 1.0)))

    def write(self, customer: dict, amount: int, day: date) -> OpenItem:
        """An invoice, in the books or not."""
        self.serials[day.year] += self.rng.choice((1, 1, 2))
        serial = self.serials[day.year]
        reference = creditor(f'{day.year}{serial:06}') if self.rng.random() < 0.3 else ''
        return OpenItem(
            id=(day.year, serial),
            group=customer['id'],
            residual=amount,
            currency='EUR',
            number=f'RG/{day.year}/{serial:05}',
            issued=day,
            due=day + timedelta(days=14),
            names=(customer['name'],),
            payment_reference=reference,
        )

    def bill(self, customer: dict, amount: int, day: date) -> OpenItem:
        item = self.write(customer, amount, day)
        self.open[item.id] = item
        self.bills[customer['id']].append(item)
        self.note(item, item.id, item.issued)
        return item

    def settle(self, item: OpenItem) -> None:
        del self.open[item.id]
        self.history.append(item)
        self.note(item, ('paid', item.id), item.due)

    def note(self, item: OpenItem, what: Id, day: date) -> None:
        self.seen[item.group, item.currency, item.residual][what] = day

    def fresh(self) -> tuple[dict, OpenItem]:
        """A single invoice, written lately."""
        customer = self.pick()
        day = TODAY - timedelta(days=self.rng.randint(7, 40))
        item = self.bill(customer, self.amount(), day)
        self.claimed.add(item.id)
        return customer, item

    def pick(self, habits=()) -> dict:
        while True:
            customer = self.rng.choice(self.customers)
            if not habits or customer['habit'] in habits:
                return customer

    def standing(self) -> tuple[dict, OpenItem]:
        """An invoice of the kind that comes again and again, the oldest that nobody has paid."""
        customer = self.pick(('rent', 'fee', 'yearly'))
        free = [
            item
            for item in self.bills[customer['id']]
            if item.residual == customer['price']
            and item.id in self.open
            and item.id not in self.claimed
        ]
        item = free[0] if free else self.bill(customer, customer['price'], date(2027, 1, 2))
        self.claimed.add(item.id)
        return customer, item

    def twin(self, customer: dict, amount: int) -> None:
        """Often something else of the same amount is open, by habit or by coincidence."""
        if self.rng.random() < 0.5:
            day = TODAY - timedelta(days=self.rng.randint(5, 60))
            self.bill(customer, amount, day)

    # -- what is written

    def receive(self, kind: str, amount: int, truth, customer: dict, text: str, **more) -> None:
        rng = self.rng
        more.setdefault('payer_account', customer['iban'] if rng.random() < 0.9 else '')
        more.setdefault('payer_name', self.spell(customer['name']))
        receipt = Receipt(
            id=len(self.cases) + 1,
            amount=amount,
            currency='EUR',
            date=TODAY - timedelta(days=rng.randint(0, 4)),
            text=text,
            **more,
        )
        self.cases.append(Case(receipt, frozenset(item.id for item in truth), kind))

    def spell(self, name: str) -> str:
        style = self.rng.random()
        return name.upper() if style < 0.4 else name[:24] if style < 0.55 else name

    def say(self, number: str) -> str:
        rng = self.rng
        style = rng.random()
        if style < 0.2:
            number = number.replace('/', '-')
        elif style < 0.35:
            number = number.replace('/', ' ')
        elif style < 0.45:
            number = number.replace('/', '')
        before = rng.choice(('', 'Rechnung ', 'Re.-Nr. ', 'Beleg ', 'Zahlung '))
        after = rng.choice(('', ' vom 07.01.2027', ' danke', ' KdNr 8812'))
        return before + number + after

    def misread(self, number: str) -> str:
        """As a scanner, a typist or a bad line hands it on: seldom in the right form any more."""
        rng = self.rng
        place = rng.randrange(len(number) - 5, len(number))
        how = rng.randrange(9)
        if how == 0:  # a digit for another
            digit = str((int(number[place]) + rng.randint(1, 9)) % 10)
            return number[:place] + digit + number[place + 1 :]
        if how == 1:  # letters for digits
            return number.translate(LETTERS)
        if how == 2:  # one lost
            return number[:place] + number[place + 1 :]
        if how == 3:  # one doubled
            return number[:place] + number[place] + number[place:]
        if how == 4:  # another series, as the order's
            return number.replace('RG', rng.choice(('PG', 'R6', 'AB', 'K')))
        if how == 5:  # only the digits that count, one of them a letter
            return (number[-5:].lstrip('0') or '0').translate(LETTERS)
        if how == 6:  # only the digits that count
            return number[-5:].lstrip('0')
        if how == 7:  # pieces
            return f'{number[-5:-2]} {number[-2:]}'
        return f'{number[:place]}?{number[place + 1 :]}'

    # -- lines that pay something

    def number(self, kind: str) -> None:
        customer, item = self.fresh()
        self.receive(kind, item.residual, [item], customer, self.say(item.number))

    def reference(self, kind: str) -> None:
        customer = self.pick()
        item = self.bill(customer, self.amount(), TODAY - timedelta(days=20))
        reference = creditor(f'9{item.id[0]}{item.id[1]:06}')
        item = self.open[item.id] = replace(item, payment_reference=reference)
        self.receive(kind, item.residual, [item], customer, '', reference=reference)

    def silent(self, kind: str) -> None:
        customer, item = self.fresh()
        self.receive(kind, item.residual, [item], customer, self.rng.choice(POLITE))

    def recurring_number(self, kind: str) -> None:
        customer, item = self.standing()
        self.receive(kind, item.residual, [item], customer, self.say(item.number))

    def recurring_silent(self, kind: str) -> None:
        customer, item = self.standing()
        text = self.rng.choice(('Miete', 'Beitrag', 'Abo 01/2027', 'monatlich', ''))
        self.receive(kind, item.residual, [item], customer, text)

    def misread_(self, kind: str) -> None:
        customer, item = self.rng.choice((self.fresh, self.standing))()
        text = self.say(self.misread(item.number))
        self.receive(kind, item.residual, [item], customer, text)

    def truncated(self, kind: str) -> None:
        customer, item = self.rng.choice((self.fresh, self.standing))()
        text = f'Zahlung unserer Rechnung Nr. {item.number}'
        self.receive(kind, item.residual, [item], customer, text[: -self.rng.randint(1, 5)])

    def old_year(self, kind: str) -> None:
        """The number of a new invoice with the year of the one before, as copied from the last."""
        customer = self.pick(('yearly',))
        item = self.bill(customer, self.amount(), date(2027, 1, 9))
        text = self.say(item.number.replace('2027', '2026'))
        self.receive(kind, item.residual, [item], customer, text)

    def group_number(self, kind: str) -> None:
        _customer, item = self.fresh()
        self.receive(kind, item.residual, [item], self.pick(), self.say(item.number))

    def group_silent(self, kind: str) -> None:
        """The account of one pays for another and says for whom."""
        customer, item = self.fresh()
        payer = self.pick()
        self.twin(payer, item.residual)
        self.receive(kind, item.residual, [item], payer, f'fuer {customer["name"]}')

    def part_misread(self, kind: str) -> None:
        """A part of one invoice, just as much as another of the payer's."""
        customer, item = self.fresh()
        part = max(item.residual * self.rng.choice((25, 40, 50)) // 100, 1)
        self.twin(customer, part)
        text = f'Teilzahlung {self.say(self.misread(item.number))}'
        self.receive(kind, part, [item], customer, text)

    def part_number(self, kind: str) -> None:
        customer, item = self.fresh()
        part = max(item.residual * self.rng.choice((25, 40, 50)) // 100, 1)
        self.receive(kind, part, [item], customer, self.say(item.number))

    def several(self, kind: str) -> None:
        customer, first = self.fresh()
        others = [
            self.bill(customer, self.amount(), TODAY - timedelta(days=9))
            for _ in range(self.rng.randint(1, 3))
        ]
        self.claimed.update(item.id for item in others)
        items = [first, *others]
        text = ', '.join(item.number for item in items)
        self.receive(kind, sum(item.residual for item in items), items, customer, text)

    # -- lines that pay nothing open

    def name_badly(self, number: str) -> str:
        return number if self.rng.random() < 0.4 else self.misread(number)

    def no_not_entered(self, kind: str) -> None:
        """Written by the field service, and in the books only next week."""
        customer = self.pick()
        item = self.write(customer, self.amount(), TODAY - timedelta(days=3))
        self.twin(customer, item.residual)
        text = self.say(self.name_badly(item.number))
        self.receive(kind, item.residual, [], customer, text)

    def no_paid_before(self, kind: str) -> None:
        """Paid a second time; half of them say nothing but a misread number, or nothing."""
        item = self.rng.choice(self.history)
        while (TODAY - item.issued).days > 300:
            item = self.rng.choice(self.history)
        customer = self.customers[item.group - 1]
        self.twin(customer, item.residual)
        said = self.name_badly(item.number) if self.rng.random() < 0.8 else ''
        self.receive(kind, item.residual, [], customer, self.say(said) if said else 'Zahlung')

    def no_credited(self, kind: str) -> None:
        customer, item = self.fresh()
        self.settle(item)
        self.twin(customer, item.residual)
        self.receive(kind, item.residual, [], customer, self.say(self.name_badly(item.number)))

    def no_advance(self, kind: str) -> None:
        """For an order: there is no invoice yet, though something of the amount may be open."""
        customer, amount = self.pick(), self.amount()
        self.twin(customer, amount)
        order = self.rng.randint(10, 9999)
        text = self.rng.choice(
            (f'Anzahlung Auftrag {order}', f'Vorkasse AB-{order}', f'SO{order}', 'Vorauszahlung')
        )
        self.receive(kind, amount, [], customer, text)

    def no_for_a_client(self, kind: str) -> None:
        """An adviser's account, entered with one client, pays for another whose invoice is not ours
        to see; it has paid for both before."""
        customer, amount = self.pick(), self.amount()
        self.twin(customer, amount)
        account = iban(self.rng)
        self.accounts[account].add(customer['id'])
        other = self.rng.choice([known for known in self.customers if known is not customer])
        paid = self.bill(other, self.amount(), TODAY - timedelta(days=20))
        self.receive(
            'number',
            paid.residual,
            [paid],
            customer,
            paid.number,
            payer_account=account,
            payer_name='',
        )
        name = '' if self.rng.random() < 0.5 else f'Kanzlei {self.rng.choice(WORDS)}'
        self.receive(kind, amount, [], customer, 'Mandant', payer_account=account, payer_name=name)

    def no_stranger(self, kind: str) -> None:
        item = self.rng.choice(list(self.open.values()))
        payer = {'name': f'{self.rng.choice(WORDS)}weg Privat', 'iban': iban(self.rng)}
        self.receive(kind, item.residual, [], payer, self.rng.choice(POLITE))

    def play(self, lines: int) -> None:
        kinds, weights = list(KINDS), list(KINDS.values())
        while len(self.cases) < lines:
            kind = self.rng.choices(kinds, weights)[0]
            method = kind.replace('none: ', 'no_').replace(', ', '_').replace(' ', '_')
            getattr(self, 'misread_' if kind == 'misread' else method)(kind)


def generate(seed: int, lines: int = 5000, items: int = 3000) -> World:
    desk = Desk(seed, customers=max(items // 2, 60))
    desk.play(lines)
    knowledge = Knowledge(dict(desk.accounts), {}, VALIDATORS, convert, seen=dict(desk.seen))
    return World('desk', list(desk.open.values()), desk.cases, knowledge)
