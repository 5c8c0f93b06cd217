"""The first generator: one company, one series of invoices, payers with ordinary habits.

Every line is one of the kinds below; the weights are in ``KINDS``. About a quarter of the lines
match nothing.
"""

import random
from datetime import date, timedelta

from matching import Knowledge, OpenItem, Receipt
from matching.names import normalise

from .world import VALIDATORS, Case, World, belgian, convert, creditor, iban, listed, swiss

SURNAMES = listed(
    'Müller Schmidt Schneider Fischer Weber Meyer Wagner Becker Schulz Hoffmann Schäfer Koch Bauer '
    'Richter Klein Wolf Schröder Neumann Schwarz Zimmermann Braun Krüger Hartmann Lange Werner '
    'Krause Lehmann Köhler Maier Dubois Lefèvre Moreau Janssens Peeters Rossi Bianchi Novák Nowak '
    'Miller Smith Taylor Brown Wilson Evans Walker Wright Hughes Larsen Nielsen Virtanen'
)
GIVEN = listed('Anna Jürgen Marie Tom Lucía Piotr Emma Noah Zoë Karl Irène Paul Eva Max Ida Luc')
TRADES = listed(
    'Bau Elektro Druckerei Bäckerei Logistik Software Handel Metall Immobilien Consulting Catering '
    'Textil Holz Garten Auto Medien Pharma Optik Reisen Transport'
)
FORMS = ['GmbH', 'AG', 'GmbH & Co. KG', 'SARL', 'B.V.', 'Ltd', 'S.p.A.', 'e.K.', '', '']
SUBSCRIPTIONS = (4900, 9900, 14900, 29900, 11900)
GREETINGS = ('', 'Danke', 'Thank you', 'Ihre Lieferung', 'Überweisung', 'lt. Beleg')
TODAY = date(2026, 10, 30)
FEES = (500, 1000, 1500, 2500)

KINDS = {
    'number': 17,
    'structured': 11,
    'account': 8,
    'name': 4,
    'alias': 2,
    'truncated': 4,
    'transposed': 4,
    'adjacent': 4,
    'parent': 3,
    'third party': 4,
    'fee': 3,
    'short': 4,
    'over': 3,
    'discount': 4,
    'equal amounts': 3,
    'listed': 5,
    'unlisted sum': 3,
    'instalments': 5,
    'foreign': 4,
    'none: salary': 5,
    'none: other number': 5,
    'none: paid before': 5,
    'none: stranger': 5,
    'none: customer': 5,
    'none: twice': 2,
    'none: reference': 3,
}


class Office:
    def __init__(self, seed: int, customers: int, open_items: int) -> None:
        self.rng = random.Random(seed)
        self.items: list[OpenItem] = []
        self.cases: list[Case] = []
        self.serial = 0
        self.customers = [self._customer(group) for group in range(1, customers + 1)]
        self.accounts: dict[str, set[int]] = {}
        self.aliases: dict[str, dict[int, int]] = {}
        for customer in self.customers:
            if self.rng.random() < 0.65:
                self.accounts.setdefault(customer['iban'], set()).add(customer['id'])
        for _ in range(open_items):
            self.item(self.pick())

    def _customer(self, group: int) -> dict:
        rng = self.rng
        if rng.random() < 0.3:
            name = f'{rng.choice(GIVEN)} {rng.choice(SURNAMES)}'
        else:
            name = f'{rng.choice(SURNAMES)} {rng.choice(TRADES)} {rng.choice(FORMS)}'.strip()
            if rng.random() < 0.4:
                name = f'{rng.choice(SURNAMES)} & {name}'
        parent = (
            f'{rng.choice(SURNAMES)} {rng.choice(TRADES)} Holding' if rng.random() < 0.1 else ''
        )
        return {'id': group, 'name': name, 'parent': parent, 'iban': iban(rng)}

    def pick(self) -> dict:
        return self.rng.choice(self.customers)

    def amount(self) -> int:
        if self.rng.random() < 0.15:
            return self.rng.choice(SUBSCRIPTIONS)
        return max(500, int(self.rng.lognormvariate(10.5, 1.1)))

    def item(self, customer: dict, amount: int = 0, is_open: bool = True, **more) -> OpenItem:
        rng = self.rng
        self.serial += rng.randint(1, 3)
        issued = TODAY - timedelta(days=rng.randint(10, 120))
        amount = amount or self.amount()
        number = f'INV/{issued.year}/{self.serial:05}'
        style = rng.random()
        if style < 0.25:
            more.setdefault('payment_reference', creditor(f'{self.serial:08}'))
        elif style < 0.4:
            more.setdefault('payment_reference', belgian(7_000_000_000 + self.serial * 7))
        elif style < 0.5:
            more.setdefault('payment_reference', swiss(900_000_000_000 + self.serial * 13))
        if rng.random() < 0.3:
            more['other_references'] = (f'PO{rng.randint(1000, 99999)}',)
        names = (
            (customer['name'], customer['parent']) if customer['parent'] else (customer['name'],)
        )
        item = OpenItem(
            id=f'line-{self.serial}',
            group=customer['id'],
            residual=amount,
            currency=more.pop('currency', 'EUR'),
            number=number,
            issued=issued,
            due=issued + timedelta(days=rng.choice((14, 30, 60))),
            names=names,
            **more,
        )
        if is_open:
            self.items.append(item)
        return item

    def receive(self, kind: str, amount: int, truth=(), customer=None, text='', **more) -> None:
        rng = self.rng
        if customer is not None:
            more.setdefault('payer_name', self.spell(customer['name']))
            if rng.random() < 0.7:
                more.setdefault('payer_account', customer['iban'])
        receipt = Receipt(
            id=len(self.cases) + 1,
            amount=amount,
            currency=more.pop('currency', 'EUR'),
            date=more.pop('date', TODAY - timedelta(days=rng.randint(0, 9))),
            text=text,
            **more,
        )
        self.cases.append(Case(receipt, frozenset(item.id for item in truth), kind))

    def spell(self, name: str) -> str:
        """A name as a bank passes it on."""
        rng = self.rng
        style = rng.random()
        if style < 0.3:
            name = name.upper()
        elif style < 0.5:
            name = name.replace('ü', 'ue').replace('ö', 'oe').replace('ä', 'ae')
        elif style < 0.6:
            name = ' '.join(reversed(name.split()))
        return name[:27] if rng.random() < 0.2 else name

    def say(self, *numbers: str) -> str:
        rng = self.rng
        words = rng.choice(('', 'Rechnung ', 'Invoice ', 'Rg.-Nr. ', 'Facture n° '))
        day = rng.choice(('', ' vom 01.10.2026', ' / KdNr. 10482', ' 12,50 EUR Skonto'))
        text = words + rng.choice((', ', ' ', ' + ', ' und ')).join(numbers) + day
        style = rng.random()
        if style < 0.2:
            text = text.replace('/', ' ')
        elif style < 0.35:
            text = text.replace('/', '-').lower()
        return f'{rng.choice(GREETINGS)} {text}'.strip()

    # -- lines that pay something

    def number(self, kind: str) -> None:
        customer = self.pick()
        item = self.item(customer)
        self.receive(kind, item.residual, [item], customer, self.say(item.number))

    def structured(self, kind: str) -> None:
        customer = self.pick()
        item = self.item(customer, payment_reference=creditor(f'9{self.serial:07}'))
        reference = item.payment_reference
        if self.rng.random() < 0.5:
            self.receive(kind, item.residual, [item], customer, reference=reference)
        else:
            spaced = ' '.join(reference[i : i + 4] for i in range(0, len(reference), 4))
            self.receive(kind, item.residual, [item], customer, f'/REMI/{spaced} merci')

    def account(self, kind: str) -> None:
        customer = self.pick()
        item = self.item(customer)
        text = self.rng.choice(GREETINGS)
        self.receive(kind, item.residual, [item], customer, text, payer_account=customer['iban'])

    def name(self, kind: str) -> None:
        customer = self.pick()
        item = self.item(customer)
        self.receive(kind, item.residual, [item], customer, 'Zahlung', payer_account=iban(self.rng))

    def alias(self, kind: str) -> None:
        customer, payer = self.pick(), f'{self.rng.choice(SURNAMES)} Treuhand {len(self.cases)}'
        self.aliases[normalise(payer)] = {customer['id']: self.rng.randint(1, 5)}
        item = self.item(customer)
        self.receive(kind, item.residual, [item], text='Rechnung', payer_name=payer)

    def truncated(self, kind: str) -> None:
        customer = self.pick()
        item = self.item(customer)
        cut = self.rng.choice(
            (item.number[:-1], item.number[4:], item.number[-5:], item.number[:-2])
        )
        self.receive(kind, item.residual, [item], customer, f'Rechnung {cut}')

    def transposed(self, kind: str) -> None:
        customer = self.pick()
        item = self.item(customer)
        digits = list(item.number)
        place = self.rng.randint(len(digits) - 5, len(digits) - 2)
        digits[place], digits[place + 1] = digits[place + 1], digits[place]
        self.receive(kind, item.residual, [item], customer, self.say(''.join(digits)))

    def adjacent(self, kind: str) -> None:
        customer = self.pick()
        item = self.item(customer)
        other = self.item(self.pick(), is_open=False)
        text = self.rng.choice(
            (
                f'{item.number} PO{self.rng.randint(1000, 9999)}',
                f'KD 4711{item.number} 30.09.2026',
                f'{item.number}{self.rng.randint(10, 99)}',
                f'Ersatz fuer {other.number} jetzt {item.number}',
            )
        )
        self.receive(kind, item.residual, [item], customer, text)

    def parent(self, kind: str) -> None:
        owners = [customer for customer in self.customers if customer['parent']]
        customer = self.rng.choice(owners)
        item = self.item(customer)
        payer = {'name': customer['parent'], 'iban': iban(self.rng)}
        text = self.say(item.number) if self.rng.random() < 0.7 else 'Sammelzahlung'
        self.receive(kind, item.residual, [item], payer, text)

    def third_party(self, kind: str) -> None:
        item = self.item(self.pick())
        payer = {
            'name': f'{self.rng.choice(GIVEN)} {self.rng.choice(SURNAMES)}',
            'iban': iban(self.rng),
        }
        self.receive(kind, item.residual, [item], payer, self.say(item.number))

    def fee(self, kind: str) -> None:
        customer = self.pick()
        item = self.item(customer, self.rng.randint(20000, 500000))
        amount = item.residual - self.rng.choice(FEES)
        self.receive(kind, amount, [item], customer, self.say(item.number))

    def short(self, kind: str) -> None:
        customer = self.pick()
        item = self.item(customer)
        amount = item.residual * self.rng.randint(40, 99) // 100
        text = self.say(item.number) if self.rng.random() < 0.8 else 'Abschlag'
        self.receive(kind, amount, [item], customer, text)

    def over(self, kind: str) -> None:
        customer = self.pick()
        item = self.item(customer)
        amount = item.residual + self.rng.randint(1, 5000)
        self.receive(kind, amount, [item], customer, self.say(item.number))

    def discount(self, kind: str) -> None:
        customer = self.pick()
        amount = self.amount()
        item = self.item(customer, amount, discounted=amount * 97 // 100, discount_until=TODAY)
        text = self.say(item.number) if self.rng.random() < 0.8 else 'abzgl. 3% Skonto'
        self.receive(kind, item.discounted, [item], customer, text)

    def equal_amounts(self, kind: str) -> None:
        customer, amount = self.pick(), self.rng.choice(SUBSCRIPTIONS)
        items = [self.item(customer, amount) for _ in range(self.rng.randint(2, 3))]
        item = self.rng.choice(items)
        self.receive(kind, amount, [item], customer, self.say(item.number))

    def listed(self, kind: str) -> None:
        customer = self.pick()
        items = [self.item(customer) for _ in range(self.rng.randint(2, 5))]
        numbers = [item.number for item in items]
        if self.rng.random() < 0.3:
            numbers = [numbers[0], *(number[-5:] for number in numbers[1:])]
        self.receive(kind, sum(i.residual for i in items), items, customer, self.say(*numbers))

    def unlisted_sum(self, kind: str) -> None:
        customer = self.pick()
        items = [self.item(customer) for _ in range(self.rng.randint(2, 4))]
        self.receive(kind, sum(i.residual for i in items), items, customer, 'Sammelzahlung')

    def instalments(self, kind: str) -> None:
        customer = self.pick()
        item = self.item(customer, self.rng.randint(30000, 900000))
        first = item.residual * self.rng.randint(20, 70) // 100
        for place, amount in enumerate((first, item.residual - first)):
            day = TODAY - timedelta(days=9 - 3 * place)
            text = f'{self.say(item.number)} {place + 1}. Rate'
            self.receive(kind, amount, [item], customer, text, date=day)

    def foreign(self, kind: str) -> None:
        customer, currency = self.pick(), self.rng.choice(('USD', 'GBP', 'CHF'))
        item = self.item(customer, currency=currency)
        worth = convert(item.residual, currency, 'EUR', TODAY)
        amount = worth * self.rng.randint(985, 1015) // 1000
        self.receive(kind, amount, [item], customer, self.say(item.number))

    # -- lines that pay nothing open

    def no_salary(self, kind: str) -> None:
        text = self.rng.choice(
            (
                f'LOHN/GEHALT 10/2026 PNR {self.rng.randint(1, self.serial):05}',
                f'Erstattung Vorgang 2026/{self.rng.randint(1, self.serial):05}',
                f'RUECKLASTSCHRIFT MANDAT {self.rng.randint(10**6, 10**7)}',
            )
        )
        self.receive(kind, self.amount(), payer_name='Finanzamt Mitte', text=text)

    def no_other_number(self, kind: str) -> None:
        number = f'RE/2026/{self.rng.randint(1, self.serial):05}'
        self.receive(kind, self.amount(), payer_name='Stadtwerke Nord', text=f'Gutschrift {number}')

    def no_paid_before(self, kind: str) -> None:
        customer = self.pick()
        paid = self.item(customer, is_open=False)
        amount = paid.residual
        if self.rng.random() < 0.5:  # and something of the same amount is open
            amount = self.item(customer, paid.residual).residual
        self.receive(kind, amount, (), customer, self.say(paid.number))

    def no_stranger(self, kind: str) -> None:
        amount = self.rng.choice(self.items).residual
        payer = {'name': f'{self.rng.choice(GIVEN)} Unbekannt', 'iban': iban(self.rng)}
        self.receive(kind, amount, (), payer, self.rng.choice(GREETINGS))

    def no_customer(self, kind: str) -> None:
        self.receive(kind, self.amount(), (), self.pick(), 'Kaution')

    def no_twice(self, kind: str) -> None:
        customer = self.pick()
        item, text = self.item(customer), self.say(f'INV/2026/{self.serial:05}')
        text = self.say(item.number)
        self.receive(
            'number', item.residual, [item], customer, text, date=TODAY - timedelta(days=9)
        )
        self.receive(kind, item.residual, (), customer, text, date=TODAY)

    def no_reference(self, kind: str) -> None:
        reference = creditor(f'{self.rng.randint(10**7, 10**8)}')
        amount = self.rng.choice(self.items).residual
        self.receive(kind, amount, (), self.pick(), reference=reference)

    def play(self, lines: int) -> None:
        kinds, weights = list(KINDS), list(KINDS.values())
        while len(self.cases) < lines:
            kind = self.rng.choices(kinds, weights)[0]
            method = kind.replace('none: ', 'no_').replace(' ', '_')
            getattr(self, method)(kind)


def generate(seed: int, lines: int = 5000, items: int = 3000) -> World:
    office = Office(seed, customers=max(items // 4, 50), open_items=items)
    office.play(lines)
    knowledge = Knowledge(office.accounts, office.aliases, VALIDATORS, convert)
    return World('office', office.items, office.cases, knowledge)
