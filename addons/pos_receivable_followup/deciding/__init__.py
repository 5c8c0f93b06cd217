"""What follow-up decides, from plain values: no Odoo, no database."""

from .actions import CODES, Choice, Facts, Rule, choose
from .hints import Hint, Invoice, InvoiceLine, find_hints
from .promises import Promise, Receipt, distribute
from .workdays import add_working_days

__all__ = [
    'CODES',
    'Choice',
    'Facts',
    'Hint',
    'Invoice',
    'InvoiceLine',
    'Promise',
    'Receipt',
    'Rule',
    'add_working_days',
    'choose',
    'distribute',
    'find_hints',
]
