from . import base_partner_merge
from . import compare
from . import send_statements
