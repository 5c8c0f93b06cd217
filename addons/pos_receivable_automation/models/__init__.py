from . import decision
from . import jobs
from . import mode
from . import res_company
from . import res_config_settings
