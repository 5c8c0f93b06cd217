from . import account_move
from . import account_payment
from . import pos_config
from . import pos_session
from . import pos_session_closing
from . import report_sale_details
from . import res_config_settings
