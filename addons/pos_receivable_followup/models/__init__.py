from . import case
from . import dispute
from . import hooks
from . import open_items
from . import promise
