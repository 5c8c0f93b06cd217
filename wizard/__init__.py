from . import account_payment_register
from . import pos_receivable_return_payment
