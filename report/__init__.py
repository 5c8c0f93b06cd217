from . import pos_receivable_payment_report
