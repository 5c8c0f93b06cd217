from . import test_bad_input
from . import test_frontend
from . import test_hoot
from . import test_mailing
from . import test_position
from . import test_rights_matrix
from . import test_scale
from . import test_statement
