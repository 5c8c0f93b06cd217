from . import test_employees
from . import test_hoot
from . import test_till
