from . import test_attacks
from . import test_authorizations
from . import test_bad_input
from . import test_exposure
from . import test_frontend
from . import test_hoot
from . import test_orders
from . import test_rights_matrix
