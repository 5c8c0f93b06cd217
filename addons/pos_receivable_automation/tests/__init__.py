from . import test_bad_input
from . import test_decisions
from . import test_modes
from . import test_rights_matrix
