from . import models
from . import wizard


def uninstall_hook(env):
    """What was reported is of a kind of activity that goes with the addon."""
    kind = env.ref('pos_receivable_credit.mail_activity_unauthorized', raise_if_not_found=False)
    if kind:
        env['mail.activity'].with_context(active_test=False).search(
            [('activity_type_id', '=', kind.id)]
        ).unlink()
