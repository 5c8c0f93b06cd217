from . import models


def uninstall_hook(env):
    """Take the guard of the decision log away, which PostgreSQL would keep."""
    env['pos_receivable.decision']._drop_guard()
