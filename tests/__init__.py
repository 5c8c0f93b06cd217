from . import test_closing
from . import test_collect_access
from . import test_collect_accounting
from . import test_collect_like_core
from . import test_collect_requests
from . import test_open_invoices
from . import test_pos_config
from . import test_void
