from . import pos_receivable_reconcile_schedule
