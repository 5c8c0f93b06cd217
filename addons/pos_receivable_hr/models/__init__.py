from . import pos_session
from . import report_sale_details
