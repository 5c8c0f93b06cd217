from . import models


def uninstall_hook(env):
    """Take back the jobs, which could no longer be done, and have the scheduled actions of parallel
    workers made again."""
    env['pos_receivable.reconcile.schedule']._forget_queue()
