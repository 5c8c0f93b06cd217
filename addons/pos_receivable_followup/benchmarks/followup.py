"""The worklist: customers who are late, with what is at stake and what is to be done next.

- ``first``: all cases are made
- ``night``: all are looked at again, and nothing has changed
- ``sheet``: one case, opened by a collector
"""

from .plan import Check, Run, checks

TITLE = "Follow-up, per 1,000 open items"
SECONDS = 30  # for 100,000 items


def arguments(parser):
    parser.add_argument("--followup-items", type=int, nargs="+", default=[100_000])


def runs(options):
    for size in options.followup_items:
        for contender in ("first", "night", "sheet"):
            yield Run(contender, size, "open_invoices", repeats=1)


def measure(env, meter, contender, size):
    # All of them are late, whenever the seed was made.
    env.cr.execute(
        """UPDATE account_move_line SET date_maturity = CURRENT_DATE - 1 - id % 90
            WHERE display_type = 'payment_term' AND NOT reconciled"""
    )
    env.invalidate_all()
    cases = env["pos_receivable.case"]
    if contender != "first":
        cases._refresh(env.company)
    env.cr.commit()
    case = cases.search([], limit=1)
    with meter:
        if contender == "sheet":
            case.get_sheet()
        else:
            cases._refresh(env.company)
        env.flush_all()
    meter.units += 1 if contender == "sheet" else size // 1000
    assert cases.search_count([])


def judge(results):
    return [
        check
        for (contender, size), figures in results.items()
        if contender != "sheet"
        for check in checks(
            Check(
                f"seconds, {contender}, {size:,} items",
                figures["seconds"],
                at_most=SECONDS * size / 100_000,
            )
        )
    ]
