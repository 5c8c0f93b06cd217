from . import deciding
from . import test_case
from . import test_dispute
from . import test_doors
from . import test_promise
from . import test_till
