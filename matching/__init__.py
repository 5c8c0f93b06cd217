"""placeholder"""

from .evidence import STRATEGIES, Evidence, Query, Signal
from .index import OpenItems
from .matcher import Matcher
from .policy import FeeProfile, Knowledge, Policy
from .reasons import Money, Reason, reason, render
from .values import Allocation, Candidate, Fit, OpenItem, Proposal, Receipt, Tier
