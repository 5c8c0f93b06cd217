"""Incoming money against open items, in plain Python: proposals with reasons, nothing booked.

The caller reads receipts and open items from wherever they live, hands them in as values, and
gets back one ``Proposal`` per receipt. No database, no clock, no state: the same input gives the
same output, in whatever order it comes.

>>> from datetime import date
>>> items = [
...     OpenItem(id=31, group=7, residual=11900, currency='EUR', number='INV/2026/00042',
...              issued=date(2026, 10, 1), due=date(2026, 10, 31), names=('Müller Bau GmbH',)),
...     OpenItem(id=32, group=7, residual=5000, currency='EUR', number='INV/2026/00043',
...              issued=date(2026, 10, 5), due=date(2026, 11, 4), names=('Müller Bau GmbH',)),
... ]
>>> receipt = Receipt(id=1, amount=11900, currency='EUR', date=date(2026, 11, 2),
...                   text='Rechnung INV/2026/00042', payer_name='MUELLER BAU')
>>> [proposal] = Matcher(items, Knowledge(), Policy()).match([receipt])
>>> proposal.tier, proposal.rule, proposal.best.items
(<Tier.AUTO: 'auto'>, 'invoice_number', (31,))
>>> for reason_ in proposal.best.reasons:
...     print(reason_)
The text quotes INV/2026/00042.
The payer "MUELLER BAU" has this customer's name.
The amount is exactly what is open: 119.00 EUR.
The money came around the due date.

In
==
``Receipt``, ``OpenItem``: see ``values``. Money in minor units. ``group`` is the commercial
partner; ``names`` are its own, its parent's and its contacts'. ``number`` and
``payment_reference`` are ours; ``other_references`` are the customer's and prove less.

``OpenItems``: the index over the open items of a batch. ``Matcher`` builds it from an iterable;
build it yourself to use it for several batches.

``Knowledge``: accounts (``accounts.normalise_account`` → partners), which of them were only learned,
learned aliases
(``names.normalise`` → partner → how often confirmed), check-digit validators by name (called with
the reference without blanks and marks), a converter of minor units between currencies, the sets of
items somebody has rejected for a receipt, for good (``rejected``) or once (``doubted``), and what
else of a customer had an amount (``seen``: customer, currency and amount → id → day).

``Policy``: thresholds, tolerances, fee profiles, and what may happen without a person.

Out
===
``Proposal.tier``
    * ``AUTO``: ``rule`` names the hard signal: a valid structured reference, complete invoice
      numbers (a short one only from a known payer), or the payer's IBAN with a unique exact
      amount. Score and margin are above the policy's thresholds and nothing speaks against it.
    * ``REVIEW``: ``candidates`` are ranked; ``held_back`` says why a person has to look.
    * ``ABSTAIN``: nothing plausible is left. ``candidates`` may show what others have taken.
``Proposal.best``
    The candidate to book or to show first. The best ones of a batch never take more from an item
    than is open, nor more than the receipt holds. Its ``allocations`` say how much each item
    gets, what stays open, and what that rest is (a discount, a fee, or just open).
``Candidate.score``, ``.parts``, ``Proposal.margin``
    Decibans; the score is the sum of its parts, the margin the lead over the next explanation.
``Reason``
    Code and arguments. ``str(reason)`` is the English sentence; ``render(reason, wording, money)``
    takes the sentences of another language and a way to write amounts. ``reasons.ENGLISH`` lists
    all codes.

``RULES_VERSION`` goes into a decision log: it changes whenever the same input may be decided
differently.

How it works, and how to add a strategy: see README.md beside this file.
"""

from .evidence import STRATEGIES, Evidence, Query, Signal
from .index import OpenItems
from .matcher import Matcher
from .policy import FeeProfile, Knowledge, Policy
from .reasons import Money, Reason, reason, render
from .values import Allocation, Candidate, Fit, OpenItem, Part, Proposal, Receipt, Tier

RULES_VERSION = 6
