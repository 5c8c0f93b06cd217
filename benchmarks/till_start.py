"""Opening the till with nothing cached: without the addon, and with it, switched on at that shop.

- ``browser, …``: from the address to the products on the screen: requests and bytes
- ``server, …``: what the session loads: time, queries and records
"""

import time

from .plan import TIME, Check, Run, checks, ratio

TITLE = "Start of the till"
REQUESTS = 3
SIZES = {"without": 0, "with": 1}
QUIET = 2  # seconds without a request
COUNT = """
(() => {
    const all = [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")];
    const total = all.reduce((sum, entry) => sum + entry.encodedBodySize, 0);
    return [all.length, total];
})()
"""


def arguments(parser):
    pass


def runs(options):
    for side in ("browser", "server"):
        for name, size in SIZES.items():
            yield Run(
                f"{side}, {name}",
                0,
                "plain_shop",
                seed_size=size,
                served=side == "browser",
                bare=True,
            )


def measure(env, meter, contender, size):
    from . import shop

    session = env.ref("point_of_sale.pos_config_main").current_session_id
    for request in range(REQUESTS + 2):
        shop.new_request(env)
        if request < 2:
            load(session)
            continue
        with meter:
            data = load(session)
        meter.units += 1
    return {
        "records": sum(map(len, data.values())),
        "invoices": len(data.get("account.move", [])),
    }


def load(session):
    session.load_data_params()
    return session.load_data([])


def measure_served(open_page, url, contender, size):
    page = open_page("admin")
    page.call(
        "Page.addScriptToEvaluateOnNewDocument",
        source="performance.setResourceTimingBufferSize(5000)",
    )
    started = time.perf_counter()
    page.open(f"{url}/pos/ui/1")
    page.click(".login-overlay .open-register-btn")
    page.wait(".product-list .product")
    shown = time.perf_counter() - started
    counted = None
    while counted != (counted := page.evaluate(COUNT)):
        time.sleep(QUIET)
    requests, total = counted
    return {
        "ms_per_unit": 1000 * shown,
        "seconds": shown,
        "requests": requests,
        "kilobytes": total / 1024,
    }


def judge(results):
    browser = [("browser, with", 0), ("browser, without", 0)]
    server = [("server, with", 0), ("server, without", 0)]
    yield from checks(
        Check("bytes, of those without", ratio(results, *browser, "kilobytes"), at_most=1.01),
        Check("requests, of those without", ratio(results, *browser, "requests"), at_most=1),
        Check("more queries", _more(results, *server, "queries_per_unit"), at_most=2),
        Check("more invoices loaded", _more(results, *server, "invoices"), at_most=0),
        Check("server time, of that without", ratio(results, *server, TIME), at_most=1.05),
    )


def _more(results, one, other, key):
    if one not in results or other not in results:
        return None
    return results[one][key] - results[other][key]
