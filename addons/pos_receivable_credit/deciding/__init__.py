"""Whether to sell on account, in plain Python: no database, no clock, no state. See README.md."""

from .rules import RULES_VERSION, decide
from .values import Facts, Policy, Reason, Recommendation
