"""The built-in strategies; importing this package registers them."""

from . import near_number
from . import number
from . import payer
from . import reference
