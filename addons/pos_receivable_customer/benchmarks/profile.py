"""How customers pay, made of their paid invoices.

- ``rebuild``: all of it, as the first night after the installation
- ``night``: some thousand customers were matched since the last night, and a 28th has its turn
- ``same``: everybody looked at again, and nothing has changed
"""

from .plan import Check, Run, checks

TITLE = "Payment profiles, per customer"
PER_THOUSAND = 6  # queries


def arguments(parser):
    parser.add_argument("--profile-items", type=int, nargs="+", default=[100_000])
    parser.add_argument("--profile-touched", type=int, default=5000)


def runs(options):
    for size in options.profile_items:
        for contender in ("rebuild", "night", "same"):
            yield Run(
                contender,
                size,
                "paid_invoices",
                options={"touched": options.profile_touched},
                repeats=1,
            )


def measure(env, meter, contender, size, touched):
    schedule = env["pos_receivable.payment.profile.schedule"]
    parameters = env["ir.config_parameter"].sudo()
    # The seed has customers enough; the addon is installed with it.
    from odoo.addons.pos_receivable_customer.models.payment_profile_schedule import WATERMARK

    # The installation may have had its first night already.
    parameters.set_param(WATERMARK, False)
    if contender != "rebuild":
        schedule._run_schedule()
    if contender == "night":
        yesterday = env.cr.now().replace(tzinfo=None, microsecond=0)
        env.cr.execute("SELECT (%s - interval '1 day')::timestamp::text", [yesterday])
        parameters.set_param(WATERMARK, env.cr.fetchone()[0])
        env.cr.execute(
            """UPDATE account_partial_reconcile SET write_date = now() AT TIME ZONE 'UTC'
                WHERE id IN (
                    SELECT MIN(partial.id)
                      FROM account_partial_reconcile partial
                      JOIN account_move_line line ON line.id = partial.debit_move_id
                  GROUP BY line.partner_id
                  ORDER BY 1
                     LIMIT %s
                )""",
            [touched],
        )
    else:
        parameters.set_param(WATERMARK, False)
    env.cr.commit()
    env.cr.execute("SELECT MAX(xmin::text::bigint) FROM pos_receivable_payment_profile")
    before = env.cr.fetchone()
    schedule._note_touched()
    waiting = schedule._count_waiting()
    env.cr.rollback()
    with meter:
        schedule._run_schedule()
    meter.units += waiting
    assert not schedule._count_waiting()
    env.cr.execute("SELECT MAX(xmin::text::bigint) FROM pos_receivable_payment_profile")
    assert (contender == "rebuild") or env.cr.fetchone() == before, "something was written"


def judge(results):
    return [
        check
        for (contender, size), figures in results.items()
        for check in checks(
            Check(
                f"queries per 1,000 customers, {contender}, {size:,} instalments",
                1000 * figures.get("queries_per_unit", 0),
                at_most=PER_THOUSAND if contender == "rebuild" else 2 * PER_THOUSAND,
            ),
            _check_seconds(contender, size, figures["seconds"]),
        )
    ]


def _check_seconds(contender, size, seconds):
    """The targets are for a million instalments: 60 s for all, 3 s for a night."""
    if contender == "rebuild":
        return Check(f"seconds to rebuild {size:,}", seconds, at_most=60 * size / 1_000_000)
    if contender == "night":
        return Check(f"seconds of a night, {size:,}", seconds, at_most=3)
    return Check(f"seconds, nothing changed, {size:,}", seconds)
