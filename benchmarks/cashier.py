"""The cashier's path, in the browser, from the click to the frame that shows the answer.

- ``list``: click *Invoice* with a customer chosen, until the first cards of 500 invoices are shown; and
  the first time, when the screens are fetched as well
- ``receipt``: click *Pay now*, until the paid screen with its receipt is shown

The time of the server is in it: Odoo, PostgreSQL and Chromium share this machine.
"""

import json
import statistics
import time

from .plan import Check, Run, checks

TITLE = "The cashier's path in the browser"
TIMES = 8
READ = 0.5  # seconds: what is pressed sooner was meant for the screen before, and is swallowed
TILL = "/pos/ui/{config}"
CUSTOMER = """
(async () => {
    const [{ id }] = await posmodel.data.call("res.partner", "search_read",
        [[["name", "=", "Big Customer"]], ["id"]]);
    const [partner] = await posmodel.data.read("res.partner", [id]);
    posmodel.getOrder().setPartner(posmodel.models["res.partner"].get(partner.id));
})()
"""
CLICK = """
new Promise((resolve) => {
    const [clicked, shown] = %s;
    const visible = () => document.querySelector(shown)?.checkVisibility();
    let start;
    const press = () => {
        start = performance.now();
        document.querySelector(clicked)?.click();
    };
    // What came too early was swallowed: a cashier presses again.
    const again = setInterval(press, 2000);
    const done = () => {
        clearInterval(again);
        resolve(performance.now() - start);
    };
    const look = () => requestAnimationFrame(() => visible() ? setTimeout(done) : look());
    press();
    look();
})
"""


def arguments(parser):
    pass


def runs(options):
    yield Run("click to list or receipt", 0, "open_invoices", seed_size=1000, served=True)


def measure_served(open_page, url, contender, size):
    page = open_page("cashier")
    page.open(url + TILL.format(config=open_page.config))
    page.click(".login-overlay .open-register-btn")
    page.click(".modal .btn-primary")  # the opening cash
    page.wait(".product-list .product")
    page.evaluate(CUSTOMER)
    shown_times, receipts = [], []
    for turn in range(TIMES + 2):
        page.wait(".collect-invoice-button")
        shown = page.evaluate(CLICK % json.dumps([".collect-invoice-button", ".invoice-card"]))
        shown_times.append(shown)
        time.sleep(READ)
        page.click(".invoice-card .invoice-pay")
        page.wait(".register-payment-pay")
        time.sleep(READ)
        paid = page.evaluate(CLICK % json.dumps([".register-payment-pay", ".payment-done"]))
        time.sleep(READ)
        page.click(".payment-next")
        page.wait(".unpaid-invoices .invoice-card")
        time.sleep(READ)
        page.click(".unpaid-invoices-close")
        if turn >= 2:
            receipts.append(paid)
    first, _second, *lists = shown_times
    return {
        "ms_per_unit": statistics.median(receipts),
        "first_list_ms": first,
        "list_ms": statistics.median(lists),
        "receipt_ms": statistics.median(receipts),
        "lists": lists,
        "receipts": receipts,
    }


def judge(results):
    for figures in results.values():
        yield from checks(
            Check("click Invoice → list shown, ms", figures["list_ms"], at_most=300),
            Check("the first time, ms", figures["first_list_ms"]),
            Check("Pay now → receipt, ms", figures["receipt_ms"], at_most=600),
        )
