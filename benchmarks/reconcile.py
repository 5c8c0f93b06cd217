"""Leftovers: invoices and the payments meant for them, brought together.

Each contender starts from the same database, reconciles some first as a warm-up, and is timed on
the rest, with chatter and tracking on.

- ``loop``: per invoice, one ``reconcile()`` in a savepoint
- ``plan``: the core's ``_reconcile_plan`` for 100 invoices at a time and nothing else: the groups
  are known, nothing is selected, locked, verified or logged
- ``pairs``: SQL pairs an invoice with a payment of equal amount, partner and reference, each pair
  is reconciled on its own; leaves partial and combined payments open
- ``ours``: ``action_force_payment_reconciliation`` until nothing is left to do
- ``ours, poisoned``: the same, when the core raises for a few of the invoices
"""

import logging
from collections import defaultdict
from unittest.mock import patch

from .plan import TIME, Check, Run, checks, ratio

TITLE = "Reconciliation of leftovers, per invoice"
WARM_UP = 100  # invoices, which the seed has to spare
BATCH = 100
SLOW = 1000  # groups that a slow contender does in a larger database
METHOD = "action_force_payment_reconciliation"


def arguments(parser):
    parser.add_argument("--leftovers", type=int, nargs="+", default=[1000, 10000])
    parser.add_argument("--poison", type=int, default=5, help="per 1,000 leftovers")


def runs(options):
    for size in options.leftovers:
        for contender in ("loop", "plan", "pairs", "ours", "ours, poisoned"):
            poison = 0
            if contender == "ours, poisoned":
                poison = max(size * options.poison // 1000, 1)
            yield Run(contender, size, "leftovers", options={"poison": poison})


def measure(env, meter, contender, size, poison):
    method = contender.partition(", ")[0]
    if method == "ours" and not hasattr(env["account.move"], METHOD):
        return {"missing": f"account.move.{METHOD} does not exist"}
    groups = read_groups(env)
    warm_up, rest = split(groups, WARM_UP)
    CONTENDERS[method](env, warm_up)
    culprits = [group[1] for group in rest[:: len(rest) // poison][:poison]] if poison else []
    before = count_open(env)
    with poisoned_lines(env, {id_ for ids in culprits for id_ in ids}), meter:
        CONTENDERS[method](env, rest, everything=True)
    meter.units = before - count_open(env)
    return {"reconciled": meter.units, "left": count_open(env), "poison": len(culprits)}


def judge(results):
    for size in sorted({size for _contender, size in results}):
        ours, small = ("ours", size), ("ours", min(size for _contender, size in results))
        name = f"{size:,}"
        figures = results.get(ours, {})
        speed = ratio(results, ("loop", size), ours, TIME)
        yield from checks(
            Check(f"{name}: times faster than the loop", speed, at_least=5.5),
            Check(f"{name}: leftovers left", figures.get("left"), at_most=0),
            Check(
                f"{name}: of the bare plan's time",
                ratio(results, ours, ("plan", size), TIME),
                at_most=1.15,
            ),
            Check(
                f"{name}: queries per invoice",
                figures.get("queries_per_unit"),
                at_most=12,
            ),
            Check(
                f"{name}: with poison, of the clean run's time",
                ratio(results, ("ours, poisoned", size), ours, TIME),
                at_most=2,
            ),
        )
        if size != small[1]:
            yield from checks(
                Check(
                    f"{name}: cost per invoice, of that at {small[1]:,}",
                    ratio(results, ours, small, TIME),
                    at_most=1.15,
                ),
                Check(
                    f"{name}: peak memory, of that at {small[1]:,}",
                    ratio(results, ours, small, "peak_mb"),
                    at_most=1.1,
                ),
            )


# -----------------------------------------------------------------------------
# Contenders: each takes groups of (invoice ids, journal item ids)
# -----------------------------------------------------------------------------


def loop(env, groups, everything=False):
    for batch in batches(groups[:SLOW]):
        for invoice_ids, line_ids in batch:
            for invoice_id in invoice_ids:
                lines = env["account.move.line"].browse(line_ids)
                with env.cr.savepoint():
                    lines.filtered(
                        lambda line, invoice_id=invoice_id: (
                            not line.reconciled
                            and (line.move_id.id == invoice_id or line.balance < 0)
                        )
                    ).reconcile()
        commit(env)


def plan(env, groups, everything=False):
    for batch in batches(groups):
        lines = env["account.move.line"]
        lines._reconcile_plan([lines.browse(line_ids) for _invoice_ids, line_ids in batch])
        commit(env)


def pairs(env, groups, everything=False):
    env.cr.execute(
        """
        SELECT DISTINCT ON (debit.id) debit.id, credit.id
          FROM account_move_line debit
          JOIN account_move invoice ON invoice.id = debit.move_id
          JOIN account_move_line credit
            ON credit.account_id = debit.account_id
           AND credit.partner_id = debit.partner_id
           AND credit.currency_id = debit.currency_id
           AND credit.amount_residual_currency = -debit.amount_residual_currency
           AND NOT credit.reconciled AND credit.parent_state = 'posted' AND credit.balance < 0
          JOIN account_payment payment ON payment.id = credit.payment_id
           AND payment.memo = invoice.payment_reference
         WHERE debit.id = ANY(%s) AND NOT debit.reconciled AND debit.balance > 0
      ORDER BY debit.id, credit.id
        """,
        [[id_ for _invoice_ids, line_ids in groups[:SLOW] for id_ in line_ids]],
    )
    for batch in batches([((), pair) for pair in env.cr.fetchall()]):
        for _invoice_ids, pair in batch:
            env["account.move.line"].browse(pair).reconcile()
        commit(env)


def ours(env, groups, everything=False):
    invoices = env["account.move"]
    if not everything:
        invoices = invoices.browse([id_ for invoice_ids, _lines in groups for id_ in invoice_ids])
        getattr(invoices, METHOD)()
        commit(env)
        return
    left = count_open(env)
    while left:
        getattr(invoices, METHOD)()
        commit(env)
        left, before = count_open(env), left
        if left == before:
            return


CONTENDERS = {"loop": loop, "plan": plan, "pairs": pairs, "ours": ours}


def commit(env):
    env.flush_all()
    env.cr.commit()
    env.invalidate_all()


# -----------------------------------------------------------------------------
# Groups and outcomes
# -----------------------------------------------------------------------------

LINKS = """
    SELECT invoice_id, payment_id FROM account_move__account_payment
     UNION
    SELECT invoice_id, payment_id
      FROM account_invoice_transaction_rel
      JOIN payment_transaction ON payment_transaction.id = transaction_id
     WHERE payment_id IS NOT NULL
"""


def read_groups(env):
    """Invoices and payments that hang together by their links, earliest due first."""
    env.cr.execute(
        f"""
        SELECT invoice.id, debit.id, credit.id
          FROM ({LINKS}) link
          JOIN account_move invoice ON invoice.id = link.invoice_id
          JOIN account_move_line debit
            ON debit.move_id = invoice.id AND debit.display_type = 'payment_term'
           AND NOT debit.reconciled
          JOIN account_payment payment ON payment.id = link.payment_id
          JOIN account_move_line credit
            ON credit.move_id = payment.move_id AND credit.account_id = debit.account_id
           AND NOT credit.reconciled
      ORDER BY invoice.invoice_date_due, invoice.id, debit.id, credit.id
        """
    )
    group_of_line, groups = {}, {}
    for invoice_id, *line_ids in env.cr.fetchall():
        known = next((group_of_line[id_] for id_ in line_ids if id_ in group_of_line), len(groups))
        invoice_ids, lines = groups.setdefault(known, ([], []))
        invoice_ids += [invoice_id] if invoice_id not in invoice_ids else []
        for line_id in line_ids:
            if line_id not in lines:
                lines.append(line_id)
                group_of_line[line_id] = known
    return list(groups.values())


def split(groups, size):
    """The groups with the first `size` invoices, and the rest."""
    [first, *_others] = batches(groups, size)
    return first, groups[len(first) :]


def batches(groups, size=BATCH):
    """Groups with `size` invoices together, or one more."""
    by_batch, position = defaultdict(list), 0
    for group in groups:
        by_batch[position // size].append(group)
        position += max(len(group[0]), 1)
    return list(by_batch.values())


def count_open(env):
    """Open invoices whose payment is open too."""
    env.cr.execute(
        f"""
        SELECT count(DISTINCT debit.move_id)
          FROM ({LINKS}) link
          JOIN account_move_line debit
            ON debit.move_id = link.invoice_id AND debit.display_type = 'payment_term'
           AND NOT debit.reconciled
          JOIN account_payment payment ON payment.id = link.payment_id
          JOIN account_move_line credit
            ON credit.move_id = payment.move_id AND credit.account_id = debit.account_id
           AND NOT credit.reconciled
        """
    )
    return env.cr.fetchone()[0]


def poisoned_lines(env, line_ids):
    """Let the core fail on these journal items, late: when the entries have been matched."""
    from odoo.exceptions import UserError

    logging.getLogger("odoo.addons.pos_receivable").setLevel(logging.CRITICAL)
    lines_class = env.registry["account.move.line"]
    original = lines_class._reconcile_post_hook

    def fail(self, data):
        invoices = data["not_paid_invoices"] + data["in_payment_invoices"]
        if not line_ids.isdisjoint(invoices.line_ids.ids):
            raise UserError("Poison")
        return original(self, data)

    return patch.object(lines_class, "_reconcile_post_hook", fail)
