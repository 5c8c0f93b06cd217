"""What a hundred customers owe or are about to, in one go.

- ``one``: the exposure of a single customer, as a till asks for it
- ``hundred``: that of a hundred, as a list of customers does
- ``account``: ``get_customer_account`` by a cashier, with limit, history and reasons
"""

from .plan import TIME, Check, Run, checks, ratio

TITLE = "Exposure of customers, per request"
REQUESTS = 10
CUSTOMERS = 100
MOST_QUERIES = 8
MORE_TIME = 1.2


def arguments(parser):
    parser.add_argument("--exposure-invoices", type=int, nargs="+", default=[2000, 100_000])


def runs(options):
    for size in options.exposure_invoices:
        for contender in ("one", "hundred", "account"):
            yield Run(contender, size, "open_invoices")


def measure(env, meter, contender, size):
    from . import shop

    session = shop.open_till(env)
    company = session.sudo().company_id
    customers = _customers(env, company)
    _sell(env, customers)
    if contender != "hundred":
        customers = customers[:1]

    def read():
        if contender == "account":
            answer = session.get_customer_account(customers.id, 10.0)
            return {customers.id: answer["exposure"]}
        exposures = customers._get_receivable_exposure(company)
        return {customer: exposure.total for customer, exposure in exposures.items()}

    for request in range(REQUESTS + 2):
        shop.new_request(env)
        if request < 2:
            read()
            continue
        if contender != "account":
            # What every request has read already: who asks, and for which company.
            _known = env.user.tz, company.parent_path, company.currency_id.rounding
        with meter:
            owed = read()
        meter.units += 1
        assert set(owed) == set(customers.ids)
        assert all(owed.values()), owed


def _customers(env, company):
    """Those who owe most invoices but for the biggest, made up to a hundred: a small database has
    fewer."""
    env.cr.execute(
        """SELECT partner_id FROM account_move
            WHERE move_type = 'out_invoice' AND state = 'posted' AND company_id = %s
              AND payment_state = 'not_paid' AND partner_id = commercial_partner_id
         GROUP BY partner_id ORDER BY COUNT(*) DESC, partner_id OFFSET 1 LIMIT %s""",
        [company.id, CUSTOMERS],
    )
    found = env["res.partner"].browse([partner_id for (partner_id,) in env.cr.fetchall()])
    missing = CUSTOMERS - len(found)
    return found | env["res.partner"].create([{"name": f"New {n}"} for n in range(missing)])


def _sell(env, customers):
    """Something on the account of each, in a session that is open."""
    from . import shop

    orders = shop.sell_on_account(env, customers[0], [10.0] * len(customers))
    env.flush_all()
    for order, customer in zip(orders, customers, strict=True):
        env.cr.execute(
            "UPDATE pos_order SET partner_id = %s WHERE id = %s", (customer.id, order.id)
        )
    env.cr.execute("ANALYZE")
    env.cr.commit()


def judge(results):
    smallest = min((size for _contender, size in results), default=0)
    for size in sorted({size for _contender, size in results}):
        for contender in ("one", "hundred"):
            ours = (contender, size)
            yield from checks(
                Check(
                    f"{size:,}, {contender}: queries",
                    results.get(ours, {}).get("queries_per_unit"),
                    at_most=MOST_QUERIES,
                ),
                Check(
                    f"{size:,}, {contender}: time, of that in the small database",
                    ratio(results, ours, (contender, smallest), TIME),
                    at_most=MORE_TIME,
                )
                if size != smallest
                else Check("", None),
            )
        yield from checks(
            Check(
                f"{size:,}, account: queries of those in the small database",
                ratio(results, ("account", size), ("account", smallest), "queries_per_unit"),
                at_most=1,
            )
        )
