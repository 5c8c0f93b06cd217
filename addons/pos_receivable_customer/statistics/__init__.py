"""What a history says about the future, in plain Python: no database, no clock, no state.

>>> quantile([10, 20, 30], [1, 1, 2], 0.5)
20
>>> shrink(12.0, 3.0, towards=20.0, strength=5.0)
17.0
>>> Beta.of(8, 2).mean
0.75
>>> upper([1.0, 2.0, 3.0, 4.0], coverage=0.8)
4.0

Each formula and its source: see README.md beside this file.
"""

from .beta import Beta
from .conformal import interval, upper
from .hazard import Curve, Wait, curve
from .quantiles import decayed, effective_size, median, quantile, quantiles
from .shrinkage import shrink, shrink_along
