from . import mailing
from . import pos_session
from . import position
from . import res_company
from . import res_config_settings
from . import res_partner
from . import schedule
from . import statement
