from . import test_orders
from . import test_rights_matrix
