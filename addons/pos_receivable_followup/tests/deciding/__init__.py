from . import test_actions
from . import test_hints
from . import test_promises
