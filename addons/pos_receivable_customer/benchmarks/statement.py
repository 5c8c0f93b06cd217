"""The statement of account of a customer with 5,000 open items, as the till asks for it.

- ``page``: ``get_account_statement``, what is open, the 40 that are shown, with all figures
- ``activity``: the same of what was booked
- ``all``: what is open, with all 5,000 lines, as the report asks for it
"""

from .plan import TIME, Check, Run, checks, ratio

TITLE = "Statement of account of a customer with 5,000 items, per request"
REQUESTS = 5
LINES = 5000
CONTENDERS = ("page", "activity", "all")


def arguments(parser):
    parser.add_argument("--statement-items", type=int, nargs="+", default=[1000, 100_000])


def runs(options):
    for size in options.statement_items:
        for contender in CONTENDERS:
            yield Run(contender, size, "open_invoices")


def measure(env, meter, contender, size):
    from . import shop
    from .seeds.open_invoices import BIG_CUSTOMER

    customer = env["res.partner"].search([("name", "=", BIG_CUSTOMER)])
    _fill(env, customer)
    session = shop.open_till(env)
    company = session.sudo().company_id

    def read():
        if contender == "all":
            statements = env["pos_receivable.customer.statement"].sudo()
            request = statements._read_request(customer, company, "open", None, None)
            return statements._make(request)
        kind = "activity" if contender == "activity" else "open"
        return session.get_account_statement(customer.id, kind=kind, limit=40)

    for request in range(REQUESTS + 2):
        shop.new_request(env)
        if request < 2:
            read()
            continue
        with meter:
            told = read()
        meter.units += 1
        assert told["line_count"] >= LINES, told["line_count"]


def _fill(env, customer):
    """Copies of the customer's open items, until there are enough."""
    lines = env["account.move.line"].search(
        [
            ("partner_id", "=", customer.id),
            ("account_type", "=", "asset_receivable"),
            ("parent_state", "=", "posted"),
        ]
    )
    names = ", ".join(
        f'"{name}"'
        for name, field in lines._fields.items()
        if field.store and field.column_type and name != "id"
    )
    env.cr.execute(
        f"INSERT INTO account_move_line ({names}) SELECT {names}"
        " FROM account_move_line, generate_series(2, %s) WHERE id IN %s",
        (-(-LINES // len(lines)), tuple(lines.ids)),
    )
    env.cr.execute("ANALYZE account_move_line")
    env.cr.commit()


def judge(results):
    smallest = min((size for _contender, size in results), default=0)
    for size in sorted({size for _contender, size in results}):
        for contender in CONTENDERS:
            ours = (contender, size)
            yield from checks(
                Check(
                    f"{size:,}, {contender}: milliseconds",
                    results.get(ours, {}).get(TIME),
                    at_most=2000,
                ),
                Check(
                    f"{size:,}, {contender}: queries, of those in the small database",
                    ratio(results, ours, (contender, smallest), "queries_per_unit"),
                    at_most=1,
                ),
            )
