"""What a customer with 500 open invoices owes, as the till asks for it.

- ``page``: ``get_open_invoices``, the 40 that are shown, with the totals over all of them
- ``all``: the same with all 500 on one page
- ``mixed``: the page, when the customer has also bought on account, before closing and since
- ``search_read``: the same fields of all 500, as an accountant reads them, without any total
- ``search_read, stored``: only those that the database has ready
"""

from .plan import TIME, Check, Run, checks, ratio

TITLE = "Open invoices of a customer with 500, per request"
REQUESTS = 10
ON_ACCOUNT = 50  # orders in the books, and as many whose session is open
KINDS = ("invoice", "order", "order_open", "entry")
STORED = (
    "name",
    "ref",
    "payment_reference",
    "partner_id",
    "invoice_date",
    "invoice_date_due",
    "currency_id",
    "amount_total",
    "amount_residual",
    "payment_state",
    "move_type",
    "invoice_payment_term_id",  # its discount
)
FIELDS = (*STORED, "next_payment_date")


def arguments(parser):
    parser.add_argument("--open-invoices", type=int, nargs="+", default=[1000, 100_000])


def runs(options):
    for size in options.open_invoices:
        for contender in ("page", "all", "mixed", "search_read", "search_read, stored"):
            yield Run(contender, size, "open_invoices")


def measure(env, meter, contender, size):
    from . import shop
    from .seeds.open_invoices import BIG, BIG_CUSTOMER

    customer = env["res.partner"].search([("name", "=", BIG_CUSTOMER)])
    session = shop.open_till(env)
    invoices = shop.as_user(env["account.move"], "accountant")
    is_mixed = contender == "mixed"
    if is_mixed:
        amounts = range(1, ON_ACCOUNT + 1)
        closed = shop.sell_on_account(env, customer, amounts)
        closed.session_id.action_pos_session_closing_control()
        shop.sell_on_account(env, customer, amounts)
        shop.new_request(env)
    expected = BIG + 2 * ON_ACCOUNT * is_mixed

    def read():
        if contender.startswith("search_read"):
            domain = [
                ("commercial_partner_id", "=", customer.id),
                ("company_id", "=", session.sudo().company_id.id),
                ("move_type", "in", ("out_invoice", "out_receipt")),
                ("state", "=", "posted"),
                ("payment_state", "in", ("not_paid", "partial", "blocked")),
            ]
            fields = STORED if contender.endswith("stored") else FIELDS
            return len(invoices.search_read(domain, fields, order="invoice_date_due, id"))
        limit = BIG if contender == "all" else 40
        kinds = KINDS if is_mixed else KINDS[:1]
        answer = session.get_open_invoices(customer.id, limit=limit, kinds=kinds)
        assert len(answer["invoices"]) == limit
        return answer["invoice_count"]

    for request in range(REQUESTS + 2):
        shop.new_request(env)
        if request < 2:
            read()
            continue
        with meter:
            found = read()
        meter.units += 1
        assert found == expected, found


def judge(results):
    smallest = min((size for _contender, size in results), default=0)
    for size in sorted({size for _contender, size in results}):
        for contender in ("page", "all", "mixed"):
            ours = (contender, size)
            yield from checks(
                Check(
                    f"{size:,}, {contender}: queries",
                    results.get(ours, {}).get("queries_per_unit"),
                    # Two of them for how the customer pays, which the demo shop tells.
                    at_most=12 if contender == "mixed" else 10,
                ),
                Check(
                    f"{size:,}, {contender}: time, of that in the small database",
                    ratio(results, ours, (contender, smallest), TIME),
                    at_most=1.2,
                )
                if size != smallest
                else Check("", None),
            )
        for contender, target in (("search_read", 3), ("search_read, stored", None)):
            yield from checks(
                Check(
                    f"{size:,}, page: times faster than {contender}",
                    ratio(results, (contender, size), ("page", size), TIME),
                    at_least=target,
                )
            )
