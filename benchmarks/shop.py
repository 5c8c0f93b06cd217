"""The demo data's shop, seen by the people who work with it."""


def open_till(env, commit=True):
    """The shop's session, opened, through the cashier's eyes."""
    config = env.ref("pos_receivable.pos_config_corner_shop")
    if not config.current_session_id:
        config.open_ui()
    session = config.current_session_id
    if session.state == "opening_control":
        session.set_opening_control(0, None)
    if commit:
        new_request(env)
    return as_user(session, "cashier")


def as_user(records, login):
    user = records.env["res.users"].sudo().search([("login", "=", login)])
    return records.with_user(user).with_context(
        allowed_company_ids=user.company_id.ids, lang=user.lang, tz=user.tz or "UTC"
    )


def cash_journal(env):
    return env.ref("pos_receivable.journal_corner_shop_cash")


def new_request(env):
    """What separates one request from the next: written, committed, nothing remembered of it."""
    env.flush_all()
    env.cr.commit()
    env.transaction.reset()
