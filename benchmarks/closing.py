"""The figures of the closing popup, in a session with 100 sales.

- ``with``: and that many invoice payments, half of them cash
- ``without``: and no invoice payment
"""

import json

from .plan import TIME, Check, Run, checks, ratio

TITLE = "Closing data of a session, per request"
REQUESTS = 10


def arguments(parser):
    parser.add_argument("--collections", type=int, nargs="+", default=[5000])


def runs(options):
    for size in options.collections:
        yield Run("with", size, "collections")
        yield Run("without", size, "collections", seed_size=0)


def measure(env, meter, contender, size):
    from . import shop

    session = shop.open_till(env)
    for request in range(REQUESTS + 2):
        shop.new_request(env)
        if request < 2:
            session.get_closing_control_data()
            continue
        with meter:
            data = session.get_closing_control_data()
            json.dumps(data, default=str)
        meter.units += 1
    counted = data["default_cash_details"].get("invoice_payments", {"count": 0})["count"]
    assert counted == (size // 2 if contender == "with" else 0), counted


def judge(results):
    for size in sorted({size for _contender, size in results}):
        yield from checks(
            Check(
                f"{size:,} collections: time, of that without",
                ratio(results, ("with", size), ("without", size), TIME),
                at_most=1.2,
            )
        )
