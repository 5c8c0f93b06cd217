"""Statement lines: most quote an open invoice, a fifth belong to nobody."""

import random


def seed(env, count):
    rng = random.Random(7)
    moves = env["account.move"].search_read(
        [("move_type", "=", "out_invoice"), ("payment_state", "=", "not_paid")],
        ["name", "amount_residual"],
        limit=count,
        order="id desc",
    )
    journal = env["account.journal"].search([("type", "=", "bank")], limit=1)
    lines = [
        {
            "journal_id": journal.id,
            "amount": move["amount_residual"] if rng.random() < 0.8 else rng.randint(5, 900) + 0.37,
            "payment_ref": f"Invoice {move['name']}" if rng.random() < 0.8 else "Thank you",
            "partner_name": f"Payer {number}",
        }
        for number, move in enumerate(moves)
    ]
    env["account.bank.statement.line"].with_context(tracking_disable=True).create(lines)
    env.flush_all()
