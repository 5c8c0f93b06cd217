"""A night's matching: 5,000 statement lines against the open invoices of many customers.

- ``read``: receipts, open items and knowledge, by SQL
- ``match``: the same, matched by the library
- ``night``: the scheduled action, as the scheduler runs it: the same, written as proposals and
  committed in batches, in one go
"""

from .plan import Run

TITLE = "Matching a backlog of 5,000 statement lines, per line"


def arguments(parser):
    parser.add_argument("--match-items", type=int, nargs="+", default=[100_000])
    parser.add_argument("--match-lines", type=int, default=5000)


def runs(options):
    for size in options.match_items:
        for contender in ("read", "match", "night"):
            yield Run(
                contender, size, "open_invoices", options={"lines": options.match_lines}, repeats=1
            )


def measure(env, meter, contender, size, lines):
    from .statement_lines import seed

    company = env.company
    seed(env, lines)
    env.cr.commit()  # the scheduler has a cursor of its own
    schedule = env["pos_receivable.match.schedule"]._with_tree(company)
    source = env["pos_receivable.match.source"]._with_tree(company)
    with meter:
        if contender == "read":
            receipts, _errors = source._read_receipts(company)
            env["pos_receivable.match.knowledge"]._with_tree(company)._read_knowledge(
                company, receipts
            )
            source._read_items()
            found = len(receipts)
        elif contender == "match":
            found = len(schedule._get_engine()._match(company)[0])
        else:
            env.ref("pos_receivable_match.ir_cron_match").method_direct_trigger()
            env.cr.commit()
            found = env["pos_receivable.match.proposal"].search_count([])
    meter.units += lines
    assert found >= lines, found


def judge(results):
    return []
