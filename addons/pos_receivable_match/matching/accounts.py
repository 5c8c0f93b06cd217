"""Bank accounts: normal form and the check digits of an IBAN (ISO 13616, ISO 7064 MOD 97-10)."""

import re

IBAN = re.compile(r'[A-Z]{2}\d{2}[A-Z0-9]{11,30}')


def normalise_account(account: str) -> str:
    """
    >>> normalise_account(' de89 3704 0044 0532 0130 00 ')
    'DE89370400440532013000'
    """
    return re.sub(r'[^A-Z0-9]', '', account.upper())


def is_iban(account: str) -> bool:
    """
    >>> is_iban('DE89 3704 0044 0532 0130 00'), is_iban('DE89 3704 0044 0532 0130 01')
    (True, False)
    >>> is_iban('0532013000'), is_iban('')
    (False, False)
    """
    account = normalise_account(account)
    if not IBAN.fullmatch(account):
        return False
    turned = account[4:] + account[:4]
    return int(''.join(str(int(character, 36)) for character in turned)) % 97 == 1
