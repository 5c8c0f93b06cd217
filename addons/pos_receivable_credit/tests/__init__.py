from . import test_attacks
from . import test_authorizations
from . import test_orders
