"""What every generator hands over, and the small arts they share: accounts and references."""

import random
import string
from collections.abc import Hashable
from dataclasses import dataclass, field
from datetime import date

from stdnum import iso11649
from stdnum.ch import esr
from stdnum.iso7064 import mod_97_10

from matching import Knowledge, OpenItem, Receipt

Id = Hashable


@dataclass(frozen=True)
class Case:
    """A receipt and the hidden truth: the items it was meant for; none for a line to leave."""

    receipt: Receipt
    truth: frozenset[Id]
    kind: str


@dataclass(frozen=True)
class World:
    name: str
    items: list[OpenItem]
    cases: list[Case]
    knowledge: Knowledge = field(default_factory=Knowledge)


def is_belgian(compact: str) -> bool:
    """+++123/4567/89002+++ without its marks: the last two digits are the rest modulo 97."""
    if len(compact) != 12 or not compact.isdigit():
        return False
    return int(compact[:10]) % 97 == int(compact[10:]) % 97


def is_swiss(compact: str) -> bool:
    return len(compact) == 27 and compact.isdigit() and esr.is_valid(compact)


def listed(text: str) -> list[str]:
    """Words written as one string."""
    return text.split()


VALIDATORS = {'iso11649': iso11649.is_valid, 'be': is_belgian, 'ch': is_swiss}


def belgian(number: int) -> str:
    rest = number % 97 or 97
    digits = f'{number:010}{rest:02}'
    return f'+++{digits[:3]}/{digits[3:7]}/{digits[7:]}+++'


def creditor(body: str) -> str:
    return f'RF{mod_97_10.calc_check_digits(body + "RF")}{body}'


def swiss(number: int) -> str:
    body = f'{number:026}'
    return body + esr.calc_check_digit(body)


def iban(rng: random.Random, country: str = 'DE', length: int = 18) -> str:
    body = ''.join(rng.choice(string.digits) for _ in range(length))
    return f'{country}{mod_97_10.calc_check_digits(body + country)}{body}'


RATES = {('USD', 'EUR'): (92, 100), ('GBP', 'EUR'): (117, 100), ('CHF', 'EUR'): (105, 100)}


def convert(amount: int, source: str, target: str, _day: date) -> int | None:
    """Fixed rates between currencies of two decimals."""
    if (source, target) in RATES:
        up, down = RATES[source, target]
    elif (target, source) in RATES:
        down, up = RATES[target, source]
    else:
        return None
    return (amount * up + down // 2) // down
