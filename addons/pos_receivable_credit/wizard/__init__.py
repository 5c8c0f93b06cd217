from . import base_partner_merge
from . import pos_make_payment
