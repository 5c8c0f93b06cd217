from . import account_payment_register
from . import base_partner_merge
from . import pos_receivable_match_choose
