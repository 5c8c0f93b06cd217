"""One payment over one invoice, or over ten, in cash.

- ``ours``: ``collect_invoice_payment``, by a cashier
- ``wizard``: the core's Register Payment by an accountant; ten invoices as one grouped payment
- ``wizard, one by one``: ten invoices as ten payments
"""

import itertools

from .plan import TIME, Check, Run, checks, ratio

TITLE = "Collecting a payment, per payment (of 1 or of 10 invoices)"
PAYMENTS = 12
WARM_UP = 2


def arguments(parser):
    parser.add_argument("--invoices-per-payment", type=int, nargs="+", default=[1, 10])


def runs(options):
    for size in options.invoices_per_payment:
        contenders = ["ours", "wizard"] + ["wizard, one by one"] * (size > 1)
        for contender in contenders:
            yield Run(contender, size, "open_invoices", seed_size=1000)


def measure(env, meter, contender, size):
    from . import shop
    from .seeds.open_invoices import BIG_CUSTOMER

    customer = env["res.partner"].search([("name", "=", BIG_CUSTOMER)])
    open_invoices = env["account.move"].search(
        [
            ("partner_id", "=", customer.id),
            ("payment_state", "=", "not_paid"),
            ("state", "=", "posted"),
            ("currency_id", "=", env.company.currency_id.id),
        ],
        order="id",
        limit=size * (PAYMENTS + WARM_UP),
    )
    ids, amount = open_invoices.ids, open_invoices[0].amount_residual
    session = shop.open_till(env)
    journal_id = shop.cash_journal(env).id
    uuids = itertools.count()

    def collect(chosen):
        session.collect_invoice_payment(
            f"bench-{next(uuids)}",
            customer.id,
            journal_id,
            [{"invoice_id": id_, "amount": amount} for id_ in chosen],
        )

    wizard = shop.as_user(env["account.payment.register"], "accountant")

    def register(chosen):
        wizard.with_context(active_model="account.move", active_ids=chosen).create(
            {"journal_id": journal_id, "group_payment": len(chosen) > 1}
        )._create_payments()

    def register_one_by_one(chosen):
        for id_ in chosen:
            register([id_])

    pay = {"ours": collect, "wizard": register, "wizard, one by one": register_one_by_one}
    for payment in range(PAYMENTS + WARM_UP):
        chosen = ids[payment * size : (payment + 1) * size]
        shop.new_request(env)
        if payment < WARM_UP:
            pay[contender](chosen)
            continue
        with meter:
            pay[contender](chosen)
            shop.new_request(env)
        meter.units += 1
        assert set(env["account.move"].browse(chosen).mapped("amount_residual")) == {0.0}


def judge(results):
    for size in sorted({size for _contender, size in results}):
        ours, wizard = ("ours", size), ("wizard", size)
        yield from checks(
            Check(
                f"{size} invoices: time, of the wizard's",
                ratio(results, ours, wizard, TIME),
                at_most=1,
            ),
            Check(
                f"{size} invoices: queries, of the wizard's",
                ratio(results, ours, wizard, "queries_per_unit"),
                at_most=1,
            ),
        )
